"""The page after a talk, and the finder of people that forms share."""

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.conversations import acts
from masslink.conversations.forms import TalkForm
from masslink.core.clock import day_of
from masslink.core.pages import MEMBER, back_to, go, page
from masslink.people.cautions.panels import careful_with
from masslink.people.links import SHORT, TALKED, TRIED
from masslink.people.models import Deed, Person
from masslink.people.picking import ANYWHERE, Picking
from masslink.tasks.forms import with_changed
from masslink.tasks.models import ToDo
from masslink.vault.act import Conflict, act
from masslink.vault.reading import read


@page(MEMBER, carries=True)
def talked(request: Request) -> HttpResponse:
    """Log a talk with one or several people."""
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking(data, by=request.member, today=request.today, picks=ANYWHERE)
    bound = request.POST if request.method == "POST" else None
    form = TalkForm(bound, today=request.today, now=request.now, initial={"once": uuid4()})
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif request.method == "POST" and _may_be_saved(form, picking):
        saved = _saved(form.cleaned_data["once"]) or _noted_already(request, form, picking)
        if saved is None:
            return _save_talk(request, form, picking)
        if _is_same(saved, form):
            noted_once(request)
            return go(_back(request, picking.picked))
        _ask_again(request, form)
    context = {"form": form, "picking": picking, **_about(request, picking)}
    return render(request, "conversations/talked.html", {**context, "back": _back(request, picking.picked)})


@page(MEMBER, methods=("POST",))
def pick(request: Request) -> HttpResponse:
    """The chips of a form as one types or taps: who is ticked, and who fits."""
    picking = Picking(request.POST, by=request.member, today=request.today)
    about = _about(request, picking) if picking.picks == ANYWHERE else {}
    return render(request, "people/picked.html", {"picking": picking, **about})


def _may_be_saved(form: TalkForm, picking: Picking) -> bool:
    complete = all([picking.is_valid(), form.is_valid()])
    if complete and picking.silent and form.cleaned_data["due"]:
        text = _(
            "%(name)s asked not to be contacted. Leave out what is next, or change first how to reach them."
        )
        form.add_error(None, text % {"name": picking.silent.called})
    return complete and form.is_valid()


def _about(request: Request, picking: Picking) -> dict[str, Any]:
    """What one should have in mind about those who are picked: what was promised, what is better not said."""
    return {"promised": _promised(request, picking), "careful": careful_with(picking.picked)}


def _promised(request: Request, picking: Picking) -> list[ToDo]:
    """What I promised those who are picked: done with this talk, perhaps."""
    if not picking.picked:
        return []
    ticked = request.POST.getlist("kept")
    mine = ToDo.objects.select_related("person").of(request.member).open()
    todos = list(mine.filter(person__in=picking.picked)[:8])
    for todo in todos:
        todo.ticked = str(todo.pk) in ticked  # type: ignore[attr-defined]
    return todos


def _back(request: Request, persons: list[Person]) -> str:
    there = reverse("person", args=[persons[0].pk]) if len(persons) == 1 else reverse("today")
    return back_to(request, there)


def _is_same(saved: Deed, form: TalkForm) -> bool:
    return (saved.words, saved.deed_kind) == (form.cleaned_data["words"], form.cleaned_data["how"])


def _saved(once: UUID | None) -> Deed | None:
    """What this form wrote when it was sent before."""
    return next(iter(read(Deed, "WHERE id = %s", [once.hex]) if once else []), None)


def _noted_already(request: Request, form: TalkForm, picking: Picking) -> Deed | None:
    """The same words with the same people on the same day: after Back, a browser sends them under a new id."""
    words, how = form.cleaned_data["words"], form.cleaned_data["how"]
    if not words or not picking.picked:
        return None
    # Whose it is stands not in the query: a person has few deeds, a member many thousands to look through.
    marks = ", ".join(["%s"] * len(picking.picked))
    theirs = f'WHERE person_id IN ({marks}) AND deed_kind = %s AND "on" = %s AND words = %s'
    said = [how, day_of(form.at).isoformat(), words]
    same = read(Deed, theirs, [*(person.pk.hex for person in picking.picked), *said])
    mine = {deed.person_id: deed for deed in same if deed.by_id == request.member.pk}
    found = [mine.get(person.pk) for person in picking.picked]
    return found[0] if all(found) and not picking.new else None


def _ask_again(request: Request, form: TalkForm) -> None:
    """The first press was saved, its answer got lost, and something was changed since: ask, keep all."""
    form.data = with_changed(request.POST, once=uuid4())
    form.add_error(None, _("This was saved a moment ago, as it was then. Save again to note it once more."))


def _save_talk(request: Request, form: TalkForm, picking: Picking) -> HttpResponse:
    try:
        try:
            act_id, persons = _write_talk(request, form, picking, form.cleaned_data["once"] or uuid4())
        except IntegrityError:  # saved once and undone since: this is another talk
            act_id, persons = _write_talk(request, form, picking, uuid4())
    except Conflict:
        form.add_error(None, _("Not saved: somebody changed the same thing just now. Save again."))
        return render(request, "conversations/talked.html", {"form": form, "picking": picking})
    flash(request, _told(form.cleaned_data["how"], persons), undo=reverse("undo", args=[act_id]))
    return go(_back(request, persons))


def _write_talk(request: Request, form: TalkForm, picking: Picking, once: UUID) -> tuple[UUID, list[Person]]:
    filled: dict[str, Any] = form.cleaned_data
    promised = _promised(request, picking) if "kept" in request.POST else []
    kept = [todo for todo in promised if todo.ticked]  # type: ignore[attr-defined]
    with act("talked", at=request.now) as running:
        persons = picking.persons(at=request.now)
        acts.log_talk(
            by=request.member,
            at=request.now,
            persons=persons,
            how=filled["how"],
            words=filled["words"],
            deeds=filled["deeds"],
            next_what=filled["what"],
            next_due=filled["due"],
            talked_at=form.at,
            kept=kept,
            id=once,
        )
    return running.id, persons


def _told(how: str, persons: list[Person]) -> str:
    names = [person.called for person in persons]
    who = names[0]
    if len(names) > 1:
        who = _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
    said = {
        TALKED: _("Saved. Talked with %(who)s."),
        SHORT: _("Saved. A short word with %(who)s."),
        TRIED: _("Saved. Not reached: %(who)s."),
    }
    return said[how] % {"who": who.rstrip(".")}
