"""Leaving: what it means, who takes over, and then one act in which everything happens at once, or nothing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from masslink.collective.acts import NotNow, let_go
from masslink.collective.doors import Request, flash
from masslink.collective.known import forget_phone, forget_seen
from masslink.collective.models import Kit, Member
from masslink.core.pages import MEMBER, NOBODY, fetch, go, page
from masslink.desk.handing_over import HandOver, hand_over, load_of
from masslink.pairs.acts import end_pairs_of
from masslink.pairs.panels import Row, pairs_of
from masslink.sites.acts import end_work
from masslink.sites.models import Site
from masslink.sites.panels import WhoWorksHere, who_works_where
from masslink.vault.act import Conflict, act


@dataclass(frozen=True)
class LeftBehind:
    """A place of theirs that is at hand, and who could open it afterwards."""

    site: Site
    who: WhoWorksHere


@dataclass(frozen=True)
class Going:
    """Somebody who goes, and what that means."""

    member: Member
    myself: bool
    places: list[LeftBehind]
    keeps_kit: bool
    is_last_coordinator: bool
    pairs: list[Row]

    @property
    def shut(self) -> list[LeftBehind]:
        """Places that nobody could open."""
        return [place for place in self.places if not place.who.members]

    @property
    def thin(self) -> list[LeftBehind]:
        return [place for place in self.places if place.who.members and place.who.too_few]

    @property
    def kit_stays(self) -> bool:
        """Whether what nobody can open would still be opened by the recovery kit."""
        return not self.keeps_kit and all(place.who.has_kit for place in self.shut)


def _going(request: Request, member: Member) -> Going:
    sites = list(Site.objects.all())
    theirs = {id: who for id, who in who_works_where(sites).items() if member in who.members}
    places = [LeftBehind(site, theirs[site.pk].without(member)) for site in sites if site.pk in theirs]
    others = Member.objects.filter(left_on=None, role=Member.Role.COORDINATOR).exclude(pk=member.pk)
    return Going(
        member,
        member == request.member,
        places,
        any(kit.is_kept_by(member) for kit in Kit.objects.filter(retired_on=None)),
        member.is_coordinator and not others.exists(),
        pairs_of(member, request.today),
    )


@page(MEMBER)
def leave(request: Request, member_id: UUID) -> HttpResponse:
    """Three pages: what it means; who takes over; the last word. Everyone for themselves, a coordinator for others."""
    member = fetch(Member, pk=member_id)
    if member != request.member and not request.member.is_coordinator:
        raise PermissionDenied
    if member.left_on:  # pressed twice, or seen to in another tab
        return go("member", member.pk)
    going, step = _going(request, member), request.POST.get("step") or request.GET.get("step") or ""
    if going.is_last_coordinator or step not in ("people", "confirm"):
        return render(request, "desk/leave.html", {"going": going})
    form = HandOver(request.POST or None, load=load_of(member, request.today))
    context = {"going": going, "form": form, "load": form.load}
    if form.load and not (request.method == "POST" and form.is_valid()):
        return render(request, "desk/leave_people.html", context)
    if "later" in request.POST:
        return _handed_on_first(request, form)
    sure = not going.shut or "sure" in request.POST
    if request.method == "POST" and step == "confirm" and sure and form.is_valid():
        return _gone(request, going, form)
    return render(request, "desk/leave_confirm.html", {**context, "unsure": step == "confirm" and not sure})


def _handed_on_first(request: Request, form: HandOver) -> HttpResponse:
    """People are introduced while whoever knows them is still here; going can wait."""
    try:
        hand_over(by=request.member, at=request.now, form=form, going=False)
    except (Conflict, IntegrityError):
        _not_now(request)
        return go("member-leave", form.load.member.pk)
    flash(request, _("Handed on; the introductions are among the to-dos. Nobody has gone yet."))
    return go("member", form.load.member.pk)


def _gone(request: Request, going: Going, form: HandOver) -> HttpResponse:
    member, by, at = going.member, request.member, request.now
    try:
        with act("member_left", at=at, notes={"member": member.pk.hex}):
            hand_over(by=by, at=at, form=form, going=True)
            end_pairs_of(by=by, at=at, member=member)
            end_work(by=by, at=at, member=member)
            let_go(by=by, at=at, member=member)
    except NotNow:
        return go("member", member.pk)
    except (Conflict, IntegrityError):
        _not_now(request)
        return go("member-leave", member.pk)
    if going.myself:
        return _out(request)
    flash(
        request,
        _("%(name)s is out: sessions, phones and words open nothing any more.") % {"name": member.name},
    )
    return go("resealing")


def _not_now(request: Request) -> None:
    text = _("Somebody changed something of it at the same moment. Nothing was done; begin again.")
    flash(request, text, kind="error")


def _out(request: Any) -> HttpResponse:
    """They are outside now, and their browser forgets us."""
    request.session_open = None
    response = go("farewell")
    response.delete_cookie(settings.SESSION_COOKIE, path="/", samesite="Strict")
    forget_phone(response)
    forget_seen(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@page(NOBODY, methods=("GET",))
def farewell(request: Request) -> HttpResponse:
    return render(request, "desk/farewell.html")
