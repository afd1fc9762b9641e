"""Going through people: ten at a time, nothing chosen before, pressed twice saved once, nothing typed lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person, edit_person, leave_site, take_on
from masslink.people.merging import merge_persons
from masslink.people.models import Person
from masslink.people.standing import acts
from masslink.people.standing.models import Assessment, StandQuestion
from masslink.people.standing.tests.conftest import Place, turn_to
from masslink.sites.acts import open_site
from masslink.sites.models import Site
from masslink.vault.act import act

pytestmark = pytest.mark.django_db(transaction=True)


def first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found[1]


def views(someone: Someone) -> dict[str, int]:
    with someone.workspace.bound() as workspace:
        workspace.catch_up()
        return dict(Assessment.objects.values_list("person__name", "value"))


def names(answer) -> list[str]:
    return [row.person.name for row in answer.context["rows"]]


def posted(people: list[Person], values: dict[int, int], seen: int = 0) -> dict[str, object]:
    form: dict[str, object] = {"shown": [str(person.pk) for person in people]}
    for place, value in values.items():
        form |= {f"value-{people[place].pk}": str(value), f"seen-{people[place].pk}": str(seen)}
    return form


# --- going through -------------------------------------------------------------------------------


def test_ten_at_a_time_those_i_know_first_and_nobody_chosen(ana: Someone, place: Place):
    people = place.people(ana, 25)
    with ana.workspace.bound():
        take_on(by=ana.member, at=AT, person=people[19], member=ana.member, rhythm_days=14)
    answer = ana.client.get(place.say_url)
    assert names(answer) == ["N 19", *(f"N {i:02}" for i in range(9))]
    page = answer.content.decode()
    assert " checked" not in page
    assert "1 is with us, 5 is against." in page


def test_a_page_is_saved_once_and_who_is_passed_over_comes_again_at_the_end(ana: Someone, place: Place):
    people = place.people(ana, 25)
    form = posted(people[:10], {0: 2, 1: 3, 5: 0})
    answer = ana.client.post(place.say_url, form, follow=True)
    assert names(answer) == [f"N {i:02}" for i in range(10, 20)]
    assert "Saved: 3 people." in answer.content.decode()
    ana.client.post(place.say_url, form)
    assert views(ana) == {"N 00": 2, "N 01": 3, "N 05": 0}
    with ana.workspace.bound():
        assert set(Assessment.objects.values_list("version", flat=True)) == {1}
    answer = ana.client.post(answer.request["PATH_INFO"] + "?skip=17", posted(people[20:], {}), follow=True)
    assert "That was everybody" in answer.content.decode()
    assert names(ana.client.get(place.say_url))[:3] == ["N 02", "N 03", "N 04"]


def test_undo_takes_back_a_whole_page(ana: Someone, ben: Someone, place: Place):
    people = place.people(ana, 3)
    page = ana.client.post(place.say_url, posted(people, {0: 1, 1: 5}), follow=True).content.decode()
    place.say(ben, people[0], 2)  # what Ben says meanwhile is in nobody's way
    ana.client.post(first(r'action="(/[^"]*undo[^"]*)"', page))
    with ana.workspace.bound():
        assert {one.member.name for one in Assessment.objects.all()} == {"Ben"}


def test_one_tap_is_saved_at_once(ana: Someone, place: Place, person: Person):
    form = {"only": str(person.pk), **posted([person], {0: 2})}
    for _twice in range(2):
        answer = ana.client.post(place.say_url, form)
        assert b"Supports" in answer.content
    assert b"error" not in answer.content
    answer = ana.client.post(place.say_url, {**form, "take_back": str(person.pk)})
    assert (answer.headers["HX-Reswap"], views(ana)) == ("outerHTML", {})


def test_another_window_said_something_else_meanwhile(ana: Someone, place: Place, person: Person):
    place.say(ana, person, 4)
    answer = ana.client.post(place.say_url, {"only": str(person.pk), **posted([person], {0: 2})})
    assert b"in another window meanwhile" in answer.content
    assert re.search(rb'value="4" checked', answer.content)
    answer = ana.client.post(place.say_url, posted([person], {0: 2}), follow=True)
    assert b"in another window meanwhile" in answer.content
    assert views(ana) == {"Marisol R.": 4}


def test_one_that_cant_be_saved_keeps_no_other_from_being_saved(ana: Someone, place: Place):
    people = place.people(ana, 3)
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=people[1], reach=Person.Reach.NOT_AT_ALL)
    answer = ana.client.post(place.say_url, posted(people, {0: 1, 1: 2, 2: 3}), follow=True)
    assert "asked not to be contacted" in answer.content.decode()
    assert views(ana) == {"N 00": 1, "N 02": 3}


@pytest.mark.parametrize(
    "how", ["deleted", "moved", "silent", "one of us", "left", "seven", "nonsense", "closed"]
)
def test_what_cant_be_said(ana: Someone, place: Place, person: Person, how: str):
    value = {"seven": "7", "nonsense": "½" * 5000}.get(how, "2")
    with ana.workspace.bound(), act("meanwhile", at=AT):
        mine = Person.objects.get()
        by: Any = {"by": ana.member, "at": AT}
        if how == "deleted":
            mine.delete()
        elif how == "moved":
            mine.site = open_site(**by, kind="workplace", name="Elsewhere")
            mine.circle, mine.unit, mine.shift = mine.site.circle, None, None
            mine.save()
        elif how == "silent":
            edit_person(**by, person=mine, reach=Person.Reach.NOT_AT_ALL)
        elif how == "one of us":
            mine.member = ana.member
            mine.save()
        elif how == "left":
            leave_site(**by, person=mine, on=AT.date())
        elif how == "closed":
            acts.close(**by, question=StandQuestion.objects.get())
    form = {f"value-{person.pk}": value, f"seen-{person.pk}": "0", "shown": str(person.pk)}
    for more in ({}, {"only": str(person.pk)}):
        answer = ana.client.post(place.say_url, {**form, **more}, follow=True)
        assert "Not saved" in answer.content.decode()
        assert ("<html" in answer.content.decode()) is not bool(more)  # a tap is answered with a line
    answer = ana.client.post(
        f"/people/{person.pk}/standing",
        {"question": str(place.question.pk), "value": value, "seen": "0"},
        follow=True,
    )
    assert answer.status_code == (404 if how == "deleted" else 200)
    assert views(ana) == {}


def test_a_question_of_another_place_isnt_there(ana: Someone, place: Place, person: Person):
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=AT, kind="workplace", name="Elsewhere")
        theirs = acts.ask(by=ana.member, at=AT, site=other, text="the rent", labels={})
    assert ana.client.get(f"{place.url}/{theirs.pk}").status_code == 404
    form = {"question": str(theirs.pk), "value": "2", "seen": "0"}
    answer = ana.client.post(f"/people/{person.pk}/standing", form, follow=True)
    assert "Not saved" in answer.content.decode()
    assert views(ana) == {}


def test_what_it_rests_on_is_kept_and_too_much_is_given_back(ana: Someone, place: Place, person: Person):
    url = f"/people/{person.pk}/standing"
    form = {"question": str(place.question.pk), "value": "2", "seen": "0", "because": "Chaired " * 40}
    page = ana.client.post(url, form).content.decode()
    assert "Chaired Chaired" in page
    assert "at most 200" in page
    ana.client.post(url, {**form, "because": "Chaired once"})
    ana.client.post(url, {**form, "because": "Chaired once"})
    with ana.workspace.bound():
        assert [(one.because, one.version) for one in Assessment.objects.all()] == [("Chaired once", 1)]
    page = ana.client.get(url).content.decode()
    assert "nothing about health, papers, family trouble, love" in page
    # A tap in the list leaves the words.
    place.say(ana, person, 3)
    with ana.workspace.bound():
        assert Assessment.objects.get().because == "Chaired once"


def test_before_a_view_fades_its_member_is_told_and_can_say_it_again(
    ana: Someone, place: Place, person, monkeypatch
):
    place.say(ana, person, 2)
    assert "shredded within a month" not in ana.client.get(place.url).content.decode()
    later = AT + timedelta(days=151)
    turn_to(monkeypatch, later)
    assert "1 of your views is shredded within a month" in ana.client.get(place.url).content.decode()
    again = f"{place.say_url}?which=again"
    assert "Still so" in ana.client.get(again).content.decode()
    form = posted([person], {0: 2}, seen=1)
    ana.client.post(again, form)  # passed over: it isn't said again by going on
    with ana.workspace.bound():
        assert Assessment.objects.get().at == AT
    ana.client.post(again, {**form, "again": str(person.pk)})
    with ana.workspace.bound():
        assert Assessment.objects.get().at == later
    assert "None of your views fades" in ana.client.get(again).content.decode()


@pytest.mark.parametrize("path", ["", "/{question}", "/{question}?which=all"])
def test_as_many_queries_for_fifty_as_for_one(ana: Someone, ben: Someone, place: Place, path: str):
    counts = []
    for number in (1, 49):
        with ana.workspace.bound() as workspace, act("people_added", at=AT):
            workspace.catch_up()
            site = Site.objects.get()
            people = [
                add_person(by=ana.member, at=AT, site=site, name=f"{number} {i}") for i in range(number)
            ]
        for person in people[::2]:
            place.say(ben, person, 3)
            if "all" in path or not path:
                place.say(ana, person, 2)
        ana.client.get(place.url)
        with CaptureQueriesContext(ana.workspace.db) as queries:
            assert ana.client.get(place.url + path.format(question=place.question.pk)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1], counts
    assert counts[0] < 16


# --- questions -----------------------------------------------------------------------------------


def test_a_place_without_questions_invites_to_the_first(ana: Someone, site: Site):
    page = ana.client.get(f"/places/{site.pk}/standing").content.decode()
    assert "Ask the first question" in page
    assert 'value="the union"' in ana.client.get(f"/places/{site.pk}/standing/ask").content.decode()


def test_asked_twice_it_is_there_once(ana: Someone, site: Site):
    url = f"/places/{site.pk}/standing/ask"
    once = first(r'name="once" value="([^"]+)"', ana.client.get(url).content.decode())
    for form in ({"once": once}, {"once": once}, {}):
        answer = ana.client.post(
            url, {"text": "the union", "label_1": "leads", "label_5": "with the boss", **form}
        )
        assert answer.status_code == 302
    with ana.workspace.bound():
        (question,) = StandQuestion.objects.all()
        assert (question.labels, question.label(5)) == ({"5": "with the boss"}, "with the boss")
    assert ana.client.post(url, {"text": ""}).status_code == 200
    assert ana.client.post(url, {"text": "x" * 5000}).status_code == 200


def test_a_question_is_closed_and_opened_again(ana: Someone, ben: Someone, place: Place, person: Person):
    place.say(ana, person, 2)
    edit = f"{place.say_url}/edit"
    for _twice in range(2):
        assert "Closed questions" in ana.client.post(edit, {"close": ""}, follow=True).content.decode()
    assert ana.client.get(place.say_url).status_code == 302
    for _twice in range(2):
        page = ben.client.post(edit, {"open": ""}, follow=True).content.decode()
        assert "Closed questions" not in page
    assert views(ana) == {"Marisol R.": 2}


def test_two_reword_a_question_at_once(ana: Someone, ben: Someone, place: Place):
    edit = f"{place.say_url}/edit"
    shown = {"version": "1"}
    ana.client.post(edit, {**shown, "text": "the strike"})
    page = ben.client.post(edit, {**shown, "text": "the union, all of it"}).content.decode()
    assert "the strike" in page
    assert 'value="the union, all of it"' in page
    version = first(r'name="version" value="(\d+)"', page)
    ben.client.post(edit, {"version": version, "text": "the union, all of it"})
    assert "The union, all of it" in ana.client.get(place.url).content.decode()


def test_a_persons_page_shows_mine_and_then_theirs(ana: Someone, ben: Someone, place: Place, person: Person):
    place.say(ana, person, 1)
    page = ben.client.get(reverse("person", args=[person.pk])).content.decode()
    assert "Others have a view" in page
    place.say(ben, person, 4)
    page = ben.client.get(reverse("person", args=[person.pk])).content.decode()
    assert "Ana: leads (1)" in page
    assert "You two see it differently" in page


def test_going_through_people_is_one_line_of_the_history(ana: Someone, place: Place):
    for person in place.people(ana, 4):
        place.say(ana, person, 2)
    page = ana.client.get("/us/history").content.decode()
    assert page.count("said where people stand") == 1


def test_today_says_which_of_my_views_go_within_a_month(
    ana: Someone, ben: Someone, place: Place, person
) -> None:
    long_ago = AT - timedelta(days=155)
    place.say(ana, person, 2, at=long_ago)
    place.say(ben, person, 2, at=AT)
    said = str(ana.client.get("/").content.decode())
    assert "1 of your views is shredded within a month, on 27 March" in said
    again = f"/places/{place.site.pk}/standing/{place.question.pk}?which=again"
    assert again in said and "Marisol" in str(ana.client.get(again).content.decode())
    assert "of your views" not in str(ben.client.get("/").content.decode())
    place.say(ana, person, 3, at=AT)
    assert "of your views" not in str(ana.client.get("/").content.decode())


def test_what_is_said_of_an_entry_that_was_joined_meanwhile_is_kept_and_saved_at_the_other(
    ana: Someone, place: Place, person: Person
) -> None:
    (other,) = place.people(ana, 1)
    typed = {"question": str(place.question.pk), "value": "2", "because": "She signed", "seen": "0"}
    with ana.workspace.bound():
        merge_persons(by=ana.member, at=AT, keep=person, other=other, values={})
    url, now = f"/people/{other.pk}/standing", f"/people/{person.pk}/standing"
    page = ana.client.post(url, typed)
    said = page.content.decode()
    assert "joined with another entry" in said and "She signed" in said and f'action="{now}"' in said
    assert ana.client.get(url).headers["Location"] == now
    assert ana.client.post(now, typed).status_code == 302
    assert views(ana) == {"Marisol R.": 2}
