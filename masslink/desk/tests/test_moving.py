"""A person at another place: who holds only the old one no longer sees them, and all that hangs on them goes along."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person, delete_person, record_deed, take_on
from masslink.people.erasing import erase_person
from masslink.people.models import Deed, Link, Person
from masslink.people.moving import move_person
from masslink.sites.acts import add_unit, give_access, open_site
from masslink.sites.models import Site, Unit
from masslink.tasks.acts import promise
from masslink.tasks.models import ToDo
from masslink.vault import history, holders
from masslink.vault.history import CantUndo
from masslink.vault.models import Holder, Past
from masslink.vault.record import Ref
from masslink.vault.sessions import sessions

TODAY = AT.date()


@dataclass
class World:
    """Ana holds both places, Ben only the old one, Dee only the new one."""

    ana: Someone
    ben: Someone
    dee: Someone
    old: Site
    new: Site
    dock: Unit
    rosa: Person


@pytest.fixture
def world(ana: Someone, ben: Someone, shared_site: Site) -> Iterator[World]:
    dee = join(ana, "Dee")
    with ana.workspace.bound():
        new = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        dock = add_unit(by=ana.member, at=AT, site=new, name="Dock")
        give_access(by=ana.member, at=AT, site=new, member=dee.member)
        rosa = _rosa(ana, ben, shared_site)
    yield World(ana, ben, dee, shared_site, new, dock, rosa)
    sessions.end_all(dee.workspace.holder)


def _rosa(ana: Someone, ben: Someone, site: Site) -> Person:
    """Ben took her on and promised something; Ana too; she spoke up at the old place."""
    rosa = add_person(by=ana.member, at=AT, site=site, name="Rosa Lima", phone="202 555 0101")
    for someone in (ana, ben):
        take_on(by=ana.member, at=AT, person=rosa, member=someone.member, rhythm_days=14)
    talk = record_deed(by=ana.member, at=AT, person=rosa, kind="talked", words="The fans.")
    record_deed(by=ana.member, at=AT, person=rosa, kind="idea", origin=talk.ref)
    record_deed(by=ana.member, at=AT, person=rosa, kind="spoke_up", origin=Ref("observation", rosa.pk))
    promise(by=ana.member, at=AT, member=ben.member, what="The sheet", due=TODAY, person=rosa, site=site)
    return rosa


def seen(someone: Someone, fresh: bool = False) -> dict[str, int]:
    """How much of each kind there is in somebody's workspace, caught up or filled anew."""
    workspace = someone.workspace
    if fresh:
        workspace = holders.open_workspace(Holder.objects.get(pk=workspace.holder), workspace.keys)
    with workspace.bound():
        workspace.catch_up()
        found = {m.kind: m.objects.count() for m in (Person, Deed, Link, ToDo)}
    if fresh:
        workspace.close()
    return found


NONE = {"person": 0, "deed": 0, "link": 0, "to_do": 0}
ALL = {"person": 1, "deed": 3, "link": 2, "to_do": 1}


def test_only_who_holds_the_new_place_sees_them_then(world: World) -> None:
    assert (seen(world.ana), seen(world.ben), seen(world.dee)) == (ALL, ALL, NONE)
    with world.ana.workspace.bound():
        move_person(by=world.ana.member, at=AT, person=world.rosa, site=world.new, unit=world.dock)
    for fresh in (False, True):
        who = [seen(someone, fresh) for someone in (world.ana, world.ben, world.dee)]
        assert who == [ALL, NONE, ALL], f"fresh: {fresh}"
    assert world.ben.client.get(reverse("person", args=[world.rosa.pk])).status_code == 404
    page = world.dee.client.get(reverse("person", args=[world.rosa.pk])).content.decode()
    assert "The fans." in page and "Kitchen" in page
    assert world.dee.client.get(reverse("history")).status_code == 200
    assert world.ben.client.get(reverse("history")).status_code == 200


def test_what_hangs_on_them_is_at_home_at_the_new_place(world: World) -> None:
    with world.ana.workspace.bound():
        move_person(by=world.ana.member, at=AT, person=world.rosa, site=world.new, unit=world.dock)
        for model in (Person, Deed, Link, ToDo):
            assert {record.circle for record in model.objects.all()} == {world.new.circle}
        assert {link.member.name: link.until for link in Link.objects.all()} == {"Ana": None, "Ben": TODAY}
        todo = ToDo.objects.get()
        assert (todo.site, todo.member) == (world.new, world.ana.member)
        origins = {deed.deed_kind: deed.origin_kind for deed in Deed.objects.all()}
        assert origins == {"talked": "", "idea": "deed", "spoke_up": ""}


def test_it_can_be_undone_and_done_again(world: World) -> None:
    with world.ana.workspace.bound():
        for _again in range(2):
            person = Person.objects.get()
            id = move_person(by=world.ana.member, at=AT, person=person, site=world.new)
            done = history.find(id)
            assert done and history.standing([done]) == {id}
            history.undo(done, at=AT)
            assert Person.objects.get().site == world.old
            assert ToDo.objects.get().member == world.ben.member
    for fresh in (False, True):
        assert [seen(s, fresh) for s in (world.ana, world.ben, world.dee)] == [ALL, ALL, NONE]


def test_there_and_back_again(world: World) -> None:
    with world.ana.workspace.bound():
        for site in (world.new, world.old, world.new):
            move_person(by=world.ana.member, at=AT, person=Person.objects.get(), site=site)
    for fresh in (False, True):
        assert [seen(s, fresh) for s in (world.ana, world.ben, world.dee)] == [ALL, NONE, ALL]


def test_undo_only_while_nothing_newer_stands_on_it_and_not_by_one_place_alone(world: World) -> None:
    with world.ana.workspace.bound():
        id = move_person(by=world.ana.member, at=AT, person=world.rosa, site=world.new)
    with world.dee.workspace.bound():
        world.dee.workspace.catch_up()
        done = history.find(id)
        assert done
        with pytest.raises(CantUndo):
            history.undo(done, at=AT)
        record_deed(by=world.dee.member, at=AT, person=Person.objects.get(), kind="came")
    with world.ana.workspace.bound():
        world.ana.workspace.catch_up()
        done = history.find(id)
        assert done
        with pytest.raises(CantUndo):
            history.undo(done, at=AT)
        assert Person.objects.get().site == world.new


def test_who_is_erased_at_the_new_place_leaves_no_image_at_the_old_one(world: World) -> None:
    with world.ana.workspace.bound():
        move_person(by=world.ana.member, at=AT, person=world.rosa, site=world.new)
    with world.dee.workspace.bound():
        world.dee.workspace.catch_up()
        rosa = Person.objects.get()
        ids = [
            rosa.pk,
            *Deed.objects.values_list("pk", flat=True),
            *Link.objects.values_list("pk", flat=True),
        ]
        assert Past.objects.filter(circle=world.old.circle, id__in=ids).count() == len(ids)
        erase_person(by=world.dee.member, at=AT, person=rosa)
        assert not Past.objects.filter(id__in=ids).exists()


def test_undoing_a_list_leaves_whom_it_brought_and_who_moved(world: World) -> None:
    with world.ana.workspace.bound():
        move_person(by=world.ana.member, at=AT, person=world.rosa, site=world.new)
        assert Person.objects.get().source is None


# --- through the page --------------------------------------------------------------------------------


def test_the_page_says_who_reads_it_then_and_moves(world: World) -> None:
    url = reverse("person-move", args=[world.rosa.pk])
    page = world.ana.client.get(url).content.decode()
    assert "Can read it then: Ana and Dee." in page and "No longer: Ben." in page
    assert "The link with Ben ends" in page
    with world.ana.workspace.bound():
        wrong = add_unit(by=world.ana.member, at=AT, site=world.old, name="Packing")
    sent = {"site": str(world.new.pk), "unit": str(wrong.pk)}
    assert world.ana.client.post(url, sent).status_code == 200
    sent["unit"] = str(world.dock.pk)
    assert world.ana.client.post(url, sent).status_code == 302
    assert world.ana.client.post(url, sent).status_code == 302  # pressed twice
    with world.ana.workspace.bound():
        assert Person.objects.get().unit == world.dock
        assert [done.kind for done in history.recent(limit=2)] == ["person_moved", "unit_added"]
    assert "from one place to another" in world.dee.client.get(reverse("history")).content.decode()


def test_who_works_at_one_place_only_is_told_who_can(world: World) -> None:
    page = world.ben.client.get(reverse("person-move", args=[world.rosa.pk])).content.decode()
    assert "You work at no other place." in page
    answer = world.ben.client.post(reverse("person-move", args=[world.rosa.pk]), {"site": str(world.new.pk)})
    assert answer.status_code == 200
    assert seen(world.ben) == ALL


def test_somebody_deleted_meanwhile_isnt_moved(world: World) -> None:
    with world.ben.workspace.bound():
        world.ben.workspace.catch_up()
        stale = Person.objects.get()
        delete_person(by=world.ben.member, at=AT + timedelta(minutes=1), person=Person.objects.get())
    with world.ana.workspace.bound():
        with pytest.raises(IntegrityError):
            move_person(by=world.ana.member, at=AT, person=stale, site=world.new)
        world.ana.workspace.catch_up()
        assert not Person.objects.exists()
