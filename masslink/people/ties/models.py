"""Ties. They live in the circle of the place, and don't cross places."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.belongings import GONE, Belongs, Line
from masslink.people.models import Person
from masslink.vault.record import Record


def _lines(found: models.QuerySet[Any]) -> Iterable[Line]:
    for tie in found.select_related("person", "other", "by").order_by("at"):
        said = {"one": tie.person.shown, "other": tie.other.shown, "how": tie.get_tie_kind_display()}
        note = _now("Noted by %(name)s.") % {"name": tie.by.name}
        yield Line(text=_now("%(one)s and %(other)s: %(how)s") % said, on=day_of(tie.at), note=note)


def _same(going: "Tie", staying: "Tie") -> bool:
    """The same two know each other in the same way; or the two ends are one person now."""
    ends = (going.person_id, going.other_id)
    if going.tie_kind != Tie.Kind.INFLUENCES:
        return going.tie_kind == staying.tie_kind and set(ends) == {staying.person_id, staying.other_id}
    return going.tie_kind == staying.tie_kind and ends == (staying.person_id, staying.other_id)


class Tie(Record):
    """Two persons of a place know each other. All but influence go both ways, and are kept once."""

    kind = "tie"
    belongs = {
        field: Belongs(label=_("Whom they know"), lines=_lines, double=_same, moved=GONE)
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

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint("person", "other", "tie_kind", name="tie_once")]
