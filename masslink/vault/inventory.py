"""Inventories: what lay under older keys when a circle got a new one. Only that is believed under them afterwards.

Whoever is put out keeps the old keys. With the ledger in their hands they could go on writing under these, and nobody
could tell it from what had been there. So whoever opens an epoch lists what is sealed under older keys, row by row,
and seals the list under the new key; the roster that opens the epoch names it. It rests beside the circle's files
until the last row is re-sealed.
"""

from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import connections

from masslink.core.padding import pad_bytes, unpad_bytes
from masslink.vault import suite
from masslink.vault.models import Chunk
from masslink.vault.rosters import Circle
from masslink.vault.suite import Unopenable

PIECE = 64 * 1024  # as of every file
SIZE = 32  # of a digest
AT_ONCE = (PIECE - 1) // SIZE
MISSING: frozenset[bytes] = frozenset([b"the list itself"])

LISTED = (
    ("vault_row", suite.RECORD, "version"),
    ("vault_past", suite.RECORD, "version"),
    ("vault_act", suite.ACT, "0"),
    ("vault_chunk", suite.CHUNK, "number"),
)


def entry(what: bytes, epoch: int, number: int, id: bytes, body: bytes) -> bytes:
    """What stands in the list for one sealed body. A row and its image are listed alike: one becomes the other."""
    digest = sha256(what + suite.place(epoch, number, id))
    digest.update(body)
    return digest.digest()


def write(collective: UUID, circle: Circle, seq: int) -> UUID:
    """List all that lies under older keys than the circle's latest, in place of the list before. Returns its id."""
    drop(collective, circle)
    found, id = list(_entries(collective, circle)), uuid4()
    pieces = [b"".join(found[start : start + AT_ONCE]) for start in range(0, len(found), AT_ONCE)] or [b""]
    for number, piece in enumerate(pieces):
        bound = _bound(collective, circle, id, number, last=number + 1 == len(pieces))
        body = suite.seal(circle.keys[circle.epoch], pad_bytes(piece, PIECE), bound)
        Chunk.objects.create(
            collective_id=collective,
            circle=circle.id,
            id=id,
            number=number,
            epoch=circle.epoch,
            seq=seq,
            body=body,
        )
    return id


def _entries(collective: UUID, circle: Circle) -> Iterator[bytes]:
    for table, what, number in LISTED:
        sql = f"""SELECT id, epoch, {number}, body FROM {table}
                  WHERE collective_id = %s AND circle = %s AND epoch < %s"""
        with connections["default"].chunked_cursor() as cursor:
            cursor.execute(sql, [collective.hex, circle.id.hex, circle.epoch])
            while rows := cursor.fetchmany(500):
                for id, epoch, at, body in rows:
                    named = bytes.fromhex(id) if isinstance(id, str) else id.bytes
                    yield entry(what, epoch, at, named, body)


def drop(collective: UUID, circle: Circle) -> None:
    """Nothing is left of what it lists."""
    if circle.inventory:
        Chunk.objects.filter(collective_id=collective, circle=circle.id, id=circle.inventory).delete()


def read(collective: UUID, circle: Circle) -> frozenset[bytes]:
    """What stands in the list. Raises Unopenable where it isn't there, whole and in its place."""
    if circle.inventory is None:
        raise Unopenable("no inventory")
    rows = Chunk.objects.filter(collective_id=collective, circle=circle.id, id=circle.inventory)
    bodies = [bytes(body) for body in rows.order_by("number").values_list("body", flat=True)]
    found: set[bytes] = set()
    for number, body in enumerate(bodies):
        bound = _bound(collective, circle, circle.inventory, number, last=number + 1 == len(bodies))
        piece = unpad_bytes(suite.unseal(circle.keys[circle.epoch], body, bound))
        found.update(piece[start : start + SIZE] for start in range(0, len(piece), SIZE))
    if not bodies:
        raise Unopenable("an inventory that isn't there")
    return frozenset(found)


def believed(
    collective: UUID, circle: Circle, what: bytes, where: tuple[int, int, bytes], body: bytes
) -> bool:
    """Whether a body counts that is sealed under this epoch, for this number and id, if it opens."""
    if where[0] == circle.epoch:
        return True
    return entry(what, *where, body) in (
        _read_once(collective, circle) if circle.listed is None else circle.listed
    )


def is_there(collective: UUID, circle: Circle) -> bool:
    """Whether it can be told what may be re-sealed; else the old keys are kept, until the list is back."""
    if circle.listed is None or circle.listed is MISSING:
        _read_once(collective, circle)
    return circle.listed is not MISSING


def _read_once(collective: UUID, circle: Circle) -> frozenset[bytes]:
    try:
        found = read(collective, circle)
    except (Unopenable, ValueError):
        found = MISSING
    circle.listed = found
    return found


def _bound(collective: UUID, circle: Circle, id: UUID, number: int, *, last: bool) -> bytes:
    first = suite.binding(suite.CHUNK, collective, circle.id)
    return first + suite.place(circle.epoch, number, id.bytes + (b"\1" if last else b"\0"))
