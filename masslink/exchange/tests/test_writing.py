"""Files that go out come back unchanged, never act, and leave nothing on disk."""

import csv
import io
import os
import tempfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masslink.exchange.reading import read_table
from masslink.exchange.writing import harmless, to_csv, to_vcards, to_xlsx

HEADERS = ["Name", "Phone", "E-mail", "Notes"]
TRICKY = [
    "=1+1",
    "+49 171 1234567",
    "-5",
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "'=1",
    "''+x",
    "x;=1+1",
    "- a list",
    'ć, "q"\nline 2',
    "007",
]
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), max_size=8)
ROWS = st.lists(st.tuples(TEXT.filter(bool), TEXT | st.sampled_from(TRICKY), TEXT), min_size=1, max_size=6)


@pytest.mark.parametrize("write", [to_csv, to_xlsx])
def test_round_trip(write):
    rows = [["Ana", cell, "a@x.org", cell] for cell in TRICKY]
    table = read_table(write(HEADERS, rows))
    assert (table.headers, table.rows) == (HEADERS, rows)


@given(ROWS)
@settings(max_examples=150, deadline=None)
def test_any_text_survives_csv(rows):
    rows = [[f"Ana {name}", phone, "", note] for name, phone, note in rows]
    rows = [[cell.strip("\ufeff ") for cell in row] for row in rows]
    assert read_table(to_csv(HEADERS, rows)).rows == rows


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|x", "-2+3+cmd", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "+49 171 x", "+1+A1", "'=1"],
)
def test_formulas_are_made_harmless(cell):
    assert harmless(cell) == "'" + cell.lstrip()


@pytest.mark.parametrize(
    "cell", ["+49 171 1234567", "+1 (202) 456-1111", "-5", "Ana", "7.5", "", "a+b", "a@x.org"]
)
def test_phone_numbers_and_plain_text_stay_usable(cell):
    assert harmless(cell) == cell


def test_a_formula_behind_a_semicolon_is_harmless_too():
    assert harmless("x; =1+1") == "x; '=1+1"
    assert harmless("Ana; +49 171 123") == "Ana; +49 171 123"


def test_csv_opens_without_questions():
    data = to_csv(["Name"], [["Jürgen"]])
    assert data == b"\xef\xbb\xbfName\r\nJ\xc3\xbcrgen\r\n"
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == [["Name"], ["Jürgen"]]


def test_another_reader_sees_only_text_cells():
    sheet = openpyxl.load_workbook(
        io.BytesIO(
            to_xlsx(
                HEADERS, [["=1+1", "007", "_x0041_", "two\nlines & <b>"], ["", "b\x01\ud800c", "", " x "]]
            )
        )
    ).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {
        "s",
        "inlineStr",
    }
    # openpyxl leaves _x005F_ as it stands; spreadsheets show _x0041_.
    assert [cell.value for cell in sheet[2]] == ["=1+1", "007", "_x005F_x0041_", "two\nlines & <b>"]
    assert [cell.value for cell in sheet[3]] == [None, "bc", None, " x "]


def test_nothing_touches_the_disk(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a file was opened")

    for name in (
        "NamedTemporaryFile",
        "TemporaryFile",
        "SpooledTemporaryFile",
        "TemporaryDirectory",
        "mkstemp",
        "mkdtemp",
        "mktemp",
    ):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr(os, "open", refuse)
    rows = [["Ana", "1", "", "x" * 100]] * 5000
    assert len(to_xlsx(HEADERS, rows)) > len(to_xlsx(HEADERS, rows[:10])) > 500
    assert to_csv(HEADERS, rows) and to_vcards([{"name": "Ana"}])
    with pytest.raises(AssertionError, match="a file was opened"):
        openpyxl.Workbook().save(io.BytesIO())  # what we don't use, and why


def test_vcards_come_back():
    ana = {
        "name": "Ana; Pérez, “la alta”", "nickname": "Anita", "phone": "+491711234567", "email": "ana@x.org",
        "unit": "Packing, hall 2",
        "matters": "night shifts\nback; pay \\ breaks " + "ü" * 120, "address": "3 O St., Washington",
        "birthday": "1976-02-03", "card_id": "c:7",
        "card_secret": "never",
    }  # fmt: skip
    data = to_vcards([ana, {"given_name": "Ben", "family_name": "Ray"}, {"nickname": "tall guy"}])
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"never" not in data
    table = read_table(data)
    first, second, third = (dict(zip(table.headers, row, strict=True)) for row in table.rows)
    back = {"Name": "name", "Nickname": "nickname", "Phone": "phone", "Email": "email", "Department": "unit",
    "Note": "matters",
            "Address": "address", "Birthday": "birthday", "UID": "card_id"}  # fmt: skip
    assert {key: first[heading] for heading, key in back.items()} == {key: ana[key] for key in back.values()}
    assert (second["Name"], second["Given name"], second["Family name"]) == ("Ben Ray", "Ben", "Ray")
    assert third["Name"] == third["Nickname"] == "tall guy"
