"""Odd input: every address with questions and forms that nobody meant to send. It may refuse; it never breaks."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

import masslink
from tests.test_doors import World, patterns

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = "<script>alert(1)</script>"
NOWHERE = "ffffffff-ffff-4fff-bfff-ffffffffffff"
FORM = "application/x-www-form-urlencoded"
ASKED = ("", "0", "-1", "abc", "٣", "9" * 30, "\x00", NOWHERE, f"\"'>{SCRIPT}")
SENT = (
    *(
        *ASKED,
        " ",
        "1e9",
        "NaN",
        "a\x00b\x07\x1b\x7f",
        "\n\r\n",
        "none",
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
    ),
    *(
        "{0} %s %(x)s",
        "\u202eمرحبا \u200b",
        "👩🏽‍🏭" * 40,
        "W" * 9_000,
        '" OR NEAR( * : ^',
        "//elsewhere.example/",
    ),
)
# It is gone after another's turn; these end what others need, or let nobody in after them.
FIRST, LAST = (
    ("link-end", "difference"),
    (
        *("agenda-item-off", "agenda-template-drop", "minute-out"),
        *("ask-drop", "role-remove", "gathering-drop", "gathering-drop-all", "plan-discard"),
        *(
            "unit-remove",
            "shift-remove",
            "import-cancel",
            "import-undo",
            "person-delete",
            "undo",
            "alarm",
            "lock",
        ),
    ),
)


def names_in_code() -> list[str]:
    """Every name that some view or form looks up in a request, found in the source."""
    code = "".join(path.read_text() for path in Path(masslink.__path__[0]).rglob("*.py"))
    return sorted(set(re.findall(r"(?:GET|POST|data)(?:\.get|\.getlist)?[(\[]\"(\w+)\"", code)))


class Fields(HTMLParser):
    """The names and values of a page's form fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.days: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("input", "select", "textarea", "button") and (name := said.get("name")):
            free = name not in self.found or "checked" in said
            if free and (said.get("type") not in ("radio", "checkbox") or "checked" in said):
                self.found[name] = said.get("value") or ""
            self.found.setdefault(name, "")
            if said.get("type") == "date":
                self.days.add(name)


def addresses(world: World, method: str) -> list[tuple[URLPattern, str]]:
    """Everything that takes this method, with its address."""
    found = [p for p in patterns() if method in p.callback.methods]  # type: ignore[attr-defined]
    assert {*FIRST, *LAST} <= {p.name for p in patterns()}, "an address is named here that isn't there"
    return [(p, reverse(str(p.name), kwargs=world.args(p))) for p in sorted(found, key=_turn)]


def _turn(pattern: URLPattern) -> int:
    return LAST.index(pattern.name) + 1 if pattern.name in LAST else -(pattern.name in FIRST)


def ask(client: Client, method: str, address: str, data: Any = None, **more: Any) -> Iterator[str]:
    """What is wrong with the answer, said in a line."""
    try:
        answer = getattr(client, method)(address, data, **more)
    except Exception as error:
        yield f"{method} {address[:300]} {str(data)[:300]}: {type(error).__name__}: {str(error)[:200]}"
        return
    if answer.status_code >= 500:
        yield f"{method} {address[:300]} {str(data)[:300]}: {answer.status_code}"
    if SCRIPT.encode() in answer.content:
        yield f"{method} {address[:300]}: what was typed is a script on the page"
    if answer.headers.get("Location", "").startswith("//"):
        yield f"{method} {address[:300]}: sends somebody to another server"


def form_of(client: Client, address: str) -> Fields:
    parser = Fields()
    answer = client.get(address)
    if answer.status_code == 200 and not answer.streaming:
        parser.feed(answer.content.decode("utf-8", "replace"))
    return parser


def test_no_question_in_an_address_breaks_a_page(world: World):
    names, client = names_in_code(), world.ana.client
    assert {"place", "person", "page", "part", "before", "back", "next", "unit"} <= set(names)
    found: list[str] = []
    for _pattern, address in addresses(world, "GET"):
        for odd in ASKED:
            found += ask(client, "get", f"{address}?{urlencode(dict.fromkeys(names, odd))}")
        found += ask(client, "get", f"{address}?" + "&".join(f"{name}=%ff%ED%A0%80" for name in names))
    assert not found, "\n".join(found)


def test_no_form_breaks_a_page(world: World):
    names, client = names_in_code(), world.ana.client
    found: list[str] = []
    for turn, (pattern, address) in enumerate(addresses(world, "POST")):
        form = form_of(client, address)
        shown = form.found
        if pattern.name not in LAST:
            answer = client.post(address, {})
            assert answer.status_code not in (404, 405), (
                f"{pattern.name} wasn't reached: {answer.status_code}"
            )
        for i in range(2):  # each name gets another oddity each time, and at each address
            mixed = {name: SENT[(turn + 7 * i + j) % len(SENT)] for j, name in enumerate([*names, *shown])}
            found += ask(client, "post", address, mixed, headers={"HX-Request": "true"} if i else {})
        for i, field in enumerate(shown):  # the page's own form, with one oddity in it
            found += ask(client, "post", address, {**shown, field: SENT[(turn + i) % len(SENT)]})
        for field in sorted(form.days):  # a day of the calendar, and none that one can reckon with
            for day in ("0001-01-01", "9999-12-31"):
                found += ask(client, "post", address, {**shown, field: day})
        found += ask(client, "post", address, b"%ff%fe=%ff&who=%ff&q=%ED%A0%80", content_type=FORM)
        found += ask(client, "post", address, b"--x", content_type="multipart/form-data; boundary=y")
    assert not found, "\n".join(found)


def test_pages_show_what_odd_forms_left_behind(world: World):
    """Names of every kind in every list: nothing is refused that somebody may be called."""
    client, person = world.ana.client, reverse("person", args=[world.ids["person_id"]])
    for odd in (
        "\u202eمرحبا",
        "👩🏽‍🏭",
        "W" * 120,
        f'">{SCRIPT}',
        'O\'Neill & sons, "Dee" 100%',
        "{{ x }} %s",
    ):
        site = str(world.ids["site_id"])
        client.post(f"{person}/edit", {"name": odd, "nickname": odd[:60], "site": site, "version": "1"})
        client.post(
            reverse("talked"), {"new": odd, "how": "talked", "words": odd, "what": odd, "day": "2027-01-01"}
        )
        client.post(reverse("site-edit", args=[site]), {"name": odd[:80], "kind": "workplace", "note": odd})
    found: list[str] = []
    for _pattern, address in addresses(world, "GET"):
        found += ask(client, "get", address)
    assert not found, "\n".join(found)
