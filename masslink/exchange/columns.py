"""What each column of a list holds: a guess from its heading, checked against its cells.

Three verdicts. `take`: goes in unless somebody says otherwise. `leave`: stays behind unless somebody maps it
to a field (birth dates, home addresses, numbers an employer gave, what nobody recognised). `refuse`: party,
vote, religion, ethnicity, health, papers and the like have no field and can't be mapped (see `settle`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .headings import fold, known_target, refused_reason
from .wording import Translate, as_typed, fill
from .wording import gettext_noop as _

Verdict = Literal["take", "leave", "refuse"]

FIELDS = (
    "name", "given_name", "middle_name", "family_name", "nickname", "phone", "email", "languages", "unit",
    "shift",
    "card_id", "since", "reach", "matters",
)  # fmt: skip
INSISTED = ("address", "birthday", "birth_year", "birth_month", "birth_day")
SHARED_BY_MORE_THAN = 0.02

REASONS = {
    "heading": _("The heading says so."),
    "cells": _("The cells look like it."),
    "notes": _("Free notes: read them before you bring them in, they may hold what should not be kept."),
    "unknown": _("We don't know what this is, so it stays behind."),
    "empty": _("There is nothing in this column."),
    "no_field": _("There is no place for this here, so it stays behind."),
    "second": _("Another column already holds this."),
    "birth": _("A birth date is rarely needed and helps whoever finds the list; it stays behind."),
    "home": _("A home address is rarely needed and helps whoever finds the list; it stays behind."),
    "household": _("Several people share this number, so it can't tell who is who."),
    "shared": _("Many rows share the same number, so it can't tell who is who."),
    "employer": _("This number was given by the employer, who could recognise people by it."),
    "work": _("The employer can listen or read along here."),
    "cells_differ": _("The heading says one thing, the cells look like another."),
    "party": _("How somebody stands to parties is not kept here."),
    "vote": _("How or whether somebody votes is not kept here."),
    "religion": _("Religion is not kept here."),
    "ethnicity": _("Ethnicity is not kept here."),
    "health": _("Health is not kept here."),
    "papers": _("Papers, nationality and migration are not kept here."),
    "sexuality": _("Whom somebody loves is not kept here."),
    "state_number": _("Numbers given by the state are not kept here."),
    "union": _("Who is in a union, or was in trouble for it, can cost people their job. It is not kept."),
    "standing": _("Where somebody stands comes from talking with them, never from a list."),
}
TARGETS = {
    "name": _("name"), "given_name": _("given name"), "middle_name": _("middle name"),
    "family_name": _("family name"), "nickname": _("nickname"), "phone": _("phone"), "email": _("e-mail"),
    "languages": _("languages"), "unit": _("unit"), "shift": _("shift"), "card_id": _("card number"),
    "since": _("here since"), "reach": _("how to reach them"), "matters": _("what matters to them"),
    "address": _("home address"), "birthday": _("birth date"), "birth_year": _("year of birth"),
    "birth_month": _("month of birth"), "birth_day": _("day of birth"),
}  # fmt: skip

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_PHONE = re.compile(r"[+(]?\d[\d ()./\u00a0-]{5,22}\d(\s*(x|ext\.?)\s*\d+)?", re.IGNORECASE)
_DATE = re.compile(r"(19|20)\d\d-\d\d?-\d\d?|\d\d?[./-]\d\d?[./-](\d{4}|\d\d)")
_STATE_NUMBER = re.compile(r"\d{3}-\d{2}-\d{4}")
_NAME = re.compile(r"[^\W\d_]+\.?([ ’'-][^\W\d_]+\.?){1,3}|[^\W\d_]+, [^\W\d_]+( [^\W\d_]+\.?)*")
_GIVEAWAYS = {
    word: reason
    for reason, words in {
        "party": "democrat republican independent democratic libertarian green spd cdu csu fdp afd linke "
        "grune labour tory psoe pp",
        "religion": "catholic protestant muslim christian jewish hindu buddhist atheist orthodox "
        "katholisch evangelisch rk ev",
        "ethnicity": "white black hispanic latino latina asian caucasian african american",
    }.items()
    for word in words.split()
}


class Refused(ValueError):
    """Somebody asked to map a column that can't be mapped, or to a field that doesn't exist."""


@dataclass(frozen=True)
class Guess:
    """What the column at `column` seems to hold; `reason` is a key of REASONS."""

    column: int
    target: str
    confidence: float
    verdict: Verdict
    reason: str


def guess(headers: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> list[Guess]:
    """One guess per column. Give all rows where they are at hand: shared card ids show only in many rows."""
    cells = [
        [row[at].strip() for row in sample_rows if at < len(row) and row[at].strip()]
        for at in range(len(headers))
    ]
    found = [_one(at, heading, cells[at], bool(sample_rows)) for at, heading in enumerate(headers)]
    return _names_by_cells(_without_seconds(found), cells)


def reason_sentence(guess: Guess, translate: Translate = as_typed) -> str:
    """Why the column is taken, left or refused, for the person at the preview."""
    return fill(REASONS[guess.reason], {}, translate)


def choices(guess: Guess) -> tuple[str, ...]:
    """The targets somebody may map this column to; none for a refused one."""
    return () if guess.verdict == "refuse" else FIELDS + INSISTED


def proposed(guesses: Sequence[Guess]) -> dict[int, str]:
    """The mapping that goes in when nobody changes anything: column to target."""
    return {one.column: one.target for one in guesses if one.verdict == "take"}


def settle(guesses: Sequence[Guess], chosen: Mapping[int, str]) -> dict[int, str]:
    """The mapping somebody chose, checked: '' means leave. Raises Refused, whatever a form may have sent."""
    by_column = {one.column: one for one in guesses}
    kept = {column: target for column, target in chosen.items() if target}
    for column, target in kept.items():
        if column not in by_column or target not in choices(by_column[column]):
            raise Refused(f"column {column} can't become {target!r}")
    return kept


def _one(at: int, heading: str, cells: list[str], sampled: bool) -> Guess:
    if reason := refused_reason(heading) or _given_away(cells):
        return Guess(at, "", 1.0, "refuse", reason)
    target = known_target(heading)
    if sampled and not cells:
        return Guess(at, "", 1.0, "leave", "empty")
    return _from_heading(at, target, heading, cells) if target else _from_cells(at, cells)


def _from_heading(at: int, target: str, heading: str, cells: list[str]) -> Guess:
    if target == "no_field":
        return Guess(at, "", 0.9, "leave", "no_field")
    if target == "birthday" and fold(heading).replace(" ", "") == "dob" and _are_days(cells):
        target = "birth_day"
    if target.startswith("birth"):
        return Guess(at, target, 0.9, "leave", "birth")
    if target == "address":
        return Guess(at, target, 0.9, "leave", "home")
    if target in ("household", "employer_number"):
        return Guess(at, "card_id", 0.5, "leave", target.removesuffix("_number"))
    if target in ("work_phone", "work_email"):
        return Guess(at, target.removeprefix("work_"), 0.8, "leave", "work")
    return _checked(at, target, cells)


def _checked(at: int, target: str, cells: list[str]) -> Guess:
    """A heading we know, unless the cells contradict it."""
    if target == "card_id" and _is_shared(cells):
        return Guess(at, target, 0.3, "leave", "shared")
    shape = {"phone": _PHONE, "email": _EMAIL}.get(target)
    if shape and len(cells) >= 5 and _share(shape, cells) < 0.2:
        return Guess(at, "", 0.3, "leave", "cells_differ")
    if target == "matters":
        return Guess(at, target, 0.7, "take", "notes")
    return Guess(at, target, 0.95, "take", "heading")


def _from_cells(at: int, cells: list[str]) -> Guess:
    if cells and _share(_EMAIL, cells) >= 0.6:
        return Guess(at, "email", 0.9, "take", "cells")
    if cells and _share(_DATE, cells) >= 0.6:
        return Guess(at, "birthday", 0.4, "leave", "birth")
    if cells and _share(_PHONE, cells) >= 0.6 and not _is_shared(cells, 0.5):
        return Guess(at, "phone", 0.7, "take", "cells")
    return Guess(at, "", 0.5, "leave", "unknown")


def _share(shape: re.Pattern[str], cells: list[str]) -> float:
    """How many of the cells have this shape; several values in one cell count by their first."""
    some = cells[:500]
    return sum(1 for cell in some if shape.fullmatch(re.split(r" ::: |[;\n]", cell)[0].strip())) / max(
        len(some), 1
    )


def _is_shared(cells: list[str], more_than: float = SHARED_BY_MORE_THAN) -> bool:
    return len(cells) > 1 and 1 - len(set(cells)) / len(cells) > more_than


def _are_days(cells: list[str]) -> bool:
    return bool(cells) and all(cell.isdecimal() and len(cell) <= 2 and int(cell) <= 31 for cell in cells)


def _given_away(cells: list[str]) -> str:
    """The reason to refuse a column whose cells speak where its heading doesn't."""
    some = cells[:500]
    if some and _share(_STATE_NUMBER, some) >= 0.6:
        return "state_number"
    reasons = [_GIVEAWAYS[word] for cell in some if (word := fold(cell)) in _GIVEAWAYS]
    enough = len(some) >= 3 and len(reasons) >= 0.6 * len(some)
    return max(set(reasons), key=reasons.count) if enough else ""


def _without_seconds(found: list[Guess]) -> list[Guess]:
    """One column for each field, except phones and e-mails (the first filled one wins) and notes (joined)."""
    seen: set[str] = set()
    kept = []
    for one in found:
        if one.verdict == "take" and one.target in seen and one.target not in ("phone", "email", "matters"):
            one = Guess(one.column, one.target, 0.4, "leave", "second")
        seen |= {one.target} if one.verdict == "take" else set()
        kept.append(one)
    return kept


def _names_by_cells(found: list[Guess], cells: list[list[str]]) -> list[Guess]:
    """Where no heading tells the names, the first unknown column whose cells look like names."""
    if any(
        one.verdict == "take" and one.target in ("name", "given_name", "family_name", "nickname")
        for one in found
    ):
        return found
    for at, one in enumerate(found):
        values = cells[at]
        if (
            one.reason == "unknown"
            and values
            and not _is_shared(values, 0.5)
            and _share(_NAME, values) >= 0.6
        ):
            return [*found[:at], Guess(at, "name", 0.6, "take", "cells"), *found[at + 1 :]]
    return _split_names(found, cells)


def _split_names(found: list[Guess], cells: list[list[str]]) -> list[Guess]:
    """Single capitalised words: alone they are names, two columns side by side are given and family names."""
    words = re.compile(r"[^\W\d_]+([’'-][^\W\d_]+)?")
    likely = [
        at for at, one in enumerate(found)
        if one.reason == "unknown" and cells[at] and not _is_shared(cells[at], 0.6)
        and _share(words, [cell for cell in cells[at] if cell[:1] != cell[:1].lower()] or ["1"]) >= 0.8
    ]  # fmt: skip
    targets = ("given_name", "family_name") if len(likely) >= 2 and likely[1] == likely[0] + 1 else ("name",)
    for at, target in zip(likely, targets, strict=False):
        found[at] = Guess(at, target, 0.4, "take", "cells")
    return found
