"""Pages of minutes: those of one meeting, to read and to print; adopted, corrected; all of them, and found again."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, fetch, go, number, own_id, page, search_or_list
from masslink.decisions.forms import with_changed
from masslink.decisions.views import SAME_MOMENT, by, once
from masslink.gatherings.models import Gathering
from masslink.meetings import minuting
from masslink.meetings.agenda_views import do, found
from masslink.meetings.forms import AdoptForm, CorrectionForm, MinuteForm
from masslink.meetings.minutes import Listed, Minutes, later_meetings, search, with_minutes
from masslink.meetings.models import Adoption, Minute
from masslink.vault.act import Conflict, act

PAGE = 30


@page(MEMBER, methods=("GET",))
def minutes(request: Request, gathering_id: UUID) -> HttpResponse:
    """What was said, decided, agreed on."""
    gathering = found(gathering_id)
    return render(
        request, "meetings/minutes.html", {"minutes": Minutes(request, gathering), "gathering": gathering}
    )


@page(MEMBER)
def all_minutes(request: Request) -> HttpResponse:
    """Of all meetings one may read, the latest first; search by POST."""
    return search_or_list(request, "all-minutes", "meetings/all_minutes", _found, _listed)


def _found(typed: str, request: Request) -> dict[str, Any]:
    return {"found": search(typed), "searched": True}


def _listed(request: Request) -> dict[str, Any]:
    at = number(request.GET.get("page"))
    some = list(with_minutes()[(at - 1) * PAGE : at * PAGE + 1])
    return {
        "rows": [Listed(one) for one in some[:PAGE]],
        "previous_url": f"?page={at - 1}" if at > 1 else "",
        "next_url": f"?page={at + 1}" if len(some) > PAGE else "",
    }


# --- one note ------------------------------------------------------------------------------------------


def _note(minute_id: UUID) -> Minute:
    notes = Minute.objects.filter(gathering__dropped_at=None)
    return fetch(notes.select_related("gathering__site", "by", "edited_by"), pk=minute_id)


@page(MEMBER, carries=True)
def minute(request: Request, minute_id: UUID) -> HttpResponse:
    """Say it better. Where another changed it meanwhile, both are shown."""
    one = _note(minute_id)
    form = MinuteForm(request.POST or None, minute=one)
    if _is_adopted(one.gathering):
        if request.method == "POST":
            return as_correction(
                request, one.gathering, request.POST.get("words", ""), request.POST.get("more", "")
            )
        return go("minutes", one.gathering_id)
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == one.version:
            return _save_note(request, form, one)
        theirs, form.data = one, with_changed(request.POST, version=one.version)
    context = {"form": form, "minute": one, "gathering": one.gathering, "theirs": theirs}
    return render(request, "meetings/minute.html", context)


def _is_adopted(gathering: Gathering) -> bool:
    return Adoption.objects.filter(gathering=gathering).exists()


def _save_note(request: Request, form: MinuteForm, one: Minute) -> HttpResponse:
    words, more = form.cleaned_data["words"], form.cleaned_data.get("more", one.more)
    try:
        with act("minute_edited", at=request.now) as running:
            minuting.edit(**by(request), minute=one, words=words, more=more)
    except minuting.Adopted:
        return as_correction(request, one.gathering, words, form.cleaned_data.get("more", ""))
    except (Conflict, IntegrityError):
        form.add_error(None, SAME_MOMENT)
        one.refresh_from_db()
        return render(
            request, "meetings/minute.html", {"form": form, "minute": one, "gathering": one.gathering}
        )
    flash(request, _("Changed."), undo=reverse("undo", args=[running.id]))
    return go("minutes", one.gathering_id)


@page(MEMBER, methods=("POST",))
def take_out(request: Request, minute_id: UUID) -> HttpResponse:
    """It doesn't belong into the minutes; what was caught with it stays."""
    one = _note(minute_id)
    return do(
        request,
        "minute_taken_out",
        lambda: minuting.take_out(**by(request), minute=one),
        reverse("minutes", args=[one.gathering_id]),
        _("Taken out of the minutes."),
    )


# --- adopted -------------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def adopt(request: Request, gathering_id: UUID) -> HttpResponse:
    """The next meeting finds them right, perhaps with corrections."""
    gathering = found(gathering_id)
    shown = Minutes(request, gathering)
    if shown.adoption:
        return _adopted_already(request, shown)
    if not shown.may_adopt:
        flash(request, _("There are no minutes to adopt yet."), kind="error")
        return go("minutes", gathering.pk)
    later = later_meetings(gathering, request.now)
    then = next((one for one in reversed(later) if one.on == request.today), later[0] if later else None)
    initial = {
        "seen": shown.state,
        "at_gathering": then.pk if then else "",
        "on": then.on if then else request.today,
    }
    form = AdoptForm(request.POST or None, later=later, today=request.today, initial=initial)
    changed = False
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["seen"] == shown.state:
            return _save_adoption(request, form, shown)
        changed, form.data = True, with_changed(request.POST, seen=shown.state)
    context = {"form": form, "minutes": shown, "gathering": gathering, "changed": changed, "later": later}
    return render(request, "meetings/adopt.html", context)


def _save_adoption(request: Request, form: AdoptForm, shown: Minutes) -> HttpResponse:
    filled = {name: form.cleaned_data[name] for name in ("on", "corrections")}
    try:
        with act("minutes_adopted", at=request.now) as running:
            minuting.adopt(**by(request), gathering=shown.gathering, at_gathering=form.meeting, **filled)
    except (minuting.Adopted, Conflict, IntegrityError):
        return _adopted_already(request, Minutes(request, shown.gathering))
    flash(request, _("Adopted."), undo=reverse("undo", args=[running.id]))
    return go("minutes", shown.gathering.pk)


def _adopted_already(request: Request, shown: Minutes) -> HttpResponse:
    """Nothing is adopted twice; what was typed can stand as a correction of its own."""
    typed = request.POST.get("corrections", "")
    if typed.strip() and shown.adoption and typed.strip() != shown.adoption.corrections.strip():
        return as_correction(request, shown.gathering, typed)
    flash(request, _("They are adopted already."))
    return go("minutes", shown.gathering.pk)


def as_correction(request: Request, gathering: Gathering, *typed: str) -> HttpResponse:
    """The minutes were adopted meanwhile: what was typed is kept, and can be added as a correction."""
    words = "\n".join(part for text in typed if (part := text.strip()))
    form = CorrectionForm(initial={"once": uuid4(), "words": words})
    context = {"form": form, "gathering": gathering, "meanwhile": True}
    return render(request, "meetings/correct.html", context)


@page(MEMBER, carries=True)
def correct(request: Request, gathering_id: UUID) -> HttpResponse:
    """Something in adopted minutes isn't right: that is added, with its date."""
    gathering = found(gathering_id)
    form = CorrectionForm(request.POST or None, initial={"once": uuid4()})
    if not _is_adopted(gathering) and request.method == "GET":
        return go("minutes", gathering.pk)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        same = Minute.objects.filter(gathering=gathering, what=Minute.What.CORRECTION, words=words)
        if same.exists() or Minute.objects.filter(pk=own_id(request)).exists():
            noted_once(request)
            return go("minutes", gathering.pk)
        try:
            running = once(
                request,
                "minutes_corrected",
                lambda id: minuting.correct(**by(request), gathering=gathering, words=words, id=id),
            )
        except minuting.NotAdopted:
            form.add_error(None, _("The adoption was taken back: change the minutes themselves."))
        except Conflict:
            form.add_error(None, SAME_MOMENT)
        else:
            flash(request, _("Added to the minutes."), undo=reverse("undo", args=[running.id]))
            return go("minutes", gathering.pk)
    return render(request, "meetings/correct.html", {"form": form, "gathering": gathering})
