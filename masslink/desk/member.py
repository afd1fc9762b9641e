"""A member's page: since when, where with you, away, what waits for them; roles; and handing on what they took on."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from masslink.collective.acts import NotNow, change_role
from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Away, Member
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.desk import lines
from masslink.desk.handing_over import HandOver, hand_over, load_of
from masslink.pairs.panels import pairs_of
from masslink.sites.models import Site
from masslink.sites.panels import who_works_where
from masslink.vault.act import Conflict

WAITING = "waiting"


@page(MEMBER, methods=("GET",))
def member(request: Request, member_id: UUID) -> HttpResponse:
    found = fetch(Member, pk=member_id)
    sites = list(Site.objects.all())
    who = who_works_where(sites)
    load = load_of(found, request.today)
    context = {
        "member": found,
        "myself": found == request.member,
        "shared": [site for site in sites if found in who[site.pk].members],
        "away": Away.objects.not_over(request.today).filter(member=found).first(),
        "waits": lines.waiting_for(found, request.today),
        "due": lines.due_of([found], request.member, request.today) if found != request.member else [],
        "load": load,
        "pairs": pairs_of(found, request.today),
        "may_give_new_keys": found.may_get_new_keys_from(request.member),
        "alone": found.is_coordinator and not _others(found),
    }
    return render(request, "desk/member.html", context)


def _others(member: Member) -> bool:
    found = Member.objects.filter(left_on=None, role=Member.Role.COORDINATOR)
    return found.exclude(pk=member.pk).exists()


@page(MEMBER, methods=("POST",))
def role(request: Request, member_id: UUID) -> HttpResponse:
    """Coordinators say who coordinates; one always does."""
    found = fetch(Member, pk=member_id)
    if not request.member.is_coordinator:
        raise PermissionDenied
    wanted = request.POST.get("role", "")
    if wanted not in Member.Role.values or found.left_on or found.role == wanted:
        noted_once(request)
        return go("member", found.pk)
    try:
        change_role(by=request.member, at=request.now, member=found, role=wanted)
    except NotNow:
        flash(request, _("Not changed: somebody has to coordinate. Make another one first."), kind="error")
    except (Conflict, IntegrityError):
        flash(request, _("Somebody changed this at the same moment. Nothing was changed."), kind="error")
    else:
        flash(
            request, _("%(name)s is a %(role)s now.") % {"name": found.name, "role": found.get_role_display()}
        )
    return go("member", found.pk)


@page(MEMBER, carries=True)
def take_over(request: Request, member_id: UUID) -> HttpResponse:
    """The people and to-dos of a member, handed on several at once; nobody is put out by it.

    `only`: a place, or "waiting": what the member can't see to any more. What they go on with elsewhere isn't touched.
    """
    found, only = fetch(Member, pk=member_id), request.GET.get("only", "")
    sites = _chosen(found, only, request.today)
    load = load_of(found, request.today, sites=sites)
    form = HandOver(request.POST or None, load=load)
    if request.method == "POST" and form.is_valid():
        return _handed_over(request, form)
    waiting, at = only == WAITING, sites[0] if sites and only != WAITING else None
    context = {"member": found, "form": form, "load": load, "waiting": waiting, "at": at}
    return render(request, "desk/take_over.html", context)


def _chosen(found: Member, only: str, today: date) -> list[Site] | None:
    """The places of which somebody's people are handed on; None for all at hand."""
    if only == WAITING and not found.left_on:
        return lines.closed_to(found, today)
    return [site for site in Site.objects.all() if str(site.pk) == only] or None


def _handed_over(request: Request, form: HandOver) -> HttpResponse:
    found = form.load.member
    try:
        hand_over(by=request.member, at=request.now, form=form, going=bool(found.left_on))
    except (Conflict, IntegrityError):
        text = _("Somebody changed something of it at the same moment. Nothing was handed on; send it again.")
        flash(request, text, kind="error")
        return go("member-hand-over", found.pk)
    flash(request, _("Handed on. Those who go on with somebody find it among their to-dos."))
    return go("member", found.pk)
