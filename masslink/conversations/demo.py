"""The demo's half year of talks and observations: the written ones, and the many that left no words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from random import Random

from masslink.conversations import acts, demo_divides
from masslink.conversations.demo_blocks import HAPPENED as IN_THE_BLOCKS
from masslink.conversations.demo_blocks import TALKS as BLOCK_TALKS
from masslink.conversations.demo_kitchen import HAPPENED as IN_THE_KITCHEN
from masslink.conversations.demo_kitchen import TALKS as KITCHEN_TALKS
from masslink.conversations.demo_warehouse import HAPPENED as IN_THE_WAREHOUSE
from masslink.conversations.demo_warehouse import TALKS as WAREHOUSE_TALKS
from masslink.conversations.demo_words import Saw, Talk
from masslink.core.story import Scene, Step
from masslink.people.demo import LINKS, Link
from masslink.people.demo_people import CAST, P
from masslink.people.links import TALKED, TALKS
from masslink.tasks.demo import Promise, ending

WRITTEN = (*WAREHOUSE_TALKS, *KITCHEN_TALKS, *BLOCK_TALKS)
HAPPENED = (*IN_THE_WAREHOUSE, *IN_THE_KITCHEN, *IN_THE_BLOCKS)

# The last real talk of these was so long ago that somebody has to see them now; all others are drawn.
LAST_TALK = {
    ("Ana", "Deniz Y."): 24,
    ("Ana", "Andrzej K."): 15,
    ("Ana", "Olena S."): 31,
    ("Ben", "Yusuf I."): 22,
    ("Ben", "Nadia B."): 27,
    ("Ben", "Lee P."): 60,
    ("Dee", "Joanne W."): 44,
    ("Joris", "Sofia G."): 23,
    ("Ines", "Svetlana M."): 25,
    ("Tomás", "Amara N."): 33,
    ("Tomás", "Goran T."): 21,
    ("Noor", "Rosemary J."): 30,
    ("Noor", "Thu N."): 16,
    ("Mira", "Tony G."): 29,
    ("Mira", "Margit V."): 15,
}

# They came or were met, and that was all; this is for somebody to notice.
NOT_YET_TALKED_WITH = {
    "Viktor D.",
    "Wei F.",
    "Tran L.",
    "Ionut C.",
    "Tanya O.",
    "Second floor left",
    "Ivan R.",
}


def steps() -> Iterator[Step]:
    for talk in (*WRITTEN, *without_words()):
        hour = _hour(f"{talk.days_ago} {talk.persons}")
        yield Step(talk.days_ago, hour, talk.member, partial(_talk, talk=talk))
        if talk.next:
            made = Promise(
                talk.days_ago, talk.member, "", talk.next, talk.due, talk.kept, talk.moved, talk.dropped
            )
            yield from ending(made)
    for saw in HAPPENED:
        yield Step(saw.days_ago, 21.25, saw.member, partial(_saw, saw=saw))
    yield from demo_divides.steps()


def without_words() -> Iterator[Talk]:
    written = {(talk.member, name, talk.days_ago) for talk in WRITTEN for name in names_of(talk)}
    for link in LINKS:
        for talk in _in_rhythm(link):
            if (talk.member, talk.persons, talk.days_ago) not in written:
                yield talk
    linked = {link.person for link in LINKS}
    for _, units in CAST:
        for _, _, persons in units:
            for person in persons:
                if person.name not in linked | NOT_YET_TALKED_WITH and person.reach != "not_at_all":
                    yield from _now_and_then(person)


def names_of(talk: Talk) -> tuple[str, ...]:
    return (talk.persons,) if isinstance(talk.persons, str) else talk.persons


def _in_rhythm(link: Link) -> Iterator[Talk]:
    """Not quite as often as was meant, and sometimes only a word, or nobody there."""
    chance = Random(f"{link.member}, {link.person}")
    handed_on = [
        other.since for other in LINKS if other.handed_on_by == link.member and other.person == link.person
    ]
    drawn = chance.randint(1, max(2, link.rhythm * 4 // 5))
    last = handed_on[0] if handed_on else LAST_TALK.get((link.member, link.person), drawn)
    day = link.since - chance.randint(2, link.rhythm)
    while day > last + 2:
        how = TALKED if (link.member, link.person) in LAST_TALK else chance.choices(TALKS, (70, 18, 12))[0]
        yield Talk(day, link.member, link.person, "", how=how)
        day -= max(2, round(link.rhythm * chance.uniform(1.3, 3)))
    yield Talk(last, link.member, link.person, "")


def _now_and_then(person: P) -> Iterator[Talk]:
    chance = Random(person.name)
    days = chance.sample(range(4, person.added), min(chance.randint(1, 3), person.added - 4))
    for day in sorted(days, reverse=True):
        if person.left is None or day > person.left:
            yield Talk(day, person.by, person.name, "", how=chance.choices(TALKS, (50, 35, 15))[0])


def _hour(of: str) -> float:
    return Random(of).randrange(36, 72) / 4  # between nine and six, on the quarter


def _talk(scene: Scene, *, talk: Talk) -> None:
    acts.log_talk(
        by=scene.me,
        at=scene.at,
        persons=[scene.person(name) for name in names_of(talk)],
        how=talk.how,
        words=talk.words,
        deeds=talk.deeds,
        next_what=talk.next,
        next_due=scene.day(talk.days_ago - talk.due) if talk.next else None,
    )


def _saw(scene: Scene, *, saw: Saw) -> None:
    acts.note_observation(
        by=scene.me,
        at=scene.at,
        site=scene.site(saw.site),
        unit=scene.unit(saw.site, saw.unit) if saw.unit else None,
        what=saw.what,
        why=saw.why,
        follows=saw.follows,
        stood_up=[scene.person(name) for name in saw.stood_up],
        how_they_stood=saw.how,
    )
