"""One turn: it was done, I take it over, can't, swap, it falls out."""

from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, back_to, fetch, go, page
from masslink.tasks import duty_acts as acts
from masslink.tasks.duty_models import Turn, TurnQuerySet
from masslink.tasks.duty_page import DutiesPage
from masslink.tasks.duty_told import turn_called
from masslink.tasks.duty_views import by, meanwhile
from masslink.vault.act import Conflict, act

TO_SWAP = 8


def found(turn_id: UUID) -> Turn:
    return fetch(Turn.objects.select_related("duty__site", "member", "instead_of"), pk=turn_id)


@page(MEMBER, methods=("GET",))
def turn(request: Request, turn_id: UUID) -> HttpResponse:
    one = found(turn_id)
    shown = DutiesPage([one.duty], request.member, request.today)
    return render(
        request,
        "tasks/turn.html",
        {
            "turn": one,
            "row": shown.turn_row(one),
            "called": turn_called(one.duty.name, one.on),
            "members": [m for m in shown.known.sharers(one.duty) if not _has_another(one, m.pk)],
            "others": _others(one, request),
        },
    )


def _has_another(one: Turn, member: UUID) -> bool:
    """Whether somebody has another place of the same day: nobody is there twice."""
    return _places(one).filter(member=member).exists()


def _places(one: Turn) -> TurnQuerySet:
    return Turn.objects.kept().filter(duty=one.duty_id, on=one.on).exclude(pk=one.pk)


def _others(one: Turn, request: Request) -> list[Turn]:
    """With whom it could be swapped: others' turns on other days, unless one of both is there that day already."""
    if one.member is None or not one.is_open:
        return []
    ahead = Turn.objects.open().filter(duty=one.duty_id, on__gte=request.today, member__left_on=None)
    ahead = ahead.exclude(on=one.on).exclude(member=None).exclude(member=one.member)
    there = set(_places(one).values_list("member", flat=True))
    mine = set(Turn.objects.open().filter(duty=one.duty_id, member=one.member).values_list("on", flat=True))
    able = [t for t in ahead.select_related("member") if t.member_id not in there and t.on not in mine]
    return able[:TO_SWAP]


def _do(
    request: Request, kind: str, one: Turn, text: str | Callable[[], str], change: Callable[[], object]
) -> HttpResponse:
    """One change of a turn that is still as it was seen; with its undo in the flash."""
    back = go(back_to(request, reverse("turn", args=[one.pk])))
    seen = request.POST.get("whose", "")
    if one.dropped_at:
        flash(request, _("It falls out: nobody needs to do it that day."), kind="error")
        return back
    if not one.is_open:
        noted_once(request)
        return back
    if seen != str(one.member_id or ""):
        meanwhile(request)
        return back
    try:
        with act(kind, at=request.now) as running:
            change()
    except (Conflict, IntegrityError):
        meanwhile(request)
        return back
    flash(request, text() if callable(text) else text, undo=reverse("undo", args=[running.id]))
    return back


@page(MEMBER, methods=("POST",))
def done(request: Request, turn_id: UUID) -> HttpResponse:
    """It was done, by whose turn it was or by somebody else."""
    one = found(turn_id)
    sharing = {str(member.pk): member for member in one.duty.members()}
    asked = request.POST.get("member") or str(one.member_id or request.member.pk)
    member = sharing.get(asked) or (one.member if asked == str(one.member_id) else None)
    refusal = _why_not(request, one, member is not None and _has_another(one, member.pk))
    if refusal or member is None:
        flash(request, refusal or _("Who did it isn’t one of those who share this."), kind="error")
        return go("turn", one.pk)
    text = _("Done: %(what)s, by %(name)s.") % {
        "what": turn_called(one.duty.name, one.on),
        "name": member.name,
    }
    return _do(request, "turn_done", one, text, lambda: acts.done(**by(request), turn=one, member=member))


def _why_not(request: Request, one: Turn, is_there_twice: bool) -> str:
    if one.on > request.today:
        return _("That day is still to come.")
    return _("They are there that day already; nobody counts twice.") if is_there_twice else ""


@page(MEMBER, methods=("POST",))
def take(request: Request, turn_id: UUID) -> HttpResponse:
    one = found(turn_id)
    if one.member_id == request.member.pk or _has_another(one, request.member.pk):
        noted_once(request)
        return go(back_to(request, reverse("turn", args=[one.pk])))
    text = _("It is your turn now: %(what)s.") % {"what": turn_called(one.duty.name, one.on)}
    return _do(request, "turn_taken", one, text, lambda: acts.take_over(**by(request), turn=one))


@page(MEMBER, methods=("POST",))
def cant(request: Request, turn_id: UUID) -> HttpResponse:
    """Whose turn it is can't. No reason is asked; whoever is next comes in."""
    one = found(turn_id)

    def text() -> str:
        if one.member is None:
            return _("Noted. Nobody is left who can: ask around.")
        return _("Noted. Now it is %(name)s: tell them.") % {"name": one.member.name}

    return _do(request, "turn_passed_on", one, text, lambda: acts.cant(**by(request), turn=one))


@page(MEMBER, methods=("POST",))
def swap(request: Request, turn_id: UUID) -> HttpResponse:
    one = found(turn_id)
    other = next((t for t in _others(one, request) if str(t.pk) == request.POST.get("with")), None)
    if other is None:
        meanwhile(request)
        return go("turn", one.pk)
    other = found(other.pk)
    text = _("Swapped. It counts for who does it.")
    return _do(request, "turns_swapped", one, text, lambda: acts.swap(**by(request), one=one, other=other))


@page(MEMBER, methods=("POST",))
def drop(request: Request, turn_id: UUID) -> HttpResponse:
    one = found(turn_id)
    text = _("It falls out: %(what)s.") % {"what": turn_called(one.duty.name, one.on)}
    return _do(request, "turn_dropped", one, text, lambda: acts.drop(**by(request), turn=one))
