"""Who asks whom, who calls whom afterwards: shared out among those who know them. Free of Django.

Whoever keeps in touch with somebody comes before whoever only talked with them. Among several the one with the fewest
so far is taken; those whom only one of us knows are given first. Whom nobody knows is left for somebody to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

P = TypeVar("P")
M = TypeVar("M")

LINK, TALKED = 0, 1  # how well: the lower, the better


def share_out(
    knows: Mapping[P, Mapping[M, int]], members: Iterable[M], load: Mapping[M, int] | None = None
) -> dict[P, M]:
    """Person to member. `knows`: of each person, how well which member knows them; `load`: what these have already."""
    order = {member: place for place, member in enumerate(members)}
    has = {member: (load or {}).get(member, 0) for member in order}
    given: dict[P, M] = {}
    for person in sorted(knows, key=lambda one: len(_best(knows[one], order))):
        best = _best(knows[person], order)
        if best:
            chosen = min(best, key=lambda member: (has[member], order[member]))
            has[chosen] += 1
            given[person] = chosen
    return {person: given[person] for person in knows if person in given}


def _best(known: Mapping[M, int], members: Mapping[M, int]) -> list[M]:
    """Those of the members who know somebody best."""
    here = {member: how for member, how in known.items() if member in members}
    return [member for member, how in here.items() if how == min(here.values())]
