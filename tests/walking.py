"""How a journey walks: one phone's browser that looks at each page it comes to, and the list of points."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Locator, expect

from masslink.vault.tests.databases import ON_POSTGRESQL
from tests.browser import PHONE, Server, faults, texts, too_wide, type_words_back

POINTS: list[tuple[str, Callable[["Walk"], None]]] = []


def point(name: str) -> Callable[[Callable[["Walk"], None]], Callable[["Walk"], None]]:
    def add(walk: Callable[["Walk"], None]) -> Callable[["Walk"], None]:
        POINTS.append((name, walk))
        return walk

    return add


@dataclass
class Walk:
    """One browser on its way. `mark` is part of everything that is typed, so that a leak could be found."""

    server: Server
    browser: Browser
    list_file: Path
    mark: str = ""
    pictures: Path | None = None
    login: str = ""
    words: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    outside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.new_context()
        self.page = self.context.new_page()
        self.page.on("dialog", lambda dialog: dialog.accept())

    def new_context(self) -> BrowserContext:
        context = self.browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
        context.on("request", self._note_request)
        return context

    def _note_request(self, request: object) -> None:
        url = getattr(request, "url", "")
        if not url.startswith((self.server.address, "data:", "about:", "blob:")):
            self.outside.append(url)

    # --- moving about ---------------------------------------------------------------------------

    def go(self, path: str) -> None:
        self.page.goto(self.server.address + path)
        self.look()

    def press(self, name: str, *, role: str = "button", exact: bool = True) -> None:
        """Tap the button (or link) with this text, and wait for the page that follows."""
        self.tap(self.page.get_by_role(role, name=name, exact=exact).first)  # type: ignore[arg-type]

    def tap(self, what: Locator) -> None:
        """Tap something that leads to another page."""
        with self.page.expect_navigation():
            what.click()
        self.look()

    def person(self, name: str) -> None:
        """From the list of people to one of them."""
        self.go("/people")
        self.page.locator("#q").fill(name)
        found = self.page.locator("#results").get_by_role("link", name=re.compile(re.escape(name)))
        expect(found.nth(0)).to_be_visible()
        expect(self.page.locator("#results a.name[href^='/people/']")).to_have_count(found.count())
        self.tap(found.first)

    def follow(self, name: str) -> None:
        self.press(name, role="link")

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first.fill(text)

    def choose(self, text: str) -> None:
        """Tap a chip."""
        self.page.locator("label.chip", has_text=re.compile(f"^\\s*{re.escape(text.strip())}")).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def headline(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def look(self) -> None:
        """Each kind of page once: does it fit the phone, does axe find anything serious? Keep a picture."""
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", self.page.url.removeprefix(self.server.address))
        kind = kind.split("?")[0]
        heading = self.page.locator("h1").first
        kind += (
            " " + (heading.inner_text() if heading.count() else "") if kind in ("/found", "/lists/id") else ""
        )
        if kind in self.seen:
            return
        self.seen.add(kind)
        try:
            self.examine(kind)
        except Error as error:
            if "context was destroyed" not in str(error):
                raise  # else: a page of long work, which has gone on by itself to the next

    def examine(self, kind: str) -> None:
        if too_wide(self.page):
            self.problems.append(f"{kind} scrolls sideways at {PHONE['width']} px")
        if not ON_POSTGRESQL:  # a page looks the same on both, and looking takes half of the walk
            self.problems += [f"{kind}: {fault}" for fault in faults(self.page)]
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "today"
            self.page.screenshot(path=self.pictures / f"{len(self.seen):02} {name}.png", full_page=True)

    def unlock(self) -> None:
        self.fill("Login name", self.login)
        self.fill("Your six words", "  ".join(self.words).upper())
        self.press("Unlock")

    def write_words_down(self) -> None:
        """Login and words that are offered go on paper, and some of them are typed back."""
        self.login = self.page.locator(".login").inner_text().strip()
        self.words = texts(self.page.locator("ol.words li"))
        self.press("I have written them down")
        type_words_back(self.page, self.words)

    def pick(self, typed: str, chip: str) -> None:
        """Find somebody by a few letters and tap them."""
        self.page.locator("#id_who").fill(typed)
        offered = self.page.locator("#picked label.offered", has_text=chip).first
        offered.click()
        expect(
            self.page.locator("#picked label.taken", has_text=chip.removeprefix("new: ")).first
        ).to_be_visible()
