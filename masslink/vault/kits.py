"""The recovery kit: two halves on two sheets of paper that open the collective's and its places' circles together.

Each half is a holder whose keys are derived from the words on its sheet, made in its keeper's own session. Circles'
keys are sealed to the second half and that to the first. A kit counts for others only when two members have signed
for exactly these two halves; whoever controls the ledger, or one member alone, can't make one that is sealed to.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from masslink.vault import circles, epochs, mixing, suite, words
from masslink.vault.circles import COLLECTIVE, SITE
from masslink.vault.holders import OtherKeys, WrongWords
from masslink.vault.models import Holder
from masslink.vault.suite import Fingerprint, PrivateKeys, PublicKeys, Unopenable, Unsealable
from masslink.vault.workspace import Workspace, current

WORDS = 12  # of 7,776: 155 bits, so that no stretching is needed
VOUCHERS = 2


@dataclass(frozen=True)
class KitKeys:
    """Both halves in hand: what is sealed to a kit opens with one inside the other."""

    first: PrivateKeys
    second: PrivateKeys

    @property
    def root(self) -> bytes:
        return self.first.root

    @property
    def public(self) -> PublicKeys:
        return self.first.public

    def open(self, sealed: bytes, info: bytes) -> bytes:
        return self.second.open(self.first.open(sealed, info), info)

    def sign(self, message: bytes) -> bytes:
        return self.first.sign(message)

    def mark(self, text: bytes) -> bytes:
        return self.first.mark(text)


@dataclass(frozen=True)
class Half:
    """One half as others know it."""

    id: UUID
    fingerprint: Fingerprint


@dataclass
class Sheet:
    """A half's words while they are being written down: which kit's, which of its two sheets."""

    kit: UUID
    number: int
    words: str
    asked: tuple[int, int] = (0, 1)

    def __post_init__(self) -> None:
        first, second = sorted(secrets.SystemRandom().sample(range(WORDS), 2))
        self.asked = (first, second)

    def typed_back(self, first: str, second: str) -> bool:
        """Whether these are the two words asked for."""
        found = self.words.split()
        return [first, second] == [found[place] for place in self.asked]


# --- making --------------------------------------------------------------------------------------


def new_half() -> tuple[Half, str]:
    """A new half for the member who acts, in the running act. Returns it and the words for its sheet, kept nowhere."""
    workspace = current()
    assert workspace.act
    text, id = " ".join(secrets.choice(words.word_list()) for _ in range(WORDS)), uuid4()
    keys = _keys(text)
    mixing.soon(workspace.collective)
    Holder.objects.create(
        id=id,
        collective_id=workspace.collective,
        kind=Holder.Kind.KIT,
        public=keys.public.to_bytes(),
        wrapped=suite.seal(_wrapping(text), workspace.root, _bound(workspace.collective, id)),
    )
    return Half(id, keys.public.fingerprint), text


def tidy(text: str) -> str:
    return " ".join(text.lower().split())


def _keys(text: str) -> PrivateKeys:
    raw = HKDF(hashes.SHA256(), 128, None, b"masslink kit keys").derive(tidy(text).encode())
    return PrivateKeys.from_bytes(raw)


def _wrapping(text: str) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, None, b"masslink kit wrap").derive(tidy(text).encode()))


def _bound(collective: UUID, id: UUID) -> bytes:
    return b"masslink kit" + collective.bytes + id.bytes


# --- vouching ------------------------------------------------------------------------------------


def message(collective: UUID, first: Half, second: Half) -> bytes:
    """What members sign who vouch for a kit."""
    parts = [collective.bytes]
    parts += [half.id.bytes + half.fingerprint.to_bytes() for half in (first, second)]
    return b"masslink kit" + b"".join(parts)


def vouch(first: Half, second: Half) -> bytes:
    """The signature of whoever acts here for a kit whose keepers they spoke to."""
    workspace = current()
    return workspace.keys.sign(message(workspace.collective, first, second))


def vouched(first: Half, second: Half, signatures: Mapping[UUID, bytes]) -> set[UUID]:
    """Which of these holders stand in the collective's roster and did sign for this kit."""
    workspace = current()
    ours, text = workspace.circles[workspace.collective_circle], message(workspace.collective, first, second)
    halves = {*ours.kits, *ours.kits.values()}
    return {
        holder
        for holder, signature in signatures.items()
        if holder in ours.roster and holder not in halves and ours.roster[holder].verifies(signature, text)
    }


# --- sealing to it -------------------------------------------------------------------------------


def seal_to(first: Half, second: Half, signatures: Mapping[UUID, bytes]) -> set[UUID]:
    """Give a kit every circle at hand that it lacks, in the running act. Returns which.

    Nothing happens unless two members vouch for it. Raises OtherKeys when the ledger names other keys for a half.
    """
    workspace = current()
    if len(vouched(first, second, signatures)) < VOUCHERS:
        return set()
    lacking = lacking_kit(workspace, first.id)
    if lacking:
        assert workspace.act
        workspace.act.lasting, halves = True, (_public(first), _public(second))
        try:
            for id in lacking:
                circles.give_kit(epochs.giver(workspace), workspace.circles[id], *halves)
        except Unsealable:
            raise OtherKeys from None
    return lacking


def would_seal_to(first: Half, second: Half, signatures: Mapping[UUID, bytes]) -> bool:
    """Whether `seal_to` has anything to do."""
    return bool(lacking_kit(current(), first.id)) and len(vouched(first, second, signatures)) >= VOUCHERS


def lacking_kit(workspace: Workspace, first: UUID) -> set[UUID]:
    """The circles at hand that a kit should open and doesn't; never a member's own."""
    return {c.id for c in workspace.circles.values() if c.kind in (COLLECTIVE, SITE) and first not in c.kits}


def _public(half: Half) -> tuple[UUID, PublicKeys]:
    row = Holder.objects.filter(pk=half.id, collective_id=current().collective).first()
    public = PublicKeys.from_bytes(bytes(row.public)) if row else None
    if public is None or public.fingerprint != half.fingerprint:
        raise OtherKeys
    return half.id, public


def put_out(halves: Iterable[UUID | None]) -> None:
    """These halves open nothing any more, in the running act.

    No member is put out by it, whatever a record says that names them as a half: any member could write one.
    """
    workspace = current()
    ours = workspace.circles[workspace.collective_circle]
    for half in filter(None, halves):
        row = Holder.objects.filter(pk=half, collective_id=workspace.collective, kind=Holder.Kind.KIT)
        if half in {*ours.kits, *ours.kits.values()} or (half not in ours.roster and row.exists()):
            epochs.put_out(half)


# --- opening -------------------------------------------------------------------------------------


def find(text: str) -> tuple[Holder, PrivateKeys]:
    """The half that a sheet's words belong to, and its keys. Raises WrongWords."""
    keys = _keys(text)
    row = Holder.objects.filter(kind=Holder.Kind.KIT, public=keys.public.to_bytes()).first()
    if row is None:
        raise WrongWords
    try:
        root = suite.unseal(_wrapping(text), bytes(row.wrapped), _bound(row.collective_id, row.pk))
    except Unopenable:
        raise WrongWords from None
    return row, replace(keys, root=root)


def both(one: str, other: str) -> list[tuple[Holder, KitKeys]]:
    """The two ways to put two sheets together, the half that opens from outside named first. Raises WrongWords."""
    halves = [find(text) for text in (one, other)]
    if halves[0][0].collective_id != halves[1][0].collective_id:
        raise WrongWords
    return [(first[0], KitKeys(first[1], second[1])) for first, second in (halves, halves[::-1])]


def open_with(one: str, other: str) -> Workspace:
    """The workspace of a kit out of its two sheets, in whichever order. Raises WrongWords."""
    for half, keys in both(one, other):
        workspace = Workspace(half.collective_id, half.pk, keys)
        workspace.open()
        if workspace.let_in:
            return workspace
        workspace.close()
    raise WrongWords
