"""How a reader wants a place's chart: coloured by what, which way round, and whom to show. In addresses: ids, numbers.

What it is coloured by and which way round is remembered for the session; whom to show stands in the address alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zlib import crc32

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.core.pages import as_id
from masslink.desk.chart_scales import (
    DEPTH,
    FRESH,
    NO_VIEW,
    PLAIN,
    Scale,
    depth_on,
    depth_scale,
    fresh_scale,
    freshness_on,
    questions_of,
    scale_by,
)
from masslink.people.models import Link, Person, PersonQuerySet
from masslink.sites.models import Shift, Site, Unit

ACROSS, DOWN = "across", "down"
ME, OTHERS, NOBODY = "me", "others", "nobody"
NONE = "0"  # no unit yet, no shift yet
UNITS_ACROSS_AT_MOST = 12

Part = Unit | Shift | None


def part_key(part: Part) -> str:
    """A unit or shift in an address of its place: enough of its id to tell it from the others."""
    return part.pk.hex[:8] if part else NONE


def part_by(key: str, parts: Iterable[Any]) -> Any:
    """The unit or shift of this key; None for none. Raises LookupError where it isn't there any more."""
    if key == NONE:
        return None
    found = next((part for part in parts if part_key(part) == key), None)
    if found is None:
        raise LookupError(key)
    return found


@dataclass(frozen=True)
class Choices:
    """Empty fields ask for nothing."""

    by: str = ""
    units: str = ""  # across or down
    unit: str = ""
    shift: str = ""
    depth: str = ""
    fresh: str = ""
    stand: str = ""
    taken: str = ""
    language: str = ""
    all: str = ""  # every name, however many

    @classmethod
    def read(cls, query: Mapping[str, str], remembered: "Choices | None" = None) -> "Choices":
        """From an address; what makes no sense asks for nothing."""
        asked = {one.name: query.get(one.name, "")[:40] for one in fields(cls)}
        kept = remembered or cls()
        by = asked["by"] or kept.by
        asked["by"] = by if by in (DEPTH, FRESH, PLAIN) or as_id(by) else DEPTH
        asked["units"] = asked["units"] if asked["units"] in (ACROSS, DOWN) else kept.units
        for name in ("depth", "fresh", "stand"):
            asked[name] = asked[name] if asked[name] in _DIGITS else ""
        asked["taken"] = asked["taken"] if asked["taken"] in (ME, OTHERS, NOBODY) else ""
        if asked["by"] in (DEPTH, FRESH, PLAIN):
            asked["stand"] = ""
        return cls(**asked)

    @property
    def only(self) -> dict[str, str]:
        """Whom to show; empty: everybody."""
        return {
            name: value
            for name, value in self.__dict__.items()
            if value and name not in ("by", "units", "all")
        }

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, value in self.__dict__.items() if value}

    def with_(self, **changes: str) -> "Choices":
        return replace(self, **changes)

    def everybody(self) -> "Choices":
        return Choices(by=self.by, units=self.units, all=self.all)

    def address(self, site: Site, name: str = "place") -> str:
        return f"{reverse(name, args=[site.pk])}?{urlencode(self.query)}"


_DIGITS = set("0123456789")


# --- whom that shows -----------------------------------------------------------------------------


def levelled(persons: PersonQuerySet, today: date) -> PersonQuerySet:
    """With how deep and how fresh beside each."""
    return persons.annotate(depth=depth_on(today), fresh=freshness_on(today))


def only(
    persons: PersonQuerySet, choices: Choices, scale: Scale, site: "SiteParts", me: Member | None
) -> PersonQuerySet:
    """Those of `levelled` persons whom the reader wants to see."""
    for name, parts in (("unit", site.units), ("shift", site.shifts)):
        if asked := getattr(choices, name):
            persons = persons.filter(**{name: _part_or_nobody(asked, parts)})
    for name in ("depth", "fresh"):
        if asked := getattr(choices, name):
            persons = persons.filter(**{name: int(asked)})
    if choices.stand:
        persons = persons.filter(_standing(scale, int(choices.stand)))
    if choices.taken:
        persons = persons.filter(_taken_on(choices.taken, me))
    if choices.language:
        persons = persons.filter(languages__in=site.speaking.get(choices.language, (None, []))[1])
    return persons


def _part_or_nobody(key: str, parts: list[Any]) -> UUID | None:
    try:
        part = part_by(key, parts)
    except LookupError:
        return UUID(int=0)
    return part.pk if part else None


def _standing(scale: Scale, code: int) -> Q:
    if code == NO_VIEW:
        return ~Q(pk__in=[one for one in scale.stands if scale.code_of(one, 0) != NO_VIEW])
    return Q(pk__in=scale.at(code))


def _taken_on(by: str, me: Member | None) -> Q:
    links = Link.objects.filter(person=OuterRef("pk"), until=None)
    if by == NOBODY:
        return ~Q(Exists(links))
    return Q(Exists(links.filter(member=me) if by == ME else links.exclude(member=me)))


# --- what there is to choose from ----------------------------------------------------------------


@dataclass
class SiteParts:
    """What a place's people can be told apart by: four queries."""

    site: Site
    units: list[Unit]
    shifts: list[Shift]
    questions: list[Any]
    speaking: dict[str, tuple[str, list[str]]]  # a language's key: its name, and what stands in the records

    @classmethod
    def of(cls, site: Site, today: date) -> "SiteParts":
        return cls(
            site, list(site.units.all()), list(site.shifts.all()), questions_of(site, today), _languages(site)
        )

    def scale(self, choices: Choices, me: Member | None) -> Scale:
        return scale_by(choices.by, self.questions, me)

    def turned(self, choices: Choices) -> bool:
        """Units down: as chosen; else where they are too many to stand side by side."""
        return choices.units == DOWN if choices.units else len(self.units) > UNITS_ACROSS_AT_MOST


def _languages(site: Site) -> dict[str, tuple[str, list[str]]]:
    """What is noted is free text: several languages in one line, each known by a number of its own."""
    found: dict[str, tuple[str, list[str]]] = {}
    written = Person.objects.filter(site=site).exclude(languages="").order_by("languages")
    for line in written.values_list("languages", flat=True).distinct():
        for word in line.replace(";", ",").replace("/", ",").split(","):
            if name := " ".join(word.split()):
                key = f"{crc32(name.casefold().encode()):08x}"
                found.setdefault(key, (capfirst(name), []))[1].append(line)
    return dict(sorted(found.items(), key=lambda one: one[1][0].casefold()))


@dataclass(frozen=True)
class Select:
    """One list of a form: name, label, what stands for nothing chosen, (value, text), the chosen value."""

    name: str
    label: str
    none: str
    options: list[tuple[str, str]]
    value: str

    @property
    def chosen(self) -> str:
        """What is chosen, in words that stand alone."""
        text = dict(self.options).get(self.value, "")
        if text and self.name == "stand":
            return f"{self.label}: {text}"
        return f"{self.label} {text}" if text and self.name in ("taken", "language") else text


def selects(choices: Choices, parts: SiteParts, scale: Scale) -> list[Select]:
    """The lists by which the chart can be narrowed down; those with nothing to choose are left out."""
    here = [
        ("unit", _("Unit"), _("every unit"), _parts(parts.units, _("no unit yet"))),
        ("shift", _("Shift"), _("every shift"), _parts(parts.shifts, _("no shift yet"))),
        ("depth", _("How deep"), _("however deep"), _levels(depth_scale())),
        ("fresh", _("How fresh"), _("however fresh"), _levels(fresh_scale())),
    ]
    if scale.question:
        here.append(("stand", scale.label, _("wherever they stand"), _levels(scale)))
    taken = [(ME, _("by me")), (OTHERS, _("by others")), (NOBODY, _("by nobody"))]
    here.append(("taken", _("Taken on"), _("or not"), taken))
    speaks = [(key, name) for key, (name, _lines) in parts.speaking.items()]
    here.append(("language", _("Speaks"), _("any language"), speaks))
    return [
        Select(*one, getattr(choices, one[0])) for one in here if len(one[3]) > 1 or choices.query.get(one[0])
    ]


def _parts(parts: list[Any], none: str) -> list[tuple[str, str]]:
    return [*((part_key(part), part.name) for part in parts), (NONE, none)] if parts else []


def _levels(scale: Scale) -> list[tuple[str, str]]:
    return [(str(level.code), level.label) for level in scale.levels]


# --- remembering ---------------------------------------------------------------------------------


def choices_of(request: Any, site: Site) -> Choices:
    """What the address asks for; what it doesn't say, as it was seen last in this session."""
    kept = request.session_open.under_way.setdefault("charts", {})
    choices = Choices.read(request.GET, kept.get(site.pk))
    kept[site.pk] = Choices(by=choices.by, units=choices.units)
    return choices
