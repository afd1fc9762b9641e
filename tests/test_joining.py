"""Joining, with two phones at 360 px: a link or a typed code, four words compared, let in; turned away; new keys."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, ask, chromium, serving, texts, type_words_back
from tests.journey import start
from tests.walking import Walk

pytestmark = pytest.mark.browser
PIN = "493027"


@pytest.fixture(scope="module")
def ana(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Ana has founded a collective and opened a place, where she keeps in touch with a Wendell."""
    folder = tmp_path_factory.mktemp("joining")
    with serving(folder / "data") as server, chromium() as browser:
        walk = Walk(server, browser, folder / "no-list")
        start(walk)
        walk.go("/places/new")
        walk.choose("workplace")
        walk.fill("What do you call it", "Warehouse")
        walk.page.locator("[name=units]").fill("Packing")
        walk.press("Open it")
        walk.page.locator("[name=names]").fill("Wendell T.\nRuth")
        walk.press("Show me the chart")
        yield walk


def phone(walk: Walk) -> Walk:
    """Somebody else's, at the same server."""
    return Walk(walk.server, walk.browser, walk.list_file, seen=set(walk.seen))


def code_for(walk: Walk, name: str) -> str:
    """Ana makes a code; the link that she hands over."""
    walk.go("/us/members/invite")
    walk.fill("The name they will go by", name)
    walk.press("Make the code")
    expect(walk.page.get_by_role("img", name="QR code")).to_be_visible()
    link = walk.page.locator(".link").inner_text().strip()
    walk.press("Handed over: take it off the screen")
    walk.go("/us/members/invite")
    assert link.rpartition("#")[2] not in walk.page.content()
    return link


def join(walk: Walk, link: str) -> list[str]:
    """The newcomer's side up to waiting; returns the four words they see."""
    walk.page.goto(link)
    walk.look()
    walk.press("Go on")
    walk.write_words_down()
    walk.press("Go on")
    walk.press("Without a PIN")
    return four_words(walk)


def four_words(walk: Walk) -> list[str]:
    walk.headline("Read these four words")
    return texts(walk.page.locator(".words li"))


def hear(walk: Walk, name: str, words: list[str]) -> None:
    """Ana looks at three words, hears the fourth, and types it."""
    walk.go("/us/members/invited")
    row = walk.page.locator("li", has_text=name)
    walk.tap(row.get_by_role("link", name="Compare words"))
    shown = texts(walk.page.locator(".words li"))
    (gap,) = [place for place, word in enumerate(shown) if word != words[place]]
    walk.page.get_by_label(f"Word {gap + 1}").fill(words[gap].upper())


def test_from_the_link_to_the_first_page(ana: Walk) -> None:
    link, wen = code_for(ana, "Wendell"), phone(ana)
    wen.page.goto(link)
    assert wen.page.viewport_size == PHONE
    expect(wen.page.get_by_label("Code")).to_have_value(link.rpartition("#")[2])
    expect(wen.page).not_to_have_url(re.compile("#"))
    assert ask(wen.page, "history.length") <= 2, "the code is in the history"
    wen.press("Go on")
    wen.write_words_down()
    wen.press("Go on")
    wen.page.get_by_label("PIN", exact=True).fill(PIN)
    wen.fill("The same PIN once more", PIN)
    wen.press("Use this PIN")
    words = four_words(wen)
    wen.follow("Notes for yourself")
    wen.fill("A note", "Ruth first")
    wen.press("Keep it")
    wen.follow("Waiting to be let in")
    hear(ana, "Wendell", words)
    ana.choose("Warehouse")
    ana.choose("Wendell T.")
    ana.press("The words are the same: let Wendell in")
    ana.sees("Wendell is one of us now")
    expect(wen.page.get_by_role("heading", level=1)).not_to_contain_text("four words", timeout=30_000)
    wen.sees("You are let in")
    wen.person("Ruth")
    wen.person("Wendell")
    wen.go("/us")
    wen.follow("Notes for yourself")
    wen.sees("Ruth first")
    ana.go("/us/history")
    ana.sees("let Wendell in")
    for walk in (ana, wen):
        assert walk.problems == [] and walk.outside == []


def test_whoever_has_other_words_is_turned_away(ana: Walk) -> None:
    link, stranger, late = code_for(ana, "Xu"), phone(ana), phone(ana)
    join(stranger, link)
    late.page.goto(link)
    late.press("Go on")
    late.sees("somebody else may have come in your place")
    ana.go("/us/members/invited")
    ana.tap(ana.page.locator("li", has_text="Xu").get_by_role("link", name="Turn away"))
    ana.press("Turn them away")
    ana.sees("their words open nothing")
    stranger.page.goto(f"{ana.server.address}/waiting")
    stranger.unlock()
    stranger.sees("don't fit together")
    for walk in (ana, stranger, late):
        assert walk.problems == [] and walk.outside == []


def test_without_scripts_the_code_is_typed_and_all_goes_the_same_way(ana: Walk) -> None:
    link = code_for(ana, "Yara")
    context = ana.browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{ana.server.address}/unlock")
    page.get_by_role("link", name="I am invited").click()
    page.get_by_label("Code").fill(link.rpartition("#")[2].upper())
    page.get_by_role("button", name="Go on").click()
    words = texts(page.locator(".words li"))
    page.get_by_role("button", name="I have written them down").click()
    type_words_back(page, words)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="This is a shared phone").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Read these four words")
    four = texts(page.locator(".words li"))
    hear(ana, "Yara", four)
    ana.press("The words are the same: let Yara in")
    page.get_by_role("link", name="Look now").click()
    expect(page.get_by_text("You are let in")).to_be_visible()
    context.close()


def test_lost_words_and_new_keys(ana: Walk) -> None:
    link, zoe, again = code_for(ana, "Zoe"), phone(ana), phone(ana)
    hear(ana, "Zoe", join(zoe, link))
    ana.choose("Warehouse")
    ana.press("The words are the same: let Zoe in")
    zoe.page.wait_for_url(f"{ana.server.address}/", timeout=30_000)
    again.go("/unlock")
    again.follow("My words are lost")
    ana.go("/us/members")
    ana.follow("Zoe")
    ana.follow("Zoe lost their words")
    ana.press("Make the code")
    link = ana.page.locator(".link").inner_text().strip()
    ana.press("Handed over: take it off the screen")
    hear(ana, "Zoe", join(again, link))
    ana.sees("And where you both work:")
    ana.press("The words are the same: let Zoe in")
    ana.sees("Zoe is in again")
    zoe.go("/people")
    expect(zoe.page.get_by_label("Login name")).to_be_visible()
    again.page.wait_for_url(f"{ana.server.address}/", timeout=30_000)
    again.person("Ruth")
    again.go("/us/new-words")
    again.fill("Your present six words", " ".join(again.words))
    again.press("Go on")
    again.headline("Write this down")
    for walk in (ana, zoe, again):
        assert walk.problems == [] and walk.outside == []
