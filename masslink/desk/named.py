"""What records are called in the history and where they are seen, by kind; looked up in bulk, also what is deleted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from masslink.collective.models import Device, Invitation, Member, Note
from masslink.conversations.models import Observation
from masslink.decisions import told as decisions
from masslink.decisions.models import Question
from masslink.exchange.models import Import
from masslink.gatherings import history as gatherings
from masslink.gatherings.models import Ask
from masslink.ideas import history as ideas
from masslink.meetings import told as meetings
from masslink.pairs.models import Pair, PairWork, Sitting
from masslink.people.models import Deed, Link, Person
from masslink.people.records import Apart, Kept
from masslink.people.standing.models import StandQuestion
from masslink.people.ties.models import Tie
from masslink.sites.models import Access, HeadCount, Shift, Site, Unit
from masslink.tasks import duty_told as duties
from masslink.tasks.models import ToDo
from masslink.vault.act import GONE
from masslink.vault.history import before_deletion
from masslink.vault.record import Ref


@dataclass(frozen=True)
class Named:
    """What a record is called, and where it is seen."""

    text: str
    url: str = ""

    def html(self) -> SafeString:
        return (
            format_html('<a href="{}">{}</a>', self.url, self.text)
            if self.url
            else format_html("{}", self.text)
        )


def _person(person: Person) -> Named:
    return Named(person.shown, reverse("person", args=[person.pk]))


def _promise(todo: ToDo) -> Named:
    silent = todo.person and not todo.person.reachable
    text = _("something with somebody who asked not to be contacted") if silent else todo.what
    return Named(text, reverse("todo", args=[todo.pk]))


def _asked(question_of: Callable[[Any], Question]) -> Callable[[Any], Named]:
    def named(record: Any) -> Named:
        question = question_of(record)
        return Named(question.what[:80], reverse("question", args=[question.pk]))

    return named


def _kept(kept: Kept) -> Named:
    return _person(kept.person) if kept.person else Named(_("people nobody has met yet"))


def _apart(apart: Apart) -> Named:
    return Named(_("%(one)s and %(other)s") % {"one": apart.person.shown, "other": apart.other.shown})


def _pair(pair: Pair) -> Named:
    return Named(pair.names, reverse("pair", args=[pair.pk]))


def _tie(tie: Tie) -> Named:
    text = _("%(one)s and %(other)s") % {"one": tie.person.shown, "other": tie.other.shown}
    return Named(text, reverse("person-knows", args=[tie.person_id]))


def _gathering(record: Any) -> Named:
    text, id = gatherings.named(record)
    return Named(text, reverse("gathering", args=[id]) if id else "")


def _duty(record: Any) -> Named:
    text, id = duties.named(record)
    return Named(text, reverse("duty", args=[id]))


def _idea(record: Any) -> Named:
    text, page, id = ideas.named(record)
    return Named(text[:80], reverse(page, args=[id]))


def _place(site_id: UUID, text: str) -> Named:
    return Named(text, reverse("place", args=[site_id]))


NAMERS: dict[str, tuple[QuerySet[Any], Callable[[Any], Named]]] = {
    "person": (Person.objects.all(), _person),
    "deed": (Deed.objects.select_related("person"), lambda deed: _person(deed.person)),
    "link": (Link.objects.select_related("person"), lambda link: _person(link.person)),
    "kept": (Kept.objects.select_related("person"), _kept),
    "apart": (Apart.objects.select_related("person", "other"), _apart),
    "tie": (Tie.objects.select_related("person", "other"), _tie),
    "to_do": (ToDo.objects.select_related("person"), _promise),
    "observation": (
        Observation.objects.all(),
        lambda seen: Named(seen.what[:80], reverse("observation", args=[seen.pk])),
    ),
    "stand_question": (
        StandQuestion.objects.all(),
        lambda asked: Named(asked.text, reverse("standing", args=[asked.site_id])),
    ),
    "pair": (Pair.objects.select_related("one", "other"), _pair),
    "pair_work": (PairWork.objects.select_related("pair__one", "pair__other"), lambda work: _pair(work.pair)),
    "sitting": (Sitting.objects.select_related("pair__one", "pair__other"), lambda sat: _pair(sat.pair)),
    **{kind: (found, _gathering) for kind, found in gatherings.FOUND.items()},
    **{kind: (found, lambda one: Named(*meetings.named(one))) for kind, found in meetings.FOUND.items()},
    **{kind: (found, _duty) for kind, found in duties.FOUND.items()},
    **{kind: (found, _idea) for kind, found in ideas.FOUND.items()},
    "ask": (Ask.objects.select_related("person"), lambda ask: _person(ask.person)),
    "site": (Site.objects.all(), lambda site: _place(site.pk, site.name)),
    "access": (Access.objects.select_related("site"), lambda one: _place(one.site_id, one.site.name)),
    "unit": (Unit.objects.all(), lambda unit: _place(unit.site_id, unit.name)),
    "shift": (Shift.objects.all(), lambda shift: _place(shift.site_id, shift.name)),
    "head_count": (
        HeadCount.objects.select_related("unit"),
        lambda count: _place(count.unit.site_id, count.unit.name),
    ),
    "device": (Device.objects.all(), lambda device: Named(device.name, reverse("devices"))),
    "invitation": (Invitation.objects.all(), lambda one: Named(one.name, reverse("invitations"))),
    "note": (Note.objects.all(), lambda note: Named(note.text[:80], reverse("notes"))),
    "member": (
        Member.objects.all(),
        lambda member: Named(member.called, reverse("member", args=[member.pk])),
    ),
    "import": (Import.objects.all(), lambda one: Named(one.file_name, reverse("import", args=[one.pk]))),
    **{kind: (found, _asked(question_of)) for kind, (found, question_of) in decisions.QUESTIONS.items()},
}


def names_of(refs: Iterable[Ref]) -> dict[Ref, Named]:
    by_kind: dict[str, set[UUID]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind, set()).add(ref.id)
    return {
        Ref(kind, record.pk): NAMERS[kind][1](record)
        for kind, ids in by_kind.items()
        if kind in NAMERS
        for record in NAMERS[kind][0].filter(pk__in=ids)
    }


def names_before(records: Iterator[tuple[Ref, str, int, UUID]]) -> Iterator[tuple[Ref, Named]]:
    """Names of what was deleted, as long as it can be brought back."""
    gone = [record for record in records if record[1] == GONE]
    for ref, fields in before_deletion(gone).items():
        text = fields.get("nickname") or fields.get("name") or fields.get("what") or ""
        if fields.get("reach") == Person.Reach.NOT_AT_ALL:
            text = _("somebody who asked not to be contacted")
        if text:
            yield ref, Named(str(text)[:80])
