"""Pages: who may call them, said beside each; and the few helpers that every view uses.

A view without `@page` is refused. `needs` is NOBODY (before unlocking), WAITING (unlocked, and perhaps not let in
yet), MEMBER or COORDINATOR.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, reverse
from django.utils.http import url_has_allowed_host_and_scheme

NOBODY, WAITING, MEMBER, COORDINATOR = "nobody", "waiting", "member", "coordinator"

View = Callable[..., HttpResponse]
M = TypeVar("M", bound=Model)


def page(
    needs: str, *, methods: tuple[str, ...] = ("GET", "POST"), carries: bool = False
) -> Callable[[View], View]:
    """Declare who may call a view. `carries`: a form posted while locked waits on the unlock page."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            method = "GET" if request.method == "HEAD" else request.method
            if method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        guarded.needs, guarded.carries, guarded.methods = needs, carries, methods  # type: ignore[attr-defined]
        return guarded

    return declare


def fetch(source: type[M] | QuerySet[M], **lookup: Any) -> M:
    """The one record of this kind that the reader can open, or 404: what they may not read isn't there."""
    found = source._default_manager.all() if isinstance(source, type) else source
    try:
        return found.get(**lookup)
    except (ObjectDoesNotExist, ValueError):
        raise Http404 from None


def go(to: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect after a POST, by URL name or path."""
    response: HttpResponse = redirect(to, *args, **kwargs)
    return response


def search_or_list(
    request: Any,
    name: str,
    template: str,
    found: Callable[[str, Any], dict[str, Any]],
    listed: Callable[[Any], dict[str, Any]],
) -> HttpResponse:
    """A list, or what was searched for in it: by POST, so that it stands in no address.

    `name` is the list's URL. To htmx, which asks as one types, it answers with the template's part on `_results`.
    """
    typed = request.POST.get("q", "").strip()
    if request.method == "POST" and not (typed or request.htmx):
        return go(name)
    context = found(typed, request) if typed else listed(request)
    part = "_results" if request.method == "POST" and request.htmx else ""
    return render(request, f"{template}{part}.html", {**context, "q": typed})


_ANY = UUID(int=0)


def address(name: str, id: UUID | None = None) -> str:
    """The same as `reverse`, for lists and for what stands on every page: Django looks only once."""
    if id is None:
        return _without_id(name, get_script_prefix())
    before, after = _around_id(name, get_script_prefix())
    return f"{before}{id}{after}"


@cache
def _without_id(name: str, _prefix: str) -> str:
    return reverse(name)


@cache
def _around_id(name: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[_ANY]).partition(str(_ANY))
    return before, after


def own_path(text: str | None) -> str:
    """The text, when it is the path of a page of ours; else nothing."""
    safe = text and text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if text and safe else ""


def back_to(request: HttpRequest, otherwise: str) -> str:
    """The page named in the form's `back` field, when it is one of ours."""
    return own_path(request.POST.get("back") or request.GET.get("back")) or otherwise


def own_id(request: HttpRequest) -> UUID:
    """The id that a form brought along, so that pressing twice saves once; else a new one."""
    try:
        return UUID(request.POST.get("once") or "")
    except ValueError:
        return uuid4()


def as_id(text: str | None) -> UUID | None:
    """The id that somebody's browser sent; None where it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def number(text: str | None, default: int = 1) -> int:
    """A positive whole number out of an address, or the default."""
    return int(text) or default if text and text.isdecimal() and len(text) < 9 else default
