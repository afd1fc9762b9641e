"""What the pages of duties show: whose turn next, who then, what waits to be ticked, what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.models import Member
from masslink.people.panels import names_together
from masslink.tasks.days import said
from masslink.tasks.duties import Duties, Next
from masslink.tasks.duty_models import Duty, Turn
from masslink.tasks.duty_told import turn_called

SOON = timedelta(days=28)
NEAR = timedelta(days=7)
NOT_TICKED = timedelta(days=21)  # as long it is asked whether a turn was done
THEN = 3


@dataclass(frozen=True)
class TurnRow:
    """One of us and one day, with what can be tapped."""

    turn: Turn
    member: Member | None
    me: Member
    today: date
    cant_come: bool = False
    before: Member | None = None

    @property
    def called(self) -> str:
        return self.member.called if self.member else _("nobody yet")

    @property
    def is_mine(self) -> bool:
        return self.member == self.me

    @property
    def is_here(self) -> bool:
        """The day has come, so it can have been done."""
        return self.turn.on <= self.today

    @property
    def waits(self) -> bool:
        """Nobody has it who can do it."""
        return self.turn.is_open and (self.member is None or self.cant_come)

    @property
    def taps(self) -> bool:
        """Whether there is something to tap on a list: of others only what waits, or has come."""
        return self.turn.is_open and (self.is_mine or self.waits or self.is_here)

    @property
    def state(self) -> str:
        return _("can’t come") if self.member and self.cant_come and self.turn.is_open else ""

    @property
    def instead(self) -> str:
        """`Dee (instead of Ben)`."""
        if self.member and self.before:
            return _("%(name)s, instead of %(other)s") % {
                "name": self.member.called,
                "other": self.before.called,
            }
        return self.called


@dataclass
class Day:
    """One day of a duty: whose turn it is, and who is proposed for the places that are left."""

    duty: Duty
    on: date
    rows: list[TurnRow] = field(default_factory=list)
    proposed: list[Member] = field(default_factory=list)

    @property
    def names(self) -> str:
        """Who comes; short, for a list."""
        agreed = [row.called for row in self.rows]
        return names_together([*sorted(agreed), *self._proposed])

    @property
    def names_told(self) -> str:
        """Who comes, and of whom we know that they can't."""
        agreed = [f"{row.called} ({row.state})" if row.state else row.called for row in self.rows]
        return names_together([*sorted(agreed), *self._proposed])

    @property
    def is_only_proposed(self) -> bool:
        return not self.rows

    @property
    def proposed_names(self) -> str:
        return names_together(self._proposed)

    @property
    def _proposed(self) -> list[str]:
        return sorted(one.name for one in self.proposed)

    @property
    def done_by(self) -> str:
        return names_together([row.instead for row in self.rows])

    @property
    def is_ticked(self) -> bool:
        return all(row.turn.done_at for row in self.rows)


@dataclass(frozen=True)
class Row:
    """One duty on the page: when next, after that, and what was."""

    duty: Duty
    next: Day | None
    then: list[Day]
    was: list[Day]
    when: str

    @property
    def then_text(self) -> str:
        days = [f"{day.names_told} ({date_format(day.on, 'j M')})" for day in self.then]
        return _("Then %(names)s.") % {"names": ", ".join(days)} if days else ""


class DutiesPage:
    """All duties one can open, or one of them."""

    def __init__(self, duties: list[Duty], me: Member, today: date) -> None:
        self.me, self.today = me, today
        self.known = Duties(duties, today)

    def rows(self) -> list[Row]:
        proposals = self.known.next_turns(self.today + SOON)
        rows = [self._row(duty, [one for one in proposals if one.duty == duty]) for duty in self.known.duties]
        return sorted(rows, key=lambda row: (row.next is None, row.next.on if row.next else self.today))

    def _row(self, duty: Duty, proposals: list[Next]) -> Row:
        ahead = self.ahead(duty, proposals)
        first, then = (ahead[0], ahead[1 : 1 + THEN]) if ahead else (None, [])
        return Row(duty, first, then, self.was(duty), said(first.on, self.today) if first else "")

    def ahead(self, duty: Duty, proposals: list[Next]) -> list[Day]:
        """From today on, what isn't done yet: agreed on and proposed together."""
        open_ones = [t for t in self.known.turns[duty.pk] if t.on >= self.today and t.done_at is None]
        found = {day.on: day for day in self._days(duty, open_ones)}
        for one in proposals:
            day = found.setdefault(one.on, Day(duty, one.on))
            free = sum(row.member is None for row in day.rows)
            day.rows = [row for row in day.rows if row.member] if free else day.rows
            day.proposed = one.who
        return [found[on] for on in sorted(found)]

    def was(self, duty: Duty) -> list[Day]:
        return self._days(duty, self.known.was(duty))

    def _days(self, duty: Duty, turns: list[Turn]) -> list[Day]:
        return [
            Day(duty, on, [self.turn_row(turn) for turn in of_day])
            for on, of_day in groupby(turns, key=attrgetter("on"))
        ]

    def turn_row(self, turn: Turn) -> TurnRow:
        member = self._member(turn.member_id)
        absent = member is not None and turn.done_at is None and self.known.cant_come(turn, member)
        return TurnRow(turn, member, self.me, self.today, absent, self._member(turn.instead_of_id))

    def _member(self, id: UUID | None) -> Member | None:
        return self.known.members.get(id) if id else None

    # --- what to say ---------------------------------------------------------------------------------

    def not_ticked(self) -> list[Day]:
        """Turns of the last weeks of which nobody said whether they were done."""
        since = self.today - NOT_TICKED
        return [
            Day(duty, on, [self.turn_row(turn) for turn in of_day])
            for duty in self.known.duties
            for on, of_day in groupby(
                (t for t in self.known.turns[duty.pk] if since <= t.on < self.today and t.done_at is None),
                key=attrgetter("on"),
            )
        ]

    def headline(self) -> str:
        if not self.known.duties:
            return _("Share out what nobody owns")
        mine = [
            turn
            for duty in self.known.duties
            for turn in self.known.turns[duty.pk]
            if turn.member_id == self.me.pk and turn.done_at is None and turn.on >= self.today
        ]
        if not mine:
            return _("No turn is yours for now")
        turn = min(mine, key=attrgetter("on"))
        name = next(duty.name for duty in self.known.duties if duty.pk == turn.duty_id)
        if turn.on <= self.today + NEAR:
            return _("Your turn: %(duty)s, %(day)s") % {"duty": name, "day": said(turn.on, self.today)}
        return _("Your next turn: %(what)s") % {"what": turn_called(name, turn.on)}

    def few(self) -> list[str]:
        """Where few carry most of what nobody likes: one sentence each."""
        found = []
        for duty in self.known.duties:
            few = self.known.few(duty) if duty.unloved_on else None
            if few:
                found.append(_said_few(duty, *few))
        return found


def _said_few(duty: Duty, few: int, everybody: int, since: date) -> str:
    text = ngettext(
        "%(few)s of %(all)s did most of “%(duty)s” since %(month)s.",
        "%(few)s of %(all)s did most of “%(duty)s” since %(month)s.",
        few,
    )
    how_many = {"few": _in_words(few).capitalize(), "all": _in_words(everybody)}
    return text % {**how_many, "duty": duty.name, "month": date_format(since, "F")}


def _in_words(n: int) -> str:
    words = [
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
        _("eleven"),
        _("twelve"),
    ]
    return words[n - 1] if 0 < n <= len(words) else str(n)
