"""What goes into every plan: what each member says they can, and what the collective wishes for."""

from typing import Any

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, go, page
from masslink.pairs import plan_acts
from masslink.pairs.models import Readiness, Wishes
from masslink.pairs.plan_forms import ReadinessForm, WishesForm
from masslink.pairs.plan_words import together
from masslink.pairs.planning import weights
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.tasks.forms import with_changed
from masslink.vault.act import Conflict

LANGUAGES_SHOWN = 8


@page(MEMBER, carries=True)
def readiness(request: Request) -> HttpResponse:
    """For oneself only; what the others said stands below."""
    sites = list(Site.objects.all())
    form = ReadinessForm(request.POST or None, sites=sites, initial=_said(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            done = plan_acts.say_readiness(
                by=request.member,
                at=request.now,
                languages=said["languages"].strip(),
                times=said["times"],
                at_most=int(said["at_most"]),
                experienced=said["experienced"],
                not_here=said.get("not_here"),
            )
        except (Conflict, IntegrityError):
            form.add_error(None, _("You changed this elsewhere at the same moment. Save again."))
        else:
            flash(request, _("Noted. The next plan goes by it."), undo=reverse("undo", args=[done]))
            return go("readiness")
    context = {"form": form, "spoken": _spoken(), **_others()}
    return render(request, "pairs/readiness.html", context)


def _said(request: Request) -> dict[str, Any]:
    said = Readiness.objects.filter(member=request.member).first()
    where_not = plan_acts.where_not(request.member, request.now)
    initial: dict[str, Any] = {"not_here": [one.site_id.hex for one in where_not]}
    if said:
        initial |= {"languages": said.languages, "times": said.times, "experienced": said.experienced}
        initial["at_most"] = str(min(said.at_most, 4))
    return initial


def _spoken() -> str:
    """Languages of people at my places, so that they are spelled alike."""
    found: dict[str, tuple[int, str]] = {}
    texts = Person.objects.listed().exclude(languages="").order_by().values_list("languages", flat=True)
    for text in texts:
        for one in text.replace(";", ",").replace("/", ",").split(","):
            if name := one.strip():
                count, known = found.get(name.casefold(), (0, name))
                found[name.casefold()] = count + 1, known
    most = sorted(found.values(), key=lambda one: (-one[0], one[1]))[:LANGUAGES_SHOWN]
    return ", ".join(name for _count, name in most)


def _others() -> dict[str, Any]:
    said = {one.member_id: one for one in Readiness.objects.all()}
    members = list(Member.objects.filter(left_on=None))
    missing = [member.name for member in members if member.pk not in said]
    return {"missing": together(missing), "everybody": not missing, "said": len(members) - len(missing)}


@page(MEMBER, carries=True)
def wishes(request: Request) -> HttpResponse:
    """Any member may change them; who did and when stays to be seen."""
    last = Wishes.objects.select_related("by").order_by("at").last()
    seen = last.pk.hex if last else ""
    form = WishesForm(request.POST or None, initial={"seen": seen, **weights()})
    theirs = False
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["seen"] == seen:
            return _saved(request, form)
        theirs, form.data = True, with_changed(request.POST, seen=seen)
    context = {"form": form, "last": last, "theirs": theirs}
    return render(request, "pairs/plan_wishes.html", context)


def _saved(request: Request, form: WishesForm) -> HttpResponse:
    if form.weights == weights():
        return go("plan-wishes")  # pressed twice, or nothing was changed
    try:
        done = plan_acts.say_wishes(by=request.member, at=request.now, weights=form.weights)
    except (Conflict, IntegrityError):
        flash(
            request, _("Somebody else changed this at the same moment. Look, and save again."), kind="error"
        )
    else:
        flash(request, _("Noted. The next plan goes by it."), undo=reverse("undo", args=[done]))
    return go("plan-wishes")
