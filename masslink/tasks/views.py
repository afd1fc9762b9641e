"""Pages of to-dos: the list, one of them, a new one; done, another day, let go."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, back_to, fetch, go, number, page
from masslink.people.models import Person
from masslink.people.picking import KNOWN, Picking
from masslink.sites.models import Site
from masslink.sites.panels import who_works_here
from masslink.tasks import acts
from masslink.tasks.days import said, soon
from masslink.tasks.forms import ME, LetGoForm, MoveForm, PromiseForm, RewordForm, with_changed
from masslink.tasks.models import ToDo
from masslink.tasks.panels import Row, rows
from masslink.vault.act import Conflict, act
from masslink.vault.workspace import current

PAGE = 50
LATELY = timedelta(days=30)


@page(MEMBER, methods=("GET",))
def to_dos(request: Request) -> HttpResponse:
    """My to-dos, or those of others that I may see: open ones, done lately, let go."""
    others = request.GET.get("whose") == "others"
    found = ToDo.objects.with_about().listed()
    found = found.exclude(member=request.member) if others else found.of(request.member)
    at = number(request.GET.get("page"))
    open_ones = list(found.open().order_by("due", "added_at", "id")[(at - 1) * PAGE : at * PAGE + 1])
    since = request.now - LATELY
    done = found.filter(done_at__gte=since).order_by("-done_at")[:20] if at == 1 else []
    let_go = found.filter(dropped_at__gte=since).order_by("-dropped_at")[:20] if at == 1 else []
    whose = "?whose=others&page=" if others else "?page="
    context = {
        "others": others,
        "open_rows": rows(open_ones[:PAGE], request.today),
        "done": done,
        "let_go": let_go,
        "silent": _left_in_peace(request) if at == 1 and not others else 0,
        "previous_url": f"{whose}{at - 1}" if at > 1 else "",
        "next_url": f"{whose}{at + 1}" if len(open_ones) > PAGE else "",
        "here": request.get_full_path(),
    }
    return render(request, "tasks/to_dos.html", context)


def _left_in_peace(request: Request) -> int:
    """How many of my promises ended lately because people asked not to be contacted: they are on no list."""
    mine = ToDo.objects.of(request.member).filter(dropped_at__gte=request.now - LATELY)
    return mine.filter(person__reach=Person.Reach.NOT_AT_ALL).count()


@page(MEMBER, carries=True)
def new(request: Request) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking(data, by=request.member, today=request.today, picks=KNOWN)
    sites = list(Site.objects.all())
    bound = request.POST if request.method == "POST" else None
    form = PromiseForm(
        bound, today=request.today, me=request.member, sites=sites, initial=_beginning(request, sites)
    )
    if request.method == "POST" and picking.is_asked:
        form.errors.clear()
    elif request.method == "POST" and _may_be_saved(form, picking):
        return _save_new(request, form, picking)
    back = back_to(request, reverse("to-dos"))
    return render(request, "tasks/new.html", {"form": form, "picking": picking, "back": back})


def _beginning(request: Request, sites: list[Site]) -> dict[str, Any]:
    asked = request.GET.get("site", "")
    about = asked if asked in {str(site.pk) for site in sites} else ""
    return {"once": uuid4(), "member": request.member.pk, "about": about or ME}


def _may_be_saved(form: PromiseForm, picking: Picking) -> bool:
    picked, filled = picking.is_valid(required=False), form.is_valid()
    if picking.silent:
        picking.errors.append(_("Somebody you picked asked not to be contacted."))
        return False
    if picked and filled:
        sites = {person.site for person in picking.picked} or ({form.site} if form.site else set())
        form.check_readers(list(sites))
    return picked and filled and form.is_valid()


def _save_new(request: Request, form: PromiseForm, picking: Picking) -> HttpResponse:
    """One to-do, or one with each person. The form's own id keeps a second press from saving it again."""
    once, back = form.cleaned_data["once"] or uuid4(), back_to(request, reverse("to-dos"))
    if ToDo.objects.filter(pk=once).exists() or _written_already(request, form, picking):
        noted_once(request)
        return go(back)
    try:
        act_id = _write_new(request, form, picking, once)
    except IntegrityError:  # saved once and undone since: this is another one
        act_id = _write_new(request, form, picking, uuid4())
    text = _("Written down: %(what)s") % {"what": form.cleaned_data["what"]}
    flash(request, text, undo=reverse("undo", args=[act_id]))
    return go(back)


def _written_already(request: Request, form: PromiseForm, picking: Picking) -> bool:
    """The same for the same people, written today: after Back, a browser sends it under a new id."""
    same = ToDo.objects.open().filter(
        member=form.cleaned_data["member"],
        what=form.cleaned_data["what"],
        due=form.cleaned_data["due"],
        added_by=request.member,
        added_at__gte=request.now - timedelta(hours=1),
    )
    if picking.picked:
        return all(same.filter(person=person).exists() for person in picking.picked)
    return same.filter(person=None, site=form.site).exists()


def _write_new(request: Request, form: PromiseForm, picking: Picking, once: UUID) -> UUID:
    wanted: Iterable[Person | None] = picking.picked or [None]
    with act("promised", at=request.now) as running:
        for i, person in enumerate(wanted):
            acts.promise(
                by=request.member,
                at=request.now,
                member=form.cleaned_data["member"],
                what=form.cleaned_data["what"],
                due=form.cleaned_data["due"],
                person=person,
                site=None if person else form.site,
                circle=current().own_circle if form.is_own else None,
                id=uuid4() if i else once,
            )
    return running.id


@page(MEMBER, carries=True)
def to_do(request: Request, todo_id: UUID) -> HttpResponse:
    """One to-do; its wording can be changed here."""
    todo = fetch(ToDo.objects.with_about(), pk=todo_id)
    if request.method == "POST" and not todo.is_open:
        return _closed(request, todo)
    form = RewordForm(request.POST or None, initial={"what": todo.what, "version": todo.version})
    theirs = ""
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == todo.version:
            what = form.cleaned_data["what"]
            return _do(
                request,
                "to_do_reworded",
                todo,
                _("Changed."),
                lambda: acts.reword(**_by(request), todo=todo, what=what),
            )
        theirs, form.data = todo.what, with_changed(request.POST, version=todo.version)
    return _show(request, todo, form=form, theirs=theirs)


def _show(request: Request, todo: ToDo, **more: Any) -> HttpResponse:
    back = back_to(request, "")
    context = {
        "todo": todo,
        "row": Row(todo, request.today),
        "days": [{"day": day.isoformat(), "label": label} for day, label in soon(request.today)],
        "readers": _readers(todo),
        "form": RewordForm(initial={"what": todo.what, "version": todo.version}),
        "move": MoveForm(today=request.today),
        "let_go": LetGoForm(),
        "back": back,
        **more,
    }
    return render(request, "tasks/to_do.html", context)


def _readers(todo: ToDo) -> str:
    site = todo.person.site if todo.person else todo.site
    if site:
        return who_works_here(site).readers
    ours = todo.circle == current().collective_circle
    return _("All members of our collective.") if ours else _("You alone.")


@page(MEMBER, methods=("POST",))
def done(request: Request, todo_id: UUID) -> HttpResponse:
    todo = fetch(ToDo.objects.with_about(), pk=todo_id)
    if todo.dropped_at:
        return _closed(request, todo)
    if todo.done_at:
        return go(back_to(request, reverse("to-dos")))
    text = _("Done: %(what)s") % {"what": todo.what}
    return _do(request, "to_do_done", todo, text, lambda: acts.finish(**_by(request), todo=todo))


@page(MEMBER, methods=("POST",))
def move(request: Request, todo_id: UUID) -> HttpResponse:
    todo = fetch(ToDo.objects.with_about(), pk=todo_id)
    form = MoveForm(request.POST, today=request.today)
    if not form.is_valid():
        return _show(request, todo, move=form)
    due: date = form.cleaned_data["due"]
    if not todo.is_open:
        return _closed(request, todo)
    if todo.due == due:
        return go(back_to(request, reverse("to-dos")))
    text = _("%(what)s: now %(day)s.") % {"what": todo.what, "day": said(due, request.today)}
    return _do(request, "to_do_moved", todo, text, lambda: acts.move(**_by(request), todo=todo, due=due))


@page(MEMBER, methods=("POST",))
def let_go(request: Request, todo_id: UUID) -> HttpResponse:
    todo = fetch(ToDo.objects.with_about(), pk=todo_id)
    form = LetGoForm(request.POST)
    if todo.is_open and not form.is_valid():
        return _show(request, todo, let_go=form)
    if not todo.is_open:
        return _closed(request, todo)
    text, why = _("Let go: %(what)s") % {"what": todo.what}, form.cleaned_data["why"]
    return _do(request, "to_do_let_go", todo, text, lambda: acts.let_go(**_by(request), todo=todo, why=why))


def _closed(request: Request, todo: ToDo) -> HttpResponse:
    """Somebody did it, or let it go, while another wrote."""
    if todo.dropped_at and request.POST.get("why") == todo.dropped_why:  # pressed twice
        return go(back_to(request, reverse("to-dos")))
    text = _("It is done already.") if todo.done_at else _("It was let go already.")
    return not_saved(request, text, address("todo", todo.pk), ("what", "why"))


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.member, "at": request.now}


def _do(request: Request, kind: str, todo: ToDo, text: str, change: Callable[[], None]) -> HttpResponse:
    """One change of a to-do, with its undo in the flash."""
    try:
        with act(kind, at=request.now) as running:
            change()
    except (Conflict, IntegrityError):
        flash(request, _("Somebody else changed this a moment ago. Look again."), kind="error")
        return go("todo", todo.pk)
    flash(request, text, undo=reverse("undo", args=[running.id]))
    return go(back_to(request, reverse("todo", args=[todo.pk])))
