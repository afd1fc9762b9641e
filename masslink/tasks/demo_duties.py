"""Three months of the demo's duties: four go round, one is carried mostly by two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.core.story import Scene, Step
from masslink.sites.demo import WAREHOUSE
from masslink.tasks import duty_acts as acts
from masslink.tasks.duties import Duties
from masslink.tasks.duty_models import Duty, Turn
from masslink.tasks.rotation import FORTNIGHT, WEEK

WEEKS, EVERY = 13, 7
FIRST = WEEKS * EVERY


class Shared(NamedTuple):
    """`after`: on which day of our weeks it is to be done; `of`: whose it is, if not of all of us."""

    name: str
    every: str
    people: int
    after: int
    about: str
    of: str = ""


DISHES = "Dishes"
MINUTES, CHILDCARE = "Minutes", "Childcare"
DUTIES = (
    Shared(MINUTES, FORTNIGHT, 1, 2, "Write down what was decided, read it out at the end"),
    Shared("Cooking", WEEK, 2, 3, "One pot for twelve; the money is in the tin"),
    Shared(CHILDCARE, WEEK, 1, 4, "From six to eight, in the room upstairs"),
    Shared(DISHES, WEEK, 1, 5, "Wash up, sweep, take the bags down"),
    Shared("Driving", WEEK, 1, 6, "Home after nights, whoever wants to", WAREHOUSE),
)
WASHED_UP = (
    *("Mira", "Dee", "Mira", "Dee", "Tomás", "Mira", "Dee"),
    *("Mira", "Noor", "Dee", "Mira", "Dee", "Mira"),
)
# Who came in for whom, in which week.
INSTEAD = {("Cooking", 4): "Noor", (CHILDCARE, 7): "Ben", (MINUTES, 8): "Joris"}


def steps() -> Iterator[Step]:
    yield Step(FIRST + 2, 19, "Ana", _begin)
    for week in range(WEEKS):
        days_ago = FIRST - EVERY * week
        yield Step(days_ago, 19, "Ana", partial(_agree, days=EVERY - 1))
        yield Step(days_ago - EVERY + 1, 22, "Dee", partial(_tick, week=week))
    yield Step(3, 21, "Ana", _nobody_likes_it)
    yield Step(0, 8, "Ana", partial(_agree, days=4 * EVERY))


def _begin(scene: Scene) -> None:
    for one in DUTIES:
        acts.begin_duty(
            by=scene.me,
            at=scene.at,
            name=one.name,
            every=one.every,
            people=one.people,
            about=one.about,
            first=scene.day(FIRST - one.after),
            site=scene.site(one.of) if one.of else None,
        )


def _agree(scene: Scene, *, days: int) -> None:
    """By turns; only with the dishes it was always “I’ll do it”."""
    today = day_of(scene.at)
    duties = Duties(Duty.objects.going_on().exclude(name=DISHES).select_related("site"), today)
    acts.agree(by=scene.me, at=scene.at, turns=duties.next_turns(today + timedelta(days=days)))


def _tick(scene: Scene, *, week: int) -> None:
    """At the end of a week; of the last, one isn't ticked yet."""
    dishes = Duty.objects.get(name=DISHES)
    on = scene.day(FIRST - EVERY * week - 5)
    acts.note_done(by=scene.me, at=scene.at, duty=dishes, on=on, members=[scene.member(WASHED_UP[week])])
    for turn in Turn.objects.open().filter(on__lte=day_of(scene.at)).select_related("duty__site", "member"):
        if turn.member and not (week == WEEKS - 1 and turn.duty.name == CHILDCARE):
            acts.done(by=scene.me, at=scene.at, turn=turn, member=_who_came(scene, turn, week))


def _who_came(scene: Scene, turn: Turn, week: int) -> Member:
    another = INSTEAD.get((turn.duty.name, week))
    there = Turn.objects.kept().filter(duty=turn.duty, on=turn.on, member__name=another)
    name = another if another and not there.exists() else str(turn.member)
    found: Member = scene.member(name)
    return found


def _nobody_likes_it(scene: Scene) -> None:
    acts.say_unloved(by=scene.me, at=scene.at, duty=Duty.objects.get(name=DISHES), is_unloved=True)
