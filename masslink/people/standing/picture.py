"""The months as a picture: columns of an SVG that is stretched to its place. Free of Django."""

from collections.abc import Sequence
from dataclasses import dataclass

from masslink.people.standing.counting import VIEWS, Month

STEP, WIDE, HIGH, AT_LEAST = 10, 8, 100, 6


@dataclass(frozen=True)
class Bar:
    """How many stood somewhere; value None is of whom nobody had a view."""

    value: int | None
    y: int
    height: int


@dataclass(frozen=True)
class Column:
    """One month; without bars it only keeps its place."""

    x: int
    month: Month | None
    bars: list[Bar]


@dataclass(frozen=True)
class Picture:
    columns: list[Column]
    wide: int = WIDE

    @property
    def width(self) -> int:
        return len(self.columns) * STEP


def picture(months: Sequence[Month]) -> Picture:
    """Columns as high as there were people, the latest at the right; within each, those with us at the bottom."""
    tallest = max((max(month.persons, month.seen) for month in months), default=0) or 1
    slots: list[Month | None] = [*[None] * (AT_LEAST - len(months)), *months]
    return Picture([Column(i * STEP, month, _bars(month, tallest)) for i, month in enumerate(slots)])


def _bars(month: Month | None, tallest: int) -> list[Bar]:
    if month is None:
        return []
    parts: list[tuple[int | None, int]] = [(value, month.counts.get(value, 0)) for value in VIEWS]
    bars, below = [], 0
    for value, n in [*parts, (None, month.unseen)]:
        # From sums, so that rounding leaves neither gaps nor overlaps.
        foot, head = (HIGH - round(HIGH * part / tallest) for part in (below, below + n))
        if n:
            bars.append(Bar(value, head, foot - head))
        below += n
    return bars
