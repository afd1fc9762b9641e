"""Pages about who asks whom: share it out, tap what they said, hand it to somebody else; whether one comes oneself."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request, elsewhere, flash, noted_once
from masslink.collective.models import Away, Member
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, as_id, back_to, fetch, go, page
from masslink.gatherings import asking
from masslink.gatherings.afterwards import members_by_place
from masslink.gatherings.knowing import likely, who_knows
from masslink.gatherings.models import Ask, Gathering
from masslink.gatherings.page import (
    ASKED,
    BACK,
    REMINDED,
    TOLD,
    Row,
    numbers_and_outlook,
    outlook,
    tally,
    with_news,
)
from masslink.gatherings.sharing import LINK, share_out
from masslink.gatherings.views import called_off, do, found
from masslink.people.models import Person
from masslink.people.picking import KNOWN, Picking
from masslink.vault.act import Conflict, act

LIKELY = 40


# --- share out ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """Somebody who could be asked, by whom, ticked or not."""

    person: Person
    members: list[Member]
    member: UUID | None
    ticked: bool
    known: str


@page(MEMBER, carries=True)
def share(request: Request, gathering_id: UUID) -> HttpResponse:
    """Whom to ask, and who asks whom: proposed, changed by hand, saved at once."""
    one = found(gathering_id)
    if not one.takes_place:
        return called_off(request, one)
    if one.is_over(request.now):
        return not_saved(request, _("It is over."), address("gathering", one.pk))
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking(data, by=request.member, today=request.today, picks=KNOWN)
    if request.method == "POST" and not picking.is_asked and _may_be_saved(request, one, picking):
        return _save(request, one, picking)
    context = {
        "gathering": one,
        "proposals": _proposals(request, one),
        "picking": picking,
        "bound": request.method == "POST",
        "listed": one.asks.count(),
    }
    return render(request, "gatherings/ask.html", context)


def askable(one: Gathering, request: Request) -> Any:
    """Who may be asked to this gathering: people of its place, or of those at hand, who aren't on its list yet."""
    here = Person.objects.listed().here(request.today).filter(member=None)
    here = here.filter(site=one.site_id) if one.site_id else here
    return here.exclude(asks__gathering=one)


def _proposals(request: Request, one: Gathering) -> list[Proposal]:
    persons = likely(askable(one, request), request.today, LIKELY)
    posted = (
        {id: _chosen(request, id) for id in request.POST.getlist("whom")}
        if request.method == "POST"
        else None
    )
    places = members_by_place(persons)
    knows, given = _given(request, one, persons, places)
    rows = []
    for person in persons:
        id = str(person.pk)
        member, ticked = given.get(person.pk), LINK in knows[person.pk].values()
        if posted is not None:
            member, ticked = posted.get(id, member), id in posted
        names = [m.called for m in places[person.site_id] if m.pk in knows[person.pk]]
        rows.append(Proposal(person, places[person.site_id], member, ticked, ", ".join(names)))
    return rows


def _given(
    request: Request, one: Gathering, persons: list[Person], places: dict[UUID, list[Member]]
) -> tuple[dict[UUID, dict[UUID, int]], dict[UUID, UUID]]:
    """Who knows whom, and who would ask whom: nobody who is away."""
    away = set(Away.objects.on(request.today).values_list("member_id", flat=True))
    members = {m.pk: m.name for some in places.values() for m in some if m.pk not in away}
    knows = who_knows([person.pk for person in persons], request.today)
    here = {
        p.pk: {m: how for m, how in knows[p.pk].items() if m in {x.pk for x in places[p.site_id]}}
        for p in persons
    }
    load = dict(one.asks.order_by().values_list("member_id").annotate(Count("id")))
    return knows, share_out(here, sorted(members, key=lambda m: members[m]), load)


def _chosen(request: Request, id: str) -> UUID | None:
    try:
        return UUID(request.POST.get(f"by-{id}") or "")
    except ValueError:
        return None


def _may_be_saved(request: Request, one: Gathering, picking: Picking) -> bool:
    if not picking.is_valid(required=False):
        return False
    if not picking.picked and not request.POST.getlist("whom"):
        picking.errors.append(_("Tick somebody, or find them by two letters of their name."))
    if one.site_id and any(person.site_id != one.site_id for person in picking.picked):
        picking.errors.append(_("Only people of this place can be asked to it."))
    if picking.silent:
        picking.errors.append(_("Somebody you picked asked not to be contacted."))
    return not picking.errors


def _save(request: Request, one: Gathering, picking: Picking) -> HttpResponse:
    whom = _whom(request, one, picking)
    if not whom:
        noted_once(request)
        return go("gathering", one.pk)
    with act("asks_shared", at=request.now) as running:
        made = asking.put_on_list(by=request.member, at=request.now, gathering=one, whom=whom)
    text = ngettext(
        "%(n)d person is on the list to be asked.", "%(n)d people are on the list to be asked.", len(made)
    )
    flash(request, text % {"n": len(made)}, undo=reverse("undo", args=[running.id]) if made else "")
    return go("gathering", one.pk)


def _whom(request: Request, one: Gathering, picking: Picking) -> dict[Person, Member]:
    """Each with somebody who has access to their place: as chosen, else whoever sends the form."""
    ticked = {id: _chosen(request, id) for id in request.POST.getlist("whom")}
    valid = [id for text in ticked if (id := as_id(text))]
    persons = list(askable(one, request).filter(pk__in=valid).select_related("site"))
    persons += [
        p for p in askable(one, request).filter(pk__in=[q.pk for q in picking.picked]) if p not in persons
    ]
    places = members_by_place(persons)
    _knows, given = _given(request, one, persons, places)
    whom = {}
    for person in persons:
        members = {member.pk: member for member in places[person.site_id]}
        chosen = ticked.get(str(person.pk)) or (given.get(person.pk) if person in picking.picked else None)
        whom[person] = members.get(chosen) if chosen in members else request.member
    return {person: member for person, member in whom.items() if member}


# --- taps --------------------------------------------------------------------------------------------


@page(MEMBER, methods=("POST",))
def tap(request: Request, gathering_id: UUID) -> HttpResponse:
    """One tap on somebody of the list: what they said, that they were told or reminded, or a slip taken back."""
    one = found(gathering_id)
    id, _colon, what = request.POST.get("tap", "").partition(":")
    on_list = Ask.objects.listed().filter(gathering=one)
    ask = with_news(on_list.filter(pk=id)).first() if as_id(id) else None
    if ask is None:
        flash(request, _("They aren’t on the list any more."), kind="error")
        return elsewhere(request, reverse("gathering", args=[one.pk]))
    if not one.takes_place and what not in (TOLD, BACK):
        flash(request, _("It was called off: they only have to be told."), kind="error")
        return elsewhere(request, reverse("gathering", args=[one.pk]))
    try:
        with act("ask_answered", at=request.now):
            _tapped(request, ask, what)
    except (Conflict, IntegrityError):
        flash(request, _("Somebody else noted this a moment ago. Look again."), kind="error")
    if not request.htmx:
        back = back_to(request, reverse("gathering", args=[one.pk]))
        return go(f"{back.partition('#')[0]}#ask-{ask.pk}")
    ask = fetch(with_news(Ask.objects.filter(gathering=one)), pk=ask.pk)
    numbers, expected = numbers_and_outlook(one)
    context = {
        "row": Row(ask, request.member, request.now),
        "gathering": one,
        "tally": tally(numbers),
        "outlook": outlook(expected),
        "again": True,
    }
    return render(request, "gatherings/tapped.html", context)


def _tapped(request: Request, ask: Ask, what: str) -> None:
    by: dict[str, Any] = {"by": request.member, "at": request.now, "ask": ask}
    if what in Ask.Answer.values or what == ASKED:
        asking.note_answer(**by, answer="" if what == ASKED else what)
    elif what == BACK:
        asking.take_answer_back(**by)
    elif what == TOLD:
        asking.note_told(**by)
    elif what == REMINDED:
        asking.note_reminded(**by)


@page(MEMBER, methods=("POST",))
def coming(request: Request, gathering_id: UUID) -> HttpResponse:
    """Whether one comes oneself; the same again takes it back."""
    one = found(gathering_id)
    if not one.takes_place:
        return called_off(request, one)
    answer = request.POST.get("answer", "")
    answer = answer if answer in Ask.Answer.values else ""
    return do(
        request,
        "coming_said",
        one,
        _("Noted."),
        lambda: asking.say_coming(
            by=request.member, at=request.now, gathering=one, member=request.member, answer=answer
        ),
    )


# --- one ask -----------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def ask(request: Request, ask_id: UUID) -> HttpResponse:
    """Somebody else asks them, or nobody does."""
    seen = fetch(Ask.objects.listed().select_related("gathering", "person__site", "member"), pk=ask_id)
    members = list(seen.person.site.members())
    if request.method == "POST":
        chosen = next((m for m in members if str(m.pk) == request.POST.get("member")), None)
        if chosen is None:
            flash(request, _("Choose somebody who has access to their place."), kind="error")
            return go("ask", seen.pk)
        if chosen.pk == seen.member_id:
            return go("gathering", seen.gathering_id)
        return do(
            request,
            "ask_handed_on",
            seen.gathering,
            _("%(who)s asks %(name)s.") % {"who": chosen.called, "name": seen.person.shown.rstrip(".")},
            lambda: asking.hand_ask(by=request.member, at=request.now, ask=seen, to=chosen),
        )
    return render(request, "gatherings/one_ask.html", {"ask": seen, "members": members})


@page(MEMBER, methods=("POST",))
def drop(request: Request, ask_id: UUID) -> HttpResponse:
    """Off the list."""
    seen = fetch(Ask.objects.select_related("gathering", "person"), pk=ask_id)
    return do(
        request,
        "ask_dropped",
        seen.gathering,
        _("%(name)s isn’t on the list any more.") % {"name": seen.person.shown},
        lambda: asking.take_off_list(by=request.member, at=request.now, ask=seen),
    )
