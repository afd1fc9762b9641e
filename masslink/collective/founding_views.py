"""Founding a collective: the code from the console and names, the words, two of them typed back."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.acts import found_space
from masslink.collective.forms import BeginForm, OfferedForm
from masslink.collective.founding import Founding, foundings
from masslink.collective.views import change_cookie_of, set_cookie, slow_down
from masslink.core.pages import NOBODY, page
from masslink.vault import holders
from masslink.vault.holders import WrongWords
from masslink.vault.models import Collective
from masslink.vault.sessions import TooManyTries, sessions

FOUNDING = " founding"  # a name for the guard that no login can have


@page(NOBODY)
def found(request: Any) -> HttpResponse:
    """Code and names, then the words, then two of them typed back. What is pending stays in memory."""
    token = request.COOKIES.get(_founding_cookie(), "")
    pending = foundings.find(token)
    if request.method != "POST":
        return _offer(request, pending) if pending else _ask_code(request, BeginForm(), late=bool(token))
    step = request.POST.get("step", "")
    if step == "begin":
        return _begin(request)
    if pending is None:
        return redirect("found")
    if step == "typed":
        return _finish(request, token, pending)
    if step == "over":
        foundings.drop(token)
    else:
        pending.take(step)
    return redirect("found")


def _founding_cookie() -> str:
    return f"{settings.SESSION_COOKIE}-founding"


def _ask_code(request: Any, form: BeginForm, *, late: bool = False, status: int = 200) -> HttpResponse:
    context = {"form": form, "late": late, "anybody": Collective.objects.exists()}
    return render(request, "collective/found.html", context, status=status)


def _begin(request: Any) -> HttpResponse:
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _ask_code(request, form, status=422)
    typed, status = form.cleaned_data, 422
    try:
        sessions.guard.ask(FOUNDING)
        if holders.founding_code_fits(typed["code"]):
            sessions.guard.passed(FOUNDING)
            response = redirect("found")
            token = foundings.begin(Founding(**typed))
            set_cookie(response, _founding_cookie(), token)
            return response
        sessions.guard.failed(FOUNDING)
        form.add_error(
            "code", _("This code doesn't fit, or it was used. Start the server again to see a new one.")
        )
    except TooManyTries as error:
        status = 429
        form.add_error("code", slow_down(error))
    return _ask_code(request, form, status=status)


def _offer(request: Any, pending: Founding, form: OfferedForm | None = None) -> HttpResponse:
    context = {"pending": pending, "form": form or OfferedForm(offered=pending), "action": reverse("found")}
    template = "collective/found_check.html" if pending.written else "collective/found_words.html"
    return render(request, template, context, status=422 if form else 200)


def _finish(request: Any, token: str, pending: Founding) -> HttpResponse:
    form = OfferedForm(request.POST, offered=pending)
    if not pending.written or not form.is_valid():
        return _offer(request, pending, form)
    try:
        session_token = _found(request, pending)
    except WrongWords:
        foundings.drop(token)
        again = BeginForm({"space": pending.space, "member": pending.member, "code": pending.code})
        again.add_error("code", _("The code was used meanwhile. Start the server again to see a new one."))
        return _ask_code(request, again, status=422)
    foundings.drop(token)
    response = redirect("today")
    set_cookie(response, settings.SESSION_COOKIE, session_token)
    response.delete_cookie(_founding_cookie(), path="/", samesite="Strict")
    return response


def _found(request: Any, pending: Founding) -> str:
    with transaction.atomic("default"):  # a collective without its first member could never be unlocked
        workspace = holders.found(pending.code, pending.login, pending.passphrase)
        with workspace.bound():
            found_space(at=request.now, name=pending.space, member_name=pending.member)
    token = sessions.start(workspace)
    session = sessions.find(token)
    if session:
        change_cookie_of(request, session)
        session.flash = {
            "text": _("“%(name)s” is founded. Keep your six words.") % {"name": pending.space},
            "kind": "ok",
        }
    return token
