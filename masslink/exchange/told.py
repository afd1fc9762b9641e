"""How lists are told in a person's whole file, and what becomes of their rows when the person moves away."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from masslink.core.clock import day_of
from masslink.people.belongings import Line, Move

if TYPE_CHECKING:
    from masslink.exchange.models import ImportRow

_NOT_TOLD = ("id", "unit_id", "shift_id")


def import_lines(imports: QuerySet[Any]) -> Iterable[Line]:
    for one in imports.select_related("by"):
        values = {"name": one.by.name, "list": one.file_name or _("without a name")}
        yield Line(text=_("Came with a list (%(list)s), brought in by %(name)s.") % values, on=day_of(one.at))


def row_lines(rows: QuerySet[Any]) -> Iterable[Line]:
    for row in rows:
        said = [str(value) for name, value in row.fields.items() if value and name not in _NOT_TOLD]
        values = {"row": row.number, "state": row.get_state_display()}
        yield Line(text=_("Row %(row)d of a list: %(state)s.") % values, said=", ".join(said))


def names_in(row: "ImportRow") -> list[str]:
    """How a list spelled the name of somebody who was known; the next list may spell it so again."""
    return [] if row.state == row.State.WAITING else [row.fields.get("name", "")]


def leave_row(row: "ImportRow", move: Move) -> None:
    """What the old place's list said of them is blanked there; who may be somebody else still waits."""
    if row.state == row.State.WAITING:
        row.reasons = []
    else:
        row.fields, row.filled, row.problems, row.wrong = {}, {}, [], 0
    row.person, row.offers = None, 0
