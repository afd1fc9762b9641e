"""Sharing out among those who stay: everybody once, as evenly as it goes, and introductions a few a week."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from masslink.people.splitting import PER_WEEK, by_when, in_turn


def test_in_turn_and_first_to_whoever_has_fewest():
    found = in_turn({p: ["Ana", "Dee"] for p in "abc"}, {"Ana": 2, "Dee": 0})
    assert list(found.values()) == ["Dee", "Ana", "Dee"]


def test_who_has_them_anyway_keeps_them_and_where_nobody_stays_nobody_is_named():
    found = in_turn({"a": ["Ana", "Dee"], "b": []}, {}, {"a": "Dee"})
    assert found == {"a": "Dee"}


@given(st.integers(0, 40), st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_nobody_gets_two_more_than_somebody_else_who_may_take_them(people, loads):
    takers = list(range(len(loads)))
    found = in_turn(dict.fromkeys(range(people), takers), dict(enumerate(loads)))
    got = Counter(found.values())
    assert len(found) == people
    assert max(got.values(), default=0) - min((got[taker] for taker in takers), default=0) <= 1


def test_introductions_come_a_few_a_week():
    first = date(2026, 3, 9)
    days = [by_when(first, n) for n in range(2 * PER_WEEK + 1)]
    assert days == [first] * PER_WEEK + [first + timedelta(7)] * PER_WEEK + [first + timedelta(14)]
