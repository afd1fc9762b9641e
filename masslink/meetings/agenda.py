"""What the pages of an agenda show: its items with what they come from, how long it takes, what waits to come on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from masslink.collective.doors import Request
from masslink.core.pages import address
from masslink.decisions.readers import said_readers
from masslink.gatherings import labels
from masslink.gatherings.models import Gathering, Kind, Role
from masslink.meetings.models import Adoption, AgendaItem, AgendaItemQuerySet, Meeting, Minute, Part
from masslink.meetings.refs import Seen, seen
from masslink.meetings.waiting import Group, not_adopted, what_waits
from masslink.vault.workspace import current


@dataclass(frozen=True)
class Row:
    """One item on a list."""

    item: AgendaItem
    number: int
    seen: Seen
    is_now: bool = False
    written: int = 0

    @property
    def url(self) -> str:
        return address("agenda-item", self.item.pk)

    @property
    def is_part(self) -> bool:
        return bool(self.item.part)

    @property
    def reads_minutes(self) -> bool:
        return self.item.part == Part.MINUTES

    @property
    def state(self) -> str:
        if self.item.minutes:
            return _("%(n)d min") % {"n": self.item.minutes}
        return ""

    @property
    def notes(self) -> list[str]:
        found = [self.item.lead.called] if self.item.lead else []
        return [*found, self.seen.state] if self.seen.state else found


@dataclass(frozen=True)
class ToAdopt:
    """Minutes of an earlier meeting that wait to be read and adopted."""

    gathering: Gathering

    @property
    def text(self) -> str:
        named = {"title": self.gathering.title, "day": labels.when(self.gathering).split(",")[0]}
        return _("%(title)s, %(day)s") % named

    @property
    def url(self) -> str:
        return address("minutes", self.gathering.pk)


class Agenda:
    """One meeting's agenda, as a member sees it now."""

    def __init__(self, request: Request, gathering: Gathering) -> None:
        self.request, self.gathering = request, gathering
        self.today: date = request.today

    @cached_property
    def items(self) -> list[AgendaItem]:
        return list(items_of(self.gathering))

    @cached_property
    def meeting(self) -> Meeting | None:
        return Meeting.objects.filter(gathering=self.gathering).first()

    @cached_property
    def adoption(self) -> Adoption | None:
        found = Adoption.objects.filter(gathering=self.gathering).select_related("by")
        return found.first()

    @cached_property
    def rows(self) -> list[Row]:
        states = seen((item.origin for item in self.items), self.today)
        now = self.meeting.now if self.is_here and self.meeting and self.meeting.goes_on else None
        return [
            Row(item, n, states.get(item.origin, Seen()) if item.origin else Seen(), item.pk == now)
            for n, item in enumerate(self.items, 1)
        ]

    @cached_property
    def groups(self) -> list[Group]:
        """What waits; made anew after any writing, every day, and every hour, since meetings end."""
        workspace, now = current(), self.request.now
        mark = (self.gathering.pk, workspace.seq, self.today, now.strftime("%Y%m%d%H"), get_language())
        known = workspace.kept.get("what waits")
        if known is None or known[0] != mark:
            found = what_waits(self.gathering, self.items, me=self.request.member, now=now)
            known = workspace.kept["what waits"] = (mark, found)
        groups: list[Group] = known[1]
        return groups

    @property
    def waiting(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @cached_property
    def to_adopt(self) -> list[ToAdopt]:
        return [ToAdopt(one) for one in not_adopted(self.gathering)]

    @property
    def reads_minutes(self) -> bool:
        """An item is there under which the minutes of the last meeting are read; else they stand on top."""
        return any(row.reads_minutes for row in self.rows)

    @property
    def when(self) -> str:
        return labels.when(self.gathering, self.today)

    @property
    def over(self) -> bool:
        return self.gathering.is_over(self.request.now)

    @property
    def is_here(self) -> bool:
        """Its day has come, so that minutes can be written."""
        return self.gathering.takes_place and self.gathering.on <= self.today

    @property
    def takes(self) -> str:
        """How long it takes as it is planned, in a sentence; what is too much is said."""
        planned = sum(item.minutes or 0 for item in self.items)
        if not planned:
            return ""
        said = ngettext("%(n)d minute planned", "%(n)d minutes planned", planned) % {"n": planned}
        open_ended = sum(1 for item in self.items if not item.minutes)
        if open_ended:
            more = ngettext("%(n)d item without a time", "%(n)d items without a time", open_ended)
            said = _("%(said)s, %(more)s") % {"said": said, "more": more % {"n": open_ended}}
        there = self._length
        if there and planned > there:
            over = _("%(said)s: that is %(n)d more than there are.")
            return over % {"said": said, "n": planned - there}
        return _("%(said)s, of %(there)d.") % {"said": said, "there": there} if there else f"{said}."

    @property
    def is_too_long(self) -> bool:
        planned = sum(item.minutes or 0 for item in self.items)
        return bool(self._length and planned > self._length)

    @property
    def _length(self) -> int:
        one = self.gathering
        return round((one.ends_at - one.starts_at).total_seconds() / 60) if one.ends_at else 0

    @cached_property
    def roles(self) -> list[Role]:
        """Who chairs, who takes the minutes."""
        wanted = [Role.Task.CHAIR, Role.Task.MINUTES]
        return list(self.gathering.roles.filter(task__in=wanted).select_related("member"))

    @property
    def readers(self) -> str:
        return said_readers(self.gathering.circle)

    @property
    def is_meeting(self) -> bool:
        return self.gathering.gathering_kind == Kind.MEETING


def items_of(gathering: Gathering) -> AgendaItemQuerySet:
    return AgendaItem.objects.of(gathering).select_related("lead")


def has_minutes(item: AgendaItem) -> bool:
    return Minute.objects.filter(item=item.pk).exists()
