"""The doors: a request's way from the cookie to an open workspace, or to the unlock page.

Every view says whom it needs (`@page`); one that doesn't say is refused. What may be read is not decided
here: a record that isn't in the workspace can't be reached.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.known import my_devices, remember_seen
from masslink.collective.models import Member
from masslink.core import clock
from masslink.core.pages import COORDINATOR, NOBODY, WAITING
from masslink.vault.reading import read
from masslink.vault.sessions import Session, is_shared, sessions
from masslink.vault.workspace import Removed, TooNew, Workspace


class Request(HttpRequest):
    """What views get: a request with the open session, the member who acts, and the time.

    On pages for those who wait there may be no member yet (`needs` is WAITING).
    """

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
        return _leaving_nothing(request, token, self._answer(request, session))

    def _answer(self, request: Any, session: Session | None) -> HttpResponse:
        if session is None:
            return self.get_response(request)
        with session.workspace.bound() as workspace:
            if self._may_come_in(request, session, workspace):
                response = self.get_response(request)
                _keep_what_was_seen(request, response)
                return response
        request.session_open = None
        return self.get_response(request)

    def _may_come_in(self, request: Any, session: Session, workspace: Workspace) -> bool:
        if workspace.db.dropped:  # locked by another request while this one waited
            return False
        try:
            seq = workspace.catch_up()
            request.member = _member(workspace, seq) if workspace.let_in else None
        except (Removed, TooNew, Member.DoesNotExist):
            sessions.end_all(session.holder)
            return False
        if session.device and session.device in _ended_devices(workspace, seq):  # from another server
            sessions.end_device(session.device)
            return False
        return True

    def process_view(
        self, request: Any, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        needs = getattr(view, "needs", None)
        if needs is None:
            raise Http404
        if _hides(request):
            return elsewhere(request, reverse("hide"))
        if needs == NOBODY:
            return None
        if request.session_open is None:
            return ask_to_unlock(request, carries=view.carries)
        if request.session_open.older and request.resolver_match.url_name != "older":
            return _ask_about_older(request, carries=view.carries)
        if needs == WAITING:
            return None
        if request.member is None:
            return elsewhere(request, reverse("waiting"))
        if needs == COORDINATOR and not request.member.is_coordinator:
            raise PermissionDenied
        return None

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """Put out in the middle of a request, by an alarm or otherwise: nothing was written, what was typed waits."""
        if not isinstance(exception, Removed) or request.session_open is None:
            return None
        sessions.end_all(request.session_open.holder)
        request.session_open = None
        return ask_to_unlock(request, carries=request.resolver_match.func.carries)


def _member(workspace: Workspace, seq: int) -> Member:
    """Who acts; asked anew whenever anything was written since the last request."""
    known = workspace.kept.get("member")
    if known is None or known[0] != seq:
        found = read(Member, "WHERE holder = %s AND left_on IS NULL", [workspace.holder.hex])
        if len(found) != 1:
            raise Member.DoesNotExist
        known = workspace.kept["member"] = (seq, found[0])
    member: Member = known[1]
    return member


def _ended_devices(workspace: Workspace, seq: int) -> set[UUID]:
    """The phones that this member has ended."""
    known = workspace.kept.get("ended devices")
    if known is None or known[0] != seq:
        found = my_devices().exclude(ended_at=None).values_list("holder", flat=True)
        known = workspace.kept["ended devices"] = (seq, set(found))
    ended: set[UUID] = known[1]
    return ended


def _keep_what_was_seen(request: Any, response: HttpResponse) -> None:
    """A known phone remembers how far the ledger has come, with whole pages."""
    if request.session_open and not getattr(request, "htmx", False):
        remember_seen(request, response, request.session_open)


def ask_to_unlock(request: Any, *, carries: bool) -> HttpResponse:
    """Send to the unlock page; a form that was posted meanwhile is carried along."""
    from masslink.collective.unlocking import carry_form

    if request.method == "POST" and carries:
        return carry_form(request)
    target = reverse("unlock")
    if request.method in ("GET", "HEAD") and request.path != "/":
        target += "?" + urlencode({"next": request.get_full_path()})
    return elsewhere(request, target)


def _ask_about_older(request: Any, *, carries: bool) -> HttpResponse:
    """The server shows an older state than this phone has seen: that comes before everything else."""
    from masslink.collective.unlocking import ask_about_older

    if request.method == "POST" and carries:
        return ask_about_older(request, request.session_open)
    target = reverse("older")
    if request.method in ("GET", "HEAD") and request.path != "/":
        target += "?" + urlencode({"next": request.get_full_path()})
    return elsewhere(request, target)


def elsewhere(request: Any, target: str) -> HttpResponse:
    """To another page, also where htmx asks for a part of one."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target)


def _hides(request: Any) -> bool:
    """Whether an empty page stands before this one; what was typed elsewhere may still be sent."""
    session = request.session_open
    reading = request.method in ("GET", "HEAD")
    return bool(session and session.hidden and reading and request.resolver_match.url_name != "hide")


def _leaving_nothing(request: Any, token: str, response: HttpResponse) -> HttpResponse:
    """When a session on a shared phone is over, have the browser forget all it has of us.

    Only answers without a form are sent with the order: a form's token would be forgotten along with the rest.
    """
    over = is_shared(token) and request.session_open is None
    if over and settings.SESSION_COOKIE not in response.cookies:
        response.delete_cookie(settings.SESSION_COOKIE, path="/", samesite="Strict")
        if response.status_code in (204, 302):
            # Where somebody made it known, that stays theirs.
            cookies = "" if settings.DEVICE_COOKIE in request.COOKIES else '"cookies", '
            response.headers["Clear-Site-Data"] = f'"cache", {cookies}"storage"'
    return response


def flash(request: Any, text: str, *, undo: str = "", kind: str = "ok") -> None:
    """One line for the next page, with the address of its undo where there is one."""
    if request.session_open is not None:
        request.session_open.flash = {"text": text, "undo_url": undo, "kind": kind}


def noted_once(request: Any) -> None:
    """Pressed twice: said, unless what the first press said (and its undo) is still to be shown."""
    if request.session_open and not request.session_open.flash:
        flash(request, _("Saved already; it is noted once."))
