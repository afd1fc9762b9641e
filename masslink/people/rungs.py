"""How many people of a place stand on which rung, day by day: a plain calculation from deeds, free of Django.

`links.depth_from_deeds` says what a rung is, and tests hold this to it. It would have to be asked for every person and
every day; here a deed is written once into all the days for which it proves something, as one bit each, so that a place
of thousands is counted while a page is made.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any, TypeVar

from masslink.people.links import (
    CARRIES,
    FOUR_WEEKS,
    LISTED,
    MEETS,
    RUNG_OF,
    STANDS,
    TALKED,
    TALKING,
    YEAR,
)

P = TypeVar("P", bound=Hashable)
Rungs = tuple[int, ...]  # one for each of the days
DAY = timedelta(days=1)


def month_ends(today: date, months: int) -> list[date]:
    """The last days of so many months before this one, and today; the earliest first."""
    ends = [today]
    for _ in range(months):
        ends.append(ends[-1].replace(day=1) - DAY)
    return ends[::-1]


@dataclass
class _Proofs:
    """For one person: on which of the days which rung is proven, as bits; and the days they talked."""

    of: dict[int, int] = field(default_factory=dict)
    talks: set[date] = field(default_factory=set)


def on_days(deeds: Iterable[tuple[P, str, date]], days: Sequence[date]) -> dict[P, Rungs]:
    """The rung of everybody of whom there are deeds, on each of these days (the earliest first)."""
    people: dict[P, _Proofs] = {}
    bits = lru_cache(maxsize=None)(partial(_bits, days))
    for person, kind, on in deeds:
        rung = RUNG_OF.get(kind)
        if rung is None:
            continue
        proofs = people.get(person)
        if proofs is None:
            proofs = people[person] = _Proofs()
        proofs.of[rung] = proofs.of.get(rung, 0) | bits(on)
        if kind == TALKED:
            proofs.talks.add(on)
    counted = lru_cache(maxsize=None)(_rungs)
    return {person: counted(*_masks(proofs, days, bits), len(days)) for person, proofs in people.items()}


def _bits(days: Sequence[date], on: date) -> int:
    """The days on which a deed still proves something: those from its own until a year later."""
    return int((1 << bisect_left(days, on + YEAR)) - (1 << bisect_left(days, on)))


def _masks(
    proofs: _Proofs, days: Sequence[date], bits: Callable[[date], int]
) -> tuple[int, int, int, int, int]:
    """Talking, sustained, meets, stands, carries: the days on which each is proven; the last three take a talk too."""
    two_way = 0
    for on in proofs.talks:
        two_way |= bits(on)
    of = proofs.of.get
    sustained = _sustained(sorted(proofs.talks), days)
    return (
        of(TALKING, 0),
        sustained,
        of(MEETS, 0) & two_way,
        of(STANDS, 0) & two_way,
        of(CARRIES, 0) & two_way,
    )


def _sustained(talks: list[date], days: Sequence[date]) -> int:
    """The days within whose last year three talks span four weeks or more."""
    if len(talks) < 3 or talks[-1] - talks[0] < FOUR_WEEKS:
        return 0
    found = 0
    for at, day in enumerate(days):
        first, end = bisect_right(talks, day - YEAR), bisect_right(talks, day)
        if end - first >= 3 and talks[end - 1] - talks[first] >= FOUR_WEEKS:
            found |= 1 << at
    return found


def _rungs(*masks: Any) -> Rungs:
    """The highest rung that is proven, day by day; the last of the numbers is how many days."""
    *proven, many = masks
    falling = [(rung, mask) for rung, mask in zip(range(TALKING, CARRIES + 1), proven, strict=True) if mask][
        ::-1
    ]
    return tuple(next((rung for rung, mask in falling if mask >> at & 1), LISTED) for at in range(many))


def counted(
    here: Mapping[P, tuple[date, date | None]], rungs: Mapping[P, Rungs], days: Sequence[date]
) -> list[list[int]]:
    """How many of those who were here stood on each rung, day by day. `here`: known since, gone from."""
    groups: Counter[tuple[date, date | None, Rungs]] = Counter()
    nothing: Rungs = (LISTED,) * len(days)
    for person, (since, until) in here.items():
        groups[since, until, rungs.get(person, nothing)] += 1
    found = [[0] * (CARRIES + 1) for _ in days]
    for (since, until, steps), people in groups.items():
        first = bisect_left(days, since)
        end = len(days) if until is None else bisect_left(days, until)
        for at in range(first, end):
            found[at][steps[at]] += people
    return found
