"""A place that Ana and Ben hold, Dee too, with a question; and a short way to say something."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.people.standing import acts
from masslink.people.standing.models import Assessment, StandQuestion
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault.act import act
from masslink.vault.sessions import sessions


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    turn_to(monkeypatch, AT)


def turn_to(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


@dataclass
class Place:
    site: Site
    question: StandQuestion

    def say(
        self, someone: Someone, person: Person, value: int, *, at: datetime = AT, **more: Any
    ) -> UUID | None:
        """As the page sends it that was just opened."""
        with someone.workspace.bound() as workspace:
            workspace.catch_up()
            own = Assessment.objects.filter(
                person=person.pk, question=self.question, member=someone.member
            ).first()
            view = acts.View(person.pk, value, own.version if own else 0, **more)
            return acts.say(by=someone.member, at=at, question=self.question, view=view)

    def people(self, someone: Someone, number: int, at: datetime = AT) -> list[Person]:
        with someone.workspace.bound() as workspace, act("people_added", at=at):
            workspace.catch_up()
            return [
                add_person(by=someone.member, at=at, site=self.site, name=f"N {i:02}") for i in range(number)
            ]

    @property
    def url(self) -> str:
        return f"/places/{self.site.pk}/standing"

    @property
    def say_url(self) -> str:
        return f"{self.url}/{self.question.pk}"


@pytest.fixture
def place(ana: Someone, ben: Someone, shared_site: Site) -> Place:
    with ana.workspace.bound():
        ana.workspace.catch_up()
        return Place(
            shared_site, acts.ask(by=ana.member, at=AT, site=shared_site, text="the union", labels={})
        )


@pytest.fixture
def dee(ana: Someone, place: Place) -> Iterator[Someone]:
    someone = join(ana, "Dee")
    with ana.workspace.bound():
        ana.workspace.catch_up()
        give_access(by=ana.member, at=AT, site=place.site, member=someone.member)
    with someone.workspace.bound() as workspace:
        workspace.catch_up()
    yield someone
    sessions.end_all(someone.workspace.holder)
