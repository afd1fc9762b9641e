"""Reading and writing sealed rows: the few statements that touch the ledger's big tables.

Plain SQL, the same on SQLite and PostgreSQL, because these run for every record of an import or an unlocking.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import InterfaceError, OperationalError, connections

from masslink.core.padding import pad_text
from masslink.vault import inventory, suite
from masslink.vault.rosters import Circle
from masslink.vault.suite import TooNew, Unopenable

AT_ONCE = 500  # ids in one IN (...)


@dataclass(frozen=True)
class Payload:
    """A record as its circle's holders read it: kind, payload version, and columns; None where it was deleted."""

    kind: str
    version: int
    fields: dict[str, Any] | None

    def to_bytes(self) -> bytes:
        return orjson.dumps([self.kind, self.version, self.fields])


def _payload(plain: bytes) -> Payload | None:
    """What an image holds; None where somebody who may write here sealed what is no record."""
    try:
        payload = Payload(*orjson.loads(plain))
    except (TypeError, ValueError):
        return None
    fits = isinstance(payload.kind, str) and isinstance(payload.version, int)
    return payload if fits and isinstance(payload.fields, dict | None) else None


def _hex(value: Any) -> str:
    return value if isinstance(value, str) else value.hex


def _line(plain: bytes) -> dict[str, Any]:
    """What an act left, as `Act` writes it; raises for anything else that a holder of the circle may have sealed."""
    line: dict[str, Any] = orjson.loads(plain)
    UUID(line["who"])
    fits = isinstance(line["kind"], str) and isinstance(line["records"], list)
    if not fits or datetime.fromisoformat(line["at"]).tzinfo is None:
        raise TypeError
    return line


def out_of_reach(error: BaseException | None) -> bool:
    """Whether the ledger's database failed us: gone, full, locked for too long. Nothing of the act is written then.

    Unless it was lost in the very moment of the commit: then all of it may be, and catching up brings it.
    """
    cause = error.__cause__ if isinstance(error, OperationalError | InterfaceError) else None
    if isinstance(cause, sqlite3.Error):  # a workspace's own errors have other names
        names = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY")
        return getattr(cause, "sqlite_errorname", "").startswith(names)
    return type(cause).__module__.startswith("psycopg")


class Ledger:
    """The sealed rows of one collective, through the keys of the circles at hand."""

    def __init__(self, collective: UUID) -> None:
        self.collective = collective

    def _run(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connections["default"].cursor() as cursor:
            cursor.execute(sql, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def _many(self, sql: str, rows: list[tuple[Any, ...]]) -> int:
        if not rows:
            return 0
        with connections["default"].cursor() as cursor:
            cursor.executemany(sql, rows)
            return int(cursor.rowcount)

    def _expect(self, rows: int) -> None:
        """When many rows came or are looked up: have PostgreSQL count a table again that has doubled since it did.

        It does so by itself only once a minute; until then it may look for each row by reading its whole circle.
        """
        if rows < 100 or connections["default"].vendor != "postgresql":
            return
        sql = """SELECT relname FROM pg_class WHERE oid = ANY (ARRAY['vault_row', 'vault_past']::regclass[])
                 AND pg_relation_size(oid) / current_setting('block_size')::int > 2 * greatest(relpages, 8)"""
        for (table,) in self._run(sql, []):
            self._run_only(f"ANALYZE {table}", [])

    # --- counting -------------------------------------------------------------------------------

    def lock(self) -> int:
        """Take the collective's counter: from here to the commit nobody else writes. Returns the next `seq`."""
        sql = "UPDATE vault_collective SET seq = seq + 1 WHERE id = %s RETURNING seq"
        return int(self._run(sql, [self.collective.hex])[0][0])

    def hold(self) -> None:
        """Keep everybody else from writing until the commit, without a number of one's own."""
        wait = " FOR NO KEY UPDATE" if connections["default"].vendor == "postgresql" else ""
        self._run(f"SELECT seq FROM vault_collective WHERE id = %s{wait}", [self.collective.hex])

    def _run_only(self, sql: str, params: Sequence[Any]) -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)

    # --- reading --------------------------------------------------------------------------------

    def stream(self, circle: Circle, size: int = 4000) -> Iterator[list[tuple[str, int, bytes]]]:
        """All of a circle's records in batches of (id as hex, version, opened payload as bytes)."""
        with connections["default"].chunked_cursor() as cursor:
            cursor.execute(
                "SELECT id, epoch, version, body FROM vault_row WHERE collective_id = %s AND circle = %s",
                [self.collective.hex, circle.id.hex],
            )
            while rows := cursor.fetchmany(size):
                yield self.open_rows(circle, rows)

    def open_rows(
        self, circle: Circle, rows: Iterable[tuple[Any, int, int, bytes]]
    ) -> list[tuple[str, int, bytes]]:
        """Open bodies; one that doesn't open is left out here and named by `masslink check`."""
        bound = suite.binding(suite.RECORD, self.collective, circle.id)
        decrypt = {epoch: key.decrypt for epoch, key in circle.keys.items()}
        latest = max(decrypt, default=0)
        pack, unhex, first, start, opened = (
            suite.position.pack,
            bytes.fromhex,
            suite.FORMAT,
            1 + suite.NONCE,
            [],
        )
        for id, epoch, version, body in rows:
            id = id if isinstance(id, str) else id.hex
            if epoch != latest and not self._was_there(circle, suite.RECORD, (epoch, version, id), body):
                continue
            try:
                if body[0] != first:
                    raise Unopenable
                where = bound + pack(epoch, version) + unhex(id)
                plain = decrypt[epoch](body[1:start], body[start:], where)
            except Exception:  # a foreign key, a swapped or a changed body: all the same here
                if body and body[0] > first:
                    raise TooNew(f"format {body[0]}") from None
                continue
            opened.append((id, version, plain))
        return opened

    def _was_there(self, circle: Circle, what: bytes, where: tuple[int, int, str], body: bytes) -> bool:
        """Whether something under an older key lay there when the newer one came."""
        epoch, number, id = where
        at = epoch, number, bytes.fromhex(id)
        return epoch in circle.keys and inventory.believed(self.collective, circle, what, at, bytes(body))

    def since(
        self, holder: UUID, circles: Sequence[UUID], cursor: int
    ) -> tuple[int, int | None, list[tuple[Any, ...]]]:
        """The counter, how many alarms there were, and rows newer than `cursor`: in ONE statement.

        No alarms (None) where the holder is gone and may not come in. Rows
        are (circle, id, epoch, version, body). Two statements would miss rows (shared/VAULT: catching up).
        """
        marks = ", ".join(["%s"] * len(circles)) or "NULL"
        sql = f"""
            SELECT c.seq, c.alarms, r.circle, r.id, r.epoch, r.version, r.body
            FROM vault_collective c JOIN vault_holder h ON h.id = %s AND h.collective_id = c.id
            LEFT JOIN vault_row r ON c.seq > %s AND r.collective_id = c.id AND r.circle IN ({marks}) AND r.seq > %s
            WHERE c.id = %s ORDER BY r.seq"""
        params = [holder.hex, cursor, *(c.hex for c in circles), cursor, self.collective.hex]
        rows = self._run(sql, params)
        if not rows:
            return cursor, None, []
        return int(rows[0][0]), int(rows[0][1]), [r[2:] for r in rows if r[3] is not None]

    def grants_of(self, holder: UUID) -> list[tuple[UUID, bytes]]:
        sql = "SELECT id, body FROM vault_grant WHERE collective_id = %s AND holder_id = %s"
        return [(UUID(_hex(i)), bytes(b)) for i, b in self._run(sql, [self.collective.hex, holder.hex])]

    def grant_ids(self, holder: UUID) -> set[UUID]:
        sql = "SELECT id FROM vault_grant WHERE collective_id = %s AND holder_id = %s"
        return {UUID(_hex(i)) for (i,) in self._run(sql, [self.collective.hex, holder.hex])}

    def latest_rosters(self) -> dict[UUID, int]:
        """The number of each circle's latest roster."""
        sql = "SELECT circle, MAX(number) FROM vault_roster WHERE collective_id = %s GROUP BY circle"
        return {UUID(_hex(c)): int(n) for c, n in self._run(sql, [self.collective.hex])}

    def latest_epochs(self, circles: Sequence[UUID]) -> dict[UUID, int]:
        """The newest epoch that any roster of these circles lies under."""
        if not circles:
            return {}
        sql = f"""SELECT circle, MAX(epoch) FROM vault_roster WHERE collective_id = %s
                  AND circle IN ({", ".join(["%s"] * len(circles))}) GROUP BY circle"""
        found = self._run(sql, [self.collective.hex, *(circle.hex for circle in circles)])
        return {UUID(_hex(circle)): int(epoch) for circle, epoch in found}

    def versions(self, circle: UUID, ids: list[str]) -> dict[str, int]:
        """The stored version of each of these records, tombstones included; absent where there is none."""
        found: dict[str, int] = {}
        self._expect(len(ids))
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            sql = f"""SELECT id, version FROM vault_row WHERE collective_id = %s AND circle = %s
                      AND id IN ({", ".join(["%s"] * len(part))})"""
            found.update((_hex(i), v) for i, v in self._run(sql, [self.collective.hex, circle.hex, *part]))
        return found

    def pasts(self, circle: Circle, versions: dict[str, int]) -> Iterator[tuple[str, Payload]]:
        """Several records as they were, each at the version named for its id, where the images are still kept."""
        ids = list(versions)
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            sql = f"""SELECT id, epoch, version, body FROM vault_past WHERE collective_id = %s AND circle = %s
                      AND id IN ({", ".join(["%s"] * len(part))})"""
            rows = self._run(sql, [self.collective.hex, circle.id.hex, *part])
            wanted = [r for r in rows if versions[_hex(r[0])] == r[2]]
            for id, _, plain in self.open_rows(circle, wanted):
                if payload := _payload(plain):
                    yield id, payload

    def images_naming(self, circle: Circle, ids: Iterable[str]) -> Iterator[tuple[str, Payload]]:
        """Every kept image of a circle in which one of these ids stands, with the id of the record it is of."""
        sought = [id.encode() for id in ids]
        sql = "SELECT id, epoch, version, body FROM vault_past WHERE collective_id = %s AND circle = %s"
        rows = self._run(sql, [self.collective.hex, circle.id.hex])
        for id, _, plain in self.open_rows(circle, rows):
            if any(one in plain for one in sought) and (payload := _payload(plain)):
                yield id, payload

    def images_of(self, circle: Circle, kinds: Iterable[str]) -> Iterator[tuple[str, Payload]]:
        """Every kept image of a circle that is of these kinds, with the id of the record it is of."""
        heads = tuple(f'["{kind}",'.encode() for kind in kinds)
        sql = "SELECT id, epoch, version, body FROM vault_past WHERE collective_id = %s AND circle = %s"
        rows = self._run(sql, [self.collective.hex, circle.id.hex])
        for id, _, plain in self.open_rows(circle, rows):
            if plain.startswith(heads):
                yield id, Payload(*orjson.loads(plain))

    # --- writing --------------------------------------------------------------------------------

    def seal(self, circle: Circle, id: str, version: int, payload: Payload) -> bytes:
        bound = suite.binding(suite.RECORD, self.collective, circle.id)
        where = bound + suite.place(circle.epoch, version, bytes.fromhex(id))
        return suite.seal(circle.keys[circle.epoch], pad_text(payload.to_bytes()), where)

    def insert(self, circle: Circle, seq: int, rows: list[tuple[str, Payload]]) -> None:
        """Write records that are new to the ledger, at version 1."""
        own, at, epoch = self.collective.hex, circle.id.hex, circle.epoch
        self._many(
            """INSERT INTO vault_row (collective_id, circle, id, epoch, version, seq, body)
               VALUES (%s, %s, %s, %s, 1, %s, %s)""",
            [(own, at, id, epoch, seq, self.seal(circle, id, 1, p)) for id, p in rows],
        )
        self._expect(len(rows))

    def replace(self, circle: Circle, seq: int, rows: list[tuple[str, int, Payload]]) -> bool:
        """Write the next version of records, keeping an image of each before.

        Rows are (id, the version that is to be there now, payload). False when one of them isn't: compare and swap.
        """
        own, at, epoch = self.collective.hex, circle.id.hex, circle.epoch
        self._expect(len(rows))
        for start in range(0, len(rows), AT_ONCE):
            ids = [id for id, _, _ in rows[start : start + AT_ONCE]]
            self._run_only(
                f"""INSERT INTO vault_past (collective_id, circle, id, version, epoch, seq, body)
                    SELECT collective_id, circle, id, version, epoch, %s, body FROM vault_row
                    WHERE collective_id = %s AND circle = %s AND id IN ({", ".join(["%s"] * len(ids))})""",
                [seq, own, at, *ids],
            )
        changed = self._many(
            """UPDATE vault_row SET version = %s, epoch = %s, seq = %s, body = %s
               WHERE collective_id = %s AND circle = %s AND id = %s AND version = %s""",
            [(v + 1, epoch, seq, self.seal(circle, id, v + 1, p), own, at, id, v) for id, v, p in rows],
        )
        return changed == len(rows)

    # --- acts -----------------------------------------------------------------------------------

    def write_line(self, circle: Circle, seq: int, id: UUID, line: dict[str, Any]) -> None:
        """Leave an act's line in a circle; sealed with it, by what `masslink check` misses another: its place."""
        place = {
            "seq": seq,
            "after": self.last_line(circle.id),
            "roster": [circle.roster_number, circle.roster_hash[:16].hex()],
        }
        bound = suite.binding(suite.ACT, self.collective, circle.id) + suite.place(circle.epoch, 0, id.bytes)
        body = suite.seal(circle.keys[circle.epoch], pad_text(orjson.dumps({**line, **place})), bound)
        self._many(
            "INSERT INTO vault_act (collective_id, circle, id, epoch, seq, body) VALUES (%s, %s, %s, %s, %s, %s)",
            [(self.collective.hex, circle.id.hex, id.hex, circle.epoch, seq, body)],
        )

    def last_line(self, circle: UUID) -> int:
        """The `seq` of a circle's newest line; 0 where there is none."""
        sql = "SELECT MAX(seq) FROM vault_act WHERE collective_id = %s AND circle = %s"
        return int(self._run(sql, [self.collective.hex, circle.hex])[0][0] or 0)

    def act_at(self, circle: UUID, seq: int) -> UUID | None:
        """Which act left a line in a circle at this `seq`."""
        sql = "SELECT id FROM vault_act WHERE collective_id = %s AND circle = %s AND seq = %s"
        found = self._run(sql, [self.collective.hex, circle.hex, seq])
        return UUID(_hex(found[0][0])) if found else None

    def lines(
        self, circle: Circle, *, before: int | None = None, limit: int = 50, act: UUID | None = None
    ) -> list[tuple[int, UUID, dict[str, Any]]]:
        """A circle's newest lines as (seq, act id, line), newest first."""
        sql = "SELECT id, epoch, seq, body FROM vault_act WHERE collective_id = %s AND circle = %s"
        params: list[Any] = [self.collective.hex, circle.id.hex]
        if before is not None:
            sql, params = sql + " AND seq < %s", [*params, before]
        if act is not None:
            sql, params = sql + " AND id = %s", [*params, act.hex]
        rows = self._run(sql + " ORDER BY seq DESC LIMIT %s", [*params, limit])
        return list(self._open_lines(circle, rows))

    def lines_from(self, circle: Circle, seq: int, limit: int = 200) -> list[tuple[int, str]]:
        """When the acts from a `seq` on happened, oldest first, as (seq, ISO time)."""
        sql = """SELECT id, epoch, seq, body FROM vault_act WHERE collective_id = %s AND circle = %s AND seq >= %s
                 ORDER BY seq LIMIT %s"""
        rows = self._run(sql, [self.collective.hex, circle.id.hex, seq, limit])
        return [(s, line["at"]) for s, _, line in self._open_lines(circle, rows)]

    def _open_lines(
        self, circle: Circle, rows: list[tuple[Any, ...]]
    ) -> Iterator[tuple[int, UUID, dict[str, Any]]]:
        for id, epoch, seq, body in rows:
            raw = bytes.fromhex(_hex(id))
            bound = suite.binding(suite.ACT, self.collective, circle.id) + suite.place(epoch, 0, raw)
            if not self._was_there(circle, suite.ACT, (epoch, 0, raw.hex()), body):
                continue
            try:
                line = _line(suite.unseal(circle.keys[epoch], bytes(body), bound))
            except (Unopenable, LookupError, ValueError, TypeError, AttributeError):
                continue  # shut, or sealed by somebody who may write here, and no line
            yield int(seq), UUID(bytes=raw), line

    def drop_circle(self, table: str, circle: UUID) -> None:
        """Delete all that a table holds of a circle that nobody opens any more."""
        sql = f"DELETE FROM {table} WHERE collective_id = %s AND circle = %s"
        self._run_only(sql, [self.collective.hex, circle.hex])

    def shred_images(self, ids: Iterable[UUID]) -> None:
        """Delete every image of these records, in whichever circle: it takes no key to delete."""
        found = [id.hex for id in ids]
        for start in range(0, len(found), AT_ONCE):
            part = found[start : start + AT_ONCE]
            marks = ", ".join(["%s"] * len(part))
            sql = f"DELETE FROM vault_past WHERE collective_id = %s AND id IN ({marks})"
            self._run_only(sql, [self.collective.hex, *part])

    def shred_past(self, circle: UUID, *, up_to: int | None = None, ids: Sequence[UUID] = ()) -> int:
        """Delete images before: all up to a `seq`, or those of some records. Returns how many."""
        own = [self.collective.hex, circle.hex]
        if up_to is not None:
            return self._run_only(
                "DELETE FROM vault_past WHERE collective_id = %s AND circle = %s AND seq <= %s", [*own, up_to]
            )
        return sum(
            self._run_only(
                "DELETE FROM vault_past WHERE collective_id = %s AND circle = %s AND id = %s", [*own, i.hex]
            )
            for i in ids
        )
