"""What waits for a meeting: left over, reported back, due, open, to be looked at again, without anybody.

Only what lies in the meeting's own circle, and no to-do with a person: an agenda names nobody we are in touch with.
That two of us see somebody differently is said as a number at a place's meeting, without one at one of all of us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.decisions.panels import open_questions, reviews_due
from masslink.gatherings.models import Gathering
from masslink.ideas.correction_models import Correction
from masslink.ideas.models import Idea
from masslink.meetings.acts import Matter
from masslink.meetings.models import TITLE, Adoption, AgendaItem, Meeting, Minute, Part
from masslink.people.standing.panels import open_differences
from masslink.sites.models import Site
from masslink.tasks.days import said
from masslink.tasks.duty_models import Duty, Turn
from masslink.tasks.models import ToDo
from masslink.vault.record import Ref

AT_MOST = 60  # of each kind
AHEAD = timedelta(days=35)  # as far ahead a duty without anybody is talked about


@dataclass(frozen=True)
class Waits:
    """Something that can be taken up; `key` is what its button posts."""

    key: str
    matter: Matter
    note: str
    left_over: UUID | None = None  # an item that can be let rest instead
    text: str = ""  # somebody's words, which aren't copied onto the agenda


@dataclass(frozen=True)
class Group:
    """What belongs to one part of an agenda."""

    label: str
    rows: list[Waits]


def what_waits(
    gathering: Gathering, items: Iterable[AgendaItem], *, me: Member, now: datetime
) -> list[Group]:
    """All that waits and isn't on this agenda yet, by where it would come; as many queries for one as for forty."""
    items, today = list(items), day_of(now)
    on = max(gathering.on, today)
    taken = ({item.origin for item in items} | {item.before for item in items}) - {None}
    titles = {item.title for item in items}
    found: dict[str, list[Waits]] = {part: [] for part in (Part.REPORTS, Part.OLD, Part.NEW)}
    known: set[Ref] = set()
    for waits in _all(gathering, on=on, today=today, me=me, now=now):
        matter = waits.matter
        is_said = not matter.origin and matter.title in titles
        if is_said or matter.origin in known or not taken.isdisjoint({matter.origin, matter.before}):
            continue
        known |= {matter.origin} if matter.origin else set()
        found[matter.belongs].append(waits)
    return [Group(str(Part(part).label), rows) for part, rows in found.items() if rows]


def _all(gathering: Gathering, *, on: date, today: date, me: Member, now: datetime) -> Iterator[Waits]:
    there = _is_anything(gathering, on, today)
    asked: dict[str, Callable[[], Iterator[Waits]]] = {
        "left": lambda: _left_over(gathering, now),
        "reports": lambda: _reports(gathering, on, today),
        "to_dos": lambda: _to_dos(gathering, on, today),
        "reviews": lambda: _reviews(gathering, on),
        "questions": lambda: _questions(gathering, today),
        "ideas": lambda: _ideas(gathering, today),
        "corrections": lambda: _corrections(gathering, on, me),
        "duties": lambda: _duties(gathering, on, today),
        "differences": lambda: _differences(gathering, me, today),
    }
    for kind, found in asked.items():
        if there[kind]:
            yield from found()


# Where there is nothing of a kind, no more is asked: mostly these are three or four.
_ANYTHING = {
    "left": "masslink_agendaitem WHERE circle = %(circle)s AND part = '' AND talked_at IS NULL AND rested_at IS NULL "
    "AND gathering_id <> %(gathering)s",
    "reports": "masslink_minute WHERE circle = %(circle)s AND what = 'to_do' AND report_on <= %(on)s",
    "to_dos": "masslink_todo WHERE circle = %(circle)s AND done_at IS NULL AND dropped_at IS NULL AND due <= %(on)s",
    "reviews": "masslink_question WHERE circle = %(circle)s AND decided_on IS NOT NULL AND review_on <= %(on)s",
    "questions": "masslink_question WHERE circle = %(circle)s AND decided_on IS NULL AND withdrawn_on IS NULL",
    "ideas": "masslink_idea WHERE circle = %(circle)s AND answered_at IS NULL AND dropped_at IS NULL",
    "corrections": "masslink_correction WHERE circle = %(circle)s AND settled_at IS NULL AND dropped_at IS NULL",
    "duties": 'masslink_turn WHERE circle = %(circle)s AND member_id IS NULL AND "on" >= %(today)s',
    "differences": "masslink_difference WHERE ended_at IS NULL",
}


def _is_anything(gathering: Gathering, on: date, today: date) -> dict[str, bool]:
    ours = {"circle": gathering.circle.hex, "gathering": gathering.pk.hex}
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {rest})" for rest in _ANYTHING.values())  # noqa: S608  our names only
    with connections["open"].cursor() as cursor:
        cursor.execute(f"SELECT {asked}", {**ours, "on": on.isoformat(), "today": today.isoformat()})
        return dict(zip(_ANYTHING, map(bool, cursor.fetchone()), strict=True))


def _short(title: str) -> str:
    return title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"


def _waits(ref: Ref, title: str, note: str, belongs: str) -> Waits:
    matter = Matter(_short(title), belongs=belongs, origin=ref)
    return Waits(f"{ref.kind}:{ref.id}", matter, note)


def _day(day: date) -> str:
    return date_format(day, "j M")


# --- from earlier meetings -----------------------------------------------------------------------------


def _left_over(gathering: Gathering, now: datetime) -> Iterator[Waits]:
    """What earlier meetings didn't come to, those called off or taken off the list too; the latest first."""
    carried = AgendaItem.objects.filter(before=OuterRef("pk"))
    left = AgendaItem.objects.left().filter(circle=gathering.circle).exclude(gathering=gathering)
    left = left.filter(gathering__starts_at__lte=gathering.starts_at).exclude(Exists(carried))
    for item in left.select_related("gathering").order_by("-gathering__starts_at", "place")[:AT_MOST]:
        if not is_behind(item.gathering, now):
            continue
        note = _("left over from %(day)s") % {"day": _day(item.gathering.on)}
        matter = Matter(
            item.title,
            belongs=Part.OLD,
            about=item.about,
            minutes=item.minutes,
            lead=item.lead,
            origin=item.origin,
            before=item.pk,
        )
        yield Waits(f"{AgendaItem.kind}:{item.pk}", matter, note, item.pk)


def is_behind(gathering: Gathering, now: datetime) -> bool:
    """Over, or it won't be."""
    return gathering.is_over(now) or not gathering.takes_place


def _reports(gathering: Gathering, on: date, today: date) -> Iterator[Waits]:
    """To-dos of earlier meetings whose day to report has come, until one meeting took them up."""
    taken = AgendaItem.objects.filter(origin_kind=ToDo.kind, origin_id=OuterRef("ref_id"))
    due = Minute.objects.filter(what=Minute.What.TO_DO, circle=gathering.circle, report_on__lte=on)
    due = due.exclude(gathering=gathering).exclude(ref_id=None).exclude(Exists(taken)).order_by("report_on")
    minutes = list(due[:AT_MOST])
    todos = {todo.pk: todo for todo in _known_to_dos(minutes)}
    for minute in minutes:
        ref = minute.caught
        if ref is not None:
            yield _waits(ref, minute.words, _how_far(todos.get(ref.id), today), Part.REPORTS)


def _known_to_dos(minutes: list[Minute]) -> Iterable[ToDo]:
    ids = [minute.ref_id for minute in minutes if minute.ref_id]
    return ToDo.objects.filter(pk__in=ids).select_related("member") if ids else ()


def _how_far(todo: ToDo | None, today: date) -> str:
    if todo is None:
        return _("reports back")
    named = {"who": todo.member.called, "day": said(todo.due, today)}
    if todo.done_at:
        return _("%(who)s reports back: done") % named
    if todo.dropped_at:
        return _("%(who)s reports back: let go") % named
    return _("%(who)s reports back: not ticked yet") % named


# --- from the other rooms ------------------------------------------------------------------------------


def _to_dos(gathering: Gathering, on: date, today: date) -> Iterator[Waits]:
    """Due by the day of the meeting; those with a person are between the two, and turns of duties tick themselves."""
    due = ToDo.objects.open().filter(circle=gathering.circle, person=None, due__lte=on)
    due = due.exclude(origin_kind=Turn.kind).select_related("member").order_by("due", "added_at")
    for todo in due[:AT_MOST]:
        named = {"who": todo.member.called, "day": said(todo.due, today)}
        since, by = _("%(who)s, since %(day)s"), _("%(who)s, by %(day)s")
        yield _waits(todo.ref, todo.what, (since if todo.due < today else by) % named, Part.REPORTS)


def _reviews(gathering: Gathering, on: date) -> Iterator[Waits]:
    for question in reviews_due(on, gathering.circle)[:AT_MOST]:
        title = _("Does it still stand? %(what)s") % {"what": question.what}
        day = _day(question.review_on) if question.review_on else ""
        yield _waits(
            question.ref, title, _("decided; to be looked at again since %(day)s") % {"day": day}, Part.OLD
        )


def _questions(gathering: Gathering, today: date) -> Iterator[Waits]:
    for question in open_questions(gathering.circle)[:AT_MOST]:
        notes = [_("open question")]
        if question.decide_by:
            notes.append(_("to be decided by %(day)s") % {"day": _day(question.decide_by)})
        if question.is_gathering(today):
            notes.append(_("gathers answers"))
        elif n := question.held:  # type: ignore[attr-defined]
            notes.append(ngettext("%(n)d position", "%(n)d positions", n) % {"n": n})
        yield _waits(question.ref, question.what, ", ".join(notes), Part.NEW)


def _ideas(gathering: Gathering, today: date) -> Iterator[Waits]:
    """Without an answer yet; those that were drawn together are one matter.

    A person's words aren't copied: they show as long as the idea has them, and go with it.
    """
    groups: dict[UUID, list[Idea]] = {}
    for idea in Idea.objects.open().filter(circle=gathering.circle).with_whose()[:AT_MOST]:
        groups.setdefault(idea.together or idea.pk, []).append(idea)
    for idea, *alike in groups.values():
        notes = [idea.whose, _("since %(day)s") % {"day": said(day_of(idea.at), today)}]
        if alike:
            notes.append(ngettext("and one alike", "and %(n)d alike", len(alike)) % {"n": len(alike)})
        title = (
            _("An idea waits for an answer") if idea.person_id else _("Idea: %(what)s") % {"what": idea.short}
        )
        waits = _waits(idea.ref, title, ", ".join(notes), Part.NEW)
        yield replace(waits, text=idea.words if idea.person_id else "")


def _corrections(gathering: Gathering, on: date, me: Member) -> Iterator[Waits]:
    """It is time to see whether something changed; nothing is agreed on yet. Of self-criticism only one's own."""
    here = Correction.objects.filter(circle=gathering.circle)
    here = here.exclude(~Q(by=me), about=Correction.About.SELF)
    due = Q(agreed_at=None) | Q(look_on__lte=on)
    for correction in here.kept().filter(due, settled_at=None).order_by("look_on", "at", "id")[:AT_MOST]:
        if correction.agreed_at is None:
            title = _("What do we learn from it? %(what)s") % {"what": correction.short}
            yield _waits(correction.ref, title, _("nothing is agreed on yet"), Part.NEW)
        else:
            title = _("Did it change? %(what)s") % {"what": correction.short}
            day = _day(correction.look_on) if correction.look_on else ""
            yield _waits(correction.ref, title, _("to be looked at since %(day)s") % {"day": day}, Part.OLD)


def _duties(gathering: Gathering, on: date, today: date) -> Iterator[Waits]:
    """Duties of which nobody has a turn in the next weeks."""
    missing = Turn.objects.going_on().filter(circle=gathering.circle, member=None, done_at=None)
    missing = missing.filter(on__range=(today, on + AHEAD)).order_by()
    counted = missing.values_list("duty", "duty__name").annotate(n=Count("id"), first=Min("on"))
    for id, name, n, first in counted.order_by("first", "duty__name")[:AT_MOST]:
        title = _("Who does it: %(duty)s") % {"duty": name}
        days = ngettext("nobody yet on %(day)s", "nobody yet on %(n)d days, the first is %(day)s", n) % {
            "n": n,
            "day": _day(first),
        }
        yield _waits(Ref(Duty.kind, id), title, days, Part.NEW)


def _differences(gathering: Gathering, me: Member, today: date) -> Iterator[Waits]:
    """That two of us see somebody differently: never who, nor whom."""
    n = len(open_differences(reader=me, today=today, site=gathering.site))
    if not n:
        return
    title = _("Where two of us see somebody differently: who sits down with whom?")
    if gathering.site_id:
        note = ngettext("one is open here", "%(n)d are open here", n) % {"n": n}
        yield _waits(Ref(Site.kind, gathering.site_id), title, note, Part.NEW)
    else:
        # All of us read this: what is open at which place, they may not.
        yield Waits("standing:", Matter(title, belongs=Part.NEW), _("at places you can open"))


# --- minutes that aren't adopted -----------------------------------------------------------------------


def not_adopted(before: Gathering) -> list[Gathering]:
    """Earlier meetings in the same circle whose minutes nobody adopted yet, the latest first: they are read here."""
    written = Minute.objects.filter(gathering=OuterRef("pk"))
    ended = Meeting.objects.filter(gathering=OuterRef("pk"), ended_at__isnull=False)
    adopted = Adoption.objects.filter(gathering=OuterRef("pk"))
    earlier = Gathering.objects.held().filter(circle=before.circle, starts_at__lt=before.starts_at)
    earlier = earlier.exclude(pk=before.pk).filter(Exists(written) | Exists(ended)).exclude(Exists(adopted))
    return list(earlier.order_by("-starts_at")[:3])
