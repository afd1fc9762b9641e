"""Any file somebody may bring, CSV, spreadsheet or vCard, to one kind of table: headings and rows of text.

Whatever the bytes, `read_table` returns a Table or raises ReadError, nothing else. No row is dropped
silently: what stands above the headings is kept in `above`, blank rows are counted in the notes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from . import encodings, separated, spreadsheet, vcards
from .headings import known_heading
from .wording import Translate, as_typed, fill
from .wording import gettext_noop as _
from .writing import unharmed

Kind = Literal["csv", "xlsx", "vcard"]

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 10_000
MAX_CELLS = 8_000_000

ERRORS = {
    "empty": _("There is nothing in this file."),
    "too_big": _("This file is larger than 20 MB. Split it, or take pictures out of it."),
    "too_many_rows": _("This list has more than 200,000 rows. Split it into several files."),
    "too_many_columns": _("This list has more than 200 columns. Delete those you don't need."),
    "too_many_cells": _("This list has too many cells. Delete the columns you don't need, or split it."),
    "cell_too_long": _(
        "Row %(row)s has a cell of more than 10,000 characters. Shorten it or check the quotation marks."
    ),
    "not_a_list": _("This is not a list we can read. Save it as CSV, XLSX or vCard and try again."),
    "web_page": _(
        "This is a web page, whatever its name says. Open it in a spreadsheet and save it as XLSX."
    ),
    "locked": _("This file is locked with a password. Save it without one and try again."),
    "too_heavy": _(
        "This spreadsheet unfolds to more than we can take. Save the sheet you need as CSV and try again."
    ),
    "unreadable": _(
        "This spreadsheet is damaged or of a kind we can't read. Save it as XLSX or CSV and try again."
    ),
}
NOTES = {
    "above": _("Lines above the headings that were not read as people: %(count)s."),
    "blank": _("Blank rows: %(count)s."),
    "no_headings": _(
        "No headings were found, so the first row counts as a person and the columns are numbered."
    ),
    "ragged": _("Rows with more or fewer cells than headings: %(count)s, the first is row %(row)s."),
    "doubled": _("Several columns are called the same; they are numbered: %(names)s."),
    "empty_columns": _("Columns without anything in them: %(names)s."),
    "nul": _("Signs that can't be shown were taken out: %(count)s."),
    "unreadable_signs": _("Characters that could not be read: %(count)s. Check the names with accents."),
    "stray_quote": _(
        "Line %(row)s opens a quotation mark that is never closed; the line was read without it."
    ),
    "sheets": _("Read the sheet “%(name)s”. Not read: %(names)s."),
    "properties": _("Not read from the cards: %(names)s."),
}


class ReadError(Exception):
    """The file can't be read as a list; `code` is a key of ERRORS."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.code, self.row = code, row

    def sentence(self, translate: Translate = as_typed) -> str:
        """What is wrong and what to do."""
        return fill(ERRORS[self.code], {"row": self.row}, translate)


@dataclass(frozen=True)
class Note:
    """Something the reader should know about how the file was read; `code` is a key of NOTES."""

    code: str
    values: dict[str, object]

    def sentence(self, translate: Translate = as_typed) -> str:
        return fill(NOTES[self.code], self.values, translate)


@dataclass
class Table:
    """A list as text. `header_row` is the headings' row or line number, None where there were none;
    `row_numbers` say where each row stands in its file (line of a CSV, row of a sheet, number of a card)."""

    kind: Kind
    encoding: str
    delimiter: str
    header_row: int | None
    headers: list[str]
    rows: list[list[str]]
    row_numbers: list[int]
    notes: list[Note] = field(default_factory=list)
    above: list[list[str]] = field(default_factory=list)
    empty_columns: list[int] = field(default_factory=list)


def read_table(data: bytes, file_name: str = "") -> Table:
    """Read a list from a file's bytes; its name doesn't matter, only what is in it."""
    if len(data) > MAX_BYTES:
        raise ReadError("too_big")
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise ReadError("empty")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return _from_spreadsheet(data)
    decoded = encodings.decode(data)
    _refuse_other_files(data, decoded.text)
    if vcards.looks_like_cards(decoded.text):
        return _from_cards(data, decoded)
    return _from_text(decoded)


def _refuse_other_files(data: bytes, text: str) -> None:
    head = text[:1000].lstrip().lower()
    if head.startswith(("<!doctype html", "<html", "<table", "<head", "<meta")):
        raise ReadError("web_page")
    if data.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")
    ) or head.startswith("<?xml"):
        raise ReadError("not_a_list")
    some = text[:20_000]
    if sum(1 for sign in some if sign < " " and sign not in "\t\r\n\0\f\v\x1a") > 0.02 * len(some):
        raise ReadError("not_a_list")


def _from_spreadsheet(data: bytes) -> Table:
    try:
        sheet = spreadsheet.read_sheet(data)
    except spreadsheet.SpreadsheetFailed as failed:
        raise ReadError(failed.code if failed.code in ERRORS else "unreadable") from None
    notes = [Note("sheets", {"name": sheet.name, "names": ", ".join(sheet.others)})] if sheet.others else []
    numbered = [(sheet.first_row + at, row) for at, row in enumerate(sheet.rows)]
    return _table("xlsx", "", "", numbered, notes)


def _from_cards(data: bytes, decoded: encodings.Decoded) -> Table:
    # Old cards name a code page for each property, so bytes that aren't UTF are handed on undecoded.
    raw = not decoded.encoding.startswith("utf")
    cards = vcards.read_cards(data.decode("latin-1") if raw else decoded.text, raw)
    notes = [Note("properties", {"names": ", ".join(sorted(cards.unread)[:30])})] if cards.unread else []
    if not cards.rows:
        raise ReadError("empty")
    used = [at for at in range(len(vcards.HEADERS)) if any(row[at] for row in cards.rows)]
    rows = [[_clean(row[at]) for at in used] for row in cards.rows]
    _check(len(rows), len(used), list(enumerate(rows, 1)))
    headers = [vcards.HEADERS[at] for at in used]
    return Table("vcard", decoded.encoding, "", None, headers, rows, list(range(1, len(rows) + 1)), notes)


def _from_text(decoded: encodings.Decoded) -> Table:
    text, notes = decoded.text.lstrip("\ufeff").rstrip("\x1a"), []
    if nul := text.count("\0"):
        text = text.replace("\0", "")
        notes.append(Note("nul", {"count": nul}))
    if decoded.unreadable:
        notes.append(Note("unreadable_signs", {"count": decoded.unreadable}))
    lines = separated.lines_of(text)
    separator = separated.find_separator(lines)
    if lines[0].strip().lower().strip('"').startswith("sep="):
        lines[0] = ""
    records, stray = separated.split(lines, separator)
    if stray:
        notes.append(Note("stray_quote", {"row": stray}))
    if records[-1].cells == [""]:
        records.pop()  # what follows the last line's end is no row
    numbered = [(record.line, [unharmed(cell.strip()) for cell in record.cells]) for record in records]
    return _table("csv", decoded.encoding, separator, numbered, notes)


def _table(
    kind: Kind, encoding: str, separator: str, numbered: list[tuple[int, list[str]]], notes: list[Note]
) -> Table:
    filled = [(number, cleaned) for number, row in numbered if any(cleaned := [_clean(cell) for cell in row])]
    if not filled:
        raise ReadError("empty")
    if len(filled) < len(numbered):
        notes.append(Note("blank", {"count": len(numbered) - len(filled)}))
    width = max(len(row) for _, row in filled)
    _check(len(filled), width, filled)
    at = find_header([row for _, row in filled[:40]])
    header_row, headings = (None, []) if at is None else filled[at]
    body = filled if at is None else filled[at + 1 :]
    above = [] if at is None else [row for _, row in filled[:at]]
    table = Table(kind, encoding, separator, header_row, _named(headings, width, notes), [], [], notes, above)
    _fill_rows(table, body, len(headings) or width)
    return table


def _fill_rows(table: Table, body: list[tuple[int, list[str]]], expected: int) -> None:
    """Rows as wide as the table, and notes on what was unusual."""
    width = len(table.headers)
    if table.header_row is None:
        table.notes.append(Note("no_headings", {}))
    if table.above:
        table.notes.append(Note("above", {"count": len(table.above)}))
    ragged = [number for number, row in body if len(row) != expected]
    if ragged and table.kind == "csv":
        table.notes.append(Note("ragged", {"count": len(ragged), "row": ragged[0]}))
    table.rows = [row + [""] * (width - len(row)) for _, row in body]
    table.row_numbers = [number for number, _ in body]
    table.empty_columns = [at for at in range(width) if body and not any(row[at] for row in table.rows)]
    if table.empty_columns:
        names = ", ".join(table.headers[at] for at in table.empty_columns)
        table.notes.append(Note("empty_columns", {"names": names}))


def _check(count: int, width: int, numbered: Sequence[tuple[int, list[str]]]) -> None:
    if count > MAX_ROWS:
        raise ReadError("too_many_rows")
    if width > MAX_COLUMNS:
        raise ReadError("too_many_columns")
    if count * width > MAX_CELLS:
        raise ReadError("too_many_cells")
    for number, row in numbered:
        if max(map(len, row), default=0) > MAX_CELL:
            raise ReadError("cell_too_long", number)


def _clean(cell: str) -> str:
    return cell.strip(" \t\r\n\u00a0\ufeff")


def _named(headings: list[str], width: int, notes: list[Note]) -> list[str]:
    """A name for each column: its heading, numbered where it comes twice, 'Column 3' where there is none."""
    names: list[str] = []
    doubled = []
    taken: set[str] = set()
    for at in range(width):
        bare = headings[at] if at < len(headings) and headings[at] else f"Column {at + 1}"
        name, turn = bare, 1
        while name in taken:
            turn += 1
            name = f"{bare} ({turn})"
        if turn > 1:
            doubled.append(name)
        taken.add(name)
        names.append(name)
    if doubled:
        notes.append(Note("doubled", {"names": ", ".join(doubled)}))
    return names


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The row that holds the headings, or None when the data begins right away."""
    usual = sorted(sum(1 for cell in row if cell) for row in rows)[len(rows) // 2]
    best, best_known = None, 0
    for at, row in enumerate(rows[:30]):
        filled = [cell for cell in row if cell]
        known = sum(1 for cell in filled if known_heading(cell))
        if known > best_known and len(filled) >= 0.5 * usual and not any(_is_data(cell) for cell in filled):
            best, best_known = at, known
    if best is not None and best_known >= min(2, usual):
        return best
    return _header_by_contrast(rows, usual) if best is None else best


def _header_by_contrast(rows: Sequence[Sequence[str]], usual: int) -> int | None:
    """Unknown headings: a full row of words over columns that hold numbers or addresses."""
    for at, row in enumerate(rows[:30]):
        if sum(1 for cell in row if cell) < max(usual, 2):
            continue
        below = rows[at + 1 : at + 21]
        if any(_is_data(cell) for cell in row if cell) or not below:
            return None
        contrast = [
            place for place in range(len(row)) if _mostly_data([r[place] for r in below if place < len(r)])
        ]
        return at if contrast else None
    return None


def _mostly_data(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(map(_is_data, filled)) >= 0.8 * len(filled)


def _is_data(cell: str) -> bool:
    """An e-mail address or something made of digits: no heading looks like that."""
    return "@" in cell or bool(re.fullmatch(r"[+(]?\d[\d\s()./:,-]*", cell))
