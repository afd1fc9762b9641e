"""The wall chart: everybody of a place by unit and shift, as few queries as it takes however many they are.

Who asked not to be contacted ("not at all") counts in a cell's total and stands nowhere by name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.models import Member
from masslink.desk.chart_choices import Choices, SiteParts, levelled, only, part_key
from masslink.desk.chart_scales import DEPTH, FRESH, Level, Scale, depth_scale
from masslink.people.calling import called, full_name
from masslink.people.models import Person, PersonQuerySet
from masslink.sites.models import HeadCount, Shift, Site, Unit

NAMED_AT_ONCE = 500  # more people than that are names on a phone that nobody reads: cells show how many
NAMED_AT_MOST = 1500  # also for who wants to see every name
NOT_AT_ALL = Q(reach=Person.Reach.NOT_AT_ALL)
Where = tuple[UUID | None, UUID | None]
Named = tuple[UUID, str, str, int]  # id, name, nickname, code of a level


def still_here(today: date) -> PersonQuerySet:
    return Person.objects.here(today)


def you_know(known: int, total: int, *, counted: bool) -> str:
    """The headline of a place or a cell."""
    if not total:
        return _("Nobody is here, as far as we know") if counted else _("Nobody is written down here yet")
    if not counted:
        return ngettext("You know %(known)s person here", "You know %(known)s people here", known) % {
            "known": grouped(known)
        }
    return _("You know %(known)s of %(total)s") % {"known": grouped(known), "total": grouped(total)}


def known_of(known: int, total: int, *, counted: bool) -> str:
    """The same in the fewest words: "5 of 14", or "5" where nobody has counted."""
    if not counted:
        return grouped(known) if known else ""
    if not total:
        return _("nobody")
    return _("%(known)s of %(total)s") % {"known": grouped(known), "total": grouped(total)}


def grouped(number: int) -> str:
    return str(number_format(number, use_l10n=True, force_grouping=True))


# --- how many there are --------------------------------------------------------------------------


@dataclass
class Counted:
    """One unit on one shift: whom we know, who is left in peace, how many somebody said there are."""

    known: int = 0
    hidden: int = 0
    said: int | None = None
    number: int | None = None  # what of it falls to this cell: see `leave_rest`

    @property
    def total(self) -> int:
        return max(self.number or 0, self.known + self.hidden)


def leave_rest(cells: Mapping[Where, Counted]) -> None:
    """A number said for a whole unit holds those of its shifts too: what they leave falls to no shift yet."""
    on_shifts: Counter[UUID | None] = Counter()
    for (unit, shift), cell in cells.items():
        cell.number = cell.said
        if shift is not None:
            on_shifts[unit] += cell.total
    for (unit, shift), cell in cells.items():
        if shift is None and cell.said is not None:
            cell.number = max(cell.said - on_shifts[unit], 0)


@dataclass
class Sum:
    """How many we know at a place, in a unit, on a shift, and of how many."""

    known: int = 0
    total: int = 0
    counted: bool = False

    @classmethod
    def of(cls, cells: Iterable[Counted]) -> "Sum":
        found = cls()
        for cell in cells:
            found.known += cell.known
            found.total += cell.total
            found.counted = found.counted or cell.number is not None
        return found

    @property
    def short(self) -> str:
        return known_of(self.known, self.total, counted=self.counted)

    def __str__(self) -> str:
        return you_know(self.known, self.total, counted=self.counted)


KNOWN = {"known": Count("pk", filter=~NOT_AT_ALL), "hidden": Count("pk", filter=NOT_AT_ALL)}


def sums(today: date) -> dict[UUID, Sum]:
    """For every place at hand, in two queries."""
    found: dict[UUID, dict[Where, Counted]] = {}
    groups = still_here(today).order_by().values_list("site_id", "unit_id", "shift_id")
    for site, unit, shift, known, hidden in groups.annotate(**KNOWN):
        found.setdefault(site, {})[unit, shift] = Counted(known, hidden)
    counts = HeadCount.objects.values_list("unit__site_id", "unit_id", "shift_id", "number")
    for site, unit, shift, number in counts:
        found.setdefault(site, {}).setdefault((unit, shift), Counted()).said = number
    for cells in found.values():
        leave_rest(cells)
    return {site: Sum.of(cells.values()) for site, cells in found.items()}


# --- one place -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tile:
    id: UUID
    name: str
    code: int
    differ: bool = False


@dataclass
class Cell(Counted):
    """One unit on one shift as the chart shows it: its people by level, and the seats of the others."""

    unit: Unit | None = None
    shift: Shift | None = None
    levels: Counter[int] = field(default_factory=Counter)  # of those who are shown
    tiles: list[Tile] = field(default_factory=list)

    @property
    def shown(self) -> int:
        return sum(self.levels.values())

    @property
    def pale(self) -> int:
        """Whom we know, but who were not asked for."""
        return max(self.known - self.shown, 0)

    @property
    def empty(self) -> int:
        return max(self.total - self.known, 0)

    @property
    def count(self) -> str:
        return known_of(self.known, self.total, counted=self.number is not None)

    @property
    def key(self) -> str:
        return f"{part_key(self.unit)}.{part_key(self.shift)}"

    @property
    def where(self) -> str:
        names = [part.name for part in (self.unit, self.shift) if part]
        return ", ".join(names) or _("without unit or shift")

    def by_level(self, scale: Scale) -> list[tuple[Level, list[Tile]]]:
        groups = [(level, [tile for tile in self.tiles if tile.code == level.code]) for level in scale.levels]
        return [group for group in groups if group[1]]


@dataclass
class Chart:
    """All cells of a place, what colours them, and whether their people stand there by name."""

    cells: dict[Where, Cell]
    scale: Scale
    parts: SiteParts
    named: bool

    @property
    def sum(self) -> Sum:
        return Sum.of(self.cells.values())

    @property
    def shown(self) -> int:
        return sum(cell.shown for cell in self.cells.values())

    @property
    def unreached(self) -> list[Cell]:
        """Where people are and we know none of them, in the order of the chart."""
        found = [cell for cell in self.cells.values() if cell.total and not cell.known]
        places = {part.pk: place for place, part in enumerate([*self.parts.units, *self.parts.shifts])}
        last = len(places)

        def order(cell: Cell) -> tuple[int, ...]:
            return tuple(places[part.pk] if part else last for part in (cell.unit, cell.shift))

        return sorted(found, key=order)


def chart_of(
    site: Site,
    today: date,
    choices: Choices | None = None,
    me: Member | None = None,
    *,
    most: int = 0,
    full: bool = False,
) -> Chart:
    """As the reader wants it. Queries: parts, head counts, counts, who is shown; never one for each person.

    `most`: so many names at most, where it isn't read on a screen; `full`: all of a name.
    """
    choices, parts = choices or Choices(by=DEPTH), SiteParts.of(site, today)
    scale = parts.scale(choices, me)
    cells = _count(site, [*parts.units, *parts.shifts], today)
    here = levelled(still_here(today).filter(site=site).exclude(NOT_AT_ALL), today)
    shown = only(here, choices, scale, parts, me) if choices.only else here
    most = most or (NAMED_AT_MOST if choices.all else NAMED_AT_ONCE)
    named = _fill(cells, shown, scale, most, full=full)
    return Chart(cells, scale, parts, named)


def cell_of(
    unit: Unit | None, shift: Shift | None, site: Site, today: date, scale: Scale | None = None
) -> Cell:
    """One cell alone, with the names of everybody in it."""
    where = (unit.pk if unit else None, shift.pk if shift else None)
    cell = _count(site, [unit, shift], today).get(where) or Cell(unit=unit, shift=shift)
    here = still_here(today).filter(site=site, unit=unit, shift=shift).exclude(NOT_AT_ALL)
    _fill({where: cell}, levelled(here, today), scale or depth_scale(), NAMED_AT_MOST)
    return cell


def _count(site: Site, parts: Iterable[Any], today: date) -> dict[Where, Cell]:
    """The cells that hold anybody or were counted."""
    by_id: dict[UUID | None, Any] = {part.pk: part for part in parts if part}
    cells: dict[Where, Cell] = {}

    def at(unit: UUID | None, shift: UUID | None) -> Cell:
        return cells.setdefault((unit, shift), Cell(unit=by_id.get(unit), shift=by_id.get(shift)))

    groups = still_here(today).filter(site=site).order_by().values_list("unit_id", "shift_id")
    for unit, shift, known, hidden in groups.annotate(**KNOWN):
        cell = at(unit, shift)
        cell.known, cell.hidden = known, hidden
    counts = HeadCount.objects.filter(unit__site=site).values_list("unit_id", "shift_id", "number")
    for unit, shift, number in counts:
        at(unit, shift).said = number
    leave_rest(cells)
    return cells


def _fill(
    cells: Mapping[Where, Cell], persons: PersonQuerySet, scale: Scale, most: int, *, full: bool = False
) -> bool:
    """Put these persons into their cells: by name, or where they are too many by number; says which."""
    column = FRESH if scale.by == FRESH else DEPTH
    if scale.question is None:
        groups = persons.order_by().values_list("unit_id", "shift_id", column).annotate(n=Count("pk"))
        for unit, shift, code, number in groups:
            cells[unit, shift].levels[code] = number
        if sum(cell.shown for cell in cells.values()) > most:
            return False
    found: dict[Where, list[Named]] = {}
    for id, name, nickname, unit, shift, code in persons.order_by("name", "id").values_list(
        "id", "name", "nickname", "unit_id", "shift_id", column
    ):
        found.setdefault((unit, shift), []).append((id, name, nickname, scale.code_of(id, code)))
    named = sum(map(len, found.values())) <= most
    for where, people in found.items():
        cells[where].levels = Counter(code for *_rest, code in people)
        cells[where].tiles = _tiles(people, scale, full=full) if named else []
    return named


def _tiles(people: list[Named], scale: Scale, *, full: bool) -> list[Tile]:
    """Strongest level first, names in order."""
    known = [(name, nickname) for _id, name, nickname, _code in people]
    names = [full_name(*one) for one in known] if full else called(known)
    order = {level.code: place for place, level in enumerate(scale.levels)}
    tiles = [
        Tile(id, name, code, scale.differ(id)) for (id, *_rest, code), name in zip(people, names, strict=True)
    ]
    return sorted(tiles, key=lambda tile: order[tile.code])
