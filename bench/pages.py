"""The five pages beside the bare twin's, one request after the other, taking turns."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench import browser, world
from bench.bare.__main__ import PASSWORD, USER
from bench.browser import Browser, Form
from bench.generate import ALL, PASSPHRASE

NAMES = ("today", "people", "search", "person", "log")
WARM_UP = 8

Person = dict[str, Any]


@dataclass
class Times:
    """Milliseconds of every request, by page."""

    of: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})

    def median(self, name: str) -> float:
        return percentile(self.of[name], 50)

    def p95(self, name: str) -> float:
        return percentile(self.of[name], 95)


def percentile(values: list[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


@dataclass
class Ours:
    """The pages of Masslink, for one who holds all."""

    browser: Browser
    search_form: Form = field(init=False)

    def __post_init__(self) -> None:
        self.search_form = self.browser.get("/people").form(having="q")

    def ask(self, page: str, person: Person, words: str) -> float:
        """Seconds for one request."""
        if page == "search":
            fields = {**self.search_form.fields, "q": words}
            return self.browser.post("/people/find", fields, htmx=True, expect=200).seconds
        if page == "log":
            form = self.browser.get(f"/talked?person={person['id']}").form(having="words")
            return self.browser.post("/talked", {**form.fields, "words": words}).seconds
        path = {"today": "/", "people": "/people", "person": f"/people/{person['id']}"}[page]
        return self.browser.get(path).seconds


@dataclass
class Bare:
    """The pages of the twin. It has none like Today: that stands beside its list."""

    browser: Browser

    def ask(self, page: str, person: Person, words: str) -> float:
        path = f"/people/{person['number']}"
        if page == "search":
            return self.browser.get(f"/?{urlencode({'q': words})}").seconds
        if page == "log":
            form = self.browser.get(path).form(having="words")
            return self.browser.post(path, {**form.fields, "kind": "talked", "words": words}).seconds
        return self.browser.get(path if page == "person" else "/").seconds


@contextmanager
def ours(port: int) -> Iterator[Ours]:
    opened = browser.unlock(port, ALL, PASSPHRASE)
    try:
        yield Ours(opened)
    finally:
        opened.close()


@contextmanager
def bare(port: int) -> Iterator[Bare]:
    opened = browser.log_in_bare(port, USER, PASSWORD)
    try:
        yield Bare(opened)
    finally:
        opened.close()


def measure(sides: list[Ours | Bare], persons: list[Person], rounds: int) -> list[Times]:
    """Each page of each side in turn, so that whatever else the machine does meets all of them alike."""
    chance, found = random.Random(world.SEED), [Times() for _ in sides]
    for number in range(-WARM_UP, rounds):
        for page in NAMES:
            person = chance.choice(persons)
            words = world.typed(chance, person["name"]) if page == "search" else world.sentence(chance)
            for one in _turn(range(len(sides)), number):
                took = sides[one].ask(page, person, words)
                if number >= 0:
                    found[one].of[page].append(took * 1000)
    return found


def _turn(order: range, number: int) -> list[int]:
    return list(order) if number % 2 else list(reversed(order))
