"""Who of us knows whom: keeps in touch with them, or talked with them within the year. And when somebody last did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from masslink.gatherings.sharing import LINK, TALKED
from masslink.people.links import TALKED as TALK
from masslink.people.models import Deed, Link, Person, PersonQuerySet

YEAR = timedelta(days=365)
LATELY = timedelta(days=180)


@dataclass(frozen=True)
class LastTalk:
    """A talk both ways: when, with whom of us, and words of it if there are any."""

    on: date
    by: str
    words: str


def who_knows(persons: Iterable[UUID], today: date) -> dict[UUID, dict[UUID, int]]:
    """For each person, how well which member knows them; with two queries."""
    ids = list(persons)
    found: dict[UUID, dict[UUID, int]] = {id: {} for id in ids}
    talks = Deed.objects.filter(person__in=ids, deed_kind=TALK, on__gte=today - YEAR).order_by()
    for person, member in talks.values_list("person_id", "by_id").distinct():
        found[person][member] = TALKED
    links = Link.objects.filter(person__in=ids, until=None).order_by()
    for person, member in links.values_list("person_id", "member_id"):
        found[person][member] = LINK
    return found


def last_talks(persons: Iterable[UUID]) -> dict[UUID, LastTalk]:
    """The latest talk with each of these."""
    ids = list(persons)
    talks = Deed.objects.filter(person__in=ids, deed_kind=TALK).select_related("by").order_by("at")
    latest = {deed.person_id: deed for deed in talks}
    return {id: LastTalk(deed.on, deed.by.called, deed.words) for id, deed in latest.items()}


def likely(persons: PersonQuerySet, today: date, limit: int) -> list[Person]:
    """Whom one would ask: those somebody keeps in touch with, then those talked with or seen lately."""
    linked = Exists(Link.objects.filter(person=OuterRef("pk"), until=None))
    near = Q(state__two_way_until__gt=today + YEAR - LATELY) | Q(state__meets_until__gt=today)
    found = persons.annotate(linked=linked).filter(Q(linked=True) | near).select_related("site")
    return list(
        found.order_by("-linked", F("state__two_way_until").desc(nulls_last=True), "name", "id")[:limit]
    )
