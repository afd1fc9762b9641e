"""Pages about how a question ended, and what becomes of that: decide, reserve, review, withdraw."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, back_to, fetch, go, own_id, page
from masslink.decisions import acts
from masslink.decisions.deciding_forms import DecideForm, as_it_is
from masslink.decisions.forms import ReserveForm, ReviewForm, WithdrawForm, with_changed
from masslink.decisions.models import Decision, Hand, Question, QuestionStep, Reservation
from masslink.decisions.readers import readers
from masslink.decisions.views import SAME_MOMENT, again, by, once, show, to
from masslink.vault.act import Conflict, act


@page(MEMBER, carries=True)
def decide(request: Request, question_id: UUID) -> HttpResponse:
    """Write down how it was decided; on a decided question, correct that."""
    question = fetch(Question, pk=question_id)
    decision = question.decision
    form, seen = _decide_form(request, question, decision), _state(question, decision)
    theirs = False
    if request.method == "POST" and form.is_valid():
        if decision and decision.pk == own_id(request) and decision.words == form.cleaned_data["words"]:
            noted_once(request)
            return go("question", question.pk)
        if form.cleaned_data["seen"] == seen:
            return _save_decision(request, form, question)
        theirs, form.data = True, with_changed(request.POST, seen=seen, once=uuid4())
    gathering = question.is_gathering(request.today)
    more = {"theirs": theirs, "decision": decision, "gathering": gathering}
    return show(request, "decide", question, form, **more)


def _state(question: Question, decision: Decision | None) -> str:
    """What the form was shown with: another version of either, and somebody was quicker."""
    return f"{question.version}.{decision.version if decision else 0}"


def _decide_form(request: Request, question: Question, decision: Decision | None) -> DecideForm:
    hands = _hands(decision)
    here = readers(question.circle)
    gone = [hand.member for hand in hands if hand.member not in here]
    beginning = as_it_is(decision, hands, request.today)
    return DecideForm(
        request.POST or None,
        today=request.today,
        before=decision.review_on if decision else None,
        members=[*here, *gone],
        could_vote=decision.members if decision else len(here),
        initial={**beginning, "once": uuid4(), "seen": _state(question, decision)},
    )


def _hands(decision: Decision | None) -> list[Hand]:
    if decision is None:
        return []
    return list(Hand.objects.filter(decision=decision.pk).select_related("member"))


def _save_decision(request: Request, form: DecideForm, question: Question) -> HttpResponse:
    corrects = question.decided_on is not None
    try:
        running = once(
            request,
            "decision_corrected" if corrects else "decided",
            lambda id: acts.decide(**by(request), question=question, id=id, **form.written),
        )
    except acts.StillGathering:
        return show(request, "decide", question, form, gathering=True)
    except acts.TooManyHands:  # somebody left this moment
        form.add_error(None, _("There are more hands than members here. Were guests counted?"))
        return show(request, "decide", question, form)
    except Conflict:
        return again(request, "decide", question, form)
    said = (
        _("Corrected.")
        if corrects
        else _("Decided. Whoever has a reservation can note it beside the result.")
    )
    return to(request, question.pk, running, said)


@page(MEMBER, carries=True)
def reserve(request: Request, question_id: UUID) -> HttpResponse:
    """A reservation or objection beside the result."""
    question = fetch(Question, pk=question_id)
    decision = question.decision
    form = ReserveForm(
        request.POST or None, me=request.member, members=readers(question.circle), initial={"once": uuid4()}
    )
    if decision is None and request.method == "GET":
        flash(request, _("It is open: say your position."), kind="error")
        return go("question", question.pk)
    if request.method == "POST" and form.is_valid() and decision is not None:
        same = Reservation.objects.filter(
            decision=decision.pk, words=form.cleaned_data["words"], lifted_at=None
        )
        if same.filter(member=form.member).exists():  # twice, or anew after Back
            noted_once(request)
            return go("question", question.pk)
        try:
            return _save_reservation(request, form, decision)
        except Conflict:
            return again(request, "reserve", question, form, decision=decision)
    return show(request, "reserve", question, form, decision=decision)


def _save_reservation(request: Request, form: ReserveForm, decision: Decision) -> HttpResponse:
    weight, words = form.cleaned_data["weight"], form.cleaned_data["words"]
    running = once(
        request,
        "reserved",
        lambda id: acts.reserve(
            **by(request), decision=decision, words=words, weight=weight, member=form.member, id=id
        ),
    )
    return to(request, decision.question_id, running, _("Noted beside the result."))


@page(MEMBER, methods=("POST",))
def lift(request: Request, reservation_id: UUID) -> HttpResponse:
    """It isn't held any more. With a name, that is for whoever has it to say."""
    reservation = fetch(Reservation, pk=reservation_id)
    if not may_lift(reservation, request.member):
        flash(request, _("Whoever has it says when it no longer stands."), kind="error")
        return go("question", reservation.question_id)
    if not reservation.stands:
        return go("question", reservation.question_id)
    try:
        with act("reservation_lifted", at=request.now) as running:
            acts.lift_reservation(**by(request), reservation=reservation)
    except (Conflict, IntegrityError):
        flash(request, str(SAME_MOMENT), kind="error")
        return go("question", reservation.question_id)
    return to(request, reservation.question_id, running, _("It no longer stands; it stays readable."))


def may_lift(reservation: Reservation, member: Member) -> bool:
    return reservation.member_id in (None, member.pk)


# --- afterwards ----------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def review(request: Request, question_id: UUID) -> HttpResponse:
    """Look at it again: it stands, or it is back on the agenda."""
    question = fetch(Question, pk=question_id)
    if question.is_open and request.method == "GET":
        return go("question", question.pk)
    form = ReviewForm(request.POST or None, today=request.today, question=question)
    theirs: Any = None
    if request.method == "POST" and (form.is_valid() or question.is_open):
        if not question.is_open and form.cleaned_data["version"] == question.version:
            return _save_review(request, form, question)
        theirs = _last_step(question) or True
        form.data = with_changed(request.POST, version=question.version)
    return show(request, "review", question, form, theirs=theirs, decision=question.decision)


def _last_step(question: Question) -> QuestionStep | None:
    return question.steps.select_related("by").order_by("at").last()


def _save_review(request: Request, form: ReviewForm, question: Question) -> HttpResponse:
    words, day = form.cleaned_data["words"], form.cleaned_data["chosen"]
    stands = form.cleaned_data["outcome"] == ReviewForm.STANDS
    try:
        with act("question_reviewed" if stands else "question_reopened", at=request.now) as running:
            if stands:
                acts.let_stand(**by(request), question=question, words=words, review_on=day)
            else:
                acts.reopen(**by(request), question=question, words=words, decide_by=day)
    except (Conflict, IntegrityError):
        return again(request, "review", question, form, decision=question.decision)
    said = _("It stands.") if stands else _("Back on the agenda, with all that was said before.")
    return to(request, question.pk, running, said)


@page(MEMBER, carries=True)
def withdraw(request: Request, question_id: UUID) -> HttpResponse:
    """It needn't be decided."""
    question = fetch(Question, pk=question_id)
    bound = request.POST if request.method == "POST" else None
    form = WithdrawForm(bound, initial={"version": question.version})
    if question.withdrawn_on:
        flash(request, _("It is withdrawn already."))
        return go("question", question.pk)
    if question.decided_on and not request.POST.get("words"):
        flash(request, _("It is decided. Put it back on the agenda first."), kind="error")
        return go("question", question.pk)
    theirs = False
    if request.method == "POST" and form.is_valid() and question.is_open:
        if form.cleaned_data["version"] in (None, question.version):
            return _save_withdrawal(request, form, question)
        theirs, form.data = True, with_changed(request.POST, version=question.version)
    return show(request, "withdraw", question, form, theirs=theirs)


def _save_withdrawal(request: Request, form: WithdrawForm, question: Question) -> HttpResponse:
    try:
        with act("question_withdrawn", at=request.now) as running:
            acts.withdraw(**by(request), question=question, words=form.cleaned_data["words"])
    except (Conflict, IntegrityError):
        return again(request, "withdraw", question, form)
    flash(
        request, _("Withdrawn. It can be found and taken up again."), undo=reverse("undo", args=[running.id])
    )
    return go(back_to(request, reverse("questions")))
