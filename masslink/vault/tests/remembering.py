"""What most tests begin with is made once per process and then put back: rows of the ledger, and open workspaces.

To found a collective and let somebody in takes a tenth of a second, again and again the same. A step is remembered by
all that went before it; where a test did anything else in between, it is taken afresh.
"""

import copy
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import connections, transaction

from masslink.vault.backend.base import DatabaseWrapper
from masslink.vault.models import Collective, ConsoleCode
from masslink.vault.schema import new_connection
from masslink.vault.sessions import sessions
from masslink.vault.workspace import Workspace

Made = TypeVar("Made")
Rows = dict[str, list[tuple[Any, ...]]]


class _Kept(DatabaseWrapper):
    """A workspace's database that is copied from an image as soon as somebody looks into it."""

    image: sqlite3.Connection

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self.image.backup(connection)
        connection.execute("PRAGMA query_only=ON")
        return connection


class _Space:
    """A workspace as it was."""

    def __init__(self, workspace: Workspace) -> None:
        self.collective, self.holder, self.keys = workspace.collective, workspace.holder, workspace.keys
        self.image = sqlite3.connect(":memory:", check_same_thread=False)
        workspace._raw().backup(self.image)
        self.beside = self._copied(vars(workspace))

    def put_back(self, workspace: Workspace | None) -> Workspace:
        workspace = workspace or Workspace(self.collective, self.holder, self.keys)
        vars(workspace).update(self._copied(self.beside))
        if connections["open"] is workspace.db:  # in use just now
            self.image.backup(workspace._raw())
        else:
            kept = _Kept(new_connection().settings_dict, "open", owned=True)
            kept.image, workspace.db = self.image, kept
        return workspace

    @staticmethod
    def _copied(names: dict[str, Any]) -> dict[str, Any]:
        """What else belongs to it; of what rooms computed nothing is kept."""
        found = {k: copy.copy(v) for k, v in names.items() if k not in ("db", "lock", "ledger", "act")}
        return {**found, "circles": {i: c.copy() for i, c in found["circles"].items()}, "kept": {}}


@dataclass
class _Moment:
    """What stood where after a step, and what the step returned, with spaces for workspaces."""

    rows: Rows
    spaces: dict[UUID, _Space]
    made: Any


@dataclass
class _Now:
    """How far the running test has come by remembered steps alone."""

    steps: tuple[str, ...] = ()
    rows: Rows = field(default_factory=dict)
    spaces: dict[UUID, Workspace] = field(default_factory=dict)
    written: bool = False  # by anything but these steps


_moments: dict[tuple[str, ...], _Moment] = {}
_now = _Now()


def remembered(step: str, make: Callable[[], Made]) -> Made:
    """What `make` returns, and all that it changes; put back where the same steps were taken before."""
    if not _on_the_way():
        return make()
    steps = (*_now.steps, step)
    made: Made = _put_back(_moments[steps]) if steps in _moments else _keep(steps, make())
    _now.steps, _now.written = steps, False
    return made


def _keep(steps: tuple[str, ...], made: Made) -> Made:
    for part in made if isinstance(made, tuple) else ():
        if isinstance(part, Workspace):
            _now.spaces[part.holder] = part
    spaces = {holder: _Space(workspace) for holder, workspace in _now.spaces.items()}
    _now.rows = _all_rows()
    kept = copy.deepcopy(made, {id(_now.spaces[holder]): space for holder, space in spaces.items()})
    _moments[steps] = _Moment(_now.rows, spaces, kept)
    return made


def _put_back(moment: _Moment) -> Any:
    _write(moment.rows)
    for holder, space in moment.spaces.items():
        if holder not in _now.spaces:
            sessions.end_all(holder)  # of an earlier test that left one
        _now.spaces[holder] = space.put_back(_now.spaces.get(holder))
    _now.rows = moment.rows
    return copy.deepcopy(moment.made, {id(s): _now.spaces[holder] for holder, s in moment.spaces.items()})


def _on_the_way() -> bool:
    """Whether the ledger is empty, or stands where the last step left it."""
    global _now
    wrappers = connections["default"].execute_wrappers
    if _notice not in wrappers:
        wrappers.append(_notice)
        _now.written = True
    seqs = {_hex(id): seq for id, seq in Collective.objects.values_list("pk", "seq")}
    if not seqs:
        _now = _Now()
        return not ConsoleCode.objects.exists()
    return not _now.written and seqs == {
        _hex(row[0]): row[1] for row in _now.rows.get("vault_collective", [])
    }


def _notice(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if not sql.lstrip().startswith("SELECT"):
        _now.written = True
    return execute(sql, params, many, context)


def _hex(id: Any) -> str:
    return id if isinstance(id, str) else id.hex


def _all_rows() -> Rows:
    rows: Rows = {}
    with connections["default"].cursor() as cursor:
        for model in apps.get_app_config("vault").get_models():
            cursor.execute(f"SELECT {_columns(model)} FROM {model._meta.db_table}")
            rows[model._meta.db_table] = cursor.fetchall()
    return rows


def _write(rows: Rows) -> None:
    with transaction.atomic("default"), connections["default"].cursor() as cursor:
        for model in apps.get_app_config("vault").get_models():
            name = model._meta.db_table
            before, now = _now.rows.get(name, []), rows[name]
            if before == now:
                continue
            if before:
                cursor.execute(f"DELETE FROM {name}")
            marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
            cursor.executemany(f"INSERT INTO {name} ({_columns(model)}) VALUES ({marks})", now)


def _columns(model: Any) -> str:
    return ", ".join(f.column for f in model._meta.concrete_fields)


def empty_ledger(*_: Any) -> None:
    """After a test: as Django would do, and ten times as quickly where, as mostly, there are few rows."""
    names = [model._meta.db_table for model in reversed(list(apps.get_app_config("vault").get_models()))]
    with transaction.atomic("default"), connections["default"].cursor() as cursor:
        if connections["default"].vendor == "postgresql":
            cursor.execute("; ".join(f"DELETE FROM {name}" for name in names))
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")
