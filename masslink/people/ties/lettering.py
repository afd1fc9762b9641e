"""Names on the map that cover neither each other nor anybody: a plain calculation, free of Django.

Names are written in one size on the screen however near one comes, so on the map they grow smaller step by step. Each
name stands on the first step on which there is room for it; from then on it stays where it is.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from masslink.people.ties.layout import Point

K = TypeVar("K", bound=Hashable)

NEARER = 1.5  # how much nearer one comes with each step
SIZES = (34.0, 22.0, 14.5, 9.5, 6.3, 4.2)  # of the letters at each step, in the map's units
NEVER = len(SIZES)
_WIDE, _HIGH = 0.6, 1.05  # of one letter, of a line, measured by the size of the letters

RIGHT, LEFT, BELOW, ABOVE = "r", "l", "b", "a"
SIDES = (RIGHT, LEFT, BELOW, ABOVE)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Letters:
    """Where a name stands: from which step on (NEVER: on none), and on which side of its person."""

    step: int
    side: str


def place_names(
    names: Mapping[K, str], spots: Mapping[K, Point], radius: float, size_of_map: Point
) -> dict[K, Letters]:
    """A place for each name; whose name comes earlier in `names` is written earlier."""
    found: dict[K, Letters] = {}
    waiting = list(names)
    for step, size in enumerate(SIZES):
        crowd = _Crowd(3 * size)
        for x, y in spots.values():
            crowd.add((x - radius, y - radius, x + radius, y + radius))
        for node, letters in found.items():
            crowd.add(box_of(names[node], spots[node], radius, size, letters.side))
        still = []
        for node in waiting:
            boxes = ((side, box_of(names[node], spots[node], radius, size, side)) for side in SIDES)
            free = next((s for s, box in boxes if _is_on(box, size_of_map) and crowd.has_room(box)), None)
            if free is None:
                still.append(node)
                continue
            found[node] = Letters(step, free)
            crowd.add(box_of(names[node], spots[node], radius, size, free))
        waiting = still
    return found | {node: Letters(NEVER, RIGHT) for node in waiting}


def _is_on(box: Box, size_of_map: Point) -> bool:
    wide, high = size_of_map
    return box[0] >= 0 and box[1] >= 0 and box[2] <= wide and box[3] <= high


def anchor(spot: Point, radius: float, side: str) -> Point:
    """Where a name is tied to; its letters run away from it, or in the middle of it above and below."""
    x, y = spot
    away = radius * 1.25
    return {RIGHT: (x + away, y), LEFT: (x - away, y), BELOW: (x, y + away), ABOVE: (x, y - away)}[side]


def box_of(name: str, spot: Point, radius: float, size: float, side: str) -> Box:
    x, y = anchor(spot, radius, side)
    wide, high = max(len(name), 1) * size * _WIDE, size * _HIGH
    if side == RIGHT:
        return x, y - high / 2, x + wide, y + high / 2
    if side == LEFT:
        return x - wide, y - high / 2, x, y + high / 2
    top = y if side == BELOW else y - high
    return x - wide / 2, top, x + wide / 2, top + high


class _Crowd:
    """What stands on the map already, in squares, so that only neighbours are looked at."""

    def __init__(self, square: float) -> None:
        self.square = square
        self.boxes: dict[tuple[int, int], list[Box]] = {}

    def _squares(self, box: Box) -> Iterator[tuple[int, int]]:
        left, top, right, bottom = (int(edge // self.square) for edge in box)
        for column in range(left, right + 1):
            for row in range(top, bottom + 1):
                yield column, row

    def add(self, box: Box) -> None:
        for square in self._squares(box):
            self.boxes.setdefault(square, []).append(box)

    def has_room(self, box: Box) -> bool:
        return not any(
            other[0] < box[2] and box[0] < other[2] and other[1] < box[3] and box[1] < other[3]
            for square in self._squares(box)
            for other in self.boxes.get(square, ())
        )


def in_order(names: Mapping[K, str], near: Mapping[K, int]) -> Sequence[K]:
    """Whose names are written first: those on whom most lines end, as they are the ones one looks for."""
    return sorted(names, key=lambda node: (-near.get(node, 0), names[node]))
