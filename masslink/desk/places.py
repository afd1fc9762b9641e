"""Places: the ones somebody has access to, one with its chart, and taking away a unit or a shift."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import flash
from masslink.conversations import divides
from masslink.conversations.models import Observation
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.desk.chart import NOT_AT_ALL, Sum, chart_of, still_here, sums
from masslink.desk.chart_choices import choices_of
from masslink.desk.chart_frame import around
from masslink.ideas.panels import ideas_of_place
from masslink.pairs.panels import pairs_on
from masslink.people import acts
from masslink.people.models import Person
from masslink.sites.models import Shift, Site, Unit
from masslink.sites.panels import who_works_here, who_works_where
from masslink.vault.act import Conflict

LATELY, LEFT, UNREACHED = 5, 12, 12


@page(MEMBER, methods=("GET",))
def places(request: Any) -> HttpResponse:
    sites = list(Site.objects.all())
    known, who = sums(request.today), who_works_where(sites)
    rows = [{"site": site, "knows": known.get(site.pk, Sum()), "who": who[site.pk]} for site in sites]
    return render(request, "desk/places.html", {"rows": rows})


@page(MEMBER, methods=("GET",))
def place(request: Any, site_id: UUID) -> HttpResponse:
    site = fetch(Site, pk=site_id)
    choices = choices_of(request, site)
    chart = chart_of(site, request.today, choices, request.member)
    context = {
        "site": site,
        "knows": chart.sum,
        "unreached": chart.unreached[:UNREACHED],
        "more_unreached": max(len(chart.unreached) - UNREACHED, 0),
        "divides": divides.lately(site),
        "lately": Observation.objects.filter(site=site).select_related("by", "unit")[:LATELY],
        "ideas": ideas_of_place(site, request.today),
        "who": who_works_here(site),
        **around(chart, choices),
        **_left(site, request.today),
    }
    return render(request, "desk/place.html", context)


def _left(site: Site, today: date) -> dict[str, Any]:
    """Who isn't here any more: how many, and the latest of them by name."""
    gone = Person.objects.filter(site=site, until__lte=today)
    shown = gone.exclude(NOT_AT_ALL).only("name", "nickname", "until").order_by("-until", "name")[: LEFT + 1]
    return {"left": shown[:LEFT], "more_left": len(shown) > LEFT}


# --- taking away a part --------------------------------------------------------------------------


@page(MEMBER)
def remove_unit(request: Any, site_id: UUID, unit_id: UUID) -> HttpResponse:
    return _remove(request, fetch(Site, pk=site_id), fetch(Unit, pk=unit_id, site=site_id))


@page(MEMBER)
def remove_shift(request: Any, site_id: UUID, shift_id: UUID) -> HttpResponse:
    return _remove(request, fetch(Site, pk=site_id), fetch(Shift, pk=shift_id, site=site_id))


def _remove(request: Any, site: Site, part: Unit | Shift) -> HttpResponse:
    others: list[Any] = list(type(part)._default_manager.filter(site=site).exclude(pk=part.pk))
    if request.method == "POST" and _removed(request, part, others):
        return go("site-units", site.pk)
    context = {
        "site": site,
        "part": part,
        "is_unit": isinstance(part, Unit),
        "others": others,
        "people": still_here(request.today).filter(**{_column(part): part}).count(),
        "left": Person.objects.filter(**{_column(part): part}, until__lte=request.today).count(),
        "pairs": pairs_on(part, request.today),
    }
    return render(request, "desk/remove_part.html", context)


def _column(part: Unit | Shift) -> str:
    return "unit" if isinstance(part, Unit) else "shift"


def _removed(request: Any, part: Unit | Shift, others: list[Any]) -> bool:
    to = next((other for other in others if other.pk.hex == request.POST.get("to")), None)
    if to is None and request.POST.get("to") != "none":
        flash(request, _("Say first where its people go. Nothing was taken away."), kind="error")
        return False
    name = part.name
    try:
        if isinstance(part, Unit):
            done = acts.remove_unit(by=request.member, at=request.now, unit=part, to=to)
        else:
            done = acts.remove_shift(by=request.member, at=request.now, shift=part, to=to)
    except (Conflict, IntegrityError):
        flash(
            request, _("Somebody else changed this at the same moment. Nothing was taken away."), kind="error"
        )
        return False
    flash(request, _("%(name)s was taken away.") % {"name": name}, undo=reverse("undo", args=[done]))
    return True
