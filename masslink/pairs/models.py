"""Pairs, what they work, when they sat down: in the site's circle. Who can, what we wish for: in the collective's."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.people.belongings import GONE, Belongs, Line
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.sites.models import Access, Shift, Site, Unit
from masslink.vault.record import Record
from masslink.vault.workspace import current


class PairQuerySet(models.QuerySet["Pair"]):
    def on(self, day: date) -> "PairQuerySet":
        """Those that work on a day."""
        return self.filter(since__lte=day).filter(models.Q(until=None) | models.Q(until__gt=day))

    def of(self, member: Member) -> "PairQuerySet":
        return self.filter(models.Q(one=member) | models.Q(other=member))


class Pair(Record):
    """Two members who work something of a place together, for a while or until they end it."""

    kind = "pair"

    site = models.ForeignKey(Site, models.CASCADE, related_name="pairs")
    one = models.ForeignKey(Member, models.PROTECT, related_name="+")
    other = models.ForeignKey(Member, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.TextField(_("notes of the two"), blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ("since",)

    def is_over(self, today: date) -> bool:
        return self.until is not None and self.until <= today

    def partner_of(self, member: Member) -> Member:
        return self.other if self.one_id == member.pk else self.one

    @property
    def both(self) -> tuple[Member, Member]:
        return self.one, self.other

    @property
    def names(self) -> str:
        return _now("%(one)s and %(other)s") % {"one": self.one.called, "other": self.other.called}

    def without_access(self) -> list[Member]:
        """Those of the two who left, or don't hold the place: for good, or until they are let in with new keys."""
        roster = current().circles[self.circle].roster
        return [member for member in self.both if member.left_on or member.holder not in roster]

    def is_broken(self, today: date) -> bool:
        """Whether one of them left, or has no access and isn't to be let in again with new keys."""
        return any(member.left_on or not self._awaits(member, today) for member in self.without_access())

    def _awaits(self, member: Member, today: date) -> bool:
        noted = Access.objects.filter(site=self.site_id, member=member)
        return noted.filter(models.Q(until=None) | models.Q(until__gt=today)).exists()


def _lines(found: models.QuerySet[Any]) -> Iterable[Line]:
    for work in found.select_related("pair__one", "pair__other").order_by("pair__since"):
        said = {"one": work.pair.one.name, "other": work.pair.other.name}
        yield Line(text=_now("%(one)s and %(other)s work with them as a pair") % said, on=work.pair.since)


def _same(going: "PairWork", staying: "PairWork") -> bool:
    return going.pair_id == staying.pair_id


class PairWork(Record):
    """One thing a pair works: a unit, a shift, a unit on a shift, one person; all of the place if it names none.

    It goes with what it names: a pair without any works nothing until they say anew, never the whole place unasked.
    """

    kind = "pair_work"
    belongs = {
        "person": Belongs(
            label=_("Pairs who work with them"), lines=_lines, double=_same, moved=GONE, member=GONE
        )
    }

    pair = models.ForeignKey(Pair, models.CASCADE, related_name="works")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    shift = models.ForeignKey(Shift, models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="pair_works")

    @property
    def key(self) -> tuple[UUID | None, UUID | None, UUID | None]:
        """What it names, by id."""
        return self.unit_id, self.shift_id, self.person_id

    @property
    def is_whole(self) -> bool:
        return self.key == (None, None, None)


class Sitting(Record):
    """The two sat down together and went through their people."""

    kind = "sitting"
    searched = ("notes",)
    # As long as words of talks, which are about the same people; nobody can keep them for longer.
    fades = Fades("words", 548, _("Words of talks"), since="on", empties=("notes",), renewable=False)

    pair = models.ForeignKey(Pair, models.CASCADE, related_name="sittings")
    on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    notes = models.TextField(_("what came out of it"), blank=True)

    class Meta:
        ordering = ("-on",)


def _sat_lines(found: models.QuerySet[Any]) -> Iterable[Line]:
    for one in found.select_related("sitting__pair__one", "sitting__pair__other").order_by("sitting__on"):
        pair = one.sitting.pair
        said = {"one": pair.one.name, "other": pair.other.name}
        yield Line(
            text=_now("%(one)s and %(other)s talked about the link with them") % said, on=one.sitting.on
        )


def _same_sitting(going: "GoneThrough", staying: "GoneThrough") -> bool:
    return going.sitting_id == staying.sitting_id


class GoneThrough(Record):
    """That the two talked about the link with somebody when they sat down; never what was said of them."""

    kind = "gone_through"
    belongs = {
        "person": Belongs(
            label=_("When pairs sat down about them"),
            lines=_sat_lines,
            double=_same_sitting,
            moved=GONE,
            member=GONE,
        )
    }

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="gone_through")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")


class Readiness(Record):
    """What a member says of themselves for planning: languages, when they can, how many pairs; no reason is asked."""

    kind = "readiness"

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    languages = models.CharField(_("languages you speak"), max_length=120, blank=True)
    times = models.JSONField(
        default=list, blank=True
    )  # of sites.models.Shift.Time; empty: not said, so whenever
    at_most = models.PositiveSmallIntegerField(_("pairs you can carry"), default=2)  # 0: can't for now
    experienced = models.BooleanField(_("has done this before"), default=False)
    said_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("circle", "member", name="readiness_once")]


class NotHere(Record):
    """In the site's circle: a member who has access can't be planned there for a while; no reason is asked."""

    kind = "not_here"

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)


class Wishes(Record):
    """How much weight the collective gives to each wish of the planner; the latest word counts."""

    kind = "plan_wishes"

    weights = models.JSONField(default=dict)  # name of a wish in planner.WISHES to 0 (doesn't matter) … 4
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at",)


class Plan(Record):
    """A proposal somebody works on, in their own circle until it is adopted; ids only, no names."""

    kind = "plan"

    made_at = models.DateTimeField()
    sites = models.JSONField(default=list)  # ids of the places it is about
    most_works = models.PositiveSmallIntegerField(default=3)  # that one pair takes on
    choices = models.JSONField(default=list)  # what people fixed by hand, in the order they did
    found = models.JSONField(default=dict)  # the proposal as it was last calculated
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)
