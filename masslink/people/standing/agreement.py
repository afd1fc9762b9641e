"""How well members who don't see each other's views agree: plain calculations, free of Django.

Krippendorff's alpha for ordinal data with missing values, as in K. Krippendorff, "Computing Krippendorff's
Alpha-Reliability" (2011): a unit is a person, an observer a member, a value what a member said of that person. Units
with fewer than two values have nothing to compare and drop out. 1 is agreement throughout, 0 what chance would give.

The lines at .800 and .667 are his, from "Content Analysis" (2nd edition 2004, chapter 11): rely on data above the
first, draw tentative conclusions down to the second. He calls them conventions, to be set by what a wrong conclusion
would cost; nothing shows that they hold for views of people. So pages say words, and keep the figure a tap away.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

ENOUGH = 10  # persons seen by two; of fewer, nothing can be said
RELY, TENTATIVE = 0.8, 0.667
TOO_FEW, UNIFORM, ALIKE, MOSTLY, APART = "too_few", "uniform", "alike", "mostly", "apart"


@dataclass(frozen=True)
class Agreement:
    """What can be said about a place, of how many persons, and the figure behind it."""

    verdict: str
    persons: int
    alpha: float | None = None


def agreement(units: Iterable[Sequence[int]]) -> Agreement:
    """In one word, from the views there are of each person; "not yet known" isn't one of them."""
    paired = [unit for unit in units if len(unit) > 1]
    if len(paired) < ENOUGH:
        return Agreement(TOO_FEW, len(paired))
    figure = alpha(paired)
    if figure is None:
        return Agreement(UNIFORM, len(paired))
    verdict = ALIKE if figure >= RELY else MOSTLY if figure >= TENTATIVE else APART
    return Agreement(verdict, len(paired), figure)


def alpha(units: Iterable[Sequence[int]]) -> float | None:
    """Krippendorff's alpha, ordinal. None where nobody can be compared, or all values are one and the same."""
    pairs = _coincidences(units)
    sizes: dict[int, float] = {}
    for (value, _other), weight in pairs.items():
        sizes[value] = sizes.get(value, 0) + weight
    total = sum(sizes.values())
    between = _distances(sizes)
    expected = sum(sizes[c] * sizes[k] * d for (c, k), d in between.items())
    if not expected:
        return None
    observed = sum(pairs.get((c, k), 0) * d for (c, k), d in between.items())
    return 1 - (total - 1) * observed / expected


def _coincidences(units: Iterable[Sequence[int]]) -> dict[tuple[int, int], float]:
    """How often each value meets each other one within a unit, every value counting once in all."""
    met: dict[tuple[int, int], float] = {}
    for unit in units:
        counts = Counter(unit)
        for c, k in product(counts, counts) if len(unit) > 1 else ():
            times = counts[c] * (counts[k] - (c == k)) / (len(unit) - 1)
            met[c, k] = met.get((c, k), 0) + times
    return met


def _distances(sizes: dict[int, float]) -> dict[tuple[int, int], float]:
    """The ordinal metric: how many values lie between two steps, those on the two counting half, squared."""
    steps = sorted(sizes)
    return {
        (c, k): (sum(sizes[g] for g in steps if c <= g <= k) - (sizes[c] + sizes[k]) / 2) ** 2
        for c in steps
        for k in steps
        if c < k
    }
