"""`python -m bench.planning MEMBERS/PLACES…`: invented collectives of these sizes, planned; seconds and gap.

Each size is planned a few times with other people; what is reported is the slowest and the widest. They are harder
than life: everybody could work everywhere, fewer can than are needed, and nobody's hours fit everybody's.
"""

import json
import random
import sys

from masslink.pairs.planner import Deep, Proposal, Task, Who, Work, propose

LANGUAGES = ("en", "es", "pt", "pl", "tr", "ar", "fr", "nl")
UNITS, SHIFTS = ("packing", "picking", "dock"), ("early", "evening", "night")
HOLD = 4  # members with access to a place
TIMES = 3
SECONDS = 5.0


def task_of(members: int, places: int, seed: int) -> Task:
    chance = random.Random(f"plan {members} {places} {seed}")
    ids = [f"m{n}" for n in range(members)]
    holds = {f"p{p}": chance.sample(ids, min(HOLD, members)) for p in range(places)}
    who = tuple(_who(chance, id, frozenset(p for p, held in holds.items() if id in held)) for id in ids)
    works = tuple(_work(chance, place, unit, shift) for place in holds for unit in UNITS for shift in SHIFTS)
    deep = {
        (id, work.id): Deep(links := chance.randint(1, 3), links * chance.randint(1, 4))
        for work in works
        for id in holds[work.place]
        if chance.random() < 0.3
    }
    return Task(who, works, deep)


def _who(chance: random.Random, id: str, places: frozenset[str]) -> Who:
    return Who(
        id=id,
        at_most=chance.choice((0, 1, 2, 2, 2, 3)),
        languages=frozenset({"en", *chance.sample(LANGUAGES, chance.choice((0, 1, 1, 2)))}),
        times=frozenset(chance.sample(SHIFTS, chance.choice((1, 2, 2, 3)))),
        experienced=chance.random() < 0.45,
        places=places,
    )


def _work(chance: random.Random, place: str, unit: str, shift: str) -> Work:
    spoken = chance.sample(LANGUAGES, 3)
    return Work(
        id=f"{place} {unit} {shift}",
        place=place,
        unit=unit,
        shift=shift,
        time=shift,
        heads=chance.randint(4, 25),
        known=chance.randint(0, 8),
        speakers=tuple((frozenset({one}), chance.randint(0, 6)) for one in spoken),
    )


def measure(members: int, places: int) -> dict[str, float | bool]:
    """The slowest of a few plans, the widest gap, and whether all were proven."""
    found: list[Proposal] = [propose(task_of(members, places, n), seconds=SECONDS) for n in range(TIMES)]
    return {
        "seconds": round(max(one.seconds for one in found), 2),
        "gap_percent": round(max(one.gap for one in found) * 100, 2),
        "proven": all(one.proven for one in found),
    }


if __name__ == "__main__":
    wanted = [size.split("/") for size in sys.argv[1:]]
    print(json.dumps({f"{m}_{p}": measure(int(m), int(p)) for m, p in wanted}))
