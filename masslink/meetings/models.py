"""Agendas, minutes and their adoption, in the circle of the gathering they belong to.

Only the gathering is a foreign key. What hangs on an item names it by its bare id, so that whatever was done can be
undone in the collective's circle too, where nothing that others point to is deleted.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.gatherings.models import Gathering
from masslink.vault.record import Record, Ref

TITLE, ABOUT = 300, 10_000
MOST_ITEMS = 200
LONGEST = 600  # minutes that can be planned for an item


class Part(models.TextChoices):
    """The standing parts of an agenda; an item without one is a matter of its own."""

    MATTER = "", _("a matter of its own")
    OPENING = "opening", _("call to order")
    CHAIR = "chair", _("chair and minute-taker")
    MINUTES = "minutes", _("minutes read")
    REPORTS = "reports", _("reports")
    OLD = "old", _("old business")
    NEW = "new", _("new business")
    WELFARE = "welfare", _("good and welfare")
    NEXT = "next", _("next meeting")


class Meeting(Record):
    """How far a meeting is: begun, which item now, ended. It begins to exist when somebody opens it."""

    kind = "meeting"

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="meetings")
    now = models.UUIDField(null=True, blank=True)  # the item that is talked about
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("gathering", name="one_meeting_a_gathering")]

    @property
    def goes_on(self) -> bool:
        return self.begun_at is not None and self.ended_at is None


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def of(self, gathering: Gathering) -> AgendaItemQuerySet:
        return self.filter(gathering=gathering).order_by("place", "at", "id")

    def left(self) -> AgendaItemQuerySet:
        """Matters that weren't talked about, and that nobody let rest."""
        return self.filter(part=Part.MATTER, talked_at=None, rested_at=None)


class AgendaItem(Record):
    """One thing on the agenda of one meeting."""

    kind = "agenda_item"
    searched = ("title", "about")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="agenda_items")
    title = models.CharField(_("what we talk about"), max_length=TITLE)
    about = models.TextField(_("what belongs to it"), blank=True)
    part = models.CharField(max_length=8, choices=Part, blank=True)
    place = models.IntegerField(default=0)  # smaller comes earlier
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"), null=True, blank=True)
    lead = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    origin_kind = models.CharField(max_length=24, blank=True)
    origin_id = models.UUIDField(null=True, blank=True)
    before = models.UUIDField(null=True, blank=True)  # the item of an earlier meeting that it goes on with
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    talked_at = models.DateTimeField(null=True, blank=True)
    rested_at = models.DateTimeField(null=True, blank=True)  # left over, and needn't come again

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ("place", "at")
        indexes = [models.Index("gathering", "place", name="agenda_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def origin(self) -> Ref | None:
        return Ref(self.origin_kind, self.origin_id) if self.origin_id else None


class Minute(Record):
    """One note of the minutes. What was caught with it is `ref`; its words stay here, whatever becomes of that."""

    kind = "minute"
    searched = ("words", "more")

    class What(models.TextChoices):
        NOTE = "note", _("note")
        DECISION = "decision", _("decided")
        TO_DO = "to_do", _("to do")
        IDEA = "idea", _("idea")
        CORRECTION = "correction", _("correction")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="minutes_written")
    item = models.UUIDField(null=True, blank=True)  # under which item; none: under none
    what = models.CharField(max_length=10, choices=What, default=What.NOTE)
    words = models.TextField()
    more = models.TextField(blank=True)  # the question that was decided; how something is to be done
    ref_kind = models.CharField(max_length=24, blank=True)
    ref_id = models.UUIDField(null=True, blank=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")  # who does it
    due = models.DateField(null=True, blank=True)
    report_on = models.DateField(null=True, blank=True)  # from this day on it is reported back
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at",)
        indexes = [models.Index("report_on", name="minute_reports", condition=models.Q(what="to_do"))]

    @property
    def caught(self) -> Ref | None:
        return Ref(self.ref_kind, self.ref_id) if self.ref_id else None


class Adoption(Record):
    """A later meeting found the minutes right, with what it corrected. From then on they aren't changed any more."""

    kind = "minutes_adoption"
    searched = ("corrections",)

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="adoptions")  # whose minutes
    at_gathering = models.UUIDField(null=True, blank=True)  # the meeting that adopted them; none: between two
    on = models.DateField()
    corrections = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")  # who noted it
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("gathering", name="adopted_once")]


class AgendaTemplate(Record):
    """An order of business of our own; `lines` is written and read by `orders`."""

    kind = "agenda_template"

    name = models.CharField(_("what it is called"), max_length=60)
    lines = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("name", "at")

    def __str__(self) -> str:
        return self.name
