"""Filters of the list of people: by place, unit, shift, depth, freshness. In addresses: ids and numbers."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import QueryDict

from masslink.people import links
from masslink.people.models import LinkState, LinkStateQuerySet, Person, PersonQuerySet

_FEW = 1500  # so many are quicker to sort by name than to meet on a walk through all names


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; empty fields ask for nothing."""

    place: str = ""
    unit: str = ""
    shift: str = ""
    depth: str = ""
    fresh: str = ""
    left: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """From an address; what makes no sense is left out."""
        depth, fresh = query.get("depth", ""), query.get("fresh", "")
        place = _id(query.get("place"))
        return cls(
            place=place,
            unit=_id(query.get("unit")) if place else "",
            shift=_id(query.get("shift")) if place else "",
            depth=depth if depth in {str(rung) for rung in range(len(links.RUNG_NAMES))} else "",
            fresh=fresh if fresh in links.FRESHNESS_COMPARISONS else "",
            left="1" if query.get("left") else "",
        )

    def __bool__(self) -> bool:
        return bool(self.query)

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, value in self.__dict__.items() if value}

    def address(self, base: str, **more: Any) -> str:
        query = urlencode({**self.query, **more})
        return f"{base}?{query}" if query else base

    def with_(self, **changes: str) -> "Filters":
        return replace(self, **changes)

    def persons(self, today: date) -> PersonQuerySet:
        found = Person.objects.listed()
        if not self.left:
            found = found.here(today)
        parts = {"site": self.place, "unit": self.unit, "shift": self.shift}
        found = found.filter(**{name: value for name, value in parts.items() if value})
        return self._by_link(found, today) if self.depth or self.fresh else found

    def _by_link(self, found: PersonQuerySet, today: date) -> PersonQuerySet:
        if self.depth == "0" and not self.fresh:
            linked = LinkState.objects.filter(person=OuterRef("pk")).at_some_depth(today)
            return found.filter(~Exists(linked))
        states = LinkState.objects.all()
        if self.fresh:
            states = states.in_freshness(self.fresh, today)
        if self.depth:
            states = states.at_depth(int(self.depth), today)
        if self._few(states):
            return found.filter(pk__in=states.values("pk"))
        return found.filter(Exists(states.filter(person=OuterRef("pk"))))

    def _few(self, states: LinkStateQuerySet) -> bool:
        return not self.place and states.values("pk")[:_FEW].count() < _FEW


def _id(text: str | None) -> str:
    try:
        return str(UUID(text or ""))
    except ValueError:
        return ""
