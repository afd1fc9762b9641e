"""A form in a second tab, and what it is about is gone meanwhile: that is said, nothing is saved, nothing lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from masslink.conftest import AT
from masslink.decisions import acts as decisions
from masslink.gatherings import acts as gatherings
from masslink.gatherings import asking
from masslink.ideas import acts as ideas
from masslink.ideas import correction_acts as corrections
from masslink.meetings import acts as meetings
from masslink.tasks import acts as tasks
from masslink.tasks import duty_acts as duties

TYPED = "Typed in a second tab"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT)
    monkeypatch.setattr("masslink.core.clock.today", lambda: AT.date())


def idea_dropped(by):
    one = ideas.raise_idea(**by, words="A board.")
    ideas.answer_idea(**by, idea=one, what="tried", words="Gone.")
    ideas.drop_idea(**by, idea=one)
    here = f"/us/ideas/{one.pk}"
    said = {"seen": one.version, "answer": "not_now", "words": TYPED, "said": TYPED, "telling": "name"}
    return "off the list", [(f"{here}/{step}", said) for step in ("answer", "edit", "carry")]


def correction_dropped(by):
    one = corrections.note_correction(**by, fact="We came late.")
    corrections.agree(**by, correction=one, learned="", changes="Leave at five.")
    corrections.drop_correction(**by, correction=one)
    said = {"seen": one.version, "changes": TYPED, "fact": TYPED, "words": TYPED, "did": "changed"}
    steps = ("edit", "agree", "look")
    return "off the list", [(f"/us/corrections/{one.pk}/{step}", said) for step in steps]


def question_withdrawn(by):
    one = decisions.ask_question(**by, what="What first?", gathers="freely")
    decisions.withdraw(**by, question=one)
    here = f"/us/questions/{one.pk}"
    said = {"words": TYPED, "what": TYPED, "version": one.version}
    return "withdrawn", [(f"{here}/{step}", said) for step in ("position", "edit", "answer", "asked")]


def question_decided(by):
    one = decisions.ask_question(**by, what="What first?")
    decisions.decide(**by, question=one, words="Dues.")
    return "It is decided by now", [(f"/us/questions/{one.pk}/position", {"words": TYPED})]


def gathering_called_off(by):
    one = gatherings.plan(**by, title="Tea", kind="meeting", starts_at=AT - timedelta(hours=1))
    gatherings.cancel(**by, gathering=one, why="Rain")
    said = {"words": TYPED, "what": TYPED, "said": TYPED, "why": TYPED, "new": TYPED, "task": "other"}
    here = f"/gatherings/{one.pk}"
    steps = ("meeting", "meeting/decided", "meeting/agreed", "meeting/raised", "roles/new", "cancel", "came")
    return "It was called off", [(f"{here}/{step}", said) for step in steps]


def item_taken_off(by):
    one = gatherings.plan(**by, title="Tea", kind="meeting", starts_at=AT)
    (item,) = meetings.take_up(**by, gathering=one, matters=[meetings.Matter("The key")])
    page = f"/gatherings/agenda/{item.pk}"
    meetings.take_off(**by, item=item)
    return "This was not saved", [(page, {"title": TYPED, "version": 1})]


def duty_ended(by):
    one = duties.begin_duty(**by, name="Washing up", first=AT.date(), every="week")
    duties.retire_duty(**by, duty=one)
    here = f"/gatherings/duties/{one.pk}"
    said = {"name": TYPED, "every": "week", "people": 1, "first": "2026-03-02", "version": one.version}
    return "It isn’t done any more", [(f"{here}/edit", said)]


def to_do_done(by):
    one = tasks.promise(**by, member=by["by"], what="Ask for the key", due=AT.date())
    tasks.finish(**by, todo=one)
    here = f"/to-dos/{one.pk}"
    said = {"what": TYPED, "why": TYPED, "version": one.version}
    return "It is done already", [(here, said), (f"{here}/let-go", said)]


@pytest.mark.parametrize(
    "gone",
    [
        idea_dropped,
        correction_dropped,
        question_withdrawn,
        question_decided,
        gathering_called_off,
        item_taken_off,
        duty_ended,
        to_do_done,
    ],
)
def test_an_old_form_is_answered_clearly_and_loses_nothing(ana, gone: Callable[..., Any]) -> None:
    with ana.workspace.bound():
        why, forms = gone({"by": ana.member, "at": AT})
        before = ana.workspace.seq
    for page, fields in forms:
        answer = ana.client.post(page, {"once": str(uuid4()), **fields}).content.decode()
        assert why in answer and TYPED in answer, page
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert ana.workspace.seq == before


def test_taps_at_what_was_called_off_are_answered_and_noted_nowhere(ana, person) -> None:
    by: dict[str, Any] = {"by": ana.member, "at": AT}
    with ana.workspace.bound():
        one = gatherings.plan(**by, title="Tea", kind="meeting", starts_at=AT - timedelta(hours=1))
        (ask,) = asking.put_on_list(**by, gathering=one, whom={person: ana.member})
        gatherings.cancel(**by, gathering=one)
        before = ana.workspace.seq
    for page, fields in (
        ("tap", {"tap": f"{ask.pk}:yes"}),
        ("tick", {"who": f"us:{ana.member.pk}", "us": str(ana.member.pk)}),
    ):
        answer = ana.client.post(f"/gatherings/{one.pk}/{page}", fields, headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"] == f"/gatherings/{one.pk}"
        assert "It was called off" in ana.client.get(f"/gatherings/{one.pk}").content.decode(), page
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert ana.workspace.seq == before
