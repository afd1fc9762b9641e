"""How many will come to a gathering, as a range: a plain calculation, free of Django. Never about one person.

Organizers' rule of thumb is that half of those who say yes come (so in most handbooks of house meetings and turnout;
nobody claims more for it than that). Where earlier gatherings of the same kind are known, they know better: of each,
how many came for each yes. From four on, the middle half of these shares (first to third quartile, with
interpolation); of fewer, all of them and the half. A gathering to which nobody is asked, because everybody knows of
it, is measured by how many came before. What was never signed in isn't counted: no ticks aren't the same as nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from statistics import quantiles

HALF = 0.5
ENOUGH = 4  # earlier ones, from which quartiles say something
LOOKED_AT = 12  # the latest of the earlier ones

BY_SHARE, BY_COUNT, BY_HALF = "share", "count", "half"


@dataclass(frozen=True)
class Before:
    """An earlier gathering: how many said yes, and how many came."""

    yes: int
    came: int


@dataclass(frozen=True)
class Expected:
    """Between `low` and `high` will come. `basis` says what it rests on, `earlier` on how many gatherings."""

    low: int
    high: int
    basis: str
    earlier: int = 0

    def fits(self, came: int) -> bool:
        return self.low <= came <= self.high


def expected(yes: int, history: Iterable[Before]) -> Expected | None:
    """What to expect of so many yeses; None where nothing can be said."""
    known = [one for one in list(history)[:LOOKED_AT] if one.came]
    shares = [one.came / one.yes for one in known if one.yes]
    if yes and shares:
        low, high = _middle(shares)
        return Expected(_down(low * yes), _up(high * yes), BY_SHARE, len(shares))
    if yes:
        return Expected(floor(yes * HALF), ceil(yes * HALF), BY_HALF)
    if len(known) >= 2:
        low, high = _quartiles([one.came for one in known])
        return Expected(_down(low), _up(high), BY_COUNT, len(known))
    return None


def _middle(shares: list[float]) -> tuple[float, float]:
    if len(shares) >= ENOUGH:
        return _quartiles(shares)
    return min(*shares, HALF), max(*shares, HALF)


def _quartiles(values: list[int] | list[float]) -> tuple[float, float]:
    first, _median, third = quantiles(values, n=4, method="inclusive")
    return first, third


# A share like 5/6 of 6 is 5, whatever the last bit says.
def _down(value: float) -> int:
    return floor(round(value, 6))


def _up(value: float) -> int:
    return ceil(round(value, 6))
