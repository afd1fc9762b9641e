"""An act: the only way to write. Everything it changes is sealed in one transaction, or nothing is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.transaction import Atomic
from django.utils.module_loading import import_string

from masslink.vault.circles import COLLECTIVE
from masslink.vault.epochs import renew_overtaken
from masslink.vault.ledger import Payload
from masslink.vault.record import Record
from masslink.vault.rosters import Circle
from masslink.vault.schema import Table, schema
from masslink.vault.workspace import Removed, Workspace, current

NEW, CHANGED, GONE = "new", "changed", "gone"


class Conflict(Exception):
    """Somebody else changed the same record meanwhile; nothing was written."""


class OutOfPlace(Exception):
    """A record points to something that isn't there, or that its readers couldn't follow; nothing was written."""


class Unfit(OutOfPlace):
    """A record has in one of its columns what nobody could take in; nothing was written."""


@dataclass
class Change:
    """One record an act wrote: what happened to it and which version that made."""

    kind: str
    id: str
    circle: str
    what: str
    version: int


@dataclass
class ActInProgress:
    kind: str
    at: datetime
    id: UUID = field(default_factory=uuid4)
    seq: int = 0  # what the ledger's counter says for everything this act writes
    saved: list[Record] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)  # ids and numbers for the line, never words
    circles: set[UUID] = field(default_factory=set)  # those that get a line even without a change
    lasting: bool = False  # it gave somebody keys, or shredded images: undo can't take it back
    shredding: set[UUID] = field(default_factory=set)  # records of which no image before may stay
    files: dict[UUID, list[list[Any]]] = field(
        default_factory=dict
    )  # by circle: [file, chunks]; none: shredded


@contextmanager
def act(
    kind: str, *, at: datetime, notes: dict[str, Any] | None = None, circles: Iterable[UUID] = ()
) -> Iterator[ActInProgress]:
    """Open an act; on leaving, what was saved or deleted is sealed and written, then the workspace commits.

    `circles` get a line even where nothing changes. An act inside an act is part of it. Raises Conflict, OutOfPlace
    (Unfit too), Removed; then workspace and ledger are as before.
    """
    workspace = current()
    if workspace.act is not None:
        workspace.act.circles.update(circles)
        with _part("open"), _part("default"):
            yield workspace.act
        return
    running = ActInProgress(kind, at, notes=dict(notes or {}), circles=set(circles))
    try:
        with (
            workspace.writable(),
            workspace.as_before(),
            transaction.atomic("open"),
            transaction.atomic("default"),
        ):
            running.seq = workspace.ledger.lock()
            workspace.catch_up(own=running.seq)
            workspace.act = running
            renew_overtaken()
            yield running
            _refuse_halves()
            _refuse_old_keys(workspace, running)
            _seal(workspace, running, running.seq)
            _shred(workspace, running)
    finally:
        workspace.act = None
    _set_versions(running)
    _see_to_what_follows(running)


def _see_to_what_follows(running: ActInProgress) -> None:
    """What rooms name in settings.AFTER_ACTS is called with the act, which is written: nothing takes it back."""
    for path in settings.AFTER_ACTS:
        with suppress(Exception):
            import_string(path)(running)


def _part(alias: str) -> Atomic:
    """What makes the failure of an act inside an act the failure of the whole."""
    return transaction.atomic(alias, savepoint=False)


def _refuse_halves() -> None:
    """Raise where an inner act failed and the outer one went on: Django would roll it all back without a word."""
    if any(transaction.get_rollback(alias) for alias in ("open", "default")):
        raise transaction.TransactionManagementError("a part of this act failed")


def _refuse_old_keys(workspace: Workspace, running: ActInProgress) -> None:
    """Raise where a circle has a newer key that we weren't given: what we wrote, those who are out would read."""
    touched = workspace._raw().execute("SELECT DISTINCT circle FROM _touched").fetchall()
    written = {UUID(circle) for (circle,) in touched} | running.circles | running.files.keys()
    for id, epoch in workspace.ledger.latest_epochs(list(written)).items():
        if id in workspace.circles and epoch > workspace.circles[id].epoch:
            raise Removed("a circle's newer key wasn't sealed to us")


def _set_versions(running: ActInProgress) -> None:
    versions = {change.id: change.version for change in running.changes if change.what != GONE}
    for record in running.saved:
        if record.pk is not None:  # a deleted one has lost its key
            record.version = versions.get(record.pk.hex, record.version)


def note_saved(record: Record) -> None:
    """Remember an instance that the running act saved, so that it learns its new version."""
    workspace = current()
    if workspace.act is not None:
        workspace.act.saved.append(record)


def _shred(workspace: Workspace, running: ActInProgress) -> None:
    """What was erased or has faded stays nowhere: its images go with the act, and then the write-ahead log."""
    if not running.shredding:
        return
    from masslink.vault.history import empty_log

    workspace.ledger.shred_images(running.shredding)
    transaction.on_commit(empty_log, using="default", robust=True)


# --- sealing -------------------------------------------------------------------------------------


def _seal(workspace: Workspace, running: ActInProgress, seq: int) -> None:
    raw = workspace._raw()
    touched = raw.execute("SELECT kind, id, circle, moved FROM _touched").fetchall()
    if touched:
        _check_pointers(workspace, {k for k, *_ in touched})
    groups: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for kind, id, circle, moved in touched:
        groups.setdefault((circle, kind), []).append((id, moved))
    with workspace.applying():
        for (circle, kind), ids in groups.items():
            _seal_group(workspace, running, seq, schema().tables[kind], UUID(circle), dict(ids))
        raw.execute("DELETE FROM _touched")
        raw.execute("UPDATE _cursor SET seq = ?", [seq])
    workspace.refresh_derived()
    _write_lines(workspace, running, seq)


def _seal_group(
    workspace: Workspace, running: ActInProgress, seq: int, table: Table, circle_id: UUID, ids: dict[str, int]
) -> None:
    circle = workspace.circles.get(circle_id)
    if circle is None:
        raise OutOfPlace(f"a {table.kind} for a circle that isn't held here")
    raw, ledger = workspace._raw(), workspace.ledger
    live = _live(workspace, table, circle_id)
    moved = {id for id, came_or_went in ids.items() if came_or_went}
    fresh = {id for id, (version, _) in live.items() if version == 0} - moved  # the ledger needn't be asked
    known = ledger.versions(circle_id, [id for id in ids if id not in fresh])
    new = [(id, payload) for id, (_, payload) in live.items() if id not in known]
    changed = [
        (id, known[id] if id in moved else version, payload)
        for id, (version, payload) in live.items()
        if id in known
    ]
    gone = [(id, known[id], Payload(table.kind, 1, None)) for id in ids if id not in live and id in known]
    if gone and table.pointed_at_by and circle.kind == COLLECTIVE:
        raise OutOfPlace(f"a {table.kind} that others may point to: it is retired, not deleted")
    ledger.insert(circle, seq, new)
    if not ledger.replace(circle, seq, changed + gone):
        raise Conflict(table.kind)
    done = [(id, 1, NEW) for id, _ in new] + [(id, v + 1, CHANGED) for id, v, _ in changed]
    raw.executemany(f"UPDATE {table.name} SET version = ? WHERE id = ?", [(v, id) for id, v, _ in done])
    done += [(id, v + 1, GONE) for id, v, _ in gone]
    running.changes += [Change(table.kind, id, circle_id.hex, what, v) for id, v, what in done]


def _live(workspace: Workspace, table: Table, circle: UUID) -> dict[str, tuple[int, Payload]]:
    """What the act touched of one kind in one circle and is still there: id to version and payload."""
    rows = (
        workspace._raw()
        .execute(
            f"{table.select_sql} FROM _touched k JOIN {table.name} t ON t.id = k.id AND t.circle = k.circle "
            "WHERE k.kind = ? AND k.circle = ?",
            [table.kind, circle.hex],
        )
        .fetchall()
    )
    if column := table.misfit(rows):
        raise Unfit(f"{table.kind}.{column}")
    payload_version, columns = table.model.payload_version, table.columns
    return {
        id: (version, Payload(table.kind, payload_version, dict(zip(columns, values, strict=True))))
        for id, _, version, *values in rows
    }


def _check_pointers(workspace: Workspace, kinds: set[str]) -> None:
    """Foreign keys of what was touched, and of what points at what was deleted: before the ledger commits."""
    raw, ours = workspace._raw(), workspace.collective_circle.hex if workspace.let_in else ""
    for kind in kinds:
        table = schema().tables[kind]
        for pointer in table.pointers:
            astray = raw.execute(
                f"""SELECT 1 FROM _touched k JOIN {table.name} t ON t.id = k.id
                    LEFT JOIN {pointer.target} p ON p.id = t.{pointer.column}
                    WHERE k.kind = ? AND t.{pointer.column} IS NOT NULL
                    AND (p.id IS NULL OR p.circle NOT IN (t.circle, ?)) LIMIT 1""",
                [kind, ours],
            ).fetchone()
            if astray:
                raise OutOfPlace(f"{table.kind}.{pointer.column}")
        for child, column in table.pointed_at_by:
            orphan = raw.execute(
                f"""SELECT 1 FROM _touched k JOIN {child} c ON c.{column} = k.id
                    LEFT JOIN {table.name} t ON t.id = k.id
                    WHERE k.kind = ? AND (t.id IS NULL OR t.circle NOT IN (c.circle, ?)) LIMIT 1""",
                [kind, ours],
            ).fetchone()
            if orphan:
                raise OutOfPlace(f"{child}.{column}")


def _write_lines(workspace: Workspace, running: ActInProgress, seq: int) -> None:
    """One line in each circle touched or named: who, when, kind, ids."""
    by_circle: dict[str, list[list[Any]]] = {c.hex: [] for c in (*running.circles, *running.files)}
    for change in running.changes:
        by_circle.setdefault(change.circle, []).append([change.kind, change.id, change.what, change.version])
    for circle, records in by_circle.items():
        line = {
            "kind": running.kind,
            "who": workspace.holder.hex,
            "at": running.at.isoformat(),
            "records": records,
            "circles": len(by_circle),
            "lasting": running.lasting,
            **running.notes,
        }
        held: Circle = workspace.circles[UUID(circle)]
        if held.id in running.files:
            line["files"] = running.files[held.id]
        workspace.ledger.write_line(held, seq, running.id, line)
