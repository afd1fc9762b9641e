"""Questions with the names of the places whose they are: the list and its search, one question whole, a new one."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import MEMBER, fetch, go, number, page, search_or_list
from masslink.decisions import acts, panels
from masslink.decisions.deciding_views import may_lift
from masslink.decisions.forms import AskForm
from masslink.decisions.models import Question
from masslink.decisions.readers import circles_to_ask_in, is_ours, said_readers
from masslink.decisions.search import search
from masslink.decisions.views import by, once
from masslink.ideas.panels import Contacts, contacts_of
from masslink.sites.models import Site
from masslink.vault.act import Conflict

PAGE = 30
OPEN, WITHDRAWN = 50, 20  # shown; the others are found by search


# --- the list ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A question on a list; `note` says whose it is and how far it is."""

    question: Question
    state: str
    note: str = ""
    urgent: bool = False
    passage: SafeString | str = ""


class Places:
    """What circles are called: the collective's, and those of the places one can open."""

    @cached_property
    def sites(self) -> dict[UUID, Site]:
        return {site.circle: site for site in Site.objects.all()}

    def name(self, circle: UUID) -> str:
        site = self.sites.get(circle)
        return site.name if site else _("Our collective")

    def to_ask_in(self) -> list[tuple[UUID, str]]:
        """By name, all of us first; a place whose name isn't here can't be chosen."""
        known = [circle for circle in circles_to_ask_in() if is_ours(circle) or circle in self.sites]
        return [(circle, self.name(circle)) for circle in known]

    def chosen(self, text: str | None) -> UUID | None:
        """The circle a filter asks for: a place by its id, or all of us. Raises Http404 where there is none."""
        if not text:
            return None
        for circle, _name in self.to_ask_in():
            if text == self.filter_of(circle):
                return circle
        raise Http404

    def filter_of(self, circle: UUID) -> str:
        return "us" if is_ours(circle) else str(self.sites[circle].pk)


@page(MEMBER)
def questions(request: Request) -> HttpResponse:
    """Open ones, those to look at again, what was decided month by month; search by POST."""
    return search_or_list(request, "questions", "desk/questions", _found, _listed)


def _listed(request: Request) -> dict[str, Any]:
    places, today, at = Places(), request.today, number(request.GET.get("page"))
    circle = places.chosen(request.GET.get("place"))
    decided = list(_decided(circle)[(at - 1) * PAGE : at * PAGE + 1])
    waiting = {one.question for one in panels.what_waits(request.member, today) if one.why in _MISSING}
    open_ones = list(panels.open_questions(circle)[:OPEN]) if at == 1 else []
    reviews = list(panels.reviews_due(today, circle)[:OPEN]) if at == 1 else []
    here = f"?place={places.filter_of(circle)}&page=" if circle else "?page="
    return {
        "headline": _headline(len(open_ones), len(reviews)) if at == 1 else _("Decided earlier"),
        "open_rows": [_open_row(one, places, today, one.pk in waiting) for one in open_ones],
        "reviews": [_review_row(one, places) for one in reviews],
        "decided": [_decided_row(one, places) for one in decided[:PAGE]],
        "withdrawn": list(panels.in_circle(circle).withdrawn()[:WITHDRAWN]) if at == 1 else [],
        "pills": _pills(places, circle),
        "more_open": len(open_ones) == OPEN,
        "place": request.GET.get("place", ""),
        "previous_url": f"{here}{at - 1}" if at > 1 else "",
        "next_url": f"{here}{at + 1}" if len(decided) > PAGE else "",
    }


_MISSING = (panels.POSITION, panels.ANSWER)


def _decided(circle: UUID | None) -> Any:
    return panels.in_circle(circle).decided().prefetch_related("decisions", "reservations")


def _headline(open_ones: int, reviews: int) -> str:
    """A sentence; small numbers in words."""
    if open_ones:
        few = [_("One question is open"), _("Two questions are open"), _("Three questions are open")]
        many = ngettext("%(n)d question is open", "%(n)d questions are open", open_ones)
        return few[open_ones - 1] if open_ones <= len(few) else many % {"n": open_ones}
    return _("Something to look at again") if reviews else _("No question is open")


def _pills(places: Places, chosen: UUID | None) -> list[tuple[str, str, bool]]:
    """A filter for each circle, where there is more than one."""
    to_ask_in = places.to_ask_in()
    if len(to_ask_in) < 2:
        return []
    url = reverse("questions")
    named = [(f"{url}?place={places.filter_of(c)}", name, c == chosen) for c, name in to_ask_in]
    return [(url, _("all"), chosen is None), *named]


def _open_row(question: Any, places: Places, today: date, missing: bool) -> Row:
    notes = [places.name(question.circle)]
    if question.is_gathering(today):
        notes.append(_("gathers answers"))
    elif question.held:
        said = ngettext("%(n)d position", "%(n)d positions", question.held)
        notes.append(said % {"n": question.held})
    if missing:
        notes.append(_("yours is missing"))
    state = _("by %(day)s") % {"day": _short(question.decide_by)} if question.decide_by else ""
    return Row(question, state, " · ".join(notes), question.is_due(today))


def _short(day: date | None) -> str:
    return date_format(day, "j M") if day else ""


def _review_row(question: Question, places: Places) -> Row:
    state = _("since %(day)s") % {"day": _short(question.review_on)}
    return Row(question, state, places.name(question.circle), True)


def _decided_row(question: Question, places: Places) -> Row:
    """How it was decided stands below; consensus over a standing objection is said."""
    decision = max(question.decisions.all(), key=lambda one: (one.round, one.at), default=None)
    notes = [places.name(question.circle)]
    if decision:
        notes.append(panels.how_said(decision))
        objections = [
            one
            for one in question.reservations.all()
            if one.decision == decision.pk and one.is_objection and one.stands
        ]
        if objections:
            said = ngettext("%(n)d objection stands", "%(n)d objections stand", len(objections))
            notes.append(said % {"n": len(objections)})
    return Row(question, _short(question.decided_on), " · ".join(notes))


def _found(typed: str, request: Request) -> dict[str, Any]:
    places, passages = Places(), search(typed)
    found = Question.objects.in_bulk(list(passages))
    rows = [
        Row(found[id], _state(found[id]), places.name(found[id].circle), passage=passage)
        for id, passage in passages.items()
        if id in found
    ]
    return {"found": rows, "searched": True, "headline": _("Questions"), "pills": _pills(places, None)}


def _state(question: Question) -> str:
    if question.is_open:
        return _("open")
    day, said = question.decided_on, _("decided %(day)s")
    if question.withdrawn_on:
        day, said = question.withdrawn_on, _("withdrawn %(day)s")
    return said % {"day": date_format(day, "M Y") if day else ""}


# --- one question, and a new one -----------------------------------------------------------------


@page(MEMBER, methods=("GET",))
def question(request: Request, question_id: UUID) -> HttpResponse:
    """One question whole: where it stands, positions, what was tried, how it was decided, and what was before."""
    asked = fetch(Question.objects.select_related("asked_by"), pk=question_id)
    whole = panels.whole(asked, request.member)
    decided = whole.now.decided if asked.decided_on else None
    liftable = {r.pk for r in decided.reservations if may_lift(r, request.member)} if decided else set()
    contacts = contacts_of(asked) if asked.gathers else Contacts([], [])
    told_apart = contacts.are_told_apart
    context = {
        "question": asked,
        "whole": whole,
        "decided": decided,
        "place": Places().name(asked.circle),
        "gathering": asked.is_gathering(request.today),
        "figures": panels.figures(asked, request.today, others=contacts.said),
        "contacts": contacts.n,
        "told_apart": told_apart,
        "remarks": panels.remarks(asked, request.today, contacts.answers if told_apart else ()),
        "due": asked.is_due(request.today),
        "to_review": asked.is_to_review(request.today),
        "mine": asked.position_of(request.member) if asked.is_open else None,
        "liftable": liftable,
        "last_step": whole.now.steps[-1] if whole.now.steps else None,
        "readers": said_readers(asked.circle),
    }
    return render(request, "desk/question.html", context)


@page(MEMBER, carries=True)
def new(request: Request) -> HttpResponse:
    """Ask something; `place` says beforehand whose question it is."""
    places = Places()
    circles = places.to_ask_in()
    try:
        chosen = places.chosen(request.GET.get("place"))
    except Http404:
        chosen = None
    initial = {"circle": str(chosen or circles[0][0]), "once": uuid4(), "gathers": ""}
    form = AskForm(request.POST or None, today=request.today, circles=circles, initial=initial)
    if request.method == "POST" and form.is_valid():
        same = _asked_already(request, form)
        if same:
            noted_once(request)
            return go("question", same.pk)
        try:
            return _ask(request, form)
        except Conflict:
            form.add_error(None, _("Not saved: something else was saved at the same moment. Save again."))
    context = {"form": form, "several": len(circles) > 1, "place": request.GET.get("place", "")}
    return render(request, "desk/question_new.html", context)


def _asked_already(request: Request, form: AskForm) -> Question | None:
    """The same sentence in the same circle, still open: pressed twice, or sent anew after Back."""
    mine = Question.objects.filter(asked_by=request.member, circle=form.circle_chosen)
    return mine.open().filter(what=form.cleaned_data["what"]).first()


def _ask(request: Request, form: AskForm) -> HttpResponse:
    made: list[Question] = []

    def write(id: UUID) -> None:
        circle = form.circle_chosen
        made.append(acts.ask_question(**by(request), id=id, circle=circle, **form.written))

    once(request, "question_asked", write)
    asked = made[-1]
    # What others may point to isn't deleted: taking it back means to withdraw it.
    flash(request, _("Asked."), undo=reverse("question-withdraw", args=[asked.pk]))
    return go("question", asked.pk)
