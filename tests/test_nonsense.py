"""A turned member seals what no form would: every page opens all the same, for everybody who reads that place.

What fits into no column waits aside; what fits and makes no sense stands there, and breaks nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.db import models
from django.urls import reverse

from masslink.vault.record import kinds
from masslink.vault.schema import schema
from masslink.vault.tests import reading, turning
from tests.test_doors import World, patterns

pytestmark = pytest.mark.django_db(transaction=True)

Oddity = Callable[[Any, Any], Any]  # of a field and what is stored there: what is sealed instead


def broken(world: World) -> list[str]:
    """The pages that don't open for Ana."""
    found = []
    for pattern in patterns():
        if "GET" in pattern.callback.methods:  # type: ignore[attr-defined]
            address = reverse(str(pattern.name), kwargs=world.args(pattern))
            try:
                world.ana.client.get(address)
            except Exception as error:
                found.append(f"{address}: {type(error).__name__}: {error}")
    return found


def columns(kind: str) -> Iterator[Any]:
    held = schema().tables[kind].columns
    return (field for field in kinds()[kind]._meta.concrete_fields if field.column in held)


def dated_nonsense(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Whatever can be sealed under a day, a moment or an hour, beside a good record of each kind."""
    dated = (models.DateField, models.TimeField)  # to Django, a moment is a day
    return [
        (kind, {**turning.stored(world.ana, kind), str(field.column): nonsense})
        for kind in kinds()
        for field in columns(kind)
        if isinstance(field, dated)
        for nonsense in turning.nonsense_for(field)
    ]


# --- what fits, and makes no sense -----------------------------------------------------------------


def at_the_ends(day: str, hour: str) -> Oddity:
    def odd(field: Any, was: Any) -> Any:
        if isinstance(field, models.DateTimeField):
            return f"{day} {hour}"
        return {"DateField": day, "TimeField": hour}.get(field.get_internal_type(), was)

    return odd


def as_large_as_fits(field: Any, was: Any) -> Any:
    if not isinstance(field, models.IntegerField) or field.choices:
        return was
    return 2**15 - 1 if "Small" in field.get_internal_type() else 2**31 - 1


def as_small_as_fits(field: Any, was: Any) -> Any:
    number = as_large_as_fits(field, None)
    if number is None or was is None:
        return was
    return 0 if field.get_internal_type().startswith("Positive") else -number


def without_words(field: Any, was: Any) -> Any:
    free = isinstance(field, models.CharField | models.TextField) and not field.choices
    return "" if free else was


def inside_out(field: Any, was: Any) -> Any:
    """JSON that is a list or has names, as it should, with anything in it."""
    if not isinstance(field, models.JSONField):
        return was
    anything: list[Any] = [None, "x", {"a": 1}, [[]], 10**30]
    if field.get_default() == []:
        return orjson.dumps(anything[:-1]).decode()
    return orjson.dumps(dict.fromkeys((*orjson.loads(was), "", "0", "1", "5"), "x")).decode()


def nowhere(field: Any, was: Any) -> Any:
    if field.name.endswith("_kind") and not field.choices:
        return "person"
    return uuid4().hex if isinstance(field, models.UUIDField) else was


def another(by: int) -> Oddity:
    def odd(field: Any, was: Any) -> Any:
        values = [value for value, _ in field.flatchoices]
        return values[by % len(values)] if values else was

    return odd


FIRST: tuple[Oddity, ...] = (
    *(at_the_ends("1900-01-01", "00:00:00"), as_small_as_fits, without_words),
    *(inside_out, nowhere, another(3)),
)
LAST: tuple[Oddity, ...] = (at_the_ends("2199-12-31", "23:59:59"), as_large_as_fits, another(1))


@pytest.mark.parametrize("oddities", [FIRST, LAST])
def test_neither_what_fits_nowhere_nor_what_makes_no_sense_breaks_a_page(
    world: World, oddities: tuple[Oddity, ...]
):
    """The one beside good records of every kind, the other in their place, all at once."""
    beside = turning.seal(world.ana, dated_nonsense(world))
    assert len(beside) > 3000
    for kind, fields, id in list(made_odd(world, oddities)):
        turning.seal(world.ana, [(kind, fields)], id=id)
    assert not broken(world)
    new = reading.fresh(world.ana.workspace)
    for workspace in (world.ana.workspace, new):
        assert {id for _, id in workspace.aside} == beside
    new.close()


def made_odd(world: World, oddities: tuple[Oddity, ...]) -> Iterator[tuple[str, dict[str, Any], UUID]]:
    raw = world.ana.workspace._raw()
    for kind, table in schema().tables.items():
        for id, circle, _, *values in raw.execute(f"{table.select_sql} FROM {table.name} t").fetchall():
            was = dict(zip(table.columns, values, strict=True))
            new = dict(was)
            for odd in oddities:
                new |= {field.column: odd(field, new[field.column]) for field in columns(kind)}
            if new != was and UUID(id) != world.ana.member.pk:
                yield kind, {"circle": circle, **new}, UUID(id)
