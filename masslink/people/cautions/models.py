"""Cautions; they live in the circle of the person's place."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.belongings import GONE, Belongs, Line
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.vault.record import Record


def _lines(found: models.QuerySet[Any]) -> Iterable[Line]:
    for one in found.select_related("by").order_by("at"):
        note = _now("Noted by %(name)s.") % {"name": one.by.name}
        yield Line(text=_now("Caution: %(seen)s") % {"seen": one.seen}, on=day_of(one.at), note=note)


class Caution(Record):
    """What a member saw or heard themselves; counted as known once a second member has confirmed it."""

    kind = "caution"
    belongs = {"person": Belongs(label=_("Cautions"), lines=_lines, moved=GONE, member=GONE)}
    fades = Fades("cautions", 180, _("Cautions"), since="at", renewable=False)

    person = models.ForeignKey(Person, models.CASCADE, related_name="cautions")
    seen = models.TextField(_("what you saw or heard yourself"))
    safe = models.CharField(_("what may safely be said to them"), max_length=200)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()  # of the latest evidence
    confirmed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_seen = models.TextField(blank=True)

    class Meta:
        ordering = ("at",)
