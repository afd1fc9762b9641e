"""The demo's links and deeds: who took whom on, who handed on to whom; who came, signed, stood up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.people import acts, demo_seats, demo_year
from masslink.people.cautions import demo as cautions
from masslink.people.demo_people import CAST, P
from masslink.people.standing import demo as standing
from masslink.people.ties import demo as ties


class Link(NamedTuple):
    """A member took a person on, so many days ago."""

    member: str
    person: str
    since: int
    rhythm: int
    aim: str
    handed_on_by: str = ""


class Deeds(NamedTuple):
    """One thing several persons did on one day, as written down by a member."""

    days_ago: int
    by: str
    kind: str
    persons: tuple[str, ...]
    words: str


# fmt: off
LINKS = (
    # the warehouse
    Link("Ana", "Rosa D.", 176, 14, "That she brings her whole line along"),
    Link("Ana", "Carla P.", 170, 14, "To read the shift agreement together"),
    Link("Ana", "Deniz Y.", 160, 21, "To hear what the evening line thinks"),
    Link("Ana", "Olena S.", 158, 14, "To reach the agency people through her"),
    Link("Ana", "Nguyen H.", 140, 21, "To get the overtime list into the open"),
    Link("Ana", "Andrzej K.", 151, 14, "That he tells the others about his strike"),
    Link("Ana", "Femi A.", 132, 21, "Football, then a meeting"),
    Link("Ana", "Lina M.", 118, 21, "That she chairs once"),
    Link("Ana", "Kwame B.", 110, 28, "To keep what he photographs safe, and use it well"),
    Link("Ana", "Hamid K.", 100, 28, "To prepare the contract evening with him"),
    Link("Ana", "Priya N.", 168, 14, "First friend on the day shift"),
    Link("Ana", "Tess V.", 162, 21, "A way into the night"),
    Link("Ben", "Fatima E.", 178, 14, "To do nothing in picking without asking her first"),
    Link("Ben", "Jonas W.", 172, 14, "To work out the rate with him"),
    Link("Ben", "Grace O.", 155, 14, "That she says in the meeting what she says at the bus stop"),
    Link("Ben", "Lee P.", 150, 28, "To find out what matters to him"),
    Link("Ben", "Stefan B.", 135, 28, "To ask about the forklift course until there is an answer"),
    Link("Ben", "Hana J.", 119, 21, "To learn how the agency pays"),
    Link("Ben", "Nadia B.", 145, 21, "A first circle in returns"),
    Link("Ben", "Colm R.", 122, 28, "The club room, and a song or two"),
    Link("Ben", "Sam T.", 144, 21, "To get the dock talking to picking"),
    Link("Ben", "Pjotr W.", 128, 28, "To talk in spite of our bad Polish"),
    Link("Dee", "Ruth K.", 165, 14, "To count breaks and rates with her"),
    Link("Dee", "Joanne W.", 156, 21, "Fair turns in the heavy lane"),
    Link("Dee", "Bo L.", 147, 28, "To get to know him"),
    Link("Dee", "Samira A.", 124, 21, "That somebody asks her before the plan changes"),
    Link("Dee", "Gosia M.", 120, 21, "A locker, for a start"),
    Link("Dee", "Omar S.", 115, 28, "Gate 6"),
    Link("Dee", "Yusuf I.", 160, 21, "To learn how he keeps the swaps fair"),
    Link("Joris", "Marcus O.", 135, 7, "Not to leave him alone with the letter"),
    Link("Joris", "Abebe G.", 138, 21, "The warm meal"),
    Link("Joris", "Mei C.", 134, 14, "Writing the rates down"),
    Link("Joris", "Ivan R.", 126, 28, "To find somebody who speaks Bulgarian"),
    Link("Joris", "Milan P.", 133, 14, "The scanners"),
    Link("Joris", "Sofia G.", 125, 21, "A shared way home"),
    Link("Joris", "Kofi M.", 112, 28, "The second man on the night dock"),
    # the kitchen and laundry
    Link("Ines", "Filomena R.", 174, 14, "Four on the line"),
    Link("Ines", "Doris A.", 170, 14, "That the older ones and the new ones sit together"),
    Link("Ines", "Agnes T.", 160, 21, "That she is not the only one who speaks"),
    Link("Ines", "Jean-Luc B.", 148, 28, "That the cooks see the line's side"),
    Link("Ines", "Hatice Y.", 162, 14, "The laundry, which we hardly know"),
    Link("Ines", "Svetlana M.", 141, 21, "The trolleys"),
    Link("Ines", "Beatriz S.", 138, 28, "To reach the temp workers through her"),
    Link("Tomás", "Ali R.", 168, 14, "Nine to ten at the belt"),
    Link("Tomás", "Goran T.", 150, 21, "That the machine gets a mechanic"),
    Link("Tomás", "Dawit H.", 146, 14, "The late dish room"),
    Link("Tomás", "Pilar G.", 117, 21, "The floor"),
    Link("Tomás", "Kasia W.", 159, 14, "The swap book"),
    Link("Tomás", "Mo F.", 140, 21, "The younger ones on the late line"),
    Link("Tomás", "Amara N.", 144, 28, "A training contract"),
    Link("Tomás", "Old Marek", 139, 28, "To learn from what was tried before us"),
    Link("Noor", "Blessing O.", 119, 14, "The Sunday list by lot"),
    Link("Noor", "Thu N.", 114, 14, "Letters read together before they are signed"),
    Link("Noor", "Rosemary J.", 111, 21, "To get to know her"),
    Link("Noor", "Cristina V.", 107, 14, "What the late laundry hears about the firm across the river"),
    Link("Noor", "Musa D.", 93, 21, "The dryers"),
    Link("Noor", "Joy C.", 113, 14, "Trainees never alone"),
    Link("Noor", "Rahel M.", 109, 21, "The rota two weeks ahead"),
    # the blocks
    Link("Ana", "Esther A.", 140, 28, "The room for the young ones"),
    Link("Ana", "Jamal S.", 150, 21, "That he comes with his floor"),
    Link("Ana", "Shirin H.", 155, 21, "To hear what number 2 needs"),
    Link("Ines", "Mrs. Novak", 160, 21, "To copy her folder of letters"),
    Link("Dee", "Danuta C.", 129, 21, "To know number 6 through her"),
    Link("Dee", "Leroy J.", 118, 28, "The yard party"),
    Link("Dee", "Sunil R.", 102, 28, "An evening about meters"),
    Link("Mira", "Gül A.", 164, 14, "That Mill Lane isn't forgotten again"),
    Link("Mira", "Mrs. Osei", 148, 14, "To learn from her how to run a meeting"),
    Link("Mira", "Ravi K.", 120, 21, "The light on the stairs"),
    Link("Mira", "Paula Z.", 110, 21, "A second person for Mill Lane"),
    Link("Mira", "Steve B.", 132, 28, "To bring him proof"),
    Link("Mira", "Tony G.", 158, 14, "The yard"),
    Link("Mira", "Birgit K.", 152, 14, "The list of temperatures"),
    Link("Mira", "Nuno F.", 128, 21, "The heating accounts"),
    Link("Mira", "Margit V.", 144, 14, "A speaker for number 6"),
    Link("Mira", "Abdi N.", 125, 21, "Meetings before six"),
    Link("Mira", "Zainab U.", 106, 21, "Posters"),
    # handed on, always with somebody who introduces
    Link("Joris", "Tess V.", 146, 14, "To find the night's own pace with her", "Ana"),
    Link("Dee", "Priya N.", 136, 14, "They stand at the same belt", "Ana"),
    Link("Ben", "Yusuf I.", 121, 21, "They take the same bus", "Dee"),
    Link("Noor", "Beatriz S.", 96, 28, "Noor eats with the temp workers anyway", "Ines"),
    Link("Ines", "Shirin H.", 89, 14, "Ines speaks some Farsi", "Ana"),
)

DEEDS = (
    # tea after the shift, the meetings, the petition about the breaks
    Deeds(126, "Ana", "came", ("Rosa D.", "Carla P.", "Andrzej K.", "Tess V."),
        "Tea at Cooper Street, after the late shift"),
    Deeds(126, "Ben", "came", ("Fatima E.", "Jonas W.", "Grace O."), "Tea at Cooper Street"),
    Deeds(126, "Ben", "brought", ("Fatima E.",), "Came with Grace"),
    Deeds(105, "Ana", "came",
        ("Rosa D.", "Carla P.", "Deniz Y.", "Olena S.", "Kwame B.", "Andrzej K.", "Femi A."),
        "Second meeting; we wrote the petition"),
    Deeds(105, "Ben", "came", ("Fatima E.", "Hana J.", "Viktor D.", "Nadia B.", "Sam T.", "Yusuf I."),
        "Second meeting"),
    Deeds(105, "Dee", "came", ("Ruth K.", "Priya N.", "Samira A."), "Second meeting"),
    Deeds(105, "Ana", "brought", ("Rosa D.",), "Came with Kwame and Olena"),
    Deeds(104, "Dee", "took_on", ("Ruth K.",), "Timed every break for a week and brought the list"),
    Deeds(103, "Ana", "took_on", ("Hamid K.",), "Read the petition for mistakes and translated it"),
    Deeds(97, "Ana", "signed",
        ("Rosa D.", "Carla P.", "Deniz Y.", "Olena S.", "Kwame B.", "Nguyen H."),
        "Petition: ten minutes means ten minutes"),
    Deeds(96, "Ana", "signed", ("Andrzej K.", "Femi A.", "Lina M.", "Hamid K."),
        "Petition"),
    Deeds(96, "Ben", "signed",
        ("Fatima E.", "Jonas W.", "Yusuf I.", "Grace O.", "Hana J.", "Viktor D."), "Petition"),
    Deeds(95, "Ben", "signed", ("Nadia B.", "Colm R.", "Irene S.", "Sam T."),
        "Petition"),
    Deeds(95, "Dee", "signed", ("Priya N.", "Joanne W.", "Ruth K.", "Samira A.", "Gosia M."),
        "Petition"),
    Deeds(94, "Joris", "signed", ("Marcus O.", "Tess V.", "Mei C.", "Milan P."),
        "Petition; only four on the night shift, we came late"),
    Deeds(95, "Ben", "declined", ("Frank H.", "Lee P."), "Did not want to sign; said so openly"),
    Deeds(95, "Dee", "declined", ("Teo M.",), "Wants to wait and see"),
    Deeds(94, "Joris", "declined", ("Ludmila F.",), "Said: not before the contract is renewed"),
    Deeds(91, "Ben", "led", ("Fatima E.",), "Handed the petition over and spoke first"),
    Deeds(91, "Ana", "acted", ("Rosa D.", "Andrzej K.", "Kwame B.", "Olena S."),
        "Went to the office together, nine of us"),
    Deeds(91, "Dee", "acted", ("Ruth K.", "Priya N."), "Went to the office together"),
    Deeds(90, "Ben", "stood_with_management", ("Frank H.",),
        "Sided with the shift lead when Pjotr asked about the breaks"),
    Deeds(54, "Joris", "came", ("Marcus O.", "Tess V.", "Mei C.", "Abebe G."),
        "Night breakfast, the first one"),
    Deeds(54, "Joris", "brought", ("Tess V.",), "Came with Abebe"),
    Deeds(50, "Ana", "came", ("Rosa D.", "Andrzej K.", "Hamid K.", "Lina M.", "Lucia V."),
        "Contract evening"),
    Deeds(50, "Ana", "presented", ("Hamid K.",), "What stands in the agency contract and what doesn't"),
    Deeds(33, "Joris", "came", ("Marcus O.", "Tess V.", "Milan P.", "Sofia G.", "Bea L."), "Night breakfast"),
    Deeds(26, "Ben", "took_on", ("Jonas W.",), "Put the rates of two weeks into one sheet"),
    Deeds(26, "Joris", "took_on", ("Mei C.",), "Collected the night's rates"),
    Deeds(19, "Ana", "came", ("Rosa D.", "Carla P.", "Lina M.", "Femi A."), "Meeting about the rate"),
    Deeds(19, "Ben", "came", ("Fatima E.", "Jonas W.", "Hana J.", "Sam T.", "Zofia L."),
        "Meeting about the rate"),
    Deeds(19, "Dee", "came", ("Ruth K.", "Samira A.", "Gosia M."), "Meeting about the rate"),
    Deeds(19, "Ana", "led", ("Lina M.",), "Chaired for the first time"),
    # Sundays and staffing
    Deeds(132, "Ines", "came", ("Filomena R.", "Doris A.", "Agnes T."), "Soup at Ines's"),
    Deeds(99, "Ines", "came", ("Filomena R.", "Doris A.", "Hatice Y.", "Rahel M."),
        "Kitchen and laundry at one table for the first time"),
    Deeds(99, "Tomás", "came", ("Ali R.", "Kasia W.", "Dawit H.", "Old Marek"),
        "Kitchen and laundry at one table"),
    Deeds(99, "Noor", "came", ("Blessing O.", "Joy C."), "Kitchen and laundry at one table"),
    Deeds(99, "Tomás", "presented", ("Old Marek",), "How the last rota was won, and how it was lost again"),
    Deeds(87, "Tomás", "took_on", ("Kasia W.",), "Keeps the swap book"),
    Deeds(73, "Ines", "signed",
        ("Filomena R.", "Doris A.", "Agnes T.", "Rahel M.", "Hatice Y."),
        "Letter: Sundays by turn, four on the line"),
    Deeds(73, "Noor", "signed", ("Joy C.", "Blessing O.", "Thu N."), "Letter"),
    Deeds(72, "Tomás", "signed",
        ("Ali R.", "Kasia W.", "Mo F.", "Dawit H.", "Goran T."), "Letter"),
    Deeds(72, "Tomás", "declined", ("Yvonne D.", "Suresh P."), "Not this time"),
    Deeds(68, "Ines", "led", ("Agnes T.",), "Read the letter out in the canteen"),
    Deeds(68, "Ines", "acted", ("Filomena R.", "Doris A.", "Rahel M."),
        "Stayed sitting until the head of kitchen came"),
    Deeds(68, "Noor", "acted", ("Joy C.", "Blessing O."), "Stayed sitting until the head of kitchen came"),
    Deeds(39, "Noor", "led", ("Blessing O.",), "Drew the Sundays by lot, with a bread basket"),
    Deeds(36, "Ines", "came", ("Filomena R.", "Doris A.", "Agnes T.", "Hatice Y."),
        "Evening about what was won"),
    Deeds(36, "Tomás", "came", ("Ali R.", "Kasia W.", "Mo F.", "Goran T."), "Evening about what was won"),
    Deeds(17, "Noor", "came", ("Cristina V.", "Musa D.", "Thu N.", "Blessing O."),
        "Laundry meeting; too short notice, our mistake"),
    # heating and rent
    Deeds(131, "Mira", "came", ("Tony G.", "Birgit K.", "Mrs. Osei", "Gül A."), "Kitchen table, number 4"),
    Deeds(85, "Mira", "came",
        ("Tony G.", "Birgit K.", "Margit V.", "Zainab U.", "Mrs. Osei", "Gül A.", "Lotte B.", "Old Piet",
            "Inge W."),
        "Meeting in the yard"),
    Deeds(85, "Ana", "came", ("Esther A.", "Jamal S.", "Ramon T."), "Meeting in the yard"),
    Deeds(85, "Dee", "came", ("Danuta C.", "Leroy J."), "Meeting in the yard"),
    Deeds(85, "Mira", "led", ("Mrs. Osei",), "Chaired; forty people and everybody got to speak"),
    Deeds(85, "Dee", "brought", ("Danuta C.",), "Six neighbours from number 6"),
    Deeds(80, "Mira", "took_on", ("Birgit K.",), "The temperature list for the whole of number 4"),
    Deeds(77, "Mira", "signed",
        ("Tony G.", "Birgit K.", "Nuno F.", "Carol M.", "Margit V.", "Abdi N.", "Zainab U."),
        "Joint letter about heating and rent"),
    Deeds(76, "Ines", "signed", ("Mrs. Novak", "Shirin H."), "Joint letter"),
    Deeds(76, "Ana", "signed", ("Esther A.", "Jamal S."), "Joint letter"),
    Deeds(76, "Dee", "signed", ("Danuta C.", "Leroy J.", "Sunil R."), "Joint letter"),
    Deeds(75, "Mira", "signed", ("Gül A.", "Mrs. Osei", "Paula Z."), "Joint letter"),
    Deeds(75, "Mira", "declined", ("Steve B.", "Fedor L."), "Wants to see figures first"),
    Deeds(70, "Mira", "acted", ("Tony G.", "Margit V.", "Birgit K.", "Gül A."),
        "Took the letter to the owner's office, twelve people on the stairs"),
    Deeds(49, "Dee", "presented", ("Sunil R.",), "How to read the meter"),
    Deeds(41, "Ines", "took_on", ("Mrs. Novak",), "Sorted thirty years of letters by date"),
    Deeds(28, "Mira", "spoke_up", ("Gül A.",),
        "Told the manager at the door: you can say that in front of all of us"),
    Deeds(22, "Mira", "came", ("Gül A.", "Paula Z.", "Ravi K.", "Kim S.", "Mrs. Osei"),
        "Mill Lane, stairs, with folding chairs"),
)
# fmt: on


def steps() -> Iterator[Step]:
    yield from ties.steps()
    yield from standing.steps()
    for site, units in CAST:
        for unit, shift, persons in units:
            for person in persons:
                yield from _arrives(person, site, unit, shift)
    for link in LINKS:
        yield _taken_on(link)
    for deeds in DEEDS:
        for name in deeds.persons:
            run = partial(_deed, name=name, kind=deeds.kind, words=deeds.words)
            yield Step(deeds.days_ago, 21, deeds.by, run)
    yield from demo_seats.steps()
    yield from demo_year.steps()
    yield from cautions.steps()


def _arrives(person: P, site: str, unit: str, shift: str | None) -> Iterator[Step]:
    yield Step(person.added, 8, person.by, partial(_add, who=person, site=site, unit=unit, shift=shift))
    if person.knows is not None:
        yield Step(person.knows, 21.5, person.by, partial(_tell, name=person.name))
    if person.left is not None:
        yield Step(person.left, 22, person.by, partial(_leave, name=person.name))


def _add(scene: Scene, *, who: P, site: str, unit: str, shift: str | None) -> None:
    acts.add_person(
        by=scene.me,
        at=scene.at,
        site=scene.site(site),
        name=who.name,
        unit=scene.unit(site, unit),
        shift=scene.shift(site, shift) if shift else None,
        nickname=who.nickname,
        phone=who.number,
        email=who.email,
        languages=who.languages,
        reach=who.reach,
        matters=who.matters,
        since=scene.day(who.there_for) if who.there_for else None,
    )


def _tell(scene: Scene, *, name: str) -> None:
    acts.edit_person(by=scene.me, at=scene.at, person=scene.person(name), knows_since=scene.at.date())


def _leave(scene: Scene, *, name: str) -> None:
    acts.leave_site(by=scene.me, at=scene.at, person=scene.person(name), on=scene.at.date())


def _taken_on(link: Link) -> Step:
    run: Callable[[Scene], None] = partial(_hand_on if link.handed_on_by else _take_on, link=link)
    return Step(link.since, 21.75, link.handed_on_by or link.member, run)


def _take_on(scene: Scene, *, link: Link) -> None:
    acts.take_on(
        by=scene.me,
        at=scene.at,
        person=scene.person(link.person),
        member=scene.me,
        rhythm_days=link.rhythm,
        aim=link.aim,
    )


def _hand_on(scene: Scene, *, link: Link) -> None:
    acts.hand_on(
        by=scene.me,
        at=scene.at,
        person=scene.person(link.person),
        to=scene.member(link.member),
        introduced_by=scene.me,
        rhythm_days=link.rhythm,
        aim=link.aim,
    )


def _deed(scene: Scene, *, name: str, kind: str, words: str) -> None:
    acts.record_deed(by=scene.me, at=scene.at, person=scene.person(name), kind=kind, words=words)
