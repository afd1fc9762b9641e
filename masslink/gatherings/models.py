"""Gatherings, what repeats, who does what, who is asked, which members come.

A gathering of one place lies in its circle, one of all of us in the collective's. That somebody is asked lies in the
circle of that person's place, whichever gathering it is for. Who came is no record of its own: a person who came has a
deed whose origin is the gathering.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.gatherings import recurrence, told
from masslink.people.belongings import GONE, Belongs
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.vault.record import Record

USUALLY = timedelta(hours=3)  # a gathering of which nobody said when it ends is over after that


class Kind(models.TextChoices):
    MEETING = "meeting", _("meeting")
    STUDY = "study", _("study session")
    EVENT = "event", _("event")
    ACTION = "action", _("action")
    OTHER = "other", _("something else")


class Said(models.Model):
    """What is said about a gathering, and about each of those that repeat."""

    gathering_kind = models.CharField(_("what it is"), max_length=8, choices=Kind, default=Kind.MEETING)
    title = models.CharField(_("what it is called"), max_length=80)
    purpose = models.TextField(_("what it is for"), blank=True)
    where = models.CharField(_("where"), max_length=200, blank=True)
    way = models.TextField(_("how to get there"), blank=True)

    class Meta:
        abstract = True


class SeriesQuerySet(models.QuerySet["Series"]):
    def going_on(self) -> SeriesQuerySet:
        return self.filter(ended_at=None)


class Series(Said, Record):
    """Something that repeats, by a rule in local time: six in the evening stays six in the evening.

    A change from some day on ends one series and begins the next; both have the same `root`.
    """

    kind = "gathering_series"

    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="gathering_series")
    root = models.UUIDField()
    first = models.DateField()
    begins = models.TimeField()
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # how long it lasts, where somebody said so
    zone = models.CharField(max_length=64)
    pattern = models.CharField(max_length=16, default=recurrence.WEEKS)
    every = models.PositiveSmallIntegerField(default=1)
    day = models.PositiveSmallIntegerField(default=1)
    nth = models.SmallIntegerField(default=1)
    until = models.DateField(null=True, blank=True)
    times = models.PositiveSmallIntegerField(null=True, blank=True)
    made_until = models.DateField(null=True, blank=True)  # up to this day its gatherings are written down
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ("first",)

    def __str__(self) -> str:
        return self.title

    @property
    def rule(self) -> recurrence.Rule:
        return recurrence.Rule(
            self.first,
            self.pattern,
            max(1, self.every),
            min(max(1, self.day), recurrence.LAST_DAY),
            self.nth if 1 <= self.nth <= 4 else recurrence.LAST,
            self.until,
            self.times,
        )

    @property
    def tz(self) -> ZoneInfo:
        return zone_of(self.zone)

    @property
    def said(self) -> dict[str, str]:
        """What each of its gatherings is called, and where it is."""
        return {name: getattr(self, name) for name in ("title", "gathering_kind", "purpose", "where", "way")}

    def starts_on(self, day: date) -> datetime:
        return recurrence.moment(day, self.begins, self.tz)

    def ends_on(self, day: date) -> datetime | None:
        return recurrence.end_moment(day, self.begins, self.minutes, self.tz) if self.minutes else None


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; ours, where a server doesn't know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def kept(self) -> GatheringQuerySet:
        """All but those that were written down by mistake."""
        return self.filter(dropped_at=None)

    def held(self) -> GatheringQuerySet:
        """Those that take place, or did."""
        return self.kept().filter(cancelled_at=None)

    def ahead(self, now: datetime) -> GatheringQuerySet:
        """What goes on now or is still to come, soonest first."""
        return self.filter(_not_over(now)).order_by("starts_at", "id")

    def was(self, now: datetime) -> GatheringQuerySet:
        """What is over, latest first."""
        return self.exclude(_not_over(now)).order_by("-starts_at", "id")

    def of(self, series: Series) -> GatheringQuerySet:
        return self.filter(series=series.pk)

    def between(self, start: datetime, end: datetime) -> GatheringQuerySet:
        return self.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at", "id")


def _not_over(now: datetime) -> Q:
    return Q(starts_at__gt=now - USUALLY, ends_at=None) | Q(ends_at__gt=now)


class Gathering(Said, Record):
    """People come together: what for, when, where.

    Whether it was moved, and when, stands in its changes. `slot` is the day of its series that it stands for, whatever
    day it is moved to. In the collective's circle nothing that others point to is deleted: what was written down by
    mistake has `dropped_at`.
    """

    kind = "gathering"
    searched = ("title", "purpose", "where", "way", "cancelled_why")

    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="gatherings")
    # Ids, not foreign keys: what others point to couldn't be undone in the collective's circle.
    series = models.UUIDField(null=True, blank=True)
    line = models.UUIDField(
        null=True, blank=True
    )  # the root of its series: the same before and after a change
    slot = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_why = models.CharField(_("why"), max_length=200, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = GatheringQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at",)
        indexes = [
            models.Index("starts_at", name="gathering_starts"),
            models.Index("line", "starts_at", name="gathering_line"),
        ]
        constraints = [models.UniqueConstraint("circle", "series", "slot", name="gathering_once_a_slot")]

    def __str__(self) -> str:
        return self.title

    @property
    def on(self) -> date:
        return day_of(self.starts_at)

    @property
    def over_at(self) -> datetime:
        return self.ends_at or self.starts_at + USUALLY

    def is_over(self, now: datetime) -> bool:
        return self.over_at <= now

    @property
    def takes_place(self) -> bool:
        return self.cancelled_at is None and self.dropped_at is None

    def members(self) -> models.QuerySet[Member]:
        """Who of us it concerns: who has access to its place, or all of us."""
        return self.site.members() if self.site else Member.objects.filter(left_on=None)


class Change(Record):
    """After people were asked, a gathering was moved, called off or takes place after all: they have to be told."""

    kind = "gathering_change"

    class What(models.TextChoices):
        MOVED = "moved", _("moved")
        ELSEWHERE = "elsewhere", _("somewhere else")
        CANCELLED = "cancelled", _("called off")
        AFTER_ALL = "after_all", _("takes place after all")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="changes")
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    was_at = models.DateTimeField()  # when it was to begin before
    was_where = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at",)


class Role(Record):
    """Who does what at a gathering; nobody yet where `member` is empty."""

    kind = "gathering_role"

    class Task(models.TextChoices):
        CHAIR = "chair", _("chair")
        MINUTES = "minutes", _("minutes")
        DOOR = "door", _("the door")
        CHILDREN = "children", _("children")
        FOOD = "food", _("food and drink")
        LIFTS = "lifts", _("lifts")
        LANGUAGES = "languages", _("interpreting")
        TIDY = "tidy", _("tidying up")
        OTHER = "other", _("something else")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="roles")
    task = models.CharField(_("what"), max_length=10, choices=Task, default=Task.OTHER)
    said = models.CharField(_("what else"), max_length=60, blank=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("task", "said")

    @property
    def label(self) -> str:
        return self.said or str(self.get_task_display())


class AskQuerySet(models.QuerySet["Ask"]):
    def listed(self) -> AskQuerySet:
        """All but those of people who asked not to be contacted at all, or are members by now."""
        return self.exclude(person__reach=Person.Reach.NOT_AT_ALL).filter(person__member=None)

    def to_be_asked(self) -> AskQuerySet:
        return self.filter(asked_at=None)

    def to_be_told(self) -> AskQuerySet:
        """Those who know of it, and not of the last change."""
        newer = Change.objects.filter(
            gathering=models.OuterRef("gathering"), at__gt=models.OuterRef("told_at")
        )
        return self.filter(models.Exists(newer), asked_at__isnull=False)


class Ask(Record):
    """Somebody is invited to a gathering: by whom, since when they know, what they said."""

    kind = "ask"
    belongs = {
        "person": Belongs(
            label=_("What they were invited to"), lines=told.ask_lines, double=told.same_ask, moved=GONE
        )
    }
    fades = Fades("asks", 548, _("Who was invited to what, and what they said"), since="at", renewable=False)

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        MAYBE = "maybe", _("maybe")
        NO = "no", _("no")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="asks")
    person = models.ForeignKey(Person, models.CASCADE, related_name="asks")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")  # who asks, reminds and tells them
    at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=5, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when they last heard where and when it is

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint("gathering", "person", name="asked_once")]
        indexes = [models.Index("member", name="ask_open", condition=Q(asked_at=None))]


class Coming(Record):
    """One of us and a gathering: whether they come, and whether they came."""

    kind = "gathering_member"

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="comings")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=5, choices=Ask.Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    came_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("answered_at",)
        constraints = [models.UniqueConstraint("gathering", "member", name="member_once")]
