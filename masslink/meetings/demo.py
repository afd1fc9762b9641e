"""Three months of the demo's meetings: agendas, minutes by two hands, to-dos that report back, adopted and not yet.

What all of us can read names no place and nobody who isn't a member.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from masslink.core.story import Scene, Step
from masslink.gatherings import acts as gatherings
from masslink.gatherings import asking, recurrence
from masslink.gatherings.demo import ALL_OF_US
from masslink.gatherings.models import Gathering, Role
from masslink.ideas.models import Telling
from masslink.meetings import acts, minuting
from masslink.meetings.acts import Matter
from masslink.meetings.models import Adoption, AgendaItem, Minute, Part
from masslink.meetings.orders import GIVEN
from masslink.meetings.waiting import what_waits
from masslink.sites.demo import WAREHOUSE
from masslink.tasks import acts as tasks
from masslink.tasks.models import ToDo

SITTING = "Nights sit down"
LEFT_OVER = "A box for letters nobody wants to sign"


class Agreed(NamedTuple):
    """Who does what so many days after the meeting, and from when on they report back: so many days after, too."""

    member: str
    what: str
    days: int
    report: int | None
    how: str = ""


class Held(NamedTuple):
    """One meeting of all of us: its matters, what was said under which item, decided, agreed on."""

    chair: str
    away: tuple[str, ...]  # who of us couldn't come
    matters: tuple[Matter, ...]
    said: tuple[tuple[str, str, str], ...]  # by whom, under which item, in words
    agreed: tuple[Agreed, ...]
    decided: tuple[str, str] = ("", "")
    corrections: str = ""  # of the minutes before


# fmt: off
MEETINGS = (
    Held(
        "Mira", ("Joris",),
        (Matter("How do newcomers hear of us?", minutes=15),
            Matter("A box for letters nobody wants to sign", minutes=10)),
        (("Ines", "Call to order", "Seven of us. Mira chairs, Ines writes."),
            ("Ines", "Reports", "Three places told what moves people. Everywhere it is the rota."),
            ("Ben", "Reports", "At two of them somebody was called in alone. Both went with a second one in the end."),
            ("Ines", "How do newcomers hear of us?", "From somebody they work beside. Paper after the second talk."),
            ("Ben", "Good and welfare", "A collection for the one whose bicycle was stolen: forty-two.")),
        (Agreed("Joris", "Ask for the big room, twice a month", 20, 20, "First the parish, then the school."),
            Agreed("Noor", "A list of who has a car and when", 14, 14)),
        ("Where does the tin stand?", "With Ines at home. Two of us count it on the first Sunday of each month.")),
    Held(
        "Ben", ("Tomás", "Dee"),
        (Matter("What do we do when somebody cries at a meeting?", minutes=15),),
        (("Ines", "Call to order", "Six of us, one on the phone."),
            ("Ines", "Reports", "The big room is ours from next month on, for thirty each evening."),
            ("Ben", "Old business", "Whoever is new is met on the first day now, at two places."),
            ("Ines", "What do we do when somebody cries at a meeting?", "One goes out with them, the others take a "
                "break. Nobody asks why afterwards."),),
        (Agreed("Dee", "Put the songs on one sheet", 17, 17, "Large type, no more than five."),),
        ("How long do our meetings last?", "Two hours and a half, with a break. Whoever chairs watches the clock."),
        corrections="It was forty-four for the bicycle, not forty-two."),
    Held(
        "Dee", ("Noor",),
        (Matter("Who speaks for us when somebody writes about us?", minutes=20),),
        (("Ines", "Call to order", "Seven of us. Dee chairs for the first time."),
            ("Ines", "Old business", "The songs are on one sheet; they were sung."),
            ("Ben", "Who speaks for us when somebody writes about us?", "Nobody alone. Two, and they read it to "
                "each other before it goes out."),
            ("Ines", "Next meeting", "Soup by those who came last.")),
        (Agreed("Mira", "Ask the two lawyers for one evening", 12, 12, "About rotas: what is told how long before."),
            Agreed("Tomás", "Paint the banner again", 18, 18)),
        ("Do we pay for bus tickets?", "Whoever comes by bus and needs it takes it from the tin and says so to Ines.")),
    Held(
        "Mira", (),
        (Matter("An evening with those who work in the kitchens", minutes=15),),
        (("Ines", "Call to order", "All eight of us."), ("Ben", "Reports", "Two lawyers would come, on a Thursday.")),
        (Agreed("Joris", "Write down what a first evening needs", 15, 15),)),
)
# fmt: on
DONE = (
    "Ask for the big room, twice a month",
    "A list of who has a car and when",
    "Put the songs on one sheet",
    "Copy the counting sheets for the line at the back",  # two that came of an idea and of a correction
    "Ask where people want to sign",
)


def steps() -> Iterator[Step]:
    for days_ago in (56, 28, 2):
        yield Step(days_ago, 12, "Ines", _minutes)
        yield Step(days_ago - 1, 13, "Ben", _minutes)
    for days_ago in (27, 1):
        for name in ("Joris", "Noor", "Dee"):
            yield Step(days_ago, 18, name, _tick)
    yield Step(12, 19, "Dee", _plan_sitting)
    yield Step(9, 21, "Dee", _sit)
    yield Step(2, 20, "Dee", _plan_next_sitting)
    yield Step(2, 21, "Ines", _make_agenda)


# --- all of us -----------------------------------------------------------------------------------------


def _minutes(scene: Scene) -> None:
    """Of the meetings that are over by now: Ines makes the agenda, writes and adopts; Ben adds what he wrote."""
    held = Gathering.objects.filter(title=ALL_OF_US, starts_at__lt=scene.at - timedelta(hours=4))
    before = None
    for meeting, told in zip(held.order_by("starts_at"), MEETINGS, strict=False):
        if scene.me.name == "Ines" and not AgendaItem.objects.filter(gathering=meeting).exists():
            _hold(scene, meeting, told, before)
        if scene.me.name == "Ben" and not Minute.objects.filter(gathering=meeting, by=scene.me).exists():
            _write(scene, meeting, told)
        before = meeting


def _hold(scene: Scene, meeting: Gathering, told: Held, before: Gathering | None) -> None:
    start, by = meeting.starts_at, scene.me
    acts.use_order(by=by, at=start - timedelta(days=2), gathering=meeting, lines=GIVEN[0].written)
    acts.take_up(by=by, at=start - timedelta(days=2), gathering=meeting, matters=told.matters)
    _report_back(scene, meeting)
    _come(scene, meeting, told)
    acts.begin(by=by, at=start + timedelta(minutes=6), gathering=meeting)
    if before and not Adoption.objects.filter(gathering=before).exists():
        minuting.adopt(
            by=by,
            at=start + timedelta(minutes=12),
            gathering=before,
            on=meeting.on,
            at_gathering=meeting,
            corrections=told.corrections,
        )
    _write(scene, meeting, told)
    new = AgendaItem.objects.of(meeting).filter(part=Part.NEW).first()
    common = {"by": by, "gathering": meeting, "item": new}
    if told.decided[0]:
        what, words = told.decided
        minuting.decide(**common, at=start + timedelta(minutes=95), question=None, what=what, words=words)
    for place, one in enumerate(told.agreed):
        minuting.agree_to_do(
            **common,
            at=start + timedelta(minutes=100 + 5 * place),
            member=scene.member(one.member),
            what=one.what,
            how=one.how,
            due=meeting.on + timedelta(days=one.days),
            report_on=meeting.on + timedelta(days=one.report) if one.report else None,
        )
    for item in AgendaItem.objects.of(meeting):
        if item.title != LEFT_OVER:
            acts.go_on(by=by, at=start + timedelta(minutes=140), gathering=meeting, item=item)
    acts.end(by=by, at=start + timedelta(minutes=150), gathering=meeting)


def _report_back(scene: Scene, meeting: Gathering) -> None:
    """What was promised at the meeting before stands under the reports."""
    items, at = AgendaItem.objects.of(meeting), meeting.starts_at - timedelta(days=2)
    groups = what_waits(meeting, items, me=scene.me, now=scene.at)
    reports = [row.matter for group in groups for row in group.rows if row.matter.belongs == Part.REPORTS]
    acts.take_up(by=scene.me, at=at, gathering=meeting, matters=reports)


def _come(scene: Scene, meeting: Gathering, told: Held) -> None:
    """Who was there, who chaired and who wrote."""
    us = meeting.members().exclude(name__in=told.away)
    at, by = meeting.starts_at + timedelta(minutes=5), {"by": scene.me, "gathering": meeting}
    asking.note_came(**by, at=at, members=us)
    who = {Role.Task.CHAIR: told.chair, Role.Task.MINUTES: "Ines"}
    for role in Role.objects.filter(gathering=meeting, member=None, task__in=who):
        member = scene.member(who[Role.Task(role.task)])
        gatherings.set_role(**by, at=at, task=role.task, member=member, role=role)


def _write(scene: Scene, meeting: Gathering, told: Held) -> None:
    """What one of them wrote, under its item."""
    items = {item.title: item for item in AgendaItem.objects.of(meeting)}
    for place, (name, title, words) in enumerate(told.said):
        if name == scene.me.name:
            at = meeting.starts_at + timedelta(minutes=10 + 18 * place)
            item = items.get(title)
            minuting.write(by=scene.me, at=at, gathering=meeting, item=item, words=words)


def _tick(scene: Scene) -> None:
    """Done in the meantime, before it is reported back."""
    for todo in ToDo.objects.open().filter(member=scene.me, what__in=DONE, due__lte=scene.day(0)):
        tasks.finish(by=scene.me, at=scene.at, todo=todo)


def _make_agenda(scene: Scene) -> None:
    """The next meeting has its order, and one matter more; what waits can be taken up."""
    ahead = Gathering.objects.filter(title=ALL_OF_US).ahead(scene.at).first()
    if ahead is None:
        return
    by = {"by": scene.me, "at": scene.at, "gathering": ahead}
    acts.use_order(**by, lines=GIVEN[0].written)
    matter = Matter("Do we go on an outing together this summer?", minutes=10, lead=scene.member("Noor"))
    acts.take_up(**by, matters=[matter])
    for role in Role.objects.filter(gathering=ahead, member=None):
        us = {Role.Task.CHAIR: "Ana", Role.Task.MINUTES: "Ines"}
        if name := us.get(Role.Task(role.task)):
            gatherings.set_role(**by, task=role.task, member=scene.member(name), role=role)


# --- one place -----------------------------------------------------------------------------------------


def _planned(scene: Scene, days_ago: int) -> Gathering:
    begins = recurrence.moment(scene.day(days_ago), time(19), ZoneInfo(settings.TIME_ZONE))
    made = gatherings.plan(
        by=scene.me,
        at=scene.at,
        title=SITTING,
        kind="meeting",
        site=scene.site(WAREHOUSE),
        starts_at=begins,
        ends_at=begins + timedelta(minutes=30),
        where="The club room, before the shift",
    )
    gatherings.set_role(
        by=scene.me, at=scene.at, gathering=made, task=Role.Task.CHAIR, member=scene.member("Dee")
    )
    return made


def _plan_sitting(scene: Scene) -> None:
    meeting = _planned(scene, 10)
    acts.use_order(by=scene.me, at=scene.at, gathering=meeting, lines=GIVEN[1].written)


def _plan_next_sitting(scene: Scene) -> None:
    """Its agenda is still to be made."""
    _planned(scene, -6)


def _sit(scene: Scene) -> None:
    meeting = Gathering.objects.get(title=SITTING, starts_at__lt=scene.at)
    first, second, third = AgendaItem.objects.of(meeting)
    start, by = meeting.starts_at, scene.me
    us = [scene.member(name) for name in ("Dee", "Ben", "Joris")]
    asking.note_came(by=by, at=start, gathering=meeting, members=us)
    acts.begin(by=by, at=start, gathering=meeting)
    words = "Breakfast on Friday carried by nights alone, twenty-two ate. Nobody asked who may come."
    minuting.write(by=by, at=start + timedelta(minutes=4), gathering=meeting, item=first, words=words)
    minuting.catch_idea(
        by=by,
        at=start + timedelta(minutes=9),
        gathering=meeting,
        item=second,
        words="A board at the bakery where one can leave word, without names.",
        member=scene.member("Ben"),
        telling=Telling.NAME,
    )
    minuting.agree_to_do(
        by=by,
        at=start + timedelta(minutes=20),
        gathering=meeting,
        item=third,
        member=scene.member("Ben"),
        what="Ask the baker about a board",
        due=meeting.on + timedelta(days=8),
        report_on=meeting.on + timedelta(days=8),
    )
    acts.end(by=by, at=start + timedelta(minutes=32), gathering=meeting)
