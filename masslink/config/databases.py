"""Where the ledger lives: a SQLite file in the data directory, or the PostgreSQL that DATABASE_URL names."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = "postgresql://user:password@host:port/name, or postgresql:///name?host=/directory/of/the/socket"
PATIENCE = 30  # seconds that somebody waits for others who write, on both

_PLACES = {
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}  # may stand behind the `?`, too


def ledger(url: str, data: Path) -> dict[str, Any]:
    """Django's settings for the ledger's database. Raises ImproperlyConfigured, which never repeats the address."""
    return postgresql(url) if url else sqlite(data / "ledger.sqlite3")


def sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": PATIENCE,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
                "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;"
            ),
        },
        "CONN_MAX_AGE": None,
    }


def postgresql(url: str) -> dict[str, Any]:
    parts = _split(url)
    named = dict(parse_qsl(parts.query, keep_blank_values=True))
    inside = {"USER": parts.username, "PASSWORD": parts.password, "HOST": parts.hostname}
    found = {key: unquote(value or "") for key, value in inside.items()}
    found["PORT"] = str(parts.port or "")
    found |= {_PLACES[key]: named.pop(key) for key in list(named) if key in _PLACES}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        **found,
        "OPTIONS": _options(named, found["HOST"]),
        # A connection for each serving thread. One that was lost meanwhile is noticed before a request uses it.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        fits = url.startswith(("postgresql://", "postgres://")) and len(parts.path) > 1 and not parts.fragment
        fits = fits and parts.port != 0 and "/" not in parts.path[1:] and "%" not in (parts.hostname or "")
    except ValueError:  # its own words would repeat the address, which has a password in it
        fits = False
    if not fits:
        raise ImproperlyConfigured(f"DATABASE_URL isn't understood; it looks like {FORM}.")
    return parts


def _options(named: dict[str, str], host: str) -> dict[str, Any]:
    """What goes to libpq: what the address says, and what we want where it says nothing."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    wanted = {
        "connect_timeout": "10",
        "keepalives_idle": "30",
        # Nobody waits forever for somebody who holds the counter and was cut off.
        "options": f"-c lock_timeout={PATIENCE}s -c idle_in_transaction_session_timeout=60s",
    }
    if host and not host.startswith("/") and host not in ("localhost", "127.0.0.1", "::1"):
        wanted["sslmode"] = "require"
    try:
        make_conninfo(**named)
    except psycopg.ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL: {str(error).strip()}.") from None
    # The rules of the ledger (a counter's row lock, catching up in one statement) hold at this level.
    return {**wanted, **named, "isolation_level": psycopg.IsolationLevel.READ_COMMITTED}
