"""A newcomer's pages: the code, the words, a PIN, and then waiting to be let in."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective import pins
from masslink.collective.doors import elsewhere, flash
from masslink.collective.forms import PLAIN, OfferedForm
from masslink.collective.joining import Joining, joinings
from masslink.collective.known import PinForm, make_known
from masslink.collective.models import Welcome
from masslink.collective.views import change_cookie_of, set_cookie, slow_down
from masslink.core.pages import NOBODY, WAITING, number, page
from masslink.vault import invitations
from masslink.vault.holders import WrongWords
from masslink.vault.invitations import RanOut
from masslink.vault.sessions import TooManyTries, sessions
from masslink.vault.suite import Fingerprint
from masslink.vault.workspace import Workspace, current

LOOKS = 30  # times that the waiting page looks by itself; going on for good, it would keep the session open


class CodeForm(forms.Form):
    """The code of an invitation, typed or out of its link."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("Sixteen letters and digits. Capitals, spaces and hyphens don't matter."),
        widget=forms.TextInput(attrs={**PLAIN, "data-from-fragment": ""}),
    )


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE}-joining"


@page(NOBODY)
def join(request: Any) -> HttpResponse:
    """The code, the words, two of them typed back, a PIN. Until that is done, it stays in memory."""
    token = request.COOKIES.get(_cookie(), "")
    pending = joinings.find(token)
    if request.session_open and request.member is None:
        return redirect("waiting")
    if request.method != "POST":
        return _show(request, pending) if pending else _ask_code(request, CodeForm(), late=bool(token))
    step = request.POST.get("step", "")
    if step == "code":
        return _begin(request)
    if pending is None:
        return redirect("join")
    if step == "typed" and pending.written:
        return _check(request, pending)
    if step in ("pin", "without", "shared") and pending.checked:
        return _finish(request, token, pending, step)
    if step == "over":
        joinings.drop(token)
    else:
        pending.take(step)
    return redirect("join")


def _ask_code(request: Any, form: CodeForm, *, late: bool = False, status: int = 200) -> HttpResponse:
    context = {"form": form, "late": late, "somebody": request.session_open is not None}
    return render(request, "collective/join.html", context, status=status)


def _begin(request: Any) -> HttpResponse:
    form, status = CodeForm(request.POST), 422
    if form.is_valid():
        try:
            _try_code(form.cleaned_data["code"], request.now)
        except TooManyTries as error:
            status = 429
            form.add_error("code", slow_down(error))
        except WrongWords as error:
            form.add_error("code", _why_not(error))
        else:
            response = redirect("join")
            token = joinings.begin(Joining(code=form.cleaned_data["code"]))
            set_cookie(response, _cookie(), token)
            return response
    return _ask_code(request, form, status=status)


def _try_code(code: str, now: datetime) -> None:
    """Whether it fits. Raises WrongWords, RanOut, TooManyTries.

    A name of its own for each code: wrong ones slow down whoever types them again and, if they are many, everybody;
    but nobody can keep one newcomer out with five of them.
    """
    name = f" code {sha256(invitations.tidy(code).encode()).hexdigest()[:16]}"
    sessions.guard.ask(name)
    try:
        invitations.read(code, now)
    except WrongWords:
        sessions.guard.failed(name)
        raise
    sessions.guard.passed(name)


def _why_not(error: WrongWords) -> str:
    if isinstance(error, RanOut):
        return _("This code ran out: it holds for 72 hours. Ask whoever invited you for another one.")
    return _(
        "This code opens nothing here. Look for a slip. If there is none, it was used already or taken back. You "
        "didn't use it? Then tell whoever invited you at once: somebody else may have come in your place."
    )


def _show(request: Any, pending: Joining, form: OfferedForm | PinForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {"pending": pending, "action": reverse("join"), "form": form}
    if pending.checked:
        template = "join_pin"
        context |= {"form": form or PinForm(), "by_chance": pins.by_chance()}
    elif pending.written:
        template = "join_check"
        context["form"] = form or OfferedForm(offered=pending)
    else:
        template = "join_words"
    return render(request, f"collective/{template}.html", context, status=422 if form else 200)


def _check(request: Any, pending: Joining) -> HttpResponse:
    form = OfferedForm(request.POST, offered=pending)
    if not form.is_valid():
        return _show(request, pending, form)
    pending.checked = True
    return redirect("join")


def _finish(request: Any, token: str, pending: Joining, step: str) -> HttpResponse:
    """The last tap uses the code up. Only then the phone is made known, if they want it."""
    form = PinForm(request.POST) if step == "pin" else None
    if form and not form.is_valid():
        return _show(request, pending, form)
    try:
        workspace = pending.finish(request.now)
    except WrongWords as error:
        joinings.drop(token)
        again = CodeForm({"code": pending.code})
        again.add_error("code", _why_not(error))
        return _ask_code(request, again, status=422)
    joinings.drop(token)
    response = redirect("waiting")
    _begin_session(request, response, workspace, form, shared=step == "shared")
    response.delete_cookie(_cookie(), path="/", samesite="Strict")
    return response


def _begin_session(
    request: Any, response: HttpResponse, workspace: Workspace, form: PinForm | None, *, shared: bool
) -> None:
    token = sessions.start(workspace, shared=shared)
    if session := sessions.find(token):
        change_cookie_of(request, session)
    if form:
        with workspace.bound():
            make_known(request, response, token=token, form=form)
    set_cookie(response, settings.SESSION_COOKIE, token)


# --- waiting -------------------------------------------------------------------------------------


@page(WAITING, methods=("GET",))
def waiting(request: Any) -> HttpResponse:
    """Four words to compare. The page looks now and then by itself whether somebody has let them in."""
    if request.member:
        flash(request, _("You are let in. Welcome."))
        return elsewhere(request, reverse("today"))
    looked = number(request.GET.get("looked"), 0)
    context = {"words": _words(), "looks_again": looked < LOOKS, "next": looked + 1}
    template = "collective/waiting_part.html" if request.htmx else "collective/waiting.html"
    return render(request, template, context)


def _words() -> list[str]:
    """None where this holder never joined by a code."""
    welcome, workspace = Welcome.objects.first(), current()
    if welcome is None:
        return []
    known = workspace.kept.get("four words")
    if known is None or known[0] != welcome.secret:  # slow on purpose, and this page looks again and again
        mine: Fingerprint = workspace.keys.public.fingerprint
        found = invitations.words_to_compare(workspace.root, mine, bytes.fromhex(welcome.secret))
        known = workspace.kept["four words"] = (welcome.secret, found)
    words: list[str] = known[1]
    return words
