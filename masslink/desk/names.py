"""The first five minutes: who do you know on your shift? One name a line, and the chart is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from masslink.collective.doors import flash
from masslink.core.pages import MEMBER, fetch, page
from masslink.desk.chart import cell_of, still_here, you_know
from masslink.desk.chart_layout import cell_tiles
from masslink.desk.chart_scales import depth_scale
from masslink.people.acts import add_names
from masslink.people.fingerprints import Fingerprints
from masslink.people.links import LISTED
from masslink.people.models import Person
from masslink.sites.acts import add_shift, add_unit, set_head_count
from masslink.sites.arranging import MOST_PEOPLE
from masslink.sites.forms import PART_LENGTH, PlainForm
from masslink.sites.lines import key, once_each, read_lines
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.act import Conflict, act

AT_ONCE, NAME_LENGTH, FIRST_TALKS, SEATS = 200, 120, 7, 24
NOT_SURE = "none"


class NamesForm(PlainForm):
    """Unit and shift once, then the names."""

    unit = forms.ChoiceField(
        label=gettext_lazy("Where"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say where they work: tap one.")},
    )
    new_unit = forms.CharField(
        label=gettext_lazy("Which department or building"), required=False, max_length=PART_LENGTH
    )
    shift = forms.ChoiceField(
        label=gettext_lazy("When"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say when they work: tap one.")},
    )
    new_shift = forms.CharField(label=gettext_lazy("Which shift"), required=False, max_length=PART_LENGTH)
    names = forms.CharField(
        label=gettext_lazy("One name a line"),
        help_text=gettext_lazy("A first name or nickname is enough."),
        error_messages={"required": gettext_lazy("Write at least one name, or a nickname.")},
        widget=forms.Textarea(
            attrs={
                "rows": 8,
                "placeholder": gettext_lazy("Ruth\nTomás\nthe tall one at the scanner"),
                "autocomplete": "off",
                "autocapitalize": "words",
                "spellcheck": "false",
            }
        ),
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many are there altogether?"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, site: Site, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.units = {unit.pk.hex: unit for unit in site.units.all()}
        self.shifts = {shift.pk.hex: shift for shift in site.shifts.all()}
        self._offer("unit", self.units)
        self._offer("shift", self.shifts)
        if not self.shifts and not site.is_workplace:
            del self.fields["new_shift"]

    def _offer(self, name: str, parts: dict[str, Any]) -> None:
        """Chips where there is something to choose from, else a line to write the first one."""
        if parts:
            choices = [(id, part.name) for id, part in parts.items()] + [(NOT_SURE, _("don't know"))]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            del self.fields[f"new_{name}"]
        else:
            del self.fields[name]

    def clean_names(self) -> list[str]:
        names = read_lines(self.cleaned_data["names"])
        if len(names) > AT_ONCE:
            raise ValidationError(
                _("These are %(count)d lines; at most %(most)d at once. Bring longer lists in as a file.")
                % {"count": len(names), "most": AT_ONCE}
            )
        long = [
            _("Line %(line)d is too long for a name: %(length)d letters, at most %(most)d.")
            % {"line": number, "length": len(name), "most": NAME_LENGTH}
            for number, name in enumerate(names, 1)
            if len(name) > NAME_LENGTH
        ]
        if long:
            raise ValidationError(long[:5])
        return names

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        nowhere = (
            "unit" not in self.errors
            and not self.units.get(said.get("unit", ""))
            and not said.get("new_unit")
        )
        if said.get("count") and nowhere:
            self.add_error("count", _("To keep this number, say which department or building it is for."))
        return said


@dataclass
class Added:
    """What came of it."""

    unit: Unit | None
    shift: Shift | None
    new: list[Person]
    known: list[str]  # names that were there already, or twice in the text
    act_id: UUID


@page(MEMBER, carries=True)
def names(request: Any, site_id: UUID) -> HttpResponse:
    site = fetch(Site, pk=site_id)
    if request.method == "GET" and "done" in request.GET:
        return _answer(request, site)
    form = NamesForm(site, request.POST or None, initial=_initial(request, site))
    asked: list[str] = []
    if request.method == "POST" and form.is_valid():
        asked = _who_asked_to_go(request, form)
    if request.method == "POST" and form.is_valid() and not asked:
        try:
            return _to_answer(request, site, _add(request, site, form))
        except (Conflict, IntegrityError):
            form.add_error(
                None, _("Somebody else changed this place at the same moment. Nothing was added; save again.")
            )
    return render(request, "desk/names.html", {"site": site, "form": form, "asked": asked})


def _who_asked_to_go(request: Any, form: NamesForm) -> list[str]:
    """Names somebody had who asked to be erased, as it seems, until it is said what to do about them."""
    names, prints = form.cleaned_data["names"], Fingerprints()
    asked = [name for name in once_each(names) if prints.circles(name)]
    if asked and "without" in request.POST:
        form.cleaned_data["names"] = [name for name in names if name not in asked]
    return [] if {"without", "sure"} & set(request.POST) else asked


def _initial(request: Any, site: Site) -> dict[str, str]:
    """What the address says; the only unit or shift there is needs no tap."""
    found = {}
    for name, parts in (("unit", site.units.all()), ("shift", site.shifts.all())):
        asked = request.GET.get(name, "")
        only = parts[0].pk.hex if len(parts) == 1 else ""
        found[name] = asked.replace("-", "") or only
    return found


def _add(request: Any, site: Site, form: NamesForm) -> Added:
    said = form.cleaned_data
    unit, shift = form.units.get(said.get("unit", "")), form.shifts.get(said.get("shift", ""))
    by_at: dict[str, Any] = {"by": request.member, "at": request.now}
    with act("people_added", at=request.now) as running:
        if said.get("new_unit"):
            unit = add_unit(**by_at, site=site, name=said["new_unit"])
        if said.get("new_shift"):
            shift = add_shift(**by_at, site=site, name=said["new_shift"])
        fresh, known = _sort_out(said["names"], _known_names(request, site, unit, shift))
        new = add_names(**by_at, site=site, names=fresh, unit=unit, shift=shift)
        if said["count"] and unit:
            set_head_count(**by_at, unit=unit, shift=shift, number=said["count"])
    return Added(unit, shift, new, known, running.id)


def _known_names(request: Any, site: Site, unit: Unit | None, shift: Shift | None) -> set[str]:
    there = still_here(request.today).filter(site=site, unit=unit, shift=shift)
    return {key(name) for pair in there.values_list("name", "nickname") for name in pair if name}


def _sort_out(lines: list[str], there: Iterable[str]) -> tuple[list[str], list[str]]:
    """Names to add; names that are there already or stand twice in the text."""
    there = set(there)
    fresh = [name for name in once_each(lines) if key(name) not in there]
    left = [key(name) for name in fresh]
    known = []
    for line in lines:
        if key(line) in left:
            left.remove(key(line))
        else:
            known.append(line)
    return fresh, once_each(known)


def _to_answer(request: Any, site: Site, added: Added) -> HttpResponse:
    undo = reverse("undo", args=[added.act_id]) if added.new else ""
    flash(request, _what_came(added), undo=undo)
    unit = added.unit.pk.hex if added.unit else NOT_SURE
    shift = added.shift.pk.hex if added.shift else NOT_SURE
    return redirect(f"{reverse('names', args=[site.pk])}?done=1&unit={unit}&shift={shift}")


def _what_came(added: Added) -> str:
    new = len(added.new)
    text = (
        ngettext("%(count)d name added.", "%(count)d names added.", new) % {"count": new}
        if new
        else _("Nobody new.")
    )
    if added.known:
        shown = ", ".join(added.known[:5])
        more = len(added.known) - 5
        text += " " + _("Not added twice: %(names)s.") % {"names": shown if more < 1 else f"{shown} + {more}"}
        text += " " + _("If it is somebody else of the same name, add a letter.")
    return text


def _answer(request: Any, site: Site) -> HttpResponse:
    unit = site.units.filter(pk=_id(request, "unit")).first()
    shift = site.shifts.filter(pk=_id(request, "shift")).first()
    cell = cell_of(unit, shift, site, request.today)
    context = {
        "site": site,
        "cell": cell,
        "tiles": cell_tiles(cell, depth_scale(), to="person"),
        "seats": range(min(cell.empty, SEATS)),
        "more_seats": max(cell.empty - SEATS, 0),
        "knows": you_know(cell.known, cell.total, counted=cell.number is not None),
        "to_talk": [tile for tile in cell.tiles if tile.code == LISTED][:FIRST_TALKS],
        "unit": unit.pk.hex if unit else NOT_SURE,
        "shift": shift.pk.hex if shift else NOT_SURE,
    }
    return render(request, "desk/names_answer.html", context)


def _id(request: Any, name: str) -> UUID:
    """The id in the address; one that nothing has where there is none."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return UUID(int=0)
