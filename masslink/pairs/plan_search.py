"""The best plan for a grid: columns made as they are needed, odd sets cut off, branches until nothing better can be.

A column is a pair that takes a bundle of works; there may be hundreds of thousands. HiGHS solves the linear programme
over the few made so far, its duals say which others could do better, and these are added until none can: then its value
is a true upper bound. Where three members share what only two can have, half pairs would be "best"; such odd sets are
cut off (Edmonds' inequalities), and what is left of fractions is branched on: this member at this work, or not. Once
the bound is near, all columns that could still matter are listed (by reduced cost: none that could be part of a better
plan is left out) and HiGHS's own search ends it. Nothing is random: the same task gives the same plan, given the time.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from masslink.pairs.plan_first import first_plan
from masslink.pairs.plan_lp import EPS, Master, OutOfTime, Rule
from masslink.pairs.plan_points import NO, Column, Grid

FEW = 2500  # columns that HiGHS's own search gets through
SHARE = 0.6  # of the time that is left, for that


@dataclass
class Found:
    """Which columns, and what no plan can exceed; both in points times strength."""

    columns: list[Column]
    bound: int


class Branch(NamedTuple):
    bound: float
    rules: tuple[Rule, ...]


@dataclass
class Search:
    grid: Grid
    deadline: float
    master: Master = field(init=False)
    best: list[Column] = field(default_factory=list)
    lost: int = 0  # how many works the best plan leaves empty where somebody must be
    ceiling: float = float("inf")
    listed_at: float = float("-inf")
    open: list[tuple[float, int, Branch]] = field(default_factory=list)
    made: int = 0

    def __post_init__(self) -> None:
        self.unit = self.grid.unit
        self.master = Master(self.grid, self.deadline)
        self.lost = len(self.grid.must)
        self.worth = -self.lost * self.master.missing  # of no plan at all

    def run(self) -> Found:
        top = Branch(self._at_most_at_all(), ())
        self.ceiling = top.bound
        self._push(top)
        self._take(first_plan(self.grid, self.master.missing))
        try:
            x = self.master.begin(self.best)
            if self.master.value > -self.master.missing / 2:  # no work is left empty where somebody must be
                self.ceiling = min(self.ceiling, self._floor(self.master.value))
            self._greedy_after(x)
            self._go_on()
        except OutOfTime:
            pass
        bound = max([self._floor(branch.bound) for _, _, branch in self.open], default=float(self.worth))
        bound = min(max(bound, self.worth) + self.lost * self.master.missing, self.ceiling)
        return Found(self.best, int(bound))

    # --- branches --------------------------------------------------------------------------------

    def _push(self, branch: Branch) -> None:
        self.made += 1
        heapq.heappush(self.open, (-branch.bound, -self.made, branch))

    def _floor(self, points: float) -> float:
        return float(np.floor((points + 1e-4) / self.unit) * self.unit)

    def _go_on(self) -> None:
        """Best bound first; below each branch straight down to a whole plan."""
        while self.open:
            branch = self.open[0][2]
            if self._floor(branch.bound) <= self.worth:
                heapq.heappop(self.open)
                continue
            self._down(branch)
            if self.best and self.open and self._ended_by_listing():
                self.open.clear()

    def _down(self, branch: Branch) -> None:
        """The branch stays open until its two halves are: when time runs out, its bound still counts."""
        while True:
            x = self.master.solve(branch.rules)
            value = min(self.master.value, branch.bound)
            self._drop(branch)
            if self._floor(value) <= self.worth:
                return
            halves = self._halves(x)
            if halves is None:
                self._take([self.master.columns[c] for c in np.nonzero(x > 0.5)[0]])
                return
            self._push(Branch(value, (*branch.rules, halves[1])))
            branch = Branch(value, (*branch.rules, halves[0]))
            self._push(branch)

    def _drop(self, branch: Branch) -> None:
        self.open = [entry for entry in self.open if entry[2] is not branch]
        heapq.heapify(self.open)

    def _halves(self, x: NDArray[np.float64]) -> tuple[Rule, Rule] | None:
        """Who is where is undecided, or else which works go together; None: all of it is decided."""
        used = np.nonzero(x > EPS)[0]
        at = np.zeros(self.grid.can.shape)
        for c in used:
            at[self.master.one[c], self.master.has[c]] += x[c]
            at[self.master.other[c], self.master.has[c]] += x[c]
        undecided = (at > EPS) & (at < 1 - EPS)
        if undecided.any():
            m, n = divmod(int(np.where(undecided, -np.abs(at - 0.75), -9).argmax()), self.master.works)
            return Rule("at", m, n), Rule("not at", m, n)
        for c in used[x[used] < 1 - EPS]:
            for d in used:
                shared, parted = (
                    self.master.has[c] & self.master.has[d],
                    self.master.has[c] ^ self.master.has[d],
                )
                if shared.any() and parted.any():
                    v, w = int(shared.argmax()), int(parted.argmax())
                    return Rule("together", v, w), Rule("apart", v, w)
        return None

    # --- whole plans -----------------------------------------------------------------------------

    def _take(self, columns: list[Column]) -> None:
        points, _ = self.grid.points(columns)
        lost = len(self.grid.must - {int(n) for column in columns for n in self.grid.works_of(column)})
        if points - self.master.missing * lost > self.worth:
            self.best, self.lost = columns, lost
            self.worth = points - self.master.missing * lost

    def _greedy_after(self, x: NDArray[np.float64]) -> None:
        """A first whole plan: of the columns made so far, those the programme uses most, and then all that add."""
        master, steps = self.master, [self.grid.steps(m) for m in range(self.master.members)]
        must = np.isin(np.arange(master.works), list(self.grid.must))
        taken, columns, twos = np.zeros(master.works, dtype=bool), [], set()
        for c in np.lexsort((-master.points, -np.round(x, 3))):
            one, other, has = master.one[c], master.other[c], master.has[c]
            two = master.columns[c][:2]
            if two not in twos and not (taken & has).any() and steps[one] and steps[other]:
                gain = master.points[c] + master.missing * int((must & has).sum())
                if gain > steps[one][0] + steps[other][0]:
                    steps[one].pop(0)
                    steps[other].pop(0)
                    columns.append(master.columns[c])
                    twos.add(two)
                    taken |= has
        self._take(columns)

    def _at_most_at_all(self) -> float:
        """Each work by the pair that makes most of it, whoever else wants them: true even before anything is solved."""
        found = 0.0
        for place in self.grid.places:
            if len(place.one):
                share = np.maximum(place.value, 0).max(axis=0) / place.bundles.sum(axis=1)
                found += float((place.bundles * share[:, None]).max(axis=0).sum())
        return found

    # --- the end ---------------------------------------------------------------------------------

    def _ended_by_listing(self) -> bool:
        """List every column that could be in a better plan; if they are few, HiGHS settles which is best."""
        seconds = (self.deadline - time.perf_counter()) * SHARE
        if self.listed_at == self.worth or seconds <= 0.05:
            return False
        self.listed_at = self.worth
        columns = self.master.could_matter(self.worth + self.unit)
        if columns is None or len(columns) > FEW:
            return False
        plan, bound = self.master.settle(columns, self.best, seconds)
        self._take(plan)
        return self._floor(bound) <= self.worth


def search(grid: Grid, *, deadline: float) -> Found:
    """The best columns of a grid, by the deadline."""
    if not any(len(place.one) and (place.value > NO // 2).any() for place in grid.places):
        return Found([], 0)
    return Search(grid, deadline).run()
