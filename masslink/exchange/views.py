"""Bringing a list in, from the file to the last row; taking it back; taking a list out."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from masslink.collective.doors import flash
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.exchange import acts, panels, undoing
from masslink.exchange.forms import BringInForm, TakeOutForm
from masslink.exchange.models import Import, ImportRow
from masslink.exchange.reading import ReadError
from masslink.exchange.taking import Taking, taking_of
from masslink.exchange.taking_out import TYPES, Wanted, take_out
from masslink.sites.models import Site
from masslink.vault.act import Conflict

SHOWN_LISTS, SHOWN_TOUCHED = 50, 50
State = Import.State


@page(MEMBER, methods=("GET",))
def lists(request: Any) -> HttpResponse:
    acts.forget_old(by=request.member, at=request.now)
    brought = list(Import.objects.select_related("site", "by")[:SHOWN_LISTS])
    rows = [{"one": one, "sums": panels.sums(one)} for one in brought]
    return render(request, "exchange/lists.html", {"rows": rows, "sites": list(Site.objects.all())})


@page(MEMBER, carries=True)
def new(request: Any) -> HttpResponse:
    sites = list(Site.objects.all())
    if request.method == "POST":
        sent = int(request.META.get("CONTENT_LENGTH") or 0)
        form = BringInForm(request.POST, request.FILES, sites=sites, sent=sent)
        if form.is_valid() and _read(request, form):
            return go("import", form.cleaned_data["once"])
    else:
        form = BringInForm(sites=sites, site=request.GET.get("site", ""))
    return render(request, "exchange/new.html", {"form": form, "sites": sites})


def _read(request: Any, form: BringInForm) -> bool:
    """Whether there is now a list to go on with; else the form says why not."""
    said = form.cleaned_data
    if Import.objects.filter(pk=said["once"]).exists():  # pressed twice: it is there already
        return True
    try:
        acts.read_list(
            by=request.member,
            at=request.now,
            site=fetch(Site, pk=said["site"]),
            data=said["file"].read(),
            file_name=said["file"].name,
            region=said["region"],
            id=said["once"],
        )
    except ReadError as error:
        form.add_error("file", error.sentence(_))
        return False
    return True


# --- one list --------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def one_list(request: Any, import_id: UUID) -> HttpResponse:
    """The page of a list, whatever it waits for."""
    one = fetch(Import.objects.select_related("site", "by"), pk=import_id)
    if one.state == State.MAPPING:
        return _mapping(request, one)
    if request.method == "POST":  # from a tab that didn't know
        return go("import", import_id)
    if one.is_going:
        return render(request, "exchange/going.html", _progress(one))
    return render(request, f"exchange/{one.state}.html", _finished(one))


def _mapping(request: Any, one: Import) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    taking = taking_of(one, posted)
    if posted is not None and "look" not in posted and not taking.errors:
        return _begin(request, one, taking)
    parts = [] if taking.errors else panels.part_choices(one, taking)
    context = {
        "one": one,
        "taking": taking,
        "errors": taking.errors if posted is not None else [],
        "columns": panels.columns_of(one, taking),
        "parts": parts,
        "preview": panels.preview(one, taking),
        "notes": [note.sentence(_) for note in one.notes],
    }
    template = "exchange/preview.html" if request.htmx else "exchange/mapping.html"
    return render(request, template, context)


def _begin(request: Any, one: Import, taking: Taking) -> HttpResponse:
    try:
        acts.begin(by=request.member, at=request.now, id=one.pk, taking=taking)
    except Conflict:
        flash(request, _("This list is on its way already; what was chosen first counts."), kind="error")
    return go("import", one.pk)


def _progress(one: Import) -> dict[str, Any]:
    back = one.state == State.UNDOING
    done, total = one.way_back if back else (one.cursor, one.rows)
    return {"one": one, "back": back, "done": done, "total": max(total, 1), "sums": panels.sums(one)}


def _finished(one: Import) -> dict[str, Any]:
    rows = ImportRow.objects.filter(source=one.pk)
    return {
        "one": one,
        "sums": panels.sums(one),
        "waiting": rows.filter(state=ImportRow.State.WAITING).count(),
        "offering": rows.filter(state=ImportRow.State.KNOWN, offers__gt=0).count(),
        "wrong": rows.filter(wrong__gt=0).count(),
    }


@page(MEMBER, methods=("POST",), carries=True)
def step(request: Any, import_id: UUID) -> HttpResponse:
    """The next part of the work. Whoever presses, in however many tabs: nothing comes in twice."""
    fetch(Import, pk=import_id)
    try:
        one = _take_step(request, import_id)
    except Import.DoesNotExist:
        raise Http404 from None
    if not request.htmx:
        return go("import", import_id)
    if not one.is_going:
        return HttpResponseClientRedirect(reverse("import", args=[import_id]))
    return render(request, "exchange/work.html", _progress(one))


def _take_step(request: Any, import_id: UUID) -> Import:
    state = Import.objects.get(pk=import_id).state
    take = acts.undo_step if state == State.UNDOING else acts.step
    try:
        return take(by=request.member, at=request.now, id=import_id)
    except Conflict:  # written by somebody else at the same moment: the next press goes on from there
        return Import.objects.select_related("site").get(pk=import_id)


@page(MEMBER, methods=("POST",))
def cancel(request: Any, import_id: UUID) -> HttpResponse:
    fetch(Import, pk=import_id)
    try:
        acts.cancel(by=request.member, at=request.now, id=import_id)
    except Conflict:
        flash(request, _("This list has begun to come in. You can take it back as a whole."), kind="error")
        return go("import", import_id)
    flash(request, _("Nothing was brought in, and the list is shredded here."))
    return go("lists")


@page(MEMBER)
def undo(request: Any, import_id: UUID) -> HttpResponse:
    one = fetch(Import.objects.select_related("site"), pk=import_id)
    if one.state not in (State.RUNNING, State.DONE) or one.forgotten_at:
        return go("import", import_id)
    if request.method == "POST":
        _begin_undo(request, one)
        return go("import", import_id)
    touched = undoing.touched(one)
    context = {
        "one": one,
        "people": undoing.brought(one),
        "touched_count": touched.count(),
        "touched": list(touched.listed()[:SHOWN_TOUCHED]),
    }
    return render(request, "exchange/undo.html", context)


def _begin_undo(request: Any, one: Import) -> None:
    try:
        everybody = bool(request.POST.get("everybody"))
        acts.begin_undo(by=request.member, at=request.now, id=one.pk, everybody=everybody)
    except Conflict:
        flash(request, _("This list is being taken back already."), kind="error")


# --- taking out ------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def export(request: Any) -> HttpResponse:
    sites = list(Site.objects.all())
    chosen = request.POST.get("site") or request.GET.get("site", "")
    site = next((one for one in sites if chosen in (str(one.pk), one.pk.hex)), None)
    if chosen and site is None:
        raise Http404
    site = site or (sites[0] if len(sites) == 1 else None)
    if site is None:
        return render(request, "exchange/export.html", {"sites": sites})
    form = TakeOutForm(request.POST or None, site=site)
    if request.method == "POST" and form.is_valid():
        return _download(request, site, form.cleaned_data)
    return render(request, "exchange/export.html", {"sites": sites, "site": site, "form": form})


def _download(request: Any, site: Site, said: dict[str, Any]) -> HttpResponse:
    wanted = Wanted(
        site,
        tuple(said["fields_out"]),
        said["format"],
        said["unit"],
        said["shift"],
        said["depth"],
        said["unreachable"],
    )
    data = take_out(by=request.member, at=request.now, today=request.today, wanted=wanted)
    return attachment(data, TYPES[wanted.format], f"list.{wanted.format}")


def attachment(data: bytes, kind: str, name: str) -> HttpResponse:
    """A file to be saved, never shown inside a page."""
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
