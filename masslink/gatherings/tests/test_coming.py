"""Who came and what follows: ticks that two phones may make at once; what becomes of it when persons change."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from masslink.conftest import AT
from masslink.conversations.acts import log_talk
from masslink.gatherings import acts, asking
from masslink.gatherings.counting import expectation, numbers_of
from masslink.gatherings.models import Ask, Coming, Gathering
from masslink.gatherings.tests.stage import THIS_EVENING, TODAY, came, listed, people, planned
from masslink.people.acts import record_deed, take_on
from masslink.people.erasing import erase_person
from masslink.people.merging import merge_persons
from masslink.people.models import Deed, Person
from masslink.people.moving import move_person
from masslink.people.whole_file import sections_of
from masslink.sites.acts import open_site
from masslink.tasks.models import ToDo
from masslink.vault import history
from masslink.vault.record import Ref


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT)
    monkeypatch.setattr("masslink.core.clock.today", lambda: AT.date())


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


def test_looking_for_somebody_loses_no_tick_that_isnt_saved_yet(ana, site):
    with ana.workspace.bound():
        one = planned(ana, site)
        asking.note_came(by=ana.member, at=AT, gathering=one, persons=people(ana, site, "Rosa"))
        rosa = Person.objects.get()
    # Without scripts: Ana ticks herself, takes Rosa's tick away, and looks for Teo. Both changes are still to be saved.
    posted = {"find": "1", "who": "Te", "picks": "here", "us": [ana.member.pk], "was-came": [rosa.pk]}
    page = ana.client.post(f"/gatherings/{one.pk}/came", posted)
    (me,), (her,) = page.context["members"], page.context["persons"]
    assert (me.came, me.was, her.came, her.was) == (True, False, False, True)
    assert page.content.decode().count('name="was-us"') == 0
    assert page.content.decode().count('name="was-came"') == 1


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
        asking.note_came(by=ana.member, at=AT + timedelta(days=2), gathering=one, persons=[person])
        assert Deed.objects.get().on == one.on  # however late it is ticked
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


def test_a_gathering_out_of_reach_leaves_the_deed(ana, person):
    with ana.workspace.bound():
        origin = Ref(Gathering.kind, uuid4())
        record_deed(by=ana.member, at=AT, person=person, kind="came", origin=origin)
    assert b"Came" in ana.client.get(f"/people/{person.pk}").content
