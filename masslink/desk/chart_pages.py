"""What opens when one taps the chart: a person's sheet, a cell with its head count; moving people to another one.

Each is a page of its own; where scripts run, the chart shows it in a sheet above itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request, flash
from masslink.core.pages import MEMBER, back_to, fetch, go, own_path, page
from masslink.desk.chart import Cell, cell_of, you_know
from masslink.desk.chart_choices import NONE, SiteParts, choices_of, part_by, part_key
from masslink.desk.chart_layout import cell_tiles
from masslink.desk.chart_scales import Level, Scale
from masslink.people import acts, links, panels
from masslink.people.labels import RUNGS
from masslink.people.models import LinkState, Person
from masslink.people.records import Merged
from masslink.sites.acts import set_head_count
from masslink.sites.arranging import MOST_PEOPLE
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.tasks.panels import Row
from masslink.vault.act import Conflict, act

PROMISES = 3
Where = tuple[Unit | None, Shift | None]


def _where_from(request: Request, site: Site) -> str:
    """The page that stands below the sheet, to come back to: the chart, as it was narrowed down."""
    chart = reverse("place", args=[site.pk])
    below = request.htmx.current_url_abs_path if request.htmx else None
    if not below:
        came_from = urlsplit(request.headers.get("Referer", ""))
        below = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    return below if own_path(below) and urlsplit(below).path == chart else chart


def _shown(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """As a sheet above the chart, whose address stays in the bar; or as a page."""
    frame = "desk/sheet.html" if request.htmx and request.method == "GET" else "base.html"
    response = render(request, template, {**context, "frame": frame})
    response.headers["HX-Push-Url"] = "false"
    return response


# --- one person ----------------------------------------------------------------------------------


@page(MEMBER, methods=("GET",))
def person_here(request: Request, person_id: UUID) -> HttpResponse:
    """A person in short: last words, what is next, and what one may want to do now."""
    found = Person.objects.select_related("site", "unit", "shift", "state").filter(pk=person_id).first()
    if found is None:
        return go("person-here", _joined_with(person_id))
    parts = SiteParts.of(found.site, request.today)
    scale = parts.scale(choices_of(request, found.site), request.member)
    context = {
        "person": found,
        "site": found.site,
        **_where_to(parts, (found.unit, found.shift)),
        "where": Cell(unit=found.unit, shift=found.shift),
        "back": back_to(request, _where_from(request, found.site)),
        "stands": None if found.member_id or not scale.question else _stands(scale, found.pk),
        **_link(found, request),
        **_last(found, request.today),
    }
    return _shown(request, "desk/person_here.html", context)


def _joined_with(person_id: UUID) -> UUID:
    if joined := Merged.objects.now(person_id):
        return joined
    raise Http404


def _stands(scale: Scale, person: UUID) -> tuple[Scale, Level, bool]:
    return scale, scale.codes[scale.code_of(person, 0)], scale.differ(person)


def _link(found: Person, request: Request) -> dict[str, Any]:
    state: LinkState | None = getattr(found, "state", None)
    depth = state.depth(request.today) if state else links.LISTED
    taken_on = list(found.links.filter(until=None).select_related("member"))
    return {
        "depth": depth,
        "rung": RUNGS[depth],
        "only_came": state is not None and links.came_not_talked(state.evidence, request.today),
        "freshness": panels.freshness(state, request.today),
        "seen_to_by": panels.who_sees_to_it(taken_on, request.member),
    }


def _last(found: Person, today: date) -> dict[str, Any]:
    spoken = found.deeds.said().select_related("by").first()
    promised = found.to_dos.open().select_related("member")[:PROMISES]
    return {
        "spoken": spoken,
        "said": panels.without_marks(spoken.words) if spoken else "",
        "promised": [Row(todo, today) for todo in promised],
    }


# --- one cell ------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def cell(request: Request, site_id: UUID) -> HttpResponse:
    """Everybody of a unit on a shift, and how many they are."""
    site = fetch(Site, pk=site_id)
    parts = SiteParts.of(site, request.today)
    unit, shift = _asked(request, parts)
    back = back_to(request, _where_from(request, site))
    error = ""
    if request.method == "POST" and unit:
        error = _counted(request, unit, shift)
        if not error:
            return redirect(back)
    scale = parts.scale(choices_of(request, site), request.member)
    found = cell_of(unit, shift, site, request.today, scale)
    context = {
        "site": site,
        "cell": found,
        "knows": you_know(found.known, found.total, counted=found.number is not None),
        "tiles": cell_tiles(found, scale),
        "whole_unit": bool(unit and parts.shifts and not shift),
        "number": request.POST.get("number", found.said if found.said is not None else ""),
        "error": error,
        "back": back,
    }
    return _shown(request, "desk/cell.html", context)


def _asked(request: Request, parts: SiteParts) -> Where:
    """The cell that the address names; a unit or shift that was removed meanwhile isn't there."""
    try:
        return _where(request.GET.get("cell") or request.POST.get("cell") or "0.0", parts)
    except LookupError:
        raise Http404 from None


def _where(key: str, parts: SiteParts) -> Where:
    unit, _dot, shift = key.partition(".")
    return part_by(unit or "0", parts.units), part_by(shift or "0", parts.shifts)


def _counted(request: Request, unit: Unit, shift: Shift | None) -> str:
    """Note how many there are; returns what speaks against it."""
    typed, was = request.POST.get("number", "").strip(), request.POST.get("was", "")
    if typed and not (typed.isascii() and typed.isdecimal() and int(typed[:9]) <= MOST_PEOPLE):
        return _("Not saved: a whole number, or nothing where you don't know.")
    known = HeadCount.objects.filter(unit=unit, shift=shift).first()
    now = str(known.number) if known else ""
    if now == (str(int(typed)) if typed else ""):
        return ""
    if now != was:
        return _("Not saved: somebody wrote “%(theirs)s” here meanwhile. Save again to keep yours.") % {
            "theirs": now or _("nothing")
        }
    try:
        with act("head_count_set", at=request.now) as running:
            number = int(typed) if typed else None
            set_head_count(by=request.member, at=request.now, unit=unit, shift=shift, number=number)
    except (Conflict, IntegrityError):
        return _("Not saved: somebody else changed this at the same moment. Save again.")
    flash(request, _("Saved."), undo=reverse("undo", args=[running.id]))
    return ""


# --- moving --------------------------------------------------------------------------------------


@dataclass
class Moving:
    """Who is to be moved, from where, to where; `error` says what speaks against it."""

    ids: list[UUID]
    was: Where | None
    to: Where | None
    error: str = ""


@page(MEMBER, carries=True)
def move(request: Request, site_id: UUID) -> HttpResponse:
    """People of one cell to another one: ticked on this page, from a person's sheet, or dragged on the chart."""
    site = fetch(Site, pk=site_id)
    parts = SiteParts.of(site, request.today)
    back = back_to(request, _where_from(request, site))
    error = ""
    if request.method == "POST":
        error = _moved(request, site, parts)
        if not error or "ticking" not in request.POST:
            if error:
                flash(request, error, kind="error")
            return redirect(back)
    return _ticking(request, site, parts, error, back)


def _moved(request: Request, site: Site, parts: SiteParts) -> str:
    """Move them; returns what speaks against it. Then nobody was moved."""
    to = _target(request, parts)
    if to is None:
        return _("Nobody was moved: that unit or shift isn't there any more.")
    ids = list(dict.fromkeys(_ids(request.POST.getlist("person"))))
    try:
        was = _where(request.POST.get("was", ""), parts)
        if "everybody" in request.POST:
            ids = _everybody(request, site, was)
        if not ids:
            return _("Nobody was moved: tick whom to move.")
        if was == to:
            return _("Nobody was moved: choose where to.")
        done = acts.move_within(by=request.member, at=request.now, site=site, persons=ids, was=was, to=to)
    except (LookupError, Conflict, IntegrityError):
        return _elsewhere(site, ids)
    flash(request, _stand_now(ids, to), undo=reverse("undo", args=[done]))
    return ""


def _everybody(request: Request, site: Site, was: Where) -> list[UUID]:
    """All of a cell, if they are still as many as were shown. Raises Conflict."""
    tiles = cell_of(*was, site, request.today).tiles
    if str(len(tiles)) != request.POST["everybody"]:
        raise Conflict
    return [tile.id for tile in tiles]


def _ids(texts: Iterable[str]) -> Iterable[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue


def _target(request: Request, parts: SiteParts) -> Where | None:
    posted = request.POST
    key = posted.get("to") or f"{posted.get('to_unit', '')}.{posted.get('to_shift', '')}"
    try:
        return _where(key, parts)
    except LookupError:
        return None


def _stand_now(ids: list[UUID], to: Where) -> str:
    where = Cell(unit=to[0], shift=to[1]).where
    if len(ids) == 1:
        who = Person.objects.get(pk=ids[0]).shown
        return _("%(name)s stands in %(where)s now.") % {"name": who, "where": where}
    return ngettext(
        "%(n)d person stands in %(where)s now.", "%(n)d people stand in %(where)s now.", len(ids)
    ) % {
        "n": len(ids),
        "where": where,
    }


def _elsewhere(site: Site, ids: list[UUID]) -> str:
    """Somebody was quicker: where they stand by now."""
    if len(ids) != 1:
        return _("Nobody was moved: some of them don't stand there any more. Here is how it is now.")
    now = Person.objects.select_related("unit", "shift").filter(pk=ids[0], site=site).first()
    if now is None:
        return _("Nobody was moved: they aren't at this place any more.")
    return _("Not moved: somebody else changed it meanwhile. %(name)s stands in %(where)s now.") % {
        "name": now.shown,
        "where": Cell(unit=now.unit, shift=now.shift).where,
    }


def _where_to(parts: SiteParts, now: Where, posted: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The two lists to choose from; what was chosen before stays chosen."""
    chosen = posted or {}
    return {
        "parts": parts,
        "to": (chosen.get("to_unit", part_key(now[0])), chosen.get("to_shift", part_key(now[1]))),
        "unit_options": [*((part_key(unit), unit.name) for unit in parts.units), (NONE, _("No unit yet"))],
        "shift_options": [
            *((part_key(shift), shift.name) for shift in parts.shifts),
            (NONE, _("No shift yet")),
        ],
    }


def _ticking(request: Request, site: Site, parts: SiteParts, error: str, back: str) -> HttpResponse:
    """The page on which several are ticked; what was ticked stays ticked."""
    try:
        unit, shift = _where(request.GET.get("cell") or request.POST.get("was") or "0.0", parts)
    except LookupError:
        flash(request, _("That unit or shift isn't there any more. Here is how it is now."), kind="error")
        return redirect(back)
    here = cell_of(unit, shift, site, request.today)
    ticked = set(_ids(request.POST.getlist("person")))
    context = {
        "site": site,
        **_where_to(parts, (unit, shift), request.POST),
        "cell": here,
        "rows": [
            (tile, tile.id in ticked) for tile in sorted(here.tiles, key=lambda tile: tile.name.casefold())
        ],
        "error": error,
        "back": back,
    }
    return render(request, "desk/move_within.html", context)
