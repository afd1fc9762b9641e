"""The journey's middle: a place is charted, with a second member. Who sits where, who knows whom, where they stand."""

import re

from playwright.sync_api import expect

from tests.journey_of_trust import ben
from tests.walking import Walk, point


def warehouse(walk: Walk, part: str = "") -> None:
    """Ana's or Ben's way to a part of the place: the chart, or what its nav is called."""
    walk.go("/places")
    walk.follow(f"Warehouse {walk.mark}")
    if part:
        nav = walk.page.get_by_role("navigation", name="Parts of this place")
        walk.tap(nav.get_by_role("link", name=part, exact=True))


@point("12 the wall chart: tap, move, count, colours, filter, paper")
def chart(walk: Walk) -> None:
    page = walk.page
    warehouse(walk)
    walk.follow("How fresh")
    walk.follow("How deep")
    page.locator("main .chart a", has_text="Mari").first.click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text(f"They moved the clock {walk.mark}")
    panel.get_by_text("Move", exact=True).click()
    panel.locator("[name=to_shift]").select_option(label=f"Night {walk.mark}")
    panel.get_by_role("button", name="Move them there").click()
    expect(page.locator(".flash")).to_contain_text(f"Mari {walk.mark} stands")
    expect(page.locator(".flash")).to_be_in_viewport()
    walk.press("Undo")
    warehouse(walk)
    page.get_by_text("Show some of them").click()
    page.locator("details select").first.select_option(index=1)
    walk.press("Show these")
    walk.follow("Show everybody")
    walk.follow("Print")
    with page.expect_download() as made:
        walk.page.get_by_role("button", name="Make the PDF").click()
    assert made.value.path().read_bytes().startswith(b"%PDF")


@point("13 who knows whom: ties, the map, a way to somebody")
def ties(walk: Walk) -> None:
    page = walk.page
    walk.person("Marisol")
    walk.follow("Write down whom they know")
    walk.pick("andr", f"Andrzej {walk.mark}")
    page.locator("label.chip", has_text="friend").first.click()
    walk.press("Save")
    walk.sees("Friend")
    warehouse(walk, "Map")
    expect(page.locator("main svg").first).to_be_visible()
    walk.sees("Who knows whom")


@point("14 where they stand: each for themselves, then both; two who differ talk")
def standing(walk: Walk) -> None:
    warehouse(walk, "Where they stand")
    walk.follow("Ask the first question")
    walk.page.locator("[name=text]").fill(f"refusing overtime {walk.mark}")
    walk.press("Ask it")
    say(walk, 2)
    other = ben(walk)
    warehouse(other, "Where they stand")
    assert "as you see it" not in other.page.content()
    other.person("Ruth")
    other.sees("Others have a view. You see it once you have said yours.")
    say(other, 5)
    other.person("Ruth")
    other.follow("You two see it differently: talk about it")
    other.press("We have talked about it")
    for one, value in ((other, "2"), (walk, "2")):
        one.person("Ruth")
        link = one.page.get_by_role("link", name="You two see it differently: talk about it")
        if link.count():
            one.tap(link.first)
            one.choose(value)
            one.press("So I see it today")
    warehouse(walk, "Where they stand")
    walk.sees("1 is with us, 5 is against.")


def say(walk: Walk, value: int) -> None:
    """One's own view of Ruth, on the page where one goes through people."""
    warehouse(walk, "Where they stand")
    walk.follow("Say where they stand")
    if walk.page.get_by_role("group", name=re.compile("Ruth")).count() == 0:
        walk.person("Ruth")
        walk.follow("Say where they stand")
        walk.choose(str(value))
        walk.press("Save")
        return
    row = walk.page.get_by_role("group", name=re.compile("Ruth")).first
    row.locator("label.chip").nth([1, 2, 3, 4, 5, 0].index(value)).click()
    walk.press("Save")


@point("15 what they did: several ticked at once, the steps over time, a caution")
def deeds(walk: Walk) -> None:
    page = walk.page
    warehouse(walk, "What they did")
    walk.follow("Note what they did")
    walk.choose("signed")
    page.locator("[name=words]").fill(f"The petition about the breaks {walk.mark}")
    for cell in page.locator("details.cell:not([open]) summary").all():
        cell.click()
    for name in ("Marisol", "Ruth"):
        page.locator("label.chip", has_text=name).first.click()
    walk.press("Save")
    expect(page.locator(".flash")).to_be_visible()
    walk.sees(f"The petition about the breaks {walk.mark}")
    walk.person("Andrzej")
    page.goto(f"{page.url}/caution")
    walk.look()
    page.locator("[name=how]").first.check(force=True)
    page.locator("[name=seen]").fill(f"I stood beside it {walk.mark}")
    page.locator("[name=safe]").fill(f"football {walk.mark}")
    walk.press("Save")
    walk.sees("Careful what you say")
    other = ben(walk)
    other.person("Andrzej")
    assert f"I stood beside it {walk.mark}" not in other.page.content()


@point("16 what divides us here, and what we tried")
def divides(walk: Walk) -> None:
    page = walk.page
    warehouse(walk, "What divides us")
    walk.press("Note something", role="link")
    page.locator("[name=happened]").fill(f"Only the permanent ones got gloves {walk.mark}")
    page.locator("label.chip", has_text="agency and permanent").first.click(force=True)
    walk.press("Save")
    warehouse(walk, "What divides us")
    walk.sees("Only the permanent ones got gloves")
    walk.press("What did we try?", role="link", exact=False)
    page.locator("[name=tried]").fill(f"We bought twelve pairs together {walk.mark}")
    walk.press("Save")
    warehouse(walk, "What divides us")
    walk.sees("We bought twelve pairs together")


@point("17 a pair: formed, sits down")
def pair(walk: Walk) -> None:
    page = walk.page
    warehouse(walk, "Pairs")
    walk.follow("Form the first pair")
    for name in ("Ana", "Ben"):
        chip = page.locator("fieldset").first.locator("label.chip", has_text=name).first
        if not chip.locator("input").is_checked():
            chip.click()
    page.locator("label.chip", has_text=f"Packing {walk.mark}".strip()).first.click()
    page.locator("textarea[name=note]").fill(f"Tuesdays after the shift {walk.mark}")
    walk.press("Save")
    walk.headline("Ben")
    walk.follow("We sat down")
    page.locator("[name=notes]").fill(f"Ruth first, then her sister {walk.mark}")
    walk.press("Save")
    walk.sees("Ruth first, then her sister")


@point("18 the planner: what one can, a proposal with reasons, changed by hand, adopted")
def plan(walk: Walk) -> None:
    page = walk.page
    walk.go("/us/readiness")
    page.locator("[name=languages]").fill(f"Polish {walk.mark}")
    walk.choose("two")
    walk.press("Save")
    walk.go("/us/plan/wishes")
    walk.go("/us/plan")
    for chip in page.locator("label.chip:has(input[name=sites])").all():
        if not chip.locator("input").is_checked():
            chip.click()
    walk.press("Propose pairs")
    walk.headline("proposed")
    walk.press("Calculate again")
    walk.follow("Adopt this plan")
    walk.press("Adopt it")
    warehouse(walk, "Pairs")
    walk.sees("Ben")
