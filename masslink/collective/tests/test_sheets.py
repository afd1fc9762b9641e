"""Printed sheets: what is on them, what isn't, and that they are made in memory."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from masslink.collective.sheets import A4, LETTER, kit_notes, qr_svg, sheet_pdf
from masslink.collective.tests.paper import pages, qr_of_svg, qr_of_terminal, text
from masslink.core.qr import qr_terminal

ROOT = Path(__file__).resolve().parents[3]
WORDS = ["paper", "ladder", "unsterile", "kettle", "window", "march", "aim"]
CODE = "MASSLINK 1 paper-ladder-unsterile-kettle-window-march-aim"


def sheet(words=WORDS, paper=A4, qr_text=CODE) -> bytes:
    return sheet_pdf(
        title="Recovery, sheet 1 of 2",
        lines=["Keep this sheet apart from the other one."],
        words=words,
        qr_text=qr_text,
        date=date(2026, 3, 2),
        notes=kit_notes(number=1),
        paper=paper,
    )


@pytest.mark.parametrize("paper", [A4, LETTER])
@pytest.mark.parametrize("number", [6, 12, 24])
def test_a_sheet_is_one_page_with_its_words_in_order(paper: str, number: int) -> None:
    words = (WORDS * 4)[:number]
    pdf = sheet(words, paper, qr_text=" ".join(words))
    assert pdf.startswith(b"%PDF-")
    assert pages(pdf) == 1
    lines = text(pdf).splitlines()
    assert [line for line in lines if line in WORDS] == words
    assert "Recovery, sheet 1 of 2" in lines
    assert "This one alone opens nothing." in " ".join(lines)


def test_the_file_tells_nothing_about_itself() -> None:
    pdf = sheet()
    shown = pdf.decode("latin-1")
    assert "/Title(Sheet)" in shown
    for told in (
        "CreationDate",
        "ModDate",
        "CreateDate",
        "Author",
        "Keywords",
        "Recovery",
        "paper",
        "MASSLINK",
    ):
        assert told not in shown, told


def test_words_are_data_and_never_markup() -> None:
    odd = ['#import "@local/x:0.1.0"', "*bold*", "$x$", "\\ //", "été"]
    shown = "".join(text(sheet(odd)).split())
    assert all("".join(word.split()) in shown for word in odd)


def test_a_sheet_without_a_code_has_none() -> None:
    assert pages(sheet(qr_text="")) == 1
    assert len(sheet(qr_text="")) < len(sheet())


MAKE = """
from django.conf import settings
settings.configure(USE_I18N=False)
import django
django.setup()
from datetime import date
from masslink.collective.sheets import sheet_pdf
pdf = sheet_pdf(title="T", lines=["L"], words=["WORD"] * 6, qr_text="CODE", date=date(2026, 3, 2))
print(len(pdf))
"""


def test_it_is_made_in_memory(tmp_path: Path) -> None:
    homes = {name: tmp_path / name.lower() for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    homes |= {name: tmp_path / name.lower() for name in ("TYPST_PACKAGE_PATH", "TYPST_PACKAGE_CACHE_PATH")}
    here = tmp_path / "here"
    for folder in (here, *homes.values()):
        folder.mkdir()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    made = subprocess.run(
        [sys.executable, "-c", MAKE],
        env={**os.environ, **{name: str(path) for name, path in homes.items()}, "PYTHONPATH": str(ROOT)},
        cwd=here,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(made.stdout) > 5000
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


# Short and long; small letters, capitals, signs; more than one block; versions with and without their own mark.
@pytest.mark.parametrize(
    "said", ["a", "HTTPS://10.0.0.7:8400", CODE, "été – ñ", CODE * 2, CODE * 4, " ".join(WORDS * 9)]
)
def test_a_code_reads_back_as_what_was_put_in(said: str) -> None:
    svg = qr_svg(said)
    assert qr_of_svg(svg) == said
    assert qr_of_terminal(qr_terminal(said).splitlines()) == said
    assert "style" not in svg
    assert 'role="img" aria-label="' in svg
