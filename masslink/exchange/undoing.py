"""Taking a whole list back, a step at a time: who came with it goes, what it filled in is empty again.

Whoever somebody wrote about since stays, unless asked otherwise.
"""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet

from masslink.exchange.models import Import, ImportRow
from masslink.exchange.settling import as_field
from masslink.exchange.taking import PARTS
from masslink.people.fingerprints import Fingerprints
from masslink.people.models import Person, PersonQuerySet
from masslink.vault.record import Record
from masslink.vault.workspace import current

AT_ONCE = 500
State = ImportRow.State


def brought(one: Import) -> int:
    """How many of those who came with the list are still here."""
    return Person.objects.filter(source=one.pk).count()


def total(one: Import) -> int:
    return brought(one) + ImportRow.objects.filter(source=one.pk).count()


def step(one: Import) -> int:
    """The next part of the work, in the running act. Returns how much was done; 0: there was nothing left."""
    if gone := _delete_people(one):
        return gone
    if back := _put_back(one):
        return back
    if gone := drop_rows(one, AT_ONCE):
        return gone
    _remove_empty_parts(one)
    one.undo["stayed"] = brought(one)
    return 0


def untouched(one: Import) -> PersonQuerySet:
    """Whom the list brought and nobody wrote about since."""
    mine = Person.objects.filter(source=one.pk)
    for relation in _hanging_on(Person):
        mine = mine.filter(
            ~Exists(relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")}))
        )
    return mine


def touched(one: Import) -> PersonQuerySet:
    """Whom the list brought and somebody changed, talked with, took on, or made a promise about."""
    quiet = untouched(one)
    changed = _changed_by_others(one)
    return Person.objects.filter(source=one.pk).exclude(pk__in=quiet.exclude(pk__in=changed).values("pk"))


def _changed_by_others(one: Import) -> list[UUID]:
    """Those with a newer version than the list itself gave them: it may have filled in its own people."""
    newer = dict(Person.objects.filter(source=one.pk, version__gt=1).values_list("pk", "version"))
    merged = ImportRow.objects.filter(source=one.pk, state=State.MERGED, person__in=list(newer))
    for row in merged.exclude(person=None):
        newer[cast(UUID, row.person)] -= 1
    return [id for id, version in newer.items() if version > 1]


def _delete_people(one: Import) -> int:
    if one.undo["everybody"] and (hung := _some(touched(one))):
        Person.objects.filter(pk__in=hung).delete()
        return len(hung)
    quiet = _some(untouched(one).exclude(pk__in=_changed_by_others(one)))
    # Nothing hangs on these, so the ORM needn't look for it person by person.
    Person.objects.filter(pk__in=quiet)._raw_delete("open")
    return len(quiet)


def _some(people: QuerySet[Person]) -> list[UUID]:
    return list(people.order_by().values_list("pk", flat=True)[:AT_ONCE])


def _put_back(one: Import) -> int:
    """What the list filled in is empty again, unless somebody wrote something else there since."""
    rows = list(ImportRow.objects.filter(source=one.pk, state=State.MERGED)[:AT_ONCE])
    people = {p.pk: p for p in Person.objects.filter(pk__in=[row.person for row in rows])}
    for row in rows:
        person = people.get(row.person) if row.person else None
        mine = {n: v for n, v in row.filled.items() if person and getattr(person, n) == as_field(n, v)}
        for name in mine:
            empty = None if name in ("since", "unit_id", "shift_id") else ""
            setattr(person, name, empty)
        if person and mine:
            person.save()
            one.undo["put_back"] += 1
    ImportRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def drop_rows(one: Import, at_most: int) -> int:
    """Delete what is kept about the rows of a list. Returns how many went."""
    ids = list(ImportRow.objects.filter(source=one.pk).order_by().values_list("pk", flat=True)[:at_most])
    ImportRow.objects.filter(pk__in=ids).delete()
    return len(ids)


def stray_rows() -> list[UUID]:
    """Rows in one's own circle whose list somebody else took back or forgot: they can't see these."""
    done = Import.objects.filter(state=Import.State.UNDONE) | Import.objects.filter(
        forgotten_at__isnull=False
    )
    mine = ImportRow.objects.filter(circle=current().own_circle)
    standing = Import.objects.exclude(pk__in=done.values("pk")).values("pk")
    return list(mine.exclude(source__in=standing).values_list("pk", flat=True)[:AT_ONCE])


def erased_rows() -> dict[UUID, list[ImportRow]]:
    """Rows in one's own circle that told of somebody at another place who isn't there any more and was erased."""
    mine = ImportRow.objects.filter(circle=current().own_circle).exclude(person=None)
    rows = list(mine.exclude(person__in=Person.objects.values("pk")))
    prints, found = Fingerprints() if rows else None, dict[UUID, list[ImportRow]]()
    for row in rows:
        if prints and prints.circles(row.fields.get("name", "")):
            found.setdefault(row.source, []).append(row)
    return found


def _remove_empty_parts(one: Import) -> None:
    """Units and shifts that came with the list and that nothing stands on."""
    for part, model in PARTS.items():
        for found in model._default_manager.filter(pk__in=one.made.get(part, [])):
            relations = _hanging_on(model)
            used = (
                r.related_model._default_manager.filter(**{r.field.name: found}).exists() for r in relations
            )
            if not any(used):
                found.delete()


def _hanging_on(model: type[Model]) -> Iterable[Any]:
    """The relations by which other records point at one of these."""
    for relation in model._meta.related_objects:
        if isinstance(relation.related_model, type) and issubclass(relation.related_model, Record):
            yield relation
