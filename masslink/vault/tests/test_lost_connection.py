"""The ledger's server goes away in the middle of something: a clear failure, nothing half, and it goes on later."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connections

from masslink.conftest import AT, Someone
from masslink.people.models import Deed, Person
from masslink.sites.acts import add_unit, open_site
from masslink.sites.models import Site, Unit
from masslink.vault.act import act
from masslink.vault.tests import reading
from masslink.vault.tests.databases import only_on_postgresql

pytestmark = [
    pytest.mark.django_db(transaction=True),
    only_on_postgresql("a file isn't a server that goes away"),
]


def cut_off() -> None:
    """End the server's side of our connection, from another one."""
    ours = connections["default"]
    with ours.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    with psycopg.connect(
        **{**ours.get_connection_params(), "cursor_factory": None}, autocommit=True
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def commit_and(monkeypatch: pytest.MonkeyPatch, *, before: bool) -> None:
    """The next commit is cut off: before it reaches the server, or on the way back."""
    ours: Any = connections["default"]
    commit = ours._commit

    def broken() -> None:
        monkeypatch.undo()
        if not before:
            commit()
        cut_off()
        commit()

    monkeypatch.setattr(ours, "_commit", broken)


def test_cut_off_in_the_middle_of_an_act_nothing_of_it_stays(ana: Someone, site: Site):
    before = reading.caught_up(ana.workspace), reading.ledger()
    with ana.workspace.bound():
        with pytest.raises(OperationalError), act("renamed", at=AT):
            add_unit(by=ana.member, at=AT, site=site, name="Packing")
            cut_off()
        assert not Unit.objects.exists()
    assert (reading.caught_up(ana.workspace), reading.ledger()) == before
    with ana.workspace.bound():
        add_unit(by=ana.member, at=AT, site=site, name="Dock")
    reading.assert_agree(ana.workspace)


def test_cut_off_just_before_the_commit_nothing_of_it_stays(ana: Someone, site: Site, monkeypatch):
    before = reading.caught_up(ana.workspace), reading.ledger()
    commit_and(monkeypatch, before=True)
    with ana.workspace.bound(), pytest.raises(OperationalError):
        add_unit(by=ana.member, at=AT, site=site, name="Packing")
    assert (reading.caught_up(ana.workspace), reading.ledger()) == before
    reading.assert_agree(ana.workspace)


def test_cut_off_just_after_the_commit_the_act_comes_back_by_catching_up(
    ana: Someone, site: Site, monkeypatch
):
    """A new circle with its keys, too: whoever made it doesn't know of it, and is told."""
    commit_and(monkeypatch, before=False)
    with ana.workspace.bound():
        with pytest.raises(OperationalError):
            open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        assert Site.objects.count() == 1
        ana.workspace.catch_up()
        kitchen = Site.objects.get(name="Kitchen")
        add_unit(by=ana.member, at=AT, site=kitchen, name="Pots")
    reading.assert_agree(ana.workspace)


def talk(person: Person) -> dict[str, object]:
    fields = {"once": str(uuid4()), "picks": "anywhere", "who": "", "how": "talked", "day": ""}
    return {**fields, "person": [str(person.pk)], "words": "They moved the clock."}


@pytest.mark.parametrize("saved", [False, True])
def test_the_page_keeps_what_was_typed_and_sending_it_again_saves_once(
    ana: Someone, person: Person, monkeypatch, saved: bool
):
    form, ana.client.raise_request_exception = talk(person), False
    commit_and(monkeypatch, before=not saved)
    answer = ana.client.post("/talked", form)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "They moved the clock." in page
    assert str(form["once"]) in page
    assert ana.client.post("/talked", form).status_code == 302
    with ana.workspace.bound():
        assert Deed.objects.get().words == "They moved the clock."
    reading.assert_agree(ana.workspace)


def test_between_two_requests_nobody_notices(ana: Someone, site: Site):
    cut_off()
    close_old_connections()  # as a server does at the start of each request; Django's test client leaves it out
    assert ana.client.get("/places").status_code == 200


def test_while_the_server_is_away_every_page_says_so(ana: Someone, person: Person, monkeypatch):
    def refuse(*_: object) -> None:
        raise OperationalError("connection refused") from psycopg.OperationalError()

    ana.client.raise_request_exception = False
    ours = connections["default"]
    ours.close()
    monkeypatch.setattr(ours, "get_new_connection", refuse)
    for answer in (ana.client.get("/"), ana.client.post("/talked", talk(person)), ana.client.get("/people")):
        assert answer.status_code == 503
        assert b"reach its own store" in answer.content
    monkeypatch.undo()
    assert ana.client.get("/").status_code == 200
