"""What to expect, who asks whom, who has stopped coming, names for paper: calculations without a database."""

from hypothesis import given, settings
from hypothesis import strategies as st

from masslink.gatherings.regulars import first_time, stopped_coming
from masslink.gatherings.sharing import LINK, TALKED, share_out
from masslink.gatherings.turnout import BY_COUNT, BY_HALF, BY_SHARE, Before, Expected, expected

befores = st.lists(st.builds(Before, st.integers(0, 300), st.integers(0, 300)), max_size=20)


# --- turnout -----------------------------------------------------------------------------------------


def test_without_history_half_of_the_yeses():
    assert expected(9, []) == Expected(4, 5, BY_HALF)
    assert expected(8, []) == Expected(4, 4, BY_HALF)
    assert expected(0, []) is None


def test_the_middle_half_of_what_earlier_ones_brought():
    history = [Before(10, came) for came in (2, 5, 6, 7, 10)]
    assert expected(10, history) == Expected(5, 7, BY_SHARE, 5)
    assert expected(20, history) == Expected(10, 14, BY_SHARE, 5)


def test_few_earlier_ones_widen_the_rule_of_thumb_and_dont_replace_it():
    assert expected(10, [Before(10, 8)]) == Expected(5, 8, BY_SHARE, 1)
    assert expected(10, [Before(10, 2), Before(10, 3)]) == Expected(2, 5, BY_SHARE, 2)


def test_what_was_never_ticked_isnt_taken_for_nobody():
    silent = [Before(10, 0)] * 8
    assert expected(10, [*silent, *[Before(10, 6)] * 4]) == Expected(6, 6, BY_SHARE, 4)
    assert expected(10, silent) == Expected(5, 5, BY_HALF)


def test_where_nobody_is_asked_as_many_as_usually_come():
    assert expected(0, [Before(0, n) for n in (6, 8, 7, 9, 20)]) == Expected(7, 9, BY_COUNT, 5)
    assert expected(0, [Before(0, 6)]) is None


@settings(deadline=None)
@given(st.integers(0, 400), befores)
def test_a_range_is_one_and_lies_within_what_was_seen(yes, history):
    found = expected(yes, history)
    if found is None:
        return
    assert 0 <= found.low <= found.high
    shares = [one.came / one.yes for one in history if one.yes and one.came]
    if found.basis == BY_SHARE:
        assert found.high <= max(*shares, 0.5) * yes + 1
        assert found.low >= min(*shares, 0.5) * yes - 1


# --- who asks whom -----------------------------------------------------------------------------------


def test_who_keeps_in_touch_comes_before_who_talked_and_the_one_with_fewer_is_taken():
    knows = {
        "Rosa": {"ana": TALKED, "ben": LINK},
        "Samir": {"ana": LINK, "ben": LINK},
        "Teo": {"ana": TALKED},
    }
    assert share_out(knows, ["ana", "ben"]) == {"Rosa": "ben", "Samir": "ana", "Teo": "ana"}
    assert share_out({"Samir": knows["Samir"]}, ["ana", "ben"], {"ana": 3}) == {"Samir": "ben"}


def test_whom_nobody_knows_is_left_open_and_who_isnt_there_is_passed_over():
    assert share_out({"Rosa": {}, "Teo": {"cy": LINK, "ben": TALKED}}, ["ana", "ben"]) == {"Teo": "ben"}


people = st.dictionaries(
    st.integers(0, 30), st.dictionaries(st.sampled_from("abcd"), st.sampled_from([LINK, TALKED])), max_size=25
)


@settings(deadline=None)
@given(people, st.sets(st.sampled_from("abcd")))
def test_everybody_whom_somebody_knows_is_given_to_who_knows_them_best(knows, members):
    given = share_out(knows, sorted(members))
    for person, known in knows.items():
        here = {member: how for member, how in known.items() if member in members}
        assert (person in given) == bool(here)
        if here:
            assert here[given[person]] == min(here.values())


@settings(deadline=None)
@given(st.integers(1, 25), st.integers(1, 4))
def test_among_those_who_know_everybody_it_is_even(persons, members):
    us = "abcd"[:members]
    given = share_out({n: dict.fromkeys(us, LINK) for n in range(persons)}, us)
    shares = [list(given.values()).count(member) for member in us]
    assert max(shares) - min(shares) <= 1


# --- afterwards --------------------------------------------------------------------------------------


def test_stopped_coming_is_twice_before_and_not_in_the_last_three():
    rosa, teo, new = "rosa", "teo", "new"
    attendance = [{new}, {teo}, set(), {rosa, teo}, {rosa}, {teo}]
    assert stopped_coming(attendance) == {rosa}
    assert stopped_coming(attendance[:4]) == set()  # once isn't used to
    assert stopped_coming([{new}, {new}, {new}]) == set()


def test_first_time():
    assert first_time(["rosa", "teo"], {"teo"}) == ["rosa"]
