"""What is written about corrections: noted, agreed on, looked at again, carried back to whoever pointed it out."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.ideas.correction_models import Correction, Look, Pointed
from masslink.ideas.models import Telling, Told
from masslink.people.acts import record_deed
from masslink.people.links import TALKED
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.tasks.acts import promise
from masslink.vault.act import Conflict, act
from masslink.vault.workspace import current


class NotYours(Exception):
    """Self-criticism is written, and said better, by oneself alone."""


def note_correction(
    *,
    by: Member,
    at: datetime,
    fact: str,
    effect: str = "",
    proposal: str = "",
    about: str = Correction.About.MISTAKE,
    site: Site | None = None,
    person: Person | None = None,
    telling: str = Telling.NO_NAME,
    id: UUID | None = None,
) -> Correction:
    """Something went wrong: of a place or of all of us; where `person` pointed it out, of theirs."""
    place = person.site if person else site
    with act("correction_noted" if place else "correction_noted_for_all", at=at):
        correction = Correction(
            id=id or uuid4(),
            circle=place.circle if place else current().collective_circle,
            site=place,
            about=about,
            fact=fact,
            effect=effect,
            proposal=proposal,
            by=by,
            at=at,
        )
        correction.save()
        if person:
            point_out(by=by, at=at, correction=correction, person=person, telling=telling)
    return correction


def point_out(
    *,
    by: Member,
    at: datetime,
    correction: Correction,
    person: Person,
    telling: str = Telling.NO_NAME,
    id: UUID | None = None,
) -> Pointed:
    """A person of that place said so, too. Raises Conflict where it was taken off the list."""
    with act("correction_pointed_out", at=at):
        if not Correction.objects.kept().filter(pk=correction.pk).exists():
            raise Conflict("correction")
        known = correction.pointed.filter(person=person).first()
        new = {"id": id or uuid4(), "circle": correction.circle, "person": person, "by": by, "at": at}
        pointed = known or Pointed(correction=correction, **new)
        pointed.telling = telling
        pointed.save()
    return pointed


def edit_correction(*, by: Member, at: datetime, correction: Correction, **said: Any) -> None:
    """Say it better. Raises NotYours, and Conflict over an older version."""
    _check_own(correction, by)
    with act("correction_edited", at=at):
        for name, value in said.items():
            setattr(correction, name, value)
        correction.save()


def agree(
    *,
    by: Member,
    at: datetime,
    correction: Correction,
    learned: str,
    changes: str,
    look_on: date | None = None,
    sees_to_it: Member | None = None,
    what: str = "",
    due: date | None = None,
) -> None:
    """What we learned, what changes, who sees to it by when, and the day to look whether it did."""
    _check_own(correction, by)
    with act("correction_agreed", at=at):
        if sees_to_it and due:
            promised = promise(
                by=by,
                at=at,
                member=sees_to_it,
                what=what,
                due=due,
                site=correction.site,
                origin=correction.ref,
            )
            correction.to_do = promised.pk
        correction.learned, correction.changes, correction.look_on = learned, changes, look_on
        correction.agreed_at, correction.settled_at = at, None
        correction.save()


def look_again(
    *,
    by: Member,
    at: datetime,
    correction: Correction,
    did: str,
    words: str = "",
    look_on: date | None = None,
    id: UUID | None = None,
) -> Look:
    """Whether it did change. It is settled, unless there is a day to look once more."""
    _check_own(correction, by)
    with act("correction_looked_at", at=at):
        look = Look(
            id=id or uuid4(),
            circle=correction.circle,
            correction=correction,
            did=did,
            words=words,
            by=by,
            at=at,
        )
        look.save()
        correction.look_on, correction.settled_at = look_on, None if look_on else at
        correction.save()
    return look


def tell_back(
    *,
    by: Member,
    at: datetime,
    pointed: Pointed,
    said: str = "",
    on_at: datetime | None = None,
    id: UUID | None = None,
) -> Told:
    """Whoever pointed it out heard what changes, and said something to it: that is a talk."""
    when, correction = on_at or at, pointed.correction
    with act("carried_back", at=at):
        talk = record_deed(
            by=by,
            at=at,
            person=pointed.person,
            kind=TALKED,
            on_at=when,
            words=said,
            origin=correction.ref,
        )
        told = Told(
            id=id or uuid4(),
            circle=correction.circle,
            correction=correction,
            person=pointed.person,
            by=by,
            on=day_of(when),
            at=at,
            talk=talk.pk,
        )
        told.save()
        pointed.told_at = at
        pointed.save()
    return told


def drop_correction(*, by: Member, at: datetime, correction: Correction) -> None:
    """It was written down by mistake, and is on no list any more."""
    _check_own(correction, by)
    with act("correction_dropped", at=at):
        correction.dropped_at = at
        correction.save()


def _check_own(correction: Correction, by: Member) -> None:
    if not correction.may_be_changed_by(by):
        raise NotYours
