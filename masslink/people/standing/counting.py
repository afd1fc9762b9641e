"""How many stand where, month by month, and what of it may be shown: plain calculations, free of Django.

Every month has the numbers as they stood at its end. They are kept once a month, before anything changes; a month
for which nothing was kept is one in which nothing changed, so the next numbers hold for it too.

Numbers can give away what one member thinks of one person: of three persons with a view, every bar is somebody. And
whoever knows all views but one reads the last off the sum. So, with a floor of five persons:

- A month in which fewer than five persons had a view isn't shown.
- Whoever hasn't said their own view of one to four persons of whom others have one doesn't see the months since then.
- Whoever hasn't of five or more sees a month drawn anew only once five or more persons differ; else as it was before.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

FLOOR = 5
VIEWS = range(1, 6)


@dataclass(frozen=True)
class Month:
    """How many stood where at the end of a month, of how many persons; `first` is its first day."""

    first: date
    counts: dict[int, int]
    persons: int
    as_before: bool = False  # the same as the one before, because too few differ

    @property
    def seen(self) -> int:
        """Of how many there was a view."""
        return sum(self.counts.get(value, 0) for value in VIEWS)

    @property
    def row(self) -> list[int]:
        return [self.counts.get(value, 0) for value in VIEWS]

    @property
    def unseen(self) -> int:
        return max(self.persons - self.seen, 0)


def count(middles: Iterable[int | None]) -> dict[int, int]:
    """Each person once, under the middle of the views there are of them."""
    return dict(Counter(middle for middle in middles if middle is not None))


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_before(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


def every_month(kept: Iterable[Month], last: Month, since: date) -> list[Month]:
    """All months from `since` to the last; where nothing was kept, nothing changed until the next that was."""
    known = {month.first: month for month in kept}
    found, coming, first = [], last, last.first
    while first >= since:
        coming = known.get(first, coming) if first != last.first else last
        found.append(replace(coming, first=first))
        first = month_before(first)
    return found[::-1]


def shown(months: Iterable[Month], *, hidden: int = 0, hidden_since: date | None = None) -> list[Month]:
    """The months that somebody may see who hasn't said their own view of `hidden` persons whom others know."""
    found = [month for month in months if month.seen >= FLOOR]
    if not hidden:
        return found
    if hidden < FLOOR and hidden_since:
        found = [month for month in found if month.first < month_of(hidden_since)]
    return _calm(found)


def _calm(months: list[Month]) -> list[Month]:
    found: list[Month] = []
    for month in months:
        before = found[-1] if found else None
        if before and differing(before.counts, month.counts) < FLOOR:
            found.append(replace(month, counts=before.counts, as_before=before.counts != month.counts))
        else:
            found.append(month)
    return found


def differing(one: dict[int, int], other: dict[int, int]) -> int:
    """How many persons at least stand elsewhere than before, or weren't counted then."""
    steps = [other.get(value, 0) - one.get(value, 0) for value in VIEWS]
    return max(sum(step for step in steps if step > 0), -sum(step for step in steps if step < 0))
