"""The page of a place's deeds: a sentence, who came nearer, whose proof ran out; and suggestions on a person's page."""

from datetime import date, timedelta

import pytest

from masslink.conftest import AT, Someone
from masslink.core import clock
from masslink.people import deeds_here
from masslink.people.acts import add_person, edit_person, leave_site, record_deed
from masslink.people.models import Deed, Person
from masslink.sites.models import Site

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = AT.date()


@pytest.fixture(autouse=True)
def todays_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def did(ana: Someone, person: Person, kind: str, days_ago: int, words: str = "") -> Deed:
    when = AT - timedelta(days=days_ago)
    return record_deed(by=ana.member, at=AT, person=person, kind=kind, on_at=when, words=words)


def test_the_headline_compares_with_half_a_year_ago():
    def said(now: int, then: int, listed: int = 5) -> str:
        days = [
            (date(2026, month, 28), [listed, 0, 0, 0, then if month == 3 else now, 0])
            for month in range(3, 10)
        ]
        return deeds_here.headline(days)

    assert said(11, 6) == "Eleven people stand with us; in March it was six"
    assert said(1, 0) == "One person stands with us; in March it was nobody"
    assert said(4, 4) == "Four people stand with us, as many as in March"
    assert said(0, 3) == "Nobody stands with us now; in March it was three"
    assert said(0, 0) == "Nobody stands with us here yet"
    assert said(20, 0, listed=0).startswith("20 people stand with us")


def test_who_came_nearer_and_for_whom_it_has_been_a_year(ana: Someone, site: Site) -> None:
    with ana.workspace.bound():
        rosa, frank, gone, silent = (
            add_person(by=ana.member, at=AT, site=site, name=name)
            for name in ("Rosa", "Frank", "Gone", "Silent")
        )
        for person in (rosa, frank, gone, silent):
            did(ana, person, "talked", 40)
        for person in (rosa, gone, silent):
            did(ana, person, "signed", 3)
        did(ana, frank, "signed", 370)
        leave_site(by=ana.member, at=AT, person=gone, on=TODAY)
        edit_person(by=ana.member, at=AT, person=silent, reach="not_at_all")
        here = deeds_here.of(site, TODAY)
    assert [(one.person.name, one.did) for one in here.up] == [("Rosa", "Signed")]
    assert [(one.person.name, one.was, one.deeds[0].on) for one in here.fell] == [
        ("Frank", "stands with us", TODAY - timedelta(days=370))
    ]
    assert here.columns[-1].counts == [0, 1, 0, 0, 1, 0]
    page = ana.client.get(f"/places/{site.pk}/deeds").content.decode()
    assert "It has been a year" in page and "Nobody did anything wrong" in page
    assert "Silent" not in page and "style=" not in page


def test_an_empty_place_says_what_belongs_there(ana: Someone, site: Site) -> None:
    page = ana.client.get(f"/places/{site.pk}/deeds").content.decode()
    assert "Nobody stands with us here yet" in page and "Begin with the last thing" in page
    page = ana.client.get(f"/places/{site.pk}/deeds/tick").content.decode()
    assert "Nobody is written down here yet" in page


def test_a_persons_page_suggests_with_their_words_and_the_ladder_shows_the_proof(
    ana: Someone, person: Person
) -> None:
    with ana.workspace.bound():
        for days in (5, 20, 40):
            did(ana, person, "talked", days, words="Nine is too late." if days == 20 else "")
    page = " ".join(ana.client.get(f"/people/{person.pk}").content.decode().split())
    assert "You talked three times since" in page and "hasn’t come to anything yet" in page
    assert "<q>Nine is too late.</q>" in page
    page = ana.client.get(f"/people/{person.pk}/ladder").content.decode()
    assert "Marisol R.: sustained" in page and "Three talks" not in page and "led an action" in page
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=person, reach="not_at_all")
    assert "What could deepen" not in ana.client.get(f"/people/{person.pk}").content.decode()


def test_what_was_written_beside_a_deed_isnt_shown_as_their_words(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        did(ana, person, "talked", 3, words="The fans.")
        did(ana, person, "signed", 1, words="Petition")
        assert Deed.objects.last_words([person.pk]) == {person.pk: "The fans."}
    page = ana.client.get(f"/people/{person.pk}").content.decode()
    assert '<q class="said">The fans.</q>' in page
    assert "<p>Petition</p>" in page and '<q class="said">Petition' not in page
