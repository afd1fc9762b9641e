"""What this room offers to pages that mix rooms: open questions, reviews due, what waits for whom, one whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count as Number
from django.db.models import Exists, F, OuterRef, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.decisions import counting
from masslink.decisions.counting import Figure
from masslink.decisions.models import (
    WEEK,
    Answer,
    Decision,
    Hand,
    Position,
    Question,
    QuestionQuerySet,
    QuestionStep,
    Reservation,
    Trial,
)

REVIEW, DUE, POSITION, ANSWER = "review", "due", "position", "answer"


# --- lists ---------------------------------------------------------------------------------------


def in_circle(circle: UUID | None) -> QuestionQuerySet:
    """All questions that can be read here, or those of one circle."""
    return Question.objects.filter(circle=circle) if circle else Question.objects.all()


def open_questions(circle: UUID | None = None) -> QuestionQuerySet:
    """What is on the agenda, the nearest day first; `held` is the number of members who said their position."""
    this_round = Q(positions__round__gte=F("round"))
    return (
        in_circle(circle).open().annotate(held=Number("positions__member", filter=this_round, distinct=True))
    )


def reviews_due(today: date, circle: UUID | None = None) -> QuestionQuerySet:
    """Decisions it is time to look at again."""
    return in_circle(circle).to_review(today)


def gathering_now(today: date, circle: UUID | None = None) -> QuestionQuerySet:
    """Questions that take answers, also from people who aren't members: see `figures`."""
    return in_circle(circle).gathering(today)


@dataclass(frozen=True)
class Waits:
    """Why a question waits for a member, and until or since when."""

    question: UUID
    what: str
    why: str
    day: date


def what_waits(member: Member, today: date) -> list[Waits]:
    """Reviews due, questions whose day came, and where this member's own word is missing within a week: one query."""
    mine = {"question": OuterRef("pk"), "member": member}
    soon = Q(decide_by__lte=today + WEEK) | Q(gather_until__range=(today, today + WEEK), gathered_at=None)
    found = Question.objects.filter(
        Q(decided_on=None, withdrawn_on=None) & soon | Q(review_on__lte=today)
    ).annotate(
        said=Exists(Position.objects.filter(**mine, round__gte=OuterRef("round"))),
        answered=Exists(Answer.objects.filter(**mine)),
    )
    waits = [
        one for question in found.order_by("decide_by", "review_on", "id") for one in _why(question, today)
    ]
    return sorted(waits, key=lambda one: one.day)


def _why(question: Question, today: date) -> Iterable[Waits]:
    def waits(why: str, day: date | None) -> Iterable[Waits]:
        return [Waits(question.pk, question.what, why, day)] if day else []

    if question.is_to_review(today):
        return waits(REVIEW, question.review_on)
    if question.is_due(today):
        return waits(DUE, question.decide_by)
    if question.is_gathering(today):
        missing = question.gather_until and question.gather_until <= today + WEEK
        return waits(ANSWER, question.gather_until) if missing and not question.answered else []  # type: ignore[attr-defined]
    return [] if question.said else waits(POSITION, question.decide_by)  # type: ignore[attr-defined]


# --- figures -------------------------------------------------------------------------------------


def figures(question: Question, today: date, others: Iterable[str] = ()) -> list[Figure]:
    """How often each answer was given, once no more are taken; before that nothing, whoever asks.

    `others` are the answers of people who aren't members, as texts: whoever composes the page knows them.
    """
    if not question.has_gathered(today):
        return []
    ours = [answer.counted_as for answer in question.answers.all()]
    return counting.figures(question.choices, ours, others)


def remarks(question: Question, today: date, others: Iterable[Any] = ()) -> list[str]:
    """What members, and others, added to what they chose, without names and in no order that tells."""
    if not question.has_gathered(today):
        return []
    answers = [*question.answers.all(), *others]
    return sorted(answer.words for answer in answers if answer.choice and answer.words)


# --- one question whole --------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """A member's position in one round, and what they said before it."""

    now: Position
    former: list[Position]


def how_said(decision: Decision) -> str:
    """By consensus, or the hands in words."""
    count = decision.count
    if count is None:
        return _("by consensus")
    against = _("%(n)d against") % {"n": count.against} if count.against else _("none against")
    said = [_("%(n)d for") % {"n": count.in_favour}, against]
    if count.abstained:
        said.append(_("%(n)d abstained") % {"n": count.abstained})
    return ", ".join(said)


@dataclass(frozen=True)
class Decided:
    """A decision with what stands beside it."""

    decision: Decision
    reservations: list[Reservation]
    hands: list[Hand]

    @property
    def how(self) -> str:
        """How we came to it, as a sentence; hands of guests are said."""
        said = how_said(self.decision)
        if self.decision.guests_counted and self.decision.count:
            guests = _("%(how)s: %(hands)d hands, %(members)d of us had a say. Guests were counted.")
            hands = {"hands": self.decision.count.hands, "members": self.decision.members}
            return guests % {"how": capfirst(said), **hands}
        return f"{capfirst(said)}."

    @property
    def objections(self) -> list[Reservation]:
        """Those that still stand."""
        return [one for one in self.reservations if one.is_objection and one.stands]

    @property
    def names(self) -> list[tuple[str, list[str]]]:
        """Who raised which hand, by name, where that was written down."""
        by_how = [(str(how.label), [h.member.called for h in self.hands if h.how == how]) for how in Hand.How]
        return [(label, names) for label, names in by_how if names]


@dataclass
class Round:
    """One time on the agenda: who held what, how it ended, what became of that."""

    number: int
    positions: list[Held] = field(default_factory=list)
    decided: Decided | None = None
    steps: list[QuestionStep] = field(default_factory=list)


@dataclass(frozen=True)
class Whole:
    """A question with all that hangs on it: `now` is the round it is in, `before` the earlier ones, latest first."""

    question: Question
    now: Round
    before: list[Round]
    trials: list[Trial]
    adrift: list[Reservation]  # of a decision that was taken back since
    answers: int  # of members
    mine: Answer | None


def whole(question: Question, me: Member) -> Whole:
    """Everything, with the same few queries whatever hangs on it."""
    rounds = _Rounds(question.round)
    _add_positions(question, rounds)
    adrift = _add_decisions(question, rounds)
    for step in question.steps.select_related("by"):
        rounds.of(step.round).steps.append(step)
    answers = list(question.answers.all()) if question.gathers else []
    return Whole(
        question=question,
        now=rounds.of(question.round),
        before=rounds.before(),
        trials=list(question.trials.select_related("by").order_by("-on", "-noted_at")),
        adrift=adrift,
        answers=len(answers),
        mine=next((answer for answer in answers if answer.member_id == me.pk), None),
    )


class _Rounds:
    """Rounds by number; what was said in one that was undone since belongs to the last there is."""

    def __init__(self, last: int) -> None:
        self.last, self.known = last, dict[int, Round]()

    def of(self, number: int) -> Round:
        number = min(number, self.last)
        return self.known.setdefault(number, Round(number))

    def before(self) -> list[Round]:
        return [self.known[number] for number in sorted(self.known, reverse=True) if number != self.last]


def _add_positions(question: Question, rounds: _Rounds) -> None:
    said: dict[tuple[int, UUID], list[Position]] = {}
    for position in question.positions.select_related("member").order_by("at", "id"):
        said.setdefault((rounds.of(position.round).number, position.member_id), []).append(position)
    for (number, _member), positions in said.items():
        rounds.of(number).positions.append(Held(positions[-1], positions[-2::-1]))


def _add_decisions(question: Question, rounds: _Rounds) -> list[Reservation]:
    hands = list(question.hands.select_related("member"))
    reservations = list(question.reservations.select_related("member").order_by("at", "id"))
    known = set()
    for decision in question.decisions.select_related("by", "corrected_by"):
        known.add(decision.pk)
        beside = [one for one in reservations if one.decision == decision.pk]
        raised = [hand for hand in hands if hand.decision == decision.pk]
        rounds.of(decision.round).decided = Decided(decision, beside, raised)
    return [one for one in reservations if one.decision not in known]
