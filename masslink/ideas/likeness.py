"""How much two ideas are alike, by their words. A suggestion for people, who decide. Knows no Django."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from rapidfuzz import fuzz, process

SHORTEST = 4  # letters: shorter words say little about what somebody means
SAME_WORD = 78  # of a hundred: endings differ, slips of the pen happen
ALIKE = 0.3
FIRST = 2_000  # letters that are compared

Key = TypeVar("Key", bound=Hashable)


def words_of(text: str) -> set[str]:
    """The words that say something, as they are compared."""
    cleaned = "".join(c if c.isalnum() else " " for c in text[:FIRST].casefold())
    return {word for word in cleaned.split() if len(word) >= SHORTEST}


def likeness(one: set[str], other: set[str]) -> float:
    """From 0 to 1: the share of words that the two have in common; one word in common alone isn't alike."""
    few, many = sorted((one, other), key=len)
    if not few:
        return 0.0
    shared = sum(
        1
        for word in few
        if word in many or process.extractOne(word, many, scorer=fuzz.ratio, score_cutoff=SAME_WORD)
    )
    if shared < min(2, len(few)):
        return 0.0
    return 2 * shared / (len(one) + len(other))


def most_alike(
    text: str, others: Iterable[tuple[Key, str]], at_least: float = 0.0
) -> list[tuple[Key, float]]:
    """Those that are at least so much alike, the most alike first."""
    here = words_of(text)
    found = [(key, likeness(here, words_of(other))) for key, other in others]
    return sorted(((key, how) for key, how in found if how >= at_least), key=lambda pair: -pair[1])
