"""What pairs cover: the calculation, without a database."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from masslink.pairs.coverage import EVERYWHERE, FOUR_WEEKS, Cell, Gap, Part, Team, Who, coverage, is_quiet

TODAY = date(2026, 3, 2)
PACKING, DOCK, DAY, NIGHT = (UUID(int=n) for n in range(1, 5))
ANA, BEN, DEE = (UUID(int=n) for n in range(11, 14))
HALL = {Cell(PACKING, DAY): 14, Cell(PACKING, NIGHT): 16, Cell(DOCK, DAY): 7, Cell(DOCK, NIGHT): 5}

units, shifts = st.sampled_from([None, PACKING, DOCK]), st.sampled_from([None, DAY, NIGHT])
cells = st.builds(Cell, units, shifts)
members = st.sampled_from([ANA, BEN, DEE])
people = st.lists(
    st.builds(Who, st.uuids(), cells, st.lists(members, max_size=2).map(tuple)),
    max_size=8,
    unique_by=lambda w: w.id,
)
parts = st.builds(Part, units, shifts)
teams = st.lists(
    st.builds(
        lambda id, parts: Team(id, (ANA, BEN), tuple(parts), TODAY), st.uuids(), st.lists(parts, max_size=3)
    ),
    max_size=3,
)
counts = st.dictionaries(cells, st.integers(0, 30), max_size=8)


def team(*parts: Part, sat: int | None = None, away: bool = False, since: int = 90) -> Team:
    def ago(days: int) -> date:
        return TODAY - timedelta(days=days)

    return Team(UUID(int=99), (ANA, BEN), parts, ago(since), None if sat is None else ago(sat), away)


def gaps(*parts: Part) -> dict[Cell, int]:
    return {gap.cell: gap.people for gap in coverage([], [team(*parts)], HALL, [], TODAY).gaps}


def test_what_nobody_works_is_said_once_and_as_a_whole() -> None:
    assert gaps(Part()) == {}
    assert gaps() == {EVERYWHERE: 42}
    assert gaps(Part(PACKING)) == {Cell(DOCK): 12}
    assert gaps(Part(None, DAY)) == {Cell(None, NIGHT): 21}
    assert gaps(Part(DOCK, NIGHT)) == {Cell(PACKING): 30, Cell(DOCK, DAY): 7}
    assert gaps(Part(DOCK, NIGHT), Part(PACKING, DAY)) == {Cell(PACKING, NIGHT): 16, Cell(DOCK, DAY): 7}


def test_working_one_person_covers_no_unit() -> None:
    rosa = Who(UUID(int=50), Cell(PACKING, NIGHT), (DEE,))
    found = coverage([rosa], [team(Part(person=rosa.id))], HALL, [ANA, BEN, DEE], TODAY)
    assert found.covered == 1 and not found.without
    assert found.gaps == (Gap(EVERYWHERE, 42),)


def test_who_keeps_in_touch_and_is_in_no_pair_works_alone() -> None:
    linked = [Who(UUID(int=60), Cell(), (DEE,)), Who(UUID(int=61), Cell(), (ANA,))]
    assert coverage(linked, [team(Part())], {}, [ANA, BEN, DEE], TODAY).alone == (DEE,)
    assert coverage(linked, [], {}, [ANA, BEN], TODAY).alone == (ANA,)


def test_four_weeks_without_sitting_down() -> None:
    def quiet(**how: int | bool | None) -> bool:
        return bool(coverage([], [team(Part(), **how)], {}, [], TODAY).quiet)  # type: ignore[arg-type]

    assert quiet(sat=28) and not quiet(sat=27)
    assert quiet(sat=None) and not quiet(sat=None, since=27)
    assert not quiet(sat=80, since=5)  # they began anew
    assert not quiet(sat=80, away=True)
    assert not is_quiet(TODAY, TODAY - FOUR_WEEKS, TODAY)


@settings(deadline=None)
@given(people, teams, counts)
def test_everybody_is_with_a_pair_or_named_and_no_number_is_lost(
    people: list[Who], teams: list[Team], counts: dict[Cell, int]
) -> None:
    found = coverage(people, teams, counts, [ANA, BEN, DEE], TODAY)
    assert found.covered + len(found.without) == len(people)
    assert sum(found.by_unit.values()) == len(found.without)
    filled = {cell: n for cell, n in counts.items() if n}
    worked = {c for c in filled if any(part.covers_cell(c) for team in teams for part in team.parts)}
    named: list[Cell] = []
    for gap in found.gaps:  # none names what somebody works, and each number is what is there
        inside = [cell for cell in filled if Part(*gap.cell).covers_cell(cell) and cell not in named]
        assert not worked & set(inside) and gap.people == sum(filled[cell] for cell in inside)
        named += inside
    assert {cell for cell in filled if None not in cell} <= {*named, *worked}


@settings(deadline=None)
@given(people, teams, counts)
def test_a_pair_for_the_whole_place_leaves_nobody_out(
    people: list[Who], teams: list[Team], counts: dict[Cell, int]
) -> None:
    found = coverage(people, [*teams, team(Part())], counts, [ANA, BEN], TODAY)
    assert not found.without and not found.gaps and not found.alone
