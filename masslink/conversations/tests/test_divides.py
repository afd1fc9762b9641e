"""What divides people at a place: fed by what happened, with what was tried; headings that say what belongs there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.conversations.acts import note_observation
from masslink.conversations.divides import BELONGS
from masslink.conversations.models import Observation
from masslink.vault import history

Divides = Observation.Divides


@pytest.fixture
def seen(ana, shared_site, at):
    with ana.workspace.bound():
        return note_observation(
            by=ana.member, at=at, site=shared_site, what="A list on the door.", divides=Divides.CONTRACT
        )


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_each_heading_says_what_belongs_there_until_something_does(ana, site):
    url = f"/places/{site.pk}/divides"
    page = text_of(ana.client.get(url))
    assert all(str(said) in page for said in BELONGS.values()) and len(BELONGS) == len(Divides.choices) == 6
    asked = ana.client.get(f"/happened?site={site.pk}&divides=language").context["form"]
    assert asked["divides"].value() == "language"
    posted = {
        "once": str(uuid4()),
        "picks": "here",
        "happened": "English only.",
        "day": "",
        "divides": "language",
    }
    assert ana.client.post("/happened", posted).status_code == 302
    page = text_of(ana.client.get(url))
    assert "English only." in page and str(BELONGS[Divides.LANGUAGE]) not in page
    assert "English only." in text_of(ana.client.get(f"/places/{site.pk}"))


def test_a_note_that_divides_nobody_stands_under_no_heading(ana, site, at):
    with ana.workspace.bound():
        note_observation(by=ana.member, at=at, site=site, what="Rain at gate 6.")
    assert "Rain" not in text_of(ana.client.get(f"/places/{site.pk}/divides"))
    rubbish = {"once": str(uuid4()), "picks": "here", "happened": "x", "day": "", "divides": "rubbish"}
    assert ana.client.post("/happened", rubbish).status_code == 200


def test_what_was_tried_is_added_later_once_and_can_be_undone(ana, seen):
    url = f"/happened/{seen.pk}/tried"
    posted = {"version": seen.version, "tried": "Rosa ate in the corridor."}
    for _twice in range(2):
        assert ana.client.post(url, posted).status_code == 302
    assert "Rosa ate" in text_of(ana.client.get(f"/places/{seen.site_id}/divides"))
    assert "Rosa ate" in text_of(ana.client.get(f"/happened/{seen.pk}"))
    with ana.workspace.bound():
        done = history.recent(limit=2)
        assert [one.kind for one in done] == ["observation_tried", "observed"]
        history.undo(done[0], at=seen.at + timedelta(minutes=1))
        assert Observation.objects.get().tried == ""


def test_two_who_write_at_once_see_each_others_words(ana, ben, seen):
    url, old = f"/happened/{seen.pk}/tried", {"version": seen.version}
    ana.client.post(url, {**old, "tried": "We ate in the corridor."})
    page = ben.client.post(url, {**old, "tried": "We asked the agency."})
    assert "We ate in the corridor." in text_of(page) and "We asked the agency." in text_of(page)
    again = page.context["form"]["version"].value()
    assert ben.client.post(url, {"version": again, "tried": "Both."}).status_code == 302


def test_an_edit_of_the_note_keeps_what_was_tried(ana, seen):
    ana.client.post(f"/happened/{seen.pk}/tried", {"version": seen.version, "tried": "Both."})
    edit = {"version": seen.version + 1, "happened": "A list on a door.", "divides": "shift"}
    assert ana.client.post(f"/happened/{seen.pk}/edit", edit).status_code == 302
    with ana.workspace.bound():
        found = Observation.objects.get()
        assert (found.divides, found.tried) == (Divides.SHIFT, "Both.")


def test_many_under_one_heading_are_behind_a_link_and_cost_no_more(ana, seen, at):
    url, counts = f"/places/{seen.site_id}/divides", []
    for more in (0, 29):
        with ana.workspace.bound():
            for n in range(more):
                when = at - timedelta(days=n + 1)
                note_observation(
                    by=ana.member,
                    at=at,
                    happened_at=when,
                    site=seen.site,
                    what=f"Note {n}.",
                    divides=Divides.CONTRACT,
                )
        with CaptureQueriesContext(ana.workspace.db) as queries:
            page = ana.client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "24 earlier ones" in text_of(page) and "Note 28." not in text_of(page)
    assert "Note 28." in text_of(ana.client.get(f"{url}?by=contract"))
    assert ana.client.get(f"{url}?by=rubbish").status_code == 200


def test_who_doesnt_hold_the_place_finds_none_of_it(seen, cy):
    for url in (f"/places/{seen.site_id}/divides", f"/happened/{seen.pk}/tried"):
        assert cy.client.get(url).status_code == 404
