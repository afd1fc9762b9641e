"""The page on which who does what at a gathering is said."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from masslink.collective.doors import Request
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.gatherings import acts
from masslink.gatherings.forms import RoleForm
from masslink.gatherings.models import Gathering, Role
from masslink.gatherings.views import called_off, do, found


@page(MEMBER, carries=True)
def new(request: Request, gathering_id: UUID) -> HttpResponse:
    one = found(gathering_id)
    return _form(request, one, None)


@page(MEMBER, carries=True)
def role(request: Request, gathering_role_id: UUID) -> HttpResponse:
    roles = Role.objects.filter(gathering__dropped_at=None).select_related("gathering__site", "member")
    seen = fetch(roles, pk=gathering_role_id)
    return _form(request, seen.gathering, seen)


def _form(request: Request, one: Gathering, seen: Role | None) -> HttpResponse:
    if not one.takes_place:
        return called_off(request, one)
    now = {"task": seen.task, "said": seen.said, "member": seen.member_id} if seen else {}
    form = RoleForm(request.POST or None, members=one.members(), initial=now)
    if request.method == "POST" and form.is_valid():
        filled = form.cleaned_data
        if seen is None and one.roles.filter(**filled).exists():  # pressed twice
            return go("gathering", one.pk)
        return do(
            request,
            "role_set",
            one,
            _("Noted."),
            lambda: acts.set_role(by=request.member, at=request.now, gathering=one, role=seen, **filled),
        )
    return render(request, "gatherings/role.html", {"form": form, "gathering": one, "role": seen})


@page(MEMBER, methods=("POST",))
def take_away(request: Request, gathering_role_id: UUID) -> HttpResponse:
    seen = fetch(Role.objects.select_related("gathering"), pk=gathering_role_id)
    text = _("Taken away: %(what)s.") % {"what": seen.label}
    return do(
        request,
        "role_taken_away",
        seen.gathering,
        text,
        lambda: acts.take_role_away(by=request.member, at=request.now, role=seen),
    )
