"""The wall chart on paper: asked for on a form, set as a PDF that fits one sheet, or several where it must.

A sheet says what its form was told to say: by itself first names, and nothing about anybody.
"""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from masslink.collective.doors import Request
from masslink.collective.sheets import typeset
from masslink.core.pages import MEMBER, fetch, page
from masslink.desk.chart import Cell, Chart, chart_of, grouped
from masslink.desk.chart_choices import ACROSS, DOWN, Choices, SiteParts, choices_of, selects
from masslink.desk.chart_layout import Band, bands_of
from masslink.desk.chart_scales import DEPTH, FRESH, PLAIN, Level
from masslink.sites.models import Site

FIRST, FULL, NAMELESS = "first", "full", "none"
PRINTED_AT_MOST = 3000
SEATS_AT_MOST = 60
POINTS_IN_MM = 72 / 25.4
# Width and height in mm lying down, so many columns side by side; sizes of letters to try, and those of several sheets.
PAPERS = {
    "a4": (297.0, 210.0, 8),
    "a3": (420.0, 297.0, 12),
    "letter": (279.4, 215.9, 8),
    "tabloid": (431.8, 279.4, 12),
}
SIZES, READABLE = (20, 17, 14, 12.5, 11, 10, 9, 8), (9.5, 9, 8.5, 8)

# Ground, letters, edge of each tone: on a colour printer, and on one that has only black.
COLOURS = {
    "d0": ("#efeae0", "#000000", "#8d8478"), "d1": ("#f4dba8", "#000000", "#8d8478"),
    "d2": ("#ebb85f", "#000000", "#8d8478"), "d3": ("#db8c48", "#000000", "#8d8478"),
    "d4": ("#bd4a33", "#ffffff", "#7a2c1c"), "d5": ("#861a29", "#ffffff", "#5c0f1a"),
    "s1": ("#861a29", "#ffffff", "#5c0f1a"), "s2": ("#db8c48", "#000000", "#8d8478"),
    "s3": ("#f4dba8", "#000000", "#8d8478"), "s4": ("#c2b9aa", "#000000", "#8d8478"),
}  # fmt: skip
GREYS = {
    "d0": ("#ffffff", "#000000", "#000000"), "d1": ("#ececec", "#000000", "#000000"),
    "d2": ("#d6d6d6", "#000000", "#000000"), "d3": ("#b4b4b4", "#000000", "#000000"),
    "d4": ("#5f5f5f", "#ffffff", "#000000"), "d5": ("#1c1c1c", "#ffffff", "#000000"),
    "k1": ("#ececec", "#000000", "#000000"), "k2": ("#c9c9c9", "#000000", "#000000"),
    "k3": ("#5f5f5f", "#ffffff", "#000000"), "k4": ("#1c1c1c", "#ffffff", "#000000"),
    "s1": ("#1c1c1c", "#ffffff", "#000000"), "s2": ("#5f5f5f", "#ffffff", "#000000"),
    "s3": ("#b4b4b4", "#000000", "#000000"), "s4": ("#e0e0e0", "#000000", "#000000"),
}  # fmt: skip
PAPER_WHITE = ("#ffffff", "#000000", "#000000")


class SheetForm(forms.Form):
    """What the sheet is to be like."""

    paper = forms.ChoiceField(
        label=gettext_lazy("Paper"),
        choices=[
            ("a4", "A4"),
            ("a3", "A3"),
            ("letter", "Letter"),
            ("tabloid", gettext_lazy("Tabloid, 11 × 17 in")),
        ],
        widget=forms.RadioSelect,
        initial="a4",
    )
    names = forms.ChoiceField(
        label=gettext_lazy("Names"),
        choices=[
            (FIRST, gettext_lazy("first names")),
            (FULL, gettext_lazy("full names")),
            (NAMELESS, gettext_lazy("none, only seats")),
        ],
        widget=forms.RadioSelect,
        initial=FIRST,
    )
    by = forms.ChoiceField(
        label=gettext_lazy("What it says about people"), widget=forms.RadioSelect, initial=PLAIN
    )
    ink = forms.ChoiceField(
        label=gettext_lazy("Printer"),
        choices=[("black", gettext_lazy("black and white")), ("colour", gettext_lazy("colour"))],
        widget=forms.RadioSelect,
        initial="black",
    )
    units = forms.ChoiceField(
        label=gettext_lazy("Which way round"),
        choices=[(ACROSS, gettext_lazy("units across")), (DOWN, gettext_lazy("units down"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, parts: SiteParts, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["by"].choices = [  # type: ignore[attr-defined]
            (PLAIN, _("nothing")),
            (DEPTH, _("how deep")),
            (FRESH, _("how fresh")),
            *(
                (one.pk.hex, _("where they stand: %(question)s") % {"question": one.text})
                for one in parts.questions
            ),
        ]
        if not parts.units or not parts.shifts:
            del self.fields["units"]


@page(MEMBER, methods=("GET",))
def sheet(request: Request, site_id: UUID) -> HttpResponse:
    """Ask what is to be printed."""
    site = fetch(Site, pk=site_id)
    choices, parts = choices_of(request, site), SiteParts.of(site, request.today)
    initial = {"units": DOWN if parts.turned(choices) else ACROSS, "paper": "a4"}
    return _asked(request, site, parts, choices, SheetForm(parts, initial=initial))


def _asked(
    request: Request, site: Site, parts: SiteParts, choices: Choices, form: SheetForm, error: str = ""
) -> HttpResponse:
    lists = selects(choices, parts, parts.scale(choices, request.member))
    context = {
        "site": site,
        "form": form,
        "error": error,
        "kept": {name: value for name, value in choices.only.items() if name != "stand"},
        "only": " · ".join(one.chosen for one in lists if one.chosen and one.name != "stand"),
        "everybody_url": choices.everybody().address(site, "chart-print"),
        "back": choices.address(site),
    }
    return render(request, "desk/chart_print.html", context)


@page(MEMBER, methods=("GET",))
def file(request: Request, site_id: UUID) -> HttpResponse:
    """The sheet itself."""
    site = fetch(Site, pk=site_id)
    parts = SiteParts.of(site, request.today)
    form, choices = SheetForm(parts, _with_defaults(request.GET, parts)), Choices.read(request.GET)
    if not form.is_valid():
        return _asked(request, site, parts, choices, form)
    choices = choices.with_(by=form.cleaned_data["by"], stand="")
    chart = chart_of(
        site,
        request.today,
        choices,
        request.member,
        most=PRINTED_AT_MOST,
        full=form.cleaned_data["names"] == FULL,
    )
    if not chart.named:
        error = _(
            "These are too many people for one chart on paper. Show only a unit or a shift, and print that."
        )
        return _asked(request, site, parts, choices, form, error)
    response = HttpResponse(Sheet(chart, request, form.cleaned_data).pdf(), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="sheet.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


def _with_defaults(query: QueryDict, parts: SiteParts) -> QueryDict:
    """What the address doesn't say is as careful as can be."""
    asked = query.copy()
    for name, value in (("paper", "a4"), ("names", FIRST), ("by", PLAIN), ("ink", "black")):
        asked.setdefault(name, value)
    asked.setdefault("units", DOWN if parts.turned(Choices.read(query)) else ACROSS)
    return asked


# --- the PDF -------------------------------------------------------------------------------------


@dataclass
class Sheet:
    """A chart and what was asked about its printing."""

    chart: Chart
    request: Request
    asked: dict[str, Any]

    def pdf(self) -> bytes:
        return typeset(_source(), orjson.dumps(self._filled()).decode(), system_fonts=True)

    def _filled(self) -> dict[str, Any]:
        width, height, columns = PAPERS[self.asked["paper"]]
        turned = self.asked.get("units") == DOWN
        bands = bands_of(self.chart, turned=turned, columns_at_most=columns)
        heads, cells = [head for band in bands for head, _cells in band.rows], self.chart.cells.values()
        return {
            "file-title": _("Sheet"),
            "language": (get_language() or "en").partition("-")[0],
            "title": self.chart.parts.site.name,
            "sum": self.chart.sum.short,
            "date": formats.date_format(self.request.today, "j F Y"),
            "width": width,
            "height": height,
            "sizes": [size for size in SIZES if size <= self._largest(width, height)],
            "readable": READABLE,
            "heads-width": min(max(max(len(head.name) * 0.56, len(head.sum) * 0.44) for head in heads), 8),
            "levels": {str(level.code): self._level(level) for level in self.chart.scale.levels},
            "legend": self._legend(),
            "pale": _("not among them") if any(cell.pale for cell in cells) else "",
            "empty": _("somebody we don’t know yet") if any(cell.empty for cell in cells) else "",
            "bands": [self._band(band) for band in bands],
        }

    def _largest(self, width: float, height: float) -> float:
        """Letters larger than this (in pt) can't fit one sheet, however well it is packed: no need to try."""
        cells = self.chart.cells.values()
        letters = sum(len(tile.name) * 0.4 + 1 for cell in cells for tile in cell.tiles)
        seats = sum(min(cell.pale + cell.empty, SEATS_AT_MOST) * 1.9 for cell in cells)
        room = (width - 20) * (height - 39) * POINTS_IN_MM**2
        return math.sqrt(room / max((letters + seats) * 1.5, 1))

    def _legend(self) -> list[tuple[str, str]]:
        """What the tones mean, of those that are there."""
        there = {code for cell in self.chart.cells.values() for code in cell.levels}
        if self.chart.scale.by == PLAIN and self.asked["names"] != NAMELESS:
            return []
        return [(str(level.code), level.label) for level in self.chart.scale.levels if level.code in there]

    def _level(self, level: Level) -> dict[str, Any]:
        tones = {**GREYS, **COLOURS} if self.asked["ink"] == "colour" else GREYS
        fill, ink, edge = tones.get(level.tone, PAPER_WHITE)
        hatch = level.tone == "hatch"
        return {
            "fill": fill, "ink": ink, "edge": edge, "sign": level.sign, "points": level.points, "hatch": hatch
        }  # fmt: skip

    def _band(self, band: Band) -> dict[str, Any]:
        return {
            "heads": [[head.name, head.sum] for head in band.heads],
            "rows": [
                {"head": [head.name, head.sum], "cells": [self._cell(cell) for cell in cells]}
                for head, cells in band.rows
            ],
        }

    def _cell(self, cell: Cell) -> dict[str, Any]:
        pale = min(cell.pale, SEATS_AT_MOST)
        empty = min(cell.empty, SEATS_AT_MOST - pale)
        more = cell.pale + cell.empty - pale - empty
        nameless = self.asked["names"] == NAMELESS
        return {
            "count": cell.count,
            "tiles": [
                [
                    str(tile.code),
                    "\u2003\u2003" if nameless else f"{tile.name} ≠" if tile.differ else tile.name,
                ]
                for tile in cell.tiles
            ],
            "pale": pale,
            "empty": empty,
            "more": f"+ {grouped(more)}" if more else "",
        }


@cache
def _source() -> bytes:
    return Path(__file__).with_name("chart.typ").read_bytes()
