"""The page on which the follow-ups of a gathering are shared out, as to-dos."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, go, page
from masslink.gatherings import asking
from masslink.gatherings.afterwards import Proposal, by_when, proposals
from masslink.gatherings.models import Gathering
from masslink.gatherings.views import called_off, found
from masslink.tasks.days import said
from masslink.vault.act import act

LONGEST = 200


@page(MEMBER, carries=True)
def follow_up(request: Request, gathering_id: UUID) -> HttpResponse:
    """Who talks with whom within two days: proposed, changed by hand, written down at once."""
    one = found(gathering_id)
    if not one.takes_place:
        return called_off(request, one)
    if not one.is_over(request.now):
        return go("gathering", one.pk)
    proposed = proposals(one, request.today)
    if request.method == "POST":
        proposed = [_as_typed(request, proposal) for proposal in proposed]
        chosen = [proposal for proposal in proposed if proposal.ticked]
        if all(proposal.by for proposal in chosen):
            return _save(request, one, chosen)
        flash(request, _("Not saved yet: choose somebody for each of those you ticked."), kind="error")
    due = said(by_when(one, request.today), request.today)
    return render(request, "gatherings/follow_up.html", {"gathering": one, "proposals": proposed, "due": due})


def _as_typed(request: Request, proposal: Proposal) -> Proposal:
    """A proposal as it was changed on the page."""
    member = next(
        (m.pk for m in proposal.members if str(m.pk) == request.POST.get(f"by-{proposal.id}")), None
    )
    what = " ".join(request.POST.get(f"what-{proposal.id}", "").split())[:LONGEST] or proposal.what
    return replace(
        proposal, member=member, what=what, ticked=str(proposal.id) in request.POST.getlist("whom")
    )


def _save(request: Request, one: Gathering, chosen: list[Proposal]) -> HttpResponse:
    """What somebody else has shared out meanwhile isn't proposed any more, and so isn't written twice."""
    if not chosen:
        noted_once(request)
        return go("gathering", one.pk)
    with act("followed_up", at=request.now) as running:
        asking.follow_up(
            by=request.member,
            at=request.now,
            gathering=one,
            due=by_when(one, request.today),
            with_whom={p.somebody.person: (p.by, p.what) for p in chosen if p.by},
        )
    text = ngettext("%(n)d to-do is shared out.", "%(n)d to-dos are shared out.", len(chosen))
    flash(request, text % {"n": len(chosen)}, undo=reverse("undo", args=[running.id]))
    return go("gathering", one.pk)
