"""How ideas, corrections and answers are told in a person's whole file, and what becomes of them on a move."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from masslink.core import clock
from masslink.core.clock import day_of
from masslink.people.belongings import Line, Move
from masslink.people.models import Deed
from masslink.vault.workspace import current

if TYPE_CHECKING:
    from masslink.ideas.contact_models import ContactAnswer
    from masslink.ideas.correction_models import Pointed
    from masslink.ideas.models import Idea, IdeaAnswer, Told


def idea_lines(ideas: QuerySet[Any]) -> Iterable[Line]:
    for idea in ideas.select_related("noted_by").order_by("at"):
        notes = [_("Noted by %(name)s.") % {"name": idea.noted_by.name}]
        notes.append(_("May be told: %(how)s.") % {"how": idea.get_telling_display()})
        if idea.dropped_at:
            notes.append(_("Written down by mistake."))
        yield Line(text=_("Raised an idea"), on=day_of(idea.at), said=idea.words, note=" ".join(notes))


def leave_place_of_idea(idea: Idea, move: Move) -> None:
    """To the new place, without what it came up in and what it was drawn together with at the old one."""
    idea.site, idea.together = move.person.site, None
    if idea.origin_kind != Deed.kind:
        idea.origin_kind, idea.origin_id = "", None


def answer_lines(answers: QuerySet[Any]) -> Iterable[Line]:
    for answer in answers.select_related("by").order_by("at"):
        text = _("Our answer to an idea of theirs: %(what)s") % {"what": answer.get_what_display()}
        by = _("Noted by %(name)s.") % {"name": answer.by.name}
        yield Line(text=text, on=day_of(answer.at), note=f"{answer.words} {by}".strip())


def leave_what_it_became(answer: IdeaAnswer, move: Move) -> None:
    """A to-do or a question of the old place is for those who are there."""
    there = answer.became.get() if answer.became else None
    if there is None or there.circle != current().collective_circle:
        answer.became_kind, answer.became_id = "", None


def told_lines(told: QuerySet[Any]) -> Iterable[Line]:
    for one in told.select_related("by").order_by("at"):
        what = _("what became of their idea") if one.idea_id else _("what changed")
        text = _("%(name)s told them %(what)s") % {"name": one.by.name, "what": what}
        yield Line(text=text, on=one.on, said=one.said)


def is_about_a_correction(told: Told, move: Move) -> bool:
    """What we corrected at the old place stays there."""
    return told.correction_id is not None


def pointed_lines(pointed: QuerySet[Any]) -> Iterable[Line]:
    for one in pointed.select_related("correction", "by").order_by("at"):
        notes = [_("Noted by %(name)s.") % {"name": one.by.name}]
        notes.append(_("May be told: %(how)s.") % {"how": one.get_telling_display()})
        text = _("Pointed out a mistake of ours: %(what)s") % {"what": one.correction.short}
        yield Line(text=text, on=day_of(one.at), note=" ".join(notes))


def same_pointed(going: Pointed, staying: Pointed) -> bool:
    """Both pointed out the same."""
    return going.correction_id == staying.correction_id


def contact_answer_lines(answers: QuerySet[Any]) -> Iterable[Line]:
    """What it was stands in the file once answers are closed: a file is no way to look before."""
    for one in answers.select_related("question", "by").order_by("at"):
        open_yet = one.question.is_gathering(clock.today())
        notes = [_("Noted by %(name)s.") % {"name": one.by.name}]
        if open_yet:
            notes.append(_("What they answered is shown when answers are closed."))
        said = "" if open_yet else "\n".join(text for text in (one.choice, one.words) if text)
        text = _("Answered a question of ours: %(what)s") % {"what": one.question.what}
        yield Line(text=text, on=day_of(one.at), said=said, note=" ".join(notes))


def same_contact_answer(going: ContactAnswer, staying: ContactAnswer) -> bool:
    """Both answered the same question: one person has one answer."""
    return going.question_id == staying.question_id


def is_of_old_place(answer: ContactAnswer, move: Move) -> bool:
    """A question of the old place is for those who are there; only one of all of us is asked everywhere."""
    return answer.question.circle != current().collective_circle
