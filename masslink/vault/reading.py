"""Reading records by plain SQL: what a page asks at every tap, and Django takes many times as long to say."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connections
from django.db.models import Model

from masslink.vault.schema import new_connection

M = TypeVar("M", bound=Model)


def read(model: type[M], rest: str, params: Sequence[Any] = ()) -> list[M]:
    """All of a kind that can be opened here; `rest` stands behind the table's name: WHERE, ORDER BY."""
    select, names, columns = _columns(model)
    with (connection := connections["open"]).cursor() as cursor:
        cursor.execute(f"{select} {rest}", params)
        rows = [list(row) for row in cursor.fetchall()]
    for at, column, converters in columns:
        for row in rows:
            for convert in converters:
                row[at] = convert(row[at], column, connection)
    return [model.from_db("open", names, row) for row in rows]


Columns = list[tuple[int, Any, list[Callable[..., Any]]]]


@cache
def _columns(model: type[Model]) -> tuple[str, list[str], Columns]:
    """The statement's beginning, the fields it fills, and what makes their values of what is stored."""
    nobodys = new_connection()  # never opened: a holder's own would be held by this cache after they went
    fields, found = model._meta.concrete_fields, []
    for at, column in enumerate(field.get_col(model._meta.db_table) for field in fields):
        converters = nobodys.ops.get_db_converters(column) + column.get_db_converters(nobodys)
        if converters:
            found.append((at, column, converters))
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f"SELECT {names} FROM {model._meta.db_table}", [str(field.attname) for field in fields], found
