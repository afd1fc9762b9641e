"""With whom nothing was for a year: those we knew, one by one; those only written down, as a number for each place.

Whoever asked not to be contacted is on neither list, and whoever became a member isn't out of touch.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from masslink.core.clock import day_of
from masslink.people import links, states
from masslink.people.fades import Rule
from masslink.people.fading import NEWS, OUT_OF_TOUCH, count_soon, rules
from masslink.people.links import TRIED
from masslink.people.models import Person
from masslink.vault.workspace import current

# ruff: noqa: S608 - only names of our own are put into statements

A_WHILE = timedelta(minutes=1)

_PROVEN = [name for name in states.UNTIL if name not in ("sustained_until", "two_way_until")]
_QUIET = " AND ".join(f"COALESCE(s.{name}, '') <= %(cut)s" for name in _PROVEN)
_LISTED = f"p.reach <> '{Person.Reach.NOT_AT_ALL}' AND p.member_id IS NULL AND p.added_at <= %(limit)s"
_SEEN_TO = """EXISTS (SELECT 1 FROM masslink_link l
    WHERE l.person_id = p.id AND (l.since > %(limit)s OR l.until > %(limit)s))"""
_CONTACT = f"""EXISTS (SELECT 1 FROM masslink_deed d
    WHERE d.person_id = p.id AND d."on" > %(limit)s AND d.deed_kind <> '{TRIED}')"""
_KEPT = """EXISTS (SELECT 1 FROM masslink_kept k
    WHERE k.person_id = p.id AND k.of_id IS NULL AND k."on" > %(limit)s)"""
# Few are left by the dates kept beside each person, so the rest is asked of few: these come first (CROSS).
_OUT = f"""FROM masslink_linkstate s CROSS JOIN masslink_person p ON p.id = s.person_id
    WHERE {_QUIET} AND {_LISTED} AND NOT {_CONTACT} AND NOT {_SEEN_TO} AND NOT {_KEPT}"""
# Nobody talked with them, nobody took them on; their place may have been kept as a whole.
_UNMET = f"""FROM masslink_person p WHERE {_LISTED}
    AND NOT EXISTS (SELECT 1 FROM masslink_linkstate s WHERE s.person_id = p.id) AND NOT {_SEEN_TO}
    AND NOT EXISTS (SELECT 1 FROM masslink_kept a WHERE a.of_id = p.site_id AND a."on" > %(limit)s)"""


@dataclass(frozen=True)
class OutOfTouch:
    """Somebody we knew, and when the last contact was, where there was one."""

    person: UUID
    last: date | None


def out_of_touch(rule: Rule, today: date, *, at_most: int = 500) -> list[OutOfTouch]:
    """The longest ago first."""
    rows = _run(
        f"""SELECT p.id, (SELECT MAX(d."on") FROM masslink_deed d
                WHERE d.person_id = p.id AND d.deed_kind <> '{TRIED}') AS last
            {_OUT} ORDER BY last, p.id LIMIT {at_most}""",
        rule,
        today,
    )
    return [OutOfTouch(UUID(id), date.fromisoformat(last) if last else None) for id, last in rows]


def is_out_of_touch(rule: Rule, today: date, person: Person) -> bool:
    return bool(_run(f"SELECT 1 {_OUT} AND p.id = %(person)s", rule, today, person=person.pk.hex))


def unmet(rule: Rule, today: date) -> dict[UUID, int]:
    """How many stand at each place with whom nothing was for so long."""
    return {UUID(site): n for site, n in _run(f"SELECT p.site_id, COUNT(*) {_UNMET} GROUP BY 1", rule, today)}


def unmet_at(rule: Rule, today: date, site: UUID, at_most: int) -> list[UUID]:
    """Those of one place, by name."""
    sql = f"SELECT p.id {_UNMET} AND p.site_id = %(site)s ORDER BY p.name, p.id LIMIT {at_most}"
    return [UUID(id) for (id,) in _run(sql, rule, today, site=site.hex)]


@dataclass(frozen=True)
class News:
    """What Today says about fading: so many talks within a month, so many people out of touch."""

    talks: int
    people: int


def news(at: datetime) -> News:
    """Counted anew when anybody wrote anything since, once a minute at most: pages ask all the time."""
    workspace, today = current(), day_of(at)
    known = workspace.kept.get(NEWS)
    if known is None or (known[0] != workspace.seq and at - known[1] > A_WHILE) or day_of(known[1]) != today:
        people = _run(f"SELECT COUNT(*) {_OUT}", rules()[OUT_OF_TOUCH], today)[0][0]
        known = workspace.kept[NEWS] = (workspace.seq, at, News(count_soon(today), people))
    found: News = known[2]
    return found


def _run(sql: str, rule: Rule, today: date, **more: str) -> list[Any]:
    limit = rule.limit(today)
    # A stored date is a year after what it proves: see `links`.
    params = {"limit": limit.isoformat(), "cut": (limit + links.YEAR).isoformat(), **more}
    with connections["open"].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
