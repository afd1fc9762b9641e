"""Spreadsheets (XLSX, XLSB, XLS, ODS) to text, parsed in a child process with little memory, little time and
no files.

A spreadsheet is a zip of XML: a small one may unfold to gigabytes. So the parser runs apart, is given the
bytes on its standard input and answers with JSON on its standard output. This file is both sides: imported,
it starts the child; run by its path, it is the child (which is why it imports nothing else of ours).
"""

import datetime
import io
import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
WAIT_SECONDS = 40
MAX_TEXT = 60_000_000  # characters; more than this can't come from an honest file of the size we take
MAX_CELLS = 8_000_000


class SpreadsheetFailed(Exception):
    """The child could not read it; `code` is one of reading's error codes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Sheet:
    """The sheet with the most rows, as text, and the names of those that were not read."""

    name: str
    others: list[str]
    rows: list[list[str]]
    first_row: int


def read_sheet(data: bytes) -> Sheet:
    """Parse a spreadsheet in a limited child process; raises SpreadsheetFailed whatever goes wrong there."""
    command = [sys.executable, "-I", "-B", os.path.abspath(__file__)]
    environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    try:
        done = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=WAIT_SECONDS, env=environment, cwd="/", check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SpreadsheetFailed("too_heavy") from None
    if done.returncode != 0:
        raise SpreadsheetFailed("too_heavy")
    return _answer(done.stdout)


def _answer(output: bytes) -> Sheet:
    try:
        answer = json.loads(output)
        if "error" in answer:
            raise SpreadsheetFailed(str(answer["error"]))
        return Sheet(answer["name"], answer["others"], answer["rows"], answer["first_row"])
    except (ValueError, KeyError, TypeError):
        raise SpreadsheetFailed("unreadable") from None


# What follows runs in the child.


class _Refused(Exception):
    pass


def cell_text(value: Any) -> str:
    """A cell as somebody would have typed it: whole numbers without .0, dates as 2024-05-31."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        at_midnight = value.time() == datetime.time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    return "" if value is None else str(value)


def _limit() -> None:
    # RLIMIT_FSIZE: the child can't leave a byte on disk, whatever the parser tries. Pipes don't count.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _largest(book: Any) -> tuple[Any, list[str]]:
    """The visible sheet with the most rows, and the names of the others that hold anything."""
    shown = [meta for meta in book.sheets_metadata if "Visible" in str(meta.visible)] or book.sheets_metadata
    best, others = None, []
    for meta in shown:
        sheet = book.get_sheet_by_name(meta.name)
        if not sheet.height:
            continue
        if best is None or sheet.height > best.height:
            best, sheet = sheet, best
        if sheet is not None:
            others.append(sheet.name)
    hidden = [meta.name for meta in book.sheets_metadata if meta not in shown]
    return best, others + hidden


def _rows(sheet: Any) -> list[list[str]]:
    if sheet.height * sheet.width > MAX_CELLS:
        raise _Refused("too_many_cells")
    rows, size = [], 0
    for row in sheet.to_python(skip_empty_area=True):
        texts = [cell_text(value) for value in row]
        size += sum(map(len, texts))
        if size > MAX_TEXT:
            raise _Refused("too_heavy")
        rows.append(texts)
    return rows


def _parse(data: bytes) -> dict[str, Any]:
    import python_calamine as calamine

    try:
        sheet, others = _largest(calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)))
        if sheet is None:
            return {"error": "empty"}
        first_row = (sheet.start or (0, 0))[0] + 1
        return {"name": sheet.name, "others": others, "rows": _rows(sheet), "first_row": first_row}
    except _Refused as refused:
        return {"error": str(refused)}
    except calamine.PasswordError:
        return {"error": "locked"}
    except MemoryError:
        return {"error": "too_heavy"}
    except BaseException:
        return {"error": "unreadable"}


if __name__ == "__main__":
    _limit()
    sys.stdout.write(json.dumps(_parse(sys.stdin.buffer.read())))
