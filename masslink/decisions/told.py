"""How acts about questions are told in the history, and by which question."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from masslink.decisions.models import Answer, Decision, Position, Question, QuestionStep, Reservation, Trial

# As in desk/telling.py: the sentence, and which kinds of record it is told of.
# Who noted a reservation isn't told: it may go without a name.
WORDS = {
    "question_asked": (_("{who} asked: {what}"), ("question",)),
    "question_edited": (_("{who} said a question better, or moved its day: {what}"), ("question",)),
    "position_taken": (_("{who} said what they think: {what}"), ("position",)),
    "trial_noted": (_("{who} noted what was tried: {what}"), ("trial",)),
    "trial_edited": (_("{who} changed a note of what was tried: {what}"), ("trial",)),
    "answered": (_("{who} answered by themselves: {what}"), ("answer",)),
    "answers_closed": (_("{who} closed the answers: {what}"), ("question",)),
    "decided": (_("{who} wrote down what was decided: {what}"), ("decision",)),
    "decision_corrected": (_("{who} corrected how a decision is written down: {what}"), ("decision",)),
    "reserved": (_("A reservation was noted: {what}"), ("reservation",)),
    "reservation_lifted": (_("A reservation no longer stands: {what}"), ("reservation",)),
    "question_reviewed": (
        _("{who} noted that a decision was looked at again, and stands: {what}"),
        ("question",),
    ),
    "question_reopened": (_("{who} put back on the agenda: {what}"), ("question",)),
    "question_withdrawn": (_("{who} withdrew a question: {what}"), ("question",)),
}
# A question is withdrawn, not deleted; what was seen of answers stays seen.
STAYS = {"question_asked", "answers_closed"}


def _own(question: Question) -> Question:
    return question


def _its(record: Any) -> Question:
    question: Question = record.question
    return question


QUESTIONS: dict[str, tuple[QuerySet[Any], Callable[[Any], Question]]] = {
    Question.kind: (Question.objects.all(), _own),
    **{
        model.kind: (model._default_manager.select_related("question"), _its)
        for model in (Position, Trial, Answer, Decision, Reservation, QuestionStep)
    },
}
