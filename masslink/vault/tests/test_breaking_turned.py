"""Attacks by a turned member who may write any row and roster where they stand, with the ledger in their hands."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from masslink.collective import acts
from masslink.collective.models import Invitation, Kit, Member
from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault import circles, epochs, holders, rosters, suite
from masslink.vault.act import act
from masslink.vault.circles import Giver
from masslink.vault.models import Grant, Holder, Roster, Row
from masslink.vault.rosters import Circle
from masslink.vault.sessions import sessions
from masslink.vault.suite import PrivateKeys
from masslink.vault.tests import reading
from masslink.vault.workspace import Removed

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)


@pytest.fixture
def dee(ana: Someone, shared_site: Site) -> Iterator[Someone]:
    someone = join(ana, "Dee")
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=shared_site, member=Member.objects.get(name="Dee"))
    yield someone
    sessions.end_all(someone.workspace.holder)


def giver(someone: Someone) -> Giver:
    return Giver(someone.workspace.collective, someone.workspace.holder, someone.workspace.keys)


def let_go(by: Someone, name: str = "Ben") -> None:
    with by.workspace.bound():
        by.workspace.catch_up()
        acts.let_go(by=by.member, at=LATER, member=Member.objects.get(name=name))


def is_out(someone: Someone, *others: Someone) -> bool:
    """Not in the ledger, and in nobody's roster; those who stay hold what they held, when they unlock too."""
    for other in others:
        reading.caught_up(other.workspace)
        new = reading.fresh(other.workspace)
        assert {c.id: c.holders for c in new.circles.values()} == {
            c.id: c.holders for c in other.workspace.circles.values()
        }
        if any(someone.workspace.holder in circle.roster for circle in new.circles.values()):
            return False
        new.close()
    return not Holder.objects.filter(pk=someone.workspace.holder).exists()


# --- rosters -------------------------------------------------------------------------------------


def _names_keys_to_come(circle: Circle) -> None:
    circle.raw |= {2: b"\x02" * 32, 3: b"\x03" * 32}


def _leaps_to_a_late_epoch(circle: Circle) -> None:
    circle.add_key(2**31 - 1, b"\x09" * 32)


def _hides_the_key_of_its_epoch(circle: Circle) -> None:
    circle.raw = {0: b"\x02" * 32}


def _names_another_key_for_its_epoch(circle: Circle) -> None:
    circle.raw = {1: b"\x07" * 32}


@pytest.mark.parametrize(
    "spoil",
    [
        _names_keys_to_come,
        _leaps_to_a_late_epoch,
        _hides_the_key_of_its_epoch,
        _names_another_key_for_its_epoch,
    ],
)
@pytest.mark.parametrize("where", ["collective", "site"])
def test_no_roster_keeps_its_signer_from_being_put_out(ana, ben, dee, shared_site, spoil, where):
    """Each would make the roster without Ben one that nobody follows."""
    reading.caught_up(ben.workspace)
    id = shared_site.circle if where == "site" else ben.workspace.collective_circle
    spoilt = ben.workspace.circles[id].copy()
    spoil(spoilt)
    with transaction.atomic("default"):
        number = spoilt.roster_number + 1
        circles._write_roster(giver(ben), spoilt, spoilt.roster, {})
        for someone in (ana, dee, ben):
            for epoch in set(spoilt.keys) - {1}:
                keys = someone.workspace.keys.public
                circles._write_grant(giver(ben), spoilt, epoch, someone.workspace.holder, keys)
    for someone in (ana, dee):
        new = reading.fresh(someone.workspace)
        assert (new.circles[id].roster_number, new.circles[id].epoch) == (number - 1, 1)
        new.close()
    Roster.objects.filter(circle=id, number=number).delete()  # or he withholds it: it keeps its place
    let_go(ana)
    assert is_out(ben, ana, dee)


def test_a_roster_lies_under_no_older_key_than_the_one_it_speaks_of(ana, ben, dee, shared_site):
    """Else whoever has the old key alone could say who vouches for the new one."""
    reading.caught_up(ben.workspace)
    spoilt = ben.workspace.circles[shared_site.circle].copy()
    spoilt.add_key(2, b"\x02" * 32)
    circles._write_roster(giver(ben), spoilt, spoilt.roster, {})
    row = Roster.objects.get(circle=spoilt.id, number=spoilt.roster_number)
    plain = suite.unseal(
        spoilt.keys[2], bytes(row.body), rosters._bound(row.collective_id, spoilt, row.number, 2)
    )
    body = suite.seal(spoilt.keys[1], plain, rosters._bound(row.collective_id, spoilt, row.number, 1))
    Roster.objects.filter(circle=spoilt.id, number=row.number).update(epoch=1, body=body)
    for someone in (ana, dee):
        new = reading.fresh(someone.workspace)
        assert new.circles[spoilt.id].roster_number == row.number - 1
        new.close()


def test_junk_behind_the_rosters_keeps_nobody_in(ana, ben, dee, shared_site):
    for circle, number in ((ana.workspace.collective_circle, 99), (shared_site.circle, 77)):
        junk = {"collective_id": ana.workspace.collective, "seq": 1, "number": number, "epoch": 1}
        Roster.objects.create(circle=circle, body=b"\x01" + b"junk" * 99, **junk)
    let_go(ana)
    assert is_out(ben, ana, dee)


def test_the_next_number_taken_by_junk_keeps_nobody_in(ana, ben, dee, shared_site):
    for circle in (ana.workspace.collective_circle, shared_site.circle):
        number = Roster.objects.filter(circle=circle).count() + 1
        junk = {"collective_id": ana.workspace.collective, "seq": 1, "number": number, "epoch": 1}
        Roster.objects.create(circle=circle, body=b"\x01" + b"junk" * 99, **junk)
    let_go(ana)
    assert is_out(ben, ana, dee)


def test_another_key_for_an_epoch_replaces_the_true_one_for_nobody(ana, ben, dee, shared_site):
    """Ben stands in the roster and seals Dee a key of his own: what she writes, nobody else would read."""
    reading.caught_up(ben.workspace)
    true, other = ben.workspace.circles[shared_site.circle], ben.workspace.circles[shared_site.circle].copy()
    for number in range(6):  # whichever comes first
        other.add_key(1, bytes([number]) * 32)
        circles._write_grant(giver(ben), other, 1, dee.workspace.holder, dee.workspace.keys.public)
        new = reading.fresh(dee.workspace)
        assert new.circles[true.id].raw == true.raw
        new.close()


def test_who_wasnt_given_a_newer_key_cant_tear_off_the_rosters_made_under_it(ana, ben, dee, shared_site):
    """The ledger kept the new key from Dee; she can't sign over what the others have agreed on since."""
    reading.caught_up(dee.workspace)
    eve = join(ana, "Eve")
    Holder.objects.filter(pk=dee.workspace.holder).update(public=PrivateKeys.generate().public.to_bytes())
    let_go(ana)
    reading.caught_up(dee.workspace)
    before = {i: list(c.chain) for i, c in ana.workspace.circles.items()}
    for circle in (shared_site.circle, ana.workspace.collective_circle):
        with pytest.raises((IntegrityError, Removed)), dee.workspace.bound(), act("torn", at=LATER):
            epochs.take_away(circle, ana.workspace.holder)
    new = reading.fresh(ana.workspace)
    assert {i: c.chain for i, c in new.circles.items()} == before
    assert eve.workspace.holder in new.circles[new.collective_circle].holders
    new.close()


# --- records that name others --------------------------------------------------------------------


def _an_invitation_that_names(ana: Someone, ben: Someone, victim: UUID) -> None:
    with ben.workspace.bound():
        made = {"made_by": ben.member, "made_at": AT, "until": LATER, "secret": "00" * 32}
        circle = ben.workspace.collective_circle
        with act("forged", at=AT):
            Invitation(circle=circle, name="Nobody", holder=victim, **made).save()


def _a_kit_that_names(ana: Someone, ben: Someone, victim: UUID) -> None:
    with ben.workspace.bound():
        half = {"first_keeper": ben.member, "first_half": victim, "first_print": "00" * 64}
        with act("forged", at=AT):
            Kit(circle=ben.workspace.collective_circle, made_on=AT.date(), **half).save()


def _his_own_record_with_keys_of(ana: Someone, ben: Someone, victim: UUID) -> None:
    with ben.workspace.bound(), act("forged", at=AT):
        Member.objects.filter(pk=ben.member.pk).update(holder=victim)


@pytest.mark.parametrize(
    "plant", [_an_invitation_that_names, _a_kit_that_names, _his_own_record_with_keys_of]
)
@pytest.mark.parametrize("victim", ["ana", "dee", "nobody"])
def test_a_record_that_names_somebody_elses_keys_takes_nobody_else_along(
    ana, ben, dee, shared_site, plant, victim
):
    """Whoever removes Ben, Ana or another: he is out, and nobody but him."""
    named = {"ana": ana.workspace.holder, "dee": dee.workspace.holder, "nobody": uuid4()}[victim]
    reading.caught_up(ben.workspace)
    plant(ana, ben, named)
    let_go(ana)
    assert is_out(ben, ana, dee)
    for someone in (ana, dee):
        assert Holder.objects.filter(pk=someone.workspace.holder).exists()
        assert {ana.workspace.holder, dee.workspace.holder} == set(
            someone.workspace.circles[shared_site.circle].roster
        )


def test_declining_an_invitation_that_names_a_member_ends_no_membership(ana, ben, dee):
    reading.caught_up(ben.workspace)
    _an_invitation_that_names(ana, ben, dee.workspace.holder)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        acts.decline(by=ana.member, at=LATER, invitation=Invitation.objects.get(name="Nobody"))
    assert Holder.objects.filter(pk=dee.workspace.holder).exists()
    assert dee.client.get("/us").status_code == 200


def test_a_record_of_a_kit_names_no_guests_and_newcomers(ana, ben):
    waiting, _ = holders.enrol(ana.workspace.collective, "waiting-10", "x", ana.workspace.root)
    _a_kit_that_names(ana, ben, waiting.pk)
    let_go(ana)
    assert Holder.objects.filter(pk=waiting.pk).exists()


# --- keys that the ledger exchanges --------------------------------------------------------------


def test_who_isnt_given_the_new_key_writes_nothing_under_the_old_one(ana, ben, dee, shared_site):
    """Dee's public keys are exchanged while Ben is put out: she gets no new key, and he still has the old one."""
    reading.caught_up(dee.workspace)
    Holder.objects.filter(pk=dee.workspace.holder).update(public=PrivateKeys.generate().public.to_bytes())
    let_go(ana)
    before = Row.objects.count()
    with dee.workspace.bound():
        dee.workspace.catch_up()
        with pytest.raises(Removed):
            add_person(by=dee.member, at=LATER, site=Site.objects.get(), name="Written for Ben as well")
        with pytest.raises(Removed), act("line", at=LATER, circles=[shared_site.circle]):
            pass
    assert Row.objects.count() == before


def test_a_place_founded_by_somebody_who_is_out_gets_its_own_key_before_anything_is_written(ana, ben, dee):
    """Ben makes a place in Ana's name and lets her in, after he is out."""
    bens, row = giver(ben), Holder.objects.get(pk=ben.workspace.holder)
    let_go(ana)
    row.save(force_insert=True)
    made = circles.create(bens.collective, circles.SITE, bens.holder, bens.keys)
    circles.give(bens, made, ana.workspace.holder, ana.workspace.keys.public)
    new = reading.fresh(ana.workspace)
    assert set(epochs.overtaken(new)) == {made.id}
    with new.bound(), act("line", at=LATER, circles=[made.id]):
        pass
    assert new.circles[made.id].epoch == 2 and new.circles[made.id].holders == {ana.workspace.holder}
    new.close()


def test_guests_of_a_shared_circle_stay_and_former_members_dont(ana, ben, dee, shared_site):
    guest = PrivateKeys.generate()
    row = Holder.objects.create(
        collective_id=ana.workspace.collective,
        kind=Holder.Kind.LINK,
        public=guest.public.to_bytes(),
        wrapped=b"",
    )
    with ana.workspace.bound(), act("shared", at=AT):
        shared = holders.open_circle(circles.SHARED)
        held = ana.workspace.circles[shared]
        circles.give(epochs.giver(ana.workspace), held, row.pk, guest.public)
        holders.let_in(shared, ben.workspace.holder)
    assert epochs.overtaken(ana.workspace) == {}
    let_go(ana)
    assert ana.workspace.circles[shared].holders == {ana.workspace.holder, row.pk}
    assert ana.workspace.circles[shared].epoch == 2
    assert Grant.objects.filter(holder=row.pk).count() == 2


def test_nothing_about_keys_can_be_signed_for_an_epoch_before_ones_own(ana, ben, dee, shared_site):
    """Who may hand on a key: whoever held the circle in its epoch, or since. Ben held it in the first alone."""
    bens, old = giver(ben), ben.workspace.circles[shared_site.circle].copy()
    let_go(ana)
    circle = ana.workspace.circles[shared_site.circle]
    assert bens.holder in circle.vouchers(1) and bens.holder not in circle.vouchers(2)
    assert {ana.workspace.holder, dee.workspace.holder} == set(circle.vouchers(2))
    stolen = circle.copy()
    for epoch, counts in ((1, True), (2, False)):
        id = circles.grant_id(bens.collective, circle, epoch, dee.workspace.holder)
        circles._write_grant(bens, stolen, epoch, dee.workspace.holder, dee.workspace.keys.public)
        new = reading.fresh(dee.workspace)
        assert (epoch in getattr(new.circles.get(old.id), "keys", {})) is counts, epoch
        new.close()
        Grant.objects.filter(pk=id).delete()
    assert rosters.digest(old.raw[1]) == circle.digests[1]
