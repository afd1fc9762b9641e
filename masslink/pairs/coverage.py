"""What the pairs of a place cover and what not: a plain calculation from ids, numbers and dates, free of Django.

Nobody is counted up against anybody here: it says where a pair is missing, which two haven't met for long, who works
alone. Whoever asks gives only what counts today: pairs that go on, people who may be listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

FOUR_WEEKS = timedelta(days=28)

Id = UUID | None


class Cell(NamedTuple):
    """A unit on a shift; without one of them, people of whom it isn't known."""

    unit: Id = None
    shift: Id = None


EVERYWHERE = Cell()


class Part(NamedTuple):
    """What somebody works: a unit, a shift, a unit on a shift, one person; nothing named is all of the place."""

    unit: Id = None
    shift: Id = None
    person: Id = None

    def covers_cell(self, cell: Cell) -> bool:
        """Whether all who are there, or come there, are theirs."""
        return self.person is None and self.unit in (None, cell.unit) and self.shift in (None, cell.shift)

    def covers(self, who: Who) -> bool:
        return self.person == who.id if self.person else self.covers_cell(who.cell)


@dataclass(frozen=True)
class Who:
    """Somebody at the place, and the members who took them on."""

    id: UUID
    cell: Cell = EVERYWHERE
    linked: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Team:
    """A pair that goes on: what they work, since when, when they last sat down, whether one of them is away."""

    id: UUID
    members: tuple[UUID, UUID]
    parts: tuple[Part, ...]
    since: date
    sat: date | None = None
    away: bool = False

    def covers(self, who: Who) -> bool:
        return any(part.covers(who) for part in self.parts)


@dataclass(frozen=True)
class Gap:
    """Where nobody works: a unit or a shift as a whole, a unit on a shift, or all of the place; how many are there."""

    cell: Cell
    people: int


@dataclass(frozen=True)
class Coverage:
    """What is covered at a place and what is missing; lists in the order in which they came."""

    covered: int
    without: tuple[Who, ...]  # people without a pair
    quiet: tuple[UUID, ...]  # pairs that haven't sat down for four weeks, though both are there
    alone: tuple[UUID, ...]  # members who took people on here, and are in no pair
    gaps: tuple[Gap, ...]

    @property
    def by_unit(self) -> Counter[Id]:
        """How many have no pair, unit by unit."""
        return Counter(who.cell.unit for who in self.without)

    @property
    def met(self) -> list[Who]:
        """Those without a pair whom somebody took on."""
        return [who for who in self.without if who.linked]

    @property
    def is_whole(self) -> bool:
        return not (self.without or self.quiet or self.alone or self.gaps)


def coverage(
    people: Iterable[Who],
    teams: Iterable[Team],
    counts: dict[Cell, int],
    members: Iterable[UUID],
    today: date,
) -> Coverage:
    """`counts`: how many there are in each unit on each shift; `members`: who has access, in their order."""
    people, teams = list(people), list(teams)
    without = tuple(who for who in people if not any(team.covers(who) for team in teams))
    return Coverage(
        covered=len(people) - len(without),
        without=without,
        quiet=tuple(team.id for team in teams if is_quiet(team.sat, team.since, today) and not team.away),
        alone=_alone(people, teams, members),
        gaps=_gaps(teams, counts),
    )


def is_quiet(sat: date | None, since: date, today: date) -> bool:
    """Whether they haven't sat down for four weeks, counted from when they became a pair at the earliest."""
    return today - max(sat or since, since) >= FOUR_WEEKS


def _alone(people: list[Who], teams: list[Team], members: Iterable[UUID]) -> tuple[UUID, ...]:
    paired = {member for team in teams for member in team.members}
    linked = {member for who in people for member in who.linked}
    return tuple(member for member in members if member in linked and member not in paired)


# --- units and shifts ----------------------------------------------------------------------------


def _gaps(teams: list[Team], counts: dict[Cell, int]) -> tuple[Gap, ...]:
    """Cells with people that no pair works; said once for a whole place, then a whole unit, then a whole shift.

    Those of whom the unit or the shift isn't known are no gap by themselves: they are among the people without a pair.
    """
    parts = [part for team in teams for part in team.parts]
    filled = {cell: number for cell, number in counts.items() if number}
    if not any(part.covers_cell(cell) for cell in filled for part in parts):
        return (Gap(EVERYWHERE, sum(filled.values())),) if filled else ()
    filled.pop(EVERYWHERE, None)
    left = {c: n for c, n in filled.items() if not any(part.covers_cell(c) for part in parts)}
    found = []
    for whole in _wholes(filled):
        inside = [cell for cell in filled if Part(*whole).covers_cell(cell)]
        if len(inside) > 1 and all(cell in left for cell in inside):
            found.append(Gap(whole, sum(left.pop(cell) for cell in inside)))
        elif len(inside) > 1:  # some of it is worked: "Packing" would be wrong
            left.pop(whole, None)
    return (*found, *(Gap(cell, number) for cell, number in left.items()))


def _wholes(cells: Iterable[Cell]) -> list[Cell]:
    """Every unit, then every shift that occurs."""
    cells = list(cells)
    units = dict.fromkeys(Cell(cell.unit) for cell in cells if cell.unit)
    return [*units, *dict.fromkeys(Cell(None, cell.shift) for cell in cells if cell.shift)]
