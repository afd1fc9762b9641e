"""Which pairs for which work: a plain calculation with HiGHS, free of Django.

`propose` takes a `Task` (who can what, what there is to work, what is wished for, what people fixed by hand) and gives
a `Proposal`: pairs with their works, why each was chosen, what could not be met, and how far from the best possible it
is. Three things always hold, whatever the weights: every work is by two or by nobody; nobody gets more pairs than they
said they can carry; nobody is planned where or when they can't. Everything else is a wish with a weight.

Points are said in `plan_points`, the search for the best is in `plan_search`; both need numpy and are imported only
when something is calculated, so that a server that plans nothing pays nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

# What can be wished for, and how much each weighs unless a collective says otherwise. Weights go from 0 to 4.
WISHES = {
    "cover": 3,  # units and shifts have a pair, those with many people first
    "links": 3,  # deep links stay with who holds them
    "languages": 2,  # who works there understands the people
    "hours": 1,  # members who said that they can at that time, before those who said nothing
    "experience": 2,  # whoever has done this before, with somebody new
    "together": 2,  # pairs that exist stay
    "spread": 2,  # the load is even
    "close": 2,  # few get access who don't have it
}
STRENGTH = (0, 1, 2, 4, 8)  # what a weight multiplies the points of its wish by
LEAST = {"cover": 1}  # who wishes for no cover at all needs no plan
MOST_WORKS = 3  # of one pair, all in one unit or on one shift
SECONDS = 4.0


@dataclass(frozen=True)
class Who:
    """A member who can be planned. `times`: when they can; empty, they didn't say. `busy`: pairs elsewhere."""

    id: str
    at_most: int = 2
    languages: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    experienced: bool = False
    places: frozenset[str] = frozenset()  # those they have access to
    cannot: frozenset[str] = frozenset()  # places where they can't, no reason asked
    busy: int = 0

    @property
    def free(self) -> int:
        return max(0, self.at_most - self.busy)

    def can_at(self, work: Work) -> bool:
        return not (self.times and work.time and work.time not in self.times)

    def can(self, work: Work) -> bool:
        """Whether they can there and then; whether they have room for it is another question."""
        return self.at_most > 0 and work.place not in self.cannot and self.can_at(work)


@dataclass(frozen=True)
class Work:
    """A unit, a shift, a unit on a shift, or a whole place where it has neither."""

    id: str
    place: str
    unit: str = ""
    shift: str = ""
    time: str = ""
    heads: int = 0  # as far as counted
    known: int = 0
    speakers: tuple[tuple[frozenset[str], int], ...] = ()  # languages of a person, how many speak just these

    def speak(self, languages: frozenset[str]) -> int:
        """How many of its people one of these languages reaches."""
        return sum(count for spoken, count in self.speakers if spoken & languages)

    @property
    def with_language(self) -> int:
        return sum(count for _, count in self.speakers)


@dataclass(frozen=True)
class Deep:
    """What a member holds at a work: how many deep links, and how deep they are together."""

    links: int
    depth: int


@dataclass(frozen=True)
class Standing:
    """A pair that exists, and which of these works are theirs."""

    one: str
    other: str
    place: str
    works: frozenset[str]


@dataclass(frozen=True)
class Choices:
    """What people fixed by hand; ids of members, works, places."""

    keep: frozenset[tuple[str, str, str]] = frozenset()  # these two at this work
    put: frozenset[tuple[str, str]] = frozenset()  # this member at this work, with whomever
    apart: frozenset[tuple[str, str]] = frozenset()  # not these two, anywhere
    never: frozenset[tuple[str, str]] = frozenset()  # not this member at this place or work


@dataclass(frozen=True)
class Task:
    """Everything a plan is made from."""

    members: tuple[Who, ...]
    works: tuple[Work, ...]
    deep: Mapping[tuple[str, str], Deep] = field(default_factory=dict)  # by member and work
    standing: tuple[Standing, ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    choices: Choices = Choices()
    most_works: int = MOST_WORKS

    def strength(self, wish: str) -> int:
        weight = self.weights.get(wish, WISHES[wish])
        return STRENGTH[min(4, max(LEAST.get(wish, 0), weight))]


@dataclass(frozen=True)
class Said:
    """Something the calculation has to say, as a code with what it is about; pages put it into words."""

    code: str
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposed:
    """A pair, what it works, and why."""

    one: str
    other: str
    place: str
    works: tuple[str, ...]
    why: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What came out. `bound`: no plan with these wishes and choices can have more points."""

    pairs: tuple[Proposed, ...]
    unmet: tuple[Said, ...]
    clashes: tuple[Said, ...]
    points: int
    bound: int
    by_wish: Mapping[str, int]
    proven: bool
    seconds: float

    @property
    def gap(self) -> float:
        """At most this share below the best possible."""
        return 0.0 if self.proven or self.bound <= 0 else max(0.0, (self.bound - self.points) / self.bound)


def propose(task: Task, *, seconds: float = SECONDS) -> Proposal:
    """The best pairs for these works, or the best that were found in the time given."""
    from masslink.pairs.plan_points import grid_of
    from masslink.pairs.plan_search import search
    from masslink.pairs.plan_why import unmet, why

    start = time.perf_counter()
    musts, clashes = held_choices(task)
    grid = grid_of(task, musts)
    found = search(grid, deadline=start + seconds)
    pairs = grid.taken(found.columns)
    points, by_wish = grid.points(found.columns)
    covered = {work for _, _, _, works in pairs for work in works}
    lost = [Said("no_way", {"work": w, "members": sorted(m)}) for w, m in musts.items() if w not in covered]
    return Proposal(
        pairs=tuple(Proposed(*pair, why(task, musts, *pair)) for pair in pairs),
        unmet=tuple(unmet(task, musts, pairs)),
        clashes=(*clashes, *lost),
        points=points,
        bound=max(points, found.bound),
        by_wish=by_wish,
        proven=found.bound <= points,
        seconds=time.perf_counter() - start,
    )


# --- what people fixed ---------------------------------------------------------------------------


def held_choices(task: Task) -> tuple[dict[str, frozenset[str]], list[Said]]:
    """Who must be at which work, as far as the choices agree with each other; and where they clash."""
    members, works = {who.id: who for who in task.members}, {work.id: work for work in task.works}
    wanted: dict[str, set[str]] = {}
    for one, other, work_id in sorted(task.choices.keep):
        wanted.setdefault(work_id, set()).update((one, other))
    for member, work_id in sorted(task.choices.put):
        wanted.setdefault(work_id, set()).add(member)
    musts: dict[str, frozenset[str]] = {}
    clashes: list[Said] = []
    for work_id, at_it in sorted(wanted.items()):
        clash = _clash(task, works.get(work_id), [members.get(id) or id for id in sorted(at_it)])
        if clash:
            clashes.append(Said(clash.code, {"work": work_id, "members": sorted(at_it), **clash.about}))
        else:
            musts[work_id] = frozenset(at_it)
    return musts, clashes


def _clash(task: Task, work: Work | None, at_it: list[Who | str]) -> Said | None:
    """Why these can't be at this work together, if they can't."""
    if work is None:
        return Said("no_work")
    for who in at_it:
        if isinstance(who, str):
            return Said("not_there", {"member": who})
    there = [who for who in at_it if isinstance(who, Who)]
    if len(there) > 2:
        return Said("three")
    for who in there:
        if not who.free:
            return Said("full", {"member": who.id})
        if not who.can_at(work):
            return Said("hours", {"member": who.id, "time": work.time})
        if is_kept_off(task, who, work):
            return Said("never", {"member": who.id})
    if len(there) == 2 and are_apart(task, there[0].id, there[1].id):
        return Said("apart")
    return None


def is_kept_off(task: Task, who: Who, work: Work) -> bool:
    """By their own word or by somebody's choice."""
    never = task.choices.never
    return work.place in who.cannot or (who.id, work.place) in never or (who.id, work.id) in never


def are_apart(task: Task, one: str, other: str) -> bool:
    return (one, other) in task.choices.apart or (other, one) in task.choices.apart


# --- which works go together ---------------------------------------------------------------------

MOST_BUNDLES = 320


def bundles_of(works: list[Work], most: int) -> list[tuple[int, ...]]:
    """Sets of works one pair can take: of one unit or on one shift; fewer at once where a place has very many.

    Where a place has no shifts (or no units), any of its works go together.
    """
    while most > 1 and len(found := _bundles(works, most)) > MOST_BUNDLES:
        most -= 1
    return found if most > 1 else [(n,) for n in range(len(works))]


def _bundles(works: list[Work], most: int) -> list[tuple[int, ...]]:
    groups: dict[tuple[str, str], list[int]] = {}
    for n, work in enumerate(works):
        groups.setdefault(("unit", work.unit), []).append(n)
        groups.setdefault(("shift", work.shift), []).append(n)
    found: set[tuple[int, ...]] = {(n,) for n in range(len(works))}
    for group in groups.values():
        for size in range(2, most + 1):
            found.update(combinations(group, size))
    return sorted(found)
