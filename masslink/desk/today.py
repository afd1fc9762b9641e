"""Today: at most seven people to see and why, and what one promised. Calm when there is nothing."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from django.db import connections
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.collective.doors import Request
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, address, page
from masslink.desk import lines
from masslink.desk.waiting import AT_MOST, CAME, FIRST, PROMISED, RHYTHM, Waiting, people_to_see
from masslink.gatherings.panels import coming_up
from masslink.people.labels import FRESHNESS
from masslink.people.models import Deed, Link, Person
from masslink.people.panels import names_together
from masslink.people.standing.going import views_going
from masslink.people.touch import news
from masslink.sites.models import Site
from masslink.tasks.days import said
from masslink.tasks.models import ToDo
from masslink.tasks.panels import Row as PromiseRow
from masslink.tasks.panels import due_by

AHEAD = timedelta(days=7)
PROMISES = 10
QUOTED = 160  # letters
_READ = 30  # to-dos, among which those with people are looked for


@page(MEMBER, methods=("GET",))
def today(request: Request) -> HttpResponse:
    """The first page."""
    mine = due_by(request.today + AHEAD, request.member, request.today, _READ)
    waiting = people_to_see(request.member, request.today, mine)
    people = _rows(waiting[:AT_MOST], mine, request)
    shown = {row.promise.pk for row in people if row.promise}
    promised = [row for row in mine if row.todo.pk not in shown][:PROMISES]
    context = {
        "people": people,
        "headline": _headline(len(people), promised),
        "more": len(waiting) > AT_MOST,
        "promises": promised,
        "step": None if people else _first_step(request.member),
        "fading": news(request.now),
        "views_going": views_going(request.member, request.now),
        "lines": lines.of_today(request),
        "coming_up": coming_up(request),
        "here": request.path,
    }
    return render(request, "desk/today.html", context)


def _headline(count: int, promised: list[PromiseRow]) -> str:
    """A sentence, not a number."""
    if not count and any(row.is_urgent for row in promised):
        return _("Nobody to see, something to do")
    return [
        _("Nobody is waiting for you today"),
        _("One person to see"),
        _("Two people to see"),
        _("Three people to see"),
        _("Four people to see"),
        _("Five people to see"),
        _("Six people to see"),
        _("Seven people to see"),
    ][count]


class Somebody(NamedTuple):
    """What is shown of a person, and where they are."""

    name: str
    reach: str
    has_left: bool
    unit: str | None
    shift: str | None
    site: str


@dataclass(frozen=True)
class Row:
    """Somebody to see: why, what they last said, what was promised, with whom one goes."""

    person: Somebody
    waiting: Waiting
    words: str
    promise: ToDo | None
    with_whom: list[str]
    today: date
    back: str

    @property
    def url(self) -> str:
        return address("person", self.waiting.person)

    @property
    def talk_url(self) -> str:
        return f"{address('talked')}?person={self.waiting.person}&back={self.back}"

    @property
    def with_them(self) -> str:
        return _("with %(name)s") % {"name": self.person.name}

    @property
    def said(self) -> str:
        """Their last words, as much of them as fits."""
        return self.words if len(self.words) <= QUOTED else self.words[: QUOTED - 1] + "…"

    @property
    def is_urgent(self) -> bool:
        return self.waiting.why == PROMISED

    @property
    def state(self) -> str:
        why = self.waiting.why
        if why == PROMISED:
            return _("promised") if self.waiting.since <= self.today else said(self.waiting.since, self.today)
        if why == RHYTHM:
            due_today = self.waiting.since == self.today
            return _("due today") if due_today else str(FRESHNESS[self.waiting.freshness])
        return _("not yet talked with") if why == CAME else _("a second talk")

    @property
    def notes(self) -> list[str]:
        """Short sentences under the name."""
        person, found = self.person, []
        if self.promise:
            found.append(self._promised(self.promise))
        if self.waiting.why == CAME:
            found.append(
                _("Was with us on %(day)s; nobody has talked with them since.") % {"day": self._since}
            )
        elif self.waiting.why == FIRST:
            found.append(_("The first talk was on %(day)s.") % {"day": self._since})
        if where := ", ".join(part for part in (person.unit, person.shift) if part):
            found.append(f"{where}.")
        if person.has_left:
            found.append(_("Has left %(place)s; the link goes on.") % {"place": person.site})
        if person.reach in (Person.Reach.IN_PERSON, Person.Reach.NEVER_AT_WORK):
            found.append(f"{Person.Reach(person.reach).label.capitalize()}.")
        if self.with_whom:
            found.append(_("With %(names)s.") % {"names": names_together(self.with_whom)})
        return found

    def _promised(self, todo: ToDo) -> str:
        what = todo.what.rstrip(".")
        if todo.due <= self.today + timedelta(days=1) and self.waiting.why == PROMISED:
            return _("You promised: %(what)s.") % {"what": what}
        day = said(todo.due, self.today)
        return _("You promised for %(day)s: %(what)s.") % {"what": what, "day": day}

    @property
    def _since(self) -> str:
        return date_format(self.waiting.since, "j F")


def _rows(waiting: list[Waiting], mine: list[PromiseRow], request: Request) -> list[Row]:
    """What is shown of those who wait: three queries, for one or for seven."""
    ids = [one.person for one in waiting]
    if not ids:
        return []
    persons, words, others = _persons(ids), Deed.objects.last_words(ids), _others(ids, request.member)
    promises = {row.todo.person_id: row.todo for row in reversed(mine)}
    back = quote(request.path, safe="")
    return [
        Row(
            person=persons[one.person],
            waiting=one,
            words=words.get(one.person, "").strip(" “”\"'"),
            promise=promises.get(one.person),
            with_whom=others.get(one.person, []),
            today=request.today,
            back=back,
        )
        for one in waiting
    ]


def _persons(ids: list[UUID]) -> dict[UUID, Somebody]:
    found = _of(
        ids,
        """SELECT p.id, COALESCE(NULLIF(p.name, ''), p.nickname), p.reach, p.until IS NOT NULL, u.name, t.name, s.name
        FROM masslink_person p JOIN masslink_site s ON s.id = p.site_id
            LEFT JOIN masslink_unit u ON u.id = p.unit_id LEFT JOIN masslink_shift t ON t.id = p.shift_id
        WHERE p.id""",
    )
    return {UUID(id): Somebody(*shown) for id, *shown in found}


def _others(ids: list[UUID], me: Member) -> dict[UUID, list[str]]:
    """Who else has taken these persons on."""
    found: dict[UUID, list[str]] = {}
    links = """SELECT l.person_id, l.member_id, m.name FROM masslink_link l
        JOIN masslink_member m ON m.id = l.member_id WHERE l.until IS NULL AND l.person_id"""
    for person, member, name in _of(ids, links, "ORDER BY l.since"):
        if member != me.pk.hex:
            found.setdefault(UUID(person), []).append(name)
    return found


def _of(ids: list[UUID], sql: str, order: str = "") -> list[Any]:
    """What a query finds of these ids; its last column is the one they stand in."""
    with connections["open"].cursor() as cursor:
        cursor.execute(f"{sql} IN ({', '.join(['%s'] * len(ids))}) {order}", [id.hex for id in ids])
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Step:
    text: str
    note: str
    url: str = ""
    label: str = ""


def _first_step(me: Member) -> Step | None:
    """What to begin with, when nobody waits because nothing is there yet."""
    site = Site.objects.first()
    if site is None and not me.is_coordinator:
        return Step(
            _("No place is open to you yet."),
            _("Coordinators open places. Whoever works at one can give you access to it: ask them."),
            reverse("access-ask"),
            _("Ask for access"),
        )
    if site is None:
        return Step(
            _("No place is open to you yet."),
            _("Open the workplace or the houses where you are, or ask for access to one that others opened."),
            reverse("site-new"),
            _("Open a place"),
        )
    if not Person.objects.exists():
        return Step(
            _("Who do you know on your shift?") if site.is_workplace else _("Who do you know in your house?"),
            _("One name or nickname a line. It becomes a chart at once."),
            reverse("names", args=[site.pk]),
            _("Write down names"),
        )
    if not Link.objects.filter(member=me, until=None).exists():
        return Step(
            _("With whom do you want to keep in touch?"),
            _("Take somebody on: you choose how often, and this page tells you when they wait."),
            reverse("people"),
            _("See the people"),
        )
    return None
