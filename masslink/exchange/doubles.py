"""Likely doubles of a place: who looks like somebody else there, by what they share or a name much alike."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from masslink.core.pages import MEMBER, fetch, number, page
from masslink.exchange.acquainted import known_at, mark
from masslink.exchange.matching import Index, Match
from masslink.exchange.panels import REASONS
from masslink.people.models import Person
from masslink.people.records import Apart
from masslink.sites.models import Site
from masslink.vault.workspace import current

ON_A_PAGE, AT_MOST = 20, 2000
_KEPT = "doubles"
Two = tuple[UUID, UUID]


@dataclass(frozen=True)
class Pair:
    """Two entries that look alike, and why."""

    one: Person
    other: Person
    why: str


@page(MEMBER, methods=("GET",))
def doubles(request: Any, site_id: UUID) -> HttpResponse:
    """The surest first, as nobody has answered them yet."""
    site, at = fetch(Site, pk=site_id), number(request.GET.get("page"))
    found = _open_ones(site)
    shown = found[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]
    context = {
        "site": site,
        "pairs": _pairs(shown),
        "number": len(found),
        "previous_url": f"?page={at - 1}" if at > 1 else "",
        "next_url": f"?page={at + 1}" if len(found) > at * ON_A_PAGE else "",
        "here": request.get_full_path(),
    }
    return render(request, "exchange/doubles.html", context)


def _open_ones(site: Site) -> list[tuple[Two, Match]]:
    apart = {one.two for one in Apart.objects.filter(person__site=site)}
    silent = set(Person.objects.filter(site=site, reach=Person.Reach.NOT_AT_ALL).values_list("pk", flat=True))
    return [
        (two, match)
        for two, match in _alike(site)
        if frozenset(two) not in apart and not silent.issuperset(two)
    ]


def _alike(site: Site) -> list[tuple[Two, Match]]:
    """Looked for once, until somebody changes anybody: everybody is held against those before them."""
    kept, now = current().kept, (site.pk, mark())
    known = kept.get(_KEPT)
    if known is None or known[0] != now:
        index, found = Index(), list[tuple[Two, Match]]()
        for person in known_at(site.pk):
            if (match := index.find(person)) and len(found) < AT_MOST:
                found.append(((UUID(person.id), UUID(match.id)), match))
            index.add(person)
        found.sort(key=lambda one: (one[1].kind != "same", -one[1].score))
        known = kept[_KEPT] = (now, found)
    pairs: list[tuple[Two, Match]] = known[1]
    return pairs


def _pairs(found: list[tuple[Two, Match]]) -> list[Pair]:
    ids = {id for two, _match in found for id in two}
    people = Person.objects.select_related("unit", "shift").in_bulk(list(ids))
    return [
        Pair(people[one], people[other], _why(match))
        for (one, other), match in found
        if one in people and other in people
    ]


def _why(match: Match) -> str:
    return ", ".join(str(REASONS[r]) for r in match.reasons if r in REASONS) or _("a name much alike")
