"""Formats and schema: newer is refused, older is lifted, stored text comes back as it was, rules of the tables hold."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F

from masslink.collective.models import Member
from masslink.conftest import AT, Someone
from masslink.people.acts import add_person, record_deed
from masslink.sites.acts import add_unit
from masslink.sites.models import Site, Unit
from masslink.vault import ledger as ledger_module
from masslink.vault.act import act
from masslink.vault.ledger import Payload
from masslink.vault.models import Collective, Past, Row
from masslink.vault.record import Record, kinds
from masslink.vault.schema import schema
from masslink.vault.suite import TooNew
from masslink.vault.tests import reading
from masslink.vault.tests.filling import fill_all

pytestmark = pytest.mark.django_db(transaction=True)


def touch_all() -> None:
    Collective.objects.update(seq=F("seq") + 1)
    Row.objects.update(seq=Collective.objects.get().seq)


# --- newer ---------------------------------------------------------------------------------------


def _newer_format(someone: Someone, unit: Unit) -> None:
    row = Row.objects.get(id=unit.pk)
    Row.objects.filter(id=unit.pk).update(body=b"\x02" + bytes(row.body)[1:])


def _newer_payload(someone: Someone, unit: Unit) -> None:
    _write(someone, unit, Payload("unit", 2, {"name": "x", "who knows": 1}))


def _unknown_kind(someone: Someone, unit: Unit) -> None:
    _write(someone, unit, Payload("struggle", 1, {"name": "x"}))


def _write(someone: Someone, unit: Unit, payload: Payload) -> None:
    circle = someone.workspace.circles[unit.circle]
    body = someone.workspace.ledger.seal(circle, unit.pk.hex, 2, payload)
    Row.objects.filter(id=unit.pk).update(version=2, body=body)


@pytest.mark.parametrize("newer", [_newer_format, _newer_payload, _unknown_kind])
def test_what_a_newer_program_wrote_is_refused_and_not_left_out(ana: Someone, site: Site, unit: Unit, newer):
    row, before = Row.objects.get(id=unit.pk), reading.caught_up(ana.workspace)
    newer(ana, unit)
    touch_all()
    with pytest.raises(TooNew):
        reading.fresh(ana.workspace)
    with ana.workspace.bound(), pytest.raises(TooNew):
        ana.workspace.catch_up()
    assert reading.records(ana.workspace) == before
    # The page: the session ends, and unlocking says why.
    assert ana.client.get("/").status_code == 302
    answer = ana.client.post("/unlock", {"login": ana.login, "passphrase": ana.passphrase})
    assert answer.status_code == 503
    assert b"newer Masslink" in answer.content
    Row.objects.filter(id=unit.pk).update(version=row.version, body=bytes(row.body))
    assert ana.client.post("/unlock", {"login": ana.login, "passphrase": ana.passphrase}).status_code == 302


def test_a_failed_catching_up_misses_nothing_later(ana: Someone, ben: Someone, site: Site, unit: Unit):
    """A circle was granted in the same breath as something unreadable came: its older rows must not be missed."""
    from masslink.sites.acts import give_access

    reading.caught_up(ben.workspace)  # past the place's rows, which he doesn't hold yet
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=site, member=ben.member)
    row = Row.objects.get(id=unit.pk)
    _newer_payload(ana, unit)
    with ben.workspace.bound(), pytest.raises(TooNew):
        ben.workspace.catch_up()
    Row.objects.filter(id=unit.pk).update(version=row.version, body=bytes(row.body), seq=row.seq)
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert Unit.objects.get() == unit
    reading.assert_agree(ben.workspace)


# --- older ---------------------------------------------------------------------------------------


def test_older_payloads_are_lifted_as_they_are_read_and_stored_anew_at_the_next_write(
    ana: Someone, site: Site, unit: Unit, monkeypatch
):
    def give_it_a_place(fields):
        return {"site_id": fields["site_id"], "name": fields["title"], "place": 7}

    old = Payload("unit", 1, {"site_id": site.pk.hex, "title": "Old words"})
    _write(ana, unit, old)
    monkeypatch.setattr(Unit, "payload_version", 3)
    monkeypatch.setattr(Unit, "lifts", {1: give_it_a_place, 2: lambda fields: {**fields, "place": 8}})
    touch_all()
    for workspace in (ana.workspace, reading.fresh(ana.workspace)):
        with workspace.bound():
            workspace.catch_up()
            found = Unit.objects.get()
            assert (found.name, found.place) == ("Old words", 8)
    with ana.workspace.bound(), act("renamed", at=AT):
        found.name = "New words"
        found.save()
    circle = ana.workspace.circles[site.circle]
    stored = {kind: version for kind, version in _stored(ana, circle) if kind == "unit"}
    assert stored == {"unit": 3}


def _stored(someone: Someone, circle):
    import orjson

    for batch in someone.workspace.ledger.stream(circle):
        for _, _, plain in batch:
            yield tuple(orjson.loads(plain)[:2])


def test_every_older_version_of_a_payload_has_its_lift():
    for model in kinds().values():
        assert sorted(model.lifts) == list(range(1, model.payload_version))


# --- as it was stored ------------------------------------------------------------------------------


def test_what_one_wrote_another_reads_byte_for_byte(ana: Someone, ben: Someone, shared_site: Site):
    moments = [
        datetime(2026, 3, 2, 18, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 18, 0, 0, 120, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ]
    with ana.workspace.bound():
        for number, moment in enumerate(moments):
            person = add_person(
                by=ana.member, at=moment, site=shared_site, name="Ólafur 😀 ‮x", matters="a\0b\r\n\u2028",
                since=date(1900, 1, 1) if number else None, source=uuid4(),
            )  # fmt: skip
            record_deed(by=ana.member, at=moment, person=person, kind="came", words="'\"; DROP TABLE")
        with act("filled", at=AT):
            fill_all(shared_site.circle, '\u2028 ä " 😀', {Site: shared_site, Member: ana.member})
    one, other = reading.caught_up(ana.workspace), reading.caught_up(ben.workspace)
    common = shared_site.circle.hex
    assert [[r for r in rows[k] if r[1] == common] for rows in (one,) for k in kinds()] == [
        [r for r in rows[k] if r[1] == common] for rows in (other,) for k in kinds()
    ]
    assert all(other.values())
    reading.assert_agree(ana.workspace, ben.workspace)


def test_payloads_carry_what_sqlite_stores_of_every_type_of_field():
    """JSON has text, whole numbers, floats, true and null: a field stored as something else would come back changed."""
    fit = (
        models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.DateField,
        models.DateTimeField, models.TimeField, models.UUIDField, models.JSONField, models.ForeignKey,
        models.FloatField,
    )  # fmt: skip
    for model in kinds().values():
        for field in model._meta.concrete_fields:
            assert isinstance(field, fit), (
                f"{model.__name__}.{field.name}: is {type(field).__name__} kept as it is?"
            )


# --- rules of the tables ---------------------------------------------------------------------------


def _points_within(field: models.Field) -> bool:
    """Constrained: checked by every act to stay in the circle or to point to the collective's."""
    return isinstance(field, models.ForeignKey) and bool(getattr(field, "db_constraint", False))


COLLECTIVES_OWN = {"space", "member"}  # kinds that live in the collective's circle only


def test_every_unique_rule_stays_inside_a_circle():
    for model in kinds().values():
        within = {"circle", "id"} | {
            f.name
            for f in model._meta.concrete_fields
            if _points_within(f) and f.related_model.kind not in COLLECTIVES_OWN  # type: ignore[union-attr]
        }
        rules = [set(together) for together in model._meta.unique_together]
        rules += [{f.name} for f in model._meta.concrete_fields if f.unique]
        for rule in model._meta.constraints:
            if isinstance(rule, models.UniqueConstraint):
                rules.append(set(rule.fields) | {str(getattr(e, "name", "")) for e in rule.expressions})
        for names in rules:
            assert names & within, (
                f"{model.__name__}: {names} would clash across circles nobody holds together"
            )


def test_pointers_are_constrained_to_records_or_are_plain_ids():
    for model in kinds().values():
        assert not model._meta.many_to_many, f"{model.__name__}: give it an explicit `through` record"
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                assert issubclass(field.related_model, Record)
                assert _points_within(field)


def test_no_field_of_a_room_lives_outside_the_workspace():
    outside = {m.__name__ for m in apps.get_app_config("vault").get_models()}
    known = {"Collective", "Holder", "Grant", "Roster", "Row", "Act", "Past", "Chunk", "Copy", "ConsoleCode"}
    assert outside == known
    assert settings.DATABASE_ROUTERS == ["masslink.vault.router.Router"]


def test_names_of_columns_never_meet_the_workspaces_own():
    for table in schema().tables.values():
        assert not {"id", "circle", "version"} & set(table.columns)


# --- images before ---------------------------------------------------------------------------------


def test_images_before_go_after_thirty_days_and_not_sooner(ana: Someone, site: Site):
    from masslink.vault import history

    with ana.workspace.bound():
        for day in (0, 10, 20):
            with act("renamed", at=AT + timedelta(days=day)):
                site.name = f"Day {day}"
                site.save()
        assert Past.objects.count() == 3
        assert history.shred_old(ana.workspace, now=AT + timedelta(days=29)) == 0
        assert history.shred_old(ana.workspace, now=AT + timedelta(days=31)) == 1
        assert history.shred_old(ana.workspace, now=AT + timedelta(days=60)) == 2
        with pytest.raises(history.CantUndo):
            history.undo(history.recent(limit=1)[0], at=AT)


def test_undo_of_a_move_and_of_what_gave_keys(ana: Someone, ben: Someone, shared_site: Site, unit: Unit):
    from masslink.sites.acts import open_site
    from masslink.vault import history

    with ana.workspace.bound():
        other = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        before = reading.records(ana.workspace)["unit"]
        with act("moved", at=AT):
            Unit.objects.filter(pk=unit.pk).update(circle=other.circle, site=other)
        moved = history.recent(limit=1)[0]
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert not Unit.objects.exists()
        seen = history.find(moved.id)
        assert seen is not None and seen.partly and seen.id not in history.standing([seen])
        with pytest.raises(history.CantUndo):  # half of it lies in a circle that Ben doesn't hold
            history.undo(seen, at=AT)
    with ana.workspace.bound():
        history.undo(moved, at=AT)
        after = reading.records(ana.workspace)["unit"]
        assert [r[:2] + r[3:] for r in after] == [r[:2] + r[3:] for r in before]
        given = next(d for d in history.recent() if d.kind == "access_given")
        assert given.lasting
        with pytest.raises(history.CantUndo):
            history.undo(given, at=AT)
    reading.assert_agree(ana.workspace, ben.workspace)


def test_undo_of_what_something_newer_stands_on(ana: Someone, site: Site):
    from masslink.vault import history

    with ana.workspace.bound():
        unit = add_unit(by=ana.member, at=AT, site=site, name="Packing")
        made = history.recent(limit=1)[0]
        add_person(by=ana.member, at=AT, site=site, unit=unit, name="Ruth")
        with pytest.raises(history.CantUndo):
            history.undo(made, at=AT)
        with act("deleted", at=AT):
            spare = add_unit(by=ana.member, at=AT, site=site, name="Dock")
        with act("deleted", at=AT):
            spare.delete()
        deleted = history.recent(limit=1)[0]
        add_unit(by=ana.member, at=AT, site=site, name="Dock")
        with pytest.raises(history.CantUndo):  # its name was taken meanwhile
            history.undo(deleted, at=AT)
    reading.assert_agree(ana.workspace)


def test_batches_of_ids_stay_within_what_databases_take():
    assert ledger_module.AT_ONCE < 1000
