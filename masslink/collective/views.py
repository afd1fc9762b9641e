"""Pages before and around unlocking: founding, unlocking, locking, hiding, and what is protected."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.acts import found_space
from masslink.collective.forms import BeginForm, TypedBackForm, UnlockForm
from masslink.collective.founding import Founding, foundings
from masslink.collective.unlocking import PREFIX, Fields, carried, render_carried
from masslink.core.pages import NOBODY, back_to, go, own_path, page
from masslink.vault import history, holders
from masslink.vault.holders import WrongWords
from masslink.vault.models import Collective
from masslink.vault.sessions import Full, Session, TooManyTries, made_for, sessions
from masslink.vault.suite import TooNew

FOUNDING = " founding"  # a name for the guard that no login can have

# --- unlocking -----------------------------------------------------------------------------------


@page(NOBODY)
def unlock(request: Any) -> HttpResponse:
    if request.method != "POST":
        to = own_path(request.GET.get("next"))
        return go(to or "today") if request.session_open else unlock_page(request, next=to)
    form = UnlockForm(request.POST)
    form.is_valid()
    login, passphrase = form.cleaned_data.get("login", ""), form.cleaned_data.get("passphrase", "")
    try:
        token = sessions.log_in(login, passphrase)
    except WrongWords:
        return _not_yet(
            request, 401, _("Login name and words don't fit together. Look at your sheet once more.")
        )
    except TooManyTries as error:
        return _not_yet(request, 429, _slow_down(error), wait=error.seconds)
    except TooNew:
        newer = _(
            "Something here was written by a newer Masslink than this server runs. Nothing was changed or lost; "
            "whoever runs the server has to update it."
        )
        return _not_yet(request, 503, newer)
    except Full:
        full = _("As many people as this server can carry have unlocked just now. Try again in a minute.")
        return _not_yet(request, 503, full, wait=60)
    return _let_in(request, token)


def unlock_page(
    request: Any,
    *,
    next: str = "",
    problem: str = "",
    login: str = "",
    fields: Fields = (),  # type: ignore[assignment]
    to: str = "",
    files_lost: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": UnlockForm(initial={"login": login}),
        "next": next,
        "problem": problem,
        "fields": [(PREFIX + name, value) for name, value in fields],
        "to": to,
        "files_lost": files_lost,
        "was_here": settings.SESSION_COOKIE in request.COOKIES,
        "nobody_yet": not Collective.objects.exists(),
        "languages": settings.LANGUAGES if len(settings.LANGUAGES) > 1 else [],
    }
    return render(request, "collective/unlock.html", context, status=status)


def _not_yet(request: Any, status: int, problem: str, wait: int = 0) -> HttpResponse:
    """The unlock page once more: with the login, and with what waits to be sent, but without the words."""
    to, fields = carried(request)
    response = unlock_page(
        request,
        next=own_path(request.POST.get("next")),
        problem=problem,
        login=request.POST.get("login", "")[:64],
        fields=fields,
        to=to,
        status=status,
    )
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _slow_down(error: TooManyTries) -> str:
    text = ngettext(
        "That was tried many times. Wait %(seconds)d second, then try again.",
        "That was tried many times. Wait %(seconds)d seconds, then try again.",
        error.seconds,
    )
    return text % {"seconds": error.seconds}


def _let_in(request: Any, token: str) -> HttpResponse:
    session = sessions.find(token)
    if session is None:
        return redirect("unlock")
    mine = _change_cookie_of(request, session)
    with suppress(Exception), session.workspace.bound():  # tidying up must not keep anybody out
        history.shred_old(session.workspace, now=request.now)
    to, fields = carried(request)
    if to and mine:
        response = render_carried(request, to, fields)
    else:
        if to:
            session.flash = {"text": _("Somebody else's unsent text was thrown away, unread."), "kind": "ok"}
        response = go(own_path(request.POST.get("next")) or "today")
    _set_cookie(response, settings.SESSION_COOKIE, token)
    return response


def _change_cookie_of(request: Any, session: Session) -> bool:
    """End what this browser had before. Returns whether it was the same holder's.

    Form tokens are new for everybody else; for the same holder they stay, or what they typed in another tab
    before the lock could not be sent any more.
    """
    old = request.COOKIES.get(settings.SESSION_COOKIE, "")
    mine = made_for(old, session.workspace.keys)
    sessions.end(old)
    request.session_open = None
    if not mine:
        rotate_token(request)
    return mine


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/", secure=settings.SECURE, httponly=True, samesite="Strict")


@page(NOBODY, methods=("POST",))
def lock(request: Any) -> HttpResponse:
    """End this session. The cookie stays, dead: it tells whose text in another tab is (see `unlocking`)."""
    sessions.end(request.COOKIES.get(settings.SESSION_COOKIE, ""))
    request.session_open = None
    return redirect("unlock")


@page(NOBODY, methods=("GET",))
def hide(request: Any) -> HttpResponse:
    return render(
        request,
        "collective/hide.html",
        {"hide_url": "", "idle_seconds": 0, "app_icon": "masslink/icon-notes.svg"},
    )


@page(NOBODY, methods=("GET",))
def protected(request: Any) -> HttpResponse:
    shell = "base.html" if request.session_open else "bare.html"
    context = {"shell": shell, "idle_minutes": max(1, settings.IDLE_SECONDS // 60)}
    return render(request, "collective/protected.html", context)


@page(NOBODY, methods=("POST",))
def language(request: Any) -> HttpResponse:
    response = go(back_to(request, reverse("unlock")))
    chosen = request.POST.get("language")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            path="/",
            secure=settings.SECURE,
            httponly=True,
            samesite="Strict",
        )
    return response


# --- founding ------------------------------------------------------------------------------------


@page(NOBODY)
def found(request: Any) -> HttpResponse:
    """Code and names, then the words, then two of them typed back. What is pending stays in memory."""
    token = request.COOKIES.get(_founding_cookie(), "")
    pending = foundings.find(token)
    if request.method != "POST":
        return _offer(request, pending) if pending else _ask_code(request, BeginForm(), late=bool(token))
    step = request.POST.get("step")
    if step == "begin":
        return _begin(request)
    if pending is None:
        return redirect("found")
    if step == "found":
        return _finish(request, token, pending)
    if step == "over":
        foundings.drop(token)
    elif step == "other":
        pending.other_words()
    else:
        pending.written = step == "written"
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
            token = foundings.begin(typed["code"], typed["space"], typed["member"])
            _set_cookie(response, _founding_cookie(), token)
            return response
        sessions.guard.failed(FOUNDING)
        form.add_error(
            "code", _("This code doesn't fit, or it was used. Start the server again to see a new one.")
        )
    except TooManyTries as error:
        status = 429
        form.add_error("code", _slow_down(error))
    return _ask_code(request, form, status=status)


def _offer(request: Any, pending: Founding, form: TypedBackForm | None = None) -> HttpResponse:
    context = {"pending": pending, "form": form or TypedBackForm(asked=pending.asked)}
    template = "collective/found_check.html" if pending.written else "collective/found_words.html"
    return render(request, template, context, status=422 if form else 200)


def _finish(request: Any, token: str, pending: Founding) -> HttpResponse:
    form = TypedBackForm(request.POST, asked=pending.asked)
    if not form.is_valid():
        return _offer(request, pending, form)
    if not pending.typed_back(form.cleaned_data["first"], form.cleaned_data["second"]):
        form.add_error(None, _("These are not the two words. Look at your sheet, or see the words again."))
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
    _set_cookie(response, settings.SESSION_COOKIE, session_token)
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
        _change_cookie_of(request, session)
        session.flash = {
            "text": _("“%(name)s” is founded. Keep your six words.") % {"name": pending.space},
            "kind": "ok",
        }
    return token
