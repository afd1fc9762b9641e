"""What waits aside: rows of the ledger that open, and can't stand in the workspace just now.

What they point to isn't here, or they clash with another, or somebody sealed what fits into no column. They are tried
again whenever something arrives. Nothing of them is sealed as deleted by the next act; `masslink check` names them.
"""

import sqlite3
from typing import TYPE_CHECKING, Any

from masslink.vault.schema import Table, schema

if TYPE_CHECKING:
    from masslink.vault.workspace import Workspace

Row = tuple[Any, ...]  # id, circle, version, and the columns


def take_in(workspace: "Workspace", table: Table, row: Row) -> None:
    """Take a row in, or set it aside where it doesn't fit, or clashes; what stood there of it is outdated."""
    raw, (id, at, version) = workspace._raw(), row[:3]
    if table.misfit([row]):
        workspace.aside[(at, id)] = (table, row)
        older = f"DELETE FROM {table.name} WHERE id = ? AND circle = ? AND version < ?"
        raw.execute(older, [id, at, version])
        return
    try:
        raw.execute(table.apply_sql, row)
    except sqlite3.IntegrityError:
        newer = f"SELECT 1 FROM {table.name} WHERE id = ? AND circle = ? AND version >= ?"
        if not raw.execute(newer, [id, at, version]).fetchone():
            workspace.aside[(at, id)] = (table, row)
            raw.execute(f"DELETE FROM {table.name} WHERE id = ?", [id])


def outdate(workspace: "Workspace", at: str, id: str, version: int) -> set[str]:
    """Take out what stood here of a record whose newer version says nothing: who unlocks now has neither."""
    raw, older = workspace._raw(), "id = ? AND circle = ? AND version < ?"
    tables = schema().tables.values()
    sql = {table.kind: f"DELETE FROM {table.name} WHERE {older}" for table in tables}
    return {kind for kind, delete in sql.items() if raw.execute(delete, [id, at, version]).rowcount}


def keep_misfits_out(workspace: "Workspace", table: Table, rows: list[Row]) -> list[Row]:
    """Of rows that come in together, those that fit; the others wait aside."""
    misfits = [row for row in rows if table.misfit([row])]
    workspace.aside.update(((row[1], row[0]), (table, row)) for row in misfits)
    return [row for row in rows if (row[1], row[0]) not in workspace.aside]


def try_again(workspace: "Workspace") -> None:
    waiting, workspace.aside = list(workspace.aside.values()), {}
    for table, row in waiting:
        take_in(workspace, table, row)
    set_dangling(workspace, list({table.kind for table, _ in waiting}))


def set_dangling(workspace: "Workspace", kinds: list[str]) -> None:
    """Take out rows of these kinds whose target isn't here, then those that pointed to them, and so on."""
    while kinds:
        left = {kind for kind in kinds if _take_dangling_out(workspace, schema().tables[kind])}
        kinds = schema().pointing_at(left) if left else []


def _take_dangling_out(workspace: "Workspace", table: Table) -> bool:
    raw, taken = workspace._raw(), False
    for pointer in table.pointers:
        rows = raw.execute(
            f"{table.select_sql} FROM {table.name} t WHERE t.{pointer.column} IS NOT NULL AND "
            f"NOT EXISTS (SELECT 1 FROM {pointer.target} p WHERE p.id = t.{pointer.column})"
        ).fetchall()
        workspace.aside.update(((row[1], row[0]), (table, tuple(row))) for row in rows)
        raw.executemany(f"DELETE FROM {table.name} WHERE id = ?", [(row[0],) for row in rows])
        taken = taken or bool(rows)
    return taken
