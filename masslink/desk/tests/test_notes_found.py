"""Whoever asks to be forgotten may stand in notes of others: search finds these, of places that are open to one."""

from typing import Any

import pytest

from masslink.conftest import AT, Someone
from masslink.conversations.acts import note_observation
from masslink.decisions.acts import ask_question, decide
from masslink.gatherings.acts import plan
from masslink.ideas.acts import answer_idea, raise_idea
from masslink.ideas.correction_acts import note_correction
from masslink.meetings.acts import Matter, take_up
from masslink.meetings.minuting import adopt
from masslink.pairs.acts import Work, make_pair, sat_down
from masslink.sites.models import Site
from masslink.tasks.acts import promise

pytestmark = pytest.mark.django_db(transaction=True)


def find(who: Someone, typed: str) -> str:
    return str(who.client.post("/people/find", {"q": typed}).content.decode())


def test_a_name_is_found_in_what_happened_and_in_what_came_of_sitting_down(
    ana: Someone, ben: Someone, shared_site: Site
) -> None:
    said: Any = {"by": ana.member, "at": AT, "site": shared_site}
    with ana.workspace.bound():
        note_observation(**said, what="The clock was moved", follows="Marisol <b>asks</b> the office")
        pair = make_pair(**said, one=ana.member, other=ben.member, works=[Work()])
        sat_down(by=ana.member, at=AT, pair=pair, on=AT.date(), notes="Marisol would chair")
    for who in (ana, ben):
        found = find(who, "marisol")
        assert (
            "In notes" in found and "What happened at Warehouse" in found and "Ana and Ben sat down" in found
        )
        assert "&lt;b&gt;asks&lt;/b&gt;" in found, "words are escaped"
    assert "In notes" not in find(ana, "ma") and "In notes" not in find(ana, "Nobody") and find(ana, '"*(')


def test_a_name_is_found_in_ideas_corrections_questions_to_dos_and_corrected_minutes(
    ana: Someone, ben: Someone
) -> None:
    said: Any = {"by": ana.member, "at": AT}
    with ana.workspace.bound():
        meeting = plan(**said, title="All of us", kind="meeting", starts_at=AT, where="At Marisol’s")
        (item,) = take_up(**said, gathering=meeting, matters=[Matter("A key", about="Marisol has one")])
        adopt(**said, gathering=meeting, on=AT.date(), corrections="Marisol was there")
        idea = raise_idea(**said, words="A second door")
        answer_idea(**said, idea=idea, what="not_now", words="Marisol has no key")
        note_correction(**said, fact="We called Marisol at night")
        decide(**said, question=ask_question(**said, what="Who calls?"), words="Marisol wants a letter")
        promise(**said, member=ben.member, what="Ask Marisol for the key", due=AT.date())
    found = find(ben, "marisol")
    for where in (
        f"/gatherings/agenda/{item.pk}",
        "A gathering: All of us",
        "Minutes: All of us",
        "An idea",
        "A correction",
        "A question",
        "A to-do",
    ):
        assert where in found, where
