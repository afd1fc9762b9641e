"""The demo's winter before the collective had this program: copied from a notebook, so that a year can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.people import acts


class Copied(NamedTuple):
    """One line of the notebook: noted so many days ago, about a day before that."""

    noted: int
    by: str
    on: int
    kind: str
    persons: tuple[str, ...]
    words: str = ""


# fmt: off
NOTEBOOK = (
    Copied(178, "Ben", 392, "talked", ("Fatima E.",),
        "It is so cold at the dock that the scanners freeze before we do."),
    Copied(156, "Ben", 389, "talked", ("Sam T.",), "They heat the office. We are allowed to look at it."),
    Copied(126, "Dee", 384, "talked", ("Omar S.",)),
    Copied(142, "Ben", 383, "talked", ("Frank H.",)),
    Copied(142, "Ben", 378, "signed", ("Sam T.", "Frank H.", "Pjotr W."), "Letter: heating at the dock"),
    Copied(126, "Dee", 377, "signed", ("Omar S.",), "Letter: heating at the dock"),
    Copied(156, "Ben", 371, "acted", ("Sam T.", "Lee P."), "Waited in the canteen until it was warm at the dock"),
    Copied(176, "Ben", 371, "acted", ("Fatima E.", "Jonas W."), "Carried tea to the dock, in the middle of the shift"),
    Copied(176, "Ana", 352, "talked", ("Rosa D.",)),
    Copied(172, "Ana", 350, "came", ("Rosa D.", "Carla P.", "Priya N."), "Soup after the late shift"),
    Copied(172, "Ben", 350, "came", ("Fatima E.", "Jonas W."), "Soup after the late shift"),
    Copied(166, "Dee", 330, "talked", ("Ruth K.", "Joanne W.")),
    Copied(160, "Ben", 318, "talked", ("Grace O.", "Yusuf I.")),
    Copied(172, "Ana", 309, "talked", ("Rosa D.", "Carla P.")),
    Copied(166, "Dee", 287, "spoke_up", ("Ruth K.",), "Asked in the team talk who counts the minutes"),
    Copied(164, "Ana", 281, "talked", ("Andrzej K.", "Olena S.")),
    Copied(162, "Ana", 274, "talked", ("Tess V.",)),
    Copied(176, "Ben", 262, "talked", ("Fatima E.", "Jonas W.")),
    Copied(160, "Ben", 251, "defended", ("Grace O.",), "Went to the lead with a new one who had been shouted at"),
    Copied(172, "Ana", 243, "talked", ("Rosa D.", "Priya N.")),
    Copied(166, "Dee", 228, "talked", ("Ruth K.",)),
    Copied(156, "Ben", 224, "talked", ("Sam T.", "Grace O.")),
    Copied(170, "Ana", 214, "came", ("Rosa D.", "Carla P.", "Deniz Y."), "Picnic by the canal"),
    Copied(166, "Dee", 214, "came", ("Ruth K.", "Joanne W."), "Picnic by the canal"),
    Copied(160, "Ben", 203, "talked", ("Fatima E.", "Jonas W.", "Yusuf I.")),
)
# fmt: on


def steps() -> Iterator[Step]:
    for line in NOTEBOOK:
        for name in line.persons:
            yield Step(line.noted, 22.5, line.by, partial(_copy, line=line, name=name))


def _copy(scene: Scene, *, line: Copied, name: str) -> None:
    acts.record_deed(
        by=scene.me,
        at=scene.at,
        person=scene.person(name),
        kind=line.kind,
        on_at=scene.moment(line.on, 12),
        words=line.words,
    )
