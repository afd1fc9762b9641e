"""What happens on which day, from all rooms: gatherings, turns, one's own to-dos, days to decide and to look again.

Each is one query, however many there are. A day is one of the collective's time zone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.decisions.models import Question
from masslink.desk import weeks
from masslink.gatherings import labels
from masslink.gatherings.models import Change, Gathering
from masslink.sites.models import Site
from masslink.tasks.duty_models import Turn
from masslink.tasks.models import ToDo
from masslink.vault.reading import read

LONGEST = timedelta(days=31)  # what began longer ago isn't looked for


class Shown(NamedTuple):
    """What a day says of a gathering: a month has more than a hundred, and no more is read of each."""

    id: UUID
    circle: UUID
    title: str
    starts_at: datetime
    ends_at: datetime | None
    slot: date | None
    cancelled_at: datetime | None


@dataclass(frozen=True)
class Entry:
    """Something on one day. `clock` is empty for what is on that day without an hour."""

    day: date
    clock: str
    title: str
    url: str
    note: str = ""
    is_off: bool = False
    is_mine: bool = False  # nobody else's business: not on paper


def midnight(day: date) -> datetime:
    """When a day begins by the wall clock."""
    return timezone.make_aware(datetime.combine(day, time()))


def gatherings_between(first: date, last: date) -> QuerySet[Gathering]:
    """Those that are on one of these days, also what began before and what was called off."""
    start, end = midnight(first), midnight(last + timedelta(days=1))
    some = Gathering.objects.kept().filter(starts_at__lt=end, starts_at__gte=start - LONGEST)
    return some.filter(Q(starts_at__gte=start) | Q(ends_at__gt=start)).order_by("starts_at", "id")


@dataclass(frozen=True)
class Days:
    """From the first to the last day, of one place or of all that one can read."""

    first: date
    last: date
    me: Member
    places: dict[UUID, str]  # by circle: what those are called that one can open
    place: Site | None = None

    @cached_property
    def by_day(self) -> dict[date, list[Entry]]:
        """In the order of the day: first what has no hour."""
        found: dict[date, list[Entry]] = defaultdict(list)
        for entry in (*self._turns(), *self._questions(), *self._to_dos(), *self._gatherings()):
            if self.first <= entry.day <= self.last:
                found[entry.day].append(entry)
        for entries in found.values():
            entries.sort(key=lambda entry: entry.clock)
        return found

    def _here(self, some: Any) -> Any:
        return some.filter(circle=self.place.circle) if self.place else some

    def _place(self, circle: UUID) -> str:
        return "" if self.place else self.places.get(circle, "")

    def _gatherings(self) -> Iterator[Entry]:
        rows = self._here(gatherings_between(self.first, self.last)).values_list(*Shown._fields)
        some, zone = [Shown(*row) for row in rows], timezone.get_current_timezone()
        was = _moved_from(some)
        for one in some:
            starts = one.starts_at.astimezone(zone)
            ends = one.ends_at.astimezone(zone) if one.ends_at else None
            url = address("gathering", one.id)
            notes = [_("called off") if one.cancelled_at else was.get(one.id, ""), self._place(one.circle)]
            note = " · ".join(part for part in notes if part)
            for day in weeks.days_of(starts, ends):
                clock = f"{starts:%H:%M}" if day == starts.date() else ""
                yield Entry(day, clock, one.title, url, note, one.cancelled_at is not None)

    def _turns(self) -> Iterator[Entry]:
        """One entry for a duty's day, with all whose turn it is."""
        some = self._here(Turn.objects.going_on().filter(on__range=(self.first, self.last)))
        together: dict[tuple[date, UUID], list[Turn]] = defaultdict(list)
        for turn in some.select_related("duty", "member"):
            together[turn.on, turn.duty_id].append(turn)
        for (day, duty), turns in together.items():
            who = sorted(turn.member.name for turn in turns if turn.member)
            names = ", ".join(who + [_("nobody yet")] * any(turn.member is None for turn in turns))
            place = self._place(turns[0].circle)
            title = _("%(duty)s: %(names)s") % {"duty": turns[0].duty.name, "names": names}
            yield Entry(day, "", title, address("duty", duty), place)

    def _to_dos(self) -> Iterator[Entry]:
        mine = self._here(ToDo.objects.open().listed().of(self.me).exclude(origin_kind=Turn.kind))
        for todo in mine.filter(due__range=(self.first, self.last)):
            yield Entry(todo.due, "", todo.what, address("todo", todo.pk), _("you promised"), is_mine=True)

    def _questions(self) -> Iterator[Entry]:
        days = (self.first, self.last)
        to_decide = Q(decided_on=None, withdrawn_on=None, decide_by__range=days)
        to_review = Q(decided_on__isnull=False, review_on__range=days)
        for one in self._here(Question.objects.filter(to_decide | to_review)):
            day, note = (
                (one.decide_by, _("to be decided")) if one.is_open else (one.review_on, _("look again"))
            )
            yield Entry(day, "", one.what, address("question", one.pk), note)


def _moved_from(some: Iterable[Shown]) -> dict[UUID, str]:
    """Of those that are at another time than people were told, or than it repeats: when it was to be."""
    by_id = {one.id: one for one in some}
    was: dict[UUID, date] = {one.id: one.slot for one in by_id.values() if one.slot}
    hours: dict[UUID, datetime] = {}
    for change in _moves(by_id):
        was[change.gathering_id], hours[change.gathering_id] = day_of(change.was_at), change.was_at
    return {id: said for id, day in was.items() if (said := _said_moved(by_id[id], day, hours.get(id)))}


def _moves(ids: Collection[UUID]) -> list[Change]:
    """How these gatherings were moved, in the order in which they were."""
    marks = ", ".join(["%s"] * len(ids))
    moved = f"WHERE what = %s AND gathering_id IN ({marks}) ORDER BY at"
    return read(Change, moved, [Change.What.MOVED, *(id.hex for id in ids)])


def _said_moved(one: Shown, day: date, hour: datetime | None) -> str:
    if day != day_of(one.starts_at):
        return _("moved from %(day)s") % {"day": date_format(day, "j M")}
    if hour and hour != one.starts_at:
        return _("moved from %(hour)s") % {"hour": labels.clock(hour)}
    return ""
