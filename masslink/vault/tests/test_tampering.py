"""Somebody who controls the ledger changes it: each change is refused, and nothing else is lost by it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.db.models import F

from masslink.collective.acts import admit
from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.sites.acts import add_unit, give_access, open_site
from masslink.sites.models import Site, Unit
from masslink.vault import circles, holders
from masslink.vault.act import act
from masslink.vault.circles import COLLECTIVE, OWN, SITE
from masslink.vault.models import Act, Collective, Grant, Holder, Past, Roster, Row
from masslink.vault.suite import PrivateKeys
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
     b'["unit",1,{"site_id":[],"name":{},"place":1}]', b'["gone",1,null]', b'["unit","1",{}]'],
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


# --- grants and rosters --------------------------------------------------------------------------


def held(someone: Someone) -> set[UUID]:
    return set(circles_of(someone))


def circles_of(someone: Someone) -> dict[UUID, circles.Circle]:
    workspace = someone.workspace
    grants = workspace.ledger.grants_of(workspace.holder)
    return circles.open_circles(workspace.collective, workspace.holder, workspace.keys, grants)


def test_grants_dont_open_for_others_under_other_ids_or_changed(
    ana: Someone, ben: Someone, shared_site: Site
):
    before = held(ben)
    assert shared_site.circle in before
    for grant in list(Grant.objects.filter(holder=ana.workspace.holder)):
        Grant.objects.create(
            id=uuid4(), collective=grant.collective, holder_id=ben.workspace.holder, body=grant.body
        )
    assert held(ben) == before
    for grant in list(Grant.objects.filter(holder=ben.workspace.holder)):
        body = bytes(grant.body)
        for other in (body[:-1], b"", b"\x07" + body[1:], body[:99] + bytes([body[99] ^ 1]) + body[100:]):
            Grant.objects.filter(pk=grant.pk).update(body=other)
            assert held(ben) < before or held(ben) == before
        Grant.objects.filter(pk=grant.pk).update(body=body)
        Grant.objects.create(id=uuid4(), collective=grant.collective, holder=grant.holder, body=body)
    assert held(ben) == before


def plant(
    someone: Someone, circle_id: UUID, kind: str, signer: UUID, signing: PrivateKeys, *, epoch: int = 1
) -> None:
    """Seal a key of our own to somebody, as whoever controls the ledger may."""
    collective, holder = someone.workspace.collective, someone.workspace.holder
    circle = circles.Circle(circle_id, kind)
    circle.add_key(epoch, b"\x01" * 32)
    public = someone.workspace.keys.public
    circles._write_grant(collective, circle, epoch, holder, public, signer, signing)


def plant_circle(someone: Someone, kind: str, signer: UUID, signing: PrivateKeys) -> UUID:
    """A whole circle made by somebody else: a first roster with the victim in it, and a grant."""
    circle = circles.create(someone.workspace.collective, kind, signer, signing)
    victim = someone.workspace
    circles.give(victim.collective, circle, victim.holder, victim.keys.public, signer, signing)
    return circle.id


@pytest.fixture
def mallory(ana: Someone) -> tuple[UUID, PrivateKeys]:
    """Somebody who controls the server: may write any row, a holder of their own too; knows no member's keys."""
    keys = PrivateKeys.generate()
    holder = Holder.objects.create(
        collective_id=ana.workspace.collective, login="mallory", public=keys.public.to_bytes(), wrapped=b""
    )
    return holder.id, keys


@pytest.mark.parametrize("kind", [COLLECTIVE, SITE, OWN])
def test_a_planted_circle_is_not_taken(ana: Someone, ben: Someone, mallory, kind: str):
    before = held(ben)
    plant_circle(ben, kind, *mallory)
    plant_circle(ben, kind, ana.workspace.holder, mallory[1])  # in Ana's name
    plant_circle(ben, kind, ben.workspace.holder, mallory[1])  # in his own
    assert held(ben) == before
    new = reading.fresh(ben.workspace)
    assert new.collective_circle == ana.workspace.collective_circle
    assert new.own_circle == ben.workspace.own_circle
    new.close()


def test_a_planted_collective_isnt_taken_where_the_true_one_is_withheld(ana: Someone, ben: Someone, mallory):
    Grant.objects.filter(holder=ben.workspace.holder).delete()
    Roster.objects.all().delete()
    planted = plant_circle(ben, COLLECTIVE, *mallory)
    assert planted not in held(ben)
    assert planted not in reading.fresh(ben.workspace).circles


@pytest.mark.parametrize("kind", [COLLECTIVE, SITE])
@pytest.mark.parametrize("epoch", [1, 2])
def test_a_forged_key_for_a_circle_doesnt_replace_the_true_one(
    ana: Someone, ben: Someone, shared_site: Site, mallory, kind: str, epoch: int
):
    circle = ana.workspace.collective_circle if kind == COLLECTIVE else shared_site.circle
    before = {i: c.raw for i, c in circles_of(ben).items()}
    for signer in (mallory[0], ana.workspace.holder, ben.workspace.holder):
        for claimed in (kind, SITE, OWN, COLLECTIVE):
            plant(ben, circle, claimed, signer, mallory[1], epoch=epoch)
    forged = circles.Circle(circle, kind)
    forged.add_key(epoch, b"\x01" * 32)
    forged.roster_number = Roster.objects.filter(circle=circle).count()
    roster = dict.fromkeys((ben.workspace.holder, mallory[0]), mallory[1].public.fingerprint)
    circles._write_roster(ben.workspace.collective, forged, roster, mallory[0], mallory[1], 0)
    assert {i: c.raw for i, c in circles_of(ben).items()} == before


def test_a_grant_by_somebody_who_isnt_in_the_circle_doesnt_count(ana: Someone, ben: Someone, site: Site):
    """Ben is a member and got hold of the key, but nobody let him in."""
    dee, collective = join(ana, "Dee"), ana.workspace.collective
    stolen, known = ana.workspace.circles[site.circle].copy(), dee.workspace.keys.public
    longer = stolen.roster | {dee.workspace.holder: known.fingerprint}
    for signer in (ben.workspace.holder, ana.workspace.holder):  # in his own name, and in Ana's
        circles._write_grant(collective, stolen, 1, dee.workspace.holder, known, signer, ben.workspace.keys)
        assert site.circle not in held(dee)
        circles._write_roster(collective, stolen.copy(), longer, signer, ben.workspace.keys, 0)
        assert site.circle not in held(dee)
        assert site.circle in held(ana)
        Roster.objects.filter(circle=site.circle, number=2).delete()
    circles._write_roster(collective, stolen, longer, ana.workspace.holder, ana.workspace.keys, 0)
    assert site.circle not in held(dee)  # now she stands there, but nobody in the circle gave her its key


def test_a_grant_whose_signer_stands_in_the_roster_counts_only_with_their_signature(ana, ben, site):
    stolen = ana.workspace.circles[site.circle].copy()
    known = ben.workspace.keys.public
    circles._write_roster(
        ana.workspace.collective, stolen, stolen.roster | {ben.workspace.holder: known.fingerprint},
        ana.workspace.holder, ana.workspace.keys, 0,
    )  # fmt: skip
    circles._write_grant(
        ana.workspace.collective,
        stolen,
        1,
        ben.workspace.holder,
        known,
        ana.workspace.holder,
        ben.workspace.keys,
    )
    assert site.circle not in held(ben)


def test_rosters_swapped_changed_or_taken_away(ana: Someone, ben: Someone, shared_site: Site):
    dee = join(ana, "Dee")
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=Site.objects.get(), member=dee.member)
    first, second, third = Roster.objects.filter(circle=shared_site.circle).order_by("number")
    everything = held(ana)
    for one, other in ((third, second), (second, first), (third, first)):
        Roster.objects.filter(circle=one.circle, number=one.number).update(body=bytes(other.body))
        assert held(ana) == everything  # the chain ends before it, and Ana stands in each
        assert shared_site.circle not in held(dee)
        Roster.objects.filter(circle=one.circle, number=one.number).update(body=bytes(one.body))
    Roster.objects.filter(circle=third.circle, number=3).delete()
    assert shared_site.circle not in held(dee)
    assert shared_site.circle in held(ben)
    Roster.objects.filter(circle=third.circle, number=2).delete()
    third.save(force_insert=True)
    assert shared_site.circle not in held(ben) | held(dee)
    assert held(ana) == everything
    second.save(force_insert=True)
    Roster.objects.filter(circle=first.circle, number=1).delete()
    assert not {shared_site.circle} & (held(ana) | held(ben))


def test_keys_exchanged_in_the_ledger_are_noticed_before_access_is_given(
    ana: Someone, ben: Someone, site, mallory
):
    Holder.objects.filter(pk=ben.workspace.holder).update(public=mallory[1].public.to_bytes())
    with ana.workspace.bound():
        before = reading.ledger()
        with pytest.raises(holders.OtherKeys):
            give_access(by=ana.member, at=AT, site=site, member=ben.member)
        assert reading.ledger() == before


def test_keys_exchanged_between_enrolling_and_admitting_are_noticed(ana: Someone, mallory):
    holder, keys = holders.enrol(ana.workspace.collective, "dee-login", "dee six words", ana.workspace.root)
    Holder.objects.filter(pk=holder.pk).update(public=mallory[1].public.to_bytes())
    with ana.workspace.bound(), pytest.raises(holders.OtherKeys):
        admit(by=ana.member, at=AT, name="Dee", holder=holder.pk, fingerprint=keys.public.fingerprint)
    with ana.workspace.bound(), pytest.raises(holders.OtherKeys), act("tried", at=AT):
        holders.let_in(ana.workspace.own_circle, mallory[0])  # a holder that nobody admitted


def test_a_wrap_opens_for_its_holder_only(ana: Someone, ben: Someone):
    Holder.objects.filter(pk=ben.workspace.holder).update(
        wrapped=bytes(Holder.objects.get(pk=ana.workspace.holder).wrapped)
    )
    with pytest.raises(holders.WrongWords):
        holders.unlock(ben.login, ana.passphrase)
    with pytest.raises(holders.WrongWords):
        holders.unlock(ben.login, ben.passphrase)
    assert holders.unlock(ana.login, ana.passphrase)


def test_what_was_given_is_what_is_held(ana: Someone, ben: Someone, cy: Someone, shared_site: Site):
    """The honest way, so that the refusals above mean something."""
    expected: dict[str, Any] = {s.name: {c.kind for c in circles_of(s).values()} for s in (ana, ben, cy)}
    assert expected == {
        "Ana": {COLLECTIVE, OWN, SITE},
        "Ben": {COLLECTIVE, OWN, SITE},
        "Cy": {COLLECTIVE, OWN},
    }


def test_a_roster_that_continues_another_chain_isnt_followed(ana: Someone, ben: Someone, shared_site: Site):
    """Ben may sign rosters, but only such as go on from the latest."""
    dee = join(ana, "Dee")
    known = {dee.workspace.holder: dee.workspace.keys.public.fingerprint}
    mine, collective = ben.workspace.circles[shared_site.circle], ben.workspace.collective
    for changed in (
        {"roster_hash": mine.root},
        {"kind": COLLECTIVE},
        {"roster_number": mine.roster_number + 1},
    ):
        fork = mine.copy()
        for name, value in changed.items():
            setattr(fork, name, value)
        circles.give(collective, fork, dee.workspace.holder, dee.workspace.keys.public, *_of(ben))
        assert shared_site.circle not in held(dee), changed
        assert circles_of(ana)[shared_site.circle].roster == mine.roster
        Roster.objects.filter(circle=mine.id, number__gt=mine.roster_number).delete()
    fork = mine.copy()
    circles.give(collective, fork, dee.workspace.holder, dee.workspace.keys.public, *_of(ben))
    assert circles_of(ana)[shared_site.circle].roster == mine.roster | known
    assert shared_site.circle in held(dee)


def _of(someone: Someone) -> tuple[UUID, PrivateKeys]:
    return someone.workspace.holder, someone.workspace.keys
