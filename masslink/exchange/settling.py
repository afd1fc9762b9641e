"""Answers to “is it the same person?”: filled in where something was empty, or added as somebody else."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from masslink.collective.models import Member
from masslink.exchange.models import Import, ImportRow, fillable
from masslink.exchange.newcomers import new_person
from masslink.people.acts import leave_in_peace
from masslink.people.models import Person
from masslink.sites.models import Shift, Unit

State = ImportRow.State


def settle(one: Import, ids: list[UUID], *, same: bool, by: Member, at: datetime) -> Counter[str]:
    """Apply one answer to these rows, in the running act. Nothing that a person has is overwritten."""
    open_rows = ImportRow.objects.filter(source=one.pk, pk__in=ids, state__in=[State.WAITING, State.KNOWN])
    rows, done = list(open_rows), Counter[str]()
    people = {p.pk: p for p in Person.objects.filter(pk__in=[row.person for row in rows if row.person])}
    for row in rows:
        person = people.get(row.person) if row.person else None
        if same and person:
            done[_merge(one, row, person)] += 1
            if not person.reachable:  # the list may have said that they want no contact
                leave_in_peace(by=by, at=at, person=person)
        elif not same:
            done[_keep_apart(one, row, at)] += 1
    return done


def leave_out(one: Import, ids: list[UUID]) -> list[UUID]:
    """Rows of somebody who was erased stay outside, and what stood in them is forgotten. Returns which."""
    waiting = ImportRow.objects.filter(source=one.pk, pk__in=ids, state=State.WAITING)
    rows = [row for row in waiting if row.is_erased]
    for row in rows:
        row.state, row.fields, row.person, row.offers = State.OUT, {}, None, 0
        row.problems, row.wrong = [], 0
        row.save()
    one.count(waiting=-len(rows), left_out=len(rows))
    return [row.pk for row in rows]


def _merge(one: Import, row: ImportRow, person: Person) -> str:
    """The row is this person. Somebody at another place stays as they are: what is known here stays here."""
    filled = still_there(fillable(person, row.fields)) if person.circle == one.circle else {}
    if row.state == State.WAITING:
        one.count(waiting=-1, known=1)
    row.state, row.offers = (State.MERGED if filled else State.KNOWN), 0
    row.reasons = row.reasons or ["name"]
    if filled:
        for name, value in filled.items():
            setattr(person, name, as_field(name, value))
        person.save()
        row.filled = filled
    row.save()
    return "filled" if filled else "known"


def _keep_apart(one: Import, row: ImportRow, at: datetime) -> str:
    fields = {**row.fields, "unit_id": None, "shift_id": None, **still_there(_parts(row.fields))}
    twin = _twin(one, fields)
    if row.state == State.WAITING:
        one.count(waiting=-1, **{"known" if twin else "added": 1})
    elif not twin:
        one.count(known=-1, added=1)
    row.offers = 0
    if twin:
        row.state, row.person = State.KNOWN, twin.pk
    else:
        person = new_person(one, fields, at)
        person.save()
        row.state, row.person, row.fields = State.ADDED, person.pk, {}
    row.save()
    return "known" if twin else "added"


def _twin(one: Import, fields: dict[str, Any]) -> Person | None:
    """Somebody added from this very list with all the same: the row stood in it twice, and both were asked about."""
    same = {name: fields.get(name, "") for name in ("name", "nickname", "phone", "email", "card_id")}
    return Person.objects.filter(
        source=one.pk, unit=fields["unit_id"], shift=fields["shift_id"], **same
    ).first()


def _parts(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in ("unit_id", "shift_id") if fields.get(name)}


def still_there(fields: dict[str, Any]) -> dict[str, Any]:
    """The same without a unit or shift that was taken away meanwhile."""
    kinds: Iterable[tuple[str, Any]] = (("unit_id", Unit), ("shift_id", Shift))
    gone = {
        name for name, kind in kinds if fields.get(name) and not kind.objects.filter(pk=fields[name]).exists()
    }
    return {name: value for name, value in fields.items() if name not in gone}


def as_field(name: str, value: str) -> Any:
    """A row's text as the value of a person's field."""
    if name == "since":
        return date.fromisoformat(value)
    return UUID(value) if name in ("unit_id", "shift_id") else value
