"""Opening and closing a place for members: who works here, letting somebody in, taking access back."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.collective.acts import NotNow
from masslink.collective.doors import flash
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.sites import acts
from masslink.sites.access import AtPlace, at_place
from masslink.sites.access_forms import GiveForm, UntilForm
from masslink.sites.models import Site
from masslink.vault.act import Conflict
from masslink.vault.holders import OtherKeys


@page(MEMBER)
def access(request: Any, site_id: UUID) -> HttpResponse:
    """Everything about who can open a place; giving access to one more."""
    site = fetch(Site, pk=site_id)
    here = at_place(site, request.today)
    form = GiveForm(request.POST or None, today=request.today, others=_others(here))
    if request.method == "POST":
        if _has_it_already(here, request.POST.get("member", "")):
            return go("site-access", site_id)  # pressed twice
        if form.is_valid():
            _let_in(request, site, form.cleaned_data["member"], form)
            return go("site-access", site_id)
    return render(request, "sites/access.html", {"site": site, "here": here, "who": here.who, "form": form})


def _others(here: AtPlace) -> list[Member]:
    """Who could be let in: not who is in, nor who waits with new keys, whose button stands above."""
    waiting = [one.member for one in here.waits]
    found = Member.objects.filter(left_on=None).exclude(pk__in=[m.pk for m in here.who.members])
    return list(found.exclude(pk__in=waiting))


def _has_it_already(here: AtPlace, chosen: str) -> bool:
    return any(member.pk.hex == chosen for member in here.who.members)


def _let_in(request: Any, site: Site, member: Member, form: UntilForm) -> None:
    who, until = {"name": member.name, "place": site.name}, form.cleaned_data["until"]
    try:
        acts.give_access(by=request.member, at=request.now, site=site, member=member, until=until)
    except (Conflict, IntegrityError):
        text = _("Somebody else changed this place at the same moment. Nothing was given; press again.")
        flash(request, text, kind="error")
    except OtherKeys:
        text = _(
            "Nothing was given: the server names other keys for %(name)s than those we know. Ask a coordinator"
            " to confirm new keys for them, face to face."
        )
        flash(request, text % who, kind="error")
    else:
        if until:
            text = _("%(name)s can read %(place)s, until %(day)s.")
            flash(request, text % {**who, "day": date_format(until, "j F")})
        else:
            flash(request, _("%(name)s can now read %(place)s.") % who)


@page(MEMBER, methods=("POST",))
def give(request: Any, site_id: UUID, member_id: UUID) -> HttpResponse:
    """By one tap: again to somebody with new keys, or on for somebody whose time is over."""
    site, member = fetch(Site, pk=site_id), fetch(Member, pk=member_id, left_on=None)
    form = UntilForm(request.POST, today=request.today)
    if form.is_valid():
        _let_in(request, site, member, form)
    else:
        flash(request, " ".join(map(str, form.errors["until"])), kind="error")
    return go("site-access", site_id)


@page(MEMBER)
def take(request: Any, site_id: UUID, member_id: UUID) -> HttpResponse:
    """Says what it means, above all for a place that would be left with one; for oneself it is stepping out."""
    site, member = fetch(Site, pk=site_id), fetch(Member, pk=member_id)
    here = at_place(site, request.today)
    if member not in here.who.members:
        return _without_key(request, here, member)
    rest = here.who.without(member)
    warned = not rest.too_few or "warned" in request.POST
    if request.method == "POST" and rest.members and warned:
        return _taken(request, site, member)
    context = {"site": site, "member": member, "rest": rest, "myself": member == request.member}
    return render(request, "sites/take_access.html", context)


def _without_key(request: Any, here: AtPlace, member: Member) -> HttpResponse:
    """Nobody waits any more for somebody with new keys; taken in another tab: nothing is left to do."""
    if request.method == "POST" and any(one.member == member.pk for one in here.waits):
        acts.end_access(by=request.member, at=request.now, site=here.site, member=member)
        flash(request, _("%(name)s isn’t waited for here any more.") % {"name": member.name})
    return go("site-access", here.site.pk)


def _taken(request: Any, site: Site, member: Member) -> HttpResponse:
    who = {"name": member.name, "place": site.name}
    try:
        acts.take_access(by=request.member, at=request.now, site=site, member=member)
    except NotNow:
        flash(request, _("Nothing was taken: nobody else could open %(place)s.") % who, kind="error")
        return go("site-access", site.pk)
    except (Conflict, IntegrityError):
        text = _("Somebody else changed this place at the same moment. Nothing was taken; press again.")
        flash(request, text, kind="error")
        return go("site-access", site.pk)
    if member == request.member:
        flash(request, _("You can’t open %(place)s any more. What you read there you know.") % who)
        return go("places")
    text = _("%(name)s can’t open %(place)s any more; it has a new key. What %(name)s read, %(name)s knows.")
    flash(request, text % who)
    return go("site-access", site.pk)
