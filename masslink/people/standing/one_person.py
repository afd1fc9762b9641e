"""Where one person stands: the reader's own view, and then the others'; and what two of us do who differ."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, back_to, fetch, go, own_path, page
from masslink.people import fading
from masslink.people.links import RUNG_OF
from masslink.people.models import Deed, Person
from masslink.people.records import Merged
from masslink.people.standing import acts
from masslink.people.standing.forms import TalkedForm, ViewForm
from masslink.people.standing.models import Assessment, Difference, StandQuestion
from masslink.people.standing.panels import Views, of_person
from masslink.people.standing.telling import why_not, why_nothing
from masslink.people.standing.views import steps
from masslink.vault.act import Conflict

A_YEAR = timedelta(days=365)
EVIDENCE = 6
# What people did, and what they declined: not that they were talked with.
_NO_EVIDENCE = ("talked", "short", "tried")


@dataclass(frozen=True)
class Part:
    """One question: its form, and what there is of views."""

    views: Views
    form: ViewForm
    steps: list[tuple[int, str]]
    fades_on: date | None


@page(MEMBER, carries=True)
def person_standing(request: Request, person_id: UUID) -> HttpResponse:
    if (joined := _joined(person_id)) and request.method != "POST":
        return go("person-standing", joined)
    person = fetch(Person.objects.select_related("site", "unit", "shift"), pk=joined or person_id)
    theirs = of_person(person, request.member, request.today)
    asked = {str(one.question.pk): one for one in theirs}
    chosen = asked.get(request.POST.get("question", ""))
    form = None
    if request.method == "POST":
        if chosen is None:
            flash(request, why_not(acts.CantSay(_why_nothing(person))), kind="error")
            return go("person-standing", person.pk)
        if "take_back" in request.POST and not joined:
            return _taken_back(request, person, chosen.question)
        form = _form(chosen, _anew(request.POST, chosen) if joined else request.POST)
        if joined:
            form.add_error(
                None, _("This was joined with another entry meanwhile: look at it, and save again.")
            )
        elif form.is_valid():
            return _said(request, person, chosen.question, form)
    parts = [_part(one, form if one is chosen else None, request.today) for one in theirs]
    context = {
        "person": person,
        "parts": parts,
        "why_nothing": "" if parts else why_nothing(_why_nothing(person)),
        "deeds": evidence(person, request.today),
        "back": own_path(request.GET.get("back")),
    }
    return render(request, "people/standing_person.html", context)


def _joined(person: UUID) -> UUID | None:
    """As whom somebody stands here now, whose own entry is gone."""
    return None if Person.objects.filter(pk=person).exists() else Merged.objects.now(person)


def _anew(typed: Any, views: Views) -> Any:
    """What was typed about an entry that is gone, over what is said of the one it was joined with."""
    kept = typed.copy()
    kept["seen"] = views.own.version if views.own else 0
    return kept


def _why_nothing(person: Person) -> str:
    """Why nothing is asked about them."""
    if person.member_id:
        return acts.ONE_OF_US
    return acts.SILENT if not person.reachable else acts.LEFT if person.until else acts.CLOSED


def _form(views: Views, data: Any = None) -> ViewForm:
    own = views.own
    before = {"value": own.value, "because": own.because} if own else {}
    shown = {**before, "seen": own.version if own else 0}
    return ViewForm(data, question=views.question, initial=shown, auto_id=f"id_{views.question.pk.hex}_%s")


def _part(views: Views, form: ViewForm | None, today: date) -> Part:
    rule = fading.rules()[Assessment.fades.setting]
    fades_on = rule.fades_on(views.said_on, today) if views.said_on else None
    return Part(views, form or _form(views), steps(views.question), fades_on)


def _view_of(person: Person, form: ViewForm, *, again: bool) -> acts.View:
    said = form.cleaned_data
    return acts.View(person.pk, said["value"], said["seen"] or 0, said["because"].strip(), again)


def _said(request: Request, person: Person, question: StandQuestion, form: ViewForm) -> HttpResponse:
    back = back_to(request, reverse("person-standing", args=[person.pk]))
    try:
        view = _view_of(person, form, again="again" in request.POST)
        act_id = acts.say(by=request.member, at=request.now, question=question, view=view)
    except (acts.CantSay, Conflict) as why:
        flash(request, why_not(why), kind="error")
        return go("person-standing", person.pk)
    if act_id is None:
        noted_once(request)
    else:
        flash(request, _("Saved."), undo=reverse("undo", args=[act_id]))
    return go(back)


def _taken_back(request: Request, person: Person, question: StandQuestion) -> HttpResponse:
    done = acts.take_back(by=request.member, at=request.now, question=question, person=person.pk)
    if done:
        flash(request, _("Taken back."), undo=reverse("undo", args=[done]))
    return go("person-standing", person.pk)


def evidence(person: Person, today: date) -> list[dict[str, Any]]:
    """The latest of what they did in a year, as words that a view can rest on."""
    kinds = [kind for kind in (*RUNG_OF, "declined", "stood_with_management") if kind not in _NO_EVIDENCE]
    found = Deed.objects.filter(person=person, deed_kind__in=kinds, on__gt=today - A_YEAR)
    return [
        {"deed": deed, "text": f"{deed.label}, {date_format(deed.on, 'j M Y')}"}
        for deed in found.select_related("by").order_by("-on", "-at")[:EVIDENCE]
    ]


# --- two of us differ ----------------------------------------------------------------------------


@page(MEMBER, carries=True)
def difference(request: Request, person_id: UUID, difference_id: UUID) -> HttpResponse:
    """What each of the two said, what there is to go by; that they talked; how each sees it since."""
    if joined := _joined(person_id):
        flash(request, _("This was joined with another entry meanwhile: look at it again."), kind="error")
        return go("person-standing", joined)
    person = fetch(Person.objects.select_related("site"), pk=person_id)
    found = fetch(
        Difference.objects.select_related("question", "one", "other"), pk=difference_id, person=person_id
    )
    views = next(
        (v for v in of_person(person, request.member, request.today) if v.question == found.question), None
    )
    mine = request.member.pk in found.members
    talked = TalkedForm(request.POST if "on" in request.POST else None, difference=found, today=request.today)
    form = _form(views, request.POST if "value" in request.POST else None) if views and mine else None
    if request.method == "POST" and mine and views:
        if "on" in request.POST and talked.is_valid():
            return _talked(request, found, talked.cleaned_data["on"])
        if form and "value" in request.POST and form.is_valid():
            return _settled(request, person, found, form)
    elif request.method == "POST":
        flash(request, why_not(acts.CantSay(acts.NOT_OPEN)), kind="error")
        return go("person", person.pk)
    context = {
        "person": person,
        "found": found,
        "views": views,
        "mine": mine,
        "may_see": bool(views and views.is_open_to_reader) or mine,
        "two": [_side(found, member, views) for member in (found.one, found.other)],
        "is_over": found.ended_at is not None or not _still(found, views),
        "i_settled": mine and found.is_settled_by(request.member.pk),
        "talked": talked,
        "form": form,
        "deeds": evidence(person, request.today),
        "question": found.question,
        "steps": steps(found.question),
    }
    return render(request, "people/difference.html", context)


def _still(found: Difference, views: Views | None) -> bool:
    return views is not None and acts.lie_apart(
        {v.member_id: v.value for v in views.all if v.value}, found.members
    )


def _side(found: Difference, member: Member, views: Views | None) -> dict[str, Any]:
    view = next((v for v in views.all if v.member_id == member.pk), None) if views else None
    label = found.question.label(view.value) if view else ""
    return {"member": member, "view": view, "label": label, "settled": found.is_settled_by(member.pk)}


def _talked(request: Request, found: Difference, on: date) -> HttpResponse:
    if found.talked_on == on:
        noted_once(request)
        return go("difference", found.person_id, found.pk)
    try:
        done = acts.note_talk(by=request.member, at=request.now, difference=found, on=on)
    except (acts.CantSay, Conflict) as why:
        flash(request, why_not(why), kind="error")
    else:
        flash(request, _("Noted. Now each of you says how they see it."), undo=reverse("undo", args=[done]))
    return go("difference", found.person_id, found.pk)


def _settled(request: Request, person: Person, found: Difference, form: ViewForm) -> HttpResponse:
    try:
        view = _view_of(person, form, again=True)
        done = acts.settle(by=request.member, at=request.now, difference=found, view=view)
    except (acts.CantSay, Conflict) as why:
        flash(request, why_not(why), kind="error")
        return go("difference", found.person_id, found.pk)
    flash(request, _("Saved."), undo=reverse("undo", args=[done]))
    return go("difference", found.person_id, found.pk)
