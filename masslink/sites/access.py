"""Who works at a place, until when, and what waits there: as pages show it.

Two things wait. A member whose time here is over, but who still has the key. And one with new keys, to be let in
again: their access was never ended, but their holder doesn't stand in the place's roster.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.sites.models import Access, Site
from masslink.sites.panels import WhoWorksHere, who_works_here
from masslink.vault.workspace import current

OVER, NEW_KEYS = "over", "new keys"


@dataclass(frozen=True)
class Waits:
    """Somebody for whom something waits at a place. `ended`: since when their time there is over."""

    why: str
    member: UUID
    name: str
    site: UUID
    place: str
    ended: date | None = None

    @property
    def is_over(self) -> bool:
        return self.why == OVER

    @property
    def sentence(self) -> str:
        who = {"name": self.name, "place": self.place}
        if self.ended:
            day = date_format(self.ended, "j F")
            return _("%(name)s’s time at %(place)s ended on %(day)s.") % {**who, "day": day}
        return _("%(name)s has new keys, and asks to be let into %(place)s again.") % who


_NOTED = """SELECT a.site_id, s.name, s.circle, a.member_id, m.name, m.holder,
        MAX(a.until IS NULL OR a.until > %s), MAX(a.until)
    FROM masslink_access a JOIN masslink_member m ON m.id = a.member_id JOIN masslink_site s ON s.id = a.site_id
    WHERE m.left_on IS NULL GROUP BY a.site_id, a.member_id ORDER BY s.name, m.name"""


def what_waits(today: date) -> list[Waits]:
    """At all places at hand; one query, asked anew only when anybody wrote something since."""
    workspace = current()
    mark, kept = (today, workspace.seq), workspace.kept
    known = kept.get("access")
    if known is None or known[0] != mark:
        with connections["open"].cursor() as cursor:
            cursor.execute(_NOTED, [today.isoformat()])
            known = kept["access"] = (mark, list(_waiting(cursor.fetchall())))
    found: list[Waits] = known[1]
    return found


def _waiting(rows: Iterable[Any]) -> Iterator[Waits]:
    # Hex throughout: most rows are as they should be, and this is on everybody's first page.
    rosters = {id.hex: {holder.hex for holder in circle.roster} for id, circle in current().circles.items()}
    for site, place, circle, member, name, holder, is_open, until in rows:
        has_key = holder in rosters.get(circle, ())
        if has_key and not is_open:
            yield Waits(OVER, UUID(member), name, UUID(site), place, date.fromisoformat(until))
        elif is_open and not has_key and circle in rosters:
            yield Waits(NEW_KEYS, UUID(member), name, UUID(site), place)


# --- one place -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Works:
    """A member who can open a place; since when, let in by whom and until when, as far as it was noted."""

    member: Member
    access: Access | None
    is_over: bool

    @property
    def until(self) -> date | None:
        return self.access.until if self.access else None

    @property
    def since(self) -> str:
        if self.access is None:
            return ""
        day = date_format(self.access.since, "j F Y")
        if self.access.given_by_id == self.member.pk:
            return _("since %(day)s, opened this place") % {"day": day}
        by = self.access.given_by.called
        return _("since %(day)s, let in by %(name)s") % {"day": day, "name": by}


@dataclass(frozen=True)
class AtPlace:
    """Everything an access page says about a place."""

    site: Site
    who: WhoWorksHere
    works: list[Works]
    waits: list[Waits]


def at_place(site: Site, today: date) -> AtPlace:
    noted: dict[UUID, Access] = {}
    for access in site.accesses.select_related("given_by").order_by("since"):
        before = noted.get(access.member_id)
        if before is None or _goes_on_longer(access, before):
            noted[access.member_id] = access
    who = who_works_here(site)
    waits = [one for one in what_waits(today) if one.site == site.pk]
    over = {one.member for one in waits if one.is_over}
    works = [Works(member, noted.get(member.pk), member.pk in over) for member in who.members]
    return AtPlace(site, who, works, waits)


def _goes_on_longer(access: Access, before: Access) -> bool:
    if before.until is None:
        return access.until is None
    return access.until is None or access.until >= before.until
