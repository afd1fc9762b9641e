"""One step of bringing a list in: some rows become people, the others say why not.

Every row ends in exactly one of four sums: added, known already, waiting for a word, left out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from masslink.exchange.acquainted import Acquainted
from masslink.exchange.blocks import Row
from masslink.exchange.matching import Known, Match
from masslink.exchange.models import ERASED, Import, ImportRow, fillable
from masslink.exchange.newcomers import new_person
from masslink.exchange.rows import RowProblem, compose
from masslink.exchange.taking import Parts, mapping_of, name_limits
from masslink.people.fingerprints import Fingerprints
from masslink.people.models import Person
from masslink.vault.workspace import current

State = ImportRow.State
_COUNTED = {State.ADDED: "added", State.KNOWN: "known", State.WAITING: "waiting", State.OUT: "left_out"}


@dataclass
class Found:
    """A row as the person it would make, with what was wrong in it."""

    number: int
    fields: dict[str, Any]
    problems: list[RowProblem]
    match: Match | None = None
    elsewhere: bool = False  # what it resembles is at another place: only who brought the list may know
    erased: bool = False  # somebody of this name asked to be erased, or it looks so by chance

    @property
    def added(self) -> bool:
        """Whether it became a person of its own."""
        return "id" in self.fields


@dataclass
class Sorted:
    """What a step writes."""

    people: list[dict[str, Any]] = field(default_factory=list)
    rows: list[ImportRow] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)


class Reader:
    """From rows to fields of a person, none longer than it may be. Without `parts`, units stay as they are written."""

    def __init__(self, one: Import, mapping: dict[int, str], parts: Parts | None = None) -> None:
        self.one, self.mapping, self.parts = one, mapping, parts
        self.headers, self.limits = one.headers, name_limits()

    def read(self, row: Row) -> Found:
        number, cells = row
        composed = compose(
            cells, self.mapping, headers=self.headers, row_number=number, region=self.one.region
        )
        if composed.fields is None:
            return Found(number, {}, composed.problems)
        found = Found(number, dict(composed.fields), composed.problems)
        self._fit(found)
        if self.parts:
            for part in ("unit", "shift"):
                self._place(found, part)
        return found

    def _fit(self, found: Found) -> None:
        fields = found.fields
        if not fields.get("name"):  # everybody is called something
            named = next(f for f in ("nickname", "phone", "email") if fields.get(f))
            fields["name"] = fields.pop(named) if named == "nickname" else fields[named]
        for name, most in self.limits.items():
            text = fields.get(name, "")
            if len(text) > most:
                fields[name] = text[:most]
                found.problems.append(RowProblem(found.number, name, "cut", text[most:], True))

    def _place(self, found: Found, part: str) -> None:
        assert self.parts
        text = found.fields.pop(part, "")
        chosen, gone = self.parts.of(part, text)
        found.fields[f"{part}_id"] = chosen.pk.hex if chosen else None
        found.fields[f"{part}_name"] = chosen.name if chosen else ""
        if gone:
            found.problems.append(RowProblem(found.number, part, "part_gone", text, True))


def sort(one: Import, rows: Iterable[Row], who: Acquainted, at: datetime) -> Sorted:
    """Decide about each row; nothing is written here."""
    reader, found, prints = Reader(one, mapping_of(one), Parts(one)), list[Found](), Fingerprints()
    for row in rows:
        this = reader.read(row)
        found.append(this)
        if this.fields:
            _decide(this, who, one, prints)
    return _sorted(one, found, at)


def _decide(this: Found, who: Acquainted, one: Import, prints: Fingerprints) -> None:
    """Somebody known, somebody who may have been erased, or a new person, known from now on."""
    id = uuid4().hex
    candidate = _as_known(this.fields, id)
    erased_in = prints.circles(this.fields["name"])
    this.erased = bool(erased_in)
    this.match = who.find_here(candidate)
    if this.match is None and (match := who.find_elsewhere(candidate)):
        this.match, this.elsewhere = match, True
    elif this.match is None and erased_in:
        this.elsewhere = one.circle not in erased_in
    elif this.match is None:
        this.fields["id"] = id
        who.add_own(candidate)


def _as_known(fields: dict[str, Any], id: str) -> Known:
    return Known(
        id,
        fields["name"],
        fields.get("nickname", ""),
        fields.get("phone", ""),
        fields.get("email", ""),
        fields.get("card_id", ""),
        fields.get("unit_name", ""),
    )


# --- what became of each row ---------------------------------------------------------------------


def _sorted(one: Import, found: list[Found], at: datetime) -> Sorted:
    done = Sorted(people=[this.fields for this in found if this.added])
    known = _matched(one, found, at)
    for this in found:
        state = _state(this)
        done.sums[_COUNTED[state]] += 1
        if state != State.ADDED or this.problems:
            done.rows.append(_row(one, this, state, known))
    return done


def _matched(one: Import, found: list[Found], at: datetime) -> dict[str, Person]:
    """The persons that rows resemble; some of them come in with this very step."""
    ids = {this.match.id for this in found if this.match}
    new = [this.fields for this in found if this.added and this.fields["id"] in ids]
    known = {fields["id"]: new_person(one, fields, at) for fields in new}
    return known | {p.pk.hex: p for p in Person.objects.filter(pk__in=ids.difference(known))}


def _state(this: Found) -> State:
    if this.match is None and this.erased:
        return State.WAITING
    if this.match is None:
        return State.ADDED if this.added else State.OUT
    return State.KNOWN if this.match.kind == "same" and not this.elsewhere else State.WAITING


def _row(one: Import, this: Found, state: State, known: dict[str, Person]) -> ImportRow:
    person = known.get(this.match.id) if this.match else None
    keep = state in (State.KNOWN, State.WAITING)
    offers = len(fillable(person, this.fields)) if person and keep and not this.elsewhere else 0
    return ImportRow(
        circle=current().own_circle if this.elsewhere else one.circle,
        source=one.pk,
        number=this.number,
        state=state,
        fields={name: text for name, text in this.fields.items() if text} if keep else {},
        person=person.pk if person else _uuid(this.fields.get("id")),
        reasons=_reasons(this) if keep else [],
        offers=offers,
        problems=[[p.column, p.code, p.value, p.taken] for p in this.problems],
        wrong=len(this.problems),
    )


def _reasons(this: Found) -> list[str]:
    return [*(this.match.reasons if this.match else ()), *([ERASED] if this.erased else ())]


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
