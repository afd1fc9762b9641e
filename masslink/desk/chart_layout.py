"""How a chart lies on a page: units across and shifts down, or the other way; and the markup of a cell.

A cell's markup is put together here, as short as it can be: a thousand people are to fit on a phone's slow line, and
a template takes many times as long for them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from masslink.core.pages import address
from masslink.desk.chart import Cell, Chart, Sum, Tile, grouped
from masslink.desk.chart_choices import Part
from masslink.desk.chart_scales import Level, Scale

COLUMNS_AT_MOST = 6
ROWS_JOINED_AT_MOST = 13  # twelve shifts and none; the stylesheet counts as far
SEATS = ((12, 24), (60, 8), (1000, 4))  # in a chart of so many cells at most, so many seats are drawn in each


@dataclass(frozen=True)
class Head:
    """A unit or a shift beside its cells, and how many of its people we know."""

    name: str
    sum: str


@dataclass
class Band:
    """As many columns as fit side by side; a big place has several bands below each other."""

    heads: list[Head]
    rows: list[tuple[Head, list[Cell]]]


@dataclass(frozen=True)
class Lines:
    """Columns and rows of a chart; None is "no unit yet", "no shift yet"."""

    columns: list[Part]
    rows: list[Part]
    nowhere: tuple[str, str]  # what None is called as a column and as a row
    at: Callable[[Part, Part], Cell]  # column, row


def lines_of(chart: Chart, *, turned: bool) -> Lines:
    """What stands across and down. Without shifts, or without units, there is one column."""
    units: list[Part] = [*chart.parts.units]
    shifts: list[Part] = [*chart.parts.shifts]
    no_unit = _("No unit yet") if units else _("Everybody")
    no_shift = _("No shift yet") if shifts else _("Everybody")
    if not units or any(unit is None for unit, _shift in chart.cells):
        units.append(None)
    if not shifts or any(shift is None for _unit, shift in chart.cells):
        shifts.append(None)

    def at(unit: Part, shift: Part) -> Cell:
        where = (unit.pk if unit else None, shift.pk if shift else None)
        return chart.cells.get(where) or Cell(unit=unit, shift=shift)  # type: ignore[arg-type]

    if turned or shifts == [None]:
        return Lines(shifts, units, (no_shift, no_unit), lambda column, row: at(row, column))
    return Lines(units, shifts, (no_unit, no_shift), at)


def bands_of(chart: Chart, *, turned: bool, columns_at_most: int = COLUMNS_AT_MOST) -> list[Band]:
    lines = lines_of(chart, turned=turned)
    downwards = [_row(lines, row) for row in lines.rows]
    return [
        Band(
            [] if lines.columns == [None] else [_column(lines, column) for column in part],
            [
                (head, [lines.at(column, row) for column in part])
                for head, row in zip(downwards, lines.rows, strict=True)
            ],
        )
        for part in _evenly(lines.columns, columns_at_most)
    ]


def _column(lines: Lines, column: Part) -> Head:
    name = column.name if column else lines.nowhere[0]
    return Head(name, Sum.of(lines.at(column, row) for row in lines.rows).short)


def _row(lines: Lines, row: Part) -> Head:
    """Its sum as well, unless its only cell says the same."""
    name = row.name if row else lines.nowhere[1]
    cells = [lines.at(column, row) for column in lines.columns]
    return Head(name, Sum.of(cells).short if len(cells) > 1 else "")


def _evenly(columns: list[Any], at_most: int) -> list[list[Any]]:
    bands = -(-len(columns) // at_most)
    size = -(-len(columns) // bands)
    return [columns[i : i + size] for i in range(0, len(columns), size)]


# --- markup --------------------------------------------------------------------------------------


@dataclass
class Drawing:
    """How cells are drawn: by name or by number, with how many seats."""

    chart: Chart
    seats: int

    @classmethod
    def of(cls, chart: Chart, cells: int) -> "Drawing":
        return cls(chart, next((seats for most, seats in SEATS if cells <= most), 2))

    def table(self, bands: list[Band]) -> SafeString:
        """Several bands are one list in a narrow place: a shift's other units come right after its first ones."""
        drawn = "".join(map(self._band, bands))
        if len(bands) > 1 and len(bands[0].rows) <= ROWS_JOINED_AT_MOST:
            drawn = f'<div class="bands">{drawn}</div>'
        return mark_safe(drawn)  # noqa: S308  every part is escaped below

    def _band(self, band: Band) -> str:
        rows = "".join(self._row(band, head, cells) for head, cells in band.rows)
        if not band.heads:
            return f"<table><tbody>{rows}</tbody></table>"
        heads = "".join(f'<th scope="col">{_head(head)}</th>' for head in band.heads)
        return f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _row(self, band: Band, head: Head, cells: list[Cell]) -> str:
        names = [one.name for one in band.heads] or [""]
        drawn = "".join(self.cell(cell, name) for cell, name in zip(cells, names, strict=True))
        return f'<tr><th scope="row">{_head(head)}</th>{drawn}</tr>\n'

    def cell(self, cell: Cell, name: str) -> str:
        """`name`: what the cell's column is called, for whoever doesn't see the column."""
        url = f"{_cell_address(self.chart.parts.site.pk)}?cell={cell.key}"
        count = conditional_escape(cell.count or _("nobody yet"))
        bare = "" if cell.total else ' class="bare"'
        label = f"<b>{conditional_escape(name)}</b>" if name else ""
        return (
            f'<td{bare}><a class="count" href="{url}">{label}<span>{count}</span></a>'
            f'<div class="tiles">{self.tiles(cell, url)}{self._seats(cell)}</div></td>'
        )

    def tiles(self, cell: Cell, url: str) -> str:
        if self.chart.named:
            return "".join(tiles(level, group) for level, group in cell.by_level(self.chart.scale))
        return "".join(
            f'<a class="tile {level.tone}" href="{url}">{grouped(cell.levels[level.code])} '
            f"{conditional_escape(level.label)}</a> "
            for level in self.chart.scale.levels
            if cell.levels[level.code]
        )

    def _seats(self, cell: Cell) -> str:
        pale = min(cell.pale, self.seats)
        empty = min(cell.empty, max(self.seats - pale, 0))
        more = cell.pale + cell.empty - pale - empty
        said = f'<span class="more-seats">+ {grouped(more)}</span>' if more else ""
        return '<i class="seat pale"></i> ' * pale + '<i class="seat"></i> ' * empty + said


def tiles(level: Level, people: Iterable[Tile], to: str = "person-here") -> str:
    """People on one level: the level is said once for all of them."""
    links = " ".join(
        f'<a href="{address(to, tile.id)}">{conditional_escape(tile.name)}{_differ(tile)}</a>'
        for tile in people
    )
    label = conditional_escape(level.label)
    return f'<span class="g {level.tone}" role="group" aria-label="{label}">{links}</span> '


def _differ(tile: Tile) -> str:
    if not tile.differ:
        return ""
    return format_html(' <i class="apart">≠</i><span class="vh">, {}</span>', _("our views differ"))


def _head(head: Head) -> str:
    small = f" <small>{conditional_escape(head.sum)}</small>" if head.sum else ""
    return f"{conditional_escape(head.name)}{small}"


def _cell_address(site: UUID) -> str:
    return reverse("chart-cell", args=[site])


def cell_tiles(cell: Cell, scale: Scale, to: str = "person-here") -> SafeString:
    """Everybody in a cell, for a page of that cell alone."""
    return mark_safe("".join(tiles(level, group, to) for level, group in cell.by_level(scale)))  # noqa: S308
