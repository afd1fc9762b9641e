"""Pages for when something went wrong: what happened, what was kept, what to do."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from masslink.collective.unlocking import Fields, in_place_of_all, posted, readable
from masslink.vault.ledger import out_of_reach


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token doesn't fit: an old tab, or somebody else's page."""
    return render(request, "desk/error.html", {"what": "old_form"}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also where somebody deleted it while another wrote: what was typed is shown, this once."""
    context = {"what": "not_found", "typed": readable(_kept(request))}
    return render(request, "desk/error.html", context, status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "desk/error.html", {"what": "refused"}, status=403)


def too_much(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "desk/error.html", {"what": "bad_request"}, status=400)


def broken(request: Any) -> HttpResponse:
    if out_of_reach(sys.exc_info()[1]):
        return unreached(request)
    if not hasattr(request, "member"):  # it broke before anybody was let in
        request.session_open = None
    return render(request, "desk/error.html", {"what": "broken"}, status=500)


def unreached(request: Any) -> HttpResponse:
    """The ledger can't be asked just now. What was typed stays in the page, to be sent again."""
    fields = _kept(request)
    request.session_open = None  # the page is made without asking for anything
    context = {
        "to": request.get_full_path(),
        "fields": fields,
        "typed": readable(fields),
        "files_lost": bool(fields and request.FILES),
    }
    return in_place_of_all(request, render(request, "desk/unreached.html", context, status=503))


def _kept(request: Any) -> Fields:
    """A form that somebody unlocked has sent, where its view lets it be carried along."""
    try:
        carries = getattr(resolve(request.path).func, "carries", False)
    except Resolver404:
        carries = False
    return (
        posted(request)
        if carries and request.method == "POST" and getattr(request, "session_open", None)
        else []
    )
