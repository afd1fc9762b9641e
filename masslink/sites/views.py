"""Opening a place, changing what it is made of, giving access to it."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import flash
from masslink.core.pages import COORDINATOR, MEMBER, fetch, go, page
from masslink.sites import acts
from masslink.sites.arranging import arrangement
from masslink.sites.forms import EditForm, SiteForm
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.act import Conflict


@page(COORDINATOR, carries=True)
def new(request: Any) -> HttpResponse:
    form = SiteForm(request.POST or None, initial={"once": uuid4()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not Site.objects.filter(pk=said["once"]).exists():  # pressed twice: it is there already
            _open(request, said)
        return go("names", said["once"])
    return render(request, "sites/new.html", {"form": form})


def _open(request: Any, said: dict[str, Any]) -> None:
    site = acts.open_site(
        by=request.member,
        at=request.now,
        id=said["once"],
        kind=said["site_kind"],
        name=said["name"],
        note=said["note"],
        units=said["units"],
        shifts=said["shifts"],
    )
    flash(request, _("%(place)s is open. So far only you have access.") % {"place": site.name})


@page(MEMBER, carries=True)
def edit(request: Any, site_id: UUID) -> HttpResponse:
    site = fetch(Site, pk=site_id)
    posted = request.POST.copy() if request.method == "POST" else None
    form = EditForm(posted, initial=_shown(site))
    theirs = None
    if posted is not None and form.is_valid():
        if _edited(request, site, form.cleaned_data):
            return go("place", site_id)
        theirs = fetch(Site, pk=site_id)
        form = EditForm({**posted.dict(), "version": theirs.version})
    return render(request, "sites/edit.html", {"site": theirs or site, "form": form, "theirs": theirs})


def _shown(site: Site) -> dict[str, Any]:
    return {"version": site.version, "site_kind": site.site_kind, "name": site.name, "note": site.note}


def _edited(request: Any, site: Site, said: dict[str, Any]) -> bool:
    """False when somebody changed the place since the form was opened; then nothing is written."""
    if said["version"] != site.version:
        return False
    kind, name, note = said["site_kind"], said["name"], said["note"]
    try:
        done = acts.edit_site(by=request.member, at=request.now, site=site, name=name, note=note, kind=kind)
    except (Conflict, IntegrityError):
        return False
    flash(request, _("Saved."), undo=reverse("undo", args=[done]))
    return True


# --- units, shifts, head counts ------------------------------------------------------------------


@page(MEMBER, carries=True)
def units(request: Any, site_id: UUID) -> HttpResponse:
    site = fetch(Site, pk=site_id)
    posted = request.POST if request.method == "POST" else None
    parts = arrangement(site, posted)
    if posted is not None and parts.ok:
        try:
            _arrange(request, site, parts, _to_move(site, posted))
            return go("site-units", site_id)
        except (Conflict, IntegrityError):
            parts = arrangement(fetch(Site, pk=site_id), posted)
            parts.errors.append(_("Somebody else changed this at the same moment. Save again."))
    return render(request, "sites/units.html", {"site": site, "parts": parts, "times": Shift.Time.choices})


def _to_move(site: Site, posted: Any) -> Unit | Shift | None:
    pressed = posted.get("up", "")
    found: list[Unit | Shift] = [*site.units.all(), *site.shifts.all()]
    return next((part for part in found if part.pk.hex == pressed), None)


def _arrange(request: Any, site: Site, parts: Any, up: Unit | Shift | None) -> None:
    if not parts.changes and not up:
        return
    done = acts.arrange(
        by=request.member,
        at=request.now,
        site=site,
        names=parts.names,
        times=parts.new_times,
        units=parts.new_units,
        shifts=parts.new_shifts,
        counts=parts.counts,
        up=up,
    )
    flash(request, _("Saved."), undo=reverse("undo", args=[done]))
