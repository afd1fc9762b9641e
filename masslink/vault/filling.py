"""Filling a workspace: every row of a holder's circles, opened and inserted as fast as it goes."""

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson
from django.db import DatabaseError

from masslink.vault import aside
from masslink.vault.rosters import Circle
from masslink.vault.schema import lift, new_connection, play_finished, schema

if TYPE_CHECKING:
    from masslink.vault.workspace import Workspace


FEW = 2_000  # rows that are indexed as they come in sooner than a workspace's indexes and triggers are made for it
Batches = Iterator[tuple[Circle, list[tuple[str, int, bytes]]]]


def fill(workspace: "Workspace", seq: int) -> None:
    """Fill an empty workspace whose circles are open; it then stands at `seq`. Raises TooNew."""
    try:
        _all_at_once(workspace)
    except (sqlite3.Error, DatabaseError, LookupError, TypeError, ValueError, AttributeError, OverflowError):
        _row_by_row(workspace)
    _complete(workspace, seq)


def _all_at_once(workspace: "Workspace") -> None:
    batches, first, rows = _batches(workspace), [], 0
    while rows <= FEW and (batch := next(batches, None)):
        first.append(batch)
        rows += len(batch[1])
    if rows > FEW:
        _many(workspace, chain(first, batches))
    else:
        with _finished(workspace):
            for circle, found in first:
                _insert(workspace, circle, found)


def _batches(workspace: "Workspace") -> Batches:
    for circle in workspace.circles.values():
        for batch in workspace.ledger.stream(circle):
            yield circle, batch


def _many(workspace: "Workspace", batches: Batches) -> None:
    """Rows first, then indexes and triggers: to sort 400,000 once is quicker than to insert each in its place."""
    plan, raw = schema(), workspace._raw()
    raw.executescript(plan.create)
    raw.execute("BEGIN")
    gc.disable()  # a filling makes many objects and no cycles
    try:
        for circle, batch in batches:
            _insert(workspace, circle, batch)
    finally:
        gc.enable()
    raw.execute("COMMIT")
    raw.executescript(plan.finish)


@contextmanager
def _finished(workspace: "Workspace") -> Iterator[None]:
    """A stretch in which rows come into a workspace that has its indexes and triggers already."""
    raw = workspace._raw()
    play_finished(raw)
    raw.execute("BEGIN")
    with workspace.applying():
        yield
    raw.execute("DELETE FROM _stale")  # all that is derived is still to be made
    raw.execute("COMMIT")


def _insert(workspace: "Workspace", circle: Circle, batch: list[tuple[str, int, bytes]]) -> None:
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
        table = tables[kind]
        if table.misfit(found):
            found = aside.keep_misfits_out(workspace, table, found)
        workspace._raw().executemany(table.insert_sql, found)


def _row_by_row(workspace: "Workspace") -> None:
    """The slow way, where rows clash or aren't what they should be: these wait aside, all others come in."""
    workspace.db.drop()
    workspace.db, workspace.aside = new_connection(), {}
    with _finished(workspace):
        for circle, batch in _batches(workspace):
            workspace._apply_opened(circle, batch)
        aside.try_again(workspace)


def _complete(workspace: "Workspace", seq: int) -> None:
    """What can only be said of all rows together: what dangles, what search knows, what is derived."""
    plan, raw = schema(), workspace._raw()
    with workspace.bound():
        raw.execute("BEGIN")
        raw.execute("UPDATE _cursor SET seq = ?", [seq])
        with workspace.applying():
            aside.set_dangling(workspace, list(plan.tables))
        workspace._index_new()
        for derived in plan.derived:
            derived.refresh(None)
        raw.execute("COMMIT")
        raw.executescript(plan.last)
        raw.execute("PRAGMA query_only=ON")
