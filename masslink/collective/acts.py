"""What is written about the collective itself: who joins, leaves, gets new keys; its kit; its alarm."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from masslink.collective.models import (
    Away,
    Device,
    Feed,
    Invitation,
    Kit,
    KitVoucher,
    Member,
    Note,
    Space,
    Welcome,
)
from masslink.core.clock import day_of
from masslink.vault import devices, epochs, feeds, history, holders, invitations, kits
from masslink.vault.act import act
from masslink.vault.holders import OtherKeys
from masslink.vault.models import Collective
from masslink.vault.sessions import sessions
from masslink.vault.suite import Fingerprint
from masslink.vault.workspace import current


class NotNow(Exception):
    """What was asked for isn't so any more: nobody waits there, it was answered already, or nobody else could do it."""


def found_space(*, at: datetime, name: str, member_name: str) -> Member:
    """The first act of a collective: its name, and its founder as coordinator."""
    workspace = current()
    circle = workspace.collective_circle
    with act("founded", at=at):
        Space(circle=circle, name=name, founded_on=day_of(at)).save()
        member = Member(
            circle=circle,
            name=member_name,
            holder=workspace.holder,
            role=Member.Role.COORDINATOR,
            joined_on=day_of(at),
        )
        member.save()
    return member


def admit(
    *,
    by: Member,
    at: datetime,
    name: str,
    holder: UUID,
    fingerprint: Fingerprint,
    role: str = Member.Role.MEMBER,
) -> Member:
    """Let a newcomer, whose keys exist, into the collective's circle."""
    circle = current().collective_circle
    with act("admitted", at=at):
        member = Member(circle=circle, name=name, holder=holder, role=role, joined_on=day_of(at))
        member.save()
        holders.let_in(circle, holder, fingerprint)
    return member


# --- joining -------------------------------------------------------------------------------------


def invite(
    *, by: Member, at: datetime, name: str, role: str = Member.Role.MEMBER, member: Member | None = None
) -> tuple[Invitation, str]:
    """Invite somebody, or let a member who lost their words make new keys. Returns the record and the code."""
    kind, notes = ("new_keys_prepared", {"member": member.pk.hex}) if member else ("invited", {})
    with act(kind, at=at, notes=notes) as running:
        running.lasting = True
        until = at + timedelta(hours=invitations.HOURS)
        made = invitations.invite(until)
        invitation = Invitation(
            circle=current().collective_circle,
            name=member.name if member else name,
            role=member.role if member else role,
            holder=made.holder,
            secret=made.secret.hex(),
            made_by=by,
            made_at=at,
            until=until,
            member=member,
        )
        invitation.save()
    return invitation, made.code


def join(*, at: datetime, secret: bytes) -> Welcome:
    """The first act of a newcomer, in their own circle: what the four words are made of."""
    with act("joined", at=at) as running:
        running.lasting = True
        welcome = Welcome(circle=current().own_circle, secret=secret.hex(), joined_at=at)
        welcome.save()
    return welcome


def forget_welcome(*, by: Member, at: datetime) -> None:
    """Once they are let in, nobody needs the four words any more."""
    if Welcome.objects.exists():
        with act("let_in", at=at) as running:
            running.lasting = True
            Welcome.objects.all().delete()


def confirm(*, by: Member, at: datetime, invitation: Invitation, known: Fingerprint) -> Member:
    """Let in whoever accepted an invitation, by the keys whose four words were compared. Raises NotNow, OtherKeys.

    An invitation that ran out after it was accepted holds: the words are compared all the same.
    """
    kind = "new_keys" if invitation.member_id else "admitted"
    with act(kind, at=at):
        invitation.refresh_from_db()
        public = invitations.newcomer(invitation.holder)
        if public is None or not invitation.is_open:
            raise NotNow
        if public.fingerprint != known:
            raise OtherKeys
        invitation.confirmed_at = at
        invitation.save()
        if invitation.member:
            return _renew_member(by=by, at=at, invitation=invitation, known=known)
        return admit(
            by=by,
            at=at,
            name=invitation.name,
            holder=invitation.holder,
            fingerprint=known,
            role=invitation.role,
        )


def _renew_member(*, by: Member, at: datetime, invitation: Invitation, known: Fingerprint) -> Member:
    """New keys for a member who is still one of us; other codes that were made for them count no more."""
    member = invitation.member
    if member is None or member.left_on:
        raise NotNow
    for other in Invitation.objects.filter(member=member, confirmed_at=None, declined_at=None):
        decline(by=by, at=at, invitation=other)
    return give_new_keys(by=by, at=at, member=member, holder=invitation.holder, fingerprint=known)


def give_new_keys(
    *, by: Member, at: datetime, member: Member, holder: UUID, fingerprint: Fingerprint
) -> Member:
    """A member goes on with new keys; the old ones open nothing any more. Places are given to them again one by one."""
    with act("new_keys", at=at, notes={"member": member.pk.hex}):
        old = _holders_of(member)
        member.former = [*member.former, member.holder.hex]
        member.holder, member.left_on = holder, None
        member.save()
        for one in old:
            _put_out(one)
        holders.let_in(current().collective_circle, holder, fingerprint)
    return member


def decline(*, by: Member, at: datetime, invitation: Invitation) -> None:
    """Take an invitation back, or turn away whoever accepted it. Raises NotNow."""
    with act("declined", at=at) as running:
        running.lasting = True
        invitation.refresh_from_db()
        if not invitation.is_open:
            raise NotNow
        invitation.declined_at = at
        invitation.save()
        if invitations.withdraw(invitation.holder):
            transaction.on_commit(partial(sessions.end_all, invitation.holder), using="default")


def change_passphrase(*, at: datetime, before: bytes, after: bytes) -> None:
    """Other words open the same keys (`holders.wrap_anew`). Raises WrongWords where they were changed meanwhile."""
    with act("words_changed", at=at, circles=[current().own_circle]) as running:
        running.lasting = True
        holders.change_wrap(before, after)


def write_note(*, at: datetime, text: str, id: UUID | None = None) -> Note:
    """Something for oneself alone; a newcomer who waits may write it too."""
    with act("note_written", at=at):
        note = Note(circle=current().own_circle, text=text, at=at, **({"id": id} if id else {}))
        note.save()
    return note


def delete_note(*, at: datetime, note: Note) -> UUID:
    with act("note_deleted", at=at) as running:
        note.delete()
    return running.id


# --- leaving -------------------------------------------------------------------------------------


def let_go(*, by: Member, at: datetime, member: Member) -> None:
    """A member goes, or is removed: at once they open nothing any more. Raises NotNow for the last coordinator.

    The collective's circle and those places at hand get a new epoch now; other places when one of theirs writes.
    """
    with act("member_left", at=at, notes={"member": member.pk.hex}):
        member.refresh_from_db()
        if member.left_on or (member.is_coordinator and not _other_coordinators(member)):
            raise NotNow
        member.left_on = day_of(at)
        member.save()
        _withdraw_what_they_began(by=by, at=at, member=member)
        going = member == by and current().holder not in _halves()
        for holder in {current().holder} if going else _holders_of(member):
            _put_out(holder)
        transaction.on_commit(history.empty_log, using="default", robust=True)


def _halves() -> set[UUID]:
    """Those in the collective's roster who are kits, not members."""
    pairs = current().circles[current().collective_circle].kits
    return {*pairs, *pairs.values()}


def _holders_of(member: Member) -> set[UUID]:
    """By which keys a member comes in: their record names them, and the roster.

    Where the record names keys that aren't in the roster, or another's, somebody changed it to keep theirs: then it
    is whoever stands in the roster and in nobody else's record.
    """
    ours = current().circles[current().collective_circle]
    others = set(Member.objects.filter(left_on=None).exclude(pk=member.pk).values_list("holder", flat=True))
    if member.holder in ours.roster and member.holder not in others:
        return {member.holder}
    return ours.roster.keys() - others - _halves()


def _put_out(holder: UUID) -> None:
    """Whoever acts goes themselves; others are put out. Their sessions and feeds end."""
    for feed in Feed.objects.filter(signer=holder, ended_on=None):
        feeds.end(feed.holder)
    if holder == current().holder:
        for device in Device.objects.filter(ended_at=None):
            devices.forget(device.holder)
        epochs.leave()
    else:
        epochs.put_out(holder)
    transaction.on_commit(partial(sessions.end_all, holder), using="default")


def _withdraw_what_they_began(*, by: Member, at: datetime, member: Member) -> None:
    """Kits whose sheet they keep, and invitations of theirs or for them: others make new ones."""
    for kit in Kit.objects.filter(retired_on=None):
        if kit.is_kept_by(member):
            retire_kit(by=by, at=at, kit=kit)
    waiting = Invitation.objects.filter(confirmed_at=None, declined_at=None)
    for invitation in waiting.filter(Q(made_by=member) | Q(member=member)):
        decline(by=by, at=at, invitation=invitation)


def _other_coordinators(member: Member) -> bool:
    found = Member.objects.filter(left_on=None, role=Member.Role.COORDINATOR)
    return found.exclude(pk=member.pk).exists()


def change_role(*, by: Member, at: datetime, member: Member, role: str) -> None:
    """Make somebody a coordinator, or a member among others again. Raises NotNow for the last coordinator."""
    with act("role_changed", at=at):
        member.refresh_from_db()
        if member.left_on or (role != Member.Role.COORDINATOR and not _other_coordinators(member)):
            raise NotNow
        member.role = role
        member.save()


def note_away(*, by: Member, at: datetime, member: Member, since: date, until: date | None = None) -> Away:
    """A member is away from a day on, until they are back; noted again, the days change."""
    with act("away_noted", at=at, notes={"member": member.pk.hex}):
        away = Away.objects.not_over(day_of(at)).filter(member=member).first()
        away = away or Away(circle=current().collective_circle, member=member)
        away.since, away.until = since, until
        away.save()
    return away


def come_back(*, by: Member, at: datetime, member: Member) -> None:
    """A member is back; what hadn't begun will not be."""
    with act("away_ended", at=at, notes={"member": member.pk.hex}):
        for away in Away.objects.not_over(day_of(at)).filter(member=member):
            away.until = max(away.since, day_of(at))
            away.save()


# --- devices, alarm ------------------------------------------------------------------------------


def remember_device(
    *,
    by: Member | None,
    at: datetime,
    name: str,
    pin: str,
    id: UUID | None = None,
    instead_of: Iterable[UUID] = (),
) -> tuple[Device, str]:
    """Make the phone at hand known. Returns the record and the text for its cookie.

    `instead_of` is as what it was known until now, perhaps to another member: that opens nothing any more.
    """
    new = devices.prepare(pin)
    with act("device_added", at=at):
        for old in instead_of:
            devices.forget(old)
            for device in Device.objects.filter(holder=old, ended_at=None):
                end_device(by=by, at=at, device=device)
        own = {"id": id} if id else {}
        device = Device(circle=current().own_circle, name=name, holder=new.id, added_at=at, **own)
        device.save()
        devices.remember(new)
    return device, new.cookie


def end_device(*, by: Member | None, at: datetime, device: Device) -> None:
    """This phone opens nothing any more with its PIN, and what is open on it is over at the next tap."""
    with act("device_ended", at=at) as running:
        running.lasting = True
        device.ended_at = at
        device.save()
        devices.forget(device.holder)
        transaction.on_commit(partial(sessions.end_device, device.holder), using="default")


def raise_alarm(*, by: Member, at: datetime) -> None:
    """End every session, known device and feed of the collective at once; words on paper open as before."""
    collective = current().collective
    with act("alarm", at=at, circles=[current().collective_circle]) as running:
        running.lasting = True
        Collective.objects.filter(pk=collective).update(alarms=F("alarms") + 1)
        devices.forget_all(collective)
        feeds.end_all(collective)
        transaction.on_commit(partial(sessions.end_collective, collective), using="default")


# --- the kit -------------------------------------------------------------------------------------


def make_half(*, by: Member, at: datetime, kit: Kit | None = None) -> tuple[Kit, str]:
    """Begin a kit, or make its second half. Returns it with the words for this keeper's sheet. Raises NotNow."""
    if kit and (kit.second_half or kit.retired_on or kit.first_keeper_id == by.pk):
        raise NotNow
    with act("kit_half_made", at=at) as running:
        running.lasting = True
        half, words = kits.new_half()
        known = half.fingerprint.to_bytes().hex()
        if kit is None:
            kit = Kit(circle=current().collective_circle, first_keeper=by, made_on=day_of(at))
            kit.first_half, kit.first_print = half.id, known
        else:
            kit.second_keeper, kit.second_half, kit.second_print = by, half.id, known
        kit.save()
    return kit, words


def vouch_for_kit(*, by: Member, at: datetime, kit: Kit) -> None:
    """Sign that these halves are the keepers'. Raises NotNow where one is missing, or it was signed already."""
    halves = kit.halves
    if halves is None or kit.retired_on or by.holder in kit.signatures:
        raise NotNow
    with act("kit_vouched", at=at) as running:
        running.lasting = True
        KitVoucher(
            circle=kit.circle,
            kit=kit,
            member=by,
            holder=by.holder,
            signature=kits.vouch(*halves).hex(),
            on=day_of(at),
        ).save()
        seal_to_kit(by=by, at=at)


def seal_to_kit(*, by: Member, at: datetime) -> None:
    """Give the confirmed kit what is at hand and it lacks; nothing where none is confirmed."""
    for kit in Kit.objects.filter(retired_on=None).exclude(second_half=None):
        halves = kit.halves
        if halves and kits.would_seal_to(*halves, kit.signatures):
            with act("kit_sealed", at=at, circles=[current().collective_circle]):
                kits.seal_to(*halves, kit.signatures)


def retire_kit(*, by: Member, at: datetime, kit: Kit) -> None:
    """Its sheets open nothing any more, once every circle has its new epoch."""
    with act("kit_retired", at=at):
        kit.retired_on = day_of(at)
        kit.save()
        kits.put_out((kit.first_half, kit.second_half))
