"""Pages about something that happened: note it, read it, say it better, all of a place."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.conversations import acts
from masslink.conversations.forms import HappenedForm, ObservationForm
from masslink.conversations.models import Observation
from masslink.core.pages import MEMBER, back_to, fetch, go, number, page
from masslink.people.forms import parts_of
from masslink.people.models import Deed
from masslink.people.picking import HERE, Picking
from masslink.sites.models import Site, Unit
from masslink.sites.panels import who_works_here
from masslink.tasks.forms import with_changed
from masslink.vault.act import Conflict, act

PAGE = 30


@page(MEMBER, carries=True)
def happened(request: Request) -> HttpResponse:
    """Note something that happened, and who stood up."""
    sites = list(Site.objects.all())
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking(data, by=request.member, today=request.today, picks=HERE)
    bound = request.POST if request.method == "POST" else None
    form = HappenedForm(
        bound,
        today=request.today,
        now=request.now,
        sites=sites,
        units=parts_of(sites, Unit) if sites else [],
        initial={"once": uuid4(), **{name: request.GET.get(name, "") for name in ("site", "divides")}},
    )
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif request.method == "POST" and _may_be_saved(form, picking):
        return _save(request, form, picking)
    context = {"form": form, "picking": picking, "back": back_to(request, reverse("today"))}
    return render(request, "conversations/happened.html", context)


def _may_be_saved(form: HappenedForm, picking: Picking) -> bool:
    filled = form.is_valid()
    picking.place = form.site_chosen
    places = {person.site for person in picking.picked}
    if picking.place is None and len(places) == 1:
        picking.place = places.pop()
    picked = picking.is_valid(required=False)
    unit = form.unit_chosen
    if picking.place is None:
        form.add_error("site", _("Where was it?"))
    elif unit and unit.site_id != picking.place.pk:
        form.add_error("unit", _("That unit belongs to another place."))
    elif elsewhere := [p.called for p in picking.picked if p.site_id != picking.place.pk]:
        text = _("%(who)s belongs to another place. Note it there.")
        picking.errors.append(text % {"who": ", ".join(elsewhere)})
        return False
    return filled and picked and form.is_valid()


def _save(request: Request, form: HappenedForm, picking: Picking) -> HttpResponse:
    once = form.cleaned_data["once"] or uuid4()
    saved = Observation.objects.filter(pk=once).first()
    if same := _noted_already(request, form, picking.place):
        noted_once(request)
        return go(back_to(request, reverse("observation", args=[same.pk])))
    try:
        act_id, id = _write(request, form, picking, uuid4() if saved else once)
    except IntegrityError:  # saved once and undone since: this is another note
        act_id, id = _write(request, form, picking, uuid4())
    flash(request, _("Saved."), undo=reverse("undo", args=[act_id]))
    return go(back_to(request, reverse("observation", args=[id])))


def _noted_already(request: Request, form: HappenedForm, site: Site | None) -> Observation | None:
    """The same words of the same place: pressed twice, or sent anew after Back, under another id."""
    recent = Observation.objects.filter(by=request.member, site=site, what=form.cleaned_data["happened"])
    return recent.filter(at__date=form.at.date()).first()


def _write(request: Request, form: HappenedForm, picking: Picking, once: UUID) -> tuple[UUID, UUID]:
    filled: dict[str, Any] = form.cleaned_data
    assert picking.place
    with act("observed", at=request.now) as running:
        observation = acts.note_observation(
            by=request.member,
            at=request.now,
            site=picking.place,
            what=filled["happened"],
            why=filled["why"],
            follows=filled["follows"],
            unit=form.unit_chosen,
            divides=filled["divides"],
            stood_up=picking.persons(at=request.now),
            how_they_stood=filled["how"] or "spoke_up",
            happened_at=form.at,
            next_what=filled["what"],
            next_due=filled["due"],
            id=once,
        )
    return running.id, observation.pk


@page(MEMBER, methods=("GET",))
def observation(request: Request, observation_id: UUID) -> HttpResponse:
    seen = fetch(Observation.objects.select_related("site", "unit", "by"), pk=observation_id)
    stood_up = Deed.objects.filter(origin_kind=Observation.kind, origin_id=seen.pk, person__site=seen.site_id)
    context = {
        "seen": seen,
        "stood_up": [deed for deed in stood_up.select_related("person") if deed.person.reachable],
        "readers": who_works_here(seen.site).readers,
    }
    return render(request, "conversations/observation.html", context)


@page(MEMBER, carries=True)
def edit(request: Request, observation_id: UUID) -> HttpResponse:
    seen = fetch(Observation.objects.select_related("site", "unit"), pk=observation_id)
    units = parts_of([seen.site], Unit)
    form = ObservationForm(request.POST or None, units=units, initial=_as_it_is(seen))
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == seen.version:
            return _save_edit(request, form, seen)
        theirs = seen
        form.data = with_changed(request.POST, version=seen.version)
    return render(request, "conversations/edit.html", {"form": form, "seen": seen, "theirs": theirs})


def _as_it_is(seen: Observation) -> dict[str, Any]:
    fields = {"happened": seen.what, "why": seen.why, "follows": seen.follows, "divides": seen.divides}
    return {**fields, "unit": seen.unit_id or "", "version": seen.version}


def _save_edit(request: Request, form: ObservationForm, seen: Observation) -> HttpResponse:
    filled = form.cleaned_data
    try:
        with act("observation_edited", at=request.now) as running:
            acts.edit_observation(
                by=request.member,
                at=request.now,
                observation=seen,
                what=filled["happened"],
                why=filled["why"],
                follows=filled["follows"],
                divides=filled["divides"],
                unit=Unit.objects.get(pk=filled["unit"]) if filled["unit"] else None,
            )
    except (Conflict, IntegrityError):
        form.add_error(None, _("Somebody changed this at the same moment. Save again to see both."))
        return render(request, "conversations/edit.html", {"form": form, "seen": seen})
    flash(request, _("Changed."), undo=reverse("undo", args=[running.id]))
    return go("observation", seen.pk)


@page(MEMBER, methods=("GET",))
def observations(request: Request, site_id: UUID) -> HttpResponse:
    """What happened at a place, latest first."""
    site = fetch(Site, pk=site_id)
    at = number(request.GET.get("page"))
    found = Observation.objects.filter(site=site).select_related("unit", "by").order_by("-at", "id")
    some = list(found[(at - 1) * PAGE : at * PAGE + 1])
    context = {
        "site": site,
        "observations": some[:PAGE],
        "previous_url": f"?page={at - 1}" if at > 1 else "",
        "next_url": f"?page={at + 1}" if len(some) > PAGE else "",
        "here": request.get_full_path(),
    }
    return render(request, "conversations/observations.html", context)
