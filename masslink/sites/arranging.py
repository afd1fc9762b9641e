"""The page on which a place's units, shifts and head counts are changed, all at once.

Each field comes back with what it showed (`was_…`): what somebody else changed meanwhile and this form didn't
is left alone, and where both changed the same the typed text stays and both versions are shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from masslink.sites.forms import PART_LENGTH, SHIFTS_AT_MOST, UNITS_AT_MOST, read_parts
from masslink.sites.lines import key, without_odd
from masslink.sites.models import HeadCount, Shift, Site, Unit

MOST_PEOPLE = 100_000
Part = Unit | Shift


@dataclass
class Box:
    """One field: its name, what the record says, what the form showed, what was typed."""

    name: str
    label: str
    now: str
    was: str
    typed: str
    part: Part
    shift: Shift | None = None
    error: str = ""

    @property
    def changed(self) -> bool:
        return self.typed not in (self.was, self.now)

    @property
    def clash(self) -> bool:
        return self.changed and self.was != self.now


@dataclass
class Arrangement:
    """What the page shows, and what was typed into it."""

    units: list[Box]
    shifts: list[Box]
    rows: list[tuple[Unit, list[Box]]]
    columns: list[str]
    times: list[Box] = field(default_factory=list)  # when each shift is at work
    more_units: str = ""
    more_shifts: str = ""
    errors: list[str] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)
    new_shifts: list[str] = field(default_factory=list)

    @property
    def boxes(self) -> list[Box]:
        return [*self.units, *self.shifts, *self.times, *(box for _, row in self.rows for box in row)]

    @property
    def ok(self) -> bool:
        return not self.errors and not any(box.error for box in self.boxes)

    @property
    def names(self) -> list[tuple[Part, str]]:
        return [(box.part, box.typed) for box in (*self.units, *self.shifts) if box.changed]

    @property
    def new_times(self) -> list[tuple[Shift, str]]:
        return [(box.shift, box.typed) for box in self.times if box.changed and box.shift]

    @property
    def counts(self) -> list[tuple[Unit, Shift | None, int | None]]:
        found = [(unit, box) for unit, row in self.rows for box in row if box.changed]
        return [(unit, box.shift, int(box.typed) if box.typed else None) for unit, box in found]

    @property
    def changes(self) -> bool:
        return bool(self.names or self.new_times or self.counts or self.new_units or self.new_shifts)


def arrangement(site: Site, posted: Mapping[str, Any] | None) -> Arrangement:
    """The page's fields, filled from the records or from what was posted, and checked."""
    units, shifts = list(site.units.all()), list(site.shifts.all())
    counts = {(c.unit_id, c.shift_id): c.number for c in HeadCount.objects.filter(unit__site=site)}
    whole = not shifts or any(shift is None for _, shift in counts)
    columns: list[Shift | None] = [*shifts, *([None] if whole else [])]
    page = Arrangement(
        [_name_box("unit", one, posted) for one in units],
        [_name_box("shift", one, posted) for one in shifts],
        [
            (u, [_count_box(u, s, counts.get((u.pk, s.pk if s else None)), posted) for s in columns])
            for u in units
        ],
        [s.name if s else (_("Whole unit") if shifts else _("People")) for s in columns],
        [_time_box(one, posted) for one in shifts],
    )
    if posted is not None:
        page.more_units = without_odd(posted.get("more_units", ""))
        page.more_shifts = without_odd(posted.get("more_shifts", ""))
        _check(page, posted)
    return page


def _name_box(what: str, part: Part, posted: Mapping[str, Any] | None) -> Box:
    name = f"{what}_{part.pk.hex}"
    was, typed = part.name, part.name
    if posted is not None and name in posted:
        was = posted.get(f"was_{name}", part.name)
        typed = " ".join(without_odd(posted[name]).split())
    return Box(name, part.name, part.name, was, typed, part)


def _time_box(shift: Shift, posted: Mapping[str, Any] | None) -> Box:
    name = f"time_{shift.pk.hex}"
    was = typed = shift.time
    if posted is not None and posted.get(name, "") in ("", *Shift.Time.values) and name in posted:
        was, typed = posted.get(f"was_{name}", shift.time), posted[name]
    label = _("When %(shift)s is at work") % {"shift": shift.name}
    return Box(name, label, shift.time, was, typed, shift, shift)


def _count_box(unit: Unit, shift: Shift | None, number: int | None, posted: Mapping[str, Any] | None) -> Box:
    name = f"count_{unit.pk.hex}_{shift.pk.hex if shift else 'all'}"
    now = was = typed = "" if number is None else str(number)
    if posted is not None and name in posted:
        was, typed = posted.get(f"was_{name}", now), posted[name].strip()
    label = f"{unit.name}, {shift.name}" if shift else unit.name
    return Box(name, label, now, was, typed, unit, shift)


# --- checking ------------------------------------------------------------------------------------


def _check(page: Arrangement, posted: Mapping[str, Any]) -> None:
    page.new_units = _new_names(page, page.units, page.more_units, UNITS_AT_MOST)
    page.new_shifts = _new_names(page, page.shifts, page.more_shifts, SHIFTS_AT_MOST)
    for box in (*page.units, *page.shifts):
        _check_name(box)
    _check_twice(page.units)
    _check_twice(page.shifts)
    for _unit, row in page.rows:
        for box in row:
            _check_number(box)
    page.errors += _gone(page, posted)
    for box in page.boxes:
        if box.clash and not box.error:
            box.error = _("Somebody wrote “%(theirs)s” here meanwhile. Save again to keep yours.") % {
                "theirs": _said(box) or _("nothing")
            }
            box.was = box.now


def _said(box: Box) -> str:
    return str(dict(Shift.Time.choices).get(box.now, "")) if box.name.startswith("time_") else box.now


def _new_names(page: Arrangement, boxes: list[Box], text: str, at_most: int) -> list[str]:
    """The lines that aren't there yet: sent twice, they are added once."""
    there = {key(box.typed) for box in boxes} | {key(box.now) for box in boxes}
    try:
        names = [name for name in read_parts(text, at_most) if key(name) not in there]
    except ValidationError as error:
        page.errors += error.messages
        return []
    if len(names) + len(boxes) > at_most:
        page.errors.append(_("That would be more than %(most)d.") % {"most": at_most})
    return names


def _check_name(box: Box) -> None:
    if not box.typed:
        box.error = _("A name is needed. To take it away, use Remove.")
    elif len(box.typed) > PART_LENGTH:
        box.error = _("Too long: %(most)d letters at most.") % {"most": PART_LENGTH}


def _check_twice(boxes: list[Box]) -> None:
    seen: dict[str, Box] = {}
    for box in boxes:
        if other := seen.get(key(box.typed)):
            wrong = box if box.changed else other
            wrong.error = wrong.error or _("This name is there twice.")
        seen[key(box.typed)] = box


def _check_number(box: Box) -> None:
    if box.typed and not (
        box.typed.isascii() and box.typed.isdecimal() and int(box.typed[:9]) <= MOST_PEOPLE
    ):
        box.error = _("A whole number, or nothing where you don't know.")
    elif box.typed:
        box.typed = str(int(box.typed))


def _gone(page: Arrangement, posted: Mapping[str, Any]) -> Iterable[str]:
    """What was typed into fields of parts that somebody removed meanwhile."""
    there = {box.name for box in page.boxes}
    for name, typed in posted.items():
        mine = name.startswith(("unit_", "shift_", "count_", "time_")) and name not in there
        if mine and typed.strip() != posted.get(f"was_{name}", ""):
            yield _("“%(typed)s” could not be kept: what it belongs to was removed meanwhile.") % {
                "typed": typed[:60]
            }
