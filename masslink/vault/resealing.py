"""Re-sealing: what lies under a circle's older keys is sealed anew under its latest, step by step.

A step takes rows of older epochs, opens them and writes the same bytes back under the new key: same id, version and
`seq`, so nobody else notices. It is a comparison and a swap; who wrote meanwhile has used the new key already. When
nothing is left, the older epochs' grants are deleted. Broken off at any point, it goes on from the rows themselves.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from masslink.vault import circles, inventory, suite
from masslink.vault.circles import Giver
from masslink.vault.rosters import Circle
from masslink.vault.suite import Unopenable
from masslink.vault.workspace import Workspace

AT_ONCE = 1000


@dataclass(frozen=True)
class Sealed:
    """A table of sealed rows: what its bodies are bound to, and which column beside the id numbers them."""

    name: str
    what: bytes
    number: str = "0"
    at_once: int = AT_ONCE


TABLES = (
    Sealed("vault_row", suite.RECORD, "version"),
    Sealed("vault_past", suite.RECORD, "version"),
    Sealed("vault_act", suite.ACT),
    Sealed("vault_chunk", suite.CHUNK, "number", at_once=100),
)


@dataclass
class Going:
    """How far a workspace has come with one circle; when it is lost, the next step begins at the first table."""

    epoch: int
    total: int
    done: int = 0
    table: int = 0
    after: tuple[str, int] = ("0" * 32, -1)
    moved: int = 0  # in this pass; a pass that moves nothing is the last


def behind(workspace: Workspace) -> list[Circle]:
    """The circles at hand of which more than one epoch is still in use."""
    if found := _with_older_keys(workspace):
        workspace.forget_retired_keys()
        found = _with_older_keys(workspace)
    return found


def _with_older_keys(workspace: Workspace) -> list[Circle]:
    return [circle for circle in workspace.circles.values() if len(circle.keys) > 1]


def remaining(workspace: Workspace) -> int:
    """How many rows lie under older keys, in all circles at hand."""
    return sum(_count(workspace, circle) for circle in behind(workspace))


def _count(workspace: Workspace, circle: Circle) -> int:
    own = [workspace.collective.hex, circle.id.hex, circle.epoch]
    where = "WHERE collective_id = %s AND circle = %s AND epoch < %s"
    counts = [workspace.ledger._run(f"SELECT COUNT(*) FROM {t.name} {where}", own) for t in TABLES]
    return sum(int(found[0][0]) for found in counts)


def step(workspace: Workspace) -> tuple[int, int]:
    """Re-seal a bit, of the first circle that is behind. Returns how much of how much is done; equal when all is."""
    found = behind(workspace)
    if not found:
        workspace.kept.pop("resealing", None)
        return 1, 1
    going = _going(workspace, found)
    circle = next((c for c in found if inventory.is_there(workspace.collective, c)), None)
    if circle is None:  # nobody can tell what lay there: the old keys are kept
        return 0, 1
    try:
        with transaction.atomic("default"):
            workspace.ledger.hold()
            if circle.epoch == _latest_epoch(workspace, circle):
                _advance(workspace, circle, going[circle.id])
    except BaseException:
        workspace.kept.pop("resealing", None)  # it counts on what may not have been written
        raise
    total, done = sum(g.total for g in going.values()), sum(g.done for g in going.values())
    if behind(workspace):
        return min(done, total), total + 1
    workspace.kept.pop("resealing", None)
    return max(total, 1), max(total, 1)


def _going(workspace: Workspace, found: list[Circle]) -> dict[UUID, Going]:
    """How far each circle has come; one that got another key meanwhile begins anew."""
    going: dict[UUID, Going] = workspace.kept.setdefault("resealing", {})
    for circle in found:
        at = going.get(circle.id)
        if at is None or at.epoch != circle.epoch:
            going[circle.id] = Going(circle.epoch, _count(workspace, circle))
    return going


def go_on(workspace: Workspace, seconds: float) -> tuple[int, int]:
    """Steps until so much time has passed, or nothing is left; between two of them others get their turn to write."""
    until = time.monotonic() + seconds
    while True:
        done, total = step(workspace)
        if done == total or time.monotonic() > until:
            return done, total


def _latest_epoch(workspace: Workspace, circle: Circle) -> int:
    """Somebody may have opened another one since this workspace caught up."""
    return workspace.ledger.latest_epochs([circle.id]).get(circle.id, 0)


def _advance(workspace: Workspace, circle: Circle, at: Going) -> None:
    while at.table < len(TABLES):
        found, moved = _reseal_some(workspace, circle, TABLES[at.table], at)
        at.moved, at.done = at.moved + moved, at.done + moved
        if found:
            return
        at.table, at.after = at.table + 1, ("0" * 32, -1)
    if at.moved:
        at.table, at.moved = 0, 0
    else:
        giver = Giver(workspace.collective, workspace.holder, workspace.keys)
        circles.retire_epochs(giver, circle)
        workspace.forget_retired_keys()


def _reseal_some(workspace: Workspace, circle: Circle, table: Sealed, at: Going) -> tuple[int, int]:
    """The next rows of one table. Returns how many were found and how many are under the new key now."""
    own = [workspace.collective.hex, circle.id.hex]
    rows = workspace.ledger._run(
        f"""SELECT id, {table.number}, epoch, body FROM {table.name}
            WHERE collective_id = %s AND circle = %s AND epoch < %s AND (id, {table.number}) > (%s, %s)
            ORDER BY 1, 2 LIMIT %s""",
        [*own, circle.epoch, *at.after, table.at_once],
    )
    if not rows:
        return 0, 0
    anew = []
    for id, number, epoch, body in rows:
        hexed = id if isinstance(id, str) else id.hex
        at.after = hexed, number
        sealed = _sealed_anew(workspace, circle, table, (hexed, number, epoch), bytes(body))
        if sealed is not None:
            anew.append((circle.epoch, sealed, *own, hexed, epoch, number))
    which = f"AND {table.number} = %s"
    changed = workspace.ledger._many(
        f"UPDATE {table.name} SET epoch = %s, body = %s "
        f"WHERE collective_id = %s AND circle = %s AND id = %s AND epoch = %s {which}",
        anew,
    )
    return len(rows), changed


def _sealed_anew(
    workspace: Workspace, circle: Circle, table: Sealed, where: tuple[str, int, int], body: bytes
) -> bytes | None:
    """The same bytes under the latest key; None for a body that doesn't open, which `masslink check` names."""
    id, number, epoch = where
    first = suite.binding(table.what, workspace.collective, circle.id)
    at = epoch, number, bytes.fromhex(id)
    if not inventory.believed(workspace.collective, circle, table.what, at, body):
        return None
    for last in (b"\0", b"\1") if table.what == suite.CHUNK else (b"",):
        named = bytes.fromhex(id) + last
        try:
            plain = suite.unseal(circle.keys[epoch], body, first + suite.place(epoch, number, named))
        except (Unopenable, KeyError):
            continue
        new = first + suite.place(circle.epoch, number, named)
        return suite.seal(circle.keys[circle.epoch], plain, new)
    return None
