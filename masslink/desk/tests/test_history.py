"""What was done, told in sentences, and taken back; the Us page."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

import masslink
from masslink.conftest import AT, Someone
from masslink.conversations.acts import log_talk
from masslink.core import clock
from masslink.desk.telling import WORDS
from masslink.people.acts import add_names, delete_person, edit_person
from masslink.people.models import Person
from masslink.sites.acts import open_site
from masslink.sites.models import Site
from masslink.vault import history


@pytest.fixture(autouse=True)
def soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(hours=1))


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markup))


def last(someone: Someone) -> history.Done:
    with someone.workspace.bound():
        return history.recent(limit=1)[0]


def undo(someone: Someone, act: history.Done, **fields: str):
    return someone.client.post(f"/us/undo/{act.id}", fields)


def test_history_says_who_did_what_with_links(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        log_talk(by=ana.member, at=AT, persons=[person], how="talked", words="Not another Saturday.")
    page = ana.client.get("/us/history").text
    assert "Ana talked with Marisol R." in text(page)
    assert "Ana opened the place Warehouse" in text(page)
    assert f'href="/people/{person.pk}"' in page
    assert "Saturday" not in page


def test_many_are_told_together(ana: Someone, site: Site) -> None:
    with ana.workspace.bound():
        add_names(by=ana.member, at=AT, site=site, names=list("ABCDEFGHIJ"), unit=None, shift=None)
    page = text(ana.client.get("/us/history").text)
    assert page.count("wrote down") == 1
    assert "and 7 others" in page


def test_what_ones_places_dont_hold_is_not_told(ben: Someone, person: Person) -> None:
    page = text(ben.client.get("/us/history").text)
    assert "Marisol" not in page
    assert "Warehouse" not in page
    assert "founded the collective" in page


def test_names_and_words_are_escaped(ana: Someone, site: Site) -> None:
    with ana.workspace.bound():
        add_names(by=ana.member, at=AT, site=site, names=["<b onclick=x>"], unit=None, shift=None)
    assert "<b onclick" not in ana.client.get("/us/history").text


def test_filtered_by_place(ana: Someone, site: Site, person: Person) -> None:
    with ana.workspace.bound():
        open_site(by=ana.member, at=AT, kind="neighbourhood", name="Hill")
    page = text(ana.client.get(f"/us/history?place={site.pk}").text)
    assert "Marisol" in page
    assert "opened the place Hill" not in page
    assert ana.client.get(f"/us/history?place={person.pk}").status_code == 404


def test_a_slip_is_taken_back(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=person, name="Mary S.")
    act = last(ana)
    assert f"/us/undo/{act.id}" in ana.client.get("/us/history").text
    assert undo(ana, act, back="/us").headers["Location"] == "/us"
    with ana.workspace.bound():
        assert Person.objects.get().name == "Marisol R."
    page = ana.client.get("/us/history").text
    assert f"/us/undo/{act.id}" not in page
    assert "taken back" in page


def test_what_something_newer_stands_on_stays(ana: Someone, person: Person) -> None:
    added = last(ana)
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=person, name="Mary S.")
    assert f"/us/undo/{added.id}" not in ana.client.get("/us/history").text
    undo(ana, added)
    page = ana.client.get("/us/history").text
    assert "something newer stands on it" in page
    assert "Mary S." in page


def test_a_deletion_is_named_and_brought_back(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        log_talk(by=ana.member, at=AT, persons=[person], how="talked")
        delete_person(by=ana.member, at=AT, person=person)
    assert "Ana deleted Marisol R." in text(ana.client.get("/us/history").text)
    undo(ana, last(ana))
    with ana.workspace.bound():
        assert Person.objects.get().deeds.count() == 1


def test_what_can_not_be_taken_back_says_why(ana: Someone, person: Person, monkeypatch) -> None:
    with ana.workspace.bound():
        founding = history.recent()[-1]
    undo(ana, founding)
    assert "Not undone" in ana.client.get("/us").text
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=30))
    undo(ana, last(ana))
    assert "after 30 days" in ana.client.get("/us").text
    with ana.workspace.bound():
        assert Person.objects.exists()


def test_nobody_undoes_what_they_can_not_read(
    ana: Someone, ben: Someone, cy: Someone, person: Person
) -> None:
    act = last(ana)
    assert undo(ben, act).status_code == 404
    assert undo(cy, act).status_code == 404


def test_pages_go_back_in_time(ana: Someone, site: Site) -> None:
    with ana.workspace.bound():
        for n in range(60):
            add_names(by=ana.member, at=AT, site=site, names=[f"Nr {n}"], unit=None, shift=None)
    first = ana.client.get("/us/history").text
    (address,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = ana.client.get(address.replace("&amp;", "&")).text
    assert "Nr 59" in first and "Nr 9<" not in first
    assert "Nr 9<" in second and "founded the collective" in text(second)


def test_a_long_history_asks_no_more_often_than_a_short_one(ana: Someone, site: Site) -> None:
    def queries() -> int:
        with (
            CaptureQueriesContext(connections["default"]) as sealed,
            CaptureQueriesContext(ana.workspace.db) as held,
        ):
            ana.client.get("/us/history")
        return len(sealed) + len(held)

    with ana.workspace.bound():
        add_names(by=ana.member, at=AT, site=site, names=["One"], unit=None, shift=None)
    few = queries()
    with ana.workspace.bound():
        for n in range(60):
            add_names(by=ana.member, at=AT, site=site, names=[f"Nr {n}"], unit=None, shift=None)
    assert queries() <= few


def test_every_kind_of_act_has_its_words() -> None:
    acts = [
        p for p in Path(masslink.__file__).parent.glob("*/*.py") if p.parent.name not in ("vault", "desk")
    ]
    kinds = {kind for path in acts for kind in re.findall(r'\bact\(\s*"(\w+)"', path.read_text("utf-8"))}
    assert {"talked", "founded"} <= kinds
    assert kinds <= set(WORDS)


def test_us_shows_what_one_can_open_and_with_whom(ana: Someone, ben: Someone, shared_site: Site) -> None:
    page = ana.client.get("/us").text
    assert "Ana's collective" in text(page).replace("&#x27;", "'")
    assert "with Ben" in text(page)
    assert "Only you can open it" not in page
    with ana.workspace.bound():
        open_site(by=ana.member, at=AT, kind="neighbourhood", name="Hill")
    assert "Only you can open it" in ana.client.get("/us").text
    members = text(ben.client.get("/us/members").text)
    assert "with you at Warehouse" in members
    assert "Hill" not in members
