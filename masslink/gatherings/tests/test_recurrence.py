"""On which days something recurs: held to a search through all days; hours stay on the wall clock."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from masslink.gatherings.recurrence import (
    AGAIN,
    AHEAD,
    LAST,
    LAST_DAY,
    MONTH_DAY,
    MONTH_WEEKDAY,
    WEEKS,
    Rule,
    ahead,
    days,
    end_moment,
    is_skipped,
    moment,
)

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LORD_HOWE, APIA = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia")

some_days = st.dates(date(2019, 1, 1), date(2033, 12, 31))
rules = st.builds(
    Rule,
    first=some_days,
    pattern=st.sampled_from([WEEKS, MONTH_DAY, MONTH_WEEKDAY]),
    every=st.integers(1, 14),
    day=st.integers(1, 31),
    nth=st.sampled_from([1, 2, 3, 4, LAST]),
    until=st.none() | st.dates(date(2019, 1, 1), date(2036, 1, 1)),
    times=st.none() | st.integers(1, 40),
)


def fits(rule: Rule, day: date) -> bool:
    """Whether a day is one of the rule's, said in another way than the rule computes it."""
    if rule.pattern == WEEKS:
        return (day - rule.first).days % (7 * rule.every) == 0
    if ((day.year - rule.first.year) * 12 + day.month - rule.first.month) % rule.every:
        return False
    length = monthrange(day.year, day.month)[1]
    if rule.pattern == MONTH_DAY:
        return day.day == rule.day or (day.day == length and rule.day > length)
    same = [d for d in range(1, length + 1) if date(day.year, day.month, d).weekday() == rule.first.weekday()]
    return day.day == (same[-1] if rule.nth == LAST else same[rule.nth - 1])


def searched(rule: Rule, start: date, end: date) -> list[date]:
    """All of them, by trying every day from the first."""
    found, day = [], rule.first
    while day <= end and (rule.until is None or day <= rule.until):
        if fits(rule, day):
            found.append(day)
        day += timedelta(days=1)
    found = found[: rule.times] if rule.times is not None else found
    return [day for day in found if day >= start]


@settings(deadline=None)
@given(rules, some_days, st.integers(0, 900))
def test_days_agree_with_a_search_through_all_days(rule: Rule, start: date, span: int) -> None:
    end = start + timedelta(days=span)
    assert list(days(rule, start, end)) == searched(rule, start, end)


def test_the_day_a_month_doesnt_have_is_its_last() -> None:
    rule = Rule(date(2027, 12, 31), MONTH_DAY, day=31)
    found = [day.isoformat() for day in islice(days(rule), 4)]
    assert found == ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]  # 2028 is a leap year
    thirtieth = Rule(date(2026, 12, 30), MONTH_DAY, day=30)
    assert [day.day for day in islice(days(thirtieth), 4)] == [30, 30, 28, 30]


def test_a_leap_day_every_year() -> None:
    rule = Rule(date(2024, 2, 29), MONTH_DAY, every=12, day=29)
    assert [day.day for day in islice(days(rule), 5)] == [29, 28, 28, 28, 29]


def test_the_last_thursday_is_the_fourth_or_the_fifth() -> None:
    rule = Rule(date(2026, 3, 26), MONTH_WEEKDAY, nth=LAST)
    assert [day.day for day in islice(days(rule), 3)] == [26, 30, 28]


def test_an_open_rule_costs_nothing_far_ahead_and_ends_with_the_calendar() -> None:
    rule = Rule(date(2026, 3, 5))
    assert next(days(rule, date(9990, 1, 1))) > date(9989, 12, 31)
    assert list(days(Rule(date(9999, 12, 20)))) == [date(9999, 12, 20), date(9999, 12, 27)]
    assert list(days(Rule(date(9999, 11, 30), MONTH_DAY, day=LAST_DAY)))[-1] == date(9999, 12, 31)
    assert len(list(days(Rule(date(2026, 3, 5), times=10_000)))) == 10_000


# --- hours -------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    rules,
    st.times(min_value=time(0), max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
    st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, APIA]),
)
def test_six_in_the_evening_stays_six_in_the_evening(rule: Rule, clock: time, zone: ZoneInfo) -> None:
    moments = []
    for day in islice(days(rule), 30):
        at = moment(day, clock, zone)
        moments.append(at)
        local = at.astimezone(zone)
        if not is_skipped(day, clock, zone):
            assert (local.date(), local.time()) == (day, clock)
        else:
            assert (
                timedelta() < local.replace(tzinfo=None) - datetime.combine(day, clock) <= timedelta(days=1)
            )
    assert moments == sorted(moments)


def test_a_night_shift_ends_by_the_clock_when_the_clocks_change() -> None:
    def ends(day: date, clock: time, minutes: int) -> str:
        return f"{end_moment(day, clock, minutes, BERLIN).astimezone(BERLIN):%H:%M}"

    for before in (date(2026, 3, 28), date(2026, 10, 24), date(2026, 7, 1)):
        assert ends(before, time(23), 6 * 60) == "05:00"
    gap, twice = date(2026, 3, 29), date(2026, 10, 25)
    assert ends(twice, time(2, 30), 60) == "03:30"
    assert ends(gap, time(2, 30), 30) == "04:00"  # begun at half past three, since there is no half past two


def test_a_skipped_hour_comes_as_much_later_and_of_a_double_one_the_first() -> None:
    gap, twice = date(2026, 3, 29), date(2026, 10, 25)
    assert is_skipped(gap, time(2, 30), BERLIN)
    assert moment(gap, time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 3:30 there
    assert not is_skipped(gap, time(3), BERLIN)
    assert moment(twice, time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


# --- ahead -------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(rules, st.lists(st.integers(1, 60), max_size=40))
def test_written_down_by_and_by_nothing_is_missed_and_nothing_twice(rule: Rule, steps: list[int]) -> None:
    """Somebody looks now and then, never seldomer than every two months: each day to come is there, once."""
    today, made_until, made = rule.first, None, []
    for step in steps:
        found = ahead(rule, made_until, today)
        made += found
        if found:
            made_until = max(found[-1], today + AHEAD)
        assert set(days(rule, today, today + AGAIN - timedelta(days=1))) <= set(made)
        today += timedelta(days=step)
    assert made == sorted(set(made))
    assert made == list(days(rule, end=made[-1])) if made else True


@settings(deadline=None)
@given(rules, some_days)
def test_only_what_is_to_come_and_never_very_many(rule: Rule, today: date) -> None:
    found = ahead(rule, None, today)
    assert all(day >= today for day in found)
    assert len(found) <= 16
    assert ahead(rule, today + AGAIN, today) == []


def test_what_comes_seldom_is_there_twice() -> None:
    yearly = Rule(date(2026, 5, 1), MONTH_DAY, every=12, day=1)
    assert ahead(yearly, None, date(2026, 3, 2)) == [date(2026, 5, 1), date(2027, 5, 1)]
    assert ahead(yearly, date(2027, 5, 1), date(2026, 5, 2)) == []
    assert ahead(yearly, date(2027, 5, 1), date(2027, 4, 1)) == [date(2028, 5, 1)]
