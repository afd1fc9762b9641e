"""What is written about places."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Max

from masslink.collective.acts import NotNow
from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.sites.models import Access, AccessWish, HeadCount, Shift, Site, Unit
from masslink.sites.times import guess_time
from masslink.vault import circles, epochs, history, holders
from masslink.vault.act import act
from masslink.vault.workspace import current


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
        _note_access(by=by, at=at, site=site, member=by)
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
        shift = Shift(
            circle=site.circle, site=site, name=name, time=guess_time(name), place=_last(site.shifts)
        )
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
    times: Iterable[tuple[Shift, str]] = (),
    units: Iterable[str] = (),
    shifts: Iterable[str] = (),
    counts: Iterable[tuple[Unit, Shift | None, int | None]] = (),
    up: Unit | Shift | None = None,
) -> UUID:
    """Everything that can be changed about a place's parts, at once. Returns the act's id."""
    with act("site_arranged", at=at) as running:
        _rename_all(by=by, at=at, names=list(names))
        for shift_at, time in times:
            set_time(by=by, at=at, shift=shift_at, time=time)
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


def set_time(*, by: Member, at: datetime, shift: Shift, time: str) -> None:
    """Say when a shift's people are at work."""
    with act("shift_timed", at=at):
        shift.time = time
        shift.save()


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


def give_access(*, by: Member, at: datetime, site: Site, member: Member, until: date | None = None) -> None:
    """Let another member work at a place: they can read everything recorded there. `until`: for a while only.

    Whoever has access already keeps it, and only the day changes. What they asked `by` for is answered by it.
    """
    with act("access_given", at=at, notes={"member": member.pk.hex}, circles=[site.circle]):
        _end_access(site, member, day_of(at))
        _note_access(by=by, at=at, site=site, member=member, until=until)
        holders.let_in(site.circle, member.holder)
        for wish in AccessWish.objects.filter(member=member, asked=by, answered_at=None):
            wish.answered_at = at
            wish.save()


def take_access(*, by: Member, at: datetime, site: Site, member: Member) -> None:
    """A member works here no more: the place gets a new key, without them. Raises NotNow for the last one."""
    with act("access_taken", at=at, notes={"member": member.pk.hex}, circles=[site.circle]):
        if not site.members().exclude(pk=member.pk).exists():
            raise NotNow
        _end_access(site, member, day_of(at))
        if member.holder == current().holder:
            epochs.step_out(site.circle)
        elif member.holder in current().circles[site.circle].roster:
            epochs.take_away(site.circle, member.holder)
        transaction.on_commit(history.empty_log, using="default", robust=True)


def end_access(*, by: Member, at: datetime, site: Site, member: Member) -> None:
    """Whoever has no key here isn't waited for any more."""
    with act("access_ended", at=at, notes={"member": member.pk.hex}):
        _end_access(site, member, day_of(at))


def end_work(*, by: Member, at: datetime, member: Member) -> None:
    """Whoever leaves the collective works nowhere any more, as far as it is at hand, and asks for nothing."""
    with act("access_ended", at=at, notes={"member": member.pk.hex}):
        for access in open_accesses(Access.objects.filter(member=member), day_of(at)):
            access.until = day_of(at)
            access.save()
        for wish in AccessWish.objects.filter(answered_at=None).filter(
            models.Q(member=member) | models.Q(asked=member)
        ):
            wish.answered_at = at
            wish.save()


def end_work_of_those_who_left(*, by: Member, at: datetime) -> None:
    """At places that weren't at hand to whoever saw somebody go: after unlocking, by the first who holds them."""
    left = open_accesses(Access.objects.filter(member__left_on__isnull=False), day_of(at))
    for member in Member.objects.filter(pk__in=left.values("member")):
        end_work(by=by, at=at, member=member)


def _note_access(*, by: Member, at: datetime, site: Site, member: Member, until: date | None = None) -> None:
    Access(circle=site.circle, site=site, member=member, since=day_of(at), until=until, given_by=by).save()


def _end_access(site: Site, member: Member, on: date) -> None:
    for access in open_accesses(site.accesses.filter(member=member), on):
        access.until = on
        access.save()


def open_accesses(found: models.QuerySet[Access], on: date) -> models.QuerySet[Access]:
    """Those that haven't ended by a day."""
    return found.filter(models.Q(until=None) | models.Q(until__gt=on))


def ask_for_access(*, by: Member, at: datetime, member: Member, asked: Member) -> AccessWish:
    """Ask a member to give access to a place of theirs; no place is named where others could read it."""
    with act("access_asked", at=at):
        wish = AccessWish(
            circle=current().collective_circle, member=member, asked=asked, asked_by=by, asked_at=at
        )
        wish.save()
    return wish


def answer_wish(
    *, by: Member, at: datetime, wish: AccessWish, sites: Iterable[Site], until: date | None = None
) -> None:
    """Give access to these places, or to none, and the wish is answered. Raises NotNow where it was already."""
    with act("access_answered", at=at, notes={"member": wish.member_id.hex}):
        wish.refresh_from_db()
        if wish.answered_at:
            raise NotNow
        wish.answered_at = at
        wish.save()
        for site in sites:
            give_access(by=by, at=at, site=site, member=wish.member, until=until)
