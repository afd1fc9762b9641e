"""Days of weeks and months, held to Python's own calendar; on which days something is."""

from calendar import Calendar
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masslink.desk.weeks import Month, column, days_of, week_of

MONTHS = st.builds(Month, st.integers(1970, 2199), st.integers(1, 12))
BERLIN = ZoneInfo("Europe/Berlin")


@settings(max_examples=40)
@given(MONTHS, st.integers(0, 6))
def test_a_months_days_stand_in_the_columns_of_their_weeks(month: Month, first_weekday: int):
    rows = Calendar((first_weekday - 1) % 7).monthdatescalendar(month.year, month.month)
    for row in rows:
        assert week_of(row[3], first_weekday) == row
        assert [column(day, first_weekday) for day in row] == [1, 2, 3, 4, 5, 6, 7]
    assert [day for row in rows for day in row if day.month == month.month] == month.days


@given(MONTHS, st.integers(-30, 30))
def test_months_later_come_back(month: Month, months: int):
    assert month.later(months).later(-months) == month
    assert (month.later(1).first - month.last).days == 1


@pytest.mark.parametrize("year, month", [(0, 1), (9999, 12), (2026, 0), (2026, 13), (1969, 12), (2200, 1)])
def test_no_month_beyond_the_calendar(year: int, month: int):
    assert not Month(year, month).is_known


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "starts, ends, found",
    [
        (at(5, 18), None, [5]),
        (at(5, 18), at(5, 20), [5]),
        (at(5, 20), at(6, 2), [5]),  # an evening that gets late
        (at(5, 20), at(6, 0), [5]),
        (at(6, 9), at(8, 16), [6, 7, 8]),  # a weekend away
        (at(28, 20), at(29, 4), [28]),  # over the night of the change of clocks
        (at(5, 18), at(5, 17), [5]),  # nonsense breaks nothing
    ],
)
def test_on_which_days_it_is(starts: datetime, ends: datetime | None, found: list[int]):
    assert days_of(starts, ends) == [date(2026, 3, day) for day in found]
