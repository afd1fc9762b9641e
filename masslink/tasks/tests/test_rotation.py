"""Whose turn: over any history, nobody who was there all the time is more than one turn ahead of another."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from masslink.tasks.rotation import (
    FORTNIGHT,
    MONTH,
    WEEK,
    Did,
    Slot,
    Somebody,
    Span,
    Weights,
    days,
    few_who_carry,
    propose,
)

BEGIN = date(2026, 1, 5)
WEEKS = 16


def week(n: int) -> date:
    return BEGIN + timedelta(days=7 * n)


weeks = st.integers(0, WEEKS)
spans = st.builds(
    lambda since, length: Span(week(since), week(since + length) if length else None),
    weeks,
    st.sampled_from([0, 1, 1, 2, 5]),
)


@st.composite
def groups(draw):
    """Two to six: most there from the beginning, some away at times, some who came later."""
    return [
        Somebody(
            UUID(int=n + 1),
            draw(st.sampled_from([BEGIN, BEGIN, BEGIN, week(5), week(11)])) - timedelta(days=n % 3),
            tuple(draw(st.lists(spans, max_size=2))) if draw(st.booleans()) else (),
        )
        for n in range(draw(st.integers(2, 6)))
    ]


def slots(places, n=WEEKS, start=0):
    return [Slot(week(i), places) for i in range(start, start + n)]


def turns(found, id):
    return sum(id in one.who for one in found)


def carried(draw_from):
    return st.dictionaries(st.sampled_from([one.id for one in draw_from]), st.integers(0, 5))


@given(groups(), st.integers(1, 3), st.data())
def test_nobody_who_was_there_all_the_time_is_more_than_one_turn_ahead(people, places, data):
    """Whoever else was away, couldn't or came later, and whoever carried more of other work."""
    weights = Weights(carried=Counter(data.draw(carried(people))))
    found = propose(people, [], slots(places), weights)
    always = [one.id for one in people if one.joined <= BEGIN and not one.absent]
    for until in range(WEEKS + 1):
        done = [turns(found[:until], id) for id in always]
        assert not done or max(done) - min(done) <= 1


@given(groups(), st.integers(1, 3))
def test_nobody_twice_in_one_turn_nor_while_they_cant(people, places):
    known = {one.id: one for one in people}
    for one in propose(people, [], slots(places)):
        assert len(set(one.who)) == len(one.who) <= places
        assert all(known[id].can(one.on) for id in one.who)
        able = sum(somebody.can(one.on) for somebody in people)
        assert len(one.who) == min(places, able)


@given(groups(), st.integers(1, 2), st.data())
def test_who_did_more_than_their_turn_is_left_in_peace_until_others_caught_up(people, places, data):
    """Swaps and turns taken over count for who did them: nobody comes before one who did fewer and could."""
    everybody = [Somebody(one.id, BEGIN) for one in people]
    a_turn = st.builds(Did, weeks.map(week), st.sampled_from([p.id for p in people]))
    did = data.draw(st.lists(a_turn, max_size=10))
    so_far = Counter(one.who for one in did)
    for one in propose(everybody, did, slots(places, n=52, start=WEEKS + 1)):
        left_out = [p.id for p in everybody if p.id not in one.who]
        assert all(so_far[who] <= so_far[other] for who in one.who for other in left_out)
        so_far.update(one.who)
    if places < len(people):  # else all of them come each time; after a year they are even again
        assert max(so_far.values()) - min(so_far[p.id] for p in everybody) <= 1


@given(st.integers(2, 6), st.integers(1, 60), st.integers(1, 2))
def test_two_who_swap_are_even_again(people, planned, places):
    everybody = [Somebody(UUID(int=n + 1), BEGIN) for n in range(people)]
    did = [Did(one.on, who) for one in propose(everybody, [], slots(1, n=planned)) for who in one.who]
    swapped = [*did[:-2], Did(did[-2].on, did[-1].who), Did(did[-1].on, did[-2].who)] if planned > 1 else did
    done = Counter(one.who for one in swapped)
    for one in propose(everybody, swapped, slots(places, n=12, start=planned)):
        done.update(one.who)
        assert max(done.values()) - min(done[p.id] for p in everybody) <= 1


@given(st.integers(2, 5), st.integers(1, 100))
def test_a_newcomer_makes_up_for_nothing(people, before):
    old = [Somebody(UUID(int=n + 1), BEGIN) for n in range(people)]
    new = Somebody(UUID(int=99), week(before))
    found = propose([*old, new], [], slots(1, n=before + 24))
    since = found[before:]
    for until in range(len(since) + 1):
        theirs = turns(since[:until], new.id)
        assert all(theirs <= turns(since[:until], one.id) + 1 for one in old)
        assert all(turns(since[:until], one.id) <= theirs + 2 for one in old)


@given(st.integers(3, 6), st.integers(1, 40))
def test_who_was_away_is_not_punished_for_it(people, gone):
    everybody = [Somebody(UUID(int=n + 1), BEGIN) for n in range(people)]
    away = Somebody(UUID(int=50), BEGIN, (Span(week(4), week(4 + gone)),))
    back = propose([*everybody, away], [], slots(1, n=4 + gone + 24))[4 + gone :]
    for until in range(len(back) + 1):
        assert all(turns(back[:until], away.id) <= turns(back[:until], one.id) + 1 for one in everybody)


@given(groups(), st.integers(1, 3), st.randoms())
def test_the_same_comes_out_in_whatever_order_it_is_read(people, places, random):
    shuffled = random.sample(people, len(people))
    did = [Did(week(n), people[n % len(people)].id) for n in range(5)]
    assert propose(people, did, slots(places)) == propose(shuffled, did[::-1], slots(places))


@given(st.integers(1, 4), st.integers(1, 4))
def test_first_timers_come_beside_somebody_who_has_done_it(old, new):
    practised = [Somebody(UUID(int=n + 1), BEGIN) for n in range(old)]
    firsts = [Somebody(UUID(int=n + 50), week(5)) for n in range(min(new, old))]
    did = [Did(week(1), one.id) for one in practised]
    found = propose([*practised, *firsts], did, [Slot(week(6 + n), 2) for n in range(len(firsts))])
    first_time = {one.id for one in firsts}
    for one in found[: len(firsts)]:
        assert len(first_time & set(one.who)) == 1


@given(st.permutations(range(1, 6)))
def test_of_those_who_did_it_equally_often_whoever_did_it_longest_ago_is_next(order):
    everybody = [Somebody(UUID(int=n), BEGIN) for n in range(1, 6)]
    did = [Did(week(i), UUID(int=n)) for i, n in enumerate(order)]
    found = propose(everybody, did, slots(1, n=5, start=5))
    assert [one.who[0].int for one in found] == order


def test_a_turn_with_one_place_left_gets_somebody_else_who_knows_it():
    ana, ben, dee = (Somebody(UUID(int=n), BEGIN) for n in (1, 2, 3))
    did = [Did(week(0), dee.id), Did(week(2), ana.id)]  # the last one is Ana's already, and lies ahead
    (one,) = propose([ana, ben, dee], did, [Slot(week(2), 2, (ana.id,))])
    assert one.who == (ben.id,)


def test_who_has_another_duty_that_day_or_carried_more_comes_later_where_all_else_is_equal():
    ana, ben, dee = (Somebody(UUID(int=n), BEGIN) for n in (1, 2, 3))
    weights = Weights({(ana.id, week(1))}, Counter({ben.id: 3}))
    found = propose([ana, ben, dee], [], slots(1, n=3, start=1), weights)
    assert [one.who for one in found] == [(dee.id,), (ana.id,), (ben.id,)]


def test_days_repeat_by_weeks_and_by_months():
    first = date(2026, 1, 31)
    assert list(days(first, MONTH, first, date(2026, 4, 30))) == [
        first,
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    assert list(days(first, FORTNIGHT, first + timedelta(days=1), date(2026, 3, 1))) == [
        date(2026, 2, 14),
        date(2026, 2, 28),
    ]
    assert next(days(first, WEEK, date(2025, 1, 1), date(2027, 1, 1))) == first


def test_few_carry_it_only_where_a_fair_share_would_have_been_less():
    def few(*done, of):
        return few_who_carry({UUID(int=n): count for n, count in enumerate(done)}, of)

    assert few(5, 4, 3, 1, of=9) == 2
    assert few(4, 3, 2, 2, 1, 1, of=9) == 2
    assert few(2, 2, 2, 2, 1, 1, 1, 1, 1, of=9) == 0
    assert few(1, 1, 1, of=9) == 0  # too early to say
    assert few(6, 6, of=2) == 0
    assert few(of=0) == 0
