"""What is written about pairs: two members work something together, sit down, end it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db.models import Q

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.pairs.models import GoneThrough, Pair, PairWork, Sitting
from masslink.people.models import Person
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks.acts import promise
from masslink.vault.act import OutOfPlace, act

Key = tuple[UUID | None, UUID | None, UUID | None]


class NotTwo(Exception):
    """A pair takes two different members who have access to the place, and this isn't so; nothing was written."""


@dataclass(frozen=True)
class Work:
    """What two work: a unit, a shift, a unit on a shift, or one person. Nothing named: all of the place."""

    unit: Unit | None = None
    shift: Shift | None = None
    person: Person | None = None

    @property
    def key(self) -> Key:
        return _id(self.unit), _id(self.shift), _id(self.person)


@dataclass(frozen=True)
class Promised:
    """A to-do made while the two sat together."""

    what: str
    due: date
    member: Member
    person: Person | None = None


def _id(part: Unit | Shift | Person | None) -> UUID | None:
    return part.pk if part else None


def make_pair(
    *,
    by: Member,
    at: datetime,
    site: Site,
    one: Member,
    other: Member,
    works: Iterable[Work],
    until: date | None = None,
    note: str = "",
    id: UUID | None = None,
) -> Pair:
    """Two members work something together from now on. `Work()` is all of the place; no work: nothing named yet.

    Where the two are a pair at this place already, what they work and the note are added to it, and the later day
    counts. Raises NotTwo where they aren't two, one left, or one has no access: give it before, in the same act.
    """
    with act("pair_made", at=at):
        _refuse_others(site, one, other)
        pair = pair_of(site, one, other, day_of(at))
        if pair is None:
            pair = Pair(
                id=id or uuid4(), circle=site.circle, site=site, one=one, other=other, since=day_of(at), by=by
            )
            pair.until, pair.note = until, note
        else:
            pair.until = max(pair.until, until) if pair.until and until else None
            pair.note = "\n\n".join(text for text in (pair.note, note) if text)
        pair.save()
        _add_works(pair, works)
    return pair


def pair_of(site: Site, one: Member, other: Member, today: date) -> Pair | None:
    """The pair these two are at a place already."""
    both = Q(one=one, other=other) | Q(one=other, other=one)
    return Pair.objects.on(today).filter(both, site=site).first()


def _refuse_others(site: Site, one: Member, other: Member) -> None:
    here = set(site.members().filter(pk__in=[one.pk, other.pk]).values_list("pk", flat=True))
    if one.pk == other.pk or here != {one.pk, other.pk}:
        raise NotTwo


def change_works(*, by: Member, at: datetime, pair: Pair, works: Iterable[Work]) -> UUID:
    """What the two work from now on; none: nothing is named. Returns the act's id."""
    wanted = {work.key: work for work in works}
    with act("pair_works_changed", at=at) as running:
        for known in pair.works.all():
            if known.key not in wanted:
                known.delete()
        _add_works(pair, wanted.values())
    return running.id


def _add_works(pair: Pair, works: Iterable[Work]) -> None:
    there = {known.key for known in pair.works.all()}
    for work in works:
        if work.key in there:
            continue
        parts = [part for part in (work.unit, work.shift, work.person) if part]
        if any(part.site_id != pair.site_id for part in parts):
            raise OutOfPlace("pair_work")
        there.add(work.key)
        PairWork(circle=pair.circle, pair=pair, unit=work.unit, shift=work.shift, person=work.person).save()


def change_period(*, by: Member, at: datetime, pair: Pair, until: date | None) -> UUID:
    """Until another day, or until they end it. Returns the act's id."""
    with act("pair_period_changed", at=at) as running:
        pair.until = until
        pair.save()
    return running.id


def write_note(*, by: Member, at: datetime, pair: Pair, note: str) -> UUID:
    """The notes of the two. Raises Conflict where somebody changed them meanwhile. Returns the act's id."""
    with act("pair_note_written", at=at) as running:
        pair.note = note
        pair.save()
    return running.id


def end_pair(*, by: Member, at: datetime, pair: Pair) -> UUID:
    """They work together no more; what they worked and wrote stays. Returns the act's id."""
    with act("pair_ended", at=at) as running:
        pair.until = day_of(at)
        pair.save()
    return running.id


def sat_down(
    *,
    by: Member,
    at: datetime,
    pair: Pair,
    on: date | None = None,
    notes: str = "",
    persons: Iterable[Person] = (),
    to_dos: Iterable[Promised] = (),
    id: UUID | None = None,
) -> Sitting:
    """The two sat together: what came out of it, whom they went through, what they promised there."""
    with act("sat_down", at=at):
        sitting = Sitting(
            id=id or uuid4(), circle=pair.circle, pair=pair, on=on or day_of(at), by=by, notes=notes
        )
        sitting.save()
        for person in persons:
            GoneThrough(circle=pair.circle, sitting=sitting, person=person).save()
        for todo in to_dos:
            promise(
                by=by,
                at=at,
                member=todo.member,
                what=todo.what,
                due=todo.due,
                person=todo.person,
                site=None if todo.person else pair.site,
                origin=sitting.ref,
            )
    return sitting


def write_sitting(*, by: Member, at: datetime, sitting: Sitting, on: date, notes: str) -> UUID:
    """Say better what came out of it. Raises Conflict where it was changed meanwhile. Returns the act's id."""
    with act("sitting_edited", at=at) as running:
        sitting.on, sitting.notes = on, notes
        sitting.save()
    return running.id


def end_pairs_of(*, by: Member, at: datetime, member: Member) -> None:
    """Whoever leaves the collective is in no pair any more, as far as it is at hand."""
    with act("pair_ended", at=at):
        for pair in Pair.objects.on(day_of(at)).of(member):
            end_pair(by=by, at=at, pair=pair)


def end_pairs_of_those_who_left(*, by: Member, at: datetime) -> None:
    """After unlocking: pairs at places at hand of whom one left, or works there no more."""
    today = day_of(at)
    pairs = Pair.objects.on(today).select_related("one", "other")
    broken = [pair for pair in pairs if pair.is_broken(today)]
    if broken:
        with act("pair_ended", at=at):
            for pair in broken:
                end_pair(by=by, at=at, pair=pair)
