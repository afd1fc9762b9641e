"""What fits into a workspace: a column takes what its field can hold, and nothing else.

Whoever holds a circle's key can seal any text under any column, past all forms. So every row that comes in is held
against its model's fields: a day is a day of the calendar, a number no larger than one can reckon with, a choice one
of those there are. A row that doesn't fit waits aside, as one that dangles or clashes does, and no page ever meets
it. Acts are held to the same before they seal: what is written anywhere can be taken in everywhere.

It runs for every row of an unlocking, so it looks at columns of many rows, not at rows: each different value once.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

Column = Sequence[Any]
Fits = Callable[[Column], bool]

FIRST_DAY, AFTER_LAST = (
    "1900-01-01",
    "2200-01-01",
)  # one reckons with days, so they keep off the calendar's ends
LARGEST, LARGEST_SMALL = 2**31 - 1, 2**15 - 1
LONGEST = 100_000  # letters of a text whose field says nothing; forms take a tenth
TIMES = 4  # so much longer than its field says may be what acts put together
DEEPEST = 20  # lists in lists
LONGEST_JSON = 4_000_000

_NO_HEX = str.maketrans("", "", "0123456789abcdef")


def fits_of(model: type[models.Model], columns: list[str]) -> list[tuple[int, str, Fits]]:
    """For each column of a payload: its place in a row (after id, circle and version), its name, what fits."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    return [(3 + at, name, _fits(fields[name])) for at, name in enumerate(columns)]


def misfit(fits: list[tuple[int, str, Fits]], rows: Sequence[tuple[Any, ...]]) -> str:
    """The first column in which one of these rows has what doesn't fit; "" where all is well."""
    columns = list(zip(*rows, strict=True))
    for at, name, fit in fits if rows else ():
        try:
            if not fit(columns[at]):
                return name
        except (TypeError, ValueError, RecursionError, ValidationError):
            return name
    return ""


def _fits(field: Any) -> Fits:
    fit = next(make(field) for kind, make in _KINDS.items() if isinstance(field, kind))
    return _or_nothing(fit) if field.null else fit


def _or_nothing(fit: Fits) -> Fits:
    def fits(column: Column) -> bool:
        there = [value for value in column if value is not None]
        return not there or fit(there)

    return fits


def _each(one: Callable[[Any], Any]) -> Fits:
    def fits(column: Column) -> bool:
        return all(map(one, set(column)))

    return fits


def _ids(column: Column) -> bool:
    joined = "".join(column)
    return len(joined) == 32 * len(column) and min(map(len, column)) == 32 and not joined.translate(_NO_HEX)


def _written(parse: Callable[[str], Any], *shapes: str) -> Fits:
    """Texts that have one of these shapes, with any digit for 0, and can be parsed. 400,000 come in an unlocking."""

    def fits(column: Column) -> bool:
        found = set(column)
        shaped = "\n".join(found).translate(_ANY_DIGIT).split("\n")
        return len(shaped) == len(found) and set(shaped) <= set(shapes) and all(map(parse, found))

    return fits


def _between(fits: Fits) -> Fits:
    return lambda column: fits(column) and min(column) >= FIRST_DAY and max(column) < AFTER_LAST


_ANY_DIGIT = str.maketrans("123456789", "000000000")
_HOURS = ("00:00:00", "00:00:00.000000")
_day = _between(_written(date.fromisoformat, "0000-00-00"))
_moment = _between(_written(datetime.fromisoformat, *(f"0000-00-00 {hour}" for hour in _HOURS)))
_hour = _written(time.fromisoformat, *_HOURS)


def _truth(value: Any) -> bool:
    return type(value) in (int, bool) and value in (0, 1)


def _number(field: Any) -> Fits:
    kind = field.get_internal_type()
    most = LARGEST_SMALL if "Small" in kind else LARGEST
    least = 0 if kind.startswith("Positive") else -most
    values = {value for value, _ in field.flatchoices}

    def one(value: Any) -> bool:
        return type(value) is int and least <= value <= most and (not values or value in values)

    return _each(one)


def _text(field: Any) -> Fits:
    longest = TIMES * field.max_length if field.max_length else LONGEST
    values = {value for value, _ in field.flatchoices} | ({""} if field.blank else set())
    own = field._validators  # what the model says; `validators` would add what forms ask

    def fits(column: Column) -> bool:
        if field.choices:
            return values.issuperset(column)
        if len("".join(column)) > longest and max(map(len, column)) > longest:
            return False
        for validate in own:
            for text in set(column):
                validate(text)
        return True

    return fits


def _json(field: Any) -> Fits:
    """A list, or names with values, as the field begins; what stands inside is for its room to judge."""
    kind = type(field.get_default())

    def one(text: str) -> bool:
        if len(text) > LONGEST_JSON:
            return False
        value = json.loads(text)
        deep = text.count("[") + text.count("{") > DEEPEST  # else it can't be
        return type(value) is kind and (not deep or _is_flat(value, DEEPEST))

    return _each(one)


def _is_flat(value: Any, deepest: int) -> bool:
    inside: Iterator[Any] = iter(())
    if isinstance(value, dict):
        inside = iter(value.values())
    elif isinstance(value, list):
        inside = iter(value)
    return deepest > 0 and all(_is_flat(one, deepest - 1) for one in inside)


_KINDS: dict[Any, Callable[[Any], Fits]] = {
    models.ForeignKey: lambda field: _ids,
    models.DateTimeField: lambda field: _moment,  # before the day, of which it is a kind
    models.DateField: lambda field: _day,
    models.TimeField: lambda field: _hour,
    models.UUIDField: lambda field: _ids,
    models.BooleanField: lambda field: _each(_truth),
    models.IntegerField: _number,
    models.JSONField: _json,
    models.CharField: _text,
    models.TextField: _text,
}
