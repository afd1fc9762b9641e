"""Noting a caution, confirming it from own knowledge, taking it back. Nobody does two of these for one caution."""

from datetime import date, datetime
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.people.cautions.models import Caution
from masslink.people.models import Person
from masslink.vault import history
from masslink.vault.act import act


class NotNow(Exception):
    """It stands otherwise by now: taken back, confirmed already, or they became a member. Nothing was written."""


def note_caution(
    *,
    by: Member,
    at: datetime,
    person: Person,
    seen: str,
    on: date,
    safe: str,
    id: UUID | None = None,
) -> Caution:
    """What a member saw or heard themselves; also new evidence, which stands beside the older one."""
    with act("caution_noted", at=at):
        if not may_be_about(Person.objects.get(pk=person.pk)):
            raise NotNow
        caution = Caution(
            id=id or uuid4(), circle=person.circle, person=person, seen=seen, on=on, safe=safe, by=by, at=at
        )
        caution.save()
    return caution


def confirm_caution(*, by: Member, at: datetime, caution: Caution, seen: str) -> None:
    """Somebody else knows it themselves. Whoever noted it can't, with whatever keys they come: a member is a member."""
    with act("caution_confirmed", at=at):
        found = Caution.objects.select_related("person").filter(pk=caution.pk).first()
        if found is None or found.is_confirmed or not may_be_confirmed(found, by):
            raise NotNow
        found.confirmed_by, found.confirmed_at, found.confirmed_seen = by, at, seen
        found.save()


def may_be_about(person: Person) -> bool:
    """Not of a member, and not of somebody nobody talks with anyway."""
    return person.member_id is None and person.reachable


def may_be_confirmed(caution: Caution, by: Member) -> bool:
    return caution.by_id != by.pk and may_be_about(caution.person)


def may_take_back(caution: Caution, by: Member) -> bool:
    """Whoever wrote it; whoever confirmed, their own part; anybody here once the one who wrote it is gone."""
    return by.pk in (caution.by_id, caution.confirmed_by_id) or caution.by.left_on is not None


def take_back(*, by: Member, at: datetime, caution: Caution) -> None:
    """It, or one's own word for it, is shredded at once, with what the history kept of it: nothing undoes this."""
    with act("caution_taken_back", at=at):
        found = Caution.objects.select_related("by").filter(pk=caution.pk).first()
        if found is None or not may_take_back(found, by):
            raise NotNow
        history.shred([found.pk])
        if by.pk == found.confirmed_by_id:
            found.confirmed_by = found.confirmed_at = None
            found.confirmed_seen = ""
            found.save()
        else:
            found.delete()
