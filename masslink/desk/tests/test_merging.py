"""Two entries, one person: nothing is lost on the way, and both can be told apart again."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from masslink.conftest import AT, Someone
from masslink.people import merging
from masslink.people.acts import add_person, delete_person, edit_person, record_deed, take_on
from masslink.people.comparing import BOTH, THEIRS, differences, values
from masslink.people.erasing import erase_person
from masslink.people.merging import CantMerge, merge_persons, tell_apart, unmerge
from masslink.people.models import Deed, Link, Person
from masslink.people.records import Apart, Merged
from masslink.sites.acts import open_site
from masslink.sites.models import Site, Unit
from masslink.tasks.acts import promise
from masslink.tasks.models import ToDo
from masslink.vault import history
from masslink.vault.act import Conflict
from masslink.vault.models import Past
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(ana: Someone, site: Site, unit: Unit) -> Person:
    """The same woman by another name, with a talk, a promise and a link of her own."""
    by_at: dict[str, Any] = {"by": ana.member, "at": AT}
    with ana.workspace.bound():
        fields: dict[str, Any] = {"phone": "202 555 0199", "languages": "Spanish", "reach": "text"}
        person = add_person(**by_at, site=site, name="Mari", unit=unit, **fields)
        record_deed(**by_at, person=person, kind="talked", words="The break is too short")
        promise(**by_at, member=ana.member, what="Bring the sheet", due=date(2026, 3, 9), person=person)
        take_on(**by_at, person=person, member=ana.member, rhythm_days=14, aim="that she chairs")
    return person


def join(someone: Someone, keep: Person, other: Person, **posted: str) -> UUID:
    keep, other = (Person.objects.get(pk=p.pk) for p in (keep, other))
    return merge_persons(by=someone.member, at=AT, keep=keep, other=other, values=values(keep, other, posted))


def test_what_hangs_on_the_other_comes_over_and_what_was_chosen_counts(
    ana: Someone, person: Person, other: Person
):
    with ana.workspace.bound():
        take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=30)
        asked = {one.name: one.chosen for one in differences(person, other)}
        assert asked == {"name": "ours", "phone": BOTH}
        join(ana, person, other, name=THEIRS, phone=BOTH)
        kept = Person.objects.get()
        assert (kept.pk, kept.name, kept.languages, kept.reach) == (person.pk, "Mari", "Spanish", "text")
        assert kept.phone == "202 555 0147 / 202 555 0199"
        assert Deed.objects.get().person == kept
        assert ToDo.objects.get().person == kept
        assert Link.objects.get().rhythm_days == 30  # one member, one link
        assert kept.state.two_way_until
    reading.assert_agree(ana.workspace)


def test_told_apart_again_each_has_what_came_from_them(ana: Someone, person: Person, other: Person):
    with ana.workspace.bound():
        take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=30)
        join(ana, person, other, name=THEIRS)
        later = AT + timedelta(days=400)
        kept = Person.objects.get()
        since = record_deed(by=ana.member, at=later, person=kept, kind="came")
        edit_person(by=ana.member, at=later, person=kept, languages="Spanish, some English")
        _act, anew = unmerge(by=ana.member, at=later, merged=Merged.objects.get())
        kept.refresh_from_db()
        assert (kept.name, kept.phone, kept.reach) == ("Marisol R.", "202 555 0147", "")
        assert kept.languages == "Spanish, some English"  # changed since, so it stays
        assert (anew.name, anew.phone, anew.languages, anew.unit) == (
            "Mari",
            other.phone,
            "Spanish",
            other.unit,
        )
        assert anew.pk != other.pk
        assert list(kept.deeds.all()) == [since]
        assert [deed.words for deed in anew.deeds.all()] == ["The break is too short"]
        assert (kept.links.get().rhythm_days, anew.links.get().aim) == (30, "that she chairs")
        assert anew.to_dos.get().what == "Bring the sheet"
        assert Apart.objects.get().two == {kept.pk, anew.pk}
        assert not Merged.objects.exists()
        with pytest.raises(CantMerge):
            unmerge(by=ana.member, at=later, merged=Merged(pk=_act))
    reading.assert_agree(ana.workspace)


def test_undo_makes_two_of_them_while_nothing_newer_stands_on_it(ana: Someone, person: Person, other: Person):
    with ana.workspace.bound():
        before = reading.records(ana.workspace)
        done = join(ana, person, other)
        found = history.find(done)
        assert found
        history.undo(found, at=AT)
        after = reading.records(ana.workspace)
        assert [[row[3:] for row in rows] for rows in after.values()] == [
            [row[3:] for row in rows] for rows in before.values()
        ]
        done = join(ana, person, other)
        edit_person(by=ana.member, at=AT, person=Person.objects.get(), nickname="Marie")
        found = history.find(done)
        assert found
        with pytest.raises(history.CantUndo):
            history.undo(found, at=AT)


def test_one_after_the_other_and_back_in_any_order(ana: Someone, site: Site, person: Person, other: Person):
    with ana.workspace.bound():
        third = add_person(by=ana.member, at=AT, site=site, name="M. Ramos")
        record_deed(by=ana.member, at=AT, person=third, kind="signed")
        join(ana, person, other)
        join(ana, third, person)
        first = Merged.objects.get(was=other.pk)
        assert first.person == third  # what was joined before came along
        assert Merged.objects.now(other.pk) == third.pk
        _act, mari = unmerge(by=ana.member, at=AT, merged=first)
        _act, marisol = unmerge(by=ana.member, at=AT, merged=Merged.objects.get())
        assert [p.name for p in Person.objects.all()] == ["M. Ramos", "Mari", "Marisol R."]
        assert mari.deeds.count() == third.deeds.count() == 1
        assert not marisol.deeds.exists()


@pytest.mark.parametrize("why", [merging.ITSELF, merging.ELSEWHERE, merging.NOT_THERE])
def test_what_cant_be_joined_changes_nothing(ana: Someone, person: Person, other: Person, why: str):
    with ana.workspace.bound():
        if why == merging.ITSELF:
            other = person
        if why == merging.ELSEWHERE:
            kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
            other = add_person(by=ana.member, at=AT, site=kitchen, name="Mari")
        if why == merging.NOT_THERE:
            erase_person(by=ana.member, at=AT, person=Person.objects.get(pk=other.pk))
        before = reading.records(ana.workspace)
        with pytest.raises(CantMerge, match=why):
            merge_persons(by=ana.member, at=AT, keep=person, other=other, values={})
        assert reading.records(ana.workspace) == before


def test_who_was_changed_meanwhile_is_looked_at_again(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
):
    with ana.workspace.bound():
        other = add_person(by=ana.member, at=AT, site=shared_site, name="Mari")
    with ben.workspace.bound():
        ben.workspace.catch_up()
        theirs = Person.objects.get(pk=other.pk)
        edit_person(by=ben.member, at=AT, person=theirs, phone="202 555 0101")
    with ana.workspace.bound(), pytest.raises(Conflict):
        merge_persons(by=ana.member, at=AT, keep=person, other=other, values={})


def test_erasing_one_person_of_two_entries_leaves_neither(ana: Someone, person: Person, other: Person):
    with ana.workspace.bound():
        join(ana, person, other)
        erase_person(by=ana.member, at=AT, person=Person.objects.get())
        assert not Merged.objects.exists()
        assert not Past.objects.filter(id__in=[person.pk, other.pk]).exists()


def test_who_asked_not_to_be_contacted_asked_it_for_both(ana: Someone, person: Person, other: Person):
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=person, reach="not_at_all")
        join(ana, other, person, reach="ours")
        kept = Person.objects.get()
        assert (kept.pk, kept.reach) == (other.pk, "not_at_all")
        assert kept.to_dos.get().dropped_at
        assert kept.links.get().until


def test_a_deleted_one_that_comes_back_by_undo_is_a_person_of_their_own(
    ana: Someone, person: Person, other: Person
):
    with ana.workspace.bound():
        done = history.find(delete_person(by=ana.member, at=AT, person=Person.objects.get(pk=other.pk)))
        assert done
        with pytest.raises(CantMerge, match=merging.NOT_THERE):
            merge_persons(by=ana.member, at=AT, keep=person, other=other, values={})
        history.undo(done, at=AT)
        join(ana, person, other)
        assert Person.objects.count() == 1


# --- the pages -----------------------------------------------------------------------------------


def compare(someone: Someone, person: Person, other: Person) -> Any:
    return someone.client.get(f"/people/{person.pk}/merge?with={other.pk}")


def form(person: Person, other: Person, **more: str) -> dict[str, Any]:
    versions = {"version": person.version, "other_version": other.version}
    return {"other": other.pk, "join": "1", **versions, **more}


def test_both_are_seen_side_by_side_and_joined_by_one_tap(ana: Someone, person: Person, other: Person):
    address = f"/people/{person.pk}/merge"
    assert "Mari" in ana.client.post(address, {"q": "mari"}).content.decode()
    page = compare(ana, person, other).content.decode()
    assert "202 555 0147 / 202 555 0199" in page
    answer = ana.client.post(address, form(person, other, name=THEIRS))
    assert answer["Location"] == f"/people/{person.pk}"
    again = ana.client.post(address, form(person, other, name=THEIRS))  # pressed twice
    assert again["Location"] == f"/people/{person.pk}"
    page = ana.client.get(f"/people/{person.pk}").content.decode()
    assert f"Joined with {other} on" in page
    assert "One entry now" in page
    assert "/us/undo/" in page
    other_way = ana.client.get(f"/people/{other.pk}/merge?with={person.pk}")
    assert other_way["Location"] == f"/people/{person.pk}"


def test_a_form_of_before_somebody_elses_change_is_shown_again(ana: Someone, person: Person, other: Person):
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=other, nickname="M")
        old = Person(pk=other.pk, version=other.version - 1)
    page = ana.client.post(f"/people/{person.pk}/merge", form(person, old, name=THEIRS))
    assert page.status_code == 200
    assert "Nothing was joined" in page.content.decode()
    with ana.workspace.bound():
        assert Person.objects.count() == 2


def test_who_was_told_apart_isnt_suggested_again(ana: Someone, site: Site, person: Person):
    with ana.workspace.bound():
        twin = add_person(by=ana.member, at=AT, site=site, name="Marisol R", unit=person.unit)
    address = f"/people/{person.pk}/merge"
    assert str(twin.pk) in ana.client.get(address).content.decode()
    with ana.workspace.bound():
        tell_apart(by=ana.member, at=AT, person=twin, other=person)
    assert str(twin.pk) not in ana.client.get(address).content.decode()
