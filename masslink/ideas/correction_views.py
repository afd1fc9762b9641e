"""Pages about one correction: a new one, all of it, said better, agreed on, looked at again, carried back."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, back_to, fetch, go, own_id, page
from masslink.decisions.readers import readers, said_readers
from masslink.decisions.views import by, once
from masslink.ideas import correction_acts as acts
from masslink.ideas import panels
from masslink.ideas.correction_forms import AgreeForm, CorrectionForm, EditCorrectionForm, LookForm
from masslink.ideas.correction_models import Correction, Pointed
from masslink.ideas.forms import CarryForm
from masslink.ideas.models import Telling
from masslink.ideas.views import OFF_THE_LIST, same_moment, say_better, take_off, to
from masslink.people.cautions.panels import careful_with
from masslink.people.picking import ANYWHERE, HERE, Picking
from masslink.sites.models import Site
from masslink.tasks.forms import with_changed
from masslink.vault.act import Conflict, act

SAID = ("fact", "effect", "proposal", "learned", "changes", "what", "words", "said")


def show(request: Request, template: str, correction: Correction, form: Any, **more: Any) -> HttpResponse:
    context = {"form": form, "correction": correction, "readers": said_readers(correction.circle), **more}
    return render(request, f"ideas/{template}.html", context)


def _found(correction_id: UUID) -> Correction:
    return fetch(Correction.objects.select_related("site", "by"), pk=correction_id)


def _refused(request: Request, correction: Correction) -> HttpResponse | None:
    """Off the list, or somebody's own: self-criticism is said and changed by oneself alone."""
    if correction.dropped_at:
        text = str(OFF_THE_LIST)
    elif not correction.may_be_changed_by(request.member):
        text = _("It is somebody’s own: they alone write here.")
    else:
        return None
    return not_saved(request, text, address("correction", correction.pk), SAID)


@page(MEMBER, methods=("GET",))
def correction(request: Request, correction_id: UUID) -> HttpResponse:
    """All of it, from what happened to whether it changed."""
    here = _found(correction_id)
    pointed = list(here.pointed.select_related("person").order_by("at"))
    to_tell = {one.pk for one in Pointed.objects.to_be_told().filter(correction=here)}
    context = {
        "state": panels.correction_state(here, request.today),
        "due": here.is_due(request.today),
        "may_change": here.may_be_changed_by(request.member),
        "looks": list(here.looks.select_related("by").order_by("-at")),
        "pointed": [(one, one.pk in to_tell) for one in pointed],
        "seen_to": here.seen_to,
    }
    return show(request, "correction", here, None, **context)


# --- a new one -----------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def new(request: Request) -> HttpResponse:
    """A mistake of ours, criticism, or one's own; `person` says beforehand who pointed it out."""
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking(data, by=request.member, today=request.today, picks=ANYWHERE)
    bound = request.POST if request.method == "POST" else None
    initial = {"once": uuid4(), "where": request.GET.get("place") or "us", "about": Correction.About.MISTAKE}
    form = CorrectionForm(bound, sites=list(Site.objects.all()), initial=initial)
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif request.method == "POST" and _may_be_saved(form, picking):
        return _save(request, form, picking)
    return _form(request, form, picking)


def _form(request: Request, form: CorrectionForm, picking: Picking) -> HttpResponse:
    back = back_to(request, reverse("corrections"))
    context = {"form": form, "picking": picking, "careful": careful_with(picking.picked), "back": back}
    return render(request, "ideas/correction_new.html", context)


def _may_be_saved(form: CorrectionForm, picking: Picking) -> bool:
    filled, picked = form.is_valid(), picking.is_valid(required=False)
    if len(picking.names) > 1:
        picking.errors.append(_("One of them now; the others can be added on its page."))
    elif picking.names and form.cleaned_data.get("about") == Correction.About.SELF:
        picking.errors.append(_("Self-criticism is your own: nobody points it out in your stead."))
    return filled and picked and not picking.errors


def _save(request: Request, form: CorrectionForm, picking: Picking) -> HttpResponse:
    said = {name: form.cleaned_data[name] for name in ("fact", "effect", "proposal", "about")}
    if same := _noted_already(request, form, picking, said):
        noted_once(request)
        return go("correction", same.pk)
    made: list[Correction] = []
    for_all = not picking.names and form.site is None

    def write(id: UUID) -> None:
        persons = picking.persons(at=request.now)
        made.append(
            acts.note_correction(
                **by(request),
                **said,
                id=id,
                site=form.site,
                person=persons[0] if persons else None,
                telling=form.cleaned_data["telling"] or Telling.NO_NAME,
            )
        )

    try:
        running = once(request, "correction_noted_for_all" if for_all else "correction_noted", write)
    except Conflict:
        same_moment(form)
        return _form(request, form, picking)
    undo = "correction-drop" if for_all else "undo"
    flash(request, _("Written down."), undo=reverse(undo, args=[made[-1].pk if for_all else running.id]))
    return go("correction", made[-1].pk)


def _noted_already(
    request: Request, form: CorrectionForm, picking: Picking, said: dict[str, Any]
) -> Correction | None:
    """Pressed twice, or sent anew after Back as it was; what was typed beside the same fact is another one."""
    mine = Correction.objects.open().filter(by=request.member, **said)
    if picking.new:
        return mine.filter(pk=own_id(request)).first()
    if picking.names:
        return mine.filter(pointed__person__in=picking.picked).first()
    return mine.filter(site=form.site).first()


@page(MEMBER, carries=True)
def edit(request: Request, correction_id: UUID) -> HttpResponse:
    here = _found(correction_id)
    if refused := _refused(request, here):
        return refused
    form = EditCorrectionForm(request.POST or None, correction=here)

    def write() -> None:
        said = {name: form.cleaned_data[name] for name in ("fact", "effect", "proposal")}
        acts.edit_correction(**by(request), correction=here, **said)

    return say_better(request, here, form, write, partial(show, request, "correction_edit", here, form))


@page(MEMBER)
def drop(request: Request, correction_id: UUID) -> HttpResponse:
    """Written down by mistake: off the list."""
    here = _found(correction_id)
    if here.dropped_at:
        return go("corrections")
    if refused := _refused(request, here):
        return refused
    if request.method == "GET":
        return show(request, "correction_drop", here, None)
    take_off(request, "correction_dropped", lambda: acts.drop_correction(**by(request), correction=here))
    return go("corrections")


# --- what changes --------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def agree(request: Request, correction_id: UUID) -> HttpResponse:
    """What we learned, what changes, who sees to it, when we look."""
    here = _found(correction_id)
    if refused := _refused(request, here):
        return refused
    bound = request.POST if request.method == "POST" else None
    members = [request.member] if here.is_own else readers(here.circle)
    form = AgreeForm(bound, today=request.today, correction=here, members=members, me=request.member)
    theirs = None
    if request.method == "POST" and form.is_valid():
        if _is_agreed_already(form, here):
            noted_once(request)
            return go("correction", here.pk)
        if form.cleaned_data["seen"] == here.version:
            return _save_agreed(request, form, here)
        theirs, form.data = here, with_changed(request.POST, seen=here.version)
    return show(request, "correction_agree", here, form, theirs=theirs)


def _is_agreed_already(form: AgreeForm, here: Correction) -> bool:
    """The same, pressed twice: the to-do is made already."""
    said = tuple(form.cleaned_data[name] for name in ("learned", "changes", "look_on"))
    same = here.agreed_at is not None and said == (here.learned, here.changes, here.look_on)
    todo = here.seen_to if same else None
    return same and form.cleaned_data["what"] == (todo.what if todo else "")


def _save_agreed(request: Request, form: AgreeForm, here: Correction) -> HttpResponse:
    filled = {name: form.cleaned_data[name] for name in ("learned", "changes", "look_on", "due")}
    who = (form.cleaned_data["member"] or request.member) if form.cleaned_data["what"] else None
    try:
        with act("correction_agreed", at=request.now) as running:
            acts.agree(
                **by(request), correction=here, sees_to_it=who, what=form.cleaned_data["what"], **filled
            )
    except (Conflict, IntegrityError):
        same_moment(form)
        here.refresh_from_db()
        return show(request, "correction_agree", here, form)
    return to(request, "correction", here.pk, running, _("Noted."))


@page(MEMBER, carries=True)
def look(request: Request, correction_id: UUID) -> HttpResponse:
    """Whether it did change."""
    here = _found(correction_id)
    if refused := _refused(request, here):
        return refused
    if here.agreed_at is None:
        return not_saved(request, _("Say first what changes."), address("correction", here.pk), SAID)
    initial = {"once": uuid4(), "seen": here.version}
    form = LookForm(request.POST or None, today=request.today, initial=initial)
    theirs = None
    if request.method == "POST" and form.is_valid():
        if here.looks.filter(pk=form.cleaned_data["once"]).exists():
            noted_once(request)
            return go("correction", here.pk)
        if form.cleaned_data["seen"] == here.version:
            return _save_look(request, form, here)
        theirs = here.looks.select_related("by").last() or True
        form.data = with_changed(request.POST, seen=here.version, once=uuid4())
    return show(request, "correction_look", here, form, theirs=theirs)


def _save_look(request: Request, form: LookForm, here: Correction) -> HttpResponse:
    filled = {name: form.cleaned_data[name] for name in ("did", "words", "look_on")}

    def write(id: UUID) -> None:
        acts.look_again(**by(request), correction=here, id=id, **filled)

    try:
        running = once(request, "correction_looked_at", write)
    except Conflict:
        same_moment(form)
        here.refresh_from_db()
        return show(request, "correction_look", here, form)
    return to(request, "correction", here.pk, running, _("Noted."))


# --- who pointed it out --------------------------------------------------------------------------


@page(MEMBER, carries=True)
def pointed(request: Request, correction_id: UUID) -> HttpResponse:
    """Somebody of this place pointed it out, too."""
    here = _found(correction_id)
    if refused := _refused(request, here):
        return refused
    if here.site is None or here.is_own:
        flash(request, _("People stand with their place; this belongs to all of us."), kind="error")
        return go("correction", here.pk)
    data = request.POST.copy() if request.method == "POST" else request.GET.copy()
    data["new_place"] = str(here.site_id)
    picking = Picking(data, by=request.member, today=request.today, picks=HERE)
    picking.place = here.site
    if request.method == "POST" and not picking.is_asked and picking.is_valid():
        if any(person.site_id != here.site_id for person in picking.picked):
            picking.errors.append(_("They belong to another place. Note it there."))
        else:
            return _save_pointed(request, here, picking)
    once = request.POST.get("once") or uuid4()
    return show(request, "correction_pointed", here, None, picking=picking, once=once)


def _save_pointed(request: Request, here: Correction, picking: Picking) -> HttpResponse:
    telling = request.POST.get("telling")
    telling = telling if telling in Telling.values else Telling.NO_NAME
    if picking.new and Pointed.objects.filter(pk=own_id(request)).exists():
        noted_once(request)
        return go("correction", here.pk)
    try:
        with act("correction_pointed_out", at=request.now) as running:
            *some, last = picking.persons(at=request.now)
            for person in some:
                acts.point_out(**by(request), correction=here, person=person, telling=telling)
            # New ones come last: whoever presses twice adds nobody twice.
            acts.point_out(**by(request), correction=here, person=last, telling=telling, id=own_id(request))
    except (Conflict, IntegrityError):
        flash(request, _("Somebody changed this at the same moment. Look again."), kind="error")
        return go("correction", here.pk)
    return to(request, "correction", here.pk, running, _("Noted."))


@page(MEMBER, carries=True)
def told(request: Request, pointed_out_id: UUID) -> HttpResponse:
    """Somebody told them what changes."""
    found = Pointed.objects.select_related("person", "correction__site", "correction__by")
    one = fetch(found, pk=pointed_out_id)
    here = one.correction
    if refused := _refused(request, here):
        return refused
    if here.agreed_at is None or not one.person.reachable:
        text = _("Say first what changes.") if one.person.reachable else _("They asked not to be contacted.")
        return not_saved(request, text, address("correction", here.pk), SAID)
    bound = request.POST if request.method == "POST" else None
    initial = {"once": uuid4(), "seen": one.version}
    form = CarryForm(bound, today=request.today, now=request.now, initial=initial)
    theirs = False
    if request.method == "POST" and form.is_valid():
        if here.told.filter(pk=form.cleaned_data["once"]).exists():
            noted_once(request)
            return go("correction", here.pk)
        if form.cleaned_data["seen"] == one.version:
            return _save_told(request, form, one)
        theirs, form.data = True, with_changed(request.POST, seen=one.version, once=uuid4())
    careful = careful_with([one.person])
    return show(request, "correction_told", here, form, person=one.person, careful=careful, theirs=theirs)


def _save_told(request: Request, form: CarryForm, one: Pointed) -> HttpResponse:
    def write(id: UUID) -> None:
        acts.tell_back(**by(request), pointed=one, said=form.cleaned_data["said"], on_at=form.at, id=id)

    try:
        running = once(request, "carried_back", write)
    except Conflict:
        same_moment(form)
        return show(request, "correction_told", one.correction, form, person=one.person)
    said = _("Carried back. It counts as a talk with %(name)s.") % {"name": one.person.called.rstrip(".")}
    return to(request, "correction", one.correction_id, running, said)
