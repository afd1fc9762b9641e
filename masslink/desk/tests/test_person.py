"""A person's page, and what can be done from it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from masslink.conftest import AT, Someone
from masslink.conversations.acts import log_talk, note_observation
from masslink.core import clock
from masslink.people.acts import add_person, edit_person, take_on
from masslink.people.models import Deed, Link, Person
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks.acts import finish, let_go, promise
from masslink.tasks.models import ToDo
from masslink.vault import history

PAGES = ("", "/edit", "/left", "/delete", "/take-on", "/hand-on")


def _talks(ana: Someone, person: Person, number: int = 1) -> None:
    for n in range(number):
        log_talk(
            by=ana.member,
            at=clock.now() - timedelta(days=20 * n),
            persons=[person],
            how="talked",
            words=f"“words {n}”",
            deeds=["came"],
            next_what="Bring the sheet",
            next_due=clock.today(),
        )


def test_shows_depth_promises_and_one_timeline(ana: Someone, site: Site, person: Person) -> None:
    with ana.workspace.bound():
        _talks(ana, person, 3)
        done, dropped = ToDo.objects.all()[:2]
        finish(by=ana.member, at=clock.now(), todo=done)
        let_go(by=ana.member, at=clock.now(), todo=dropped, why="They did it themselves")
        note_observation(by=ana.member, at=clock.now(), site=site, what="The line stopped", stood_up=[person])
        take_on(by=ana.member, at=clock.now(), person=person, member=ana.member, rhythm_days=14)
    context = ana.client.get(f"/people/{person.id}").context
    assert context["depth"] == 4 and context["seen_to_by"] == "every two weeks, you"
    assert len(context["waiting"]) == 1 and context["due_today"]
    titles = [entry.title for entry in context["entries"]]
    assert titles.count("Talked, came") == 3
    assert {"Spoke up", "You took them on", "Done: Bring the sheet", "Let go: Bring the sheet"} <= set(titles)
    assert next(e for e in context["entries"] if e.title == "Spoke up").text == "The line stopped"
    assert titles.index("You took them on") < titles.index("Talked, came")


def test_a_long_story_goes_on_behind_earlier(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        _talks(ana, person, 35)
    first = ana.client.get(f"/people/{person.id}").context
    second = ana.client.get(f"/people/{person.id}?part=2").context
    assert len(first["entries"]) == 30 and first["earlier_url"] and not first["later_url"]
    assert len(second["entries"]) == 6 and second["later_url"] and not second["earlier_url"]


def test_who_may_not_read_finds_nothing(
    ana: Someone, ben: Someone, cy: Someone, person: Person, at: object
) -> None:
    for someone in (ben, cy):
        for part in PAGES:
            assert someone.client.get(f"/people/{person.id}{part}").status_code == 404
        assert someone.client.post(f"/people/{person.id}/delete").status_code == 404
        assert someone.client.post(f"/people/{person.id}/back").status_code == 404
    for part in PAGES:
        assert ana.client.get(f"/people/{person.id}{part}").status_code == 200
        assert ana.client.get(f"/people/{uuid4()}{part}").status_code == 404


def test_delete_and_undo_bring_all_back(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        _talks(ana, person, 3)
        take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=7)
        before = (Deed.objects.count(), ToDo.objects.count(), Link.objects.count())
    page = ana.client.get(f"/people/{person.id}")
    assert b"6 talks and deeds" in ana.client.get(f"/people/{person.id}/delete").content
    assert ana.client.post(f"/people/{person.id}/delete").headers["Location"] == "/people"
    assert b"/us/undo/" in ana.client.get("/people").content
    assert ana.client.get(f"/people/{person.id}").status_code == 404
    with ana.workspace.bound():
        assert (Deed.objects.count(), ToDo.objects.count(), Link.objects.count()) == (0, 0, 0)
        history.undo(history.recent(limit=1)[0], at=clock.now())
        assert (Deed.objects.count(), ToDo.objects.count(), Link.objects.count()) == before
    again = ana.client.get(f"/people/{person.id}")
    assert [e.title for e in again.context["entries"]] == [e.title for e in page.context["entries"]]
    assert again.context["depth"] == page.context["depth"] == 3


# --- adding and editing ------------------------------------------------------------------------------


def _typed(person: Person, **changes: str) -> dict[str, str]:
    typed = {"name": person.name, "phone": person.phone, "version": str(person.version)}
    return {**typed, "unit": str(person.unit_id or ""), "shift": str(person.shift_id or ""), **changes}


def test_add_and_ask_about_somebody_alike(
    ana: Someone, site: Site, unit: Unit, shift: Shift, person: Person
) -> None:
    typed = {
        "name": "marisol r",
        "unit": str(unit.id),
        "shift": str(shift.id),
        "knows": "yes",
        "reach": "text",
    }
    asked = ana.client.post("/people/new", typed)
    assert asked.status_code == 200 and asked.context["known"] == [person]
    assert b'value="marisol r"' in asked.content
    added = ana.client.post("/people/new", {**typed, "sure": "1"})
    with ana.workspace.bound():
        new = Person.objects.get(name="marisol r")
        assert (new.unit, new.shift, new.reach, new.knows_since) == (unit, shift, "text", clock.today())
    assert added.headers["Location"] == f"/people/{new.id}"


def test_a_unit_says_its_place_and_another_places_unit_is_refused(
    ana: Someone, site: Site, unit: Unit
) -> None:
    from masslink.sites.acts import add_unit, open_site

    with ana.workspace.bound():
        hill = open_site(by=ana.member, at=AT, kind="neighbourhood", name="Hill")
        house = add_unit(by=ana.member, at=AT, site=hill, name="House 1")
    assert ana.client.post("/people/new", {"name": "Ruth"}).status_code == 200  # which place?
    wrong = ana.client.post("/people/new", {"name": "Ruth", "site": str(site.id), "unit": str(house.id)})
    assert wrong.status_code == 200 and b"Choose a unit of this place." in wrong.content
    ana.client.post("/people/new", {"name": "Ruth", "unit": str(house.id)})
    with ana.workspace.bound():
        assert Person.objects.get(name="Ruth").site == hill


def test_edit_keeps_the_day_they_learned_of_the_notes(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=person, knows_since=date(2025, 1, 1))
    ana.client.post(f"/people/{person.id}/edit", _typed(person, knows="yes", matters="Breaks"))
    with ana.workspace.bound():
        again = Person.objects.get()
        assert (again.knows_since, again.matters, again.unit_id) == (
            date(2025, 1, 1),
            "Breaks",
            person.unit_id,
        )


def test_a_concurrent_edit_loses_neither(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    ben.client.post(f"/people/{person.id}/edit", _typed(person, matters="What Ben wrote"))
    mine = ana.client.post(f"/people/{person.id}/edit", _typed(person, matters="What Ana wrote"))
    text = mine.content.decode()
    assert mine.status_code == 200 and "What Ben wrote" in text and text.count("What Ana wrote") == 2
    with ana.workspace.bound():
        now = Person.objects.get()
        assert now.matters == "What Ben wrote"
    ana.client.post(f"/people/{person.id}/edit", _typed(now, matters="What both wrote"))
    with ana.workspace.bound():
        assert Person.objects.get().matters == "What both wrote"


def test_address_and_birthday_stay_folded_unless_filled_in(ana: Someone, person: Person) -> None:
    assert not ana.client.get(f"/people/{person.id}/edit").context["insisted"]
    ana.client.post(f"/people/{person.id}/edit", _typed(person, birthday="in May"))
    assert ana.client.get(f"/people/{person.id}/edit").context["insisted"]


# --- links ---------------------------------------------------------------------------------------------


def test_left_and_came_back(ana: Someone, person: Person) -> None:
    ana.client.post(f"/people/{person.id}/left", {"on": clock.today().isoformat()})
    assert ana.client.get("/people").context["rows"] == []
    assert len(ana.client.get("/people?left=1").context["rows"]) == 1
    ana.client.post(f"/people/{person.id}/back")
    assert len(ana.client.get("/people").context["rows"]) == 1


@pytest.mark.parametrize(("typed", "days"), [({"rhythm": "7"}, 7), ({"rhythm": "own", "days": "21"}, 21)])
def test_take_on_and_let_end(ana: Someone, person: Person, typed: dict[str, str], days: int) -> None:
    ana.client.post(f"/people/{person.id}/take-on", {**typed, "aim": "That she chairs once"})
    with ana.workspace.bound():
        link = Link.objects.get()
        assert (link.member, link.rhythm_days, link.until) == (ana.member, days, None)
    ana.client.post(f"/people/{person.id}/links/{link.id}/end")
    with ana.workspace.bound():
        assert Link.objects.get().until == clock.today()


def test_hand_on_promises_to_introduce(ana: Someone, ben: Someone, shared_site: Site, person: Person) -> None:
    with ana.workspace.bound():
        take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=7)
    on = clock.today() + timedelta(days=3)
    typed = {"to": str(ben.member.pk), "introduced_by": str(ana.member.pk), "on": on.isoformat()}
    ana.client.post(f"/people/{person.id}/hand-on", {**typed, "rhythm": "14"})
    with ana.workspace.bound():
        link, todo = Link.objects.get(until=None), ToDo.objects.get()
        assert (link.member.name, link.introduced_by, link.rhythm_days) == ("Ben", ana.member, 14)
        assert (todo.member, todo.due, todo.what) == (ana.member, on, "Introduce Marisol R. to Ben")
    same = ana.client.post(
        f"/people/{person.id}/hand-on", {**typed, "to": str(ana.member.pk), "rhythm": "14"}
    )
    assert same.status_code == 200 and b"choose two" in same.content


def test_no_call_where_none_is_wanted(ana: Someone, site: Site, person: Person) -> None:
    assert b'href="tel:2025550147"' in ana.client.get(f"/people/{person.id}").content
    with ana.workspace.bound():
        shy = add_person(by=ana.member, at=AT, site=site, name="Shy", phone="2025550199", reach="in_person")
        promise(by=ana.member, at=AT, member=ana.member, what="x", due=clock.today(), person=shy)
    assert b"tel:" not in ana.client.get(f"/people/{shy.id}").content


def test_an_old_page_takes_nobody_on_and_promises_nothing_to_whoever_wants_no_contact(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=person, reach=Person.Reach.NOT_AT_ALL)
    day = (clock.today() + timedelta(days=3)).isoformat()
    them = {"person": str(person.pk), "who": "", "what": "Ring her", "day": day, "other_day": day}
    members = {"to": str(ben.member.pk), "introduced_by": str(ana.member.pk), "on": day}
    talk = {**them, "once": str(uuid4()), "picks": "anywhere", "how": "talked", "words": "WORDS"}
    for url, posted in (
        (f"/people/{person.pk}/take-on", {"rhythm": "14"}),
        (f"/people/{person.pk}/hand-on", {"rhythm": "14", **members}),
        ("/talked", talk),
        ("/to-dos/new", {**them, "once": str(uuid4()), "member": str(ana.member.pk), "about": "me"}),
    ):
        answer = ana.client.post(url, posted, follow=True)
        assert b"asked not to be contacted" in answer.content, url
    with ana.workspace.bound():
        assert not Link.objects.filter(until=None).exists() and not ToDo.objects.exists()
        assert not Deed.objects.exists()
    # They came by themselves: that may be noted.
    ana.client.post("/talked", {**talk, "what": "", "day": "", "other_day": ""})
    with ana.workspace.bound():
        assert Deed.objects.get().words == "WORDS"
