"""What stands around the chart on its page: colours to choose from, which way round, whom to show, the legend."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from masslink.desk.chart import NAMED_AT_MOST, Chart
from masslink.desk.chart_choices import ACROSS, DOWN, Choices, SiteParts, selects
from masslink.desk.chart_layout import Drawing, bands_of
from masslink.desk.chart_scales import DEPTH, FRESH, HIDDEN, ONE_OF_US, PLAIN, Scale


def around(chart: Chart, choices: Choices) -> dict[str, Any]:
    """The chart and its frame, for the template."""
    parts, turned = chart.parts, chart.parts.turned(choices)
    bands = bands_of(chart, turned=turned)
    drawing = Drawing.of(chart, sum(len(band.heads or [""]) * len(band.rows) for band in bands))
    lists = selects(choices, parts, chart.scale)
    return {
        "chart": chart,
        "chart_table": drawing.table(bands),
        "is_plain": chart.scale.by == PLAIN,
        "has_chart": bool(chart.sum.total or parts.units),
        "choices": choices,
        "colours": _colours(choices, parts),
        "legend": _legend(chart, choices),
        "has_seats": any(cell.empty for cell in chart.cells.values()),
        "selects": lists,
        "only": " · ".join(one.chosen for one in lists if one.chosen) if choices.only else "",
        "everybody_url": choices.everybody().address(parts.site),
        "all_url": choices.with_(all="1").address(parts.site) if chart.sum.known <= NAMED_AT_MOST else "",
        "print_url": choices.address(parts.site, "chart-print"),
        **_turning(choices, parts, turned=turned),
        **_views(chart.scale),
    }


def _colours(choices: Choices, parts: SiteParts) -> list[tuple[str, str, bool]]:
    """By what it can be coloured: address, label, whether it is now."""
    ways = [(DEPTH, _("How deep")), (FRESH, _("How fresh"))]
    ways += [(question.pk.hex, question.text) for question in parts.questions]
    ways += [(PLAIN, _("Only names"))]
    plain = choices.with_(stand="")
    return [(plain.with_(by=by).address(parts.site), label, by == choices.by) for by, label in ways]


def _turning(choices: Choices, parts: SiteParts, *, turned: bool) -> dict[str, str]:
    if not parts.units or not parts.shifts:
        return {}
    return {
        "turn_url": choices.with_(units=ACROSS if turned else DOWN).address(parts.site),
        "turn_label": _("Units across") if turned else _("Units down"),
    }


def _legend(chart: Chart, choices: Choices) -> list[tuple[Any, str, bool]]:
    """Each level, and the address that shows it alone; a second tap shows everybody again."""
    if chart.scale.by == PLAIN:
        return []
    found, name = [], chart.scale.filter
    there = {code for cell in chart.cells.values() for code in cell.levels}
    for level in chart.scale.levels:
        chosen = getattr(choices, name) == str(level.code)
        if level.code in (ONE_OF_US, HIDDEN) and level.code not in there and not chosen:
            continue
        url = choices.with_(**{name: "" if chosen else str(level.code)}).address(chart.parts.site)
        found.append((level, url, chosen))
    return found


def _views(scale: Scale) -> dict[str, Any]:
    """For a question: of how many others have spoken and the reader hasn't, and where they can."""
    if scale.question is None:
        return {}
    return {
        "say_first": len(scale.at(HIDDEN)),
        "say_url": say_url(scale),
    }


def say_url(scale: Scale) -> str:
    """Where one says one's own view, which comes before seeing the others'."""
    if scale.question is None:
        return ""
    try:
        return reverse("standing-say", args=[scale.question.site_id, scale.question.pk])
    except NoReverseMatch:
        return ""
