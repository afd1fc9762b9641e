"""What an item comes from and what a note caught, as it is now: where it is seen, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.decisions.models import Question
from masslink.ideas.correction_models import Correction
from masslink.ideas.models import Idea
from masslink.sites.models import Site
from masslink.tasks.days import said
from masslink.tasks.duty_models import Duty
from masslink.tasks.models import ToDo
from masslink.vault.record import Ref


@dataclass(frozen=True)
class Seen:
    """Nothing in `url`: it isn't there any more, or can't be read here."""

    url: str = ""
    state: str = ""
    text: str = ""  # what isn't copied onto an agenda: somebody's words


def _question(question: Any, today: date) -> Seen:
    state = ""
    if question.decided_on:
        state = _("decided on %(day)s") % {"day": date_format(question.decided_on, "j M")}
    elif question.withdrawn_on:
        state = _("withdrawn")
    return Seen(address("question", question.pk), state)


def _to_do(todo: Any, today: date) -> Seen:
    if todo.done_at:
        state = _("done")
    elif todo.dropped_at:
        state = _("let go")
    else:
        day = {"who": todo.member.called, "day": said(todo.due, today)}
        since, by = _("open: %(who)s, since %(day)s"), _("open: %(who)s, by %(day)s")
        state = (since if todo.due < today else by) % day
    return Seen(address("todo", todo.pk), state)


def _idea(idea: Any, today: date) -> Seen:
    if idea.dropped_at:
        return Seen(state=_("isn’t there any more"))
    state = idea.whose
    if idea.answered_at:
        state = _("answered on %(day)s") % {"day": date_format(day_of(idea.answered_at), "j M")}
    return Seen(address("idea", idea.pk), state, idea.words if idea.person_id else "")


def _correction(correction: Any, today: date) -> Seen:
    if correction.dropped_at:
        return Seen(state=_("isn’t there any more"))
    state = _("settled") if correction.settled_at else _("agreed on") if correction.agreed_at else ""
    return Seen(address("correction", correction.pk), state)


def _duty(duty: Any, today: date) -> Seen:
    return Seen(address("duty", duty.pk))


def _standing(site: Any, today: date) -> Seen:
    return Seen(address("standing", site.pk))


SEEN: dict[str, tuple[QuerySet[Any], Callable[[Any, date], Seen]]] = {
    Question.kind: (Question.objects.all(), _question),
    ToDo.kind: (ToDo.objects.select_related("member"), _to_do),
    Idea.kind: (Idea.objects.select_related("person", "member"), _idea),
    Correction.kind: (Correction.objects.all(), _correction),
    Duty.kind: (Duty.objects.all(), _duty),
    Site.kind: (Site.objects.all(), _standing),
}


def seen(refs: Iterable[Ref | None], today: date) -> dict[Ref, Seen]:
    """All of them, with one query for each kind; what is gone says so."""
    wanted: dict[str, set[UUID]] = {}
    for ref in refs:
        if ref is not None and ref.kind in SEEN:
            wanted.setdefault(ref.kind, set()).add(ref.id)
    found: dict[Ref, Seen] = {}
    for kind, ids in wanted.items():
        records, say = SEEN[kind]
        there = {record.pk: say(record, today) for record in records.filter(pk__in=ids)}
        found |= {Ref(kind, id): there.get(id) or Seen(state=_("isn’t there any more")) for id in ids}
    return found
