"""Who takes over from somebody who goes: shared out among those who stay, in turn. Free of Django."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

Taker = TypeVar("Taker", bound=Hashable)
Given = TypeVar("Given", bound=Hashable)

PER_WEEK = 3  # so many introductions one can see to


def in_turn(
    given: Mapping[Given, Sequence[Taker]],
    load: Mapping[Taker, int],
    already: Mapping[Given, Taker] | None = None,
) -> dict[Given, Taker]:
    """For each of those given up one who may take them: in turn, beginning with whoever has fewest so far.

    `already`: who has them anyway.
    """
    got: dict[Taker, int] = {}
    found = dict(already or {})
    for one, takers in given.items():
        if one not in found and takers:
            order = {taker: (got.get(taker, 0), load.get(taker, 0), at) for at, taker in enumerate(takers)}
            found[one] = min(order, key=lambda taker: order[taker])
            got[found[one]] = got.get(found[one], 0) + 1
    return found


def by_when(first: date, number: int) -> date:
    """The day for somebody's n-th introduction, counted from 0: a few a week."""
    return first + timedelta(weeks=number // PER_WEEK)
