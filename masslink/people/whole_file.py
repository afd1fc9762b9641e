"""Everything recorded about one person, in plain words: to be shown to them, printed, corrected, erased."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people import fading, links, panels
from masslink.people.belongings import Line, parts
from masslink.people.labels import RUNGS, for_long
from masslink.people.models import Deed, LinkState, Person


@dataclass(frozen=True)
class Section:
    """One kind of what hangs on the person."""

    label: str
    lines: list[Line]


# Not shown: made of what is shown (`phone_search`), or of no meaning to anybody (ids, versions).
_WITHOUT_MEANING = {"id", "circle", "version", "phone_search", "source"}


def fields_of(person: Person) -> list[tuple[str, str]]:
    """What stands on the person's own card: label and text, as far as there is something."""
    found = []
    for field in person._meta.concrete_fields:
        if field.name not in _WITHOUT_MEANING and (text := _said(person, field)):
            label = str(_LABELS[field.name]()) if field.name in _LABELS else str(field.verbose_name)
            found.append((label[:1].upper() + label[1:], text))
    return found


_LABELS = {
    "site": lambda: _("place"),
    "unit": lambda: _("unit"),
    "shift": lambda: _("shift"),
    "card_id": lambda: _("number in a list"),
    "added_at": lambda: _("put on the list"),
    "member": lambda: _("is a member now, called"),
}


def _said(person: Person, field: Any) -> str:
    value = getattr(person, field.name)
    if not value:
        return ""
    if field.name == "added_at":
        return date_format(day_of(value), "j F Y")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, Model) or not field.choices:
        return str(value)
    return str(dict(field.flatchoices).get(value, value))


def sections_of(person: Person) -> list[Section]:
    """What hangs on the person, each kind told in its room's words."""
    found: dict[str, list[Line]] = {}
    for part in parts():
        if lines := list(part.belongs.lines(part.of(person))):
            found.setdefault(str(part.belongs.label), []).extend(lines)
    return [Section(label, lines) for label, lines in found.items()]


def worked_out(person: Person, deeds: Iterable[Deed], today: date) -> list[str]:
    """What is computed from the records, and nowhere stored."""
    state = LinkState.objects.filter(person=person.pk).first()
    summary, _proof = panels.evidence(deeds, today)
    depth = str(RUNGS[state.depth(today) if state else links.LISTED])
    how_deep = f"{depth} ({summary})" if summary else depth
    found = [_("How deep the link is: %(depth)s.") % {"depth": how_deep}]
    if fresh := panels.freshness(state, today):
        found.append(_("How fresh: %(state)s.") % {"state": fresh})
    return found


def what_fades(person: Person, today: date) -> list[str]:
    """What was shredded by now because it was too old, and what soon will be."""
    rule = fading.rules()[Deed.fades.setting]
    faded = person.deeds.filter(words="", on__lte=rule.limit(today)).count()
    soon = sum(1 for _one in fading.soon(today, person))
    long = for_long(rule.days_on(today))
    said = [_("Words of a talk are shredded after %(long)s; that there was a talk stays.") % {"long": long}]
    if faded:
        text = ngettext(
            "Of %(n)d talk or deed no words are kept any more, if there were some.",
            "Of %(n)d talks and deeds no words are kept any more, if there were some.",
            faded,
        )
        said.append(text % {"n": faded})
    if soon:
        text = ngettext("%(n)d fades within a month.", "%(n)d fade within a month.", soon)
        said.append(text % {"n": soon})
    said.append(
        _("How an entry was before somebody changed or deleted it is kept for 30 days, then shredded.")
    )
    return said


def whole_file(person: Person, members: Iterable[Member], today: date) -> dict[str, Any]:
    """All of it, for the page."""
    return {
        "person": person,
        "fields": fields_of(person),
        "sections": sections_of(person),
        "worked_out": worked_out(person, person.deeds.all(), today),
        "fades": what_fades(person, today),
        "readers": panels.readers(person, members),
    }
