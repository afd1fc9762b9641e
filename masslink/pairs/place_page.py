"""All that the page of a place's pairs says: who works what, and who, where and since when nobody does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.models import Member
from masslink.pairs.coverage import EVERYWHERE, Cell, Coverage, Part, Team, Who, coverage
from masslink.pairs.panels import Row, pairs_here, people_here, where
from masslink.people.models import Link, Person
from masslink.people.panels import names_together
from masslink.sites.models import HeadCount, Shift, Site, Unit


@dataclass(frozen=True)
class GapRow:
    """Where no pair works, and how many people are there."""

    text: str
    people: int
    query: str  # for the form of a new pair


@dataclass(frozen=True)
class AlonePerson:
    """Somebody without a pair, and who keeps in touch with them."""

    id: UUID
    name: str
    by: str
    first: UUID  # one of those


@dataclass(frozen=True)
class PlacePairs:
    """All that the page of a place's pairs says."""

    rows: list[Row]
    coverage: Coverage
    people: int
    gaps: list[GapRow]
    units: list[GapRow]
    met: list[AlonePerson]
    alone: list[Member]  # who works here in no pair

    @property
    def headline(self) -> str:
        n = len(self.rows)
        if not n:
            return _("Nobody works here as a pair yet")
        some = _some_pairs(n)
        if not self.people:
            return ngettext("%(pairs)s works here", "%(pairs)s work here", n) % {"pairs": some}
        if not self.coverage.without:
            return _("Everybody we know here has a pair")
        text = ngettext(
            "%(pairs)s works with %(some)d of the %(all)d people we know here",
            "%(pairs)s work with %(some)d of the %(all)d people we know here",
            n,
        )
        return text % {"pairs": some, "some": self.coverage.covered, "all": self.people}


def _some_pairs(n: int) -> str:
    words = [
        _("One pair"),
        _("Two pairs"),
        _("Three pairs"),
        _("Four pairs"),
        _("Five pairs"),
        _("Six pairs"),
    ]
    return words[n - 1] if n <= len(words) else ngettext("%(n)d pair", "%(n)d pairs", n) % {"n": n}


def place_pairs(site: Site, members: list[Member], today: date) -> PlacePairs:
    """Ten queries, however many people and pairs there are."""
    going = pairs_here(site, today)
    persons = {
        row[0]: row for row in people_here(site, today).values_list("id", "name", "nickname", "unit", "shift")
    }
    links = _links(site)
    people = [
        Who(id, Cell(unit, shift), tuple(links.get(id, ())))
        for id, _name, _nick, unit, shift in persons.values()
    ]
    found = coverage(people, map(_team, going), _counts(site, today), [one.pk for one in members], today)
    units, shifts = site.units.in_bulk(), site.shifts.in_bulk()
    by_id = {one.pk: one for one in Member.objects.all()}
    return PlacePairs(
        rows=going,
        coverage=found,
        people=len(people),
        gaps=_in_order(((gap.cell, gap.people) for gap in found.gaps), units, shifts),
        units=_in_order(((Cell(unit), n) for unit, n in found.by_unit.items()), units, shifts),
        met=[_alone_person(who, persons[who.id], by_id) for who in found.met],
        alone=[by_id[id] for id in found.alone],
    )


def _team(row: Row) -> Team:
    parts = tuple(Part(*work.key) for work in row.works)
    away = bool(row.away or row.missing)
    return Team(row.pair.pk, (row.pair.one_id, row.pair.other_id), parts, row.pair.since, row.sat, away)


def _links(site: Site) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    open_ones = Link.objects.filter(until=None, person__site=site, member__left_on=None)
    for person, member in open_ones.values_list("person_id", "member_id"):
        found.setdefault(person, []).append(member)
    return found


def _counts(site: Site, today: date) -> dict[Cell, int]:
    """How many there are, as on the chart: as counted, or as many as we know."""
    groups = Person.objects.here(today).filter(site=site).order_by().values_list("unit_id", "shift_id")
    found = {Cell(unit, shift): n for unit, shift, n in groups.annotate(n=Count("pk"))}
    counted = HeadCount.objects.filter(unit__site=site).values_list("unit_id", "shift_id", "number")
    for unit, shift, number in counted:
        found[Cell(unit, shift)] = max(number, found.get(Cell(unit, shift), 0))
    return found


def _in_order(
    cells: Iterable[tuple[Cell, int]], units: dict[Any, Unit], shifts: dict[Any, Shift]
) -> list[GapRow]:
    """As units and shifts stand on the chart; whoever has no unit comes last."""

    def place(of: tuple[Cell, int]) -> tuple[int, int]:
        unit, shift = units.get(of[0].unit), shifts.get(of[0].shift)
        return (unit.place if unit else len(units), shift.place if shift else -1)

    return [_gap(cell, people, units, shifts) for cell, people in sorted(cells, key=place)]


def _gap(cell: Cell, people: int, units: dict[Any, Unit], shifts: dict[Any, Shift]) -> GapRow:
    unit, shift = units.get(cell.unit), shifts.get(cell.shift)
    text = where(unit, shift) or (_("The whole place") if cell == EVERYWHERE else _("No unit yet"))
    query = [f"unit={unit.pk.hex}"] if unit else []
    return GapRow(text, people, "&".join([*query, *([f"shift={shift.pk.hex}"] if shift else [])]))


def _alone_person(who: Who, row: Any, members: dict[UUID, Member]) -> AlonePerson:
    _id, name, nickname, _unit, _shift = row
    by = names_together([members[id].called for id in who.linked if id in members])
    return AlonePerson(who.id, nickname or name, by, who.linked[0])
