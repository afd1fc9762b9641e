"""The journey goes on: the collective gathers, settles a question, shares out the work nobody owns."""

import re
from datetime import date, timedelta
from urllib.error import HTTPError
from urllib.request import HTTPBasicAuthHandler, HTTPPasswordMgrWithDefaultRealm, build_opener

import pytest
from playwright.sync_api import expect

from tests.journey_of_trust import ben
from tests.walking import Walk, point


def evening(walk: Walk) -> str:
    return f"Evening at the canal {walk.mark}"


@point("19 a gathering: when and where, who asks whom, moved, who came, what follows")
def gathering(walk: Walk) -> None:
    page, today = walk.page, date.today()
    walk.go("/gatherings")
    walk.go("/gatherings/new")
    page.locator("[name=title]").fill(evening(walk))
    walk.choose("event")
    walk.choose(f"Warehouse {walk.mark}")
    page.locator("[name=day]").fill((today + timedelta(days=2)).isoformat())
    page.locator("[name=begins]").fill("18:30")
    page.locator("[name=where]").fill(f"The bench behind the lock {walk.mark}")
    page.locator("[name=way]").fill(f"Bus 7, then over the bridge {walk.mark}")
    walk.press("Save")
    walk.headline(evening(walk))
    here = page.url
    walk.press("yes")
    walk.follow("Share out the asking")
    walk.pick("ruth", f"Ruth {walk.mark}")
    walk.press("Put them on the list")
    page.goto(f"{here}?of=all")
    page.locator("#asked li", has_text="Ruth").get_by_role("button", name="yes", exact=False).click()
    expect(page.locator("#tally")).to_contain_text("1 yes")
    walk.follow("Change")
    page.locator("[name=day]").fill((today - timedelta(days=1)).isoformat())
    walk.press("Save")
    page.goto(here)
    walk.follow("Who is here")
    walk.choose("Ruth")
    walk.choose(f"Ana {walk.mark}")
    expect(page.locator("#count")).to_contain_text("2")
    walk.press("Save")
    walk.look()
    page.goto(f"{here}/follow-up")
    walk.look()
    page.goto(f"{here}/sheet")
    walk.look()
    walk.person("Ruth")
    walk.sees(evening(walk))


@point("20 a question: answers before any figure, positions, a count, a reservation, looked at again")
def question(walk: Walk) -> None:
    page, other = walk.page, ben(walk)
    walk.go("/us/questions")
    walk.go("/us/questions/new")
    page.locator("[name=what]").fill(f"Where do we put our effort? {walk.mark}")
    page.get_by_text("Ask for answers first").first.click()
    walk.choose("in their own words")
    walk.press("Ask")
    here = page.url
    for one, words in ((walk, "The night shift"), (other, "The agency workers")):
        one.page.goto(here)
        one.look()
        one.follow("Give your answer")
        one.page.locator("textarea").first.fill(f"{words} {walk.mark}")
        one.press("Save")
        assert one.page.get_by_text("The night shift").count() == 0, (
            "an answer is seen before they are closed"
        )
    page.goto(f"{here}/close")
    walk.press("Close them now")
    walk.sees("The agency workers")
    walk.follow("Say what you think")
    page.locator("textarea").first.fill(f"Both, one after the other {walk.mark}")
    walk.press("Save")
    walk.follow("Write down the decision")
    page.locator("[name=words]").fill(f"The night shift until spring {walk.mark}")
    walk.choose("by consensus")
    walk.choose("in three months")
    walk.press("Save")
    walk.follow("Note a reservation")
    page.locator("textarea").first.fill(f"Agency workers may be gone by then {walk.mark}")
    walk.press("Save")
    walk.sees("The night shift until spring")
    walk.sees("Agency workers may be gone by then")


@point("21 whose turn: a duty goes round, turns agreed on, taken over, done")
def turns(walk: Walk) -> None:
    page = walk.page
    walk.go("/gatherings/duties")
    walk.go("/gatherings/duties/new")
    page.locator("[name=name]").fill(f"Tea and cake {walk.mark}")
    page.locator("[name=first]").fill((date.today() + timedelta(days=2)).isoformat())
    walk.press("Save")
    walk.go("/gatherings/duties/plan")
    walk.press("Agree on these turns")
    other = ben(walk)
    mine, theirs = (walk, other) if page.get_by_role("button", name="I can’t").count() else (other, walk)
    mine.go("/gatherings/duties")
    mine.press("I can’t")
    theirs.go("/gatherings/duties")
    expect(theirs.page.get_by_role("button", name="I can’t").first).to_be_visible()
    theirs.go("/to-dos")
    theirs.sees(f"Tea and cake {walk.mark}")
    walk.go("/gatherings/duties/sheet")


@point("22 ideas and corrections: written down, answered, carried back; a mistake, and what changes")
def ideas(walk: Walk) -> None:
    page = walk.page
    walk.go("/us/ideas")
    walk.go("/us/ideas/new")
    page.locator("[name=words]").fill(f"A bench at the stop {walk.mark}")
    walk.pick("ruth", f"Ruth {walk.mark}")
    walk.choose("without their name")
    walk.press("Save")
    walk.sees("without an answer")
    walk.follow("Answer it")
    walk.choose("taken up")
    page.locator("[name=words]").fill(f"We ask the town {walk.mark}")
    walk.press("Save")
    walk.follow(f"I told Ruth {walk.mark}")
    page.locator("[name=said]").fill(f"High time {walk.mark}")
    walk.press("I told them")
    walk.sees("High time")
    walk.go("/us/corrections/new")
    page.locator("[name=fact]").fill(f"The list lay on the sill {walk.mark}")
    walk.press("Save")
    walk.follow("Say what changes")
    page.locator("[name=changes]").fill(f"No lists on paper {walk.mark}")
    walk.press("Save")
    walk.follow("Did it change?")
    walk.choose("partly")
    walk.press("Save")
    walk.sees("Partly")


@point("23 a meeting: an agenda of what waits, minutes with a decision and a to-do, adopted at the next")
def meeting(walk: Walk) -> None:
    page, today = walk.page, date.today()
    held = [_planned(walk, today - timedelta(days=7)), _planned(walk, today)]
    page.goto(held[0])
    walk.follow("Agenda")
    walk.follow("Choose a template")
    page.locator("button[value=union]").click()
    walk.headline("What we talk about")
    walk.follow("Add something")
    page.locator("[name=title]").fill(f"The key of the hall {walk.mark}")
    walk.press("Put it on the agenda")
    page.goto(f"{held[0]}/agenda/order")
    walk.look()
    page.goto(f"{held[0]}/meeting")
    walk.press("Begin the meeting")
    page.locator("[name=words]").fill(f"Seven of us {walk.mark}")
    walk.press("Save")
    page.locator("[name=words]").fill(f"Ana keeps it {walk.mark}")
    walk.press("A decision")
    page.locator("[name=what]").fill(f"Who keeps the key? {walk.mark}")
    walk.choose("by consensus")
    walk.press("Save")
    page.locator("[name=words]").fill(f"Have a second one made {walk.mark}")
    walk.press("A to-do")
    walk.choose("in a week")
    walk.press("Save")
    walk.sees("Have a second one made")
    walk.press("The meeting is over")
    walk.sees("Ana keeps it")
    page.goto(f"{held[1]}/agenda")
    walk.sees("Not adopted yet")
    page.goto(f"{held[0]}/minutes/adopt")
    page.locator("[name=corrections]").fill(f"Eight of us {walk.mark}")
    walk.press("Adopted")
    walk.sees("Eight of us")
    page.goto(f"{held[1]}/agenda")
    page.locator("button[name=take]").first.click()
    walk.headline("What we talk about")
    walk.look()


def _planned(walk: Walk, day: date) -> str:
    """A meeting of all of us; its address."""
    walk.go("/gatherings/new")
    walk.page.locator("[name=title]").fill(f"All of us {walk.mark}")
    walk.choose("meeting")
    walk.choose("all of us")
    walk.page.locator("[name=day]").fill(day.isoformat())
    walk.page.locator("[name=begins]").fill("00:10")
    walk.press("Save")
    return walk.page.url


@point("24 calendar: a month, a week, on the phone: fetched with its password, ended, refused")
def calendar(walk: Walk) -> None:
    page, yesterday = walk.page, date.today() - timedelta(days=1)
    walk.go("/gatherings")
    walk.follow("Calendar")
    walk.go(f"/gatherings/calendar?month={yesterday}")
    walk.sees(evening(walk))
    walk.go(f"/gatherings/calendar/week?day={yesterday}")
    walk.sees(evening(walk))
    walk.follow("On your phone")
    walk.choose("what it is called")
    walk.press("Make it")
    address, login, secret = (code.inner_text() for code in page.locator(".typed code").all())
    assert evening(walk).strip() in fetched(address, login, secret)
    walk.press("It is in my phone")
    assert login not in page.content()
    walk.press("End it")
    with pytest.raises(HTTPError, match="401"):
        fetched(address, login, secret)


def fetched(address: str, login: str, secret: str) -> str:
    """What a phone gets, lines put together again."""
    known = HTTPPasswordMgrWithDefaultRealm()
    known.add_password(None, address, login, secret)
    with build_opener(HTTPBasicAuthHandler(known)).open(address, timeout=20) as answer:
        return re.sub(r"\r\n ", "", answer.read().decode())
