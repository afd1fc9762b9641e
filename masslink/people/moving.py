"""A person at another place: re-sealed in that place's circle, with all that hangs on them, in one act."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.belongings import ALONG, GONE, Belongs, Move, hanging_on
from masslink.people.models import Person
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.act import act


def move_person(
    *,
    by: Member,
    at: datetime,
    person: Person,
    site: Site,
    unit: Unit | None = None,
    shift: Shift | None = None,
    since: date | None = None,
) -> UUID:
    """Move a person to another place; who doesn't hold that one no longer sees them. Returns the act's id.

    Undo brings everything back for 30 days. What points into the old place is taken out: the list they came with.
    """
    with act("person_moved", at=at) as running:
        hung = list(hanging_on(person))
        person.circle, person.site = site.circle, site
        person.unit, person.shift = unit, shift
        person.since, person.until, person.source = since, None, None
        person.save()
        move = Move(person, frozenset(site.members().values_list("pk", flat=True)), by, at, day_of(at))
        for part, records in hung:
            for record in records:
                _take_along(part.belongs, record, move)
    return running.id


def _take_along(belongs: Belongs, record: Any, move: Move) -> None:
    left = bool(belongs.left and belongs.left(record, move))
    if left and belongs.let_go:
        belongs.let_go([record])
    if left or belongs.moved == GONE:
        record.delete()
        return
    if belongs.adapt:
        belongs.adapt(record, move)
    if belongs.moved == ALONG:
        record.circle = move.person.circle
    if belongs.adapt or belongs.moved == ALONG:
        record.save()
