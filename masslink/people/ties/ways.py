"""The shortest way to somebody, through people who trust us: plain calculations, free of Django.

A way begins with somebody with whom there is a link and follows ties up to the one we don't reach. Each tie costs
something, and so does everybody on the way: little where the link with them is deep and fresh, more where it is
young or cools, most where there is none. The cheapest way is looked for as Dijkstra does (A note on two problems in
connexion with graphs, Numerische Mathematik 1, 1959), from all of those we can ask at once. It is a proposal whom to
ask, and says nothing about anybody's worth; costs are shown nowhere.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Generic, TypeVar

from masslink.people import links

K = TypeVar("K", bound=Hashable)

WITHOUT_LINK = 4.0
_BY_DEPTH = {
    links.TALKING: 3.0,
    links.SUSTAINED: 2.0,
    links.MEETS: 1.0,
    links.STANDS: 0.5,
    links.CARRIES: 0.0,
}
_BY_FRESHNESS = {links.COOLING: 1.0, links.OUT_OF_TOUCH: 2.5}
CLOSE, BESIDE, AGAINST = (
    1.0,
    1.25,
    2.0,
)  # friends and family; work beside each other; up to whom one listens to
# People of whom we know nothing but that they know each other: nobody asks through more of them than this.
LONGEST = 4


def hesitation(depth: int, freshness: str) -> float | None:
    """What it costs to ask somebody; None where there is no link, and nobody to begin with."""
    if depth == links.LISTED:
        return None
    return _BY_DEPTH[depth] + _BY_FRESHNESS.get(freshness, 0.0)


@dataclass(frozen=True)
class Ways(Generic[K]):
    """For everybody who can be reached: what it costs, and through whom one comes to them (None: one asks them)."""

    cost: Mapping[K, float]
    before: Mapping[K, K | None]

    def to(self, target: K) -> list[K]:
        """From whom to ask up to the target; empty where no way is known, or only one that is too long."""
        way: list[K] = []
        here: K | None = target
        while here is not None and here in self.before:
            way.append(here)
            here = self.before[here]
        return way[::-1] if 2 <= len(way) <= LONGEST + 1 else []


def find_ways(
    nodes: Sequence[K], asked: Mapping[K, float | None], ties: Iterable[tuple[K, K, float]]
) -> Ways[K]:
    """The cheapest ways to everybody. `ties`: from whom, to whom, at what cost; `asked`: see `hesitation`.

    Of ways that cost the same, the one over people who stand earlier in `nodes` is taken.
    """
    order = {node: i for i, node in enumerate(nodes)}
    onward: dict[K, list[tuple[K, float]]] = {node: [] for node in nodes}
    for one, other, step in ties:
        onward[one].append((other, step))
    cost: dict[K, float] = {}
    before: dict[K, K | None] = {}
    waiting: list[tuple[float, int, int]] = []
    for node in nodes:
        if (begin := asked.get(node)) is not None:
            heappush(waiting, (begin, -1, order[node]))
    while waiting:
        so_far, through, number = heappop(waiting)
        here = nodes[number]
        if here in cost:
            continue
        cost[here], before[here] = so_far, nodes[through] if through >= 0 else None
        for other, step in onward[here]:
            if other not in cost:
                theirs = asked.get(other)
                enters = WITHOUT_LINK if theirs is None else theirs
                heappush(waiting, (so_far + step + enters, number, order[other]))
    return Ways(cost, before)
