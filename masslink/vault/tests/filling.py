"""One record of every kind, with something in every field: models are asked what they have, nothing is listed here."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django.db import models

from masslink.vault.record import Record, kinds


def fill_all(
    circle: UUID, text: str, known: dict[type[Record], Record], *, plainly: bool = False
) -> list[Record]:
    """Save a record of each kind that isn't known yet, in an act; what others point to comes first.

    `plainly`: as a room would make it, with its defaults and choices; else something in every field.
    """
    made, waiting = dict(known), [m for m in kinds().values() if m not in known]
    while waiting:
        ready = [m for m in waiting if all(t in made or t is m for t in _targets(m))]
        assert ready, f"kinds that point to each other: {waiting}"
        for model in ready:
            made[model] = model(**_values(model, circle, text, made, plainly))
            made[model].save(force_insert=True)
            waiting.remove(model)
    return [record for model, record in made.items() if model not in known]


def _targets(model: type[Record]) -> list[Any]:
    return [f.related_model for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]


def _values(
    model: type[Record], circle: UUID, text: str, made: dict[type[Record], Record], plainly: bool
) -> dict[str, Any]:
    values: dict[str, Any] = {"circle": circle}
    for field in model._meta.concrete_fields:
        if field.name not in ("id", "circle", "version"):
            usual = plainly and (field.has_default() or field.choices or field.null)
            values[field.name] = _usual(field) if usual else value_of(field, text, made)
    return values


def _usual(field: Any) -> Any:
    if field.has_default() or field.null:
        return field.get_default()
    return next(value for value, _ in field.choices)


def value_of(field: Any, text: str, made: dict[type[Record], Record]) -> Any:
    if isinstance(field, models.ForeignKey):
        return next((r for model, r in made.items() if model is field.related_model), None)
    if isinstance(field, models.JSONField):
        inside = {text: [text, 1.5, True, None, 2**52]}
        return [inside] if field.get_default() == [] else inside
    if field.choices:
        return field.flatchoices[-1][0]
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.DateTimeField):
        return datetime(2026, 3, 2, 18, 0, 0, 120, tzinfo=UTC)
    if isinstance(field, models.DateField):
        return date(2026, 3, 2)
    if isinstance(field, models.TimeField):
        return time(18)
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.IntegerField | models.FloatField):
        return 40
    assert isinstance(field, models.CharField | models.TextField), f"how is {field} filled?"
    return text[: field.max_length] if field.max_length else text
