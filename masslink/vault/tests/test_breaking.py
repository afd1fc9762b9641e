"""Attacks by whoever was put out, with all their old keys and with the ledger in their hands."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.db.models import F

from masslink.collective import acts
from masslink.collective.models import Member
from masslink.conftest import AT, Someone, join
from masslink.core.padding import pad_text
from masslink.people.acts import add_person, edit_person
from masslink.people.models import Person
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault import circles, epochs, files, history, resealing, suite
from masslink.vault.act import act
from masslink.vault.circles import Giver
from masslink.vault.ledger import Ledger, Payload
from masslink.vault.models import Act, Chunk, Collective, Grant, Past, Roster, Row
from masslink.vault.rosters import Circle
from masslink.vault.sessions import sessions
from masslink.vault.suite import Unopenable
from masslink.vault.tests import busy, reading
from masslink.vault.workspace import Removed, Workspace

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)
FORGED = "Forged by Ben"


@pytest.fixture
def dee(ana: Someone, shared_site: Site) -> Iterator[Someone]:
    someone = join(ana, "Dee")
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=shared_site, member=Member.objects.get(name="Dee"))
    yield someone
    sessions.end_all(someone.workspace.holder)


@pytest.fixture
def bens(ben: Someone) -> Giver:
    """Ben's name and keys, which nobody can take from him."""
    return Giver(ben.workspace.collective, ben.workspace.holder, ben.workspace.keys)


@pytest.fixture
def old(ana: Someone, ben: Someone, bens: Giver, dee: Someone, shared_site: Site) -> Circle:
    """The place's circle as Ben knew it before he was put out; he kept the key."""
    with ana.workspace.bound():
        for name in ("One", "Two"):
            add_person(by=ana.member, at=AT, site=Site.objects.get(), name=name)
        edit_person(by=ana.member, at=AT, person=Person.objects.get(name="One"), nickname="Uno")
    for someone in (ben, dee):
        reading.caught_up(someone.workspace)
    kept = ben.workspace.circles[shared_site.circle].copy()
    let_go(ana, "Ben")
    return kept


def let_go(by: Someone, name: str) -> None:
    with by.workspace.bound():
        by.workspace.catch_up()
        acts.let_go(by=by.member, at=LATER, member=Member.objects.get(name=name))


def reseal_all(who: Someone) -> None:
    with who.workspace.bound():
        who.workspace.catch_up()
        done, total = resealing.go_on(who.workspace, 30)
        assert done == total


def forge(who: Someone, old: Circle, name: str = FORGED, *, version: int | None = None) -> UUID:
    """Change a person, or put a new one in, under the key that Ben still has."""
    ledger, row = Ledger(who.workspace.collective), person_row(who, old)
    fields = payload(who, old, row)[2] | {"name": name}
    id = row.id if version else uuid4()
    body = ledger.seal(old, id.hex, version or 1, Payload("person", payload(who, old, row)[1], fields))
    seq = touched(who)
    Row.objects.filter(circle=old.id, id=id).delete()
    Row.objects.create(
        collective_id=ledger.collective, circle=old.id, id=id, epoch=old.epoch, version=version or 1, seq=seq,
        body=body,
    )  # fmt: skip
    return id


def person_row(who: Someone, old: Circle) -> Row:
    with who.workspace.bound():
        return Row.objects.get(circle=old.id, id=Person.objects.get(name="Two").pk)


def payload(who: Someone, old: Circle, row: Row) -> Any:
    circle = who.workspace.circles[old.id]
    bound = suite.binding(suite.RECORD, who.workspace.collective, old.id)
    where = bound + suite.place(row.epoch, row.version, row.id.bytes)
    return orjson.loads(suite.unseal(circle.keys[row.epoch], bytes(row.body), where))


def touched(who: Someone) -> int:
    Collective.objects.filter(pk=who.workspace.collective).update(seq=F("seq") + 1)
    return Collective.objects.get(pk=who.workspace.collective).seq


def names(workspace: Workspace) -> set[str]:
    with workspace.bound():
        workspace.catch_up()
        return set(Person.objects.values_list("name", flat=True))


def names_for_all(*people: Someone) -> set[str]:
    """Of those who are in, and of those who unlock now."""
    found = set()
    for someone in people:
        found |= names(someone.workspace)
        new = reading.fresh(someone.workspace)
        found |= names(new)
        new.close()
    return found


# --- rows under the old key ----------------------------------------------------------------------


def test_rows_forged_under_the_old_key_are_believed_by_nobody(ana, dee, old):
    forge(ana, old)
    row = person_row(ana, old)
    forge(ana, old, version=row.version + 1)
    assert FORGED not in names_for_all(ana, dee)


def test_re_sealing_doesnt_make_forged_rows_good(ana, dee, old):
    forge(ana, old)
    reseal_all(ana)
    assert names_for_all(ana, dee) == {"One", "Two"}


def test_grants_of_an_old_epoch_put_back_make_forged_rows_no_better(ana, dee, old):
    grants, chunks = list(Grant.objects.all()), list(Chunk.objects.all())
    honest = list(Row.objects.filter(circle=old.id, epoch=1))
    reseal_all(ana)
    assert not Row.objects.filter(circle=old.id, epoch=1).exists() and honest
    Grant.objects.bulk_create(grants, ignore_conflicts=True)
    Chunk.objects.bulk_create(chunks, ignore_conflicts=True)
    forge_with_old_key(ana, old)
    assert names_for_all(ana, dee) == {"One", "Two"}


def forge_with_old_key(who: Someone, old: Circle) -> None:
    row = person_row(who, old)
    fields = payload(who, old, row)[2] | {"name": FORGED}
    ledger, id = Ledger(who.workspace.collective), uuid4()
    Row.objects.create(
        collective_id=ledger.collective, circle=old.id, id=id, epoch=1, version=1, seq=touched(who),
        body=ledger.seal(old, id.hex, 1, Payload("person", payload(who, old, row)[1], fields)),
    )  # fmt: skip


def test_what_was_there_is_believed_all_the_same_until_it_is_re_sealed(ana, dee, old):
    """By who unlocks in the middle, too; and what is changed in the middle can be undone."""
    assert Row.objects.filter(circle=old.id, epoch=1).exists()
    assert names_for_all(ana, dee) == {"One", "Two"}
    with ana.workspace.bound():
        edit_person(by=ana.member, at=LATER, person=Person.objects.get(name="Two"), name="Two, changed")
        assert Past.objects.filter(circle=old.id, epoch=1).exists()
        history.undo(history.recent(limit=1)[0], at=LATER)
    reading.assert_agree(ana.workspace, dee.workspace)
    reseal_all(dee)
    reading.assert_agree(ana.workspace, dee.workspace)


def test_lines_images_and_files_forged_under_the_old_key(ana, dee, old, shared_site):
    with ana.workspace.bound():
        with act("kept", at=LATER):
            file = files.write_file(shared_site.circle, [b"minutes"])
        renewed_without(ana, dee)
    held = ana.workspace.circles[old.id]
    assert held.epoch == 3
    second = held.copy()
    second.drop_key(3)
    line = {"kind": "forged", "who": uuid4().hex, "at": AT.isoformat(), "records": [], "circles": 1}
    id, collective = uuid4(), ana.workspace.collective
    bound = suite.binding(suite.ACT, collective, old.id) + suite.place(2, 0, id.bytes)
    body = suite.seal(second.keys[2], pad_text(orjson.dumps(line)), bound)
    Act.objects.create(collective_id=collective, circle=old.id, id=id, epoch=2, seq=touched(ana), body=body)
    chunk = Chunk.objects.get(id=file)
    bound = suite.binding(suite.CHUNK, collective, old.id) + suite.place(2, 0, file.bytes + b"\1")
    body = suite.seal(second.keys[2], b"forged\x80".ljust(64 * 1024, b"\0"), bound)
    with ana.workspace.bound():
        assert b"".join(files.read_file(old.id, file)) == b"minutes"
        assert history.find(id) is None
        Chunk.objects.filter(id=file).update(body=body)
        with pytest.raises(Unopenable):
            list(files.read_file(old.id, file))
        Chunk.objects.filter(id=file).update(body=bytes(chunk.body))
        row = person_row(ana, old)
        Past.objects.create(
            collective_id=collective, circle=old.id, id=row.id, epoch=2, version=99, seq=1,
            body=Ledger(collective).seal(second, row.id.hex, 99, Payload("person", 1, {"name": FORGED})),
        )  # fmt: skip
        assert not list(ana.workspace.ledger.pasts(held, {row.id.hex: 99}))


def renewed_without(by: Someone, other: Someone) -> None:
    acts.let_go(by=by.member, at=LATER, member=Member.objects.get(name=other.name))


def test_where_the_list_is_withheld_old_rows_wait_and_no_key_is_given_up(ana, dee, old):
    listed = ana.workspace.circles[old.id].inventory
    rows = list(Chunk.objects.filter(id=listed))
    Chunk.objects.filter(id=listed).delete()
    new = reading.fresh(dee.workspace)
    assert names(new) == set()
    with new.bound():
        for _ in range(8):
            done, total = resealing.step(new)
        assert done < total or set(new.circles[old.id].keys) == {1, 2}
    Chunk.objects.bulk_create(rows)
    with new.bound():
        done, total = resealing.go_on(new, 30)
        assert done == total
    new.close()
    assert names_for_all(ana, dee) == {"One", "Two"}


def test_a_list_of_another_epoch_or_with_another_end_doesnt_count(ana, dee, old):
    listed = ana.workspace.circles[old.id].inventory
    chunk = Chunk.objects.get(id=listed)
    body = bytes(chunk.body)
    for other in (body[:-1] + bytes([body[-1] ^ 1]), body[:99], b""):
        Chunk.objects.filter(id=listed).update(body=other)
        new = reading.fresh(dee.workspace)
        assert names(new) == set()
        new.close()
    Chunk.objects.filter(id=listed).update(body=body)
    chunk.number = 1
    chunk.save(force_insert=True)
    new = reading.fresh(dee.workspace)
    assert names(new) == set()
    new.close()


# --- rosters -------------------------------------------------------------------------------------


def put_rosters_back(old: Circle, rosters: list[Roster]) -> None:
    Roster.objects.filter(circle=old.id).delete()
    Roster.objects.bulk_create(rosters)


@pytest.fixture
def rosters_before(ben: Someone, bens: Giver, dee: Someone, shared_site: Site) -> list[Roster]:
    reading.caught_up(ben.workspace)
    return list(Roster.objects.filter(circle=shared_site.circle))


def test_a_fork_signed_from_where_ben_still_stood_isnt_followed_by_who_has_seen_more(
    ana, dee, rosters_before, bens, old
):
    eve = join(ana, "Eve")
    for someone in (ana, dee):
        reading.caught_up(someone.workspace)
    put_rosters_back(old, rosters_before)
    circles.give(bens, old.copy(), eve.workspace.holder, eve.workspace.keys.public)
    for someone in (ana, dee):
        touched(ana)
        reading.caught_up(someone.workspace)
        junk = {"id": uuid4(), "collective_id": bens.collective, "holder_id": someone.workspace.holder}
        Grant.objects.create(body=b"to have all grants opened again", **junk)
        touched(ana)
        with pytest.raises(Removed):
            reading.caught_up(someone.workspace)
        circle = someone.workspace.circles[old.id]
        assert circle.epoch == 2 and eve.workspace.holder not in circle.roster


def test_who_unlocks_on_a_place_put_back_opens_its_next_epoch_before_writing(
    ana, dee, rosters_before, bens, old
):
    """One place alone is as before Ben was put out, and its new keys are withheld: he still reads nothing new."""
    put_rosters_back(old, rosters_before)
    mine = [circles.grant_id(bens.collective, ana.workspace.circles[old.id], 2, one) for one in old.roster]
    Grant.objects.filter(pk__in=mine).delete()
    new = reading.fresh(dee.workspace)
    assert new.circles[old.id].epoch == 1 and set(epochs.overtaken(new)) == {old.id}
    with new.bound():
        add_person(by=dee.member, at=LATER, site=Site.objects.get(), name="Three")
        row = Row.objects.get(id=Person.objects.get(name="Three").pk)
    assert row.epoch == 2 and bens.holder not in new.circles[old.id].roster
    new.close()


def test_ben_lets_nobody_in_after_he_is_out(ana, dee, rosters_before, bens, old):
    """He hands on the old key, in a roster of his own; then what he has of the new chain."""
    eve = join(ana, "Eve")
    for chain in (old.copy(), ana.workspace.circles[old.id].copy()):
        chain.keys, chain.raw = dict(old.keys), dict(old.raw)
        Roster.objects.filter(circle=old.id, number__gt=chain.roster_number).delete()
        circles.give(bens, chain, eve.workspace.holder, eve.workspace.keys.public)
        new = reading.fresh(eve.workspace)
        assert old.id not in new.circles
        new.close()


def test_ben_doesnt_see_in_the_ledger_to_whom_the_old_key_is_given_after_him(ana, dee, bens, old):
    eve = join(ana, "Eve")
    with ana.workspace.bound():
        give_access(by=ana.member, at=LATER, site=Site.objects.get(), member=eve.member)
    there = set(Grant.objects.filter(holder=eve.workspace.holder).values_list("pk", flat=True))
    circle = ana.workspace.circles[old.id]
    assert there >= {circles.grant_id(bens.collective, circle, e, eve.workspace.holder, 2) for e in (1, 2)}
    assert not there & set(circles.grant_ids(bens.collective, old, 1, eve.workspace.holder))
    reading.caught_up(eve.workspace)
    assert set(eve.workspace.circles[old.id].keys) == {1, 2}
    let_go(dee, "Eve")
    assert not there & set(Grant.objects.values_list("pk", flat=True))


# --- masslink check ------------------------------------------------------------------------------


def test_check_names_what_was_put_in_under_the_old_key_and_a_list_that_is_withheld(ana, dee, old):
    assert busy.faults(ana, dee) == set()
    id = forge(ana, old)
    found = [f for f in busy.look(ana, dee).findings if f.table == "row"]
    assert {(f.fault, f.id) for f in found} == {("unlisted", id.hex), ("unexplained", id.hex)}
    Row.objects.filter(id=id).delete()
    Chunk.objects.filter(id=ana.workspace.circles[old.id].inventory).delete()
    assert "list withheld" in busy.faults(ana, dee)
