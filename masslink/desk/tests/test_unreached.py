"""The ledger's database can't be asked: a page that says so, and keeps what was typed."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from masslink.conftest import Someone
from masslink.people.models import Person
from masslink.vault.ledger import Ledger


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[sqlite3.OperationalError]:
    """What SQLite says while another process writes for too long."""
    writer, other = (
        sqlite3.connect(tmp_path / "file", timeout=0, isolation_level=None) for _ in ("writer", "other")
    )
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as raised:
        other.execute("BEGIN IMMEDIATE")
    yield raised.value
    writer.close()
    other.close()


def failing(monkeypatch: pytest.MonkeyPatch, client: Client, cause: Exception) -> None:
    def since(*_: object) -> None:
        raise OperationalError(*cause.args) from cause

    client.raise_request_exception = False
    monkeypatch.setattr(Ledger, "since", since)


def test_a_form_comes_back_to_be_sent_again(ana: Someone, person: Person, busy, monkeypatch):
    failing(monkeypatch, ana.client, busy)
    once = str(uuid4())
    form = {"once": once, "person": [str(person.pk)], "how": "talked", "words": "They moved the clock."}
    answer = ana.client.post("/talked?back=/people", form)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "They moved the clock." in page
    assert once in page
    assert 'action="/talked?back=/people"' in page
    answer = ana.client.post("/talked", form, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (200, "body")


def test_nothing_comes_back_to_who_had_no_session_or_from_forms_with_secrets(ana: Someone, busy, monkeypatch):
    failing(monkeypatch, ana.client, busy)
    stranger = Client(raise_request_exception=False)
    monkeypatch.setattr("masslink.collective.doors.sessions.find", lambda token: None)
    assert b"They moved" not in stranger.post("/talked", {"words": "They moved"}).content
    monkeypatch.undo()
    failing(monkeypatch, ana.client, busy)
    answer = ana.client.post("/unlock", {"login": "ana-login", "passphrase": "their six words"})
    assert answer.status_code == 503
    assert b"six words" not in answer.content


def test_a_fault_of_ours_isnt_blamed_on_the_server(ana: Someone, monkeypatch):
    failing(monkeypatch, ana.client, sqlite3.OperationalError("no such table: x"))
    answer = ana.client.get("/")
    assert answer.status_code == 500
    assert b"broke on our side" in answer.content
