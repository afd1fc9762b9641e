"""What a turned member does: they hold the circle's key, have the ledger in their hands, and seal past all forms."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F

from masslink.conftest import Someone
from masslink.vault.ledger import Payload
from masslink.vault.models import Collective, Row
from masslink.vault.schema import schema

ANYWHERE: tuple[Any, ...] = ([], {"a": 1}, 2**63, -(2**63), 1.5)
TEXT = ("", "soon", "now", "a\0b", "\ud7ff" * 9)
NONSENSE: dict[Any, tuple[Any, ...]] = {
    models.DateField: (
        *("2026-02-30", "0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "20260302", "2026-W10-1"),
        *("2026-03-02 18:00:00", "2026-3-2", "٢026-03-02", "2026-03-02\0", "2026-03-02\n2026-03-02", 2461102),
    ),
    models.DateTimeField: (
        *(
            "2026-02-30 18:00:00",
            "2026-03-02 25:00:00",
            "2026-03-02",
            "2026-03-02T18:00:00",
            "0001-01-01 00:00:00",
        ),
        *("2026-03-02 18:00:00+01:00", "2026-03-02 18:00:00.5", "9999-12-31 23:59:59.999999", 1772474400),
        "2026-03-02 18:00:00\n2026-03-02 18:00:00",
    ),
    models.TimeField: ("24:00:00", "18:00", "18:00:00+01:00", "18:00:00.5", 18),
    models.UUIDField: ("x" * 32, "A" * 32, "a" * 31, f"{uuid4()}", "a" * 32 + "\0", 7),
    models.IntegerField: ("7", 2**31, -(2**31)),
    models.BooleanField: ("yes", 2, -1),
    models.JSONField: ("", "{", "7", "null", "[" * 900 + "]" * 900, "[" + "9" * 5000 + "]", 7),
    models.CharField: (7, "x" * 2_000),
    models.TextField: (7, "x" * 100_001),
    models.ForeignKey: (7, "A" * 32, "a" * 31, f"{uuid4()}"),
}


def nonsense_for(field: Any) -> Iterable[Any]:
    """What no form would write into this column; of a choice, one that there isn't."""
    kind = next(k for k in (models.DateTimeField, *NONSENSE) if isinstance(field, k))
    yield from NONSENSE[kind]
    yield from ANYWHERE
    if not issubclass(kind, models.CharField | models.TextField):
        yield from TEXT
    elif field.choices:
        yield "seven"
    if not field.null:
        yield None


def seal(by: Someone, rows: Iterable[tuple[str, dict[str, Any]]], *, id: UUID | None = None) -> set[str]:
    """Records of these kinds with these fields, in the circle where `by` has one; returns their ids."""
    workspace, made = by.workspace, []
    Collective.objects.filter(pk=workspace.collective).update(seq=F("seq") + 1)
    seq = Collective.objects.get(pk=workspace.collective).seq
    for kind, fields in rows:
        circle, version = workspace.circles[UUID(fields.pop("circle"))], 1
        new = id or uuid4()
        if id:
            version += Row.objects.get(id=id, circle=circle.id).version
            Row.objects.filter(id=id, circle=circle.id).delete()
        payload = Payload(kind, schema().tables[kind].model.payload_version, fields)
        body = workspace.ledger.seal(circle, new.hex, version, payload)
        made.append(
            Row(
                collective_id=workspace.collective, circle=circle.id, id=new, epoch=circle.epoch,
                version=version, seq=seq, body=body,
            )
        )  # fmt: skip
    Row.objects.bulk_create(made)
    return {row.id.hex for row in made}


def stored(by: Someone, kind: str) -> dict[str, Any]:
    """The fields of a record that is there, and its circle."""
    table = schema().tables[kind]
    row = by.workspace._raw().execute(f"{table.select_sql} FROM {table.name} t LIMIT 1").fetchone()
    return {"circle": row[1], **dict(zip(table.columns, row[3:], strict=True))}
