"""Back from a backup: onto an empty ledger, and then nobody is let in until somebody says who still belongs to us.

A backup knows members who were removed since, and their words still fit. So a restored collective waits: a
coordinator who also has a one-time code from the server's console, or a recovery kit, confirms its members first.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.db import connections, models, transaction

from masslink.vault import backup, words
from masslink.vault.backup import TABLES, Mark
from masslink.vault.history import empty_log
from masslink.vault.models import Collective, ConsoleCode, Holder
from masslink.vault.suite import Opens
from masslink.vault.workspace import current


class NotEmpty(Exception):
    """There is a collective in this ledger; nothing is put in its place."""


class BroughtBack(Exception):
    """Somebody's words are right, and nobody is let in yet: their collective came from a backup."""

    def __init__(self, holder: Holder, keys: Opens) -> None:
        super().__init__("a collective that came from a backup waits")
        self.holder, self.keys = holder, keys


def restore(file: Path) -> Mark:
    """Bring a backup back onto the empty ledger, wholly or not at all. Raises NotWhole, NotEmpty."""
    mark = backup.verify(file)
    if Collective.objects.exists():
        raise NotEmpty
    with _up_to_date(file) as source:
        if connections["default"].vendor == "sqlite":
            _into_sqlite(source)
        else:
            _into_tables(source)
    return mark


@contextmanager
def _up_to_date(file: Path) -> Iterator[sqlite3.Connection]:
    """The backup's tables as this program knows them: the file itself, or a copy that was brought up to date."""
    if not backup.is_older(file):
        with closing(backup.read_only(file)) as source:
            yield source
        return
    copy = Path(settings.DATA_DIR) / "restoring.part"
    try:
        with (
            os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as to,
            file.open("rb") as of,
        ):
            shutil.copyfileobj(of, to, 1 << 20)
        backup.migrate(copy)
        with closing(backup.read_only(copy)) as source:
            yield source
    finally:
        copy.unlink(missing_ok=True)


def _into_sqlite(source: sqlite3.Connection) -> None:
    """All pages in one transaction of SQLite's own."""
    connections["default"].ensure_connection()
    source.backup(connections["default"].connection)
    empty_log()


def _into_tables(source: sqlite3.Connection) -> None:
    with transaction.atomic("default"):
        ConsoleCode.objects.all().delete()
        for model in TABLES:
            _fill(source, model)
        with connections["default"].cursor() as cursor:
            # Until it has counted, PostgreSQL finds its way slowly.
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in TABLES)}")


def _fill(source: sqlite3.Connection, model: type[models.Model]) -> None:
    fields = [f for f in model._meta.local_concrete_fields if f.column]
    table, columns = model._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
    as_read = [_as_read(field) for field in fields]
    with (
        connections["default"].cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in source.execute(f"SELECT {columns} FROM {table} ORDER BY rowid"):
            copy.write_row([f(v) for f, v in zip(as_read, row, strict=True)])


def _as_read(field: Any) -> Callable[[Any], Any]:
    return bool if isinstance(field, models.BooleanField) else lambda value: value


# --- who still belongs to us ---------------------------------------------------------------------


def waits(collective: UUID) -> bool:
    """Whether nobody is let in yet."""
    return Collective.objects.filter(pk=collective, restored=True).exists()


def waiting() -> list[tuple[UUID, list[str]]]:
    """The collectives that wait, each with the login names of its members: all that a console can tell of them."""
    members = Holder.objects.filter(kind=Holder.Kind.MEMBER, collective__restored=True).order_by("login")
    found: dict[UUID, list[str]] = {
        id: [] for id in Collective.objects.filter(restored=True).values_list("pk", flat=True)
    }
    for collective, login in members.values_list("collective_id", "login"):
        found[collective].append(login or "")
    return list(found.items())


def new_code(collective: UUID) -> str:
    """A one-time code for one waiting collective, to read from the server's console; only its digest is stored."""
    code = words.code()
    ConsoleCode.objects.create(digest=_digest(collective, code))
    return code


def code_fits(collective: UUID, code: str) -> bool:
    return ConsoleCode.objects.filter(digest=_digest(collective, code)).exists()


def end_waiting(collective: UUID) -> None:
    """Let everybody in again whose words are right; in the running act, after those who are out are out."""
    assert current().act
    Collective.objects.filter(pk=collective).update(restored=False)


def use_code(collective: UUID, code: str) -> bool:
    """Whether it fitted; it doesn't any more."""
    used, _ = ConsoleCode.objects.filter(digest=_digest(collective, code)).delete()
    return bool(used)


def _digest(collective: UUID, code: str) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    plain = "".join(code.lower().split()).replace("-", "")
    digest.update(b"masslink restored" + collective.bytes + plain.encode())
    return digest.finalize()
