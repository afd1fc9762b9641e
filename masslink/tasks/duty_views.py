"""Pages of duties: whose turn next, the next turns, a sheet to hang up; one duty, a new one, who can't."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, fetch, go, own_id, page
from masslink.sites.models import Site
from masslink.sites.panels import who_works_here
from masslink.tasks import duty_acts as acts
from masslink.tasks.duties import Duties, Next
from masslink.tasks.duty_forms import DayForm, DoneForm, DutyForm, NewDutyForm
from masslink.tasks.duty_models import CantDo, Duty, Turn
from masslink.tasks.duty_page import Day, DutiesPage
from masslink.tasks.forms import US, with_changed
from masslink.vault.act import Conflict, act

WEEKS = (4, 8)
AWHILE = {"weeks": timedelta(days=28), "months": timedelta(days=91), "open": None}
ON_THE_SHEET = timedelta(days=56)


def by(request: Request) -> dict[str, Any]:
    return {"by": request.member, "at": request.now}


def meanwhile(request: Request) -> None:
    flash(request, _("Somebody else changed this a moment ago. Look again."), kind="error")


def open_duties() -> list[Duty]:
    return list(Duty.objects.going_on().select_related("site").order_by("at", "id"))


@page(MEMBER, methods=("GET",))
def duties(request: Request) -> HttpResponse:
    """Whose turn next for each, what waits to be ticked, and what was done by whom."""
    shown = DutiesPage(open_duties(), request.member, request.today)
    context = {
        "rows": shown.rows(),
        "headline": shown.headline(),
        "few": shown.few(),
        "not_ticked": shown.not_ticked(),
        "here": request.path,
    }
    return render(request, "tasks/duties.html", context)


# --- the next turns ------------------------------------------------------------------------------------


@page(MEMBER)
def plan(request: Request) -> HttpResponse:
    """Who should come next in the coming weeks; one tap agrees on it."""
    asked = request.POST.get("weeks") or request.GET.get("weeks") or ""
    weeks = int(asked) if asked in map(str, WEEKS) else WEEKS[0]
    known = Duties(open_duties(), request.today)
    proposals = known.next_turns(request.today + timedelta(weeks=weeks))
    seen = _digest(proposals)
    is_changed = False
    if request.method == "POST":
        if not proposals:
            noted_once(request)
            return go("duties")
        if request.POST.get("seen") == seen:
            return _agree(request, proposals)
        is_changed = True
    context = {
        "days": [Day(one.duty, one.on, proposed=one.who) for one in proposals],
        "duties": known.duties,
        "weeks": weeks,
        "choices": WEEKS,
        "seen": seen,
        "is_changed": is_changed,
    }
    return render(request, "tasks/duties_plan.html", context)


def _agree(request: Request, proposals: list[Next]) -> HttpResponse:
    try:
        with act("turns_agreed", at=request.now) as running:
            acts.agree(**by(request), turns=proposals)
    except (Conflict, IntegrityError):
        meanwhile(request)
        return go("duties-plan")
    flash(request, _("Agreed. Each turn is a to-do of theirs."), undo=reverse("undo", args=[running.id]))
    return go("duties")


def _digest(proposals: list[Next]) -> str:
    """What was proposed, so that nothing else is agreed on than what was seen."""
    told = [f"{one.duty.pk}{one.on}{','.join(str(who.pk) for who in one.who)}" for one in proposals]
    return sha256(" ".join(told).encode()).hexdigest()[:24]


@page(MEMBER, methods=("GET",))
def sheet(request: Request) -> HttpResponse:
    """The next eight weeks, to hang up."""
    shown = DutiesPage(open_duties(), request.member, request.today)
    end = request.today + ON_THE_SHEET
    days = [day for duty in shown.known.duties for day in shown.ahead(duty, []) if day.on <= end]
    days.sort(key=lambda day: day.on)
    return render(request, "tasks/duties_sheet.html", {"days": days})


# --- one duty ------------------------------------------------------------------------------------------


def found(duty_id: UUID) -> Duty:
    return fetch(Duty.objects.select_related("site", "by"), pk=duty_id)


def _ended(request: Request, one: Duty) -> HttpResponse | None:
    """Nothing is noted of a duty that isn't done any more; an old form says so, with what was typed."""
    if one.retired_on is None:
        return None
    text = _("It isn’t done any more, since %(day)s.") % {"day": date_format(one.retired_on, "j F")}
    return not_saved(request, text, address("duty", one.pk), ("name", "about"))


@page(MEMBER, methods=("GET",))
def duty(request: Request, duty_id: UUID) -> HttpResponse:
    return show(request, found(duty_id))


def show(request: Request, one: Duty, **more: Any) -> HttpResponse:
    shown = DutiesPage([one], request.member, request.today)
    proposals = [] if one.retired_on else shown.known.next_turns(request.today + ON_THE_SHEET)
    members = shown.known.sharers(one)
    cants = CantDo.objects.filter(duty=one, since__lte=request.today).not_over(request.today)
    context = {
        "duty": one,
        "ahead": shown.ahead(one, proposals),
        "was": shown.was(one),
        "few": shown.few(),
        "day_form": DayForm(today=request.today),
        "done_form": DoneForm(today=request.today, members=members, initial={"on": request.today}),
        "cants": list(cants.select_related("member")),
        "i_cant": cants.filter(member=request.member).exists(),
        "readers": _readers(one),
        **more,
    }
    return render(request, "tasks/duty.html", context)


def _readers(one: Duty) -> str:
    return who_works_here(one.site).readers if one.site else _("All members of our collective.")


@page(MEMBER, carries=True)
def new(request: Request) -> HttpResponse:
    sites = list(Site.objects.all())
    initial = {"once": uuid4(), "whose": US, "every": Duty.Every.WEEK, "people": 1, "first": request.today}
    form = NewDutyForm(request.POST or None, today=request.today, sites=sites, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _save_new(request, form)
    return render(request, "tasks/duty_new.html", {"form": form})


def _save_new(request: Request, form: NewDutyForm) -> HttpResponse:
    once = own_id(request)
    same = Duty.objects.going_on().filter(name=form.cleaned_data["name"], site=form.site)
    if twice := Duty.objects.filter(pk=once).first() or same.first():
        noted_once(request)
        return go("duty", twice.pk)
    made = acts.begin_duty(
        **by(request), **form.said, site=form.site, is_unloved=form.cleaned_data["is_unloved"], id=once
    )
    flash(request, _("Written down: %(what)s.") % {"what": made.name})
    return go("duty", made.pk)


@page(MEMBER, carries=True)
def edit(request: Request, duty_id: UUID) -> HttpResponse:
    one = found(duty_id)
    if ended := _ended(request, one):
        return ended
    as_it_is = {name: getattr(one, name) for name in ("name", "about", "every", "first", "people", "version")}
    form = DutyForm(request.POST or None, today=request.today, before=one.first, initial=as_it_is)
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == one.version:
            said = form.said
            return do(
                request,
                "duty_edited",
                one,
                _("Changed."),
                lambda: acts.edit_duty(**by(request), duty=one, **said),
            )
        theirs, form.data = one, with_changed(request.POST, version=one.version)
    return render(request, "tasks/duty_edit.html", {"form": form, "duty": one, "theirs": theirs})


def do(request: Request, kind: str, one: Duty, text: str, change: Any) -> HttpResponse:
    """One change about a duty, with its undo in the flash; then its page."""
    try:
        with act(kind, at=request.now) as running:
            change()
    except (Conflict, IntegrityError):
        meanwhile(request)
    else:
        flash(request, text, undo=reverse("undo", args=[running.id]))
    return go("duty", one.pk)


@page(MEMBER, methods=("POST",))
def unloved(request: Request, duty_id: UUID) -> HttpResponse:
    one, wanted = found(duty_id), request.POST.get("is") == "unloved"
    if ended := _ended(request, one):
        return ended
    if wanted == (one.unloved_on is not None):
        noted_once(request)
        return go("duty", one.pk)
    text = _("Noted: nobody likes it. It is looked at who carries it.") if wanted else _("Noted.")
    kind = "duty_unloved" if wanted else "duty_liked"
    return do(request, kind, one, text, lambda: acts.say_unloved(**by(request), duty=one, is_unloved=wanted))


@page(MEMBER, methods=("POST",))
def retire(request: Request, duty_id: UUID) -> HttpResponse:
    one = found(duty_id)
    if one.retired_on:
        noted_once(request)
        return go("duties")
    text = _("It isn’t done any more. What was done stays to be seen.")
    return do(request, "duty_retired", one, text, lambda: acts.retire_duty(**by(request), duty=one))


@page(MEMBER, methods=("POST",))
def cant(request: Request, duty_id: UUID) -> HttpResponse:
    """I can't do this for a while, or can again. No reason is asked."""
    one, asked = found(duty_id), request.POST.get("for", "")
    if ended := _ended(request, one):
        return ended
    mine: dict[str, Any] = {**by(request), "duty": one, "member": request.member}
    if asked not in AWHILE:
        return do(
            request, "duty_can_again", one, _("Good. You are asked again."), lambda: acts.end_cant(**mine)
        )
    awhile = AWHILE[asked]
    until = request.today + awhile if awhile else None
    if CantDo.objects.filter(duty=one, member=request.member, since=request.today, until=until).exists():
        noted_once(request)
        return go("duty", one.pk)
    text = _("Noted; you aren’t planned for it. Your turns in that time were passed on.")
    return do(request, "duty_cant", one, text, lambda: acts.cant_do(**mine, until=until))


@page(MEMBER, methods=("POST",))
def add_day(request: Request, duty_id: UUID) -> HttpResponse:
    """One more day, with whoever is next."""
    one = found(duty_id)
    if ended := _ended(request, one):
        return ended
    form = DayForm(request.POST, today=request.today)
    if not form.is_valid():
        return show(request, one, day_form=form)
    on: date = form.cleaned_data["on"]
    if Turn.objects.kept().filter(duty=one, on=on).exists():
        noted_once(request)
        return go("duty", one.pk)
    who = Duties([one], request.today).next_for(one, on)
    if not who:
        form.add_error("on", _("Nobody can that day."))
        return show(request, one, day_form=form)
    return do(
        request,
        "turns_agreed",
        one,
        _("Noted."),
        lambda: acts.agree(**by(request), turns=[Next(one, on, who)]),
    )


@page(MEMBER, methods=("POST",))
def done(request: Request, duty_id: UUID) -> HttpResponse:
    """It was done, planned or not."""
    one = found(duty_id)
    if ended := _ended(request, one):
        return ended
    form = DoneForm(request.POST, today=request.today, members=one.members())
    if not form.is_valid():
        return show(request, one, done_form=form)
    on, who = form.cleaned_data["on"], list(form.cleaned_data["who"])
    did = set(
        Turn.objects.kept().filter(duty=one, on=on, done_at__isnull=False).values_list("member", flat=True)
    )
    if did >= {member.pk for member in who}:
        noted_once(request)
        return go("duty", one.pk)
    text = _("Noted. It counts for whoever did it.")
    return do(
        request, "turn_done", one, text, lambda: acts.note_done(**by(request), duty=one, on=on, members=who)
    )
