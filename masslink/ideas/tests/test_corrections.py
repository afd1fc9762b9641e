"""Corrections: from a mistake to whether it changed; one's own by oneself; who pointed it out hears of it."""

from datetime import datetime, timedelta

import pytest

from masslink.collective.models import Member
from masslink.conftest import Someone
from masslink.ideas.correction_acts import (
    NotYours,
    agree,
    edit_correction,
    look_again,
    note_correction,
    point_out,
    tell_back,
)
from masslink.ideas.correction_models import Correction, Pointed
from masslink.ideas.models import Told
from masslink.people.acts import add_person
from masslink.people.erasing import erase_person
from masslink.people.merging import merge_persons
from masslink.people.models import Deed, Person
from masslink.people.moving import move_person
from masslink.sites.acts import open_site
from masslink.tasks.models import ToDo


@pytest.fixture
def correction(ana: Someone, person: Person, at: datetime) -> Correction:
    """Marisol pointed it out."""
    with ana.workspace.bound():
        fact, effect = "We read names aloud in the canteen.", "Two of them were called in."
        return note_correction(by=ana.member, at=at, fact=fact, effect=effect, person=person)


def _agreed(ana: Someone, correction: Correction, at: datetime) -> None:
    day = at.date() + timedelta(days=30)
    agree(
        by=ana.member,
        at=at,
        correction=correction,
        learned="Names stay with those whose they are.",
        changes="No names in rooms where others sit.",
        look_on=day,
        sees_to_it=ana.member,
        what="Say it at the next meeting",
        due=at.date() + timedelta(days=7),
    )


def test_from_a_mistake_to_whether_it_changed(ana: Someone, correction: Correction, at: datetime) -> None:
    with ana.workspace.bound():
        assert list(Correction.objects.open()) == [correction]
        _agreed(ana, correction, at)
        assert correction.seen_to == ToDo.objects.get(origin_id=correction.pk)
        day = at.date() + timedelta(days=30)
        assert not Correction.objects.to_look_at(day - timedelta(days=1)).exists()
        assert list(Correction.objects.to_look_at(day)) == [correction]
        more = day + timedelta(days=30)
        look_again(by=ana.member, at=at, correction=correction, did="partly", look_on=more)
        assert not Correction.objects.to_look_at(day).exists()
        look_again(by=ana.member, at=at, correction=correction, did="changed", words="Nobody did it again.")
        assert list(Correction.objects.settled()) == [correction]
        assert [look.did for look in correction.looks.all()] == ["partly", "changed"]


def test_whoever_pointed_it_out_hears_what_changes(
    ana: Someone, correction: Correction, at: datetime
) -> None:
    with ana.workspace.bound():
        assert not Correction.objects.to_carry_back().exists()  # nothing to tell yet
        _agreed(ana, correction, at)
        assert list(Correction.objects.to_carry_back()) == [correction]
        pointed = Pointed.objects.select_related("person", "correction").get()
        tell_back(by=ana.member, at=at, pointed=pointed, said="Good that you say so.")
        assert not Correction.objects.to_carry_back().exists()
        assert Deed.objects.get(deed_kind="talked").words == "Good that you say so."


def test_what_we_did_stays_when_who_pointed_it_out_is_erased(
    ana: Someone, correction: Correction, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        _agreed(ana, correction, at)
        tell_back(by=ana.member, at=at, pointed=Pointed.objects.get())
        erase_person(by=ana.member, at=at, person=Person.objects.get(pk=person.pk))
        assert Correction.objects.get() == correction
        assert not Pointed.objects.exists() and not Told.objects.exists()


def test_it_stays_at_its_place_when_they_move(
    ana: Someone, correction: Correction, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        _agreed(ana, correction, at)
        tell_back(by=ana.member, at=at, pointed=Pointed.objects.get())
        there = open_site(by=ana.member, at=at, kind="workplace", name="Kitchen")
        move_person(by=ana.member, at=at, person=Person.objects.get(pk=person.pk), site=there)
        assert Correction.objects.get().circle == correction.circle
        assert not Pointed.objects.exists() and not Told.objects.exists()
        assert Deed.objects.get(deed_kind="talked").circle == there.circle


def test_two_entries_that_pointed_out_the_same_are_one(
    ana: Someone, correction: Correction, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        keep = add_person(by=ana.member, at=at, site=person.site, name="Marisol")
        point_out(by=ana.member, at=at, correction=correction, person=keep)
        merge_persons(by=ana.member, at=at, keep=keep, other=Person.objects.get(pk=person.pk), values={})
        assert Pointed.objects.get().person == keep


def test_self_criticism_is_said_by_oneself_alone(ana: Someone, ben: Someone, at: datetime) -> None:
    with ana.workspace.bound():
        ben_here = Member.objects.get(pk=ben.member.pk)
        own = note_correction(by=ana.member, at=at, fact="I came late three times.", about="self")
        with pytest.raises(NotYours):
            edit_correction(by=ben_here, at=at, correction=own, fact="She came late four times.")
        with pytest.raises(NotYours):
            agree(by=ben_here, at=at, correction=own, learned="", changes="Be on time.")
        edit_correction(by=ana.member, at=at, correction=own, fact="I came late four times.")
        assert Correction.objects.get().fact == "I came late four times."
