"""A first whole plan, at once: the pair that adds most, again and again. The search begins with it."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from masslink.pairs.plan_points import NO, Column, Flags, Grid, Place


class First:
    """What is free as yet: works, and the next step of each member."""

    def __init__(self, grid: Grid, missing: int) -> None:
        self.grid = grid
        self.free: Flags = np.ones(grid.can.shape[1], dtype=bool)
        self.steps = [grid.steps(m) for m in range(grid.can.shape[0])]
        self.next = np.array([steps[0] if steps else -NO for steps in self.steps], dtype=np.int64)
        self.taken: list[list[int]] = [[] for _ in grid.places]
        must = np.isin(np.arange(len(self.free)), list(grid.must))
        self.bonus = [missing * (place.bundles & must[place.works]).sum(axis=1) for place in grid.places]

    def best_at(self, p: int) -> tuple[int, Column]:
        """What adds most at a place as things stand; later it can only be less."""
        place = self.grid.places[p]
        gain = self._gain(place) + self.bonus[p]
        gain[:, (place.bundles & ~self.free[place.works]).any(axis=1)] = NO
        gain[place.value <= NO // 2] = NO
        gain[self.taken[p]] = NO
        pair, bundle = divmod(int(gain.argmax()), gain.shape[1])
        return int(gain[pair, bundle]), Column(p, pair, bundle)

    def _gain(self, place: Place) -> NDArray[np.int64]:
        cost = self.next[place.one] + self.next[place.other]
        return place.value.astype(np.int64) - cost[:, None]

    def take(self, column: Column) -> None:
        place = self.grid.places[column.place]
        self.free[self.grid.works_of(column)] = False
        self.taken[column.place].append(column.pair)
        for m in (int(place.one[column.pair]), int(place.other[column.pair])):
            self.steps[m].pop(0)
            self.next[m] = self.steps[m][0] if self.steps[m] else -NO


def first_plan(grid: Grid, missing: int) -> list[Column]:
    """Places by what their best pair adds; a place is looked at anew only when it comes to the top."""
    first, found = First(grid, missing), []
    places = [(-first.best_at(p)[0], p) for p, place in enumerate(grid.places) if len(place.one)]
    heapq.heapify(places)
    while places:
        _, p = heapq.heappop(places)
        gain, column = first.best_at(p)
        if gain <= 0:
            continue
        if not places or gain >= -places[0][0]:
            first.take(column)
            found.append(column)
        heapq.heappush(places, (-gain, p))
    return found
