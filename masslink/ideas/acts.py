"""What is written about ideas: raised, answered, carried back, drawn together."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db.models import Q

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.decisions.acts import ask_question
from masslink.ideas.models import Idea, IdeaAnswer, Telling, Told
from masslink.people.acts import record_deed
from masslink.people.links import TALKED
from masslink.people.models import Deed, Person
from masslink.sites.models import Site
from masslink.tasks.acts import promise
from masslink.vault.act import Conflict, act
from masslink.vault.record import Record, Ref
from masslink.vault.workspace import current

RAISED = "idea"  # the deed


@dataclass(frozen=True)
class BecomesToDo:
    """Taken up: somebody does something about it by a day."""

    what: str
    member: Member
    due: date


@dataclass(frozen=True)
class BecomesQuestion:
    """Taken up: we decide it together, those of the idea's place, or all of us."""

    what: str
    decide_by: date | None = None
    of_all: bool = False


Becomes = BecomesToDo | BecomesQuestion | Ref | None


# --- raising -------------------------------------------------------------------------------------


def raise_idea(
    *,
    by: Member,
    at: datetime,
    words: str,
    person: Person | None = None,
    member: Member | None = None,
    site: Site | None = None,
    telling: str = "",
    raised_at: datetime | None = None,
    origin: Ref | None = None,
    id: UUID | None = None,
) -> Idea:
    """Somebody proposes something. A person's idea lies with their place and is a deed of theirs.

    Without a person it is `member`'s (or whoever notes it), of `site` or of all of us. Unless it was said how it may be
    told, a person isn't named and a member is. `origin`: a talk, a meeting it came up in.
    """
    place = person.site if person else site
    circle = place.circle if place else current().collective_circle
    with act("idea_raised" if place else "idea_raised_for_all", at=at):
        came_up = origin.get() if origin else None
        if came_up and came_up.circle != circle:  # a talk of a place, where others read the idea
            origin = None
        idea = Idea(
            id=id or uuid4(),
            circle=circle,
            person=person,
            member=None if person else member or by,
            site=place,
            words=words,
            telling=telling or (Telling.NO_NAME if person else Telling.NAME),
            at=raised_at or at,
            noted_by=by,
            origin_kind=origin.kind if origin else "",
            origin_id=origin.id if origin else None,
        )
        idea.save()
        if person:
            _as_deed(idea, person, by, at, origin)
    return idea


def _as_deed(idea: Idea, person: Person, by: Member, at: datetime, origin: Ref | None) -> None:
    """Raising an idea is a deed. Where it was ticked with a talk already, that one is meant."""
    ticked = None
    if origin and origin.kind == Deed.kind:
        ticked = person.deeds.filter(Q(pk=origin.id) | Q(origin_id=origin.id), deed_kind=RAISED).first()
    if ticked:
        ticked.origin_kind, ticked.origin_id = idea.kind, idea.pk
        ticked.save()
    else:
        record_deed(by=by, at=at, person=person, kind=RAISED, on_at=idea.at, origin=idea.ref)


def edit_idea(*, by: Member, at: datetime, idea: Idea, words: str, telling: str) -> None:
    """Write it down better, nearer to how it was said. Raises Conflict over an older version."""
    with act("idea_edited", at=at):
        idea.words, idea.telling = words, telling
        idea.save()


def drop_idea(*, by: Member, at: datetime, idea: Idea) -> None:
    """It was written down by mistake: it is on no list, and no deed of anybody."""
    with act("idea_dropped", at=at):
        idea.dropped_at, idea.together = at, None
        idea.save()
        for deed in Deed.objects.filter(origin_kind=idea.kind, origin_id=idea.pk, deed_kind=RAISED):
            deed.delete()


# --- answering -----------------------------------------------------------------------------------


def answer_idea(
    *,
    by: Member,
    at: datetime,
    idea: Idea,
    what: str,
    words: str = "",
    becomes: Becomes = None,
    also: Iterable[Idea] = (),
    id: UUID | None = None,
) -> IdeaAnswer:
    """What becomes of an idea, and of others that were drawn together with it. Earlier answers stay.

    `becomes`: a to-do or a question that is made with it, or what it became already. Raises Conflict over an older
    version of one of the ideas.
    """
    with act("idea_to_all" if is_for_all(becomes, idea) else "idea_answered", at=at):
        became = _made(becomes, idea, by, at)
        answer = _answered(idea, what, words, became, by, at, id)
        for other in also:
            _answered(other, what, words, became, by, at)
    return answer


def is_for_all(becomes: Becomes, idea: Idea) -> bool:
    """Whether it becomes a question of all of us, which isn't deleted any more."""
    everywhere = idea.circle == current().collective_circle
    return isinstance(becomes, BecomesQuestion) and (becomes.of_all or everywhere)


def _made(becomes: Becomes, idea: Idea, by: Member, at: datetime) -> Record | None:
    if isinstance(becomes, BecomesToDo):
        return promise(
            by=by,
            at=at,
            member=becomes.member,
            what=becomes.what,
            due=becomes.due,
            site=idea.site,
            origin=idea.ref,
        )
    if isinstance(becomes, BecomesQuestion):
        circle = current().collective_circle if is_for_all(becomes, idea) else idea.circle
        # What all of us can read doesn't point into a place.
        origin = idea.ref if circle == idea.circle else None
        what, day = becomes.what, becomes.decide_by
        return ask_question(by=by, at=at, what=what, decide_by=day, circle=circle, origin=origin)
    return becomes.get() if becomes else None


def _answered(
    idea: Idea, what: str, words: str, became: Record | None, by: Member, at: datetime, id: UUID | None = None
) -> IdeaAnswer:
    """One idea's answer; it points only to where its readers can follow."""
    follows = became is not None and became.circle in (idea.circle, current().collective_circle)
    answer = IdeaAnswer(
        id=id or uuid4(),
        circle=idea.circle,
        idea=idea,
        person_id=idea.person_id,
        what=what,
        words=words,
        by=by,
        at=at,
        became_kind=became.kind if became and follows else "",
        became_id=became.pk if became and follows else None,
    )
    answer.save()
    idea.answered_at = at
    if idea.member_id == by.pk:  # they know
        idea.carried_at = at
    idea.save()
    return answer


# --- carrying back -------------------------------------------------------------------------------


def carry_back(
    *,
    by: Member,
    at: datetime,
    idea: Idea,
    said: str = "",
    on_at: datetime | None = None,
    id: UUID | None = None,
) -> Told:
    """Somebody told whoever raised it what became of it, and what they said to that: with a person, a talk."""
    when = on_at or at
    with act("carried_back", at=at):
        talk = None
        if idea.person:
            talk = record_deed(
                by=by, at=at, person=idea.person, kind=TALKED, on_at=when, words=said, origin=idea.ref
            )
        told = Told(
            id=id or uuid4(),
            circle=idea.circle,
            idea=idea,
            person_id=idea.person_id,
            member_id=idea.member_id,
            by=by,
            on=day_of(when),
            at=at,
            talk=talk.pk if talk else None,
            said="" if talk else said,
        )
        told.save()
        idea.carried_at = at
        idea.save()
    return told


# --- alike ---------------------------------------------------------------------------------------


def draw_together(*, by: Member, at: datetime, ideas: Collection[Idea]) -> UUID:
    """These are one thing, said by several; whoever raised each stays with it. Returns what they have in common.

    Where one of them was drawn together with others before, these come along.
    """
    groups = {idea.together for idea in ideas if idea.together}
    common = min(groups, default=uuid4())
    with act("ideas_drawn_together", at=at):
        others = Idea.objects.filter(together__in=groups - {common})
        for idea in {*ideas, *others}:
            if idea.together != common:
                idea.together = common
                idea.save()
    return common


def take_apart(*, by: Member, at: datetime, idea: Idea) -> None:
    """It is another thing after all; the others stay together."""
    if idea.together is None:
        raise Conflict("idea")
    with act("idea_taken_apart", at=at):
        idea.together = None
        idea.save()
