"""Two entries side by side: where they differ, what each says, and what one entry of both would say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.people.models import Person

OURS, THEIRS, BOTH = "ours", "theirs", "both"
LABELS = {
    "name": gettext_lazy("Name"), "nickname": gettext_lazy("Nickname"), "unit_id": gettext_lazy("Unit"),
    "shift_id": gettext_lazy("Shift"), "since": gettext_lazy("Here since"), "until": gettext_lazy("Left on"),
    "reach": gettext_lazy("How to reach them"), "phone": gettext_lazy("Phone"), "email": gettext_lazy("E-mail"),
    "languages": gettext_lazy("Languages"), "matters": gettext_lazy("What matters to them"),
    "knows_since": gettext_lazy("Knows that we keep notes"), "address": gettext_lazy("Address"),
    "birthday": gettext_lazy("Birthday"),
}  # fmt: skip
SILENT = ("card_id", "source", "member_id")  # taken over where there is none
JOINTS = {"phone": " / ", "languages": ", ", "matters": "\n"}  # where both may be kept
LONGEST = {"matters": 4000}


@dataclass(frozen=True)
class Difference:
    """A field that both entries fill in, each in its own way."""

    name: str
    label: str
    ours: str
    theirs: str
    both: str = ""
    chosen: str = OURS

    @property
    def options(self) -> list[tuple[str, str]]:
        both = [(BOTH, self.both)] if self.both else []
        return [(OURS, self.ours), (THEIRS, self.theirs), *both]


def differences(keep: Person, other: Person, posted: Mapping[str, str] | None = None) -> list[Difference]:
    """What has to be chosen; what only one of them says needs no choice."""
    return [_difference(name, keep, other, posted or {}) for name in LABELS if _is_asked(name, keep, other)]


def _is_asked(name: str, keep: Person, other: Person) -> bool:
    ours, theirs = getattr(keep, name), getattr(other, name)
    if name == "until":  # here still, or not any more: an empty field says something too
        return bool(ours != theirs)
    if name == "reach" and not (keep.reachable and other.reachable):
        return False  # whoever asked not to be contacted asked it for both
    return bool(ours and theirs and ours != theirs and name != "knows_since")


def _difference(name: str, keep: Person, other: Person, posted: Mapping[str, str]) -> Difference:
    both = _joined(name, keep, other)
    usual = BOTH if both else OURS
    options = (OURS, THEIRS, BOTH) if both else (OURS, THEIRS)
    chosen = posted.get(name, usual)
    return Difference(
        name,
        str(LABELS[name]),
        said(keep, name),
        said(other, name),
        both,
        chosen if chosen in options else usual,
    )


def _joined(name: str, keep: Person, other: Person) -> str:
    """Both, where that is possible and fits."""
    if name not in JOINTS:
        return ""
    most = LONGEST.get(name) or Person._meta.get_field(name).max_length  # type: ignore[union-attr]
    both = JOINTS[name].join((getattr(keep, name), getattr(other, name)))
    return both if len(both) <= (most or 0) else ""


def said(person: Person, name: str) -> str:
    """A field as people read it."""
    value = getattr(person, name.removesuffix("_id") if name in ("unit_id", "shift_id") else name)
    if name == "until" and value is None:
        return _("still here")
    if name == "reach":
        return capfirst(person.get_reach_display()) if value else ""
    return str(date_format(value, "j M Y")) if isinstance(value, date) else str(value or "")


def facts(person: Person) -> list[tuple[str, str]]:
    """What an entry says, with its labels."""
    found = ((str(label), said(person, name)) for name, label in LABELS.items() if getattr(person, name))
    return list(found)


def values(keep: Person, other: Person, posted: Mapping[str, str]) -> dict[str, Any]:
    """What the one entry will say, by the columns that change."""
    found = {n: getattr(other, n) for n in (*LABELS, *SILENT) if not getattr(keep, n) and getattr(other, n)}
    found.pop("until", None)  # asked below
    for one in differences(keep, other, posted):
        if one.chosen == THEIRS:
            found[one.name] = getattr(other, one.name)
        elif one.chosen == BOTH:
            found[one.name] = one.both
    if not (keep.reachable and other.reachable):
        found["reach"] = Person.Reach.NOT_AT_ALL
    if keep.knows_since and other.knows_since:
        found["knows_since"] = min(keep.knows_since, other.knows_since)
    return {name: value for name, value in found.items() if value != getattr(keep, name)}
