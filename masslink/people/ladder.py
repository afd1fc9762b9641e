"""The ladder of one link: each rung with the deeds that prove it and until when, free of Django. See `links`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from masslink.people.links import (
    LISTED,
    NEEDS_TWO_WAY,
    RUNG_FIELDS,
    RUNG_OF,
    SUSTAINED,
    TALKED,
    YEAR,
    Mark,
    depth,
    summarize,
)


@dataclass(frozen=True)
class Step:
    """One rung: what of the last twelve months proves it, and the first day on which that won't do any more."""

    rung: int
    proof: tuple[Any, ...]  # the `ref` of each mark, newest first
    until: date | None  # None: it isn't proven today
    lacks_talk: bool = False  # there are deeds, and nobody has really talked with them in that time
    is_present: bool = False


def ladder(marks: Iterable[Mark], today: date) -> list[Step]:
    """The rungs from the highest down, without the ground."""
    marks = [mark for mark in marks if mark.on <= today]
    evidence = summarize(marks)
    recent = sorted((m for m in marks if today - YEAR < m.on), key=lambda m: m.on, reverse=True)
    present = depth(evidence, today)
    two_way = evidence.two_way_until if _holds(evidence.two_way_until, today) else None
    steps = []
    for rung, field in RUNG_FIELDS:
        until: date | None = getattr(evidence, field)
        if not _holds(until, today):
            until = None
        lacks = until is not None and rung in NEEDS_TWO_WAY and two_way is None
        if until and rung in NEEDS_TWO_WAY:
            until = min(until, two_way) if two_way else None
        proof = _proof(recent, rung) if until or lacks else ()
        steps.append(Step(rung, proof, until, lacks, is_present=rung == present != LISTED))
    return steps


def _proof(recent: list[Mark], rung: int) -> tuple[Any, ...]:
    if rung == SUSTAINED:
        return tuple(mark.ref for mark in recent if mark.kind == TALKED)
    return tuple(mark.ref for mark in recent if RUNG_OF.get(mark.kind) == rung)


def _holds(until: date | None, today: date) -> bool:
    return until is not None and today < until
