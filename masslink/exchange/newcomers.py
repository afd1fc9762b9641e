"""People made of rows: many at once, without the ORM's care for each, which would cost half of an import.

They get what the row says and nothing else: no rhythm, no depth, nothing about where they stand.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

from django.db import connections

from masslink.exchange.models import Import
from masslink.people.models import Person, phone_forms

_PLAIN = (
    "name",
    "nickname",
    "phone",
    "email",
    "languages",
    "card_id",
    "reach",
    "matters",
    "address",
    "birthday",
)
_NORTH_AMERICA = re.compile(r"\+1([2-9]\d{9})")


def new_person(one: Import, fields: dict[str, Any], at: datetime) -> Person:
    """One person of a row's fields, not saved yet."""
    since = fields.get("since")
    return Person(
        id=UUID(fields["id"]) if "id" in fields else uuid4(),
        circle=one.circle,
        site_id=one.site_id,
        unit_id=_uuid(fields.get("unit_id")),
        shift_id=_uuid(fields.get("shift_id")),
        since=date.fromisoformat(since) if since else None,
        source=one.pk,
        added_at=at,
        **{name: fields[name] for name in _PLAIN if name in fields},
    ).prepare()


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def add_all(one: Import, people: Iterable[dict[str, Any]], at: datetime) -> None:
    """Write all of them, in the running act: the same rows that saving each `new_person` would make."""
    stored = _stored(new_person(one, {"name": ""}, at))
    values, rows = itemgetter(*stored), []
    for fields in people:
        # Over what an empty one is stored as go the row's own texts; ids and dates are stored as they stand there.
        rows.append(values({**stored, **fields, "phone_search": _forms(fields.get("phone", ""))}))
    names = ", ".join(f'"{column}"' for column in stored)
    marks = ", ".join(["%s"] * len(stored))
    with connections["open"].cursor() as cursor:
        cursor.executemany(f"INSERT INTO masslink_person ({names}) VALUES ({marks})", rows)  # noqa: S608


def _stored(person: Person) -> dict[str, Any]:
    """A person's columns as the workspace stores them."""
    return {
        str(field.column): field.get_db_prep_save(getattr(person, field.attname), connections["open"])
        for field in Person._meta.concrete_fields
    }


def _forms(phone: str) -> str:
    """The same as `phone_forms`; the library takes longer than all the rest, and this plan is plain enough."""
    if not phone:
        return ""
    if found := _NORTH_AMERICA.fullmatch(phone):
        number = found[1]
        return f"1{number} {number} 0{number} {number[-7:]} {number[-4:]}"
    return phone_forms(phone)
