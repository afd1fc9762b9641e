"""Pages of gatherings: what is next and what was, one of them, a new one, another day, called off."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.not_saved import not_saved
from masslink.core.pages import MEMBER, address, back_to, fetch, go, page
from masslink.gatherings import acts, labels, series
from masslink.gatherings.counting import came_to
from masslink.gatherings.forms import US, CancelForm, EditForm, NewForm, Times
from masslink.gatherings.listing import Listing
from masslink.gatherings.models import Gathering, Series
from masslink.gatherings.page import context_of
from masslink.sites.models import Site
from masslink.tasks.forms import with_changed
from masslink.vault.act import Conflict, act


@page(MEMBER, methods=("GET",))
def gatherings(request: Request) -> HttpResponse:
    """What is next, what was."""
    return render(request, "gatherings/gatherings.html", {"listing": Listing(request)})


def found(gathering_id: UUID) -> Gathering:
    """The gathering, or 404: also where it was written down by mistake."""
    return fetch(Gathering.objects.kept().select_related("site", "by"), pk=gathering_id)


def _series_of(one: Gathering) -> Series | None:
    """What it is one of, while that goes on."""
    return Series.objects.filter(pk=one.series, ended_at=None).first() if one.series else None


@page(MEMBER, methods=("GET",))
def gathering(request: Request, gathering_id: UUID) -> HttpResponse:
    return render(request, "gatherings/gathering.html", context_of(request, found(gathering_id)))


# --- a new one ---------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def new(request: Request) -> HttpResponse:
    sites = list(Site.objects.all())
    asked = request.GET.get("site", "")
    known = {str(site.pk) for site in sites}
    about = asked if asked in known else next(iter(known)) if len(known) == 1 else US if not known else ""
    form = NewForm(
        request.POST or None,
        today=request.today,
        sites=sites,
        initial={"once": uuid4(), "about": about, "repeats": ""},
    )
    if request.method == "POST" and form.is_valid():
        return _save_new(request, form)
    return render(
        request, "gatherings/new.html", {"form": form, "back": back_to(request, reverse("gatherings"))}
    )


def _save_new(request: Request, form: NewForm) -> HttpResponse:
    """One gathering, or what repeats. The form's own id keeps a second press from saving it again."""
    once, when, said = form.cleaned_data["once"] or uuid4(), form.when, form.said
    if same := _saved_already(request, form, once):
        noted_once(request)
        return go("gathering", same.pk)
    if Gathering.objects.filter(pk=once).exists():  # saved once and taken back since
        once = uuid4()
    kind = "planned_for_all" if form.site is None else "series_begun" if when.rule else "gathering_planned"
    try:
        with act(kind, at=request.now) as running:
            made = _write_new(request, form, when, said, once)
    except IntegrityError:
        with act(kind, at=request.now) as running:
            made = _write_new(request, form, when, said, uuid4())
    # What lies in the collective's circle isn't deleted, so its undo puts it off the lists.
    drops = "gathering-drop-all" if made.series else "gathering-drop"
    undo = reverse("undo", args=[running.id]) if made.site_id else reverse(drops, args=[made.pk])
    flash(
        request,
        _("Written down: %(what)s, %(when)s.") % {"what": made.title, "when": labels.when(made)},
        undo=undo,
    )
    return go("gathering", made.pk)


def _saved_already(request: Request, form: NewForm, once: UUID) -> Gathering | None:
    """The same, pressed twice or sent anew after Back."""
    kept = Gathering.objects.kept().order_by("starts_at")
    pressed = kept.filter(pk=once).first() or kept.filter(series=once).first()
    same = kept.filter(by=request.member, title=form.said["title"], starts_at=form.when.starts_at)
    return pressed or same.filter(site=form.site).first()


def _write_new(request: Request, form: NewForm, when: Times, said: dict[str, Any], once: UUID) -> Gathering:
    common = {
        "by": request.member,
        "at": request.now,
        "site": form.site,
        "roles": form.cleaned_data["tasks"],
        "id": once,
    }
    if not when.rule:
        kind, rest = said["gathering_kind"], {n: v for n, v in said.items() if n != "gathering_kind"}
        return acts.plan(**common, kind=kind, starts_at=when.starts_at, ends_at=when.ends_at, **rest)
    begun = series.begin(
        **common,
        rule=when.rule,
        begins=when.begins,
        minutes=when.minutes,
        zone=settings.TIME_ZONE,
        **said,
    )
    first = Gathering.objects.of(begun).order_by("starts_at").first()
    assert first
    return first


# --- changed -----------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def edit(request: Request, gathering_id: UUID) -> HttpResponse:
    one = found(gathering_id)
    its_series = _series_of(one)
    form = EditForm(
        request.POST or None,
        today=request.today,
        now=request.now,
        gathering=one,
        has_come=bool(came_to(one)),
        initial=EditForm.as_it_is(one, its_series),
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] == one.version:
            return _save_edit(request, form, one, its_series)
        theirs, form.data = one, with_changed(request.POST, version=one.version)
    context = {
        "form": form,
        "gathering": one,
        "series": its_series,
        "theirs": theirs,
        "their_when": labels.when(one),
        "asked": one.asks.exclude(asked_at=None).count(),
    }
    return render(request, "gatherings/edit.html", context)


def _save_edit(request: Request, form: EditForm, one: Gathering, its_series: Series | None) -> HttpResponse:
    later = form.is_later and its_series is not None
    try:
        with act("series_changed" if later else "gathering_edited", at=request.now) as running:
            (_change_later if later else _change_this)(request, form, one)
    except (Conflict, IntegrityError):
        form.add_error(None, _("Somebody changed this at the same moment. Save again to see both."))
        return render(request, "gatherings/edit.html", {"form": form, "gathering": one, "series": its_series})
    if later:
        series.make_ahead(by=request.member, at=request.now)
    flash(request, _("Changed."), undo=reverse("undo", args=[running.id]))
    return go("gathering", one.pk)


def _change_this(request: Request, form: EditForm, one: Gathering) -> None:
    by: dict[str, Any] = {"by": request.member, "at": request.now, "gathering": one}
    acts.edit(**by, is_slip=form.cleaned_data["is_slip"], **form.said)
    when = form.when
    if (when.starts_at, when.ends_at) != (one.starts_at, one.ends_at):
        acts.move(**by, starts_at=when.starts_at, ends_at=when.ends_at)


def _change_later(request: Request, form: EditForm, one: Gathering) -> None:
    when = form.when
    assert when.rule
    series.change_from(
        by=request.member,
        at=request.now,
        gathering=one,
        rule=when.rule,
        begins=when.begins,
        minutes=when.minutes,
        is_slip=form.cleaned_data["is_slip"],
        **form.said,
    )


def called_off(request: Request, one: Gathering) -> HttpResponse:
    """Somebody called it off while another wrote."""
    return not_saved(request, _("It was called off."), address("gathering", one.pk), ("why",))


# --- called off --------------------------------------------------------------------------------------


@page(MEMBER, carries=True)
def cancel(request: Request, gathering_id: UUID) -> HttpResponse:
    one = found(gathering_id)
    form = CancelForm(request.POST or None, initial={"version": one.version})
    if request.method == "POST" and form.is_valid() and one.takes_place:
        why = form.cleaned_data["why"]
        return do(
            request,
            "gathering_cancelled",
            one,
            _("Called off."),
            lambda: acts.cancel(by=request.member, at=request.now, gathering=one, why=why),
        )
    if not one.takes_place:
        pressed_twice = request.POST.get("why", "").strip() == one.cancelled_why
        return go("gathering", one.pk) if pressed_twice else called_off(request, one)
    asked = one.asks.exclude(asked_at=None).count()
    context = {"form": form, "gathering": one, "asked": asked, "series": _series_of(one)}
    return render(request, "gatherings/cancel.html", context)


@page(MEMBER, methods=("POST",))
def after_all(request: Request, gathering_id: UUID) -> HttpResponse:
    one = found(gathering_id)
    if one.takes_place:
        return go("gathering", one.pk)
    return do(
        request,
        "gathering_after_all",
        one,
        _("It takes place after all."),
        lambda: acts.hold_after_all(by=request.member, at=request.now, gathering=one),
    )


@page(MEMBER, methods=("POST",))
def drop(request: Request, gathering_id: UUID) -> HttpResponse:
    """Written down by mistake: off the lists, while nobody was asked."""
    one = found(gathering_id)
    if refused := _known(request, [one]):
        return refused
    text = _("Taken off the list: %(what)s.") % {"what": one.title}
    with act("gathering_dropped", at=request.now) as running:
        acts.drop(by=request.member, at=request.now, gathering=one)
    flash(request, text, undo=reverse("undo", args=[running.id]))
    return go("gatherings")


@page(MEMBER, methods=("POST",))
def drop_all(request: Request, gathering_id: UUID) -> HttpResponse:
    """What repeats was written down by mistake: off the lists, with all its gatherings."""
    one = found(gathering_id)
    its_series = _series_of(one)
    if its_series is None:
        return go("gathering", one.pk)
    if refused := _known(request, Gathering.objects.kept().of(its_series)):
        return refused
    text = _("Taken off the list: %(what)s, with all that was to come.") % {"what": one.title}
    with act("series_dropped", at=request.now) as running:
        series.drop_series(by=request.member, at=request.now, series=its_series)
    flash(request, text, undo=reverse("undo", args=[running.id]))
    return go("gatherings")


def _known(request: Request, some: Iterable[Gathering]) -> HttpResponse | None:
    """Where people were asked or came, it can't vanish: they have to be told."""
    for one in some:
        if one.asks.exclude(asked_at=None).exists() or came_to(one):
            text = _("People know of it already. Call it off, then they can be told.")
            flash(request, text, kind="error")
            return go("gathering", one.pk)
    return None


@page(MEMBER, methods=("POST",))
def last(request: Request, gathering_id: UUID) -> HttpResponse:
    """This is the last one of what repeats."""
    one = found(gathering_id)
    if _series_of(one) is None:
        return go("gathering", one.pk)
    text = _("That is the last one. Whoever was asked to a later one stands there as to be told.")
    return do(
        request,
        "series_ended",
        one,
        text,
        lambda: series.end_with(by=request.member, at=request.now, gathering=one),
    )


def do(request: Request, kind: str, one: Gathering, text: str, change: Callable[[], object]) -> HttpResponse:
    """One change of a gathering, with its undo in the flash."""
    try:
        with act(kind, at=request.now) as running:
            change()
    except (Conflict, IntegrityError):
        flash(request, _("Somebody else changed this a moment ago. Look again."), kind="error")
        return go("gathering", one.pk)
    flash(request, text, undo=reverse("undo", args=[running.id]))
    return go(back_to(request, reverse("gathering", args=[one.pk])))
