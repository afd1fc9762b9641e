"""Pages before and around unlocking: unlocking by words or PIN, locking, hiding, and what is protected."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective import known, pins
from masslink.collective.chores import see_to_all
from masslink.collective.forms import UnlockForm
from masslink.collective.news import news
from masslink.collective.restored_views import meet
from masslink.collective.unlocking import PREFIX, Fields, carried, older_page, render_carried
from masslink.core.pages import NOBODY, WAITING, back_to, go, own_path, page
from masslink.vault.devices import UnknownDevice, WrongPin
from masslink.vault.holders import WrongWords
from masslink.vault.models import Collective
from masslink.vault.restoring import BroughtBack
from masslink.vault.sessions import Full, Session, TooManyTries, made_for, sessions
from masslink.vault.suite import TooNew
from masslink.vault.workspace import Removed

# --- unlocking -----------------------------------------------------------------------------------


@page(NOBODY)
def unlock(request: Any) -> HttpResponse:
    if request.method != "POST":
        to = own_path(request.GET.get("next"))
        return go(to or "today") if request.session_open else unlock_page(request, next=to)
    form = UnlockForm(request.POST)
    form.is_valid()
    login, passphrase = form.cleaned_data.get("login", ""), form.cleaned_data.get("passphrase", "")
    shared = form.cleaned_data.get("shared", False)
    return _come_in(request, partial(sessions.log_in, login, passphrase, shared=shared))


@page(NOBODY)
def pin(request: Any) -> HttpResponse:
    """The same on a known phone, by its PIN."""
    if request.method != "POST":
        return redirect("unlock")
    typed = pins.tidy(request.POST.get("pin", ""))
    if not pins.could_be(typed):
        return _not_yet(request, 422, _("A PIN has six digits or more. This didn't count as a try."))
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE, "")
    return _come_in(request, partial(sessions.log_in_with_pin, cookie, typed))


def _come_in(request: Any, log_in: Callable[[], str]) -> HttpResponse:
    """Let in whoever `log_in` gives a session; else say why not, and what waits to be sent goes on waiting."""
    try:
        return let_in(request, log_in())
    except WrongWords:
        return _not_yet(
            request, 401, _("Login name and words don't fit together. Look at your sheet once more.")
        )
    except WrongPin as error:
        return _not_yet(request, 401, _tries_left(error))
    except UnknownDevice:
        unknown = _(
            "This phone isn't known any more: it was ended, or five wrong PINs were typed. Use your login name and "
            "six words; then you can make it known again."
        )
        return _not_yet(request, 401, unknown)
    except TooManyTries as error:
        return _not_yet(request, 429, slow_down(error), wait=error.seconds)
    except TooNew:
        newer = _(
            "Something here was written by a newer Masslink than this server runs. Nothing was changed or lost; "
            "whoever runs the server has to update it."
        )
        return _not_yet(request, 503, newer)
    except Full:
        full = _("As many people as this server can carry have unlocked just now. Try again in a minute.")
        return _not_yet(request, 503, full, wait=60)
    except BroughtBack as error:
        return meet(request, error)


def _tries_left(error: WrongPin) -> str:
    text = ngettext(
        "Not this PIN. %(left)d try is left; after that this phone takes the six words only.",
        "Not this PIN. %(left)d tries are left; after that this phone takes the six words only.",
        error.left,
    )
    return text % {"left": error.left}


def unlock_page(
    request: Any,
    *,
    next: str = "",
    problem: str = "",
    login: str = "",
    shared: bool = False,
    fields: Fields = (),  # type: ignore[assignment]
    to: str = "",
    files_lost: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": UnlockForm(initial={"login": login, "shared": shared}),
        "next": next,
        "problem": problem,
        "fields": [(PREFIX + name, value) for name, value in fields],
        "to": to,
        "files_lost": files_lost,
        "own_certificate": bool(settings.FINGERPRINT),
        "was_here": settings.SESSION_COOKIE in request.COOKIES,
        "nobody_yet": not Collective.objects.exists(),
        "known": bool(known.cookie_of(request)),
        "by_words": "passphrase" in request.POST,
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
        shared="shared" in request.POST,
        fields=fields,
        to=to,
        status=status,
    )
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def slow_down(error: TooManyTries) -> str:
    text = ngettext(
        "That was tried many times. Wait %(seconds)d second, then try again.",
        "That was tried many times. Wait %(seconds)d seconds, then try again.",
        error.seconds,
    )
    return text % {"seconds": error.seconds}


def let_in(request: Any, token: str) -> HttpResponse:
    """To what they came for; before that, where this phone has seen more than the server shows, the question why."""
    session = sessions.find(token)
    if session is None:
        return redirect("unlock")
    mine = change_cookie_of(request, session)
    try:
        known.recognize(request, session)
    except Removed:
        sessions.end_all(session.holder)
        return redirect("unlock")
    to, fields = carried(request)
    if to and not mine:
        session.flash = {"text": _("Somebody else's unsent text was thrown away, unread."), "kind": "ok"}
        to, fields = "", []
    first = older_page if session.older else _go_on
    response = first(request, session, to, fields)
    set_cookie(response, settings.SESSION_COOKIE, token)
    known.refresh(request, response, session)
    return response


def _go_on(request: Any, session: Session, to: str, fields: Fields) -> HttpResponse:
    with suppress(Exception):  # tidying up must not keep anybody out
        see_to_all(session.workspace, at=request.now)
    session.flash = session.flash or news(request, session)
    if to:
        return render_carried(request, session, to, fields)
    return go(own_path(request.POST.get("next")) or "today")


@page(WAITING)
def older(request: Any) -> HttpResponse:
    """The question that stands before every page until it is answered. Going on forgets what this phone had seen."""
    session = request.session_open
    if request.method != "POST":
        return older_page(request, session) if session.older else go("today")
    session.older = None
    response = _go_on(request, session, *carried(request))
    known.forget_seen(response)
    known.remember_seen(request, response, session, anew=True)
    return response


def change_cookie_of(request: Any, session: Session) -> bool:
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


def set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/", secure=settings.SECURE, httponly=True, samesite="Strict")


@page(NOBODY, methods=("POST",))
def lock(request: Any) -> HttpResponse:
    """End this session. The cookie stays, dead: it tells whose text in another tab is (see `unlocking`)."""
    sessions.end(request.COOKIES.get(settings.SESSION_COOKIE, ""))
    request.session_open = None
    return redirect("unlock")


@page(NOBODY)
def hide(request: Any) -> HttpResponse:
    """An empty page of the name this phone goes by. Fled to ("?new"), it stands before all others, so that the
    way back shows nothing either, until its button is pressed. It does not lock.
    """
    session = request.session_open
    if request.method == "POST":
        if session:
            session.hidden = False
        return go("today")
    if session and "new" in request.GET:
        session.hidden = True
    return render(request, "collective/hide.html", {"hide_url": "", "idle_seconds": 0})


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
