"""Pages about pairs: those of a place and what they don't cover; forming one, changing it, ending it."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Away, Member
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.pairs import acts
from masslink.pairs.acts import Work
from masslink.pairs.forms import PairForm, PickingHere, WorkForm
from masslink.pairs.models import Pair, PairWork
from masslink.pairs.pair_page import show_pair
from masslink.pairs.panels import is_theirs, rows, said
from masslink.pairs.place_page import place_pairs
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.sites.panels import who_works_here
from masslink.tasks.forms import with_changed
from masslink.vault.act import Conflict, OutOfPlace, act
from masslink.vault.holders import OtherKeys

MET, ENDED = 12, 12


@page(MEMBER, methods=("GET",))
def pairs(request: Request, site_id: UUID) -> HttpResponse:
    """Who works what here; whom, where and since when nobody does."""
    site = fetch(Site, pk=site_id)
    who = who_works_here(site)
    here = place_pairs(site, who.members, request.today)
    going = {row.pair.pk for row in here.rows}
    ended = rows(Pair.objects.filter(site=site).exclude(pk__in=going), request.today)
    context = {
        "site": site,
        "here": here,
        "met": here.met[:MET],
        "more_met": max(len(here.met) - MET, 0),
        "ended": ended[: -ENDED - 1 : -1],
        "plan_url": _plan_url(),
        "who": who,
    }
    return render(request, "pairs/pairs.html", context)


def _plan_url() -> str:
    try:
        return reverse("plan")
    except NoReverseMatch:
        return ""


@page(MEMBER, methods=("GET",))
def pair(request: Request, pair_id: UUID) -> HttpResponse:
    return show_pair(request, _pair(pair_id))


def _pair(pair_id: UUID) -> Pair:
    return fetch(Pair.objects.select_related("site", "one", "other"), pk=pair_id)


# --- a new pair ----------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def new(request: Request, site_id: UUID) -> HttpResponse:
    """Two members, what they work, until when; access for whoever has none, in the same act."""
    site = fetch(Site, pk=site_id)
    here = list(site.members())
    others = list(Member.objects.filter(left_on=None).exclude(pk__in=[one.pk for one in here]))
    data = request.POST if request.method == "POST" else request.GET
    picking = PickingHere(data, site=site, by=request.member, today=request.today)
    form = PairForm(
        request.POST or None,
        site=site,
        here=here,
        others=others,
        away=set(Away.objects.on(request.today).values_list("member_id", flat=True)),
        today=request.today,
        initial=_beginning(request, site, here),
    )
    found = None
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif request.method == "POST" and all([picking.is_valid(), form.is_valid()]):
        if saved := Pair.objects.filter(pk=form.cleaned_data["once"]).first():
            noted_once(request)
            return go("pair", saved.pk)
        one, other = form.cleaned_data["two"]
        found = acts.pair_of(site, one, other, request.today)
        if _is_complete(form, picking, found) and (done := _made(request, site, form, picking)):
            return done
    context = {
        "site": site,
        "form": form,
        "picking": picking,
        "found": found,
        "readers": who_works_here(site).readers,
    }
    return render(request, "pairs/new.html", {**context, "alone": len(here) + len(others) < 2})


def _beginning(request: Request, site: Site, here: list[Member]) -> dict[str, Any]:
    """What the page that led here already knew: who, and where somebody is missing."""
    asked = request.GET
    two = [id for id in asked.getlist("one") if id] or [one.pk.hex for one in here if one == request.member]
    return {
        "once": uuid4(),
        "two": two,
        "units": asked.getlist("unit"),
        "shifts": asked.getlist("shift"),
        "whole": "whole" in asked,
    }


def _is_complete(form: PairForm, picking: PickingHere, found: Pair | None) -> bool:
    """Asks what still has to be said: what they work, whether access is given, whether it is added to a pair."""
    ticked = form.cleaned_data
    if not form.works(picking.picked):
        form.add_error(None, _("Say what they work: all of the place, a unit, a shift, or somebody."))
    if form.without_access and not ticked["give"]:
        form.add_error("give", _("Tick this, or choose somebody who has access."))
    if found and not ticked["add"]:
        form.add_error("add", _("Tick this to add to it, or choose two others."))
    return not form.errors


def _made(request: Request, site: Site, form: PairForm, picking: PickingHere) -> HttpResponse | None:
    """One act, with the access; None where nothing was written, and the form says why."""
    try:
        made, act_id = _make(request, site, form, picking, form.cleaned_data["once"] or uuid4())
    except OtherKeys:
        text = _("Nothing was saved: the server names other keys for them than those we know.")
        form.add_error(None, text + " " + _("Ask a coordinator to confirm new keys, face to face."))
        return None
    except (acts.NotTwo, OutOfPlace):
        form.add_error(None, _("One of the two left or lost access a moment ago. Choose again."))
        return None
    except Conflict:
        form.add_error(None, _("Somebody else changed this at the same moment. Save again."))
        return None
    except IntegrityError:  # saved once and undone since: this is another one
        form.data = with_changed(request.POST, once=uuid4())
        form.add_error(None, _("It was undone meanwhile. Save again to form it anew."))
        return None
    text = _("%(names)s are a pair.") % {"names": made.names}
    flash(request, text, undo="" if form.without_access else reverse("undo", args=[act_id]))
    return go("pair", made.pk)


def _make(
    request: Request, site: Site, form: PairForm, picking: PickingHere, once: UUID
) -> tuple[Pair, UUID]:
    who: dict[str, Any] = {"by": request.member, "at": request.now, "site": site}
    filled = form.cleaned_data
    one, other = filled["two"]
    with act("pair_made", at=request.now) as running:
        for member in form.without_access:
            give_access(**who, member=member, until=filled["until"])
        made = acts.make_pair(
            **who,
            one=one,
            other=other,
            works=form.works(picking.picked),
            until=filled["until"],
            note=filled["note"],
            id=once,
        )
    return made, running.id


# --- changing and ending -------------------------------------------------------------------------


@page(MEMBER, carries=True)
def edit(request: Request, pair_id: UUID) -> HttpResponse:
    """What the two work, and until when."""
    pair = _pair(pair_id)
    if pair.is_over(request.today):
        return go("pair", pair.pk)
    works = list(pair.works.select_related("unit", "shift", "person"))
    mark, changed = _mark(pair, works), False
    data = request.POST if request.method == "POST" else _with_persons(request, works)
    picking = PickingHere(data, site=pair.site, by=request.member, today=request.today)
    initial = {"until": pair.until, "whole": any(work.is_whole for work in works)}
    form = WorkForm(request.POST or None, site=pair.site, works=works, today=request.today, initial=initial)
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif request.method == "POST" and all([picking.is_valid(), form.is_valid()]):
        wanted, changed = form.works(picking.picked), request.POST.get("mark") != mark
        if not wanted:
            form.add_error(None, _("Say what they work, or end the pair."))
        elif not changed and (done := _changed(request, pair, form, [*wanted, *_not_shown(request, works)])):
            return done
    shown = {"mark": mark, "changed": changed, "now": said(works, request.today)}
    return render(request, "pairs/edit.html", {"pair": pair, "form": form, "picking": picking, **shown})


def _mark(pair: Pair, works: list[PairWork]) -> str:
    """What the form showed: where it differs when it comes back, somebody else changed it."""
    return f"{pair.until}-" + "-".join(sorted(work.pk.hex[:8] for work in works))


def _with_persons(request: Request, works: list[PairWork]) -> Any:
    data = request.GET.copy()
    shown = [work.person for work in works if work.person and is_theirs(work.person, request.today)]
    data.setlist("person", [str(person.pk) for person in shown])
    return data


def _not_shown(request: Request, works: list[PairWork]) -> list[Work]:
    """Persons of theirs who are on no list now: they stay, as nobody could have meant to take them away."""
    found = [work.person for work in works if work.person and not is_theirs(work.person, request.today)]
    return [Work(person=person) for person in found]


def _changed(request: Request, pair: Pair, form: WorkForm, works: list[Work]) -> HttpResponse | None:
    who: dict[str, Any] = {"by": request.member, "at": request.now, "pair": pair}
    try:
        with act("pair_works_changed", at=request.now) as running:
            acts.change_works(**who, works=works)
            if pair.until != form.cleaned_data["until"]:
                acts.change_period(**who, until=form.cleaned_data["until"])
    except (Conflict, IntegrityError, OutOfPlace):
        form.add_error(
            None, _("Somebody else changed this at the same moment. Save again to see how it is now.")
        )
        return None
    flash(request, _("Changed."), undo=reverse("undo", args=[running.id]))
    return go("pair", pair.pk)


@page(MEMBER, methods=("POST",))
def end(request: Request, pair_id: UUID) -> HttpResponse:
    """They work together no more; it stays to be read."""
    pair = _pair(pair_id)
    if pair.is_over(request.today):
        noted_once(request)
        return go("pairs", pair.site_id)
    try:
        done = acts.end_pair(by=request.member, at=request.now, pair=pair)
    except (Conflict, IntegrityError):
        flash(request, _("Somebody else changed this at the same moment. It hasn’t ended."), kind="error")
        return go("pair", pair.pk)
    day = date_format(request.today, "j F")
    text = _("%(names)s were a pair until today, %(day)s.") % {"names": pair.names, "day": day}
    flash(request, text, undo=reverse("undo", args=[done]))
    return go("pairs", pair.site_id)
