"""Ties. They live in the circle of the place, and don't cross places."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.belongings import GONE, Belongs, Line
from masslink.people.models import Person
from masslink.vault.record import Record


def _lines(ties: models.QuerySet[Any], *, field: str) -> Iterator[Line]:
    """For somebody's whole file: that and how they know somebody, never whom; that is the other's to tell.

    Who is shown their file learns whom else we know, or whom we asked about whom, from no line of it.
    """
    for tie in ties.select_related("by").order_by("at"):
        note = _now("Whom, we tell nobody else. Noted by %(name)s.") % {"name": tie.by.name}
        yield Line(text=tie.told(by_other=field == "other"), on=day_of(tie.at), note=note)


def _same(going: "Tie", staying: "Tie") -> bool:
    """The same two know each other in the same way."""
    return going.pk != staying.pk and going.two == staying.two


class TieQuerySet(models.QuerySet["Tie"]):
    def of(self, person: Person) -> "TieQuerySet":
        """Whichever end they are."""
        return self.filter(models.Q(person=person) | models.Q(other=person))


class Tie(Record):
    """Two persons of a place know each other. All but influence go both ways, and are kept once."""

    kind = "tie"
    belongs = {
        field: Belongs(
            label=_("Whom they know"), lines=partial(_lines, field=field), double=_same, moved=GONE
        )
        for field in ("person", "other")
    }

    class Kind(models.TextChoices):
        BESIDE = "beside", _("work beside each other")
        FRIEND = "friend", _("friends")
        FAMILY = "family", _("family")
        INFLUENCES = "influences", _("the other listens to them")

    person = models.ForeignKey(Person, models.CASCADE, related_name="ties")
    other = models.ForeignKey(Person, models.CASCADE, related_name="ties_too")
    tie_kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TieQuerySet.as_manager()

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint("person", "other", "tie_kind", name="tie_once")]

    @property
    def two(self) -> tuple[str, Iterable[Any]]:
        """What makes it this tie and no other: how they know each other, and who; in order where it has one."""
        ends = (self.person_id, self.other_id)
        return self.tie_kind, ends if self.tie_kind == self.Kind.INFLUENCES else frozenset(ends)

    def told(self, *, by_other: bool) -> str:
        """As a sentence that names neither."""
        if self.tie_kind == self.Kind.INFLUENCES:
            return _now("They listen to somebody here") if by_other else _now("Somebody here listens to them")
        words = {
            self.Kind.BESIDE: _now("They work or live beside somebody here"),
            self.Kind.FRIEND: _now("They have a friend here"),
            self.Kind.FAMILY: _now("They have family here"),
        }
        return words[self.Kind(self.tie_kind)]
