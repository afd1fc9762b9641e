"""What a person may ask of us: to see everything written about them, to be erased; and pages for moving them."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.people import acts, panels
from masslink.people.asked_forms import EraseForm, MoveForm
from masslink.people.erasing import erase_person
from masslink.people.models import Person
from masslink.people.moving import move_person
from masslink.people.views import told
from masslink.people.whole_file import whole_file
from masslink.sites.models import Site
from masslink.vault.act import Conflict, OutOfPlace, act


def _fetched(person_id: UUID) -> Person:
    return fetch(Person.objects.select_related("site", "unit", "shift", "member"), id=person_id)


@page(MEMBER)
def file(request: Request, person_id: UUID) -> HttpResponse:
    """Everything, for them to see; and noting that they saw it."""
    person = _fetched(person_id)
    if request.method == "POST":
        if person.knows_since:
            noted_once(request)
            return go("person-file", person.id)
        with act("person_knows", at=request.now) as running:
            acts.knows_of_notes(by=request.member, at=request.now, person=person)
        told(request, running, _("Noted: %(name)s knows that we keep notes.") % {"name": person.called})
        return go("person-file", person.id)
    return render(request, "people/file.html", whole_file(person, Member.objects.all(), request.today))


@page(MEMBER)
def erase(request: Request, person_id: UUID) -> HttpResponse:
    """Says plainly what happens, and asks for the name; then it is done, and nothing undoes it."""
    person = _fetched(person_id)
    form = EraseForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        erase_person(by=request.member, at=request.now, person=person)
        flash(request, _("Erased, for good. Nothing of what was written about them is kept here."))
        return go("people")
    context = {"form": form, "person": person, "goes": panels.names_together(panels.what_goes(person))}
    return render(request, "people/erase.html", context)


@page(MEMBER)
def move(request: Request, person_id: UUID) -> HttpResponse:
    """To another place one holds; says who can read it then, and who no longer."""
    person = _fetched(person_id)
    places = list(Site.objects.exclude(pk=person.site_id))
    form = MoveForm(request.POST or None, places=places, person=person)
    if request.method == "POST" and request.POST.get("site") == str(person.site_id):
        noted_once(request)  # pressed twice
        return go("person", person.id)
    if request.method == "POST" and form.is_valid() and _moved(request, person, form):
        return go("person", person.id)
    changes = [panels.new_readers(person, place) for place in places]
    return render(request, "people/move.html", {"form": form, "person": person, "changes": changes})


def _moved(request: Request, person: Person, form: MoveForm) -> bool:
    said: dict[str, Any] = form.cleaned_data
    try:
        with act("person_moved", at=request.now) as running:
            move_person(
                by=request.member,
                at=request.now,
                person=person,
                site=said["site"],
                unit=said["unit"],
                shift=said["shift"],
            )
    except (Conflict, IntegrityError, OutOfPlace):
        form.add_error(
            None, _("Somebody else changed this person at the same moment. Nobody was moved; press again.")
        )
        return False
    told(request, running, _("%(name)s is at another place now.") % {"name": person.called})
    return True
