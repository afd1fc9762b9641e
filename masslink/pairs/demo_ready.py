"""What the demo's members say they can take on; one can't for now, one hasn't said it yet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.pairs import plan_acts
from masslink.pairs.planner import WISHES


class Can(NamedTuple):
    member: str
    days_ago: int
    languages: str
    times: tuple[str, ...]
    at_most: int
    experienced: bool
    not_at: tuple[str, ...] = ()


READY = (
    Can("Ana", 58, "English, Spanish, Portuguese", (), 3, True),
    Can("Ben", 57, "English, Polish", ("day", "early", "weekend"), 2, False),
    Can("Dee", 56, "English", ("day", "evening"), 3, True),
    Can("Ines", 55, "Spanish, English", (), 2, True),
    Can("Joris", 54, "English, Ukrainian", ("night", "evening"), 2, False),
    Can("Mira", 53, "English, Arabic", ("evening", "weekend"), 2, True),
    Can("Tomás", 20, "Spanish, English", ("early",), 0, False),
)


def steps() -> Iterator[Step]:
    yield Step(60, 8.0, "Ana", _wish)
    for can in READY:
        yield Step(can.days_ago, 8.1, can.member, partial(_say, can=can))


def _wish(scene: Scene) -> None:
    plan_acts.say_wishes(by=scene.me, at=scene.at, weights=dict(WISHES))


def _say(scene: Scene, *, can: Can) -> None:
    plan_acts.say_readiness(
        by=scene.me,
        at=scene.at,
        languages=can.languages,
        times=list(can.times),
        at_most=can.at_most,
        experienced=can.experienced,
        not_here=[scene.site(name) for name in can.not_at],
    )
