"""One timeline of a person: talks and deeds, links, promises kept and let go."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.conversations.models import Observation
from masslink.core.clock import day_of
from masslink.gatherings.models import Gathering
from masslink.gatherings.panels import titles_of
from masslink.people import links
from masslink.people.labels import rhythm_text
from masslink.people.models import Deed, Link, Person
from masslink.people.panels import without_marks
from masslink.tasks.models import ToDo


@dataclass(slots=True)
class Entry:
    """One line of the timeline; `tone` is the rung it is evidence for."""

    on: date
    at: datetime | None
    title: str
    said: str = ""
    tone: int | None = None
    notes: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def order(self) -> tuple[date, bool, float]:
        return self.on, self.at is None, self.at.timestamp() if self.at else 0


def so_far(
    person: Person, deeds: list[Deed], taken_on: list[Link], to_dos: list[ToDo], me: Member
) -> list[Entry]:
    """Everything between this person and us, newest first."""
    found = [
        *_deeds(deeds, to_dos, me),
        *_links(taken_on, me),
        *_to_dos(to_dos, me),
        Entry(day_of(person.added_at), person.added_at, _("Put on the list")),
    ]
    if person.until:
        found.append(Entry(person.until, None, _("Left the place")))
    return sorted(found, key=lambda entry: entry.order, reverse=True)


def _name(member: Member, me: Member) -> str:
    return _("you") if member.pk == me.pk else member.called


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- talks and deeds ---------------------------------------------------------------------------------


def _deeds(deeds: list[Deed], to_dos: list[ToDo], me: Member) -> list[Entry]:
    """What came out of a talk stands with the talk."""
    talks = {deed.id: deed for deed in deeds if deed.origin_kind != Deed.kind}
    out_of: dict[UUID | None, list[Deed]] = {}
    for deed in deeds:
        if deed.id not in talks:
            out_of.setdefault(deed.origin_id if deed.origin_id in talks else deed.id, []).append(deed)
    alone = [deed for deed in deeds if deed.id in out_of and deed.id not in talks]
    happened, came_to = (
        _happened(deeds),
        titles_of({d.origin_id for d in deeds if d.origin_kind == Gathering.kind}),
    )
    found = []
    for deed in [*talks.values(), *alone]:
        entry = _deed(deed, [d for d in out_of.get(deed.id, []) if d is not deed], to_dos, happened, me)
        if title := came_to.get(deed.origin_id):
            entry.title = _("Came to %(what)s") % {"what": title}
        found.append(entry)
    return found


def _happened(deeds: list[Deed]) -> dict[UUID, str]:
    ids = [d.origin_id for d in deeds if d.origin_id and d.origin_kind == Observation.kind]
    return dict(Observation.objects.filter(pk__in=ids).values_list("id", "what")) if ids else {}


def _deed(deed: Deed, more: list[Deed], to_dos: list[ToDo], happened: dict[UUID, str], me: Member) -> Entry:
    labels = [deed.label, *(str(d.label) for d in reversed(more))]
    steps = [todo.what for todo in to_dos if todo.origin_id == deed.id]
    notes = [_begin(_name(deed.by, me)) + "."]
    notes += [_("Next: %(what)s.") % {"what": step.rstrip(".")} for step in steps]
    what = "" if deed.is_said else deed.words
    rungs = [links.RUNG_OF[d.deed_kind] for d in (deed, *more) if d.deed_kind in links.RUNG_OF]
    return Entry(
        on=deed.on,
        at=deed.at,
        title=_begin(", ".join(labels)),
        said=without_marks(deed.words) if deed.is_said else "",
        tone=max(rungs, default=0),
        notes=notes,
        text=happened.get(deed.origin_id, what) if deed.origin_id else what,
    )


# --- links and promises ------------------------------------------------------------------------------


def _links(taken_on: list[Link], me: Member) -> list[Entry]:
    begun = {(link.member_id, link.since) for link in taken_on}
    handed = {(link.introduced_by_id, link.since) for link in taken_on if link.introduced_by_id}
    found = [_begun(link, me) for link in taken_on]
    for link in taken_on:
        # A link that is renewed or handed on ends the same day; the new one says it.
        if link.until and (link.member_id, link.until) not in begun | handed:
            title = _("%(who)s let the link end") % {"who": _name(link.member, me)}
            found.append(Entry(link.until, None, _begin(title)))
    return found


def _begun(link: Link, me: Member) -> Entry:
    who = _name(link.member, me)
    if link.introduced_by:
        by = _name(link.introduced_by, me)
        title = _("%(who)s took them on, introduced by %(by)s") % {"who": who, "by": by}
    else:
        title = _("%(who)s took them on") % {"who": who}
    notes = [_begin(rhythm_text(link.rhythm_days)) + ".", link.aim]
    return Entry(link.since, None, _begin(title), notes=[note for note in notes if note])


def _to_dos(to_dos: list[ToDo], me: Member) -> list[Entry]:
    found = []
    for todo in to_dos:
        who = _begin(_name(todo.member, me)) + "."
        if todo.done_at:
            title = _("Done: %(what)s") % {"what": todo.what}
            found.append(Entry(day_of(todo.done_at), todo.done_at, title, notes=[who]))
        elif todo.dropped_at:
            title = _("Let go: %(what)s") % {"what": todo.what}
            notes = [who, todo.dropped_why]
            found.append(Entry(day_of(todo.dropped_at), todo.dropped_at, title, notes=notes))
    return found
