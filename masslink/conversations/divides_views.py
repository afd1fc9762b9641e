"""Pages about what divides people at a place, and what was tried."""

from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.conversations import acts
from masslink.conversations.divides import headings
from masslink.conversations.forms import TriedForm
from masslink.conversations.models import Observation
from masslink.core.pages import MEMBER, back_to, fetch, go, page
from masslink.sites.models import Site
from masslink.sites.panels import who_works_here
from masslink.tasks.forms import with_changed
from masslink.vault.act import Conflict, act


@page(MEMBER, methods=("GET",))
def divides(request: Request, site_id: UUID) -> HttpResponse:
    """All headings, or with `?by=language` everything under one of them."""
    site = fetch(Site, pk=site_id)
    found = headings(site, request.GET.get("by", ""))
    context = {
        "site": site,
        "headings": found,
        "is_one": len(found) == 1,
        "is_empty": not any(heading.happened for heading in found),
        "here": request.get_full_path(),
        "readers": who_works_here(site).readers,
    }
    return render(request, "conversations/divides.html", context)


@page(MEMBER, carries=True)
def tried(request: Request, observation_id: UUID) -> HttpResponse:
    """What we tried, and what came of it; often weeks later, and more than once."""
    seen = fetch(Observation.objects.select_related("site", "unit"), pk=observation_id)
    form = TriedForm(request.POST or None, initial={"tried": seen.tried, "version": seen.version})
    back = back_to(request, reverse("divides", args=[seen.site_id]))
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["tried"].strip() == seen.tried:
            noted_once(request)
            return go(back)
        if form.cleaned_data["version"] == seen.version and _saved(request, seen, form):
            return go(back)
        theirs = seen
        form.data = with_changed(request.POST, version=seen.version)
    return render(
        request, "conversations/tried.html", {"seen": seen, "form": form, "theirs": theirs, "back": back}
    )


def _saved(request: Request, seen: Observation, form: TriedForm) -> bool:
    said = form.cleaned_data["tried"].strip()
    try:
        with act("observation_tried", at=request.now) as running:
            acts.tell_what_was_tried(by=request.member, at=request.now, observation=seen, tried=said)
    except (Conflict, IntegrityError):
        seen.refresh_from_db()
        return False
    flash(request, _("Saved."), undo=reverse("undo", args=[running.id]))
    return True
