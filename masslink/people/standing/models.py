"""Questions of a place, members' views on them, where two differ, and the numbers that stay: in the site's circle."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.belongings import GONE, Belongs
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.people.standing import told
from masslink.people.standing.counting import Month, count, month_before, month_of
from masslink.people.standing.middle import middle
from masslink.sites.models import Site
from masslink.vault.act import act
from masslink.vault.record import Record
from masslink.vault.workspace import current

NOT_YET, LEADS, SUPPORTS, UNDECIDED, NOT_INTERESTED, OPPOSED = range(6)
VALUES = range(6)
LABELS = {
    LEADS: _("leads"),
    SUPPORTS: _("supports"),
    UNDECIDED: _("undecided"),
    NOT_INTERESTED: _("not interested"),
    OPPOSED: _("opposed"),
    NOT_YET: _("not yet known"),
}
APART = 2  # two members who differ by this much talk about it


class StandQuestionQuerySet(models.QuerySet["StandQuestion"]):
    def open_on(self, today: date) -> "StandQuestionQuerySet":
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=today))


class StandQuestion(Record):
    """Something on which members form a view of each person at a place: "the union", "refusing overtime"."""

    kind = "stand_question"

    site = models.ForeignKey(Site, models.CASCADE, related_name="stand_questions")
    text = models.CharField(_("about what"), max_length=80)
    # "0" to "5" to what the place calls it, where it differs
    labels = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    objects = StandQuestionQuerySet.as_manager()

    class Meta:
        ordering = ("asked_on", "text")

    def __str__(self) -> str:
        return self.text

    def label(self, value: int) -> str:
        """What a value is called here."""
        return str(self.labels.get(str(value)) or LABELS[value])

    def is_open(self, today: date) -> bool:
        return self.closed_on is None or self.closed_on > today

    def persons(self, today: date) -> models.QuerySet[Person]:
        """Of whom it is asked: who is at the place, may be listed and isn't one of us."""
        return Person.objects.listed().here(today).filter(site=self.site_id, member=None)

    def numbers(self, today: date) -> Month:
        """How many stand where now."""
        here = self.persons(today)
        views: dict[UUID, list[int]] = {}
        said = self.assessments.filter(person__in=here).order_by()
        for person, value in said.values_list("person_id", "value"):
            views.setdefault(person, []).append(value)
        return Month(month_of(today), count(middle(values) for values in views.values()), here.count())


def let_go(views: list[Any]) -> None:
    """In the running act, before views go for good: the month's numbers are kept, differences they were in end."""
    running = current().act
    if running is None or not views:
        return
    Tally.objects.keep(at=running.at, questions={view.question_id for view in views})
    for view in views:
        Difference.objects.of(view.question_id, view.person_id).with_member(view.member_id).end(running.at)


class Assessment(Record):
    """One member's present view of a person on one question."""

    kind = "assessment"
    belongs = {
        "person": Belongs(
            label=_("Where members think they stand"),
            lines=told.assessment_lines,
            double=told.same_view,
            moved=GONE,
            let_go=let_go,
            member=GONE,
        )
    }
    fades = Fades("assessments", 180, _("Where people stand"), since="at", renewable=False, let_go=let_go)

    person = models.ForeignKey(Person, models.CASCADE, related_name="assessments")
    question = models.ForeignKey(StandQuestion, models.CASCADE, related_name="assessments")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(choices=[(value, LABELS[value]) for value in VALUES])
    because = models.CharField(_("what it rests on"), max_length=200, blank=True)
    at = models.DateTimeField()  # when this value was said

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint("person", "question", "member", name="one_view_each")]


def end_difference(difference: Any, at: datetime) -> bool:
    """They asked not to be contacted: nobody needs to be of one mind about them."""
    if difference.ended_at:
        return False
    difference.ended_at = at
    return True


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def open(self) -> "DifferenceQuerySet":
        return self.filter(ended_at=None)

    def of(self, question: UUID, person: UUID) -> "DifferenceQuerySet":
        return self.filter(question=question, person=person)

    def with_member(self, member: UUID) -> "DifferenceQuerySet":
        return self.filter(Q(one=member) | Q(other=member))

    def end(self, at: datetime) -> None:
        for difference in self.open():
            difference.ended_at = at
            difference.save()


class Difference(Record):
    """Two members' views of a person lie far apart: they talk, and each confirms or changes theirs."""

    kind = "difference"
    belongs = {
        "person": Belongs(
            label=_("Where members' views differed"),
            lines=told.difference_lines,
            double=told.same_difference,
            moved=GONE,
            ends=end_difference,
            member=GONE,
        )
    }

    person = models.ForeignKey(Person, models.CASCADE, related_name="differences")
    question = models.ForeignKey(StandQuestion, models.CASCADE, related_name="differences")
    one = models.ForeignKey(Member, models.PROTECT, related_name="+")
    other = models.ForeignKey(Member, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    talked_on = models.DateField(null=True, blank=True)
    one_settled_at = models.DateTimeField(null=True, blank=True)  # confirmed or changed, after the talk
    other_settled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        ordering = ("since",)

    @property
    def members(self) -> frozenset[UUID]:
        return frozenset((self.one_id, self.other_id))

    def is_settled_by(self, member: UUID) -> bool:
        """Whether this one of the two has confirmed or changed their view since they talked."""
        return bool(self.one_settled_at if member == self.one_id else self.other_settled_at)

    def settle(self, member: UUID, at: datetime) -> None:
        """This one of the two has; when both have, it is over. Whoever calls saves it."""
        if member == self.one_id:
            self.one_settled_at = at
        else:
            self.other_settled_at = at
        if self.one_settled_at and self.other_settled_at:
            self.ended_at = at


class TallyQuerySet(models.QuerySet["Tally"]):
    def keep(self, *, at: datetime, questions: Iterable[UUID] | None = None) -> None:
        """Keep the numbers of last month, where nobody has yet: before anything of this month changes them."""
        today = day_of(at)
        last = month_before(month_of(today))
        due = StandQuestion.objects.filter(asked_on__lt=month_of(today)).exclude(closed_on__lt=last)
        due = due.exclude(tallies__month=last)
        if questions is not None:
            due = due.filter(pk__in=list(questions))
        for question in due:
            numbers = question.numbers(today)
            if numbers.counts or question.tallies.exists():
                with act("month_kept", at=at):
                    Tally(
                        circle=question.circle,
                        question=question,
                        month=last,
                        counts={str(value): n for value, n in numbers.counts.items()},
                        persons=numbers.persons,
                    ).save()


class Tally(Record):
    """How many people stood where at the end of a month, as numbers only; it stays when the views are shredded."""

    kind = "tally"

    question = models.ForeignKey(StandQuestion, models.CASCADE, related_name="tallies")
    month = models.DateField()  # its first day
    counts = models.JSONField(default=dict)  # "0" to "5" to a number of persons
    persons = models.PositiveIntegerField()  # who were here then: of how many nobody had a view

    objects = TallyQuerySet.as_manager()

    class Meta:
        ordering = ("month",)
        constraints = [models.UniqueConstraint("question", "month", name="one_tally_a_month")]

    @property
    def numbers(self) -> Month:
        counts = {int(value): n for value, n in self.counts.items() if value in _STORED and type(n) is int}
        return Month(month_of(self.month), counts, self.persons)


_STORED = {str(value) for value in VALUES}
