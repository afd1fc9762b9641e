"""The demo collective's half year, told by all rooms together and played through the acts that people use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter

from django.utils import timezone

from masslink.collective.demo import MEMBERS
from masslink.collective.models import Member
from masslink.conversations import demo as conversations
from masslink.core.story import Step
from masslink.decisions import demo as decisions
from masslink.gatherings import demo as gatherings
from masslink.ideas import demo as ideas
from masslink.meetings import demo as meetings
from masslink.pairs import demo as pairs
from masslink.people import demo as people
from masslink.people.models import Person
from masslink.sites import demo as sites
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks import demo as tasks
from masslink.tasks.models import ToDo

# Everybody sits down once a day, one after the other: as people do, and workspaces change less often.
SITTING = {member.name: place for place, member in enumerate(MEMBERS)}
SITTING_HOURS = 1.5

OpenAs = Callable[[str], AbstractContextManager[object]]


class Scene:
    """Finds records by name in whichever workspace is open; never keeps them, as they belong to it."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.at = self.moment(0, 0)
        self._name = ""

    def enter(self, step: Step) -> None:
        self.at = self.moment(step.days_ago, _hour(step))
        self._name = step.member

    @property
    def me(self) -> Member:
        return self.member(self._name)

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def moment(self, days_ago: int, hour: float) -> datetime:
        # On the wall clock: adding hours to an aware midnight would slip where the clocks change.
        clock = datetime.combine(self.day(days_ago), time()) + timedelta(minutes=round(hour * 60))
        return timezone.make_aware(clock)

    def member(self, name: str) -> Member:
        return Member.objects.get(name=name)

    def site(self, name: str) -> Site:
        return Site.objects.get(name=name)

    def unit(self, site: str, name: str) -> Unit:
        return Unit.objects.get(site__name=site, name=name)

    def shift(self, site: str, name: str) -> Shift:
        return Shift.objects.get(site__name=site, name=name)

    def person(self, name: str) -> Person:
        return Person.objects.get(name=name)

    def todo(self, what: str) -> ToDo:
        """The open to-do of this wording; the story never leaves two of them open at once."""
        return ToDo.objects.get(what=what, member__name=self._name, done_at=None, dropped_at=None)


def story() -> list[Step]:
    return sorted(_all_steps(), key=lambda step: (-step.days_ago, _hour(step)))


def play(open_as: OpenAs, today: date, *, progress: Callable[[int, int], object] | None = None) -> int:
    """Play the whole story; `open_as(name)` opens that member's workspace. Returns the number of acts."""
    steps, scene, done = story(), Scene(today), 0
    for name, own in groupby(steps, key=attrgetter("member")):
        with open_as(name):
            for step in own:
                scene.enter(step)
                step.run(scene)
                done += 1
        if progress:
            progress(done, len(steps))
    return done


def _hour(step: Step) -> float:
    return 9 + SITTING_HOURS * (SITTING[step.member] + step.hour / 24)


def _all_steps() -> Iterator[Step]:
    for room in (sites, people, tasks, conversations, gatherings, ideas, pairs, meetings):
        yield from room.steps()
    yield from decisions.steps(place=sites.WAREHOUSE)
