"""The rows that both sides get: invented people and what was said, the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

SEED = "seven walls"
UNITS = ("Packing", "Picking", "Dock", "Returns")
SHIFTS = ("Day", "Evening", "Night")
NOT_TALKS = ("idea", "came", "signed", "spoke_up", "brought", "declined")


@dataclass(frozen=True)
class Size:
    """How large everything is made."""

    sites: int
    persons: int  # in each site
    members: int  # typical ones
    others: int  # other collectives on the same server
    rows: int  # of the list that is brought in
    rounds: int  # requests of each kind
    talks: int = 3  # with each person
    held: int = 3  # sites that a typical member holds
    taken_on: int = 60  # persons whom the one who holds all has taken on
    small_persons: int = 1000
    small_talks: int = 10
    ties: int = 0  # between the persons of the first site
    evenings: int = 0  # days with a gathering at each site, from a month ago on


FULL = Size(sites=40, persons=2500, members=50, others=1000, rows=100_000, rounds=200)
TIED = Size(sites=1, persons=500, members=0, others=0, rows=0, rounds=10, small_persons=1, ties=2000)
CALENDAR = Size(
    sites=4, persons=1, members=0, others=0, rows=0, rounds=30, taken_on=0, small_persons=1, evenings=150
)
QUICK = Size(sites=8, persons=250, members=5, others=30, rows=2000, rounds=15, small_persons=200)


class PersonRow(NamedTuple):
    number: int  # through all sites, from 1
    id: UUID
    site: int
    unit: int
    shift: int
    name: str
    nickname: str
    phone: str
    email: str
    matters: str
    added: int  # days ago


class TalkRow(NamedTuple):
    person: int
    id: UUID
    kind: str
    ago: int  # days
    minute: int  # of the day
    words: str
    lot: int  # which of those who work there it was


def _list(text: str, between: str | None = None) -> list[str]:
    return [" ".join(part.split()) for part in text.split(between)]


FIRST = _list("""Abel Adela Agnes Ahmed Alma Amina Ana Andrzej Anton Aziz Bashir Bea Bo Bruno Carmen Celia Chidi
Clara Dariusz Dee Dunja Edith Elif Emeka Esra Fatima Felipe Flor Gael Gloria Goran Halina Hana
Hassan Hugo Ida Ilse Imani Ines Ivan Jamal Jana Joao Jolanta Josef Juana Kaya Kofi Lan Leila Lena
Leon Linh Lucia Luis Magda Malik Marek Maria Marisol Marta Mina Miro Mohamed Nadia Nam Nela Noor
Olena Omar Oscar Paula Pavel Petra Priya Rafael Rana Rosa Ruth Salma Samir Sara Selma Simon Sofia
Stefan Tariq Tess Tomas Uma Vera Viktor Wanda Wei Yara Yusuf Zahra Zofia""")
STARTS = _list("""Al Ba Be Bor Car Da Del El Fer Ga Go Ha Hor Is Ja Ka Kor La Lin Ma Me Mor Na Ni Ok Or Pa Per Ra
Ro Sa Se Ta Tor""")
MIDDLES = _list("ba ca de di fo ga ke la li lo ma me mi na ne ni no ra re ri ro sa se so ta te ti va vi wo")
ENDS = _list("n r s z ez ic ski man son ov ti ra do va lle nto kov dez llo nen")

SAID = _list(
    """the break is too short again|they moved the clock so that you see it from nowhere|
her rota changed twice this week|he carries the heavy ones because nobody else will|
the lift has been broken since March|they said we are all replaceable|nobody asked us about Sundays|
she would come if it is after nine|his brother works on the other side of the yard|
the new scanner counts every minute|they want to see the paper about overtime first|
the landlord sent somebody to look|it is cold by the gate and the heater is locked away|
she spoke to the others at lunch|they cut two people from nights|
he does not trust meetings but he will talk|we should ask for chairs at the line|
the bus comes after the shift begins|she kept the letter about wages|
they pay the agency people less for the same work|he signed because we came back|
the stairs are dark and nobody repairs them|she asked what happened at the other place|
they lost a day of pay for it|there is money for the office and none for gloves|
he will ask the two at packing|the foreman listens behind the door|
she laughed and said that it was always so|we owe them an answer about the lockers|
the floor is wet every morning""",
    "|",
)
MATTERS = ("Time with the children", "A fixed rota", "The heat in summer", "Wages on the day", "", "", "", "")


def site_rows(size: Size, site: int) -> tuple[list[PersonRow], list[TalkRow]]:
    """One site's persons and what happened with them; `size.sites` is the site of the small member."""
    chance = random.Random(f"{SEED} {site}")
    small = site == size.sites
    count, talks = (size.small_persons, size.small_talks) if small else (size.persons, size.talks)
    persons = [person_row(chance, site, site * size.persons + i + 1) for i in range(count)]
    return persons, [row for person in persons for row in _talks(chance, person, talks)]


def person_row(chance: random.Random, site: int, number: int) -> PersonRow:
    """Somebody who never lived."""
    first = chance.choice(FIRST)
    middle = "".join(chance.choices(MIDDLES, k=chance.randrange(1, 4)))
    last = chance.choice(STARTS) + middle + chance.choice(ENDS)
    phone = f"+1 202 555 {chance.randrange(10_000):04d}" if chance.random() < 0.7 else ""
    email = f"{first}.{last}{number}@example.org".lower() if chance.random() < 0.3 else ""
    nickname = f"{first[:3]}o" if chance.random() < 0.1 else ""
    return PersonRow(
        number, new_id(chance), site, chance.randrange(len(UNITS)), chance.randrange(len(SHIFTS)),
        f"{first} {last}", nickname, phone, email, chance.choice(MATTERS), chance.randrange(500, 700),
    )  # fmt: skip


def _talks(chance: random.Random, person: PersonRow, count: int) -> Iterator[TalkRow]:
    for _ in range(count):
        kind = chance.choices(("talked", "short", "tried"), (8, 1, 1))[0]
        yield _deed(chance, person, kind, sentence(chance))
    if chance.random() < 0.04:
        yield _deed(chance, person, chance.choice(NOT_TALKS), "")


def _deed(chance: random.Random, person: PersonRow, kind: str, words: str) -> TalkRow:
    ago, minute = chance.randrange(1, 480), chance.randrange(6 * 60, 22 * 60)
    return TalkRow(person.number, new_id(chance), kind, ago, minute, words, chance.randrange(60))


def tie_rows(persons: list[PersonRow], count: int) -> list[tuple[PersonRow, PersonRow, str]]:
    """Who knows whom: mostly in crews of a dozen, now and then across."""
    chance, found = random.Random(f"{SEED} ties"), dict[tuple[int, int], str]()
    while len(found) < count:
        one = chance.randrange(len(persons))
        crew = min(one // 12 * 12 + chance.randrange(12), len(persons) - 1)
        other = crew if chance.random() < 0.85 else chance.randrange(len(persons))
        if one != other:
            kind = chance.choices(("beside", "friend", "family"), (6, 3, 1))[0]
            found.setdefault((min(one, other), max(one, other)), kind)
    return [(persons[one], persons[other], kind) for (one, other), kind in found.items()]


def evening_rows(size: Size, site: int) -> list[tuple[str, int, int]]:
    """Gatherings of a site: what each is called, on which day from today, at which hour."""
    chance = random.Random(f"{SEED} evenings {site}")
    return [(sentence(chance)[:60], day - 30, chance.randrange(8, 21)) for day in range(size.evenings)]


def waiting_rows() -> dict[str, list[str]]:
    """What waits for a meeting, forty things, and what is on its agenda already."""
    chance = random.Random(f"{SEED} waiting")
    wanted = {"left over": 5, "taken up": 12, "questions": 10, "reviews": 5, "to-dos": 10, "ideas": 5}
    return {
        kind: [f"{sentence(chance)[:80]} {n}" for n in range(count)]
        for kind, count in {**wanted, "corrections": 5}.items()
    }


def sentence(chance: random.Random) -> str:
    """Something somebody said, long enough to be a note, with a name or a number in it now and then."""
    one, two = chance.sample(SAID, 2)
    extra = f", ask {chance.choice(FIRST)}" if chance.random() < 0.4 else f", gate {chance.randrange(1000)}"
    return f"{one}; {two}{extra}".capitalize()


def new_id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def typed(chance: random.Random, name: str) -> str:
    """What stands in the search box a moment after somebody began to type a name: two to six letters."""
    return chance.choice(name.split())[: chance.randrange(2, 7)].lower()


def held_by(size: Size, member: int) -> list[int]:
    """The sites of a typical member."""
    return random.Random(f"{SEED} member {member}").sample(range(size.sites), min(size.held, size.sites))
