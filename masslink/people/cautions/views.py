"""Pages of cautions, all of them about one person: noting one, new evidence, confirming, taking back."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.people.cautions import acts
from masslink.people.cautions.acts import NotNow
from masslink.people.cautions.forms import CautionForm, ConfirmForm
from masslink.people.cautions.models import Caution
from masslink.people.fading import rules
from masslink.people.labels import for_long
from masslink.people.models import Person
from masslink.sites.panels import who_works_here
from masslink.vault.act import Conflict


def _person(person_id: UUID) -> Person:
    return fetch(Person.objects.select_related("site"), pk=person_id)


@page(MEMBER, carries=True)
def new(request: Request, person_id: UUID) -> HttpResponse:
    """The first one. Where there is one by another member, it is confirmed; where it is known, it is renewed."""
    person = _person(person_id)
    before = Caution.objects.filter(person=person).first()
    once = request.POST.get("once", "")
    if not acts.may_be_about(person):
        return _not_now(request, person)
    if before and once and str(before.pk) == once:
        noted_once(request)
        return go("person", person.pk)
    if before:
        waits = not before.is_confirmed and acts.may_be_confirmed(before, request.member)
        return go("caution-confirm" if waits else "caution-renew", person.pk, before.pk)
    return _form(request, person, None)


@page(MEMBER, carries=True)
def renew(request: Request, person_id: UUID, caution_id: UUID) -> HttpResponse:
    """New evidence: in new words, of a later day, to be confirmed anew."""
    person = _person(person_id)
    before = Caution.objects.filter(person=person).first()
    if before is None or not acts.may_be_about(person):
        return _not_now(request, person)
    if str(before.pk) == request.POST.get("once"):
        noted_once(request)
        return go("person", person.pk)
    return _form(request, person, before)


def _form(request: Request, person: Person, before: Caution | None) -> HttpResponse:
    rule = rules()[Caution.fades.setting]
    form = CautionForm(
        request.POST or None,
        today=request.today,
        rule=rule,
        before=before,
        initial={"once": uuid4(), "on": request.today, "safe": before.safe if before else ""},
    )
    if request.method == "POST" and form.is_valid():
        return _note(request, person, form)
    if form.is_told:
        form.errors.clear()
    readers = who_works_here(person.site).readers
    context = {"person": person, "form": form, "before": before, "readers": readers}
    context["long"] = for_long(rule.days_on(request.today))
    return render(request, "people/caution.html", context)


def _note(request: Request, person: Person, form: CautionForm) -> HttpResponse:
    said: dict[str, Any] = {name: form.cleaned_data[name] for name in ("seen", "on", "safe")}
    once = form.cleaned_data["once"] or uuid4()
    try:
        try:
            acts.note_caution(by=request.member, at=request.now, person=person, id=once, **said)
        except IntegrityError:  # noted once and taken back since: this is noted anew
            acts.note_caution(by=request.member, at=request.now, person=person, **said)
    except NotNow:
        return _not_now(request, person)
    flash(request, _("Noted. It counts once a second one of us has written what they saw themselves."))
    return go("person", person.pk)


@page(MEMBER, carries=True)
def confirm(request: Request, person_id: UUID, caution_id: UUID) -> HttpResponse:
    """Own knowledge of a second member."""
    person = _person(person_id)
    caution = Caution.objects.select_related("person", "by").filter(person=person, pk=caution_id).first()
    if caution is None:
        return _not_now(request, person)
    if caution.confirmed_by_id == request.member.pk:
        noted_once(request)
        return go("person", person.pk)
    if caution.is_confirmed or not acts.may_be_confirmed(caution, request.member):
        return _not_now(request, person)
    form = ConfirmForm(request.POST or None, caution=caution)
    if request.method == "POST" and form.is_valid():
        return _confirm(request, person, caution, form)
    if form.is_told:
        form.errors.clear()
    readers = who_works_here(person.site).readers
    context = {"person": person, "caution": caution, "form": form, "readers": readers}
    return render(request, "people/caution_confirm.html", context)


def _confirm(request: Request, person: Person, caution: Caution, form: ConfirmForm) -> HttpResponse:
    try:
        seen = form.cleaned_data["seen"]
        acts.confirm_caution(by=request.member, at=request.now, caution=caution, seen=seen)
    except (NotNow, Conflict, IntegrityError):
        return _not_now(request, person)
    flash(request, _("Confirmed: two of you know it themselves."))
    return go("person", person.pk)


@page(MEMBER, methods=("POST",))
def back(request: Request, person_id: UUID, caution_id: UUID) -> HttpResponse:
    """Taken back by whoever wrote it, or their part of it by whoever confirmed."""
    person = _person(person_id)
    caution = Caution.objects.filter(person=person, pk=caution_id).first()
    try:
        if caution is None:
            raise NotNow
        acts.take_back(by=request.member, at=request.now, caution=caution)
    except (NotNow, Conflict, IntegrityError):
        return _not_now(request, person)
    flash(request, _("Taken back and shredded: no trace of the words is kept."))
    return go("person", person.pk)


def _not_now(request: Request, person: Person) -> HttpResponse:
    text = _("Nothing was changed: it stands otherwise by now. What is there you see below.")
    flash(request, text, kind="error")
    return go("person", person.pk)
