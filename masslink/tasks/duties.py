"""Duties as the rotation sees them: who shares them, who can't when, what was done; and who is next by that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from masslink.collective.models import Away, Member
from masslink.sites.models import Access
from masslink.tasks.duty_models import CantDo, Duty, Turn, sharers
from masslink.tasks.rotation import (
    Did,
    Proposal,
    Slot,
    Somebody,
    Span,
    Weights,
    few_who_carry,
    propose,
)

THREE_MONTHS = timedelta(days=92)


@dataclass(frozen=True)
class Next:
    """Who would be next at one day of a duty."""

    duty: Duty
    on: date
    who: list[Member]


class Duties:
    """Some duties with everything about them, read in five queries however many there are."""

    def __init__(self, duties: Iterable[Duty], today: date) -> None:
        self.duties, self.today = list(duties), today

    @cached_property
    def members(self) -> dict[UUID, Member]:
        return {one.pk: one for one in Member.objects.all()}

    @cached_property
    def turns(self) -> dict[UUID, list[Turn]]:
        """All that were, and all that are agreed on, by duty and in order of days."""
        found: dict[UUID, list[Turn]] = {duty.pk: [] for duty in self.duties}
        for turn in Turn.objects.kept().filter(duty__in=self.duties).order_by("on", "agreed_at", "id"):
            found[turn.duty_id].append(turn)
        return found

    @cached_property
    def _away(self) -> dict[UUID, list[Span]]:
        found: dict[UUID, list[Span]] = {}
        for one in Away.objects.all():
            found.setdefault(one.member_id, []).append(Span(one.since, one.until))
        return found

    @cached_property
    def _cant(self) -> dict[tuple[UUID, UUID], list[Span]]:
        found: dict[tuple[UUID, UUID], list[Span]] = {}
        for one in CantDo.objects.filter(duty__in=self.duties):
            found.setdefault((one.duty_id, one.member_id), []).append(Span(one.since, one.until))
        return found

    @cached_property
    def _came(self) -> dict[tuple[UUID, UUID], date]:
        """Since when a member has access to a place."""
        if not any(duty.site_id for duty in self.duties):
            return {}
        return {(one.site_id, one.member_id): one.since for one in Access.objects.all()}

    def sharers(self, duty: Duty) -> list[Member]:
        return sharers(duty, [one for one in self.members.values() if one.left_on is None])

    def cant(self, duty: Duty, member: Member, on: date) -> bool:
        """Whether somebody is away that day, or can't do this."""
        spans = [*self._away.get(member.pk, ()), *self._cant.get((duty.pk, member.pk), ())]
        return member.left_on is not None or any(span.holds(on) for span in spans)

    def is_at_hand(self, turn: Turn) -> bool:
        """Whether somebody has this turn who can still do it."""
        member = self.members.get(turn.member_id) if turn.member_id else None
        return member is not None and not self.cant_come(turn, member)

    def cant_come(self, turn: Turn, member: Member) -> bool:
        duty = next(one for one in self.duties if one.pk == turn.duty_id)
        return self.cant(duty, member, turn.on) or member not in self.sharers(duty)

    # --- who is next ---------------------------------------------------------------------------------

    def people(self, duty: Duty) -> list[Somebody]:
        return [self._somebody(duty, one) for one in self.sharers(duty)]

    def _somebody(self, duty: Duty, member: Member) -> Somebody:
        spans = [*self._away.get(member.pk, ()), *self._cant.get((duty.pk, member.pk), ())]
        came = self._came.get((duty.site_id, member.pk)) if duty.site_id else None
        return Somebody(member.pk, came or member.joined_on, tuple(spans))

    def history(self, duty: Duty) -> list[Did]:
        """What somebody did or has. Nobody ticked it: it counts for whose turn it was, until others say."""
        return [Did(turn.on, turn.member_id) for turn in self.turns[duty.pk] if turn.member_id]

    def weights(self) -> Weights:
        since = self.today - THREE_MONTHS
        weights = Weights()
        for duty in self.duties:
            lately = [turn for turn in self.turns[duty.pk] if turn.on >= since and turn.member_id]
            weights.busy |= {(turn.member_id, turn.on) for turn in lately if turn.member_id}
            if duty.unloved_on:
                weights.carried.update(turn.member_id for turn in lately if turn.member_id)
        return weights

    def gaps(self, duty: Duty, end: date, days: Iterable[date] | None = None) -> list[Slot]:
        """The days up to `end` for which somebody is still missing."""
        taken: dict[date, list[Turn]] = {}
        for turn in self.turns[duty.pk]:
            taken.setdefault(turn.on, []).append(turn)
        found = []
        for on in days if days is not None else self._days_ahead(duty, taken, end):
            there = taken.get(on, [])
            who = tuple(turn.member_id for turn in there if turn.member_id)
            if len(who) < max(duty.places, len(there)):
                found.append(Slot(on, max(duty.places, len(there)), who))
        return found

    def _days_ahead(self, duty: Duty, taken: dict[date, list[Turn]], end: date) -> list[date]:
        """Its days from today on; and those of turns that nobody has."""
        nobody = {on for on, turns in taken.items() if any(turn.member_id is None for turn in turns)}
        return sorted({*duty.days(self.today, end), *(on for on in nobody if self.today <= on <= end)})

    def next_turns(self, end: date) -> list[Next]:
        """Who should come next in each duty up to a day, as far as nobody is agreed on yet."""
        weights, found = self.weights(), []
        for duty in self.duties:
            proposals = propose(self.people(duty), self.history(duty), self.gaps(duty, end), weights)
            weights.add(proposals, is_unloved=duty.unloved_on is not None)
            found += [self._named(duty, one) for one in proposals if one.who]
        return sorted(found, key=lambda one: one.on)

    def next_for(self, duty: Duty, on: date) -> list[Member]:
        """Who comes to the free places of one day."""
        slots = self.gaps(duty, on, [on])
        found = propose(self.people(duty), self.history(duty), slots, self.weights())
        (proposal,) = found or [Proposal(on, ())]
        return self._named(duty, proposal).who

    def _named(self, duty: Duty, proposal: Proposal) -> Next:
        return Next(duty, proposal.on, [self.members[id] for id in proposal.who])

    # --- what was done ---------------------------------------------------------------------------------

    def was(self, duty: Duty) -> list[Turn]:
        """The turns of the last three months, latest first."""
        since = self.today - THREE_MONTHS
        return [turn for turn in reversed(self.turns[duty.pk]) if since <= turn.on and self._is_over(turn)]

    def _is_over(self, turn: Turn) -> bool:
        return turn.done_at is not None or turn.on < self.today

    def few(self, duty: Duty) -> tuple[int, int, date] | None:
        """How few of how many did most of it in these three months, and since when; None where it is shared."""
        done = [turn for turn in self.was(duty) if turn.member_id]
        everybody = len(self.sharers(duty))
        few = few_who_carry(Counter(turn.member_id for turn in done if turn.member_id), everybody)
        return (few, everybody, done[-1].on) if few else None
