"""The demo's pairs: two who sit down, two who stopped, two in the kitchen where a third works alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.pairs import acts, demo_ready
from masslink.pairs.models import Pair
from masslink.sites.demo import BLOCKS, KITCHEN, WAREHOUSE


class Two(NamedTuple):
    """A pair: formed so many days ago by the first of them; units and shifts by name, persons by theirs."""

    days_ago: int
    site: str
    one: str
    other: str
    parts: tuple[tuple[str, str], ...] = ()
    persons: tuple[str, ...] = ()
    note: str = ""
    ended: int | None = None


class Sat(NamedTuple):
    """They sat down: what came out of it, whom they went through, what somebody promised there."""

    days_ago: int
    site: str
    by: str
    other: str
    notes: str
    persons: tuple[str, ...] = ()
    to_do: tuple[str, str, str, int] | None = None  # what, who, with whom, days until it is due


# fmt: off
PAIRS = (
    Two(118, WAREHOUSE, "Dee", "Joris", (("Packing", "Evening"),), ended=72),
    Two(104, WAREHOUSE, "Ana", "Joris", (("Packing", "Night"), ("Dock", "Night")), ("Olena S.",),
        "Ana comes to the night breakfast on the first Friday; Joris never goes to gate 6 alone.\n"
        "Who talks with Marcus: Joris. Who talks with Tess: both, she asked for it."),
    Two(98, WAREHOUSE, "Ben", "Dee", (("Picking", ""), ("Returns", "Day"))),
    Two(90, KITCHEN, "Ines", "Tomás", (("Tray line", ""), ("Dish room", "")), (),
        "Tomás takes the belt, Ines the table with the older ones. Swap once a month."),
    Two(61, BLOCKS, "Mira", "Dee", (("Mill Lane 11", ""), ("Linden Street 6", ""))),
)

SITTINGS = (
    Sat(96, WAREHOUSE, "Ana", "Joris", "We know the night by what Tess says. Nobody of us has heard Abebe for weeks.",
        ("Tess V.", "Abebe G.")),
    Sat(80, WAREHOUSE, "Ben", "Dee", "Picking listens to Fatima, not to us. That is good; we ask her first.",
        ("Fatima E.", "Jonas W.")),
    Sat(66, WAREHOUSE, "Joris", "Ana",
        "We pushed too fast about the warm meal, and Abebe found it out from others. Joris says sorry, alone.",
        ("Abebe G.", "Mei C.", "Milan P.")),
    Sat(52, WAREHOUSE, "Dee", "Ben",
        "Ben thinks Grace would chair, Dee thinks it is too early. We leave it and each talk with her once.",
        ("Grace O.", "Nadia B.")),
    Sat(40, KITCHEN, "Tomás", "Ines", "Ali carries the belt by himself. Who else could say it in the meeting? Goran.",
        ("Ali R.", "Goran T.")),
    Sat(12, WAREHOUSE, "Ana", "Joris",
        "Marcus got no answer to his letter and says he is tired. We don’t ask anything of him now; we go and eat "
        "with him.\nMei has the rates of three weeks. Joris reads them with her before anybody copies them.",
        ("Marcus O.", "Mei C.", "Tess V."), ("Eat with Marcus, and ask nothing", "Joris", "Marcus O.", 16)),
    Sat(9, KITCHEN, "Ines", "Tomás",
        "The dish room is with us, the tray line only in the morning. Tomás changes to the late line for a week.",
        ("Filomena R.", "Ali R.", "Dawit H."), ("Swap into the late line for a week", "Tomás", "", 18)),
    Sat(8, BLOCKS, "Mira", "Dee", "Margit would speak for number 6, if somebody stands beside her. Dee will.",
        ("Margit V.", "Gül A.")),
)
# fmt: on


def steps() -> Iterator[Step]:
    for two in PAIRS:
        yield Step(two.days_ago, 22.0, two.one, partial(_form, two=two))
        if two.ended is not None:
            yield Step(two.ended, 22.1, two.one, partial(_end, two=two))
    for sat in SITTINGS:
        yield Step(sat.days_ago, 22.5, sat.by, partial(_sit, sat=sat))
    yield from demo_ready.steps()


def _form(scene: Scene, *, two: Two) -> None:
    parts = [
        acts.Work(scene.unit(two.site, unit), scene.shift(two.site, shift) if shift else None)
        for unit, shift in two.parts
    ]
    acts.make_pair(
        by=scene.me,
        at=scene.at,
        site=scene.site(two.site),
        one=scene.me,
        other=scene.member(two.other),
        works=[*parts, *(acts.Work(person=scene.person(name)) for name in two.persons)],
        note=two.note,
    )


def _pair(scene: Scene, site: str, other: str) -> Pair:
    pairs = Pair.objects.of(scene.me).of(scene.member(other))
    return pairs.get(site__name=site, until=None)


def _end(scene: Scene, *, two: Two) -> None:
    acts.end_pair(by=scene.me, at=scene.at, pair=_pair(scene, two.site, two.other))


def _sit(scene: Scene, *, sat: Sat) -> None:
    to_dos = []
    if sat.to_do:
        what, who, whom, days = sat.to_do
        due = scene.day(sat.days_ago - days)
        to_dos = [acts.Promised(what, due, scene.member(who), scene.person(whom) if whom else None)]
    acts.sat_down(
        by=scene.me,
        at=scene.at,
        pair=_pair(scene, sat.site, sat.other),
        notes=sat.notes,
        persons=[scene.person(name) for name in sat.persons],
        to_dos=to_dos,
    )
