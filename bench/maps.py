"""The map of a place of 500 people and 2,000 ties, beside the twin's: when it is first drawn, and after that."""

import json
import re
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import browser, servers, world
from bench.bare.__main__ import PASSWORD, USER
from bench.browser import Browser
from bench.generate import ALL, PASSPHRASE
from bench.pages import percentile

FRESH = 3  # servers started anew: a map is laid out once an unlocking


def measure(place: Path) -> dict[str, Any]:
    size = json.dumps(asdict(world.TIED))
    servers.run("bench.generate", str(place), size)
    servers.run("bench.bare", "fill", "--data", str(place), "--size", size)
    first = sorted(_first(place) for _ in range(FRESH))[FRESH // 2]
    with ExitStack() as stack:
        twin = stack.enter_context(servers.serving("bench.bare", "serve", data=place))
        ours = _unlocked(stack, place)  # the twin listens by then
        bare = browser.log_in_bare(twin.port, USER, PASSWORD)
        stack.callback(bare.close)
        address, took, its = _address(ours), list[float](), list[float]()
        for number in range(-3, world.TIED.rounds):
            mine, theirs = ours.get(address), bare.get("/maps/1")
            if number >= 0:
                took.append(mine.seconds)
                its.append(theirs.seconds)
    again, bare_s = percentile(took, 50), percentile(its, 50)
    return {
        "first_s": round(first, 2),
        "again_ms": round(again * 1000, 1),
        "bare_ms": round(bare_s * 1000, 1),
        "ratio": round(again / bare_s, 2),
        "kb": round(len(mine.body.encode()) / 1000, 1),
        "bare_kb": round(len(theirs.body.encode()) / 1000, 1),
    }


def _first(place: Path) -> float:
    """Seconds of the first answer: everything read, laid out, named and drawn."""
    with ExitStack() as stack:
        ours = _unlocked(stack, place)
        return ours.get(_address(ours)).seconds


def _unlocked(stack: ExitStack, place: Path) -> Browser:
    server = stack.enter_context(servers.serving("masslink", "serve", data=place))
    opened = browser.unlock(server.port, ALL, PASSPHRASE)
    stack.callback(opened.close)
    return opened


def _address(ours: Browser) -> str:
    found = re.search(r'href="(/places/[0-9a-f-]{36})"', ours.get("/places").body)
    if not found:
        raise LookupError("no place to draw a map of")
    return f"{found[1]}/map"
