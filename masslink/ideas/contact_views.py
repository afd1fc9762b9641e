"""The page on which a member notes what somebody who isn't one answers to a question."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, back_to, fetch, go, own_id, page
from masslink.decisions.acts import AnswersClosed
from masslink.decisions.forms import AnswerForm
from masslink.decisions.models import Question
from masslink.decisions.readers import is_ours
from masslink.decisions.views import by, once, why_closed
from masslink.ideas import contact_acts as acts
from masslink.ideas.contact_models import ContactAnswer
from masslink.ideas.views import same_moment
from masslink.people.cautions.panels import careful_with
from masslink.people.picking import ANYWHERE, Picking
from masslink.tasks.forms import with_changed
from masslink.vault.act import Conflict, act


@page(MEMBER, carries=True)
def asked(request: Request, question_id: UUID) -> HttpResponse:
    """What one person answers. What others did isn't shown, and no figure, until answers are closed."""
    question = fetch(Question, pk=question_id)
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking(data, by=request.member, today=request.today, picks=ANYWHERE)
    form = AnswerForm(request.POST or None, choices=question.choices, initial={"once": uuid4()})
    form.fields["words"].label = _("Why, or what else") if question.choices else _("Their answer")
    if not question.is_gathering(request.today):
        return _closed(request, question)
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif request.method == "POST":
        before = _theirs(question, picking)
        if "forget" in request.POST and before:
            return _take_back(request, question, before)
        if _may_be_saved(form, picking, question):
            return _save(request, form, picking, question, before)
    return _show(request, question, form, picking)


def _show(
    request: Request, question: Question, form: AnswerForm, picking: Picking, **more: Any
) -> HttpResponse:
    context = {
        "question": question,
        "form": form,
        "picking": picking,
        "careful": careful_with(picking.picked),
        "before": _theirs(question, picking),
        "back": _back(request, question),
        **more,
    }
    return render(request, "ideas/contact_answer.html", context)


def _back(request: Request, question: Question) -> str:
    return back_to(request, reverse("question", args=[question.pk]))


def _theirs(question: Question, picking: Picking) -> ContactAnswer | None:
    """What is noted of the one who is picked."""
    found = ContactAnswer.objects.select_related("by").filter(question=question)
    return found.filter(person=picking.picked[0]).first() if len(picking.picked) == 1 else None


def _closed(request: Request, question: Question) -> HttpResponse:
    """Nothing more is taken; what was typed is shown once, so that it isn't lost."""
    return not_saved(request, why_closed(question), address("question", question.pk), ("choice", "words"))


def _may_be_saved(form: AnswerForm, picking: Picking, question: Question) -> bool:
    filled, picked = form.is_valid(), picking.is_valid()
    if len(picking.names) > 1:
        picking.errors.append(_("One at a time: each has an answer of their own."))
    elif any(person.member_id for person in picking.picked):
        picking.errors.append(_("They are a member now, and answer by themselves."))
    elif not is_ours(question.circle) and not _are_here(picking, question):
        picking.errors.append(_("This is a question of one place: only its people are asked."))
    return filled and picked and not picking.errors


def _are_here(picking: Picking, question: Question) -> bool:
    new_ones = [picking.place_of_new.circle] if picking.new and picking.place_of_new else []
    return {question.circle} >= {*(person.circle for person in picking.picked), *new_ones}


def _save(
    request: Request, form: AnswerForm, picking: Picking, question: Question, before: ContactAnswer | None
) -> HttpResponse:
    filled = {name: form.cleaned_data[name] for name in ("choice", "words")}
    # What another noted is asked about even where it is the same: "saved already" would tell what they answered.
    mine = before if before and before.by_id == request.member.pk else None
    same = mine is not None and filled == {"choice": mine.choice, "words": mine.words}
    if same or (picking.new and ContactAnswer.objects.filter(pk=own_id(request), **filled).exists()):
        noted_once(request)
        return go(_back(request, question))
    if before and form.cleaned_data["seen"] != before.version:
        form.data = with_changed(request.POST, seen=before.version, once=uuid4())
        return _show(request, question, form, picking, replaces=True)

    def write(id: UUID) -> None:
        (person,) = picking.persons(at=request.now)
        acts.note_contact_answer(**by(request), question=question, person=person, id=id, **filled)

    try:
        running = once(request, "contact_answered", write)
    except AnswersClosed:
        return _closed(request, question)
    except Conflict:
        same_moment(form)
        return _show(request, question, form, picking)
    said = _("Noted. It is counted with the others when answers are closed.")
    flash(request, said, undo=reverse("undo", args=[running.id]))
    return go(_back(request, question))


def _take_back(request: Request, question: Question, before: ContactAnswer) -> HttpResponse:
    try:
        with act("contact_answer_taken_back", at=request.now) as running:
            acts.take_contact_answer_back(**by(request), answer=before)
        flash(request, _("Taken back."), undo=reverse("undo", args=[running.id]))
    except (AnswersClosed, Conflict, IntegrityError):
        flash(request, _("Not taken back: something changed at the same moment. Look again."), kind="error")
    return go(_back(request, question))
