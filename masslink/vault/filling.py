"""Filling a workspace: every row of a holder's circles, opened and inserted as fast as it goes."""

import gc
import sqlite3
from typing import TYPE_CHECKING, Any

import orjson
from django.db import DatabaseError

from masslink.vault.rosters import Circle
from masslink.vault.schema import lift, new_connection, schema

if TYPE_CHECKING:
    from masslink.vault.workspace import Workspace


def fill(workspace: "Workspace", seq: int) -> None:
    """Fill an empty workspace whose circles are open; it then stands at `seq`. Raises TooNew."""
    try:
        _all_at_once(workspace)
    except (sqlite3.Error, DatabaseError, LookupError, TypeError, ValueError):
        _row_by_row(workspace)
    _complete(workspace, seq)


def _all_at_once(workspace: "Workspace") -> None:
    plan, raw = schema(), workspace._raw()
    raw.executescript(plan.create)
    raw.execute("BEGIN")
    gc.disable()  # a filling makes many objects and no cycles
    try:
        for circle in workspace.circles.values():
            for batch in workspace.ledger.stream(circle):
                _insert(raw, circle, batch)
    finally:
        gc.enable()
    raw.execute("COMMIT")
    raw.executescript(plan.finish)


def _insert(raw: Any, circle: Circle, batch: list[tuple[str, int, bytes]]) -> None:
    tables, at, loads = schema().tables, circle.id.hex, orjson.loads
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for id, version, plain in batch:
        kind, payload_version, fields = loads(plain)
        if fields is None:
            continue
        table = tables.get(kind)
        if table is None or payload_version != table.model.payload_version:
            table, fields = lift(kind, payload_version, fields)
        rows.setdefault(kind, []).append((id, at, version) + table.values(fields))  # noqa: RUF005 - quicker
    for kind, found in rows.items():
        raw.executemany(tables[kind].insert_sql, found)


def _row_by_row(workspace: "Workspace") -> None:
    """The slow way, where rows clash or aren't what they should be: these wait aside, all others come in."""
    workspace.db.drop()
    workspace.db = new_connection()
    plan, raw = schema(), workspace._raw()
    raw.executescript(plan.create + plan.finish)
    raw.execute("BEGIN")
    with workspace.applying():
        for circle in workspace.circles.values():
            for batch in workspace.ledger.stream(circle):
                workspace._apply_opened(circle, batch)
        workspace._try_aside_again()
    raw.execute("DELETE FROM _stale")
    raw.execute("COMMIT")


def _complete(workspace: "Workspace", seq: int) -> None:
    """What can only be said of all rows together: what dangles, what search knows, what is derived."""
    plan, raw = schema(), workspace._raw()
    with workspace.bound():
        raw.execute("BEGIN")
        raw.execute("UPDATE _cursor SET seq = ?", [seq])
        with workspace.applying():
            workspace._set_dangling_aside(list(plan.tables))
        workspace._index_new()
        for derived in plan.derived:
            derived.refresh(None)
        raw.execute("COMMIT")
        raw.executescript(plan.last)
        raw.execute("PRAGMA query_only=ON")
