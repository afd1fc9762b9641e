"""What was typed while locked: carried along through the unlock page, and sent after a tap.

The text rests nowhere but in the page that the browser itself posted; the server keeps none of it. Whose it
was, the browser's old cookie tells: it bears a mark that only its holder's keys can make (`made_for`). So a
form outlives the idle lock, "lock now" and a restart of the server, and whoever else unlocks on that phone is
never shown it.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from masslink.core.pages import own_path
from masslink.vault.sessions import Session, is_shared

NEVER = {"csrfmiddlewaretoken", "passphrase", "login", "code", "pin", "pin_again"}
UNSEEN = {"back", "next", "version", "sure"}
PREFIX = "carried-"

Fields = list[tuple[str, str]]


def carry_form(request: Any) -> HttpResponse:
    """The unlock page with the posted fields inside; only where this browser had a session before."""
    from masslink.collective.views import unlock_page

    token = request.COOKIES.get(settings.SESSION_COOKIE, "")
    was_here = bool(token) and not is_shared(token)
    fields = posted(request) if was_here else []
    response = unlock_page(
        request,
        fields=fields,
        to=request.get_full_path() if was_here else "",
        files_lost=was_here and bool(request.FILES),
        status=401,
    )
    return in_place_of_all(request, response)


def posted(request: Any) -> Fields:
    """What was typed and chosen, without what must not wait in a page."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NEVER and not name.startswith(PREFIX)
        for value in values
    ]


def in_place_of_all(request: Any, response: HttpResponse) -> HttpResponse:
    """A whole page as the answer to htmx, which shows nothing of a refusal and would put it into a part."""
    if getattr(request, "htmx", False):
        response.status_code = 200
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML"
    return response


def ask_about_older(request: Any, session: Session) -> HttpResponse:
    """A form that was sent while it is open why this ledger is older: it waits for the answer."""
    response = older_page(request, session, request.get_full_path(), posted(request))
    return in_place_of_all(request, response)


def older_page(request: Any, session: Session, to: str = "", fields: Fields = ()) -> HttpResponse:  # type: ignore[assignment]
    """The server shows an older ledger than this phone has seen: what that may mean, and what to do."""
    context = {
        "older": session.older,
        "next": own_path(request.POST.get("next") or request.GET.get("next")),
        "to": to,
        "fields": [(PREFIX + name, value) for name, value in fields],
    }
    return render(request, "collective/older.html", context, status=409 if request.method == "POST" else 200)


def carried(request: Any) -> tuple[str, Fields]:
    """Where a form was going, and its fields under their own names; ("", []) when nothing came along."""
    to = request.POST.get("to", "")
    fields = [
        (name.removeprefix(PREFIX), value)
        for name, values in request.POST.lists()
        if name.startswith(PREFIX)
        for value in values
    ]
    return (to, fields) if fields and _waits(to) else ("", [])


def _waits(path: str) -> bool:
    """Whether it is the address of a view whose forms may be carried."""
    try:
        return path.startswith("/") and bool(getattr(resolve(path.partition("?")[0]).func, "carries", False))
    except Resolver404:
        return False


def readable(fields: Fields) -> list[str]:
    """What somebody typed, to show it to them: not the ids, dates and choices that go with it."""
    shown = [value.strip() for name, value in fields if name not in UNSEEN and _was_typed(value)]
    return list(dict.fromkeys(shown))


def _was_typed(value: str) -> bool:
    text = value.strip()
    try:
        return not UUID(text)
    except ValueError:
        is_choice = text.replace("_", "").isalpha() and text.islower()
        return any(sign.isalpha() for sign in text) and not is_choice


def render_carried(request: Any, session: Session, to: str, fields: Fields) -> HttpResponse:
    """What was typed, to look at and send. The news are said here: what is sent has its own to say."""
    said, session.flash = session.flash, {}
    context = {"to": to, "fields": fields, "typed": readable(fields), "flash": said}
    return render(request, "collective/carried.html", context)
