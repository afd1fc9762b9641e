"""What is caught while a meeting runs: a decision, a to-do. What was typed before comes along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, as_id, go, own_id, page
from masslink.decisions import acts as decisions
from masslink.decisions.forms import with_changed
from masslink.decisions.models import Question
from masslink.decisions.readers import readers, said_readers
from masslink.decisions.views import SAME_MOMENT, by, once
from masslink.gatherings.models import Gathering
from masslink.ideas.models import Telling
from masslink.meetings import minuting
from masslink.meetings.agenda_views import called_off, found
from masslink.meetings.forms import AgreedForm, DecidedForm, RaisedForm
from masslink.meetings.minutes_views import as_correction
from masslink.meetings.models import AgendaItem, Minute
from masslink.vault.act import Conflict


def catch(
    request: Request, gathering: Gathering, kind: str, item: AgendaItem | None, words: str
) -> HttpResponse:
    """The form of what is caught, with what was typed on the meeting's page; cancelled, it is back there."""
    form = CATCHES[kind](request, gathering, item, words)
    return _show(request, kind, gathering, item, form, typed=words)


def _show(
    request: Request, kind: str, gathering: Gathering, item: AgendaItem | None, form: forms.Form, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "gathering": gathering,
        "item": item,
        "readers": said_readers(gathering.circle),
        "typed": request.POST.get("typed", ""),
    }
    return render(request, f"meetings/{kind}.html", {**context, **more})


def _item(request: Request, gathering: Gathering) -> AgendaItem | None:
    asked = as_id(request.POST.get("item") or request.GET.get("item"))
    return AgendaItem.objects.filter(gathering=gathering, pk=asked).first() if asked else None


def _back(gathering: Gathering, item: AgendaItem | None) -> HttpResponse:
    url = reverse("meeting", args=[gathering.pk])
    return go(f"{url}?{urlencode({'item': item.pk})}" if item else url)


def _is_there(request: Request) -> bool:
    return Minute.objects.filter(pk=own_id(request)).exists()


def _caught(
    request: Request, gathering_id: UUID, kind: str, save: Callable[..., HttpResponse]
) -> HttpResponse:
    """The form of what is caught, shown or saved; pressed twice it is saved once."""
    gathering = found(gathering_id)
    if off := called_off(request, gathering):
        return off
    item = _item(request, gathering)
    form = CATCHES[kind](request, gathering, item)
    if request.method == "POST" and _is_there(request):
        noted_once(request)
        return _back(gathering, item)
    if request.method == "POST" and form.is_valid():
        return save(request, gathering, item, form)
    return _show(request, kind, gathering, item, form)


# --- a decision ----------------------------------------------------------------------------------------


def _decided_form(
    request: Request, gathering: Gathering, item: AgendaItem | None, words: str | None = None
) -> DecidedForm:
    """Bound where the form itself was posted; `words` come from the meeting's page."""
    here = readers(gathering.circle)
    open_ones = list(Question.objects.filter(circle=gathering.circle).open()[:60])
    about = item.origin.id if item and item.origin and item.origin.kind == Question.kind else None
    initial = {
        "once": uuid4(),
        "item": item.pk if item else "",
        "question": str(about) if about in [one.pk for one in open_ones] else DecidedForm.NEW,
        "what": item.title[:240] if item and not item.part and not about else "",
        "words": words or "",
        "on": request.today,
    }
    return DecidedForm(
        request.POST if words is None and request.method == "POST" else None,
        today=request.today,
        members=here,
        could_vote=len(here),
        questions=open_ones,
        initial=initial,
    )


@page(MEMBER, carries=True)
def decided(request: Request, gathering_id: UUID) -> HttpResponse:
    """A decision as it falls, of an open question or a new one; it stands with the questions and in the minutes."""
    gathering = found(gathering_id)
    if off := called_off(request, gathering):
        return off
    item = _item(request, gathering)
    form = _decided_form(request, gathering, item)
    if request.method == "POST" and _is_there(request):
        noted_once(request)
        return _back(gathering, item)
    if request.method == "POST" and (quicker := _decided_meanwhile(request, form)):
        return _show(request, "decided", gathering, item, form, quicker=quicker)
    if request.method == "POST" and form.is_valid():
        return _save_decision(request, gathering, item, form)
    return _show(request, "decided", gathering, item, form)


def _decided_meanwhile(request: Request, form: DecidedForm) -> Question | None:
    """The question that was chosen isn't open any more: somebody was quicker."""
    asked = as_id(request.POST.get("question"))
    if asked is None or str(asked) in form.questions:
        return None
    question = Question.objects.filter(pk=asked).first()
    form.data = with_changed(request.POST, question=DecidedForm.NEW)
    return question


def _save_decision(
    request: Request, gathering: Gathering, item: AgendaItem | None, form: DecidedForm
) -> HttpResponse:
    question, words, is_new = form.chosen, form.cleaned_data["words"], form.chosen is None
    if question is None:
        # The same sentence is open already: that one is decided, so that nothing is asked twice.
        same = Question.objects.filter(circle=gathering.circle, what=form.cleaned_data["what"]).open()
        question = same.first()
    is_new = question is None
    how = {name: value for name, value in form.written.items() if name != "words"}
    try:
        running = once(
            request,
            "asked_and_decided" if is_new else "decided_at_meeting",
            lambda id: minuting.decide(
                **by(request),
                gathering=gathering,
                item=item,
                question=question,
                what=form.cleaned_data["what"],
                words=words,
                id=id,
                **how,
            ),
        )
    except minuting.Adopted:
        asked = question.what if question else form.cleaned_data["what"]
        return as_correction(request, gathering, asked, words)
    except decisions.StillGathering:
        form.add_error("question", _("Answers are still being gathered. Close them on its page first."))
        return _show(request, "decided", gathering, item, form, closing=question)
    except decisions.TooManyHands:  # somebody left this moment
        form.add_error(None, _("There are more hands than members here. Were guests counted?"))
        return _show(request, "decided", gathering, item, form)
    except (Conflict, minuting.DecidedAlready):
        form.add_error(None, SAME_MOMENT)
        return _show(request, "decided", gathering, item, form)
    # What others may point to isn't deleted: a new question is corrected or withdrawn on its page.
    flash(
        request, _("Decided, and in the minutes."), undo="" if is_new else reverse("undo", args=[running.id])
    )
    return _back(gathering, item)


# --- a to-do -------------------------------------------------------------------------------------------


def _agreed_form(
    request: Request, gathering: Gathering, item: AgendaItem | None, words: str | None = None
) -> AgreedForm:
    first, _sep, rest = (words or "").strip().partition("\n")
    short = len(first) <= 200
    initial = {
        "once": uuid4(),
        "item": item.pk if item else "",
        "member": request.member.pk,
        "report": AgreedForm.DUE,
        "what": first if short else "",
        "how": rest.strip() if short else words,
    }
    bound = request.POST if words is None and request.method == "POST" else None
    return AgreedForm(bound, today=request.today, members=gathering.members(), initial=initial)


@page(MEMBER, carries=True)
def agreed(request: Request, gathering_id: UUID) -> HttpResponse:
    """Who does what, how, by when, and when they report back."""
    return _caught(request, gathering_id, "agreed", _save_agreed)


def _save_agreed(
    request: Request, gathering: Gathering, item: AgendaItem | None, form: AgreedForm
) -> HttpResponse:
    filled = {name: form.cleaned_data[name] for name in ("member", "what", "how", "due")}
    report_on = form.report_on(max(gathering.on, request.today) + timedelta(days=1))
    try:
        running = once(
            request,
            "promised_at_meeting",
            lambda id: minuting.agree_to_do(
                **by(request), gathering=gathering, item=item, report_on=report_on, id=id, **filled
            ),
        )
    except minuting.Adopted:
        return as_correction(request, gathering, filled["what"], filled["how"])
    except Conflict:
        form.add_error(None, SAME_MOMENT)
        return _show(request, "agreed", gathering, item, form)
    text = _("%(who)s: %(what)s") % {"who": filled["member"].called, "what": filled["what"]}
    flash(request, text, undo=reverse("undo", args=[running.id]))
    return _back(gathering, item)


# --- an idea -------------------------------------------------------------------------------------------


def _raised_form(
    request: Request, gathering: Gathering, item: AgendaItem | None, words: str | None = None
) -> RaisedForm:
    initial = {
        "once": uuid4(),
        "item": item.pk if item else "",
        "member": request.member.pk,
        "telling": Telling.NAME,
        "words": words or "",
    }
    bound = request.POST if words is None and request.method == "POST" else None
    return RaisedForm(bound, members=gathering.members(), initial=initial)


@page(MEMBER, carries=True)
def raised(request: Request, gathering_id: UUID) -> HttpResponse:
    """One of us has an idea: it stands with the ideas, waits for its answer there, and is in the minutes."""
    return _caught(request, gathering_id, "raised", _save_raised)


def _save_raised(
    request: Request, gathering: Gathering, item: AgendaItem | None, form: RaisedForm
) -> HttpResponse:
    filled = {name: form.cleaned_data[name] for name in ("words", "member", "telling")}
    kind = "idea_caught" if gathering.site_id else "idea_caught_for_all"
    try:
        running = once(
            request,
            kind,
            lambda id: minuting.catch_idea(**by(request), gathering=gathering, item=item, id=id, **filled),
        )
    except minuting.Adopted:
        return as_correction(request, gathering, filled["words"])
    except Conflict:
        form.add_error(None, SAME_MOMENT)
        return _show(request, "raised", gathering, item, form)
    undo = reverse("undo", args=[running.id]) if gathering.site_id else ""
    flash(request, _("Written down with the ideas, and in the minutes."), undo=undo)
    return _back(gathering, item)


CATCHES: dict[str, Callable[..., forms.Form]] = {
    "decided": _decided_form,
    "agreed": _agreed_form,
    "raised": _raised_form,
}
