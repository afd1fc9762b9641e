"""The days of weeks and months, and on which of them something is: plain calculations, free of Django.

Weekdays are counted as Django's formats do: 0 is Sunday.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

FIRST_YEAR, LAST_YEAR = 1970, 2199  # beyond these no address is meant seriously
WEEK = 7
EARLY = time(6)  # what ends before belongs to the evening it began


@dataclass(frozen=True, order=True)
class Month:
    year: int
    month: int

    @property
    def is_known(self) -> bool:
        return FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.month <= 12

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def days(self) -> list[date]:
        return days(self.first, self.last)

    def later(self, months: int) -> Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)


def days(first: date, last: date) -> list[date]:
    """All from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def column(day: date, first_weekday: int) -> int:
    """In which column of a week that begins on this weekday a day stands: 1 to 7."""
    return (day.isoweekday() - first_weekday) % WEEK + 1


def week_of(day: date, first_weekday: int) -> list[date]:
    """The seven days of the week that a day is in."""
    start = day - timedelta(days=column(day, first_weekday) - 1)
    return days(start, start + timedelta(days=WEEK - 1))


def days_of(starts: datetime, ends: datetime | None) -> list[date]:
    """The days on which something is, by the wall clock: an evening that ends after midnight is one evening."""
    last = ends.date() if ends and ends > starts else starts.date()
    if ends and last > starts.date() and ends.time() <= EARLY:
        last -= timedelta(days=1)
    return days(starts.date(), last)
