"""The doors: a request's way from the cookie to an open workspace, or to the unlock page.

Every view says whom it needs (`@page`); one that doesn't say is refused. What may be read is not decided
here: a record that isn't in the workspace can't be reached.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.core import clock
from masslink.core.pages import COORDINATOR, NOBODY
from masslink.vault.sessions import Session, sessions
from masslink.vault.workspace import Removed, TooNew, Workspace


class Request(HttpRequest):
    """What views get: a request with the open session, the member who acts, and the time."""

    session_open: Session | None
    member: Member
    now: datetime
    today: date
    htmx: Any


class Doors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.now, request.today = clock.now(), clock.today()
        token = request.COOKIES.get(settings.SESSION_COOKIE, "")
        session = request.session_open = sessions.find(token) if token else None
        if session is None:
            return self.get_response(request)
        with session.workspace.bound() as workspace:
            if self._may_come_in(request, session, workspace):
                return self.get_response(request)
        request.session_open = None
        return self.get_response(request)

    def _may_come_in(self, request: Any, session: Session, workspace: Workspace) -> bool:
        if workspace.db.dropped:  # locked by another request while this one waited
            return False
        try:
            request.member = _member(workspace, workspace.catch_up())
        except (Removed, TooNew, Member.DoesNotExist):
            sessions.end_all(session.holder)
            return False
        return True

    def process_view(
        self, request: Any, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        needs = getattr(view, "needs", None)
        if needs is None:
            raise Http404
        if needs == NOBODY:
            return None
        if request.session_open is None:
            return ask_to_unlock(request, carries=view.carries)
        if needs == COORDINATOR and not request.member.is_coordinator:
            raise PermissionDenied
        return None


def _member(workspace: Workspace, seq: int) -> Member:
    """Who acts; asked anew whenever anything was written since the last request."""
    known = workspace.kept.get("member")
    if known is None or known[0] != seq:
        known = workspace.kept["member"] = (seq, Member.objects.get(holder=workspace.holder, left_on=None))
    member: Member = known[1]
    return member


def ask_to_unlock(request: Any, *, carries: bool) -> HttpResponse:
    """Send to the unlock page; a form that was posted meanwhile is carried along."""
    from masslink.collective.unlocking import carry_form

    if request.method == "POST" and carries:
        return carry_form(request)
    target = reverse("unlock")
    if request.method in ("GET", "HEAD") and request.path != "/":
        target += "?" + urlencode({"next": request.get_full_path()})
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = target if request.method == "GET" else reverse("unlock")
        return response
    return redirect(target)


def flash(request: Any, text: str, *, undo: str = "", kind: str = "ok") -> None:
    """One line for the next page, with the address of its undo where there is one."""
    if request.session_open is not None:
        request.session_open.flash = {"text": text, "undo_url": undo, "kind": kind}


def noted_once(request: Any) -> None:
    """Pressed twice: said, unless what the first press said (and its undo) is still to be shown."""
    if request.session_open and not request.session_open.flash:
        flash(request, _("Saved already; it is noted once."))
