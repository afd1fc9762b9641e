"""Somebody who controls the ledger changes it: each change is refused, and nothing else is lost by it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connections
from django.db.models import F

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.sites.acts import add_unit, open_site
from masslink.sites.models import Site, Unit
from masslink.vault.act import act
from masslink.vault.models import Act, Collective, Past, Row
from masslink.vault.tests import reading
from masslink.vault.workspace import Removed, Workspace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def units(ana: Someone, ben: Someone, shared_site: Site) -> list[Unit]:
    with ana.workspace.bound():
        found = [
            add_unit(by=ana.member, at=AT, site=shared_site, name=n) for n in ("Packing", "Dock", "Picking")
        ]
        with act("changed", at=AT):
            found[0].place = 9
            found[0].save()
    reading.caught_up(ben.workspace)
    return found


def unit_names(workspace: Workspace) -> set[str]:
    reading.caught_up(workspace)
    return {name for (name,) in workspace._raw().execute("SELECT name FROM masslink_unit")}


def names_for_all(*people: Someone) -> list[set[str]]:
    """What those who are in and those who unlock anew see."""
    seen = []
    for someone in people:
        new = reading.fresh(someone.workspace)
        seen += [unit_names(someone.workspace), unit_names(new)]
        new.close()
    return seen


def touch_all() -> None:
    """Make every row look new to everybody."""
    Collective.objects.update(seq=F("seq") + 1)
    Row.objects.update(seq=Collective.objects.get().seq)


# --- rows ----------------------------------------------------------------------------------------


def _swap(rows: list[Row], ana: Someone) -> None:
    for row, other in ((rows[0], rows[1]), (rows[1], rows[0])):
        Row.objects.filter(id=row.id).update(body=bytes(other.body), version=other.version)


def _flip(rows: list[Row], ana: Someone) -> None:
    body = bytearray(rows[0].body)
    body[len(body) // 2] ^= 1
    Row.objects.filter(id=rows[0].id).update(body=bytes(body))


def _cut(rows: list[Row], ana: Someone) -> None:
    Row.objects.filter(id=rows[0].id).update(body=bytes(rows[0].body)[:-9])
    Row.objects.filter(id=rows[1].id).update(body=b"")


def _version(rows: list[Row], ana: Someone) -> None:
    Row.objects.filter(id=rows[0].id).update(version=7)


def _epoch(rows: list[Row], ana: Someone) -> None:
    Row.objects.filter(id=rows[0].id).update(epoch=2)


def _circle(rows: list[Row], ana: Someone) -> None:
    with connections["default"].cursor() as cursor:
        own = ana.workspace.collective_circle.hex
        cursor.execute("UPDATE vault_row SET circle = %s WHERE id = %s", [own, rows[0].id.hex])


def _another_id(rows: list[Row], ana: Someone) -> None:
    Row.objects.create(
        collective_id=rows[0].collective_id,
        circle=rows[0].circle,
        id=uuid4(),
        epoch=1,
        version=rows[0].version,
        seq=rows[0].seq,
        body=rows[0].body,
    )


def _own_old_body(rows: list[Row], ana: Someone) -> None:
    """An older body under the newer version's number."""
    Row.objects.filter(id=rows[0].id).update(body=bytes(Past.objects.get(id=rows[0].id).body))


@pytest.mark.parametrize(
    "tamper, lost",
    [
        (_swap, 2),
        (_flip, 1),
        (_cut, 2),
        (_version, 1),
        (_epoch, 1),
        (_circle, 1),
        (_another_id, 0),
        (_own_old_body, 1),
    ],
)
def test_a_changed_row_is_left_out_and_nothing_else_is(
    ana: Someone, ben: Someone, units: list[Unit], tamper: Callable[..., None], lost: int
):
    rows = [Row.objects.get(id=u.pk) for u in units]
    tamper(rows, ana)
    touch_all()
    new = reading.fresh(ben.workspace)
    assert len(unit_names(new)) == 3 - lost
    new.close()
    # Those who are in keep what they know, go on catching up, and their next act buries nothing of it.
    assert len(unit_names(ben.workspace)) == 3
    with ben.workspace.bound():
        add_unit(by=ben.member, at=AT, site=Site.objects.get(), name="Another")
    assert "Another" in unit_names(ana.workspace)
    Row.objects.filter(id__in=[u.pk for u in units]).delete()
    for row in rows:
        row.save(force_insert=True)
    touch_all()
    assert names_for_all(ana, ben) == [{"Packing", "Dock", "Picking", "Another"}] * 4


def test_a_row_whose_target_is_withheld_waits_aside_and_isnt_deleted(ana: Someone, ben: Someone, site: Site):
    """What can't be shown just now must not be sealed as deleted by the next act."""
    with ana.workspace.bound():
        unit = add_unit(by=ana.member, at=AT, site=site, name="Packing")
        add_person(by=ana.member, at=AT, site=site, unit=unit, name="Ruth")
    row = Row.objects.get(id=unit.pk)
    Row.objects.filter(id=unit.pk).update(body=b"\x01" + b"x" * 200)
    new = reading.fresh(ana.workspace)
    with new.bound():
        assert not Person.objects.exists()
        assert len(new.aside) == 1
        open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
    Row.objects.filter(id=unit.pk).update(body=bytes(row.body))
    touch_all()
    for workspace in (new, reading.fresh(ana.workspace)):
        with workspace.bound():
            workspace.catch_up()
            assert Person.objects.get().unit == unit
            assert not workspace.aside
        workspace.close()


def test_an_earlier_version_put_back_changes_nothing_for_those_who_are_in(ana: Someone, ben: Someone, units):
    past = Past.objects.get(id=units[0].pk)
    Row.objects.filter(id=past.id).update(body=bytes(past.body), version=past.version)
    touch_all()
    for someone in (ana, ben):
        with someone.workspace.bound():
            someone.workspace.catch_up()
            assert Unit.objects.get(pk=past.id).place == 9


def test_a_row_put_back_into_the_circle_it_was_moved_from_doesnt_keep_anybody_out(
    ana: Someone, units: list[Unit]
):
    row = Row.objects.get(id=units[0].pk)
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        with act("moved", at=AT):
            Unit.objects.filter(pk=row.id).update(circle=other.circle, site=other)
    Row.objects.filter(id=row.id, circle=row.circle).update(body=bytes(row.body), version=row.version)
    touch_all()
    assert names_for_all(ana) == [{"Packing", "Dock", "Picking"}] * 2


def test_rows_that_clash_keep_nobody_out(ana: Someone, ben: Someone, units: list[Unit]):
    """Two units of one name in the ledger, as when one was withheld while the other was written."""
    row = Row.objects.get(id=units[1].pk)
    with ana.workspace.bound():
        with act("deleted", at=AT):
            units[1].delete()
        again = add_unit(by=ana.member, at=AT, site=Site.objects.get(), name="Dock")
    Row.objects.filter(id=row.id).update(body=bytes(row.body), version=row.version)
    touch_all()
    assert names_for_all(ana, ben) == [{"Packing", "Dock", "Picking"}] * 4
    with ana.workspace.bound(), act("renamed", at=AT):
        again.name = "Dock two"
        again.save()
    new = reading.fresh(ben.workspace)
    assert unit_names(new) == {"Packing", "Dock", "Dock two", "Picking"}
    new.close()


@pytest.mark.parametrize(
    "plain",
    [b"", b"{", b"[1]", b'["unit",1,{"name":"x"}]', b'["unit",1,[1]]', b'["unit",1,7]', b'["unit",{},{}]',
     b'["unit",1,{"site_id":[],"name":{},"place":1}]', b'["gone",1,null]', b'["unit","1",{}]',
     b'["unit",1,{"site_id":"x","name":"x","place":9223372036854775808}]', b'["unit",1,"x"]',
     b'["unit",18446744073709551615,null]', b'["unit",-1,{}]', b'["unit",null,{}]'],
)  # fmt: skip
def test_sealed_nonsense_of_a_turned_member_stops_nobody(ana: Someone, ben: Someone, units, plain: bytes):
    from masslink.vault import suite

    circle, id = ben.workspace.circles[units[0].circle], uuid4()
    bound = suite.binding(suite.RECORD, ben.workspace.collective, circle.id) + suite.place(1, 1, id.bytes)
    Row.objects.create(
        collective_id=ben.workspace.collective,
        circle=circle.id,
        id=id,
        epoch=1,
        version=1,
        seq=0,
        body=suite.seal(circle.keys[1], plain.ljust(192), bound),
    )
    touch_all()
    assert names_for_all(ana, ben) == [{"Packing", "Dock", "Picking"}] * 4


def test_rows_of_another_collective_dont_open_here(ana: Someone, cy: Someone, site: Site):
    with cy.workspace.bound():
        open_site(by=cy.member, at=AT, kind="workplace", name="Elsewhere")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE vault_row SET collective_id = %s, circle = %s WHERE collective_id = %s",
            [ana.workspace.collective.hex, site.circle.hex, cy.workspace.collective.hex],
        )
    new = reading.fresh(ana.workspace)
    with new.bound():
        assert [s.name for s in Site.objects.all()] == ["Warehouse"]
    new.close()


def test_lines_of_acts_dont_open_elsewhere(ana: Someone, ben: Someone, units: list[Unit]):
    with ana.workspace.bound():
        circle = ana.workspace.circles[units[0].circle]
        lines = ana.workspace.ledger.lines(circle)
        first, second = Act.objects.filter(circle=circle.id).order_by("seq")[:2]
        Act.objects.filter(id=first.id, circle=circle.id).update(body=bytes(second.body))
        assert len(ana.workspace.ledger.lines(circle)) == len(lines) - 1


def test_a_ledger_put_back_is_noticed_by_those_who_are_in(ana: Someone, units: list[Unit]):
    Collective.objects.update(seq=1)
    with ana.workspace.bound(), pytest.raises(Removed):
        ana.workspace.catch_up()
