"""Files that go out: CSV, XLSX, vCard. Made in memory, never in a temporary file; no cell acts as a formula.

A cell whose text starts with = + - @ or their full-width forms (space before them or not) gets an
apostrophe in front in CSV, because spreadsheets would run it. One exception: a plus or minus followed by
nothing but digits, spaces and ( ) . / - stays as it is; without a letter it can neither call a function nor
name a cell, and a phone number such as +49 171 1234567 must stay one. reading takes the apostrophe off
again. XLSX needs no apostrophe: its cells say "text".
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

_ACTS = re.compile(r"'*[\s\ufeff]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]\s?\(?\d[\d ()./-]*")
_ACTS_BEHIND = re.compile(r"(; *)(?='*[=+\-@＝＋－＠])(?![+-]\s?\(?\d[\d ()./-]*(?:[;\n]|$))")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MAX_XLSX_CELL = 32_767

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def harmless(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula."""
    # Where semicolons separate cells, a spreadsheet also cuts "x;=1+1" in two.
    text = text.rstrip()
    inner = _ACTS_BEHIND.sub(r"\1'", text) if ";" in text else text
    acts = _ACTS.match(text.lstrip()) and not _NUMBER.fullmatch(text)
    return "'" + inner.lstrip() if acts else inner


def unharmed(cell: str) -> str:
    """The text that `harmless` was given, without the space around it."""
    bare = re.sub(r"(; *)'(?='*[=+\-@＝＋－＠])", r"\1", cell) if ";" in cell else cell
    return bare[1:].strip() if bare[:1] == "'" and _ACTS.match(bare) else bare


def to_csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with byte order mark and CRLF, which is what spreadsheets open without questions."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(text) for text in headers])
    writer.writerows([_cell(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return harmless(_UNWRITABLE.sub("", text))


def to_xlsx(headers: Sequence[str], rows: Iterable[Sequence[str]], sheet_name: str = "1") -> bytes:
    """One sheet of text cells, headings first. No cell is a number, a date or a formula."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        _part(package, "[Content_Types].xml", _TYPES)
        _part(package, "_rels/.rels", _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"))
        _part(package, "xl/workbook.xml", _BOOK.format(name=_sheet_name(sheet_name)))
        _part(
            package,
            "xl/_rels/workbook.xml.rels",
            _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        )
        with package.open(_info("xl/worksheets/sheet1.xml"), "w") as part:
            part.write(
                f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetData>'.encode()
            )
            part.write(_row(headers))
            for row in rows:
                part.write(_row(row))
            part.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _info(path: str) -> zipfile.ZipInfo:
    # A fixed date: the file need not tell when it was made.
    info = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _part(package: zipfile.ZipFile, path: str, xml: str) -> None:
    package.writestr(_info(path), '<?xml version="1.0" encoding="UTF-8"?>' + xml)


def _sheet_name(name: str) -> str:
    kept = re.sub(r"[\[\]:*?/\\']", " ", _UNWRITABLE.sub("", name)).strip()[:31]
    return escape(kept or "1", {'"': "&quot;"})


def _row(row: Sequence[str]) -> bytes:
    return ("<row>" + "".join(map(_text_cell, row)) + "</row>").encode()


def _text_cell(text: str) -> str:
    if not text:
        return "<c/>"
    kept = escape(_UNWRITABLE.sub("", text)[:MAX_XLSX_CELL], {"\r": "&#13;"})
    # In this format _x000D_ would be read as a control character, so such an underscore is escaped.
    kept = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", kept)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'


def to_vcards(people: Iterable[Mapping[str, str]]) -> bytes:
    """vCard 3.0, which every address book reads. Only the keys a person brings are written; unknown ones are
    not.

    Keys: name, given_name, middle_name, family_name, nickname, phone, email, unit, matters, address,
    birthday, card_id.
    """
    return "".join(_folded(line) for person in people for line in _card(person)).encode()


def _card(person: Mapping[str, str]) -> list[str]:
    part = {key: _escaped(value) for key, value in person.items() if value}
    built = " ".join(
        filter(None, (part.get(key, "") for key in ("given_name", "middle_name", "family_name")))
    )
    name = part.get("name") or built or part.get("nickname") or part.get("phone") or part.get("email") or "?"
    # Without parts the whole name goes where every address book shows it; guessing would err often.
    given = part.get("given_name", "") or ("" if built else name)
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}"]
    lines.append(f"N:{part.get('family_name', '')};{given};{part.get('middle_name', '')};;")
    shapes = {
        "nickname": "NICKNAME:{}", "phone": "TEL;TYPE=CELL:{}", "email": "EMAIL;TYPE=INTERNET:{}",
        "unit": "ORG:;{}",
        "matters": "NOTE:{}", "address": "ADR;TYPE=HOME:;;{};;;;", "birthday": "BDAY:{}", "card_id": "UID:{}",
    }  # fmt: skip
    lines += [shape.format(part[key]) for key, shape in shapes.items() if key in part]
    return [*lines, "END:VCARD"]


def _escaped(text: str) -> str:
    kept = _UNWRITABLE.sub("", text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return re.sub(r"\r\n|\r|\n", r"\\n", kept)


def _folded(line: str) -> str:
    """At most 75 bytes a line, never cut inside a character."""
    pieces, size = [], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > 75:
            pieces.append("\r\n ")
            size = 1
        pieces.append(sign)
        size += width
    return "".join(pieces) + "\r\n"
