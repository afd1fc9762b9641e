"""What the demo's members promised apart from talks, and how it ended: kept, moved, let go, or still open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.sites.demo import BLOCKS, KITCHEN, WAREHOUSE
from masslink.tasks import acts, demo_duties


class Promise(NamedTuple):
    """Made so many days ago; the other days count from there, forward."""

    days_ago: int
    member: str
    site: str
    what: str
    due: int = 7
    kept: int | None = None
    moved: tuple[int, int] | None = None
    dropped: tuple[int, str] | None = None


# fmt: off
PROMISES = (
    Promise(177, "Ana", WAREHOUSE, "Write down what we know of units and shifts", 5, kept=4),
    Promise(175, "Ben", WAREHOUSE, "Find the timetable of bus 14", 3, kept=1),
    Promise(168, "Dee", WAREHOUSE, "Collect the old shift plans", 10, kept=11),
    Promise(160, "Ana", WAREHOUSE, "Read the break rules and make half a page of them", 12, moved=(12, 19),
        kept=18),
    Promise(149, "Joris", WAREHOUSE, "Have lunch with everybody on nights at least once", 30, moved=(29, 60),
        kept=58),
    Promise(134, "Ben", WAREHOUSE, "Buy tea and cups for Cooper Street", 7, kept=6),
    Promise(127, "Dee", WAREHOUSE, "Ask Colm for the key and bring it back on Monday", 4, kept=4),
    Promise(116, "Ana", WAREHOUSE, "Print the break rules, thirty copies", 6, kept=5),
    Promise(111, "Dee", WAREHOUSE, "A first draft of the petition", 5, kept=5),
    Promise(107, "Joris", WAREHOUSE, "Find out who on nights has an agency contract", 10,
        dropped=(14, "They tell it when they want to. I stop asking.")),
    Promise(94, "Ben", WAREHOUSE, "Keep the signed sheets safe at home, not in the locker", 2, kept=1),
    Promise(89, "Dee", WAREHOUSE, "Thank the nine, each of them, in person", 7, kept=6),
    Promise(81, "Ana", WAREHOUSE, "Cake for the clock", 3, kept=2),
    Promise(74, "Ben", WAREHOUSE, "Pass the hat for Marcus, without a list of names", 10, kept=8),
    Promise(63, "Ana", WAREHOUSE, "Visit the night breakfast once a month", 30, kept=9),
    Promise(62, "Dee", WAREHOUSE, "Write half a page: what we did wrong about the night shift", 10,
        moved=(9, 16), kept=15),
    Promise(53, "Ana", WAREHOUSE, "Ask the advice office for an evening about agency contracts", 9,
        dropped=(6, "Hamid does it himself, and better.")),
    Promise(42, "Joris", WAREHOUSE, "Bring the big pot for the night breakfast", 9, kept=9),
    Promise(37, "Ben", WAREHOUSE, "Look for somebody who speaks Bulgarian", 14, moved=(14, 50)),
    Promise(28, "Dee", WAREHOUSE, "Book Cooper Street for the meeting about the rate", 5, kept=3),
    Promise(21, "Ana", WAREHOUSE, "Prepare the meeting about the rate with Lina", 2, kept=2),
    Promise(15, "Ben", WAREHOUSE, "Ask the day dock one by one about the rate", 18),
    Promise(7, "Ana", WAREHOUSE, "Print forty of the break card", 7),
    Promise(6, "Dee", WAREHOUSE, "Day shift breakfast: ask who would come", 8),
    Promise(172, "Ines", KITCHEN, "Draw the way of a tray, from pot to belt", 6, kept=6),
    Promise(164, "Tomás", KITCHEN, "Learn the names in the dish room", 10, kept=8),
    Promise(135, "Ines", KITCHEN, "Soup for eight", 3, kept=3),
    Promise(124, "Noor", KITCHEN, "Eat with the laundry every Wednesday", 14, kept=7),
    Promise(106, "Ines", KITCHEN, "Ask kitchen and laundry to one table", 6, kept=6),
    Promise(100, "Tomás", KITCHEN, "Borrow four benches", 1, kept=1),
    Promise(88, "Noor", KITCHEN, "Put the letter into plain words", 7, kept=5),
    Promise(75, "Tomás", KITCHEN, "Sheet with who has been asked and who hasn't", 2, kept=2),
    Promise(57, "Ines", KITCHEN, "Carry the answer to those who were off that day", 4, kept=4),
    Promise(44, "Noor", KITCHEN, "Ask at the other hospital how their laundry was sold", 21, moved=(20, 55)),
    Promise(35, "Tomás", KITCHEN, "Write to the works council about the dryers", 10,
        dropped=(8, "Cristina wants the laundry to write it themselves.")),
    Promise(14, "Ines", KITCHEN, "Put the Saturdays on the line into one list", 15),
    Promise(4, "Noor", KITCHEN, "New time for the laundry meeting, chosen by the late shift", 8),
    Promise(168, "Mira", BLOCKS, "Count the bells: how many flats in each house", 5, kept=5),
    Promise(153, "Mira", BLOCKS, "Make a sheet for the temperatures", 4, kept=3),
    Promise(133, "Ines", BLOCKS, "Find out who the owner is and what else he owns", 14, moved=(14, 28),
        kept=26),
    Promise(110, "Dee", BLOCKS, "Borrow benches for the yard", 24, kept=23),
    Promise(92, "Mira", BLOCKS, "Posters into all four stairwells", 4, kept=3),
    Promise(79, "Ana", BLOCKS, "Translate the joint letter with Shirin and Ramon", 3, kept=3),
    Promise(69, "Ines", BLOCKS, "Tell every floor the same evening what the office said", 1, kept=1),
    Promise(54, "Dee", BLOCKS, "Yard party: permission and cables", 10, kept=9),
    Promise(36, "Mira", BLOCKS, "Apologise in Mill Lane, door by door", 5, kept=4),
    Promise(24, "Dee", BLOCKS, "Folding chairs from the school", 2, kept=2),
    Promise(11, "Ines", BLOCKS, "Make the page about the fourteen days readable", 13),
    Promise(5, "Mira", BLOCKS, "Big sheet for the stairs: eleven of eighteen", 5),
)
# fmt: on


def steps() -> Iterator[Step]:
    for promise in PROMISES:
        yield Step(promise.days_ago, 19, promise.member, partial(_promise, promise=promise))
        yield from ending(promise)
    yield from demo_duties.steps()


def ending(made: Promise) -> Iterator[Step]:
    """How a to-do went on; also for those that talks bring about."""

    def step(after: int, run: Callable[[Scene], object]) -> Step:
        return Step(made.days_ago - after, 21.6, made.member, run)

    if made.moved:
        after, due = made.moved
        yield step(after, partial(_move, what=made.what, due=made.days_ago - due))
    if made.kept is not None:
        yield step(made.kept, partial(_finish, what=made.what))
    if made.dropped:
        after, why = made.dropped
        yield step(after, partial(_let_go, what=made.what, why=why))


def _promise(scene: Scene, *, promise: Promise) -> None:
    acts.promise(
        by=scene.me,
        at=scene.at,
        member=scene.me,
        what=promise.what,
        due=scene.day(promise.days_ago - promise.due),
        site=scene.site(promise.site),
    )


def _finish(scene: Scene, *, what: str) -> None:
    acts.finish(by=scene.me, at=scene.at, todo=scene.todo(what))


def _move(scene: Scene, *, what: str, due: int) -> None:
    acts.move(by=scene.me, at=scene.at, todo=scene.todo(what), due=scene.day(due))


def _let_go(scene: Scene, *, what: str, why: str) -> None:
    acts.let_go(by=scene.me, at=scene.at, todo=scene.todo(what), why=why)
