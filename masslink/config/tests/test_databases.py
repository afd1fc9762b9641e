"""DATABASE_URL: what it may look like, what comes of it, and that a wrong one is named without being repeated."""

from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from masslink.config.databases import ledger

DATA = Path("somewhere")
SECRET = "p@ss/w:rd?"  # what a password may hold


def found(url: str) -> tuple[str, ...]:
    settings = ledger(url, DATA)
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    return tuple(settings[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME"))


def test_without_one_the_ledger_is_a_file_in_the_data_directory():
    assert ledger("", DATA)["NAME"] == DATA / "ledger.sqlite3"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql://ana:p%40ss%2Fw%3Ard%3F@db.example:5433/main", ("ana", SECRET, "db.example", "5433", "main")),
        ("postgres://ana@127.0.0.1/main", ("ana", "", "127.0.0.1", "", "main")),
        ("postgresql://ana@[::1]:5432/main", ("ana", "", "::1", "5432", "main")),
        ("postgresql:///main?host=/run/postgresql", ("", "", "/run/postgresql", "", "main")),
        ("postgresql://ana@/main?host=%2Frun%2FPG&port=5444", ("ana", "", "/run/PG", "5444", "main")),
        ("postgresql:///ma%20in?user=ana&password=p%40ss%2Fw%3Ard%3F", ("ana", SECRET, "", "", "ma in")),
    ],
)  # fmt: skip
def test_parts_of_the_address(url: str, parts: tuple[str, ...]):
    assert found(url) == parts


def test_further_options_go_to_the_library_and_win():
    url = "postgresql://ana@127.0.0.1/main?sslmode=verify-full&sslrootcert=ca.pem&connect_timeout=3"
    options = ledger(url, DATA)["OPTIONS"]
    assert options.items() >= {
        "sslmode": "verify-full", "sslrootcert": "ca.pem", "connect_timeout": "3",
        "isolation_level": psycopg.IsolationLevel.READ_COMMITTED,
    }.items()  # fmt: skip
    assert "lock_timeout" in options["options"]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgresql://ana@db.example/main", "require"),
        ("postgresql://ana@db.example/main?sslmode=disable", "disable"),
        ("postgresql://ana@127.0.0.1/main", None),
        ("postgresql:///main?host=/run/postgresql", None),
        ("postgresql:///main", None),
    ],
)
def test_beyond_this_machine_the_line_is_sealed_unless_somebody_says_otherwise(url: str, wanted: str | None):
    assert ledger(url, DATA)["OPTIONS"].get("sslmode") == wanted


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ana:p%40ss@db.example/main", "sqlite:///ledger.sqlite3", "db.example/main", "postgresql://",
        "postgresql://ana:hunter2@db.example", "postgresql://ana:hunter2@db.example/", "postgresql:main",
        "postgresql://ana:hunter2@db.example:port/main", "postgresql://ana:hunter2@db.example:0/main",
        "postgresql://ana:hun/ter2@db.example/main", "postgresql://ana:hunter2@db.example/main#x",
        "postgresql://ana:hunter2@one:5432,two:5432/main", "postgresql://ana:hunter2@%2Frun%2FPG/main",
        "postgresql://ana:hunter2@[::1/main", "postgresql://ana:hunter2@db.example/main?nonsense=1",
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_its_password_isnt_repeated(url: str):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refused:
        ledger(url, DATA)
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None
