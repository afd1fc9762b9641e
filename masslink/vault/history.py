"""History and undo: what acts left behind, and going back while nothing newer stands on it."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, connections

from masslink.vault import aside
from masslink.vault.act import GONE, NEW, OutOfPlace, act
from masslink.vault.ledger import Payload
from masslink.vault.record import Ref
from masslink.vault.schema import Table, lift, schema
from masslink.vault.workspace import Workspace, current

DAYS = 30


class CantUndo(Exception):
    """Something newer stands on it, or its images are gone, or it reaches into a circle that isn't held here."""


@dataclass(frozen=True)
class Done:
    """One act as its readers see it: who, when, what kind, which records."""

    id: UUID
    seq: int
    kind: str
    who: UUID
    at: datetime
    records: list[tuple[Ref, str, int, UUID]]  # record, new/changed/gone, version made, circle
    notes: dict[str, Any]
    lasting: bool = False  # it gave somebody keys, or shredded images
    partly: bool = False  # it also reached into circles that aren't held here

    @property
    def refs(self) -> list[Ref]:
        return [r[0] for r in self.records]


def recent(*, before: int | None = None, limit: int = 50, circle: UUID | None = None) -> list[Done]:
    """The newest acts in the circles at hand, newest first, before a `seq`."""
    workspace = current()
    held = [workspace.circles[circle]] if circle else list(workspace.circles.values())
    parts: dict[UUID, list[tuple[int, UUID, dict[str, Any]]]] = {}
    for one in held:
        for seq, id, line in workspace.ledger.lines(one, before=before, limit=limit):
            parts.setdefault(id, []).append((seq, one.id, line))
    done = [found for id, lines in parts.items() if (found := _done(id, lines))]
    return sorted(done, key=lambda d: -d.seq)[:limit]


def find(id: UUID) -> Done | None:
    """One act by its id, as far as it can be read here."""
    workspace = current()
    lines = [
        (seq, circle.id, line)
        for circle in workspace.circles.values()
        for seq, _, line in workspace.ledger.lines(circle, act=id, limit=1)
    ]
    return _done(id, lines) if lines else None


def _done(id: UUID, lines: list[tuple[int, UUID, dict[str, Any]]]) -> Done | None:
    """None where somebody who may write there sealed what no act leaves."""
    first = lines[0][2]
    try:
        records = [
            (Ref(str(kind), UUID(record)), str(what), int(version), circle)
            for _, circle, line in lines
            for kind, record, what, version in line["records"]
        ]
        partly = len(lines) < first.get("circles", 1)
    except (ValueError, TypeError, AttributeError):
        return None
    notes = {k: v for k, v in first.items() if k not in _OWN_KEYS}
    at, lasting = datetime.fromisoformat(first["at"]), bool(first.get("lasting"))
    return Done(id, lines[0][0], first["kind"], UUID(first["who"]), at, records, notes, lasting, partly)


_OWN_KEYS = ("kind", "who", "at", "records", "circles", "lasting", "files", "seq", "after", "roster")


def standing(done: Iterable[Done], *, look_at: int = 20) -> set[UUID]:
    """Which of these acts could be undone, as far as their first records tell; a query per circle."""
    done = [d for d in done if not d.lasting and not d.partly]
    looked = [(d.id, *r) for d in done for r in d.records[:look_at]]
    stored: dict[UUID, dict[str, int]] = {}
    for circle in {circle for *_, circle in looked}:
        ids = list({ref.id.hex for _, ref, _, _, at in looked if at == circle})
        stored[circle] = current().ledger.versions(circle, ids)
    overtaken = {id for id, ref, _, version, at in looked if stored[at].get(ref.id.hex) != version}
    return {looked_at[0] for looked_at in looked} - overtaken


def before_deletion(records: Iterable[tuple[Ref, str, int, UUID]]) -> dict[Ref, dict[str, Any]]:
    """The fields of deleted records as they last were, where the images are kept; a query for each circle."""
    wanted: dict[UUID, dict[str, int]] = {}
    for ref, what, version, circle in records:
        if what == GONE:
            wanted.setdefault(circle, {})[ref.id.hex] = version - 1
    workspace, found = current(), {}
    for circle, versions in wanted.items():
        for id, payload in workspace.ledger.pasts(workspace.circles[circle], versions):
            if as_it_was := _lifted(payload):
                table, fields = as_it_was
                found[Ref(table.kind, UUID(id))] = fields
    return found


def _lifted(payload: Payload) -> tuple[Table, dict[str, Any]] | None:
    """The fields of an image as of today; None where it is of a deletion, or no row could be made of it."""
    try:
        table, fields = lift(payload.kind, payload.version, dict(payload.fields or {}))
        fits = not table.misfit([("", "", 0, *table.values(fields))])
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    return (table, fields) if fits else None


def undo(done: Done, *, at: datetime) -> None:
    """Go back to before an act: what it made is deleted, what it changed or deleted is as it was.

    Raises CantUndo where something newer stands on it, an image before is gone, it reaches into a circle that isn't
    held here, or gave somebody keys; then nothing is changed.
    """
    if done.lasting or done.partly:
        raise CantUndo
    workspace = current()
    try:
        with act("undone", at=at, notes={"undone": done.id.hex, "of": done.kind}):
            by_circle = _still_as_made(workspace, done)
            images = {circle: _images(workspace, circle, records) for circle, records in by_circle.items()}
            # What it made goes first: a moved record is both, made in one circle and gone from another.
            for circle, records in by_circle.items():
                _delete(workspace, circle, [ref for ref, *_ in records if not images[circle].get(ref)])
            for circle, records in by_circle.items():
                _restore(workspace, circle, [r for r in records if images[circle].get(r[0])], images[circle])
            with workspace.applying():
                aside.try_again(workspace)  # what was put back may be what they wait for
    except (OutOfPlace, IntegrityError, sqlite3.IntegrityError):
        raise CantUndo from None


def _still_as_made(workspace: Workspace, done: Done) -> dict[UUID, list[tuple[Ref, str, int]]]:
    by_circle: dict[UUID, list[tuple[Ref, str, int]]] = {}
    for ref, what, version, circle in done.records:
        by_circle.setdefault(circle, []).append((ref, what, version))
    for circle, records in by_circle.items():
        stored = workspace.ledger.versions(circle, [ref.id.hex for ref, _, _ in records])
        if any(stored.get(ref.id.hex) != version for ref, _, version in records):
            raise CantUndo
    return by_circle


def _delete(workspace: Workspace, circle: UUID, refs: list[Ref]) -> None:
    for ref in refs:
        name = schema().tables[ref.kind].name
        workspace._raw().execute(
            f"DELETE FROM {name} WHERE id = ? AND circle = ?",
            [ref.id.hex, circle.hex],
        )


def _images(
    workspace: Workspace, circle: UUID, records: list[tuple[Ref, str, int]]
) -> dict[Ref, Payload | None]:
    """What was there before an act; None where there was nothing, or nothing any more: a record that came back."""
    wanted = {ref.id.hex: version - 1 for ref, what, version in records if what != NEW}
    found = dict(workspace.ledger.pasts(workspace.circles[circle], wanted))
    if len(found) < len(wanted):
        raise CantUndo
    known = {ref: found[ref.id.hex] for ref, what, _ in records if what != NEW}
    return {ref: payload if payload.fields is not None else None for ref, payload in known.items()}


def _restore(
    workspace: Workspace,
    circle: UUID,
    records: list[tuple[Ref, str, int]],
    images: dict[Ref, Payload | None],
) -> None:
    for ref, what, version in records:
        before = images[ref]
        as_it_was = _lifted(before) if before else None
        if as_it_was is None:
            raise CantUndo
        table, fields = as_it_was
        row = (ref.id.hex, circle.hex, version, *table.values(fields))
        _put_back(workspace, table, row, gone=what == GONE)


def _put_back(workspace: Workspace, table: Table, row: tuple[Any, ...], *, gone: bool) -> None:
    raw = workspace._raw()
    with workspace.applying():
        changes = ", ".join(f'"{c}" = ?' for c in table.columns)
        sql = f"UPDATE {table.name} SET {changes} WHERE id = ?"
        # What was deleted isn't there; nor is what was changed into something that waits aside.
        if gone or not raw.execute(sql, [*row[3:], row[0]]).rowcount:
            raw.execute(table.insert_sql, row)
            workspace.aside.pop((row[1], row[0]), None)
    raw.execute("INSERT OR IGNORE INTO _touched VALUES (?, ?, ?, 0)", [table.kind, row[0], row[1]])


def shred(ids: Iterable[UUID]) -> None:
    """In the running act: no image of these records stays, not even those it makes. Nothing undoes this act."""
    running = current().act
    if running is None:
        raise OutOfPlace("images are shredded inside an act")
    running.shredding.update(ids)
    running.lasting = True


def shred_old(workspace: Workspace, *, now: datetime) -> int:
    """Delete images older than 30 days in the circles at hand. Returns how many went."""
    shredded = 0
    for circle in workspace.circles.values():
        oldest = _oldest_past(workspace, circle.id)
        limit = now - timedelta(days=DAYS)
        last = None
        while oldest is not None:
            lines = workspace.ledger.lines_from(circle, oldest)
            old = [seq for seq, at in lines if datetime.fromisoformat(at) < limit]
            last = old[-1] if old else last
            oldest = lines[-1][0] + 1 if old and len(old) == len(lines) else None
        if last is not None:
            shredded += workspace.ledger.shred_past(circle.id, up_to=last)
    if shredded:
        empty_log()
    return shredded


def _oldest_past(workspace: Workspace, circle: UUID) -> int | None:
    sql = "SELECT MIN(seq) FROM vault_past WHERE collective_id = %s AND circle = %s"
    found = workspace.ledger._run(sql, [workspace.collective.hex, circle.hex])
    return found[0][0] if found else None


def empty_log(tries: int = 5) -> None:
    """After shredding: have the database let go of the old bytes as far as it can. Nothing inside a transaction.

    SQLite overwrites what is deleted; its write-ahead log is moved into the file and cut to nothing. PostgreSQL gives
    the room free to be written over; what that does and doesn't promise stands in docs/server.md.
    """
    connection = connections["default"]
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = [model._meta.db_table for model in apps.get_app_config("vault").get_models()]
            cursor.execute(f"VACUUM (SKIP_LOCKED) {', '.join(names)}")
            return
        for _ in range(tries):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0] == 0:
                return
