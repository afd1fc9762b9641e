"""The wall chart: everybody of a place by unit and shift, as few queries as it takes however many they are.

Who asked not to be contacted ("not at all") counts in a cell's total and stands nowhere by name.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.people import links
from masslink.people.labels import RUNGS
from masslink.people.models import Person
from masslink.sites.models import HeadCount, Shift, Site, Unit

TILES_AT_MOST = 600
COLUMNS_AT_MOST = 6
SEATS_AT_MOST, SEATS_IN_BIG_CHARTS, BIG = 24, 8, 12

TITLES = {"mr", "mrs", "ms", "miss", "dr", "sr", "sra", "herr", "frau", "aunt", "uncle"}
NO_NAME = TITLES | {"old", "young", "big", "little", "tall"}  # "Old Piet" isn't called Old
NOT_AT_ALL = Q(reach=Person.Reach.NOT_AT_ALL)
Where = tuple[UUID | None, UUID | None]


def still_here(today: date) -> QuerySet[Person]:
    return Person.objects.filter(Q(until=None) | Q(until__gt=today))


def depth_on(today: date) -> Case:
    """`LinkState.depth`, in SQL."""
    two_way = Q(state__two_way_until__gt=today)
    whens = []
    for rung, name in links.RUNG_FIELDS:
        holds = Q(**{f"state__{name}__gt": today})
        whens.append(When(holds & two_way if rung in links.NEEDS_TWO_WAY else holds, then=Value(rung)))
    return Case(*whens, default=Value(links.LISTED), output_field=IntegerField())


def you_know(known: int, total: int, *, counted: bool) -> str:
    """The headline of a place or a cell."""
    if not total:
        return _("Nobody is written down here yet")
    if not counted:
        return ngettext("You know %(known)s person here", "You know %(known)s people here", known) % {
            "known": grouped(known)
        }
    return _("You know %(known)s of %(total)s") % {"known": grouped(known), "total": grouped(total)}


def grouped(number: int) -> str:
    return str(number_format(number, use_l10n=True, force_grouping=True))


# --- places in one line --------------------------------------------------------------------------


@dataclass
class Sum:
    """How many we know at a place, and of how many."""

    known: int = 0
    total: int = 0
    counted: bool = False

    def add(self, known: int, hidden: int, number: int | None) -> None:
        self.known += known
        self.total += max(known + hidden, number or 0)
        self.counted = self.counted or number is not None

    def __str__(self) -> str:
        return you_know(self.known, self.total, counted=self.counted)


def sums(today: date) -> dict[UUID, Sum]:
    """For every place at hand, in two queries."""
    groups = still_here(today).order_by().values_list("site_id", "unit_id", "shift_id")
    cells: dict[tuple[UUID, UUID | None, UUID | None], list[Any]] = {}
    for site, unit, shift, known, hidden in groups.annotate(
        known=Count("pk", filter=~NOT_AT_ALL), hidden=Count("pk", filter=NOT_AT_ALL)
    ):
        cells[site, unit, shift] = [known, hidden, None]
    for site, unit, shift, number in HeadCount.objects.values_list(
        "unit__site_id", "unit_id", "shift_id", "number"
    ):
        cells.setdefault((site, unit, shift), [0, 0, None])[2] = number
    found: dict[UUID, Sum] = {}
    for (site, _unit, _shift), cell in cells.items():
        found.setdefault(site, Sum()).add(*cell)
    return found


# --- one place -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tile:
    id: UUID
    name: str
    depth: int
    says: str


@dataclass
class Cell:
    """One unit on one shift: how many there are, how many of them we know, how deep."""

    unit: Unit | None = None
    shift: Shift | None = None
    number: int | None = None
    hidden: int = 0
    depths: Counter[int] = field(default_factory=Counter)
    tiles: list[Tile] = field(default_factory=list)
    seats_at_most: int = SEATS_AT_MOST

    @property
    def known(self) -> int:
        return sum(self.depths.values())

    @property
    def total(self) -> int:
        return max(self.number or 0, self.known + self.hidden)

    @property
    def count(self) -> str:
        if self.number is None:
            return grouped(self.known) if self.known else ""
        if not self.total:
            return _("nobody")
        return _("%(known)s of %(total)s") % {"known": grouped(self.known), "total": grouped(self.total)}

    @property
    def seats(self) -> range:
        return range(min(self.total - self.known, self.seats_at_most))

    @property
    def more_seats(self) -> str:
        more = self.total - self.known - len(self.seats)
        return f"+ {grouped(more)}" if more else ""

    @property
    def levels(self) -> list[tuple[int, str, str]]:
        """For charts too big for names: depth, how many, what that depth is called."""
        return [(d, grouped(self.depths[d]), str(RUNGS[d])) for d in sorted(self.depths, reverse=True)]

    @property
    def where(self) -> str:
        names = [part.name for part in (self.unit, self.shift) if part]
        return ", ".join(names) or _("without unit or shift")


@dataclass
class Band:
    """Units side by side, as many as fit; a big place has several bands below each other."""

    heads: list[str]
    rows: list[tuple[str, list[Cell]]]


@dataclass
class Chart:
    cells: list[Cell]
    bands: list[Band]
    named: bool

    @property
    def sum(self) -> Sum:
        found = Sum()
        for cell in self.cells:
            found.add(cell.known, cell.hidden, cell.number)
        return found

    @property
    def unreached(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.total and not cell.known]


def chart_of(site: Site, today: date) -> Chart:
    """Six queries: units, shifts, head counts, counts by depth, and names unless they are too many."""
    units, shifts = list(site.units.all()), list(site.shifts.all())
    cells = _count(site, units, shifts, today)
    named = sum(cell.known for cell in cells.values()) <= TILES_AT_MOST
    persons = still_here(today).filter(site=site).exclude(NOT_AT_ALL)
    if named:
        _name(cells, persons, today)
    bands = _bands(units, shifts, cells)
    shown = [cell for band in bands for _head, row in band.rows for cell in row]
    for cell in shown:
        cell.seats_at_most = SEATS_IN_BIG_CHARTS if len(shown) > BIG else SEATS_AT_MOST
    return Chart(shown, bands, named)


def cell_of(unit: Unit | None, shift: Shift | None, site: Site, today: date) -> Cell:
    """One cell alone, with the names of everybody in it."""
    cells = _count(site, [unit] if unit else [], [shift] if shift else [], today)
    where = (unit.pk if unit else None, shift.pk if shift else None)
    cell = cells.get(where) or Cell(unit, shift)
    if cell.known <= TILES_AT_MOST:
        persons = still_here(today).filter(site=site, unit=unit, shift=shift).exclude(NOT_AT_ALL)
        _name({where: cell}, persons, today)
    return cell


def _count(site: Site, units: list[Unit], shifts: list[Shift], today: date) -> dict[Where, Cell]:
    """The cells that hold anybody or were counted."""
    by_id: dict[UUID | None, Any] = {None: None, **{p.pk: p for p in [*units, *shifts]}}
    cells: dict[Where, Cell] = {}

    def at(unit: UUID | None, shift: UUID | None) -> Cell:
        return cells.setdefault((unit, shift), Cell(by_id.get(unit), by_id.get(shift)))

    groups = still_here(today).filter(site=site).order_by().annotate(depth=depth_on(today))
    for unit, shift, depth, known, hidden in groups.values_list("unit_id", "shift_id", "depth").annotate(
        known=Count("pk", filter=~NOT_AT_ALL), hidden=Count("pk", filter=NOT_AT_ALL)
    ):
        cell = at(unit, shift)
        cell.hidden += hidden
        if known:
            cell.depths[depth] = known
    counts = HeadCount.objects.filter(unit__site=site).values_list("unit_id", "shift_id", "number")
    for unit, shift, number in counts:
        at(unit, shift).number = number
    return cells


def _name(cells: dict[Where, Cell], persons: QuerySet[Person], today: date) -> None:
    """Fill the cells with tiles, deepest first."""
    rows = persons.annotate(depth=depth_on(today)).order_by("-depth", "name", "id")
    found: dict[Where, list[tuple[UUID, str, str, int]]] = {}
    for id, name, nickname, unit, shift, depth in rows.values_list(
        "id", "name", "nickname", "unit_id", "shift_id", "depth"
    ):
        found.setdefault((unit, shift), []).append((id, name, nickname, depth))
    for where, people in found.items():
        if where in cells:
            cells[where].tiles = _tiles(people)


def _tiles(people: list[tuple[UUID, str, str, int]]) -> list[Tile]:
    firsts = Counter(nickname or first_name(name) for _id, name, nickname, _depth in people)
    return [
        Tile(id, nickname or _told_apart(name, firsts), depth, str(RUNGS[depth]))
        for id, name, nickname, depth in people
    ]


def _told_apart(name: str, firsts: Counter[str]) -> str:
    """The first name, with an initial where another one in the cell is called the same."""
    first, words = first_name(name), name.split()
    if firsts[first] > 1 and len(words) > 1 and first == words[0]:
        return f"{first} {words[-1][0]}."
    return first


def first_name(name: str) -> str:
    """The first word of what looks like a name; a description ("tall guy, packing") as it is, cut if long."""
    words = name.split()
    if 1 <= len(words) <= 4 and all(word[0].isupper() for word in words) and "," not in name:
        return words[0] if words[0].rstrip(".").casefold() not in NO_NAME else " ".join(words[:2])
    return name if len(name) <= 28 else f"{name[:27]}…"


# --- laying it out -------------------------------------------------------------------------------


def _bands(units: list[Unit], shifts: list[Shift], cells: dict[Where, Cell]) -> list[Band]:
    """Units across and shifts down; where there are no shifts, units down."""
    columns: list[Unit | None] = [*units]
    rows: list[Shift | None] = [*shifts]
    if not units or any(unit is None for unit, _shift in cells):
        columns.append(None)
    if not shifts or any(shift is None for _unit, shift in cells):
        rows.append(None)

    def at(unit: Unit | None, shift: Shift | None) -> Cell:
        where = (unit.pk if unit else None, shift.pk if shift else None)
        return cells.get(where) or Cell(unit, shift)

    if rows == [None]:
        lines = [(_head(unit, units, _("No unit yet")), [at(unit, None)]) for unit in columns]
        return [Band([], lines)]
    return [
        Band(
            [_head(unit, units, _("No unit yet")) for unit in part],
            [(_head(shift, shifts, _("No shift yet")), [at(unit, shift) for unit in part]) for shift in rows],
        )
        for part in _evenly(columns)
    ]


def _head(part: Unit | Shift | None, parts: Iterable[Any], otherwise: str) -> str:
    if part:
        return part.name
    return otherwise if parts else _("Everybody")


def _evenly(columns: list[Unit | None]) -> list[list[Unit | None]]:
    bands = -(-len(columns) // COLUMNS_AT_MOST)
    size = -(-len(columns) // bands)
    return [columns[i : i + size] for i in range(0, len(columns), size)]
