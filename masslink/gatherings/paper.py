"""Names for paper that may lie about: first names, told apart by an initial where two are the same. Free of Django."""

from collections import Counter
from collections.abc import Iterable

EMPTY = 12  # lines for those nobody expected


def first_names(people: Iterable[tuple[str, str]]) -> list[str]:
    """What each of these (name, nickname) is called on paper."""
    people = list(people)
    firsts = Counter(_first(name, nickname) for name, nickname in people)
    return [_apart(name, nickname, firsts) for name, nickname in people]


def _first(name: str, nickname: str) -> str:
    """The first word of a name; of a description ("tall guy, packing") what stands before the comma."""
    said = (nickname or name).split(",")[0].strip()
    return said.split(" ")[0] if said[:1].isupper() else said


def _apart(name: str, nickname: str, firsts: Counter[str]) -> str:
    first, words = _first(name, nickname), name.split()
    same = firsts[first] > 1 and len(words) > 1 and not nickname
    return f"{first} {words[-1][0]}." if same else first
