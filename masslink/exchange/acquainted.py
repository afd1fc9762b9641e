"""Whom we know already: the index that rows are held against, kept in memory from one step to the next.

Building it takes seconds for 100,000 people, finding somebody in it a tenth of a millisecond. It hangs on the
workspace and goes with it; it is built anew whenever anybody else changed the people meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections

from masslink.exchange.matching import Index, Known, Match
from masslink.exchange.models import Import
from masslink.people.models import Person
from masslink.people.records import Merged
from masslink.sites.models import Unit
from masslink.vault.workspace import current

Mark = tuple[int, int, int]
_NAME = "acquainted"
_COLUMNS = ("id", "name", "nickname", "phone", "email", "card_id")


@dataclass
class Acquainted:
    """Everybody at the place of an import, everybody elsewhere, and who came with this very list."""

    source: UUID
    mark: Mark
    seq: int = -1
    here: Index = field(default_factory=Index)
    elsewhere: Index | None = None
    own: set[str] = field(default_factory=set)
    single: dict[str, str] = field(default_factory=dict)

    def add(self, known: Known) -> None:
        self.here.add(known)
        if _is_single(known):
            self.single.setdefault(known.name.casefold(), known.id)

    def add_own(self, known: Known) -> None:
        self.add(known)
        self.own.add(known.id)

    def find_here(self, candidate: Known) -> Match | None:
        """Who at this place it is or may be.

        Two rows of one list that share a phone but not the name are two people: whoever wrote the list knew.
        """
        match = self.here.find(candidate)
        if match and match.id in self.own and "names_differ" in match.reasons:
            return None
        if match is None and _is_single(candidate) and (id := self.single.get(candidate.name.casefold())):
            return Match("similar", id, ("name",), 100.0)
        return match

    def find_elsewhere(self, candidate: Known) -> Match | None:
        """Who at another place it surely is; names alone say nothing there."""
        match = self.elsewhere.find(candidate) if self.elsewhere else None
        return match if match and match.kind == "same" else None


def _is_single(known: Known) -> bool:
    """One word and nothing else, which no other way of finding reaches: the same list twice brings it twice."""
    return bool(known.name) and " " not in known.name and not known.unit


def get_acquainted(one: Import) -> None:
    """Build the index where there is none that still holds; before the act, because it may take seconds."""
    kept = current().kept
    found = kept.get(_NAME)
    if found is None or found.source != one.pk or found.mark != mark():
        kept[_NAME] = None  # at most one in memory
        kept[_NAME] = _build(one)


@contextmanager
def acquainted(one: Import, seq: int) -> Iterator[Acquainted]:
    """The index, inside the act that is number `seq`. Afterwards it stays for the next one."""
    found = current().kept.pop(_NAME, None)
    overtaken = found is None or found.source != one.pk or (found.seq + 1 != seq and found.mark != mark())
    found = _build(one) if overtaken else found
    before = len(found.own)
    yield found
    found.seq, added = seq, len(found.own) - before
    found.mark = (found.mark[0] + added, found.mark[1] + added, _last())
    current().kept[_NAME] = found


def forget() -> None:
    """After a step that failed: the index holds people who aren't there."""
    current().kept.pop(_NAME, None)


def mark() -> Mark:
    """How many people there are, the sum of their versions, the last row: differs once anybody changed anything."""
    with connections["open"].cursor() as cursor:
        cursor.execute("SELECT COUNT(*), COALESCE(SUM(version), 0) FROM masslink_person")
        return (*cursor.fetchone(), _last())


def _last() -> int:
    with connections["open"].cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(rowid), 0) FROM masslink_person")
        return int(cursor.fetchone()[0])


def _build(one: Import) -> Acquainted:
    found = Acquainted(one.pk, mark())
    own = set(Person.objects.filter(source=one.pk).values_list("pk", flat=True))
    for known in known_at(one.site_id):
        found.add(known)
    for known in _known_before(one.site_id):
        found.here.add(known)
    found.own = {id.hex for id in own}
    others = Person.objects.order_by().exclude(site=one.site_id).values_list(*_COLUMNS)
    found.elsewhere = Index(_known(values, "") for values in others) if others.exists() else None
    return found


def known_at(site: UUID) -> Iterator[Known]:
    """Everybody at a place, as matching knows them."""
    units = dict(Unit.objects.filter(site=site).values_list("id", "name"))
    people = Person.objects.order_by().filter(site=site)
    for *values, unit in people.values_list(*_COLUMNS, "unit_id"):
        yield _known(values, units.get(unit, ""))


def _known_before(site: UUID) -> Iterator[Known]:
    """What an entry said that was joined with another: who comes with it in a list again isn't new."""
    for id, was in Merged.objects.filter(person__site=site).values_list("person_id", "fields"):
        yield _known([id, *(was.get(name, "") for name in _COLUMNS[1:])], "")


def _known(values: Any, unit: str) -> Known:
    id, name, nickname, phone, email, card_id = values
    return Known(id.hex, name, nickname, phone, email, card_id, unit)
