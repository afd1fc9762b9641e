"""Something that happened: noted once, at one place, read by those of the place."""

from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.conversations.acts import note_observation
from masslink.conversations.models import Observation
from masslink.people.acts import add_person
from masslink.people.models import Deed, Person
from masslink.sites.acts import open_site
from masslink.tasks.models import ToDo


def form(**fields):
    return {"once": str(uuid4()), "picks": "here", "happened": "They cut the break.", "day": "", **fields}


def test_noted_once_with_who_stood_up_and_what_is_to_do(ana, person, unit):
    day = ana.client.get("/happened").context["form"]["day"].field.choices[0][0]
    posted = form(
        unit=str(unit.pk), person=[str(person.pk)], new=["Tess"], how="defended", what="Ask Tess", day=day
    )
    for _ in range(2):
        assert ana.client.post("/happened", posted).status_code == 302
    with ana.workspace.bound():
        seen = Observation.objects.get()
        assert seen.unit == unit
        assert {d.person.name for d in Deed.objects.filter(deed_kind="defended")} == {"Marisol R.", "Tess"}
        assert ToDo.objects.get().site == seen.site
    page = ana.client.get(f"/happened/{seen.pk}").content.decode()
    assert "Marisol R." in page and "defended" in page


def test_a_person_of_another_place_is_refused_and_the_words_kept(ana, person, site, at):
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=at, kind="workplace", name="Kitchen")
    answer = ana.client.post("/happened", form(site=str(kitchen.pk), person=[str(person.pk)]))
    assert "belongs to another place" in answer.content.decode()
    assert "They cut the break." in answer.content.decode()
    assert "Where was it" in ana.client.post("/happened", form()).content.decode()
    with ana.workspace.bound():
        assert not Observation.objects.exists()
    ana.client.post("/happened", form(person=[str(person.pk)]))  # the place is theirs
    with ana.workspace.bound():
        assert Observation.objects.get().site == site


@pytest.fixture
def seen(ana, shared_site, at):
    with ana.workspace.bound():
        return note_observation(by=ana.member, at=at, site=shared_site, what="The clock was moved.")


def test_an_edit_over_an_older_version_shows_both(ana, ben, seen):
    url, old = f"/happened/{seen.pk}/edit", {"version": seen.version}
    assert ana.client.post(url, {**old, "happened": "The clock was taken down."}).status_code == 302
    page = ben.client.post(url, {**old, "happened": "The clock hangs in the office."})
    text = page.content.decode()
    assert "taken down" in text and "in the office" in text
    again = page.context["form"]["version"].value()
    assert ben.client.post(url, {"version": again, "happened": "It hangs in the office."}).status_code == 302
    with ben.workspace.bound():
        assert Observation.objects.get().what == "It hangs in the office."


def test_a_stranger_finds_none_of_it(seen, cy):
    for url in (f"/happened/{seen.pk}", f"/happened/{seen.pk}/edit", f"/places/{seen.site_id}/happened"):
        assert cy.client.get(url).status_code == 404


def test_the_list_of_a_place_costs_the_same_for_one_and_for_thirty(ana, seen, at):
    url, counts = f"/places/{seen.site_id}/happened", []
    for more in (0, 29):
        with ana.workspace.bound():
            for i in range(more):
                note_observation(by=ana.member, at=at, site=seen.site, what=f"Note {i}")
        with CaptureQueriesContext(ana.workspace.db) as queries:
            assert ana.client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    with ana.workspace.bound():
        assert not Person.objects.exists()


def test_without_a_place_one_is_told_where_to_begin(ana):
    assert "Open a place" in ana.client.get("/happened").content.decode()


def test_persons_offered_are_those_lately_met(ana, person, at, site):
    with ana.workspace.bound():
        add_person(by=ana.member, at=at, site=site, name="Never met")
    ana.client.post("/happened", form(person=[str(person.pk)]))
    assert [p.pk for p in ana.client.get("/talked").context["picking"].offered] == [person.pk]
