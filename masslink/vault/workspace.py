"""The workspace: the records one holder may read, as an in-memory database, kept true to the ledger."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.db import connections

from masslink.vault import aside, filling, rosters
from masslink.vault.backend.base import Locked
from masslink.vault.circles import COLLECTIVE, OWN, grant_ids, open_circles
from masslink.vault.ledger import Ledger
from masslink.vault.record import kinds
from masslink.vault.rosters import Circle
from masslink.vault.schema import Table, lift, new_connection, schema
from masslink.vault.suite import Opens, PrivateKeys, TooNew

if TYPE_CHECKING:
    from masslink.vault.act import ActInProgress

PATIENCE = 3.0  # seconds

_bound: ContextVar["Workspace | None"] = ContextVar("workspace", default=None)


class Removed(Exception):
    """The holder may no longer come in."""


def current() -> "Workspace":
    """The workspace this request works in. Raises Locked without one."""
    workspace = _bound.get()
    if workspace is None:
        raise Locked("nobody has unlocked a workspace here")
    return workspace


class Workspace:
    """What a holder has open. One thread uses it at a time: see `bound`."""

    def __init__(self, collective: UUID, holder: UUID, keys: Opens) -> None:
        self.collective, self.holder = collective, holder
        self.keys: Opens = keys
        self.ledger = Ledger(collective)
        self.lock = threading.RLock()
        self.circles: dict[UUID, Circle] = {}
        self.grants: set[UUID] = set()
        self.stepped_out = False  # of a circle that is still in here, and to be dropped at the next request
        self.alarms = 0  # how many there had been when this was opened
        self.aside: dict[tuple[str, str], tuple[Table, tuple[Any, ...]]] = {}
        self.act: ActInProgress | None = None
        self.kept: dict[str, Any] = {}  # what rooms computed and need again; gone with the workspace
        self.db = new_connection()

    @property
    def seq(self) -> int:
        """The number of the last act that is in here."""
        return int(self._raw().execute("SELECT seq FROM _cursor").fetchone()[0])

    # --- circles --------------------------------------------------------------------------------

    def circle_of_kind(self, kind: str) -> Circle:
        """The collective's circle, or the holder's own. Raises Locked where it isn't held."""
        for circle in self.circles.values():
            if circle.kind == kind:
                return circle
        raise Locked(f"no {kind} circle here")

    @property
    def root(self) -> bytes:
        """By what newcomers will know this collective."""
        return self.keys.root

    @property
    def let_in(self) -> bool:
        """Whether the holder belongs to the collective, or is a newcomer who waits to be let in."""
        return any(circle.kind == COLLECTIVE for circle in self.circles.values())

    @property
    def collective_circle(self) -> UUID:
        return self.circle_of_kind(COLLECTIVE).id

    @property
    def own_circle(self) -> UUID:
        return self.circle_of_kind(OWN).id

    def _open_grants(self) -> None:
        grants = self.ledger.grants_of(self.holder)
        self.circles = open_circles(self.collective, self.holder, self.keys, grants)
        self.grants = {id for id, _ in grants}

    def forget_retired_keys(self) -> set[UUID]:
        """Drop older keys whose grants are gone: somebody re-sealed the last row under them, which moves no `seq`.

        Returns the ids of the holder's grants in the ledger.
        """
        there = self.ledger.grant_ids(self.holder)
        for circle in self.circles.values():
            for epoch in [epoch for epoch in circle.keys if epoch != circle.epoch]:
                if there.isdisjoint(grant_ids(self.collective, circle, epoch, self.holder)):
                    circle.drop_key(epoch)
        self.grants &= there
        return there

    # --- filling --------------------------------------------------------------------------------

    def open(self) -> None:
        """Fill the empty workspace with every record of the holder's circles. Raises Removed, TooNew."""
        try:
            seq, alarms, _ = self.ledger.since(self.holder, [], 0)
            if alarms is None:
                raise Removed
            self.alarms = alarms
            self._open_grants()  # after `seq`: what is granted from here on comes with a higher one
            filling.fill(self, seq)
        except BaseException:
            self.close()
            raise

    def _raw(self) -> Any:
        self.db.ensure_connection()
        return self.db.connection

    # --- binding --------------------------------------------------------------------------------

    @contextmanager
    def bound(self) -> Iterator["Workspace"]:
        """Make this the database "open" of the running thread, for as long as the block lasts."""
        with self._alone():
            before, token = getattr(connections["open"], "owned", False), _bound.set(self)
            outer = connections["open"] if before else None
            connections["open"] = self.db
            try:
                yield self
            finally:
                if outer is not self.db and self.db.connection is not None and self.db.in_atomic_block:
                    self._abandon()
                _bound.reset(token)
                if outer is not None:
                    connections["open"] = outer
                else:
                    del connections["open"]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait until nobody else uses it; whoever holds another workspace meanwhile waits a little only.

        Two browsers that change into each other's accounts at one moment would wait for each other forever.
        """
        if not self.lock.acquire(timeout=-1 if _bound.get() in (None, self) else PATIENCE):
            raise Locked("somebody else is using this workspace")
        try:
            yield
        finally:
            self.lock.release()

    def _abandon(self) -> None:
        """Roll back an act that was begun and never left."""
        self.act, self.db.in_atomic_block, self.db.savepoint_ids = None, False, []
        self.db.atomic_blocks.clear()
        raw = self._raw()
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raw.execute("PRAGMA query_only=ON")

    def close(self) -> None:
        """Forget everything: records, keys, circles."""
        with self.lock:
            self.db.drop()
            for circle in self.circles.values():
                circle.forget()
            self.circles, self.grants, self.aside = {}, set(), {}
            self.kept.clear()
            self.keys = PrivateKeys.generate()  # that open nothing

    # --- catching up ----------------------------------------------------------------------------

    @contextmanager
    def writable(self) -> Iterator[None]:
        """A stretch in which the workspace may be changed; outside of it SQLite refuses."""
        raw = self._raw()
        raw.execute("PRAGMA query_only=OFF")
        try:
            yield
        finally:
            raw.execute("PRAGMA query_only=ON")

    @contextmanager
    def applying(self) -> Iterator[None]:
        """A stretch in which changes come from the ledger and aren't an act's."""
        raw = self._raw()
        raw.execute("UPDATE _mode SET applying = 1")
        try:
            yield
        finally:
            raw.execute("UPDATE _mode SET applying = 0")

    def catch_up(self, own: int = 0) -> int:
        """Apply what others wrote since; returns the `seq` the workspace now stands at. Raises Removed.

        `own` is the number of the act that asks: where nothing lies between it and us, nothing is new.
        """
        cursor = self._raw().execute("SELECT seq FROM _cursor").fetchone()[0]
        seq, alarms, rows = self.ledger.since(self.holder, list(self.circles), cursor)
        if alarms != self.alarms:
            raise Removed
        if not self.stepped_out and (seq == cursor or seq == own == cursor + 1):
            return seq
        if seq < cursor:
            raise Removed("the ledger is older than what was read from it: it was put back")
        if self.db.in_atomic_block:
            self._apply(seq, rows)
            return seq
        raw = self._raw()
        with self.writable(), self.as_before():
            raw.execute("BEGIN")
            try:
                self._apply(seq, rows)
                raw.execute("COMMIT")
            except BaseException:
                raw.execute("ROLLBACK")
                raise
        return seq

    @contextmanager
    def as_before(self) -> Iterator[None]:
        """A stretch after whose failure circles, grants and what waits aside are what they were."""
        # Copies of circles, because letting somebody in changes one in place.
        circles = {id: circle.copy() for id, circle in self.circles.items()}
        grants, waiting = set(self.grants), dict(self.aside)
        try:
            yield
        except BaseException:
            self.circles, self.grants, self.aside = circles, grants, waiting
            self.kept.clear()
            raise

    def _apply(self, seq: int, rows: list[tuple[Any, ...]]) -> None:
        before, self.stepped_out = dict(self.circles), False
        if self.ledger.grant_ids(self.holder) != self.grants:
            self._open_grants()
            self._refuse_other_chains(before)
        self._read_newer_rosters()
        with self.applying():
            changed = self._apply_rows(rows)
            for id in self._newly_open(before):
                for batch in self.ledger.stream(self.circles[id]):
                    changed |= self._apply_opened(self.circles[id], batch)
            for id in set(before) - set(self.circles):
                changed |= self._drop_circle(id)
            aside.try_again(self)
            if changed:
                aside.set_dangling(self, schema().pointing_at(changed))
            self._raw().execute("UPDATE _cursor SET seq = ?", [seq])
        self.refresh_derived()

    def _refuse_other_chains(self, before: dict[UUID, Circle]) -> None:
        """What was read of a circle's rosters stays so; an older or another end of them isn't what was put in since."""
        for id, circle in self.circles.items():
            known = before[id].chain if id in before else []
            if circle.chain[: len(known)] != known:
                raise Removed("the rosters are others than those read before: they were put back")

    def _newly_open(self, before: dict[UUID, Circle]) -> list[UUID]:
        """Circles that were granted meanwhile, wholly or for another epoch."""
        return [i for i, c in self.circles.items() if i not in before or set(c.keys) - set(before[i].keys)]

    def _read_newer_rosters(self) -> None:
        """Others may have let somebody in meanwhile: who gives access continues from the latest roster."""
        latest = self.ledger.latest_rosters()
        behind = {i: c for i, c in self.circles.items() if latest.get(i, 0) > c.roster_number}
        if behind:
            rosters.follow(self.collective, behind)

    def _apply_rows(self, rows: list[tuple[Any, ...]]) -> set[str]:
        grouped: dict[UUID, list[tuple[Any, int, int, bytes]]] = {}
        for circle, id, epoch, version, body in rows:
            circle = circle if isinstance(circle, UUID) else UUID(circle)
            grouped.setdefault(circle, []).append((id, epoch, version, body))
        changed: set[str] = set()
        # A moved record is a tombstone in one circle and a row in another: take the tombstones' word first.
        opened = [
            (self.circles[c], self.ledger.open_rows(self.circles[c], g))
            for c, g in grouped.items()
            if c in self.circles
        ]
        for circle, batch in opened:
            changed |= self._apply_opened(circle, [r for r in batch if _is_tombstone(r[2])])
        for circle, batch in opened:
            changed |= self._apply_opened(circle, [r for r in batch if not _is_tombstone(r[2])])
        return changed

    def _apply_opened(self, circle: Circle, batch: list[tuple[str, int, bytes]]) -> set[str]:
        changed: set[str] = set()
        for id, version, plain in batch:
            try:
                changed |= self._apply_one(circle.id.hex, id, version, orjson.loads(plain))
            except (sqlite3.Error, LookupError, TypeError, ValueError, AttributeError, OverflowError):
                # Sealed by somebody who may write here, and no record: nothing else stops for it.
                changed |= aside.outdate(self, circle.id.hex, id, version)
        return changed

    def _apply_one(self, at: str, id: str, version: int, payload: Any) -> set[str]:
        kind, payload_version, fields = payload
        self.aside.pop((at, id), None)
        if fields is None:
            table = schema().tables.get(kind)
            if table is None:
                return set()
            gone = f"DELETE FROM {table.name} WHERE id = ? AND circle = ? AND version < ?"
            self._raw().execute(gone, [id, at, version])
        else:
            table, fields = lift(kind, payload_version, fields)
            aside.take_in(self, table, (id, at, version, *table.values(fields)))
        return {table.kind}

    def _drop_circle(self, circle: UUID) -> set[str]:
        for table in schema().tables.values():
            self._raw().execute(f"DELETE FROM {table.name} WHERE circle = ?", [circle.hex])
        self.aside = {k: v for k, v in self.aside.items() if k[0] != circle.hex}
        return set(schema().tables)

    def _index_new(self) -> None:
        raw = self._raw()
        waiting = {name for (name,) in raw.execute("SELECT DISTINCT name FROM _unindexed")}
        for table in schema().tables.values():
            if table.name in waiting:
                raw.execute(table.index_sql)
        if waiting:
            raw.execute("DELETE FROM _unindexed")

    def refresh_derived(self) -> None:
        """Let search know the new rows, and compute again the derived rows whose records changed."""
        raw = self._raw()
        self._index_new()
        found = raw.execute("SELECT derived, key FROM _stale WHERE key IS NOT NULL").fetchall()
        if not found:
            return
        for derived in schema().derived:
            keys = [k for name, k in found if name == derived._meta.db_table]
            if keys:
                derived.refresh(keys)
        raw.execute("DELETE FROM _stale")


def _is_tombstone(plain: bytes) -> bool:
    return plain.rstrip().endswith(b",null]")


__all__ = ["Locked", "Removed", "TooNew", "Workspace", "current", "kinds"]
