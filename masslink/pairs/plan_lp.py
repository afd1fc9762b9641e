"""The linear programme behind the search: its rows, the columns made so far, which more are worth making, its bound."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any, NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from masslink.pairs.plan_points import NO, Column, Flags, Grid, Ints, Place

Floats = NDArray[np.float64]

EPS = 1e-6
AT_ONCE = 30  # new columns of a place before the programme is solved again
MISSING = 10**6  # what it costs to leave a work empty where somebody must be
NEAR = (0.99, 0.74, 0.66, 0.49, 0.33, 0.24, 0.1, 1e-4)  # where odd sets are looked for


class OutOfTime(Exception):
    """The deadline has passed."""


class Twice(NamedTuple):
    """A pair at a place, which the programme would use more than once."""

    place: int
    pair: int


class Rule(NamedTuple):
    """A decision of a branch: member `a` at work `b` or not; works `a` and `b` by one bundle or not."""

    kind: str
    a: int
    b: int


def allowed(rule: Rule, one: Ints, other: Ints, has_a: Flags, has_b: Flags) -> Flags:
    """Which pairs (rows) may take which bundles (columns) under a rule."""
    if rule.kind in ("at", "not at"):
        theirs = (one == rule.a) | (other == rule.a)
        wrong = ~theirs if rule.kind == "at" else theirs
        found: Flags = ~(wrong[:, None] & has_b[None, :])
        return found
    fine = has_a == has_b if rule.kind == "together" else ~(has_a & has_b)
    return np.broadcast_to(fine[None, :], (len(one), len(fine)))


class Master:
    """Rows: works (one bundle each at most), members (their pairs), odd sets. Columns: steps, gaps, then bundles."""

    def __init__(self, grid: Grid, deadline: float) -> None:
        self.grid, self.deadline, self.missing = grid, deadline, MISSING
        self.works, self.members = grid.can.shape[1], grid.can.shape[0]
        self.columns: list[Column] = []
        self.known: set[Column] = set()
        self.one = self.other = np.zeros(0, dtype=np.int64)
        self.points = np.zeros(0)
        self.has: Flags = np.zeros((0, self.works), dtype=bool)
        self.cuts: list[Flags | Twice] = []
        self._once: set[Twice] = set()
        self.value = 0.0
        self.at_root: tuple[float, Floats] | None = None
        self.place_of = np.zeros(self.works, dtype=np.int64)
        for p, place in enumerate(grid.places):
            self.place_of[place.works] = p
        self.lp = _new_model()
        self.first = self._base(self.lp)

    def _base(self, lp: Any) -> int:
        """The rows of works and members, and columns that aren't bundles. Returns how many these are."""
        for _ in range(self.works):
            _add_row(lp, -highspy.kHighsInf, 1.0, [], [])
        for _ in range(self.members):
            _add_row(lp, -highspy.kHighsInf, 0.0, [], [])
        for m in range(self.members):
            for cost in self.grid.steps(m):
                lp.addCol(-float(cost), 0.0, 1.0, 1, np.array([self.works + m], np.int32), np.array([-1.0]))
        for w in range(self.works):
            lp.addCol(-float(MISSING), 0.0, 1.0, 1, np.array([w], np.int32), np.array([1.0]))
        return int(lp.getNumCol())

    # --- solving ---------------------------------------------------------------------------------

    def begin(self, plan: list[Column]) -> Floats:
        """The root, from a plan that is known."""
        if plan:
            self._add(plan)
        return self.solve()

    def solve(self, rules: tuple[Rule, ...] = ()) -> Floats:
        """The best of all columns the rules allow, as fractions. Sets `value`. Raises OutOfTime."""
        self._set_rules(rules)
        masks = self._masks(rules)
        while True:
            self._run()
            duals = np.array(self.lp.getSolution().row_dual)
            new = self._worth_making(duals, masks)
            if new:
                self._add(new)
            elif not self._cut_off():
                break
        self.value = float(self.lp.getInfo().objective_function_value)
        if not rules and self.at_root is None:
            self.at_root = self.value, duals
        return self._x()

    def _run(self) -> None:
        left = self.deadline - time.perf_counter()
        if left <= 0:
            raise OutOfTime
        self.lp.setOptionValue("time_limit", self.lp.getRunTime() + left)  # the clock goes on from run to run
        self.lp.run()
        if self.lp.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
            raise OutOfTime

    def _x(self) -> Floats:
        return np.array(self.lp.getSolution().col_value)[self.first :]

    def _set_rules(self, rules: tuple[Rule, ...]) -> None:
        """Columns that a rule forbids have no room; a work where somebody is must be filled."""
        count, fine = len(self.columns), np.ones(len(self.columns), dtype=bool)
        filled = np.full(self.works, -highspy.kHighsInf)
        filled[list(self.grid.must)] = 1.0
        for rule in rules:
            if rule.kind in ("at", "not at"):
                theirs = (self.one == rule.a) | (self.other == rule.a)
                fine &= ~self.has[:, rule.b] | (theirs if rule.kind == "at" else ~theirs)
            else:
                a, b = self.has[:, rule.a], self.has[:, rule.b]
                fine &= (a == b) if rule.kind == "together" else ~(a & b)
            if rule.kind == "at":
                filled[rule.b] = 1.0
        at = np.arange(self.first, self.first + count, dtype=np.int32)
        upper = np.where(fine, highspy.kHighsInf, 0.0)
        if count:
            self.lp.changeColsBounds(count, at, np.zeros(count), upper)
        rows = np.arange(self.works, dtype=np.int32)
        self.lp.changeRowsBounds(self.works, rows, filled, np.ones(self.works))

    def _masks(self, rules: tuple[Rule, ...]) -> dict[int, Flags]:
        """By place, which pairs may take which bundles."""
        found: dict[int, Flags] = {}
        for rule in rules:
            p = int(self.place_of[rule.b])
            place = self.grid.places[p]
            fine = allowed(rule, place.one, place.other, _having(place, rule.a), _having(place, rule.b))
            found[p] = found[p] & fine if p in found else fine
        return found

    # --- columns ---------------------------------------------------------------------------------

    def reduced(self, p: int, duals: Floats) -> Floats:
        """What each column of a place would add, beyond what the rows it needs are worth."""
        place = self.grid.places[p]
        works, members = duals[: self.works], duals[self.works : self.works + self.members]
        of_pair = members[place.one] + members[place.other]
        for k, cut in enumerate(self.cuts):
            if not (dual := duals[self.works + self.members + k]):
                continue
            if not isinstance(cut, Twice):
                of_pair = of_pair + dual * (cut[place.one] & cut[place.other])
            elif cut.place == p:
                of_pair[cut.pair] += dual
        found: Floats = place.value - (place.bundles @ works[place.works])[None, :] - of_pair[:, None]
        return found

    def _worth_making(self, duals: Floats, masks: dict[int, Flags]) -> list[Column]:
        found = []
        for p, place in enumerate(self.grid.places):
            if not len(place.one):
                continue
            reduced = self.reduced(p, duals)
            if p in masks:
                reduced[~masks[p]] = NO
            best = reduced.argmax(axis=1)
            gain = reduced[np.arange(len(best)), best]
            order = np.nonzero(gain > EPS * 10)[0]
            order = order[np.argsort(-gain[order], kind="stable")][:AT_ONCE]
            found += [Column(p, int(pair), int(best[pair])) for pair in order]
        return [column for column in found if column not in self.known]

    def _add(self, new: list[Column]) -> None:
        self.columns += new
        self.known.update(new)
        one, other, points, has = self._arrays(new)
        _add_columns(self.lp, points, [self._rows(c, h, self.cuts) for c, h in zip(new, has, strict=True)])
        self.one, self.other = np.append(self.one, one), np.append(self.other, other)
        self.points, self.has = np.append(self.points, points), np.vstack([self.has, has])

    def _arrays(self, columns: list[Column]) -> tuple[Ints, Ints, Floats, Flags]:
        places, has = self.grid.places, np.zeros((len(columns), self.works), dtype=bool)
        for n, column in enumerate(columns):
            has[n, self.grid.works_of(column)] = True
        one = np.array([places[c.place].one[c.pair] for c in columns], dtype=np.int64)
        other = np.array([places[c.place].other[c.pair] for c in columns], dtype=np.int64)
        points = np.array([places[c.place].value[c.pair, c.bundle] for c in columns], dtype=np.float64)
        return one, other, points, has

    def _rows(self, column: Column, has: Flags, cuts: list[Flags | Twice]) -> list[int]:
        place = self.grid.places[column.place]
        one, other = int(place.one[column.pair]), int(place.other[column.pair])
        cut_by = [
            self.works + self.members + k
            for k, cut in enumerate(cuts)
            if (cut == column[:2] if isinstance(cut, Twice) else cut[one] and cut[other])
        ]
        return [*np.nonzero(has)[0].tolist(), self.works + one, self.works + other, *cut_by]

    # --- what is cut off -------------------------------------------------------------------------

    def _cut_off(self) -> bool:
        """What no whole plan does, though this answer does: a pair twice at a place, halves among an odd number."""
        x = self._x()
        new: list[Flags | Twice] = [*self._twice(x), *self._odd(x)]
        for cut in new:
            if isinstance(cut, Twice):
                of_it = [n for n, column in enumerate(self.columns) if column[:2] == cut]
                self._once.add(cut)
            else:
                of_it = np.nonzero(cut[self.one] & cut[self.other])[0].tolist()
            at = [n + self.first for n in of_it]
            _add_row(self.lp, -highspy.kHighsInf, self._most(cut), at, [1.0] * len(at))
            self.cuts.append(cut)
        return bool(new)

    def _most(self, cut: Flags | Twice) -> float:
        return 1.0 if isinstance(cut, Twice) else float(self.grid.free[cut].sum() // 2)

    def _twice(self, x: Floats) -> list[Twice]:
        used: dict[Twice, float] = {}
        for n in np.nonzero(x > EPS)[0]:
            at = Twice(*self.columns[n][:2])
            used[at] = used.get(at, 0.0) + float(x[n])
        return [at for at, times in used.items() if times > 1 + 1e-4]

    def _odd(self, x: Floats) -> list[Flags]:
        """Members who together can be in an odd number of places fill half a pair less among themselves."""
        together = np.zeros((self.members, self.members))
        np.add.at(together, (self.one, self.other), x)
        together += together.T
        rest = self.grid.free - together.sum(axis=1)
        found: dict[bytes, Flags] = {}
        for near in NEAR:
            for inside in _groups(together >= near):
                leaving = together[inside][:, ~inside].sum() + rest[inside].sum()
                if self.grid.free[inside].sum() % 2 and leaving < 1 - 1e-4:
                    found[inside.tobytes()] = inside
        return list(found.values())

    # --- the end ---------------------------------------------------------------------------------

    def could_matter(self, wanted: float) -> list[Column] | None:
        """All columns that may be in a plan of at least so many points; None before the root is solved."""
        if self.at_root is None:
            return None
        value, duals = self.at_root
        duals = np.append(duals, np.zeros(self.works + self.members + len(self.cuts) - len(duals)))
        found = []
        for p, place in enumerate(self.grid.places):
            if len(place.one):
                pairs, bundles = np.nonzero(self.reduced(p, duals) >= wanted - value - 1e-3)
                found += [Column(p, int(a), int(b)) for a, b in zip(pairs, bundles, strict=True)]
        return found

    def settle(
        self, columns: list[Column], start: list[Column], seconds: float
    ) -> tuple[list[Column], float]:
        """The best plan of these columns by HiGHS's own search, beginning with one, and what it can't exceed."""
        columns = list(dict.fromkeys([*start, *columns]))
        model = _new_model(seconds)
        self._base(model)
        one, other, points, has = self._arrays(columns)
        often = Counter(Twice(*column[:2]) for column in columns)
        cuts = [*self.cuts, *(at for at, count in often.items() if count > 1 and at not in self._once)]
        for cut in cuts:
            _add_row(model, -highspy.kHighsInf, self._most(cut), [], [])
        _add_columns(model, points, [self._rows(c, h, cuts) for c, h in zip(columns, has, strict=True)], 1.0)
        for w in self.grid.must:
            model.changeRowBounds(w, 1.0, 1.0)
        total = self.first + len(columns)
        model.changeColsIntegrality(total, np.arange(total, dtype=np.int32), np.ones(total, dtype=np.uint8))
        if start:
            _begin_with(model, self.first, len(start), total, one, other, self.grid, has)
        model.run()
        info = model.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return [], float(info.mip_dual_bound)
        x = np.array(model.getSolution().col_value)[self.first :]
        return [columns[c] for c in np.nonzero(x > 0.5)[0]], float(info.mip_dual_bound)


def _having(place: Place, work: int) -> Flags:
    """Which bundles have a work; none, where it isn't of this place."""
    found: Flags = np.logical_or.reduce(place.bundles[:, place.works == work], axis=1)
    return found


def _groups(near: Flags) -> list[Flags]:
    """Three members or more who hang together."""
    label = np.arange(len(near))
    while True:
        lower = np.minimum(label, np.where(near, label[None, :], len(near)).min(axis=1))
        if (lower == label).all():
            break
        label = lower
    groups = [label == one for one in np.unique(label)]
    return [group for group in groups if group.sum() > 2]


# --- HiGHS ---------------------------------------------------------------------------------------


def _new_model(seconds: float | None = None) -> Any:
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        model.setOptionValue(name, value)
    if seconds is None:
        model.setOptionValue("presolve", "off")  # solved again and again from where it stood
    else:
        for name, limit in (("time_limit", seconds), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.9)):
            model.setOptionValue(name, limit)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return model


def _add_row(model: Any, lower: float, upper: float, at: list[int], values: list[float]) -> None:
    model.addRow(lower, upper, len(at), np.array(at, np.int32), np.array(values, np.float64))


def _add_columns(model: Any, points: Floats, rows: list[list[int]], most: float | None = None) -> None:
    count = len(rows)
    starts = np.cumsum([0, *(len(r) for r in rows[:-1])]).astype(np.int32)
    flat = np.array([row for one in rows for row in one], dtype=np.int32)
    upper = np.full(count, highspy.kHighsInf if most is None else most)
    model.addCols(count, points, np.zeros(count), upper, len(flat), starts, flat, np.ones(len(flat)))


def _begin_with(
    model: Any, first: int, count: int, total: int, one: Ints, other: Ints, grid: Grid, has: Flags
) -> None:
    """Give HiGHS a plan that is known: its bundles, the steps its members take, the works left empty."""
    x = np.zeros(total)
    x[first : first + count] = 1.0
    at = 0
    for m in range(len(grid.free)):
        taken = int((one[:count] == m).sum() + (other[:count] == m).sum())
        x[at : at + taken] = 1.0
        at += int(grid.free[m])
    for w in grid.must:
        x[at + w] = 0.0 if has[:count, w].any() else 1.0
    solution = highspy.HighsSolution()
    solution.col_value = x.tolist()
    model.setSolution(solution)
