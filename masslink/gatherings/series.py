"""What is written about what repeats: it begins, is written down ahead, changes from a day on, ends."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.gatherings import recurrence
from masslink.gatherings.acts import cancel, drop, edit, move, plan
from masslink.gatherings.models import Gathering, Role, Series
from masslink.gatherings.recurrence import Rule
from masslink.sites.models import Site
from masslink.vault.act import act
from masslink.vault.workspace import current


def begin(
    *,
    by: Member,
    at: datetime,
    rule: Rule,
    begins: time,
    minutes: int | None,
    zone: str,
    site: Site | None = None,
    roles: Iterable[str] = (),
    id: UUID | None = None,
    **said: Any,
) -> Series:
    """Something that repeats, with its first gatherings. `said`: title, gathering_kind, purpose, where, way."""
    with act("series_begun", at=at):
        series = _new(by, at, site, rule, id=id, begins=begins, minutes=minutes, zone=zone, **said)
        write_ahead(by=by, at=at, series=series, roles=roles)
    return series


def _new(by: Member, at: datetime, site: Site | None, rule: Rule, **fields: Any) -> Series:
    id = fields.pop("id", None) or uuid4()
    series = Series(
        id=id,
        circle=site.circle if site else current().collective_circle,
        site=site,
        root=fields.pop("root", id),
        first=rule.first,
        pattern=rule.pattern,
        every=rule.every,
        day=rule.day,
        nth=rule.nth,
        until=rule.until,
        times=rule.times,
        by=by,
        at=at,
        **fields,
    )
    series.save()
    return series


# --- ahead -------------------------------------------------------------------------------------------


def make_ahead(*, by: Member, at: datetime) -> None:
    """Whenever a member unlocks: write down what of each series comes in the next months, where it isn't yet."""
    for series in Series.objects.going_on():
        if recurrence.ahead(series.rule, series.made_until, day_of(at)):
            with act("gatherings_written_ahead", at=at):
                # Somebody else may have done it a moment ago; now nobody else can write.
                if latest := Series.objects.going_on().filter(pk=series.pk).first():
                    write_ahead(by=by, at=at, series=latest)


def write_ahead(*, by: Member, at: datetime, series: Series, roles: Iterable[str] = ()) -> list[Gathering]:
    """What comes next of a series, with the tasks that the one before had."""
    days = recurrence.ahead(series.rule, series.made_until, day_of(at))
    if not days:
        return []
    with act("gatherings_written_ahead", at=at):
        tasks = list(roles) or _tasks(series)
        made = [_occurrence(by, at, series, day, tasks) for day in days]
        series.made_until = max(days[-1], day_of(at) + recurrence.AHEAD)
        series.save()
    return made


def _tasks(series: Series) -> list[str]:
    last = Gathering.objects.kept().filter(line=series.root).order_by("-starts_at").first()
    tasks = last.roles.exclude(task=Role.Task.OTHER).values_list("task", flat=True) if last else []
    return list(dict.fromkeys(tasks))


def _occurrence(by: Member, at: datetime, series: Series, day: date, tasks: list[str]) -> Gathering:
    said: dict[str, Any] = series.said
    return plan(
        by=by,
        at=at,
        title=said.pop("title"),
        kind=said.pop("gathering_kind"),
        starts_at=series.starts_on(day),
        ends_at=series.ends_on(day),
        site=series.site,
        roles=tasks,
        series=series.pk,
        line=series.root,
        slot=day,
        **said,
    )


# --- from here on ------------------------------------------------------------------------------------


def change_from(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    rule: Rule,
    begins: time,
    minutes: int | None,
    is_slip: bool = False,
    **said: Any,
) -> Series:
    """This gathering and all after it: another day, hour, place or name. What was before stays as it was.

    Each of those written down becomes the one of the same number by the new rule, with everybody asked. What was
    moved by hand stays where it is, what was called off stays off; for which no day is left, that is called off.
    """
    with act("series_changed", at=at):
        old = _of(gathering)
        later = list(_later(old, gathering))
        series = _new(
            by, at, old.site, rule, root=old.root, begins=begins, minutes=minutes, zone=old.zone, **said
        )
        days = recurrence.days(rule)
        for one, day in zip_longest(later, (day for _, day in zip(later, days, strict=False))):
            _take_over(by, at, old, series, one, day, is_slip)
        series.made_until = max((one.slot for one in later if one.slot), default=None)
        series.save()
        _end(old, at, gathering.slot)
    return series


def _of(gathering: Gathering) -> Series:
    assert gathering.series
    return Series.objects.get(pk=gathering.series)


def _later(series: Series, gathering: Gathering) -> Iterable[Gathering]:
    found = Gathering.objects.of(series).filter(slot__gte=gathering.slot, dropped_at=None)
    return found.order_by("slot")


def _take_over(
    by: Member, at: datetime, old: Series, new: Series, one: Gathering, day: date | None, is_slip: bool
) -> None:
    """One gathering of the old series as one of the new; without a day it doesn't take place."""
    if day is None:
        _let_go(by, at, one)
        return
    by_hand = one.slot is None or one.starts_at != old.starts_on(one.slot)
    one.series, one.slot = new.pk, day
    edit(by=by, at=at, gathering=one, is_slip=is_slip, **new.said)
    if not by_hand and one.cancelled_at is None:
        move(by=by, at=at, gathering=one, starts_at=new.starts_on(day), ends_at=new.ends_on(day))


def end_with(*, by: Member, at: datetime, gathering: Gathering) -> None:
    """This gathering is the last of its series."""
    with act("series_ended", at=at):
        series = _of(gathering)
        for one in _later(series, gathering):
            if one.pk != gathering.pk:
                _let_go(by, at, one)
        _end(series, at, gathering.slot + timedelta(days=1) if gathering.slot else day_of(at))


def drop_series(*, by: Member, at: datetime, series: Series) -> None:
    """It was written down by mistake, with all its gatherings."""
    with act("series_dropped", at=at):
        for one in Gathering.objects.kept().of(series):
            drop(by=by, at=at, gathering=one)
        _end(series, at, series.first)


def _let_go(by: Member, at: datetime, one: Gathering) -> None:
    """Whoever was asked hears that it is off; of what nobody was asked to there is nothing to tell."""
    if one.asks.exclude(asked_at=None).exists():
        if one.cancelled_at is None:
            cancel(by=by, at=at, gathering=one)
    else:
        drop(by=by, at=at, gathering=one)


def _end(series: Series, at: datetime, before: date | None) -> None:
    """In the running act: nothing of it comes on this day or later."""
    series.ended_at = at
    if before is not None:
        series.until = before - timedelta(days=1)
    series.save()
