"""Attacks by whoever found a link, a sheet, a phone or an old backup; and what these give away together."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction

from masslink.collective import acts
from masslink.collective.models import Device, Invitation, Kit, Member
from masslink.conftest import AT, Someone
from masslink.sites.models import Site
from masslink.vault import backup, circles, devices, holders, invitations, kits, restoring, suite
from masslink.vault.circles import Giver
from masslink.vault.models import Collective, ConsoleCode, Grant, Holder
from masslink.vault.sessions import sessions
from masslink.vault.suite import PrivateKeys, Unopenable
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)
PIN = "482913"


@pytest.fixture
def code(ana: Someone) -> str:
    with ana.workspace.bound():
        return acts.invite(by=ana.member, at=AT, name="Newcomer")[1]


# --- an invitation's link ------------------------------------------------------------------------


def test_who_finds_the_link_comes_first_or_not_at_all_and_the_words_tell(ana: Someone, code: str):
    invited = invitations.read(code, AT)
    _, finder = invitations.accept(code, AT, "finder-10", "words")
    with pytest.raises(holders.WrongWords):
        invitations.accept(code, AT, "newcomer-10", "words")
    newcomer = PrivateKeys.generate()
    seen = [
        invitations.words_to_compare(invited.root, keys.public.fingerprint, invited.secret)
        for keys in (finder, newcomer)
    ]
    assert seen[0] != seen[1]
    new = holders.open_workspace(Holder.objects.get(login="finder-10"), finder)
    assert not new.let_in and [c.kind for c in new.circles.values()] == [circles.OWN]
    new.close()


def test_each_attempt_at_keys_that_fit_the_words_is_as_slow_as_one_at_a_passphrase(
    ana: Someone, code: str, monkeypatch
):
    """Who has the link and the ledger could try keys until the four words are those that the newcomer reads."""
    stretched, real = [], suite._stretch

    def slowly(text, salt, memory_kib, passes, lane):
        stretched.append((memory_kib, passes))
        return real(text, salt, memory_kib, passes, lane)

    monkeypatch.setattr(suite, "_stretch", slowly)
    invited = invitations.read(code, AT)
    keys = [PrivateKeys.generate().public.fingerprint for _ in range(3)]
    words = {tuple(invitations.words_to_compare(invited.root, known, invited.secret)) for known in keys}
    words |= {tuple(invitations.words_to_compare(b"x" * 32, keys[0], invited.secret))}
    words |= {tuple(invitations.words_to_compare(invited.root, keys[0], b"x" * 32))}
    assert len(words) == 5
    assert stretched == [(settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES)] * 5
    again = invitations.words_to_compare(invited.root, keys[0], invited.secret)
    assert tuple(again) in words


def test_a_code_changed_in_the_ledger_opens_nothing(ana: Someone, ben: Someone, code: str):
    """Neither under another id, nor in another collective, nor with the words of another code."""
    row = Holder.objects.get(kind=Holder.Kind.INVITATION)
    with ana.workspace.bound():
        _, other_code = acts.invite(by=ana.member, at=AT, name="Other")
    other = Holder.objects.exclude(pk=row.pk).get(kind=Holder.Kind.INVITATION)
    Holder.objects.filter(pk=other.pk).update(wrapped=bytes(row.wrapped))
    with pytest.raises(holders.WrongWords):
        invitations.read(other_code, AT)
    Holder.objects.filter(pk=row.pk).update(login=None)
    Holder.objects.filter(pk=other.pk).update(login=row.login)
    with pytest.raises(holders.WrongWords):
        invitations.read(code, AT)
    Holder.objects.filter(pk=other.pk).update(login=None)
    Holder.objects.filter(pk=row.pk).update(login=row.login)
    assert invitations.read(code.upper().replace("-", " "), AT).holder == row.pk
    with pytest.raises(invitations.RanOut):
        invitations.accept(code, AT + timedelta(hours=invitations.HOURS), "late-10", "words")
    assert Holder.objects.get(pk=row.pk).kind == Holder.Kind.INVITATION


def test_what_was_accepted_and_exchanged_before_it_is_confirmed_lets_nobody_in(ana: Someone, code: str):
    holder, keys = invitations.accept(code, AT, "newcomer-10", "words")
    Holder.objects.filter(pk=holder.pk).update(public=PrivateKeys.generate().public.to_bytes())
    with ana.workspace.bound(), pytest.raises(holders.OtherKeys):
        invitation, known = Invitation.objects.get(), keys.public.fingerprint
        acts.confirm(by=ana.member, at=AT, invitation=invitation, known=known)
    assert not Grant.objects.filter(holder=holder).exists()


def test_a_newcomer_is_let_in_while_they_write(ana: Someone, code: str):
    holder, keys = invitations.accept(code, AT, "newcomer-10", "words")
    theirs = holders.open_workspace(holder, keys)
    with theirs.bound():
        acts.join(at=AT, secret=b"\x01" * 32)
    with ana.workspace.bound():
        known = keys.public.fingerprint
        acts.confirm(by=ana.member, at=AT, invitation=Invitation.objects.get(), known=known)
    with theirs.bound():
        assert not Member.objects.exists()
        acts.write_note(at=AT, text="While Ana tapped")
        assert Member.objects.filter(holder=theirs.holder).exists()
    reading.assert_agree(theirs, ana.workspace)
    theirs.close()


# --- a kit's sheet -------------------------------------------------------------------------------


@pytest.fixture
def sheets(ana: Someone, ben: Someone, shared_site: Site) -> tuple[str, str]:
    found = []
    for someone in (ana, ben):
        with someone.workspace.bound():
            someone.workspace.catch_up()
            kit = Kit.objects.first()
            found.append(acts.make_half(by=someone.member, at=AT, kit=kit)[1])
    for someone in (ana, ben):
        with someone.workspace.bound():
            someone.workspace.catch_up()
            acts.vouch_for_kit(by=someone.member, at=AT, kit=Kit.objects.get())
    with ana.workspace.bound():
        ana.workspace.catch_up()
        acts.seal_to_kit(by=ana.member, at=AT)
    return found[0], found[1]


def test_one_sheet_and_the_ledger_open_no_grant(ana: Someone, sheets):
    """Nor with keys of one's own in the other half's place."""
    collective = ana.workspace.collective
    held = [kits.find(sheet) for sheet in sheets]
    mine = PrivateKeys.generate()
    tried = [kits.KitKeys(a, b) for (_, a) in held for b in (a, mine)] + [
        kits.KitKeys(mine, k) for _, k in held
    ]
    for keys in tried:
        for row, _ in held:
            grants = [(g.pk, bytes(g.body)) for g in Grant.objects.filter(holder__kind=Holder.Kind.KIT)]
            assert len(grants) == 2
            assert circles.open_circles(collective, row.pk, keys, grants) == {}
            for id, body in grants:
                with pytest.raises(Unopenable):
                    circles.open_grant(collective, row.pk, id, body, keys)
    assert kits.open_with(*sheets).let_in


def test_one_sheet_signs_nothing_that_anybody_follows(ana: Someone, ben: Someone, sheets, shared_site: Site):
    """A half stands in the rosters; whoever has its words and the ledger still lacks the circle's key."""
    half, keys = kits.find(sheets[0])
    reading.caught_up(ben.workspace)
    known = ben.workspace.circles[shared_site.circle]
    blind = known.copy()
    blind.keys, blind.raw = {}, {}
    blind.add_key(known.epoch, b"\x01" * 32)
    stranger = PrivateKeys.generate().public
    with transaction.atomic("default"):
        row = Holder.objects.create(collective_id=half.collective_id, public=stranger.to_bytes(), wrapped=b"")
        circles.give(Giver(half.collective_id, half.pk, keys), blind, row.pk, stranger)
    for someone in (ana, ben):
        new = reading.fresh(someone.workspace)
        assert new.circles[shared_site.circle].roster == known.roster
        new.close()


def test_a_half_vouches_for_no_kit(ana: Someone, ben: Someone, sheets):
    """Two halves stand in the roster, and can sign: that makes no two members."""
    with ana.workspace.bound():
        halves = [devices_half(sheet) for sheet in sheets]
        text = kits.message(ana.workspace.collective, halves[0][0], halves[1][0])
        signed = {half.id: keys.sign(text) for half, keys in halves}
        assert kits.vouched(halves[0][0], halves[1][0], signed) == set()
        mine = {ana.workspace.holder: kits.vouch(halves[0][0], halves[1][0])}
        assert kits.vouched(halves[0][0], halves[1][0], signed | mine) == set(mine)
        assert kits.vouched(halves[1][0], halves[0][0], mine) == set(), (
            "the other way round it is another kit"
        )


def devices_half(sheet: str) -> tuple[kits.Half, PrivateKeys]:
    row, keys = kits.find(sheet)
    return kits.Half(row.pk, keys.public.fingerprint), keys


def test_what_makes_or_seals_a_kit_isnt_undone(ana: Someone, ben: Someone, sheets):
    from masslink.vault import history

    with ana.workspace.bound():
        done = [d for d in history.recent() if d.kind.startswith("kit_")]
        assert {d.kind for d in done} == {"kit_half_made", "kit_vouched"}
        assert all(d.lasting for d in done)


# --- a phone -------------------------------------------------------------------------------------


def make_known(someone: Someone, pin: str = PIN) -> str:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return acts.remember_device(by=someone.member, at=AT, name="Phone", pin=pin)[1]


def test_the_rows_of_phones_are_alike_whosever_they_are(ana: Someone, ben: Someone, cy: Someone):
    for someone, pin in ((ana, PIN), (ben, "48291377"), (ana, PIN)):
        make_known(someone, pin)
    rows = list(Holder.objects.filter(kind=Holder.Kind.DEVICE))
    heads = {bytes(row.wrapped)[: suite._wrap_head.size] for row in rows}
    assert len(rows) == 3 and len(heads) == 1
    assert {(len(row.wrapped), bytes(row.public), row.login, row.tries) for row in rows} == {
        (len(rows[0].wrapped), b"", None, 0)
    }
    known = {
        bytes(id.bytes)
        for someone in (ana, ben)
        for id in (someone.workspace.holder, *someone.workspace.circles)
    }
    assert not any(id in bytes(row.wrapped) for row in rows for id in known)


def test_a_wrong_pin_is_counted_for_good_before_it_is_tried(ana: Someone, monkeypatch):
    """The process is killed while it tries, again and again: five times, and no more."""
    cookie, tried = make_known(ana), []

    def killed(*args, **kwargs):
        assert not transaction.get_connection("default").in_atomic_block
        tried.append(Holder.objects.get(kind=Holder.Kind.DEVICE).tries)
        raise SystemExit

    monkeypatch.setattr(suite, "unwrap", killed)
    for _ in range(7):
        with pytest.raises((SystemExit, devices.UnknownDevice)):
            devices.unlock(cookie, PIN)
    assert tried == [1, 2, 3, 4, 5]
    assert not Holder.objects.filter(kind=Holder.Kind.DEVICE).exists()


def test_a_pin_isnt_tried_where_the_count_could_be_taken_back(ana: Someone):
    cookie = make_known(ana)
    with transaction.atomic("default"), pytest.raises(RuntimeError):
        devices.unlock(cookie, PIN)
    assert devices.unlock(cookie, PIN)[0].pk == ana.workspace.holder


def test_one_phones_row_under_anothers_id_or_in_another_collective_opens_nothing(
    ana: Someone, ben: Someone, cy: Someone
):
    mine, his = make_known(ana), make_known(ben)
    row = Holder.objects.get(pk=UUID(mine.partition(".")[0]))
    Holder.objects.filter(pk=UUID(his.partition(".")[0])).update(wrapped=bytes(row.wrapped))
    swapped = f"{UUID(his.partition('.')[0]).hex}.{mine.partition('.')[2]}"
    with pytest.raises(devices.WrongPin):
        devices.unlock(swapped, PIN)
    Holder.objects.filter(pk=row.pk).update(collective_id=cy.workspace.collective)
    with pytest.raises(devices.WrongPin):
        devices.unlock(mine, PIN)


def test_what_a_phone_remembers_tells_nobody_anything(ana: Someone, ben: Someone):
    """Two phones that are taken don't show that they belong to one collective, nor how far it has come."""
    for someone in (ana, ben):
        reading.caught_up(someone.workspace)
    found = [devices.memory(someone.workspace) for someone in (ana, ben, ana)]
    assert len({len(text) for text in found}) == 1 and len(set(found)) == 3
    words = [{text[at : at + 8] for at in range(len(text) - 8)} for text in found]
    assert not (words[0] & words[1]) - {text for text in words[0] if set(text) == {"A"}}
    assert devices.recall(found[0], ana.workspace.keys) == devices.seen(ana.workspace)
    assert devices.recall(found[0], ben.workspace.keys) is None
    for broken in ("", "x", "é", found[0][:-9], found[0].swapcase()):
        assert devices.recall(broken, ana.workspace.keys) is None


def test_an_alarm_in_the_middle_of_a_login_leaves_nobody_in(ana: Someone, ben: Someone, monkeypatch):
    cookie, real = make_known(ben), devices.unlock

    def alarmed(cookie: str, pin: str):
        found = real(cookie, pin)
        with ana.workspace.bound():
            ana.workspace.catch_up()
            acts.raise_alarm(by=ana.member, at=AT)
        return found

    monkeypatch.setattr("masslink.vault.devices.unlock", alarmed)
    with pytest.raises(devices.UnknownDevice):
        sessions.log_in_with_pin(cookie, PIN)
    assert not sessions._of(ben.workspace.holder)


# --- an old backup -------------------------------------------------------------------------------


def test_a_backup_holds_neither_codes_nor_phones_and_what_is_left_of_them_harms_nobody(
    ana: Someone, ben: Someone, code: str, tmp_path: Path
):
    cookie, keys = make_known(ana), ana.workspace.keys
    with ana.workspace.bound():
        acts.invite(by=ana.member, at=AT, name="Accepted")
        holder, _ = invitations.accept(code, AT, "newcomer-10", "words")
    backup.write(tmp_path / "backup")
    sessions.end_all(ana.workspace.holder)
    Collective.objects.all().delete()
    ConsoleCode.objects.all().delete()
    for name in reading.LEDGER:
        ledger_delete(name)
    restoring.restore(tmp_path / "backup")
    assert {row.kind for row in Holder.objects.all()} == {Holder.Kind.MEMBER}
    with pytest.raises(devices.UnknownDevice):
        devices.unlock(cookie, PIN)
    with pytest.raises(restoring.BroughtBack):
        sessions.log_in(ana.login, ana.passphrase)
    again = holders.open_workspace(Holder.objects.get(login=ana.login), keys)
    with again.bound():
        assert devices.known({device.holder for device in Device.objects.all()}) == set()
        for invitation in Invitation.objects.all():
            acts.decline(by=Member.objects.get(name="Ana"), at=LATER, invitation=invitation)
    assert not Holder.objects.filter(pk=holder.pk).exists()
    again.close()


def ledger_delete(name: str) -> None:
    from django.db import connections

    with connections["default"].cursor() as cursor:
        cursor.execute(f"DELETE FROM vault_{name}")
