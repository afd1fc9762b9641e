"""Circles: who shares a key. Opening grants, making circles, giving access, and taking it.

What a server can't forge, step by step. A holder's private keys are wrapped together with the digest of the
collective's first roster: its `root`. From it a chain of rosters, each signed by somebody in the one before, says
who the collective's holders are and by which keys. A place's circle counts when its first roster was signed by one
of these; a holder's own circle when they signed it themselves. A key counts when the circle's rosters name its
digest, and when whoever sealed it to us stood in one of them, in its epoch or since.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest as hmac
from uuid import UUID, uuid4

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from masslink.core.padding import pad_text
from masslink.vault import inventory, mixing, rosters, suite
from masslink.vault.models import Grant, Holder
from masslink.vault.rosters import Circle, Holders
from masslink.vault.suite import Opens, PublicKeys, Unopenable, Unsealable

COLLECTIVE, SITE, OWN, SHARED = "collective", "site", "own", "shared"


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
                rosters.digest(self.key),
            )
        )


@dataclass(frozen=True)
class Giver:
    """Who hands out keys: a holder who acts, and what makes their signature."""

    collective: UUID
    holder: UUID
    keys: Opens
    seq: int = 0


def _grant_info(collective: UUID, holder: UUID, grant: UUID) -> bytes:
    return b"masslink grant" + collective.bytes + holder.bytes + grant.bytes


def grant_id(collective: UUID, circle: Circle, epoch: int, holder: UUID, by: int | None = None) -> UUID:
    """The id of a holder's grant: whoever holds the circle can compute it, to everybody else it is random.

    It is made with the key that is the latest when it is given (`by`): who was put out before doesn't see in the
    ledger to whom an older epoch is given as well.
    """
    named = b"masslink grant id %d" % epoch + collective.bytes + circle.id.bytes + holder.bytes
    return UUID(bytes=hmac(circle.raw[by or epoch], named, sha256)[:16], version=4)


def grant_ids(collective: UUID, circle: Circle, epoch: int, holder: UUID) -> list[UUID]:
    """All that a holder's grant of an epoch may be called: it was given in it, or since."""
    return [grant_id(collective, circle, epoch, holder, by) for by in circle.raw if by >= epoch]


# --- making, giving and taking -------------------------------------------------------------------


def create(collective: UUID, kind: str, holder: UUID, keys: Opens, seq: int = 0) -> Circle:
    """A new circle held by one holder: key, roster one and the grant to themselves, written to the ledger."""
    circle, giver = Circle(uuid4(), kind), Giver(collective, holder, keys, seq)
    circle.add_key(1, suite.new_key())
    _write_roster(giver, circle, {holder: keys.public.fingerprint}, {})
    _write_grant(giver, circle, 1, holder, keys.public)
    return circle


def give(giver: Giver, circle: Circle, to: UUID, public: PublicKeys) -> None:
    """Let another holder open the circle: a longer roster, and a grant for each epoch whose key we hold."""
    if circle.roster.get(to) != public.fingerprint:
        _write_roster(giver, circle, {**circle.roster, to: public.fingerprint}, circle.kits)
    for epoch in circle.keys:
        _write_grant(giver, circle, epoch, to, public)


def give_kit(
    giver: Giver, circle: Circle, first: tuple[UUID, PublicKeys], second: tuple[UUID, PublicKeys]
) -> None:
    """Let a kit open the circle: sealed to its second half and that to its first, so that both are needed."""
    halves = {id: public.fingerprint for id, public in (first, second)}
    if any(circle.roster.get(id) != known for id, known in halves.items()):
        kits = {**circle.kits, first[0]: second[0]}
        _write_roster(giver, circle, {**circle.roster, **halves}, kits)
    for epoch in circle.keys:
        _write_grant(giver, circle, epoch, first[0], first[1], inside=second)


def renew(giver: Giver, circle: Circle, without: set[UUID]) -> None:
    """Open a new epoch in which some holders no longer stand; their grants of all epochs are deleted.

    Everybody else gets the new key. A holder for whom the ledger names other keys than the roster does gets none:
    they stand in the roster and wait until access is given to them again.
    """
    gone = {holder for holder in circle.roster if holder in without}
    gone |= {half for kit in circle.kits.items() if gone & set(kit) for half in kit}
    _delete_grants(giver.collective, circle, circle.raw, gone)
    circle.add_key(circle.epoch + 1, suite.new_key())
    circle.inventory = inventory.write(giver.collective, circle, giver.seq)
    staying = {id: known for id, known in circle.roster.items() if id not in gone}
    kits = {first: second for first, second in circle.kits.items() if first not in gone}
    _write_roster(giver, circle, staying, kits)
    rosters.reseal(giver.collective, circle)
    _grant_to_all(giver, circle)


def _grant_to_all(giver: Giver, circle: Circle) -> None:
    publics = known_keys(giver.collective, circle)
    seconds = set(circle.kits.values())
    for holder, public in publics.items():
        other = circle.kits.get(holder)
        if holder in seconds or (other and other not in publics):
            continue
        inside = (other, publics[other]) if other else None
        with suppress(Unsealable):  # a holder that a turned member signed in, so that nobody could be put out
            _write_grant(giver, circle, circle.epoch, holder, public, inside=inside)


def known_keys(collective: UUID, circle: Circle) -> dict[UUID, PublicKeys]:
    """The public keys of the circle's holders, as far as the ledger's are those of the roster."""
    found = Holder.objects.filter(collective_id=collective, pk__in=circle.roster)
    publics = {id: PublicKeys.from_bytes(bytes(public)) for id, public in found.values_list("pk", "public")}
    return {id: public for id, public in publics.items() if public.fingerprint == circle.roster[id]}


def retire_epochs(giver: Giver, circle: Circle) -> None:
    """Once nothing is sealed under them any more: the grants of all epochs but the latest go, ours too."""
    old = [epoch for epoch in circle.keys if epoch != circle.epoch]
    _delete_grants(giver.collective, circle, old, circle.ever)
    inventory.drop(giver.collective, circle)
    for epoch in old:
        circle.drop_key(epoch)


def _delete_grants(collective: UUID, circle: Circle, epochs: Iterable[int], of: Iterable[UUID]) -> None:
    ids = [id for epoch in epochs for holder in of for id in grant_ids(collective, circle, epoch, holder)]
    for start in range(0, len(ids), 500):
        Grant.objects.filter(collective_id=collective, id__in=ids[start : start + 500]).delete()


def _write_roster(giver: Giver, circle: Circle, holders: Holders, kits: rosters.Kits) -> None:
    rosters.write(giver.collective, circle, holders, kits, giver.holder, giver.keys, giver.seq)


def _write_grant(
    giver: Giver,
    circle: Circle,
    epoch: int,
    to: UUID,
    public: PublicKeys,
    inside: tuple[UUID, PublicKeys] | None = None,
) -> None:
    grant = OpenedGrant(circle.id, circle.kind, epoch, circle.raw[epoch], giver.holder, b"")
    signature = giver.keys.sign(grant.message(giver.collective, to))
    text = [circle.id.hex, circle.kind, epoch, grant.key.hex(), giver.holder.hex, signature.hex()]
    id = grant_id(giver.collective, circle, epoch, to, circle.epoch)
    info, plain = _grant_info(giver.collective, to, id), pad_text(orjson.dumps(text))
    body = public.seal(inside[1].seal(plain, info) if inside else plain, info)
    Grant.objects.filter(pk=id, collective_id=giver.collective).delete()
    Grant.objects.create(id=id, collective_id=giver.collective, holder_id=to, body=body)
    mixing.soon(giver.collective)


# --- opening -------------------------------------------------------------------------------------


def open_grant(collective: UUID, holder: UUID, grant: UUID, body: bytes, keys: Opens) -> OpenedGrant:
    """Open one grant. Raises Unopenable when it isn't this holder's, or was changed."""
    inside = keys.open(body, _grant_info(collective, holder, grant))
    try:
        circle, kind, epoch, key, signer, signature = orjson.loads(inside)
        opened = OpenedGrant(
            UUID(circle), kind, epoch, bytes.fromhex(key), UUID(signer), bytes.fromhex(signature)
        )
        AESGCM(opened.key)
        if not isinstance(kind, str) or not isinstance(epoch, int):
            raise TypeError
        return opened
    except (ValueError, TypeError, AttributeError):
        raise Unopenable("a grant of another form") from None


def open_circles(
    collective: UUID, holder: UUID, keys: Opens, grants: Iterable[tuple[UUID, bytes]]
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
    collective: UUID, holder: UUID, grants: list[OpenedGrant], founded: rosters.Founded
) -> Circle | None:
    """One circle out of grants that claim to be of it, or None where none of them counts."""
    circle = Circle(grants[0].circle, grants[0].kind)
    for row in rosters.rows([circle.id], collective):
        for key in {g.key for g in grants if g.epoch == row.epoch}:
            if rosters.proceed(collective, circle, AESGCM(key), row, founded):
                break
    for grant in grants:
        if _counts(grant, collective, holder, circle):
            circle.add_key(grant.epoch, grant.key)
    return circle if circle.keys and holder in circle.roster else None


def _counts(grant: OpenedGrant, collective: UUID, holder: UUID, circle: Circle) -> bool:
    if circle.digests.get(grant.epoch) != rosters.digest(grant.key):
        return False
    signer = circle.vouchers(grant.epoch).get(grant.signer)
    return signer is not None and signer.verifies(grant.signature, grant.message(collective, holder))
