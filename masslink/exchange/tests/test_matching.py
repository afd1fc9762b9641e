"""Doubles are found without comparing all with all; families are not merged."""

import random

import pytest
from rapidfuzz import process

from masslink.exchange import matching
from masslink.exchange.matching import Index, Known

ANA = Known("1", "Ana María Pérez", phone="+12024561111", email="ana@x.org", card_id="c7", unit="Packing")


def found(candidate, *people):
    match = Index(people or (ANA,)).find(candidate)
    return match and (match.kind, match.reasons)


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (Known("", "Ana Perez", phone="(202) 456-1111"), ("same", ("phone",))),
        (Known("", "Pérez, Ana", email="ANA@x.org"), ("same", ("email",))),
        (Known("", "A. Pérez", card_id="C7"), ("same", ("card",))),
        (Known("", "", phone="202 456 1111"), ("same", ("phone",))),
        (Known("", "A P", phone="+12024561111"), ("similar", ("phone", "names_differ"))),
        (Known("", "Ben Ray", phone="+12024561111"), ("similar", ("phone", "names_differ"))),
        (Known("", "Luis Pérez", email="ana@x.org"), ("similar", ("email", "names_differ"))),
        (Known("", "Perez Ana Maria", unit="packing"), ("similar", ("name",))),
        (Known("", "Ana Maria Peres", unit="Packing"), ("similar", ("name",))),
        (Known("", "Ana", unit="Packing"), ("similar", ("nickname",))),
        (Known("", "Ana Maria Peres", unit="Docks"), None),
        (Known("", "Ana Maria Peres", phone="+12024569999", unit="Packing"), None),
        (Known("", "Cy Stone", unit="Packing"), None),
        (Known("1", "Ana María Pérez", phone="+12024561111", unit="Packing"), None),
    ],
)
def test_who_is_who(candidate, expected):
    assert found(candidate) == expected


def test_nicknames_and_initials():
    bob = Known("2", "Robert J Miller", email="m@x.org", unit="Docks")
    assert found(Known("", "Bob Miller", email="m@x.org"), bob) == ("same", ("email",))
    assert found(Known("", "Robert K Miller", email="m@x.org"), bob) == ("similar", ("email", "names_differ"))
    assert found(Known("", "miller bob j", unit="docks"), bob) == ("similar", ("name",))
    assert (
        found(Known("", "tall guy", unit="Docks"), Known("3", "", "Tall Guy", unit="Docks"))[0] == "similar"
    )


def test_capitals_inside_a_name_do_not_matter():
    person = Known("4", "LaToya McDonald", unit="Docks")
    assert found(Known("", "Latoya Mcdonald", unit="Docks"), person) == ("similar", ("name",))


def test_in_a_family_with_one_phone_each_finds_themselves():
    family = [
        Known(str(at), f"{name} Lopez", phone="2024561111")
        for at, name in enumerate(["Ana", "Ben", "Cyrus"] * 30)
    ]
    index = Index(family[:3])
    found = [index.find(Known("", one.name, phone=one.phone)) for one in family[:3]]
    assert [match and match.id for match in found] == ["0", "1", "2"]


def test_the_same_list_twice_finds_everybody():
    people = [Known(str(at), f"Name{at} Last{at % 7}", unit="A" if at % 2 else "") for at in range(200)]
    index = Index()
    for one in people:
        index.add(one)
    again = [index.find(Known("", one.name, unit=one.unit)) for one in people]
    assert [match and match.id for match in again] == [one.id for one in people]
    assert {match and match.kind for match in again} == {"similar"}


def test_a_slip_is_found_wherever_it_is():
    names = ["Katharina Schneider", "Mohammed Rahman", "Guadalupe Hernandez"]
    index = Index(Known(str(at), name, unit="U") for at, name in enumerate(names))
    rng = random.Random(4)
    for at, name in enumerate(names):
        for _ in range(30):
            place = rng.choice(
                [place for place in range(1, len(name)) if name[place].isalpha() and name[place - 1] != " "]
            )
            match = index.find(Known("", name[:place] + rng.choice("aeiou") + name[place + 1 :], unit="U"))
            assert match and match.id == str(at)


class Counting:
    """Stands before something that compares, and counts how much it is given."""

    def __init__(self, real, size):
        self.real, self.size, self.count = real, size, 0

    def __call__(self, *args, **options):
        self.count += self.size(*args)
        return self.real(*args, **options)


def test_the_worst_list_costs_no_more_for_each_person(monkeypatch):
    """Names all alike, one unit, one office phone: each is compared with a few, however many there are."""
    agree = Counting(matching._Names().agree, lambda *names: 1)
    extract = Counting(process.extract, lambda name, others: len(others))
    monkeypatch.setattr(matching._Names, "agree", lambda self, one, two: agree(one, two))
    monkeypatch.setattr(process, "extract", extract)
    index = Index()
    rng = random.Random(5)
    for at in range(600):
        words = ("ba" + "".join(rng.choices("aeiou", k=6)), "bo" + "".join(rng.choices("aeiou", k=6)))
        one = Known(str(at), " ".join(words), phone="2024561111" if at % 3 else "", unit="Docks")
        index.find(one)
        index.add(one)
    assert 1_000 < agree.count < 600 * 24
    assert 1_000 < extract.count < 600 * 64 * 2
