"""What is written about questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.decisions.counting import Count
from masslink.decisions.models import (
    Answer,
    Decision,
    Hand,
    Position,
    Question,
    QuestionStep,
    Reservation,
    Trial,
)
from masslink.decisions.readers import readers
from masslink.vault.act import Conflict, act
from masslink.vault.record import Ref
from masslink.vault.workspace import current


class TooManyHands(ValueError):
    """More hands than members could raise one, and nobody said that guests were counted."""


class StillGathering(Exception):
    """Answers are still being gathered; that is closed first, so that everybody decides knowing the figures."""


class AnswersClosed(Exception):
    """The figures are for everybody by now; an answer would not be independent any more."""


@dataclass(frozen=True)
class Reserved:
    """A reservation or objection as it was said: `member` where it goes with a name."""

    words: str
    weight: str = Reservation.Weight.RESERVATION
    member: Member | None = None


# --- asking --------------------------------------------------------------------------------------


def ask_question(
    *,
    by: Member,
    at: datetime,
    what: str,
    background: str = "",
    decide_by: date | None = None,
    circle: UUID | None = None,
    gathers: str = "",
    options: Sequence[str] = (),
    gather_until: date | None = None,
    origin: Ref | None = None,
    id: UUID | None = None,
) -> Question:
    """A new question: the whole collective's, or of the site whose circle is given."""
    with act("question_asked", at=at):
        question = Question(
            id=id or uuid4(),
            circle=circle or current().collective_circle,
            what=what,
            background=background,
            asked_by=by,
            asked_at=at,
            decide_by=decide_by,
            gathers=gathers,
            options="\n".join(options),
            gather_until=gather_until if gathers else None,
            origin_kind=origin.kind if origin else "",
            origin_id=origin.id if origin else None,
        )
        question.save()
    return question


def edit_question(
    *,
    by: Member,
    at: datetime,
    question: Question,
    what: str,
    background: str,
    decide_by: date | None,
    gathers: str = "",
    options: Sequence[str] = (),
    gather_until: date | None = None,
) -> None:
    """Say it better, or move its day. Once somebody answered, only the last day for answers can be moved."""
    with act("question_edited", at=at):
        question.what, question.background, question.decide_by = what, background, decide_by
        if not question.answers.exists():
            question.gathers, question.options = gathers, "\n".join(options)
        if not question.has_gathered(day_of(at)):
            question.gather_until = gather_until if question.gathers else None
        question.save()


def take_position(
    *, by: Member, at: datetime, question: Question, words: str, id: UUID | None = None
) -> Position:
    """What `by` thinks, in their words; what they said before stays, below it. Raises Conflict if it closed by now."""
    with act("position_taken", at=at):
        if question.is_open and not Question.objects.open().filter(pk=question.pk).exists():
            raise Conflict("question")
        position = Position(
            id=id or uuid4(),
            circle=question.circle,
            question=question,
            member=by,
            words=words,
            at=at,
            round=question.round,
        )
        position.save()
    return position


def note_tried(
    *,
    by: Member,
    at: datetime,
    question: Question,
    what: str,
    showed: str = "",
    on: date | None = None,
    id: UUID | None = None,
) -> Trial:
    """Something was tried; what practice showed can be added later."""
    with act("trial_noted", at=at):
        trial = Trial(
            id=id or uuid4(),
            circle=question.circle,
            question=question,
            by=by,
            on=on or day_of(at),
            what=what,
            showed=showed,
            noted_at=at,
        )
        trial.save()
    return trial


def edit_tried(*, by: Member, at: datetime, trial: Trial, what: str, showed: str, on: date) -> None:
    with act("trial_edited", at=at):
        trial.what, trial.showed, trial.on = what, showed, on
        trial.save()


# --- answers before any figure -------------------------------------------------------------------


def answer(
    *,
    by: Member,
    at: datetime,
    question: Question,
    choice: str = "",
    words: str = "",
    id: UUID | None = None,
) -> Answer:
    """A member's own answer; given again, it stands instead of the one before. Raises AnswersClosed."""
    if not question.is_gathering(day_of(at)):
        raise AnswersClosed
    with act("answered", at=at):
        mine = question.answers.filter(member=by).first()
        if mine is None:
            mine = Answer(id=id or uuid4(), circle=question.circle, question=question, member=by)
        mine.choice, mine.words, mine.at = choice, words, at
        mine.save()
    return mine


def close_gathering(*, by: Member, at: datetime, question: Question) -> None:
    """From here on everybody sees the figures, and nobody answers any more."""
    with act("answers_closed", at=at):
        question.gathered_at = at
        question.save()
        _step(question, QuestionStep.What.GATHERED, by, at)


# --- deciding ------------------------------------------------------------------------------------


def decide(
    *,
    by: Member,
    at: datetime,
    question: Question,
    words: str,
    how: str = Decision.How.CONSENSUS,
    count: Count | None = None,
    guests_counted: bool = False,
    names: Mapping[Member, str] | None = None,
    reservations: Sequence[Reserved] = (),
    review_on: date | None = None,
    on: date | None = None,
    origin: Ref | None = None,
    id: UUID | None = None,
) -> Decision:
    """How it was decided. Where it is decided already in this round, that is corrected, and says so.

    Raises TooManyHands, StillGathering; Conflict where `question` was changed since it was read.
    """
    if question.is_gathering(day_of(at)):
        raise StillGathering
    count = count if how == Decision.How.COUNT else None
    with act("decision_corrected" if question.decided_on else "decided", at=at):
        decision = question.decision
        if decision is None:
            decision = Decision(id=id or uuid4(), circle=question.circle, question=question, by=by, at=at)
            decision.members = len(readers(question.circle))
        else:
            decision.corrected_by, decision.corrected_at = by, at
        if count and count.beyond(decision.members) and not guests_counted:
            raise TooManyHands
        decision.round, decision.on, decision.how = question.round, on or day_of(at), how
        decision.words, decision.review_on = words, review_on
        _set_count(decision, count, guests_counted)
        if origin:
            decision.origin_kind, decision.origin_id = origin.kind, origin.id
        decision.save()
        question.decided_on, question.review_on, question.withdrawn_on = decision.on, review_on, None
        question.save()
        _write_names(decision, names or {})
        for one in reservations:
            reserve(by=by, at=at, decision=decision, words=one.words, weight=one.weight, member=one.member)
    return decision


def _set_count(decision: Decision, count: Count | None, guests_counted: bool) -> None:
    decision.in_favour = count.in_favour if count else None
    decision.against = count.against if count else None
    decision.abstained = count.abstained if count else None
    decision.guests_counted = bool(count and count.beyond(decision.members) and guests_counted)


def _write_names(decision: Decision, names: Mapping[Member, str]) -> None:
    """Who raised which hand; where it was counted otherwise before, that goes."""
    Hand.objects.filter(decision=decision.pk).delete()
    for member, how in names.items():
        Hand(
            circle=decision.circle,
            question_id=decision.question_id,
            decision=decision.pk,
            member=member,
            how=how,
        ).save()


def reserve(
    *,
    by: Member,
    at: datetime,
    decision: Decision,
    words: str,
    weight: str = Reservation.Weight.RESERVATION,
    member: Member | None = None,
    id: UUID | None = None,
) -> Reservation:
    """Beside the result, with `member`'s name or without any; `by` only writes it down."""
    with act("reserved", at=at):
        reservation = Reservation(
            id=id or uuid4(),
            circle=decision.circle,
            question_id=decision.question_id,
            decision=decision.pk,
            weight=weight,
            words=words,
            member=member,
            at=at,
        )
        reservation.save()
    return reservation


def lift_reservation(*, by: Member, at: datetime, reservation: Reservation) -> None:
    """Whoever had it doesn't hold it any more; it stays readable."""
    with act("reservation_lifted", at=at):
        reservation.lifted_at = at
        reservation.save()


# --- afterwards ----------------------------------------------------------------------------------


def let_stand(
    *, by: Member, at: datetime, question: Question, words: str = "", review_on: date | None = None
) -> None:
    """Looked at again, and left as it is, until the next review if there is one."""
    with act("question_reviewed", at=at):
        question.review_on = review_on
        question.save()
        _step(question, QuestionStep.What.STANDS, by, at, words)


def reopen(
    *, by: Member, at: datetime, question: Question, words: str = "", decide_by: date | None = None
) -> None:
    """Back on the agenda, a decided or withdrawn one alike; all that was said before stays with it."""
    if question.is_open:
        raise Conflict("question")
    with act("question_reopened", at=at):
        question.decided_on = question.review_on = question.withdrawn_on = None
        question.decide_by, question.round = decide_by, question.round + 1
        question.save()
        _step(question, QuestionStep.What.REOPENED, by, at, words)


def withdraw(*, by: Member, at: datetime, question: Question, words: str = "") -> None:
    """It needn't be decided: said with a reason, where there is one. Only what is open is withdrawn."""
    if not question.is_open:
        raise Conflict("question")
    with act("question_withdrawn", at=at):
        question.withdrawn_on = day_of(at)
        question.save()
        _step(question, QuestionStep.What.WITHDRAWN, by, at, words)


def _step(question: Question, step: str, by: Member, at: datetime, words: str = "") -> None:
    QuestionStep(
        circle=question.circle,
        question=question,
        step=step,
        round=question.round,
        by=by,
        at=at,
        words=words,
    ).save()
