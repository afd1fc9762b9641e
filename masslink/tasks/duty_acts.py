"""What is written about duties and turns. A turn that is somebody's is a to-do of theirs: done there is done here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.sites.models import Site
from masslink.tasks import acts
from masslink.tasks.duties import Duties, Next
from masslink.tasks.duty_models import CantDo, Duty, Turn
from masslink.tasks.models import ToDo
from masslink.vault.act import act
from masslink.vault.workspace import current

# --- duties --------------------------------------------------------------------------------------------


def begin_duty(
    *,
    by: Member,
    at: datetime,
    name: str,
    first: date,
    every: str,
    people: int = 1,
    about: str = "",
    site: Site | None = None,
    is_unloved: bool = False,
    id: UUID | None = None,
) -> Duty:
    """A duty that we share from now on: of a place, in its circle; without one of all of us."""
    with act("duty_begun", at=at):
        duty = Duty(
            id=id or uuid4(),
            circle=site.circle if site else current().collective_circle,
            site=site,
            name=name,
            about=about,
            every=every,
            first=first,
            people=people,
            by=by,
            at=at,
            unloved_on=day_of(at) if is_unloved else None,
        )
        duty.save()
    return duty


def edit_duty(*, by: Member, at: datetime, duty: Duty, **said: Any) -> None:
    """What it is, how often, how many of us. Turns that are agreed on stay."""
    with act("duty_edited", at=at):
        for name, value in said.items():
            setattr(duty, name, value)
        duty.save()


def say_unloved(*, by: Member, at: datetime, duty: Duty, is_unloved: bool) -> None:
    """We decide that nobody likes it, or that it isn't so bad."""
    with act("duty_unloved" if is_unloved else "duty_liked", at=at):
        duty.unloved_on = day_of(at) if is_unloved else None
        duty.save()


def retire_duty(*, by: Member, at: datetime, duty: Duty) -> None:
    """It isn't done any more; what was done stays to be seen, what was still to come falls out."""
    with act("duty_retired", at=at):
        duty.retired_on = day_of(at)
        duty.save()
        for turn in Turn.objects.open().filter(duty=duty, on__gte=day_of(at)).select_related("duty"):
            drop(by=by, at=at, turn=turn)


# --- turns ---------------------------------------------------------------------------------------------


def agree(*, by: Member, at: datetime, turns: Iterable[Next]) -> list[Turn]:
    """These are their turns; each becomes a to-do. Places that somebody has meanwhile aren't given twice."""
    made = []
    with act("turns_agreed", at=at):
        for one in turns:
            there = list(Turn.objects.kept().filter(duty=one.duty, on=one.on))
            free = [turn for turn in there if turn.member_id is None]
            has = {turn.member_id for turn in there if turn.member_id}
            for member in one.who:
                if member.pk in has or len(has) >= max(one.duty.places, len(there)):
                    continue
                turn = free.pop() if free else _new_turn(one.duty, one.on, at)
                give(by=by, at=at, turn=turn, to=member)
                has.add(member.pk)
                made.append(turn)
    return made


def _new_turn(duty: Duty, on: date, at: datetime) -> Turn:
    return Turn(circle=duty.circle, duty=duty, on=on, agreed_at=at)


def done(*, by: Member, at: datetime, turn: Turn, member: Member) -> None:
    """It was done, by whoever did it: the turn counts for them."""
    with act("turn_done", at=at):
        give(by=by, at=at, turn=turn, to=member)
        todo = _todo_of(turn)
        if todo:
            acts.finish(by=by, at=at, todo=todo)
        turn.done_at = at
        turn.save()


def note_done(*, by: Member, at: datetime, duty: Duty, on: date, members: Iterable[Member]) -> None:
    """It was done that day, whoever was planned: places of others who didn't come go to those who did."""
    with act("turn_done", at=at):
        there = list(Turn.objects.kept().filter(duty=duty, on=on).select_related("duty__site", "member"))
        did = list(members)
        free = [turn for turn in there if turn.done_at is None and turn.member not in did]
        for member in did:
            own = [turn for turn in there if turn.member == member]
            turn = own[0] if own else free.pop(0) if free else _new_turn(duty, on, at)
            if turn.done_at is None:
                done(by=by, at=at, turn=turn, member=member)


def take_over(*, by: Member, at: datetime, turn: Turn) -> None:
    with act("turn_taken", at=at):
        give(by=by, at=at, turn=turn, to=by)


def cant(*, by: Member, at: datetime, turn: Turn) -> Member | None:
    """Whose turn it is can't that day. Whoever is next comes in; nobody, where nobody is left. No reason is asked."""
    was = turn.member
    with act("turn_passed_on", at=at):
        if was:
            until = turn.on + timedelta(days=1)
            CantDo(circle=turn.circle, duty=turn.duty, member=was, since=turn.on, until=until).save()
        turn.member = None
        turn.save()
        able = Duties([turn.duty], day_of(at)).next_for(turn.duty, turn.on)
        turn.member = was
        give(by=by, at=at, turn=turn, to=able[0] if able else None)
    return turn.member


def swap(*, by: Member, at: datetime, one: Turn, other: Turn) -> None:
    """Two exchange their turns; each counts for who does it."""
    with act("turns_swapped", at=at):
        mine, theirs = one.member, other.member
        for turn in (one, other):  # first off, so that nobody stands twice in between
            turn.member = None
            turn.save()
        for turn, was, to in ((one, mine, theirs), (other, theirs, mine)):
            turn.member = was
            give(by=by, at=at, turn=turn, to=to)


def drop(*, by: Member, at: datetime, turn: Turn) -> None:
    """It falls out: nobody needs to do it that day, so it counts for nobody."""
    with act("turn_dropped", at=at):
        _end_todo(turn, at, _("It falls out."))
        turn.dropped_at = at
        turn.save()


def give(*, by: Member, at: datetime, turn: Turn, to: Member | None) -> None:
    """Whose turn it is now, and so whose to-do."""
    if turn.member == to and (to is None or _todo_of(turn)) and turn.version:
        return
    if turn.member and turn.member != to:
        turn.instead_of = turn.member
    if turn.instead_of == to:
        turn.instead_of = None
    turn.member = to
    turn.save()
    if to is None:
        _end_todo(turn, at, _("It is somebody else’s turn."))
    elif todo := _todo_of(turn):
        acts.hand_on(by=by, at=at, todo=todo, to=to, due=todo.due)
    else:
        what = _("Turn: %(duty)s") % {"duty": turn.duty.name}
        site = turn.duty.site
        acts.promise(by=by, at=at, member=to, what=what, due=turn.on, site=site, origin=turn.ref)


def _todo_of(turn: Turn) -> ToDo | None:
    return ToDo.objects.open().filter(origin_kind=Turn.kind, origin_id=turn.pk).first()


def _end_todo(turn: Turn, at: datetime, why: str) -> None:
    todo = _todo_of(turn)
    if todo:
        todo.dropped_at, todo.dropped_why = at, why
        todo.save()


# --- who can't, for longer -----------------------------------------------------------------------------


def cant_do(*, by: Member, at: datetime, duty: Duty, member: Member, until: date | None) -> list[Turn]:
    """Somebody can't do this for a while, or until they say so; their turns in that time are passed on."""
    since = day_of(at)
    with act("duty_cant", at=at):
        end_cant(by=by, at=at, duty=duty, member=member)
        CantDo(circle=duty.circle, duty=duty, member=member, since=since, until=until).save()
        theirs = Turn.objects.open().filter(duty=duty, member=member, on__gte=since)
        passed = [
            turn for turn in theirs.select_related("duty", "duty__site") if not until or turn.on < until
        ]
        for turn in passed:
            cant(by=by, at=at, turn=turn)
    return passed


def end_cant(*, by: Member, at: datetime, duty: Duty, member: Member) -> None:
    """They can again, from today on."""
    with act("duty_can_again", at=at):
        for one in CantDo.objects.filter(duty=duty, member=member).not_over(day_of(at)):
            one.until = day_of(at)
            one.save()
