"""Rosters: the signed lists of who holds a circle, each continuing the one before.

A roster's text names its circle, the epoch and number it was made in, the digest of the text before, the holders
with their fingerprints, which of them are kits, digests of the keys of all epochs so far, and who signed. It rests
sealed under the circle's key; when an epoch opens, the earlier ones are sealed anew under the new key, so that
whoever holds the latest key reads the whole chain and nobody else reads any of it.
"""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from masslink.core.padding import pad_text
from masslink.vault import suite
from masslink.vault.models import Roster
from masslink.vault.suite import Fingerprint, Signs, Unopenable

Holders = dict[UUID, Fingerprint]
Kits = dict[UUID, UUID]  # a kit's first half to its second


@dataclass
class Circle:
    """A circle as one of its holders knows it: its kind, the keys of its epochs, and its latest roster."""

    id: UUID
    kind: str
    keys: dict[int, AESGCM] = field(default_factory=dict)
    raw: dict[int, bytes] = field(default_factory=dict)
    roster: Holders = field(default_factory=dict)
    kits: Kits = field(default_factory=dict)
    digests: dict[int, bytes] = field(default_factory=dict)  # of each epoch's key, as the rosters say
    roster_number: int = 0
    chain: list[bytes] = field(default_factory=list)  # the digest of each roster so far
    ever: Holders = field(default_factory=dict)  # who stands in any roster so far
    vouching: dict[int, Holders] = field(default_factory=dict)  # by epoch: who stood in a roster made in it
    inventory: UUID | None = None  # the list of what lay under older keys when the latest epoch opened
    listed: frozenset[bytes] | None = None  # what stands in it, once it was read

    @property
    def epoch(self) -> int:
        return max(self.keys)

    def add_key(self, epoch: int, key: bytes) -> None:
        self.raw[epoch], self.keys[epoch] = key, AESGCM(key)

    def drop_key(self, epoch: int) -> None:
        del self.raw[epoch], self.keys[epoch]

    @property
    def holders(self) -> set[UUID]:
        """Who can open this circle, by holder id; kits too, by their halves."""
        return set(self.roster)

    @property
    def roster_epoch(self) -> int:
        """The epoch in which the latest roster was made."""
        return max(self.vouching, default=0)

    @property
    def root(self) -> bytes:
        """The digest of roster one."""
        return self.chain[0]

    @property
    def roster_hash(self) -> bytes:
        """The digest of the latest roster."""
        return self.chain[-1] if self.chain else b""

    def copy(self) -> "Circle":
        """Another that takes keys and rosters without changing this one; what is never changed in place is shared."""
        other = copy(self)
        other.keys, other.raw, other.chain = dict(self.keys), dict(self.raw), list(self.chain)
        other.vouching = dict(self.vouching)
        return other

    def take(self, text: "Text", digest: bytes) -> None:
        """The next roster of the chain."""
        if text.epoch > self.roster_epoch:
            self.inventory, self.listed = text.inventory, None
        self.roster, self.kits = text.holders, text.kits
        self.chain.append(digest)
        self.digests = {**self.digests, **text.digests}
        self.roster_number += 1
        self.ever = {**self.ever, **text.holders}
        self.vouching[text.epoch] = {**self.vouching.get(text.epoch, {}), **text.holders}

    def vouchers(self, epoch: int) -> Holders:
        """Who may have handed on an epoch's key: whoever held the circle in it, or since."""
        found: Holders = {}
        for at, holders in self.vouching.items():
            if at >= epoch:
                found.update(holders)
        return found

    def forget(self) -> None:
        self.keys.clear()
        self.raw.clear()


@dataclass(frozen=True)
class Text:
    """What stands in a roster."""

    epoch: int
    number: int
    before: bytes
    holders: Holders
    kits: Kits
    digests: dict[int, bytes]
    inventory: UUID | None
    signer: UUID


Founded = Callable[[Circle, UUID], bool]  # judges a first roster, taken as a circle's, and who signed it


def digest(data: bytes) -> bytes:
    found = hashes.Hash(hashes.SHA256())
    found.update(data)
    return found.finalize()


# --- writing -------------------------------------------------------------------------------------


def write(
    collective: UUID, circle: Circle, holders: Holders, kits: Kits, signer: UUID, keys: Signs, seq: int
) -> None:
    """The circle's next roster, sealed under its latest key."""
    number = circle.roster_number + 1
    _clear_the_way(collective, circle)
    body = {
        "circle": circle.id.hex,
        "kind": circle.kind,
        "epoch": circle.epoch,
        "number": number,
        "before": circle.roster_hash.hex(),
        "holders": {id.hex: known.to_bytes().hex() for id, known in holders.items()},
        "kits": {first.hex: second.hex for first, second in kits.items()},
        "keys": {str(epoch): digest(key).hex() for epoch, key in circle.raw.items()},
        "inventory": circle.inventory.hex if circle.inventory else "",
        "signer": signer.hex,
    }
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    signed = orjson.dumps([text.decode(), keys.sign(_message(collective, text)).hex()])
    sealed = suite.seal(circle.keys[circle.epoch], pad_text(signed), _bound(collective, circle, number))
    Roster.objects.create(
        collective_id=collective, circle=circle.id, epoch=circle.epoch, number=number, seq=seq, body=sealed
    )
    circle.take(_parse(circle, text), digest(text))


def _clear_the_way(collective: UUID, circle: Circle) -> None:
    """Delete what lies where the chain goes on, under keys that we know, and isn't of it: else nobody could be put out.

    What lies under a later key stays: it may be the chain as others have it, who didn't seal that key to us.
    """
    beyond = Roster.objects.filter(
        collective_id=collective, circle=circle.id, number__gt=circle.roster_number
    )
    beyond.filter(epoch__lte=circle.roster_epoch).delete()


def reseal(collective: UUID, circle: Circle) -> None:
    """Seal the earlier rosters under the latest key, word for word."""
    for row in rows([circle.id], collective):
        if row.epoch != circle.epoch and row.number <= circle.roster_number:
            old = _bound(collective, circle, row.number, row.epoch)
            plain = suite.unseal(circle.keys[row.epoch], bytes(row.body), old)
            row.epoch, new = circle.epoch, _bound(collective, circle, row.number)
            row.body = suite.seal(circle.keys[circle.epoch], plain, new)
            row.save(force_update=True, update_fields=["epoch", "body"])


def _message(collective: UUID, text: bytes) -> bytes:
    return b"masslink roster" + collective.bytes + text


def _bound(collective: UUID, circle: Circle, number: int, epoch: int | None = None) -> bytes:
    first = suite.binding(suite.ROSTER, collective, circle.id)
    return first + suite.place(circle.epoch if epoch is None else epoch, number, b"")


# --- reading -------------------------------------------------------------------------------------


def rows(circles: list[UUID], collective: UUID) -> Iterable[Roster]:
    return Roster.objects.filter(collective_id=collective, circle__in=circles).order_by("circle", "number")


def follow(collective: UUID, circles: dict[UUID, Circle]) -> None:
    """Follow the chains of circles that are open already as far as they go by now."""
    for row in rows(list(circles), collective):
        circle = circles[row.circle]
        if row.epoch in circle.keys:
            proceed(collective, circle, circle.keys[row.epoch], row, lambda circle, signer: False)


def proceed(collective: UUID, circle: Circle, key: AESGCM, row: Roster, founded: Founded) -> bool:
    """Take a row as the chain's next roster, if it is; `founded` judges the first one."""
    if row.number != circle.roster_number + 1:
        return False
    try:
        text, digested = _read(collective, circle, key, row)
    except (Unopenable, ValueError, LookupError, TypeError, AttributeError):
        return False
    if row.number == 1:
        first = Circle(circle.id, circle.kind)
        first.take(text, digested)
        if not founded(first, text.signer):
            return False
    circle.take(text, digested)
    return True


def _read(collective: UUID, circle: Circle, key: AESGCM, row: Roster) -> tuple[Text, bytes]:
    bound = _bound(collective, circle, row.number, row.epoch)
    signed = orjson.loads(suite.unseal(key, bytes(row.body), bound))
    raw, signature = signed[0].encode(), bytes.fromhex(signed[1])
    text = _parse(circle, raw)
    if (text.number, text.before) != (row.number, circle.roster_hash) or text.epoch > row.epoch:
        raise Unopenable("a roster that doesn't continue the chain")
    if text.epoch - circle.roster_epoch not in (0, 1) or max(text.digests) != text.epoch:
        raise Unopenable("a roster that leaps ahead, or names keys of epochs that are still to come")
    if any(circle.digests.get(epoch, known) != known for epoch, known in text.digests.items()):
        raise Unopenable("a roster that names another key for an epoch")
    before = circle.roster or text.holders  # roster one is signed by its founder
    if text.signer not in before or not before[text.signer].verifies(signature, _message(collective, raw)):
        raise Unopenable("a roster that nobody in the one before signed")
    return text, digest(raw)


def _parse(circle: Circle, raw: bytes) -> Text:
    body: dict[str, Any] = orjson.loads(raw)
    if (body["circle"], body["kind"]) != (circle.id.hex, circle.kind):
        raise Unopenable("a roster of another circle")
    holders = {UUID(id): Fingerprint.from_bytes(bytes.fromhex(k)) for id, k in body["holders"].items()}
    kits = {UUID(first): UUID(second) for first, second in body["kits"].items()}
    if not {*kits, *kits.values()} <= set(holders):
        raise Unopenable("a kit that doesn't stand in the roster")
    digests = {int(epoch): bytes.fromhex(known) for epoch, known in body["keys"].items()}
    return Text(
        body["epoch"],
        body["number"],
        bytes.fromhex(body["before"]),
        holders,
        kits,
        digests,
        UUID(body["inventory"]) if body["inventory"] else None,
        UUID(body["signer"]),
    )
