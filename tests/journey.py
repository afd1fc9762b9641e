"""Walks through the product in a real browser at 360 px, as an organizer would; prints a line for each point.

script/journey                        on a fresh data directory, with a list of neighbours that it makes
script/journey --list FILE            with a list of your own
script/journey --pictures DIR         and keeps a picture of each page it comes to
"""

import argparse
import re
import sys
import tempfile
import traceback
from pathlib import Path

from playwright.sync_api import expect

import tests.journey_of_charting
import tests.journey_of_gathering
import tests.journey_of_trust  # noqa: F401  all of them add their points, and each point is a test
from tests.browser import StandsStill, chromium, serving
from tests.lists import make_list
from tests.walking import POINTS, Walk, point

REAL_LIST = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "osdi-fake-people.csv"


@point("1 start: found a collective, unlock, lock, nothing typed is lost")
def start(walk: Walk) -> None:
    page = walk.page
    walk.go("/")
    walk.follow("Found a collective")
    walk.fill("Code", "wrong-wrong-code")
    walk.fill("What your collective", f"The long table {walk.mark}")
    walk.fill("The name you go by", f"Ana {walk.mark}")
    walk.press("Go on")
    assert page.get_by_label("Code").is_visible(), "a wrong code went through"
    walk.fill("Code", walk.server.code)
    walk.press("Go on")
    walk.write_words_down()
    assert len(walk.words) == 6
    walk.press("Found the collective")
    walk.go("/us")
    walk.press("Lock now")
    walk.fill("Login name", walk.login)
    walk.fill("Your six words", "not the right words at all")
    walk.press("Unlock")
    expect(page.get_by_role("alert")).to_be_visible()
    walk.unlock()
    walk.go("/us/protected")


@point("2 places: a workplace with units, shifts and head counts")
def places(walk: Walk) -> None:
    walk.go("/places")
    walk.go("/places/new")
    walk.choose("workplace")
    walk.fill("What do you call it", f"Warehouse {walk.mark}")
    walk.page.locator("[name=units]").fill(f"Packing {walk.mark}\nPicking")
    walk.page.locator("[name=shifts]").fill(f"Day\nNight {walk.mark}")
    walk.fill("Good to know", f"The bus stops at five {walk.mark}")
    walk.press("Open it")
    walk.go("/places")
    walk.follow(f"Warehouse {walk.mark}")
    warehouse = walk.page.url
    walk.page.goto(f"{warehouse}/units")
    walk.look()
    walk.page.locator("input.few").first.fill("14")
    walk.press("Save")
    walk.page.goto(f"{warehouse}/access")
    walk.look()
    walk.page.goto(f"{warehouse}/edit")
    walk.look()
    walk.page.goto(warehouse)
    walk.sees("14")


@point("3 first five minutes: who do you know on your shift?")
def five_minutes(walk: Walk) -> None:
    walk.go("/places")
    walk.follow(f"Warehouse {walk.mark}")
    walk.page.goto(f"{walk.page.url}/names")
    walk.look()
    walk.choose("Packing")
    walk.choose("Day")
    names = ["Marisol", "Andrzej", "Ruth", "tall guy", "Fatima"]
    walk.page.locator("[name=names]").fill("\n".join(f"{name} {walk.mark}" for name in [*names, "Ruth"]))
    walk.press("Show me the chart")
    walk.headline("You know 5 of 14")


@point("4 people: search, a person's page, edit, leave, delete and restore")
def people(walk: Walk) -> None:
    page = walk.page
    walk.go("/people")
    page.locator("#q").fill("mari")
    expect(page.locator("#results")).not_to_contain_text("Andrzej")
    expect(page.locator("#results")).to_contain_text("Marisol")
    walk.tap(page.locator("#results").get_by_role("link", name=re.compile("Marisol")).first)
    marisol = page.url
    walk.follow("Edit")
    walk.fill("Nickname", f"Mari {walk.mark}")
    page.locator("[name=phone]").fill("202 555 0147")
    walk.fill("What matters to them", f"Breaks that are really ten minutes {walk.mark}")
    walk.press("Save")
    walk.sees("Breaks that are really ten minutes")
    walk.go("/people")
    page.locator("#q").fill("5550147")
    expect(page.locator("#results")).to_contain_text("Marisol")
    page.goto(f"{marisol}/left")
    walk.look()
    walk.press("They left")
    walk.press("Undo")
    page.goto(f"{marisol}/delete")
    walk.look()
    walk.press("Delete")
    walk.press("Undo")
    page.goto(marisol)
    walk.headline("Marisol")


@point("5 talked, something happened, to-dos, taking somebody on")
def talks(walk: Walk) -> None:
    page = walk.page
    walk.go("/")
    walk.press("Talked", role="link")
    walk.pick("mar", f"Marisol {walk.mark}")
    walk.pick(f"Olena {walk.mark}", f"new: Olena {walk.mark}")
    page.locator("[name=words]").fill(f"They moved the clock {walk.mark}")
    walk.choose("spoke up")
    page.locator("[name=what]").fill(f"Bring the sheet {walk.mark}")
    walk.choose("tomorrow")
    walk.press("Save")
    expect(page.locator(".flash")).to_contain_text("Talked")
    talk_twice(walk)
    carry_over_lock(walk)
    walk.go("/happened")
    page.locator("[name=happened]").fill(f"The supervisor cut the break {walk.mark}")
    walk.pick("ruth", f"Ruth {walk.mark}")
    page.locator("[name=why]").fill(f"Three heard it {walk.mark}")
    page.locator("[name=follows]").fill(f"Ask the others {walk.mark}")
    walk.press("Save")
    to_dos(walk)


def talk_twice(walk: Walk) -> None:
    """Back, and the same form once more: saved once."""
    page = walk.page
    walk.go("/talked")
    walk.pick("andr", f"Andrzej {walk.mark}")
    page.locator("[name=words]").fill(f"Only once {walk.mark}")
    walk.press("Save")
    page.go_back()
    walk.press("Save")
    walk.person("Andrzej")
    so_far = page.locator("#so-far")
    expect(so_far.get_by_text(f"Only once {walk.mark}")).to_have_count(1)  # pressing twice saves once


def carry_over_lock(walk: Walk) -> None:
    """Locked in another tab while writing: unlock, look, send."""
    page, other = walk.page, walk.context.new_page()
    walk.go("/talked")
    walk.pick("fat", f"Fatima {walk.mark}")
    page.locator("[name=words]").fill(f"Written while it locked {walk.mark}")
    other.goto(walk.server.address + "/us")
    with other.expect_navigation():
        other.get_by_role("button", name="Lock now").first.click()
    other.close()
    walk.press("Save")
    walk.headline("Locked while you were writing")
    walk.unlock()
    walk.sees("Written while it locked")
    walk.press("Send")
    walk.person("Fatima")
    walk.sees("Written while it locked")


def to_dos(walk: Walk) -> None:
    page = walk.page
    walk.go("/to-dos")
    walk.follow(f"Bring the sheet {walk.mark}")
    walk.press("in a week")
    walk.go("/to-dos")
    walk.press(f"Done: Bring the sheet {walk.mark}")
    walk.go("/to-dos")
    walk.follow(f"Bring the sheet {walk.mark}")
    page.get_by_text("Let it go").click()
    walk.fill("Why", f"She has one already {walk.mark}")
    walk.press("Let go")
    walk.person("Marisol")
    page.goto(f"{page.url}/take-on")
    walk.look()
    page.locator("label.chip").first.click()
    walk.fill("What for", f"That she chairs once {walk.mark}")
    walk.press("Take them on")


@point("6 Today: whom to meet and why, what was promised")
def today(walk: Walk) -> None:
    page = walk.page
    walk.go("/to-dos/new")
    page.locator("[name=what]").fill(f"Print the flier {walk.mark}")
    walk.choose("tomorrow")
    walk.press("Save")
    walk.go("/talked")
    walk.pick("ruth", f"Ruth {walk.mark}")
    page.locator("[name=words]").fill(f"If they cut it again {walk.mark}")
    page.locator("[name=what]").fill(f"Bring Ruth along {walk.mark}")
    walk.choose("tomorrow")
    walk.press("Save")
    walk.go("/")
    walk.sees(f"Ruth {walk.mark}")
    walk.sees(f"If they cut it again {walk.mark}")
    walk.sees(f"Print the flier {walk.mark}")


@point("7 bring a list in, search it, talk, undo it, take a list out")
def lists(walk: Walk) -> None:
    page = walk.page
    walk.go("/places/new")
    walk.choose("neighbourhood")
    walk.fill("What do you call it", f"Hill blocks {walk.mark}")
    walk.press("Open it")
    came_in = bring_in(walk)
    assert came_in > 0, "nobody came in"
    again = bring_in(walk)
    assert again == 0, f"the same list twice brought {again} people in again"
    first = someone_in(walk)
    walk.go("/people")
    page.locator("#q").fill(first)
    expect(page.locator("#results")).to_contain_text(first)
    walk.tap(page.locator("#results").get_by_role("link", name=re.compile(re.escape(first))).first)
    walk.press("Talked", role="link")
    page.locator("[name=words]").fill(f"The heating was off again {walk.mark}")
    walk.press("Save")
    take_out(walk)
    walk.go("/lists")
    walk.tap(page.locator("main ul a.name").last)
    walk.follow("Take the whole list back")
    walk.press("Take it back")
    expect(page.get_by_role("heading", level=1)).to_contain_text("taken back", timeout=120_000)
    walk.look()
    walk.go("/people")
    page.locator("#q").fill(first)
    expect(page.locator("#results")).to_contain_text(first)  # talked with since: stays


def bring_in(walk: Walk) -> int:
    """The walk's list into the neighbourhood. Returns how many people came in."""
    page = walk.page
    walk.go("/lists/bring-in")
    place = page.locator("select[name=site]")
    if place.count():
        place.select_option(label=f"Hill blocks {walk.mark}")
    else:
        walk.choose(f"Hill blocks {walk.mark}")
    page.locator("input[type=file]").set_input_files(walk.list_file)
    walk.press("Read it")
    bring = page.locator("button.primary.big").last
    walk.tap(bring)
    expect(page.get_by_role("link", name="Take the whole list back")).to_be_visible(timeout=180_000)
    walk.look()
    said = page.get_by_role("heading", level=1).inner_text().replace(",", "")
    brought = re.search(r"brought in (\d+)|(\d+) (?:people|person)[^;]*brought in", said, re.IGNORECASE)
    return int(next(filter(None, brought.groups()))) if brought else 0


def someone_in(walk: Walk) -> str:
    """Somebody the list brought in."""
    walk.go("/places")
    walk.follow(f"Hill blocks {walk.mark}")
    place = walk.page.url.rsplit("/", 1)[1]
    walk.go(f"/people?place={place}")
    return walk.page.locator("#results a.name").first.inner_text().split(",")[0].strip()


def take_out(walk: Walk) -> None:
    page = walk.page
    walk.go("/lists/take-out")
    walk.follow(f"Hill blocks {walk.mark}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take it out").click()
    assert download.value.suggested_filename.startswith("list."), download.value.suggested_filename


@point("8 history: who did what, and undo")
def history(walk: Walk) -> None:
    walk.go("/talked")
    walk.pick("ruth", f"Ruth {walk.mark}")
    walk.page.locator("[name=words]").fill(f"A slip of the thumb {walk.mark}")
    walk.press("Save")
    walk.go("/us/history")
    walk.sees("talked with")
    walk.press("Undo")
    walk.person("Ruth")
    assert walk.page.get_by_text(f"A slip of the thumb {walk.mark}").count() == 0, "undo left the talk there"
    walk.go("/us/members")
    walk.go("/page")
    walk.go("/nowhere")


def walk_all(walk: Walk) -> dict[str, str]:
    """Every point in its order: its name and what failed, or nothing; `StandsStill` where the browser did."""
    found: dict[str, str] = {}
    for name, run in sorted(POINTS, key=lambda one: int(one[0].split()[0])):
        try:
            run(walk)
        except StandsStill:
            raise
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)
            line = next(
                (
                    f.lineno
                    for f in reversed(where)
                    if Path(f.filename).name.startswith("journey") and f.name != "walk_all"
                ),
                0,
            )
            found[name] = f"line {line}, at {walk.page.url}: {str(error).strip()[:600]}"
        else:
            found[name] = ""
    return found


def a_list(folder: Path, rows: int = 11_540) -> Path:
    """The real list where it is at hand, else one of the same shape."""
    if REAL_LIST.exists() and rows == 11_540:
        return REAL_LIST
    path = folder / "neighbours.csv"
    path.write_bytes(make_list(rows, seed=7))
    return path


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", type=Path, help="a CSV, XLSX or vCard file to bring in")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the pages")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "data") as server,
        chromium() as browser,
    ):
        file = options.list or a_list(Path(folder))
        walk = Walk(server, browser, file, pictures=options.pictures)
        found = walk_all(walk)
    for name, failed in found.items():
        print(f"{'failed' if failed else 'ok':7}{name}" + (f"\n       {failed}" if failed else ""))
    for problem in [*walk.problems, *(f"asked another host: {url}" for url in walk.outside)]:
        print(f"also   {problem}")
    return 1 if any(found.values()) or walk.problems or walk.outside else 0


if __name__ == "__main__":
    sys.exit(main())
