"""A pair's page: its people by who is due first, what they promised, when they sat down, their notes."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request
from masslink.core.pages import number
from masslink.pairs.models import Pair, PairWork, Sitting
from masslink.pairs.panels import Row, last_sat, people_here, people_of, rows
from masslink.people.models import Deed, Link, Person
from masslink.people.panels import freshness, names_together, without_marks
from masslink.people.standing.panels import OpenDifference, open_differences
from masslink.sites.panels import who_works_here
from masslink.tasks.days import said
from masslink.tasks.models import ToDo
from masslink.tasks.panels import rows as to_do_rows

PAGE, PROMISED, SAT = 12, 12, 6


@dataclass(frozen=True)
class TheirPerson:
    """One of a pair's people: what they last said, who keeps in touch, what is next."""

    person: Person
    words: str
    links: list[Link]
    next: ToDo | None
    today: date

    @property
    def freshness(self) -> str:
        return freshness(getattr(self.person, "state", None), self.today)

    @property
    def where(self) -> str:
        return ", ".join(part.name for part in (self.person.unit, self.person.shift) if part)

    @property
    def notes(self) -> list[str]:
        """Where they are, who keeps in touch, what is next."""
        names = names_together([link.member.called for link in self.links])
        by = ngettext("%(names)s keeps in touch", "%(names)s keep in touch", len(self.links)) % {
            "names": names
        }
        return [text for text in (self.where, by if self.links else "", self.next_text) if text]

    @property
    def next_text(self) -> str:
        if self.next is None:
            return ""
        words = {
            "what": self.next.what,
            "day": said(self.next.due, self.today),
            "name": self.next.member.called,
        }
        return _("Next: %(what)s, %(day)s (%(name)s)") % words


def theirs(pair: Pair, works: list[PairWork], today: date) -> QuerySet[Person]:
    """The people of a pair: whoever is due first; then those with a rhythm; then by name."""
    found = people_here(pair.site, today).filter(people_of(works)).select_related("unit", "shift", "state")
    return found.order_by(F("state__due_on").asc(nulls_last=True), "name", "id")


def with_words(people: list[Person], today: date) -> list[TheirPerson]:
    """Three queries more, however many they are."""
    words: dict[UUID, str] = {}
    deeds = Deed.objects.filter(person__in=people).said()
    for person, text in deeds.values_list("person_id", "words"):
        words.setdefault(person, without_marks(text))
    links: dict[UUID, list[Link]] = {}
    for link in Link.objects.filter(person__in=people, until=None).select_related("member"):
        links.setdefault(link.person_id, []).append(link)
    steps: dict[UUID, ToDo] = {}
    for todo in ToDo.objects.open().filter(person__in=people).select_related("member"):
        if todo.person_id:
            steps.setdefault(todo.person_id, todo)
    return [
        TheirPerson(one, words.get(one.pk, ""), links.get(one.pk, []), steps.get(one.pk), today)
        for one in people
    ]


def show_pair(request: Request, pair: Pair) -> HttpResponse:
    row = rows(Pair.objects.filter(pk=pair.pk), request.today)[0]
    found, at = theirs(pair, row.works, request.today), number(request.GET.get("page"))
    some = list(found[(at - 1) * PAGE : at * PAGE + 1])
    over = pair.is_over(request.today)
    context = {
        "pair": pair,
        "row": row,
        "site": pair.site,
        "over": over,
        "ended_by": _why_ended(pair, row) if over else "",
        "people": with_words(some[:PAGE], request.today),
        "differ": _differ(request, pair),
        "promised": _promised(pair, found, request.today),
        "sat": _sat(pair),
        "last": last_sat(pair.names, row.sat, request.today),
        "previous_url": f"?page={at - 1}" if at > 1 else "",
        "next_url": f"?page={at + 1}" if len(some) > PAGE else "",
        "here": request.path,
        "readers": who_works_here(pair.site).readers,
    }
    return render(request, "pairs/pair.html", context)


def _differ(request: Request, pair: Pair) -> list[OpenDifference]:
    """Whom the two see differently; of whom the reader hasn't said their own view, no name."""
    found = open_differences(reader=request.member, today=request.today, members=pair.both, site=pair.site)
    return sorted(found, key=lambda one: one.person is None)


def _why_ended(pair: Pair, row: Row) -> str:
    """Who of the two isn't at the place any more, where that is so."""
    left = [one.name for one in pair.both if one.left_on]
    if left:
        return _("%(names)s left the collective.") % {"names": names_together(left)}
    if row.missing:
        return _("%(names)s has no access here any more.") % {
            "names": names_together([m.name for m in row.missing])
        }
    return ""


def _promised(pair: Pair, people: QuerySet[Person], today: date) -> list[Any]:
    """What one of the two promised with their people, or while they sat together; soonest first."""
    about = Q(person__in=people.order_by().values("pk")) | Q(origin_id__in=pair.sittings.values("pk"))
    theirs = ToDo.objects.with_about().open().listed().filter(about, member__in=pair.both)
    return to_do_rows(theirs[:PROMISED], today)


@dataclass(frozen=True)
class Sat:
    """One time the two sat down, and what they promised there."""

    sitting: Sitting
    to_dos: list[ToDo]
    persons: list[Person]


def _sat(pair: Pair) -> list[Sat]:
    """The latest; three queries."""
    found = list(pair.sittings.select_related("by").prefetch_related("gone_through__person")[:SAT])
    made: dict[UUID | None, list[ToDo]] = {}
    for todo in ToDo.objects.filter(
        origin_kind=Sitting.kind, origin_id__in=[one.pk for one in found]
    ).select_related("member", "person"):
        if todo.person is None or todo.person.reachable:
            made.setdefault(todo.origin_id, []).append(todo)
    return [
        Sat(
            one,
            made.get(one.pk, []),
            [through.person for through in one.gone_through.all() if through.person.reachable],
        )
        for one in found
    ]
