"""Where nothing is taken any more: that is said, and what somebody typed meanwhile isn't lost."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render

from masslink.collective.doors import Request, flash
from masslink.collective.unlocking import posted, readable
from masslink.core.pages import go


def not_saved(request: Request, text: str, back: str, fields: Iterable[str] = ()) -> HttpResponse:
    """Why, and what was typed, shown once; then back. `fields` are shown whatever stands in them."""
    typed = [words for name in fields if (words := request.POST.get(name, "").strip())]
    typed += readable(posted(request)) if request.method == "POST" else []
    if not typed:
        flash(request, text, kind="error")
        return go(back)
    context = {"text": text, "typed": list(dict.fromkeys(typed)), "back": back}
    return render(request, "collective/not_saved.html", context)
