"""What fades, and when: plain calculations from dates, free of Django.

A model says beside its fields what of it fades: `fades = Fades(...)`; nothing else is to be written for it, `fading`
walks these. How long something stays is at most the model's own number of days. A collective may shorten that; what
is shortened counts a month after it was decided, so that nobody's words go unannounced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

NOTICE = timedelta(days=30)  # what fades is shown that long before
SHORTEST = 30  # days
USUAL = (30, 60, 90, 120, 180, 270, 365, 548)  # what may be chosen, as far as it is shorter


@dataclass(frozen=True)
class Fades:
    """What of a model's records fades.

    `setting` names the time a collective may shorten, `days` the longest, `label` says on pages what it is about.
    `since` is the date or moment that it is counted from. `empties` are the text columns that are emptied then; where
    there are none, the whole record goes. `let_go(records)` is called before, inside the act, for sums kept elsewhere.
    `said` names the column of which a few words are shown while it can still be kept. The record belongs to a
    `person`; it stays for as long again whenever somebody keeps it (`Kept`), unless it isn't `renewable`.
    """

    setting: str
    days: int
    label: Any
    since: str
    empties: tuple[str, ...] = ()
    said: str = ""
    renewable: bool = True
    let_go: Callable[[list[Any]], None] | None = None


class Change(NamedTuple):
    """A collective decided on a day that something stays for so many days."""

    on: date
    days: int


@dataclass(frozen=True)
class Rule:
    """How long something stays in a collective: at most `longest`, as far as it wasn't shortened."""

    setting: str
    longest: int
    label: Any = ""
    changes: tuple[Change, ...] = ()  # in the order in which they were decided

    def days_on(self, day: date) -> int:
        days = self.longest
        for change in self.changes:
            wanted = max(min(change.days, self.longest), SHORTEST)
            if change.on <= day and (wanted >= days or day >= change.on + NOTICE):
                days = wanted
        return days

    def limit(self, day: date) -> date:
        """What dates from this day or before has faded on `day`."""
        return day - timedelta(days=self.days_on(day))

    def fades_on(self, since: date, today: date) -> date:
        """The day on which something fades that dates from `since` or was last kept then; today at the earliest."""
        starts = [today, *(s for change in self.changes if (s := change.on + NOTICE) > today)]
        return min(max(start, since + timedelta(days=self.days_on(start))) for start in starts)

    def coming(self, today: date) -> Change | None:
        """What was decided and doesn't count yet: the first day on which it will, and how many days then."""
        later = [change.on + NOTICE for change in self.changes if change.on + NOTICE > today]
        changed = [day for day in later if self.days_on(day) != self.days_on(today)]
        return Change(changed[-1], self.days_on(changed[-1])) if changed else None

    def choices(self) -> list[int]:
        return [days for days in USUAL if days < self.longest] + [self.longest]


def rules_of(declared: Iterable[Rule], decided: Iterable[tuple[str, Change]]) -> dict[str, Rule]:
    """Each rule with what a collective decided about it, in the order in which it was decided."""
    changes: dict[str, list[Change]] = {}
    for setting, change in decided:
        changes.setdefault(setting, []).append(change)
    return {
        rule.setting: Rule(rule.setting, rule.longest, rule.label, tuple(changes.get(rule.setting, ())))
        for rule in declared
    }
