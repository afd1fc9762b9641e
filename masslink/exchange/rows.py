"""One row of a list to the fields of a person, and what was wrong with it, said so that somebody can mend
it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import phonenumbers

from .headings import fold
from .wording import Translate, as_typed, fill
from .wording import gettext_noop as _
from .writing import to_csv

PROBLEMS = {
    "nobody": _(
        "Row %(row)s: nobody in this row (no name, nickname, phone or e-mail). It was not brought in."
    ),
    "phone_form": _("Row %(row)s, %(column)s: “%(value)s” is not a full phone number. Kept as it was typed."),
    "more_phones": _("Row %(row)s, %(column)s: there are more numbers (%(value)s). The first one was taken."),
    "email_form": _("Row %(row)s, %(column)s: “%(value)s” is not an e-mail address. It was left out."),
    "more_emails": _(
        "Row %(row)s, %(column)s: there are more addresses (%(value)s). The first one was taken."
    ),
    "date_form": _("Row %(row)s, %(column)s: “%(value)s” is not a date we can read. It was left out."),
    "reach_unknown": _(
        "Row %(row)s, %(column)s: “%(value)s” is not a way to reach somebody. It was left out."
    ),
    "cut": _("Row %(row)s, %(column)s: the text was too long and was cut. It went on: %(value)s"),
}
LENGTHS = {
    "name": 120, "nickname": 60, "phone": 60, "email": 120, "languages": 120, "unit": 60, "shift": 60,
    "card_id": 120, "address": 200, "birthday": 40, "matters": 4000,
}  # fmt: skip
_REACH = {
    "call": "call phone telephone anruf anrufen telefon appel llamada telefonat",
    "text": "text sms whatsapp signal message nachricht texto mensaje wiadomosc mesaj",
    "in_person": "in person|only in person|inperson|personlich|en personne|en persona|osobiscie|yuz yuze",
    "never_at_work": "never at work|not at work|nie bei der arbeit|jamais au travail|nunca en el trabajo",
    "not_at_all": "not at all|never|do not contact|do not call|dnc|none|gar nicht|nie|jamais|nunca|opt out",
}
_REACH_BY_WORD = {
    word: reach for reach, words in _REACH.items() for word in words.split("|" if "|" in words else None)
}  # fmt: skip
_EMAIL = re.compile(r"[^@\s,;:<>()\"\[\]]+@[^@\s,;:<>()\"\[\]]+\.[^@\s.,;:<>()\"\[\]]{2,}")
_SEVERAL = re.compile(r"\s*(?::::|[;\n|])\s*")
_NORTH_AMERICA = re.compile(r"(?:\+?1)?([2-9]\d\d[2-9]\d{6})")


@dataclass(frozen=True)
class RowProblem:
    """Something wrong in one row; `taken` says whether the row (not the value) was brought in all the
    same."""

    row_number: int
    column: str
    code: str
    value: str
    taken: bool

    def sentence(self, translate: Translate = as_typed) -> str:
        """What is wrong, what was kept."""
        values = {"row": self.row_number, "column": self.column, "value": self.value[:200]}
        return fill(PROBLEMS[self.code], values, translate)


class Composed(NamedTuple):
    """A row's fields (None: nobody in this row) and its problems."""

    fields: dict[str, str] | None
    problems: list[RowProblem]


class _Row:
    """The cells of one row by target, in the mapping's order, and the problems met on the way."""

    def __init__(
        self, number: int, headers: Sequence[str], row: Sequence[str], mapping: Mapping[int, str]
    ) -> None:
        self.number, self.headers = number, headers
        self.problems: list[RowProblem] = []
        self.cells: dict[str, list[tuple[int, str]]] = {}
        for column, target in mapping.items():
            if column < len(row) and (text := row[column].strip()):
                self.cells.setdefault(target, []).append((column, text))

    def text(self, target: str, joint: str = " ") -> str:
        cells = self.cells.get(target)
        return joint.join(text for _, text in cells) if cells else ""

    def first(self, target: str, code: str) -> tuple[int, str]:
        """The first of several values (in one cell or in several columns); the rest becomes a problem."""
        if target not in self.cells:
            return 0, ""
        found = [
            (column, part) for column, text in self.cells.get(target,
            ()) for part in _SEVERAL.split(text) if part
        ]  # fmt: skip
        if not found:
            return 0, ""
        column, value = found[0]
        if more := list(dict.fromkeys(part for _, part in found[1:] if part != value)):
            self.note(column, code, ", ".join(more))
        return column, value

    def note(self, column: int, code: str, value: str, taken: bool = True) -> None:
        heading = self.headers[column] if 0 <= column < len(self.headers) else ""
        self.problems.append(RowProblem(self.number, heading, code, value, taken))


def compose(
    row: Sequence[str],
    mapping: Mapping[int, str],
    *,
    headers: Sequence[str],
    row_number: int,
    region: str = "US",
) -> Composed:
    """The person in a row. `region` is the country whose numbers are written without a country code."""
    cells = _Row(row_number, headers, row, mapping)
    fields = {
        "name": _name(cells), "nickname": cells.text("nickname"), "phone": _phone(cells, region),
        "email": _email(cells),
        "languages": cells.text("languages", ", "), "unit": cells.text("unit"), "shift": cells.text("shift"),
        "card_id": cells.text("card_id").removeprefix("urn:uuid:"), "since": _since(cells, region),
        "reach": _reach(cells), "matters": cells.text("matters", "\n"), "address": cells.text("address",
        ", "),
        "birthday": _birthday(cells),
    }  # fmt: skip
    if not (fields["name"] or fields["nickname"] or fields["phone"] or fields["email"]):
        cells.note(-1, "nobody", " | ".join(text.strip() for text in row if text.strip()), taken=False)
        return Composed(None, [_lost(problem) for problem in cells.problems])
    return Composed({key: _cut(cells, key, value) for key, value in fields.items() if value}, cells.problems)


def problems_csv(problems: Iterable[RowProblem], translate: Translate = as_typed) -> bytes:
    """The problems as a file to download, one a line; cells can't act as formulas."""
    headers = [translate(text) for text in (_("Row"), _("Column"), _("What was there"), _("What is wrong"))]
    return to_csv(headers, ([str(p.row_number), p.column, p.value, p.sentence(translate)] for p in problems))


def _lost(problem: RowProblem) -> RowProblem:
    return RowProblem(problem.row_number, problem.column, problem.code, problem.value, False)


def _cut(cells: _Row, key: str, value: str) -> str:
    most = LENGTHS.get(key, len(value))
    if len(value) > most:
        cells.note(next((column for column, _ in cells.cells.get(key, ())), -1), "cut", value[most:])
    return value[:most]


def _name(cells: _Row) -> str:
    if whole := cells.text("name"):
        return " ".join(whole.replace(" ::: ", " ").split())
    parts = (cells.text("given_name"), cells.text("middle_name"), cells.text("family_name"))
    return " ".join(" ".join(parts).split())


def _phone(cells: _Row, region: str) -> str:
    column, typed = cells.first("phone", "more_phones")
    if not typed:
        return ""
    full = international(typed, region)
    if not full:
        cells.note(column, "phone_form", typed)
    return full or typed


def international(typed: str, region: str = "US") -> str:
    """The number as +491711234567, or '' when it isn't a number that exists."""
    digits = re.sub(r"[\s().\u00a0/-]", "", typed)
    # The library takes 50 microseconds; the commonest plan is plain enough to know by its shape.
    if (region in ("US", "CA") or digits.startswith("+1")) and (found := _NORTH_AMERICA.fullmatch(digits)):
        return "+1" + found[1]
    try:
        number = phonenumbers.parse("+" + digits[2:] if digits.startswith("00") else typed, region)
    except phonenumbers.NumberParseException:
        return ""
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else ""


def _email(cells: _Row) -> str:
    column, typed = cells.first("email", "more_emails")
    bare = re.sub(r"^(mailto:|.*<(?=[^<>]*>$))|>$", "", typed).strip()
    if bare and not (_EMAIL.fullmatch(bare) and len(bare) <= LENGTHS["email"]):
        cells.note(column, "email_form", typed)
        return ""
    return bare.lower()


def _reach(cells: _Row) -> str:
    typed = cells.text("reach")
    reach = _REACH_BY_WORD.get(fold(typed), typed if typed in _REACH else "")
    if typed and not reach:
        cells.note(cells.cells["reach"][0][0], "reach_unknown", typed)
    return reach


def _since(cells: _Row, region: str) -> str:
    typed = cells.text("since")
    day = iso_date(typed, month_first=region in ("US", "PH")) if typed else ""
    if typed and not day:
        cells.note(cells.cells["since"][0][0], "date_form", typed)
    return day


def iso_date(typed: str, month_first: bool) -> str:
    """2024-05-31 from 2024-05-31, 31.5.2024, 5/31/2024, 2024-05, 2024; '' when it is none of these."""
    shape = re.fullmatch(r"(\d{1,4}(?:[-./]\d{1,4}){0,2})\.?(?:[T ][\d:.,Z+ ]*)?", typed.strip(), re.ASCII)
    numbers = [int(part) for part in re.split(r"[-./]", shape[1])] if shape else []
    if not numbers or max(numbers) < 1000:
        return ""
    if numbers[0] >= 1000:
        year, month, day = [*numbers, 1, 1][:3]
    else:
        *few, year = numbers
        first, second = ([1, *few] if few else [1, 1])[-2:]
        swapped = len(few) == 2 and ((month_first and "." not in typed and first <= 12) or second > 12)
        day, month = (second, first) if swapped else (first, second)
    good = 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= _days(year, month)
    return f"{year:04}-{month:02}-{day:02}" if good else ""


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _birthday(cells: _Row) -> str:
    """As typed where it stands in one column; 1976-02-03, or as much as there is, from three."""
    if whole := cells.text("birthday"):
        return whole
    year, month, day = (cells.text(part) for part in ("birth_year", "birth_month", "birth_day"))
    later = "-".join(part.zfill(2) for part in ((month, day) if month else ()) if part)
    if not year:
        return "--" + later if later else ""
    return f"{year.zfill(4)}-{later}" if later else year.zfill(4)
