"""What is written about places."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Max

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.vault import circles, holders
from masslink.vault.act import act


def open_site(
    *,
    by: Member,
    at: datetime,
    kind: str,
    name: str,
    note: str = "",
    units: Iterable[str] = (),
    shifts: Iterable[str] = (),
    id: UUID | None = None,
) -> Site:
    """A new place with a circle of its own, held by who opens it until they give access to others."""
    with act("site_opened", at=at):
        circle = holders.open_circle(circles.SITE)
        site = Site(
            id=id or uuid4(), circle=circle, site_kind=kind, name=name, note=note, opened_on=day_of(at)
        )
        site.save()
        for unit in units:
            add_unit(by=by, at=at, site=site, name=unit)
        for shift in shifts:
            add_shift(by=by, at=at, site=site, name=shift)
    return site


def edit_site(*, by: Member, at: datetime, site: Site, name: str, note: str, kind: str | None = None) -> UUID:
    """Change what a place is called. Returns the act's id."""
    with act("site_edited", at=at) as running:
        site.name, site.note, site.site_kind = name, note, kind or site.site_kind
        site.save()
    return running.id


def add_unit(*, by: Member, at: datetime, site: Site, name: str) -> Unit:
    with act("unit_added", at=at):
        unit = Unit(circle=site.circle, site=site, name=name, place=_last(site.units))
        unit.save()
    return unit


def add_shift(*, by: Member, at: datetime, site: Site, name: str) -> Shift:
    with act("shift_added", at=at):
        shift = Shift(circle=site.circle, site=site, name=name, place=_last(site.shifts))
        shift.save()
    return shift


def _last(parts: Any) -> int:
    """The place after all others; more than their number once some were taken away."""
    found = parts.aggregate(last=Max("place"))["last"]
    return 0 if found is None else int(found) + 1


def rename(*, by: Member, at: datetime, part: Unit | Shift, name: str) -> None:
    """A new name for a unit or shift; who belongs to it stays."""
    with act("part_renamed", at=at):
        part.name = name
        part.save()


def move_up(*, by: Member, at: datetime, part: Unit | Shift) -> None:
    """Put a unit or shift before the one that comes before it now."""
    parts: list[Unit | Shift] = list(type(part)._default_manager.filter(site=part.site_id))
    here = parts.index(part)
    parts.insert(max(here - 1, 0), parts.pop(here))
    with act("part_moved", at=at):
        for place, one in enumerate(parts):
            if one.place != place:
                one.place = place
                one.save()


def arrange(
    *,
    by: Member,
    at: datetime,
    site: Site,
    names: Iterable[tuple[Unit | Shift, str]] = (),
    units: Iterable[str] = (),
    shifts: Iterable[str] = (),
    counts: Iterable[tuple[Unit, Shift | None, int | None]] = (),
    up: Unit | Shift | None = None,
) -> UUID:
    """Everything that can be changed about a place's parts, at once. Returns the act's id."""
    with act("site_arranged", at=at) as running:
        _rename_all(by=by, at=at, names=list(names))
        for unit in units:
            add_unit(by=by, at=at, site=site, name=unit)
        for shift in shifts:
            add_shift(by=by, at=at, site=site, name=shift)
        for one, other, number in counts:
            set_head_count(by=by, at=at, unit=one, shift=other, number=number)
        if up:
            move_up(by=by, at=at, part=up)
    return running.id


def _rename_all(*, by: Member, at: datetime, names: list[tuple[Unit | Shift, str]]) -> None:
    for part, _ in names:  # out of the way first: two of them may swap their names
        rename(by=by, at=at, part=part, name=part.pk.hex)
    for part, name in names:
        rename(by=by, at=at, part=part, name=name)


def set_head_count(*, by: Member, at: datetime, unit: Unit, shift: Shift | None, number: int | None) -> None:
    """Say how many people there are; None takes it back: we don't know."""
    with act("head_count_set", at=at):
        known = HeadCount.objects.filter(unit=unit, shift=shift).first()
        if number is None:
            if known:
                known.delete()
            return
        count = known or HeadCount(circle=unit.circle, unit=unit, shift=shift)
        count.number, count.on = number, day_of(at)
        count.save()


def give_access(*, by: Member, at: datetime, site: Site, member: Member) -> None:
    """Let another member work at a place: they can read everything recorded there."""
    with act("access_given", at=at, notes={"member": member.pk.hex}):
        site.save()  # the line of this act belongs to the site's circle
        holders.let_in(site.circle, member.holder)
