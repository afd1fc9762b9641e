"""Asking for access to a place without naming it where all could read it, and answering."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from masslink.collective.acts import NotNow
from masslink.collective.doors import flash, noted_once
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.sites import acts
from masslink.sites.access_forms import AskForm, WishForm
from masslink.sites.models import AccessWish, Site
from masslink.sites.panels import who_works_where
from masslink.vault.act import Conflict
from masslink.vault.holders import OtherKeys


@page(MEMBER)
def ask(request: Any) -> HttpResponse:
    others = list(Member.objects.filter(left_on=None).exclude(pk=request.member.pk))
    chosen = {"asked": request.GET.get("of")}
    form = AskForm(request.POST or None, me=request.member, others=others, initial=chosen)
    if request.method == "POST" and form.is_valid():
        member, asked = form.cleaned_data["member"], form.cleaned_data["asked"]
        if AccessWish.objects.filter(member=member, asked=asked, answered_at=None).exists():
            noted_once(request)
        else:
            acts.ask_for_access(by=request.member, at=request.now, member=member, asked=asked)
            flash(request, _("%(name)s is asked, and finds it on their first page.") % {"name": asked.name})
        return go("us")
    return render(request, "sites/ask_for_access.html", {"form": form, "others": others})


@page(MEMBER)
def wish(request: Any, access_wish_id: UUID) -> HttpResponse:
    """Whoever is asked chooses a place or says that it can't be now; who asked may take it back."""
    found = fetch(AccessWish.objects.select_related("member", "asked", "asked_by"), pk=access_wish_id)
    mine, theirs = found.asked == request.member, request.member in (found.member, found.asked_by)
    sites = _offered(found.member) if mine else []
    form = WishForm(request.POST or None, today=request.today, sites=sites)
    if request.method == "POST" and (mine or theirs):
        if "no" in request.POST:
            return _answered(request, found, [])
        if mine and form.is_valid():
            return _answered(request, found, form.cleaned_data["places"], form.cleaned_data["until"])
    context = {"wish": found, "form": form, "sites": sites, "mine": mine, "theirs": theirs}
    return render(request, "sites/access_wish.html", context)


def _offered(member: Member) -> list[Site]:
    """My places that they can't open yet."""
    sites = list(Site.objects.all())
    who = who_works_where(sites)
    return [site for site in sites if member not in who[site.pk].members]


def _answered(request: Any, found: AccessWish, sites: list[Site], until: Any = None) -> HttpResponse:
    name, places = found.member.name, ", ".join(site.name for site in sites)
    try:
        acts.answer_wish(by=request.member, at=request.now, wish=found, sites=sites, until=until)
    except NotNow:
        _not_again(request)
    except (Conflict, IntegrityError):
        text = _("Somebody changed this at the same moment. Nothing was given; press again.")
        flash(request, text, kind="error")
        return go("access-wish", found.pk)
    except OtherKeys:
        text = _("Nothing was given: the server names other keys for %(name)s than those we know.")
        flash(request, text % {"name": name}, kind="error")
    else:
        flash(request, _said(request, found, name, places))
    return go("us")


def _not_again(request: Any) -> None:
    """Answered in another tab or by whoever asked; after a button pressed twice what the first press said stays."""
    if not request.session_open.flash:
        flash(request, _("It was answered already, and that counts. Nothing was changed."))


def _said(request: Any, found: AccessWish, name: str, places: str) -> str:
    if places:
        return _("%(name)s can now read %(places)s.") % {"name": name, "places": places}
    if found.asked == request.member:
        return _("Noted. It’s kinder when %(name)s hears from you why.") % {"name": name}
    return _("Taken back.")
