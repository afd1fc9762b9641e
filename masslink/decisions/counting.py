"""Hands counted, and answers counted: plain calculations. Nothing here knows whose a hand or an answer is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """How many hands went up for it, against it, and for neither."""

    in_favour: int
    against: int
    abstained: int = 0

    @property
    def hands(self) -> int:
        return self.in_favour + self.against + self.abstained

    def beyond(self, members: int) -> int:
        """How many hands there are more than members who could have raised one."""
        return max(0, self.hands - members)


@dataclass(frozen=True)
class Figure:
    """One answer, and how many gave it: members, and others who were asked."""

    answer: str
    ours: int
    others: int

    @property
    def total(self) -> int:
        return self.ours + self.others


def figures(options: Sequence[str], ours: Iterable[str], others: Iterable[str] = ()) -> list[Figure]:
    """Every option in its order, also those nobody chose; then answers in own words, the most given first.

    What differs only in capitals and spaces is the same answer, written as it was written first.
    """
    said: dict[str, str] = {}
    by_us, by_others = _counted(ours, said), _counted(others, said)
    offered = {same(option): option for option in options}
    own = sorted(said.keys() - offered.keys(), key=lambda key: (-by_us[key] - by_others[key], key))
    written = {**said, **offered}
    return [Figure(written[key], by_us[key], by_others[key]) for key in [*offered, *own]]


def _counted(answers: Iterable[str], said: dict[str, str]) -> Counter[str]:
    count: Counter[str] = Counter()
    for answer in answers:
        if key := same(answer):
            said.setdefault(key, " ".join(answer.split()))
            count[key] += 1
    return count


def same(answer: str) -> str:
    """By what one knows that two answers are the same."""
    return " ".join(answer.split()).casefold().rstrip(".!")
