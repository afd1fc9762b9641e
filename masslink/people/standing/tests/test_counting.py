"""Numbers over the months: the middle, months in which nothing changed, and what would give somebody away."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from masslink.people.standing.counting import (
    FLOOR,
    Month,
    differing,
    every_month,
    month_before,
    next_month,
    shown,
)
from masslink.people.standing.middle import middle
from masslink.people.standing.picture import HIGH, picture

JAN, FEB, MAR, APR, MAY = (date(2026, month, 1) for month in range(1, 6))


def month(first, *counts, persons=40):
    return Month(first, dict(enumerate(counts, 1)), persons)


def test_of_an_even_number_the_one_further_from_us_counts():
    assert middle([1, 4]) == 4
    assert middle([1, 2, 5]) == 2
    assert middle([2, 2, 3, 3]) == 3
    assert middle([0, 0]) == 0
    assert middle([0, 2]) == 2  # "not yet known" is no view
    assert middle([]) is None


@given(st.lists(st.integers(1, 5), min_size=1))
def test_the_middle_is_one_that_somebody_said(values):
    assert middle(values) in values
    assert middle(values) == middle(values[::-1])


def test_a_month_without_change_is_as_the_next_that_was_kept():
    kept = [month(JAN, 1), month(APR, 9)]
    found = every_month(kept, month(MAY, 12), JAN)
    assert [one.counts[1] for one in found] == [1, 9, 9, 9, 12]
    assert [one.first for one in found] == [JAN, FEB, MAR, APR, MAY]


@given(st.dates(date(2000, 1, 1), date(2200, 1, 1)))
def test_months_follow_each_other(day):
    first = day.replace(day=1)
    assert month_before(next_month(first)) == first


def test_of_fewer_than_five_people_nothing_is_shown():
    assert shown([month(JAN, 3, 1), month(FEB, 3, 2)]) == [month(FEB, 3, 2)]


def test_whoever_knows_all_but_a_few_sees_no_month_in_which_these_were_counted():
    months = [month(JAN, 5), month(FEB, 5, 1), month(MAR, 9)]
    for hidden in range(1, FLOOR):
        assert shown(months, hidden=hidden, hidden_since=date(2026, 2, 10)) == months[:1]
    assert len(shown(months, hidden=FLOOR, hidden_since=date(2026, 2, 10))) == 3


def test_one_more_view_never_shows_in_the_months():
    months = [month(JAN, 8, 8), month(FEB, 8, 9), month(MAR, 7, 10), month(APR, 10, 12, 1)]
    found = shown(months, hidden=FLOOR)
    assert [one.counts for one in found] == [months[0].counts] * 3 + [months[3].counts]
    assert [one.as_before for one in found] == [False, True, True, False]


@given(st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), max_size=8), st.integers(FLOOR, 30))
def test_two_months_are_the_same_or_differ_by_five_people(counts, hidden):
    found = shown([month(JAN, *one) for one in counts], hidden=hidden)
    for before, after in pairwise(found):
        assert differing(before.counts, after.counts) in (0, *range(FLOOR, 1000))


@given(st.lists(st.lists(st.integers(0, 300), min_size=5, max_size=5), min_size=1, max_size=14))
def test_the_bars_stand_on_each_other(counts):
    for column in picture([month(JAN, *one, persons=sum(one) + 3) for one in counts]).columns:
        foot = HIGH
        for bar in column.bars:
            assert (bar.y + bar.height, bar.height >= 0) == (foot, True)
            foot = bar.y
