"""Who to see, and why: found with a fixed number of queries, however many people a member may read of.

Four reasons, and no others. *Promised*: a to-do with them is due by tomorrow. *Rhythm*: a link this member
took on is due, by the rhythm they chose. *Came*: they came or stood up lately and nobody has talked with
them. *First*: one good talk weeks ago and no second. Promises come first, then whoever waits longest,
measured in rhythms.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from masslink.collective.models import Member
from masslink.people import links
from masslink.tasks.panels import Row as PromiseRow

PROMISED, RHYTHM, CAME, FIRST = "promised", "rhythm", "came", "first"
AT_MOST = 7
USUAL = 14  # days: the rhythm of those who have none yet
LATELY = timedelta(days=60)  # what is longer ago has been let go
_ENOUGH = 3 * AT_MOST
_LOOKED_AT = 200


@dataclass(frozen=True)
class Waiting:
    """One person to see. `since`: the day the link was due, they came, of the first talk, of the promise."""

    person: UUID
    why: str
    since: date
    rhythms: float = 0.0
    freshness: str = ""

    @property
    def order(self) -> tuple[bool, date, float]:
        promised = self.why == PROMISED
        return (not promised, self.since if promised else date.max, -self.rhythms)


def people_to_see(member: Member, today: date, promised: Iterable[PromiseRow]) -> list[Waiting]:
    """Everybody who waits, the first reason for each, in order; a few more than are shown."""
    found = [*_promised(promised, today), *_due(member, today)]
    if not _are_enough(found):
        found += [*_came(member, today), *_first_talk(member, today)]
    first: dict[UUID, Waiting] = {}
    for waiting in sorted(found, key=lambda one: one.order):
        first.setdefault(waiting.person, waiting)
    return list(first.values())


def _are_enough(found: Iterable[Waiting]) -> bool:
    """Whether more than are shown stand before all who came or talked: these wait for two months and no longer."""
    before = {one.person for one in found if one.why == PROMISED or one.rhythms > LATELY.days / USUAL}
    return len(before) > AT_MOST


def _promised(promised: Iterable[PromiseRow], today: date) -> Iterator[Waiting]:
    for row in promised:
        if row.to_see and row.todo.due <= today + timedelta(days=1):
            yield Waiting(row.to_see, PROMISED, row.todo.due)


# Whoever was tried today has had their turn; whoever wants no contact is on no list.
_WANTED = """p.reach <> 'not_at_all' AND NOT EXISTS
    (SELECT 1 FROM masslink_deed t WHERE t.person_id = p.id AND t.by_id = %(me)s AND t."on" = %(today)s)"""
_NOBODYS = "NOT EXISTS (SELECT 1 FROM masslink_link o WHERE o.person_id = p.id AND o.until IS NULL)"
_MINE = """EXISTS (SELECT 1 FROM masslink_link m
    WHERE m.person_id = p.id AND m.until IS NULL AND m.member_id = %(me)s)"""


def _due(member: Member, today: date) -> Iterator[Waiting]:
    """My links that are due by my rhythm; the same as `links.freshness`, said in SQL."""
    rows = _run(
        f"""SELECT l.person_id, l.rhythm_days, l.start FROM ({_waits("k.member_id = %(me)s")}) l
        JOIN masslink_person p ON p.id = l.person_id WHERE {_WANTED} ORDER BY l.waits DESC LIMIT {_ENOUGH}""",  # noqa: S608
        member,
        today,
    )
    for person, rhythm, start in rows:
        fresh = links.freshness(date.fromisoformat(start), rhythm, today)
        if fresh.due_on:
            yield Waiting(
                UUID(person), RHYTHM, fresh.due_on, (today - fresh.due_on).days / rhythm, fresh.state
            )


def _waits(whose: str) -> str:
    """Links that are due, whoever waits longest first."""
    return f"""SELECT person_id, member_id, rhythm_days, start,
            (julianday(%(today)s) - due) / MAX(rhythm_days, 1) AS waits
        FROM (SELECT k.person_id, k.member_id, k.rhythm_days,
                COALESCE(date(s.two_way_until, '-365 days'), k.since) AS start,
                julianday(COALESCE(date(s.two_way_until, '-365 days'), k.since)) + MIN(k.rhythm_days, 365) AS due
            FROM masslink_link k LEFT JOIN masslink_linkstate s ON s.person_id = k.person_id
            WHERE {whose} AND k.until IS NULL)
        WHERE due <= julianday(%(today)s) ORDER BY waits DESC LIMIT {_LOOKED_AT}"""  # noqa: S608


def due_for_others(members: list[UUID], me: Member, today: date) -> list[tuple[UUID, str, UUID]]:
    """Whom these members would see now: person, name, member; only those whom nobody else has taken on."""
    if not members:
        return []
    whose = ", ".join(f"'{member.hex}'" for member in members)
    rows = _run(
        f"""SELECT l.person_id, COALESCE(NULLIF(p.nickname, ''), p.name), l.member_id
        FROM ({_waits(f"k.member_id IN ({whose})")}) l
        JOIN masslink_person p ON p.id = l.person_id WHERE {_WANTED} AND NOT EXISTS
            (SELECT 1 FROM masslink_link o JOIN masslink_member m ON m.id = o.member_id AND m.left_on IS NULL
            WHERE o.person_id = p.id AND o.until IS NULL AND o.member_id NOT IN ({whose}))
        ORDER BY l.waits DESC LIMIT {_ENOUGH}""",  # noqa: S608
        me,
        today,
    )
    return [(UUID(person), name, UUID(member)) for person, name, member in rows]


def _came(member: Member, today: date) -> Iterator[Waiting]:
    """Came or stood up lately, not talked with for a year (`links.came_not_talked`): mine, or nobody's."""
    fields = [field for rung, field in links.RUNG_FIELDS if rung in links.NEEDS_TWO_WAY]
    lately = " UNION ALL ".join(
        f"""SELECT * FROM (SELECT person_id, {field} AS proven FROM masslink_linkstate
            WHERE {field} > %(lately)s AND (two_way_until IS NULL OR two_way_until <= %(today)s)
            ORDER BY {field} LIMIT {3 * _ENOUGH})"""  # noqa: S608
        for field in fields
    )
    rows = _run(
        f"""SELECT c.person_id, MAX(c.proven) FROM ({lately}) c JOIN masslink_person p ON p.id = c.person_id
        WHERE p.until IS NULL AND ({_NOBODYS} OR {_MINE}) AND {_WANTED}
        GROUP BY c.person_id ORDER BY 2 LIMIT {_ENOUGH}""",  # noqa: S608
        member,
        today,
        lately=today + links.YEAR - LATELY,
    )
    for person, proven in rows:
        on = date.fromisoformat(proven) - links.YEAR
        yield Waiting(UUID(person), CAME, on, (today - on).days / USUAL)


def _first_talk(member: Member, today: date) -> Iterator[Waiting]:
    """I talked with them once, weeks ago; nobody has again, nobody has taken them on, nothing is planned."""
    rows = _run(
        f"""SELECT f.person_id, MAX(f."on") FROM (
            SELECT person_id, "on" FROM masslink_deed
            WHERE by_id = %(me)s AND at >= %(lately)s AND at < %(before)s AND deed_kind = 'talked'
            ORDER BY at DESC LIMIT {_LOOKED_AT}) f
        JOIN masslink_person p ON p.id = f.person_id
        WHERE NOT EXISTS (SELECT 1 FROM masslink_deed o
                WHERE o.person_id = f.person_id AND o.deed_kind = 'talked' AND o."on" <> f."on")
            AND p.until IS NULL AND {_NOBODYS} AND {_WANTED}
            AND NOT EXISTS (SELECT 1 FROM masslink_todo d WHERE d.person_id = p.id
                AND d.done_at IS NULL AND d.dropped_at IS NULL)
        GROUP BY f.person_id ORDER BY 2 LIMIT {_ENOUGH}""",  # noqa: S608
        member,
        today,
        lately=today - LATELY,
        before=today - timedelta(days=USUAL - 1),
    )
    for person, on in rows:
        first = date.fromisoformat(on)
        yield Waiting(UUID(person), FIRST, first, (today - first).days / USUAL - 1)


def _run(sql: str, member: Member, today: date, **more: date) -> list[Any]:
    params = {
        "me": member.pk.hex,
        **{name: day.isoformat() for name, day in {"today": today, **more}.items()},
    }
    with connections["open"].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
