"""The workspace's tables, made once per process from the rooms' models and then played into each workspace.

Besides the rooms' own tables there are: `_touched` (what the running act changed), `_mode` (whether changes come
from the ledger), `_stale` (keys of derived rows to compute again), `_unindexed` (new rows that search doesn't know
yet), and a full-text index per searched model.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import models

from masslink.vault.backend.base import DatabaseWrapper
from masslink.vault.fitting import fits_of, misfit
from masslink.vault.record import Derived, Record, kinds
from masslink.vault.suite import TooNew

BOOKKEEPING = """
CREATE TABLE _mode (applying INTEGER NOT NULL);
INSERT INTO _mode VALUES (0);
CREATE TABLE _touched (kind TEXT, id TEXT, circle TEXT, moved INTEGER, PRIMARY KEY (kind, id, circle)) WITHOUT ROWID;
CREATE TABLE _stale (derived TEXT, key TEXT, PRIMARY KEY (derived, key)) WITHOUT ROWID;
CREATE TABLE _unindexed (name TEXT, row INTEGER, PRIMARY KEY (name, row)) WITHOUT ROWID;
CREATE TABLE _cursor (seq INTEGER NOT NULL);
INSERT INTO _cursor VALUES (0);
"""


_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Pointer:
    """A constrained foreign key: the column, and the table it points to."""

    column: str
    target: "str"


@dataclass
class Table:
    """One kind of record: its table and the statements that fill, change and read it."""

    kind: str
    model: type[Record]
    name: str
    columns: list[str]  # the payload's, without id, circle and version
    pointers: list[Pointer] = field(default_factory=list)
    pointed_at_by: list[tuple[str, str]] = field(default_factory=list)  # (table, column)

    def __post_init__(self) -> None:
        names = ", ".join(f'"{c}"' for c in ["id", "circle", "version", *self.columns])
        marks = ", ".join("?" * (3 + len(self.columns)))
        changes = ", ".join(f'"{c}" = excluded."{c}"' for c in ["circle", "version", *self.columns])
        self.insert_sql = f"INSERT INTO {self.name} ({names}) VALUES ({marks})"
        self.apply_sql = (
            f"{self.insert_sql} ON CONFLICT(id) DO UPDATE SET {changes} "
            f"WHERE excluded.circle <> {self.name}.circle OR excluded.version > {self.name}.version"
        )
        looked_into = [f'"{c}"' for c in self.model.searched]
        found = ", ".join(f"t.{c}" for c in looked_into)
        self.index_sql = (
            f"INSERT INTO {self.name}_fts (rowid, {', '.join(looked_into)}) SELECT t.rowid, {found} "
            f"FROM _unindexed u JOIN {self.name} t ON t.rowid = u.row WHERE u.name = '{self.name}'"
        )
        self.select_sql = "SELECT " + ", ".join(
            f't."{c}"' for c in ["id", "circle", "version", *self.columns]
        )
        self.values: Callable[[dict[str, Any]], tuple[Any, ...]] = _picker(self.columns)
        self._fits = fits_of(self.model, self.columns)

    def misfit(self, rows: Sequence[tuple[Any, ...]]) -> str:
        """The first column in which one of these rows has what its field can't hold; "" where all of them fit."""
        return misfit(self._fits, rows)


def _picker(columns: list[str]) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    if len(columns) == 1:
        return lambda payload: (payload[columns[0]],)
    return itemgetter(*columns)


@dataclass(frozen=True)
class Schema:
    tables: dict[str, Table]
    create: str
    finish: str  # indexes, full-text search, triggers: after filling
    last: str  # indexes of derived tables: after these are computed
    derived: list[type[Derived]]

    def pointing_at(self, kinds: set[str]) -> list[str]:
        """These kinds, and those whose records may point to theirs."""
        names = {self.tables[k].name for k in kinds}
        return [
            t.kind for t in self.tables.values() if t.kind in kinds or {p.target for p in t.pointers} & names
        ]


def lift(kind: str, version: int, fields: dict[str, Any]) -> tuple[Table, dict[str, Any]]:
    """The table of a payload, and its fields as of today. Raises TooNew."""
    table = schema().tables.get(kind)
    if table is None or version > table.model.payload_version:
        raise TooNew(f"{kind} {version}")
    for older in range(version, table.model.payload_version):
        fields = table.model.lifts[older](fields)
    return table, fields


@cache
def schema() -> Schema:
    """The plan of every workspace in this process."""
    create, indexes = _collect()
    tables = {kind: _table(kind, model) for kind, model in kinds().items()}
    for table in tables.values():
        for pointer in table.pointers:
            target = next(t for t in tables.values() if t.name == pointer.target)
            target.pointed_at_by.append((table.name, pointer.column))
    derived = [m for m in apps.get_app_config("masslink").get_models() if issubclass(m, Derived)]
    late = {f'ON "{d._meta.db_table}"' for d in derived}
    last = [s for s in indexes if any(table in s for table in late)]
    finish = [
        *(s for s in indexes if s not in last),
        *(_search(t) for t in tables.values() if t.model.searched),
    ]
    finish += [_triggers(t) for t in tables.values()] + [_staleness(d) for d in derived]
    return Schema(tables, "\n".join([*create, BOOKKEEPING]), "\n".join(finish), "\n".join(last), derived)


@cache
def _finished() -> DatabaseWrapper:
    """A database without a row in it that has every table, index and trigger: made once per process."""
    made = new_connection()
    made.ensure_connection()
    made.connection.executescript(schema().create + schema().finish)
    return made


def play_finished(raw: Any) -> None:
    """Make all of it in an empty database: copied, which is quicker than to run 700 statements once more."""
    with _one_at_a_time:
        _finished().connection.backup(raw)


def new_connection() -> DatabaseWrapper:
    """An empty in-memory database of one's own, not yet bound to a thread."""
    return DatabaseWrapper(
        {"ENGINE": "masslink.vault.backend", "NAME": ":memory:", **_DEFAULTS}, "open", owned=True
    )


_DEFAULTS: dict[str, Any] = {
    "ATOMIC_REQUESTS": False,
    "AUTOCOMMIT": True,
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": False,
    "OPTIONS": {},
    "TIME_ZONE": None,
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
    "TEST": {"CHARSET": None, "COLLATION": None, "MIGRATE": True, "MIRROR": None, "NAME": None},
}


def _collect() -> tuple[list[str], list[str]]:
    scratch = new_connection()
    try:
        with scratch.schema_editor(collect_sql=True, atomic=False) as editor:
            for model in apps.get_app_config("masslink").get_models():
                editor.create_model(model)
        statements = [str(s) for s in editor.collected_sql]
    finally:
        scratch.drop()
    create = [s for s in statements if s.startswith("CREATE TABLE")]
    indexes = [s for s in statements if not s.startswith("CREATE TABLE")]
    # A key's index is made after filling as well: sorting once is quicker than 400,000 insertions.
    keyed = [model._meta.db_table for model in kinds().values()]
    create = [s.replace('"id" char(32) NOT NULL PRIMARY KEY', '"id" char(32) NOT NULL') for s in create]
    return create, [*(f'CREATE UNIQUE INDEX "{name}_id" ON "{name}" ("id");' for name in keyed), *indexes]


def _table(kind: str, model: type[Record]) -> Table:
    fields = [f for f in model._meta.concrete_fields if f.column not in ("id", "circle", "version")]
    pointers = [
        Pointer(str(f.column), f.related_model._meta.db_table)
        for f in fields
        if isinstance(f, models.ForeignKey) and getattr(f, "db_constraint", True)
    ]
    return Table(kind, model, model._meta.db_table, [str(f.column) for f in fields], pointers)


def _search(table: Table) -> str:
    quoted = [f'"{c}"' for c in table.model.searched]
    name, columns = table.name, ", ".join(quoted)
    new, old = (", ".join(f"{w}.{c}" for c in quoted) for w in ("NEW", "OLD"))
    # FTS5 writes out what it holds at every statement; so new rows wait, and are indexed in one (`index_sql`).
    waiting = f"EXISTS (SELECT 1 FROM _unindexed WHERE name = '{name}' AND row = OLD.rowid)"
    gone = (
        f"INSERT INTO {name}_fts({name}_fts, rowid, {columns}) "
        f"SELECT 'delete', OLD.rowid, {old} WHERE NOT {waiting};"
    )
    come = f"INSERT INTO {name}_fts(rowid, {columns}) VALUES (NEW.rowid, {new});"
    return f"""
CREATE VIRTUAL TABLE {name}_fts USING fts5({columns}, content='{name}',
    tokenize='unicode61 remove_diacritics 2'{table.model.search_options});
INSERT INTO {name}_fts({name}_fts) VALUES ('rebuild');
CREATE TRIGGER {name}_fts_in AFTER INSERT ON {name}
BEGIN INSERT INTO _unindexed VALUES ('{name}', NEW.rowid) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER {name}_fts_out AFTER DELETE ON {name}
BEGIN {gone} DELETE FROM _unindexed WHERE name = '{name}' AND row = OLD.rowid; END;
CREATE TRIGGER {name}_fts_on AFTER UPDATE OF {columns} ON {name} WHEN NOT {waiting} BEGIN {gone} {come} END;"""


def _triggers(table: Table) -> str:
    """What makes every change of a room's table known to the act, whichever way it was made."""
    name, kind, ours = table.name, table.kind, "(SELECT applying FROM _mode) = 0"

    def touch(row: str, moved: int) -> str:
        # Not OR IGNORE: inside a trigger the outer statement's own ON CONFLICT would override it.
        return (
            f"INSERT INTO _touched VALUES ('{kind}', {row}.id, {row}.circle, {moved}) ON CONFLICT DO NOTHING;"
        )

    return f"""
CREATE TRIGGER {name}_stale_in BEFORE INSERT ON {name} WHEN NEW.version <> 0 AND {ours}
BEGIN SELECT RAISE(ABORT, 'stale: the record was deleted meanwhile'); END;
CREATE TRIGGER {name}_stale_on BEFORE UPDATE ON {name} WHEN NEW.version <> OLD.version AND {ours}
BEGIN SELECT RAISE(ABORT, 'stale: the record was changed meanwhile'); END;
CREATE TRIGGER {name}_in AFTER INSERT ON {name} WHEN {ours} BEGIN {touch("NEW", 0)} END;
CREATE TRIGGER {name}_out AFTER DELETE ON {name} WHEN {ours} BEGIN {touch("OLD", 0)} END;
CREATE TRIGGER {name}_on AFTER UPDATE ON {name} WHEN {ours} AND NEW.circle = OLD.circle
BEGIN {touch("NEW", 0)} END;
CREATE TRIGGER {name}_move AFTER UPDATE ON {name} WHEN {ours} AND NEW.circle <> OLD.circle
BEGIN {touch("OLD", 1)} {touch("NEW", 1)} UPDATE _touched SET moved = 1 WHERE id = NEW.id; END;"""


def _staleness(derived: type[Derived]) -> str:
    mine, found = derived._meta.db_table, ""
    for kind, column in derived.watches:
        name = kinds()[kind]._meta.db_table
        new, old = (
            f"INSERT INTO _stale VALUES ('{mine}', {w}.{column}) ON CONFLICT DO NOTHING;"
            for w in ("NEW", "OLD")
        )
        found += f"""
CREATE TRIGGER {mine}_{kind}_in AFTER INSERT ON {name} BEGIN {new} END;
CREATE TRIGGER {mine}_{kind}_out AFTER DELETE ON {name} BEGIN {old} END;
CREATE TRIGGER {mine}_{kind}_on AFTER UPDATE ON {name} BEGIN {old} {new} END;"""
    return found
