"""Groups among people who know each other: a plain calculation, free of Django.

The method is Louvain's (Blondel, Guillaume, Lambiotte, Lefebvre: Fast unfolding of communities in large networks,
J. Stat. Mech. 2008, P10008): everybody begins alone and goes over to the group of those they know where that brings
more ties inside than chance would; when nobody wants to change, each group counts as one and it goes on. People are
gone through in the order given, so that the same ties always give the same groups.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Near = list[dict[int, float]]  # for each, whom they know and how closely

_GAIN = 1e-9  # less isn't worth changing for


def groups_of(nodes: Sequence[K], ties: Mapping[tuple[K, K], float]) -> list[list[K]]:
    """Everybody in one group each; groups and their people in the order of `nodes`."""
    number = {node: i for i, node in enumerate(nodes)}
    near: Near = [{} for _ in nodes]
    for (one, other), weight in ties.items():
        a, b = number[one], number[other]
        near[a][b] = near[a].get(b, 0.0) + weight
        near[b][a] = near[b].get(a, 0.0) + weight
    found: dict[int, list[K]] = {}
    for node, label in zip(nodes, _labels(near), strict=True):
        found.setdefault(label, []).append(node)
    return list(found.values())


def _labels(near: Near) -> list[int]:
    """To which group each belongs."""
    labels, inside = list(range(len(near))), [0.0] * len(near)
    while True:
        moved = _move(near, inside)
        kept = {label: i for i, label in enumerate(dict.fromkeys(moved))}
        labels = [kept[moved[label]] for label in labels]
        if len(kept) == len(near):
            return labels
        near, inside = _as_one(near, inside, [kept[label] for label in moved], len(kept))


def _move(near: Near, inside: list[float]) -> list[int]:
    """Let each go where they gain most, until nobody does. `inside` are ties that a group has with itself."""
    degree = [sum(them.values()) + 2 * own for them, own in zip(near, inside, strict=True)]
    total, at, whole = list(degree), list(range(len(near))), sum(degree) or 1.0
    again = True
    while again:
        again = False
        for one, them in enumerate(near):
            total[at[one]] -= degree[one]
            best = _best(at[one], _towards(them, at), total, degree[one] / whole)
            total[best] += degree[one]
            again = again or best != at[one]
            at[one] = best
    return at


def _towards(them: dict[int, float], at: list[int]) -> dict[int, float]:
    """How many ties lead into each group."""
    found: dict[int, float] = {}
    for other, weight in them.items():
        found[at[other]] = found.get(at[other], 0.0) + weight
    return found


def _best(now: int, towards: dict[int, float], total: list[float], share: float) -> int:
    best, most = now, towards.get(now, 0.0) - total[now] * share
    for group in sorted(towards):
        gain = towards[group] - total[group] * share
        if gain > most + _GAIN:
            best, most = group, gain
    return best


def _as_one(near: Near, inside: list[float], label: list[int], count: int) -> tuple[Near, list[float]]:
    """Each group as if it were one person."""
    joined: Near = [{} for _ in range(count)]
    within = [0.0] * count
    for one, them in enumerate(near):
        mine = label[one]
        within[mine] += inside[one]
        for other, weight in them.items():
            theirs = label[other]
            if theirs == mine:
                within[mine] += weight / 2
            else:
                joined[mine][theirs] = joined[mine].get(theirs, 0.0) + weight
    return joined, within


def components(nodes: Sequence[K], ties: Iterable[tuple[K, K]]) -> list[list[K]]:
    """Those who hang together, however far; the order is that of `nodes`."""
    near: dict[K, list[K]] = {node: [] for node in nodes}
    for one, other in ties:
        near[one].append(other)
        near[other].append(one)
    found, seen = [], set()
    order = {node: i for i, node in enumerate(nodes)}
    for node in nodes:
        if node in seen:
            continue
        part, waiting = [], [node]
        seen.add(node)
        while waiting:
            part.append(one := waiting.pop())
            fresh = [other for other in near[one] if other not in seen]
            seen.update(fresh)
            waiting += dict.fromkeys(fresh)
        found.append(sorted(part, key=order.__getitem__))
    return found
