"""What the tests of this room share: a clock that stands, an idea of a person, what forms post."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from masslink.conftest import Someone
from masslink.ideas.acts import raise_idea
from masslink.ideas.models import Idea
from masslink.people.models import Person

WORDS = "Put the microwave where nights can reach it."


def url(name: str, record: Any) -> str:
    return reverse(name, args=[record.pk])


def once(**fields: Any) -> dict[str, Any]:
    return {"once": str(uuid4()), **fields}


def first_words(page: Any) -> str:
    return " ".join(page.content.decode().split())


def turn_to(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


@pytest.fixture(autouse=True)
def clock(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    turn_to(monkeypatch, at)


@pytest.fixture
def idea(ana: Someone, person: Person, at: datetime) -> Idea:
    """Marisol's, who didn't say that she may be named."""
    with ana.workspace.bound():
        return raise_idea(by=ana.member, at=at, words=WORDS, person=person)
