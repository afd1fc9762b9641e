"""Known devices: a phone that opens with a PIN. It takes both, the PIN and a secret in that phone's cookie.

A device's row wraps its member's keys and doesn't say whose they are. Wrong tries are counted and committed before
each check; after five the row is gone, and the passphrase is needed again. A device also remembers how far the
ledger had come, and says when a server shows it an older one.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.db.models import F

from masslink.core.padding import pad_text
from masslink.vault import mixing, suite
from masslink.vault.models import Holder
from masslink.vault.suite import Opens, PrivateKeys, Unopenable
from masslink.vault.workspace import Workspace, current

TRIES = 5
PIN_DIGITS = 6
MEMORY = b" memory"


class UnknownDevice(Exception):
    """This device isn't known any more: ended, too many wrong PINs, its member gone, or the server was restored."""


class WrongPin(Exception):
    """Not the PIN; `left` says how many tries there are."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


# --- making and ending ---------------------------------------------------------------------------


@dataclass(frozen=True)
class New:
    """A device that is about to be known: its row's id, what the row holds, and the text for its cookie."""

    id: UUID
    wrapped: bytes
    cookie: str


def prepare(pin: str) -> New:
    """Wrap the keys of the member at hand for this PIN. It takes its time, so not inside an act: others wait there."""
    workspace = current()
    assert isinstance(workspace.keys, PrivateKeys)
    id, secret = uuid4(), secrets.token_urlsafe(32)
    wrapped = suite.wrap(
        workspace.holder.bytes + workspace.keys.to_bytes(),
        _taken_together(pin, secret),
        _bound(workspace.collective, id),
        memory_kib=settings.ARGON2_MEMORY_KIB,
        passes=settings.ARGON2_PASSES,
        lane=suite.DEVICES,
    )
    return New(id, wrapped, f"{id.hex}.{secret}")


def remember(new: New) -> None:
    """From this act on the device opens with its PIN."""
    workspace = current()
    assert workspace.act, "devices are made known in acts"
    workspace.act.lasting = True
    mixing.soon(workspace.collective)
    Holder.objects.create(
        id=new.id,
        collective_id=workspace.collective,
        kind=Holder.Kind.DEVICE,
        public=b"",
        wrapped=new.wrapped,
    )


def forget(id: UUID) -> None:
    """This device opens nothing any more."""
    Holder.objects.filter(pk=id, kind=Holder.Kind.DEVICE).delete()


def forget_all(collective: UUID) -> None:
    """No device of this collective opens anything any more."""
    Holder.objects.filter(collective_id=collective, kind=Holder.Kind.DEVICE).delete()


def known(ids: set[UUID]) -> set[UUID]:
    """Which of these devices still open with their PIN."""
    return set(Holder.objects.filter(pk__in=ids, kind=Holder.Kind.DEVICE).values_list("pk", flat=True))


def id_of(cookie: str) -> UUID | None:
    """Which device a cookie says it is; what it says proves nothing."""
    try:
        return UUID(cookie.partition(".")[0])
    except ValueError:
        return None


def is_known(cookie: str) -> bool:
    """Whether asking for a PIN makes sense."""
    id = id_of(cookie)
    return id is not None and bool(known({id}))


# --- unlocking -----------------------------------------------------------------------------------


def unlock(cookie: str, pin: str) -> tuple[Holder, PrivateKeys]:
    """The member behind a known device, and their keys. Raises WrongPin, UnknownDevice. Not inside a transaction.

    Five tries are all the limit it needs: nobody can slow down somebody else's phone, and a device that isn't known
    costs the server one look.
    """
    id, rows = id_of(cookie), Holder.objects.filter(kind=Holder.Kind.DEVICE)
    if id is None or not is_known(cookie):
        raise UnknownDevice
    with transaction.atomic("default", durable=True):  # counted for good before anything is tried
        counted = rows.filter(pk=id, tries__lt=TRIES).update(tries=F("tries") + 1)
    if not counted:
        forget(id)
        raise UnknownDevice
    row = rows.filter(pk=id).first()
    if row is None:
        raise UnknownDevice
    together = _taken_together(pin, cookie.partition(".")[2])
    try:
        inside = suite.unwrap(
            bytes(row.wrapped), together, _bound(row.collective_id, row.pk), lane=suite.DEVICES
        )
    except Unopenable:
        if row.tries >= TRIES:
            forget(id)
            raise UnknownDevice from None
        raise WrongPin(TRIES - row.tries) from None
    member = Holder.objects.filter(pk=UUID(bytes=inside[:16]), kind=Holder.Kind.MEMBER).first()
    if member is None:
        forget(id)
        raise UnknownDevice
    if not rows.filter(pk=id).update(tries=0):  # ended while this was tried
        raise UnknownDevice
    return member, PrivateKeys.from_bytes(inside[16:])


def _taken_together(pin: str, secret: str) -> str:
    return f"{''.join(pin.split())}|{secret.encode().hex()}"


def _bound(collective: UUID, id: UUID) -> bytes:
    return b"masslink device" + collective.bytes + id.bytes


# --- remembering ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """How far a ledger had come when a device last saw it: its counter, the collective's latest roster, its newest act.

    `root` says which collective's it is. The act stands as marks that only its holder's keys make. On the phone all of
    it is sealed (`memory`): two phones don't show that they belong together, nor one how much its collective writes.
    """

    seq: int
    number: int
    digest: bytes
    root: bytes
    at: int  # the newest act's place in the order
    circle: bytes
    act: bytes

    def to_text(self) -> str:
        return ".".join(v.hex() if isinstance(v, bytes) else str(v) for v in astuple(self))

    @classmethod
    def from_text(cls, text: str) -> "Seen | None":
        try:
            seq, number, digest, root, at, circle, act = text.split(".")
            marks = [bytes.fromhex(part) for part in (digest, root, circle, act)]
            return cls(int(seq), int(number), marks[0], marks[1], int(at), marks[2], marks[3])
        except ValueError:
            return None


@dataclass(frozen=True)
class Older:
    """What is amiss: how many acts are missing, whether the list of members is another, whether an act is gone."""

    missing: int
    other_roster: bool
    parted: bool  # it was put back, and others have gone on writing since


def seen(workspace: Workspace) -> Seen:
    """What a device is to remember of this workspace's ledger. Raises Locked for who isn't let in."""
    ours = workspace.circles[workspace.collective_circle]
    at, circle = max((workspace.ledger.last_line(circle), circle) for circle in workspace.circles)
    act = workspace.ledger.act_at(circle, at) or circle
    marks = _mark(workspace, circle), _mark(workspace, circle, act)
    return Seen(workspace.seq, ours.roster_number, ours.roster_hash, workspace.root, at, *marks)


def memory(workspace: Workspace) -> str:
    """What a device is to remember, as it stands in its cookie: sealed for the member who uses it."""
    text = pad_text(seen(workspace).to_text().encode())
    return urlsafe_b64encode(suite.seal(_memory_key(workspace.keys), text, MEMORY)).decode()


def recall(cookie: str, keys: Opens) -> Seen | None:
    """What stands in a cookie; None where it isn't these keys' memory."""
    try:
        return Seen.from_text(
            suite.unseal(_memory_key(keys), urlsafe_b64decode(cookie), MEMORY).decode().strip()
        )
    except (Unopenable, ValueError):
        return None


def _memory_key(keys: Opens) -> AESGCM:
    return AESGCM(keys.mark(MEMORY))


def older(workspace: Workspace, before: Seen) -> Older | None:
    """What of this ledger is behind what a device saw, or another than that; None where it goes on from there.

    Also None where the memory is of another collective, or its reader isn't let in.
    """
    if before.root != workspace.root or not workspace.let_in:
        return None
    chain = workspace.circles[workspace.collective_circle].chain
    found = Older(
        missing=max(0, before.seq - workspace.seq),
        other_roster=chain[before.number - 1 : before.number] != [before.digest],
        parted=before.at <= workspace.seq and _parted(workspace, before),
    )
    return found if found != Older(0, False, False) else None


def _parted(workspace: Workspace, before: Seen) -> bool:
    """Whether the newest act of that time isn't where it was, in a circle that is held still."""
    for circle in workspace.circles:
        if _mark(workspace, circle) == before.circle:
            there = workspace.ledger.act_at(circle, before.at)
            return there is None or _mark(workspace, circle, there) != before.act
    return False


def _mark(workspace: Workspace, *ids: UUID) -> bytes:
    return workspace.keys.mark(b" seen" + b"".join(id.bytes for id in ids))[:16]
