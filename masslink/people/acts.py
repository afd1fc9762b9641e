"""What is written about persons, and about who sees to the link with them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.belongings import hanging_on
from masslink.people.erasing import forget_views_of
from masslink.people.fading import is_nearly_over, keep_record
from masslink.people.models import Deed, Link, Person
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.act import Conflict, act
from masslink.vault.record import Ref


def add_person(
    *,
    by: Member,
    at: datetime,
    site: Site,
    name: str,
    unit: Unit | None = None,
    shift: Shift | None = None,
    **fields: Any,
) -> Person:
    with act("person_added", at=at):
        person = Person(
            circle=site.circle, site=site, unit=unit, shift=shift, name=name, added_at=at, **fields
        )
        person.save()
    return person


def add_names(
    *, by: Member, at: datetime, site: Site, names: list[str], unit: Unit | None, shift: Shift | None
) -> list[Person]:
    """The first five minutes: several people of one unit and shift at once."""
    with act("people_added", at=at):
        return [add_person(by=by, at=at, site=site, name=n, unit=unit, shift=shift) for n in names]


def edit_person(*, by: Member, at: datetime, person: Person, **fields: Any) -> Person:
    """Change what is recorded. Raises Conflict when somebody else changed it since `person` was read."""
    with act("person_edited", at=at):
        was_reachable = person.reachable
        for name, value in fields.items():
            setattr(person, name, value)
        person.save()
        if was_reachable and not person.reachable:
            leave_in_peace(by=by, at=at, person=person)
    return person


def leave_in_peace(*, by: Member, at: datetime, person: Person) -> int:
    """They asked not to be contacted at all: links end, promises to them are let go. Returns how many."""
    ended = 0
    with act("person_left_in_peace", at=at):
        for part, records in hanging_on(person):
            for record in records:
                if part.belongs.ends and part.belongs.ends(record, at):
                    record.save()
                    ended += 1
    return ended


def leave_site(*, by: Member, at: datetime, person: Person, on: date) -> None:
    """They changed jobs or moved away; the link goes on."""
    with act("person_left", at=at):
        person.until = on
        person.save()


def come_back(*, by: Member, at: datetime, person: Person) -> None:
    with act("person_came_back", at=at):
        person.until = None
        person.save()


def knows_of_notes(*, by: Member, at: datetime, person: Person) -> UUID:
    """Somebody told them that we keep notes, or showed them the file. Returns the act's id."""
    with act("person_knows", at=at) as running:
        person.knows_since = person.knows_since or day_of(at)
        person.save()
    return running.id


def became_member(*, by: Member, at: datetime, person: Person, member: Member) -> None:
    """A contact is one of us now: what nobody should keep of a comrade is shredded first, links to them end."""
    with act("person_became_member", at=at):
        forget_views_of(person)
        _end(person.links.filter(until=None), day_of(at))
        person.member = member
        person.save()


def delete_person(*, by: Member, at: datetime, person: Person) -> UUID:
    """Delete a person and all that hangs on them; undo brings everything back for 30 days. Returns the act's id."""
    with act("person_deleted", at=at) as running:
        person.delete()
    return running.id


def delete_people(*, by: Member, at: datetime, ids: list[UUID]) -> UUID:
    """Several at once, as `delete_person`. Returns the act's id."""
    with act("people_deleted", at=at) as running:
        Person.objects.filter(pk__in=ids).delete()
    return running.id


def remove_unit(*, by: Member, at: datetime, unit: Unit, to: Unit | None = None) -> UUID:
    """Take a unit away; its people go to another one of the place, or to none. Returns the act's id."""
    with act("unit_removed", at=at) as running:
        Person.objects.filter(unit=unit).update(unit=to)
        unit.delete()
    return running.id


def remove_shift(*, by: Member, at: datetime, shift: Shift, to: Shift | None = None) -> UUID:
    """Take a shift away; its people go to another one of the place, or to none. Returns the act's id."""
    with act("shift_removed", at=at) as running:
        Person.objects.filter(shift=shift).update(shift=to)
        shift.delete()
    return running.id


def move_within(
    *,
    by: Member,
    at: datetime,
    site: Site,
    persons: Collection[UUID],
    was: tuple[Unit | None, Shift | None],
    to: tuple[Unit | None, Shift | None],
) -> UUID:
    """People of one unit and shift go to another one of the place. Returns the act's id.

    Raises Conflict where one of them doesn't stand there any more; then nobody is moved.
    """
    with act("person_moved_within", at=at) as running:
        still = Person.objects.filter(pk__in=persons, site=site, unit=was[0], shift=was[1])
        if still.update(unit=to[0], shift=to[1]) != len(persons):
            raise Conflict
    return running.id


def take_on(
    *, by: Member, at: datetime, person: Person, member: Member, rhythm_days: int, aim: str = ""
) -> Link:
    """A member takes a person on, with a rhythm and an aim; theirs from before ends."""
    with act("person_taken_on", at=at):
        _end(person.links.filter(member=member, until=None), day_of(at))
        return _begin(person, member, day_of(at), rhythm_days=rhythm_days, aim=aim)


def hand_on(
    *,
    by: Member,
    at: datetime,
    person: Person,
    to: Member,
    introduced_by: Member,
    rhythm_days: int,
    aim: str = "",
) -> Link:
    """Another member takes the person on, introduced by one whom the person knows, whose own link ends."""
    with act("person_handed_on", at=at):
        _end(person.links.filter(member__in=[introduced_by, to], until=None), day_of(at))
        how = {"rhythm_days": rhythm_days, "aim": aim, "introduced_by": introduced_by}
        return _begin(person, to, day_of(at), **how)


def take_over(
    *, by: Member, at: datetime, link: Link, to: Member, introduced_by: Member | None = None
) -> Link | None:
    """Another member goes on with a link as it was, because whoever had it can't; who has one already keeps theirs."""
    with act("person_handed_on", at=at):
        _end([link], day_of(at))
        if link.person.links.filter(member=to, until=None).exists():
            return None
        how = {"rhythm_days": link.rhythm_days, "aim": link.aim, "introduced_by": introduced_by}
        return _begin(link.person, to, day_of(at), **how)


def let_link_end(*, by: Member, at: datetime, link: Link) -> None:
    with act("link_ended", at=at):
        _end([link], day_of(at))


def _begin(person: Person, member: Member, since: date, **how: Any) -> Link:
    link = Link(circle=person.circle, person=person, member=member, since=since, **how)
    link.save()
    return link


def _end(links: Any, on: date) -> None:
    for link in links:
        link.until = on
        link.save()


def record_deed(
    *,
    by: Member,
    at: datetime,
    person: Person,
    kind: str,
    on_at: datetime | None = None,
    words: str = "",
    origin: Ref | None = None,
    id: UUID | None = None,
) -> Deed:
    """One dated thing a person did, or a talk with them. `id`: the form's own, so that it can't be saved twice."""
    when = on_at or at
    with act("deed_recorded", at=at):
        deed = Deed(
            id=id or uuid4(),
            circle=person.circle,
            person=person,
            deed_kind=kind,
            on=day_of(when),
            at=when,
            by=by,
            words=words,
            origin_kind=origin.kind if origin else "",
            origin_id=origin.id if origin else None,
        )
        deed.save()
        if words and is_nearly_over(
            Deed, deed.on, day_of(at)
        ):  # written down late, and not to be lost at once
            keep_record(by=by, at=at, person=person, record=deed)
    return deed
