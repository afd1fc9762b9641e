"""Whose turn it is: a calculation that knows neither records nor pages.

Whoever has done a duty least often is next; among those, whoever did it least lately. What counts:

- A turn counts for whoever did it, whoever was planned. Who did more of their own accord is left in peace until the
  others have caught up.
- A newcomer begins where whoever did least stands, and catches up nothing.
- Who is away, or can't, is passed over. While they are, they don't fall behind whoever did least of the others: back
  again they are next at most once.
- In a duty for several, somebody who never did it comes beside somebody who has, as far as it is both their turn.
- Nobody twice in one turn.

So among those who were there all the time, planning never brings anybody more than one turn ahead of another.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from math import ceil
from operator import attrgetter
from uuid import UUID

WEEK, FORTNIGHT, MONTH = "week", "fortnight", "month"
ENOUGH = 4  # turns, before anything is said about how they were shared


@dataclass(frozen=True)
class Span:
    """From a day on, up to the day `until`, on which one is back; or for good."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Somebody:
    """One of those who share a duty, since when, and when they can't."""

    id: UUID
    joined: date
    absent: tuple[Span, ...] = ()

    def can(self, day: date) -> bool:
        return self.joined <= day and not any(span.holds(day) for span in self.absent)


@dataclass(frozen=True)
class Did:
    """A turn somebody did, or one that is theirs already."""

    on: date
    who: UUID


@dataclass(frozen=True)
class Slot:
    """A day on which so many are needed, and whose turn it is already."""

    on: date
    places: int
    taken: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Who comes to a turn; fewer than there are places, where nobody is left who can."""

    on: date
    who: tuple[UUID, ...]


@dataclass
class Weights:
    """What decides among those whose turn it could equally be: who has another duty that day, who carried more."""

    busy: set[tuple[UUID, date]] = field(default_factory=set)
    carried: Counter[UUID] = field(default_factory=Counter)

    def add(self, found: Iterable[Proposal], *, is_unloved: bool) -> None:
        for one in found:
            self.busy.update((who, one.on) for who in one.who)
            if is_unloved:
                self.carried.update(one.who)


def propose(
    people: Iterable[Somebody], history: Iterable[Did], slots: Iterable[Slot], weights: Weights | None = None
) -> list[Proposal]:
    """Who is next for each slot; what is theirs already counts first, also where it lies later."""
    standing = Standing(people, weights or Weights())
    standing.replay(history)
    return [standing.fill(slot) for slot in sorted(slots, key=attrgetter("on"))]


class Standing:
    """How often each has done it, as far as it counts, and when last."""

    def __init__(self, people: Iterable[Somebody], weights: Weights) -> None:
        in_order = sorted(people, key=lambda one: (one.joined, one.id))
        self.waiting = in_order[::-1]  # those who hadn't joined yet, the latest first
        self.people: list[Somebody] = []
        self.counts: dict[UUID, int] = {}
        self.last: dict[UUID, date] = {}
        self.practised: set[UUID] = set()
        self.weights = weights

    def replay(self, history: Iterable[Did]) -> None:
        for day, turns in groupby(sorted(history, key=attrgetter("on")), key=attrgetter("on")):
            self._let_in(day)
            self._note(day, [turn.who for turn in turns])

    def fill(self, slot: Slot) -> Proposal:
        self._let_in(slot.on)
        chosen: list[UUID] = []
        able = [one for one in self.people if one.id not in slot.taken and one.can(slot.on)]
        while len(slot.taken) + len(chosen) < slot.places and able:
            best = self._next(able, [*slot.taken, *chosen], slot.on)
            able.remove(best)
            chosen.append(best.id)
        self._note(slot.on, chosen)
        return Proposal(slot.on, tuple(chosen))

    def _let_in(self, day: date) -> None:
        """Who has joined by that day begins where whoever did least stands."""
        while self.waiting and self.waiting[-1].joined <= day:
            one = self.waiting.pop()
            self.counts[one.id] = min(self.counts.values(), default=0)
            self.last[one.id] = one.joined
            self.people.append(one)

    def _note(self, day: date, who: Iterable[UUID]) -> None:
        for id in who:
            self.practised.add(id)
            if id in self.counts:
                self.counts[id] += 1
                self.last[id] = max(day, self.last[id])
        self._keep_up(day)

    def _keep_up(self, day: date) -> None:
        """Who couldn't that day doesn't fall behind whoever did least of those who could."""
        able = {one.id for one in self.people if one.can(day)}
        if not able or len(able) == len(self.people):
            return
        least = min(self.counts[id] for id in able)
        for id, count in self.counts.items():
            if id not in able and count < least:
                self.counts[id] = least

    def _next(self, able: list[Somebody], beside: list[UUID], day: date) -> Somebody:
        least = min(self.counts[one.id] for one in able)
        level = [one for one in able if self.counts[one.id] == least]
        return min(self._fitting(level, beside), key=lambda one: self._order(one, day))

    def _fitting(self, level: list[Somebody], beside: list[UUID]) -> list[Somebody]:
        """Of those on the same level: somebody who has done it beside who hasn't, and the other way round."""
        known = [id in self.practised for id in beside]
        if not known or (any(known) and not all(known)):
            return level
        return [one for one in level if (one.id in self.practised) != known[0]] or level

    def _order(self, one: Somebody, day: date) -> tuple[bool, int, date, date, UUID]:
        has_another = (one.id, day) in self.weights.busy
        return has_another, self.weights.carried[one.id], self.last[one.id], one.joined, one.id


def days(first: date, every: str, start: date, end: date) -> Iterator[date]:
    """The days of a duty from `start` up to and including `end`: none before the first."""
    if every == MONTH:
        months = max(0, (start.year - first.year) * 12 + start.month - first.month)
        while (day := _months_after(first, months)) <= end:
            if day >= start:
                yield day
            months += 1
        return
    step = {WEEK: 7, FORTNIGHT: 14}[every]
    day = first + timedelta(days=step * max(0, ceil((start - first).days / step)))
    while day <= end:
        yield day
        day += timedelta(days=step)


def _months_after(day: date, months: int) -> date:
    """The same day some months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def few_who_carry(done: Mapping[UUID, int], everybody: int) -> int:
    """How many did most of it, where fewer than half did, and more than a fair share would have been; else 0."""
    turns, carried = sum(done.values()), 0
    if turns < ENOUGH:
        return 0
    for few, count in enumerate(sorted(done.values(), reverse=True), 1):
        carried += count
        if carried * 2 > turns:
            is_uneven = carried > few * ceil(turns / everybody) if everybody else False
            return few if few * 2 < everybody and is_uneven else 0
    return 0
