"""Circles: who shares a key. Opening grants, making circles, giving access.

What a server can't forge, step by step. A holder's private keys are wrapped together with the digest of the
collective's first roster: its `root`. From it a chain of rosters, each signed by somebody in the one before, says
who the collective's holders are and by which keys. A place's circle counts when its first roster was signed by one
of these; a holder's own circle when they signed it themselves. A key counts when it opens its epoch's roster, and
when whoever sealed it to us stands there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from masslink.core.padding import pad_text
from masslink.vault import suite
from masslink.vault.models import Grant, Roster
from masslink.vault.suite import Fingerprint, PrivateKeys, PublicKeys, Unopenable

COLLECTIVE, SITE, OWN, SHARED = "collective", "site", "own", "shared"

Holders = dict[UUID, Fingerprint]


@dataclass
class Circle:
    """A circle as one of its holders knows it: its kind, the keys of its epochs, and its latest roster."""

    id: UUID
    kind: str
    keys: dict[int, AESGCM] = field(default_factory=dict)
    raw: dict[int, bytes] = field(default_factory=dict)
    roster: Holders = field(default_factory=dict)
    roster_number: int = 0
    roster_hash: bytes = b""
    root: bytes = b""  # the digest of roster one
    ever: Holders = field(default_factory=dict)  # who stands in any roster so far

    @property
    def epoch(self) -> int:
        return max(self.keys)

    def add_key(self, epoch: int, key: bytes) -> None:
        self.raw[epoch], self.keys[epoch] = key, AESGCM(key)

    @property
    def holders(self) -> set[UUID]:
        """Who can open this circle, by holder id."""
        return set(self.roster)

    def copy(self) -> "Circle":
        return replace(
            self, keys=dict(self.keys), raw=dict(self.raw), roster=dict(self.roster), ever=dict(self.ever)
        )

    def continue_with(self, holders: Holders, digest: bytes) -> None:
        """The next roster of the chain."""
        self.roster, self.roster_hash, self.roster_number = holders, digest, self.roster_number + 1
        self.root, self.ever = self.root or digest, {**self.ever, **holders}

    def forget(self) -> None:
        self.keys.clear()
        self.raw.clear()


@dataclass(frozen=True)
class OpenedGrant:
    """What stands inside a grant: a circle's key of one epoch, and who vouches for it."""

    circle: UUID
    kind: str
    epoch: int
    key: bytes
    signer: UUID
    signature: bytes

    def message(self, collective: UUID, holder: UUID) -> bytes:
        return b"|".join(
            (
                b"masslink grant",
                collective.bytes,
                self.circle.bytes,
                self.kind.encode(),
                b"%d" % self.epoch,
                holder.bytes,
                _digest(self.key),
            )
        )


def _digest(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def _grant_info(collective: UUID, holder: UUID, grant: UUID) -> bytes:
    return b"masslink grant" + collective.bytes + holder.bytes + grant.bytes


# --- making and giving ---------------------------------------------------------------------------


def create(collective: UUID, kind: str, holder: UUID, keys: PrivateKeys, seq: int = 0) -> Circle:
    """A new circle held by one holder: key, roster one and the grant to themselves, written to the ledger."""
    circle = Circle(uuid4(), kind)
    circle.add_key(1, suite.new_key())
    _write_roster(collective, circle, {holder: keys.public.fingerprint}, holder, keys, seq)
    _write_grant(collective, circle, 1, holder, keys.public, holder, keys)
    return circle


def give(
    collective: UUID,
    circle: Circle,
    to: UUID,
    public: PublicKeys,
    giver: UUID,
    keys: PrivateKeys,
    seq: int = 0,
) -> None:
    """Let another holder open the circle: a longer roster, and a grant for each epoch whose key we hold."""
    if to in circle.roster:
        return
    _write_roster(collective, circle, {**circle.roster, to: public.fingerprint}, giver, keys, seq)
    for epoch in circle.keys:
        _write_grant(collective, circle, epoch, to, public, giver, keys)


def _write_roster(
    collective: UUID, circle: Circle, holders: Holders, signer: UUID, keys: PrivateKeys, seq: int
) -> None:
    number = circle.roster_number + 1
    body = {
        "circle": circle.id.hex,
        "kind": circle.kind,
        "epoch": circle.epoch,
        "number": number,
        "before": circle.roster_hash.hex(),
        "holders": {id.hex: known.to_bytes().hex() for id, known in holders.items()},
        "signer": signer.hex,
    }
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    signed = orjson.dumps([text.decode(), keys.sign(_roster_message(collective, text)).hex()])
    bound = suite.binding(suite.ROSTER, collective, circle.id) + suite.place(circle.epoch, number, b"")
    sealed = suite.seal(circle.keys[circle.epoch], pad_text(signed), bound)
    Roster.objects.create(
        collective_id=collective, circle=circle.id, epoch=circle.epoch, number=number, seq=seq, body=sealed
    )
    circle.continue_with(holders, _digest(text))


def _roster_message(collective: UUID, text: bytes) -> bytes:
    return b"masslink roster" + collective.bytes + text


def _write_grant(
    collective: UUID,
    circle: Circle,
    epoch: int,
    to: UUID,
    public: PublicKeys,
    signer: UUID,
    keys: PrivateKeys,
) -> None:
    grant = OpenedGrant(circle.id, circle.kind, epoch, circle.raw[epoch], signer, b"")
    signature = keys.sign(grant.message(collective, to))
    inside = orjson.dumps([circle.id.hex, circle.kind, epoch, grant.key.hex(), signer.hex, signature.hex()])
    id = uuid4()
    body = public.seal(pad_text(inside), _grant_info(collective, to, id))
    Grant.objects.create(id=id, collective_id=collective, holder_id=to, body=body)


# --- opening -------------------------------------------------------------------------------------


def open_grant(collective: UUID, holder: UUID, grant: UUID, body: bytes, keys: PrivateKeys) -> OpenedGrant:
    """Open one grant. Raises Unopenable when it isn't this holder's, or was changed."""
    inside = keys.open(body, _grant_info(collective, holder, grant))
    try:
        circle, kind, epoch, key, signer, signature = orjson.loads(inside)
        opened = OpenedGrant(
            UUID(circle), kind, epoch, bytes.fromhex(key), UUID(signer), bytes.fromhex(signature)
        )
        AESGCM(opened.key)
        return opened
    except (ValueError, TypeError, AttributeError):
        raise Unopenable("a grant of another form") from None


def open_circles(
    collective: UUID, holder: UUID, keys: PrivateKeys, grants: Iterable[tuple[UUID, bytes]]
) -> dict[UUID, Circle]:
    """The circles behind a holder's grants; what doesn't count is left out and harms nothing else."""
    opened: dict[tuple[UUID, str], list[OpenedGrant]] = {}
    for id, body in grants:
        try:
            grant = open_grant(collective, holder, id, bytes(body), keys)
        except Unopenable:
            continue
        opened.setdefault((grant.circle, grant.kind), []).append(grant)
    circles: dict[UUID, Circle] = {}
    directory: Holders = {}

    def take(kinds: tuple[str, ...], founded: Callable[[Circle, UUID], bool]) -> None:
        for (id, kind), some in opened.items():
            circle = _open_circle(collective, holder, some, founded) if kind in kinds else None
            if circle is not None:
                circles[id] = circle

    take((COLLECTIVE,), lambda circle, signer: circle.root == keys.root)
    for circle in circles.values():
        directory.update(circle.ever)
    itself = {holder: keys.public.fingerprint}
    take((OWN,), lambda circle, signer: circle.ever == itself and signer == holder)
    take((SITE, SHARED), lambda circle, signer: circle.ever[signer] == directory.get(signer))
    return circles


def _open_circle(
    collective: UUID, holder: UUID, grants: list[OpenedGrant], founded: Callable[[Circle, UUID], bool]
) -> Circle | None:
    """One circle out of grants that claim to be of it, or None where none of them counts."""
    circle, tried = Circle(grants[0].circle, grants[0].kind), Circle(grants[0].circle, grants[0].kind)
    signers: dict[int, Holders] = {}
    for row in _rows([circle.id], collective):
        for key in {g.key for g in grants if g.epoch == row.epoch}:
            tried.add_key(row.epoch, key)
            if _continue(collective, circle, tried.keys[row.epoch], row, founded):
                circle.add_key(row.epoch, key)
                signers.setdefault(row.epoch, {}).update(circle.roster)
                break
    sound = {g.epoch for g in grants if _counts(g, collective, holder, circle, signers)}
    for epoch in set(circle.keys) - sound:
        del circle.keys[epoch], circle.raw[epoch]
    return circle if circle.keys and holder in circle.roster else None


def _counts(
    grant: OpenedGrant, collective: UUID, holder: UUID, circle: Circle, signers: dict[int, Holders]
) -> bool:
    if circle.raw.get(grant.epoch) != grant.key:
        return False
    signer = signers.get(grant.epoch, {}).get(grant.signer)
    return signer is not None and signer.verifies(grant.signature, grant.message(collective, holder))


# --- rosters -------------------------------------------------------------------------------------


def read_rosters(collective: UUID, circles: dict[UUID, Circle]) -> None:
    """Follow the chains of circles that are open already as far as they go by now."""
    for row in _rows(list(circles), collective):
        circle = circles[row.circle]
        if row.epoch in circle.keys:
            _continue(collective, circle, circle.keys[row.epoch], row, lambda circle, signer: False)


def _rows(circles: list[UUID], collective: UUID) -> Iterable[Roster]:
    return Roster.objects.filter(collective_id=collective, circle__in=circles).order_by("circle", "number")


def _continue(
    collective: UUID, circle: Circle, key: AESGCM, row: Roster, founded: Callable[[Circle, UUID], bool]
) -> bool:
    """Take a row as the chain's next roster, if it is; `founded` judges the first one and who signed it."""
    if row.number != circle.roster_number + 1:
        return False
    try:
        holders, signer, text = _read_roster(collective, circle, key, row)
    except (Unopenable, ValueError, KeyError, TypeError, AttributeError):
        return False
    if row.number == 1:
        first = Circle(circle.id, circle.kind)
        first.continue_with(holders, _digest(text))
        if not founded(first, signer):
            return False
    circle.continue_with(holders, _digest(text))
    return True


def _read_roster(collective: UUID, circle: Circle, key: AESGCM, row: Roster) -> tuple[Holders, UUID, bytes]:
    bound = suite.binding(suite.ROSTER, collective, circle.id) + suite.place(row.epoch, row.number, b"")
    signed = orjson.loads(suite.unseal(key, bytes(row.body), bound))
    text, signature = signed[0].encode(), bytes.fromhex(signed[1])
    body = orjson.loads(text)
    holders = {
        UUID(id): Fingerprint.from_bytes(bytes.fromhex(known)) for id, known in body["holders"].items()
    }
    before = circle.roster or holders  # roster one is signed by its founder
    signer = UUID(body["signer"])
    says = (body["circle"], body["kind"], body["number"], body["epoch"], body["before"])
    if says != (circle.id.hex, circle.kind, row.number, row.epoch, circle.roster_hash.hex()):
        raise Unopenable("a roster that doesn't continue the chain")
    if signer not in before or not before[signer].verifies(signature, _roster_message(collective, text)):
        raise Unopenable("a roster that nobody in the one before signed")
    return holders, signer, text
