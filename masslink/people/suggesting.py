"""What could deepen a link: at most three suggestions from dated deeds, words and promises, free of Django.

Each names what it rests on, so that a page can quote it. Nothing here weighs a person or says what they will do: it
says what was done, what wasn't yet, and what one could ask. Where there is nothing to say, nothing is said.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from masslink.people import links
from masslink.people.links import MEETS, RUNG_OF, STANDS, SUSTAINED, TALKED, TALKING, YEAR

AT_MOST = 3
SOON = timedelta(days=45)  # a proof that ends within that time is worth a question
LONG = timedelta(days=60)  # without a rhythm: after so long one talks before one asks
LATELY = timedelta(days=90)
FEW = 3  # talks, from which on a second one of us should be known to them too

KEEP = "keep"  # a promise of ours is overdue
TALK_OVER = "talk_over"  # they came or stood up, and nobody has really talked with them
TALK_AGAIN = "talk_again"  # it has been long
ANSWER = "answer"  # they raised an idea, and nobody has talked with them since
ASK_WHY = "ask_why"  # they declined, and nobody has talked with them since
GO_BACK = "go_back"  # a talk or two: not yet a link that lasts
INVITE = "invite"  # talks, and they haven't come to anything
DO_TOGETHER = "do_together"  # they come, and haven't done something with others
BRING = "bring"  # they stand with us, and haven't brought anybody
RENEW = "renew"  # what proves the present rung is nearly a year old
ALONG = "along"  # only one of us has talked with them

_NEXT = {TALKING: GO_BACK, SUSTAINED: INVITE, MEETS: DO_TOGETHER, STANDS: BRING}


class Did(NamedTuple):
    """A deed, or a talk with what they said; `by` is who of us noted it."""

    kind: str
    on: date
    words: str = ""
    by: Hashable = None


class Promised(NamedTuple):
    """Something one of us promised them that isn't done."""

    what: str
    due: date


@dataclass(frozen=True)
class Suggestion:
    """`because`: the deeds it rests on, newest first; `said`: the latest words of theirs; or a promise."""

    step: str
    because: tuple[Did, ...] = ()
    said: Did | None = None
    promise: Promised | None = None


def suggest(
    deeds: Iterable[Did], promises: Iterable[Promised], today: date, rhythm_days: int | None = None
) -> list[Suggestion]:
    """At most three, what comes first first: what we owe, then a talk, then one thing to ask."""
    year = sorted((d for d in deeds if today - YEAR < d.on <= today), key=lambda d: d.on, reverse=True)
    marks = [(d.kind, d.on) for d in year]
    rung, said = links.depth_from_deeds(marks, today), _last_words(year)
    owed = [*_kept_first(promises, today), *_talk_first(year, said, today, rhythm_days)]
    asks = [] if owed else [*_renewed(year, rung, said, today), *_next(year, rung, said)][:1]
    return [*owed, *_answers(year, today), *asks, *_along(year)][:AT_MOST]


def _last_words(year: list[Did]) -> Did | None:
    """What they said last; the words beside other deeds are ours."""
    return next((d for d in year if d.words and d.kind in (*links.TALKS, "idea")), None)


def _talks(year: list[Did]) -> tuple[Did, ...]:
    return tuple(d for d in year if d.kind == TALKED)


def _kept_first(promises: Iterable[Promised], today: date) -> list[Suggestion]:
    overdue = sorted((p for p in promises if p.due < today), key=lambda p: p.due)
    return [Suggestion(KEEP, promise=overdue[0])] if overdue else []


def _talk_first(year: list[Did], said: Did | None, today: date, rhythm_days: int | None) -> list[Suggestion]:
    talks = _talks(year)
    done = tuple(d for d in year if RUNG_OF.get(d.kind, 0) >= MEETS)
    if not talks:
        return [Suggestion(TALK_OVER, done[:1])] if done else []
    long = timedelta(days=2 * rhythm_days) if rhythm_days else LONG
    return [Suggestion(TALK_AGAIN, talks[:1], said)] if today - talks[0].on >= long else []


def _answers(year: list[Did], today: date) -> list[Suggestion]:
    """What they raised, or turned down, and nobody has talked with them since."""
    last = max((d.on for d in _talks(year)), default=date.min)
    found = []
    for kind, step in (("idea", ANSWER), ("declined", ASK_WHY)):
        since = [d for d in year if d.kind == kind and d.on >= last and today - d.on <= LATELY]
        # An idea that came up in a talk is answered in the next one; what they declined that day was talked about.
        since = [d for d in since if kind == "idea" or d.on > last]
        if since and today > since[0].on:
            that_day = next((d for d in year if d.words and d.on == since[0].on), None)
            found.append(Suggestion(step, tuple(since[:1]), that_day))
    return found


def _renewed(year: list[Did], rung: int, said: Did | None, today: date) -> list[Suggestion]:
    """The latest deed that proves the present rung is so old that soon it won't."""
    proof = [d for d in year if RUNG_OF.get(d.kind) == rung]
    if rung < MEETS or today - proof[0].on < YEAR - SOON:
        return []
    return [Suggestion(RENEW, tuple(proof[:1]), said)]


def _next(year: list[Did], rung: int, said: Did | None) -> list[Suggestion]:
    """One step up: what they did so far, which is what one can start from."""
    if rung not in _NEXT:
        return []
    done = tuple(d for d in year if d.kind == TALKED or RUNG_OF.get(d.kind, 0) >= MEETS)
    return [Suggestion(_NEXT[rung], done, said)] if done else []


def _along(year: list[Did]) -> list[Suggestion]:
    talks = _talks(year)
    alone = len({d.by for d in talks}) == 1 and talks[0].by is not None
    return [Suggestion(ALONG, talks)] if alone and len({d.on for d in talks}) >= FEW else []
