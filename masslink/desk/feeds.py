"""A member's calendar on their phone: making a feed, ending it, and the address from which the phone fetches it."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from masslink.collective import feeding
from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Feed
from masslink.core.pages import MEMBER, NOBODY, fetch, go, own_id, page
from masslink.desk.feed_says import BUSY, PLACES, TITLES, Shows
from masslink.vault import feeds as sealed
from masslink.vault import restoring
from masslink.vault.holders import WrongWords

AT_MOST = 8  # of one member
FORMAT = b"1"  # raised when the file is written otherwise, so that phones fetch it anew
SHOWN = "feed"  # what a session shows until it is typed into the phone

LEVELS = (
    (BUSY, _later("only that there is an appointment")),
    (TITLES, _later("what it is called")),
    (PLACES, _later("what it is called, and where")),
)


class FeedForm(forms.Form):
    shows = forms.ChoiceField(
        label=_later("How much it shows"), choices=LEVELS, initial=BUSY, widget=forms.RadioSelect
    )


@dataclass(frozen=True)
class Row:
    """One of my feeds. It is gone where an alarm was raised since, or the server came back from a backup."""

    feed: Feed
    opens: bool

    @property
    def says(self) -> str:
        return str(dict(LEVELS)[Shows.of(self.feed).level])


@dataclass(frozen=True)
class Shown:
    login: str
    secret: str

    @property
    def groups(self) -> list[str]:
        return [self.secret[n : n + 4] for n in range(0, len(self.secret), 4)]


@page(MEMBER)
def feeds(request: Request) -> HttpResponse:
    """Make one; those that I have. What opens a new one is shown until I say that I typed it."""
    assert request.session_open
    shown: Shown | None = request.session_open.under_way.get(SHOWN)
    if request.POST.get("step") == "done":
        request.session_open.under_way.pop(SHOWN, None)
        return go("feeds")
    form = FeedForm(request.POST or None, initial={"shows": BUSY})
    mine = _mine(request)
    if request.method == "POST" and form.is_valid():
        return _make(request, form, len(mine))
    context = {
        "address": request.build_absolute_uri(reverse("calendar-feed")),
        "is_open": not request.is_secure(),
    }
    if shown and any(row.opens for row in mine):
        return render(request, "desk/feed_made.html", {**context, "shown": shown})
    context |= {"form": form, "mine": mine, "once": uuid4(), "full": len(mine) >= AT_MOST}
    return render(request, "desk/feeds.html", context, status=422 if form.errors else 200)


def _mine(request: Request) -> list[Row]:
    found = list(Feed.objects.filter(member=request.member, ended_on=None).order_by("-made_on", "id"))
    opening = sealed.known({feed.holder for feed in found})
    return [Row(feed, feed.holder in opening and feed.is_signed) for feed in found]


def _make(request: Request, form: FeedForm, have: int) -> HttpResponse:
    assert request.session_open
    id = own_id(request)
    if Feed.objects.filter(pk=id).exists():
        noted_once(request)
    elif have >= AT_MOST:
        flash(request, _("You have %(n)d already. End one of them first.") % {"n": have}, kind="error")
    else:
        shows = str(Shows(form.cleaned_data["shows"], get_language() or "en"))
        _feed, login, secret = feeding.make_feed(by=request.member, at=request.now, shows=shows, id=id)
        request.session_open.under_way[SHOWN] = Shown(login, secret)
    return go("feeds")


@page(MEMBER, methods=("POST",))
def end(request: Request, feed_id: UUID) -> HttpResponse:
    """Its address opens nothing any more, at once."""
    assert request.session_open
    feed = fetch(Feed.objects.filter(member=request.member), pk=feed_id)
    if feed.ended_on:
        noted_once(request)
        return go("feeds")
    feeding.end_feed(by=request.member, at=request.now, feed=feed)
    request.session_open.under_way.pop(SHOWN, None)
    flash(
        request, _("Ended. What the phone fetched before stays on it until you delete that calendar there.")
    )
    return go("feeds")


# --- what the phone fetches --------------------------------------------------------------------------


@page(NOBODY, methods=("GET",))
def fetched(request: Any) -> HttpResponse:
    """The calendar, for whoever knows login and secret; nothing tells an ended one from one that never was.

    Nobody guesses 160 bits, so tries aren't counted: each costs the server less than any page.
    """
    login, secret = _given(request)
    try:
        copies = sealed.read(login, secret, may=lambda collective: not restoring.waits(collective))
    except WrongWords:
        answer = HttpResponse(
            _("Login or password is wrong, or this calendar was ended."), "text/plain; charset=utf-8"
        )
        answer.status_code = 401
        answer.headers["WWW-Authenticate"] = 'Basic realm="calendar", charset="UTF-8"'
        return answer
    mark = _mark(secret, copies)
    if unchanged := get_conditional_response(request, etag=mark):
        return unchanged
    from masslink.desk.feed_file import calendar_of  # a tenth of a second, which only phones need

    answer = HttpResponse(calendar_of(copies, _("Calendar")), "text/calendar; charset=utf-8")
    answer.headers["ETag"] = mark
    return answer


def _mark(secret: str, copies: list[bytes]) -> str:
    """By what a phone says which state it has. Keyed: whoever reads it in a log can't try out what might be in it."""
    return f'"{digest(secret.encode(), FORMAT + b"".join(sorted(copies)), sha256).hex()[:32]}"'


def _given(request: HttpRequest) -> tuple[str, str]:
    """Login and secret out of the header (HTTP Basic); two empty ones where there is none."""
    how, _space, coded = request.headers.get("Authorization", "").partition(" ")
    if how.lower() != "basic":
        return "", ""
    try:
        login, _colon, secret = b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return login.strip().lower(), secret
