"""Ties as the strokes of a pen: SVG paths as short as they come. Plain calculations, free of Django."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import hypot
from typing import TypeVar

from masslink.people.ties.layout import Point

K = TypeVar("K", bound=Hashable)


def path(pairs: Iterable[tuple[K, K]], spots: Mapping[K, Point]) -> str:
    """Every tie once; the pen goes on from person to person and is lifted only where nothing is left to draw."""
    near: dict[K, list[K]] = {}
    for one, other in pairs:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    at = {node: (round(spots[node][0]), round(spots[node][1])) for node in near}
    found = []
    for start in sorted(near, key=lambda node: len(near[node]) % 2 == 0):  # where a pen must begin or end
        while near[start]:
            found.append(_stroke(start, near, at))
    return "".join(found)


def _stroke(here: K, near: dict[K, list[K]], at: Mapping[K, tuple[int, int]]) -> str:
    """From here along ties that aren't drawn yet, as far as it goes; takes them away."""
    x, y = at[here]
    found = f"M{x} {y}l"
    while near[here]:
        there = near[here].pop()
        near[there].remove(here)
        found += _by(at[there][0] - x) + _by(at[there][1] - y)
        here, (x, y) = there, at[there]
    return found.replace("l ", "l")


def _by(number: int) -> str:
    """A step aside; a minus parts it from what stands before, everything else needs a space."""
    return str(number) if number < 0 else f" {number}"


def held_together(
    group: Sequence[K], pairs: Iterable[tuple[K, K]], spots: Mapping[K, Point]
) -> list[tuple[K, K]]:
    """The shortest of its ties that hold a group together: drawn thick, they are the ground it stands on."""
    inside = set(group)
    ties = sorted(
        (pair for pair in pairs if inside.issuperset(pair)),
        key=lambda pair: _far(spots[pair[0]], spots[pair[1]]),
    )
    part = {node: {node} for node in group}
    kept = []
    for one, other in ties:
        if part[one] is not part[other]:
            kept.append((one, other))
            joined = part[one] | part[other]
            part.update(dict.fromkeys(joined, joined))
    return kept


def _far(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
