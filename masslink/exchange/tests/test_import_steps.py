"""Lists come in a step at a time, whatever happens between; and they go again as a whole."""

from datetime import timedelta

import pytest
from django.urls import reverse

from masslink.conftest import AT
from masslink.conversations.acts import log_talk
from masslink.exchange import acts, blocks, undoing
from masslink.exchange.models import Import, ImportRow
from masslink.exchange.tests.bringing import (
    HTMX,
    SMALL,
    adds_up,
    begun,
    bring_in,
    known_rosa,
    people,
    run,
    take_back,
    upload,
)
from masslink.people.acts import add_person, edit_person, take_on
from masslink.people.models import Person
from masslink.sites.acts import rename
from masslink.sites.models import Shift, Unit
from masslink.vault.models import Chunk
from tests.lists import make_list


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(blocks, "STEP", 7)


def test_a_step_that_fails_leaves_nothing_and_the_next_goes_on(ana, site, monkeypatch):
    id = begun(ana, site, make_list(40, 1))
    ana.client.post(reverse("import-step", args=[id]))
    real = Import.save
    with monkeypatch.context() as planted, pytest.raises(RuntimeError):
        planted.setattr(Import, "save", lambda self, **k: (_ for _ in ()).throw(RuntimeError))
        ana.client.post(reverse("import-step", args=[id]))
    assert Import.save is real
    assert len(people(ana)) == 7
    one = run(ana, id)
    assert adds_up(one) and one.added == 40 == len(people(ana))


def test_two_tabs_and_two_members_bring_nobody_in_twice(ana, ben, shared_site):
    id = begun(ana, shared_site, make_list(60, 2))
    for _ in range(6):
        for someone in (ana, ben):
            someone.client.post(reverse("import-step", args=[id]), **HTMX)
    one = run(ana, id)
    assert adds_up(one) and one.added == 60 == len(people(ana))
    for _ in range(2):
        done = ana.client.post(reverse("import-step", args=[id]), **HTMX)
        assert done.headers["HX-Redirect"] == reverse("import", args=[id])
    assert len(people(ana)) == 60


def test_people_changed_meanwhile_are_seen(ana, site):
    data = make_list(30, 3)
    id = begun(ana, site, data)
    ana.client.post(reverse("import-step", args=[id]))
    with ana.workspace.bound():
        last = data.decode().splitlines()[-1].split(",")
        add_person(by=ana.member, at=AT, site=site, name=f"{last[2]} {last[1]}", email=last[-1])
    one = run(ana, id)
    assert (one.added, one.known) == (29, 1)


def test_a_person_deleted_and_a_unit_renamed_or_removed_during_the_import(ana, site):
    from masslink.people.acts import delete_person, remove_unit

    rows = [b"Name,Email,Department"]
    rows += [
        f"Person{at} Last{at},p{at}@x.example,{'Docks' if at % 2 else 'Packing'}".encode() for at in range(20)
    ]
    rows.append(b"Person0 Last0,p0@x.example,Packing")
    id = begun(ana, site, b"\n".join(rows))
    ana.client.post(reverse("import-step", args=[id]))
    with ana.workspace.bound():
        delete_person(by=ana.member, at=AT, person=Person.objects.get(name="Person0 Last0"))
        rename(by=ana.member, at=AT, part=Unit.objects.get(name="Docks"), name="Quay")
        remove_unit(by=ana.member, at=AT, unit=Unit.objects.get(name="Packing"))
    one = run(ana, id)
    assert one.added == 21 and adds_up(one)
    with ana.workspace.bound():
        assert Person.objects.filter(unit__name="Quay").count() == 10
        assert ImportRow.objects.filter(wrong__gt=0).count() == 7  # after the first step, each row of Packing
    assert "was taken away" in ana.client.get(reverse("import-problems", args=[id])).content.decode()


def test_locked_between_steps_it_goes_on_after_unlocking(ana, site):
    from masslink.vault.sessions import sessions

    id = begun(ana, site, make_list(20, 5))
    ana.client.post(reverse("import-step", args=[id]))
    sessions.end_all(ana.workspace.holder)
    locked = ana.client.post(reverse("import-step", args=[id]), {"version": "3"})
    assert locked.status_code == 401
    fields = {
        "login": ana.login,
        "passphrase": ana.passphrase,
        "to": reverse("import-step", args=[id]),
        "carried-version": "3",
    }
    ana.client.post(reverse("unlock"), fields)
    ana.client.post(reverse("import-step", args=[id]), {"version": "3"})
    for _ in range(4):
        ana.client.post(reverse("import-step", args=[id]))
    page = ana.client.get(reverse("import", args=[id])).content.decode()
    assert "Brought in 20 people" in page
    sessions.end_all(ana.workspace.holder)


def test_undo_restores_everybody_exactly(ana, site, unit):
    with ana.workspace.bound():
        add_person(by=ana.member, at=AT, site=site, name="Rosa Lima", email="rosa@x.example", unit=unit)
        add_person(by=ana.member, at=AT, site=site, name="Omar Haddad", phone="202 555 0102")
    before = people(ana)
    one = bring_in(ana, site, SMALL + make_list(40, 6).split(b"\n", 1)[1][:0])
    page = ana.client.get(reverse("import-known", args=[one.pk]))
    ana.client.post(
        reverse("import-known", args=[one.pk]),
        {"all": "same", "shown": [p.row.pk.hex for p in page.context["pairs"]]},
    )
    assert people(ana) != before
    one = take_back(ana, one.pk)
    assert one.state == "undone" and one.undo["put_back"] == 2
    assert people(ana) == before
    with ana.workspace.bound():
        assert [u.name for u in Unit.objects.all()] == ["Packing"]
        assert not Shift.objects.exists() and not ImportRow.objects.exists()
    assert (
        "Everything is as it was before" in ana.client.get(reverse("import", args=[one.pk])).content.decode()
    )


def test_touched_people_stay_unless_asked_otherwise(ana, site):
    one = bring_in(ana, site, make_list(30, 7))
    with ana.workspace.bound():
        talked, taken_on, edited = Person.objects.filter(source=one.pk)[:3]
        log_talk(by=ana.member, at=AT, persons=[talked], how="talked", words="about breaks")
        take_on(by=ana.member, at=AT, person=taken_on, member=ana.member, rhythm_days=14)
        edit_person(by=ana.member, at=AT, person=edited, nickname="the tall one")
    page = ana.client.get(reverse("import-undo", args=[one.pk]))
    assert set(page.context["touched"]) == {talked, taken_on, edited}
    undone = take_back(ana, one.pk)
    assert set(people(ana)) == {talked.pk, taken_on.pk, edited.pk} and undone.undo["stayed"] == 3


def test_touched_people_go_too_when_somebody_says_so(ana, site):
    one = bring_in(ana, site, make_list(30, 7))
    with ana.workspace.bound():
        log_talk(by=ana.member, at=AT, persons=list(Person.objects.all()[:1]), how="talked")
    take_back(ana, one.pk, everybody="1")
    assert people(ana) == {}


def test_undo_in_the_middle_of_an_import(ana, site):
    id = begun(ana, site, make_list(40, 8))
    ana.client.post(reverse("import-step", args=[id]))
    one = take_back(ana, id)
    assert one.state == "undone" and people(ana) == {} and not Chunk.objects.exists()


def test_an_undo_that_is_interrupted_goes_on(ana, site, monkeypatch):
    monkeypatch.setattr(undoing, "AT_ONCE", 5)
    one = bring_in(ana, site, make_list(23, 9))
    ana.client.post(reverse("import-undo", args=[one.pk]))
    ana.client.post(reverse("import-step", args=[one.pk]))
    assert len(people(ana)) == 18
    with monkeypatch.context() as planted, pytest.raises(RuntimeError):
        planted.setattr(Import, "save", lambda self, **k: (_ for _ in ()).throw(RuntimeError))
        ana.client.post(reverse("import-step", args=[one.pk]))
    assert len(people(ana)) == 18
    assert run(ana, one.pk).state == "undone" and people(ana) == {}


def test_after_thirty_days_rows_are_forgotten(ana, site):
    known_rosa(ana, site, phone="+12025550101", email="a@x.example")
    one = bring_in(ana, site, SMALL)
    _, unbegun = upload(ana, site, SMALL)
    with ana.workspace.bound():
        late = one.at + timedelta(days=31)
        for _ in range(5):
            acts.forget_old(by=ana.member, at=late)
        assert not ImportRow.objects.exists() and not Import.objects.filter(pk=unbegun).exists()
        one = Import.objects.get(pk=one.pk)
        assert one.waiting == 0 and adds_up(one)
    assert not Chunk.objects.exists()
    assert ana.client.get(reverse("import-undo", args=[one.pk])).status_code == 302
