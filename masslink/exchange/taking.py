"""How a list is taken: which column goes where, which unit or shift each value means. Chosen, checked, shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from masslink.exchange import blocks, columns
from masslink.exchange.columns import INSISTED, Guess, Refused
from masslink.exchange.models import Import
from masslink.people.models import Person
from masslink.sites.lines import key
from masslink.sites.models import Shift, Unit
from masslink.vault.workspace import current

PARTS: dict[str, type[Unit] | type[Shift]] = {"unit": Unit, "shift": Shift}
PARTS_AT_MOST, PART_LENGTH = 200, 60
NEW, NONE = "new", ""
_WHO = {"name", "given_name", "middle_name", "family_name", "nickname", "phone", "email"}


@dataclass
class Taking:
    """What somebody said. In `units` and `shifts`: what each value means, a part's id, "new" or "" for none."""

    columns: dict[int, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    shifts: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    shift: str = ""
    errors: list[str] = field(default_factory=list)

    def stored(self) -> dict[str, Any]:
        found = {**asdict(self), "columns": {str(at): target for at, target in self.columns.items()}}
        found.pop("errors")
        return found


def mapping_of(one: Import) -> dict[int, str]:
    """Which column goes where, once that is settled."""
    return {int(at): target for at, target in one.taking["columns"].items()}


def taking_of(one: Import, posted: Mapping[str, str] | None) -> Taking:
    """What the form says; before it was sent, what we would do."""
    guesses = one.guesses
    taking = Taking()
    if posted is None:
        taking.columns = columns.proposed(guesses)
    else:
        taking.columns = _chosen(guesses, posted, taking.errors)
    if not _WHO & set(taking.columns.values()):
        taking.errors.append(
            _("Say which column holds the names, or a phone or e-mail. Nothing was brought in.")
        )
    for part in PARTS:
        _take_parts(one, taking, part, posted or {})
    return taking


def _chosen(guesses: list[Guess], posted: Mapping[str, str], errors: list[str]) -> dict[int, str]:
    asked = {guess.column: _asked(guess, posted) for guess in guesses}
    try:
        return columns.settle(guesses, asked)
    except Refused:
        errors.append(_("One of these columns can't be brought in. It was left out."))
        return columns.settle(guesses, {g.column: asked[g.column] for g in guesses if g.verdict != "refuse"
                                        and asked[g.column] in columns.choices(g)})  # fmt: skip


def _asked(guess: Guess, posted: Mapping[str, str]) -> str:
    """Birth dates and addresses only where somebody insists, whatever else a form may say."""
    if is_sensitive(guess):
        return guess.target if posted.get(f"need-{guess.reason}") else ""
    target = posted.get(f"column-{guess.column}", "")
    return "" if target in INSISTED else target


def is_sensitive(guess: Guess) -> bool:
    return guess.verdict == "leave" and guess.target in INSISTED


# --- units and shifts ----------------------------------------------------------------------------


def _take_parts(one: Import, taking: Taking, part: str, posted: Mapping[str, str]) -> None:
    held = {found.pk.hex: key(found.name) for found in PARTS[part]._default_manager.filter(site=one.site_id)}
    for_all = posted.get(f"all-{part}", "")
    setattr(taking, part, for_all if for_all in held else "")
    values = values_of(one, taking.columns, part)
    if len(values) > PARTS_AT_MOST:
        text = {
            "unit": _(
                "The column for units holds more than %(most)d different values. Choose another, or none."
            ),
            "shift": _(
                "The column for shifts holds more than %(most)d different values. Choose another, or none."
            ),
        }
        taking.errors.append(text[part] % {"most": PARTS_AT_MOST})
        return
    by_name = {name: id for id, name in held.items()}
    allowed = {NEW, NONE, *held}
    said = {value: posted.get(f"{part}:{value}") for value in values}
    setattr(
        taking,
        f"{part}s",
        {v: chosen if chosen in allowed else by_name.get(v, NEW) for v, chosen in said.items()},
    )


def values_of(one: Import, mapping: Mapping[int, str], part: str) -> dict[str, tuple[str, int]]:
    """What stands in the columns of units or shifts: key to (as written, how often), commonest first."""
    wanted = tuple(at for at, target in mapping.items() if target == part)
    if not wanted:
        return {}
    kept = current().kept.setdefault("values", {})
    if (one.pk, wanted) not in kept:
        kept[one.pk, wanted] = _count(one, wanted)
    return dict(kept[one.pk, wanted])


def _count(one: Import, wanted: tuple[int, ...]) -> dict[str, tuple[str, int]]:
    written: Counter[str] = Counter(
        part_text([cells[at] for at in wanted]) for _, cells in blocks.read_all(one)
    )
    found: dict[str, tuple[str, int]] = {}
    for text, count in written.most_common():
        if text:
            shown, before = found.get(key(text), (text, 0))
            found[key(text)] = (shown, before + count)
        if len(found) > PARTS_AT_MOST:
            break
    return found


def part_text(cells: list[str]) -> str:
    """A unit as a row names it; the same as `rows.compose` makes of these cells, as long as a name may be."""
    return " ".join(cell.strip() for cell in cells if cell.strip())[:PART_LENGTH].strip()


class Parts:
    """The units and shifts a settled list is brought into, as they are now."""

    def __init__(self, one: Import) -> None:
        self.taking = one.taking
        self.held: dict[str, dict[str, Any]] = {
            part: {found.pk.hex: found for found in model._default_manager.filter(site=one.site_id)}
            for part, model in PARTS.items()
        }
        self._met: dict[tuple[str, str], tuple[Any, bool]] = {}

    def of(self, part: str, text: str) -> tuple[Any, bool]:
        """The unit or shift a row belongs to, and whether it was taken away meanwhile."""
        if (part, text) not in self._met:
            self._met[part, text] = self._of(part, text)
        return self._met[part, text]

    def _of(self, part: str, text: str) -> tuple[Any, bool]:
        named = self.taking[f"{part}s"].get(key(text[:PART_LENGTH]), "") if text else ""
        id = named or self.taking[part]
        found = self.held[part].get(id)
        return found, bool(id) and found is None


def name_limits() -> dict[str, int]:
    """How long a person's texts may be."""
    names = ("name", "nickname", "phone", "email", "languages", "address", "birthday", "card_id")
    return {name: getattr(Person._meta.get_field(name), "max_length", 0) for name in names}
