"""Pages about who came: tick them at the door or afterwards, type in new faces, print a sheet to sign."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, elsewhere, flash
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, address, as_id, go, page
from masslink.gatherings import asking
from masslink.gatherings.counting import came_to
from masslink.gatherings.models import Ask, Gathering
from masslink.gatherings.views import called_off, found
from masslink.people.calling import called
from masslink.people.models import Person
from masslink.people.picking import ANYWHERE, HERE, Picking
from masslink.vault.act import Conflict, act

MEMBERS, PERSONS = "us", "came"
MOST = 300
ON_A_SHEET, EMPTY = 20, 6  # lines; at least so many are for those nobody expected, and the sheet is filled


@dataclass(frozen=True)
class Tick:
    """Somebody who may have come; `was` is what the page showed when it was opened."""

    id: UUID
    name: str
    came: bool
    was: bool


@page(MEMBER, carries=True)
def came(request: Request, gathering_id: UUID) -> HttpResponse:
    """Tick who came. Only what was changed on this page is written: another phone may tick at the same time."""
    one = found(gathering_id)
    if not one.takes_place:
        return called_off(request, one)
    if one.on > request.today:
        flash(request, _("Who came can be ticked on the day itself."), kind="error")
        return go("gathering", one.pk)
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking(data, by=request.member, today=request.today, picks=HERE if one.site_id else ANYWHERE)
    picking.place = one.site
    if request.method == "POST" and not picking.is_asked and _may_be_saved(one, picking):
        return _save(request, one, picking)
    context = {
        "gathering": one,
        "picking": picking,
        "persons": _persons(one, request),
        "members": _members(one, request),
        "count": _count(one),
        "tick_url": reverse("gathering-tick", args=[one.pk]),
    }
    return render(request, "gatherings/came.html", context)


def _may_be_saved(one: Gathering, picking: Picking) -> bool:
    elsewhere = one.site_id and [p.called for p in picking.picked if p.site_id != one.site_id]
    if elsewhere:
        text = _("%(who)s belongs to another place, and can’t be noted at a gathering of this one.")
        picking.errors.append(text % {"who": ", ".join(elsewhere)})
        return False
    return picking.is_valid(required=False)


def _persons(one: Gathering, request: Request) -> list[Tick]:
    """Who was asked, those who said yes first; and whoever else came."""
    there = came_to(one)
    asks = Ask.objects.listed().filter(gathering=one).order_by("person__name").select_related("person")
    order = {answer: place for place, answer in enumerate(("yes", "maybe", "", "no"))}
    asked = sorted(asks, key=lambda ask: order.get(ask.answer, 2))[:MOST]
    known = {ask.person_id for ask in asked}
    others = Person.objects.listed().filter(pk__in=there - known).order_by("name")
    persons = [*(ask.person for ask in asked), *others]
    return [_tick(request, PERSONS, p.pk, p.called, p.pk in there) for p in persons]


def _members(one: Gathering, request: Request) -> list[Tick]:
    there = set(one.comings.exclude(came_at=None).values_list("member_id", flat=True))
    members = one.members().order_by("name")
    return [_tick(request, MEMBERS, m.pk, m.name, m.pk in there) for m in members]


def _tick(request: Request, kind: str, id: UUID, name: str, came: bool) -> Tick:
    """As it is, or as it was ticked before the page was sent back to look for somebody."""
    if request.method != "POST":
        return Tick(id, name, came, came)
    ticked, was = (str(id) in request.POST.getlist(field) for field in (kind, f"was-{kind}"))
    return Tick(id, name, ticked, was)


def _save(request: Request, one: Gathering, picking: Picking) -> HttpResponse:
    picking.new = _not_yet(one, picking.new)
    on, off = _changed(request, PERSONS)
    us_on, us_off = _changed(request, MEMBERS)
    try:
        with act("came_noted", at=request.now) as running:
            asking.note_came(
                by=request.member,
                at=request.now,
                gathering=one,
                persons=[*_those(one, on), *picking.persons(at=request.now)],
                not_persons=_those(one, off),
                members=_us(one, us_on),
                not_members=_us(one, us_off),
            )
    except (Conflict, IntegrityError):
        flash(request, _("Somebody else ticked at the same moment. Look again."), kind="error")
        return go("gathering-came", one.pk)
    undo = reverse("undo", args=[running.id]) if running.changes else ""
    flash(request, _count(one), undo=undo)
    return go("gathering-came" if request.POST.get("more") else "gathering", one.pk)


def _not_yet(one: Gathering, names: list[str]) -> list[str]:
    """New faces, without those whom the same press, or another phone, has just written down as having come."""
    there = Person.objects.filter(pk__in=came_to(one)).values_list("name", flat=True) if names else []
    known = {name.casefold() for name in there}
    return [name for name in names if name.casefold() not in known]


def _changed(request: Request, name: str) -> tuple[set[str], set[str]]:
    """Who was ticked, and whose tick was taken away, on this page."""
    now, was = set(request.POST.getlist(name)), set(request.POST.getlist(f"was-{name}"))
    return now - was, was - now


def _those(one: Gathering, ids: set[str]) -> list[Person]:
    found = Person.objects.filter(pk__in=[id for text in ids if (id := as_id(text))])
    return list(found.filter(site=one.site_id) if one.site_id else found)


def _us(one: Gathering, ids: set[str]) -> list[Member]:
    return list(Member.objects.filter(pk__in=[id for text in ids if (id := as_id(text))]))


def _count(one: Gathering) -> str:
    """How many are ticked, in a sentence."""
    n = len(came_to(one)) + one.comings.exclude(came_at=None).count()
    return _("%(n)d came.") % {"n": n} if n else _("Nobody is ticked yet.")


@page(MEMBER, methods=("POST",))
def tick(request: Request, gathering_id: UUID) -> HttpResponse:
    """One tap at the door: somebody is there, or isn't after all."""
    one = found(gathering_id)
    if not one.takes_place:  # or the tick would stand there, noted nowhere
        flash(request, _("It was called off."), kind="error")
        return elsewhere(request, address("gathering", one.pk))
    # Which box was tapped says its id; the boxes of its kind that are ticked come along.
    kind, _colon, id = (getattr(request.htmx, "trigger", None) or request.POST.get("who", "")).partition(":")
    is_there = id in request.POST.getlist(kind)
    if one.on <= request.today:
        whom: dict[str, Any] = {"by": request.member, "at": request.now, "gathering": one}
        if kind == PERSONS:
            whom["persons" if is_there else "not_persons"] = _those(one, {id})
        else:
            whom["members" if is_there else "not_members"] = _us(one, {id})
        asking.note_came(**whom)
    if not request.htmx:
        return go("gathering-came", one.pk)
    return HttpResponse(_count(one))


# --- on paper ----------------------------------------------------------------------------------------


@page(MEMBER, methods=("GET",))
def sheet(request: Request, gathering_id: UUID) -> HttpResponse:
    """A sheet to sign, with first names of those who are expected, and empty lines."""
    one = found(gathering_id)
    wanted: Any = (
        Ask.objects.listed().filter(gathering=one).exclude(answer=Ask.Answer.NO).exclude(asked_at=None)
    )
    names = wanted.order_by("person__name").values_list("person__name", "person__nickname")[:MOST]
    shown = called(names)
    empty = EMPTY + (-EMPTY - len(shown)) % ON_A_SHEET
    context: dict[str, Any] = {"gathering": one, "names": shown, "empty": range(empty)}
    return render(request, "gatherings/sheet.html", context)
