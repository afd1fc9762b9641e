"""Pages that write about a person: add, edit, left and came back, take on, delete."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash
from masslink.core.pages import MEMBER, fetch, go, own_id, page
from masslink.people import acts, panels
from masslink.people.fingerprints import asked_to_go
from masslink.people.forms import LeftForm, PersonForm, TakeOnForm
from masslink.people.models import Person
from masslink.people.similar import similar
from masslink.sites.models import Site
from masslink.vault.act import ActInProgress, Conflict, act


def told(request: Request, running: ActInProgress, text: str) -> None:
    """Say what was done on the next page, and how to take it back."""
    flash(request, text, undo=reverse("undo", args=[running.id]))


@page(MEMBER, carries=True)
def new(request: Request) -> HttpResponse:
    """Somebody new; asks first when it may be somebody we know, or who asked to be erased."""
    sites = list(Site.objects.all())
    if not sites:
        return go("places")
    chosen = request.GET.get("site") or request.GET.get("place")
    form = PersonForm(request.POST or None, sites=sites, initial={"site": chosen})
    known: list[Person] = []
    erased = False
    if request.method == "POST" and form.is_valid():
        if not request.POST.get("sure"):
            known, erased = _known(form), asked_to_go(form.cleaned_data["name"])
        if not known and not erased:
            return _add(request, form)
    asked = {"known": known, "erased": erased}
    context = {"form": form, **asked, "several": len(sites) > 1, "once": own_id(request)}
    return render(request, "people/new.html", context)


def _known(form: PersonForm) -> list[Person]:
    data = form.cleaned_data
    return similar(**{name: data[name] for name in ("site", "unit", "name", "nickname", "phone")})


def _add(request: Request, form: PersonForm) -> HttpResponse:
    once = own_id(request)
    if Person.objects.filter(pk=once).exists():  # pressed twice
        return go("person", once)
    try:
        running, person = _write(request, form, once)
    except IntegrityError:  # added once and taken back since: this is somebody else
        running, person = _write(request, form, uuid4())
    told(request, running, _("%(name)s is on the list.") % {"name": person.called})
    return go("person", person.id)


def _write(request: Request, form: PersonForm, id: UUID) -> tuple[ActInProgress, Person]:
    by_at: dict[str, Any] = {"by": request.member, "at": request.now}
    with act("person_added", at=request.now) as running:
        site = form.cleaned_data["site"]
        return running, acts.add_person(**by_at, id=id, site=site, **form.fields_of(request.today))


@page(MEMBER, carries=True)
def edit(request: Request, person_id: UUID) -> HttpResponse:
    person = _fetched(person_id)
    form = PersonForm(request.POST or None, sites=[person.site], person=person)
    differing: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("version") != str(person.version):
                raise Conflict
            return _save(request, person, form)
        except (Conflict, IntegrityError):
            person = _fetched(person_id)
            differing = form.differing(person)
    context = {"form": form, "person": person, "differing": differing, "insisted": _insisted(form)}
    return render(request, "people/edit.html", context)


def _save(request: Request, person: Person, form: PersonForm) -> HttpResponse:
    was_reachable = person.reachable
    with act("person_edited", at=request.now) as running:
        acts.edit_person(by=request.member, at=request.now, person=person, **form.fields_of(request.today))
    text = _("Saved.")
    if was_reachable and not person.reachable:
        text = _("Saved. They are off every list; links with them have ended, promises to them are let go.")
    told(request, running, text)
    return go("person", person.id)


def _insisted(form: PersonForm) -> bool:
    """Address and birthday stay folded away unless somebody filled them in."""
    return bool(form["address"].value() or form["birthday"].value())


def _fetched(person_id: UUID) -> Person:
    return fetch(Person.objects.select_related("site", "unit", "shift"), id=person_id)


@page(MEMBER)
def left(request: Request, person_id: UUID) -> HttpResponse:
    """Another job, another town: off the lists of the place, and the link goes on."""
    person = _fetched(person_id)
    form = LeftForm(request.POST or None, today=request.today)
    if request.method == "POST" and form.is_valid():
        with act("person_left", at=request.now) as running:
            acts.leave_site(by=request.member, at=request.now, person=person, on=form.cleaned_data["on"])
        told(request, running, _("%(name)s has left; the link goes on.") % {"name": person.called})
        return go("person", person.id)
    return render(request, "people/left.html", {"form": form, "person": person})


@page(MEMBER, methods=("POST",))
def back(request: Request, person_id: UUID) -> HttpResponse:
    person = _fetched(person_id)
    with act("person_came_back", at=request.now) as running:
        acts.come_back(by=request.member, at=request.now, person=person)
    told(request, running, _("%(name)s is back.") % {"name": person.called})
    return go("person", person.id)


@page(MEMBER)
def delete(request: Request, person_id: UUID) -> HttpResponse:
    """Says what goes; then it can be undone for 30 days."""
    person = _fetched(person_id)
    if request.method == "POST":
        with act("person_deleted", at=request.now) as running:
            acts.delete_person(by=request.member, at=request.now, person=person)
        told(request, running, _("%(name)s was deleted.") % {"name": person.called})
        return go("people")
    return render(request, "people/delete.html", {"person": person, "goes": panels.what_goes(person)})


def left_in_peace(request: Request, person: Person) -> bool:
    """Nobody takes on whoever asked not to be contacted: said to who comes by an old page."""
    if not person.reachable:
        flash(request, _("They asked not to be contacted. Nobody takes them on."), kind="error")
    return not person.reachable


@page(MEMBER, carries=True)
def take_on(request: Request, person_id: UUID) -> HttpResponse:
    person = _fetched(person_id)
    if left_in_peace(request, person):
        return go("person", person.id)
    mine = person.links.filter(member=request.member, until=None).first()
    form = TakeOnForm(request.POST or None, initial=TakeOnForm.as_before(mine))
    if request.method == "POST" and form.is_valid():
        if mine and (mine.rhythm_days, mine.aim) == (form.rhythm_days, form.cleaned_data["aim"]):
            return go("person", person.id)  # pressed twice, or nothing new
        with act("person_taken_on", at=request.now) as running:
            acts.take_on(
                by=request.member,
                at=request.now,
                person=person,
                member=request.member,
                rhythm_days=form.rhythm_days,
                aim=form.cleaned_data["aim"],
            )
        told(request, running, _("You keep in touch with %(name)s now.") % {"name": person.called})
        return go("person", person.id)
    return render(request, "people/take_on.html", {"form": form, "person": person, "mine": mine})


@page(MEMBER, methods=("POST",))
def end_link(request: Request, person_id: UUID, link_id: UUID) -> HttpResponse:
    """A member no longer sees to it; said openly, and can be undone."""
    person = _fetched(person_id)
    link = fetch(person.links.filter(until=None), id=link_id)
    with act("link_ended", at=request.now) as running:
        acts.let_link_end(by=request.member, at=request.now, link=link)
    told(request, running, _("The link has ended. The notes stay."))
    return go("person", person.id)
