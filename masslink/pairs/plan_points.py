"""What a pair at a work is worth, in points of each wish: the arrays that the search for the best plan runs on.

Points are small whole numbers, so that sums are exact and "the best there is" means it. They add up over members,
works and pairs; nothing here gives points for a pair as such, else the best plan would be to split works among many.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import gcd
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from masslink.pairs.planner import (
    WISHES,
    Task,
    Work,
    bundles_of,
    is_kept_off,
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO = -(10**7)  # a column that can't be

COVER, COVER_HEADS, MANY_HEADS = 20, 20, 40  # a work with many people counts twice
LANGUAGE = 4  # for each of the two: all people there understand them
HOURS = 2  # for each of the two: said that they can then
DEPTH = 2  # for each rung above talking, of each deep link
BOTH_NEW, BOTH_EXPERIENCED = -8, -3
SAME_WORK, SAME_PLACE = 3, 1
ANOTHER_PAIR, ANOTHER_WORK = -6, -2  # the second costs this, the third twice this, …
NEW_ACCESS = -6


@dataclass(frozen=True)
class Place:
    """Pairs by bundles of one place: `value[p, b]` points if pair p takes bundle b there."""

    id: str
    works: Ints  # which of the task's works these are
    one: Ints
    other: Ints
    bundles: Flags  # bundle by work of this place
    value: NDArray[np.int32]


class Column(NamedTuple):
    """A pair that takes a bundle."""

    place: int
    pair: int
    bundle: int


class Grid:
    """A task as arrays; members and works by number, in the task's order."""

    def __init__(self, task: Task, musts: dict[str, frozenset[str]]) -> None:
        self.task, self.musts = task, musts
        self.strength = {wish: task.strength(wish) for wish in WISHES}
        self.number = {who.id: n for n, who in enumerate(task.members)}
        self.work_number = {work.id: n for n, work in enumerate(task.works)}
        self.must = frozenset(self.work_number[id] for id in musts)
        self.free = np.array([who.free for who in task.members], dtype=np.int64)
        self.can = self._who_can()
        self.cover = np.array([_cover(work) for work in task.works], dtype=np.int64)
        self.member_points = self._member_points()
        self.kept = self._kept_works()
        ids = list(dict.fromkeys(work.place for work in task.works))
        self.places = [self._place(id) for id in ids]

    def steps(self, member: int) -> list[int]:
        """What each further pair of a member costs, in points times strength; never less than the one before."""
        busy = self.task.members[member].busy
        cost = -ANOTHER_PAIR * self.strength["spread"]
        return [(busy + t) * cost for t in range(int(self.free[member]))]

    @property
    def unit(self) -> int:
        """Every plan's points are a multiple of this."""
        found = [int(v) for place in self.places for v in np.unique(place.value[place.value > NO // 2])]
        return reduce(gcd, [*found, ANOTHER_PAIR * self.strength["spread"]], 0) or 1

    # --- single members --------------------------------------------------------------------------

    def _who_can(self) -> Flags:
        """Member by work: can there and then, and nobody fixed otherwise."""
        can = np.zeros((len(self.task.members), len(self.task.works)), dtype=bool)
        for m, who in enumerate(self.task.members):
            for w, work in enumerate(self.task.works):
                can[m, w] = who.free > 0 and who.can(work) and not is_kept_off(self.task, who, work)
        for id, members in self.musts.items():
            if len(members) == 2:
                others = [n for member, n in self.number.items() if member not in members]
                can[others, self.work_number[id]] = False
        return can

    def _member_points(self) -> dict[str, Ints]:
        """By wish, what each member brings to each work."""
        shape = len(self.task.members), len(self.task.works)
        found = {wish: np.zeros(shape, dtype=np.int64) for wish in ("languages", "hours", "links")}
        for m, who in enumerate(self.task.members):
            for w, work in enumerate(self.task.works):
                if work.with_language and who.languages:
                    share = work.speak(who.languages) / work.with_language
                    found["languages"][m, w] = round(LANGUAGE * share)
                if work.time and work.time in who.times:
                    found["hours"][m, w] = HOURS
                if deep := self.task.deep.get((who.id, work.id)):
                    found["links"][m, w] = DEPTH * deep.depth
        return found

    # --- pairs -----------------------------------------------------------------------------------

    def _place(self, id: str) -> Place:
        works = np.array([n for n, work in enumerate(self.task.works) if work.place == id], dtype=np.int64)
        one, other = self._pairs(works)
        bundles = self._bundles(id, works)
        per_work = sum(self.strength[k] * v for k, v in self._work_points(id, works, one, other).items())
        can = self.can[one][:, works] & self.can[other][:, works]
        per_pair = sum(self.strength[k] * v for k, v in self._pair_points(id, one, other).items())
        size = bundles.sum(axis=1)
        value = per_work @ bundles.T.astype(np.int64) + np.asarray(per_pair)[:, None]
        value += self.strength["spread"] * ANOTHER_WORK * (size * (size - 1) // 2)
        impossible = (~can).astype(np.int64) @ bundles.T.astype(np.int64) > 0
        value[impossible | self._not_theirs(id, works, one, other, bundles)] = NO
        return Place(id, works, one, other, bundles, value.astype(np.int32))

    def _pairs(self, works: Ints) -> tuple[Ints, Ints]:
        """Who can be a pair here: both can at one of the works, and nobody keeps them apart."""
        here = np.nonzero(self.can[:, works].any(axis=1))[0]
        first, second = np.triu_indices(len(here), 1)
        one, other = here[first], here[second]
        fits = (self.can[one][:, works] & self.can[other][:, works]).any(axis=1)
        for a, b in self.task.choices.apart:
            x, y = self.number.get(a, -1), self.number.get(b, -1)
            fits &= ~(((one == x) & (other == y)) | ((one == y) & (other == x)))
        return one[fits], other[fits]

    def _bundles(self, place: str, works: Ints) -> Flags:
        shared = bundles_of([self.task.works[n] for n in works], self.task.most_works)
        sets = [frozenset(bundle) for bundle in shared]
        where = {int(n): k for k, n in enumerate(works)}
        own = {frozenset(where[n] for n in kept) for (at, _, _), kept in self.kept.items() if at == place}
        sets += sorted((kept for kept in own if kept and kept not in sets), key=sorted)
        found = np.zeros((len(sets), len(works)), dtype=bool)
        for b, bundle in enumerate(sets):
            found[b, list(bundle)] = True
        return found

    def _kept_works(self) -> dict[tuple[str, int, int], frozenset[int]]:
        """What a pair has already, or was given by hand: they may go on with all of it, however much it is."""
        kept: dict[tuple[str, int, int], frozenset[int]] = {}
        by_place = {work.id: work.place for work in self.task.works}
        for one, other, work in [(s.one, s.other, w) for s in self.task.standing for w in s.works]:
            self._keep(kept, by_place, work, one, other)
        for work, members in self.musts.items():
            if len(members) == 2:
                self._keep(kept, by_place, work, *members)
        return kept

    def _keep(
        self,
        kept: dict[tuple[str, int, int], frozenset[int]],
        by_place: dict[str, str],
        work: str,
        *two: str,
    ) -> None:
        if work in by_place and all(id in self.number for id in two):
            one, other = sorted(self.number[id] for id in two)
            key = by_place[work], one, other
            kept[key] = kept.get(key, frozenset()) | {self.work_number[work]}

    def _not_theirs(self, place: str, works: Ints, one: Ints, other: Ints, bundles: Flags) -> Flags:
        """Bundles that only a pair which has them may take; and works that somebody must be at, without them."""
        shared = len(bundles_of([self.task.works[n] for n in works], self.task.most_works))
        wrong = np.zeros((len(one), len(bundles)), dtype=bool)
        wrong[:, shared:] = True
        for (at, x, y), kept in self.kept.items():
            if at == place:
                theirs = (bundles == np.isin(works, list(kept))).all(axis=1)
                wrong[np.ix_((one == x) & (other == y), theirs)] = False
        for id, members in self.musts.items():
            has: Flags = np.logical_or.reduce(bundles[:, works == self.work_number[id]], axis=1)
            for member in members:
                n = self.number[member]
                wrong |= ((one != n) & (other != n))[:, None] & has[None, :]
        return wrong

    def _work_points(self, place: str, works: Ints, one: Ints, other: Ints) -> dict[str, Ints]:
        """By wish, what each pair gets for each work here."""
        found = {wish: v[one][:, works] + v[other][:, works] for wish, v in self.member_points.items()}
        found["cover"] = np.broadcast_to(self.cover[works], (len(one), len(works)))
        found["together"] = np.zeros((len(one), len(works)), dtype=np.int64)
        for standing in self.task.standing:
            x, y = self.number.get(standing.one, -1), self.number.get(standing.other, -1)
            if standing.place == place:
                same = np.isin(works, [self.work_number.get(id, -1) for id in standing.works])
                at = ((one == x) & (other == y)) | ((one == y) & (other == x))
                found["together"][at] = np.where(same, SAME_WORK, SAME_PLACE)
        return found

    def _pair_points(self, place: str, one: Ints, other: Ints) -> dict[str, Ints]:
        """By wish, what each pair gets once, however much it takes."""
        members = self.task.members
        done = np.array([who.experienced for who in members], dtype=bool)
        new = np.array([NEW_ACCESS * (place not in who.places) for who in members], dtype=np.int64)
        both, none = done[one] & done[other], ~done[one] & ~done[other]
        experience = np.where(both, BOTH_EXPERIENCED, np.where(none, BOTH_NEW, 0)).astype(np.int64)
        return {"experience": experience, "close": new[one] + new[other]}

    # --- a plan ----------------------------------------------------------------------------------

    def taken(self, columns: list[Column]) -> list[tuple[str, str, str, tuple[str, ...]]]:
        """Who takes what where, in the task's order of works."""
        members, works, found = self.task.members, self.task.works, []
        for column in sorted(columns, key=lambda c: (c.place, int(self.works_of(c)[0]))):
            at = self.places[column.place]
            one, other = members[at.one[column.pair]].id, members[at.other[column.pair]].id
            found.append((one, other, at.id, tuple(works[n].id for n in self.works_of(column))))
        return found

    def works_of(self, column: Column) -> Ints:
        at = self.places[column.place]
        found: Ints = at.works[at.bundles[column.bundle]]
        return found

    def points(self, columns: list[Column]) -> tuple[int, dict[str, int]]:
        """What a plan comes to; and what each wish got, before its weight."""
        by_wish = dict.fromkeys(WISHES, 0)
        pairs = np.zeros(len(self.task.members), dtype=np.int64)
        for column in columns:
            at = self.places[column.place]
            one, other = at.one[[column.pair]], at.other[[column.pair]]
            works = self.works_of(column)
            for wish, got in self._work_points(at.id, works, one, other).items():
                by_wish[wish] += int(got.sum())
            for wish, got in self._pair_points(at.id, one, other).items():
                by_wish[wish] += int(got.sum())
            by_wish["spread"] += ANOTHER_WORK * (len(works) * (len(works) - 1) // 2)
            pairs[one] += 1
            pairs[other] += 1
        for m, who in enumerate(self.task.members):
            by_wish["spread"] += sum(ANOTHER_PAIR * (who.busy + t) for t in range(int(pairs[m])))
        return sum(self.strength[wish] * got for wish, got in by_wish.items()), by_wish


def _cover(work: Work) -> int:
    heads = max(work.heads, work.known)
    return COVER + round(COVER_HEADS * min(heads, MANY_HEADS) / MANY_HEADS)


def grid_of(task: Task, musts: dict[str, frozenset[str]]) -> Grid:
    return Grid(task, musts)
