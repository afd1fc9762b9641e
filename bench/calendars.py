"""A month of 120 gatherings at four places, and a phone that fetches 600 of them, beside the twin's."""

import json
import re
from base64 import b64encode
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench import browser, pages, servers, world
from bench.bare.__main__ import TOKEN
from bench.browser import Browser
from bench.generate import ALL, PASSPHRASE
from bench.pages import WARM_UP, percentile


def measure(place: Path) -> dict[str, Any]:
    """Each in turn: our month, the twin's; our feed, the twin's, and ours where nothing changed."""
    size = json.dumps(asdict(world.CALENDAR))
    servers.run("bench.generate", str(place), size)
    servers.run("bench.bare", "fill", "--data", str(place), "--size", size)
    with (
        servers.serving("masslink", "serve", data=place) as server,
        servers.serving("bench.bare", "serve", data=place) as twin,
        closing(browser.unlock(server.port, ALL, PASSPHRASE)) as ours,
        closing(Browser(server.port)) as phone,
        pages.bare(twin.port) as bare,
    ):
        coded = _subscribed(ours)
        mark = phone.get("/calendar.ics", Authorization=coded).headers["ETag"]
        known = {"Authorization": coded, "If-None-Match": mark}
        asked = {
            "month": lambda: ours.get("/gatherings/calendar"),
            "bare_month": lambda: bare.browser.get("/calendar"),
            "feed": lambda: phone.get("/calendar.ics", Authorization=coded),
            "bare_feed": lambda: bare.browser.get(f"/feed/{TOKEN}"),
            "again": lambda: phone.get("/calendar.ics", expect=304, **known),
        }
        times: dict[str, list[float]] = {name: [] for name in asked}
        sizes: dict[str, int] = {}
        for number in range(-WARM_UP, world.CALENDAR.rounds):
            for name, ask in asked.items():
                answer = ask()
                sizes[name] = len(answer.body.encode())
                if number >= 0:
                    times[name].append(answer.seconds * 1000)
    median = {name: percentile(taken, 50) for name, taken in times.items()}
    return {
        "calendar_month": _beside(median["month"], median["bare_month"], sizes["month"], sizes["bare_month"]),
        "feed": {
            **_beside(median["feed"], median["bare_feed"], sizes["feed"], sizes["bare_feed"]),
            "unchanged_ms": round(median["again"], 2),
        },
    }


def _beside(ours: float, bare: float, size: int, bare_size: int) -> dict[str, float]:
    return {
        "median_ms": round(ours, 2),
        "bare_median_ms": round(bare, 2),
        "ratio": round(ours / bare, 2),
        "kb": round(size / 1000, 1),
        "bare_kb": round(bare_size / 1000, 1),
    }


def _subscribed(ours: Browser) -> str:
    """A new feed that shows titles and places, as the header a phone sends."""
    address = "/gatherings/calendar/phone"
    form = ours.get(address).form(having="shows")
    ours.post(address, {**form.fields, "shows": "places", "once": str(uuid4())})
    _where, login, secret = re.findall(r"<code>(.*?)</code>", ours.get(address).body, re.DOTALL)
    plain = "".join(re.findall(r"<span>(\w+)</span>", secret))
    return "Basic " + b64encode(f"{login}:{plain}".encode()).decode()
