"""Databases of their own for processes that tests start, and what of them lies on the disk, on PostgreSQL as well."""

import atexit
import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest

CLUSTER = os.environ.get("MASSLINK_TEST_CLUSTER", "")  # where script/postgres keeps its files
ON_POSTGRESQL = bool(os.environ.get("DATABASE_URL"))
LOUD = quote("-c log_statement=all")  # everything that is asked stands in the server's log

_made: set[str] = set()


def only_on_sqlite(why: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(ON_POSTGRESQL, reason=f"only on SQLite: {why}")


def only_on_postgresql(why: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not ON_POSTGRESQL, reason=f"only on PostgreSQL: {why}")


def environment(data: Path) -> dict[str, str]:
    """What a process that serves this data directory needs, so that no other shares its ledger: nothing on SQLite."""
    if not ON_POSTGRESQL:
        return {}
    name = _name(data)
    if name not in _made:
        _administer(f"CREATE DATABASE {name}")
        _made.add(name)
        atexit.register(_administer, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    url = urlsplit(os.environ["DATABASE_URL"])
    query = "&".join(filter(None, (url.query, f"options={LOUD}" if CLUSTER else "")))
    return {"DATABASE_URL": url._replace(path=f"/{name}", query=query).geturl()}


def files(data: Path) -> Iterator[tuple[str, bytes]]:
    """All that PostgreSQL has on the disk of a data directory's ledger, with its journal and its log: name, content."""
    if not ON_POSTGRESQL:
        return
    if not CLUSTER:
        pytest.skip("the server's files aren't at hand; script/postgres has them")
    (number,) = _administer("SELECT oid FROM pg_database WHERE datname = %s", [_name(data)])
    _administer("CHECKPOINT")
    for place in (f"data/base/{number}", "data/base/pgsql_tmp", "data/pg_wal", "log"):
        for path in [Path(CLUSTER, place), *Path(CLUSTER, place).rglob("*")]:
            # A folder; or a temporary file or old journal, which it deletes as it likes.
            with suppress(FileNotFoundError, IsADirectoryError):
                yield f"{place}/{path.name}", path.read_bytes()


def _name(data: Path) -> str:
    return "masslink_" + sha256(os.fsencode(data.absolute())).hexdigest()[:20]


def _administer(sql: str, params: list[str] | None = None) -> tuple[object, ...]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(sql, params)
        return (cursor.fetchone() or ()) if cursor.description else ()
