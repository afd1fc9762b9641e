"""Where persons stand on the map of ties: plain calculations, free of Django.

Whoever hangs together is laid out by springs (rustworkx: Fruchterman and Reingold, Graph drawing by force-directed
placement, 1991), groups drawn a little closer; then people are moved apart until none covers another, and the parts are
packed side by side, those without any tie in rows below. The same people and ties always give the same map. After a
small change everybody stays where they were, and only who is new is put beside those whom they know.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from math import atan2, ceil, cos, hypot, pi, sin, sqrt
from typing import Generic, TypeVar

from masslink.people.ties.groups import components

K = TypeVar("K", bound=Hashable)
Point = tuple[float, float]
Spots = dict[K, Point]

WIDTH, ASPECT = 1000.0, 1.25
TALLEST = WIDTH  # of what has ties; who has none comes below
APART = 0.78  # the least distance of two people; 1 is what each has to themselves
NEARLY = (APART - 1e-3) ** 2
GAP = 1.5  # between parts that don't hang together
LARGEST = 130.0  # of the map's units for one person: three people don't fill a page
PULLS = (2.0, 0.4)  # how strongly a tie pulls inside a group, and between two
PULLS_IN_A_CROWD, CROWD = (4.0, 0.05), 150  # of many people groups are seen only where they stand apart
SEED = 4
FEW = 15
_ROUNDS = 80


@dataclass(frozen=True)
class Layout(Generic[K]):
    """A map: where everybody stands, from 0 to `width` and `height`; `unit` is what each has to themselves."""

    spots: Spots[K]
    width: float
    height: float
    unit: float
    alone: tuple[K, ...] = ()
    free: Spots[K] = field(default_factory=dict)  # the same before it was fitted to the page
    drawn: frozenset[tuple[K, K]] = frozenset()  # the ties when all was last laid out anew

    @property
    def radius(self) -> float:
        return min(max(self.unit * 0.17, 4.5), 15.0)


def lay_out(
    nodes: Sequence[K],
    ties: Iterable[tuple[K, K]],
    groups: Sequence[Sequence[K]] = (),
    former: Layout[K] | None = None,
) -> Layout[K]:
    """A map of these people. `former`: the one that is known, as long as little has changed since."""
    pairs = _pairs(nodes, ties)
    parts = components(nodes, pairs)
    alone = [part[0] for part in parts if len(part) == 1]
    parts = [part for part in parts if len(part) > 1]
    if former and _is_little(former, pairs, parts):
        free, drawn = _settle(parts, pairs, former), former.drawn
    else:
        label = {node: number for number, group in enumerate(groups) for node in group}
        begin = former.free if former else {}
        free = _pack([_laid_out(part, pairs, label, begin) for part in parts])
        drawn = frozenset(pairs)
    return _fit(free, alone, drawn)


def _pairs(nodes: Sequence[K], ties: Iterable[tuple[K, K]]) -> list[tuple[K, K]]:
    """Each two who know each other once, whichever way it was said."""
    order = {node: i for i, node in enumerate(nodes)}
    said = {tuple(sorted(tie, key=order.__getitem__)) for tie in ties if tie[0] != tie[1]}
    return sorted(said, key=lambda tie: (order[tie[0]], order[tie[1]]))  # type: ignore[arg-type]


# --- one part ------------------------------------------------------------------------------------


def _laid_out(
    part: list[K], pairs: Sequence[tuple[K, K]], label: Mapping[K, int], begin: Mapping[K, Point]
) -> Spots[K]:
    import rustworkx as rx  # with numpy 13 MB, for who looks at a map

    number = {node: i for i, node in enumerate(part)}
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(part)
    ends = [(number[one], number[other]) for one, other in pairs if one in number]
    inside, across = PULLS_IN_A_CROWD if len(part) > CROWD else PULLS
    same = [label.get(part[a]) == label.get(part[b]) for a, b in ends]
    graph.add_edges_from(
        [(a, b, inside if alike else across) for (a, b), alike in zip(ends, same, strict=True)]
    )
    known = all(node in begin for node in part)
    start = [begin[node] for node in part] if known else _in_a_ring(part, label)
    found = rx.spring_layout(
        graph, pos=dict(enumerate(_shrunk(start))), weight_fn=float, num_iter=_ROUNDS, seed=SEED
    )
    points = [(float(found[i][0]), float(found[i][1])) for i in range(len(part))]
    points = _roomy(points if known else _lengthwise(points), ends)
    return dict(zip(part, _moved_apart(points), strict=True))


def _in_a_ring(part: Sequence[K], label: Mapping[K, int]) -> list[Point]:
    """To begin with: round a circle, those of a group together."""
    turn = sorted(range(len(part)), key=lambda i: (label.get(part[i], -1), i))
    place = {i: n for n, i in enumerate(turn)}
    angle = 2 * pi / len(part)
    return [(cos(place[i] * angle), sin(place[i] * angle)) for i in range(len(part))]


def _shrunk(points: Sequence[Point]) -> list[Point]:
    """Within -1 and 1, as the springs want it."""
    left, top, right, bottom = _box(points)
    half = max(right - left, bottom - top, 1e-9) / 2
    return [((x - (left + right) / 2) / half, (y - (top + bottom) / 2) / half) for x, y in points]


def _lengthwise(points: Sequence[Point]) -> list[Point]:
    """Turned so that it is broad rather than high."""
    n = len(points)
    mx, my = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    xx, yy = sum((x - mx) ** 2 for x, _ in points), sum((y - my) ** 2 for _, y in points)
    xy = sum((x - mx) * (y - my) for x, y in points)
    angle = atan2(2 * xy, xx - yy) / 2
    return [
        ((x - mx) * cos(angle) + (y - my) * sin(angle), (y - my) * cos(angle) - (x - mx) * sin(angle))
        for x, y in points
    ]


def _roomy(points: Sequence[Point], ends: Sequence[tuple[int, int]]) -> list[Point]:
    """So large that each has about one to themselves; in small parts, that ties are about one long."""
    left, top, right, bottom = _box(points)
    wide, high = max(right - left, 1e-9), bottom - top
    by = sqrt(len(points) * 1.3 / (wide * max(high, wide / len(points))))
    if len(points) <= FEW:
        long = [hypot(points[a][0] - points[b][0], points[a][1] - points[b][1]) for a, b in ends]
        by = min(by, 1.1 * len(long) / max(sum(long), 1e-9))
    return [((x - left) * by, (y - top) * by) for x, y in points]


def _moved_apart(points: Sequence[Point], rounds: int = _ROUNDS) -> list[Point]:
    """Nobody covers anybody: who stands too close to another gives way, each half of it."""
    here = [[x, y] for x, y in points]
    for _ in range(rounds):
        moved = False
        for a, b in _close(here):
            dx, dy = here[b][0] - here[a][0], here[b][1] - here[a][1]
            if dx * dx + dy * dy >= NEARLY:
                continue
            distance = hypot(dx, dy)
            if distance < 1e-6:
                dx, dy, distance = 1e-3 * cos(a + b), 1e-3 * sin(a + b), 1e-3
            by = (APART - distance) / 2 / distance
            here[a][0], here[a][1] = here[a][0] - dx * by, here[a][1] - dy * by
            here[b][0], here[b][1] = here[b][0] + dx * by, here[b][1] + dy * by
            moved = True
        if not moved:
            break
    return [(x, y) for x, y in here]


def _close(points: Sequence[Sequence[float]]) -> Iterable[tuple[int, int]]:
    """Those who may stand too close: in the same square of a grid, or in one beside it."""
    grid: dict[tuple[int, int], list[int]] = {}
    for i, (x, y) in enumerate(points):
        grid.setdefault((int(x // APART), int(y // APART)), []).append(i)
    for (column, row), them in grid.items():
        yield from combinations(them, 2)
        for dx, dy in ((1, 0), (-1, 1), (0, 1), (1, 1)):
            if beside := grid.get((column + dx, row + dy)):
                yield from product(them, beside)


def _box(points: Iterable[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


# --- side by side --------------------------------------------------------------------------------


def _pack(parts: Sequence[Spots[K]], below: float = 0.0) -> Spots[K]:
    """Parts side by side, the high ones first: on shelves, with small ones on top of each other."""
    boxes = [_box(part.values()) for part in parts]
    sizes = [(right - left + GAP, bottom - top + GAP) for left, top, right, bottom in boxes]
    order = sorted(range(len(parts)), key=lambda i: (-sizes[i][1], -sizes[i][0], i))
    widest, area = max((w for w, _ in sizes), default=0.0), sum(w * h for w, h in sizes)
    widths = [max(widest, sqrt(area * ASPECT) * by) for by in (1.0, 1.1, 1.2, 1.35, 1.5, 1.75)]
    tries = [_shelves(sizes, order, width) for width in widths]
    corners = min(tries, key=lambda one: _needed(one, sizes), default=[])
    found: Spots[K] = {}
    for part, (left, top, *_), (x, y) in zip(parts, boxes, corners, strict=True):
        found |= {node: (px - left + x, py - top + y + below) for node, (px, py) in part.items()}
    return found


def _shelves(sizes: Sequence[Point], order: Sequence[int], width: float) -> list[Point]:
    corners: list[Point] = [(0.0, 0.0)] * len(sizes)
    top, shelf, right = 0.0, 0.0, 0.0
    columns: list[list[float]] = []  # of this shelf: where it begins, how wide, how far it is filled
    for i in order:
        wide, high = sizes[i]
        column = next((c for c in columns if c[1] >= wide - 1e-9 and shelf - c[2] >= high - 1e-9), None)
        if column is None:
            if right + wide > width + 1e-9 and columns:
                top, shelf, right, columns = top + shelf, 0.0, 0.0, []
            shelf = shelf or high
            columns.append(column := [right, wide, 0.0])
            right += wide
        corners[i] = (column[0], top + column[2])
        column[2] += high
    return corners


def _needed(corners: Sequence[Point], sizes: Sequence[Point]) -> float:
    """How large a page of our shape must be."""
    ends = [(x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
    return max((max(x / ASPECT, y) for x, y in ends), default=0.0)


# --- after a small change ------------------------------------------------------------------------


def _is_little(former: Layout[K], pairs: Sequence[tuple[K, K]], parts: Sequence[Sequence[K]]) -> bool:
    """Whether the map that is known will do: few ties came or went, and most people stand on it."""
    now = {frozenset(pair) for pair in pairs}
    then = {frozenset(pair) for pair in former.drawn}
    people = [node for part in parts for node in part]
    new = sum(node not in former.free for node in people)
    return len(now ^ then) <= max(4, len(then) // 8) and new <= max(3, len(people) // 8)


def _settle(parts: Sequence[Sequence[K]], pairs: Sequence[tuple[K, K]], former: Layout[K]) -> Spots[K]:
    """Everybody stays; who is new is put beside those whom they know, parts that are new come below."""
    found = {node: former.free[node] for part in parts for node in part if node in former.free}
    near: dict[K, list[K]] = {}
    for one, other in pairs:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    waiting = [node for part in parts for node in part if node not in found]
    while ready := [node for node in waiting if any(other in found for other in near[node])]:
        beside = [found[other] for other in near[ready[0]] if other in found]
        found[ready[0]] = _free_spot(beside, list(found.values()))
        waiting.remove(ready[0])
    if waiting:
        new = [{n: (float(i), 0.0) for i, n in enumerate(part)} for part in parts if part[0] in waiting]
        below = max((y for _, y in found.values()), default=-GAP) + GAP
        found |= _pack(new, below)
    return found


def _free_spot(beside: Sequence[Point], taken: Sequence[Point]) -> Point:
    """As near as there is room, going round further and further."""
    cx, cy = sum(x for x, _ in beside) / len(beside), sum(y for _, y in beside) / len(beside)
    for ring in range(1, 400):
        away = ring * APART / 2
        for step in range(4 + 2 * ring):
            angle = 2 * pi * step / (4 + 2 * ring)
            x, y = cx + away * cos(angle), cy + away * sin(angle)
            if all(hypot(x - tx, y - ty) >= APART for tx, ty in taken):
                return x, y
    return cx, cy


# --- on the page ---------------------------------------------------------------------------------


def _fit(free: Spots[K], alone: Sequence[K], drawn: frozenset[tuple[K, K]]) -> Layout[K]:
    left, top, right, bottom = _box(free.values()) if free else (0.0, 0.0, 0.0, 0.0)
    wide, high = right - left + GAP, bottom - top + GAP
    unit = min(WIDTH / wide, TALLEST / high, LARGEST)
    aside = (WIDTH - wide * unit) / 2
    spots = {
        node: (aside + (x - left + GAP / 2) * unit, (y - top + GAP / 2) * unit)
        for node, (x, y) in free.items()
    }
    height = high * unit if free else 0.0
    below, rows = _rows(alone, unit, height)
    return Layout(spots | below, WIDTH, height + rows, unit, tuple(alone), free, drawn)


def _rows(alone: Sequence[K], unit: float, below: float) -> tuple[Spots[K], float]:
    """Those without any tie, side by side. Returns how high they are, too."""
    if not alone:
        return {}, 0.0
    most = WIDTH * WIDTH / 4 / len(alone)  # they never take more than a quarter of a square
    step = max(min(unit * 0.9, 90.0, sqrt(most)), 1.0)
    each = max(int(WIDTH // step), 1)
    found = {
        node: (step / 2 + i % each * step, below + step / 2 + i // each * step)
        for i, node in enumerate(alone)
    }
    return found, ceil(len(alone) / each) * step
