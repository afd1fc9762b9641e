"""Why each pair was chosen, and why something could not be met: codes with what they are about, free of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations

from masslink.pairs.planner import Said, Task, Who, Work, are_apart, is_kept_off

Pair = tuple[str, str, str, tuple[str, ...]]
COMMON = 0.75


def why(
    task: Task, musts: Mapping[str, frozenset[str]], one: str, other: str, place: str, works: tuple[str, ...]
) -> tuple[Said, ...]:
    """What speaks for a pair at its works, and what it costs."""
    members, here = {who.id: who for who in task.members}, [w for w in task.works if w.id in works]
    two = members[one], members[other]
    found = [
        *_fixed(musts, works),
        *_together(task, one, other, place),
        *_links(task, two, here),
        *_languages(two, here, _common(task)),
        *_experience(two),
        *_hours(two, here),
        *(Said("new_access", {"member": who.id}) for who in two if place not in who.places),
    ]
    return tuple(found)


def _fixed(musts: Mapping[str, frozenset[str]], works: tuple[str, ...]) -> Iterator[Said]:
    if fixed := [work for work in works if work in musts]:
        yield Said("fixed", {"works": fixed})


def _together(task: Task, one: str, other: str, place: str) -> Iterator[Said]:
    if any(s.place == place and {s.one, s.other} == {one, other} for s in task.standing):
        yield Said("together")


def _links(task: Task, two: tuple[Who, Who], here: list[Work]) -> Iterator[Said]:
    for who in two:
        held = [task.deep[who.id, work.id].links for work in here if (who.id, work.id) in task.deep]
        if sum(held):
            yield Said("links", {"member": who.id, "links": sum(held)})


def _common(task: Task) -> set[str]:
    """What nearly all of us speak anyway: it chose nobody."""
    said = [who.languages for who in task.members if who.languages]
    spoken = Counter(one for languages in said for one in languages)
    return {one for one, count in spoken.items() if len(said) >= 4 and count > COMMON * len(said)}


def _languages(two: tuple[Who, Who], here: list[Work], common: set[str]) -> Iterator[Said]:
    """The language that reaches most there; of several the one that both speak."""
    known = sum(work.with_language for work in here)
    spoken = (two[0].languages | two[1].languages) - common
    reach = {one: sum(work.speak(frozenset({one})) for work in here) for one in sorted(spoken)}
    best = max(
        reach, key=lambda one: (reach[one], one in two[0].languages and one in two[1].languages), default=""
    )
    if best and reach[best]:
        speakers = [who.id for who in two if best in who.languages]
        yield Said("language", {"language": best, "members": speakers, "reach": reach[best], "of": known})


def _experience(two: tuple[Who, Who]) -> Iterator[Said]:
    done, new = [w.id for w in two if w.experienced], [w.id for w in two if not w.experienced]
    if len(done) == 1:
        yield Said("experience", {"done": done[0], "new": new[0]})
    elif not done:
        yield Said("both_new")


def _hours(two: tuple[Who, Who], here: list[Work]) -> Iterator[Said]:
    times = list(dict.fromkeys(w.time for w in here if w.time and all(w.time in who.times for who in two)))
    if times:
        yield Said("hours", {"times": times})


# --- what could not be met -----------------------------------------------------------------------


def unmet(task: Task, musts: Mapping[str, frozenset[str]], pairs: list[Pair]) -> Iterator[Said]:
    """Each work without a pair, and what stands in the way."""
    covered = {work for *_, works in pairs for work in works}
    two_at = {(place, frozenset((one, other))) for one, other, place, _ in pairs}
    taken = {who.id: 0 for who in task.members}
    for one, other, _, _ in pairs:
        taken[one] += 1
        taken[other] += 1
    for work in task.works:
        if work.id not in covered and work.id not in musts:
            said = _in_the_way(task, work, taken, two_at)
            yield Said(said.code, {"work": work.id, **said.about})


def _in_the_way(
    task: Task, work: Work, taken: Mapping[str, int], two_at: set[tuple[str, frozenset[str]]]
) -> Said:
    willing = [who for who in task.members if who.at_most > 0]
    then = [who for who in willing if who.can_at(work)]
    if len(then) < 2:
        return Said("nobody" if not then else "one", {"time": work.time, "members": [w.id for w in then]})
    there = [who for who in then if not is_kept_off(task, who, work)]
    if len(there) < 2:
        return Said("not_here", {"members": [w.id for w in then if w not in there]})
    free = [who for who in there if taken[who.id] < who.free]
    two = [(a.id, b.id) for a, b in combinations(free, 2) if not are_apart(task, a.id, b.id)]
    if not two:
        return Said("full", {"members": [w.id for w in free]})
    if all((work.place, frozenset(both)) in two_at for both in two):
        return Said("enough", {"members": sorted({id for both in two for id in both})})
    return Said("not_worth", {"members": [w.id for w in free]})
