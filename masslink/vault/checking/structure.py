"""What can be checked without a key: numbers that must follow each other, and rows that belong to each other."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections

from masslink.core.padding import SMALLEST, STEP, bucket
from masslink.vault import suite
from masslink.vault.checking.findings import Finding, hexed
from masslink.vault.files import PADDED

NUMBERED = {"row": "id", "act": "id", "past": "id", "chunk": "id", "roster": "number"}  # and what names a row
KNOWN = {"django_migrations"}
ADDED = 1 + suite.NONCE + 16  # what sealing adds to a body: format, nonce, tag
LOWEST = {"row": "version", "past": "version", "roster": "number"}  # each begins with 1


def find() -> Iterator[Finding]:
    """Everything that is wrong with the shape of the ledger."""
    yield from _database()
    yield from _belonging()
    for table in NUMBERED:
        yield from _numbers(table)
        yield from _forms(table)
    yield from _rosters()
    yield from _files()
    yield from _images()


def _rows(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _database() -> Iterator[Finding]:
    connection = connections["default"]
    if connection.vendor == "sqlite":
        for (said,) in _rows("PRAGMA integrity_check"):
            if said != "ok":
                yield Finding("damaged", more=said)
    ours = {model._meta.db_table for model in apps.get_app_config("vault").get_models()} | KNOWN
    with connection.cursor() as cursor:
        for name in sorted(set(connection.introspection.table_names(cursor)) - ours):
            yield Finding("unknown table", more=name)


def _belonging() -> Iterator[Finding]:
    for table in ("holder", "grant", "copy"):
        nowhere = f"""SELECT x.id FROM vault_{table} x
                      LEFT JOIN vault_collective c ON c.id = x.collective_id WHERE c.id IS NULL"""
        for (id,) in _rows(nowhere):
            yield Finding("belongs nowhere", table, hexed(id))
    for table in ("grant", "copy"):
        astray = f"""SELECT g.id FROM vault_{table} g LEFT JOIN vault_holder h
                     ON h.id = g.holder_id AND h.collective_id = g.collective_id WHERE h.id IS NULL"""
        for (id,) in _rows(astray):
            yield Finding("belongs nowhere", table, hexed(id))


# --- numbers -------------------------------------------------------------------------------------


def _numbers(table: str) -> Iterator[Finding]:
    named = NUMBERED[table]
    ahead = f"""SELECT x.circle, x.{named}, c.id FROM vault_{table} x
                LEFT JOIN vault_collective c ON c.id = x.collective_id WHERE c.id IS NULL OR x.seq > c.seq"""
    for circle, id, collective in _rows(ahead):
        yield _at("ahead" if collective else "belongs nowhere", table, circle, id)
    number = LOWEST.get(table, "1")
    low = f"SELECT circle, {named} FROM vault_{table} WHERE {number} < 1 OR epoch < 1 OR seq < 0"
    for circle, id in _rows(low):
        yield _at("wrong number", table, circle, id, "below the first")
    yield from _beyond_rosters(table)


def _beyond_rosters(table: str) -> Iterator[Finding]:
    latest = (
        "SELECT collective_id, circle, MAX(epoch) AS epoch FROM vault_roster GROUP BY collective_id, circle"
    )
    beyond = f"""SELECT x.circle, x.epoch, r.epoch FROM
                 (SELECT collective_id, circle, MAX(epoch) AS epoch FROM vault_{table} GROUP BY collective_id, circle) x
                 LEFT JOIN ({latest}) r ON r.collective_id = x.collective_id AND r.circle = x.circle
                 WHERE r.epoch IS NULL OR x.epoch > r.epoch"""
    for circle, _, reached in _rows(beyond):
        if reached is None:
            yield _at("no roster", table, circle, "")
            continue
        newer = f"SELECT {NUMBERED[table]} FROM vault_{table} WHERE circle = %s AND epoch > %s"
        for (id,) in _rows(newer, [hexed(circle), reached]):
            yield _at("unknown epoch", table, circle, id)


def _forms(table: str) -> Iterator[Finding]:
    """Format byte and size: what is sealed here comes in few sizes."""
    size = f"(length(body) - {ADDED})"
    fits = f"({size} IN ({_buckets()}) OR ({size} >= {STEP} AND {size} %% {STEP} = 0))"
    if table == "chunk":
        fits = f"{size} = {PADDED}"
    wrong = (
        f"SELECT circle, {NUMBERED[table]} FROM vault_{table} WHERE NOT {fits} OR substr(body, 1, 1) <> %s"
    )
    for circle, id in _rows(wrong, [bytes([suite.FORMAT])]):
        yield _at("wrong form", table, circle, id)


def _buckets() -> str:
    return ", ".join(str(size) for size in sorted({bucket(length) for length in range(0, STEP, SMALLEST)}))


# --- what goes on without gaps -------------------------------------------------------------------


def _rosters() -> Iterator[Finding]:
    gaps = """SELECT circle, COUNT(*), MAX(number) FROM vault_roster GROUP BY collective_id, circle
              HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*)"""
    for circle, there, latest in _rows(gaps):
        yield _at("roster gap", "roster", circle, "", f"{there} of {latest} are there")


def _files() -> Iterator[Finding]:
    gaps = """SELECT circle, id, COUNT(*), MAX(number) + 1 FROM vault_chunk GROUP BY collective_id, circle, id
              HAVING MIN(number) <> 0 OR MAX(number) + 1 <> COUNT(*)"""
    for circle, id, there, last in _rows(gaps):
        yield _at("file gap", "chunk", circle, id, f"{there} of {last} are there")


def _images() -> Iterator[Finding]:
    astray = """SELECT p.circle, p.id FROM vault_past p LEFT JOIN vault_row r
                ON r.collective_id = p.collective_id AND r.circle = p.circle AND r.id = p.id
                WHERE r.id IS NULL OR p.version >= r.version"""
    for circle, id in _rows(astray):
        yield _at("image astray", "past", circle, id)


def _at(fault: str, table: str, circle: Any, id: Any, more: str = "") -> Finding:
    named = str(id) if isinstance(id, int) else hexed(id)
    return Finding(fault, table, named, UUID(hexed(circle)), more=more)
