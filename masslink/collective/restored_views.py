"""The pages of a collective that came from a backup: waiting, the code from the console, who still belongs."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from masslink.collective.acts import NotNow
from masslink.collective.forms import PLAIN
from masslink.collective.models import Member
from masslink.collective.restoring import Waiting, confirm_restored, waitings
from masslink.collective.unlocking import carried, readable
from masslink.core.pages import NOBODY, page
from masslink.vault import history, restoring
from masslink.vault.restoring import BroughtBack
from masslink.vault.sessions import TooManyTries, made_for, sessions
from masslink.vault.suite import TooNew
from masslink.vault.workspace import Workspace, current

HERE, GONE = "here", "gone"


class CodeForm(forms.Form):
    """The code that `masslink restore` printed."""

    code = forms.CharField(
        label=gettext_lazy("Code from the server's console"),
        max_length=40,
        help_text=gettext_lazy("Twelve characters. Whoever brought the backup back has seen it."),
        widget=forms.TextInput(attrs=PLAIN),
    )


class StillHereForm(forms.Form):
    """One answer for each member; none is given beforehand, because both mistakes are hard to take back."""

    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {f"member-{member.pk.hex}": member for member in members}
        for name, member in self.members.items():
            self.fields[name] = forms.ChoiceField(
                label=member.name,
                choices=[(HERE, _("Still with us")), (GONE, _("Gone, or unknown"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("No answer yet.")},
            )

    @property
    def gone(self) -> list[Member]:
        return [member for name, member in self.members.items() if self.cleaned_data[name] == GONE]

    @property
    def rows(self) -> list[tuple[Member, forms.BoundField]]:
        return [(member, self[name]) for name, member in self.members.items()]


# --- right words, and yet not in -----------------------------------------------------------------


def meet(request: Any, error: BroughtBack) -> HttpResponse:
    """What somebody sees whose words are right: that it waits; a coordinator is asked for the code."""
    to, fields = carried(request)
    mine = made_for(request.COOKIES.get(settings.SESSION_COOKIE, ""), error.keys)
    kept = {"typed": readable(fields) if to and mine else []}
    workspace = Workspace(error.holder.collective_id, error.holder.pk, error.keys)
    try:
        workspace.open()
    except TooNew:
        return render(request, "collective/restored_wait.html", {"too_new": True, **kept}, status=503)
    if not _is_coordinator(workspace):
        workspace.close()
        return render(request, "collective/restored_wait.html", kept, status=403)
    shared = "shared" in request.POST
    response = render(request, "collective/restored_code.html", {"form": CodeForm(), **kept}, status=403)
    _set_cookie(response, waitings.begin(Waiting(workspace, shared)))
    return response


def _is_coordinator(workspace: Workspace) -> bool:
    with workspace.bound():
        me = Member.objects.filter(holder=workspace.holder, left_on=None).first()
        return bool(me and me.is_coordinator)


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE}-restored"


def _set_cookie(response: HttpResponse, token: str) -> None:
    response.set_cookie(_cookie(), token, path="/", secure=settings.SECURE, httponly=True, samesite="Strict")


# --- the code, the members -----------------------------------------------------------------------


@page(NOBODY)
def restored(request: Any) -> HttpResponse:
    """For the coordinator who was met at the unlock page: the code, then who still belongs."""
    token = request.COOKIES.get(_cookie(), "")
    waiting = waitings.find(token)
    if waiting is None:
        return redirect("unlock")
    if not restoring.waits(waiting.collective):  # another coordinator was quicker
        waitings.drop(token)
        return redirect("unlock")
    if request.method != "POST":
        return _ask_who(request, waiting) if waiting.code else _ask_code(request, CodeForm(), status=200)
    if request.POST.get("step") == "confirm" and waiting.code:
        return _confirm(request, token, waiting)
    return _take_code(request, waiting)


def _ask_code(request: Any, form: CodeForm, *, status: int = 422) -> HttpResponse:
    return render(request, "collective/restored_code.html", {"form": form}, status=status)


def _take_code(request: Any, waiting: Waiting) -> HttpResponse:
    form, guarded = CodeForm(request.POST), f"restored {waiting.collective.hex}"
    if not form.is_valid():
        return _ask_code(request, form)
    try:
        sessions.guard.ask(guarded)
    except TooManyTries as error:
        form.add_error("code", _slow_down(error.seconds))
        return _ask_code(request, form, status=429)
    if not restoring.code_fits(waiting.collective, form.cleaned_data["code"]):
        sessions.guard.failed(guarded)
        form.add_error(
            "code", _("This code doesn't fit, or it was used. Whoever runs the server can print another one.")
        )
        return _ask_code(request, form)
    sessions.guard.passed(guarded)
    waiting.code = form.cleaned_data["code"]
    return redirect("restored")


def _slow_down(seconds: int) -> str:
    text = ngettext(
        "That was tried many times. Wait %(seconds)d second, then try again.",
        "That was tried many times. Wait %(seconds)d seconds, then try again.",
        seconds,
    )
    return text % {"seconds": seconds}


def _ask_who(request: Any, waiting: Waiting, form: StillHereForm | None = None) -> HttpResponse:
    with waiting.workspace.bound() as workspace:
        workspace.catch_up()
        newest = history.recent(limit=1)
        context = {
            "form": form or StillHereForm(members=_others()),
            "until": newest[0].at if newest else None,
        }
        return render(request, "collective/restored_who.html", context, status=422 if form else 200)


def _others() -> list[Member]:
    return list(Member.objects.filter(left_on=None).exclude(holder=current().holder))


def _confirm(request: Any, token: str, waiting: Waiting) -> HttpResponse:
    from masslink.collective.views import let_in

    with waiting.workspace.bound() as workspace:
        workspace.catch_up()
        form = StillHereForm(request.POST, members=_others())
        if not form.is_valid():
            return _ask_who(request, waiting, form)
        me = Member.objects.get(holder=workspace.holder)
        try:
            confirm_restored(by=me, at=request.now, gone=form.gone, code=waiting.code)
        except NotNow:  # the code was used by another coordinator meanwhile
            waitings.drop(token)
            return redirect("unlock")
    waitings.drop(token, close=False)
    session_token = sessions.start(waiting.workspace, shared=waiting.shared)
    response = let_in(request, session_token)
    _say_done(session_token)
    response.delete_cookie(_cookie(), path="/", samesite="Strict")
    return response


def _say_done(token: str) -> None:
    if session := sessions.find(token):
        session.flash = {"text": _("Confirmed. All others can unlock again with their words."), "kind": "ok"}
