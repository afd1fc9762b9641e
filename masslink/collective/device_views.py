"""Pages about a member's phones: which are known, what is open now, and the alarm that ends all of it for everybody."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective import acts, known, pins
from masslink.collective.doors import flash, noted_once
from masslink.collective.known import PinForm
from masslink.collective.models import Device
from masslink.core.pages import MEMBER, WAITING, fetch, go, own_id, page
from masslink.vault.devices import known as still_known
from masslink.vault.sessions import sessions


@dataclass(frozen=True)
class Phone:
    """A known phone as its member sees it in the list."""

    device: Device
    here: bool  # this one
    opens: bool  # with its PIN; not any more after five wrong ones, an alarm, or when somebody else made it theirs


def my_phones(request: Any) -> list[Phone]:
    """Those that weren't ended, the one at hand first."""
    found = list(known.my_devices().filter(ended_at=None))
    opening, here = still_known({device.holder for device in found}), known.device_of(request.COOKIES)
    phones = [Phone(d, d.holder == here and d.holder in opening, d.holder in opening) for d in found]
    return sorted(phones, key=lambda phone: not phone.here)


@page(WAITING)
def devices(request: Any) -> HttpResponse:
    """Which phones are known; make the one at hand known, or give it another PIN."""
    form = PinForm(request.POST or None)
    if request.method == "POST" and not request.session_open.shared and form.is_valid():
        response = go("devices")
        token = request.COOKIES[settings.SESSION_COOKIE]
        known.make_known(request, response, token=token, form=form, id=own_id(request))
        flash(
            request, _("This phone opens with its PIN from now on. The six words open everywhere, as before.")
        )
        return response
    return render(
        request, "collective/devices.html", _context(request, form), status=422 if form.errors else 200
    )


def _context(request: Any, form: PinForm) -> dict[str, Any]:
    phones, session = my_phones(request), request.session_open
    here = next((phone for phone in phones if phone.here), None)
    return {
        "form": form,
        "phones": phones,
        "here": here,
        "others_phone": not here and bool(known.cookie_of(request)),
        "shared_phone": session.shared,
        "open_now": sessions.count(session.holder),
        "once": request.POST.get("once") or uuid4(),
        "by_chance": pins.by_chance(),
    }


@page(WAITING, methods=("POST",))
def end(request: Any, device_id: UUID) -> HttpResponse:
    """One of one's phones opens nothing any more. Who ends the one at hand goes on until they lock."""
    device = fetch(known.my_devices(), pk=device_id)
    response = go("devices")
    if device.ended_at:
        noted_once(request)
        return response
    here = device.holder == known.device_of(request.COOKIES)
    if here:
        sessions.on_device(request.COOKIES[settings.SESSION_COOKIE], None)
        known.forget_phone(response)
        known.forget_seen(response)
    acts.end_device(by=request.member, at=request.now, device=device)
    text = _("This phone isn't known any more.") if here else _("“%(name)s” opens nothing any more.")
    flash(request, text % {"name": device.name})
    return response


@page(WAITING, methods=("POST",))
def end_others(request: Any) -> HttpResponse:
    """Lock everywhere else: all sessions of this member but the one at hand."""
    count = sessions.end_others(request.COOKIES[settings.SESSION_COOKIE])
    ended = ngettext("Locked %(count)d other browser.", "Locked %(count)d other browsers.", count)
    flash(request, ended % {"count": count} if count else _("Nothing else of yours was open."))
    return go("devices")


@page(MEMBER)
def alarm(request: Any) -> HttpResponse:
    """All sessions and known phones of the collective end at once; the answer is the last page anybody sees."""
    if request.method != "POST":
        return render(request, "collective/alarm.html")
    acts.raise_alarm(by=request.member, at=request.now)
    request.session_open = None
    return render(request, "collective/alarm_raised.html")
