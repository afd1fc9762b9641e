"""Two entries that are one person become one, and two again where that was wrong.

What hangs on the other goes over as `belongings` say; the other is deleted, and a `Merged` record keeps what it said
and what came over, so that both can be told apart again at any later time. A deleted id can't be made anew in the
ledger, so whoever is told apart gets a new one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from django.db.models import Q

from masslink.collective.models import Member
from masslink.people.acts import leave_in_peace
from masslink.people.belongings import ALONG, Part, parts
from masslink.people.erasing import forget_views_of
from masslink.people.models import Person
from masslink.people.records import Apart, Merged
from masslink.people.standing.acts import compare_anew
from masslink.vault.act import Conflict, act
from masslink.vault.record import Record
from masslink.vault.schema import Table, lift, schema
from masslink.vault.suite import TooNew
from masslink.vault.workspace import current

ITSELF, ELSEWHERE, NOT_THERE, TWO_MEMBERS = "itself", "elsewhere", "not_there", "two_members"
TOO_NEW = "too_new"


class CantMerge(Exception):
    """These two can't become one; its argument says why. Nothing was changed."""


def merge_persons(*, by: Member, at: datetime, keep: Person, other: Person, values: dict[str, Any]) -> UUID:
    """One entry of two, with these fields; `other` goes. Returns the act's id.

    Raises CantMerge, and Conflict where somebody changed one of the two since they were read.
    """
    with act("people_merged", at=at) as running:
        keep, other = _now(keep, other)
        before = stored(keep)
        merged = Merged(
            circle=keep.circle,
            person=keep,
            was=other.pk,
            payload=Person.payload_version,
            fields=stored(other),
            at=at,
            by=by,
        )
        Apart.objects.filter(Q(person=keep, other=other) | Q(person=other, other=keep)).delete()
        if keep.member_id or other.member_id:  # one of us, as it turns out: as when somebody becomes a member
            forget_views_of(keep)
            forget_views_of(other)
        _bring_over(keep, other, merged)
        for name, value in values.items():
            setattr(keep, name, value)
        keep.added_at = min(keep.added_at, other.added_at)
        other.delete()
        keep.save()
        if keep.reachable:
            compare_anew(by=by, at=at, person=keep)
        else:
            leave_in_peace(by=by, at=at, person=keep)
        merged.taken = {
            name: [before[name], now] for name, now in stored(keep).items() if now != before[name]
        }
        merged.save()
    return running.id


def _now(keep: Person, other: Person) -> tuple[Person, Person]:
    """Both as they stand now that nobody else can write."""
    if keep.pk == other.pk:
        raise CantMerge(ITSELF)
    found = Person.objects.in_bulk([keep.pk, other.pk])
    if len(found) < 2:
        raise CantMerge(NOT_THERE)
    one, two = found[keep.pk], found[other.pk]
    if one.site_id != two.site_id:
        raise CantMerge(ELSEWHERE)
    if one.member_id and two.member_id and one.member_id != two.member_id:
        raise CantMerge(TWO_MEMBERS)
    if (one.version, two.version) != (keep.version, other.version):
        raise Conflict("person")
    return one, two


def _bring_over(keep: Person, other: Person, merged: Merged) -> None:
    for part in parts():
        if part.belongs.merged != ALONG:
            continue
        staying = [r for same in parts() if same.model is part.model for r in same.of(keep)]
        for record in part.of(other):
            part.point(record, keep)
            if _joins_itself(part, record) or any(part.belongs.double(record, one) for one in staying):
                if not getattr(record, "fades", None):  # what fades wouldn't in what is kept of it here
                    version, fields = record.payload_version, stored(record)
                    merged.dropped.append([record.kind, version, part.column, fields])
                record.delete()
            else:
                record.save()
                merged.moved.append([record.kind, part.field, record.pk.hex])


def _joins_itself(part: Part, record: Record) -> bool:
    """What stood between the two has nothing left to stand between."""
    ends = [getattr(record, other.column) for other in parts() if other.model is part.model]
    return len(ends) > 1 and len(set(ends)) == 1


# --- two again -----------------------------------------------------------------------------------


def unmerge(*, by: Member, at: datetime, merged: Merged) -> tuple[UUID, Person]:
    """The other is an entry of their own again, with what came from them; what was written since stays.

    Returns the act's id, and the other. Raises CantMerge where they aren't one any more, or where
    a newer program joined them.
    """
    with act("people_unmerged", at=at) as running:
        found = Merged.objects.select_related("person__site").filter(pk=merged.pk).first()
        if found is None:
            raise CantMerge(NOT_THERE)
        try:
            other = _made_anew(found)
            _give_back(found, other)
        except TooNew as newer:
            raise CantMerge(TOO_NEW) from newer
        _put_back(found)
        Apart(circle=other.circle, person=found.person, other=other, was=found.was, by=by, at=at).save()
        found.delete()
    return running.id, other


def _made_anew(merged: Merged) -> Person:
    """At the place where the one stands today; units and shifts that aren't there any more are left out."""
    keep = merged.person
    _table, fields = lift(Person.kind, merged.payload, dict(merged.fields))
    fields |= {"site_id": keep.site_id.hex, "unit_id": _part(fields, "unit", keep), "source": None}
    fields["shift_id"] = _part(fields, "shift", keep)
    return Person.objects.get(pk=revive(Person.kind, keep.circle, fields))


def _part(fields: dict[str, Any], name: str, keep: Person) -> str | None:
    parts = getattr(keep.site, f"{name}s")
    id = fields.get(f"{name}_id")
    return id if id and parts.filter(pk=id).exists() else None


def _give_back(merged: Merged, other: Person) -> None:
    """What came over and still hangs on the one; what both had is there twice again."""
    by_name = {(part.model.kind, part.field): part for part in parts()}
    for kind, field, id in merged.moved:
        part = by_name.get((kind, field))
        record = _still_there(part, id, merged.person) if part else None
        if part and record:
            part.point(record, other)
            record.save()
    for kind, version, column, fields in merged.dropped:
        table, lifted = lift(kind, version, dict(fields))
        columns = _as_today(table, {**lifted, column: other.pk.hex}, other)
        if columns and not _had_by(by_name.values(), table, columns, other):
            revive(table.kind, other.circle, columns)


def _as_today(table: Table, fields: dict[str, Any], other: Person) -> dict[str, Any] | None:
    """These columns, with somebody joined since as who they are now; None where it points to what isn't here."""
    for pointer in table.pointers:
        target = fields[pointer.column]
        if target is None:
            continue
        if pointer.target == Person._meta.db_table and (now := Merged.objects.now(target)):
            target = fields[pointer.column] = now.hex
        with connections["open"].cursor() as cursor:
            sql = f"SELECT circle FROM {pointer.target} WHERE id = %s"  # noqa: S608  tables of our own
            found = cursor.execute(sql, [target]).fetchone()
        if found is None or found[0] not in (other.circle.hex, current().collective_circle.hex):
            return None
    return fields


def _had_by(those: Iterable[Part], table: Table, fields: dict[str, Any], other: Person) -> bool:
    """Whether the other has the same by now, or it would stand between them and themselves."""
    same = [part for part in those if part.model is table.model]
    record = table.model(**{f.attname: f.to_python(fields[f.column]) for f in _fields(table)})
    if any(_joins_itself(part, record) for part in same):
        return True
    known = [one for part in same for one in part.of(other)]
    return any(part.belongs.double(record, one) for part in same for one in known)


def _fields(table: Table) -> list[Any]:
    return [f for f in table.model._meta.concrete_fields if f.column in table.columns]


def _still_there(part: Part, id: str, person: Person) -> Record | None:
    found: Record | None = part.model._default_manager.filter(pk=id, **{part.column: person.pk}).first()
    return found


def _put_back(merged: Merged) -> None:
    """What the one got from the other goes again, where nobody changed it since."""
    now, keep = stored(merged.person), merged.person
    back = {n: before for n, (before, after) in merged.taken.items() if n in now and now[n] == after}
    back = {
        n: v for n, v in back.items() if n not in ("unit_id", "shift_id") or v is None or _is_part(n, v, keep)
    }
    if back:
        changes = ", ".join(f'"{name}" = %s' for name in back)
        with connections["open"].cursor() as cursor:
            cursor.execute(
                f"UPDATE masslink_person SET {changes} WHERE id = %s",  # noqa: S608  columns of our own
                [*back.values(), keep.pk.hex],
            )


def _is_part(column: str, id: str, keep: Person) -> bool:
    return bool(getattr(keep.site, f"{column.removesuffix('_id')}s").filter(pk=id).exists())


def tell_apart(*, by: Member, at: datetime, person: Person, other: Person) -> UUID:
    """They look alike and are two people. Returns the act's id."""
    with act("told_apart", at=at) as running:
        Apart(circle=person.circle, person=person, other=other, by=by, at=at).save()
    return running.id


# --- records as they are stored ------------------------------------------------------------------


def stored(record: Record) -> dict[str, Any]:
    """A record's columns as the workspace stores them: what was set and not saved yet too."""
    fields = {f.column: f for f in record._meta.concrete_fields}
    columns = schema().tables[record.kind].columns
    connection = connections["open"]
    return {c: fields[c].get_db_prep_save(getattr(record, fields[c].attname), connection) for c in columns}


def revive(kind: str, circle: UUID, fields: dict[str, Any]) -> UUID:
    """A new record with these stored columns, in the running act. Returns its id."""
    table, id = schema().tables[kind], uuid4()
    with connections["open"].cursor() as cursor:
        cursor.execute(table.insert_sql, [id.hex, circle.hex, 0, *table.values(fields)])
    return id
