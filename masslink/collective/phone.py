"""Pages about the phone in one's hand: what this looks like on it, and which server it really talks to."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language

from masslink.collective.forms import LookForm
from masslink.collective.look import DAYS, Look, look_of
from masslink.core.pages import NOBODY, go, page

PAPER = "#faf9f5"  # as in masslink.css


@page(NOBODY)
def this_phone(request: Any) -> HttpResponse:
    """Anybody may choose, also before unlocking; a shared phone keeps nothing."""
    session, look = request.session_open, look_of(request.COOKIES)
    shared = bool(session and session.shared)
    form = LookForm(request.POST or None, look=look)
    if request.method == "POST" and not shared:
        if "usual" in request.POST:
            response = go("this-phone")
            response.delete_cookie(settings.LOOK_COOKIE, path="/", samesite="Strict")
            return response
        if form.is_valid():
            return _keep(go("this-phone"), form.look())
    context = {
        "shell": "base.html" if session else "bare.html",
        "form": form,
        "shared": shared,
        "chosen": settings.LOOK_COOKIE in request.COOKIES,
    }
    return render(request, "collective/this_phone.html", context, status=422 if form.errors else 200)


def _keep(response: HttpResponse, look: Look) -> HttpResponse:
    response.set_cookie(
        settings.LOOK_COOKIE,
        look.to_cookie(),
        max_age=DAYS * 24 * 3600,
        path="/",
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@page(NOBODY, methods=("GET",))
def manifest(request: Any) -> HttpResponse:
    """What a browser reads when this is added to the home screen."""
    look = look_of(request.COOKIES)
    icons: list[dict[str, str]] = [{"src": static(look.svg), "sizes": "any", "type": "image/svg+xml"}]
    icons += [
        {"src": static(look.png(size)), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    told = {
        "name": look.name,
        "short_name": look.name,
        "lang": get_language() or "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@page(NOBODY, methods=("GET",))
def server(request: Any) -> HttpResponse:
    """The certificate's fingerprint, for whoever compares it with what their browser shows."""
    known = settings.FINGERPRINT
    context = {
        "shell": "base.html" if request.session_open else "bare.html",
        "groups": [known[at : at + 4] for at in range(0, len(known), 4)],
    }
    return render(request, "collective/server.html", context)
