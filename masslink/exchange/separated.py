"""Text with separators (CSV and its relatives) to rows: which separator, and rows that survive a stray
quote."""

import csv
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from .headings import known_heading

SEPARATORS = (",", ";", "\t", "|")
_LONGEST_RECORD = 200  # lines: a quote that is still open after so many was never meant as one
_PATIENCE = 50


@dataclass(frozen=True)
class Record:
    """One row and the line on which it starts."""

    line: int
    cells: list[str]


def lines_of(text: str) -> list[str]:
    """Lines whatever their ends; only real line ends count, not the other signs Unicode breaks lines at."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def find_separator(lines: list[str]) -> str:
    """The separator that cuts the most rows alike, or '' when each line is one cell."""
    some = [line for line in lines[:400] if line.strip()][:150]
    if some and (told := some[0].strip().lower().strip('"')).startswith("sep=") and len(told) <= 5:
        return told[4:] or "\t"
    scores = {separator: _evenness(some, separator) for separator in SEPARATORS}
    best = max(scores, key=lambda separator: scores[separator])
    return best if scores[best] > 0 else ""


def _evenness(lines: list[str], separator: str) -> float:
    widths = Counter(len(record.cells) for record in split(lines, separator)[0])
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    every = sum(widths.values())
    # Half the lines must agree: a comma inside some sentences doesn't make a table.
    if count < 0.5 * every and sum(wide.values()) < 0.8 * every:
        return 0
    return count / every + min(width, 30) / 100 + _headings(lines[:30], separator)


def _headings(lines: list[str], separator: str) -> int:
    """1 where this separator lays known headings bare."""
    return int(
        any(sum(known_heading(cell.strip(' "')) for cell in line.split(separator)) > 1 for line in lines)
    )


def split(lines: list[str], separator: str) -> tuple[list[Record], int]:
    """The rows, blank ones included, and the first line with a quote that never closes (0: none)."""
    records, at, stray, strays = [], 0, 0, 0
    while at < len(lines):
        if '"' not in lines[at]:
            cells, used = lines[at].split(separator) if separator else [lines[at]], 1
        else:
            window = _LONGEST_RECORD if strays < _PATIENCE else 1
            cells, used, open_quote = _quoted(lines, at, separator, window)
            if open_quote:
                stray, strays = stray or at + 1, strays + 1
        records.append(Record(at + 1, cells))
        at += used
    return records, stray


def _quoted(lines: list[str], at: int, separator: str, window: int) -> tuple[list[str], int, bool]:
    """One row that begins at `at`, how many lines it takes, whether a quote in it stays open."""
    for strict in (True, False):
        numbered = (line + "\n" for line in islice(lines, at, at + window))
        reader = csv.reader(numbered, delimiter=separator or "\x1f", strict=strict)
        try:
            cells = next(reader)
        except csv.Error as error:
            if "unexpected end" in str(error):
                break
            continue
        except StopIteration:
            break
        # Leniently read, a quote may swallow lines up to the end of the window: then it was a stray one.
        if strict or reader.line_num == 1:
            return cells, reader.line_num, False
    plain = lines[at].split(separator) if separator else [lines[at]]
    return [cell.strip().strip('"') for cell in plain], 1, True
