"""Hands and answers counted: nothing counted twice, nothing lost, whatever was said."""

from hypothesis import given, settings
from hypothesis import strategies as st

from masslink.decisions.counting import Count, Figure, figures

ANSWERS = st.lists(
    st.sampled_from(["The rate", "the rate ", "Rotas", "rotas.", "Soup", "  ", ""]), max_size=12
)


def test_more_hands_than_members_are_seen():
    assert Count(7, 3, 2).beyond(9) == 3
    assert Count(7, 2).beyond(9) == 0
    assert Count(1, 0).beyond(9) == 0


def test_every_option_is_there_and_own_words_follow():
    found = figures(["The rate", "Rotas"], ["the rate", "Soup"], ["Rotas", "soup!", "Rotas"])
    assert found == [Figure("The rate", 1, 0), Figure("Rotas", 0, 2), Figure("Soup", 1, 1)]


@settings(deadline=None)
@given(ANSWERS, ANSWERS)
def test_each_answer_counts_once_and_order_doesnt_matter(ours, others):
    found = figures(["The rate"], ours, others)
    assert sum(f.ours for f in found) == sum(bool(a.strip()) for a in ours)
    assert sum(f.others for f in found) == sum(bool(a.strip()) for a in others)
    assert len({f.answer.casefold().rstrip(".! ") for f in found}) == len(found)
    again = figures(["The rate"], ours[::-1], others[::-1])
    assert [(f.answer.casefold().rstrip("."), f.ours, f.others) for f in again] == [
        (f.answer.casefold().rstrip("."), f.ours, f.others) for f in found
    ]
