"""What a circle's key tells: that every row opens in its place, is a record, and is what the history says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db import connections

from masslink.vault import inventory, suite
from masslink.vault.act import GONE
from masslink.vault.checking.findings import Finding, Note, hexed
from masslink.vault.rosters import Circle
from masslink.vault.schema import Table, lift, schema
from masslink.vault.suite import TooNew, Unopenable

AT_ONCE = {"vault_chunk": 50}

Live = set[tuple[str, str]]  # table of the workspace, id


@dataclass
class Written:
    """What the lines of a circle say about it, gathered from its beginning."""

    records: dict[str, tuple[int, int, str]] = field(
        default_factory=dict
    )  # id: seq, version, what became of it
    files: dict[str, int] = field(default_factory=dict)  # id: chunks; none: shredded
    images: dict[tuple[str, int], int] = field(default_factory=dict)  # not yet explained by a line: seq
    lines: list[tuple[int, int | None, str]] = field(default_factory=list)  # seq, that of the one before, id
    rosters: set[Any] = field(default_factory=set)  # number and digest of those that lines name


@dataclass
class CircleCheck:
    """One circle, looked through from its first line to its last file."""

    collective: UUID
    circle: Circle
    note: Note
    ours: Live | None  # the collective's records, which every circle may point to; None: not at hand
    written: Written = field(default_factory=Written)
    live: Live = field(default_factory=set)
    pointers: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)  # target: who points there
    counts: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        self._images()
        self._lines()
        self._rows()
        self._pointers()
        self._files()

    # --- reading --------------------------------------------------------------------------------

    def _found(self, fault: str, table: str, id: str, more: Any = "") -> None:
        self.note(Finding(fault, table, id, self.circle.id, self.circle.kind, str(more)))

    def _all(self, table: str, columns: str, order: str = "") -> Iterator[tuple[Any, ...]]:
        sql = f"SELECT id, epoch, {columns}, body FROM vault_{table} WHERE collective_id = %s AND circle = %s {order}"
        name, count = f"vault_{table}", 0
        with connections["default"].chunked_cursor() as cursor:
            cursor.execute(sql, [self.collective.hex, self.circle.id.hex])
            while rows := cursor.fetchmany(AT_ONCE.get(name, 2000)):
                count += len(rows)
                yield from ((hexed(id), *rest) for id, *rest in rows)
        self.counts[table] = count

    def _open(self, table: str, what: bytes, id: str, epoch: int, number: int, body: Any) -> bytes | None:
        """A body as its key opens it, or None, which is noted."""
        key = self.circle.keys.get(epoch)
        if key is None:
            self._found("shut epoch", table, id, epoch)
            return None
        bound = suite.binding(what, self.collective, self.circle.id) + suite.place(
            epoch, number, bytes.fromhex(id)
        )
        try:
            plain = suite.unseal(key, bytes(body), bound)
        except Unopenable:
            self._found("shut", table, id)
            return None
        return plain if self._believed(table, what, (epoch, number, id), body) else None

    def _believed(self, table: str, what: bytes, where: tuple[int, int, str], body: Any) -> bool:
        """Whether it lies under the newest key, or lay there when that came; what doesn't is noted."""
        epoch, number, id = where
        at = epoch, number, bytes.fromhex(id)
        if inventory.believed(self.collective, self.circle, what, at, bytes(body)):
            return True
        if self.circle.listed is inventory.MISSING:
            self._found("list withheld", "chunk", self.circle.inventory.hex if self.circle.inventory else "")
        else:
            self._found("unlisted", table, id)
        return False

    # --- the history ----------------------------------------------------------------------------

    def _images(self) -> None:
        for id, epoch, version, seq, body in self._all("past", "version, seq"):
            self.written.images[id, version] = seq
            self._open("past", suite.RECORD, id, epoch, version, body)

    def _lines(self) -> None:
        for id, epoch, seq, body in self._all("act", "seq", "ORDER BY seq"):
            plain = self._open("act", suite.ACT, id, epoch, 0, body)
            line = self._parse_line(id, plain) if plain is not None else {}
            at = line.get("seq", seq)
            if at != seq:
                self._found("line moved", "act", id, at)
            self.written.lines.append((at, line.get("after"), id))
            self._take_in(line, at)
        self._missed_lines()
        for number, digest in sorted(self.written.rosters):
            self._roster(number, digest)
        for id, _ in self.written.images:
            self._found("image unexplained", "past", id)

    def _missed_lines(self) -> None:
        """Each line says after which it came; so one that is gone is missed by the next."""
        before = 0
        for at, after, id in sorted(self.written.lines):
            if after not in (None, before):
                self._found("line missing", "act", id, after)
            before = at

    def _parse_line(self, id: str, plain: bytes) -> dict[str, Any]:
        try:
            line: dict[str, Any] = orjson.loads(plain)
            [(kind, record, what, int(version)) for kind, record, what, version in line["records"]]
            return line
        except (ValueError, KeyError, TypeError, AttributeError):
            self._found("no record", "act", id, "it isn't a line")
            return {}

    def _take_in(self, line: dict[str, Any], at: int) -> None:
        written = self.written
        for _, id, what, version in line.get("records", ()):
            if at >= written.records.get(id, (0,))[0]:
                written.records[id] = (at, version, what)
            if written.images.get((id, version - 1)) == at:
                del written.images[id, version - 1]
        written.files.update((id, chunks) for id, chunks in line.get("files", ()))
        if "roster" in line:
            written.rosters.add(tuple(line["roster"]))

    def _roster(self, number: int, digest: str) -> None:
        """Lines name the circle's roster as it was: later ones may have come, none can have gone."""
        if number > self.circle.roster_number:
            self._found("roster withheld", "roster", str(number))
        elif number and self.circle.chain[number - 1][:16].hex() != digest:
            self._found("other roster", "roster", str(number))

    # --- records --------------------------------------------------------------------------------

    def _rows(self) -> None:
        for id, epoch, version, seq, body in self._all("row", "version, seq"):
            said = self.written.records.pop(id, None)
            plain = self._open("row", suite.RECORD, id, epoch, version, body)
            payload = self._parse(id, plain) if plain is not None else None
            self._compare(id, version, seq, said, None if payload is None else payload[1] is None)
            if payload and payload[1] is not None:
                self._take_record(id, *payload)
        for id in self.written.records:
            self._found("withheld", "row", id)

    def _compare(
        self, id: str, version: int, seq: int, said: tuple[int, int, str] | None, gone: bool | None
    ) -> None:
        if said is None or version > said[1]:
            self._found("unexplained", "row", id)
        elif version < said[1]:
            self._found("older", "row", id, said[1])
        elif seq != said[0]:
            self._found("out of order", "row", id)
        elif gone is not None and gone != (said[2] == GONE):
            self._found("buried" if gone else "revived", "row", id)

    def _parse(self, id: str, plain: bytes) -> tuple[Table | None, dict[str, Any] | None] | None:
        try:
            kind, version, fields = orjson.loads(plain)
            if fields is None:
                return schema().tables.get(kind), None
            table, fields = lift(kind, version, fields)
            if column := table.misfit([(id, self.circle.id.hex, 0, *table.values(fields))]):
                self._found("no record", "row", id, f"{kind}.{column}")
                return None
            return table, fields
        except TooNew as error:
            self._found("unknown content", "row", id, error)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._found("no record", "row", id, type(error).__name__)
        return None

    def _take_record(self, id: str, table: Table | None, fields: dict[str, Any] | None) -> None:
        assert table and fields is not None
        self.live.add((table.name, id))
        for pointer in table.pointers:
            if fields[pointer.column] is not None:
                self.pointers.setdefault(
                    (pointer.target, str(fields[pointer.column])), (id, f"{table.kind}.{pointer.column}")
                )

    def _pointers(self) -> None:
        if self.ours is None:
            return
        for target, (id, column) in self.pointers.items():
            if target not in self.live and target not in self.ours:
                self._found("dangling", "row", id, column)

    # --- files ----------------------------------------------------------------------------------

    def _files(self) -> None:
        there: dict[str, int] = {}
        for id, epoch, number, body in self._all("chunk", "number", "ORDER BY id, number"):
            if self.circle.inventory and id == self.circle.inventory.hex:
                continue
            last = self._chunk(id, epoch, number, body)
            if last is not None and last != (number + 1 == self.written.files.get(id)):
                self._found("file cut", "chunk", id)
            there[id] = there.get(id, 0) + 1
        for id, chunks in self.written.files.items():
            if chunks and id not in there:
                self._found("file withheld", "chunk", id)
            elif chunks > there.get(id, 0):
                self._found("file cut", "chunk", id)
        for id in there:
            if not self.written.files.get(id):
                self._found("file unexplained", "chunk", id)

    def _chunk(self, id: str, epoch: int, number: int, body: Any) -> bool | None:
        """Whether this piece says that it is the last; None where it doesn't open at all, which is noted."""
        key, first = self.circle.keys.get(epoch), suite.binding(suite.CHUNK, self.collective, self.circle.id)
        if key is None:
            self._found("shut epoch", "chunk", id, epoch)
            return None
        for final in (False, True):
            try:
                end = b"\1" if final else b"\0"
                suite.unseal(key, bytes(body), first + suite.place(epoch, number, bytes.fromhex(id) + end))
            except Unopenable:
                continue
            return final if self._believed("chunk", suite.CHUNK, (epoch, number, id), body) else None
        self._found("shut", "chunk", id)
        return None
