"""Who knows whom: noted once, ended with a way back, and never between somebody and themselves."""

from typing import Any
from uuid import UUID

import pytest

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person, edit_person
from masslink.people.erasing import erase_person
from masslink.people.merging import merge_persons, unmerge
from masslink.people.models import Person
from masslink.people.moving import move_person
from masslink.people.records import Merged
from masslink.people.ties.acts import CantTie, end_tie, note_ties
from masslink.people.ties.models import Tie
from masslink.people.ties.words import BESIDE, FAMILY, FRIEND, LISTENED_TO, LISTENS
from masslink.people.whole_file import whole_file
from masslink.sites.acts import open_site
from masslink.sites.models import Site
from masslink.vault import history
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(ana: Someone, site: Site) -> dict[str, Person]:
    with ana.workspace.bound():
        names = ("Marisol", "Tunde", "Wei", "Olu")
        return {name: add_person(by=ana.member, at=AT, site=site, name=name) for name in names}


def note(someone: Someone, person: Person, how: str, *others: Person, new: tuple[str, ...] = ()) -> Any:
    by_at: dict[str, Any] = {"by": someone.member, "at": AT}
    return note_ties(**by_at, person=person, others=others, how=how, new=new)


def merge(someone: Someone, keep: Person, other: Person) -> UUID:
    keep, other = Person.objects.get(pk=keep.pk), Person.objects.get(pk=other.pk)
    return merge_persons(by=someone.member, at=AT, keep=keep, other=other, values={})


def told() -> set[tuple[str, str, str]]:
    return {(tie.person.name, tie.tie_kind, tie.other.name) for tie in Tie.objects.all()}


def test_what_goes_both_ways_is_kept_once_and_influence_has_a_direction(
    ana: Someone, people: dict[str, Person]
):
    marisol, tunde, wei, _ = people.values()
    with ana.workspace.bound():
        assert note(ana, marisol, BESIDE, tunde, wei).new == [tunde, wei]
        again = note(ana, tunde, BESIDE, marisol, marisol)
        assert (again.new, again.known) == ([], [marisol])
        note(ana, tunde, FRIEND, marisol)
        note(ana, marisol, LISTENED_TO, tunde)
        assert note(ana, tunde, LISTENS, marisol).known == [marisol]
        assert note(ana, marisol, LISTENS, tunde).new == [tunde]  # they listen to each other
        assert Tie.objects.filter(tie_kind="beside").count() == 2
        assert Tie.objects.filter(tie_kind="influences").count() == 2


def test_what_cant_be_is_answered_and_nothing_is_written(ana: Someone, people: dict[str, Person]):
    marisol, tunde, _, olu = people.values()
    with ana.workspace.bound():
        elsewhere = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        far = add_person(by=ana.member, at=AT, site=elsewhere, name="Far")
        edit_person(by=ana.member, at=AT, person=olu, reach="not_at_all")
        gone = add_person(by=ana.member, at=AT, site=marisol.site, name="Gone")
        erase_person(by=ana.member, at=AT, person=gone)
        for wrong, why in ((marisol, "itself"), (far, "elsewhere"), (olu, "no_contact"), (gone, "not_there")):
            with pytest.raises(CantTie) as found:
                note(ana, marisol, FRIEND, tunde, wrong)
            assert found.value.why == why
        assert not Tie.objects.exists()


def test_who_was_joined_meanwhile_is_who_they_are_now(ana: Someone, people: dict[str, Person]):
    marisol, tunde, wei, _ = people.values()
    with ana.workspace.bound():
        merge(ana, wei, tunde)
        note(ana, marisol, FRIEND, tunde)
        assert told() == {("Marisol", "friend", "Wei")}
        with pytest.raises(CantTie):
            note(ana, Person.objects.get(pk=wei.pk), FRIEND, tunde)


def test_pressed_twice_somebody_new_is_added_once(ana: Someone, people: dict[str, Person]):
    marisol = people["Marisol"]
    with ana.workspace.bound():
        for _ in range(2):
            note(ana, marisol, BESIDE, new=("Tall guy",))
        assert Person.objects.filter(name="Tall guy").count() == 1 == Tie.objects.count()


def test_ending_one_can_be_undone(ana: Someone, people: dict[str, Person]):
    marisol, tunde, *_ = people.values()
    with ana.workspace.bound():
        note(ana, marisol, FRIEND, tunde)
        found = history.find(end_tie(by=ana.member, at=AT, tie=Tie.objects.get()))
        assert not Tie.objects.exists() and found
        history.undo(found, at=AT)
        assert told() == {("Marisol", "friend", "Tunde")}


def test_two_who_knew_each_other_become_one_and_two_again(ana: Someone, people: dict[str, Person]):
    marisol, tunde, wei, olu = people.values()
    with ana.workspace.bound():
        note(ana, marisol, FRIEND, tunde, wei)
        note(ana, tunde, FRIEND, wei)  # both know Wei
        note(ana, olu, LISTENED_TO, tunde)
        note(ana, tunde, LISTENED_TO, marisol)
        before = told()
        merge(ana, marisol, tunde)
        assert told() == {("Marisol", "friend", "Wei"), ("Olu", "influences", "Marisol")}
        unmerge(by=ana.member, at=AT, merged=Merged.objects.get())
        assert told() == before
    reading.assert_agree(ana.workspace)


def test_two_again_after_those_they_knew_went(ana: Someone, people: dict[str, Person]):
    """What was dropped as a double points to somebody who was joined, or isn't here any more."""
    marisol, tunde, wei, olu = people.values()
    with ana.workspace.bound():
        note(ana, marisol, FRIEND, tunde, wei, olu)
        note(ana, tunde, FRIEND, wei, olu)
        merge(ana, marisol, tunde)
        rosa = add_person(by=ana.member, at=AT, site=marisol.site, name="Rosa")
        merge(ana, rosa, wei)
        erase_person(by=ana.member, at=AT, person=Person.objects.get(pk=olu.pk))
        unmerge(by=ana.member, at=AT, merged=Merged.objects.get(was=tunde.pk))
        assert {frozenset((a, b)) for a, _, b in told()} == {
            frozenset(two) for two in (("Marisol", "Tunde"), ("Marisol", "Rosa"), ("Tunde", "Rosa"))
        }
    reading.assert_agree(ana.workspace)


def test_ties_stay_at_their_place(ana: Someone, people: dict[str, Person]):
    marisol, tunde, wei, _ = people.values()
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        note(ana, marisol, FRIEND, tunde, wei)
        note(ana, tunde, FRIEND, wei)
        merge(ana, marisol, tunde)
        moved = Person.objects.get(pk=marisol.pk)
        move_person(by=ana.member, at=AT, person=moved, site=kitchen)
        assert not Tie.objects.exists()
        unmerge(by=ana.member, at=AT, merged=Merged.objects.get())  # at the new place, without Wei
        assert told() == {("Marisol", "friend", "Tunde")}
    reading.assert_agree(ana.workspace)


def test_their_whole_file_tells_how_they_know_somebody_and_never_whom(
    ana: Someone, people: dict[str, Person]
):
    marisol, tunde, wei, _ = people.values()
    with ana.workspace.bound():
        note(ana, marisol, FAMILY, tunde)
        note(ana, marisol, LISTENED_TO, wei)
        for person, lines in ((marisol, 2), (tunde, 1), (wei, 1)):
            sections = whole_file(person, [], AT.date())["sections"]
            found = next(s.lines for s in sections if s.label == "Whom they know")
            assert len(found) == lines
            others = {p.name for p in people.values()} - {person.name}
            assert not any(name in line.text + line.note for line in found for name in others)


# --- the page -------------------------------------------------------------------------------------


def test_several_are_noted_at_once_and_pressed_twice_once(ana: Someone, people: dict[str, Person]):
    marisol, tunde, wei, _ = people.values()
    address = f"/people/{marisol.pk}/knows"
    posted = {"person": [str(tunde.pk), str(wei.pk)], "how": "beside"}
    assert ana.client.post(address, posted).headers["Location"] == address
    assert "Marisol knows Tunde and Wei" in ana.client.get(address).content.decode()
    ana.client.post(address, posted)
    with ana.workspace.bound():
        assert Tie.objects.count() == 2


@pytest.mark.parametrize(
    ("picked", "said"),
    [
        ("Marisol", "the same person twice"),
        ("Far", "belongs to another place"),
        ("Gone", "isn&#x27;t here any more"),
        ("", "Whom do they know?"),
    ],
)
def test_what_cant_be_comes_back_with_what_was_picked(
    ana: Someone, people: dict[str, Person], picked: str, said: str
):
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        people["Far"] = add_person(by=ana.member, at=AT, site=kitchen, name="Far")
        people["Gone"] = add_person(by=ana.member, at=AT, site=people["Wei"].site, name="Gone")
        gone = str(people["Gone"].pk)
        erase_person(by=ana.member, at=AT, person=people["Gone"])
    wrong = gone if picked == "Gone" else str(people[picked].pk) if picked else ""
    ids = [wrong, str(people["Tunde"].pk)] if wrong else []
    answer = ana.client.post(f"/people/{people['Marisol'].pk}/knows", {"person": ids, "how": "friend"})
    page = answer.content.decode()
    assert answer.status_code == 200 and said in page
    assert not ids or f'value="{people["Tunde"].pk}" checked' in page
    with ana.workspace.bound():
        assert not Tie.objects.exists()


def test_nobody_is_introduced_to_who_wants_no_contact(ana: Someone, people: dict[str, Person]):
    marisol, tunde, *_ = people.values()
    with ana.workspace.bound():
        note(ana, marisol, FRIEND, tunde)
        edit_person(by=ana.member, at=AT, person=Person.objects.get(pk=tunde.pk), reach="not_at_all")
    for address in (f"/people/{marisol.pk}/knows", f"/people/{marisol.pk}"):
        assert "Tunde" not in ana.client.get(address).content.decode()
    page = ana.client.get(f"/people/{tunde.pk}/knows").content.decode()
    assert "Not to be contacted" in page and "Marisol" not in page
    posted = {"person": str(marisol.pk), "how": "family"}
    ana.client.post(f"/people/{tunde.pk}/knows", posted)
    with ana.workspace.bound():
        assert Tie.objects.count() == 1


def test_ended_in_another_tab_it_says_so(ana: Someone, people: dict[str, Person]):
    marisol, tunde, *_ = people.values()
    with ana.workspace.bound():
        note(ana, marisol, FRIEND, tunde)
        tie = Tie.objects.get()
    for said in ("Taken away", "somebody was quicker"):
        ana.client.post(f"/people/{tunde.pk}/knows/{tie.pk}/end")
        assert said in ana.client.get(f"/people/{tunde.pk}/knows").content.decode()


def test_the_picker_offers_those_of_the_place(ana: Someone, people: dict[str, Person]):
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        add_person(by=ana.member, at=AT, site=kitchen, name="Tunde of the kitchen")
    posted = {"who": "Tu", "picks": "here", "new_place": str(people["Wei"].site_id)}
    page = ana.client.post("/talked/who", posted).content.decode()
    assert "Tunde" in page and "kitchen" not in page
