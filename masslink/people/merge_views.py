"""Pages for two entries that are one person: find the other, look at both, join them, take them apart again."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request, flash
from masslink.core.pages import MEMBER, back_to, fetch, go, page
from masslink.people import merging
from masslink.people.comparing import differences, facts, values
from masslink.people.merging import CantMerge
from masslink.people.models import Person
from masslink.people.records import Apart, Merged
from masslink.people.search import search
from masslink.people.similar import similar
from masslink.vault.act import Conflict

FOUND = 20


@page(MEMBER, carries=True)
def merge(request: Request, person_id: UUID) -> HttpResponse:
    """Choose the other; look at both side by side; then they are one."""
    if joined := Merged.objects.now(person_id):  # in another tab, the other way round
        return _joined_already(request, joined)
    person = fetch(Person.objects.select_related("site", "unit", "shift"), pk=person_id)
    chosen = request.POST.get("other") or request.GET.get("with", "")
    if not chosen:
        return _choose(request, person)
    if joined := Merged.objects.now(chosen):
        return _joined_already(request, joined)
    other = _other(chosen)
    if problem := _problem(person, other):
        flash(request, problem, kind="error")
        return go("person-merge", person.pk)
    assert other
    if request.method == "POST" and "join" in request.POST:
        return _join(request, person, other)
    return _compare(request, person, other)


def _joined_already(request: Request, person: UUID) -> HttpResponse:
    if (
        request.session_open and not request.session_open.flash
    ):  # what the first press said stays, with its undo
        flash(request, _("They are one entry already."))
    return go("person", person)


def _other(id: str) -> Person | None:
    try:
        return Person.objects.select_related("site", "unit", "shift").filter(pk=UUID(id)).first()
    except ValueError:
        return None


def _problem(person: Person, other: Person | None) -> str:
    """Why these two can't be joined, in a sentence; empty where they can."""
    if other is None:
        return _("Nothing was joined: the other entry isn't in our lists any more.")
    if other == person:
        return _("That is the same entry. Choose the other one.")
    if other.site_id != person.site_id:
        return _("Nothing was joined: %(name)s belongs to %(place)s. Move one of the two first.") % {
            "name": other.shown,
            "place": other.site.name,
        }
    if person.member_id and other.member_id and person.member_id != other.member_id:
        return _("Nothing was joined: two different members stand behind them.")
    return ""


def _choose(request: Request, person: Person) -> HttpResponse:
    typed = request.POST.get("q", "").strip()
    found = _found(person, typed, request) if typed else []
    context = {
        "person": person,
        "q": typed,
        "found": found,
        "alike": [] if typed else likely(person),
    }
    return render(request, "people/merge.html", context)


def _found(person: Person, typed: str, request: Request) -> list[Person]:
    ids = search(typed, request.today, left_too=True).persons
    here = Person.objects.filter(pk__in=ids, site=person.site_id).exclude(pk=person.pk)
    return list(here.select_related("unit", "shift")[:FOUND])


def likely(person: Person) -> list[Person]:
    """Who may be the same, unless somebody noted that they aren't."""
    known = similar(
        site=person.site, unit=person.unit, name=person.name, nickname=person.nickname, phone=person.phone
    )
    pairs = Apart.objects.filter(person=person) | Apart.objects.filter(other=person)
    apart = {id for pair in pairs for id in pair.two}
    return [one for one in known if one.pk != person.pk and one.pk not in apart]


def _compare(
    request: Request, person: Person, other: Person, *, changed: bool = False, posted: Any = None
) -> HttpResponse:
    context = {
        "person": person,
        "other": other,
        "ours": facts(person),
        "theirs": facts(other),
        "differences": differences(person, other, posted),
        "stays_out": not (person.reachable and other.reachable),
        "changed": changed,
        "back": back_to(request, reverse("person", args=[person.pk])),
    }
    return render(request, "people/merge_compare.html", context)


def _join(request: Request, person: Person, other: Person) -> HttpResponse:
    shown = (request.POST.get("version"), request.POST.get("other_version"))
    if shown != (str(person.version), str(other.version)):
        return _compare(request, person, other, changed=True, posted=request.POST)
    said = values(person, other, request.POST)
    try:
        done = merging.merge_persons(by=request.member, at=request.now, keep=person, other=other, values=said)
    except (Conflict, CantMerge):  # at the very same moment somebody else was quicker: look again
        return go(f"{reverse('person-merge', args=[person.pk])}?with={other.pk}")
    text = _("One entry now. It can be taken apart again on this page at any time.")
    flash(request, text, undo=reverse("undo", args=[done]))
    return go(back_to(request, reverse("person", args=[person.pk])))


@page(MEMBER, methods=("POST",))
def apart(request: Request, person_id: UUID) -> HttpResponse:
    """They look alike, and are two."""
    person, other = fetch(Person, pk=person_id), _other(request.POST.get("other", ""))
    back = back_to(request, reverse("person", args=[person.pk]))
    if problem := _problem(person, other):
        flash(request, problem, kind="error")
        return go(back)
    assert other
    pairs = Apart.objects.filter(person=person, other=other) | Apart.objects.filter(
        person=other, other=person
    )
    if not pairs.exists():
        done = merging.tell_apart(by=request.member, at=request.now, person=person, other=other)
        text = _("Noted: they are two people. Nobody will be asked again.")
        flash(request, text, undo=reverse("undo", args=[done]))
    return go(back)


@page(MEMBER)
def unmerge(request: Request, person_id: UUID, merged_id: UUID) -> HttpResponse:
    """Says what goes back; then they are two again."""
    found = Merged.objects.select_related("person__site", "by")
    merged = fetch(found, pk=merged_id, person=person_id)
    if request.method == "POST":
        try:
            done, other = merging.unmerge(by=request.member, at=request.now, merged=merged)
        except CantMerge as why:
            newer = str(why) == merging.TOO_NEW
            text = _("A newer Masslink joined them, and this one can't read all of it. Nothing was changed.")
            flash(request, text if newer else _("They are two entries already."), kind="error")
            return go("person", person_id)
        text = _("Two entries again: %(name)s has back what was theirs.") % {"name": other.shown}
        flash(request, text, undo=reverse("undo", args=[done]))
        return go("person", other.pk)
    number = len(merged.moved) + len(merged.dropped)
    context = {
        "merged": merged,
        "person": merged.person,
        "said": [text for name, text in merged.said if text],
        "goes": ngettext("%(n)d note", "%(n)d notes", number) % {"n": number} if number else "",
    }
    return render(request, "people/unmerge.html", context)
