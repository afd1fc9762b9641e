"""Pairs are formed, changed, ended; they never work more than was said, and nobody in them lacks access."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from masslink.collective.acts import let_go
from masslink.conftest import Someone
from masslink.pairs.acts import (
    NotTwo,
    Promised,
    Work,
    change_works,
    end_pair,
    end_pairs_of_those_who_left,
    make_pair,
    sat_down,
)
from masslink.pairs.models import GoneThrough, Pair, PairWork, Sitting
from masslink.pairs.panels import said
from masslink.people.acts import add_person, became_member, remove_shift, remove_unit
from masslink.people.erasing import erase_person
from masslink.people.merging import merge_persons
from masslink.people.models import Person
from masslink.sites.acts import give_access, open_site, take_access
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks.models import ToDo
from masslink.vault import history
from masslink.vault.act import OutOfPlace, act

pytestmark = pytest.mark.django_db(transaction=True)


def pair_of(
    ana: Someone, ben: Someone, site: Site, at: datetime, *works: Work, until: date | None = None
) -> Pair:
    with ana.workspace.bound():
        return make_pair(
            by=ana.member, at=at, site=site, one=ana.member, other=ben.member, works=works, until=until
        )


def undo(act_id: UUID, at: datetime) -> None:
    done = history.find(act_id)
    assert done
    history.undo(done, at=at)


def test_a_pair_takes_two_who_have_access(ana: Someone, ben: Someone, site: Site, at: datetime) -> None:
    with ana.workspace.bound():
        for other in (ana.member, ben.member):
            with pytest.raises(NotTwo):
                make_pair(by=ana.member, at=at, site=site, one=ana.member, other=other, works=[Work()])
        assert not Pair.objects.exists()
        with act("pair_made", at=at):  # access given in the same act counts
            give_access(by=ana.member, at=at, site=site, member=ben.member)
            make_pair(by=ana.member, at=at, site=site, one=ana.member, other=ben.member, works=[Work()])
        assert Pair.objects.get().both == (ana.member, ben.member)


def test_the_same_two_are_one_pair(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit, shift: Shift, at: datetime
) -> None:
    first = pair_of(ana, ben, shared_site, at, Work(unit), until=at.date() + timedelta(days=9))
    with ana.workspace.bound():
        again = make_pair(
            by=ana.member,
            at=at,
            site=shared_site,
            one=ben.member,
            other=ana.member,
            works=[Work(unit), Work(unit, shift)],
            note="Thursdays",
        )
        assert (again.pk, again.until, again.note) == (first.pk, None, "Thursdays")
        assert {work.key for work in again.works.all()} == {(unit.pk, None, None), (unit.pk, shift.pk, None)}


def test_a_unit_taken_away_never_makes_it_the_whole_place(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit, shift: Shift, at: datetime
) -> None:
    pair = pair_of(ana, ben, shared_site, at, Work(unit, shift), Work(unit))
    with ana.workspace.bound():
        removed = remove_unit(by=ana.member, at=at, unit=unit)
        assert said(pair.works.all(), at.date()) == "" and not pair.works.exists()
        undo(removed, at)
        assert pair.works.count() == 2
        change_works(by=ana.member, at=at, pair=pair, works=[Work(shift=shift)])
        remove_shift(by=ana.member, at=at, shift=shift)
        assert not pair.works.exists()


def test_what_belongs_to_another_place_is_refused(
    ana: Someone, ben: Someone, shared_site: Site, at: datetime
) -> None:
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=at, kind="workplace", name="Kitchen", units=["Laundry"])
        with pytest.raises(OutOfPlace):
            pair_of(ana, ben, shared_site, at, Work(other.units.get()))
        assert not Pair.objects.exists()


def test_sitting_down_is_one_act_and_undone_as_one(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, at: datetime
) -> None:
    pair = pair_of(ana, ben, shared_site, at, Work(person=person))
    with ana.workspace.bound():
        sitting = sat_down(
            by=ana.member,
            at=at,
            pair=pair,
            notes="Marisol wants to chair",
            persons=[person],
            to_dos=[
                Promised("Ask about Sunday", at.date(), ben.member, person),
                Promised("Book a room", at.date(), ana.member),
            ],
        )
        todos = list(ToDo.objects.order_by("what"))
        assert [(t.member, t.person, t.site, t.origin) for t in todos] == [
            (ben.member, person, None, sitting.ref),
            (ana.member, None, shared_site, sitting.ref),
        ]
        history.undo(history.recent(limit=1)[0], at=at)
        assert not Sitting.objects.exists() and not ToDo.objects.exists() and not GoneThrough.objects.exists()


def test_the_pair_of_somebody_who_left_ends(
    ana: Someone, ben: Someone, shared_site: Site, at: datetime
) -> None:
    pair = pair_of(ana, ben, shared_site, at, Work())
    with ana.workspace.bound():
        end_pairs_of_those_who_left(by=ana.member, at=at)
        assert Pair.objects.get().until is None
        let_go(by=ana.member, at=at, member=ben.member)
        later = at + timedelta(days=3)
        end_pairs_of_those_who_left(by=ana.member, at=later)
        assert Pair.objects.get(pk=pair.pk).until == later.date()


def test_the_pair_of_somebody_who_stepped_out_ends(
    ana: Someone, ben: Someone, shared_site: Site, at: datetime
) -> None:
    pair_of(ana, ben, shared_site, at, Work())
    with ana.workspace.bound():
        take_access(by=ana.member, at=at, site=shared_site, member=ben.member)
        end_pairs_of_those_who_left(by=ana.member, at=at)
        assert Pair.objects.get().is_over(at.date())


def test_a_person_merged_erased_or_one_of_us_leaves_the_pair(
    ana: Someone, ben: Someone, shared_site: Site, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        names = ("Marisol Reyes", "Rosa", "Tess")
        same, rosa, tess = (add_person(by=ana.member, at=at, site=shared_site, name=name) for name in names)
    pair = pair_of(ana, ben, shared_site, at, *(Work(person=one) for one in (person, same, rosa, tess)))
    with ana.workspace.bound():
        sat_down(by=ana.member, at=at, pair=pair, persons=[person, same, rosa])
        merge_persons(by=ana.member, at=at, keep=person, other=same, values={})
        erase_person(by=ana.member, at=at, person=rosa)
        became_member(by=ana.member, at=at, person=tess, member=ben.member)
        assert [work.person_id for work in PairWork.objects.all()] == [person.pk]
        assert [one.person_id for one in GoneThrough.objects.all()] == [person.pk]
        assert said(pair.works.select_related("person"), at.date()) == "Marisol R."


def test_ended_today_is_over_today(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit, at: datetime
) -> None:
    pair = pair_of(ana, ben, shared_site, at, Work(unit))
    with ana.workspace.bound():
        end_pair(by=ana.member, at=at, pair=pair)
        assert not Pair.objects.on(at.date()).exists()
        fresh = make_pair(by=ana.member, at=at, site=shared_site, one=ana.member, other=ben.member, works=[])
        assert fresh.pk != pair.pk and not fresh.works.exists()


def test_two_write_the_notes_at_once(ana: Someone, ben: Someone, shared_site: Site, at: datetime) -> None:
    pair = pair_of(ana, ben, shared_site, at, Work())
    url = f"/pairs/{pair.pk}/notes"
    assert ana.client.post(url, {"version": 1, "note": "Ana goes on Mondays"}).status_code == 302
    answer = ben.client.post(url, {"version": 1, "note": "Ben takes the early bus"})
    page = answer.content.decode()
    assert "Ana goes on Mondays" in page and "Ben takes the early bus" in page
    assert ben.client.post(url, {"version": 2, "note": "Both"}).status_code == 302
