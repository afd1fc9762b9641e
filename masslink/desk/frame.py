"""What every page's frame shows: the doors, the talk button, one line of news, lock and hide."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from masslink.collective.look import look_of
from masslink.core.icons import icon
from masslink.core.pages import address


@dataclass(frozen=True)
class Door:
    url: str
    label: str
    icon: SafeString
    current: bool


def frame(request: Any) -> dict[str, Any]:
    """Context of the base page. Before unlocking there are no doors."""
    look = look_of(getattr(request, "COOKIES", {}))
    context: dict[str, Any] = {
        "hide_url": f"{address('hide')}?new",
        "look": look,
        "app_name": look.name,
        "app_icon": look.svg,
    }
    session = getattr(request, "session_open", None)
    if session is None:
        return context

    def flash() -> dict[str, str]:
        """Taken only where it is shown: a part of a page that htmx asked for meanwhile leaves it to the next page."""
        taken: dict[str, str] = session.flash
        session.flash = {}
        return taken

    context |= {
        "me": request.member,
        "today": request.today,
        "lock_url": address("lock"),
        "idle_seconds": session.idle_seconds,
        "shared": session.shared,
        "flash": SimpleLazyObject(flash),
    }
    if request.member is None:  # a newcomer, for whom no door is open yet
        return context
    return {
        **context,
        "doors": _doors(request.path),
        "talk_url": _and_back("talked", request),
        "happened_url": _and_back("happened", request),
    }


def _and_back(name: str, request: Any) -> str:
    """The address of a form that, once saved, comes back to this page; at a place, about this place."""
    if request.method != "GET" or request.resolver_match is None:
        return address(name)
    about = {"site": site} if (site := request.resolver_match.kwargs.get("site_id")) else {}
    return f"{address(name)}?{urlencode({'back': request.get_full_path(), **about})}"


def _doors(path: str) -> list[Door]:
    """Today, People, Places, Gatherings, Us."""
    found = [
        ("today", _("Today"), "clock", ("/",)),
        ("people", _("People"), "users", ("/people",)),
        ("places", _("Places"), "building-office-2", ("/places",)),
        ("gatherings", _("Gatherings"), "calendar", ("/gatherings",)),
        ("us", _("Us"), "chat-bubble-left-right", ("/us", "/lists")),
    ]
    return [
        Door(address(name), label, icon(drawn), path == "/" if name == "today" else path.startswith(starts))
        for name, label, drawn, starts in found
    ]
