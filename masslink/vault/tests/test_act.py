"""Acts: whole or nothing, nothing beside them, nothing out of place."""

from copy import deepcopy

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.sites.acts import add_unit, give_access, open_site
from masslink.sites.models import Site, Unit
from masslink.vault.act import Conflict, OutOfPlace, act
from masslink.vault.ledger import Ledger
from masslink.vault.models import Row
from masslink.vault.tests import reading
from masslink.vault.workspace import Locked, Removed, current

pytestmark = pytest.mark.django_db(transaction=True)


def unit_of(site: Site, name: str) -> Unit:
    return Unit(circle=site.circle, site=site, name=name)


def state(someone: Someone) -> object:
    workspace = someone.workspace
    circles = {id: (c.roster_number, set(c.roster), set(c.raw)) for id, c in workspace.circles.items()}
    return deepcopy(
        (reading.records(workspace), reading.ledger(), circles, workspace.grants, workspace.aside)
    )


# --- whole or nothing ----------------------------------------------------------------------------


def test_an_exception_in_the_body_leaves_everything_as_it_was(ana: Someone, ben: Someone, site: Site):
    with ana.workspace.bound():
        before = state(ana)
        with pytest.raises(ZeroDivisionError), act("tried", at=AT):
            unit_of(site, "Packing").save()
            Site.objects.update(note="changed")
            open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
            give_access(by=ana.member, at=AT, site=site, member=ben.member)
            _ = 1 / 0
        assert state(ana) == before
        give_access(by=ana.member, at=AT, site=site, member=ben.member)  # nobody thinks that it was done
    assert "Warehouse" in repr(reading.caught_up(ben.workspace))


@pytest.mark.parametrize("broken", ["insert", "replace", "write_line"])
def test_a_ledger_that_fails_leaves_everything_as_it_was(ana, site, unit, monkeypatch, broken):
    def fail(*args):
        raise OperationalError("disk full")

    with ana.workspace.bound():
        before = state(ana)
        monkeypatch.setattr(Ledger, broken, fail)
        with pytest.raises(OperationalError), act("tried", at=AT):
            unit_of(site, "Dock").save()
            Site.objects.update(note="changed")
        assert state(ana) == before


def test_a_version_that_moved_on_in_the_ledger_is_a_conflict(ana: Someone, site: Site):
    with ana.workspace.bound():
        before = reading.records(ana.workspace)
        with pytest.raises(Conflict), act("tried", at=AT):
            site.save()
            Row.objects.filter(id=site.pk).update(version=9)
        assert reading.records(ana.workspace) == before
        assert Row.objects.get(id=site.pk).version == 1


def test_a_broken_rule_rolls_back_and_the_next_act_works(ana: Someone, site: Site):
    with ana.workspace.bound():
        add_unit(by=ana.member, at=AT, site=site, name="Packing")
        before = state(ana)
        with pytest.raises(IntegrityError):
            add_unit(by=ana.member, at=AT, site=site, name="Packing")
        assert state(ana) == before
        add_unit(by=ana.member, at=AT, site=site, name="Dock")
    reading.assert_agree(ana.workspace)


def test_a_swallowed_failure_of_an_inner_act_doesnt_pass(ana: Someone, site: Site):
    with ana.workspace.bound():
        before = state(ana)
        with pytest.raises(transaction.TransactionManagementError), act("outer", at=AT):
            unit_of(site, "Packing").save()
            with pytest.raises(ZeroDivisionError), act("inner", at=AT):
                unit_of(site, "Half done").save()
                _ = 1 / 0
        assert state(ana) == before


def test_an_act_that_was_never_left_is_rolled_back_with_the_binding(ana: Someone, site: Site):
    with ana.workspace.bound():
        begun = act("begun", at=AT)
        begun.__enter__()
        unit_of(site, "Packing").save()
    transaction.set_rollback(True)
    with pytest.raises(BaseException):  # noqa: B017 - whatever: it must only not be sealed
        begun.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    with ana.workspace.bound():
        assert not Unit.objects.exists()
        assert ana.workspace.act is None


# --- captured, whichever way it was done -----------------------------------------------------------


def test_every_way_to_write_reaches_the_ledger(ana: Someone, site: Site):
    with ana.workspace.bound():
        with act("many", at=AT):
            Unit.objects.bulk_create([unit_of(site, f"Unit {n}") for n in range(5)])
        with act("changed", at=AT):
            Unit.objects.filter(name="Unit 1").update(place=F("place") + 7)
            Unit.objects.filter(name="Unit 2").delete()
            third = Unit.objects.get(name="Unit 3")
            third.name = "Third"
            Unit.objects.bulk_update([third], ["name"])
            unit_of(site, "Made and deleted").save()
            Unit.objects.get(name="Made and deleted").delete()
            with pytest.raises(ZeroDivisionError), transaction.atomic("open"):
                Unit.objects.all().update(note="x") if False else Unit.objects.all().update(place=99)
                Unit.objects.filter(name="Unit 4").delete()
                _ = 1 / 0
            Unit.objects.get_or_create(site=site, name="Unit 5", defaults={"circle": site.circle})
        found = {u.name: u.place for u in Unit.objects.all()}
    assert found == {"Unit 0": 0, "Unit 1": 7, "Third": 0, "Unit 4": 0, "Unit 5": 0}
    reading.assert_agree(ana.workspace)


def test_outside_of_an_act_nothing_can_be_written(ana: Someone, site: Site, unit: Unit):
    with ana.workspace.bound():
        for write in (
            unit.save,
            unit.delete,
            lambda: Unit.objects.update(place=3),
            lambda: Unit.objects.bulk_create([unit_of(site, "x")]),
            lambda: Unit.objects.all().delete(),
        ):
            with pytest.raises(OperationalError, match="readonly"):
                write()
    with pytest.raises(Locked):
        current()
    with pytest.raises(Locked):
        Unit.objects.count()
    reading.assert_agree(ana.workspace)


def test_acts_inside_an_act_are_one(ana: Someone, site: Site):
    with ana.workspace.bound():
        seq = site_seq = ana.workspace.ledger.lock()
        with act("outer", at=AT) as outer:
            add_unit(by=ana.member, at=AT, site=site, name="Packing")
            with act("inner", at=AT) as inner:
                unit_of(site, "Dock").save()
        assert inner is outer
        assert outer.seq == site_seq + 1 == seq + 1
        lines = ana.workspace.ledger.lines(ana.workspace.circles[site.circle], limit=1)
        assert lines[0][1] == outer.id
        assert lines[0][2]["kind"] == "outer"
        assert len(lines[0][2]["records"]) == 2


# --- versions ------------------------------------------------------------------------------------


def test_instances_learn_their_version_and_stale_ones_are_refused(ana: Someone, site: Site):
    with ana.workspace.bound():
        unit = add_unit(by=ana.member, at=AT, site=site, name="Packing")
        assert unit.version == 1
        stale = Unit.objects.get(pk=unit.pk)
        with act("changed", at=AT):
            unit.place = 4
            unit.save()
        assert unit.version == 2
        with pytest.raises(IntegrityError, match="stale"), act("changed", at=AT):
            stale.name = "Overwritten"
            stale.save()
        with act("deleted", at=AT):
            Unit.objects.filter(pk=unit.pk).delete()
        with pytest.raises(IntegrityError, match="stale"), act("again", at=AT):
            unit.save()
        with pytest.raises(IntegrityError), act("again", at=AT):
            Unit(id=unit.pk, circle=site.circle, site=site, name="Same id").save()
    reading.assert_agree(ana.workspace)


def test_an_instance_that_was_saved_and_deleted_in_one_act_does_no_harm(ana: Someone, site: Site):
    with ana.workspace.bound():
        with act("tried", at=AT):
            unit = unit_of(site, "Packing")
            unit.save()
            unit.delete()
        with act("tried", at=AT):
            kept = unit_of(site, "Dock")
            kept.save()
            kept.delete()
            kept = unit_of(site, "Dock")
            kept.save()
        assert kept.version == 1
    reading.assert_agree(ana.workspace)


# --- out of place --------------------------------------------------------------------------------


def test_pointers_out_of_the_circle_are_refused(ana: Someone, site: Site, unit: Unit):
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=AT, kind="neighbourhood", name="Blocks")
        with pytest.raises(OutOfPlace):
            add_person(by=ana.member, at=AT, site=other, name="Ruth", unit=unit)
        with pytest.raises(OutOfPlace), act("tried", at=AT):
            Unit(circle=ana.workspace.own_circle, site=site, name="Mine").save()
        with pytest.raises(OutOfPlace), act("tried", at=AT):
            Unit(circle=unit.pk, site=site, name="In no circle").save()
    reading.assert_agree(ana.workspace)


def test_what_somebody_points_to_cannot_go_or_move_away(ana: Someone, site: Site, unit: Unit, person: Person):
    raw_delete = "DELETE FROM masslink_unit WHERE id = ?"
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=AT, kind="neighbourhood", name="Blocks")
        before = state(ana)
        with pytest.raises(OutOfPlace), act("tried", at=AT):
            ana.workspace._raw().execute(raw_delete, [unit.pk.hex])
        with pytest.raises(OutOfPlace), act("tried", at=AT):
            Unit.objects.filter(pk=unit.pk).update(circle=other.circle, site=other)
        with pytest.raises(OutOfPlace), act("tried", at=AT):
            doomed = unit_of(site, "Short-lived")
            doomed.save()
            add_person(by=ana.member, at=AT, site=site, name="Ruth", unit=doomed)
            ana.workspace._raw().execute(raw_delete, [doomed.pk.hex])
        assert state(ana) == before


def test_a_record_of_the_collective_is_retired_and_never_deleted(ana: Someone, ben: Someone):
    with ana.workspace.bound(), pytest.raises(OutOfPlace), act("tried", at=AT):
        ana.workspace._raw().execute("DELETE FROM masslink_member WHERE id = ?", [ben.member.pk.hex])
    reading.assert_agree(ana.workspace, ben.workspace)


# --- what others did meanwhile -------------------------------------------------------------------


def test_an_act_sees_what_others_did_before_it(ana: Someone, ben: Someone, shared_site: Site):
    with ben.workspace.bound():
        add_unit(by=ben.member, at=AT, site=shared_site, name="Packing")
    with ana.workspace.bound():
        assert not Unit.objects.exists()
        with pytest.raises(IntegrityError):
            add_unit(by=ana.member, at=AT, site=shared_site, name="Packing")
        with act("looked", at=AT):
            assert Unit.objects.count() == 1
            Unit.objects.update(place=5)
    reading.assert_agree(ana.workspace, ben.workspace)


def test_whoever_was_put_out_acts_no_more(ana: Someone, ben: Someone, shared_site: Site):
    from masslink.vault.models import Holder

    Holder.objects.filter(pk=ben.workspace.holder).delete()
    with ben.workspace.bound():
        before = state(ben)
        with pytest.raises(Removed):
            add_unit(by=ben.member, at=AT, site=shared_site, name="Packing")
        assert state(ben) == before


def test_two_members_give_access_one_after_the_other(ana: Someone, ben: Someone, shared_site: Site):
    from masslink.conftest import join

    dee, eve = join(ana, "Dee"), join(ana, "Eve")
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=shared_site, member=dee.member)
    with ben.workspace.bound():
        ben.workspace.catch_up()
        give_access(by=ben.member, at=AT, site=Site.objects.get(), member=eve.member)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert {m.name for m in Site.objects.get().members()} == {"Ana", "Ben", "Dee", "Eve"}
    everybody = [s.workspace for s in (ana, ben, dee, eve)]
    reading.assert_agree(*everybody)
    assert len({repr(reading.caught_up(w)["site"]) for w in everybody}) == 1
