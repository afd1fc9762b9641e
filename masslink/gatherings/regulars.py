"""Who came for the first time, who has stopped coming: plain calculations from who came, free of Django."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

P = TypeVar("P", bound=Hashable)

LATELY = 3  # gatherings; who came to none of these
USED_TO = 2  # and to so many of those before has stopped coming


def stopped_coming(attendance: Sequence[AbstractSet[P]]) -> set[P]:
    """`attendance`: who came to each, the latest first; only gatherings of which it is known who came."""
    if len(attendance) <= LATELY:
        return set()
    lately: set[P] = set().union(*attendance[:LATELY])
    before = attendance[LATELY:]
    used_to = {one for came in before for one in came}
    return {one for one in used_to - lately if sum(one in came for came in before) >= USED_TO}


def first_time(came: Iterable[P], before: AbstractSet[P]) -> list[P]:
    """Those who hadn't come to anything before, in their order."""
    return [one for one in came if one not in before]
