"""What a place's page says of a question: how many stand where and stood in the months before, for one reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people import fading
from masslink.people.fades import NOTICE, Rule
from masslink.people.standing.agreement import Agreement, agreement
from masslink.people.standing.counting import FLOOR, Month, count, every_month, month_of, shown
from masslink.people.standing.middle import middle
from masslink.people.standing.models import Assessment, StandQuestion, Tally
from masslink.people.standing.panels import Stand, stand

MONTHS = 12


class Said(NamedTuple):
    person: UUID
    member: UUID
    value: int
    at: datetime


@dataclass(frozen=True)
class Overview:
    """A question at a place, as one reader may see it."""

    question: StandQuestion
    me: UUID
    today: date
    persons: frozenset[UUID]  # who is here
    said: list[Said]  # all views there are of them
    kept: list[Month]
    rule: Rule

    @cached_property
    def stands(self) -> dict[UUID, Stand]:
        views: dict[UUID, dict[UUID, int]] = {}
        for one in self.said:
            views.setdefault(one.person, {})[one.member] = one.value
        return {person: stand(theirs, self.me) for person, theirs in views.items()}

    @property
    def by_me(self) -> int:
        """Of how many the reader has said something, be it "not yet known"."""
        return sum(1 for one in self.said if one.member == self.me)

    @cached_property
    def hidden(self) -> int:
        """Of how many others have a view and the reader hasn't."""
        return sum(1 for one in self.stands.values() if one.hidden)

    @property
    def _hidden_since(self) -> date | None:
        hidden = {person for person, one in self.stands.items() if one.hidden}
        days = [day_of(one.at) for one in self.said if one.person in hidden and one.member != self.me]
        return min(days, default=None)

    @cached_property
    def now(self) -> Month:
        views: dict[UUID, list[int]] = {}
        for one in self.said:
            views.setdefault(one.person, []).append(one.value)
        return Month(month_of(self.today), count(map(middle, views.values())), len(self.persons))

    @cached_property
    def months(self) -> list[Month]:
        """Those that may be shown to this reader, the latest last."""
        last, closed = self.now, self.question.closed_on
        kept = {month.first: month for month in self.kept}
        if closed and month_of(closed) < last.first:
            first = month_of(closed)
            last = kept.get(first, Month(first, last.counts, last.persons))
        months = every_month(kept.values(), last, month_of(self.question.asked_on))
        return shown(months, hidden=self.hidden, hidden_since=self._hidden_since)[-MONTHS:]

    @property
    def latest(self) -> Month | None:
        """The numbers of today, where they may be shown."""
        months = self.months
        return months[-1] if months and months[-1].first == month_of(self.today) else None

    @property
    def is_small(self) -> bool:
        """Too few have been seen by anybody for numbers of the place."""
        return self.now.seen < FLOOR

    @property
    def of_my_own(self) -> Month | None:
        """In place of the numbers that wait: of those only whom the reader has said."""
        found = count(one.value for one in self.stands.values() if one.value and not one.hidden)
        return Month(month_of(self.today), found, len(self.persons)) if found else None

    @property
    def unseen(self) -> int:
        return self.now.unseen

    @property
    def agreement(self) -> Agreement:
        """Of the whole place, never of a person or a member."""
        views: dict[UUID, list[int]] = {}
        for one in self.said:
            if one.value:
                views.setdefault(one.person, []).append(one.value)
        return agreement(views.values())

    @property
    def fading(self) -> list[date]:
        """When the reader's own views go, as far as that is within a month; the first first."""
        mine = [day_of(one.at) for one in self.said if one.member == self.me]
        days = [self.rule.fades_on(since, self.today) for since in mine]
        return sorted(day for day in days if day <= self.today + NOTICE)


def overviews(
    questions: Iterable[StandQuestion], persons: Iterable[UUID], me: Member, today: date
) -> list[Overview]:
    """Of all questions of one place, with three queries."""
    asked, here = list(questions), frozenset(persons)
    said: dict[UUID, list[Said]] = {one.pk: [] for one in asked}
    found = Assessment.objects.filter(question__in=asked).order_by()
    columns = found.values_list("question_id", "person_id", "member_id", "value", "at")
    for question, person, member, value, at in columns:
        if person in here:
            said[question].append(Said(person, member, value, at))
    kept: dict[UUID, list[Month]] = {one.pk: [] for one in asked}
    for tally in Tally.objects.filter(question__in=asked):
        kept[tally.question_id].append(tally.numbers)
    rule = fading.rules()[Assessment.fades.setting]
    return [Overview(one, me.pk, today, here, said[one.pk], kept[one.pk], rule) for one in asked]
