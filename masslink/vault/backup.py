"""Backups: the whole ledger, sealed as it is, in one SQLite file, whatever the ledger itself runs on.

A backup holds the ledger's own tables, made by its migrations, and behind them one more page: the mark, with the
number of rows of each table and a SHA-256 over every byte before it. The mark is written last and the file gets its
name after it, so that what is half written, cut or changed is recognised. (Over the bytes and not over the rows:
that takes a third of the time, and covers the indexes too.) What never belongs into a backup isn't in it: known
devices, invitations, feeds, codes from the console. And every collective in it says that it was restored already: until
somebody confirms who still belongs to it, nobody is let in, even where the file was just copied into place.
"""

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import orjson
from django.db import DatabaseError, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import load_backend

from masslink.vault.models import Act, Chunk, Collective, Grant, Holder, Past, Roster, Row

FORMAT = 1
PAGE = 4096  # what SQLite's pages measure, and the mark
SIGN = b"Masslink backup\n"
SQLITE = b"SQLite format 3\0"
AT_ONCE, CHUNKS_AT_ONCE = 2000, 50
NEVER = (Holder.Kind.DEVICE, Holder.Kind.INVITATION, Holder.Kind.LINK)
TABLES: tuple[type[models.Model], ...] = (Collective, Holder, Grant, Roster, Row, Act, Past, Chunk)


class NotWhole(Exception):
    """A file that isn't a backup as it was finished; the sentence says what is the matter."""


class Busy(Exception):
    """Another backup is being written to the same place."""


@dataclass(frozen=True)
class Mark:
    """What stands at the end of a backup."""

    format: int
    rows: dict[str, int]  # of each table
    sha256: str

    def to_page(self) -> bytes:
        return (SIGN + orjson.dumps(asdict(self))).ljust(PAGE - 1) + b"\n"


# --- writing -------------------------------------------------------------------------------------


def write(file: Path) -> Mark:
    """Back the ledger up into a file, in place of one that is there; people go on writing meanwhile. Raises Busy."""
    part = file.with_name(file.name + ".part")
    with _alone(part) as lock:
        if connections["default"].vendor == "sqlite":
            _copy_sqlite(part)
        else:
            _copy_rows(part)
        with closing(_opened(part)) as copy:
            rows = {name: _count(copy, name) for name in names()}
        _seal_up(part, rows)
        os.replace(part, file)
        _sync_folder(file.parent)
        lock.close()
    return read_mark(file)


def is_there() -> bool:
    """Whether there is a ledger with a collective in it; asking makes none."""
    connection = connections["default"]
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not name.startswith("file:") and not Path(name).exists():
        return False
    try:
        return Collective.objects.exists()
    except DatabaseError:  # an empty database
        return False


def names() -> list[str]:
    """The tables of a backup that hold rows."""
    return [model._meta.db_table for model in TABLES]


@contextmanager
def _alone(part: Path) -> Iterator[IO[bytes]]:
    """The unfinished file, empty, readable by its owner only, and ours; what fails leaves nothing behind."""
    lock = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy from None
        if not _is(part, lock):  # finished meanwhile by another, it is a whole backup by its own name now
            raise Busy
        lock.truncate(0)
        try:
            yield lock
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _is(file: Path, opened: IO[bytes]) -> bool:
    return file.exists() and os.path.samestat(os.fstat(opened.fileno()), file.stat())


def _opened(file: Path) -> sqlite3.Connection:
    """A connection that leaves nothing beside the file: neither a journal nor temporary files."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def _seal_up(part: Path, rows: dict[str, int]) -> None:
    """Put the mark behind the last page, and all of it safely on the disk."""
    with part.open("r+b") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0, os.SEEK_END)
        file.write(Mark(FORMAT, rows, digest).to_page())
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    at = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)


# --- from SQLite ---------------------------------------------------------------------------------


def _copy_sqlite(part: Path) -> None:
    """All pages in one reading, which keeps no writer waiting; packed, so that no deleted byte comes along."""
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(part)])
    with closing(_opened(part)) as copy:
        kinds = ", ".join(f"'{kind.value}'" for kind in NEVER)
        gone = f"SELECT id FROM vault_holder WHERE kind IN ({kinds})"
        copy.execute(f"DELETE FROM vault_grant WHERE holder_id IN ({gone})")
        copy.execute("DELETE FROM vault_copy")
        copy.execute(f"DELETE FROM vault_holder WHERE kind IN ({kinds})")
        copy.execute("DELETE FROM vault_consolecode")
        copy.execute("UPDATE vault_collective SET restored = 1")


# --- from elsewhere ------------------------------------------------------------------------------


def _copy_rows(part: Path) -> None:
    """Row by row, as they all were at one moment, into tables made by the ledger's migrations."""
    migrate(part)
    with closing(_opened(part)) as copy, one_moment():
        copy.execute("BEGIN")
        for model in TABLES:
            _copy_table(copy, model)
        copy.execute("UPDATE vault_collective SET restored = 1")
        copy.execute("COMMIT")


@contextmanager
def one_moment() -> Iterator[None]:
    """Read the ledger as it is at one moment, for as long as the block lasts; nobody who writes is kept waiting."""
    snapshot = (
        "BEGIN"
        if connections["default"].vendor == "sqlite"
        else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(snapshot)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _copy_table(copy: sqlite3.Connection, model: type[models.Model]) -> None:
    fields = [f for f in model._meta.local_concrete_fields if f.column]
    marks = ", ".join("?" * len(fields))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    put = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})"
    as_stored = [_as_stored(field) for field in fields]
    at_once = CHUNKS_AT_ONCE if model is Chunk else AT_ONCE
    with connections["default"].chunked_cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} {_left_out(model)}")
        while rows := cursor.fetchmany(at_once):
            copy.executemany(put, ([f(v) for f, v in zip(as_stored, row, strict=True)] for row in rows))


def _left_out(model: type[models.Model]) -> str:
    kinds = ", ".join(f"'{kind.value}'" for kind in NEVER)
    if model is Holder:
        return f"WHERE kind NOT IN ({kinds})"
    if model is Grant:
        return f"WHERE holder_id NOT IN (SELECT id FROM vault_holder WHERE kind IN ({kinds}))"
    return ""


def _as_stored(field: Any) -> Callable[[Any], Any]:
    """How SQLite keeps a value of this column."""
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.UUIDField):
        return lambda value: value.hex if isinstance(value, UUID) else value
    if isinstance(kind, models.BinaryField):
        return bytes
    return int if isinstance(kind, models.BooleanField) else lambda value: value


# --- the ledger's tables in a file ---------------------------------------------------------------


def migrate(file: Path) -> None:
    """Make the ledger's tables in a SQLite file, or bring older ones up to date."""
    with _as_database(file) as connection:
        executor = MigrationExecutor(connection)
        executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == "vault"])


def is_older(file: Path) -> bool:
    """Whether its tables are those of an older program. Raises NotWhole for those of a newer one."""
    with closing(read_only(file)) as copy:
        found = copy.execute("SELECT name FROM django_migrations WHERE app = 'vault'").fetchall()
    known = {
        name
        for app, name in MigrationExecutor(connections["default"]).loader.disk_migrations
        if app == "vault"
    }
    applied = {name for (name,) in found}
    if applied - known:
        raise NotWhole(f"{file} was made by a newer Masslink than this one. Update Masslink first.")
    return applied != known


@contextmanager
def _as_database(file: Path) -> Iterator[BaseDatabaseWrapper]:
    """A SQLite file as Django's database "backup", for as long as the block lasts."""
    pragmas = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
    wanted = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": {"init_command": pragmas}}
    complete = connections.configure_settings({"default": wanted})["default"]
    connection = load_backend(complete["ENGINE"]).DatabaseWrapper(complete, "backup")
    connections["backup"] = connection
    try:
        yield connection
    finally:
        connection.close()
        del connections["backup"]


# --- reading -------------------------------------------------------------------------------------


def read_only(file: Path) -> sqlite3.Connection:
    """The tables of a finished backup; nothing is written, nothing appears beside it."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def read_mark(file: Path) -> Mark:
    """What stands at its end. Raises NotWhole."""
    with file.open("rb") as opened:
        if opened.read(len(SQLITE)) != SQLITE:
            raise NotWhole(f"{file} isn't a backup of Masslink.")
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - PAGE))
        page = opened.read()
    if not page.startswith(SIGN):
        raise NotWhole(
            f"{file} has no end: the backup was cut off or never finished, or it isn't one of `masslink backup`. "
            "Take another one."
        )
    return _parse(file, page)


def _parse(file: Path, page: bytes) -> Mark:
    try:
        said = orjson.loads(page[len(SIGN) :])
        newer = said["format"] > FORMAT
        mark = Mark(said["format"], dict(said["rows"]), str(said["sha256"]))
        if not newer and set(mark.rows) - set(names()):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise NotWhole(f"{file} is damaged at its end. Take another backup.") from None
    if newer:
        raise NotWhole(f"{file} was made by a newer Masslink than this one. Update Masslink first.")
    return mark


def verify(file: Path) -> Mark:
    """Read all of it and compare with the mark. Raises NotWhole."""
    mark, digest = read_mark(file), hashlib.sha256()
    with file.open("rb") as opened:
        left = opened.seek(0, os.SEEK_END) - PAGE
        opened.seek(0)
        while left and (piece := opened.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
    if digest.hexdigest() != mark.sha256:
        raise NotWhole(
            f"{file} isn't as it was when the backup was made: bytes in it are changed or damaged. Take another one."
        )
    with closing(read_only(file)) as copy:
        waits = copy.execute("SELECT COUNT(*) FROM vault_collective WHERE restored = 0").fetchone() == (0,)
        if not waits or any(_count(copy, table) != rows for table, rows in mark.rows.items()):
            raise NotWhole(f"{file} holds other rows than it says. Take another backup.")
    return mark
