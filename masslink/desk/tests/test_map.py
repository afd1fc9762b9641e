"""The map's page: the picture, the ways, and the same in words."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from masslink.conftest import AT, Someone
from masslink.core import clock
from masslink.people.acts import add_person, edit_person, leave_site, record_deed
from masslink.people.models import Person
from masslink.people.ties.acts import note_ties
from masslink.sites.models import Site
from masslink.tasks.acts import promise

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(ana: Someone, site: Site) -> dict[str, Person]:
    """Marisol meets with us and works beside Tunde, who is a friend of Wei; nobody knows whom Olu knows."""
    by_at: dict[str, Any] = {"by": ana.member, "at": clock.now()}
    with ana.workspace.bound():
        found = {n: add_person(**by_at, site=site, name=n) for n in ("Marisol", "Tunde", "Wei", "Olu")}
        for kind in ("talked", "came"):
            record_deed(**by_at, person=found["Marisol"], kind=kind, words="The clock was moved")
        note_ties(**by_at, person=found["Marisol"], others=[found["Tunde"]], how="beside")
        note_ties(**by_at, person=found["Tunde"], others=[found["Wei"]], how="friend")
    return found


def page_of(someone: Someone, site: Site, query: str = "", **headers: str) -> str:
    answer = someone.client.get(f"/places/{site.pk}/map{query}", headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_way_is_said_in_words_and_the_isolated_are_listed(
    ana: Someone, site: Site, people: dict[str, Person]
):
    page = page_of(ana, site)
    assert "We know a way to 2 of the 3 we don’t reach" in page
    assert "Ask Marisol (meets with us), who works beside Tunde.</p>" in page
    assert "Ask Marisol (meets with us), who works beside Tunde, who is a friend of Wei." in page
    alone = page.partition("Nobody knows yet whom they know")[2]
    assert "Olu" in alone and "Wei" not in alone
    assert page.count("<use href=") - page.count('<use href="#p0"/></svg>') >= 4


def test_where_people_are_listed_and_none_is_met_yet_nobody_is_asked_for_names(ana: Someone, site: Site):
    with ana.workspace.bound():
        add_person(by=ana.member, at=AT, site=site, name="Olu")
    page = page_of(ana, site)
    assert "Talk with somebody here first" in page and "Write down names" not in page


def test_on_a_persons_page_it_says_who_could_introduce_us(ana: Someone, people: dict[str, Person]):
    page = ana.client.get(f"/people/{people['Tunde'].pk}").content.decode()
    assert "Who could introduce us?" in page and "Marisol" in page
    page = ana.client.get(f"/people/{people['Marisol'].pk}").content.decode()
    assert "could introduce us to." in page and "Tunde" in page
    page = ana.client.get(f"/people/{people['Wei'].pk}/knows").content.decode()
    assert "Ask Marisol (meets with us), who works beside Tunde" in page


def test_a_tap_tells_last_words_next_step_and_the_way(ana: Someone, site: Site, people: dict[str, Person]):
    marisol = people["Marisol"]
    with ana.workspace.bound():
        by_at: dict[str, Any] = {"by": ana.member, "at": clock.now()}
        promise(**by_at, member=ana.member, what="Bring the sheet", due=clock.today(), person=marisol)
    query = f"?who={marisol.pk.hex[:10]}"
    for headers in ({}, {"HX-Request": "true"}):
        page = page_of(ana, site, query, **headers)
        assert "The clock was moved" in page and "Bring the sheet" in page
        assert ("<html" in page) is not bool(headers)
    assert "They aren’t on this map any more." in page_of(
        ana, site, "?who=00000000", **{"HX-Request": "true"}
    )
    assert "Wei" in page_of(ana, site, "?group=1") and page_of(ana, site, "?unit=x&ways=99&group=x&who=")


def test_who_left_or_wants_no_contact_stands_on_no_map_and_no_way(
    ana: Someone, site: Site, people: dict[str, Person]
):
    with ana.workspace.bound():
        by_at: dict[str, Any] = {"by": ana.member, "at": clock.now()}
        edit_person(**by_at, person=people["Tunde"], reach="not_at_all")
        leave_site(**by_at, person=people["Olu"], on=clock.today())
    page = page_of(ana, site)
    assert "Tunde" not in page and "Olu" not in page
    assert "Nobody has written down yet who knows whom" in page


def test_everybody_keeps_their_place_when_one_tie_is_added(
    ana: Someone, site: Site, people: dict[str, Person]
):
    def spots(page: str) -> dict[str, str]:
        nodes = page.split('<a href="?who=')[1:]
        return {node[:10]: node.split("<text")[0].split(' x="')[1] for node in nodes}

    before = spots(page_of(ana, site))
    assert before == spots(page_of(ana, site))
    with ana.workspace.bound():
        by_at: dict[str, Any] = {"by": ana.member, "at": clock.now()}
        note_ties(**by_at, person=people["Marisol"], others=[people["Wei"]], how="family")
    assert spots(page_of(ana, site)) == before


def test_as_many_queries_for_fifty_as_for_one(ana: Someone, site: Site, people: dict[str, Person]):
    def queries() -> int:
        with ana.workspace.bound(), CaptureQueriesContext(connections["open"]) as found:
            page_of(ana, site)
        return len(found)

    page_of(ana, site)
    few = queries()
    with ana.workspace.bound():
        many = [add_person(by=ana.member, at=AT, site=site, name=f"Person {n}") for n in range(50)]
        note_ties(by=ana.member, at=AT, person=people["Marisol"], others=many, how="beside")
    page_of(ana, site)
    assert queries() == few
