"""The way to somebody is the cheapest there is, and goes over people with a deep and fresh link."""

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from masslink.people import links
from masslink.people.ties.ways import BESIDE, CLOSE, LONGEST, WITHOUT_LINK, find_ways, hesitation

PEOPLE = 6
arcs = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from((0.5, 1.0, 2.0))), max_size=14
)
askable = st.dictionaries(st.integers(0, 5), st.sampled_from((None, 0.0, 1.0, 2.5)), max_size=6)


def cost(way: tuple[int, ...], asked: dict, ties: list) -> float | None:
    """By the definition: to begin, each tie, and everybody on the way who is asked too."""
    if asked.get(way[0]) is None:
        return None
    total: float = asked[way[0]]
    for one, other in pairwise(way):
        steps = [step for a, b, step in ties if (a, b) == (one, other)]
        if not steps:
            return None
        theirs = asked.get(other)
        total += min(steps) + (WITHOUT_LINK if theirs is None else theirs)
    return total


@given(arcs, askable)
def test_no_way_is_cheaper(ties: list[tuple[int, int, float]], asked: dict[int, float | None]) -> None:
    ways = find_ways(range(PEOPLE), asked, ties)
    best: dict[int, float] = {}
    for length in range(1, PEOPLE + 1):
        for way in permutations(range(PEOPLE), length):
            if (total := cost(way, asked, ties)) is not None:
                best[way[-1]] = min(total, best.get(way[-1], total))
    assert {node: round(total, 6) for node, total in ways.cost.items()} == {
        node: round(total, 6) for node, total in best.items()
    }
    for node in best:
        if found := ways.to(node):
            assert cost(tuple(found), asked, ties) == ways.cost[node]
            assert len(found) <= LONGEST + 1


def test_one_asks_whom_one_knows_well_rather_than_whoever_is_nearest() -> None:
    carries, cooling = hesitation(links.CARRIES, links.FRESH), hesitation(links.TALKING, links.COOLING)
    asked = {0: cooling, 1: carries, 2: None}
    both = [(0, 2, CLOSE), (1, 2, BESIDE)]
    assert find_ways(range(3), asked, both).to(2) == [1, 2]
    # Over the friend of theirs, where we know that one better.
    assert find_ways(range(3), asked, [(1, 0, CLOSE), (0, 2, CLOSE)]).to(2) == [0, 2]
    assert hesitation(links.LISTED, links.NONE) is None


def test_whom_nobody_knows_and_who_is_too_far_has_no_way() -> None:
    chain = [(n, n + 1, CLOSE) for n in range(8)]
    ways = find_ways(range(10), {0: 0.0}, chain)
    assert ways.to(LONGEST) == list(range(LONGEST + 1))
    assert ways.to(LONGEST + 1) == [] == ways.to(9)
    assert ways.to(0) == []  # one asks them
