"""The journey's second half: a second member comes in, gets keys and new ones, and goes; and what protects people."""

import re

from playwright.sync_api import Page, expect

from tests.browser import texts, type_words_back
from tests.walking import Walk, point

PIN = "739 204"
BEN: dict[str, "Walk"] = {}


def beside(walk: Walk) -> Walk:
    """Another phone of another member, on the same walk."""
    return Walk(
        walk.server,
        walk.browser,
        walk.list_file,
        walk.mark,
        walk.pictures,
        problems=walk.problems,
        seen=walk.seen,
        outside=walk.outside,
    )


def ben(walk: Walk) -> Walk:
    return BEN[walk.server.address]


@point("9 a second member: invited, waits, four words compared, let in")
def second_member(walk: Walk) -> None:
    page = walk.page
    walk.go("/us/members")
    walk.follow("Invite")
    page.locator("[name=name]").fill(f"Ben {walk.mark}")
    walk.press("Make the code")
    link = page.locator("p.link").inner_text().strip()
    walk.press("Handed over: take it off the screen")
    other = BEN[walk.server.address] = beside(walk)
    other.page.goto(link)
    expect(other.page.get_by_label("Code")).not_to_have_value("")
    expect(other.page).not_to_have_url(re.compile("#"))  # the code doesn't stay in the address
    other.look()
    other.press("Go on")
    other.write_words_down()
    other.press("Go on")
    other.press("Without a PIN")
    other.headline("four words")
    said = texts(other.page.locator("ol.words li"))
    other.go("/notes")
    other.page.locator("textarea").first.fill(f"Bring a pen {walk.mark}")
    other.press("Keep it")
    let_in(walk, said)
    other.go("/")
    other.go("/places")
    other.sees(f"Warehouse {walk.mark}")


def let_in(walk: Walk, said: list[str]) -> None:
    """The coordinator hears the words and types the one that is missing."""
    page = walk.page
    walk.go("/us/members/invited")
    walk.tap(page.get_by_role("link", name=re.compile("Compare words")).first)
    shown = texts(page.locator("ol.words li"))
    (missing,) = [n for n, word in enumerate(shown) if word not in said]
    page.locator("[name=word]").fill("wrong")
    walk.tap(page.locator("main button.primary"))
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("[name=word]").fill(said[missing])
    place = page.locator("label.chip", has_text=f"Warehouse {walk.mark}").first
    if place.count() and not place.locator("input").is_checked():
        place.click()
    walk.tap(page.locator("main button.primary"))


@point("10 a known phone: PIN, wrong PINs, this phone's name and icon")
def known_phone(walk: Walk) -> None:
    other = ben(walk)
    other.go("/us/this-phone")
    other.go("/us/devices")
    for pin in ("123456", PIN):
        other.page.locator("[name=pin]").fill(pin)
        other.page.locator("[name=pin_again]").fill(pin)
        other.press("Make it known")
        assert (other.page.get_by_role("alert").count() > 0) == (pin == "123456"), "a PIN anybody guesses"
    other.go("/us")
    other.press("Lock now")
    other.page.locator("#pin").fill("111 112")
    other.page.locator("form[action='/pin'] button").click()
    expect(other.page.get_by_role("alert")).to_be_visible()
    other.page.locator("#pin").fill(PIN)
    other.tap(other.page.locator("form[action='/pin'] button"))
    other.go("/")


@point("11 two at one place: handed on, introduced; access for a while")
def two_at_one_place(walk: Walk) -> None:
    page = walk.page
    walk.person("Ruth")
    page.goto(f"{page.url}/hand-on")
    walk.look()
    walk.tap(page.locator("main button.primary"))
    walk.go("/places")
    walk.follow(f"Warehouse {walk.mark}")
    page.goto(f"{page.url}/access")
    walk.sees(f"Ben {walk.mark}")
    walk.go("/us/members")
    walk.tap(page.get_by_role("link", name=re.compile(f"Ben {walk.mark}".strip())).first)
    walk.look()
    ben(walk).go("/people")
    ben(walk).sees(f"Ruth {walk.mark}")


@point("25 the recovery kit: two sheets, two who vouch, a check that shows nothing")
def recovery_kit(walk: Walk) -> None:
    sheets = {}
    for keeper in (walk, ben(walk)):
        keeper.go("/us/kit")
        keeper.tap(keeper.page.locator("main button.primary"))
        words = texts(keeper.page.locator("ol.words li"))
        type_words_back(keeper.page, words)
        keeper.press("It is on paper")
        sheets[id(keeper)] = " ".join(words)
    for keeper in (walk, ben(walk)):
        keeper.go("/us/kit")
        keeper.follow("Vouch for it")
        keeper.page.locator("[name=sheet]").fill(sheets[id(keeper)].upper())
        keeper.press("Check my sheet and sign")
    ben(walk).headline("kit is ready")
    walk.go("/us/kit/check")
    walk.page.locator("[name=sheet]").fill(sheets[id(walk)])
    walk.press("Check")
    walk.headline("sheet 1")
    walk.go("/us/drill")
    walk.page.locator("[name=words]").fill("Marisol\nWarehouse")
    walk.press("Look through the sealed records")
    assert walk.page.locator("main .urgent").count() == 0, "something is found in the sealed records"


@point("26 what a person may ask of us: whole file, one entry of two, another place, erased for good")
def dignity(walk: Walk) -> None:
    page = walk.page
    walk.person("Marisol")
    marisol = page.url
    page.goto(f"{marisol}/file")
    walk.look()
    walk.sees("Breaks that are really ten minutes")
    page.goto(f"{marisol}/merge")
    walk.look()
    page.locator("#q").fill("tall")
    walk.tap(page.get_by_role("button", name="Find"))
    walk.tap(page.locator("main section a.name, main section button").first)
    walk.tap(page.get_by_role("button", name="Make one entry of both"))
    walk.press("Undo")
    walk.person("Andrzej")
    page.goto(f"{page.url}/move")
    walk.look()
    walk.press("Move them")
    walk.sees(f"Hill blocks {walk.mark}")
    walk.person("Olena")
    olena = page.url
    page.goto(f"{olena}/erase")
    walk.look()
    page.locator("[name=name]").fill(f"Olena {walk.mark}")
    walk.press("Erase for good")
    page.goto(olena)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Olena")
    walk.go("/us/fading")


@point("27 new words; and new keys for somebody who lost theirs")
def new_words(walk: Walk) -> None:
    other = ben(walk)
    other.go("/us/new-words")
    other.page.locator("[name=passphrase]").fill(" ".join(other.words))
    other.press("Go on")
    other.words = texts(other.page.locator("ol.words li"))
    other.press("I have written them down")
    type_words_back(other.page, other.words)
    other.tap(other.page.locator("main button.primary"))
    other.context.clear_cookies()
    other.go("/unlock")
    other.unlock()
    other.go("/us")
    other.press("Lock now")
    walk.go("/lost-words")


@point("28 a member leaves: who takes over, new keys at once, old records re-sealed")
def leaving(walk: Walk) -> None:
    page, other = walk.page, ben(walk)
    other.unlock()
    walk.go("/us/members")
    walk.tap(page.get_by_role("link", name=re.compile(f"Ben {walk.mark}".strip())).first)
    walk.tap(page.get_by_role("link", name=re.compile("goes, or has to go")))
    walk.press("Go on: who takes over?", role="link")
    if page.get_by_role("button", name="Go on", exact=True).count():
        walk.press("Go on")
    walk.tap(page.get_by_role("button", name=re.compile("^Let Ben")))
    other.page.goto(walk.server.address + "/people")
    assert "/unlock" in other.page.url, "an old cookie still opens something"
    other.unlock()
    expect(other.page.get_by_role("alert")).to_be_visible()
    walk.go("/us/new-keys-in-use")
    wait_for_the_end(page)
    walk.headline("newest keys")
    walk.person("Ruth")
    walk.sees(f"If they cut it again {walk.mark}")
    walk.go("/us/history")


def wait_for_the_end(page: Page) -> None:
    """Wait until the progress of re-sealing has gone to its end."""
    going = "() => { const p = document.querySelector('progress'); return !p || p.value >= p.max }"
    page.wait_for_function(going, timeout=60_000)
    page.goto(page.url)


@point("29 alarm: everything that is open ends, for everybody")
def alarm(walk: Walk) -> None:
    walk.go("/us")
    walk.go("/us/alarm")
    walk.press("End everything now")
    walk.headline("locked out")
    walk.go("/people")
    assert "/unlock" in walk.page.url
    walk.unlock()
    walk.go("/")
