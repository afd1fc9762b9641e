"""The page one holds in the hand while a meeting runs: the item now, a box to write in, what is next."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, as_id, go, own_id, page
from masslink.decisions.views import SAME_MOMENT, by, once
from masslink.gatherings.models import Gathering
from masslink.meetings import acts, minuting
from masslink.meetings.agenda_views import called_off, do, found
from masslink.meetings.catching_views import CATCHES, catch
from masslink.meetings.forms import NoteForm
from masslink.meetings.minutes import Minutes
from masslink.meetings.minutes_views import as_correction
from masslink.meetings.models import AgendaItem, Minute
from masslink.vault.act import Conflict


def here(gathering: Gathering, item: AgendaItem | None = None) -> str:
    """The page of the meeting: at one item, or wherever it is."""
    url = reverse("meeting", args=[gathering.pk])
    return f"{url}?{urlencode({'item': item.pk})}" if item else url


@page(MEMBER, carries=True)
def meeting(request: Request, gathering_id: UUID) -> HttpResponse:
    """What we talk about now. What is typed is saved under the item it was typed for, wherever the meeting is."""
    gathering = found(gathering_id)
    if off := called_off(request, gathering):
        return off
    shown = Minutes(request, gathering)
    if request.method == "POST":
        return _write(request, shown)
    if shown.adoption:
        return go("minutes", gathering.pk)
    return _show(request, shown, _item(shown, request.GET.get("item")), NoteForm(initial={"once": uuid4()}))


def _item(shown: Minutes, asked: str | None) -> AgendaItem | None:
    """The item that is asked for, or the one the meeting is at, or the first that wasn't talked about."""
    by_id = {item.pk: item for item in shown.items}
    now = shown.meeting.now if shown.meeting else None
    first = next((item for item in shown.items if item.talked_at is None), None)
    return by_id.get(as_id(asked) or UUID(int=0)) or by_id.get(now or UUID(int=0)) or first


def _show(request: Request, shown: Minutes, item: AgendaItem | None, form: NoteForm) -> HttpResponse:
    row = next((row for row in shown.rows if item and row.item.pk == item.pk), None)
    now = next((row for row in shown.rows if row.is_now), None)
    left = [one for one in shown.rows if one.item.talked_at is None and one is not row]
    later = [one for one in left if row is None or one.number > row.number]
    context = {
        "agenda": shown,
        "gathering": shown.gathering,
        "form": form,
        "row": row,
        "now": now if now is not row else None,
        "next": next(iter([*later, *left]), None),
        "goes_on": bool(shown.meeting and shown.meeting.goes_on),
        "written": [one for one in shown.notes if one.minute.item == (item.pk if item else None)],
    }
    return render(request, "meetings/meeting.html", context)


def _write(request: Request, shown: Minutes) -> HttpResponse:
    """Save what was typed, and go on where that was tapped; or take it along to a decision, a to-do, an idea."""
    typed = as_id(request.POST.get("item"))
    item = next((one for one in shown.items if one.pk == typed), None)
    if shown.adoption:
        return as_correction(request, shown.gathering, request.POST.get("words", ""))
    if (kind := request.POST.get("catch", "")) in CATCHES:
        return catch(request, shown.gathering, kind, item, request.POST.get("words", ""))
    if "kept" in request.POST:  # nothing was caught after all
        return _show(request, shown, item, NoteForm(initial={**request.POST.dict(), "once": uuid4()}))
    goes_on, form = "next" in request.POST, NoteForm(request.POST)
    if goes_on and not request.POST.get("words", "").strip():
        return _next(request, shown.gathering, item)
    if not form.is_valid():
        return _show(request, shown, item, form)
    words = form.cleaned_data["words"]
    if _is_there(request, shown, item, words):
        noted_once(request)
        return go(here(shown.gathering, item))
    return _save(request, shown, item, form, goes_on=goes_on)


def _is_there(request: Request, shown: Minutes, item: AgendaItem | None, words: str) -> bool:
    """Pressed twice, or sent anew after Back."""
    same = Minute.objects.filter(gathering=shown.gathering, by=request.member, words=words)
    pressed = Minute.objects.filter(pk=own_id(request)).exists()
    return pressed or same.filter(item=item.pk if item else None, what=Minute.What.NOTE).exists()


def _save(
    request: Request, shown: Minutes, item: AgendaItem | None, form: NoteForm, *, goes_on: bool
) -> HttpResponse:
    gathering = shown.gathering

    def write(id: UUID) -> None:
        words = form.cleaned_data["words"]
        minuting.write(**by(request), gathering=gathering, item=item, words=words, id=id)
        if goes_on:
            acts.go_on(**by(request), gathering=gathering, item=item)

    try:
        running = once(request, "minute_written", write)
    except minuting.Adopted:
        return as_correction(request, gathering, form.cleaned_data["words"])
    except (Conflict, IntegrityError):
        form.add_error(None, SAME_MOMENT)
        return _show(request, shown, item, form)
    gone = item is None and bool(as_id(request.POST.get("item")))
    said = (
        _("Noted. The item isn’t on the agenda any more, so it stands under none.") if gone else _("Noted.")
    )
    flash(request, said, undo=reverse("undo", args=[running.id]))
    return go(here(gathering, None if goes_on else item))


def _next(request: Request, gathering: Gathering, item: AgendaItem | None) -> HttpResponse:
    text = _("Talked through: %(what)s") % {"what": item.title[:80]} if item else _("The meeting has begun.")
    kind = "meeting_went_on" if item else "meeting_begun"

    def change() -> Any:
        if item is None:
            return acts.begin(**by(request), gathering=gathering)
        return acts.go_on(**by(request), gathering=gathering, item=item)

    return do(request, kind, change, here(gathering), text)


@page(MEMBER, methods=("POST",))
def go_on(request: Request, gathering_id: UUID) -> HttpResponse:
    """The meeting begins, or turns to another item than the next."""
    gathering = found(gathering_id)
    if off := called_off(request, gathering):
        return off
    asked = as_id(request.POST.get("item"))
    item = AgendaItem.objects.filter(gathering=gathering, pk=asked).first() if asked else None
    if item is None:
        return _next(request, gathering, None)
    text = _("Now: %(what)s") % {"what": item.title[:80]}
    return do(
        request,
        "meeting_turned",
        lambda: acts.turn_to(**by(request), gathering=gathering, item=item),
        here(gathering),
        text,
    )


@page(MEMBER, methods=("POST",))
def end(request: Request, gathering_id: UUID) -> HttpResponse:
    """The meeting is over."""
    gathering = found(gathering_id)
    if off := called_off(request, gathering):
        return off
    return do(
        request,
        "meeting_ended",
        lambda: acts.end(**by(request), gathering=gathering),
        reverse("minutes", args=[gathering.pk]),
        _("The meeting is over. What it didn’t come to waits for the next."),
    )
