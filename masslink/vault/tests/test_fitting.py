"""What fits into no column: it waits aside for everybody, is named, can be undone; and no act seals it."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, models

from masslink.collective.models import Member, Space
from masslink.conftest import AT, Someone
from masslink.people.acts import edit_person, take_on
from masslink.people.models import Link, Person
from masslink.sites.models import Site, Unit
from masslink.vault import history, suite
from masslink.vault.act import GONE, Unfit, act
from masslink.vault.models import Past, Row
from masslink.vault.record import kinds
from masslink.vault.schema import schema
from masslink.vault.tests import busy, reading, turning
from masslink.vault.tests.filling import fill_all, value_of

pytestmark = pytest.mark.django_db(transaction=True)


def fields_of(kind: str) -> list[Any]:
    return [f for f in kinds()[kind]._meta.concrete_fields if f.column in schema().tables[kind].columns]


@pytest.mark.parametrize("kind", kinds())
def test_what_is_none_fits_into_no_column(kind: str):
    table = schema().tables[kind]
    good = tuple(plain(field) for field in fields_of(kind))
    assert not table.misfit([("", "", 1, *good)] * 2)
    for at, field in enumerate(fields_of(kind)):
        for value in turning.nonsense_for(field):
            row = ("", "", 1, *good[:at], value, *good[at + 1 :])
            assert table.misfit([row]) == field.column, value
            assert table.misfit([("", "", 1, *good), row]) == field.column, value


def plain(field: Any) -> Any:
    """What a record may hold there, as it is stored."""
    if isinstance(field, models.ForeignKey):
        return "0a" * 16
    return field.get_db_prep_save(value_of(field, "Ruth", {}), connections["open"])


def test_no_column_of_any_kind_takes_what_fits_into_none(ana: Someone, ben: Someone, shared_site: Site):
    """Sealed by Ben: those who are in and those who unlock go on as if it weren't there."""
    with ana.workspace.bound(), act("filled", at=AT):
        known = {Site: shared_site, Member: ana.member, Space: Space.objects.get()}
        fill_all(shared_site.circle, "Ruth", known)
    before = reading.caught_up(ben.workspace)
    rows = [
        (kind, {**turning.stored(ben, kind), field.column: next(iter(turning.nonsense_for(field)))})
        for kind in kinds()
        for field in fields_of(kind)
    ]
    ids = turning.seal(ben, rows)
    new = reading.fresh(ana.workspace)
    reading.caught_up(ana.workspace)
    for workspace in (new, ana.workspace):
        assert {id for _, id in workspace.aside} == ids
        held = reading.records(workspace)
        assert all(held[kind] == rows for kind, rows in before.items() if kind not in ("note", "device"))
    new.close()


@pytest.fixture
def seen(ana: Someone, ben: Someone, person: Person, shared_site: Site) -> dict[str, list[Any]]:
    """What Ana and Ben hold before he turns: a unit, somebody in it, and a link."""
    with ana.workspace.bound():
        take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=14)
    reading.assert_agree(ana.workspace, ben.workspace)
    return reading.records(ana.workspace)


NO_UNIT = [{"place": "first"}, {"place": []}, {"place": 2**63}, {"name": {}}, {"name": None}]


@pytest.mark.parametrize("nonsense", [*NO_UNIT, None])
def test_a_good_record_made_nonsense_is_gone_for_everybody_until_it_is_undone(
    ana: Someone, ben: Someone, seen, unit: Unit, nonsense: Any
):
    """As if he had deleted it: with what hangs on it; and undo brings all of it back, where he left an image."""
    row = Row.objects.get(id=unit.pk)
    fields = turning.stored(ben, "unit") | (nonsense or {})
    if nonsense is None:
        fields.pop("place")
    turning.seal(ben, [("unit", fields)], id=unit.pk)
    now = Row.objects.get(id=unit.pk)
    Past.objects.create(
        collective_id=row.collective_id, circle=row.circle, id=row.id, epoch=row.epoch, version=row.version,
        seq=now.seq, body=bytes(row.body),
    )  # fmt: skip
    line = {
        "kind": "turned", "who": ben.workspace.holder.hex, "at": AT.isoformat(), "circles": 1,
        "records": [["unit", unit.pk.hex, "changed", now.version]],
    }  # fmt: skip
    ben.workspace.ledger.write_line(ben.workspace.circles[row.circle], now.seq, uuid4(), line)
    for workspace in (ana.workspace, reading.fresh(ana.workspace)):
        reading.caught_up(workspace)
        with workspace.bound():
            assert [m.objects.count() for m in (Unit, Person, Link)] == [0, 0, 0]
    assert busy.faults(ana) >= {"no record"}
    with ana.workspace.bound():
        history.undo(history.recent(limit=1)[0], at=AT)
    held = reading.caught_up(ana.workspace)
    assert held["person"] == seen["person"] and held["link"] == seen["link"]
    assert [r[3:] for r in held["unit"]] == [r[3:] for r in seen["unit"]]
    assert not busy.faults(ana) & {"no record", "dangling"}
    reading.assert_agree(ana.workspace, ben.workspace)


def test_an_act_seals_nothing_that_nobody_could_take_in(ana: Someone, person: Person):
    before = reading.ledger(), reading.records(ana.workspace)
    with ana.workspace.bound():
        with pytest.raises(Unfit, match=r"person\.since"):
            edit_person(by=ana.member, at=AT, person=person, since=date(1, 1, 1))
        with pytest.raises(Unfit, match=r"person\.reach"), act("changed", at=AT):
            Person.objects.update(reach="by pigeon")
    assert (reading.ledger(), reading.records(ana.workspace)) == before


@pytest.mark.parametrize("body", [b"[]", b"7", b'["person",2,[]]', b'["person",[],{}]', b'[[],2,{"name":1}]'])
def test_an_image_that_is_none_keeps_nobody_from_history_undo_or_erasing(
    ana: Someone, ben: Someone, seen, person: Person, body: bytes
):
    with ana.workspace.bound():
        person = Person.objects.get()
        edit_person(by=ana.member, at=AT, person=person, nickname="Mari")
    past, circle = Past.objects.get(id=person.pk), ben.workspace.circles[person.circle]
    bound = suite.binding(suite.RECORD, ben.workspace.collective, circle.id)
    where = bound + suite.place(past.epoch, past.version, past.id.bytes)
    plain = body[:-1] + b" " * 60 + b"]" if body.endswith(b"]") else body.ljust(60)
    Past.objects.filter(id=past.id).update(body=suite.seal(circle.keys[past.epoch], plain, where))
    assert ana.client.get("/us/history").status_code == 200
    with ana.workspace.bound():
        with pytest.raises(history.CantUndo):
            history.undo(history.recent(limit=1)[0], at=AT)
        assert not list(ana.workspace.ledger.images_naming(circle, ["   "]))
        gone = (person.ref, GONE, past.version + 1, person.circle)
        assert not history.before_deletion([gone])
