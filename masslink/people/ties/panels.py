"""What ties offer to the desk: whom a person knows, in one query; and the way to somebody we don't reach."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from masslink.core.pages import address
from masslink.people import links
from masslink.people.models import Person
from masslink.people.states import UNTIL
from masslink.people.ties import words
from masslink.people.ties.network import Network, standing

ON_A_PERSONS_PAGE = 6

# Both ends in one; whoever asked not to be contacted stands nowhere.
_DIRECT = """SELECT t.id, t.tie_kind, t.person_id = %s AS first, p.id, p.name, p.nickname, p.member_id, p.until, {dates}
    FROM masslink_tie t JOIN masslink_person p ON p.id = CASE t.person_id WHEN %s THEN t.other_id ELSE t.person_id END
    LEFT JOIN masslink_linkstate s ON s.person_id = p.id
    WHERE (t.person_id = %s OR t.other_id = %s) AND p.id <> %s AND p.reach <> 'not_at_all'
    ORDER BY p.name, p.id, t.tie_kind"""


@dataclass(frozen=True)
class Direct:
    """Somebody whom a person knows: the tie, how, and how we stand with them."""

    tie: UUID
    id: UUID
    name: str
    how: str
    said: str
    depth: int
    is_member: bool
    has_left: bool

    @property
    def is_reached(self) -> bool:
        return self.is_member or self.depth > links.LISTED

    @property
    def standing(self) -> str:
        said = standing(self.depth, is_member=self.is_member)
        return _("%(said)s; has left") % {"said": said} if self.has_left else said

    @property
    def url(self) -> str:
        return address("person", self.id)


def known_by(person: Person, today: date, *, works: bool) -> list[Direct]:
    """Whom they know, by name: one query."""
    sql = _DIRECT.format(dates=", ".join(f"s.{name}" for name in UNTIL))
    with connections["open"].cursor() as cursor:
        cursor.execute(sql, [person.pk.hex] * 5)
        rows = cursor.fetchall()
    return [_direct(row, today, works=works) for row in rows]


def _direct(row: tuple[Any, ...], today: date, *, works: bool) -> Direct:
    tie, kind, first, id, name, nickname, member, until, *dates = row
    evidence = links.Evidence(*(date.fromisoformat(day) if day else None for day in dates))
    how = words.seen_from(kind, first=bool(first))
    return Direct(
        UUID(tie),
        UUID(id),
        nickname or name,
        how,
        words.how_they_know(how, works=works),
        links.depth(evidence, today),
        member is not None,
        until is not None and date.fromisoformat(until) <= today,
    )


@dataclass(frozen=True)
class Knows:
    """For a person's own page: why one would want to know whom they know, and the first few."""

    heading: str
    reason: str
    shown: list[Direct]
    more: int


def who_knows(person: Person, today: date) -> Knows | None:
    """Nothing for who asked not to be contacted. One query; expects the person's `site` and `state` at hand."""
    if not person.reachable:
        return None
    works = person.site.is_workplace
    known = known_by(person, today, works=works)
    state = getattr(person, "state", None)
    if person.member_id or (state and state.depth(today)):
        useful = [one for one in known if not one.is_reached]
        reason = _("Whom we don’t reach yet, and %(name)s could introduce us to.")
        heading = _("Whom do they know?")
    else:
        useful = [one for one in known if one.is_reached]
        reason = _("Who is in touch with us, and could introduce us to %(name)s")
        heading = _("Who could introduce us?")
    reason = f"{(reason % {'name': person.called}).removesuffix('.')}." if useful else ""
    shown = (useful or known)[:ON_A_PERSONS_PAGE]
    return Knows(heading, reason, shown, len({one.id for one in known} - {one.id for one in shown}))


# --- ways ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """Somebody we don't reach, and whom to ask."""

    id: UUID
    name: str
    first: UUID
    sentence: str


def way_to(net: Network, id: UUID) -> Way | None:
    way = net.way_to(id)
    return Way(id, way[-1].called, way[0].id, net.ask(way)) if way else None
