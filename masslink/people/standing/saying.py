"""Going through the people of a place and saying where each of them stands: one tap a person, nothing chosen before."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request, flash
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, fetch, go, number, page
from masslink.people import fading
from masslink.people.fades import NOTICE
from masslink.people.models import Deed, Link, Person
from masslink.people.standing import acts
from masslink.people.standing.models import Assessment, Difference, StandQuestion
from masslink.people.standing.telling import why_not
from masslink.people.standing.views import steps
from masslink.vault.act import Conflict

AT_ONCE = 10
FIRST, AGAIN, ALL = "", "again", "all"


@dataclass(frozen=True)
class Row:
    """One person, what the reader said of them, and only then what others said."""

    person: Person
    question: StandQuestion
    own: Assessment | None
    others: list[Assessment]
    difference: Difference | None = None
    undo: str = ""
    trouble: str = ""

    @property
    def label(self) -> str:
        return self.question.label(self.own.value) if self.own else ""

    @property
    def others_said(self) -> list[tuple[str, str, int]]:
        return [(one.member.called, self.question.label(one.value), one.value) for one in self.others]

    @property
    def where(self) -> str:
        return ", ".join(str(part) for part in (self.person.unit, self.person.shift) if part)


@dataclass(frozen=True)
class Wanted:
    """Which people: those of whom the reader hasn't said anything, whose view fades soon, or all; a unit, a shift."""

    which: str = FIRST
    unit: str = ""
    shift: str = ""
    skip: int = 0

    @classmethod
    def read(cls, query: QueryDict) -> "Wanted":
        which = query.get("which", "")
        return cls(
            which if which in (AGAIN, ALL) else FIRST,
            _id(query.get("unit")),
            _id(query.get("shift")),
            number(query.get("skip"), 0),
        )

    def address(self, question: StandQuestion, **changes: Any) -> str:
        query = {**self.__dict__, **changes}
        kept = urlencode({name: value for name, value in query.items() if value})
        base = reverse("standing-say", args=[question.site_id, question.pk])
        return f"{base}?{kept}" if kept else base


def _id(text: str | None) -> str:
    try:
        return str(UUID(text or ""))
    except ValueError:
        return ""


# --- the page ------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def say(request: Request, site_id: UUID, stand_question_id: UUID) -> HttpResponse:
    """Ten at a time. With scripts each tap is saved at once; without, the button saves the page."""
    question = fetch(StandQuestion.objects.select_related("site"), pk=stand_question_id, site=site_id)
    wanted = Wanted.read(request.GET)
    if only := _id(request.POST.get("only")):
        return _one(request, question, UUID(only))
    if not question.is_open(request.today):
        if request.method == "POST":
            flash(request, why_not(acts.CantSay(acts.CLOSED)), kind="error")
        return go("stand-question", site_id, question.pk)
    if request.method == "POST":
        return _page_of_them(request, question, wanted)
    people = _people(question, request.member, wanted, request)
    found = list(people[wanted.skip : wanted.skip + AT_ONCE + 1])
    return render(request, "people/standing_say.html", _context(request, question, wanted, found))


def _context(
    request: Request, question: StandQuestion, wanted: Wanted, found: list[Person]
) -> dict[str, Any]:
    here = question.persons(request.today)
    mine = Assessment.objects.filter(question=question, member=request.member, person__in=here)
    site = question.site
    return {
        "question": question,
        "site": site,
        "steps": steps(question),
        "rows": _rows(question, request.member, found[:AT_ONCE]),
        "wanted": wanted,
        "said": mine.count(),
        "total": here.count(),
        "which": [
            (name, wanted.address(question, which=which, skip=0), which == wanted.which)
            for which, name in ((FIRST, _("not said yet")), (AGAIN, _("fading soon")), (ALL, _("all")))
        ],
        "parts": [part for part in _parts(question, wanted) if part[1]],
        "looking_again": wanted.which == AGAIN,
        "next_url": wanted.address(question, skip=wanted.skip + AT_ONCE) if len(found) > AT_ONCE else "",
        "first_url": wanted.address(question, skip=0) if wanted.skip else "",
        "here": request.get_full_path(),
    }


def _parts(question: StandQuestion, wanted: Wanted) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    site = question.site
    return [
        (_("Unit"), _choices(question, wanted, "unit", list(site.units.all()))),
        (_("Shift"), _choices(question, wanted, "shift", list(site.shifts.all()))),
    ]


def _choices(
    question: StandQuestion, wanted: Wanted, name: str, parts: list[Any]
) -> list[tuple[str, str, bool]]:
    chosen = getattr(wanted, name)
    if len(parts) < 2 and not chosen:
        return []
    known = [(str(part.pk), str(part)) for part in parts]
    return [
        (text, wanted.address(question, **{name: id, "skip": 0}), id == chosen)
        for id, text in [("", _("all")), *known]
    ]


def _people(question: StandQuestion, me: Member, wanted: Wanted, request: Request) -> Any:
    """Those the reader keeps in touch with first, then those they ever noted anything with, then by name."""
    found = question.persons(request.today).select_related("unit", "shift")
    parts = {"unit": wanted.unit, "shift": wanted.shift}
    found = found.filter(**{name: id for name, id in parts.items() if id})
    own = Assessment.objects.filter(question=question, member=me, person=OuterRef("pk"))
    if wanted.which == FIRST:
        found = found.filter(~Exists(own))
    elif wanted.which == AGAIN:
        limit = fading.rules()[Assessment.fades.setting].limit(request.today + NOTICE)
        end = timezone.make_aware(datetime.combine(limit + timedelta(days=1), time()))
        found = found.filter(Exists(own.filter(at__lt=end)))
    mine = Link.objects.filter(person=OuterRef("pk"), member=me, until=None)
    met = Deed.objects.filter(person=OuterRef("pk"), by=me)
    return found.order_by(Exists(mine).desc(), Exists(met).desc(), "name", "id")


def _rows(question: StandQuestion, me: Member, people: list[Person]) -> list[Row]:
    """With two queries, for one person or for ten."""
    views: dict[UUID, list[Assessment]] = {person.pk: [] for person in people}
    said = Assessment.objects.filter(question=question, person__in=people).select_related("member")
    for view in said:
        views[view.person_id].append(view)
    differing = Difference.objects.open().with_member(me.pk).filter(question=question, person__in=people)
    by_person = {one.person_id: one for one in differing}
    return [_row(person, question, me, views[person.pk], by_person.get(person.pk)) for person in people]


def _row(
    person: Person,
    question: StandQuestion,
    me: Member,
    views: list[Assessment],
    difference: Difference | None,
    **more: Any,
) -> Row:
    own = next((view for view in views if view.member_id == me.pk), None)
    others = [view for view in views if view.member_id != me.pk and view.value] if own and own.value else []
    return Row(person, question, own, others, difference if others else None, **more)


# --- what was tapped -----------------------------------------------------------------------------


def _tapped(data: QueryDict, id: UUID, *, again: bool = False) -> acts.View | None:
    """What the form says of one person; None where nothing is chosen."""
    value = data.get(f"value-{id}", "")
    if not value:
        return None
    seen = number(data.get(f"seen-{id}"), 0)
    return acts.View(id, int(value) if value.isdecimal() and len(value) < 3 else -1, seen, again=again)


def _one(request: Request, question: StandQuestion, id: UUID) -> HttpResponse:
    """One tap, answered with what is then said under the person's name."""
    act_id, trouble = None, ""
    view = _tapped(request.POST, id, again="again" in request.POST)
    try:
        if not question.is_open(request.today):
            raise acts.CantSay(acts.CLOSED)
        if "take_back" in request.POST:
            act_id = acts.take_back(by=request.member, at=request.now, question=question, person=id)
        elif view:
            act_id = acts.say(by=request.member, at=request.now, question=question, view=view)
    except (acts.CantSay, Conflict) as why:
        trouble = why_not(why)
    person = Person.objects.select_related("unit", "shift").filter(pk=id, site=question.site_id).first()
    if person is None:
        return HttpResponse(trouble or why_not(acts.CantSay(acts.NOT_THERE)))
    row = _rows(question, request.member, [person])[0]
    row = replace(row, undo=reverse("undo", args=[act_id]) if act_id else "", trouble=trouble)
    return _answer(request, question, row, whole=bool(trouble) or "take_back" in request.POST)


def _answer(request: Request, question: StandQuestion, row: Row, *, whole: bool) -> HttpResponse:
    """What stands under the name; the whole row where the chips show something else than what is stored."""
    part = "row" if whole else "state"
    context = {
        "question": question,
        "steps": steps(question),
        "row": row,
        "here": request.get_full_path(),
        "looking_again": Wanted.read(request.GET).which == AGAIN,
    }
    response = render(request, f"people/standing_{part}.html", context)
    if whole:
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = f"#p-{row.person.pk}", "outerHTML"
    return response


def _page_of_them(request: Request, question: StandQuestion, wanted: Wanted) -> HttpResponse:
    """All that is chosen on the page; whom nothing is chosen for is passed over."""
    back, again = _id(request.POST.get("take_back")), _id(request.POST.get("again"))
    ids = [UUID(id) for id in request.POST.getlist("shown")[:100] if _id(id)]
    views = [_tapped(request.POST, id, again=str(id) == again) for id in ids if str(id) != back]
    act_id, said, refused = acts.say_several(
        by=request.member, at=request.now, question=question, views=[view for view in views if view]
    )
    if back:
        done = acts.take_back(by=request.member, at=request.now, question=question, person=UUID(back))
        flash(request, _("Taken back."), undo=reverse("undo", args=[done]) if done else "")
    elif said or refused:
        _say_what_was_saved(request, act_id, len(said), refused)
    # Whoever is said is off the list by now, mostly; the others of this page are passed over.
    left = (
        0 if back or again else _people(question, request.member, wanted, request).filter(pk__in=ids).count()
    )
    return go(wanted.address(question, skip=wanted.skip + left))


def _say_what_was_saved(request: Request, act_id: UUID, said: int, refused: dict[UUID, Exception]) -> None:
    saved = ngettext("Saved: %(n)d person.", "Saved: %(n)d people.", said) % {"n": said} if said else ""
    reasons = " ".join(dict.fromkeys(why_not(why) for why in refused.values()))
    if refused:
        flash(request, f"{reasons} {saved}".strip(), kind="error")
    else:
        flash(request, saved, undo=reverse("undo", args=[act_id]))
