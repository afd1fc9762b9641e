"""Search as one types: names, nicknames, phones, words of talks. Answers ids; pages fetch what they show.

What somebody types becomes quoted words for full-text search, so that no character of it can be an operator.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import OperationalError, connections
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from masslink.people.models import THEIR_WORDS, Person

AT_MOST = 50
_LOOKED_AT = 500  # hits; where there are more, those whose names begin so come first
_HITS = 150  # the newest talks that are looked at; a person may be in several
_TOO_SHORT = 3  # letters, below which talks aren't searched: half of them would fit
_OPEN, _CLOSE = "\x02", "\x03"  # around what matched; never part of what is typed
_PUNCTUATION = re.compile(r"[\s()+./-]+")


@dataclass(frozen=True)
class Found:
    """Persons by name, nickname or phone; whether there are more; then those who said it, with what.

    `about` are those of `said` of whom something they did was called so: not words of theirs.
    """

    persons: list[UUID]
    more: bool
    said: dict[UUID, SafeString]
    about: frozenset[UUID] = frozenset()


def search(typed: str, today: date, *, left_too: bool = False) -> Found:
    """Who fits what was typed, in the order of names; then who said it, latest first."""
    words, number = _words(typed), _digits(typed)
    if not words:
        return Found([], False, {})
    match = f'phone_search : "{number}"*' if number else _quoted(words)
    persons = _persons(match, typed, today, left_too=left_too)
    long = [w for w in words if len(w) >= _TOO_SHORT]
    said = _said(_quoted(long), today, left_too=left_too) if long and not number else {}
    for id in persons:
        said.pop(id, None)
    return Found(
        persons[:AT_MOST],
        len(persons) > AT_MOST,
        {id: passage for id, (passage, _kind) in said.items()},
        frozenset(id for id, (_passage, kind) in said.items() if kind not in THEIR_WORDS),
    )


def _words(typed: str) -> list[str]:
    """The words typed, cut where full-text search would cut them: the index of talks knows no phrases."""
    composed = unicodedata.normalize("NFC", typed[:200])
    return "".join(c if c.isalnum() else " " for c in composed).split()[:8]


def _quoted(words: list[str]) -> str:
    """The query for full-text search."""
    return " ".join(f'"{w}"*' for w in words)


def _digits(typed: str) -> str:
    """A telephone number in any usual way of typing, as `phone_search` holds it; "" when it isn't one."""
    bare = _PUNCTUATION.sub("", typed.strip().replace("(0)", ""))
    if not (3 <= len(bare) <= 20 and bare.isascii() and bare.isdigit()):
        return ""
    return bare[2:] if bare.startswith("00") and len(bare) > 6 else bare


# Those who asked not to be contacted are found by their whole name or nickname only: looked up, not listed.
_ALLOWED = """(p.until IS NULL OR p.until > %s OR %s)
    AND (p.reach <> 'not_at_all' OR p.name = %s OR p.nickname = %s COLLATE NOCASE)"""


def _persons(match: str, typed: str, today: date, *, left_too: bool) -> list[UUID]:
    """One more than are shown, where there are so many."""
    whole = typed.strip()[:200]
    allowed = [today, left_too, whole, whole]
    begin = [] if _digits(typed) else _beginning_with(whole, allowed)
    if len(begin) > AT_MOST or len(whole) == 1:
        return begin
    rows = _run(
        f"""SELECT p.id, p.name FROM (SELECT rowid FROM masslink_person_fts WHERE masslink_person_fts MATCH %s
            LIMIT {_LOOKED_AT}) f JOIN masslink_person p ON p.rowid = f.rowid WHERE {_ALLOWED}
        ORDER BY p.name, p.id LIMIT {AT_MOST + 1}""",  # noqa: S608  constants only
        [match, *allowed],
    )
    known = set(begin)
    found = [UUID(id) for id, _ in rows]
    return [*begin, *(id for id in found if id not in known)][: AT_MOST + 1]


def _beginning_with(whole: str, allowed: list[Any]) -> list[UUID]:
    rows = _run(
        f"SELECT p.id FROM masslink_person p WHERE p.name >= %s AND p.name < %s AND {_ALLOWED} "  # noqa: S608
        f"ORDER BY p.name, p.id LIMIT {AT_MOST + 1}",
        [whole, whole + "\U0010ffff", *allowed],
    )
    return [UUID(id) for (id,) in rows]


def _said(match: str, today: date, *, left_too: bool) -> dict[UUID, tuple[SafeString, str]]:
    """The newest passage of each, and of what kind of deed."""
    rows = _run(
        f"""SELECT p.id, f.said, d.deed_kind FROM (
            SELECT rowid, snippet(masslink_deed_fts, 0, '{_OPEN}', '{_CLOSE}', '…', 18) AS said
            FROM masslink_deed_fts WHERE masslink_deed_fts MATCH %s ORDER BY rowid DESC LIMIT {_HITS}) f
        JOIN masslink_deed d ON d.rowid = f.rowid JOIN masslink_person p ON p.id = d.person_id
        WHERE (p.until IS NULL OR p.until > %s OR %s) AND p.reach <> '{Person.Reach.NOT_AT_ALL}'
        ORDER BY d.at DESC""",  # noqa: S608  constants only
        [match, today, left_too],
    )
    found: dict[UUID, tuple[SafeString, str]] = {}
    for id, said, kind in rows:
        found.setdefault(UUID(id), (marked(said), kind))
        if len(found) == AT_MOST:
            break
    return found


def query(typed: str) -> str:
    """The full-text query for words in notes, "" for what is too short or a number."""
    return "" if _digits(typed) else _quoted([word for word in _words(typed) if len(word) >= _TOO_SHORT])


def passages(table: str, match: str, at_most: int) -> dict[UUID, SafeString]:
    """The newest records of an indexed table that fit a query, each with the passage that did."""
    rows = _run(
        f"""SELECT t.id, f.said FROM (
            SELECT rowid, snippet({table}_fts, -1, '{_OPEN}', '{_CLOSE}', '…', 18) AS said
            FROM {table}_fts WHERE {table}_fts MATCH %s ORDER BY rowid DESC LIMIT {at_most}) f
        JOIN {table} t ON t.rowid = f.rowid""",  # noqa: S608  names come from the models
        [match],
    )
    return {UUID(id): marked(said) for id, said in rows}


def marked(said: str) -> SafeString:
    """A passage with what matched in bold; everything else is escaped."""
    text = escape(said.strip('“”„«»"'))  # the page sets its own
    if text.count(_OPEN) != text.count(_CLOSE):
        return mark_safe(text.replace(_OPEN, "").replace(_CLOSE, ""))  # noqa: S308  escaped above
    return mark_safe(text.replace(_OPEN, "<b>").replace(_CLOSE, "</b>"))  # noqa: S308  escaped above


def _run(sql: str, params: list[Any]) -> list[Any]:
    with connections["open"].cursor() as cursor:
        try:
            cursor.execute(sql, [p.isoformat() if isinstance(p, date) else p for p in params])
        except OperationalError:  # a letter younger than SQLite's tables is cut into a phrase: see `_words`
            return []
        return list(cursor.fetchall())
