"""A known phone: what it keeps of us, and making it known.

It keeps two cookies. One is its part of the key: which device it is, and a secret that opens nothing without the
PIN. The other is how far it has seen the ledger come, so that it notices an older one.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective import acts, pins
from masslink.collective.models import Device
from masslink.vault import devices
from masslink.vault.devices import Seen
from masslink.vault.sessions import Session, sessions
from masslink.vault.workspace import Workspace, current

DAYS = 400  # browsers keep a cookie no longer; unlocking begins them anew

# No password field: browsers offer to save what stands in those, and a saved PIN is one more key on the phone. The
# numeric keypad learns nothing, and the stylesheet covers the digits.
KEYPAD = {
    "inputmode": "numeric",
    "autocomplete": "off",
    "autocorrect": "off",
    "spellcheck": "false",
    "class": "pin",
}


class PinInput(forms.TextInput):
    """Digits on the keypad, typed anew whenever the form comes back."""

    def __init__(self) -> None:
        super().__init__(attrs=KEYPAD)

    def format_value(self, value: Any) -> None:
        return None


class PinForm(forms.Form):
    """A name for this phone, and a PIN twice."""

    phone = forms.CharField(
        label=gettext_lazy("What you call it"),
        max_length=40,
        initial=gettext_lazy("My phone"),
        help_text=gettext_lazy("Only you see this name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    pin = forms.CharField(
        label=gettext_lazy("PIN"),
        max_length=40,
        help_text=gettext_lazy(
            "Six digits or more. No birthday, and not the PIN that unlocks the phone itself."
        ),
        widget=PinInput(),
    )
    pin_again = forms.CharField(
        label=gettext_lazy("The same PIN once more"), max_length=40, widget=PinInput()
    )

    def clean_pin(self) -> str:
        pin = pins.tidy(self.cleaned_data["pin"])
        if fault := pins.fault(pin):
            raise forms.ValidationError(_said(fault))
        return pin

    def clean_pin_again(self) -> str:
        again = pins.tidy(self.cleaned_data["pin_again"])
        if self.cleaned_data.get("pin", again) != again:
            raise forms.ValidationError(_("This is another PIN than the first. Type both again."))
        return again


def _said(fault: str) -> str:
    told = {
        pins.TOO_SHORT: _("A PIN has six digits or more."),
        pins.NOT_DIGITS: _("Digits only, so that the phone can show its keypad."),
        pins.TOO_LONG: _("Twenty digits at most."),
        pins.REPEATS: _("Too easy to guess: it repeats itself."),
        pins.IN_A_ROW: _("Too easy to guess: these digits stand in a row."),
        pins.A_DATE: _("This can be read as a date, and birthdays are tried first. Take another one."),
    }
    return told[fault]


def my_devices() -> QuerySet[Device]:
    """All that were made known by the member at hand, ended ones too."""
    return Device.objects.filter(circle=current().own_circle)


# --- which phone this is -------------------------------------------------------------------------


def cookie_of(request: Any) -> str:
    """What this browser shows as its part of the key; empty where it isn't known (any more)."""
    cookie: str = request.COOKIES.get(settings.DEVICE_COOKIE, "")
    return cookie if cookie and devices.is_known(cookie) else ""


def device_of(cookies: Mapping[str, str]) -> UUID | None:
    """Which device a browser says it is."""
    return devices.id_of(cookies.get(settings.DEVICE_COOKIE, ""))


def make_known(
    request: Any, response: HttpResponse, *, token: str, form: PinForm, id: UUID | None = None
) -> None:
    """Make the phone at hand known to whoever acts in the workspace that is bound, in the session of `token`.

    For forms that are valid. On a shared phone nothing is made and no cookie set. The `id` of a form that was posted
    before makes the phone known anew.
    """
    session = sessions.find(token)
    if session is None or session.shared:
        return
    twice = my_devices().filter(pk=id).first() if id else None
    until_now = {device_of(request.COOKIES), twice.holder if twice else None} - {None}
    sessions.on_device(token, None)  # it goes on, whatever the phone was known as before
    device, cookie = acts.remember_device(
        by=getattr(request, "member", None),
        at=request.now,
        name=form.cleaned_data["phone"],
        pin=form.cleaned_data["pin"],
        id=None if twice else id,
        instead_of=[old for old in until_now if old],
    )
    sessions.on_device(token, device.holder)
    keep(response, settings.DEVICE_COOKIE, cookie)
    remember_seen(request, response, session, anew=True)


def forget_phone(response: HttpResponse) -> None:
    """Have the browser forget its part of the key."""
    response.delete_cookie(settings.DEVICE_COOKIE, path="/", samesite="Strict")


def keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=DAYS * 24 * 3600,
        path="/",
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )


# --- what it has seen ----------------------------------------------------------------------------


def seen_by(request: Any, workspace: Workspace) -> Seen | None:
    """How far this browser remembers the ledger for the member at hand."""
    return devices.recall(request.COOKIES.get(settings.SEEN_COOKIE, ""), workspace.keys)


def recognize(request: Any, session: Session) -> None:
    """At unlocking: is this phone known to them, and has it seen more than the server shows now? Raises Removed."""
    with session.workspace.bound() as workspace:
        workspace.catch_up()
        device, before = device_of(request.COOKIES), seen_by(request, workspace)
        if not session.shared and session.device is None and _is_mine(device):
            session.device = device
        session.older = devices.older(workspace, before) if before else None


def refresh(request: Any, response: HttpResponse, session: Session) -> None:
    """After unlocking: the cookies of a known phone last from now on."""
    if session.device:
        keep(response, settings.DEVICE_COOKIE, request.COOKIES[settings.DEVICE_COOKIE])
    remember_seen(request, response, session, anew=True)


def _is_mine(device: UUID | None) -> bool:
    if device is None or not my_devices().filter(holder=device, ended_at=None).exists():
        return False
    return devices.is_known(device.hex)


def remember_seen(request: Any, response: HttpResponse, session: Session, *, anew: bool = False) -> None:
    """Have a known phone remember how far the ledger has come; where it came further, or `anew`."""
    workspace = session.workspace
    if session.device is None or session.older or not _is_open(workspace):
        return
    before = seen_by(request, workspace)
    if anew or before is None or before.root != workspace.root or before.seq < workspace.seq:
        keep(response, settings.SEEN_COOKIE, devices.memory(workspace))


def _is_open(workspace: Workspace) -> bool:
    return not workspace.db.dropped and workspace.let_in


def forget_seen(response: HttpResponse) -> None:
    response.delete_cookie(settings.SEEN_COOKIE, path="/", samesite="Strict")
