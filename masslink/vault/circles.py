"""Circles: who shares a key. Opening grants, making circles, giving access; each grant checked against a roster."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from masslink.core.padding import pad_text
from masslink.vault import suite
from masslink.vault.models import Grant, Holder, Roster
from masslink.vault.suite import PrivateKeys, PublicKeys, Unopenable

COLLECTIVE, SITE, OWN, SHARED = "collective", "site", "own", "shared"


@dataclass
class Circle:
    """A circle as one of its holders knows it: its kind, the keys of its epochs, and its latest roster."""

    id: UUID
    kind: str
    keys: dict[int, AESGCM] = field(default_factory=dict)
    raw: dict[int, bytes] = field(default_factory=dict)
    roster: dict[UUID, PublicKeys] = field(default_factory=dict)
    roster_number: int = 0
    roster_hash: bytes = b""

    @property
    def epoch(self) -> int:
        return max(self.keys)

    def add_key(self, epoch: int, key: bytes) -> None:
        self.raw[epoch], self.keys[epoch] = key, AESGCM(key)

    @property
    def holders(self) -> set[UUID]:
        """Who can open this circle, by holder id."""
        return set(self.roster)


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
            (b"masslink grant", collective.bytes, self.circle.bytes, self.kind.encode(), b"%d" % self.epoch,
             holder.bytes, _digest(self.key))
        )  # fmt: skip


def _digest(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def _grant_info(collective: UUID, holder: UUID, grant: UUID) -> bytes:
    return b"masslink grant" + collective.bytes + holder.bytes + grant.bytes


# --- making and giving ---------------------------------------------------------------------------


def create(collective: UUID, kind: str, holder: UUID, keys: PrivateKeys) -> Circle:
    """A new circle held by one holder: key, roster one, and the grant to themselves, written to the ledger."""
    circle = Circle(uuid4(), kind)
    circle.add_key(1, suite.new_key())
    _write_roster(collective, circle, {holder: keys.public}, holder, keys)
    _write_grant(collective, circle, 1, holder, keys.public, holder, keys)
    return circle


def give(collective: UUID, circle: Circle, to: Holder, giver: UUID, keys: PrivateKeys) -> None:
    """Let another holder open the circle: a longer roster, and a grant for each epoch whose key we hold."""
    public = PublicKeys.from_bytes(bytes(to.public))
    if to.id in circle.roster:
        return
    _write_roster(collective, circle, {**circle.roster, to.id: public}, giver, keys)
    for epoch in circle.keys:
        _write_grant(collective, circle, epoch, to.id, public, giver, keys)


def _write_roster(
    collective: UUID, circle: Circle, holders: dict[UUID, PublicKeys], signer: UUID, keys: PrivateKeys
) -> None:
    number = circle.roster_number + 1
    body = {
        "circle": circle.id.hex,
        "kind": circle.kind,
        "epoch": circle.epoch,
        "number": number,
        "before": circle.roster_hash.hex(),
        "holders": {h.hex: p.to_bytes().hex() for h, p in holders.items()},
        "signer": signer.hex,
    }
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    signed = orjson.dumps([text.decode(), keys.sign(b"masslink roster" + text).hex()])
    bound = suite.binding(suite.ROSTER, collective, circle.id) + suite.place(circle.epoch, number, b"")
    sealed = suite.seal(circle.keys[circle.epoch], pad_text(signed), bound)
    Roster.objects.create(
        collective_id=collective, circle=circle.id, epoch=circle.epoch, number=number, seq=0, body=sealed
    )
    circle.roster, circle.roster_number, circle.roster_hash = holders, number, _digest(text)


def _write_grant(
    collective: UUID, circle: Circle, epoch: int, to: UUID, public: PublicKeys, signer: UUID, keys: PrivateKeys
) -> None:
    grant = OpenedGrant(circle.id, circle.kind, epoch, circle.raw[epoch], signer, b"")
    inside = orjson.dumps(
        [circle.id.hex, circle.kind, epoch, grant.key.hex(), signer.hex, keys.sign(grant.message(collective, to)).hex()]
    )
    id = uuid4()
    body = public.seal(pad_text(inside), _grant_info(collective, to, id))
    Grant.objects.create(id=id, collective_id=collective, holder_id=to, body=body)


# --- opening -------------------------------------------------------------------------------------


def open_grant(collective: UUID, holder: UUID, grant: UUID, body: bytes, keys: PrivateKeys) -> OpenedGrant:
    """Open one grant. Raises Unopenable when it isn't this holder's, or was changed."""
    inside = keys.open(body, _grant_info(collective, holder, grant))
    try:
        circle, kind, epoch, key, signer, signature = orjson.loads(inside)
        return OpenedGrant(
            UUID(circle), kind, epoch, bytes.fromhex(key), UUID(signer), bytes.fromhex(signature)
        )
    except (ValueError, TypeError):
        raise Unopenable("a grant of another form") from None


def open_circles(
    collective: UUID, holder: UUID, keys: PrivateKeys, grants: Iterable[tuple[UUID, bytes]]
) -> tuple[dict[UUID, Circle], list[UUID]]:
    """The circles behind a holder's grants, and the ids of grants that don't count.

    A grant counts when its signer stands in a roster of its epoch, and that roster in the signed chain.
    """
    circles: dict[UUID, Circle] = {}
    opened: list[tuple[UUID, OpenedGrant]] = []
    refused: list[UUID] = []
    for id, body in grants:
        try:
            grant = open_grant(collective, holder, id, bytes(body), keys)
        except Unopenable:
            refused.append(id)
            continue
        opened.append((id, grant))
        circles.setdefault(grant.circle, Circle(grant.circle, grant.kind)).add_key(grant.epoch, grant.key)
    signers = read_rosters(collective, circles)
    for id, grant in opened:
        public = signers.get((grant.circle, grant.epoch), {}).get(grant.signer)
        if public is None or not public.verifies(grant.signature, grant.message(collective, holder)):
            refused.append(id)
            circles.pop(grant.circle, None)
    return {id: c for id, c in circles.items() if holder in c.roster}, refused


def read_rosters(
    collective: UUID, circles: dict[UUID, Circle]
) -> dict[tuple[UUID, int], dict[UUID, PublicKeys]]:
    """Walk each circle's chain of rosters, setting its latest; returns who could sign grants in which epoch."""
    signers: dict[tuple[UUID, int], dict[UUID, PublicKeys]] = {}
    rows = Roster.objects.filter(collective_id=collective, circle__in=list(circles)).order_by("circle", "number")
    for row in rows:
        circle = circles[row.circle]
        if row.epoch not in circle.keys or row.number != circle.roster_number + 1:
            continue
        try:
            holders, text = _read_roster(collective, circle, row)
        except (Unopenable, ValueError, KeyError):
            continue
        circle.roster, circle.roster_number, circle.roster_hash = holders, row.number, _digest(text)
        signers.setdefault((circle.id, row.epoch), {}).update(holders)
    return signers


def _read_roster(collective: UUID, circle: Circle, row: Roster) -> tuple[dict[UUID, PublicKeys], bytes]:
    bound = suite.binding(suite.ROSTER, collective, circle.id) + suite.place(row.epoch, row.number, b"")
    signed = orjson.loads(suite.unseal(circle.keys[row.epoch], bytes(row.body), bound))
    text, signature = signed[0].encode(), bytes.fromhex(signed[1])
    body = orjson.loads(text)
    holders = {UUID(h): PublicKeys.from_bytes(bytes.fromhex(p)) for h, p in body["holders"].items()}
    before = circle.roster or holders  # roster one is signed by its founder
    signer = before.get(UUID(body["signer"]))
    fits = body["circle"] == circle.id.hex and body["number"] == row.number and body["epoch"] == row.epoch
    if not fits or body["before"] != circle.roster_hash.hex() or signer is None:
        raise Unopenable("a roster that doesn't continue the chain")
    if not signer.verifies(signature, b"masslink roster" + text):
        raise Unopenable("a roster that nobody in it signed")
    return holders, text
