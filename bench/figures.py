"""What was found: the table people read, the JSON programs read, and what was to be reached."""

from typing import Any, NamedTuple

Found = dict[str, Any]


class Line(NamedTuple):
    """One figure: where it stands in the JSON, what it is called, and its ceiling."""

    path: str
    label: str
    ceiling: float
    unit: str


PAGES = {
    "today": "Today (beside the twin's list)",
    "people": "People, the list",
    "search": "Search as one types",
    "person": "A person's page",
    "log": "Logging a talk",
}
RATIOS = {"today": 1.5, "people": 1.5, "search": 0.5, "person": 1.5, "log": 2.0}
LINES = (
    *(Line(f"{page}.ratio", label, RATIOS[page], "×") for page, label in PAGES.items()),
    Line("chart_1000.ratio", "A chart of 1,000, every name (beside the twin's table)", 1.0, "×"),
    Line("chart_1000.kb", "The same as it opens", 100, "kB"),
    Line("chart_1000.names_kb", "The same, every name", 100, "kB"),
    Line("map_500_2000.first_s", "A map of 500 people and 2,000 ties, first drawn", 1.0, "s"),
    Line("map_500_2000.ratio", "The same again (beside the twin's)", 1.0, "×"),
    Line("map_500_2000.kb", "The same, its page", 100, "kB"),
    Line("planner.12_4.seconds", "A plan of pairs, 12 members over 4 places", 1.0, "s"),
    Line("planner.40_12.seconds", "The same, 40 over 12", 5.0, "s"),
    Line("planner.40_12.gap_percent", "The same, at most so far from the best", 0.0, "%"),
    Line("planner.60_20.seconds", "The same, 60 over 20", 6.0, "s"),
    Line("planner.60_20.gap_percent", "The same, at most so far from the best", 5.0, "%"),
    Line("calendar_month.ratio", "A month of the calendar, 120 gatherings (beside the twin's)", 1.5, "×"),
    Line("calendar_month.kb", "The same, its page", 100, "kB"),
    Line("feed.ratio", "A phone fetches 600 gatherings (beside the twin's)", 1.5, "×"),
    Line("agenda.ratio", "An agenda for which 40 things wait (beside the twin's)", 3.0, "×"),
    Line("agenda.kb", "The same, its page", 100, "kB"),
    Line("unlock.small_s", "Unlocking, small member", 0.3, "s"),
    Line("unlock.typical_s", "Unlocking, typical member", 1.0, "s"),
    Line("unlock.all_s", "Unlocking, who holds all", 8.0, "s"),
    Line("import.ratio", "Bringing a list in", 2.5, "×"),
    Line("memory_mb.demo", "Memory, the demo unlocked", 120, "MB"),
    Line("memory_mb.large", "Memory, all unlocked once", 900, "MB"),
    Line("memory_mb.fifty", "Memory, typical members unlocked", 600, "MB"),
    Line("collectives_ratio", "Pages among many collectives", 1.1, "×"),
    Line("backup.ratio", "A backup (beside a plain copy of the file)", 6, "×"),
    Line("restore.ratio", "Restoring it (beside a plain copy)", 8, "×"),
    Line("reseal.longest_step_s", "New keys, the longest step", 1.0, "s"),
)


def at(found: Found, path: str) -> Any:
    """The figure at `a.b`, or None."""
    here: Any = found
    for part in path.split("."):
        here = here.get(part) if isinstance(here, dict) else None
    return here


def table(found: Found, bare_p95: dict[str, float]) -> str:
    """Markdown, as docs/performance.md holds it."""
    text = [*_pages(found, bare_p95), "", *_head("what", "found", "to reach", "")]
    for line in LINES:
        value = at(found, line.path)
        if value is not None:
            verdict = "" if value <= line.ceiling else "missed"
            text.append(
                _row(line.label, f"{value:g} {line.unit}", f"≤ {line.ceiling:g} {line.unit}", verdict)
            )
    return "\n".join(
        [
            *text,
            *_import(found),
            *_chart(found),
            *_map(found),
            *_calendar(found),
            *_agenda(found),
            *_reseal(found),
        ]
    )


def _pages(found: Found, bare_p95: dict[str, float]) -> list[str]:
    rows = [
        _row(label, *(f"{n:.1f}" for n in (f["median_ms"], f["p95_ms"], f["bare_median_ms"], bare_p95[page])))
        for page, label in PAGES.items()
        if (f := found.get(page))
    ]
    return [*_head("milliseconds", "median", "95 %", "bare median", "bare 95 %"), *rows] if rows else []


def _import(found: Found) -> list[str]:
    took = found.get("import")
    return ["", f"The list: {took['seconds']} s, the twin {took['bare_seconds']} s."] if took else []


def _chart(found: Found) -> list[str]:
    took = found.get("chart_1000")
    if not took:
        return []
    return [
        "",
        f"The chart of 1,000: {took['median_ms']} ms as it opens, {took['names_median_ms']} ms with every name, "
        f"{took['cell_median_ms']} ms a cell; the twin's table {took['bare_median_ms']} ms, {took['bare_kb']} kB.",
    ]


def _map(found: Found) -> list[str]:
    took = found.get("map_500_2000")
    if not took:
        return []
    text = (
        f"The map again: {took['again_ms']} ms; the twin, which lays it out each time, {took['bare_ms']} ms"
    )
    return ["", f"{text}, {took['bare_kb']} kB."]


def _calendar(found: Found) -> list[str]:
    month, feed = found.get("calendar_month"), found.get("feed")
    if not month or not feed:
        return []
    return [
        "",
        f"A month: {month['median_ms']} ms, the twin's {month['bare_median_ms']} ms, {month['bare_kb']} kB. The feed: "
        f"{feed['median_ms']} ms, the twin's {feed['bare_median_ms']} ms; unchanged {feed['unchanged_ms']} ms.",
    ]


def _agenda(found: Found) -> list[str]:
    took = found.get("agenda")
    if not took:
        return []
    return [
        "",
        f"The agenda: {took['median_ms']} ms, the twin's {took['bare_median_ms']} ms, {took['bare_kb']} kB.",
    ]


def _reseal(found: Found) -> list[str]:
    took = found.get("reseal")
    return ["", f"New keys: {took['rows']} rows, {took['rows_per_s']} a second."] if took else []


def _head(*names: str) -> list[str]:
    return [_row(*names), _row("---", *["---:"] * (len(names) - 1))]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def missed(found: Found) -> list[str]:
    """Labels of what wasn't reached."""
    return [x.label for x in LINES if (value := at(found, x.path)) is not None and value > x.ceiling]
