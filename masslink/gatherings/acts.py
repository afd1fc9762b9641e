"""What is written about a gathering: it is planned, changed, moved, called off; who does what there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.gatherings.models import Change, Gathering, Role
from masslink.people.models import Deed
from masslink.sites.models import Site
from masslink.vault.act import act
from masslink.vault.workspace import current


def plan(
    *,
    by: Member,
    at: datetime,
    title: str,
    kind: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    site: Site | None = None,
    id: UUID | None = None,
    roles: Iterable[str] = (),
    **said: Any,
) -> Gathering:
    """A new gathering: of a place, in its circle; without one of all of us. `said`: purpose, where, way.

    `roles` are tasks that somebody will have to do. Other rooms begin here: what they add points to the gathering.
    """
    with act("gathering_planned", at=at):
        gathering = Gathering(
            id=id or uuid4(),
            circle=site.circle if site else current().collective_circle,
            site=site,
            title=title,
            gathering_kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            by=by,
            at=at,
            **said,
        )
        gathering.save()
        for task in roles:
            set_role(by=by, at=at, gathering=gathering, task=task)
    return gathering


def edit(*, by: Member, at: datetime, gathering: Gathering, is_slip: bool = False, **said: Any) -> Gathering:
    """Say it better: title, purpose, where, way, kind. Raises Conflict when somebody changed it since it was read.

    Another `where` is to be told to whoever was asked, unless it was a slip of the pen.
    """
    with act("gathering_edited", at=at):
        elsewhere = said.get("where", gathering.where) != gathering.where and bool(gathering.where)
        if elsewhere and not is_slip:
            note_change(by=by, at=at, gathering=gathering, what=Change.What.ELSEWHERE)
        for name, value in said.items():
            setattr(gathering, name, value)
        gathering.save()
    return gathering


def move(
    *, by: Member, at: datetime, gathering: Gathering, starts_at: datetime, ends_at: datetime | None
) -> Gathering:
    """Another day or hour. Whoever was asked has to be told; who came, came on that day."""
    with act("gathering_moved", at=at):
        if starts_at != gathering.starts_at:
            note_change(by=by, at=at, gathering=gathering, what=Change.What.MOVED, now=starts_at)
            redate_who_came(gathering, starts_at)
        gathering.starts_at, gathering.ends_at = starts_at, ends_at
        gathering.save()
    return gathering


def cancel(*, by: Member, at: datetime, gathering: Gathering, why: str = "") -> None:
    """It doesn't take place; whoever was asked has to be told."""
    with act("gathering_cancelled", at=at):
        note_change(by=by, at=at, gathering=gathering, what=Change.What.CANCELLED)
        gathering.cancelled_at, gathering.cancelled_why = at, why
        gathering.save()


def hold_after_all(*, by: Member, at: datetime, gathering: Gathering) -> None:
    """It takes place after all; whoever was told that it doesn't has to be told again."""
    with act("gathering_after_all", at=at):
        note_change(by=by, at=at, gathering=gathering, what=Change.What.AFTER_ALL)
        gathering.cancelled_at, gathering.cancelled_why = None, ""
        gathering.save()


def drop(*, by: Member, at: datetime, gathering: Gathering) -> None:
    """It was written down by mistake, and is on no list any more."""
    with act("gathering_dropped", at=at):
        gathering.dropped_at = at
        gathering.save()


# --- changes that others have to hear of -----------------------------------------------------------


def note_change(
    *, by: Member, at: datetime, gathering: Gathering, what: str, now: datetime | None = None
) -> None:
    """In the running act: whoever knows of it as it was has to be told. Nobody does: then there is nothing to note.

    What takes back a change of which nobody has been told yet takes away the note of it.
    """
    asks = gathering.asks.exclude(asked_at=None)
    if last := gathering.changes.last():
        untold = not asks.filter(told_at__gte=last.at).exists()
        if untold and _takes_back(last, gathering, what, now):
            last.delete()
            return
    is_news = gathering.takes_place or what == Change.What.AFTER_ALL
    # Asks of places that we don't hold can't be seen: of a gathering of all of us it is always noted.
    if is_news and (gathering.site_id is None or asks.exists()):
        Change(
            circle=gathering.circle,
            gathering=gathering,
            what=what,
            at=at,
            by=by,
            was_at=gathering.starts_at,
            was_where=gathering.where,
        ).save()


def _takes_back(last: Change, gathering: Gathering, what: str, now: datetime | None) -> bool:
    if what == Change.What.AFTER_ALL:
        return last.what == Change.What.CANCELLED
    return what == last.what == Change.What.MOVED and now == last.was_at


def redate_who_came(gathering: Gathering, starts_at: datetime) -> None:
    """In the running act: those who are ticked as having come came on the right day."""
    for deed in Deed.objects.filter(origin_kind=Gathering.kind, origin_id=gathering.pk):
        deed.at, deed.on = starts_at, day_of(starts_at)
        deed.save()


# --- who does what -----------------------------------------------------------------------------------


def set_role(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    task: str,
    said: str = "",
    member: Member | None = None,
    role: Role | None = None,
) -> Role:
    """Somebody does something at a gathering, or somebody else does from now on; without a member, nobody yet."""
    with act("role_set", at=at):
        role = role or Role(circle=gathering.circle, gathering=gathering)
        role.task, role.said, role.member = task, said, member
        role.save()
    return role


def take_role_away(*, by: Member, at: datetime, role: Role) -> None:
    with act("role_taken_away", at=at):
        role.delete()
