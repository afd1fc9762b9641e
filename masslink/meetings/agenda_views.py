"""Pages of an agenda: what stands on it, what waits to come on it, and its order."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from masslink.collective.doors import Request, flash
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, as_id, fetch, go, page
from masslink.decisions.views import by
from masslink.gatherings.models import Gathering
from masslink.meetings import acts, minuting
from masslink.meetings.agenda import Agenda
from masslink.meetings.models import MOST_ITEMS, AgendaItem
from masslink.vault.act import Conflict, act

ADOPTED = gettext_lazy(
    "The minutes of this meeting are adopted: nothing in them or on the agenda is changed."
)


def found(gathering_id: UUID) -> Gathering:
    """The gathering, or 404: also where it was written down by mistake."""
    return fetch(Gathering.objects.kept().select_related("site"), pk=gathering_id)


def called_off(request: Request, gathering: Gathering) -> HttpResponse | None:
    """No minutes of what doesn't take place: an old form says so, with what was typed."""
    if gathering.takes_place:
        return None
    text = _("It was called off. If you meet all the same, say so first on its page.")
    return not_saved(request, text, address("gathering", gathering.pk), ("words", "what", "how"))


def do(
    request: Request, kind: str, change: Callable[[], object], to: str, text: str | Callable[[], str]
) -> HttpResponse:
    """One change of an agenda, with its undo in the flash."""
    try:
        with act(kind, at=request.now) as running:
            change()
    except acts.TooMany:
        flash(
            request, _("An agenda holds %(n)d items. Take some off first.") % {"n": MOST_ITEMS}, kind="error"
        )
        return go(to)
    except minuting.Adopted:
        flash(request, str(ADOPTED), kind="error")
        return go(to)
    except (Conflict, IntegrityError):
        flash(request, _("Somebody else changed this a moment ago. Look again."), kind="error")
        return go(to)
    said = text() if callable(text) else text
    flash(request, said, undo=reverse("undo", args=[running.id]) if running.changes else "")
    return go(to)


@page(MEMBER, carries=True)
def agenda(request: Request, gathering_id: UUID) -> HttpResponse:
    """What we talk about. A tap on what waits takes it up."""
    gathering = found(gathering_id)
    shown = Agenda(request, gathering)
    if request.method == "POST":
        return _take(request, shown)
    return render(request, "meetings/agenda.html", {"agenda": shown, "gathering": gathering})


def _take(request: Request, shown: Agenda) -> HttpResponse:
    """What was tapped, or all; what doesn't wait any more somebody else took up, or it is settled."""
    wanted, everything = set(request.POST.getlist("take")), "all" in request.POST
    rows = [row for group in shown.groups for row in group.rows]
    chosen = [row.matter for row in rows if everything or row.key in wanted]
    here = reverse("agenda", args=[shown.gathering.pk])
    if not chosen:
        flash(request, _("Nothing taken up: it stands on the agenda already, or is settled."))
        return go(here)
    taken: list[AgendaItem] = []

    def take() -> None:
        taken.extend(acts.take_up(**by(request), gathering=shown.gathering, matters=chosen))

    def said() -> str:
        if len(taken) == 1:
            return _("On the agenda: %(what)s") % {"what": taken[0].title[:80]}
        return ngettext("%(n)d item taken up.", "%(n)d items taken up.", len(taken)) % {"n": len(taken)}

    return do(request, "agenda_taken_up", take, f"{here}#waits", said)


@page(MEMBER)
def order(request: Request, gathering_id: UUID) -> HttpResponse:
    """One up, one down."""
    gathering = found(gathering_id)
    here = reverse("agenda-order", args=[gathering.pk])
    if request.method == "POST":
        up, down = as_id(request.POST.get("up")), as_id(request.POST.get("down"))
        moved = AgendaItem.objects.filter(gathering=gathering, pk__in=[up or down]).first()
        if moved is None:
            flash(request, _("It isn’t on the agenda any more."), kind="error")
            return go(here)
        text = _("Moved: %(what)s") % {"what": moved.title[:80]}
        return do(
            request,
            "agenda_item_moved",
            lambda: acts.move_item(**by(request), item=moved, up=up is not None),
            f"{here}#i{moved.pk}",
            text,
        )
    shown = Agenda(request, gathering)
    return render(request, "meetings/order.html", {"agenda": shown, "gathering": gathering})
