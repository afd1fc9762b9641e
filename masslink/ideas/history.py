"""How acts about ideas, corrections and contacts’ answers are told in the history, and how records are named."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from masslink.ideas.contact_models import ContactAnswer
from masslink.ideas.correction_models import Correction, Look, Pointed
from masslink.ideas.models import Idea, IdeaAnswer, Told

# As in desk/telling.py: the sentence, and which kinds of record it is told of. An idea is named by its words, never by
# whose it is: that may not be told everywhere.
WORDS = {
    "idea_raised": (_("{who} wrote down an idea: {what}"), ("idea",)),
    "idea_raised_for_all": (_("{who} wrote down an idea: {what}"), ("idea",)),
    "idea_edited": (_("{who} wrote down an idea better: {what}"), ("idea",)),
    "idea_dropped": (_("{who} took an idea off the list: {what}"), ("idea",)),
    "idea_answered": (_("{who} noted what becomes of an idea: {what}"), ("idea_answer",)),
    "idea_to_all": (_("{who} made a question for all of us of an idea: {what}"), ("idea_answer",)),
    "carried_back": (_("{who} told whoever began it what became of it: {what}"), ("told_back",)),
    "ideas_drawn_together": (_("{who} drew ideas together: {what}"), ("idea",)),
    "idea_taken_apart": (_("{who} noted that an idea is another thing after all: {what}"), ("idea",)),
    "correction_noted": (_("{who} wrote down what went wrong: {what}"), ("correction",)),
    "correction_noted_for_all": (_("{who} wrote down what went wrong: {what}"), ("correction",)),
    "correction_edited": (_("{who} said better what went wrong: {what}"), ("correction",)),
    "correction_pointed_out": (_("{who} noted that somebody pointed this out: {what}"), ("pointed_out",)),
    "correction_agreed": (_("{who} noted what changes: {what}"), ("correction",)),
    "correction_looked_at": (_("{who} looked whether it changed: {what}"), ("correction_look",)),
    "correction_dropped": (_("{who} took off the list what went wrong: {what}"), ("correction",)),
    # Never of whom: before answers are closed nobody should look for theirs.
    "contact_answered": (
        _("{who} noted what somebody answers to a question: {what}"),
        ("contact_answer",),
    ),
    "contact_answer_taken_back": (_("{who} took back what was noted as somebody’s answer"), ()),
}
# What lies in the collective's circle is taken off the list, not deleted.
STAYS = {"idea_raised_for_all", "idea_to_all", "correction_noted_for_all"}

FOUND: dict[str, QuerySet[Any]] = {
    Idea.kind: Idea.objects.all(),
    IdeaAnswer.kind: IdeaAnswer.objects.select_related("idea"),
    Told.kind: Told.objects.select_related("idea", "correction"),
    Correction.kind: Correction.objects.all(),
    Look.kind: Look.objects.select_related("correction"),
    Pointed.kind: Pointed.objects.select_related("correction"),
    ContactAnswer.kind: ContactAnswer.objects.select_related("question"),
}


def named(record: Any) -> tuple[str, str, UUID]:
    """What a record is called, the name of the page on which it is seen, and whose page that is."""
    if isinstance(record, ContactAnswer):
        return record.question.what, "question", record.question_id
    idea = record if isinstance(record, Idea) else getattr(record, "idea", None)
    if idea:
        return idea.short, "idea", idea.pk
    correction = record if isinstance(record, Correction) else record.correction
    return correction.short, "correction", correction.pk
