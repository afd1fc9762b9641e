"""Inviting: a code for somebody new, or for a member who lost their words; who is invited, and taking it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective import acts
from masslink.collective.acts import NotNow
from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Invitation, Member
from masslink.collective.naming import key, tidy_name
from masslink.core.pages import COORDINATOR, MEMBER, fetch, go, page
from masslink.core.qr import qr_svg
from masslink.vault import invitations as codes
from masslink.vault.act import Conflict

SHOWN = "code"  # under this name a session keeps the code that is being handed over
HERE_ONLY = ("127.0.0.1", "localhost", "[::1]")


class InviteForm(forms.Form):
    """Whom we invite, by the name they will go by."""

    name = forms.CharField(
        label=gettext_lazy("The name they will go by here"),
        max_length=60,
        help_text=gettext_lazy("Every member will see it. It need not be the one in their passport."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Give them a name; ask them which.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("As what"),
        choices=[
            (Member.Role.MEMBER, gettext_lazy("member")),
            (Member.Role.COORDINATOR, gettext_lazy("coordinator")),
        ],
        initial=Member.Role.MEMBER,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Coordinators also invite, remove members and open places. They read no more."
        ),
    )

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"], Member.objects.filter(left_on=None))
        invited = _open().values_list("name", flat=True)
        if key(name) in {key(one) for one in invited}:
            raise ValidationError(_("Somebody of this name is invited already: look under “Invited”."))
        return name


@dataclass(frozen=True)
class Shown:
    """A code that was just made: in the memory of one session, until it is handed over or that session ends."""

    invitation: UUID
    code: str


def _open() -> Any:
    return Invitation.objects.filter(confirmed_at=None, declined_at=None)


# --- a code --------------------------------------------------------------------------------------


@page(COORDINATOR)
def invite(request: Request) -> HttpResponse:
    """A name and a role, then the code to hand over."""
    shown = _shown(request, None)
    if shown:
        return _hand_over(request, shown)
    if request.POST.get("step") == "done":
        return go("invitations")
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        _make(request, acts.invite(by=request.member, at=request.now, name=said["name"], role=said["role"]))
        return go("invite")
    return render(request, "collective/invite.html", {"form": form}, status=422 if form.errors else 200)


@page(MEMBER)
def new_keys(request: Request, member_id: UUID) -> HttpResponse:
    """What a member's new keys bring back and what not, then the code for them."""
    member = fetch(Member, pk=member_id)
    if member == request.member:
        return go("new-words")
    may = member.may_get_new_keys_from(request.member)
    shown = _shown(request, member) if may else None
    if shown:
        return _hand_over(request, shown)
    if request.POST.get("step") == "done":
        return go("invitations")
    if request.method == "POST" and may:
        _make(request, acts.invite(by=request.member, at=request.now, name=member.name, member=member))
        return go("new-keys", member_id)
    context = {"member": member, "may": may, "waiting": _open().filter(member=member).first()}
    return render(request, "collective/new_keys.html", context)


def _make(request: Request, made: tuple[Invitation, str]) -> None:
    assert request.session_open
    request.session_open.under_way[SHOWN] = Shown(made[0].pk, made[1])


def _shown(request: Request, member: Member | None) -> tuple[Invitation, str] | None:
    """The code that this session is about to hand over: for this member, or for somebody new."""
    assert request.session_open
    shown: Shown | None = request.session_open.under_way.get(SHOWN)
    if shown is None:
        return None
    found = _open().filter(pk=shown.invitation, member=member).first()
    return (found, shown.code) if found else None


def _hand_over(request: Request, shown: tuple[Invitation, str]) -> HttpResponse:
    """The code as link, groups and QR code; a tap takes it off the screen for good."""
    invitation, code = shown
    assert request.session_open
    if request.POST.get("step") == "done" or codes.accepted({invitation.holder}):
        request.session_open.under_way.pop(SHOWN, None)
        return go("invitations")
    if request.method == "POST":  # pressed twice
        return go(request.path)
    link = f"{request.build_absolute_uri(reverse('join'))}#{code}"
    context = {
        "invitation": invitation,
        "code": code,
        "link": link,
        "qr": qr_svg(link),
        "here_only": request.get_host().rsplit(":", 1)[0] in HERE_ONLY,
    }
    return render(request, "collective/invite_code.html", context)


# --- who is invited ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Invited:
    """An open invitation as a member sees it."""

    invitation: Invitation
    is_there: bool  # somebody accepted it, and waits
    has_run_out: bool
    may_confirm: bool
    may_decline: bool


def invited(by: Member, now: datetime) -> list[Invited]:
    """The open invitations: those first whose newcomer waits."""
    found = list(_open().select_related("member", "made_by"))
    there = codes.accepted({one.holder for one in found})
    rows = [
        Invited(
            one,
            one.holder in there,
            one.holder not in there and one.until <= now,
            one.may_be_confirmed_by(by),
            may_decline(one, by),
        )
        for one in found
    ]
    return sorted(rows, key=lambda row: (not row.is_there, row.has_run_out))


def may_decline(invitation: Invitation, by: Member) -> bool:
    """Coordinators, whoever made the code, who may confirm it, and a member who hasn't lost their words at all."""
    mine = by.pk in (invitation.made_by_id, invitation.member_id)
    return mine or by.is_coordinator or invitation.may_be_confirmed_by(by)


@page(MEMBER, methods=("GET",))
def invitations(request: Request) -> HttpResponse:
    return render(request, "collective/invitations.html", {"rows": invited(request.member, request.now)})


@page(MEMBER)
def decline(request: Request, invitation_id: UUID) -> HttpResponse:
    """Take a code back, or turn away whoever waits with it."""
    invitation = fetch(Invitation, pk=invitation_id)
    if not may_decline(invitation, request.member):
        flash(request, _("Coordinators do this, or whoever made the code."), kind="error")
        return go("invitations")
    if not invitation.is_open:
        noted_once(request)
        return go("invitations")
    there = bool(codes.accepted({invitation.holder}))
    if request.method != "POST":
        return render(
            request, "collective/invitation_decline.html", {"invitation": invitation, "there": there}
        )
    try:
        acts.decline(by=request.member, at=request.now, invitation=invitation)
    except (NotNow, Conflict):
        flash(request, _("Somebody else answered at the same moment. Look below."), kind="error")
    else:
        away, back = (
            _("%(name)s is turned away; their words open nothing."),
            _("The code for %(name)s is taken back."),
        )
        flash(request, (away if there else back) % {"name": invitation.name})
    return go("invitations")
