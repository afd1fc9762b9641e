"""Leaving: who is out reads nothing more, those who stay lose nothing, and the old key goes out of use."""

from datetime import timedelta

import pytest

from masslink.collective import acts
from masslink.collective.models import Member
from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.sites.acts import give_access, open_site, take_access
from masslink.sites.models import Site
from masslink.vault import circles, epochs, holders, resealing
from masslink.vault.models import Act, Chunk, Grant, Holder, Past, Roster, Row
from masslink.vault.sessions import sessions
from masslink.vault.suite import Unopenable, unseal
from masslink.vault.tests import reading
from masslink.vault.workspace import Locked, Removed

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)


def add(who: Someone, site: Site, name: str) -> None:
    with who.workspace.bound():
        who.workspace.catch_up()
        add_person(by=who.member, at=AT, site=Site.objects.get(pk=site.pk), name=name)


def names(who: Someone) -> set[str]:
    with who.workspace.bound():
        who.workspace.catch_up()
        return set(Person.objects.values_list("name", flat=True))


def let_go(by: Someone, member: Someone) -> None:
    with by.workspace.bound():
        by.workspace.catch_up()
        acts.let_go(by=by.member, at=LATER, member=Member.objects.get(pk=member.member.pk))


def reseal_all(who: Someone) -> int:
    steps = 0
    with who.workspace.bound():
        while True:
            done, total = resealing.step(who.workspace)
            steps += 1
            if done == total:
                return steps


@pytest.fixture
def dee(ana: Someone):
    someone = join(ana, "Dee")
    yield someone
    sessions.end_all(someone.workspace.holder)


def test_who_is_let_go_comes_in_no_more_and_their_keys_open_nothing_new(ana, ben, dee, shared_site):
    add(ben, shared_site, "Before")
    old = {id: dict(c.keys) for id, c in ben.workspace.circles.items()}
    let_go(ana, ben)
    with pytest.raises((Removed, Locked)), ben.workspace.bound():
        ben.workspace.catch_up()
    assert not Holder.objects.filter(pk=ben.workspace.holder).exists()
    assert not Grant.objects.filter(holder=ben.workspace.holder).exists()
    with pytest.raises(holders.WrongWords):
        holders.unlock(ben.login, ben.passphrase)
    add(ana, shared_site, "After")
    newest = Row.objects.filter(circle=shared_site.circle).order_by("-seq")[0]
    assert newest.epoch == 2
    for key in old[shared_site.circle].values():
        with pytest.raises(Unopenable):
            unseal(key, bytes(newest.body), b"")
    for row in Roster.objects.filter(circle__in=[shared_site.circle, ana.workspace.collective_circle]):
        assert row.epoch == 2  # so who reads the chain is who holds the latest key
    assert names(ana) == {"Before", "After"}
    reading.assert_agree(ana.workspace, dee.workspace)


def test_a_place_the_remover_doesnt_hold_gets_its_new_key_from_whoever_writes_first(ana, ben, dee):
    with ben.workspace.bound():
        site = open_site(by=ben.member, at=AT, kind="workplace", name="Kitchen")
        ben.workspace.catch_up()
        give_access(by=ben.member, at=AT, site=site, member=Member.objects.get(pk=dee.member.pk))
    add(dee, site, "Before")
    let_go(ana, ben)
    assert set(Row.objects.filter(circle=site.circle).values_list("epoch", flat=True)) == {1}
    with dee.workspace.bound():
        dee.workspace.catch_up()
        assert set(epochs.overtaken(dee.workspace)) == {site.circle}
    add(dee, site, "After")
    with dee.workspace.bound():
        circle = dee.workspace.circles[site.circle]
        assert (circle.epoch, circle.holders) == (2, {dee.workspace.holder})
    assert names(dee) == {"Before", "After"}
    reading.assert_agree(ana.workspace, dee.workspace)


def test_who_goes_by_themselves_doesnt_know_the_next_key(ana, ben, dee, shared_site):
    add(ben, shared_site, "Before")
    own = ben.workspace.own_circle
    let_go(ben, ben)
    assert not Row.objects.filter(circle=own).exists() and not Roster.objects.filter(circle=own).exists()
    add(ana, shared_site, "After")
    with ana.workspace.bound():
        for id in (shared_site.circle, ana.workspace.collective_circle):
            circle = ana.workspace.circles[id]
            assert circle.epoch == 2 and ben.workspace.holder not in circle.roster
    assert names(ana) == {"Before", "After"}
    reading.assert_agree(ana.workspace, dee.workspace)


def test_the_last_coordinator_stays(ana, ben):
    with pytest.raises(acts.NotNow):
        let_go(ana, ana)


def test_taking_access_closes_one_place_and_no_other(ana, ben, shared_site):
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        give_access(by=ana.member, at=AT, site=other, member=Member.objects.get(pk=ben.member.pk))
        take_access(by=ana.member, at=LATER, site=shared_site, member=Member.objects.get(pk=ben.member.pk))
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert [s.name for s in Site.objects.all()] == ["Kitchen"]
    reading.assert_agree(ana.workspace, ben.workspace)


def test_stepping_out_of_a_place_by_oneself(ana, ben, shared_site):
    with ben.workspace.bound():
        ben.workspace.catch_up()
        take_access(by=ben.member, at=LATER, site=Site.objects.get(), member=ben.member)
        ben.workspace.catch_up()
        assert not Site.objects.exists()
    add(ana, shared_site, "After")
    assert ana.workspace.circles[shared_site.circle].epoch == 2
    with pytest.raises(acts.NotNow), ana.workspace.bound():
        take_access(by=ana.member, at=LATER, site=shared_site, member=ana.member)
    reading.assert_agree(ana.workspace, ben.workspace)


def test_re_sealing_goes_on_after_a_break_beside_writers_and_ends_the_old_key(
    ana, ben, dee, shared_site, monkeypatch
):
    monkeypatch.setattr(resealing, "TABLES", tuple(
        resealing.Sealed(t.name, t.what, t.number, at_once=7) for t in resealing.TABLES
    ))  # fmt: skip
    with ana.workspace.bound():
        ana.workspace.catch_up()
        give_access(by=ana.member, at=AT, site=shared_site, member=Member.objects.get(pk=dee.member.pk))
    for number in range(30):
        add(ana, shared_site, f"Person {number}")
    let_go(ana, ben)
    with ana.workspace.bound():
        assert resealing.remaining(ana.workspace) > 60
        for _ in range(3):
            resealing.step(ana.workspace)
    add(dee, shared_site, "Meanwhile")
    ana.workspace.kept.clear()  # as after a restart
    assert reseal_all(dee) > 3
    for table in (Row, Act, Past, Chunk, Roster):
        found = table.objects.filter(circle__in=[shared_site.circle, ana.workspace.collective_circle])
        assert set(found.values_list("epoch", flat=True)) <= {2}, table
    assert Grant.objects.filter(holder=dee.workspace.holder).count() == 3
    add(ana, shared_site, "Afterwards")
    with ana.workspace.bound():
        assert all(len(c.keys) == 1 for c in ana.workspace.circles.values())
    reading.assert_agree(ana.workspace, dee.workspace)
    eve = join(ana, "Eve")  # who comes later opens everything with the latest key alone
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=shared_site, member=Member.objects.get(pk=eve.member.pk))
    assert len(names(eve)) == 32
    reading.assert_agree(ana.workspace, eve.workspace)


def test_a_member_put_back_into_the_ledger_opens_nothing_new(ana, ben, shared_site):
    """Whoever controls the ledger puts Ben's rows back as they were."""
    row = Holder.objects.get(pk=ben.workspace.holder)
    grants = list(Grant.objects.filter(holder=row))
    keys = ben.workspace.keys
    let_go(ana, ben)
    add(ana, shared_site, "After")
    row.save(force_insert=True)
    Grant.objects.bulk_create(grants)
    back = holders.open_workspace(row, keys)
    assert not back.let_in and not any(c.kind == circles.SITE for c in back.circles.values())
    add(ana, shared_site, "Later")
    assert ana.workspace.circles[shared_site.circle].epoch == 2
    back.close()
