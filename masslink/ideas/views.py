"""Pages about one idea: a new one, the idea whole, said better, answered, carried back, drawn together."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, as_id, back_to, fetch, go, own_id, page
from masslink.decisions.readers import readers, said_readers
from masslink.decisions.views import by, once
from masslink.ideas import acts, panels
from masslink.ideas.forms import AnswerIdeaForm, CarryForm, EditIdeaForm, IdeaForm
from masslink.ideas.models import Idea, IdeaAnswer
from masslink.people.cautions.panels import careful_with
from masslink.people.models import Deed
from masslink.people.picking import ANYWHERE, Picking
from masslink.sites.models import Site
from masslink.tasks.forms import with_changed
from masslink.vault.act import ActInProgress, Conflict, act
from masslink.vault.record import Ref

OFF_THE_LIST = gettext_lazy("It was written down by mistake, and is off the list.")


def same_moment(form: Any) -> None:
    form.add_error(None, _("Not saved: somebody changed this at the same moment. Save again to see both."))


def to(request: Request, name: str, id: UUID, running: ActInProgress, text: str) -> HttpResponse:
    """Back to the page of it, with what was done and its undo."""
    flash(request, text, undo=reverse("undo", args=[running.id]))
    return go(name, id)


def say_better(
    request: Request, here: Any, form: Any, write: Callable[[], None], page: Callable[..., HttpResponse]
) -> HttpResponse:
    """An idea or a correction, edited: saved where nobody changed it since it was shown; else both are shown."""
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == here.version:
            try:
                with act(f"{here.kind}_edited", at=request.now) as running:
                    write()
                return to(request, here.kind, here.pk, running, _("Changed."))
            except (Conflict, IntegrityError):
                same_moment(form)
                here.refresh_from_db()
        else:
            theirs, form.data = here, with_changed(request.POST, version=here.version)
    return page(theirs=theirs)


def show(request: Request, template: str, idea: Idea, form: Any, **more: Any) -> HttpResponse:
    context = {"form": form, "idea": idea, "readers": said_readers(idea.circle), **more}
    return render(request, f"ideas/{template}.html", context)


def found(idea_id: UUID) -> Idea:
    return fetch(Idea.objects.with_whose(), pk=idea_id)


def _off_the_list(request: Request, here: Idea) -> HttpResponse | None:
    """Nothing becomes of what was written down by mistake; an old form says so, with what was typed."""
    if here.dropped_at is None:
        return None
    return not_saved(request, str(OFF_THE_LIST), address("idea", here.pk), ("words", "said"))


@page(MEMBER, methods=("GET",))
def idea(request: Request, idea_id: UUID) -> HttpResponse:
    """One idea: from whom, what became of it, who told them, what is alike."""
    here = found(idea_id)
    row = panels.IdeaRow(here, request.today)
    return show(request, "idea", here, None, whole=panels.whole(here), row=row)


# --- a new one -----------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def new(request: Request) -> HttpResponse:
    """An idea of a person, of one of us, of one's own; `person`, `place` and `talk` say beforehand whose and where."""
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking(data, by=request.member, today=request.today, picks=ANYWHERE)
    sites = list(Site.objects.all())
    initial = {"once": uuid4(), "where": request.GET.get("place") or "us", "words": _said_there(request)}
    bound = request.POST if request.method == "POST" else None
    form = IdeaForm(bound, me=request.member, sites=sites, initial=initial)
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif request.method == "POST" and _may_be_saved(form, picking):
        return _save(request, form, picking)
    return _form(request, form, picking)


def _form(request: Request, form: IdeaForm, picking: Picking) -> HttpResponse:
    context = {
        "form": form,
        "picking": picking,
        "careful": careful_with(picking.picked),
        "back": back_to(request, reverse("ideas")),
        "talk": request.POST.get("talk") or request.GET.get("talk", ""),
    }
    return render(request, "ideas/new.html", context)


def _may_be_saved(form: IdeaForm, picking: Picking) -> bool:
    filled, picked = form.is_valid(), picking.is_valid(required=False)
    if len(picking.names) > 1:
        text = _("One at a time: each says it in their own words. What is alike can be drawn together.")
        picking.errors.append(text)
    elif picking.names and form.cleaned_data.get("member"):
        form.add_error("member", _("Theirs, or one of us? Leave one of the two empty."))
    return filled and picked and not picking.errors and form.is_valid()


def _save(request: Request, form: IdeaForm, picking: Picking) -> HttpResponse:
    if same := _noted_already(request, form, picking):
        noted_once(request)
        return go("idea", same.pk)
    made: list[Idea] = []
    for_all = not picking.names and form.site is None

    def write(id: UUID) -> None:
        persons = picking.persons(at=request.now)
        made.append(
            acts.raise_idea(
                **by(request),
                id=id,
                words=form.cleaned_data["words"],
                person=persons[0] if persons else None,
                member=None if persons else form.whose,
                site=None if persons else form.site,
                telling=form.cleaned_data["telling"],
                origin=_talk(request),
            )
        )

    try:
        running = once(request, "idea_raised_for_all" if for_all else "idea_raised", write)
    except Conflict:
        same_moment(form)
        return _form(request, form, picking)
    # What others may point to isn't deleted: taking it back means to take it off the list.
    undo = reverse("idea-drop", args=[made[-1].pk]) if for_all else reverse("undo", args=[running.id])
    flash(request, _("Written down. It waits for an answer."), undo=undo)
    return go("idea", made[-1].pk)


def _noted_already(request: Request, form: IdeaForm, picking: Picking) -> Idea | None:
    """The same words of the same person or member, still without an answer: pressed twice, or sent anew after Back."""
    mine = Idea.objects.open().filter(noted_by=request.member, words=form.cleaned_data["words"])
    if picking.new:
        return mine.filter(pk=own_id(request)).first()
    if picking.names:
        return mine.filter(person__in=picking.picked).first()
    return mine.filter(member=form.whose, site=form.site).first()


def _said_there(request: Request) -> str:
    """What was noted of the talk it came up in: their words are in it, perhaps."""
    id = as_id(request.GET.get("talk"))
    talk = Deed.objects.filter(pk=id).first() if id else None
    return talk.words if talk else ""


def _talk(request: Request) -> Ref | None:
    """The talk it came up in, where the form was opened from one."""
    id = as_id(request.POST.get("talk"))
    return Ref(Deed.kind, id) if id and Deed.objects.filter(pk=id).exists() else None


@page(MEMBER, carries=True)
def edit(request: Request, idea_id: UUID) -> HttpResponse:
    here = found(idea_id)
    if off := _off_the_list(request, here):
        return off
    form = EditIdeaForm(request.POST or None, initial=EditIdeaForm.as_it_is(here))

    def write() -> None:
        words, telling = form.cleaned_data["words"], form.cleaned_data["telling"] or here.telling
        acts.edit_idea(**by(request), idea=here, words=words, telling=telling)

    return say_better(request, here, form, write, partial(show, request, "edit", here, form))


@page(MEMBER)
def drop(request: Request, idea_id: UUID) -> HttpResponse:
    """Written down by mistake: off the list."""
    here = found(idea_id)
    if request.method == "GET" and not here.dropped_at:
        return show(request, "drop", here, None)
    if not here.dropped_at:
        take_off(request, "idea_dropped", lambda: acts.drop_idea(**by(request), idea=here))
    return go("ideas")


def take_off(request: Request, kind: str, write: Callable[[], None]) -> None:
    """Off the list, and said so; or why not."""
    try:
        with act(kind, at=request.now) as running:
            write()
    except (Conflict, IntegrityError):
        flash(
            request, _("Still on the list: somebody changed it at the same moment. Look again."), kind="error"
        )
    else:
        flash(request, _("It is off the list."), undo=reverse("undo", args=[running.id]))


# --- what becomes of it --------------------------------------------------------------------------


@page(MEMBER, carries=True)
def answer(request: Request, idea_id: UUID) -> HttpResponse:
    """Taken up, tried, or not now; taken up it becomes a to-do or a question at once."""
    here = found(idea_id)
    if off := _off_the_list(request, here):
        return off
    together = list(Idea.objects.together_with(here).with_whose())
    # What is said here is read where the others lie, too: that isn't done unasked.
    also = bool(together) and not _elsewhere(here, together)
    initial = {"once": uuid4(), "seen": here.version, "also": also}
    form = AnswerIdeaForm(
        request.POST or None,
        today=request.today,
        members=readers(here.circle),
        me=request.member,
        initial=initial,
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        if same := _answered_already(request, form, here):
            noted_once(request)
            return go("idea", same.idea_id)
        if form.cleaned_data["seen"] == here.version:
            return _save_answer(request, form, here, together)
        theirs, form.data = here.answer, with_changed(request.POST, seen=here.version, once=uuid4())
    return _show_answer(request, form, here, together, theirs=theirs)


def _elsewhere(here: Idea, together: list[Idea]) -> bool:
    """Some that were drawn together with it lie in another circle."""
    return any(other.circle != here.circle for other in together)


def _show_answer(
    request: Request, form: AnswerIdeaForm, here: Idea, together: list[Idea], **more: Any
) -> HttpResponse:
    more |= {"together": together, "elsewhere": _elsewhere(here, together), "is_place": bool(here.site_id)}
    return show(request, "answer", here, form, **more)


def _answered_already(request: Request, form: AnswerIdeaForm, here: Idea) -> IdeaAnswer | None:
    """The same, pressed twice. What becomes another thing is another answer, be it in the same words."""
    last = here.answer
    filled = (form.cleaned_data["answer"], form.cleaned_data["words"], request.member.pk)
    if last is None or (last.what, last.words, last.by_id) != filled:
        return None
    became = last.became.get() if last.became else None
    return last if getattr(became, "what", "") == getattr(form.becomes, "what", "") else None


def _save_answer(request: Request, form: AnswerIdeaForm, here: Idea, together: list[Idea]) -> HttpResponse:
    becomes = form.becomes
    for_all = acts.is_for_all(becomes, here)

    def write(id: UUID) -> None:
        acts.answer_idea(
            **by(request),
            idea=here,
            what=form.cleaned_data["answer"],
            words=form.cleaned_data["words"],
            becomes=becomes,
            also=together if form.cleaned_data["also"] else (),
            id=id,
        )

    try:
        running = once(request, "idea_to_all" if for_all else "idea_answered", write)
    except Conflict:
        same_moment(form)
        here.refresh_from_db()
        return _show_answer(request, form, here, together)
    said = (
        _("Noted.")
        if here.is_carried_back
        else _("Noted. Now carry it back: whoever raised it wants to know.")
    )
    flash(request, said, undo="" if for_all else reverse("undo", args=[running.id]))
    return go("idea", here.pk)


@page(MEMBER, carries=True)
def carry(request: Request, idea_id: UUID) -> HttpResponse:
    """Somebody told whoever raised it what became of it."""
    here = found(idea_id)
    if off := _off_the_list(request, here):
        return off
    if here.is_open or not (here.person is None or here.person.reachable):
        text = (
            _("There is no answer yet to carry back.")
            if here.is_open
            else _("They asked not to be contacted.")
        )
        return not_saved(request, text, address("idea", here.pk), ("said",))
    bound = request.POST if request.method == "POST" else None
    initial = {"once": uuid4(), "seen": here.version}
    form = CarryForm(bound, today=request.today, now=request.now, initial=initial)
    theirs = None
    if request.method == "POST" and form.is_valid():
        if here.is_carried_back and here.told.filter(pk=form.cleaned_data["once"]).exists():
            noted_once(request)
            return go("idea", here.pk)
        if form.cleaned_data["seen"] == here.version:
            return _save_carried(request, form, here)
        theirs, form.data = True, with_changed(request.POST, seen=here.version, once=uuid4())
    careful = careful_with([here.person]) if here.person else None
    return show(request, "carry", here, form, theirs=theirs, careful=careful, last=here.answer)


def _save_carried(request: Request, form: CarryForm, here: Idea) -> HttpResponse:
    def write(id: UUID) -> None:
        acts.carry_back(**by(request), idea=here, said=form.cleaned_data["said"], on_at=form.at, id=id)

    try:
        running = once(request, "carried_back", write)
    except Conflict:
        same_moment(form)
        here.refresh_from_db()
        return show(request, "carry", here, form, last=here.answer)
    said = _("Carried back. It counts as a talk with %(name)s.") if here.person else _("Carried back.")
    return to(request, "idea", here.pk, running, said % {"name": here.whose_really.rstrip(".")})


# --- alike ---------------------------------------------------------------------------------------


@page(MEMBER)
def alike(request: Request, idea_id: UUID) -> HttpResponse:
    """Which others say the same: the most alike first, chosen by hand."""
    here = found(idea_id)
    if off := _off_the_list(request, here):
        return off
    known = {here.pk, *Idea.objects.together_with(here).values_list("pk", flat=True)}
    others = [one for one, _how in panels.compared(here, known)[:40]]
    if request.method == "POST":
        wanted = [one for one in others if str(one.pk) in request.POST.getlist("idea")]
        if wanted:
            return _draw_together(request, here, wanted)
        flash(request, _("Tap those that say the same. Nothing was changed."), kind="error")
    rows = [panels.IdeaRow(one, request.today) for one in others]
    return show(request, "alike", here, None, rows=rows)


def _draw_together(request: Request, here: Idea, wanted: list[Idea]) -> HttpResponse:
    try:
        with act("ideas_drawn_together", at=request.now) as running:
            acts.draw_together(**by(request), ideas=[here, *wanted])
    except (Conflict, IntegrityError):
        flash(request, _("Somebody changed this at the same moment. Look again."), kind="error")
        return go("idea", here.pk)
    return to(request, "idea", here.pk, running, _("Drawn together. Whoever raised each stays with it."))


@page(MEMBER, methods=("POST",))
def apart(request: Request, idea_id: UUID) -> HttpResponse:
    """It is another thing after all."""
    here = found(idea_id)
    if off := _off_the_list(request, here):
        return off
    back = back_to(request, address("idea", here.pk))
    try:
        with act("idea_taken_apart", at=request.now) as running:
            acts.take_apart(**by(request), idea=here)
    except (Conflict, IntegrityError):
        flash(request, _("It stands by itself already."))
        return go(back)
    flash(request, _("Taken apart."), undo=reverse("undo", args=[running.id]))
    return go(back)
