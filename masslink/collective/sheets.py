"""Sheets of paper: words and a code, as a PDF made in memory.

Typst sets them. What they say goes in as data and comes out as bytes: no file is written, no font or package
is looked for outside of its wheel.
"""

from collections.abc import Sequence
from datetime import date as Date
from functools import cache
from pathlib import Path

import orjson
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from masslink.core.qr import qr_file, qr_svg

__all__ = ["A4", "LETTER", "kit_notes", "qr_svg", "sheet_pdf", "typeset"]

A4, LETTER = "a4", "us-letter"
FORGOTTEN_AFTER = 11  # documents: typst remembers parts of the last ten

Notes = Sequence[tuple[str, str]]


def sheet_pdf(
    *,
    title: str,
    lines: Sequence[str],
    words: Sequence[str],
    qr_text: str,
    date: Date,
    notes: Notes = (),
    paper: str = A4,
) -> bytes:
    """One page: title and date, some lines, the words in numbered boxes, the code, and notes (heading, text).

    The file's own title is neutral: lists of print jobs show it. A sheet names nobody, so that whoever finds
    one doesn't find the keeper of the other.
    """
    filled = {
        "title": title,
        "file-title": _("Sheet"),
        "language": (get_language() or "en").partition("-")[0],
        "lines": list(lines),
        "words": list(words),
        "notes": [list(note) for note in notes],
        "date": formats.date_format(date, "j F Y"),
        "qr": qr_file(qr_text) if qr_text else "",
        "qr-alt": _("The same as a QR code"),
        "paper": paper,
    }
    return typeset(_source(), orjson.dumps(filled).decode())


def kit_notes(*, number: int, of: int = 2) -> Notes:
    """What stands on a recovery sheet beside its words: what it is for, where to keep it, what it opens."""
    numbers = {"number": number, "of": of}
    return [
        (
            _("What this is"),
            _(
                "Sheet %(number)d of %(of)d of a recovery kit. When nobody can unlock any more, or after a "
                "restore, the sheets bring the collective's records back."
            )
            % numbers,
        ),
        (
            _("What it opens"),
            _(
                "Both sheets together open everything the collective shares and all its places. "
                "This one alone opens nothing."
            ),
        ),
        (
            _("Where to keep it"),
            _(
                "With you alone, dry, where a search of the other keeper's home would not find it. Never both "
                "sheets under one roof; no photo, no scan, no copy. If it is lost or seen: say so at once, and "
                "make a new kit."
            ),
        ),
    ]


def typeset(source: bytes, filled: str, *, system_fonts: bool = False) -> bytes:
    """The PDF of a Typst file and its data, of which Typst then remembers nothing.

    `system_fonts`: names may need letters that its own fonts don't have.
    """
    pdf = _compile(source, filled, system_fonts=system_fonts)
    for _again in range(FORGOTTEN_AFTER):
        _compile(b" ", "", system_fonts=False)
    return pdf


def _compile(source: bytes, filled: str, *, system_fonts: bool) -> bytes:
    import typst  # 7 MB, for who prints

    made = typst.compile(
        source,
        sys_inputs={"sheet": filled},
        format="pdf",
        ignore_system_fonts=not system_fonts,
    )
    assert isinstance(made, bytes)
    return made


@cache
def _source() -> bytes:
    return Path(__file__).with_name("sheet.typ").read_bytes()
