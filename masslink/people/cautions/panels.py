"""What cautions offer to a person's page, and to where one is about to talk with them. Never a list of persons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.people.cautions.acts import may_be_about, may_be_confirmed, may_take_back
from masslink.people.cautions.models import Caution
from masslink.people.fading import rules
from masslink.people.models import Person

AT_ONCE = 3  # of so many at once it is said while a talk is noted: picking everybody must not show who it is


@dataclass(frozen=True)
class Shown:
    """One caution as this member sees it: what was seen only by its writer, until a second one has written theirs."""

    caution: Caution
    until: date
    is_mine: bool
    may_confirm: bool
    may_take_back: bool
    takes_all: bool

    @property
    def tells(self) -> bool:
        return self.caution.is_confirmed or self.is_mine

    @property
    def known(self) -> str:
        """`Ana and Ben know it themselves.`"""
        if self.caution.confirmed_by is None:
            return (
                _("You noted it; not confirmed.") if self.is_mine else _("One of us noted it; not confirmed.")
            )
        names = {"one": self.caution.by.called, "other": self.caution.confirmed_by.called}
        return _("%(one)s and %(other)s know it themselves.") % names


@dataclass(frozen=True)
class Cautions:
    """What is known of one person: the newest first."""

    shown: list[Shown]
    may_note: bool

    @property
    def safe(self) -> str:
        """What may safely be said, once two know why."""
        return next((one.caution.safe for one in self.shown if one.caution.is_confirmed), "")


def cautions_of(person: Person, me: Member, today: date, *, is_any: bool = True) -> Cautions:
    """For the person's own page; two queries, or none where it is known that there isn't any."""
    if not may_be_about(person):
        return Cautions([], may_note=False)
    found = list(Caution.objects.of(person)) if is_any else []
    rule = rules()[Caution.fades.setting] if found else None
    for caution in found:
        caution.person = person
    shown = [
        Shown(
            caution,
            rule.fades_on(caution.on, today),
            is_mine=caution.by_id == me.pk,
            may_confirm=not caution.is_confirmed and may_be_confirmed(caution, me),
            may_take_back=may_take_back(caution, me),
            takes_all=me.pk != caution.confirmed_by_id,
        )
        for caution in found
        if rule
    ]
    return Cautions(shown, may_note=True)


def careful_with(persons: Iterable[Person]) -> list[tuple[Person, str]]:
    """What may safely be said to those somebody is about to talk with, where two of us know why."""
    picked = {person.pk: person for person in persons}
    if not 0 < len(picked) <= AT_ONCE:
        return []
    known = Caution.objects.filter(person__in=picked, confirmed_by__isnull=False, person__member=None)
    latest: dict[object, str] = {}
    for id, safe in known.values_list("person_id", "safe"):
        latest.setdefault(id, safe)
    return [(person, latest[id]) for id, person in picked.items() if id in latest and person.reachable]
