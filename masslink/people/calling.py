"""What tiles and paper call somebody: a first name, told apart from others of the same first name. Free of Django."""

from collections import Counter
from collections.abc import Iterable

LONGEST = 28
TITLES = {"mr", "mrs", "ms", "miss", "dr", "sr", "sra", "herr", "frau", "aunt", "uncle"}
NO_NAME = TITLES | {"old", "young", "big", "little", "tall"}  # "Old Piet" isn't called Old


def called(people: Iterable[tuple[str, str]]) -> list[str]:
    """What each of these (name, nickname) is called among the others."""
    people = list(people)
    firsts = Counter(nickname or first_name(name) for name, nickname in people)
    return [_short(nickname) if nickname else _told_apart(name, firsts) for name, nickname in people]


def full_name(name: str, nickname: str) -> str:
    """All of it."""
    return f"{name} ({nickname})" if name and nickname else name or nickname


def first_name(name: str) -> str:
    """The first word of what looks like a name; a description ("tall guy, packing") as it is, cut if long."""
    words = name.split()
    if 1 <= len(words) <= 4 and all(word[0].isupper() for word in words) and "," not in name:
        is_title = words[0].rstrip(".").casefold() in NO_NAME
        return _short(" ".join(words[:2]) if is_title else words[0])
    return _short(name)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _told_apart(name: str, firsts: Counter[str]) -> str:
    """The first name, with an initial where another one in the cell is called the same."""
    first, words = first_name(name), name.split()
    if firsts[first] > 1 and len(words) > 1 and first == words[0]:
        return f"{first} {words[-1][0]}."
    return first
