"""Erasing a person for good: all that hangs on them, every image of it, and what a new member shouldn't leave behind.

Deleting can be undone for 30 days; erasing can't. It wins over undo: the images that acts would go back to are
shredded with it, also those of what was deleted earlier.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from masslink.collective.models import Member
from masslink.people import fingerprints
from masslink.people.belongings import GONE, Part, hanging_on, parts
from masslink.people.models import Person
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.workspace import current


def erase_person(*, by: Member, at: datetime, person: Person) -> None:
    """Erase a person and everything that hangs on them, at once and for good.

    Only fingerprints stay: of their name, and of each other one under which they stood in a list or an entry.
    """
    with act("person_erased", at=at):
        known_as, called = _known_as(person)
        gone = {part for part in parts() if part.belongs.erased == GONE}
        shredded = _delete(person, gone) | known_as
        history.shred(shredded | images_of(known_as, gone))
        for name in called:
            fingerprints.remember(person.circle, name)
        person.delete()


def forget_views_of(person: Person) -> None:
    """In the running act: shred what nobody should keep of somebody who becomes one of us."""
    views = {part for part in parts() if part.belongs.member == GONE}
    if shredded := _delete(person, views) | images_of(_known_as(person)[0], views):
        history.shred(shredded)


def _known_as(person: Person) -> tuple[set[UUID], set[str]]:
    """Every id and every name under which this person was known here: theirs, and those of entries joined to it."""
    ids, names = {person.pk}, {person.name}
    for part, records in hanging_on(person):
        for record in records:
            ids |= set(part.belongs.also(record))
            names |= {name for name in part.belongs.called(record) if name}
    return ids, names


def _delete(person: Person, kinds: set[Part]) -> set[UUID]:
    """Delete what hangs on a person of these kinds. Returns the ids."""
    deleted = set()
    # All is looked up before anything goes: what goes with something else is shredded as well.
    for part, records in list(hanging_on(person)):
        if part not in kinds:
            continue
        deleted |= {record.pk for record in records}
        if part.belongs.let_go:
            part.belongs.let_go(records)
        for record in records:
            record.delete()
    return deleted


def images_of(persons: set[UUID], kinds: Iterable[Part]) -> set[UUID]:
    """The records of these kinds whose kept images name one of these persons, even if they are gone by now."""
    meant = {part.model.kind for part in kinds}
    wanted, workspace, found = {id.hex for id in persons}, current(), set()
    for circle in workspace.circles.values() if meant else ():
        for id, payload in workspace.ledger.images_naming(circle, wanted):
            values = [value for value in (payload.fields or {}).values() if isinstance(value, str)]
            if payload.kind in meant and wanted.intersection(values):
                found.add(UUID(id))
    return found
