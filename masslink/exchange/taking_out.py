"""A list that goes out: whom, which fields, in which form. Never where somebody stands, never words of talks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.exchange import writing
from masslink.people.models import LinkState, Person, PersonQuerySet
from masslink.sites.models import Site
from masslink.vault.act import act

# Headings that bringing in knows again.
FIELDS = {
    "name": _("Name"), "nickname": _("Nickname"), "unit": _("Unit"), "shift": _("Shift"), "phone": _("Phone"),
    "email": _("E-mail"), "languages": _("Languages"), "reach": _("How to reach them"), "since": _("Here since"),
    "matters": _("What matters to them"), "card_id": _("Card number"), "address": _("Home address"),
    "birthday": _("Birth date"),
}  # fmt: skip
DEFAULT_FIELDS = ("name", "nickname", "unit", "shift", "phone", "email")
CSV, XLSX, VCARD = "csv", "xlsx", "vcf"
FORMATS = [(CSV, _("CSV")), (XLSX, _("spreadsheet (XLSX)")), (VCARD, _("vCards for a phone"))]
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    VCARD: "text/vcard; charset=utf-8",
}
_STORED = {"unit": "unit__name", "shift": "shift__name"}


@dataclass(frozen=True)
class Wanted:
    """What somebody asked for; ids and the rung as texts, "" for every."""

    site: Site
    fields: tuple[str, ...]
    format: str
    unit: str = ""
    shift: str = ""
    depth: str = ""
    unreachable: bool = False

    def persons(self, today: date) -> PersonQuerySet:
        found = Person.objects.here(today).filter(site=self.site)
        found = found if self.unreachable else found.listed()
        parts = {"unit": self.unit, "shift": self.shift}
        found = found.filter(**{name: id for name, id in parts.items() if id})
        if self.depth == "0":
            return found.exclude(pk__in=LinkState.objects.at_some_depth(today).values("pk"))
        if self.depth:
            return found.filter(pk__in=LinkState.objects.at_depth(int(self.depth), today).values("pk"))
        return found


def take_out(*, by: Member, at: datetime, today: date, wanted: Wanted) -> bytes:
    """The file's bytes. The history says who took out a list of how many, and nothing else."""
    columns = [_STORED.get(name, name) for name in wanted.fields]
    people = list(wanted.persons(today).values_list(*columns))
    with act("list_taken_out", at=at, notes={"people": len(people)}, circles=[wanted.site.circle]):
        pass
    return _written(wanted, people)


def _written(wanted: Wanted, people: Iterable[tuple[Any, ...]]) -> bytes:
    rows = ([_text(name, value) for name, value in zip(wanted.fields, one, strict=True)] for one in people)
    if wanted.format == VCARD:
        return writing.to_vcards(dict(zip(wanted.fields, row, strict=True)) for row in rows)
    headings = [str(FIELDS[name]) for name in wanted.fields]
    return (writing.to_xlsx if wanted.format == XLSX else writing.to_csv)(headings, rows)


def _text(name: str, value: Any) -> str:
    if name == "reach":
        return str(Person.Reach(value).label) if value else ""
    return value.isoformat() if isinstance(value, date) else str(value or "")
