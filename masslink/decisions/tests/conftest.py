"""What the tests of questions share: a clock that stands, a question, and forms as they were shown."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from masslink.conftest import Someone
from masslink.decisions.acts import ask_question
from masslink.decisions.models import Question

WHAT = "Who drives on Saturdays?"


def turn_to(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


@pytest.fixture(autouse=True)
def clock(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    turn_to(monkeypatch, at)


@pytest.fixture
def asked(ana: Someone, ben: Someone, at: datetime) -> Question:
    """A question of the whole collective, to be decided in three days."""
    with ana.workspace.bound():
        day = at.date() + timedelta(days=3)
        made = ask_question(by=ana.member, at=at, what=WHAT, background="Bus 14 ends at ten.", decide_by=day)
    with ben.workspace.bound():
        ben.workspace.catch_up()
    return made


@pytest.fixture
def effort(ana: Someone, ben: Someone, at: datetime) -> Question:
    """A question that takes answers for five days."""
    with ana.workspace.bound():
        until = at.date() + timedelta(days=5)
        made = ask_question(
            by=ana.member,
            at=at,
            what="Where do we put our effort?",
            gathers="choice",
            options=("The rate", "Rotas"),
            gather_until=until,
        )
    with ben.workspace.bound():
        ben.workspace.catch_up()
    return made


def url(name: str, record: Any) -> str:
    return reverse(name, args=[record.pk])


def fresh(someone: Someone, record: Any) -> Any:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return type(record).objects.get(pk=record.pk)


def held_by(someone: Someone, question: Question) -> str:
    with someone.workspace.bound():
        position = question.position_of(someone.member)
        return position.words if position else ""


def deciding(someone: Someone, question: Question, **fields: str) -> dict[str, str]:
    """What the form was shown with, and what was typed."""
    form = someone.client.get(url("question-decide", question)).context["form"]
    shown = {"once": str(uuid4()), "seen": form.initial["seen"], "on": "2026-03-02", "day": "none"}
    return {**shown, "how": "consensus", "words": "By turns.", **fields}


def answering(someone: Someone, question: Question, **fields: str) -> dict[str, str]:
    form = someone.client.get(url("question-answer", question)).context["form"]
    return {"once": str(uuid4()), "seen": form.initial.get("seen") or "", **fields}


def undo(someone: Someone, question: Question) -> None:
    page = someone.client.get(url("question", question))
    someone.client.post(page.context["flash"]["undo_url"])
