"""What divides people at the demo's warehouse, and what was tried against it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from masslink.conversations import acts
from masslink.conversations.models import Observation
from masslink.core.story import Scene, Step
from masslink.sites.demo import WAREHOUSE

Divides = Observation.Divides


class Divided(NamedTuple):
    """Something that happened so many days ago; what was tried was written down so many days ago, by somebody."""

    days_ago: int
    member: str
    unit: str | None
    divides: str
    what: str
    tried: str = ""
    told: int = 0
    by: str = ""


# fmt: off
HAPPENED = (
    Divided(163, "Ana", "Packing", Divides.CONTRACT,
        "Agency people eat in the corridor; the break room has a list on the door, and their names aren't on it.",
        "Olena and Rosa swapped places for a week: Rosa ate in the corridor, then four more did. "
        "The list is gone. The agency's breaks are still shorter.", 120, "Ana"),
    Divided(131, "Joris", "Packing", Divides.SHIFT,
        "The evening shift left forty half-packed carts, and the night was told it had been lazy.",
        "Tess and Rosa write on the board at handover what is left, and why. Both shifts sign it. "
        "The lead wiped it off twice; the third time he didn't.", 84, "Joris"),
    Divided(110, "Ben", "Picking", Divides.LANGUAGE,
        "The new safety sheet came in English only. Those who asked were told to ask a colleague.",
        "Hamid, Yusuf and Mei read it aloud in four languages before the shift. Now they are asked first "
        "when something new comes, by everybody.", 92, "Ben"),
    Divided(87, "Dee", "Packing", Divides.SENIORITY,
        "Who is longest here chooses the lane; the heavy one is left for those who came last.",
        "Joanne's paper with turns, in pencil. Two of the oldest said no at first. We asked them to try it for "
        "one week; they stayed.", 55, "Dee"),
    Divided(68, "Dee", "Dock", Divides.CHAUVINISM,
        "Drawings on the locker that Gosia had asked for. Two laughed, the others looked away.",
        "Sam and Pjotr took them down in front of everybody and said why. Gosia didn't want a meeting about it; "
        "we asked her first, and left it there.", 62, "Dee"),
    Divided(30, "Ana", None, Divides.CONTRACT,
        "The new rate is said to be for the agency people only, for four weeks. Some of the permanent ones "
        "said: then it isn't our fight."),
    Divided(21, "Joris", "Picking", Divides.LANGUAGE,
        "The night lead speaks to the Bulgarian pickers through one of them, who tells them half."),
    Divided(9, "Ben", "Picking", Divides.OTHER,
        "A voucher for whoever reports the most damaged parcels. People have begun to look into other carts."),
)
# fmt: on


def steps() -> Iterator[Step]:
    for one in HAPPENED:
        yield Step(one.days_ago, 21.5, one.member, partial(_note, one=one))
        if one.tried:
            yield Step(one.told, 22, one.by, partial(_tell, one=one))


def _note(scene: Scene, *, one: Divided) -> None:
    acts.note_observation(
        by=scene.me,
        at=scene.at,
        site=scene.site(WAREHOUSE),
        unit=scene.unit(WAREHOUSE, one.unit) if one.unit else None,
        what=one.what,
        divides=one.divides,
    )


def _tell(scene: Scene, *, one: Divided) -> None:
    seen = Observation.objects.get(what=one.what)
    acts.tell_what_was_tried(by=scene.me, at=scene.at, observation=seen, tried=one.tried)
