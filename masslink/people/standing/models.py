"""Questions of a place, members' views on them, where two differ, and the numbers that stay: in the site's circle."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.people.belongings import GONE, Belongs
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.people.standing import told
from masslink.sites.models import Site
from masslink.vault.record import Record

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


class StandQuestion(Record):
    """Something on which members form a view of each person at a place: "the union", "refusing overtime"."""

    kind = "stand_question"

    site = models.ForeignKey(Site, models.CASCADE, related_name="stand_questions")
    text = models.CharField(_("about what"), max_length=80)
    labels = models.JSONField(
        default=dict, blank=True
    )  # "0" to "5" to what the place calls it, where it differs
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("asked_on", "text")

    def __str__(self) -> str:
        return self.text

    def label(self, value: int) -> str:
        """What a value is called here."""
        return str(self.labels.get(str(value)) or LABELS[value])

    def is_open(self, today: date) -> bool:
        return self.closed_on is None or self.closed_on > today


class Assessment(Record):
    """One member's present view of a person on one question."""

    kind = "assessment"
    belongs = {
        "person": Belongs(
            label=_("Where members think they stand"),
            lines=told.assessment_lines,
            double=told.same_view,
            moved=GONE,
            member=GONE,
        )
    }
    fades = Fades("assessments", 180, _("Where people stand"), since="at", renewable=False)

    person = models.ForeignKey(Person, models.CASCADE, related_name="assessments")
    question = models.ForeignKey(StandQuestion, models.CASCADE, related_name="assessments")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(choices=[(value, LABELS[value]) for value in VALUES])
    because = models.CharField(_("what it rests on"), max_length=200, blank=True)
    at = models.DateTimeField()  # when this value was said

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint("person", "question", "member", name="one_view_each")]


class Difference(Record):
    """Two members' views of a person lie far apart: they talk, and each confirms or changes theirs."""

    kind = "difference"
    belongs = {
        "person": Belongs(
            label=_("Where members' views differed"), lines=told.difference_lines, moved=GONE, member=GONE
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

    class Meta:
        ordering = ("since",)


class Tally(Record):
    """How many people stood where in a month, as numbers only; it stays when the assessments are shredded."""

    kind = "tally"

    question = models.ForeignKey(StandQuestion, models.CASCADE, related_name="tallies")
    month = models.DateField()  # its first day
    counts = models.JSONField(default=dict)  # "0" to "5" to a number of persons
    persons = (
        models.PositiveIntegerField()
    )  # who were here then, so that it shows how many nobody has a view of

    class Meta:
        ordering = ("month",)
        constraints = [models.UniqueConstraint("question", "month", name="one_tally_a_month")]
