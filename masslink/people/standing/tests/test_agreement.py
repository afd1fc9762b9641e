"""How well we agree: checked against the published example, and by what must hold for any views."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from masslink.people.standing.agreement import APART, ENOUGH, TOO_FEW, UNIFORM, agreement, alpha

# Krippendorff 2011, example E: four observers, twelve units, some missing. Its ordinal alpha is .815.
PUBLISHED = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 .
"""
views = st.lists(st.lists(st.integers(1, 5), max_size=4), min_size=2, max_size=20)


def by_unit(table):
    rows = [line.split() for line in table.strip().splitlines()]
    return [[int(value) for value in unit if value != "."] for unit in zip(*rows, strict=True)]


def test_the_published_example():
    assert alpha(by_unit(PUBLISHED)) == pytest.approx(0.815, abs=0.0005)


def test_by_hand():
    # Two see three people: 1 1, 1 3, 3 3. Values: three 1s, three 3s; both steps lie (6 - 3)² = 9 apart.
    # Observed: the middle one's two pairs over n - 1 for each. alpha = 1 - 5 * (1 * 9) / (3 * 3 * 9) = 4/9.
    assert alpha([[1, 1], [1, 3], [3, 3]]) == pytest.approx(4 / 9)


@given(views, st.integers(0, 2**32))
def test_neither_the_order_of_people_nor_of_members_matters(units, seed):
    random = Random(seed)
    shuffled = [random.sample(unit, len(unit)) for unit in random.sample(units, len(units))]
    assert alpha(shuffled) == pytest.approx(alpha(units))


@given(views)
def test_who_was_seen_by_one_only_changes_nothing(units):
    assert alpha([*units, [3], []]) == pytest.approx(alpha(units))


@given(views)
def test_against_turned_into_for_changes_nothing(units):
    assert alpha([[6 - value for value in unit] for unit in units]) == pytest.approx(alpha(units))


@given(st.lists(st.integers(1, 5), min_size=2))
def test_full_agreement_is_one(values):
    assume(len(set(values)) > 1)
    assert alpha([[value, value] for value in values]) == 1


@given(views)
def test_it_is_never_more_than_one(units):
    assert (alpha(units) or 0) <= 1


def test_two_steps_apart_weigh_more_than_one():
    spread = [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5]]
    figures = [alpha([*spread, [1, other]]) or 0 for other in (2, 3, 4, 5)]
    assert all(nearer > further for nearer, further in pairwise(figures))


def test_of_few_and_of_the_same_nothing_is_said():
    assert agreement([[1, 5]] * (ENOUGH - 1) + [[3]] * 50).verdict == TOO_FEW
    assert agreement([[3, 3]] * ENOUGH).verdict == UNIFORM
    assert agreement([[1, 5], [5, 1]] * ENOUGH).verdict == APART
