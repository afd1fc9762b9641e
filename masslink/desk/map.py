"""The map of ties of a place, and the same in words: whom we don't reach, who could introduce us, who knows whom."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request
from masslink.core.pages import MEMBER, address, fetch, number, page
from masslink.people.calling import called
from masslink.people.models import Deed
from masslink.people.panels import names_together, without_marks
from masslink.people.ties import drawing, words
from masslink.people.ties.network import Drawn, Network, Someone, by_place, drawn, network
from masslink.people.ties.panels import Way, way_to
from masslink.people.ties.strokes import path
from masslink.sites.models import Site
from masslink.tasks.models import ToDo
from masslink.tasks.panels import Row

ALL_IN_WORDS = 150  # people with ties; of more than these, one group at a time says who knows whom
MANY = 300  # ties; of more than these the lines are drawn finer
WAYS, NAMES, BEGIN = 20, 60, 8


@page(MEMBER, methods=("GET",))
def place_map(request: Request, site_id: UUID) -> HttpResponse:
    """The picture, whom it leads to, and the same in words; with htmx only what is asked about one person."""
    site = fetch(Site, pk=site_id)
    net = network(site, request.today)
    names = dict(zip(net.people, called((p.name, p.nickname) for p in net.people.values()), strict=True))
    map = drawn(net, names)
    who = _who(net, request.GET.get("who", ""))
    asked = {
        "site": site,
        "glance": _glance(request, net, map, who) if who else None,
        "gone": "who" in request.GET,
    }
    if request.htmx:
        return render(request, "people/map_who.html", asked)
    groups = _groups(request, net, map)
    chosen = next((group for group in groups if group.is_current), None)
    context = {
        **asked,
        "heading": _heading(net),
        "picture": _picture(net, map, names, _shown(request, net, chosen, who)) if net.pairs else None,
        "units": _units(request, net),
        "groups": groups,
        "is_big": _is_big(net),
        "begin": [p for p in net.people.values() if p.is_reached][:BEGIN],
        "people": len(net.people),
        **_ways(request, net),
        "alone": _alone(net),
    }
    return render(request, "people/map.html", context)


def _heading(net: Network) -> str:
    ways = sum(bool(net.way_to(one.id)) for one in net.unreached)
    of = len(net.unreached)
    if not net.pairs:
        return _("Nobody has written down yet who knows whom")
    if not of:
        return _("We are in touch with everybody we know of here")
    if not ways:
        return ngettext(
            "No way is known yet to the one we don’t reach",
            "No way is known yet to the %(of)d we don’t reach",
            of,
        ) % {"of": of}
    if ways == of:
        return ngettext(
            "We know a way to the one we don’t reach", "We know a way to all %(of)d we don’t reach", of
        ) % {"of": of}
    return _("We know a way to %(ways)d of the %(of)d we don’t reach") % {"ways": ways, "of": of}


# --- the picture ---------------------------------------------------------------------------------


def _picture(net: Network, map: Drawn, names: dict[UUID, str], shown: list[UUID]) -> dict[str, Any]:
    spots = map.layout.spots
    return {
        "view": drawing.View(map.layout, shown),
        "all": drawing.View(map.layout).box,
        "ground": map.ground,
        "wide": round(map.layout.radius * 3.4),
        "lines": map.lines,
        "many": len(net.pairs) > MANY,
        "symbols": drawing.symbols(map.layout.radius),
        "mark": round(map.layout.radius * 1.2),
        "nodes": drawing.nodes(net, map, names),
        "rings": [drawing.at(spots[id]) for id in shown if len(shown) < len(spots)],
        "ring": round(map.layout.radius * 1.45),
    }


def _shown(request: Request, net: Network, chosen: "Group | None", who: Someone | None) -> list[UUID]:
    """On whom the picture comes closer: one person and those whom they know, a group, a unit."""
    if who:
        return [who.id, *net.known[who.id]]
    if chosen:
        return [one.id for one, _knows in chosen.people]
    unit = request.GET.get("unit", "")
    return [p.id for p in net.people.values() if unit and p.unit and p.unit.hex == unit]


def _units(request: Request, net: Network) -> list[tuple[str, str, bool]]:
    here = {person.unit for person in net.people.values()}
    return [
        (unit.name, unit.pk.hex, request.GET.get("unit") == unit.pk.hex)
        for unit in net.site.units.all()
        if unit.pk in here
    ]


# --- one person ----------------------------------------------------------------------------------


def _who(net: Network, asked: str) -> Someone | None:
    found = (
        [one for one in net.people.values() if one.id.hex.startswith(asked)]
        if len(asked) >= drawing.SHORTEST
        else []
    )
    return found[0] if len(found) == 1 else None


def _glance(request: Request, net: Network, map: Drawn, who: Someone) -> dict[str, Any]:
    """Last words, next step, and the way to them."""
    step = (
        ToDo.objects.filter(person=who.id).open().select_related("member").order_by("due", "added_at").first()
    )
    ties = [(who.id, other) for other in net.known[who.id]]
    return {
        "who": who,
        "where": _where(net, who),
        "words": without_marks(Deed.objects.last_words([who.id]).get(who.id, "")),
        "next": Row(step, request.today) if step else None,
        "way": None if who.is_reached else way_to(net, who.id),
        "knows": _knows(net, who),
        "lit": path(ties, map.layout.spots),
        "at": drawing.at(map.layout.spots[who.id]),
        "url": address("person", who.id),
    }


def _where(net: Network, who: Someone) -> str:
    parts = _parts(net)
    return ", ".join(parts[id] for id in (who.unit, who.shift) if id in parts)


def _parts(net: Network) -> dict[UUID | None, str]:
    """Names of units and shifts."""
    return {
        **dict(net.site.units.values_list("pk", "name")),
        **dict(net.site.shifts.values_list("pk", "name")),
    }


def _knows(net: Network, who: Someone) -> str:
    """`Works beside Tunde and Wei; is a friend of Olu`."""
    by_how: dict[str, list[str]] = {}
    for other, hows in net.known[who.id].items():
        for how in hows:
            by_how.setdefault(how, []).append(net.people[other].called)
    said = [
        words.knows(how, names_together(sorted(by_how[how])), works=net.site.is_workplace)
        for how in words.HOW
        if how in by_how
    ]
    return "; ".join(said)


# --- in words ------------------------------------------------------------------------------------


@dataclass
class Group:
    """People who mostly know each other: what they are called after, and what each knows of whom."""

    number: int
    name: str
    people: list[tuple[Someone, str]] = field(default_factory=list)
    is_current: bool = False
    is_told: bool = True


def _is_big(net: Network) -> bool:
    return len(net.people) - len(net.alone) > ALL_IN_WORDS


def _groups(request: Request, net: Network, map: Drawn) -> list[Group]:
    """The groups by name, and last those with a tie who belong to none."""
    parts = _parts(net)
    grouped = {id for group in map.groups for id in group}
    rest = [id for id in net.people if net.known[id] and id not in grouped]
    named = [(_name(net, group, parts), group) for group in map.groups]
    found: list[Group] = []
    seen, is_big = Counter[str](), _is_big(net)
    for name, ids in [*sorted(named, key=lambda one: one[0]), *([(_("By twos"), rest)] if rest else [])]:
        seen[name] += 1
        group = Group(len(found) + 1, f"{name} ({seen[name]})" if seen[name] > 1 else name)
        group.is_current = request.GET.get("group") == str(group.number)
        group.is_told = group.is_current or not is_big
        group.people = [(net.people[id], _knows(net, net.people[id]) if group.is_told else "") for id in ids]
        found.append(group)
    return found


def _name(net: Network, group: list[UUID], parts: dict[UUID | None, str]) -> str:
    """After the unit and shift that most of them share."""
    found = []
    for part in ("unit", "shift"):
        ids = Counter(getattr(net.people[id], part) for id in group)
        most = sorted(ids.items(), key=lambda one: (-one[1], parts.get(one[0], "")))
        found += [parts[id] for id, count in most[:1] if id in parts and count * 2 > len(group)]
    return ", ".join(found) or _("Mixed")


def _ways(request: Request, net: Network) -> dict[str, Any]:
    """Whom we don't reach, by name: with a way, and without one though somebody knows them."""
    ways = [way for one in net.unreached if (way := way_to(net, one.id))]
    led = {way.id for way in ways}
    at = number(request.GET.get("ways"))
    shown: list[Way] = ways[(at - 1) * WAYS : at * WAYS]
    base = reverse("place-map", args=[net.site.pk])
    return {
        "ways": shown,
        "number_of_ways": len(ways),
        "earlier_ways": f"{base}?ways={at - 1}#ways" if at > 1 else "",
        "more_ways": f"{base}?ways={at + 1}#ways" if len(ways) > at * WAYS else "",
        "no_way": [one for one in net.unreached if one.id not in led and net.known[one.id]][:NAMES],
    }


def _alone(net: Network) -> list[dict[str, Any]]:
    """Of whom nobody knows a tie, place by place."""
    parts = _parts(net)
    alone, rows = {one.id for one in net.alone}, dict[str, list[Someone]]()
    for id in by_place(net):
        if id in alone:
            rows.setdefault(parts.get(net.people[id].unit, ""), []).append(net.people[id])
    return [
        {"where": where or _("No unit yet"), "people": them[:NAMES], "more": max(len(them) - NAMES, 0)}
        for where, them in sorted(rows.items(), key=lambda row: (not row[0], row[0]))
    ]
