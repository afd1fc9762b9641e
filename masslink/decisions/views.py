"""Pages that write about an open question: say it better, one's position, what was tried, answers, closing them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, fetch, go, own_id, page
from masslink.decisions import acts
from masslink.decisions.forms import AnswerForm, PositionForm, QuestionForm, TrialForm, with_changed
from masslink.decisions.models import Answer, Position, Question, Trial
from masslink.decisions.readers import said_readers
from masslink.vault.act import ActInProgress, Conflict, act

SAME_MOMENT = gettext_lazy("Not saved: somebody changed this at the same moment. Save again to see both.")


def by(request: Request) -> dict[str, Any]:
    return {"by": request.member, "at": request.now}


def to(request: Request, question_id: UUID, running: ActInProgress, text: str) -> HttpResponse:
    """Back to the question, with what was done and its undo."""
    flash(request, text, undo=reverse("undo", args=[running.id]))
    return go("question", question_id)


def once(request: Request, kind: str, write: Callable[[UUID], object]) -> ActInProgress:
    """Write something new under the form's own id; where that was saved once and undone since, under another."""
    for id in (own_id(request), uuid4()):
        try:
            with act(kind, at=request.now) as running:
                write(id)
            return running
        except IntegrityError:
            continue
    raise Conflict(kind)


def show(request: Request, template: str, question: Question, form: Any, **more: Any) -> HttpResponse:
    """A form's page; more of it says the template."""
    context = {"form": form, "question": question, "readers": said_readers(question.circle), **more}
    return render(request, f"decisions/{template}.html", context)


def again(request: Request, template: str, question: Question, form: Any, **more: Any) -> HttpResponse:
    """The form once more, after somebody else was quicker by a moment; what was typed is in it."""
    form.add_error(None, SAME_MOMENT)
    question.refresh_from_db()
    return show(request, template, question, form, **more)


def _over(request: Request, question: Question) -> HttpResponse | None:
    """It is decided or withdrawn: what is said now would stand as if it had been said before."""
    if question.is_open:
        return None
    text = _("It is decided by now. What you think can stand beside the result, as a reservation.")
    if question.withdrawn_on:
        text = _("It is withdrawn by now. It can be taken up again.")
    return not_saved(request, text, address("question", question.pk), ("what", "background", "words"))


@page(MEMBER, carries=True)
def edit(request: Request, question_id: UUID) -> HttpResponse:
    """Say it better, or move its day."""
    question = fetch(Question, pk=question_id)
    if over := _over(request, question):
        return over
    form = QuestionForm(request.POST or None, today=request.today, question=question)
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == question.version:
            return _save_edit(request, form, question)
        theirs, form.data = question, with_changed(request.POST, version=question.version)
    answered = question.answers.exists()
    return show(request, "edit", question, form, theirs=theirs, answered=answered)


def _save_edit(request: Request, form: QuestionForm, question: Question) -> HttpResponse:
    try:
        with act("question_edited", at=request.now) as running:
            acts.edit_question(**by(request), question=question, **form.written)
    except (Conflict, IntegrityError):
        return again(request, "edit", question, form)
    return to(request, question.pk, running, _("Changed."))


@page(MEMBER, carries=True)
def position(request: Request, question_id: UUID) -> HttpResponse:
    """What one thinks, in one's own words; said again, it stands instead of the former."""
    question = fetch(Question.objects.select_related("asked_by"), pk=question_id)
    if over := _over(request, question):
        return over
    mine = question.position_of(request.member)
    initial = {"once": uuid4(), **PositionForm.as_it_is(mine)}
    form = PositionForm(request.POST or None, initial=initial)
    theirs = None
    if request.method == "POST" and form.is_valid():
        if mine and mine.words == form.cleaned_data["words"]:
            noted_once(request)
            return go("question", question.pk)
        seen = str(mine.pk) if mine else ""
        if form.cleaned_data["seen"] == seen:
            return _save_position(request, form, question)
        theirs, form.data = mine, with_changed(request.POST, seen=seen, once=uuid4())
    others = question.positions.filter(round__gte=question.round).exclude(member=request.member).exists()
    return show(request, "position", question, form, theirs=theirs, mine=mine, others=others)


def _save_position(request: Request, form: PositionForm, question: Question) -> HttpResponse:
    words = form.cleaned_data["words"]

    def write(id: UUID) -> Position:
        return acts.take_position(**by(request), question=question, words=words, id=id)

    try:
        running = once(request, "position_taken", write)
    except Conflict:
        return again(request, "position", question, form)
    return to(request, question.pk, running, _("Your position is noted."))


@page(MEMBER, carries=True)
def tried(request: Request, question_id: UUID) -> HttpResponse:
    """Something was tried."""
    question = fetch(Question, pk=question_id)
    form = TrialForm(
        request.POST or None, today=request.today, initial={"once": uuid4(), "on": request.today}
    )
    if request.method == "POST" and form.is_valid():
        filled = {name: form.cleaned_data[name] for name in ("what", "showed", "on")}
        if question.trials.filter(by=request.member, **filled).exists():  # twice, or anew after Back
            noted_once(request)
            return go("question", question.pk)
        try:
            running = once(
                request,
                "trial_noted",
                lambda id: acts.note_tried(**by(request), question=question, id=id, **filled),
            )
            return to(request, question.pk, running, _("Noted."))
        except Conflict:
            return again(request, "tried", question, form)
    return show(request, "tried", question, form)


@page(MEMBER, carries=True)
def trial_edit(request: Request, trial_id: UUID) -> HttpResponse:
    """Add what practice showed, or say better what was tried."""
    trial = fetch(Trial.objects.select_related("question", "by"), pk=trial_id)
    form = TrialForm(request.POST or None, today=request.today, initial=TrialForm.as_it_is(trial))
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == trial.version:
            return _save_trial(request, form, trial)
        theirs, form.data = trial, with_changed(request.POST, version=trial.version)
    return show(request, "tried", trial.question, form, trial=trial, theirs=theirs)


def _save_trial(request: Request, form: TrialForm, trial: Trial) -> HttpResponse:
    filled = {name: form.cleaned_data[name] for name in ("what", "showed", "on")}
    try:
        with act("trial_edited", at=request.now) as running:
            acts.edit_tried(**by(request), trial=trial, **filled)
    except (Conflict, IntegrityError):
        return again(request, "tried", trial.question, form, trial=trial)
    return to(request, trial.question_id, running, _("Changed."))


# --- answers before any figure -------------------------------------------------------------------


@page(MEMBER, carries=True)
def answer(request: Request, question_id: UUID) -> HttpResponse:
    """One's own answer. What others answered isn't shown before, nor after, until answers are closed."""
    question = fetch(Question, pk=question_id)
    mine = question.answers.filter(member=request.member).first()
    form = AnswerForm(request.POST or None, choices=question.choices, mine=mine, initial={"once": uuid4()})
    if not question.is_gathering(request.today):
        return _too_late(request, question)
    theirs = None
    if request.method == "POST" and form.is_valid():
        filled = {name: form.cleaned_data[name] for name in ("choice", "words")}
        if mine and filled == {"choice": mine.choice, "words": mine.words}:
            noted_once(request)
            return go("question", question.pk)
        if form.cleaned_data["seen"] == (mine.version if mine else None):
            return _save_answer(request, form, question, filled)
        theirs, form.data = mine, with_changed(request.POST, seen=mine.version if mine else "", once=uuid4())
    return show(request, "answer", question, form, mine=mine, theirs=theirs)


def why_closed(question: Question) -> str:
    if question.withdrawn_on:
        return _("It was withdrawn: no answers are taken any more.")
    return _("Answers are closed: the figures are there for everybody.")


def _too_late(request: Request, question: Question) -> HttpResponse:
    """Answers are closed: what was typed is shown, and can be kept as a position."""
    typed = [request.POST.get(name, "").strip() for name in ("choice", "words")]
    words = "\n".join(text for text in typed if text)
    if not words or not question.is_open:
        return not_saved(request, why_closed(question), address("question", question.pk), ("choice", "words"))
    mine = question.position_of(request.member)
    form = PositionForm(initial={"words": words, "seen": mine.pk if mine else "", "once": uuid4()})
    return show(request, "too_late", question, form, mine=mine)


def _save_answer(
    request: Request, form: AnswerForm, question: Question, filled: dict[str, Any]
) -> HttpResponse:
    def write(id: UUID) -> Answer:
        return acts.answer(**by(request), question=question, id=id, **filled)

    try:
        running = once(request, "answered", write)
    except acts.AnswersClosed:
        return _too_late(request, question)
    except Conflict:
        return again(request, "answer", question, form)
    return to(
        request, question.pk, running, _("Your answer is noted. You see the others’ when answers are closed.")
    )


@page(MEMBER)
def close_answers(request: Request, question_id: UUID) -> HttpResponse:
    """From here on everybody sees the figures. What was seen stays seen, so there is no undo."""
    question = fetch(Question, pk=question_id)
    if not question.is_gathering(request.today):
        flash(request, _("Answers are closed already."))
        return go("question", question.pk)
    if request.method == "POST":
        try:
            acts.close_gathering(**by(request), question=question)
            flash(request, _("Answers are closed. Here is what was said."))
        except (Conflict, IntegrityError):
            flash(request, _("Not closed: somebody changed the question just now. Look again."), kind="error")
        return go("question", question.pk)
    answered = question.answers.filter(member=request.member).exists()
    return show(request, "close", question, None, answered=answered)
