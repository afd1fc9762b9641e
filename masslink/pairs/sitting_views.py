"""Pages of the two: sitting down with its sheet, what came out of it, their notes."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, as_id, fetch, go, page
from masslink.pairs import acts
from masslink.pairs.forms import TO_DOS, EditSatForm, NoteForm, SitForm
from masslink.pairs.models import Pair, PairWork, Sitting
from masslink.pairs.pair_page import theirs, with_words
from masslink.pairs.panels import said
from masslink.people.calling import called
from masslink.people.models import Person
from masslink.sites.panels import who_works_here
from masslink.tasks.forms import with_changed
from masslink.vault.act import Conflict, act

OFFERED = 40  # people of a pair on the form and on the sheet


def _pair(pair_id: UUID) -> Pair:
    return fetch(Pair.objects.select_related("site", "one", "other"), pk=pair_id)


def _works(pair: Pair) -> list[PairWork]:
    return list(pair.works.select_related("unit", "shift", "person"))


# --- we sat down ---------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def sit(request: Request, pair_id: UUID) -> HttpResponse:
    """When, what came out of it, whom they went through, what they promised: one act."""
    pair = _pair(pair_id)
    people, more = _people(request, pair)
    form = SitForm(
        request.POST or None,
        pair=pair,
        people=people,
        today=request.today,
        initial={"once": uuid4(), "on": request.today},
    )
    same = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if Sitting.objects.filter(pk=said["once"]).exists():
            noted_once(request)
            return go("pair", pair.pk)
        same = pair.sittings.filter(on=said["on"]).select_related("by").first()
        if same is None or said["again"]:
            return _sat(request, pair, form)
    context = {
        "pair": pair,
        "form": form,
        "same": same,
        "more": more,
        "readers": who_works_here(pair.site).readers,
    }
    return render(request, "pairs/sit.html", context)


def _people(request: Request, pair: Pair) -> tuple[list[Person], bool]:
    """Those who are due first, and whoever was ticked already; whether there are more."""
    found = theirs(pair, _works(pair), request.today)
    some = list(found[: OFFERED + 1])
    people, known = some[:OFFERED], {person.pk for person in some[:OFFERED]}
    posted = [
        *request.POST.getlist("persons"),
        *(request.POST.get(f"t{n}-person", "") for n in range(TO_DOS)),
    ]
    wanted = {id for text in posted if (id := as_id(text))} - known
    if wanted:
        people += list(found.filter(pk__in=wanted))
    return people, len(some) > OFFERED


def _sat(request: Request, pair: Pair, form: SitForm) -> HttpResponse:
    said = form.cleaned_data
    what: dict[str, Any] = {
        "by": request.member,
        "at": request.now,
        "pair": pair,
        "on": said["on"],
        "notes": said["notes"],
        "persons": form.gone_through,
        "to_dos": form.promised,
    }
    try:
        act_id = _write(what, said["once"] or uuid4())
    except IntegrityError:  # saved once and undone since: this is another one
        act_id = _write(what, uuid4())
    flash(request, _("Saved: you sat down."), undo=reverse("undo", args=[act_id]))
    return go("pair", pair.pk)


def _write(what: dict[str, Any], once: UUID) -> UUID:
    with act("sat_down", at=what["at"]) as running:
        acts.sat_down(**what, id=once)
    return running.id


@page(MEMBER, methods=("GET",))
def sheet(request: Request, pair_id: UUID) -> HttpResponse:
    """To be printed and written on: their people with last words and room."""
    pair = _pair(pair_id)
    works = _works(pair)
    found = list(theirs(pair, works, request.today)[: OFFERED + 1])
    people = with_words(found[:OFFERED], request.today)
    names = called((one.person.name, one.person.nickname) for one in people)
    context = {
        "pair": pair,
        "what": said(works, request.today),
        "people": list(zip(names, people, strict=True)),
        "more": len(found) > OFFERED,
    }
    return render(request, "pairs/sheet.html", context)


@page(MEMBER, carries=True)
def edit_sitting(request: Request, sitting_id: UUID) -> HttpResponse:
    """What came out of it, said better; what was promised there stands among the to-dos."""
    sitting = fetch(Sitting.objects.select_related("pair__site", "pair__one", "pair__other"), pk=sitting_id)
    initial = {"on": sitting.on, "notes": sitting.notes, "version": sitting.version}
    form = EditSatForm(request.POST or None, today=request.today, initial=initial)
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == sitting.version and (done := _reworded(request, sitting, form)):
            return done
        theirs = fetch(Sitting, pk=sitting_id)
        form.data = with_changed(request.POST, version=theirs.version)
    return render(
        request,
        "pairs/edit_sitting.html",
        {"sitting": sitting, "pair": sitting.pair, "form": form, "theirs": theirs},
    )


def _reworded(request: Request, sitting: Sitting, form: EditSatForm) -> HttpResponse | None:
    on, notes = form.cleaned_data["on"], form.cleaned_data["notes"]
    try:
        done = acts.write_sitting(by=request.member, at=request.now, sitting=sitting, on=on, notes=notes)
    except (Conflict, IntegrityError):
        return None
    flash(request, _("Changed."), undo=reverse("undo", args=[done]))
    return go("pair", sitting.pair_id)


# --- notes of the two ----------------------------------------------------------------------------


@page(MEMBER, carries=True)
def note(request: Request, pair_id: UUID) -> HttpResponse:
    """Two who write at once lose nothing: the second sees both versions."""
    pair = _pair(pair_id)
    form = NoteForm(request.POST or None, initial={"version": pair.version, "note": pair.note})
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == pair.version and (done := _noted(request, pair, form)):
            return done
        theirs = fetch(Pair, pk=pair_id)
        form.data = with_changed(request.POST, version=theirs.version)
    context = {"pair": pair, "form": form, "theirs": theirs, "readers": who_works_here(pair.site).readers}
    return render(request, "pairs/note.html", context)


def _noted(request: Request, pair: Pair, form: NoteForm) -> HttpResponse | None:
    try:
        done = acts.write_note(by=request.member, at=request.now, pair=pair, note=form.cleaned_data["note"])
    except (Conflict, IntegrityError):
        return None
    flash(request, _("Saved."), undo=reverse("undo", args=[done]))
    return go("pair", pair.pk)
