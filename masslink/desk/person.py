"""A person's page: who they are, how deep and fresh the link is, what is promised, and all of it so far."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, fetch, go, number, page
from masslink.desk.timeline import so_far
from masslink.ideas.panels import ideas_of_person, not_written_down, to_be_asked
from masslink.pairs.panels import pairs_with
from masslink.people import acts, links, panels, suggested
from masslink.people.cautions.panels import careful_with, cautions_of
from masslink.people.forms import HandOnForm
from masslink.people.labels import RUNGS
from masslink.people.models import Deed, Link, LinkState, Person, phones_of
from masslink.people.records import Merged
from masslink.people.standing.panels import of_person
from masslink.people.suggesting import Promised
from masslink.people.ties.panels import who_knows
from masslink.people.views import left_in_peace
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks.acts import promise
from masslink.tasks.models import ToDo
from masslink.tasks.panels import Row
from masslink.vault.act import act
from masslink.vault.reading import read

AT_ONCE = 30
R = TypeVar("R", Deed, Link, ToDo, Merged)


@page(MEMBER, methods=("GET",))
def person(request: Request, person_id: UUID) -> HttpResponse:
    found = _who(person_id)
    if found is None:
        return go("person", _joined_with(person_id))
    members = {member.pk: member for member in read(Member, "ORDER BY name")}
    careful, asked, raised, gathers, joined = _is_anything(found)
    deeds = _theirs(Deed, found, "at DESC", "by", members)
    taken_on = _theirs(Link, found, "since", "member", members)
    to_dos = _theirs(ToDo, found, "due, added_at", "member", members)
    cautions = cautions_of(found, request.member, request.today, is_any=careful)
    context = {
        "person": found,
        **_link(request, found, deeds, [link for link in taken_on if link.until is None]),
        **_promised(request, to_dos),
        "cautions": cautions,
        # Nothing is asked of somebody with whom one is careful.
        "suggested": [] if cautions.shown else _suggested(request, found, deeds, taken_on, to_dos),
        **_so_far(request, found, deeds, taken_on, to_dos),
        "standing": of_person(found, request.member, request.today) if asked else [],
        "phone_link": _phone_link(found),
        "knows": who_knows(found, request.today),
        "ideas": ideas_of_person(found) if raised else [],
        "not_written": not_written_down(deeds, request.today),
        "to_be_asked": to_be_asked(found, request.today) if gathers else [],
        "merged": _theirs(Merged, found, "at", "by", members) if joined else [],
        "pair_line": pairs_with(found, request.member, members, request.today),
        "readers": panels.readers(found, members.values()),
        "talk_url": f"{reverse('talked')}?person={found.id}",
    }
    return render(request, "desk/person.html", context)


def _who(person_id: UUID) -> Person | None:
    """With their place, unit, shift and link at hand."""
    for found in read(Person, "WHERE id = %s", [person_id.hex]):
        [found.site] = read(Site, "WHERE id = %s", [found.site_id.hex])
        if found.unit_id:
            [found.unit] = read(Unit, "WHERE id = %s", [found.unit_id.hex])
        if found.shift_id:
            [found.shift] = read(Shift, "WHERE id = %s", [found.shift_id.hex])
        state = read(LinkState, "WHERE person_id = %s", [person_id.hex])
        Person._meta.get_field("state").set_cached_value(found, state[0] if state else None)
        return found
    return None


def _is_anything(found: Person) -> tuple[bool, ...]:
    """Whether there is a caution, a question of views at their place, an idea of theirs, a question gathering answers,
    another entry joined with theirs. Mostly not, and then no more is read.
    """
    sql = """SELECT
        EXISTS (SELECT 1 FROM masslink_caution WHERE person_id = %(person)s),
        EXISTS (SELECT 1 FROM masslink_standquestion WHERE site_id = %(site)s),
        EXISTS (SELECT 1 FROM masslink_idea WHERE person_id = %(person)s),
        EXISTS (SELECT 1 FROM masslink_question WHERE gathers <> '' AND gathered_at IS NULL AND decided_on IS NULL),
        EXISTS (SELECT 1 FROM masslink_merged WHERE person_id = %(person)s)"""
    with connections["open"].cursor() as cursor:
        cursor.execute(sql, {"person": found.pk.hex, "site": found.site_id.hex})
        return tuple(bool(one) for one in cursor.fetchone())


def _joined_with(person_id: UUID) -> UUID:
    """Whose entry theirs was joined with; else there is nobody here."""
    if joined := Merged.objects.now(person_id):
        return joined
    raise Http404


def _theirs(kind: type[R], person: Person, order: str, by: str, members: dict[UUID, Member]) -> list[R]:
    """What there is of this kind about a person, with its member at hand: we are read once, not joined to each."""
    found = read(kind, f"WHERE person_id = %s ORDER BY {order}", [person.pk.hex])
    for record in found:
        record.person = person
        setattr(record, by, members[getattr(record, f"{by}_id")])
    return found


def _link(request: Request, found: Person, deeds: list[Deed], taken_on: list[Link]) -> dict[str, Any]:
    state: LinkState | None = getattr(found, "state", None)
    depth = state.depth(request.today) if state else links.LISTED
    summary, proof = panels.evidence(deeds, request.today)
    return {
        "depth": depth,
        "rung": RUNGS[depth],
        "summary": summary,
        "proof": proof,
        "only_came": state is not None and links.came_not_talked(state.evidence, request.today),
        "freshness": panels.freshness(state, request.today),
        "seen_to_by": panels.who_sees_to_it(taken_on, request.member),
        "taken_on": taken_on,
        "mine": next((link for link in taken_on if link.member_id == request.member.pk), None),
    }


def _promised(request: Request, to_dos: list[ToDo]) -> dict[str, Any]:
    waiting = [todo for todo in to_dos if todo.is_open]
    mine = [todo for todo in waiting if todo.member_id == request.member.pk]
    return {
        "waiting": [Row(todo, request.today) for todo in waiting],
        "overdue": next((todo for todo in mine if todo.due < request.today), None),
        "due_today": next((todo for todo in mine if todo.due == request.today), None),
    }


def _suggested(
    request: Request, found: Person, deeds: list[Deed], taken_on: list[Link], to_dos: list[ToDo]
) -> list[suggested.Told]:
    promises = [Promised(todo.what, todo.due) for todo in to_dos if todo.is_open]
    links_now = [link for link in taken_on if link.until is None]
    return suggested.told(
        found, request.member, request.today, deeds=deeds, promises=promises, taken_on=links_now
    )


def _so_far(
    request: Request, found: Person, deeds: list[Deed], taken_on: list[Link], to_dos: list[ToDo]
) -> dict[str, Any]:
    entries = so_far(found, deeds, taken_on, to_dos, request.member)
    part = number(request.GET.get("part"))
    start, base = (part - 1) * AT_ONCE, reverse("person", args=[found.id])
    return {
        "entries": entries[start : start + AT_ONCE],
        "earlier_url": f"{base}?part={part + 1}#so-far" if len(entries) > start + AT_ONCE else "",
        "later_url": f"{base}?part={part - 1}#so-far" if part > 1 else "",
    }


def _phone_link(found: Person) -> str:
    """What a tap dials; nothing where calling isn't wanted."""
    if found.reach in (Person.Reach.IN_PERSON, Person.Reach.NOT_AT_ALL):
        return ""
    phone = next(iter(phones_of(found.phone)), "")
    digits = "".join(c for c in phone if c.isdigit())
    return ("tel:+" if phone.startswith("+") else "tel:") + digits if digits else ""


@page(MEMBER, carries=True)
def hand_on(request: Request, person_id: UUID) -> HttpResponse:
    """Another member takes them on; somebody whom they know introduces the two, by a day."""
    found = fetch(Person.objects.select_related("site"), id=person_id)
    if left_in_peace(request, found):
        return go("person", found.id)
    members = list(found.site.members())
    form = HandOnForm(
        request.POST or None,
        members=members,
        me=request.member,
        today=request.today,
        initial=HandOnForm.as_before(found.links.filter(until=None).first()),
    )
    if request.method == "POST" and form.is_valid():
        return _handed_on(request, found, form)
    context = {"form": form, "person": found, "alone": len(members) < 2, "careful": careful_with([found])}
    return render(request, "desk/hand_on.html", context)


def _handed_on(request: Request, found: Person, form: HandOnForm) -> HttpResponse:
    to, introducer = form.cleaned_data["to"], form.cleaned_data["introduced_by"]
    who = {"name": found.called, "to": to.name}
    what, due = _("Introduce %(name)s to %(to)s") % who, form.cleaned_data["on"]
    if found.to_dos.filter(member=introducer, what=what, due=due, done_at=None, dropped_at=None).exists():
        noted_once(request)
        return go("person", found.id)
    with act("person_handed_on", at=request.now) as running:
        acts.hand_on(
            by=request.member,
            at=request.now,
            person=found,
            to=to,
            introduced_by=introducer,
            rhythm_days=form.rhythm_days,
            aim=form.cleaned_data["aim"],
        )
        promise(
            by=request.member,
            at=request.now,
            member=introducer,
            what=what,
            due=due,
            person=found,
        )
    flash(request, _("%(to)s takes %(name)s on.") % who, undo=reverse("undo", args=[running.id]))
    return go("person", found.id)
