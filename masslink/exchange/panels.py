"""What exchange's pages show: columns to be taken, the first people, rows beside the persons they resemble."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from masslink.exchange import blocks, columns
from masslink.exchange.columns import INSISTED, TARGETS, Guess, reason_sentence
from masslink.exchange.models import Import, ImportRow, fillable
from masslink.exchange.problems import sentences
from masslink.exchange.steps import Reader
from masslink.exchange.taking import NEW, NONE, PARTS, Taking, is_sensitive, values_of
from masslink.people.models import Person
from masslink.sites.models import Shift, Unit

SAMPLES, SAMPLE_LENGTH, PREVIEWED, LOOKED_AT = 3, 40, 5, 50
Options = list[tuple[str, str, bool]]
REASONS = {
    "phone": gettext_lazy("same phone"),
    "email": gettext_lazy("same e-mail"),
    "card": gettext_lazy("same card number"),
    "name": gettext_lazy("a name much alike"),
    "nickname": gettext_lazy("called the same"),
    "names_differ": gettext_lazy("but another name"),
}


# --- columns -------------------------------------------------------------------------------------


@dataclass
class Column:
    at: int
    heading: str
    samples: list[str]
    reason: str
    chosen: str
    options: Options


@dataclass
class Need:
    """Columns that stay behind together unless somebody insists: birth dates, home addresses."""

    name: str
    label: str
    reason: str
    headings: list[str]
    needed: bool


@dataclass
class Columns:
    """The columns of a list by what happens to them."""

    taken: list[Column] = field(default_factory=list)
    sensitive: list[Need] = field(default_factory=list)
    refused: list[Column] = field(default_factory=list)
    left: list[Column] = field(default_factory=list)


def columns_of(one: Import, taking: Taking) -> Columns:
    found, rows = (
        Columns(),
        [cells for _number, cells in blocks.read(one, 0)[:LOOKED_AT]] if one.blocks else [],
    )
    for guess in one.guesses:
        column = _column(one, guess, taking.columns.get(guess.column, ""), rows)
        if guess.verdict == "refuse":
            found.refused.append(column)
        elif is_sensitive(guess):
            _needed(found.sensitive, guess, column)
        elif guess.verdict == "take" or column.chosen:
            found.taken.append(column)
        else:
            found.left.append(column)
    return found


def _column(one: Import, guess: Guess, chosen: str, rows: list[list[str]]) -> Column:
    samples = list(dict.fromkeys(cells[guess.column] for cells in rows if cells[guess.column]))[:SAMPLES]
    quiet = guess.verdict == "take" and guess.reason in ("heading", "cells")
    return Column(
        guess.column,
        one.headers[guess.column],
        [s if len(s) <= SAMPLE_LENGTH else s[:SAMPLE_LENGTH] + "…" for s in samples],
        "" if quiet else reason_sentence(guess, _),
        chosen,
        _targets(guess, chosen),
    )


def _needed(needs: list[Need], guess: Guess, column: Column) -> None:
    name = f"need-{guess.reason}"
    if not any(need.name == name for need in needs):
        label = _("We need the birth dates") if guess.reason == "birth" else _("We need the home addresses")
        needs.append(Need(name, label, column.reason, [], bool(column.chosen)))
    next(need for need in needs if need.name == name).headings.append(column.heading)


def _targets(guess: Guess, chosen: str) -> Options:
    targets = [t for t in columns.choices(guess) if t not in INSISTED]
    return [("", _("leave behind"), not chosen), *((t, _(TARGETS[t]), t == chosen) for t in targets)]


# --- units and shifts ----------------------------------------------------------------------------


@dataclass
class Value:
    name: str
    written: str
    count: int
    options: Options


@dataclass
class PartChoice:
    """What is asked about units or shifts: each value that was found, and one for everybody else."""

    part: str
    values: list[Value]
    for_all: Options


def part_choices(one: Import, taking: Taking) -> list[PartChoice]:
    found = []
    for part, model in PARTS.items():
        held: list[Unit | Shift] = list(model._default_manager.filter(site=one.site_id))
        chosen: dict[str, str] = getattr(taking, f"{part}s")
        for_all = getattr(taking, part)
        values = [
            Value(f"{part}:{value}", written, count, _part_options(part, held, chosen[value]))
            for value, (written, count) in values_of(one, taking.columns, part).items()
            if value in chosen
        ]
        options = [(p.pk.hex, p.name, p.pk.hex == for_all) for p in held]
        if values or options:
            found.append(PartChoice(part, values, [("", _("none"), not for_all), *options]))
    return found


def _part_options(part: str, held: list[Any], chosen: str) -> Options:
    make, none = (_("make it"), _("no unit")) if part == "unit" else (_("make it"), _("no shift"))
    named = [(p.pk.hex, p.name, p.pk.hex == chosen) for p in held]
    return [(NEW, make, chosen == NEW), *named, (NONE, none, chosen == NONE)]


# --- the first people ----------------------------------------------------------------------------


def preview(one: Import, taking: Taking) -> list[tuple[str, list[str]]]:
    """The first few as they would come in: what they are called, and the rest of what is known."""
    reader, shown = Reader(one, taking.columns), []
    for row in blocks.read(one, 0) if one.blocks else []:
        fields = dict(reader.read(row).fields)
        if fields:
            shown.append((fields.pop("name"), [_said(name, text) for name, text in fields.items() if text]))
        if len(shown) == PREVIEWED:
            break
    return shown


def _said(name: str, text: str) -> str:
    return str(Person.Reach(text).label) if name == "reach" else text


# --- rows beside persons -------------------------------------------------------------------------

_SHOWN = ("name", "nickname", "phone", "email", "unit", "shift", "languages", "card_id", "since", "reach", "matters",
          "address", "birthday")  # fmt: skip


@dataclass
class Pair:
    """A row and the person it may be; None where they aren't in our lists any more."""

    row: ImportRow
    person: Person | None
    why: str
    theirs: list[str]
    ours: list[str]
    new: list[str]
    elsewhere: str
    from_list: bool
    problems: list[str]


def pairs(one: Import, rows: Iterable[ImportRow]) -> list[Pair]:
    """With two queries, however many there are."""
    rows = list(rows)
    wanted = [row.person for row in rows if row.person]
    people = {p.pk: p for p in Person.objects.filter(pk__in=wanted).select_related("unit", "shift", "site")}
    return [_pair(one, row, people.get(row.person) if row.person else None) for row in rows]


def _pair(one: Import, row: ImportRow, person: Person | None) -> Pair:
    here = person is not None and person.circle == one.circle
    new = fillable(person, row.fields) if person and here else {}
    return Pair(
        row,
        person,
        ", ".join(str(REASONS[r]) for r in row.reasons if r in REASONS),
        _facts(lambda name: row.fields.get(f"{name}_name") or row.fields.get(name, "")),
        _ours(person),
        [_(TARGETS[name.removesuffix("_id") if name != "card_id" else name]) for name in new],
        person.site.name if person and not here else "",
        bool(person and person.source == one.pk),
        sentences(row),
    )


def _ours(person: Person | None) -> list[str]:
    """What is known here; of those who asked not to be contacted only that it is them, so that they stay known."""
    if person and not person.reachable:
        return [capfirst(person.shown)]
    return _facts(lambda name: getattr(person, name) if person else "")


def _facts(of: Any) -> list[str]:
    """What is known, the name first."""
    return [_said(name, str(value)) for name in _SHOWN if (value := of(name))]


# --- sums ----------------------------------------------------------------------------------------


def sums(one: Import) -> list[str]:
    """What became of the rows, in words: all four sums together are the rows."""
    said = [
        (one.added, ngettext("brought in %(n)s person", "brought in %(n)s people", one.added)),
        (one.known, ngettext("%(n)s was known already", "%(n)s were known already", one.known)),
        (
            one.waiting,
            ngettext("%(n)s is waiting for your word", "%(n)s are waiting for your word", one.waiting),
        ),
        (one.left_out, ngettext("%(n)s was not brought in", "%(n)s were not brought in", one.left_out)),
    ]
    return [text % {"n": number_format(n, force_grouping=True)} for n, text in said if n]
