"""Plans: which places, the proposal, changing it by hand, adopting it.

Calculating is one request of a few seconds at most. It writes nothing until it is done, so nobody waits for a write;
while HiGHS works, other requests are served. Only the same member's other pages wait.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request, flash
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.pairs import plan_acts
from masslink.pairs.acts import NotTwo
from masslink.pairs.models import Plan
from masslink.pairs.plan_adopting import Adopting
from masslink.pairs.plan_draft import APART, KEEP, NEVER, PUT, Choice, Draft, read, read_choices, store
from masslink.pairs.plan_forms import PutForm, StartForm
from masslink.pairs.plan_words import PlanShown, together
from masslink.pairs.planner import Proposed, propose
from masslink.pairs.planning import Gathered, gather
from masslink.sites.models import Site
from masslink.vault.act import Conflict, OutOfPlace
from masslink.vault.holders import OtherKeys

SECONDS, LONG_SECONDS = 2.5, 5.0  # shorter than other pages of the same member would wait


@page(MEMBER, carries=True)
def plan(request: Request) -> HttpResponse:
    """Drafts that are there, and the beginning of another."""
    sites = list(Site.objects.all())
    form = StartForm(request.POST or None, sites=sites)
    if request.method == "POST" and form.is_valid():
        return _drafted(request, form)
    gathered = gather(sites, request.today) if sites else None
    context = {
        "form": form,
        "sites": sites,
        "drafts": [_row(one, sites) for one in Plan.objects.all()],
        "silent": together(gathered.members[id].name for id in gathered.silent) if gathered else "",
        "too_few": gathered is not None and sum(bool(who.free) for who in gathered.task.members) < 2,
    }
    return render(request, "pairs/plan.html", context)


def _row(plan: Plan, sites: list[Site]) -> dict[str, Any]:
    names = [site.name for site in sites if site.pk.hex in _ids(plan)]
    return {"plan": plan, "places": together(names), "pairs": len(read(plan.found).pairs)}


def _ids(plan: Plan) -> list[Any]:
    return plan.sites if isinstance(plan.sites, list) else []


def _drafted(request: Request, form: StartForm) -> HttpResponse:
    once, sites = form.cleaned_data["once"] or uuid4(), form.cleaned_data["places"]
    if Plan.objects.filter(pk=once).exists():  # pressed twice
        return go("plan-draft", once)
    most = form.cleaned_data["most_works"]
    found = _calculate(request, gather(sites, request.today, (), most))
    try:
        plan_acts.draft_plan(
            by=request.member, at=request.now, sites=sites, most_works=most, found=found, id=once
        )
    except IntegrityError:  # drafted once and discarded since
        flash(request, _("This plan was discarded meanwhile. Begin anew."), kind="error")
        return go("plan")
    return go("plan-draft", once)


def _calculate(
    request: Request, gathered: Gathered, *, long: bool = False, before: Iterable[Proposed] = ()
) -> dict[str, Any]:
    proposal = propose(gathered.task, seconds=LONG_SECONDS if long else SECONDS)
    return store(proposal, digest=gathered.digest, at=request.now, long=long, before=before)


# --- one draft -----------------------------------------------------------------------------------


def _gathered(request: Request, plan: Plan, choices: Iterable[Choice]) -> Gathered:
    sites = [site for site in Site.objects.all() if site.pk.hex in _ids(plan)]
    return gather(sites, request.today, choices, plan.most_works)


def _shown(request: Request, plan: Plan) -> PlanShown:
    choices = read_choices(plan.choices)
    return PlanShown(read(plan.found), choices, _gathered(request, plan, choices))


@page(MEMBER, methods=("GET",))
def draft(request: Request, plan_id: UUID) -> HttpResponse:
    plan = fetch(Plan, pk=plan_id)
    shown = _shown(request, plan)
    context = {"plan": plan, "shown": shown, "form": _put_form(shown), "number": len(shown.draft.pairs)}
    return render(request, "pairs/plan_draft.html", context)


def _put_form(shown: PlanShown, data: Any = None) -> PutForm:
    gathered = shown.gathered
    members = [(who.id, gathered.members[who.id].name) for who in gathered.task.members]
    works = [
        (site.name, [(id, shown.words.work(id)) for id, cell in gathered.cells.items() if cell.site == site])
        for site in gathered.sites.values()
    ]
    return PutForm(data, members=members, works=works)


@page(MEMBER, methods=("POST",))
def change(request: Request, plan_id: UUID) -> HttpResponse:
    """Something is fixed, or let go, or there is more time: calculated anew around all that is fixed."""
    plan = fetch(Plan, pk=plan_id)
    if plan.adopted_at or request.POST.get("version") != str(plan.version):
        text = _("This plan was changed meanwhile. Here it is as it is now; press again what you want.")
        flash(request, text, kind="error")
        return go("plan-draft", plan_id)
    shown = _shown(request, plan)
    does = request.POST.get("do", "")
    choices = _choices(request, shown, does)
    if choices is None:
        flash(request, _("Nothing was changed: choose who, and where."), kind="error")
        return go("plan-draft", plan_id)
    gathered = _gathered(request, plan, choices)
    found = _calculate(request, gathered, long=does == "longer", before=shown.draft.pairs)
    try:
        done = plan_acts.change_plan(
            by=request.member, at=request.now, plan=plan, choices=choices, found=found
        )
    except (Conflict, IntegrityError):
        text = _("This plan was changed at the same moment. Press again.")
        flash(request, text, kind="error")
    else:
        flash(request, _("Calculated anew."), undo=reverse("undo", args=[done]))
    return go("plan-draft", plan_id)


def _choices(request: Request, shown: PlanShown, does: str) -> list[Choice] | None:
    """What is fixed from now on; None where the button names nothing that is there."""
    kind, _dot, which = does.partition(".")
    choices = list(shown.choices)
    if kind in ("again", "longer"):
        return choices
    if kind == "drop":
        number = _number(which, len(choices))
        return None if number is None else [*choices[:number], *choices[number + 1 :]]
    added = _put(request, shown) if kind == PUT else _about_pair(shown.draft, kind, which)
    if added is None:
        return None
    return choices if added in choices else [*choices, added]


def _put(request: Request, shown: PlanShown) -> Choice | None:
    form = _put_form(shown, request.POST)
    if not form.is_valid():
        return None
    return Choice(PUT, (form.cleaned_data["member"],), (form.cleaned_data["work"],))


def _about_pair(draft: Draft, kind: str, which: str) -> Choice | None:
    number, _dot, who = which.partition(".")
    at = _number(number, len(draft.pairs))
    if at is None:
        return None
    pair = draft.pairs[at]
    if kind == KEEP:
        return Choice(KEEP, (pair.one, pair.other), pair.works)
    if kind == APART:
        return Choice(APART, (pair.one, pair.other))
    if kind == NEVER and who in ("one", "other"):
        return Choice(NEVER, (pair.one if who == "one" else pair.other,), place=pair.place)
    return None


def _number(text: str, below: int) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) < below else None


@page(MEMBER, methods=("POST",))
def discard(request: Request, plan_id: UUID) -> HttpResponse:
    plan = fetch(Plan, pk=plan_id)
    try:
        done = plan_acts.discard_plan(by=request.member, at=request.now, plan=plan)
    except Conflict:
        flash(request, _("This plan was changed at the same moment. Press again."), kind="error")
        return go("plan-draft", plan_id)
    flash(request, _("The plan is thrown away. Pairs that exist stay."), undo=reverse("undo", args=[done]))
    return go("plan")


# --- adopting ------------------------------------------------------------------------------------


@page(MEMBER)
def adopt(request: Request, plan_id: UUID) -> HttpResponse:
    """Says who will be a pair where, who gets access, which pairs end; and what changed since it was calculated."""
    plan = fetch(Plan, pk=plan_id)
    if plan.adopted_at:
        flash(request, _("This plan is adopted already."))
        return go("plan-draft", plan_id)
    shown = _shown(request, plan)
    adopting = Adopting(shown)
    if request.method == "POST":
        if request.POST.get("version") == str(plan.version) and not adopting.problems and shown.draft.pairs:
            return _adopted(request, plan, adopting)
        flash(request, _("Nothing was adopted: something changed meanwhile. Look again."), kind="error")
        return go("plan-adopt", plan_id)
    return render(request, "pairs/plan_adopt.html", {"plan": plan, "shown": shown, "adopting": adopting})


def _adopted(request: Request, plan: Plan, adopting: Adopting) -> HttpResponse:
    ending = [end.pair for end in adopting.ending if end.pair.pk.hex in request.POST.getlist("end")]
    if not adopting.pairs and not ending:
        flash(request, _("These pairs are there already; nothing had to change."))
        return go("plan-draft", plan.pk)
    try:
        done = plan_acts.adopt_plan(
            by=request.member, at=request.now, plan=plan, pairs=adopting.pairs, ending=ending
        )
    except OtherKeys:
        text = _("Nothing was adopted: the server names other keys for somebody than those we know.")
        flash(request, text + " " + _("Ask a coordinator to confirm new keys, face to face."), kind="error")
        return go("plan-adopt", plan.pk)
    except (Conflict, IntegrityError, OutOfPlace, NotTwo):
        text = _("Nothing was adopted: somebody changed something at the same moment. Look, and press again.")
        flash(request, text, kind="error")
        return go("plan-adopt", plan.pk)
    number = len(adopting.pairs)
    text = ngettext("Adopted: %(n)d pair.", "Adopted: %(n)d pairs.", number) % {"n": number}
    if adopting.access:
        flash(
            request, text + " " + _("Access was given; that can’t be undone, only taken back at the place.")
        )
    else:
        flash(request, text, undo=reverse("undo", args=[done]))
    return go("plan-draft", plan.pk)
