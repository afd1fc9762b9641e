"""Where the people of a place stand: its questions, the numbers over the months, and what two of us differ on."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.people.models import Person
from masslink.people.numbers import begun
from masslink.people.standing import acts
from masslink.people.standing.counting import VIEWS, month_of
from masslink.people.standing.forms import ORDER, QuestionForm
from masslink.people.standing.models import StandQuestion
from masslink.people.standing.overview import Overview, overviews
from masslink.people.standing.panels import open_differences
from masslink.people.standing.picture import picture
from masslink.people.standing.telling import how_alike
from masslink.sites.models import Site
from masslink.sites.panels import who_works_here
from masslink.vault.act import Conflict


@page(MEMBER, methods=("GET",))
def standing(request: Request, site_id: UUID) -> HttpResponse:
    """Each open question with its numbers; the closed ones below, by name."""
    site = fetch(Site, pk=site_id)
    questions = list(StandQuestion.objects.filter(site=site))
    asked = [one for one in questions if one.is_open(request.today)]
    found = _overviews(request, site, asked)
    differing = open_differences(reader=request.member, today=request.today, site=site)
    context = {
        "site": site,
        "headline": _headline(found),
        "parts": [_part(one) for one in found],
        "closed": [one for one in questions if one not in asked],
        "mine": [one for one in differing if one.is_mine],
        "others": sum(1 for one in differing if not one.is_mine),
        "readers": who_works_here(site).readers,
    }
    return render(request, "people/standing.html", context)


def _overviews(request: Request, site: Site, asked: list[StandQuestion]) -> list[Overview]:
    here = Person.objects.listed().here(request.today).filter(site=site, member=None)
    return overviews(asked, here.order_by().values_list("pk", flat=True), request.member, request.today)


def _headline(found: list[Overview]) -> str:
    """A sentence, where there is something to say."""
    month = found[0].latest if found else None
    if not month:
        return _("Where do they stand?")
    said = {"n": month.counts.get(1, 0) + month.counts.get(2, 0), "total": month.persons}
    return _("%(what)s: %(n)d of %(total)d are with us") % {**said, "what": begun(found[0].question.text)}


def _part(found: Overview) -> dict[str, Any]:
    months, agreed, whole = found.months, found.agreement, found.latest
    shown = whole or found.of_my_own
    labels = [found.question.label(value) for value in VIEWS]
    return {
        "one": found,
        "question": found.question,
        "shown": shown,
        "is_whole": whole is not None,
        "numbers": list(zip(VIEWS, labels, shown.row if shown else [0] * len(labels), strict=True)),
        "picture": picture(months) if len(months) > 1 else None,
        "months": months[::-1],
        "this_month": month_of(found.today),
        "alike": how_alike(agreed),
        "agreement": agreed,
        "figure": agreed.alpha if whole else None,
    }


def steps(question: StandQuestion) -> list[tuple[int, str]]:
    """What the numbers mean, in the order in which they are offered."""
    return [(value, question.label(value)) for value in ORDER]


# --- questions -----------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def new_question(request: Request, site_id: UUID) -> HttpResponse:
    site = fetch(Site, pk=site_id)
    union = _("the union") if site.is_workplace else _("the tenants’ union")
    first = {} if StandQuestion.objects.filter(site=site).exists() else {"text": union}
    form = QuestionForm(request.POST or None, initial={"once": uuid4(), **first})
    if request.method == "POST" and form.is_valid():
        return _asked(request, site, form)
    return render(request, "people/standing_question.html", {"form": form, "site": site})


def _asked(request: Request, site: Site, form: QuestionForm) -> HttpResponse:
    """Pressed twice, or the same asked in another tab: it is there once."""
    once, text = form.cleaned_data["once"] or uuid4(), form.cleaned_data["text"]
    same = StandQuestion.objects.filter(site=site, text__iexact=text).open_on(request.today).first()
    known = StandQuestion.objects.filter(pk=once).first() or same
    if known:
        noted_once(request)
        return go("standing-say", site.pk, known.pk)
    try:
        question = acts.ask(
            by=request.member, at=request.now, site=site, text=text, labels=form.labels, id=once
        )
    except IntegrityError:  # asked once and undone since: this is another one
        question = acts.ask(by=request.member, at=request.now, site=site, text=text, labels=form.labels)
    return go("standing-say", site.pk, question.pk)


@page(MEMBER, carries=True)
def question(request: Request, site_id: UUID, stand_question_id: UUID) -> HttpResponse:
    """Its words; closing it, and opening it again."""
    found = fetch(StandQuestion.objects.select_related("site"), pk=stand_question_id, site=site_id)
    form = QuestionForm(request.POST if "text" in request.POST else None, question=found)
    theirs = None
    if request.method == "POST" and ("close" in request.POST or "open" in request.POST):
        return _closed_or_opened(request, found, "close" in request.POST)
    if request.method == "POST" and form.is_valid():
        if _reworded(request, found, form):
            return go("standing", site_id)
        theirs = fetch(StandQuestion.objects.select_related("site"), pk=found.pk)
        form = QuestionForm({**request.POST.dict(), "version": theirs.version}, question=theirs)
    context: dict[str, Any] = {
        "form": form,
        "site": found.site,
        "question": theirs or found,
        "theirs": theirs,
        "is_open": found.is_open(request.today),
    }
    if not context["is_open"]:
        context["part"] = _part(_overviews(request, found.site, [found])[0])
    return render(request, "people/standing_question.html", context)


def _reworded(request: Request, found: StandQuestion, form: QuestionForm) -> bool:
    """False when somebody changed the question since the form was opened; then nothing is written."""
    said = form.cleaned_data
    if (found.text, found.labels) == (said["text"], form.labels):
        return True
    if said["version"] not in (None, found.version):
        return False
    try:
        done = acts.reword(
            by=request.member, at=request.now, question=found, text=said["text"], labels=form.labels
        )
    except (Conflict, IntegrityError):
        return False
    flash(request, _("Saved."), undo=reverse("undo", args=[done]))
    return True


def _closed_or_opened(request: Request, found: StandQuestion, close: bool) -> HttpResponse:
    if found.is_open(request.today) is not close:
        noted_once(request)
        return go("standing", found.site_id)
    change = acts.close if close else acts.open_again
    try:
        done = change(by=request.member, at=request.now, question=found)
    except (Conflict, IntegrityError):
        flash(request, _("Somebody else changed this a moment ago. Look again."), kind="error")
        return go("stand-question", found.site_id, found.pk)
    text = _("Closed: %(what)s") if close else _("Open again: %(what)s")
    flash(request, text % {"what": found.text}, undo=reverse("undo", args=[done]))
    return go("standing", found.site_id)
