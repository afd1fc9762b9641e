"""The planner: the best of all plans by brute force, what holds whatever the weights, and clear answers."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.planning import task_of
from masslink.pairs.plan_lp import Master
from masslink.pairs.plan_points import NO, Column, Grid
from masslink.pairs.plan_search import Search
from masslink.pairs.planner import (
    WISHES,
    Choices,
    Deep,
    Proposal,
    Standing,
    Task,
    Who,
    Work,
    bundles_of,
    propose,
)

# --- small tasks ---------------------------------------------------------------------------------

MEMBERS, TIMES, LANGUAGES, PLACES = "abcd", ("early", "night"), ("pt", "pl"), ("P", "Q")


@st.composite
def who(draw: st.DrawFn, id: str) -> Who:
    return Who(
        id=id,
        at_most=draw(st.integers(0, 2)),
        busy=draw(st.sampled_from((0, 0, 1))),
        languages=draw(st.frozensets(st.sampled_from(LANGUAGES))),
        times=draw(st.frozensets(st.sampled_from(TIMES))),
        experienced=draw(st.booleans()),
        places=draw(st.frozensets(st.sampled_from(PLACES))),
        cannot=draw(st.sampled_from((frozenset(), frozenset(), frozenset({"P"})))),
    )


@st.composite
def work(draw: st.DrawFn, n: int) -> Work:
    spoken = draw(
        st.lists(st.tuples(st.frozensets(st.sampled_from(LANGUAGES)), st.integers(1, 5)), max_size=2)
    )
    return Work(
        id=f"w{n}",
        place="P" if n < 3 else "Q",
        unit=f"u{n % 2}",
        shift=f"s{n // 2}",
        time=draw(st.sampled_from(("", *TIMES))),
        heads=draw(st.integers(0, 60)),
        speakers=tuple((speaks, count) for speaks, count in spoken if speaks),
    )


@st.composite
def tasks(draw: st.DrawFn, choices: bool = False) -> Task:
    members = tuple(draw(who(id)) for id in MEMBERS[: draw(st.integers(2, 4))])
    works = tuple(draw(work(n)) for n in range(draw(st.integers(1, 4))))
    ids, work_ids = [w.id for w in members], [w.id for w in works]
    deep = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(ids), st.sampled_from(work_ids)),
            st.integers(1, 6).map(lambda depth: Deep(1, depth)),
            max_size=3,
        )
    )
    standing = (Standing(ids[0], ids[1], "P", frozenset(work_ids[:2]) & {"w0", "w1", "w2"}),)
    weights = draw(st.dictionaries(st.sampled_from(sorted(WISHES)), st.integers(0, 4)))
    task = Task(members, works, deep, standing if draw(st.booleans()) else (), weights, most_works=2)
    return replace(task, choices=draw(chosen(ids, work_ids))) if choices else task


@st.composite
def chosen(draw: st.DrawFn, ids: list[str], works: list[str]) -> Choices:
    member, at = st.sampled_from(ids), st.sampled_from(works)
    two = st.tuples(member, member).filter(lambda pair: pair[0] < pair[1])
    return Choices(
        keep=draw(st.frozensets(st.tuples(two, at).map(lambda k: (*k[0], k[1])), max_size=2)),
        put=draw(st.frozensets(st.tuples(member, at), max_size=1)),
        apart=draw(st.frozensets(two, max_size=1)),
        never=draw(st.frozensets(st.tuples(member, st.sampled_from([*works, "P"])), max_size=1)),
    )


# --- the same, said plainly ------------------------------------------------------------------------

Take = tuple[str, str, str, tuple[str, ...]]


def plain_wishes(task: Task, plan: list[Take]) -> dict[str, int]:
    """What each wish gets, straight from the words of `plan_points`."""
    members, works = {m.id: m for m in task.members}, {w.id: w for w in task.works}
    got, pairs = dict.fromkeys(WISHES, 0), dict.fromkeys(members, 0)
    for one, other, place, taken in plan:
        two = members[one], members[other]
        done = sum(m.experienced for m in two)
        got["experience"] += {0: -8, 1: 0, 2: -3}[done]
        got["close"] -= 6 * sum(place not in m.places for m in two)
        got["spread"] -= len(taken) * (len(taken) - 1)
        there = [s for s in task.standing if {s.one, s.other} == {one, other} and s.place == place]
        for w in (works[id] for id in taken):
            got["cover"] += 20 + round(20 * min(w.heads, 40) / 40)
            got["together"] += (3 if w.id in there[0].works else 1) if there else 0
            for m in two:
                if w.speakers:
                    got["languages"] += round(4 * w.speak(m.languages) / w.with_language)
                got["hours"] += 2 * bool(w.time and w.time in m.times)
                got["links"] += 2 * task.deep.get((m.id, w.id), Deep(0, 0)).depth
        for m in two:
            got["spread"] -= 6 * (m.busy + pairs[m.id])
            pairs[m.id] += 1
    return got


def plain_points(task: Task, plan: list[Take]) -> int:
    return sum(task.strength(wish) * got for wish, got in plain_wishes(task, plan).items())


def takes(task: Task) -> Iterator[Take]:
    """Everything any two may take."""
    for place in PLACES:
        here = [w for w in task.works if w.place == place]
        shared = {tuple(here[n] for n in bundle) for bundle in bundles_of(here, task.most_works)}
        for one, other in combinations(task.members, 2):
            kept = {id for s in task.standing if {s.one, s.other} == {one.id, other.id} for id in s.works} | {
                k[2] for k in task.choices.keep if {*k[:2]} == {one.id, other.id}
            }
            own = tuple(w for w in here if w.id in kept)
            for bundle in sorted(shared | ({own} if own else set()), key=str):
                if all(m.can(w) for m in (one, other) for w in bundle):
                    yield one.id, other.id, place, tuple(w.id for w in bundle)


def best_by_hand(task: Task) -> int:
    """The most points of any plan, trying them all."""
    everything, free = list(takes(task)), {m.id: m.free for m in task.members}

    def better(plan: list[Take], start: int, taken: set[str], room: dict[str, int]) -> int:
        most = plain_points(task, plan)
        for n in range(start, len(everything)):
            one, other, _, works = everything[n]
            again = any(take[:3] == everything[n][:3] for take in plan)
            if room[one] and room[other] and not again and not taken & set(works):
                left = {**room, one: room[one] - 1, other: room[other] - 1}
                most = max(most, better([*plan, everything[n]], n + 1, taken | set(works), left))
        return most

    return better([], 0, set(), free)


def check_what_always_holds(task: Task, found: Proposal) -> None:
    members, works = {m.id: m for m in task.members}, {w.id: w for w in task.works}
    taken = [id for pair in found.pairs for id in pair.works]
    assert len(taken) == len(set(taken)), "two pairs at one work"
    assert len({(frozenset((p.one, p.other)), p.place) for p in found.pairs}) == len(found.pairs)
    for pair in found.pairs:
        assert pair.one != pair.other and pair.works
        for m in (members[pair.one], members[pair.other]):
            assert all(m.can(works[id]) for id in pair.works)
            assert {works[id].place for id in pair.works} == {pair.place}
    for m in task.members:
        assert sum(m.id in (p.one, p.other) for p in found.pairs) <= m.free
    told = {said.about["work"] for said in (*found.unmet, *found.clashes)}
    assert set(works) <= {*taken, *told}, "something is neither covered nor told of"
    assert found.bound >= found.points
    assert found.proven == (found.bound == found.points)


@given(tasks())
@settings(max_examples=60, deadline=None)
def test_no_plan_is_better_than_what_is_proposed(task: Task):
    found = propose(task, seconds=20)
    check_what_always_holds(task, found)
    assert found.proven
    assert found.points == best_by_hand(task)


@given(tasks(choices=True))
@settings(max_examples=60, deadline=None)
def test_what_people_fixed_is_kept_or_said_to_clash(task: Task):
    found = propose(task, seconds=20)
    check_what_always_holds(task, found)
    at = {id: {pair.one, pair.other} for pair in found.pairs for id in pair.works}
    clashing = {said.about["work"] for said in found.clashes}
    for one, other, id in task.choices.keep:
        assert at.get(id) == {one, other} or id in clashing
    for member, id in task.choices.put:
        assert member in at.get(id, ()) or id in clashing
    for one, other in task.choices.apart:
        assert not any({pair.one, pair.other} == {one, other} for pair in found.pairs)
    for member, where in task.choices.never:
        assert not any(member in (p.one, p.other) and where in (p.place, *p.works) for p in found.pairs)


@given(tasks(), st.sampled_from(sorted(WISHES)))
@settings(max_examples=60, deadline=None)
def test_more_weight_on_a_wish_never_makes_it_worse_off(task: Task, wish: str):
    met = []
    for weight in range(1, 5):
        found = propose(replace(task, weights={**task.weights, wish: weight}), seconds=20)
        met.append(found.by_wish[wish])
    assert met == sorted(met)


# --- the size of life ------------------------------------------------------------------------------


def test_forty_members_over_twelve_places_are_proven_and_the_same_each_time():
    task = task_of(40, 12, 0)
    found, again = propose(task, seconds=30), propose(task, seconds=30)
    check_what_always_holds(task, found)
    assert found.proven and replace(found, seconds=0) == replace(again, seconds=0)


# Of these, the first answer has half pairs in it: odd sets are cut off, and something is left to branch on.
HALVES = [(11, False), (40, False), (115, False), (19, True)]


@pytest.mark.parametrize(("seed", "one_each"), HALVES)
@pytest.mark.parametrize("listing", [True, False])
def test_half_pairs_are_settled_as_if_all_was_searched_at_once(
    seed: int, one_each: bool, listing: bool, monkeypatch: pytest.MonkeyPatch
):
    task = task_of(9, 3, seed)
    if one_each:
        task = replace(task, members=tuple(replace(who, at_most=1) for who in task.members))
    grid = Grid(task, {})
    everything = [
        Column(p, int(pair), int(bundle))
        for p, place in enumerate(grid.places)
        for pair, bundle in zip(*np.nonzero(place.value > NO // 2), strict=True)
    ]
    best, _ = Master(grid, 0.0).settle(everything, [], 60.0)
    if not listing:
        monkeypatch.setattr(Search, "_ended_by_listing", lambda self: False)
    found = propose(task, seconds=30)
    check_what_always_holds(task, found)
    assert found.proven and found.points == grid.points(best)[0]


def test_when_time_runs_out_there_is_a_plan_and_its_distance():
    task = task_of(40, 12, 4)
    best = propose(task, seconds=30)
    found = propose(task, seconds=0.0)
    check_what_always_holds(task, found)
    assert found.bound >= best.bound and not found.proven and found.gap > 0
    hurried = propose(task, seconds=0.12)
    check_what_always_holds(task, hurried)
    assert hurried.points <= best.points <= hurried.bound


# --- clear answers ---------------------------------------------------------------------------------

ANA, BEN = Who("ana"), Who("ben")
PACKING = Work("packing", "P", unit="packing", time="night")


def codes(found: Proposal) -> list[str]:
    return [said.code for said in (*found.unmet, *found.clashes)]


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (Task((), (PACKING,)), ["nobody"]),
        (Task((ANA, BEN), ()), []),
        (Task((ANA,), (PACKING,)), ["one"]),
        (Task((replace(ANA, at_most=0), BEN), (PACKING,)), ["one"]),
        (Task((replace(ANA, times=frozenset({"early"})), BEN), (PACKING,)), ["one"]),
        (Task((replace(ANA, cannot=frozenset({"P"})), BEN), (PACKING,)), ["not_here"]),
        (Task((replace(ANA, busy=2), BEN), (PACKING,)), ["full"]),
        (Task((ANA, BEN), (PACKING,), choices=Choices(apart=frozenset({("ben", "ana")}))), ["full"]),
        (Task((ANA, BEN), (PACKING,), weights={"experience": 4, "cover": 1, "spread": 4, "close": 4}), ["not_worth"]),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_said(task: Task, said: list[str]):
    found = propose(task)
    assert not found.pairs and codes(found) == said and found.proven


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (Choices(keep=frozenset({("ana", "ben", "packing")}), apart=frozenset({("ana", "ben")})), "apart"),
        (Choices(keep=frozenset({("ana", "ben", "packing")}), never=frozenset({("ben", "P")})), "never"),
        (Choices(put=frozenset({("cy", "packing")})), "not_there"),
        (Choices(put=frozenset({("ana", "kitchen")})), "no_work"),
        (Choices(put=frozenset({("ana", "packing")}), never=frozenset({("ben", "packing")})), "no_way"),
        (Choices(put=frozenset({("dee", "packing")})), "hours"),
        (Choices(put=frozenset({("eve", "packing")})), "full"),
        (Choices(keep=frozenset({("ana", "ben", "packing")}), put=frozenset({("eve", "packing")})), "three"),
    ],
)
def test_choices_that_clash_are_told_and_the_rest_is_planned(choices: Choices, said: str):
    dee, eve = Who("dee", times=frozenset({"early"})), Who("eve", at_most=0)
    task = Task((ANA, BEN, dee, eve), (PACKING, Work("dock", "Q")), choices=choices)
    found = propose(task)
    if said == "three":
        found = propose(replace(task, members=(ANA, BEN, dee, Who("eve"))))
    assert said in [clash.code for clash in found.clashes]
    assert any(pair.place == "Q" for pair in found.pairs)


def test_each_pair_says_why():
    portuguese = ((frozenset({"pt"}), 9), (frozenset({"pl"}), 5))
    packing = replace(PACKING, speakers=portuguese, heads=14, known=14)
    ana = Who("ana", languages=frozenset({"pt"}), times=frozenset({"night"}), experienced=True)
    ben = Who("ben", languages=frozenset({"pt", "en"}), times=frozenset({"night"}), places=frozenset({"P"}))
    found = propose(Task((ana, ben), (packing,), {("ana", "packing"): Deep(4, 9)}))
    said = {one.code: one.about for one in found.pairs[0].why}
    assert said == {
        "links": {"member": "ana", "links": 4},
        "language": {"language": "pt", "members": ["ana", "ben"], "reach": 9, "of": 14},
        "experience": {"done": "ana", "new": "ben"},
        "hours": {"times": ["night"]},
        "new_access": {"member": "ana"},
    }


def test_two_are_one_pair_at_a_place_and_take_no_more_than_was_said():
    works = tuple(Work(f"w{n}", "P", unit=f"u{n}", heads=30) for n in range(3))
    found = propose(Task((ANA, BEN), works, most_works=2))
    assert [len(pair.works) for pair in found.pairs] == [2]
    assert [(said.code, said.about["members"]) for said in found.unmet] == [("enough", ["ana", "ben"])]


def test_a_pair_may_go_on_with_all_it_has_however_much_that_is():
    works = tuple(Work(f"w{n}", "P", unit=f"u{n}", shift=f"s{n}", heads=30) for n in range(6))
    all_of_it = Standing("ana", "ben", "P", frozenset(w.id for w in works))
    found = propose(Task((replace(ANA, at_most=1), replace(BEN, at_most=1)), works, standing=(all_of_it,)))
    assert [len(pair.works) for pair in found.pairs] == [6]
    apart = Choices(apart=frozenset({("ana", "ben")}))
    others = propose(Task((ANA, BEN, Who("cy"), Who("dee")), works, standing=(all_of_it,), choices=apart))
    assert others.pairs and all(len(pair.works) < 6 for pair in others.pairs)
