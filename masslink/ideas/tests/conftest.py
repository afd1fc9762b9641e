"""What the tests of this room share: a clock that stands, and an idea of a person."""

from datetime import datetime

import pytest

from masslink.conftest import Someone
from masslink.ideas.acts import raise_idea
from masslink.ideas.models import Idea
from masslink.people.models import Person

WORDS = "Put the microwave where nights can reach it."


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
