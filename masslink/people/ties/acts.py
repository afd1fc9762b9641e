"""What is written about who knows whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from masslink.collective.models import Member
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.people.records import Merged
from masslink.people.ties.models import Tie
from masslink.people.ties.words import LISTENED_TO, LISTENS
from masslink.vault.act import act

ITSELF, ELSEWHERE, NOT_THERE, NO_CONTACT = "itself", "elsewhere", "not_there", "no_contact"


class CantTie(Exception):
    """Nothing was written; `why` is one of the words above, `who` the one whom it is about, if they are there."""

    def __init__(self, why: str, who: Person | None = None) -> None:
        super().__init__(why)
        self.why, self.who = why, who


@dataclass
class Noted:
    """What came of it: the act, whose tie is new, whose was known already."""

    act: UUID
    new: list[Person] = field(default_factory=list)
    known: list[Person] = field(default_factory=list)


def note_ties(
    *,
    by: Member,
    at: datetime,
    person: Person,
    others: Iterable[Person],
    how: str,
    new: Iterable[str] = (),
) -> Noted:
    """They know these, in this way (`words.HOW`); `new` are names of some whom we didn't know of. Raises CantTie.

    What is known already isn't noted twice, whichever way round it was said. Who was joined with another entry
    meanwhile is taken as who they are now.
    """
    with act("tie_noted", at=at) as running:
        one, *them = _as_they_are([person, *others])
        noted = Noted(running.id)
        known = list(Tie.objects.of(one).select_related("person", "other"))
        for other in dict.fromkeys(them):
            _check(one, other)
            _note(noted, _tie(one, other, how, by, at), other, known)
        for name in dict.fromkeys(new):
            _note_new(noted, one, name, how, known, by=by, at=at)
    return noted


def _as_they_are(people: list[Person]) -> list[Person]:
    """As they stand now that nobody else can write."""
    now = {person.pk: Merged.objects.now(person.pk) or person.pk for person in people}
    found = Person.objects.select_related("site").in_bulk(now.values())
    if any(id not in found for id in now.values()):
        raise CantTie(NOT_THERE)
    return [found[now[person.pk]] for person in people]


def _check(one: Person, other: Person) -> None:
    if one.pk == other.pk:
        raise CantTie(ITSELF, other)
    if one.site_id != other.site_id:
        raise CantTie(ELSEWHERE, other)
    for person in (one, other):
        if not person.reachable:
            raise CantTie(NO_CONTACT, person)


def _tie(one: Person, other: Person, how: str, by: Member, at: datetime) -> Tie:
    if how == LISTENS:
        one, other = other, one
    kind = Tie.Kind.INFLUENCES if how in (LISTENED_TO, LISTENS) else Tie.Kind(how)
    return Tie(circle=one.circle, person=one, other=other, tie_kind=kind, by=by, at=at)


def _note(noted: Noted, tie: Tie, other: Person, known: list[Tie]) -> None:
    if any(tie.two == one.two for one in known):
        noted.known.append(other)
        return
    tie.save()
    known.append(tie)
    noted.new.append(other)


def _note_new(
    noted: Noted, one: Person, name: str, how: str, known: list[Tie], *, by: Member, at: datetime
) -> None:
    """Somebody we didn't know of; of the same name already beside them: it was pressed twice."""
    same = [p for tie in known for p in (tie.person, tie.other) if p.pk != one.pk and p.name == name]
    if not same and not one.reachable:
        raise CantTie(NO_CONTACT, one)
    other = same[0] if same else add_person(by=by, at=at, site=one.site, name=name)
    _note(noted, _tie(one, other, how, by, at), other, known)


def end_tie(*, by: Member, at: datetime, tie: Tie) -> UUID:
    """They don't know each other (any more), or we'd better not keep it. Undo brings it back. Returns the act's id."""
    with act("tie_ended", at=at) as running:
        tie.delete()
    return running.id
