"""History and undo: what acts left behind, and going back while nothing newer stands on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from masslink.vault.act import GONE, NEW, act
from masslink.vault.record import Ref
from masslink.vault.schema import schema
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
    done = [_done(id, lines) for id, lines in parts.items()]
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


def _done(id: UUID, lines: list[tuple[int, UUID, dict[str, Any]]]) -> Done:
    first = lines[0][2]
    records = [
        (Ref(kind, UUID(record)), what, version, circle)
        for _, circle, line in lines
        for kind, record, what, version in line["records"]
    ]
    notes = {k: v for k, v in first.items() if k not in ("kind", "who", "at", "records")}
    at = datetime.fromisoformat(first["at"])
    return Done(id, lines[0][0], first["kind"], UUID(first["who"]), at, records, notes)


def standing(done: Iterable[Done], *, look_at: int = 20) -> set[UUID]:
    """Which of these acts have nothing newer on them, as far as their first records tell; a query per circle."""
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
            if payload.fields is not None:
                table, fields = workspace._lift(payload.kind, payload.version, dict(payload.fields))
                found[Ref(table.kind, UUID(id))] = fields
    return found


def undo(done: Done, *, at: datetime) -> None:
    """Go back to before an act: what it made is deleted, what it changed or deleted is as it was.

    Raises CantUndo when any of its records has changed since, or an image before is gone; then nothing is changed.
    """
    workspace = current()
    with act("undone", at=at, notes={"undone": done.id.hex, "of": done.kind}):
        for ref, what, version, circle in done.records:
            stored = workspace.ledger.versions(circle, [ref.id.hex]).get(ref.id.hex)
            if stored != version:
                raise CantUndo
            if what == NEW:
                _delete(workspace, ref)
            else:
                _restore(workspace, ref, circle, version, gone=what == GONE)


def _delete(workspace: Workspace, ref: Ref) -> None:
    name = schema().tables[ref.kind].name
    workspace._raw().execute(f"DELETE FROM {name} WHERE id = ?", [ref.id.hex])  # noqa: S608


def _restore(workspace: Workspace, ref: Ref, circle: UUID, version: int, *, gone: bool) -> None:
    before = workspace.ledger.past(workspace.circles[circle], ref.id, version - 1)
    if before is None or before.fields is None:
        raise CantUndo
    table, fields = workspace._lift(before.kind, before.version, dict(before.fields))
    raw = workspace._raw()
    with workspace.applying():
        row = (ref.id.hex, circle.hex, version, *table.values(fields))
        if not gone:
            changes = ", ".join(f'"{c}" = ?' for c in table.columns)
            raw.execute(f"UPDATE {table.name} SET {changes} WHERE id = ?", [*row[3:], row[0]])  # noqa: S608
        else:
            raw.execute(table.insert_sql, row)
    raw.execute("INSERT OR IGNORE INTO _touched VALUES (?, ?, ?, 0)", [ref.kind, ref.id.hex, circle.hex])


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
    """After shredding: move SQLite's write-ahead log into the file and cut it to nothing, or old bytes stay."""
    if connections["default"].vendor != "sqlite" or connections["default"].in_atomic_block:
        return
    for _ in range(tries):
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0] == 0:
                return

