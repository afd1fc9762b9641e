"""Keeping `LinkState` true: from deeds and links to the dates that lists are filtered by, in SQL.

What the dates mean stands in `links`; tests hold the two ways of computing here to it.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from masslink.people import links

TABLE = "masslink_linkstate"
UNTIL = ("talking_until", "sustained_until", "meets_until", "stands_until", "carries_until", "two_way_until")
DEEDS = 'SELECT person_id, deed_kind, "on" FROM masslink_deed'
LINKS = "SELECT person_id, rhythm_days, since FROM masslink_link WHERE until IS NULL"
AT_ONCE = 500

# ruff: noqa: S608 - only marks and names of our own are put into statements


def compute(raw: Any, persons: list[str]) -> None:
    """The rows of some persons, anew."""
    for start in range(0, len(persons), AT_ONCE):
        some = persons[start : start + AT_ONCE]
        which = f"person_id IN ({', '.join('?' * len(some))})"
        raw.execute(f"DELETE FROM {TABLE} WHERE {which}", some)
        deeds = raw.execute(f"{DEEDS} WHERE {which} ORDER BY person_id", some)
        _write(raw, deeds, raw.execute(f"{LINKS} AND {which}", some).fetchall())


def _write(raw: Any, deeds: Iterable[tuple[str, str, str]], active: list[tuple[str, int, str]]) -> None:
    rhythms: dict[str, tuple[int, str]] = {}
    for person, days, since in active:
        rhythms[person] = min(rhythms.get(person, (days, since)), (days, since))
    rows = []
    for person, marks in groupby(deeds, key=lambda row: row[0]):
        evidence = links.summarize((kind, date.fromisoformat(on)) for _, kind, on in marks)
        rows.append(_row(person, evidence, rhythms.pop(person, None)))
    rows += [_row(person, links.Evidence(), rhythm) for person, rhythm in rhythms.items()]
    raw.executemany(f"INSERT INTO {TABLE} VALUES ({', '.join('?' * 11)})", rows)


def _row(person: str, evidence: links.Evidence, rhythm: tuple[int, str] | None) -> tuple[Any, ...]:
    days, since = rhythm or (None, None)
    bounds = links.freshness_bounds(evidence.last_two_way, days, date.fromisoformat(since) if since else None)
    dates = (bounds.due_on, bounds.cooling_on, bounds.out_of_touch_on) if bounds else (None, None, None)
    found = [getattr(evidence, name) for name in UNTIL]
    return (person, *(d and d.isoformat() for d in found), days, *(d and d.isoformat() for d in dates))


def compute_all(raw: Any) -> None:
    """Every row, after filling: as text and in one pass, so that 300,000 dates needn't be parsed."""
    rungs = (links.TALKING, links.MEETS, links.STANDS, links.CARRIES)
    kinds = [", ".join(f"'{k}'" for k, r in links.RUNG_OF.items() if r == rung) for rung in rungs]
    latest = ", ".join(f'MAX(CASE WHEN deed_kind IN ({k}) THEN "on" END)' for k in kinds)
    talks = f"""CASE WHEN deed_kind = '{links.TALKED}' THEN "on" END"""
    found = raw.execute(f"""SELECT person_id, {latest}, MAX({talks}), GROUP_CONCAT({talks})
                            FROM masslink_deed GROUP BY person_id""")
    plus = cache(_plus)
    rows = [
        (
            p,
            plus(talking),
            plus(_sustained(days, plus)),
            plus(meets),
            plus(stands),
            plus(carries),
            plus(two_way),
        )
        for p, talking, meets, stands, carries, two_way, days in found.fetchall()
    ]
    raw.execute(f"DELETE FROM {TABLE}")
    raw.executemany(f"INSERT INTO {TABLE} (person_id, {', '.join(UNTIL)}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    compute(raw, list({person for person, *_ in raw.execute(LINKS).fetchall()}))


def _plus(day: str | None, days: int = links.YEAR.days) -> str | None:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat() if day else None


def _sustained(talks: str | None, plus: Any) -> str | None:
    """The latest first talk of three that span four weeks: see `links.summarize`."""
    days = sorted(set(talks.split(","))) if talks else []
    if len(days) < 3:
        return None
    limit = plus(days[-1], -links.FOUR_WEEKS.days)
    return next((day for day in reversed(days[:-2]) if day <= limit), None)
