"""The demo's ties: who works beside whom, shares a ride or a language, is family; told now and then in talks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.people.ties import acts
from masslink.people.ties.words import BESIDE, FAMILY, FRIEND, LISTENED_TO


class Told(NamedTuple):
    """What a member heard so many days ago: a person knows these, in this way."""

    days_ago: int
    by: str
    person: str
    how: str
    others: tuple[str, ...]


# fmt: off
TOLD = (
    # packing, by day: one belt; Teo drums with Stefan
    Told(118, "Dee", "Ruth K.", BESIDE, ("Joanne W.", "Samira A.", "Bo L.")),
    Told(112, "Dee", "Priya N.", BESIDE, ("Joanne W.", "Teo M.")),
    Told(111, "Dee", "Ruth K.", LISTENED_TO, ("Joanne W.", "Bo L.")),
    Told(103, "Dee", "Samira A.", FRIEND, ("Priya N.", "Gosia M.")),
    Told(88, "Ben", "Stefan B.", FRIEND, ("Teo M.",)),
    # packing, in the evening: Rosa's line, and the agency people round Olena
    Told(117, "Ana", "Rosa D.", BESIDE, ("Carla P.", "Deniz Y.", "Kwame B.")),
    Told(116, "Ana", "Rosa D.", LISTENED_TO, ("Deniz Y.", "Kwame B.")),
    Told(108, "Ana", "Olena S.", BESIDE, ("Deniz Y.", "Nguyen H.", "Elif T.")),
    Told(86, "Ana", "Carla P.", FRIEND, ("Rosa D.", "Rui C.")),
    Told(61, "Ana", "Deniz Y.", FRIEND, ("Elif T.",)),
    # the ride home: bus 14, and Yusuf's car
    Told(101, "Ben", "Yusuf I.", FRIEND, ("Grace O.", "Jonas W.", "Lina M.")),
    Told(78, "Joris", "Sofia G.", FRIEND, ("Tess V.", "Bea L.")),
    Told(70, "Ana", "Aisha D.", FRIEND, ("Lina M.",)),
    # Polish, Arabic, Mandarin, Portuguese spoken
    Told(96, "Ana", "Andrzej K.", FRIEND, ("Olena S.", "Pjotr W.")),
    Told(76, "Dee", "Gosia M.", FRIEND, ("Pjotr W.", "Zofia L.")),
    Told(58, "Dee", "Bo L.", FRIEND, ("Wei F.",)),
    Told(53, "Joris", "Mei C.", FRIEND, ("Wei F.",)),
    # picking, by day: Fatima's team
    Told(115, "Ben", "Fatima E.", BESIDE, ("Jonas W.", "Grace O.", "Yusuf I.", "Lee P.")),
    Told(114, "Ben", "Fatima E.", LISTENED_TO, ("Grace O.", "Jonas W.", "Hana J.")),
    Told(92, "Ben", "Hana J.", BESIDE, ("Viktor D.", "Stefan B.")),
    Told(84, "Ben", "Jonas W.", FRIEND, ("Stefan B.", "Lee P.")),
    # picking, in the evening: Sunday football
    Told(99, "Ana", "Femi A.", FRIEND, ("Rui C.", "Kwame B.", "Omar S.")),
    Told(95, "Ana", "Andrzej K.", BESIDE, ("Femi A.", "Lina M.", "Rui C.")),
    Told(60, "Ana", "Lina M.", BESIDE, ("Aisha D.",)),
    # the night
    Told(97, "Joris", "Tess V.", BESIDE, ("Abebe G.", "Mei C.", "Ivan R.")),
    Told(80, "Joris", "Milan P.", BESIDE, ("Sofia G.", "Tariq Z.", "Bea L.")),
    Told(82, "Joris", "Tess V.", LISTENED_TO, ("Mei C.", "Abebe G.", "Ludmila F.")),
    Told(72, "Joris", "Abebe G.", FRIEND, ("Kofi M.",)),
    Told(50, "Joris", "Ivan R.", BESIDE, ("Ludmila F.",)),
    Told(45, "Joris", "Mei C.", BESIDE, ("Tall guy, packing",)),
    # the dock, and returns
    Told(107, "Ben", "Sam T.", BESIDE, ("Pjotr W.", "Frank H.", "Omar S.", "Gosia M.")),
    Told(94, "Ben", "Frank H.", FRIEND, ("Sam T.",)),
    Told(66, "Joris", "Kofi M.", FRIEND, ("Dragan V.",)),
    Told(91, "Ben", "Nadia B.", BESIDE, ("Colm R.", "Wei F.")),
    Told(75, "Ana", "Hamid K.", BESIDE, ("Lucia V.",)),
    Told(74, "Ana", "Hamid K.", LISTENED_TO, ("Lucia V.", "Nadia B.")),
    Told(52, "Dee", "Zofia L.", BESIDE, ("Nadia B.",)),
    # family
    Told(85, "Ben", "Colm R.", FAMILY, ("Iris P.",)),
    Told(64, "Ana", "Femi A.", FAMILY, ("Aisha D.",)),
    Told(56, "Ben", "Pjotr W.", FAMILY, ("Zofia L.",)),
    # the other places: hardly begun
    Told(81, "Ines", "Filomena R.", BESIDE, ("Doris A.", "Agnes T.", "Tran L.")),
    Told(63, "Noor", "Thu N.", FRIEND, ("Tran L.",)),
    Told(57, "Tomás", "Goran T.", BESIDE, ("Ali R.", "Ionut C.")),
    Told(68, "Mira", "Tony G.", FRIEND, ("Mr. Haddad", "Lotte B.")),
    Told(49, "Dee", "Danuta C.", BESIDE, ("Colette R.", "Inge W.")),
)
# fmt: on


def steps() -> Iterator[Step]:
    for told in TOLD:
        yield Step(told.days_ago, 22, told.by, partial(_note, told=told))


def _note(scene: Scene, *, told: Told) -> None:
    acts.note_ties(
        by=scene.me,
        at=scene.at,
        person=scene.person(told.person),
        others=[scene.person(name) for name in told.others],
        how=told.how,
    )
