"""Coming in with both sheets of the recovery kit: somebody of us gets new words, and everything the kit opens."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.acts import change_role, give_new_keys
from masslink.collective.forms import TypedBackForm
from masslink.collective.models import Member
from masslink.collective.offered import Offered
from masslink.collective.pending import Pending
from masslink.collective.recovery import GUARD, SheetForm
from masslink.collective.restored_views import StillHereForm
from masslink.collective.restoring import confirm_restored
from masslink.core.pages import NOBODY, page
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault import holders, kits, restoring
from masslink.vault.act import act
from masslink.vault.holders import WrongWords
from masslink.vault.sessions import TooManyTries, sessions
from masslink.vault.workspace import Removed, Workspace


class SheetsForm(forms.Form):
    """Both sheets, in whichever order."""

    one = SheetForm.base_fields["sheet"]
    other = deepcopy(one)  # one field under two names would be one in each form, with one label

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["one"].label, self.fields["other"].label = _("One sheet"), _("The other sheet")
        self.fields["other"].help_text = ""


class WhoForm(forms.Form):
    """Which member gets the new words."""

    member = forms.ChoiceField(
        label=gettext_lazy("Who are you?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say who you are.")},
    )

    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [(m.pk.hex, m.name) for m in members]  # type: ignore[attr-defined]


@dataclass(kw_only=True)
class Recovery(Offered):
    """Both sheets fitted; what is still to be said before somebody is in."""

    workspace: Workspace
    member: UUID | None = None
    gone: list[UUID] = field(default_factory=list)


recoveries: Pending[Recovery] = Pending(at_most=3, close=lambda one: one.workspace.close())


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE}-kit"


@page(NOBODY)
def recover(request: Any) -> HttpResponse:
    """The sheets; who you are, and after a restore who still belongs; the new words; two of them typed back."""
    token = request.COOKIES.get(_cookie(), "")
    under_way = recoveries.find(token)
    if request.method != "POST":
        return _next(request, under_way) if under_way else _ask_sheets(request, SheetsForm())
    step = request.POST.get("step")
    if step == "sheets":
        return _open(request)
    if under_way is None:
        return redirect("recover")
    if step == "who":
        return _take_who(request, under_way)
    if step == "typed" and under_way.member:
        return _finish(request, token, under_way)
    if step == "over":
        recoveries.drop(token)
    else:
        under_way.take(step or "")
    return redirect("recover")


# --- the sheets ----------------------------------------------------------------------------------


def _ask_sheets(request: Any, form: SheetsForm, *, status: int = 200) -> HttpResponse:
    return render(request, "desk/recover.html", {"form": form}, status=status)


def _open(request: Any) -> HttpResponse:
    form = SheetsForm(request.POST)
    if not form.is_valid():
        return _ask_sheets(request, form, status=422)
    sheets = [kits.tidy(form.cleaned_data[name]) for name in ("one", "other")]
    try:
        sessions.guard.ask(GUARD)
        workspace = kits.open_with(*sheets)
    except TooManyTries as error:
        form.add_error(
            None, _("That was tried many times. Wait %(seconds)d seconds.") % {"seconds": error.seconds}
        )
        return _ask_sheets(request, form, status=429)
    except (WrongWords, Removed):
        sessions.guard.failed(GUARD)
        form.add_error(
            None,
            _(
                "These two sheets open nothing here together. Look for a slip; both must be of the same kit, "
                "and the kit must not have been given up. Nothing was changed."
            ),
        )
        return _ask_sheets(request, form, status=422)
    sessions.guard.passed(GUARD)
    response = redirect("recover")
    response.set_cookie(
        _cookie(),
        recoveries.begin(Recovery(workspace=workspace)),
        path="/",
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


# --- who, and the words --------------------------------------------------------------------------


def _next(request: Any, under_way: Recovery, form: TypedBackForm | None = None) -> HttpResponse:
    if under_way.member is None:
        return _ask_who(request, under_way)
    form_or_new = form or TypedBackForm(asked=under_way.asked)
    context = {"pending": under_way, "form": form_or_new, "action": reverse("recover")}
    template = "desk/recover_check.html" if under_way.written else "desk/recover_words.html"
    return render(request, template, context, status=422 if form else 200)


def _ask_who(request: Any, under_way: Recovery, *, bound: bool = False) -> HttpResponse:
    posted = request.POST if bound else None
    with under_way.workspace.bound() as workspace:
        workspace.catch_up()
        members = list(Member.objects.filter(left_on=None))
        waits = restoring.waits(workspace.collective)
        context = {
            "form": WhoForm(posted, members=members),
            "belongs": StillHereForm(posted, members=members) if waits else None,
            "sites": list(Site.objects.all()),
        }
        return render(request, "desk/recover_who.html", context, status=422 if bound else 200)


def _take_who(request: Any, under_way: Recovery) -> HttpResponse:
    with under_way.workspace.bound() as workspace:
        workspace.catch_up()
        members = list(Member.objects.filter(left_on=None))
        form = WhoForm(request.POST, members=members)
        belongs = (
            StillHereForm(request.POST, members=members) if restoring.waits(workspace.collective) else None
        )
        good = form.is_valid() and (belongs is None or belongs.is_valid())
    if not good:
        return _ask_who(request, under_way, bound=True)
    under_way.member = UUID(form.cleaned_data["member"])
    under_way.gone = [m.pk for m in belongs.gone if m.pk != under_way.member] if belongs else []
    return redirect("recover")


# --- in ------------------------------------------------------------------------------------------


def _finish(request: Any, token: str, under_way: Recovery) -> HttpResponse:
    form = TypedBackForm(request.POST, asked=under_way.asked)
    if not form.is_valid():
        return _next(request, under_way, form)
    if not under_way.typed_back(form.cleaned_data["first"], form.cleaned_data["second"]):
        form.add_error(None, _("These are not the two words. Look at your sheet, or see the words again."))
        return _next(request, under_way, form)
    with under_way.workspace.bound() as workspace:
        workspace.catch_up()
        _let_back_in(request, workspace, under_way)
    recoveries.drop(token)
    response = _unlocked(request, under_way)
    response.delete_cookie(_cookie(), path="/", samesite="Strict")
    return response


def _let_back_in(request: Any, workspace: Workspace, under_way: Recovery) -> None:
    """One act: new keys for the member, who becomes a coordinator and gets every place the kit opens."""
    assert under_way.member
    me, at = Member.objects.get(pk=under_way.member), request.now
    with act("recovered", at=at, notes={"member": me.pk.hex}):
        holder, keys = holders.enrol(
            workspace.collective, under_way.login, under_way.passphrase, workspace.root
        )
        give_new_keys(by=me, at=at, member=me, holder=holder.pk, fingerprint=keys.public.fingerprint)
        if not me.is_coordinator:
            change_role(by=me, at=at, member=me, role=Member.Role.COORDINATOR)
        for site in Site.objects.all():
            give_access(by=me, at=at, site=site, member=me)
        # Last: when a keeper is among those who are gone, the kit itself signs nothing more.
        if restoring.waits(workspace.collective):
            confirm_restored(by=me, at=at, gone=Member.objects.filter(pk__in=under_way.gone))


def _unlocked(request: Any, under_way: Recovery) -> HttpResponse:
    from masslink.collective.views import let_in

    token = sessions.log_in(under_way.login, under_way.passphrase)
    response = let_in(request, token)
    if session := sessions.find(token):
        session.flash = {
            "text": _(
                "You are in, with new words. The sheets were typed: give this kit up and make a new one."
            ),
            "kind": "ok",
        }
    return response
