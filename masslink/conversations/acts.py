"""What is written after a talk, and after something happened."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.conversations.models import Observation
from masslink.people.acts import record_deed
from masslink.people.models import Deed, Person
from masslink.sites.models import Site, Unit
from masslink.tasks.acts import finish, promise
from masslink.tasks.models import ToDo
from masslink.vault.act import act


def log_talk(
    *,
    by: Member,
    at: datetime,
    persons: Iterable[Person],
    how: str,
    words: str = "",
    deeds: Iterable[str] = (),
    next_what: str = "",
    next_due: date | None = None,
    talked_at: datetime | None = None,
    kept: Iterable[ToDo] = (),
    id: UUID | None = None,
) -> list[Deed]:
    """A talk with one or several persons, what else they did, and the next step, promised by who talked.

    `how` is 'talked' (both ways), 'short' or 'tried'. Each person gets the words: they may be of different
    places. `kept` are promises that this talk fulfilled. `id` is the form's own and becomes that of the first
    talk, so that it can't be saved twice. Returns the talks.
    """
    talks: list[Deed] = []
    with act("talked", at=at):
        for person in persons:
            own_id = None if talks else id
            talk = record_deed(by=by, at=at, person=person, kind=how, on_at=talked_at, words=words, id=own_id)
            talks.append(talk)
            for kind in deeds:
                record_deed(by=by, at=at, person=person, kind=kind, on_at=talked_at, origin=talk.ref)
            if next_what and next_due:
                promise(by=by, at=at, member=by, what=next_what, due=next_due, person=person, origin=talk.ref)
        for todo in kept:
            finish(by=by, at=at, todo=todo)
    return talks


def note_observation(
    *,
    by: Member,
    at: datetime,
    site: Site,
    what: str,
    why: str = "",
    follows: str = "",
    unit: Unit | None = None,
    stood_up: Iterable[Person] = (),
    how_they_stood: str = "spoke_up",
    happened_at: datetime | None = None,
    divides: str = "",
    next_what: str = "",
    next_due: date | None = None,
    id: UUID | None = None,
) -> Observation:
    """Something that happened at a place; for those who stood up it becomes a deed of theirs."""
    when = happened_at or at
    with act("observed", at=at):
        observation = Observation(
            id=id or uuid4(),
            circle=site.circle,
            site=site,
            unit=unit,
            at=when,
            by=by,
            what=what,
            why=why,
            follows=follows,
            divides=divides,
        )
        observation.save()
        for person in stood_up:
            record_deed(by=by, at=at, person=person, kind=how_they_stood, on_at=when, origin=observation.ref)
        if next_what and next_due:
            origin = observation.ref
            promise(by=by, at=at, member=by, what=next_what, due=next_due, site=site, origin=origin)
    return observation


def edit_observation(
    *,
    by: Member,
    at: datetime,
    observation: Observation,
    what: str,
    why: str,
    follows: str,
    unit: Unit | None,
    divides: str = "",
) -> Observation:
    """Say it better. Who stood up and when stay: they are deeds of others."""
    with act("observation_edited", at=at):
        observation.what, observation.why, observation.follows = what, why, follows
        observation.unit, observation.divides = unit, divides
        observation.save()
    return observation


def tell_what_was_tried(*, by: Member, at: datetime, observation: Observation, tried: str) -> Observation:
    """What we tried against what divides people, and what came of it. Raises Conflict over an older version."""
    with act("observation_tried", at=at):
        observation.tried = tried
        observation.save()
    return observation
