"""Fading: finding what is over its time or soon will be, shredding it, keeping it longer; the dates: `fades`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.fades import NOTICE, Change, Fades, Rule, rules_of
from masslink.people.models import Person
from masslink.people.records import FadesAfter, Kept
from masslink.sites.models import Site
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.record import Record, kinds
from masslink.vault.workspace import current

AT_ONCE = 300  # records shredded in one call
OUT_OF_TOUCH = "out_of_touch"
NEWS = "fading"  # what `touch` remembers in the workspace
_PERSONS = Rule(OUT_OF_TOUCH, 365, _("People we are out of touch with"))


def fading_kinds() -> list[tuple[type[Record], Fades]]:
    """Every kind of record of which something fades."""
    found = ((model, getattr(model, "fades", None)) for model in kinds().values())
    return [(model, fades) for model, fades in found if fades]


def rules() -> dict[str, Rule]:
    """How long things stay in this collective, by setting."""
    declared = {f.setting: Rule(f.setting, f.days, f.label) for _model, f in reversed(fading_kinds())}
    decided = FadesAfter.objects.order_by("at").values_list("setting", "on", "days")
    return rules_of([*declared.values(), _PERSONS], ((name, Change(on, days)) for name, on, days in decided))


def kept_on_wish() -> set[str]:
    """The settings of what somebody can keep for as long again; the rest goes as a whole."""
    return {fades.setting for _model, fades in fading_kinds() if fades.renewable}


def over(model: type[Record], fades: Fades, limit: date) -> QuerySet[Any]:
    """The records that date from `limit` or before, weren't kept since, and still hold what fades."""
    found = model._default_manager.filter(**_until(model, fades.since, limit))
    if any(field.name == "person" and field.null for field in model._meta.concrete_fields):
        found = found.exclude(Q(person=None))  # what is of one of us doesn’t fade
    if fades.empties:
        found = found.filter(reduce(or_, (Q(**{f"{column}__gt": ""}) for column in fades.empties)))
    if fades.renewable:
        found = found.exclude(Exists(Kept.objects.filter(of_id=OuterRef("pk"), on__gt=limit)))
    return found


def _until(model: type[Record], name: str, day: date) -> dict[str, date]:
    """Up to the end of a day, whether the column holds days or moments."""
    if isinstance(model._meta.get_field(name), DateTimeField):
        return {f"{name}__lt": timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))}
    return {f"{name}__lte": day}


# --- shredding -----------------------------------------------------------------------------------


def fade_due(*, by: Member | None = None, at: datetime) -> int:
    """Shred what is over its time, a few hundred records a call, an act for each circle. Returns how many went."""
    known, today, done = rules(), day_of(at), 0
    for model, fades in fading_kinds():
        limit = known[fades.setting].limit(today)
        due = over(model, fades, limit).order_by(fades.since).values_list("circle", "pk")[: AT_ONCE - done]
        by_circle: dict[UUID, list[UUID]] = {}
        for circle, id in due:
            by_circle.setdefault(circle, []).append(id)
        done += sum(_fade(model, fades, limit, ids, at) for ids in by_circle.values())
    return done


def _fade(model: type[Record], fades: Fades, limit: date, ids: list[UUID], at: datetime) -> int:
    """What was kept or faded by somebody else meanwhile is passed over."""
    with act("faded", at=at):
        found = list(over(model, fades, limit).filter(pk__in=ids))
        gone, kept = [record.pk for record in found], Kept.objects.filter(of_id__in=ids)
        history.shred([*gone, *(one.pk for one in kept.filter(of_id__in=gone))])
        if fades.let_go:
            fades.let_go(found)
        kept.filter(of_id__in=gone).delete()
        going = model._default_manager.filter(pk__in=gone)
        if fades.empties:
            going.update(**dict.fromkeys(fades.empties, ""))
        else:
            going.delete()
    return len(found)


# --- what fades soon -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Soon:
    """Something of a person that fades within a month, unless somebody keeps it."""

    record: Any
    said: str
    on: date  # when it was said
    fades_on: date


def soon(today: date, person: Person | None = None) -> Iterator[Soon]:
    """What can still be kept, the earliest first; of people who may be listed, or of one person."""
    known = rules()
    for model, fades in fading_kinds():
        if not fades.renewable:
            continue
        rule = known[fades.setting]
        found = over(model, fades, rule.limit(today + NOTICE)).order_by(fades.since)
        found = found.filter(person=person) if person else found.exclude(_UNREACHABLE)
        records = list(found.select_related("person__site", "person__unit"))
        kept = dict(
            Kept.objects.filter(of_id__in=[r.pk for r in records]).order_by("on").values_list("of_id", "on")
        )
        for record in records:
            since = _day(getattr(record, fades.since))
            fades_on = rule.fades_on(max(since, kept.get(record.pk, since)), today)
            yield Soon(record, getattr(record, fades.said) if fades.said else "", since, fades_on)


_UNREACHABLE = Q(person__reach=Person.Reach.NOT_AT_ALL)


def _day(value: Any) -> date:
    day: date = day_of(value) if isinstance(value, datetime) else value
    return day


def count_soon(today: date) -> int:
    """How many records fade within a month and can still be kept: a few queries over a month of records each."""
    known, found = rules(), 0
    for model, fades in fading_kinds():
        if fades.renewable:
            rule = known[fades.setting]
            due = over(model, fades, rule.limit(today + NOTICE)).exclude(_UNREACHABLE)
            found += due.order_by().count()
    return found


# --- keeping -------------------------------------------------------------------------------------


def keep_words(*, by: Member, at: datetime, person: Person, ids: Iterable[UUID] | None = None) -> UUID | None:
    """Keep some of what fades soon of a person, or all of it. Returns the act's id; None where nothing was left."""
    wanted = None if ids is None else set(ids)
    with act("kept", at=at) as running:
        found = [one.record for one in soon(day_of(at), person) if wanted is None or one.record.pk in wanted]
        for record in found:
            keep_record(by=by, at=at, person=person, record=record)
    return running.id if found else None


def keep_record(*, by: Member, at: datetime, person: Person, record: Record) -> None:
    """For as long again from today."""
    about = {"of_kind": record.kind, "of_id": record.pk}
    _keep(by=by, at=at, circle=person.circle, person=person, **about)


def keep_person(*, by: Member, at: datetime, person: Person, why: str) -> UUID:
    """Out of touch, and yet on our lists for as long again, for a reason. Returns the act's id."""
    return _keep(by=by, at=at, circle=person.circle, person=person, why=why)


def keep_unmet(*, by: Member, at: datetime, site: Site, why: str) -> UUID:
    """Everybody at a place with whom nothing has been yet. Returns the act's id."""
    return _keep(by=by, at=at, circle=site.circle, why=why, of_kind=site.kind, of_id=site.pk)


def _keep(*, by: Member, at: datetime, circle: UUID, **what: Any) -> UUID:
    with act("kept", at=at) as running:
        Kept(circle=circle, on=day_of(at), by=by, **what).save()
    current().kept.pop(NEWS, None)
    return running.id


def is_nearly_over(model: type[Record], since: date, today: date) -> bool:
    """Whether something that is written down long after would fade before anybody could be told."""
    fades: Fades | None = getattr(model, "fades", None)
    if fades is None or today - since <= NOTICE:
        return False
    return since <= rules()[fades.setting].limit(today + NOTICE)


# --- the collective's word -----------------------------------------------------------------------


def change(*, by: Member, at: datetime, setting: str, days: int) -> UUID | None:
    """The collective shortens how long something stays, or takes that back. Returns the act's id; None: no change."""
    with act("fading_changed", at=at) as running:
        rule, today = rules()[setting], day_of(at)
        coming = rule.coming(today)
        if days == (coming.days if coming else rule.days_on(today)):
            return None
        circle = current().collective_circle
        FadesAfter(circle=circle, setting=setting, days=days, on=today, by=by, at=at).save()
    return running.id
