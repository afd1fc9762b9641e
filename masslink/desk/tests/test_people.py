"""The list of people: what it shows, to whom, and at what cost."""

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person, record_deed, take_on
from masslink.people.models import Person
from masslink.sites.models import Site, Unit
from masslink.tasks.acts import promise
from masslink.vault.act import act

HTMX = {"HX-Request": "true"}


def _many(ana: Someone, site: Site, number: int) -> None:
    with ana.workspace.bound(), act("made", at=AT):
        for n in range(number):
            person = add_person(
                by=ana.member, at=AT, site=site, name=f"Person {n:03}", phone=f"202 555 {n:04}"
            )
            record_deed(by=ana.member, at=AT, person=person, kind="talked", words=f"words about the line {n}")
            take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=7)
            promise(by=ana.member, at=AT, member=ana.member, what="x", due=date(2026, 3, 9), person=person)


def _queries(ana: Someone, method: str, url: str, **more: object) -> int:
    with CaptureQueriesContext(ana.workspace.db) as captured:
        assert getattr(ana.client, method)(url, **more).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("method", "url", "more"),
    [("get", "/people", {}), ("post", "/people/find", {"data": {"q": "person"}, "headers": HTMX})],
)
def test_as_many_queries_for_fifty_as_for_one(
    ana: Someone, site: Site, method: str, url: str, more: dict[str, object]
) -> None:
    _many(ana, site, 1)
    one = _queries(ana, method, url, **more)
    _many(ana, site, 49)
    assert _queries(ana, method, url, **more) == one


def test_pages_go_on_and_back_without_losing_anybody(ana: Someone, site: Site) -> None:
    _many(ana, site, 70)
    _many(ana, site, 70)  # the same names once more
    url, seen = "/people", []
    while url:
        context = ana.client.get(url).context
        seen.append([row.id for row in context["rows"]])
        url = context["next_url"]
    assert [len(page) for page in seen] == [50, 50, 40]
    assert len({id for page in seen for id in page}) == 140
    back = ana.client.get(f"/people?before={seen[2][0]}").context
    assert [row.id for row in back["rows"]] == seen[1]
    first = ana.client.get(back["previous_url"]).context
    assert [row.id for row in first["rows"]] == seen[0] and not first["previous_url"]


def test_a_row_says_what_needs_the_reader(ana: Someone, site: Site, person: Person) -> None:
    with ana.workspace.bound():
        record_deed(by=ana.member, at=AT, person=person, kind="talked", words="“Not without the others.”")
        promise(by=ana.member, at=AT, member=ana.member, what="x", due=date(2026, 3, 9), person=person)
    row = ana.client.get("/people").context["rows"][0]
    assert (row.state, row.urgent, row.said) == ("promised", True, "Not without the others.")
    assert row.where == "Packing · Night"


def test_search_works_with_and_without_scripts(ana: Someone, site: Site, person: Person) -> None:
    part = ana.client.post("/people/find", {"q": "mari"}, headers=HTMX)
    assert b"Marisol" in part.content and b"<html" not in part.content
    whole = ana.client.post("/people/find", {"q": "mari"})
    assert b"Marisol" in whole.content and b"<html" in whole.content
    assert ana.client.post("/people/find", {"q": " "}).headers["Location"] == "/people"
    assert b"Marisol" in ana.client.post("/people/find", {"q": ""}, headers=HTMX).content


def test_words_looked_for_are_in_no_address(ana: Someone, site: Site, unit: Unit, person: Person) -> None:
    url = f"/people/find?place={site.id}&unit={unit.id}"
    answer = ana.client.post(url, {"q": "marisol"}).content.decode()
    addresses = [part.split('"')[0] for part in answer.split('href="')[1:] + answer.split('action="')[1:]]
    assert not [a for a in addresses if "marisol" in a.lower()]
    assert any(str(unit.id) in a for a in addresses)


def test_what_somebody_is_called_can_be_no_markup(ana: Someone, site: Site) -> None:
    with ana.workspace.bound():
        bad = add_person(by=ana.member, at=AT, site=site, name="<script>x</script>", nickname="<i>")
        record_deed(by=ana.member, at=AT, person=bad, kind="talked", words="line <script>y</script>")
    for answer in (ana.client.get("/people"), ana.client.post("/people/find", {"q": "line"})):
        assert b"<script>x" not in answer.content and b"<script>y" not in answer.content


def test_others_see_only_what_they_hold(
    ana: Someone, ben: Someone, cy: Someone, site: Site, person: Person
) -> None:
    for someone in (ben, cy):
        assert b"Marisol" not in someone.client.get("/people").content
        assert b"Marisol" not in someone.client.post("/people/find", {"q": "marisol"}).content
        assert someone.client.get(f"/people?place={site.id}&after={person.id}").status_code == 200


def test_nobody_yet_offers_the_first_step(ana: Someone, site: Site) -> None:
    assert f"/places/{site.id}/names" in ana.client.get("/people").content.decode()


def test_a_strange_address_is_no_error(ana: Someone, person: Person) -> None:
    for query in ("after=x", "before=0", f"after={person.circle}", "place=%27&depth=x&fresh=1", "left=on"):
        assert ana.client.get(f"/people?{query}").status_code == 200


def test_only_their_own_words_stand_between_quotation_marks(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        record_deed(by=ana.member, at=AT, person=person, kind="signed", words="The petition for fans")
    answer = ana.client.post("/people/find", {"q": "petition"}, headers=HTMX).text
    assert "petition</b> for fans" in answer and "<q" not in answer
    with ana.workspace.bound():
        record_deed(by=ana.member, at=AT, person=person, kind="talked", words="That petition is late")
    assert '<q class="said">' in ana.client.post("/people/find", {"q": "petition"}, headers=HTMX).text
