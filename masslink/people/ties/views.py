"""Pages of one person's ties: whom they know, and who could introduce us; adding some, ending one."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, back_to, fetch, go, page
from masslink.people.models import Person
from masslink.people.panels import names_together, readers
from masslink.people.picking import HERE, Picking
from masslink.people.records import Merged
from masslink.people.ties import acts
from masslink.people.ties.acts import CantTie, Noted
from masslink.people.ties.forms import KnowsForm
from masslink.people.ties.models import Tie
from masslink.people.ties.network import network
from masslink.people.ties.panels import known_by, way_to
from masslink.vault.act import Conflict


@page(MEMBER, carries=True)
def knows(request: Request, person_id: UUID) -> HttpResponse:
    """Whom they know, the way to them if we don't reach them, and a form for more."""
    found = Person.objects.select_related("site", "unit", "shift", "state").filter(pk=person_id).first()
    if found is None and (joined := Merged.objects.now(person_id)):
        return go("person-knows", joined)
    person = found or fetch(Person, pk=person_id)
    form = KnowsForm(request.POST or None, person=person, initial={"how": "beside"})
    picking = _picking(request, person)
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif (
        request.method == "POST"
        and all([_is_answered(picking), form.is_valid()])
        and (noted := _noted(request, person, picking, form.cleaned_data["how"]))
    ):
        return _go_on(request, person, noted)
    return render(request, "people/ties.html", _shown(request, person, form, picking))


def _picking(request: Request, person: Person) -> Picking:
    data = QueryDict(mutable=True)
    data.update(request.POST if request.method == "POST" else request.GET)
    data["new_place"] = str(person.site_id)  # only those of the same place are offered
    picking = Picking(data, by=request.member, today=request.today, picks=HERE)
    picking.place = person.site
    picking.offered = [one for one in picking.offered if one.pk != person.pk]
    return picking


def _is_answered(picking: Picking) -> bool:
    """Whether it is clear whom they know; what isn't is said beside the names, and nothing picked is lost."""
    if not picking.is_valid(required=False):
        return False
    if not picking.picked and not picking.new:
        picking.errors.append(_("Whom do they know? Two letters of a name are enough."))
    return not picking.errors


def _noted(request: Request, person: Person, picking: Picking, how: str) -> Noted | None:
    try:
        return acts.note_ties(
            by=request.member, at=request.now, person=person, others=picking.picked, how=how, new=picking.new
        )
    except CantTie as problem:
        picking.errors.append(_why(problem, person))
    except (Conflict, IntegrityError):
        picking.errors.append(_("Somebody changed this at the same moment. Nothing was saved; save again."))
    return None


def _why(problem: CantTie, person: Person) -> str:
    who = {"name": problem.who.called if problem.who and problem.who.reachable else ""}
    return {
        acts.ITSELF: _("That is the same person twice. Take one name away; nothing was saved yet."),
        acts.ELSEWHERE: _(
            "%(name)s belongs to another place, and ties stay within one. Nothing was saved yet."
        ),
        acts.NOT_THERE: _("One of them isn’t in our lists any more. Nothing was saved yet."),
        acts.NO_CONTACT: _("One of them asked not to be contacted: nobody is introduced. Nothing was saved."),
    }[problem.why] % who


def _go_on(request: Request, person: Person, noted: Noted) -> HttpResponse:
    if noted.new:
        names = names_together([one.called for one in noted.new])
        text = _("Noted: %(name)s knows %(names)s.") % {"name": person.called, "names": names}
        flash(request, text, undo=reverse("undo", args=[noted.act]))
    else:
        noted_once(request)
    return go(back_to(request, reverse("person-knows", args=[person.pk])))


def _shown(request: Request, person: Person, form: KnowsForm, picking: Picking) -> dict[str, Any]:
    works, state = person.site.is_workplace, getattr(person, "state", None)
    known = known_by(person, request.today, works=works)
    is_reached = bool(person.member_id or (state and state.depth(request.today)))
    looks = not is_reached and person.reachable and not (person.until and person.until <= request.today)
    return {
        "person": person,
        "form": form,
        "picking": picking,
        "known": known,
        "is_reached": is_reached,
        "way": way_to(network(person.site, request.today), person.pk) if looks and known else None,
        "could": [one for one in known if not one.is_reached] if is_reached else [],
        "readers": readers(person, person.site.members()),
        "back": back_to(request, ""),
    }


@page(MEMBER, methods=("POST",))
def end(request: Request, person_id: UUID, tie_id: UUID) -> HttpResponse:
    """They don't know each other, or not any more."""
    person = fetch(Person, pk=person_id)
    tie = Tie.objects.of(person).filter(pk=tie_id).select_related("person", "other").first()
    if tie is None:
        flash(request, _("It isn’t there any more; somebody was quicker."))
        return go("person-knows", person.pk)
    other = tie.other if tie.person_id == person.pk else tie.person
    done = acts.end_tie(by=request.member, at=request.now, tie=tie)
    text = _("Taken away: that %(name)s knows %(other)s.") % {"name": person.called, "other": other.shown}
    flash(request, text, undo=reverse("undo", args=[done]))
    return go("person-knows", person.pk)
