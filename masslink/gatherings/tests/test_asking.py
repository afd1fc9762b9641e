"""Who asks whom and what they said: shared out, tapped, handed on, never twice; Today tells whom one has to ask."""

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.conftest import AT
from masslink.conversations.acts import log_talk
from masslink.gatherings import asking
from masslink.gatherings.models import Ask, Coming
from masslink.gatherings.tests.stage import listed, people, planned
from masslink.people.acts import edit_person, take_on
from masslink.people.models import Person
from masslink.sites.acts import open_site


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT)
    monkeypatch.setattr("masslink.core.clock.today", lambda: AT.date())


def test_those_whom_somebody_keeps_in_touch_with_are_proposed_by_whom_and_saved_by_one_press(
    ana, ben, shared_site
):
    soon = AT + timedelta(days=3)
    with ana.workspace.bound():
        rosa, teo, unknown = people(ana, shared_site, "Rosa", "Teo", "Unknown")
        one = planned(ana, shared_site, soon)
        take_on(by=ana.member, at=AT, person=rosa, member=ben.member, rhythm_days=14)
        log_talk(by=ana.member, at=AT, persons=[rosa, teo], how="talked")
    page = ana.client.get(f"/gatherings/{one.pk}/ask")
    rows = {row.person.name: (row.member, row.ticked) for row in page.context["proposals"]}
    assert rows == {"Rosa": (ben.member.pk, True), "Teo": (ana.member.pk, False)}
    posted = {
        "whom": [rosa.pk, teo.pk],
        f"by-{rosa.pk}": ben.member.pk,
        f"by-{teo.pk}": "nonsense",
        "person": [unknown.pk],
        "picks": "known",
    }
    for _ in range(2):  # asking somebody twice is asking once
        assert ana.client.post(f"/gatherings/{one.pk}/ask", posted).status_code == 302
    with ana.workspace.bound():
        assert asking.put_on_list(by=ana.member, at=AT, gathering=one, whom={rosa: ana.member}) == []
        by = dict(Ask.objects.values_list("person__name", "member__name"))
    assert by == {"Rosa": "Ben", "Teo": "Ana", "Unknown": "Ana"}
    for of, names in (
        ("", ["Teo", "Unknown"]),
        ("all", ["Rosa", "Teo", "Unknown"]),
        (ben.member.pk, ["Rosa"]),
    ):
        rows = ana.client.get(f"/gatherings/{one.pk}?of={of}").context["rows"]
        assert [row.name for row in rows] == names
    assert b"You have 2 to ask." in ana.client.get("/").content
    assert ben.client.get("/").context["coming_up"][0].notes == ["You have one to ask."]


def test_people_of_another_place_and_those_who_want_no_contact_cant_be_asked(ana, site, person):
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        (cook,) = people(ana, other, "Cook")
        take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=14)
        edit_person(by=ana.member, at=AT, person=person, reach=Person.Reach.NOT_AT_ALL)
        one = planned(ana, site, AT + timedelta(days=3))
    assert ana.client.get(f"/gatherings/{one.pk}/ask").context["proposals"] == []
    for id in (cook.pk, person.pk):
        for posted in ({"whom": [id]}, {"person": [id], "picks": "known"}):
            ana.client.post(f"/gatherings/{one.pk}/ask", posted)
    with ana.workspace.bound():
        assert not Ask.objects.exists()


def test_a_tap_says_it_a_second_takes_it_back_and_twice_the_same_is_once(ana, site, person):
    with ana.workspace.bound():
        one = planned(ana, site, AT + timedelta(days=3))
        (ask,) = listed(ana, one, person)

    def tap(what, **headers):
        url = f"/gatherings/{one.pk}/tap"
        return ana.client.post(url, {"tap": f"{ask.pk}:{what}"}, headers=headers)

    def state():
        with ana.workspace.bound():
            now = Ask.objects.get()
            return now.answer, now.asked_at is not None

    assert tap("yes").headers["Location"].endswith(f"#ask-{ask.pk}")
    assert tap("yes").status_code == 302 and state() == ("yes", True)
    tap("back")
    assert state() == ("", False)
    tap("asked")
    tap("maybe")
    part = tap("back", hx_request="true")
    assert state() == ("", False)  # asked and answered in the same frozen minute
    assert b'id="tally" hx-swap-oob' in part.content and b"<html" not in part.content
    tap("nonsense")
    ana.client.post(f"/gatherings/asks/{ask.pk}/drop")  # in another tab
    assert tap("yes", hx_request="true").headers["HX-Redirect"] == f"/gatherings/{one.pk}"
    assert b"on the list any more" in ana.client.get(f"/gatherings/{one.pk}").content


def test_somebody_else_asks_or_nobody(ana, ben, shared_site, person):
    with ana.workspace.bound():
        one = planned(ana, shared_site, AT + timedelta(days=3))
        (ask,) = listed(ana, one, person)
    ana.client.post(f"/gatherings/asks/{ask.pk}", {"member": ben.member.pk})
    assert b"asked by Ben" in ana.client.get(f"/gatherings/{one.pk}").content
    ana.client.post(f"/gatherings/asks/{ask.pk}/drop")
    page = ana.client.get(f"/gatherings/{one.pk}")
    assert b"Nobody is on the list yet" in page.content
    ana.client.post(page.context["flash"]["undo_url"])
    with ana.workspace.bound():
        assert Ask.objects.get().member.name == "Ben"


def test_one_of_us_says_whether_they_come(ana, ben, shared_site):
    with ana.workspace.bound():
        one = planned(ana, shared_site, AT + timedelta(days=3))
    for _ in range(2):
        ben.client.post(f"/gatherings/{one.pk}/coming", {"answer": "yes"})
    assert b"Of us, coming: Ben." in ana.client.get(f"/gatherings/{one.pk}").content
    ben.client.post(f"/gatherings/{one.pk}/coming", {"answer": ""})
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert Coming.objects.get().answer == ""


def test_to_what_all_of_us_plan_people_are_asked_in_their_places_circle(ana, ben, site, person):
    with ana.workspace.bound():
        one = planned(ana, None, AT + timedelta(days=3))
        (ask,) = listed(ana, one, person, answer="yes")
        assert one.circle == ana.workspace.collective_circle and ask.circle == site.circle
    assert b"Marisol" in ana.client.get(f"/gatherings/{one.pk}").content
    page = ben.client.get(f"/gatherings/{one.pk}").content
    assert b"Tea" in page and b"Marisol" not in page and b"1 yes" not in page
    with ben.workspace.bound():
        assert not Ask.objects.exists()


def test_today_looks_once_and_then_remembers(ana, site):
    counts = []
    for _ in range(3):
        with ana.workspace.bound():
            planned(ana, site, AT + timedelta(days=3))
        for _again in range(2):
            with ana.workspace.bound(), CaptureQueriesContext(ana.workspace.db) as queries:
                assert ana.client.get("/").context["coming_up"]
            counts.append(len(queries))
    assert counts[2] == counts[4] and counts[1] == counts[3] == counts[5] < counts[2] <= 20
