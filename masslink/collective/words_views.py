"""Other words for the keys that one has; and what to do when the words are lost."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective import acts
from masslink.collective.doors import flash
from masslink.collective.forms import PLAIN, OfferedForm, Words
from masslink.collective.offered import Offered
from masslink.collective.views import slow_down
from masslink.core.pages import NOBODY, WAITING, go, page
from masslink.vault import holders
from masslink.vault.holders import WrongWords
from masslink.vault.models import Holder
from masslink.vault.sessions import TooManyTries, sessions
from masslink.vault.workspace import current

UNDER_WAY = "new words"


class PresentForm(forms.Form):
    """The words that one has: an unlocked phone alone must not be enough to take them from somebody."""

    passphrase = Words(
        label=gettext_lazy("Your present six words"),
        max_length=200,
        help_text=gettext_lazy("Capitals, spaces and hyphens don't matter."),
        widget=forms.PasswordInput(attrs=PLAIN),
    )


@dataclass(kw_only=True)
class Change(Offered):
    """New words for somebody who knew their present ones; `before` is what these opened."""

    before: bytes


@page(WAITING)
def new_words(request: Any) -> HttpResponse:
    """The present words, the new ones, two of them typed back."""
    under_way = request.session_open.under_way
    change: Change | None = under_way.get(UNDER_WAY)
    step = request.POST.get("step", "")
    if change is None:
        return _ask_present(request) if step in ("", "present") else go("new-words")
    if request.method != "POST":
        return _show(request, change)
    if step == "typed" and change.written:
        return _finish(request, change)
    if step == "over":
        del under_way[UNDER_WAY]
    else:
        change.take(step)
    return go("new-words")


def _ask_present(request: Any) -> HttpResponse:
    form, status = PresentForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _begin(request, form.cleaned_data["passphrase"])
                return go("new-words")
            except WrongWords:
                form.add_error("passphrase", _("These are not your words. Look at your sheet once more."))
            except TooManyTries as error:
                status = 429
                form.add_error("passphrase", slow_down(error))
    return render(request, "collective/new_words.html", {"form": form}, status=status)


def _begin(request: Any, passphrase: str) -> None:
    """Raises WrongWords, TooManyTries."""
    holder = Holder.objects.get(pk=current().holder)
    login = holder.login or ""
    sessions.guard.ask(login)
    try:
        holders.unlock(login, passphrase)
    except WrongWords:
        sessions.guard.failed(login)
        raise
    sessions.guard.passed(login)
    request.session_open.under_way[UNDER_WAY] = Change(login=login, before=bytes(holder.wrapped))


def _show(request: Any, change: Change, form: OfferedForm | None = None) -> HttpResponse:
    context = {
        "pending": change,
        "action": reverse("new-words"),
        "shell": "base.html",
        "form": form or OfferedForm(offered=change),
    }
    template = "collective/new_words_check.html" if change.written else "collective/new_words_offered.html"
    return render(request, template, context, status=422 if form else 200)


def _finish(request: Any, change: Change) -> HttpResponse:
    form = OfferedForm(request.POST, offered=change)
    if not form.is_valid():
        return _show(request, change, form)
    del request.session_open.under_way[UNDER_WAY]
    try:
        acts.change_passphrase(
            at=request.now, before=change.before, after=holders.wrap_anew(change.passphrase)
        )
    except WrongWords:
        text = _("Not changed: your words were changed in another browser a moment ago. Those count.")
        flash(request, text, kind="error")
        return go("new-words")
    sessions.end_others(request.COOKIES[settings.SESSION_COOKIE])
    flash(request, _("From now on the new words count. Burn the old sheet. Your other browsers are locked."))
    return go("us" if request.member else "waiting")


@page(NOBODY, methods=("GET",))
def lost_words(request: Any) -> HttpResponse:
    shell = "base.html" if request.session_open else "bare.html"
    return render(request, "collective/lost_words.html", {"shell": shell})
