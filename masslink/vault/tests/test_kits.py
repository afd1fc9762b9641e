"""The kit: two sheets together open the circles; one sheet, one member or whoever has the ledger, none."""

import pytest

from masslink.collective import acts
from masslink.collective.acts import NotNow
from masslink.collective.models import Kit, KitVoucher, Member
from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.sites.acts import open_site
from masslink.sites.models import Site
from masslink.vault import kits
from masslink.vault.act import act
from masslink.vault.circles import COLLECTIVE, SITE
from masslink.vault.holders import OtherKeys, WrongWords, enrol, open_workspace
from masslink.vault.models import Grant, Holder
from masslink.vault.sessions import sessions
from masslink.vault.suite import PrivateKeys
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dee(ana: Someone):
    someone = join(ana, "Dee")
    yield someone
    sessions.end_all(someone.workspace.holder)


def as_member(someone: Someone) -> Member:
    someone.workspace.catch_up()
    return Member.objects.get(pk=someone.member.pk)


def make_kit(first: Someone, second: Someone) -> tuple[str, str]:
    with first.workspace.bound():
        kit, one = acts.make_half(by=as_member(first), at=AT)
    with second.workspace.bound():
        by = as_member(second)
        _, other = acts.make_half(by=by, at=AT, kit=Kit.objects.get(pk=kit.pk))
    return one, other


def vouch(someone: Someone) -> None:
    with someone.workspace.bound():
        by = as_member(someone)
        acts.vouch_for_kit(by=by, at=AT, kit=Kit.objects.get(retired_on=None))


def after_unlocking(someone: Someone) -> None:
    with someone.workspace.bound():
        acts.seal_to_kit(by=as_member(someone), at=AT)


def kinds(*sheets: str) -> list[str]:
    workspace = kits.open_with(*sheets)
    found = sorted(c.kind for c in workspace.circles.values())
    workspace.close()
    return found


def test_both_sheets_open_everything_but_members_own(ana, ben, dee, shared_site, person):
    with dee.workspace.bound():
        open_site(by=as_member(dee), at=AT, kind="workplace", name="Kitchen")
    sheets = make_kit(ana, ben)
    vouch(ana)
    with pytest.raises(WrongWords):
        kits.open_with(*sheets)
    vouch(dee)
    after_unlocking(ana)
    assert kinds(*sheets) == kinds(*sheets[::-1]) == [COLLECTIVE, SITE, SITE]
    workspace = kits.open_with(*sheets)
    with workspace.bound():
        assert {s.name for s in Site.objects.all()} == {"Warehouse", "Kitchen"}
        assert Person.objects.get().name == "Marisol R."
        site = Site.objects.get(name="Kitchen")
        add_person(by=Member.objects.all()[0], at=AT, site=site, name="Noted by the kit")
    workspace.close()
    reading.assert_agree(ana.workspace, ben.workspace, dee.workspace)


def test_one_sheet_opens_nothing(ana, ben, shared_site):
    one, other = make_kit(ana, ben)
    vouch(ana)
    vouch(ben)
    after_unlocking(ana)
    for pair in ((one, one), (other, other), (one, "paper " * 12), ("", "")):
        with pytest.raises(WrongWords):
            kits.open_with(*pair)


def test_places_opened_and_epochs_renewed_later_belong_to_the_kit_too(ana, ben, dee, shared_site):
    sheets = make_kit(ana, dee)
    vouch(ana)
    vouch(dee)
    after_unlocking(ana)
    with ana.workspace.bound():
        acts.let_go(by=as_member(ana), at=AT, member=Member.objects.get(pk=ben.member.pk))
        open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
    after_unlocking(ana)
    assert kinds(*sheets) == [COLLECTIVE, SITE, SITE]
    assert {c.epoch for c in ana.workspace.circles.values()} == {1, 2}


def test_when_a_keeper_leaves_the_kit_opens_nothing_new(ana, ben, dee, shared_site):
    sheets = make_kit(ana, ben)
    vouch(ana)
    vouch(dee)
    after_unlocking(ana)
    with ana.workspace.bound():
        acts.let_go(by=as_member(ana), at=AT, member=Member.objects.get(pk=ben.member.pk))
        assert Kit.objects.get().retired_on
        assert all(not c.kits for c in ana.workspace.circles.values())
    with pytest.raises(WrongWords):
        kits.open_with(*sheets)


def test_a_turned_coordinator_alone_makes_no_kit_that_others_seal_to(ana, ben, shared_site):
    """Ana writes whatever a member can write: both halves, and signatures in Ben's name."""
    with ben.workspace.bound():
        as_member(ben)
        own = open_site(by=ben.member, at=AT, kind="workplace", name="Ben's kitchen")
    with ana.workspace.bound():
        by = as_member(ana)
        kit, one = acts.make_half(by=by, at=AT)
        with pytest.raises(NotNow):
            acts.make_half(by=by, at=AT, kit=kit)
        him = Member.objects.get(pk=ben.member.pk)
        _, other = acts.make_half(by=him, at=AT, kit=kit)  # in his name
        acts.vouch_for_kit(by=by, at=AT, kit=kit)
        forged = KitVoucher.objects.get()
        with act("forged", at=AT):
            for signature in (forged.signature, ana.workspace.keys.sign(b"x").hex(), "00" * 64):
                KitVoucher(
                    circle=kit.circle, kit=kit, member=him, holder=him.holder, signature=signature, on=kit.made_on
                ).save()  # fmt: skip
            sock = enrol(ana.workspace.collective, "sock-puppet-10", "x", ana.workspace.root)[0]
            KitVoucher(
                circle=kit.circle, kit=kit, member=by, holder=sock.pk, signature=forged.signature, on=kit.made_on
            ).save()  # fmt: skip
    after_unlocking(ben)
    with pytest.raises(WrongWords):
        kits.open_with(one, other)
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert not any(c.kits for c in ben.workspace.circles.values())
        assert ben.workspace.circles[own.circle].holders == {ben.workspace.holder}


def test_another_half_put_under_a_confirmed_kit_is_noticed(ana, ben, shared_site):
    make_kit(ana, ben)
    vouch(ana)
    mine = PrivateKeys.generate()
    Holder.objects.filter(kind=Holder.Kind.KIT).update(public=mine.public.to_bytes())
    with pytest.raises(OtherKeys):
        vouch(ben)
    assert not Grant.objects.filter(holder__kind=Holder.Kind.KIT).exists()


def test_recovered_keys_let_a_member_in_again(ana, ben, dee, shared_site, person):
    """Everybody's words are gone; two sheets are left."""
    sheets = make_kit(ana, ben)
    vouch(ana)
    vouch(ben)
    after_unlocking(ana)
    workspace = kits.open_with(*sheets)
    with workspace.bound():
        her = Member.objects.get(pk=ana.member.pk)
        holder, keys = enrol(workspace.collective, "anew-anew-10", "six new words", workspace.root)
        acts.give_new_keys(by=her, at=AT, member=her, holder=holder.pk, fingerprint=keys.public.fingerprint)
    again = open_workspace(holder, keys)
    with again.bound():
        assert Member.objects.get(holder=again.holder).name == "Ana"
    again.close()
    workspace.close()
