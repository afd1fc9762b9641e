"""How many stood on which rung when: the quick count agrees with what a rung is, for any deeds on any days."""

import random
import time
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from masslink.people import links, rungs
from masslink.people.ladder import ladder
from masslink.people.links import Mark

TODAY = date(2026, 11, 23)
some_day = st.integers(0, 900).map(lambda n: TODAY - timedelta(days=n))
some_deeds = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(links.DEED_KINDS), some_day), max_size=14)


THREE_TALKS = [(0, links.TALKED, TODAY - timedelta(days=n)) for n in (500, 470, 440)]


@example(THREE_TALKS, {TODAY})
@given(some_deeds, st.sets(some_day, min_size=1, max_size=8))
def test_everybody_stands_where_links_says_they_stand(deeds, days):
    edges = {on + timedelta(days=n) for _person, _kind, on in deeds for n in (0, 364, 365)}
    order = sorted(days | edges)
    found = rungs.on_days(deeds, order)
    for person in range(3):
        marks = [(kind, on) for who, kind, on in deeds if who == person]
        expected = tuple(links.depth_from_deeds(marks, day) for day in order)
        assert found.get(person, (links.LISTED,) * len(order)) == expected


@given(some_deeds)
def test_the_ladder_shows_the_same_rung_and_nothing_holds_above_it(deeds):
    marks = [Mark(kind, on, number) for number, (_person, kind, on) in enumerate(deeds)]
    steps = ladder(marks, TODAY)
    rung = links.depth_from_deeds(marks, TODAY)
    assert [step.rung for step in steps if step.is_present] == ([rung] if rung else [])
    assert max((step.rung for step in steps if step.until), default=0) == rung
    for step in steps:
        if (
            step.until
        ):  # what is said to hold until a day holds the day before, and not on it, if nothing is added
            stands = [links.depth_from_deeds(marks, step.until - timedelta(days=1))]
            assert stands[0] >= step.rung > links.LISTED
            assert not any(s.until for s in ladder(marks, step.until) if s.rung == step.rung)


def test_people_count_from_when_they_are_known_until_they_leave():
    days = rungs.month_ends(TODAY, 2)
    assert days == [date(2026, 9, 30), date(2026, 10, 31), TODAY]
    here = {
        "Rosa": (date(2026, 9, 30), None),
        "Tess": (date(2026, 10, 2), date(2026, 11, 23)),
        "Marcus": (date(2026, 1, 1), date(2026, 9, 30)),
    }
    stood = rungs.on_days(
        [("Rosa", "talked", date(2026, 10, 1)), ("Rosa", "signed", date(2026, 10, 31))], days
    )
    counts = rungs.counted(here, stood, days)
    assert counts == [[1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1, 0]]


def test_a_place_of_thousands_is_counted_while_a_page_is_made():
    chance = random.Random(1)
    kinds = ["talked"] * 7 + ["came", "signed", "brought"]
    deeds = [
        (chance.randrange(7500), chance.choice(kinds), TODAY - timedelta(days=chance.randrange(700)))
        for _ in range(22_500)
    ]
    here = {person: (TODAY - timedelta(days=person % 400), None) for person in range(7500)}
    days = rungs.month_ends(TODAY, 14)
    begun = time.process_time()
    counts = rungs.counted(here, rungs.on_days(deeds, days), days)
    assert time.process_time() - begun < 1
    assert sum(counts[-1]) == 7500
