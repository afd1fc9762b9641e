"""Depth and freshness of a link: plain calculations from deeds and dates, free of Django.

Depth comes in two stages so that a list of many thousands can be filtered by it in SQL. `summarize` turns a
person's deeds into six dates (`Evidence`), which are stored beside the person whenever a deed is written;
`depth` compares these dates with today. `depth_from_deeds` says the same straight from the deeds: it is the
definition that the tests hold the other two to.

Freshness likewise: `freshness_bounds` gives three dates to store, `freshness` compares them with today.

A stored date is always *the first day on which something no longer holds* (`…_until`) or *the first day on
which it does* (`…_on`). Deeds are dated by day, and none lies in the future.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

# A talk is a deed too: 'talked' went both ways; 'short' and 'tried' are contact, but prove nothing.
TALKED = "talked"
SHORT = "short"
TRIED = "tried"
TALKS = (TALKED, SHORT, TRIED)

LISTED, TALKING, SUSTAINED, MEETS, STANDS, CARRIES = range(6)
RUNG_NAMES = ("listed", "talking", "sustained", "meets", "stands", "carries")

# The rung a single deed proves. SUSTAINED isn't here: it takes three talks.
RUNG_OF = {
    TALKED: TALKING,
    "idea": TALKING,
    "came": MEETS,
    "signed": STANDS,
    "spoke_up": STANDS,
    "defended": STANDS,
    "acted": STANDS,
    "brought": CARRIES,
    "took_on": CARRIES,
    "presented": CARRIES,
    "led": CARRIES,
}
WITHOUT_RUNG = (SHORT, TRIED, "declined", "stood_with_management")
DEED_KINDS = (*RUNG_OF, *WITHOUT_RUNG)

YEAR = timedelta(days=365)
FOUR_WEEKS = timedelta(days=28)

# For SQL: highest first; a rung holds while its date is later than today, the marked ones only while
# `two_way_until` is later than today as well.
RUNG_FIELDS = (
    (CARRIES, "carries_until"),
    (STANDS, "stands_until"),
    (MEETS, "meets_until"),
    (SUSTAINED, "sustained_until"),
    (TALKING, "talking_until"),
)
NEEDS_TWO_WAY = frozenset({MEETS, STANDS, CARRIES})

Dated = tuple[str, date]


class Mark(NamedTuple):
    """A deed as this module sees it; `ref` is whatever the caller wants back from `evidence_for`."""

    kind: str
    on: date
    ref: object = None


AnyMark = Dated | Mark
M = TypeVar("M", Dated, Mark)


@dataclass(frozen=True)
class Evidence:
    """Until when (that day excluded) a person's deeds so far prove each rung; None: no deed proves it."""

    talking_until: date | None = None
    sustained_until: date | None = None
    meets_until: date | None = None
    stands_until: date | None = None
    carries_until: date | None = None
    two_way_until: date | None = None

    @property
    def last_two_way(self) -> date | None:
        return self.two_way_until - YEAR if self.two_way_until else None


def summarize(marks: Iterable[AnyMark]) -> Evidence:
    latest: dict[int, date] = {}
    talks: set[date] = set()
    for kind, on, *_ in marks:
        rung = RUNG_OF.get(kind)
        if rung is None:
            continue
        latest[rung] = max(on, latest.get(rung, on))
        if kind == TALKED:
            talks.add(on)
    return Evidence(
        talking_until=_a_year_after(latest.get(TALKING)),
        sustained_until=_a_year_after(_start_of_sustained(talks)),
        meets_until=_a_year_after(latest.get(MEETS)),
        stands_until=_a_year_after(latest.get(STANDS)),
        carries_until=_a_year_after(latest.get(CARRIES)),
        two_way_until=_a_year_after(max(talks, default=None)),
    )


def depth(evidence: Evidence, today: date) -> int:
    """The highest rung still proven today."""
    two_way = _holds(evidence.two_way_until, today)
    for rung, field in RUNG_FIELDS:
        if _holds(getattr(evidence, field), today) and (two_way or rung not in NEEDS_TWO_WAY):
            return rung
    return LISTED


def came_not_talked(evidence: Evidence, today: date) -> bool:
    """They came or stood up within the year, and nobody has really talked with them in that time."""
    if _holds(evidence.two_way_until, today):
        return False
    return any(
        _holds(getattr(evidence, field), today) for rung, field in RUNG_FIELDS if rung in NEEDS_TWO_WAY
    )


def depth_from_deeds(marks: Iterable[AnyMark], today: date) -> int:
    """The definition of depth, word for word; slow and plain."""
    recent = [(kind, on) for kind, on, *_ in marks if today - YEAR < on <= today]
    talks = {on for kind, on in recent if kind == TALKED}
    proven = {RUNG_OF[kind] for kind, _ in recent if kind in RUNG_OF}
    if not talks:
        proven -= NEEDS_TWO_WAY
    if len(talks) >= 3 and max(talks) - min(talks) >= FOUR_WEEKS:
        proven.add(SUSTAINED)
    return max(proven, default=LISTED)


def evidence_for(marks: Iterable[M], today: date) -> list[M]:
    """The deeds that prove the present rung, newest first."""
    recent = sorted((mark for mark in marks if today - YEAR < mark[1] <= today), key=_day, reverse=True)
    rung = depth_from_deeds(recent, today)
    talks = [mark for mark in recent if mark[0] == TALKED]
    if rung == SUSTAINED:
        return talks
    proof = [mark for mark in recent if rung and RUNG_OF.get(mark[0]) == rung]
    if rung in NEEDS_TWO_WAY:
        proof.append(talks[0])
    return sorted(proof, key=_day, reverse=True)


NONE, FRESH, DUE, COOLING, OUT_OF_TOUCH = "none", "fresh", "due", "cooling", "out_of_touch"
FRESHNESS_STATES = (NONE, FRESH, DUE, COOLING, OUT_OF_TOUCH)


@dataclass(frozen=True)
class FreshnessBounds:
    """The first day on which a link is due, cooling, out of touch; never in another order."""

    due_on: date
    cooling_on: date
    out_of_touch_on: date


@dataclass(frozen=True)
class Freshness:
    state: str
    bounds: FreshnessBounds | None = None

    @property
    def due_on(self) -> date | None:
        return self.bounds.due_on if self.bounds else None


# For SQL, with the bounds stored: (stored date, lookup) against today, all of them to hold.
FRESHNESS_COMPARISONS = {
    FRESH: (("due_on", "gt"),),
    DUE: (("due_on", "lte"), ("cooling_on", "gt")),
    COOLING: (("cooling_on", "lte"), ("out_of_touch_on", "gt")),
    OUT_OF_TOUCH: (("out_of_touch_on", "lte"),),
}


def freshness_bounds(
    last_two_way: date | None, rhythm_days: int | None, since: date | None
) -> FreshnessBounds | None:
    """None without a rhythm. Until the first talk days count from `since`, when the member took them on."""
    start = last_two_way or since
    if not rhythm_days or start is None:
        return None
    out = start + YEAR
    rhythm = timedelta(days=rhythm_days)
    return FreshnessBounds(
        due_on=min(start + rhythm, out), cooling_on=min(start + 2 * rhythm, out), out_of_touch_on=out
    )


def freshness(
    last_two_way: date | None, rhythm_days: int | None, today: date, since: date | None = None
) -> Freshness:
    bounds = freshness_bounds(last_two_way, rhythm_days, since)
    if bounds is None:
        return Freshness(NONE)
    return Freshness(state(bounds, today), bounds)


def state(bounds: FreshnessBounds, today: date) -> str:
    if today >= bounds.out_of_touch_on:
        return OUT_OF_TOUCH
    if today >= bounds.cooling_on:
        return COOLING
    return DUE if today >= bounds.due_on else FRESH


def _start_of_sustained(talks: set[date]) -> date | None:
    """The latest first talk of three that span four weeks or more.

    The third may always be the last talk of all: it makes the span longest. So a day can be the first talk
    if it lies four weeks before the last, with one more talk between; the latest such day expires last.
    """
    days = sorted(talks)
    return max((day for day in days[:-2] if days[-1] - day >= FOUR_WEEKS), default=None)


def _a_year_after(day: date | None) -> date | None:
    return None if day is None else day + YEAR


def _holds(until: date | None, today: date) -> bool:
    return until is not None and today < until


def _day(mark: AnyMark) -> date:
    return mark[1]
