"""Somebody who controls the ledger makes keys, circles and rosters of their own, or exchanges those of others."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from masslink.collective.acts import admit
from masslink.conftest import AT, Someone, join
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault import circles, holders, rosters
from masslink.vault.act import act
from masslink.vault.circles import COLLECTIVE, OWN, SITE, Giver
from masslink.vault.models import Grant, Holder, Roster
from masslink.vault.suite import Opens, PrivateKeys
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)


def held(someone: Someone) -> set[UUID]:
    return set(circles_of(someone))


def circles_of(someone: Someone) -> dict[UUID, rosters.Circle]:
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
    someone: Someone, circle_id: UUID, kind: str, signer: UUID, signing: Opens, *, epoch: int = 1
) -> None:
    """Seal a key of our own to somebody, as whoever controls the ledger may."""
    collective, holder = someone.workspace.collective, someone.workspace.holder
    circle = rosters.Circle(circle_id, kind)
    circle.add_key(epoch, b"\x01" * 32)
    public = someone.workspace.keys.public
    circles._write_grant(Giver(collective, signer, signing), circle, epoch, holder, public)


def plant_circle(someone: Someone, kind: str, signer: UUID, signing: Opens) -> UUID:
    """A whole circle made by somebody else: a first roster with the victim in it, and a grant."""
    circle = circles.create(someone.workspace.collective, kind, signer, signing)
    victim = someone.workspace
    circles.give(Giver(victim.collective, signer, signing), circle, victim.holder, victim.keys.public)
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
    forged = rosters.Circle(circle, kind)
    forged.add_key(epoch, b"\x01" * 32)
    forged.roster_number = Roster.objects.filter(circle=circle).count()
    roster = dict.fromkeys((ben.workspace.holder, mallory[0]), mallory[1].public.fingerprint)
    circles._write_roster(Giver(ben.workspace.collective, *mallory), forged, roster, {})
    assert {i: c.raw for i, c in circles_of(ben).items()} == before


def test_a_grant_by_somebody_who_isnt_in_the_circle_doesnt_count(ana: Someone, ben: Someone, site: Site):
    """Ben is a member and got hold of the key, but nobody let him in."""
    dee, collective = join(ana, "Dee"), ana.workspace.collective
    stolen, known = ana.workspace.circles[site.circle].copy(), dee.workspace.keys.public
    longer = stolen.roster | {dee.workspace.holder: known.fingerprint}
    for signer in (ben.workspace.holder, ana.workspace.holder):  # in his own name, and in Ana's
        giver = Giver(collective, signer, ben.workspace.keys)
        circles._write_grant(giver, stolen, 1, dee.workspace.holder, known)
        assert site.circle not in held(dee)
        circles._write_roster(giver, stolen.copy(), longer, {})
        assert site.circle not in held(dee)
        assert set(circles_of(ana)[site.circle].roster) == {ana.workspace.holder}
        Roster.objects.filter(circle=site.circle, number=2).delete()
    circles._write_roster(Giver(collective, *_of(ana)), stolen, longer, {})
    assert site.circle not in held(dee)  # now she stands there, but nobody in the circle gave her its key


def test_a_grant_whose_signer_stands_in_the_roster_counts_only_with_their_signature(ana, ben, site):
    stolen = ana.workspace.circles[site.circle].copy()
    known = ben.workspace.keys.public
    longer = stolen.roster | {ben.workspace.holder: known.fingerprint}
    circles._write_roster(Giver(ana.workspace.collective, *_of(ana)), stolen, longer, {})
    forger = Giver(ana.workspace.collective, ana.workspace.holder, ben.workspace.keys)
    circles._write_grant(forger, stolen, 1, ben.workspace.holder, known)
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
        {"chain": [*mine.chain[:-1], mine.root, mine.root][-len(mine.chain) :]},
        {"kind": COLLECTIVE},
        {"roster_number": mine.roster_number + 1},
    ):
        fork = mine.copy()
        for name, value in changed.items():
            setattr(fork, name, value)
        circles.give(Giver(collective, *_of(ben)), fork, dee.workspace.holder, dee.workspace.keys.public)
        assert shared_site.circle not in held(dee), changed
        assert circles_of(ana)[shared_site.circle].roster == mine.roster
        Roster.objects.filter(circle=mine.id, number__gt=mine.roster_number).delete()
    fork = mine.copy()
    circles.give(Giver(collective, *_of(ben)), fork, dee.workspace.holder, dee.workspace.keys.public)
    assert circles_of(ana)[shared_site.circle].roster == mine.roster | known
    assert shared_site.circle in held(dee)


def _of(someone: Someone) -> tuple[UUID, Opens]:
    return someone.workspace.holder, someone.workspace.keys
