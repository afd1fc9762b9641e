"""Pages of pairs: what they ask before they save, what they say is missing, and that they cost the same when full."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from masslink.collective.acts import let_go
from masslink.conftest import Someone, join
from masslink.core import clock
from masslink.pairs.acts import Work, make_pair, sat_down
from masslink.pairs.models import Pair, Sitting
from masslink.people.acts import add_person, became_member, edit_person, leave_site, remove_unit, take_on
from masslink.people.models import Person
from masslink.sites.acts import add_unit, set_head_count
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks.acts import promise
from masslink.tasks.models import ToDo

pytestmark = pytest.mark.django_db(transaction=True)
NOW = clock.now()


def new_pair(ana: Someone, ben: Someone, site: Site, *works: Work, days_ago: int = 0) -> Pair:
    at = NOW - timedelta(days=days_ago)
    with ana.workspace.bound():
        return make_pair(by=ana.member, at=at, site=site, one=ana.member, other=ben.member, works=works)


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def page(who: Someone, name: str, id: UUID, **query: str) -> str:
    return text(who.client.get(reverse(name, args=[id]), query))


def form(who: Someone, site: Site, *members: Someone, **more: object) -> Any:
    data = {"once": str(uuid4()), "two": [one.member.pk.hex for one in members], **more}
    return who.client.post(reverse("pair-new", args=[site.pk]), data)


# --- forming one ---------------------------------------------------------------------------------


def test_access_is_asked_for_and_given_in_the_same_act(ana: Someone, ben: Someone, site: Site) -> None:
    assert "(no access yet)" in page(ana, "pair-new", site.pk)
    asked = text(form(ana, site, ana, ben, whole="on"))
    assert "Ben has no access to Warehouse yet" in asked and "also what was written before" in asked
    with ana.workspace.bound():
        assert not Pair.objects.exists() and not site.members().filter(pk=ben.member.pk).exists()
    assert form(ana, site, ana, ben, whole="on", give="on").status_code == 302
    pair = page(ben, "pairs", site.pk)
    assert "Ana and Ben" in pair and "all of the place" in pair


def test_pressing_twice_forms_one_pair(ana: Someone, ben: Someone, shared_site: Site) -> None:
    once = str(uuid4())
    for _press in range(2):
        assert form(ana, shared_site, ana, ben, whole="on", once=once).status_code == 302
    with ana.workspace.bound():
        assert Pair.objects.count() == 1


def test_the_same_two_are_asked_about_and_added_to(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit, shift: Shift
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit))
    asked = text(form(ben, shared_site, ana, ben, shifts=[shift.pk.hex], note="Fridays"))
    assert "Ana and Ben are a pair here already" in asked and "Fridays" in asked
    form(ben, shared_site, ana, ben, shifts=[shift.pk.hex], note="Fridays", add="on")
    with ben.workspace.bound():
        found = Pair.objects.get()
        assert found.pk == pair.pk and found.works.count() == 2 and found.note == "Fridays"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "Say what they work"),
        ({"whole": "on", "two": "one"}, "A pair takes two: tick two names."),
        ({"whole": "on", "until": "2020-01-01"}, "That day is over."),
        ({"units": ["0" * 32]}, "Choose again"),
        ({"whole": "on", "two": ["0" * 32, "1" * 32]}, "a member any more"),
        ({"whole": "on", "two": []}, "Say who"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit, more: dict[str, Any], said: str
) -> None:
    if more.get("two") == "one":
        more = {**more, "two": [ana.member.pk.hex] * 2}
    answer = text(form(ana, shared_site, ana, ben, **{"note": "Fridays, at the gate", **more}))
    assert said in answer and "Fridays, at the gate" in answer
    with ana.workspace.bound():
        assert not Pair.objects.exists()


def test_alone_in_the_collective_one_is_told_what_to_do(ana: Someone, site: Site) -> None:
    answer = page(ana, "pair-new", site.pk)
    assert "nobody else is in the collective yet" in answer and reverse("invite") in answer
    assert "only you have access" in page(ana, "pairs", site.pk)


def test_who_left_while_the_form_was_open(ana: Someone, ben: Someone, shared_site: Site) -> None:
    with ana.workspace.bound():
        let_go(by=ana.member, at=NOW, member=ben.member)
    assert "Choose again" in text(form(ana, shared_site, ana, ben, whole="on"))


def test_somebody_who_wants_no_contact_is_in_nobodys_pair(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(person=person), Work())
    assert "Marisol" in page(ana, "pair", pair.pk)
    with ana.workspace.bound():
        edit_person(by=ana.member, at=NOW, person=person, reach=Person.Reach.NOT_AT_ALL)
    for name in ("pair", "pair-sit", "pair-sheet", "pair-edit"):
        assert "Marisol" not in page(ana, name, pair.pk)
    assert "asked not to be contacted" in text(
        form(ana, shared_site, ana, ben, person=[str(person.pk)], add="on")
    )


# --- a place -------------------------------------------------------------------------------------


def test_a_place_says_what_is_missing_without_numbers_of_members(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, unit: Unit, shift: Shift
) -> None:
    dee = join(ana, "Dee")
    with ana.workspace.bound():
        dock = add_unit(by=ana.member, at=NOW, site=shared_site, name="Dock")
        set_head_count(by=ana.member, at=NOW, unit=dock, shift=shift, number=14)
        rosa = add_person(by=ana.member, at=NOW, site=shared_site, name="Rosa", unit=dock, shift=shift)
        take_on(by=ana.member, at=NOW, person=rosa, member=ben.member, rhythm_days=14)
    assert "Nobody works here as a pair yet" in page(ana, "pairs", shared_site.pk)
    form(ana, shared_site, ana, dee, units=[unit.pk.hex], give="on")
    found = page(ana, "pairs", shared_site.pk)
    assert "One pair works with 1 of the 2 people we know here" in found
    assert "Dock, Night" in found and "14 people" in found
    assert "Who works alone here" in found and "in no pair" in found and "Rosa" in found
    assert "You work alone at Warehouse" in text(ben.client.get(reverse("us")))
    assert "You work alone" not in text(ben.client.get(reverse("today")))


def test_a_unit_taken_away_leaves_a_question_not_the_whole_place(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, unit: Unit
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit))
    assert "It is worked by Ana and Ben." in text(
        ana.client.get(reverse("unit-remove", args=[shared_site.pk, unit.pk]))
    )
    with ana.workspace.bound():
        remove_unit(by=ana.member, at=NOW, unit=unit)
    found = page(ana, "pairs", shared_site.pk)
    assert "isn’t there any more" in found and "0 of the 1 people" in found
    assert "Marisol" not in page(ana, "pair", pair.pk)
    assert "Say what they work, or end the pair." in text(
        ana.client.post(reverse("pair-edit", args=[pair.pk]), {"mark": "None-"})
    )


def test_quiet_pairs_are_said_to_the_two_and_on_the_place(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit), days_ago=40)
    assert "haven’t sat down yet" in text(ben.client.get(reverse("today")))
    with ana.workspace.bound():
        sat_down(by=ana.member, at=NOW, pair=pair, on=(NOW - timedelta(days=30)).date())
    assert "You and Ana last sat down on" in text(ben.client.get(reverse("today")))
    assert "Ana and Ben last sat down on" in page(ana, "pairs", shared_site.pk)
    ben.client.post(reverse("pair-sit", args=[pair.pk]), {"once": str(uuid4()), "on": NOW.date().isoformat()})
    assert "last sat down" not in text(ana.client.get(reverse("today")))


def test_whoever_was_put_into_a_pair_by_another_reads_it_on_today(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit), days_ago=6)
    said = f"You and Ana are a pair at {shared_site.name} since"
    assert said in text(ben.client.get(reverse("today")))
    assert "are a pair" not in text(ana.client.get(reverse("today")))  # she knows: it was her
    with ana.workspace.bound():
        sat_down(by=ana.member, at=NOW, pair=pair)
    assert said not in text(ben.client.get(reverse("today")))


def test_that_one_is_in_a_pair_is_news_for_a_week(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit
) -> None:
    new_pair(ana, ben, shared_site, Work(unit), days_ago=7)
    assert "are a pair" not in text(ben.client.get(reverse("today")))


def test_the_page_of_a_person_names_their_pair(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, unit: Unit, shift: Shift
) -> None:
    dee = join(ana, "Dee")
    with ana.workspace.bound():
        other = add_person(by=ana.member, at=NOW, site=shared_site, name="Rosa")
        add_unit(by=ana.member, at=NOW, site=shared_site, name="Dock")
    form(ana, shared_site, ben, dee, units=[unit.pk.hex], give="on")
    assert "Ben and Dee work with Marisol R. as a pair." in page(ana, "person", person.pk)
    assert "You and Dee work with Marisol R. as a pair." in page(ben, "person", person.pk)
    assert "as a pair" not in page(ana, "person", other.pk)
    with ana.workspace.bound():
        became_member(by=ana.member, at=NOW, person=person, member=dee.member)
    assert "as a pair" not in page(ana, "person", person.pk)


def test_members_see_pairs_only_where_they_hold_the_place(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit
) -> None:
    dee = join(ana, "Dee")
    pair = new_pair(ana, ben, shared_site, Work(unit))
    assert reverse("pair", args=[pair.pk]) in page(ana, "member", ben.member.pk)
    assert reverse("pair", args=[pair.pk]) not in page(dee, "member", ben.member.pk)
    assert dee.client.get(reverse("pair", args=[pair.pk])).status_code == 404


def test_leaving_ends_the_pair_in_the_same_act(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit))
    url = reverse("member-leave", args=[ben.member.pk])
    assert "The pair they are in ends" in text(ana.client.get(url))
    ana.client.post(url, {"step": "confirm"})
    assert "Ben left the collective." in page(ana, "pair", pair.pk)
    assert "Nobody works here as a pair yet" in page(ana, "pairs", shared_site.pk)


# --- changing, sitting down ----------------------------------------------------------------------


def test_changing_what_they_work_while_somebody_else_does(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit, shift: Shift
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit))
    shown = ana.client.get(reverse("pair-edit", args=[pair.pk])).context["mark"]
    url = reverse("pair-edit", args=[pair.pk])
    assert ben.client.post(url, {"mark": shown, "shifts": [shift.pk.hex]}).status_code == 302
    answer = ana.client.post(url, {"mark": shown, "whole": "on"})
    assert "Somebody changed this meanwhile." in text(answer) and "Night" in text(answer)
    assert ana.client.post(url, {"mark": answer.context["mark"], "whole": "on"}).status_code == 302
    with ana.workspace.bound():
        assert [work.key for work in pair.works.all()] == [(None, None, None)]


def test_what_they_work_now_is_offered_once(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit
) -> None:
    """A place without shifts: nothing narrower than a whole unit can be added."""
    with ana.workspace.bound():
        other = add_unit(by=ana.member, at=NOW, site=shared_site, name="Dock")
    pair = new_pair(ana, ben, shared_site, Work(unit))
    asked = page(ana, "pair-edit", pair.pk)
    assert asked.count(f">{unit.name}<") == 1 and asked.count(">Dock<") == 1
    data = {"mark": ana.client.get(reverse("pair-edit", args=[pair.pk])).context["mark"]}
    with ana.workspace.bound():
        kept = [work.pk.hex for work in pair.works.all()]
    data |= {"keep": kept, "units": [other.pk.hex]}
    assert ana.client.post(reverse("pair-edit", args=[pair.pk]), data).status_code == 302
    assert "Also units" not in page(ana, "pair-edit", pair.pk)


def test_sitting_down_saves_notes_people_and_promises_once(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, unit: Unit
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit))
    due = (NOW + timedelta(days=3)).date().isoformat()
    data = {
        "once": str(uuid4()),
        "on": NOW.date().isoformat(),
        "notes": "She would chair",
        "persons": [person.pk.hex],
        "t0-what": "Ask her",
        "t0-who": ben.member.pk.hex,
        "t0-person": person.pk.hex,
        "t0-due": due,
    }
    url = reverse("pair-sit", args=[pair.pk])
    for _press in range(2):
        assert ana.client.post(url, data).status_code == 302
    again = text(ben.client.post(url, {**data, "once": str(uuid4()), "notes": "Ben's own words"}))
    assert "Ana noted already" in again and "Ben&#x27;s own words" in again and "She would chair" in again
    with ben.workspace.bound():
        todo = ToDo.objects.get()
        assert Sitting.objects.count() == 1 and (todo.member, todo.person) == (ben.member, person)
    found = page(ben, "pair", pair.pk)
    assert "She would chair" in found and "Ask her" in found and "Talked about Marisol R." in found


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"on": "2999-01-01"}, "still to come"),
        ({"on": "2001-01-01"}, "more than a year ago"),
        ({"t1-what": "Ask", "t1-due": "2001-01-01"}, "That day is over"),
        ({"t0-what": "Ask", "t0-due": ""}, "By when?"),
        ({"notes": "x" * 10_001}, "Shorten it"),
        ({"persons": ["0" * 32]}, "with this pair any more"),
    ],
)
def test_a_sitting_that_cannot_be_is_said(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, more: dict[str, Any], said: str
) -> None:
    pair = new_pair(ana, ben, shared_site, Work())
    data = {
        "on": NOW.date().isoformat(),
        "notes": "Kept words",
        "t0-who": ben.member.pk.hex,
        "t1-who": ben.member.pk.hex,
    }
    answer = text(ana.client.post(reverse("pair-sit", args=[pair.pk]), {**data, **more}))
    assert said in answer and ("Kept words" in answer or "notes" in more)
    with ana.workspace.bound():
        assert not Sitting.objects.exists() and not ToDo.objects.exists()


def test_somebody_moved_away_meanwhile_leaves_the_list(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, unit: Unit
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit), Work(person=person))
    with ana.workspace.bound():
        leave_site(by=ana.member, at=NOW, person=person, on=NOW.date())
    assert "Marisol" not in page(ana, "pair", pair.pk)


def test_pages_cost_the_same_with_one_and_with_fifty(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, unit: Unit, shift: Shift, at: datetime
) -> None:
    pair = new_pair(ana, ben, shared_site, Work(unit), days_ago=40)
    others = [join(ana, f"M{n}") for n in range(2)]

    def fill(n: int) -> None:
        with ana.workspace.bound():
            one = add_person(
                by=ana.member,
                at=at,
                site=shared_site,
                name=f"P{n}",
                unit=unit if n % 2 else None,
                shift=shift,
            )
            take_on(by=ana.member, at=at, person=one, member=ana.member, rhythm_days=7)
            promise(by=ana.member, at=NOW, member=ana.member, what=f"T{n}", due=NOW.date(), person=one)
            sat_down(by=ana.member, at=NOW, pair=pair, notes=f"S{n}", persons=[one])

    def cost(name: str, id: UUID) -> int:
        with CaptureQueriesContext(ana.workspace.db) as queries:
            page(ana, name, id)
        return len(queries)

    fill(0)
    fill(1)
    shown = [("pairs", shared_site.pk), ("pair", pair.pk), ("pair-sit", pair.pk), ("pair-sheet", pair.pk)]
    few = [cost(*one) for one in shown]
    for n in range(2, 40):
        fill(n)
    for other in others:
        form(ana, shared_site, ana, other, units=[unit.pk.hex], give="on")
    assert [cost(*one) for one in shown] == few
