"""Known phones in a real browser at 360 px: one profile opens by PIN, another doesn't know us; and five wrong PINs."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import PHONE, chromium, faults, serving, too_wide
from tests.journey import start
from tests.walking import Walk

pytestmark = pytest.mark.browser
PIN, WRONG = "493027", "860975"


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Ana has founded a collective and made her phone known, through pages only."""
    folder = tmp_path_factory.mktemp("phones")
    with serving(folder / "data") as server, chromium() as browser:
        walk = Walk(server, browser, folder / "no-list")
        start(walk)
        make_known(walk)
        yield walk


def make_known(walk: Walk) -> None:
    walk.go("/us")
    walk.follow("Your phones")
    walk.fill("What you call it", "Blue phone")
    walk.page.get_by_label("PIN", exact=True).fill(PIN)
    walk.fill("The same PIN once more", PIN)
    walk.press("Make it known")
    walk.headline("This phone opens with your PIN")


def lock(walk: Walk) -> None:
    walk.go("/us")
    walk.press("Lock now")


def type_pin(walk: Walk, pin: str) -> None:
    walk.page.locator("#pin").fill(pin)
    walk.press("Unlock")


def fits(page: Page) -> None:
    assert page.viewport_size == PHONE
    assert not too_wide(page)
    assert faults(page) == []


def test_the_known_profile_opens_by_pin_and_another_takes_words(walk: Walk) -> None:
    lock(walk)
    pin = walk.page.locator("#pin")
    expect(pin).to_be_focused()
    assert (pin.get_attribute("inputmode"), pin.get_attribute("autocomplete")) == ("numeric", "off")
    assert pin.evaluate("field => getComputedStyle(field).webkitTextSecurity") == "disc"
    fits(walk.page)
    unknown = walk.new_context().new_page()
    unknown.goto(f"{walk.server.address}/unlock")
    expect(unknown.get_by_label("Login name")).to_be_visible()
    expect(unknown.locator("#pin")).to_have_count(0)
    type_pin(walk, PIN)
    walk.go("/us")
    walk.sees("You go by Ana")
    assert too_short_lived(walk.context) == []


def too_short_lived(context: BrowserContext) -> list[str]:
    """Cookies of a known phone that scripts could read, or that go with the window."""
    kept = [cookie for cookie in context.cookies() if re.search("phone|seen", cookie["name"])]
    assert len(kept) == 2
    return [c["name"] for c in kept if not c["httpOnly"] or c["expires"] < 0 or c["sameSite"] != "Strict"]


def test_what_was_typed_while_locked_is_sent_after_the_pin(walk: Walk) -> None:
    walk.go("/places/new")
    walk.choose("workplace")
    walk.fill("What do you call it", "Bakery on the hill")
    other = walk.context.new_page()
    other.goto(f"{walk.server.address}/us")
    other.get_by_role("button", name="Lock now").first.click()
    expect(other.locator("#pin")).to_be_visible()
    other.close()
    walk.press("Open it")
    walk.sees("What you were about to send is kept")
    type_pin(walk, PIN)
    walk.sees("Bakery on the hill")
    walk.press("Send")
    walk.headline("Who do you know on your shift?")


def test_after_five_wrong_pins_only_the_words_open(walk: Walk) -> None:
    lock(walk)
    for left in (4, 3, 2, 1):
        type_pin(walk, WRONG)
        expect(walk.page.get_by_role("alert")).to_contain_text(f"{left} tr")
    fits(walk.page)
    type_pin(walk, WRONG)
    walk.sees("This phone isn't known any more")
    expect(walk.page.locator("#pin")).to_have_count(0)
    walk.unlock()
    walk.sees("This phone doesn't open with its PIN any more")
    walk.go("/us/devices")
    walk.sees("Opens nothing any more")
    fits(walk.page)


def test_the_alarm_is_two_taps_from_us_and_locks_another_browser(walk: Walk) -> None:
    other = Walk(walk.server, walk.browser, walk.list_file, login=walk.login, words=walk.words)
    other.go("/unlock")
    other.unlock()
    walk.go("/us")
    walk.follow("Alarm")
    fits(walk.page)
    walk.press("End everything now")
    walk.headline("Everybody is locked out")
    fits(walk.page)
    other.page.goto(f"{walk.server.address}/people")
    expect(other.page.get_by_label("Login name")).to_be_visible()
    walk.go("/people")
    expect(walk.page.get_by_label("Login name")).to_be_visible()
