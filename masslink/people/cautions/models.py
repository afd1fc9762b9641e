"""Cautions; they live in the circle of the person's place."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.people.belongings import GONE, Belongs, Line
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.vault.record import Record


def _not_shown(_found: models.QuerySet[Any]) -> list[Line]:
    """Nothing of it stands on the sheet that is shown to the person, whether there is something or not.

    Who told, and on whom was told, are people who would pay for it. The sheet says so to everybody, in the same
    words, so that nobody can read from it whether there is a caution; and an erasure takes it away unseen.
    """
    return []


class CautionQuerySet(models.QuerySet["Caution"]):
    def of(self, person: Person) -> "CautionQuerySet":
        return self.filter(person=person).select_related("by", "confirmed_by")


class Caution(Record):
    """One thing a member saw or heard themselves; it counts once a second one has confirmed it.

    New evidence is a record of its own, to be confirmed anew: nobody alone can keep a suspicion alive, and what was
    seen first goes when its own six months are over.
    """

    kind = "caution"
    belongs = {"person": Belongs(label=_("Cautions"), lines=_not_shown, moved=GONE, member=GONE)}
    fades = Fades("cautions", 180, _("Cautions"), since="on", renewable=False)

    person = models.ForeignKey(Person, models.CASCADE, related_name="cautions")
    seen = models.TextField(_("what you saw or heard yourself"))
    on = models.DateField(_("when it was"))
    safe = models.CharField(_("what may safely be said to them"), max_length=200)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_seen = models.TextField(blank=True)

    objects = CautionQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "-at")

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_by_id is not None
