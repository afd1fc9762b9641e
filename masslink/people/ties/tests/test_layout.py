"""The map: everybody is on it, nobody covers anybody; the same again, and calm when little changes."""

import re
from collections.abc import Sequence
from itertools import combinations
from math import dist

from hypothesis import given, settings
from hypothesis import strategies as st

from masslink.people.ties.groups import components, groups_of
from masslink.people.ties.layout import APART, WIDTH, lay_out
from masslink.people.ties.lettering import NEVER, SIZES, box_of, place_names
from masslink.people.ties.strokes import held_together, path

Ties = list[tuple[int, int]]
MANY = st.integers(0, 24)
nets = st.tuples(
    MANY, st.lists(st.tuples(st.integers(0, 23), st.integers(0, 23)), max_size=40)
).map(lambda net: (list(range(net[0])), [(a, b) for a, b in net[1] if a < net[0] and b < net[0]]))  # fmt: skip

THREE_AND_TWO: Ties = [(0, 1), (1, 2), (2, 0), (3, 4)]


def laid(nodes: list[int], ties: Ties):
    pairs = {(min(tie), max(tie)): 1.0 for tie in ties if tie[0] != tie[1]}
    return lay_out(nodes, ties, groups_of(nodes, pairs))


@settings(max_examples=40, deadline=None)
@given(nets)
def test_everybody_is_on_the_map_inside_its_bounds_and_the_same_again(net: tuple[list[int], Ties]) -> None:
    nodes, ties = net
    map = laid(nodes, ties)
    assert set(map.spots) == set(nodes)
    assert all(0 <= x <= map.width == WIDTH and 0 <= y <= map.height for x, y in map.spots.values())
    assert map.spots == laid(nodes, [(b, a) for a, b in ties]).spots
    known = {node for tie in ties if tie[0] != tie[1] for node in tie}
    assert set(map.alone) == set(nodes) - known


@settings(max_examples=30, deadline=None)
@given(nets)
def test_nobody_covers_anybody(net: tuple[list[int], Ties]) -> None:
    map = laid(*net)
    assert all(dist(a, b) > APART * 0.9 for a, b in combinations(map.free.values(), 2))
    assert all(dist(a, b) > map.radius for a, b in combinations(map.spots.values(), 2))


def test_parts_stand_side_by_side() -> None:
    map = laid(list(range(6)), THREE_AND_TWO)
    boxes = []
    for part in components(range(5), THREE_AND_TWO):
        xs, ys = zip(*(map.spots[node] for node in part), strict=True)
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    (a, b, c, d), (e, f, g, h) = boxes
    assert c < e or g < a or d < f or h < b
    assert map.alone == (5,)


def test_after_one_tie_more_everybody_stays_and_who_is_new_stands_beside_whom_they_know() -> None:
    nodes = list(range(12))
    ties = [(a, (a + 1) % 10) for a in range(10)]
    before = lay_out(nodes, ties)
    after = lay_out(nodes, [*ties, (0, 10)], (), before)
    assert {n: after.free[n] for n in range(10)} == before.free
    assert dist(after.free[10], after.free[0]) < 2
    pair = lay_out(nodes, [*ties, (10, 11)], (), before)  # a part of its own
    assert {n: pair.free[n] for n in range(10)} == before.free
    assert pair.free[10][1] > max(y for _, y in before.free.values())
    much = lay_out(nodes, [*ties, *((a, b) for a in range(5) for b in range(5, 10))], (), before)
    assert much.free != before.free


def test_groups_are_those_who_mostly_know_each_other() -> None:
    def ring(them: range) -> dict[tuple[int, int], float]:
        return {(a, b): 1.0 for a in them for b in them if a < b}

    ties = {**ring(range(5)), **ring(range(5, 10)), **ring(range(10, 14)), (4, 5): 1.0, (9, 10): 1.0}
    found = groups_of(range(15), ties)
    assert found == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13], [14]]


@settings(max_examples=30, deadline=None)
@given(nets)
def test_names_cover_neither_each_other_nor_anybody(net: tuple[list[int], Ties]) -> None:
    map = laid(*net)
    names = {node: "Marisol"[: 2 + node % 6] for node in map.spots}
    letters = place_names(names, map.spots, map.radius, (map.width, map.height))
    assert set(letters) == set(names)
    for step, size in enumerate(SIZES):
        written = [n for n, where in letters.items() if where.step <= step < NEVER]
        boxes = [box_of(names[n], map.spots[n], map.radius, size, letters[n].side) for n in written]
        assert all(
            x >= 0 and y >= 0 and to_x <= map.width and to_y <= map.height for x, y, to_x, to_y in boxes
        )
        boxes += [
            (x - map.radius, y - map.radius, x + map.radius, y + map.radius) for x, y in map.spots.values()
        ]
        for one, other in combinations(boxes, 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart or _same_circle(one, other, len(written), boxes)


def _same_circle(one: object, other: object, names: int, boxes: Sequence[object]) -> bool:
    """Circles themselves are held apart by the layout, as circles; here it is about names."""
    return boxes.index(one) >= names and boxes.index(other) >= names


@settings(max_examples=40, deadline=None)
@given(nets)
def test_every_tie_is_drawn_once(net: tuple[list[int], Ties]) -> None:
    nodes, ties = net
    pairs = {(min(tie), max(tie)) for tie in ties if tie[0] != tie[1]}
    spots = {node: (float(node), float(node * node % 7)) for node in nodes}
    by_spot = {(int(x), int(y)): node for node, (x, y) in spots.items()}
    drawn = []
    for stroke in path(sorted(pairs), spots).split("M")[1:]:
        begin, _, steps = stroke.partition("l")
        x, y = (int(n) for n in begin.split())
        moves = [int(n) for n in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(moves[::2], moves[1::2], strict=True):
            drawn.append(tuple(sorted((by_spot[x, y], by_spot[x + dx, y + dy]))))
            x, y = x + dx, y + dy
    assert sorted(drawn) == sorted(pairs)


def test_a_group_is_held_together_by_its_shortest_ties() -> None:
    spots = {0: (0.0, 0.0), 1: (1.0, 0.0), 2: (5.0, 0.0), 3: (5.0, 9.0)}
    pairs = [(0, 1), (0, 2), (1, 2), (2, 3)]
    assert held_together([0, 1, 2], pairs, spots) == [(0, 1), (1, 2)]
