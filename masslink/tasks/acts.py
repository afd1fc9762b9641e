"""What is written about to-dos."""

from datetime import date, datetime
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.tasks.duty_models import Turn
from masslink.tasks.models import ToDo
from masslink.vault.act import act
from masslink.vault.record import Ref
from masslink.vault.workspace import current


def promise(
    *,
    by: Member,
    at: datetime,
    member: Member,
    what: str,
    due: date,
    person: Person | None = None,
    site: Site | None = None,
    circle: UUID | None = None,
    origin: Ref | None = None,
    id: UUID | None = None,
) -> ToDo:
    """A new to-do, in the circle of its person or site; without either, in `circle` or the collective's."""
    home = person.circle if person else site.circle if site else circle or current().collective_circle
    with act("promised", at=at):
        todo = ToDo(
            id=id or uuid4(),
            circle=home,
            person=person,
            site=site,
            member=member,
            what=what,
            due=due,
            added_at=at,
            added_by=by,
            origin_kind=origin.kind if origin else "",
            origin_id=origin.id if origin else None,
        )
        todo.save()
    return todo


def finish(*, by: Member, at: datetime, todo: ToDo) -> None:
    with act("to_do_done", at=at):
        todo.done_at = at
        todo.save()
        if turn := _turn_of(todo):
            turn.done_at = at
            turn.save()


def reword(*, by: Member, at: datetime, todo: ToDo, what: str) -> None:
    with act("to_do_reworded", at=at):
        todo.what = what
        todo.save()


def move(*, by: Member, at: datetime, todo: ToDo, due: date) -> None:
    """Another day. Said openly: the old one stays in the history."""
    with act("to_do_moved", at=at):
        todo.due = due
        todo.save()


def hand_on(*, by: Member, at: datetime, todo: ToDo, to: Member, due: date) -> None:
    """Somebody else does it, by a day; both were asked, we hope."""
    with act("to_do_handed_on", at=at):
        todo.member, todo.due = to, due
        todo.save()
        if (turn := _turn_of(todo)) and turn.member != to:
            turn.instead_of, turn.member = turn.member, to
            turn.save()


def let_go(*, by: Member, at: datetime, todo: ToDo, why: str) -> None:
    """It won't be done, for a reason that others can read."""
    with act("to_do_let_go", at=at):
        todo.dropped_at, todo.dropped_why = at, why
        todo.save()
        if turn := _turn_of(todo):
            turn.instead_of, turn.member = turn.member, None
            turn.save()


def _turn_of(todo: ToDo) -> Turn | None:
    """The turn of a duty that this is, while it is open."""
    if todo.origin_kind != Turn.kind or todo.origin_id is None:
        return None
    return Turn.objects.open().filter(pk=todo.origin_id).first()
