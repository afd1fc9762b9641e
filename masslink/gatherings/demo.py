"""Three months of the demo's gatherings: tea every week, a monthly meeting, one action, and what is next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from masslink.collective.models import Member
from masslink.core.story import Scene, Step
from masslink.gatherings import acts, asking, recurrence, series
from masslink.gatherings.models import Ask, Gathering, Role
from masslink.gatherings.recurrence import MONTH_WEEKDAY, Rule
from masslink.people.models import Person
from masslink.sites.demo import WAREHOUSE

TEA, ALL_OF_US, ACTION = "Tea at Cooper Street", "All of us", "To the office, together"
EVERY, TEAS, NEXT_IN = 7, 13, 3  # days, so many that were, and in how many days the next is
FIRST_TEA = EVERY * TEAS - NEXT_IN

# Who asks whom to tea.
ASKED = {
    "Ana": ("Rosa D.", "Carla P.", "Andrzej K.", "Lina M.", "Deniz Y."),
    "Ben": ("Fatima E.", "Jonas W.", "Grace O.", "Hana J.", "Sam T.", "Nadia B."),
    "Dee": ("Ruth K.", "Samira A.", "Gosia M.", "Priya N."),
}
# Of ten times asked they said yes, and of ten yeses they came, so often; who isn't here does neither.
WORD = {"Rosa D.": (9, 9), "Fatima E.": (9, 8), "Ruth K.": (8, 9), "Andrzej K.": (7, 6), "Grace O.": (6, 5)}
USUAL = (6, 5)
LEFT_OFF = {"Carla P.": 5, "Jonas W.": 8}  # stopped after so many teas
NEW_FACES = {11: "Lee P.", 12: "Bo L."}  # at which tea they came for the first time

TO_THE_OFFICE = ("Rosa D.", "Fatima E.", "Andrzej K.", "Ruth K.", "Grace O.", "Sam T.", "Hana J.", "Lina M.")
DIDNT_GO = ("Hana J.", "Lina M.")


def steps() -> Iterator[Step]:
    yield Step(FIRST_TEA + 5, 18, "Ana", _begin_tea)
    yield Step(88, 18, "Ines", _begin_all_of_us)
    for number in range(TEAS):
        days_ago = FIRST_TEA - EVERY * number
        yield Step(days_ago + 2, 19, "Ana", partial(_ask, number=number))
        yield Step(days_ago - 1, 19, "Ben", partial(_note, number=number))
    yield Step(50, 20, "Ana", _plan_action)
    yield Step(46, 20, "Ana", _after_action)
    for name in ("Ben", "Dee", "Ines", "Mira", "Noor"):
        yield Step(25, 21, name, _say_coming)
    yield Step(22, 21, "Ben", lambda scene: series.make_ahead(by=scene.me, at=scene.at))
    yield Step(22, 21, "Ines", lambda scene: series.make_ahead(by=scene.me, at=scene.at))
    yield Step(2, 20, "Ana", partial(_ask, number=TEAS))
    yield Step(1, 20, "Ben", _later_than_usual)
    yield Step(1, 21, "Ben", _ahead)


def _begin_tea(scene: Scene) -> None:
    first = scene.day(FIRST_TEA)
    series.begin(
        by=scene.me,
        at=scene.at,
        rule=Rule(first),
        begins=time(18),
        minutes=120,
        zone=settings.TIME_ZONE,
        site=scene.site(WAREHOUSE),
        roles=[Role.Task.DOOR, Role.Task.FOOD, Role.Task.TIDY],
        title=TEA,
        gathering_kind="event",
        purpose="Tea, bread, whoever wants to talk. Children are welcome.",
        where="The club room on Cooper Street",
        way="Bus 14 to the bridge, then the green door beside the bakery. Colm has the key.",
    )


def _begin_all_of_us(scene: Scene) -> None:
    first = recurrence.weekday_of_month(scene.day(85).year, scene.day(85).month, 6, 2)
    if first < scene.day(85):
        first = first + timedelta(weeks=4)
    series.begin(
        by=scene.me,
        at=scene.at,
        rule=Rule(first, MONTH_WEEKDAY, nth=recurrence.nth_of(first)),
        begins=time(15),
        minutes=180,
        zone=settings.TIME_ZONE,
        roles=[Role.Task.CHAIR, Role.Task.MINUTES, Role.Task.CHILDREN],
        title=ALL_OF_US,
        gathering_kind="meeting",
        purpose="What each place did, what we take on next, whose turn it is.",
    )


def _tea(scene: Scene, number: int) -> Gathering:
    return Gathering.objects.get(title=TEA, slot=scene.day(FIRST_TEA - EVERY * number))


def _ask(scene: Scene, *, number: int) -> None:
    """On the list, asked and answered; for the tea to come only some."""
    tea, chance = _tea(scene, number), Random(number)
    members = {name: scene.member(name) for name in ASKED}
    persons = {p.name: p for p in Person.objects.filter(site=tea.site_id)}
    whom = {persons[n]: members[m] for m, names in ASKED.items() for n in names if n in persons}
    asks = asking.put_on_list(by=scene.me, at=scene.at, gathering=tea, whom=whom)
    for place, ask in enumerate(asks):
        if number < TEAS or place % 4:
            _answer(scene, ask, number, chance)


def _answer(scene: Scene, ask: Ask, number: int, chance: Random) -> None:
    name = ask.person.name
    says_yes = chance.random() * 10 < WORD.get(name, USUAL)[0] and number < LEFT_OFF.get(name, 99)
    answer = "yes" if says_yes else chance.choice(("maybe", "no", ""))
    asking.note_answer(by=scene.me, at=scene.at, ask=ask, answer=answer)


def _note(scene: Scene, *, number: int) -> None:
    """The morning after: who came, of those who said yes and of those who didn't."""
    tea, chance = _tea(scene, number), Random(100 + number)
    yes = Ask.objects.filter(gathering=tea, answer="yes").select_related("person").order_by("person__name")
    came = [a.person for a in yes if chance.random() * 10 < WORD.get(a.person.name, USUAL)[1]]
    if name := NEW_FACES.get(number):
        came += list(Person.objects.filter(name=name))
    us = [scene.member(name) for name in ("Ana", "Ben", "Dee") if chance.random() < 0.7]
    asking.note_came(by=scene.me, at=scene.at, gathering=tea, persons=came, members=us)


def _plan_action(scene: Scene) -> None:
    site = scene.site(WAREHOUSE)
    action = acts.plan(
        by=scene.me,
        at=scene.at,
        title=ACTION,
        kind="action",
        site=site,
        starts_at=recurrence.moment(scene.day(47), time(14), ZoneInfo(settings.TIME_ZONE)),
        purpose="Nobody goes alone any more: eight of us ask how the rate is reckoned.",
        where="At the stairs, then up",
    )
    whom: dict[Person, Member] = {scene.person(name): scene.me for name in TO_THE_OFFICE}
    for ask in asking.put_on_list(by=scene.me, at=scene.at, gathering=action, whom=whom):
        asking.note_answer(by=scene.me, at=scene.at, ask=ask, answer="yes")


def _after_action(scene: Scene) -> None:
    action = Gathering.objects.get(title=ACTION)
    came = [scene.person(name) for name in TO_THE_OFFICE if name not in DIDNT_GO]
    asking.note_came(by=scene.me, at=scene.at, gathering=action, persons=came, members=[scene.me])


def _say_coming(scene: Scene) -> None:
    """To the next two meetings of all of us."""
    for meeting in Gathering.objects.filter(title=ALL_OF_US).ahead(scene.at)[:2]:
        asking.say_coming(by=scene.me, at=scene.at, gathering=meeting, member=scene.me, answer="yes")


def _later_than_usual(scene: Scene) -> None:
    """The next tea begins an hour later; Ben has told most of his, the others have still to hear of it."""
    tea = _tea(scene, TEAS)
    hour = timedelta(hours=1)
    ends = tea.ends_at + hour if tea.ends_at else None
    acts.move(by=scene.me, at=scene.at, gathering=tea, starts_at=tea.starts_at + hour, ends_at=ends)
    told = Ask.objects.filter(gathering=tea, member=scene.me).exclude(asked_at=None)
    for ask in told[1:]:
        asking.note_told(by=scene.me, at=scene.at + timedelta(minutes=20), ask=ask)


def _ahead(scene: Scene) -> None:
    """Who does what at the next tea."""
    tea, us = _tea(scene, TEAS), {Role.Task.DOOR: "Ben", Role.Task.FOOD: "Dee"}
    for role in Role.objects.filter(gathering=tea, task__in=us):
        name = us[Role.Task(role.task)]
        acts.set_role(
            by=scene.me, at=scene.at, gathering=tea, task=role.task, member=scene.member(name), role=role
        )
    asking.say_coming(by=scene.me, at=scene.at, gathering=tea, member=scene.me, answer="yes")
