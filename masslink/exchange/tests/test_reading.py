"""Any file becomes a table or a clear refusal."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masslink.exchange import spreadsheet
from masslink.exchange.reading import ERRORS, NOTES, ReadError, read_table
from masslink.exchange.writing import to_vcards, to_xlsx

WORDS = "Vorname;Nachname;Stunden\r\nJürgen;Größe;7,5\r\nÉloïse;Çelik;8,25\r\nMaría;Muñoz;6,0\r\n"
GOOD_CSV = 'Name,Phone,Note\nAna Pérez,+1 202 456 1111,"two\nlines, one ""cell"""\nBen,,x\n'.encode()
GOOD_CARDS = to_vcards([{"name": "Ana", "phone": "+12024561111"}, {"name": "Ben", "matters": "shifts; pay"}])


def codes(table):
    return {note.code for note in table.notes}


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (WORDS, "utf-8", "utf-8"), (WORDS, "utf-8-sig", "utf-8"), (WORDS, "utf-16", "utf-16-le"),
        (WORDS, "utf-16-le", "utf-16-le"), (WORDS, "utf-16-be", "utf-16-be"), (WORDS, "cp1252",
        "windows-1252"),
        (WORDS, "mac-roman", "mac-roman"),
        ("Imię;Nazwisko\nMałgorzata;Wiśniewska\nŁukasz;Dąbrowski\nGrażyna;Król\n", "cp1250", "windows-1250"),
        ("Ad;Soyad\nAyşe;Yılmaz\nÇağrı;Öztürk\nİbrahim;Şahin\n", "cp1254", "windows-1254"),
        ("Имя;Phone\nАнна Петрова;2024561111\nИван Смирнов;2024561112\n", "cp1251", "windows-1251"),
    ],
)  # fmt: skip
def test_encodings_are_found_and_text_survives(text, encoding, found):
    table = read_table(text.encode(encoding))
    assert table.encoding == found
    expected = [line.split(";") for line in text.splitlines()]
    assert [table.headers, *table.rows] == expected


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator, end):
    lines = [["Name", "Phone", "Wage"], ["Ana", "2024561111", '"12,50"'], ["Ben", "2024561112", '"9;10|2"']]
    table = read_table(end.join(separator.join(line) for line in lines).encode())
    assert table.delimiter == separator
    assert table.rows == [["Ana", "2024561111", "12,50"], ["Ben", "2024561112", "9;10|2"]]


def test_headings_below_a_title_and_blank_lines_are_found_and_nothing_is_lost_silently():
    data = b"Warehouse 4,,\nas of May,,\n\nLast name,First name,Mobile\nLopez,Ana,2024561111\n,,\nRay,Ben,\n"
    table = read_table(data)
    assert (table.header_row, table.headers) == (4, ["Last name", "First name", "Mobile"])
    assert table.rows == [["Lopez", "Ana", "2024561111"], ["Ray", "Ben", ""]]
    assert table.row_numbers == [5, 7]
    assert [row[0] for row in table.above] == ["Warehouse 4", "as of May"]
    assert {"above", "blank"} <= codes(table)


def test_unknown_headings_stand_out_from_their_data():
    assert read_table(b"wer,wie\nAna,2024561111\nBen,2024561112\n").headers == ["wer", "wie"]


def test_without_headings_the_first_row_is_a_person():
    table = read_table(b"Ana Lopez,2024561111\nBen Ray,2024561112\n")
    assert (table.header_row, table.headers, len(table.rows)) == (None, ["Column 1", "Column 2"], 2)
    assert "no_headings" in codes(table)
    names = read_table(b"Ana Lopez\nBen Ray\nCy\n")
    assert names.rows == [["Ana Lopez"], ["Ben Ray"], ["Cy"]]


def test_ragged_doubled_empty_columns_and_nul_are_kept_and_said():
    table = read_table(b"Name,Phone,Phone,Empty\nAna,1\nB\0en,2,3,,extra\n")
    assert table.headers == ["Name", "Phone", "Phone (2)", "Empty", "Column 5"]
    assert table.rows == [["Ana", "1", "", "", ""], ["Ben", "2", "3", "", "extra"]]
    assert table.empty_columns == [3]
    assert {"ragged", "doubled", "empty_columns", "nul"} <= codes(table)


def test_a_stray_quote_harms_only_its_line():
    people = "".join(f"Person {at},packing\n" for at in range(500))
    table = read_table(f'Name,Unit\nAna "the,"packing\n"Ben,docks\n{people}'.encode())
    assert len(table.rows) == 502
    assert table.rows[1] == ["Ben", "docks"]
    assert "stray_quote" in codes(table)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b"\r\n \r\n", "empty"), (b",,\n,,\n", "empty"),
        (b"a" * (20 * 1024 * 1024 + 1), "too_big"), (b"a\n" * 200_002, "too_many_rows"),
        (b"x," * 201 + b"\n", "too_many_columns"), (b"Name\n" + b"a" * 10_001, "cell_too_long"),
        (b"%PDF-1.7 ...", "not_a_list"), (b"<html><table><tr><td>Ana</td></tr></table>", "web_page"),
        (b"PK\x03\x04 not really", "unreadable"), (bytes(range(1, 32)) * 20, "not_a_list"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(data, code):
    with pytest.raises(ReadError) as refused:
        read_table(data)
    assert refused.value.code == code
    assert "%(" not in refused.value.sentence()
    assert set(ERRORS) >= {code}


def _sheets(*sheets):
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_spreadsheets_the_longest_sheet_with_cells_as_typed():
    import datetime

    rows = [
        [],
        ["Members"],
        ["Name", "Phone", "Since", "Share"],
        ["Ana", 491711234567, datetime.date(2024, 5, 31), 0.5],
    ]
    rows.append(["Ben", 2024561111.0, None, 12.0])
    table = read_table(_sheets(("cover", [["hello"]]), ("people", rows)), "list.csv")
    assert (table.kind, table.header_row) == ("xlsx", 3)
    assert table.rows == [["Ana", "491711234567", "2024-05-31", "0.5"], ["Ben", "2024561111", "", "12"]]
    assert table.row_numbers == [4, 5]
    assert next(note for note in table.notes if note.code == "sheets").values == {
        "name": "people",
        "names": "cover",
    }


def _unfolding(cells):
    """A workbook of ours whose sheet holds other XML, which may be very long."""
    out = io.BytesIO()
    good = zipfile.ZipFile(io.BytesIO(to_xlsx(["Name"], [["Ana"]])))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in good.namelist():
            bomb.writestr(name, good.read(name).replace(b"<row>", cells + b"<row>", 1))
    return out.getvalue()


LONG_TEXTS = (b'<row><c t="inlineStr"><is><t>' + b"A" * 9000 + b"</t></is></c></row>") * 8000
# Sixty million cells between two: refused for the memory they take before anybody counts them.
FAR_CORNERS = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000"><c r="BH1000000"><v>1</v></c></row>'


@pytest.mark.parametrize("cells", [LONG_TEXTS, FAR_CORNERS])
def test_a_spreadsheet_that_unfolds_without_end_is_refused(cells):
    data = _unfolding(cells)
    assert len(data) < 500_000
    with pytest.raises(ReadError) as refused:
        read_table(data)
    assert refused.value.code == "too_heavy"


def test_an_endless_parse_is_ended(monkeypatch):
    monkeypatch.setattr(spreadsheet, "WAIT_SECONDS", 0.001)
    with pytest.raises(ReadError) as refused:
        read_table(to_xlsx(["Name"], [["Ana"]]))
    assert refused.value.code == "too_heavy"


def test_the_child_parser_cannot_write_a_file(tmp_path):
    import subprocess
    import sys

    file = tmp_path / "x"
    code = f"import runpy; runpy.run_path({spreadsheet.__file__!r})['_limit']()\n"
    code += f"open({str(file)!r}, 'wb', 0).write(b'a')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"File too large" in done.stderr
    assert file.stat().st_size == 0


def test_vcards_of_all_ages():
    old = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:P=C3=A9rez;"
        "Ana=\r\n Mar=C3=ADa\r\nTEL;WORK:111 2222\r\nTEL;CELL;PREF:+49 171 1234567\r\n"
        "PHOTO;ENCODING=BASE64;JPEG:AA\r\n BB\r\n\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ben \\, the tall\\nguy\r\nitem1.TEL;type=CELL:+1 202\r\n"
        "  456 1111\r\nitem1.X-ABLabel:x\r\n"
        "ORG:Big Box;Packing\r\nEND:VCARD\r\n"
        'begin:vcard\nVERSION:4.0\nFN:Cy\nTEL;VALUE=uri;TYPE="voice,home":tel:+1-202-456-1112\n'
        "UID:urn:uuid:77\n"
    )
    table = read_table(old.encode(), "contacts.vcf")
    rows = [dict(zip(table.headers, row, strict=True)) for row in table.rows]
    assert (table.kind, len(rows), table.row_numbers) == ("vcard", 3, [1, 2, 3])
    assert (rows[0]["Family name"], rows[0]["Given name"]) == ("Pérez", "Ana María")
    assert rows[0]["Phone"] == "+49 171 1234567 ::: 111 2222"
    assert (rows[1]["Name"], rows[1]["Phone"]) == ("Ben , the tall\nguy", "+1 202 456 1111")
    assert rows[1]["Department"] == "Packing"
    assert (rows[2]["Phone"], rows[2]["UID"]) == ("+1-202-456-1112", "77")
    assert next(note for note in table.notes if note.code == "properties").values == {
        "names": "PHOTO, X-ABLABEL"
    }


def test_vcards_in_an_old_code_page():
    card = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=windows-1251:Анна\nNICKNAME:x\nEND:VCARD\n".encode("cp1251")
    assert read_table(card).rows[0][0] == "Анна"


def _reads_or_refuses(data):
    try:
        table = read_table(data)
    except ReadError as refused:
        assert "%(" not in refused.sentence()
        return
    assert len(set(table.headers)) == len(table.headers)
    assert all(len(row) == len(table.headers) for row in table.rows)
    assert len(table.row_numbers) == len(table.rows)
    assert all(note.sentence() and note.code in NOTES for note in table.notes)


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise_anything_but_read_error(data):
    _reads_or_refuses(data)


@given(
    st.sampled_from([GOOD_CSV, GOOD_CARDS, WORDS.encode("utf-16"), b"sep=;\n" + WORDS.encode()]),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 6), st.binary(max_size=5)), max_size=8),
)
@settings(max_examples=300, deadline=None)
def test_damaged_files_raise_nothing_else(data, cuts):
    for at, width, other in cuts:
        data = data[:at] + other + data[at + width :]
    _reads_or_refuses(data)


@given(
    st.lists(
        st.tuples(st.integers(0, 1200), st.integers(0, 6), st.binary(max_size=5)), min_size=1, max_size=5
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_spreadsheets_raise_nothing_else(cuts):
    data = to_xlsx(["Name", "Phone"], [["Ana", "1"], ["Ben", "2"]])
    for at, width, other in cuts:
        data = data[:at] + other + data[at + width :]
    _reads_or_refuses(data)


@given(
    st.lists(st.lists(st.text("ab =+,;\"\n'|é", max_size=6), min_size=2, max_size=4), min_size=1, max_size=12)
)
@settings(max_examples=200, deadline=None)
def test_no_filled_row_is_lost(rows):
    """Whatever is found to be a heading, a title or a person: every row with something in it is somewhere."""
    from masslink.exchange.writing import to_csv

    filled = [row for row in rows if any(cell.strip() for cell in row)]
    try:
        table = read_table(to_csv(["Name", "Phone", "E-mail", "Unit"], rows))
    except ReadError:
        pytest.fail("a table of our own is read")
    assert table.headers[:4] == ["Name", "Phone", "E-mail", "Unit"]
    assert [[cell for cell in row if cell] for row in table.rows] == [
        [cell.strip() for cell in row if cell.strip()] for row in filled
    ]
