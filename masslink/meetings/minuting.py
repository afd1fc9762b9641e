"""What is written down while a meeting runs, caught in place, and adopted later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.decisions import acts as decisions
from masslink.decisions.models import Question
from masslink.gatherings.models import Gathering
from masslink.ideas.acts import raise_idea
from masslink.meetings.models import Adoption, AgendaItem, Meeting, Minute
from masslink.tasks.acts import promise
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.history import Done
from masslink.vault.record import Ref

M = TypeVar("M", Minute, Adoption)


class Adopted(Exception):
    """The minutes are adopted: nothing in them or on their agenda is changed, a correction is added."""


_KEPT: dict[str, Any] = {model.kind: model for model in (Minute, AgendaItem, Meeting)}


class NotAdopted(Exception):
    """The minutes can still be changed, so nothing needs a correction beside it."""


class DecidedAlready(Exception):
    """Somebody wrote down a decision of this question meanwhile."""


def refuse_adopted(gathering: Gathering) -> None:
    """In the running act. Minutes stand along their agenda: what is adopted keeps that, too."""
    if Adoption.objects.filter(gathering=gathering).exists():
        raise Adopted


def write(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    words: str,
    item: AgendaItem | None = None,
    what: str = Minute.What.NOTE,
    id: UUID | None = None,
    **more: Any,
) -> Minute:
    """A note under an item, or under none. Raises Adopted. `more`: further fields of what was caught."""
    with act("minute_written", at=at):
        if what != Minute.What.CORRECTION:
            refuse_adopted(gathering)
        return _new(
            Minute,
            gathering,
            id,
            item=item.pk if item else None,
            what=what,
            words=words,
            by=by,
            at=at,
            **more,
        )


def _new(model: type[M], gathering: Gathering, id: UUID | None, **fields: Any) -> M:
    """In the running act: something that belongs to a meeting, where that lies."""
    record = model(id=id or uuid4(), circle=gathering.circle, gathering=gathering, **fields)
    record.save()
    return record


def edit(*, by: Member, at: datetime, minute: Minute, words: str, more: str = "") -> None:
    """Say it better, until the minutes are adopted. Raises Adopted; Conflict where it was changed since it was read."""
    with act("minute_edited", at=at):
        refuse_adopted(minute.gathering)
        minute.words, minute.more = words, more
        minute.edited_by, minute.edited_at = by, at
        minute.save()


def take_out(*, by: Member, at: datetime, minute: Minute) -> None:
    """Not part of the minutes; what was caught with it stays where it is. Raises Adopted."""
    with act("minute_taken_out", at=at):
        refuse_adopted(minute.gathering)
        minute.delete()


def is_adopted_by_now(done: Done) -> bool:
    """Whether an act wrote what stands in adopted minutes, or took it out: then it isn't taken back any more."""
    if done.kind in ("minutes_corrected", "agenda_item_rested"):  # what may be written beside adopted ones
        return False
    gone = history.before_deletion(done.records)
    of = {fields["gathering_id"] for ref, fields in gone.items() if ref.kind in _KEPT}
    for kind, model in _KEPT.items():
        ids = [ref.id for ref in done.refs if ref.kind == kind]
        of |= set(model.objects.filter(pk__in=ids).values_list("gathering", flat=True)) if ids else set()
    return bool(of) and Adoption.objects.filter(gathering__in=of).exists()


# --- caught in place -----------------------------------------------------------------------------------


def decide(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    item: AgendaItem | None,
    question: Question | None,
    what: str,
    words: str,
    id: UUID | None = None,
    **how: Any,
) -> Minute:
    """An open question is decided, or a new one asked and decided at once; the minutes say the same words.

    Raises Adopted, DecidedAlready; TooManyHands and StillGathering, as decisions do.
    """
    origin = Ref(Gathering.kind, gathering.pk)
    with act("decided_at_meeting", at=at):
        refuse_adopted(gathering)
        if question is None:
            question = decisions.ask_question(by=by, at=at, what=what, circle=gathering.circle, origin=origin)
        elif not question.is_open:
            raise DecidedAlready
        decisions.decide(by=by, at=at, question=question, words=words, origin=origin, **how)
        return write(
            by=by,
            at=at,
            gathering=gathering,
            item=item,
            what=Minute.What.DECISION,
            words=words,
            more=question.what,
            id=id,
            ref_kind=Question.kind,
            ref_id=question.pk,
        )


def agree_to_do(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    item: AgendaItem | None,
    member: Member,
    what: str,
    due: date,
    how: str = "",
    report_on: date | None = None,
    id: UUID | None = None,
) -> Minute:
    """Somebody does something by a day, and reports back from another day on. Raises Adopted."""
    with act("promised_at_meeting", at=at):
        refuse_adopted(gathering)
        todo = promise(
            by=by,
            at=at,
            member=member,
            what=what,
            due=due,
            site=gathering.site,
            circle=gathering.circle,
            origin=Ref(Gathering.kind, gathering.pk),
        )
        return write(
            by=by,
            at=at,
            gathering=gathering,
            item=item,
            what=Minute.What.TO_DO,
            words=what,
            more=how,
            id=id,
            ref_kind=todo.kind,
            ref_id=todo.pk,
            member=member,
            due=due,
            report_on=report_on,
        )


def catch_idea(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    item: AgendaItem | None,
    words: str,
    member: Member,
    telling: str,
    id: UUID | None = None,
) -> Minute:
    """An idea of one of us. Raises Adopted. The minutes have its words; whose it is they say where that may be told."""
    with act("idea_caught" if gathering.site_id else "idea_caught_for_all", at=at):
        refuse_adopted(gathering)
        origin = Ref(Gathering.kind, gathering.pk)
        idea = raise_idea(
            by=by, at=at, words=words, member=member, site=gathering.site, telling=telling, origin=origin
        )
        return write(
            by=by,
            at=at,
            gathering=gathering,
            item=item,
            what=Minute.What.IDEA,
            words=words,
            id=id,
            ref_kind=idea.kind,
            ref_id=idea.pk,
        )


# --- adopted -------------------------------------------------------------------------------------------


def adopt(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    on: date,
    at_gathering: Gathering | None = None,
    corrections: str = "",
    id: UUID | None = None,
) -> Adoption:
    """The minutes of `gathering` are right, with these corrections. Raises Adopted where they were adopted already."""
    with act("minutes_adopted", at=at):
        refuse_adopted(gathering)
        at_id = at_gathering.pk if at_gathering else None
        said = {"at_gathering": at_id, "on": on, "corrections": corrections}
        return _new(Adoption, gathering, id, by=by, at=at, **said)


def correct(*, by: Member, at: datetime, gathering: Gathering, words: str, id: UUID | None = None) -> Minute:
    """Beside adopted minutes, as a note of its own. Raises NotAdopted."""
    with act("minutes_corrected", at=at):
        if not Adoption.objects.filter(gathering=gathering).exists():
            raise NotAdopted
        return write(by=by, at=at, gathering=gathering, words=words, what=Minute.What.CORRECTION, id=id)
