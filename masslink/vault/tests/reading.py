"""What tests look at: everything a workspace holds, and everything the ledger holds, to compare."""

from typing import Any

from django.db import connections

from masslink.vault import holders
from masslink.vault.models import Holder
from masslink.vault.schema import schema
from masslink.vault.workspace import Workspace

LEDGER = ("collective", "holder", "grant", "roster", "row", "act", "past", "chunk", "consolecode")


def records(workspace: Workspace) -> dict[str, list[Any]]:
    """Every row of every table, column by column as SQLite stores it, derived tables too."""
    raw, found = workspace._raw(), {}
    for table in schema().tables.values():
        found[table.kind] = sorted(raw.execute(f"{table.select_sql} FROM {table.name} t").fetchall())
    for derived in schema().derived:
        name = derived._meta.db_table
        found[name] = sorted(raw.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
    return found


def search_is_whole(workspace: Workspace) -> None:
    """Raises where a full-text index says something else than its table."""
    raw = workspace._raw()
    raw.execute("PRAGMA query_only=OFF")
    for table in schema().tables.values():
        if table.model.searched:
            name = f"{table.name}_fts"
            raw.execute(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")
    raw.execute("PRAGMA query_only=ON")


def ledger() -> dict[str, list[Any]]:
    found = {}
    with connections["default"].cursor() as cursor:
        for name in LEDGER:
            cursor.execute(f"SELECT * FROM vault_{name}")
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


def fresh(workspace: Workspace) -> Workspace:
    """The same holder, unlocked anew."""
    return holders.open_workspace(Holder.objects.get(pk=workspace.holder), workspace.keys)


def caught_up(workspace: Workspace) -> dict[str, list[Any]]:
    with workspace.bound():
        workspace.catch_up()
        search_is_whole(workspace)
        return records(workspace)


def assert_agree(*workspaces: Workspace) -> None:
    """Those who hold the same circles hold the same records as each other and as somebody who just unlocked."""
    for workspace in workspaces:
        new = fresh(workspace)
        assert caught_up(workspace) == caught_up(new)
        assert workspace.aside == new.aside == {}
        new.close()
