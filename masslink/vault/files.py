"""Sealed files: padded, numbered chunks in the ledger, never loaded into a workspace and never changed.

A file is known by its circle and a random id; its name, size and meaning stand in some record. Each chunk is bound
to its collective, circle, epoch, file and number, and the last one to being the last: a file that was cut short, put
in another order or mixed with another doesn't open.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from masslink.core.padding import pad_bytes, unpad_bytes
from masslink.vault import inventory, suite
from masslink.vault.act import ActInProgress, OutOfPlace
from masslink.vault.history import empty_log
from masslink.vault.rosters import Circle
from masslink.vault.suite import Unopenable
from masslink.vault.workspace import Workspace, current

PADDED = 64 * 1024
CHUNK_BYTES = PADDED - 1  # of the file in each chunk but the last; one byte marks where the padding begins


def write_file(circle_id: UUID, chunks: Iterable[bytes]) -> UUID:
    """Seal a file into a circle, in the running act; pieces may have any size. Returns the file's id."""
    workspace, id = current(), uuid4()
    running = _running(workspace)
    circle = _circle(workspace, circle_id)
    number, held = 0, b""
    for piece in _cut(chunks):
        if number or held:
            _write(workspace, running, circle, id, number, held, final=False)
            number += 1
        held = piece
    _write(workspace, running, circle, id, number, held, final=True)
    running.files.setdefault(circle.id, []).append([id.hex, number + 1])
    return id


def read_file(circle_id: UUID, file_id: UUID) -> Iterator[bytes]:
    """A file's bytes, chunk by chunk. Raises Unopenable where it isn't whole and in its place."""
    for number in range(count_chunks(circle_id, file_id)):
        yield read_chunk(circle_id, file_id, number)


def read_chunk(circle_id: UUID, file_id: UUID, number: int) -> bytes:
    """The bytes from `number * CHUNK_BYTES` on, for work that goes in steps. Raises Unopenable."""
    return _read(current(), circle_id, file_id, number)[0]


def count_chunks(circle_id: UUID, file_id: UUID) -> int:
    """How many chunks a file has. Raises Unopenable where its end is missing."""
    workspace = current()
    sql = "SELECT MAX(number) FROM vault_chunk WHERE collective_id = %s AND circle = %s AND id = %s"
    last = workspace.ledger._run(sql, [workspace.collective.hex, circle_id.hex, file_id.hex])[0][0]
    if last is None or not _read(workspace, circle_id, file_id, last)[1]:
        raise Unopenable("a file without its end")
    return int(last) + 1


def shred_file(circle_id: UUID, file_id: UUID) -> None:
    """Delete a file for good, in the running act; there is no undo of it."""
    workspace = current()
    _running(workspace).files.setdefault(circle_id, []).append([file_id.hex, 0])
    workspace.ledger._run_only(
        "DELETE FROM vault_chunk WHERE collective_id = %s AND circle = %s AND id = %s",
        [workspace.collective.hex, circle_id.hex, file_id.hex],
    )
    transaction.on_commit(partial(empty_log, 1), using="default", robust=True)


# --- chunks --------------------------------------------------------------------------------------


def _cut(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of CHUNK_BYTES; the last one shorter."""
    rest = bytearray()
    for piece in pieces:
        rest += piece
        while len(rest) >= CHUNK_BYTES:
            yield bytes(rest[:CHUNK_BYTES])
            del rest[:CHUNK_BYTES]
    if rest:
        yield bytes(rest)


def _bound(workspace: Workspace, circle: UUID, epoch: int, id: UUID, number: int, *, final: bool) -> bytes:
    first = suite.binding(suite.CHUNK, workspace.collective, circle)
    return first + suite.place(epoch, number, id.bytes + (b"\1" if final else b"\0"))


def _write(
    workspace: Workspace,
    running: ActInProgress,
    circle: Circle,
    id: UUID,
    number: int,
    data: bytes,
    *,
    final: bool,
) -> None:
    bound = _bound(workspace, circle.id, circle.epoch, id, number, final=final)
    body = suite.seal(circle.keys[circle.epoch], pad_bytes(data, PADDED), bound)
    row = (workspace.collective.hex, circle.id.hex, id.hex, number, circle.epoch, running.seq, body)
    workspace.ledger._many(
        "INSERT INTO vault_chunk (collective_id, circle, id, number, epoch, seq, body) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [row],
    )


def _read(workspace: Workspace, circle_id: UUID, id: UUID, number: int) -> tuple[bytes, bool]:
    """One chunk's bytes, and whether it says that it is the last."""
    circle = workspace.circles.get(circle_id)
    sql = """SELECT epoch, body FROM vault_chunk
             WHERE collective_id = %s AND circle = %s AND id = %s AND number = %s"""
    found: list[tuple[Any, ...]] = workspace.ledger._run(
        sql, [workspace.collective.hex, circle_id.hex, id.hex, number]
    )
    if circle is None or not found or found[0][0] not in circle.keys:
        raise Unopenable("a chunk that isn't there")
    epoch, body = found[0][0], bytes(found[0][1])
    if not inventory.believed(workspace.collective, circle, suite.CHUNK, (epoch, number, id.bytes), body):
        raise Unopenable("a chunk that somebody wrote who is out")
    for final in (False, True):
        bound = _bound(workspace, circle_id, epoch, id, number, final=final)
        try:
            return unpad_bytes(suite.unseal(circle.keys[epoch], body, bound)), final
        except (Unopenable, ValueError):
            continue
    raise Unopenable("a chunk that doesn't open in its place")


def _running(workspace: Workspace) -> ActInProgress:
    if workspace.act is None:
        raise OutOfPlace("files are written inside an act")
    return workspace.act


def _circle(workspace: Workspace, circle_id: UUID) -> Circle:
    circle = workspace.circles.get(circle_id)
    if circle is None:
        raise OutOfPlace("a file in a circle that isn't held here")
    return circle
