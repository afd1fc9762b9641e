"""Questions and all that hangs on them, in the circle of those whose question it is.

A question is on the agenda round after round: positions and decisions say in which one they were. What others may
point to isn't deleted from the collective's circle, so a question is withdrawn, and a decision is pointed at by its
bare id, so that it can be undone.
"""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.decisions.counting import Count
from masslink.vault.record import Record, Ref

WEEK = timedelta(days=7)


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> "QuestionQuerySet":
        """On the agenda; those with the nearest day first."""
        found = self.filter(decided_on=None, withdrawn_on=None)
        return found.order_by(models.F("decide_by").asc(nulls_last=True), "asked_at", "id")

    def decided(self) -> "QuestionQuerySet":
        return self.exclude(decided_on=None).order_by("-decided_on", "-asked_at", "id")

    def withdrawn(self) -> "QuestionQuerySet":
        return self.exclude(withdrawn_on=None).order_by("-withdrawn_on", "-asked_at", "id")

    def to_review(self, today: date) -> "QuestionQuerySet":
        found = self.exclude(decided_on=None).filter(review_on__lte=today)
        return found.order_by("review_on", "decided_on", "id")

    def gathering(self, today: date) -> "QuestionQuerySet":
        """Those that take answers now."""
        going_on = Q(gather_until=None) | Q(gather_until__gte=today)
        return self.open().exclude(gathers="").filter(going_on, gathered_at=None)


class Question(Record):
    """Something to decide together. Open until it is decided or withdrawn; either can be taken up again."""

    kind = "question"
    searched = ("what", "background")

    class Gathers(models.TextChoices):
        NOTHING = "", _("not at all: only positions")
        FREELY = "freely", _("in their own words")
        CHOICE = "choice", _("choosing one of several")

    what = models.CharField(_("the question"), max_length=240)
    background = models.TextField(_("background"), blank=True)
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    round = models.PositiveIntegerField(default=1)  # how often it has been on the agenda
    decide_by = models.DateField(null=True, blank=True)
    gathers = models.CharField(max_length=8, choices=Gathers, blank=True)
    options = models.TextField(blank=True)  # one a line
    gather_until = models.DateField(null=True, blank=True)  # the last day for an answer
    gathered_at = models.DateTimeField(null=True, blank=True)  # closed by hand
    decided_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    origin_kind = models.CharField(max_length=24, blank=True)
    origin_id = models.UUIDField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.decided_on is None and self.withdrawn_on is None

    @property
    def choices(self) -> list[str]:
        """What one may choose from, where that was asked."""
        if self.gathers != self.Gathers.CHOICE:
            return []
        return list(dict.fromkeys(line.strip() for line in self.options.splitlines() if line.strip()))

    def is_due(self, today: date) -> bool:
        """Its day has come, and it is still open."""
        return self.is_open and self.decide_by is not None and self.decide_by <= today

    def is_to_review(self, today: date) -> bool:
        return self.decided_on is not None and self.review_on is not None and self.review_on <= today

    def has_gathered(self, today: date) -> bool:
        """Answers were asked for, and none is taken any more: the figures are for everybody."""
        over = self.gather_until is not None and self.gather_until < today
        return bool(self.gathers) and (over or self.gathered_at is not None)

    def is_gathering(self, today: date) -> bool:
        return bool(self.gathers) and self.is_open and not self.has_gathered(today)

    def position_of(self, member: Member) -> "Position | None":
        """What they hold in this round: the latest they said."""
        mine = self.positions.filter(member=member, round__gte=self.round)
        return mine.order_by("at", "id").last()

    @property
    def decision(self) -> "Decision | None":
        """The one that holds now; none while the question is open."""
        if self.decided_on is None:
            return None
        return self.decisions.select_related("by", "corrected_by").order_by("round", "at").last()

    @property
    def origin(self) -> Ref | None:
        return Ref(self.origin_kind, self.origin_id) if self.origin_id else None


class Position(Record):
    """What a member thinks about it, in their words. Another one in the same round stands instead of the former."""

    kind = "position"
    searched = ("words",)

    question = models.ForeignKey(Question, models.CASCADE, related_name="positions")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()
    round = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("at",)


class Trial(Record):
    """Something that was tried, and what practice showed."""

    kind = "trial"
    searched = ("what", "showed")

    question = models.ForeignKey(Question, models.CASCADE, related_name="trials")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    on = models.DateField()
    what = models.TextField()
    showed = models.TextField(blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ("on", "noted_at")


class Answer(Record):
    """What a member answered before anybody saw a figure; whose it was, no page tells."""

    kind = "answer"

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=240, blank=True)
    words = models.TextField(blank=True)  # the answer itself, or a remark beside what was chosen
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint("question", "member", name="answer_once_per_member")]

    @property
    def counted_as(self) -> str:
        return self.choice or self.words


class Decision(Record):
    """How a round ended, in words, and how we came to it."""

    kind = "decision"
    searched = ("words",)

    class How(models.TextChoices):
        CONSENSUS = "consensus", _("by consensus")
        COUNT = "count", _("by counting hands")

    question = models.ForeignKey(Question, models.CASCADE, related_name="decisions")
    round = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")  # who wrote it down
    at = models.DateTimeField()
    on = models.DateField()
    how = models.CharField(max_length=10, choices=How, default=How.CONSENSUS)
    in_favour = models.PositiveIntegerField(null=True, blank=True)
    against = models.PositiveIntegerField(null=True, blank=True)
    abstained = models.PositiveIntegerField(null=True, blank=True)
    members = models.PositiveIntegerField(default=0)  # how many could have raised a hand
    guests_counted = models.BooleanField(default=False)  # said when there were more hands than that
    words = models.TextField()
    review_on = models.DateField(null=True, blank=True)  # as it was agreed then
    corrected_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    corrected_at = models.DateTimeField(null=True, blank=True)
    origin_kind = models.CharField(max_length=24, blank=True)
    origin_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ("round", "at")

    @property
    def is_consensus(self) -> bool:
        return self.how == self.How.CONSENSUS

    @property
    def count(self) -> Count | None:
        if self.is_consensus or self.in_favour is None:
            return None
        return Count(self.in_favour, self.against or 0, self.abstained or 0)

    @property
    def origin(self) -> Ref | None:
        return Ref(self.origin_kind, self.origin_id) if self.origin_id else None


class Hand(Record):
    """How one member raised their hand, where we chose to write names down."""

    kind = "hand"

    class How(models.TextChoices):
        FOR = "for", _("for it")
        AGAINST = "against", _("against it")
        ABSTAINED = "abstained", _("abstained")

    question = models.ForeignKey(Question, models.CASCADE, related_name="hands")
    decision = models.UUIDField()
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How)

    class Meta:
        ordering = ("member__name",)


class Reservation(Record):
    """What somebody said beside the result, with their name or without. An objection stands until it is lifted."""

    kind = "reservation"

    class Weight(models.TextChoices):
        RESERVATION = "reservation", _("a reservation: goes along, with doubts")
        OBJECTION = "objection", _("an objection: is against it")

    question = models.ForeignKey(Question, models.CASCADE, related_name="reservations")
    decision = models.UUIDField()
    weight = models.CharField(max_length=11, choices=Weight, default=Weight.RESERVATION)
    words = models.TextField()
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at",)

    @property
    def is_objection(self) -> bool:
        return self.weight == self.Weight.OBJECTION

    @property
    def stands(self) -> bool:
        return self.lifted_at is None


class QuestionStep(Record):
    """What became of a question besides decisions: looked at again, back on the agenda, withdrawn, answers closed."""

    kind = "question_step"

    class What(models.TextChoices):
        STANDS = "stands", _("looked at again, and left as it is")
        REOPENED = "reopened", _("back on the agenda")
        WITHDRAWN = "withdrawn", _("withdrawn")
        GATHERED = "gathered", _("answers closed")

    question = models.ForeignKey(Question, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=9, choices=What)
    round = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    class Meta:
        ordering = ("at",)
