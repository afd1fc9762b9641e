"""Pages of one item of an agenda: a new one, said better, taken off, let rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, back_to, fetch, go, page
from masslink.decisions.forms import with_changed
from masslink.decisions.views import SAME_MOMENT, by, once
from masslink.gatherings.models import Gathering
from masslink.meetings import acts, minuting
from masslink.meetings.agenda import Agenda, has_minutes
from masslink.meetings.agenda_views import ADOPTED, do, found
from masslink.meetings.forms import ItemForm
from masslink.meetings.models import MOST_ITEMS, Adoption, AgendaItem, Part
from masslink.meetings.refs import Seen, seen
from masslink.vault.act import Conflict, act


def fetched(agenda_item_id: UUID) -> AgendaItem:
    """The item, or 404: also where its meeting was written down by mistake."""
    items = AgendaItem.objects.filter(gathering__dropped_at=None)
    return fetch(items.select_related("gathering__site", "lead", "by"), pk=agenda_item_id)


@page(MEMBER, carries=True)
def new(request: Request, gathering_id: UUID) -> HttpResponse:
    """Something to talk about."""
    gathering = found(gathering_id)
    form = ItemForm(request.POST or None, members=gathering.members(), initial={"once": uuid4()})
    if request.method == "POST" and form.is_valid():
        there = AgendaItem.objects.filter(gathering=gathering, title=form.cleaned_data["title"]).first()
        if there and all(getattr(there, name) == value for name, value in form.written.items()):
            noted_once(request)
            return go("agenda", gathering.pk)
        if there:  # what belongs to it, who leads it: that isn't dropped in silence
            form.add_error(
                "title", _("This stands on the agenda already. Say it otherwise, or change it there.")
            )
            return _new(request, gathering, form)
        matter: dict[str, Any] = {**form.written, "belongs": Part.NEW}
        try:
            running = once(
                request,
                "agenda_taken_up",
                lambda id: acts.take_up(
                    **by(request), gathering=gathering, matters=[acts.Matter(**matter, id=id)]
                ),
            )
        except acts.TooMany:
            form.add_error(None, _("An agenda holds %(n)d items. Take some off first.") % {"n": MOST_ITEMS})
        except minuting.Adopted:
            form.add_error(None, ADOPTED)
        except Conflict:
            form.add_error(None, SAME_MOMENT)
        else:
            text = _("On the agenda: %(what)s") % {"what": form.cleaned_data["title"][:80]}
            flash(request, text, undo=reverse("undo", args=[running.id]))
            return go("agenda", gathering.pk)
    return _new(request, gathering, form)


def _new(request: Request, gathering: Gathering, form: ItemForm) -> HttpResponse:
    context = {"form": form, "gathering": gathering, "readers": Agenda(request, gathering).readers}
    return render(request, "meetings/item_new.html", context)


@page(MEMBER, carries=True)
def item(request: Request, agenda_item_id: UUID) -> HttpResponse:
    """What it is about, who leads it, how long; what it comes from."""
    one = fetched(agenda_item_id)
    form = ItemForm(request.POST or None, members=one.gathering.members(), initial=ItemForm.as_it_is(one))
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == one.version:
            if answer := _save(request, form, one):
                return answer
        else:
            theirs, form.data = one, with_changed(request.POST, version=one.version)
    return _show(request, one, form, theirs)


def _save(request: Request, form: ItemForm, one: AgendaItem) -> HttpResponse | None:
    try:
        with act("agenda_item_edited", at=request.now) as running:
            acts.edit_item(**by(request), item=one, **form.written)
    except minuting.Adopted:
        form.add_error(None, ADOPTED)
        one.refresh_from_db()
        return None
    except (Conflict, IntegrityError):
        form.add_error(None, SAME_MOMENT)
        one.refresh_from_db()
        return None
    flash(request, _("Changed."), undo=reverse("undo", args=[running.id]))
    return go("agenda", one.gathering_id)


def _show(request: Request, one: AgendaItem, form: ItemForm, theirs: AgendaItem | None) -> HttpResponse:
    origin = seen([one.origin], request.today).get(one.origin, Seen()) if one.origin else Seen()
    before = (
        AgendaItem.objects.filter(pk=one.before).select_related("gathering").first() if one.before else None
    )
    context = {
        "item": one,
        "gathering": one.gathering,
        "form": form,
        "theirs": theirs,
        "origin": origin,
        "before": before,
        "has_minutes": has_minutes(one),
        "adopted": ADOPTED if Adoption.objects.filter(gathering=one.gathering).exists() else "",
        "readers": Agenda(request, one.gathering).readers,
    }
    return render(request, "meetings/item.html", context)


@page(MEMBER, methods=("POST",))
def off(request: Request, agenda_item_id: UUID) -> HttpResponse:
    """Off the agenda; where something was written under it, it stays."""
    one = fetched(agenda_item_id)
    text = _("Taken off the agenda: %(what)s") % {"what": one.title[:80]}
    try:
        return do(
            request,
            "agenda_item_taken_off",
            lambda: acts.take_off(**by(request), item=one),
            reverse("agenda", args=[one.gathering_id]),
            text,
        )
    except acts.HasMinutes:
        flash(request, _("Something was written down under it, so it stays."), kind="error")
        return go("agenda-item", one.pk)


@page(MEMBER, methods=("POST",))
def rest(request: Request, agenda_item_id: UUID) -> HttpResponse:
    """Left over, and it needn't come again. `back` is the agenda on which it waited."""
    items = AgendaItem.objects.select_related("gathering")  # also of a meeting taken off the list
    one = fetch(items, pk=agenda_item_id)
    to = back_to(request, reverse("agenda", args=[one.gathering_id]))
    if one.rested_at or one.talked_at:
        return go(to)
    text = _("Left to rest: %(what)s") % {"what": one.title[:80]}
    return do(request, "agenda_item_rested", lambda: acts.let_rest(**by(request), item=one), to, text)
