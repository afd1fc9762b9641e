"""Depth and freshness: the table of deeds, the days on which they change, and that stored dates agree."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masslink.people.links import (
    CARRIES,
    COOLING,
    DEED_KINDS,
    DUE,
    FRESH,
    FRESHNESS_COMPARISONS,
    LISTED,
    MEETS,
    NEEDS_TWO_WAY,
    NONE,
    OUT_OF_TOUCH,
    RUNG_FIELDS,
    RUNG_NAMES,
    STANDS,
    SUSTAINED,
    TALKED,
    TALKING,
    WITHOUT_RUNG,
    Evidence,
    Mark,
    came_not_talked,
    depth,
    depth_from_deeds,
    evidence_for,
    freshness,
    freshness_bounds,
    summarize,
)

START = date(2024, 1, 1)
DAY = timedelta(days=1)


def day(n):
    return START + n * DAY


def depth_on(n, *deeds):
    return depth(summarize((kind, day(on)) for kind, on in deeds), day(n))


# Talks come in twos and threes and around the edges of four weeks and a year, where mistakes would hide.
days = st.one_of(st.integers(0, 800), st.sampled_from([0, 1, 27, 28, 29, 336, 337, 364, 365, 366, 393]))
kinds = st.one_of(st.just(TALKED), st.sampled_from(DEED_KINDS))
deed_lists = st.lists(st.tuples(kinds, days.map(day)), max_size=9)


@pytest.mark.parametrize(
    ("kind", "rung"),
    [
        ("talked", TALKING),
        ("idea", TALKING),
        ("came", MEETS),
        ("signed", STANDS),
        ("spoke_up", STANDS),
        ("defended", STANDS),
        ("acted", STANDS),
        ("brought", CARRIES),
        ("took_on", CARRIES),
        ("presented", CARRIES),
        ("led", CARRIES),
    ],
)
def test_one_deed_and_a_talk_prove_the_rung_of_the_deed(kind, rung):
    assert depth_on(5, (kind, 0), (TALKED, 5)) == rung


@pytest.mark.parametrize("kind", WITHOUT_RUNG)
def test_some_deeds_only_stand_in_the_timeline(kind):
    assert depth_on(0, (kind, 0)) == LISTED
    assert depth_on(0, (kind, 0), (TALKED, 0)) == TALKING


def test_the_list_of_kinds_is_whole():
    assert len(DEED_KINDS) == len(set(DEED_KINDS)) == 15
    assert len(RUNG_NAMES) == CARRIES + 1


def test_nobody_known_is_listed():
    assert depth(Evidence(), START) == LISTED
    assert not came_not_talked(Evidence(), START)


def test_carrying_needs_no_lower_rung():
    assert depth_on(0, ("led", 0), (TALKED, 0)) == CARRIES


@pytest.mark.parametrize(
    ("talks", "rung"),
    [
        ((0, 14, 28), SUSTAINED),
        ((0, 14, 27), TALKING),
        ((0, 28), TALKING),
        ((0, 0, 28), TALKING),  # twice on one day is one talk
        ((0, 28, 28), TALKING),
        ((0, 1, 2, 28), SUSTAINED),
    ],
)
def test_sustained_takes_three_days_over_four_weeks(talks, rung):
    assert depth_on(28, *((TALKED, on) for on in talks)) == rung


def test_short_and_vain_tries_do_not_sustain():
    assert depth_on(30, (TALKED, 0), ("short", 15), ("tried", 20), (TALKED, 30)) == TALKING


def test_sustained_ends_a_year_after_the_first_of_the_three():
    talks = [(TALKED, 0), (TALKED, 10), (TALKED, 20), (TALKED, 40)]
    assert depth_on(374, *talks) == SUSTAINED  # from day 10: 10, 20, 40
    assert depth_on(375, *talks) == TALKING


def test_a_deed_counts_for_a_year():
    assert depth_on(364, (TALKED, 300), ("came", 0)) == MEETS
    assert depth_on(365, (TALKED, 300), ("came", 0)) == TALKING


def test_who_came_and_was_not_talked_with_falls_to_what_talks_give():
    evidence = summarize([("came", day(100)), ("signed", day(100)), (TALKED, day(0))])
    assert depth(evidence, day(364)) == STANDS
    assert not came_not_talked(evidence, day(364))
    assert depth(evidence, day(365)) == LISTED
    assert came_not_talked(evidence, day(365))
    assert not came_not_talked(evidence, day(465))


def test_an_idea_keeps_somebody_talking_but_is_no_talk():
    evidence = summarize([("idea", day(0)), ("came", day(0))])
    assert depth(evidence, day(1)) == TALKING
    assert came_not_talked(evidence, day(1))


@given(deed_lists, st.integers(0, 1300).map(day))
def test_stored_dates_say_what_the_deeds_say_on_every_day_since(deeds, today):
    so_far = [deed for deed in deeds if deed[1] <= today]
    assert depth(summarize(so_far), today) == depth_from_deeds(deeds, today)


@given(deed_lists)
def test_stored_dates_stay_right_while_nothing_new_happens(deeds):
    evidence, last = summarize(deeds), max((on for _, on in deeds), default=START)
    turns = {last, *(until + n * DAY for until in vars(evidence).values() if until for n in (-1, 0, 1))}
    turns |= {on + timedelta(days=365 + n) for _, on in deeds for n in (-1, 0, 1)}
    for today in turns:
        if today >= last:
            assert depth(evidence, today) == depth_from_deeds(deeds, today)


@given(deed_lists, st.integers(0, 1300).map(day))
def test_came_not_talked_is_what_a_talk_would_change(deeds, today):
    so_far = [deed for deed in deeds if deed[1] <= today]
    would_be = depth_from_deeds([*so_far, (TALKED, today)], today)
    waiting = came_not_talked(summarize(so_far), today)
    assert waiting == (would_be in NEEDS_TWO_WAY and depth_from_deeds(so_far, today) not in NEEDS_TWO_WAY)


@given(deed_lists, st.integers(0, 1300).map(day))
def test_the_evidence_shown_is_enough_and_in_order(deeds, today):
    shown = evidence_for(deeds, today)
    assert depth_from_deeds(shown, today) == depth_from_deeds(deeds, today)
    assert shown == sorted(shown, key=lambda deed: deed[1], reverse=True)
    assert all(deed in deeds for deed in shown)


def test_evidence_gives_back_what_it_was_given():
    signed = Mark("signed", day(3), ref="the petition")
    talk = Mark(TALKED, day(5), ref="at the bus stop")
    assert evidence_for([Mark("came", day(1)), signed, talk, Mark(TALKED, day(2))], day(6)) == [talk, signed]


def test_the_fields_for_sql_are_fields_of_the_evidence():
    assert {field for _, field in RUNG_FIELDS} | {"two_way_until"} == set(vars(Evidence()))


def test_the_last_talk_can_be_read_from_the_evidence():
    assert summarize([(TALKED, day(3)), (TALKED, day(9)), ("came", day(20))]).last_two_way == day(9)
    assert Evidence().last_two_way is None


@pytest.mark.parametrize(
    ("days_ago", "state"),
    [(0, FRESH), (13, FRESH), (14, DUE), (27, DUE), (28, COOLING), (364, COOLING), (365, OUT_OF_TOUCH)],
)
def test_freshness_against_a_rhythm_of_two_weeks(days_ago, state):
    link = freshness(START, 14, day(days_ago), since=START)
    assert link.state == state
    assert link.due_on == day(14)


def test_nobody_has_a_rhythm_by_default():
    assert freshness(START, None, day(500)).state == NONE
    assert freshness(None, 14, day(500)).state == NONE
    assert freshness(None, None, START).due_on is None


def test_before_the_first_talk_the_days_count_from_taking_them_on():
    assert freshness(None, 7, day(6), since=START).state == FRESH
    assert freshness(None, 7, day(7), since=START).state == DUE
    assert freshness(None, 7, day(365), since=START).state == OUT_OF_TOUCH


def test_the_last_talk_counts_even_when_somebody_else_takes_over():
    assert freshness(START, 14, day(30), since=day(29)).state == COOLING


def test_a_year_is_the_end_of_any_rhythm():
    assert freshness(START, 300, day(364)).state == DUE
    assert freshness(START, 300, day(365)).state == OUT_OF_TOUCH
    assert freshness(START, 700, day(365)).state == OUT_OF_TOUCH


@given(st.integers(1, 900), st.integers(0, 1500))
def test_the_comparisons_for_sql_single_out_the_state(rhythm, n):
    bounds = freshness_bounds(START, rhythm, None)
    holds = {"gt": lambda stored: stored > day(n), "lte": lambda stored: stored <= day(n)}
    states = [
        state
        for state, comparisons in FRESHNESS_COMPARISONS.items()
        if all(holds[lookup](getattr(bounds, field)) for field, lookup in comparisons)
    ]
    assert states == [freshness(START, rhythm, day(n)).state]
