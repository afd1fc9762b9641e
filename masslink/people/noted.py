"""What was noted last at a place, beside talks: one line for what several people did, and its undo where it has one."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from masslink.people import links
from masslink.people.labels import DEEDS
from masslink.people.models import Deed, Person
from masslink.people.numbers import begun
from masslink.people.panels import names_together
from masslink.sites.models import Site
from masslink.vault import history

SHOWN, NAMED, LOOKED_AT = 8, 12, 250


@dataclass
class Noted:
    """What several people did on one day, as some of us noted it."""

    kind: str
    on: date
    words: str
    by: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    deeds: set[UUID] = field(default_factory=set)
    act: UUID | None = None  # by which it can be taken back

    @property
    def label(self) -> str:
        return begun(str(DEEDS[self.kind]))

    @property
    def noted_by(self) -> str:
        return names_together(self.by)

    @property
    def named(self) -> list[Person]:
        return self.people[:NAMED]

    @property
    def more(self) -> int:
        return len(self.people[NAMED:])


def latest(site: Site, now: datetime) -> list[Noted]:
    """The latest first; those who asked not to be contacted are left out."""
    deeds = Deed.objects.filter(person__site=site).exclude(deed_kind__in=links.TALKS)
    found: dict[Any, Noted] = {}
    for deed in deeds.select_related("person", "by").order_by("-on", "-at", "id")[:LOOKED_AT]:
        key = deed.deed_kind, deed.on, deed.words.casefold()
        if key not in found and len(found) == SHOWN:
            break
        noted = found.setdefault(key, Noted(deed.deed_kind, deed.on, deed.words))
        if deed.by.called not in noted.by:
            noted.by.append(deed.by.called)
        noted.deeds.add(deed.pk)
        if deed.person.reachable:
            noted.people.append(deed.person)
    shown = [noted for noted in found.values() if noted.people]
    _say_how_to_undo(shown, site, now)
    return shown


def _say_how_to_undo(shown: list[Noted], site: Site, now: datetime) -> None:
    limit = now - timedelta(days=history.DAYS)
    ticked = [d for d in history.recent(circle=site.circle) if d.kind == "deeds_ticked" and d.at > limit]
    standing = history.standing(ticked)
    by_deed = {ref.id: done.id for done in ticked if done.id in standing for ref in done.refs}
    for noted in shown:
        noted.act = next((by_deed[id] for id in noted.deeds if id in by_deed), None)
