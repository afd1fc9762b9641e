"""Ideas, the answers they got, and who carried them back.

What is a person's own words hangs on the person: it moves with them and is erased with them. In the collective's circle
there are members' ideas only, and nothing that others point to is deleted there: `dropped_at` says that an idea was
written down by mistake.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.ideas import told
from masslink.people.belongings import Belongs
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.vault.record import Record, Ref

PATIENCE = timedelta(days=14)  # so long an idea may wait for an answer before it says so itself
SHORT = 90


class Telling(models.TextChoices):
    """How something may be told on."""

    NAME = "name", _("with their name")
    NO_NAME = "no_name", _("without their name")


class IdeaQuerySet(models.QuerySet["Idea"]):
    def kept(self) -> IdeaQuerySet:
        """All but those that were written down by mistake."""
        return self.filter(dropped_at=None)

    def in_circle(self, site: Site | None) -> IdeaQuerySet:
        """Those of one place, or of all of us."""
        return self.kept().filter(site=site)

    def open(self) -> IdeaQuerySet:
        """Without an answer yet, the one that waits longest first."""
        return self.kept().filter(answered_at=None).order_by("at", "id")

    def unanswered(self, today: date) -> IdeaQuerySet:
        """Open for longer than anybody should wait."""
        midnight = timezone.make_aware(datetime.combine(today - PATIENCE + timedelta(days=1), time()))
        return self.open().filter(at__lt=midnight)

    def answered(self) -> IdeaQuerySet:
        return self.kept().exclude(answered_at=None).order_by("-answered_at", "id")

    def to_carry_back(self) -> IdeaQuerySet:
        """Answered, and whoever raised it hasn't heard the last answer; nothing is carried to who wants no contact."""
        unheard = Q(carried_at=None) | Q(carried_at__lt=F("answered_at"))
        found = self.answered().filter(unheard).exclude(person__reach=Person.Reach.NOT_AT_ALL)
        return found.order_by("answered_at", "id")

    def waiting(self, today: date) -> IdeaQuerySet:
        """What somebody should see to: without an answer for long, or not carried back."""
        return self.unanswered(today) | self.to_carry_back().order_by("at", "id")

    def together_with(self, idea: Idea) -> IdeaQuerySet:
        """The others that were drawn together with it, as far as they can be read here."""
        if idea.together is None:
            return self.none()
        return self.kept().filter(together=idea.together).exclude(pk=idea.pk).order_by("at", "id")

    def with_whose(self) -> IdeaQuerySet:
        """Together with whoever raised it, and where."""
        return self.select_related("person", "member", "site", "noted_by")


class Idea(Record):
    """What somebody proposes, in their words: a person of a place, or one of us.

    `answered_at` and `carried_at` are the moments of the latest answer and of the latest time that it was carried back;
    the rows say what it was. `together` is the same random id in all that were drawn together, in whatever circle.
    """

    kind = "idea"
    searched = ("words",)
    belongs = {
        "person": Belongs(label=_("Ideas they raised"), lines=told.idea_lines, adapt=told.leave_place_of_idea)
    }
    fades = Fades("ideas", 548, _("Ideas in people’s words"), since="at", empties=("words",), said="words")

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="ideas")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="ideas")
    words = models.TextField(_("in their words"), blank=True)
    telling = models.CharField(max_length=8, choices=Telling, default=Telling.NO_NAME)
    at = models.DateTimeField()  # when it was raised
    noted_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    origin_kind = models.CharField(max_length=24, blank=True)
    origin_id = models.UUIDField(null=True, blank=True)
    together = models.UUIDField(null=True, blank=True, db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    carried_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.short

    @property
    def short(self) -> str:
        """The beginning of it, for lists and sentences."""
        text = " ".join(self.words.split())
        return Truncator(text).chars(SHORT) if text else gettext("an idea whose words have faded")

    @property
    def whose(self) -> str:
        """From whom it is, as far as that may be told to others: for lists, agendas, and paper."""
        if self.member:
            return self.member.called if self.telling == Telling.NAME else gettext("one of us")
        if self.person and self.telling == Telling.NAME:
            return self.person.shown
        return gettext("somebody")

    @property
    def whose_really(self) -> str:
        """For whoever carries it back, on the idea's own page."""
        if self.member:
            return self.member.called
        return self.person.shown if self.person else ""

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    def is_unanswered(self, today: date) -> bool:
        return self.is_open and self.dropped_at is None and day_of(self.at) <= today - PATIENCE

    @property
    def is_carried_back(self) -> bool:
        """Whoever raised it has heard the last answer."""
        return bool(self.answered_at and self.carried_at and self.carried_at >= self.answered_at)

    @property
    def is_to_carry_back(self) -> bool:
        reachable = self.person is None or self.person.reachable
        return self.answered_at is not None and not self.is_carried_back and reachable

    @property
    def answer(self) -> IdeaAnswer | None:
        """The one that holds now."""
        return self.answers.select_related("by").last()

    @property
    def origin(self) -> Ref | None:
        return Ref(self.origin_kind, self.origin_id) if self.origin_id else None


class IdeaAnswer(Record):
    """What became of an idea on a day. A later answer stands beside the earlier ones.

    What it became is pointed at: a to-do, a question, later a demand, an event, a flier.
    """

    kind = "idea_answer"
    searched = ("words",)
    belongs = {
        "person": Belongs(
            label=_("What became of their ideas"), lines=told.answer_lines, adapt=told.leave_what_it_became
        )
    }

    class What(models.TextChoices):
        TAKEN_UP = "taken_up", _("taken up")
        TRIED = "tried", _("tried, with this result")
        NOT_NOW = "not_now", _("not now, because …")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=8, choices=What)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    became_kind = models.CharField(max_length=24, blank=True)
    became_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ("at",)

    @property
    def became(self) -> Ref | None:
        return Ref(self.became_kind, self.became_id) if self.became_id else None


class Told(Record):
    """Somebody told whoever raised an idea, or pointed out a mistake, what became of it.

    What a person said to that are the words of the talk that was written with it, and fade with it.
    """

    kind = "told_back"
    belongs = {
        "person": Belongs(
            label=_("What was carried back to them"), lines=told.told_lines, left=told.is_about_a_correction
        )
    }

    idea = models.ForeignKey(Idea, models.CASCADE, null=True, blank=True, related_name="told")
    correction = models.ForeignKey("Correction", models.CASCADE, null=True, blank=True, related_name="told")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()  # when it was noted
    talk = models.UUIDField(null=True, blank=True)
    said = models.TextField(blank=True)  # what a member said to it

    class Meta:
        ordering = ("at",)
