"""Questions found again: by what was asked, held, tried, shown and decided. Answers aren't searched: nobody's they are.

What somebody types becomes quoted words for full-text search, so that no character of it can be an operator.
"""

import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.db import OperationalError, connections
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from masslink.decisions.models import Decision, Position, Question, Trial
from masslink.vault.record import Record

AT_MOST = 30
_HITS = 200
_OPEN, _CLOSE = "\x02", "\x03"  # around what matched; never part of what is typed


def search(typed: str) -> dict[UUID, SafeString]:
    """Questions that fit, each with the passage that did: what was asked first, then what hangs on it."""
    return passages(
        typed, [(Question, "id"), *((model, "question_id") for model in (Decision, Position, Trial))]
    )


def passages(typed: str, looked_into: Iterable[tuple[type[Record], str]]) -> dict[UUID, SafeString]:
    """What fits, by the id in the named column of each of these models, with the passage that did."""
    match = _match(typed)
    if not match:
        return {}
    found: dict[UUID, SafeString] = {}
    for model, column in looked_into:
        for id, passage in _hits(model._meta.db_table, column, match):
            if passage.count(_OPEN) and len(found) < AT_MOST:
                found.setdefault(UUID(id), _marked(passage))
    return found


def _match(typed: str) -> str:
    composed = unicodedata.normalize("NFC", typed[:200])
    words = "".join(c if c.isalnum() else " " for c in composed).split()[:8]
    return " ".join(f'"{word}"*' for word in words)


def _hits(table: str, column: str, match: str) -> list[tuple[str, str]]:
    sql = f"""SELECT t.{column}, f.said FROM (
            SELECT rowid, snippet({table}_fts, -1, '{_OPEN}', '{_CLOSE}', '…', 18) AS said
            FROM {table}_fts WHERE {table}_fts MATCH %s ORDER BY rowid DESC LIMIT {_HITS}) f
        JOIN {table} t ON t.rowid = f.rowid ORDER BY t.rowid DESC"""  # noqa: S608  names come from the models
    with connections["open"].cursor() as cursor:
        try:
            cursor.execute(sql, [match])
        except OperationalError:  # a letter younger than SQLite's tables is cut into a phrase
            return []
        return list(cursor.fetchall())


def _marked(passage: str) -> SafeString:
    """A passage with what matched in bold; everything else is escaped."""
    text = escape(passage.strip())
    if text.count(_OPEN) != text.count(_CLOSE):
        return mark_safe(text.replace(_OPEN, "").replace(_CLOSE, ""))  # noqa: S308  escaped above
    return mark_safe(text.replace(_OPEN, "<b>").replace(_CLOSE, "</b>"))  # noqa: S308  escaped above
