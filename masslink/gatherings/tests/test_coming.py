"""Who asks whom, what they said, who came and what follows: taps that two phones may make at once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.conftest import AT
from masslink.conversations.acts import log_talk
from masslink.gatherings import acts, asking
from masslink.gatherings.counting import expectation, numbers_of
from masslink.gatherings.models import Ask, Coming, Gathering
from masslink.people.acts import add_person, edit_person, record_deed, take_on
from masslink.people.erasing import erase_person
from masslink.people.merging import merge_persons
from masslink.people.models import Deed, Person
from masslink.people.moving import move_person
from masslink.people.whole_file import sections_of
from masslink.sites.acts import open_site
from masslink.tasks.models import ToDo
from masslink.vault import history
from masslink.vault.record import Ref

TODAY = AT.date()
THIS_EVENING = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    turn_to(monkeypatch, AT)


def turn_to(monkeypatch, at):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


def planned(someone, site, starts_at=THIS_EVENING, **more):
    said = {"title": "Tea", "kind": "event", "starts_at": starts_at, "site": site, **more}
    return acts.plan(by=someone.member, at=AT - timedelta(days=9), **said)


def people(someone, site, *names):
    return [add_person(by=someone.member, at=AT - timedelta(days=100), site=site, name=n) for n in names]


def listed(someone, gathering, *persons, answer=None):
    whom = dict.fromkeys(persons, someone.member)
    made = asking.put_on_list(by=someone.member, at=AT - timedelta(days=3), gathering=gathering, whom=whom)
    for ask in made if answer is not None else ():
        asking.note_answer(by=someone.member, at=AT - timedelta(days=2), ask=ask, answer=answer)
    return made


def came(gathering):
    return sorted(Deed.objects.filter(origin_id=gathering.pk).values_list("person__name", flat=True))


# --- asking ------------------------------------------------------------------------------------------


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
        by = dict(Ask.objects.values_list("person__name", "member__name"))
    assert by == {"Rosa": "Ben", "Teo": "Ana", "Unknown": "Ana"}
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


# --- who came ----------------------------------------------------------------------------------------


def test_coming_is_one_deed_and_goes_with_its_tick(ana, ben, shared_site, person):
    with ana.workspace.bound():
        one = planned(ana, shared_site)
        (rosa,) = people(ana, shared_site, "Rosa")
        listed(ana, one, person, rosa, answer="yes")
    tick = f"/gatherings/{one.pk}/tick"
    for someone in (ana, ben, ana):
        answer = someone.client.post(
            tick, {"who": f"came:{rosa.pk}", "came": [rosa.pk]}, headers={"hx_request": "true"}
        )
    assert answer.content == b"1 came."
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert came(one) == ["Rosa"]
        deed = Deed.objects.get()
        assert (deed.deed_kind, deed.on, deed.origin) == ("came", TODAY, one.ref)
        assert rosa.state.meets_until is not None
    ben.client.post(tick, {"who": f"came:{rosa.pk}"})
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert came(one) == []
    ana.client.post(tick, {"who": f"came:{rosa.pk}", "came": [rosa.pk]})  # and back again
    with ana.workspace.bound():
        assert came(one) == ["Rosa"]


def test_two_phones_at_the_door_lose_nothing_of_each_other(ana, ben, shared_site):
    with ana.workspace.bound():
        one = planned(ana, shared_site)
        rosa, teo, samir = people(ana, shared_site, "Rosa", "Teo", "Samir")
        listed(ana, one, rosa, teo, samir, answer="yes")
        asking.note_came(by=ana.member, at=AT, gathering=one, persons=[samir])
    url = f"/gatherings/{one.pk}/came"
    was = {"was-came": [samir.pk]}  # both pages showed Samir ticked
    ben.client.post(url, {"came": [samir.pk, teo.pk], "us": [ben.member.pk], **was})
    ana.client.post(url, {"came": [rosa.pk], "us": [ana.member.pk], **was})
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert came(one) == ["Rosa", "Teo"]
        assert sorted(Coming.objects.exclude(came_at=None).values_list("member__name", flat=True)) == [
            "Ana",
            "Ben",
        ]


def test_a_new_face_becomes_a_person_who_came(ana, site):
    with ana.workspace.bound():
        one = planned(ana, site)
    posted = {"new": ["Tall guy, packing"], "picks": "here", "who": "", "more": "1"}
    for _ in range(2):
        answer = ana.client.post(f"/gatherings/{one.pk}/came", posted)
        assert answer.headers["Location"] == f"/gatherings/{one.pk}/came"
    with ana.workspace.bound():
        person = Person.objects.get()
        assert came(one) == [person.name] == ["Tall guy, packing"]
        done = next(d for d in history.recent(limit=5) if d.kind == "came_noted")
        history.undo(done, at=AT)
        assert not Person.objects.exists() and not Deed.objects.exists()


def test_nobody_came_to_what_is_still_to_come(ana, site, person):
    with ana.workspace.bound():
        one = planned(ana, site, AT + timedelta(days=3))
    assert ana.client.get(f"/gatherings/{one.pk}/came").status_code == 302
    ana.client.post(f"/gatherings/{one.pk}/came", {"came": [person.pk]})
    ana.client.post(f"/gatherings/{one.pk}/tick", {"who": f"came:{person.pk}", "came": [person.pk]})
    with ana.workspace.bound():
        assert not Deed.objects.exists()


def test_correcting_the_day_corrects_the_deeds_and_what_was_cant_become_what_will_be(ana, site, person):
    with ana.workspace.bound():
        one = planned(ana, site)
        asking.note_came(by=ana.member, at=AT, gathering=one, persons=[person])
        yesterday = THIS_EVENING - timedelta(days=1)
        acts.move(by=ana.member, at=AT, gathering=one, starts_at=yesterday, ends_at=None)
        assert Deed.objects.get().on == yesterday.date()
    form = {
        "title": "Tea",
        "gathering_kind": "event",
        "day": "2026-03-20",
        "begins": "18:00",
        "version": one.version,
    }
    answer = ana.client.post(f"/gatherings/{one.pk}/edit", form)
    assert "take the ticks away first" in answer.context["form"].errors["day"][0]


def test_the_sheet_has_first_names_only(ana, site, person):
    with ana.workspace.bound():
        one = planned(ana, site)
        listed(ana, one, person, answer="yes")
    page = ana.client.get(f"/gatherings/{one.pk}/sheet").content.decode()
    assert "Marisol" in page and "Marisol R." not in page and "202 555" not in page


# --- what to expect, what follows ----------------------------------------------------------------------


def test_what_earlier_ones_brought_says_what_to_expect(ana, site):
    with ana.workspace.bound():
        persons = people(ana, site, *(f"Person {n}" for n in range(10)))
        for weeks, number in ((5, 5), (4, 6), (3, 7), (2, 6), (1, 0)):  # last time nobody was ticked
            one = planned(ana, site, THIS_EVENING - timedelta(weeks=weeks))
            listed(ana, one, *persons, answer="yes")
            asking.note_came(by=ana.member, at=AT, gathering=one, persons=persons[:number])
        now = planned(ana, site, AT + timedelta(days=2))
        listed(ana, now, *persons, answer="yes")
        found = expectation(now, numbers_of([now.pk])[now.pk])
        assert found and (found.low, found.high, found.earlier) == (5, 7, 4)
    assert b"Expect 5 to 7." in ana.client.get(f"/gatherings/{now.pk}").content
    assert "10 said yes; expect 5 to 7." in ana.client.get("/").context["coming_up"][0].notes


@pytest.fixture
def five_teas(ana, site):
    """Rosa and Teo came to the first two; Teo also to the last; New only to the last, Missed said yes."""
    with ana.workspace.bound():
        rosa, teo, new, missed = people(ana, site, "Rosa", "Teo", "New", "Missed")
        log_talk(by=ana.member, at=AT - timedelta(days=60), persons=[rosa], how="talked", words="I am tired.")
        take_on(by=ana.member, at=AT, person=missed, member=ana.member, rhythm_days=14)
        for weeks, there in ((5, [rosa, teo]), (4, [rosa, teo]), (3, [teo]), (2, [teo])):
            one = planned(ana, site, THIS_EVENING - timedelta(weeks=weeks))
            asking.note_came(by=ana.member, at=AT, gathering=one, persons=there)
        last = planned(ana, site, THIS_EVENING - timedelta(days=1))
        listed(ana, last, missed, answer="yes")
        asking.note_came(by=ana.member, at=AT, gathering=last, persons=[teo, new])
    return last


def test_afterwards_who_was_there_first_who_missed_it_who_has_stopped(ana, five_teas):
    context = ana.client.get(f"/gatherings/{five_teas.pk}").context
    shown = {why: [one.person.name for one in context[why]] for why in ("first_time", "missed", "stopped")}
    assert shown == {"first_time": ["New"], "missed": ["Missed"], "stopped": ["Rosa"]}
    assert context["stopped"][0].words == "I am tired."
    assert "1 January, with Ana" in context["stopped"][0].last
    assert [person.name for person in context["came"]] == ["New", "Teo"]


def test_follow_ups_are_shared_out_by_one_press_and_only_once(ana, five_teas):
    url = f"/gatherings/{five_teas.pk}/follow-up"
    proposed = {p.somebody.person.name: p for p in ana.client.get(url).context["proposals"]}
    assert [name for name, p in proposed.items() if p.ticked] == ["New", "Missed", "Rosa"]
    posted: dict[str, Any] = {"whom": [p.id for p in proposed.values() if p.ticked]}
    posted |= {f"by-{p.id}": p.member or "" for p in proposed.values()}
    posted[f"what-{proposed['Missed'].id}"] = "Bring Missed a cake"
    answer = ana.client.post(url, posted)
    assert answer.status_code == 200 and b"Bring Missed a cake" in answer.content  # nobody knows New: who?
    posted[f"by-{proposed['New'].id}"] = ana.member.pk
    for _ in range(2):
        assert ana.client.post(url, posted).status_code == 302
    with ana.workspace.bound():
        todos = list(ToDo.objects.order_by("what").values_list("what", "due", "member__name"))
        due = date(2026, 3, 3)
        assert todos == [
            ("Ask New how it was, the first time", due, "Ana"),
            ("Ask Rosa how they are: they haven’t come lately", due, "Ana"),
            ("Bring Missed a cake", due, "Ana"),
        ]
    assert [p.somebody.person.name for p in ana.client.get(url).context["proposals"]] == ["Teo"]


# --- persons change ----------------------------------------------------------------------------------


def test_two_entries_become_one_with_one_ask_and_one_coming(ana, site):
    with ana.workspace.bound():
        one, other = planned(ana, site), planned(ana, site, AT + timedelta(days=2))
        rosa, double = people(ana, site, "Rosa", "Rosa D.")
        listed(ana, one, rosa, double, answer="yes")
        listed(ana, other, double)
        asking.note_came(by=ana.member, at=AT, gathering=one, persons=[rosa, double])
        merge_persons(by=ana.member, at=AT, keep=rosa, other=double, values={})
        assert Ask.objects.filter(person=rosa).count() == 2
        numbers = numbers_of([one.pk])[one.pk]
        assert (numbers.yes, numbers.came) == (1, 1)
        asking.note_came(by=ana.member, at=AT, gathering=one, not_persons=[rosa])
        assert came(one) == []


def test_who_moves_away_takes_no_invitation_along_and_who_is_erased_leaves_none(ana, site, person):
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        one = planned(ana, site)
        (rosa,) = people(ana, site, "Rosa")
        listed(ana, one, person, rosa, answer="yes")
        asking.note_came(by=ana.member, at=AT, gathering=one, persons=[person, rosa])
        move_person(by=ana.member, at=AT, person=person, site=kitchen)
        erase_person(by=ana.member, at=AT, person=rosa)
        assert not Ask.objects.exists()
        assert Deed.objects.get().origin is None
    assert ana.client.get(f"/gatherings/{one.pk}").status_code == 200


def test_their_page_and_their_file_tell_what_they_came_to(ana, site, person):
    with ana.workspace.bound():
        one = planned(ana, site)
        listed(ana, one, person, answer="maybe")
        asking.note_came(by=ana.member, at=AT, gathering=one, persons=[person])
        told = [line.text for section in sections_of(person) for line in section.lines]
    assert "Invited to Tea on 2 Mar 2026" in told
    assert b"Came to Tea" in ana.client.get(f"/people/{person.pk}").content


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


def test_a_gathering_out_of_reach_leaves_the_deed(ana, person):
    with ana.workspace.bound():
        origin = Ref(Gathering.kind, uuid4())
        record_deed(by=ana.member, at=AT, person=person, kind="came", origin=origin)
    assert b"Came" in ana.client.get(f"/people/{person.pk}").content
