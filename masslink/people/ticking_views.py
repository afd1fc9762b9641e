"""Pages about what people of a place did: ticking it for several at once, and all of it over time."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, back_to, fetch, go, page
from masslink.people import deeds_here, noted
from masslink.people.labels import DEEDS, RUNGS
from masslink.people.models import Deed, Person
from masslink.people.numbers import in_words
from masslink.people.panels import names_together
from masslink.people.ticking import Ticked, Ticking, tick
from masslink.people.ticking_forms import TickForm, day_said
from masslink.sites.models import Site
from masslink.sites.panels import who_works_here
from masslink.vault.act import Conflict, OutOfPlace, act

NAMED = 4


@page(MEMBER, methods=("GET",))
def deeds(request: Request, site_id: UUID) -> HttpResponse:
    """The people of a place by rung over time, who moved lately, what was noted last."""
    site = fetch(Site, pk=site_id)
    context = {
        "site": site,
        "here": deeds_here.of(site, request.today),
        "noted": noted.latest(site, request.now),
        "rungs": RUNGS,
        "readers": who_works_here(site).readers,
    }
    return render(request, "people/deeds.html", context)


@page(MEMBER, carries=True)
def ticked(request: Request, site_id: UUID) -> HttpResponse:
    """Who stood with us on Tuesday? One deed of several people, noted at once."""
    site = fetch(Site, pk=site_id)
    posted = request.method == "POST"
    picking = Ticking(
        request.POST if posted else request.GET, site=site, by=request.member, today=request.today
    )
    form = TickForm(request.POST if posted else None, today=request.today, initial=_asked(request))
    if posted and (picking.is_asked or {"all", "open"} & set(request.POST)):
        form.errors.clear()
    elif (
        posted
        and all([picking.is_valid(), form.is_valid()])
        and (answer := _save(request, site, form, picking))
    ):
        return answer
    return render(request, "people/tick.html", {"site": site, "form": form, "picking": picking})


def _asked(request: Request) -> dict[str, Any]:
    """What an address may ask for: `?kind=signed&day=2026-11-03`."""
    named = {name: request.GET[name] for name in ("kind", "day") if name in request.GET}
    return {"once": uuid4(), **named}


@page(MEMBER, methods=("POST",))
def find(request: Request, site_id: UUID) -> HttpResponse:
    """The names that fit, as one types."""
    site = fetch(Site, pk=site_id)
    picking = Ticking(request.POST, site=site, by=request.member, today=request.today)
    return render(request, "people/tick_found.html", {"picking": picking, "beside": picking.picked})


def _save(request: Request, site: Site, form: TickForm, picking: Ticking) -> HttpResponse | None:
    """None where there is something to ask first."""
    once = form.cleaned_data["once"] or uuid4()
    try:
        try:
            done = _write(request, form, picking, once)
        except IntegrityError:  # saved once and undone since: this is said anew
            done = _write(request, form, picking, uuid4())
    except (Conflict, OutOfPlace):
        form.add_error(None, _("Not saved: somebody changed the same thing just now. Press again."))
        return None
    if done.act is None and not Deed.objects.filter(pk=once).exists():
        form.asks_again = True
        form.add_error(None, _said_already(request, form, done))
        return None
    if done.act is None:
        noted_once(request)
    else:
        flash(request, _said(request, form, done), undo=reverse("undo", args=[done.act]))
    return go(back_to(request, reverse("deeds", args=[site.pk])))


def _write(request: Request, form: TickForm, picking: Ticking, once: UUID) -> Ticked:
    filled = form.cleaned_data
    with act("deeds_ticked", at=request.now):
        return tick(
            by=request.member,
            at=request.now,
            persons=picking.taken(at=request.now, kind=filled["kind"], on=filled["on"]),
            kind=filled["kind"],
            on=filled["on"],
            words=filled["words"],
            again=filled["again"],
            once=once,
        )


def _said(request: Request, form: TickForm, done: Ticked) -> str:
    text = _("Noted for %(names)s: %(deed)s.")
    said = text % {"names": _names(done.noted), "deed": DEEDS[form.cleaned_data["kind"]]}
    return f"{said} {_said_already(request, form, done)}" if done.already else said


def _said_already(request: Request, form: TickForm, done: Ticked) -> str:
    text = _("Already noted for %(names)s %(day)s: left as it is.")
    day = day_said(form.cleaned_data["on"], request.today)
    return text % {"names": _names(done.already), "day": day}


def _names(people: list[Person]) -> str:
    names = [person.called.rstrip(".") for person in people[:NAMED]]
    if more := len(people) - len(names):
        names.append(_("%(number)s more") % {"number": in_words(more)})
    return names_together(names)
