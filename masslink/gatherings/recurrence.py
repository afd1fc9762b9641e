"""On which days something recurs, and at which moment: plain calculations, free of Django.

Three patterns are enough for people: every so many weeks, every so many months on a day (a day that a month doesn't
have falls on its last), every so many months on a weekday ("the second Thursday", "the last Thursday"). Each day is
computed from its number, so a rule without an end costs nothing, and the ten-thousandth day as little as the first.

python-dateutil's rrule can say all this and very much more; it skips a month without a 31st where people mean its last
day (its way around that, `bymonthday=(28, 29, 30, 31), bysetpos=-1`, is no shorter than what stands here), walks from
the beginning to any later day, and would be one more dependency for sixty lines. So these are our own; the tests hold
them to a search through all days.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

WEEKS, MONTH_DAY, MONTH_WEEKDAY = "weeks", "month_day", "month_weekday"
LAST = -1  # as `nth`: the last such weekday of a month
LAST_DAY = 31

AHEAD = timedelta(days=100)  # so far ahead what recurs is written down
AGAIN = timedelta(days=70)  # when less than that is left, it is time to write down more
AT_LEAST = 2  # of what recurs seldom
NEVER_BEYOND = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Rule:
    """`first` is its first day. `day` counts for MONTH_DAY, `nth` for MONTH_WEEKDAY: 1 to 4, or LAST."""

    first: date
    pattern: str = WEEKS
    every: int = 1
    day: int = 1
    nth: int = 1
    until: date | None = None
    times: int | None = None

    @property
    def is_open(self) -> bool:
        return self.until is None and self.times is None


def days(rule: Rule, start: date = date.min, end: date = date.max) -> Iterator[date]:
    """The days from `start` to `end`, both included, in order."""
    last = min(end, rule.until or end)
    for number in count(_number_near(rule, start)):
        if rule.times is not None and number >= rule.times:
            return
        day = _nth_day(rule, number)
        if day is None or day > last:
            return
        if day >= start:
            yield day


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """That hour of the wall clock, in UTC. An hour that is skipped comes as much later; of one that comes twice, the
    first.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC)


def end_moment(day: date, clock: time, minutes: int, zone: ZoneInfo) -> datetime:
    """When it ends: so much later on the wall clock, also in a night when the clocks change."""
    begins, ends = datetime.combine(day, clock), datetime.combine(day, clock) + timedelta(minutes=minutes)
    start, end = moment(day, clock, zone), moment(ends.date(), ends.time(), zone)
    # Begun in the hour that is skipped, it comes later, and its end with it.
    return end if end > start else start + (ends - begins)


def is_skipped(day: date, clock: time, zone: ZoneInfo) -> bool:
    """Whether the clocks jump over that hour on that day."""
    return moment(day, clock, zone).astimezone(zone).time() != clock


def ahead(rule: Rule, made_until: date | None, today: date) -> list[date]:
    """The days to write down now: none while enough lies ahead, and none that are over."""
    if made_until is not None and made_until >= today + AGAIN:
        return []
    start = today if made_until is None else max(today, made_until + timedelta(days=1))
    wanted = AT_LEAST if made_until is None or made_until < today else AT_LEAST - 1
    found: list[date] = []
    for day in days(rule, start, _plus(today, NEVER_BEYOND)):
        if day > today + AHEAD and len(found) >= wanted:
            break
        found.append(day)
    return found


# --- the day of a number ---------------------------------------------------------------------------


def _nth_day(rule: Rule, number: int) -> date | None:
    """The day of this number, the first being 0; None beyond the calendar."""
    if rule.pattern == WEEKS:
        return _weeks_later(rule.first, number * rule.every)
    # A rule whose month begins before `first` starts with the next.
    late = 1 if (_in_month(rule, 0) or rule.first) < rule.first else 0
    return _in_month(rule, number + late)


def _in_month(rule: Rule, number: int) -> date | None:
    months = rule.first.year * 12 + rule.first.month - 1 + number * rule.every
    year, month = divmod(months, 12)
    if year > date.max.year:
        return None
    if rule.pattern == MONTH_DAY:
        return date(year, month + 1, min(rule.day, monthrange(year, month + 1)[1]))
    return weekday_of_month(year, month + 1, rule.first.weekday(), rule.nth)


def weekday_of_month(year: int, month: int, weekday: int, nth: int) -> date:
    """The second Thursday, the last Thursday."""
    first, length = monthrange(year, month)
    day = 1 + (weekday - first) % 7
    last = day + 7 * ((length - day) // 7)
    return date(year, month, last if nth == LAST else min(day + 7 * (nth - 1), last))


def nth_of(day: date) -> int:
    """Which of its weekday in its month a day is: 1 to 5."""
    return (day.day - 1) // 7 + 1


def _number_near(rule: Rule, start: date) -> int:
    """A number whose day isn't later than the first on or after `start`."""
    if start <= rule.first:
        return 0
    if rule.pattern == WEEKS:
        return (start - rule.first).days // (7 * rule.every)
    months = (start.year - rule.first.year) * 12 + start.month - rule.first.month
    return max(0, months // rule.every - 1)


def _weeks_later(day: date, weeks: int) -> date | None:
    return day + timedelta(weeks=weeks) if weeks <= (date.max - day).days // 7 else None


def _plus(day: date, span: timedelta) -> date:
    return day + span if day <= date.max - span else date.max
