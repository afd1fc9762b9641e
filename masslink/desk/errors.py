"""Pages for when something went wrong: what happened, what was kept, what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token doesn't fit: an old tab, or somebody else's page."""
    return render(request, "desk/error.html", {"what": "old_form"}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "desk/error.html", {"what": "not_found"}, status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "desk/error.html", {"what": "refused"}, status=403)


def too_much(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "desk/error.html", {"what": "bad_request"}, status=400)


def broken(request: Any) -> HttpResponse:
    return render(request, "desk/error.html", {"what": "broken"}, status=500)
