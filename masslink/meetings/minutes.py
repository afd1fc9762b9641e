"""Minutes as a page shows them: notes under the items they belong to, who was there, whether they are adopted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.decisions.search import passages
from masslink.gatherings import labels
from masslink.gatherings.counting import numbers_of
from masslink.gatherings.models import Gathering, GatheringQuerySet, Kind
from masslink.meetings.agenda import Agenda, Row
from masslink.meetings.models import Adoption, AgendaItem, Meeting, Minute
from masslink.meetings.refs import Seen, seen
from masslink.people.panels import names_together

OFFERED = 6  # meetings at which minutes were adopted


@dataclass(frozen=True)
class Written:
    """One note, with what became of what was caught with it."""

    minute: Minute
    seen: Seen

    @property
    def url(self) -> str:
        return address("minute", self.minute.pk)

    @property
    def label(self) -> str:
        is_note = self.minute.what == Minute.What.NOTE
        return "" if is_note else capfirst(str(self.minute.get_what_display()))

    @property
    def clock(self) -> str:
        return labels.clock(self.minute.at)

    @property
    def state(self) -> str:
        """How far it is by now; of a decision its own words say it."""
        return "" if self.minute.what == Minute.What.DECISION else self.seen.state

    @property
    def who(self) -> str:
        """Who does it, by when, as it was agreed."""
        one = self.minute
        if not one.member or not one.due:
            return ""
        return _("%(who)s, by %(day)s") % {"who": one.member.called, "day": date_format(one.due, "j F")}

    @property
    def report(self) -> str:
        day = self.minute.report_on
        return _("reports back from %(day)s on") % {"day": date_format(day, "j F")} if day else ""

    @property
    def edited(self) -> str:
        by = self.minute.edited_by
        return _("changed by %(name)s") % {"name": by.called} if by and by != self.minute.by else ""

    @property
    def asked(self) -> str:
        """The question that was decided."""
        return self.minute.more if self.minute.what == Minute.What.DECISION else ""

    @property
    def how(self) -> str:
        return self.minute.more if self.minute.what == Minute.What.TO_DO else ""


@dataclass
class Section:
    """An item and what was written under it; without one, what was written under none."""

    row: Row | None
    written: list[Written] = field(default_factory=list)

    @property
    def is_left_over(self) -> bool:
        return bool(self.row and not self.row.is_part and not self.row.item.talked_at and not self.written)


def written_under(minutes: Iterable[Minute], today: Any) -> list[Written]:
    minutes = list(minutes)
    states = seen((one.caught for one in minutes), today)
    return [Written(one, states.get(one.caught, Seen()) if one.caught else Seen()) for one in minutes]


class Minutes(Agenda):
    """The minutes of one meeting, along its agenda."""

    @cached_property
    def notes(self) -> list[Written]:
        found = Minute.objects.filter(gathering=self.gathering).select_related("by", "edited_by", "member")
        return written_under(found.order_by("at", "id"), self.today)

    @cached_property
    def sections(self) -> list[Section]:
        """Item by item; what was written under none, or under one that is gone, comes last."""
        by_item = {row.item.pk: Section(row) for row in self.rows}
        other = Section(None)
        for one in self.notes:
            if one.minute.what != Minute.What.CORRECTION:
                by_item.get(one.minute.item or UUID(int=0), other).written.append(one)
        return [*by_item.values(), *([other] if other.written else [])]

    @property
    def corrections(self) -> list[Written]:
        return [one for one in self.notes if one.minute.what == Minute.What.CORRECTION]

    @property
    def is_empty(self) -> bool:
        return (
            not self.notes and self.adoption is None and (self.meeting is None or not self.meeting.ended_at)
        )

    @property
    def state(self) -> str:
        """Of them all: what was seen when they were adopted."""
        told = sorted(f"{one.minute.pk}.{one.minute.version}" for one in self.notes)
        return hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]

    @property
    def lasted(self) -> str:
        one = self.meeting
        if one is None or not one.begun_at:
            return ""
        if not one.ended_at:
            return _("Begun at %(from)s.") % {"from": labels.clock(one.begun_at)}
        hours = {"from": labels.clock(one.begun_at), "to": labels.clock(one.ended_at)}
        return _("Begun at %(from)s, ended at %(to)s.") % hours

    @cached_property
    def present(self) -> str:
        """Members by name, others as a number."""
        ours = self.gathering.comings.exclude(came_at=None).select_related("member").order_by("member__name")
        names = [one.member.name for one in ours]
        if n := numbers_of([self.gathering.pk])[self.gathering.pk].came:
            names.append(ngettext("one other", "%(n)d others", n) % {"n": n})
        return names_together(names)

    @property
    def is_over(self) -> bool:
        return self.over or bool(self.meeting and self.meeting.ended_at)

    @property
    def may_adopt(self) -> bool:
        return self.adoption is None and not self.is_empty and self.is_over

    @cached_property
    def adopted_at(self) -> Gathering | None:
        found = self.adoption
        return (
            Gathering.objects.filter(pk=found.at_gathering).first() if found and found.at_gathering else None
        )


# --- all of them ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """The minutes of one meeting on the list of all."""

    gathering: Any  # a Gathering with `adopted`
    passage: SafeString | str = ""

    @property
    def url(self) -> str:
        return address("minutes", self.gathering.pk)

    @property
    def when(self) -> str:
        return date_format(self.gathering.on, "D j M")

    @property
    def note(self) -> str:
        return self.gathering.site.name if self.gathering.site else _("all of us")


def with_minutes() -> GatheringQuerySet:
    """Meetings of which there are minutes, the latest first; `adopted` says whether somebody noted that."""
    written = Minute.objects.filter(gathering=OuterRef("pk"))
    ended = Meeting.objects.filter(gathering=OuterRef("pk"), ended_at__isnull=False)
    found = Gathering.objects.kept().filter(Exists(written) | Exists(ended)).select_related("site")
    found = found.annotate(adopted=Exists(Adoption.objects.filter(gathering=OuterRef("pk"))))
    return found.order_by("-starts_at", "id")


def search(typed: str) -> list[Listed]:
    """Meetings of which an item, a note or a correction says that."""
    passage = passages(typed, [(model, "gathering_id") for model in (Minute, AgendaItem, Adoption)])
    kept = Gathering.objects.kept().filter(pk__in=list(passage)).select_related("site")
    there = {one.pk: one for one in kept}
    return [Listed(there[id], text) for id, text in passage.items() if id in there]


def other_minutes(typed: str, here: Gathering) -> list[Listed]:
    """Those of other meetings in which that stands, too."""
    passage = passages(typed, [(model, "gathering_id") for model in (Minute, Adoption)])
    others = Gathering.objects.kept().filter(pk__in=passage.keys() - {here.pk}).select_related("site")
    return [Listed(one, passage[one.pk]) for one in others.order_by("-starts_at")]


def later_meetings(gathering: Gathering, now: datetime) -> list[Gathering]:
    """Meetings at which its minutes can have been adopted: the soonest five, and the last, which may be today's."""
    later = Gathering.objects.held().filter(circle=gathering.circle, starts_at__gt=gathering.starts_at)
    has_agenda = Exists(AgendaItem.objects.filter(gathering=OuterRef("pk")))
    later = later.filter(Q(gathering_kind__in=(Kind.MEETING, Kind.STUDY)) | has_agenda).order_by("starts_at")
    found = [one for one in later if one.on <= day_of(now)]
    return found if len(found) <= OFFERED else [*found[: OFFERED - 1], found[-1]]
