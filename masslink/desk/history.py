"""What was done here: who, when, what; and taking it back while nothing newer stands on it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash
from masslink.core.clock import day_of
from masslink.core.pages import MEMBER, WAITING, back_to, go, number, page
from masslink.decisions import told as decisions
from masslink.desk.telling import Teller
from masslink.gatherings import history as gatherings
from masslink.ideas import history as ideas
from masslink.meetings import told as meetings
from masslink.meetings.minuting import is_adopted_by_now
from masslink.sites.models import Site
from masslink.vault import history
from masslink.vault.act import NEW, Conflict, OutOfPlace
from masslink.vault.history import CantUndo, Done

AT_ONCE = 50
STEPS = {"import_step", "import_undo_step"}
# A key that was given can't be taken back by a click; an import is taken back as a whole, on its own page.
# A caution is taken back on the person's page, by whoever wrote it, and shredded.
STAYS = {"founded", "admitted", "access_given", "undone", "faded", "role_changed"}
STAYS |= {"caution_noted", "caution_confirmed"} | decisions.STAYS | gatherings.STAYS | ideas.STAYS
STAYS |= meetings.STAYS


@dataclass(frozen=True)
class Line:
    id: UUID
    at: datetime
    day: date
    sentence: SafeString
    place: str
    undone: bool
    undo_url: str


@page(MEMBER, methods=("GET",))
def acts(request: Request) -> HttpResponse:
    """Newest first, 50 at a time; `before` is the number of the last one shown."""
    sites = list(Site.objects.all())
    place = _place(request, sites)
    before = number(request.GET.get("before"), 0) or None
    done = history.recent(before=before, limit=AT_ONCE, circle=place.circle if place else None)
    context = {
        "lines": _lines(done, sites, place, request.now),
        "sites": sites if len(sites) > 1 else [],
        "place": place,
        "first_url": _address(place, None) if before else "",
        "next_url": _address(place, done[-1].seq) if len(done) == AT_ONCE else "",
    }
    return render(request, "desk/history.html", context)


def _place(request: HttpRequest, sites: list[Site]) -> Site | None:
    chosen = request.GET.get("place")
    if not chosen:
        return None
    found = [site for site in sites if str(site.pk) == chosen]
    if not found:
        raise Http404
    return found[0]


def _address(place: Site | None, before: int | None) -> str:
    query = {"place": place.pk} if place else {}
    parts = urlencode({**query, "before": before} if before else query)
    return reverse("history") + (f"?{parts}" if parts else "")


def _lines(done: list[Done], sites: list[Site], place: Site | None, now: datetime) -> list[Line]:
    told = _gather_imports(done)
    teller, undone = Teller(told), {d.notes.get("undone") for d in done}
    open_to_undo = history.standing(d for d in told if _may_undo(d, now))
    where = {} if place else {site.circle: site.name for site in sites}
    return [
        Line(
            d.id,
            d.at,
            day_of(d.at),
            teller.tell(d),
            ", ".join(sorted({where[c] for *_r, c in d.records if c in where})),
            d.id.hex in undone,
            reverse("undo", args=[d.id]) if d.id in open_to_undo else "",
        )
        for d in told
    ]


def _may_undo(done: Done, now: datetime) -> bool:
    is_recent = now - done.at < timedelta(days=history.DAYS)
    return is_recent and done.kind not in STAYS and not done.kind.startswith("import")


def _gather_imports(done: list[Done]) -> list[Done]:
    """One line for the many steps in which a list was brought in, or somebody went through people."""
    told: list[Done] = []
    for one in done:
        last = told[-1] if told else None
        if last and one.kind in STEPS and one.kind == last.kind and _import_of(one) == _import_of(last):
            told[-1] = Done(
                last.id, last.seq, last.kind, last.who, last.at, last.records + one.records, last.notes
            )
        elif last and one.kind == last.kind == "stood" and one.who == last.who:
            # Tap after tap: one line, without undo; each view can be taken back where it was said.
            told[-1] = replace(last, records=last.records + one.records, lasting=True)
        else:
            told.append(one)
    return told


def _import_of(done: Done) -> Any:
    return done.notes.get("import") or next((ref.id for ref in done.refs if ref.kind == "import"), None)


@page(WAITING, methods=("POST",))
def undo(request: Request, act_id: UUID) -> HttpResponse:
    done = history.find(act_id)
    if done is None:
        raise Http404
    back = back_to(request, reverse("history"))
    if not _may_undo(done, request.now):
        flash(request, _too_late(done, request.now), kind="error")
        return go(back)
    if is_adopted_by_now(done):
        text = _("Not undone: these minutes are adopted by now. A correction can be added to them.")
        flash(request, text, kind="error")
        return go(back)
    try:
        history.undo(done, at=request.now)
    except (CantUndo, Conflict, OutOfPlace, IntegrityError):
        flash(request, _("Not undone: something newer stands on it. Take that back first."), kind="error")
    else:
        flash(request, _("Undone. It is as it was before."))
        if any(str(ref.id) in back for ref, what, *_rest in done.records if what == NEW):
            back = reverse("history")  # the page of what isn't there any more
    return go(back)


def _too_late(done: Done, now: datetime) -> str:
    if now - done.at >= timedelta(days=history.DAYS):
        return _("Not undone: after 30 days what was before is shredded.")
    if done.kind == "access_given":
        return _("Not undone: what somebody was once let into they may have read.")
    return _("Not undone: this can't be taken back here.")
