"""A wall chart of a thousand people: as the page opens on a phone, with every name, and beside the twin's table."""

import re
from collections.abc import Callable
from typing import Any

from bench.browser import Answer, Browser
from bench.pages import WARM_UP, percentile


def measure(ours: Browser, bare: Browser, twin: str, rounds: int) -> dict[str, Any]:
    """Each page in turn; times in milliseconds, sizes in bytes as they go over the line."""
    place = _place(ours)
    cell = _cell(ours, place)
    asked: dict[str, Callable[[], Answer]] = {
        "": lambda: ours.get(place),
        "names_": lambda: ours.get(f"{place}?all=1"),
        "cell_": lambda: ours.get(cell),
        "bare_": lambda: bare.get(twin),
    }
    times: dict[str, list[float]] = {name: [] for name in asked}
    sizes: dict[str, int] = {}
    for number in range(-WARM_UP, rounds):
        for name, ask in asked.items():
            answer = ask()
            sizes[name] = len(answer.body.encode())
            if number >= 0:
                times[name].append(answer.seconds * 1000)
    found: dict[str, Any] = {f"{name}median_ms": round(percentile(t, 50), 2) for name, t in times.items()}
    found |= {f"{name}kb": round(size / 1000, 1) for name, size in sizes.items()}
    found["ratio"] = round(percentile(times["names_"], 50) / percentile(times["bare_"], 50), 2)
    return found


def _place(ours: Browser) -> str:
    """The only place of the one who holds it."""
    return _first(r'href="(/places/[0-9a-f-]{36})"', ours.get("/places"))


def _cell(ours: Browser, place: str) -> str:
    return _first(r'class="count" href="([^"]+)"', ours.get(place)).replace("&amp;", "&")


def _first(pattern: str, answer: Answer) -> str:
    found = re.search(pattern, answer.body)
    if found is None:
        raise LookupError(f"nothing like {pattern} in a page of status {answer.status}")
    return found[1]
