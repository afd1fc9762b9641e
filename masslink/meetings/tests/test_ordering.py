"""Where a matter comes on an agenda, and the numbers that keep the order."""

from hypothesis import given
from hypothesis import strategies as st

from masslink.meetings.ordering import position, spread

CLASSIC = ["opening", "chair", "minutes", "reports", "old", "new", "welfare", "next"]


def test_a_matter_comes_at_the_end_of_its_part():
    assert position(CLASSIC, "reports") == 4
    assert position([*CLASSIC[:5], "", "", *CLASSIC[5:]], "old") == 7
    assert position([], "old") == 0


def test_without_its_part_it_comes_before_the_meeting_closes():
    assert position(["opening", "", "next"], "old") == 2
    assert position(["reports", "welfare", "next"], "old") == 1
    assert position(["opening", ""], "old") == 2
    assert position(["welfare", "next", ""], "old") == 0


@given(
    st.lists(st.integers(-9_000, 9_000), unique=True, max_size=30), st.lists(st.integers(0, 30), max_size=60)
)
def test_new_ones_find_room_and_nobody_changes_places(places, at):
    """However many come between however few, the order stays and every number is another."""
    order: list[int | None] = sorted(places)
    for place in at:
        order.insert(min(place, len(order)), None)
    found = spread(order)
    assert len(found) == len(order)
    assert found == sorted(set(found))
    kept = [(new, old) for new, old in zip(found, order, strict=True) if old is not None]
    assert all(new == old for new, old in kept) or found == [1_000 * (i + 1) for i in range(len(found))]
