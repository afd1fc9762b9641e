"""The people of a place by rung over time, as its page shows it: how many stand where, who moved, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.core.clock import day_of
from masslink.people import links, rungs
from masslink.people.labels import DEEDS, RUNGS
from masslink.people.models import Deed, Person
from masslink.people.numbers import begun, in_words, times
from masslink.sites.models import Site

MONTHS, COMPARED = 13, 6
LATELY = timedelta(days=30)
SHOWN = 12
_RUNGS_FROM_BELOW = range(links.TALKING, links.CARRIES + 1)
_PROVING = ", ".join(f"'{kind}'" for kind in links.RUNG_OF)

# ruff: noqa: S608 - only names of our own are put into statements


@dataclass(frozen=True)
class Column:
    """A month's end: how many stood on each rung, and where their boxes are drawn."""

    day: date
    counts: list[int]
    boxes: list[tuple[int, str, str, str]]  # rung, x, y, height
    label: str

    @property
    def from_above(self) -> list[int]:
        return self.counts[::-1]


@dataclass(frozen=True)
class Moved:
    """Somebody who stands on another rung than a month ago, and the deeds that say why."""

    person: Person
    rung: str
    deeds: list[Deed]
    was: str = ""

    @property
    def did(self) -> str:
        return said(self.deeds)


@dataclass
class Here:
    """The whole of it."""

    columns: list[Column]
    up: list[Moved]
    fell: list[Moved]
    more_up: int = 0
    more_fell: int = 0

    @property
    def headline(self) -> str:
        return headline([(column.day, column.counts) for column in self.columns])

    @property
    def from_latest(self) -> list[Column]:
        return self.columns[::-1]

    @property
    def names(self) -> list[tuple[int, str]]:
        """The rungs that are drawn, from the highest down."""
        return [(rung, str(RUNGS[rung])) for rung in reversed(_RUNGS_FROM_BELOW)]

    @property
    def heads(self) -> list[str]:
        """The same as heads of a table, in a word; then those who are only listed."""
        words = (_("carries"), _("stands"), _("meets"), _("sustained"), _("talking"), _("listed"))
        return [str(word) for word in words]

    @property
    def width(self) -> int:
        return WIDE * len(self.columns)

    @property
    def is_empty(self) -> bool:
        return not any(sum(column.counts[links.TALKING :]) for column in self.columns)


def of(site: Site, today: date) -> Here:
    """Five queries, however many people and deeds there are."""
    ends = rungs.month_ends(today, MONTHS)
    then = today - LATELY
    days = sorted({*ends, then})
    deeds = _deeds(site, ends[0] - links.YEAR)
    stood = rungs.on_days(deeds, days)
    known = _known(site, deeds)
    counts = dict(zip(days, rungs.counted(known, stood, days), strict=True))
    now_at, then_at = days.index(today), days.index(then)
    moved = {
        person: (steps[then_at], steps[now_at])
        for person, steps in stood.items()
        if steps[then_at] != steps[now_at] and person in known and _is_here(known[person], today)
    }
    here = Here(_columns(*_begun(ends, [counts[day] for day in ends])), [], [])
    _tell_moved(here, moved, deeds, then)
    return here


def _deeds(site: Site, after: date) -> list[tuple[str, str, date]]:
    found = _run(
        f"""SELECT d.person_id, d.deed_kind, d."on" FROM masslink_person p
            JOIN masslink_deed d ON d.person_id = p.id
            WHERE p.site_id = %s AND d."on" > %s AND d.deed_kind IN ({_PROVING})""",
        [site.pk.hex, after.isoformat()],
    )
    days = {on: date.fromisoformat(on) for on in {on for _person, _kind, on in found}}
    return [(person, kind, days[on]) for person, kind, on in found]


def _known(site: Site, deeds: Iterable[tuple[str, str, date]]) -> dict[str, tuple[date, date | None]]:
    """Since when and until when each was here; without those who asked for no contact, and those who are members."""
    rows = _run(
        """SELECT id, added_at, until FROM masslink_person
           WHERE site_id = %s AND reach <> %s AND member_id IS NULL""",
        [site.pk.hex, Person.Reach.NOT_AT_ALL],
    )
    day = lru_cache(maxsize=None)(_day)
    known = {id: (day(added[:16]), until and date.fromisoformat(until)) for id, added, until in rows}
    for person, _kind, on in deeds:  # what is noted late was before they were put on the list
        if person in known and on < known[person][0]:
            known[person] = on, known[person][1]
    return known


def _day(minute: str) -> date:
    """The day of a stored moment; many were put on the list in the same minute."""
    return day_of(datetime.fromisoformat(minute).replace(tzinfo=UTC))


def _is_here(known: tuple[date, date | None], today: date) -> bool:
    return known[1] is None or known[1] > today


def _run(sql: str, params: list[Any]) -> list[Any]:
    with connections["open"].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


# --- the picture ---------------------------------------------------------------------------------

WIDE, GAP, HIGH = 10, 2, 100


def _begun(ends: list[date], counts: list[list[int]]) -> tuple[list[date], list[list[int]]]:
    """Without the months before anything was noted; half a year at least."""
    first = next((at for at, numbers in enumerate(counts) if sum(numbers[links.TALKING :])), len(ends))
    first = max(min(first - 1, len(ends) - 1 - COMPARED), 0)
    return ends[first:], counts[first:]


def _columns(ends: list[date], counts: list[list[int]]) -> list[Column]:
    most = max((sum(numbers[links.TALKING :]) for numbers in counts), default=0) or 1
    return [
        Column(end, numbers, _boxes(at, numbers, most), _label(end, at, len(ends)))
        for at, (end, numbers) in enumerate(zip(ends, counts, strict=True))
    ]


def _boxes(at: int, counts: list[int], most: int) -> list[tuple[int, str, str, str]]:
    """The deepest at the bottom, where it can be compared; the listed are left out: they would dwarf the rest."""
    boxes, foot = [], float(HIGH)
    for rung in reversed(_RUNGS_FROM_BELOW):
        high = counts[rung] * HIGH / most
        foot -= high
        if high:
            boxes.append((rung, str(at * WIDE + GAP // 2), f"{foot:.2f}", f"{high:.2f}"))
    return boxes


def _label(end: date, at: int, many: int) -> str:
    if at == many - 1:
        return _("today")
    return date_format(end, "M") if (many - 1 - at) % 3 == 0 else ""


def headline(columns: list[tuple[date, list[int]]]) -> str:
    """`Eleven people stand with us; in March it was six.`"""
    (_today, now), (before, then) = columns[-1], columns[-1 - COMPARED]
    standing, stood = (sum(numbers[links.STANDS :]) for numbers in (now, then))
    if not standing and not stood:
        return _("Nobody stands with us here yet")
    text = ngettext("%(number)s person stands with us", "%(number)s people stand with us", standing)
    if not standing:
        text = _("Nobody stands with us now")
    said = text % {"number": begun(in_words(standing))}
    if not sum(then):
        return said
    month = {"month": date_format(before, "F"), "number": in_words(stood)}
    if standing == stood:
        return said + _(", as many as in %(month)s") % month
    return said + _("; in %(month)s it was %(number)s") % month


# --- who moved -----------------------------------------------------------------------------------


def _tell_moved(
    here: Here, moved: dict[str, tuple[int, int]], deeds: list[tuple[str, str, date]], then: date
) -> None:
    latest: dict[str, date] = {}
    for person, _kind, on in deeds:
        if person in moved:
            latest[person] = max(on, latest.get(person, on))
    order = sorted(moved, key=lambda person: (latest[person], person), reverse=True)
    up = [person for person in order if moved[person][1] > moved[person][0]]
    fell = [person for person in order if moved[person][1] < moved[person][0]]
    here.more_up, here.more_fell = max(len(up) - SHOWN, 0), max(len(fell) - SHOWN, 0)
    shown = [*up[:SHOWN], *fell[:SHOWN]]
    people = Person.objects.select_related("unit", "shift").in_bulk([UUID(id) for id in shown])
    did = _did(people)
    here.up = [_rose(people[UUID(id)], moved[id], did.get(UUID(id), []), then) for id in up[:SHOWN]]
    here.fell = [_sank(people[UUID(id)], moved[id], did.get(UUID(id), [])) for id in fell[:SHOWN]]


def _did(people: Iterable[UUID]) -> dict[UUID, list[Deed]]:
    found: dict[UUID, list[Deed]] = {}
    proving = Deed.objects.filter(person__in=list(people), deed_kind__in=list(links.RUNG_OF))
    for deed in proving.order_by("-on", "-at"):
        found.setdefault(deed.person_id, []).append(deed)
    return found


def _rose(person: Person, rung: tuple[int, int], deeds: list[Deed], then: date) -> Moved:
    return Moved(person, str(RUNGS[rung[1]]), [deed for deed in deeds if deed.on > then])


def _sank(person: Person, rung: tuple[int, int], deeds: list[Deed]) -> Moved:
    """The last deed of what held until lately: of the rung itself, or the talk without which none holds."""
    kinds = [deed for deed in deeds if links.RUNG_OF[deed.deed_kind] == rung[0]]
    proof = kinds or [deed for deed in deeds if deed.deed_kind == links.TALKED]
    return Moved(person, str(RUNGS[rung[1]]), proof[:1], was=str(RUNGS[rung[0]]))


def said(deeds: list[Deed]) -> str:
    """`Came twice, signed`."""
    counts: dict[str, int] = {}
    for deed in sorted(deeds, key=lambda deed: -links.RUNG_OF.get(deed.deed_kind, 0)):
        counts[deed.deed_kind] = counts.get(deed.deed_kind, 0) + 1
    parts = [
        str(DEEDS[kind]) if n == 1 else _("%(deed)s %(times)s") % {"deed": DEEDS[kind], "times": times(n)}
        for kind, n in counts.items()
    ]
    return begun(", ".join(parts))
