"""Pages about fading: what fades when, what fades this month, keeping it, who is out of touch."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from masslink.collective.doors import Request, flash, noted_once
from masslink.core.pages import COORDINATOR, MEMBER, back_to, fetch, go, number, page
from masslink.people import fading, touch
from masslink.people.acts import delete_people
from masslink.people.fades import Rule
from masslink.people.fading import OUT_OF_TOUCH, Soon
from masslink.people.labels import for_long
from masslink.people.models import Person
from masslink.people.panels import without_marks
from masslink.people.records import FadesAfter
from masslink.sites.models import Site
from masslink.vault.act import act

ON_A_PAGE, NAMED, AT_ONCE = 40, 12, 500


# --- the collective's rules ----------------------------------------------------------------------


@page(MEMBER, methods=("GET",))
def fading_rules(request: Request) -> HttpResponse:
    """How long things stay, for all to see."""
    latest = {one.setting: one for one in FadesAfter.objects.select_related("by").order_by("at")}
    kept = fading.kept_on_wish()
    rows = [
        {
            "rule": rule,
            "can_be_kept": rule.setting in kept,
            "long": for_long(rule.days_on(request.today)),
            "coming": (coming := rule.coming(request.today)),
            "coming_long": for_long(coming.days) if coming else "",
            "decided": latest.get(rule.setting),
        }
        for rule in fading.rules().values()
    ]
    return render(request, "people/fading.html", {"rows": rows, "out_of_touch": OUT_OF_TOUCH})


class RulesForm(forms.Form):
    """How long each thing stays; never longer than it would by itself."""

    def __init__(self, *args: Any, rules: Iterable[Rule], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rule in rules:
            coming = rule.coming(today)
            self.fields[rule.setting] = forms.TypedChoiceField(
                label=rule.label,
                choices=[(days, for_long(days)) for days in rule.choices()],
                initial=coming.days if coming else rule.days_on(today),
                coerce=int,
                widget=forms.RadioSelect,
            )


@page(COORDINATOR)
def change_rules(request: Request) -> HttpResponse:
    form = RulesForm(request.POST or None, rules=fading.rules().values(), today=request.today)
    if request.method == "POST" and form.is_valid():
        with act("fading_changed", at=request.now) as running:
            changed = [
                fading.change(by=request.member, at=request.now, setting=setting, days=days)
                for setting, days in form.cleaned_data.items()
            ]
        if any(changed):
            text = _(
                "Decided. What is shorter now counts in 30 days; until then everybody can see what goes."
            )
            flash(request, text, undo=reverse("undo", args=[running.id]))
        return go("fading")
    return render(request, "people/fading_change.html", {"form": form})


# --- what fades this month -----------------------------------------------------------------------


@dataclass
class Ours:
    """A person of whom something fades: what, the earliest first."""

    person: Person
    soon: list[Soon] = field(default_factory=list)


@page(MEMBER, methods=("GET",))
def fading_soon(request: Request) -> HttpResponse:
    """By place and person, with what was said, so that it can be kept."""
    at, rules = number(request.GET.get("page")), fading.rules()
    rule = rules[OUT_OF_TOUCH]
    everybody = _by_person(fading.soon(request.today))
    shown = everybody[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]
    context = {
        "shown": shown,
        "talks": sum(len(one.soon) for one in everybody),
        "previous_url": f"?page={at - 1}" if at > 1 else "",
        "next_url": f"?page={at + 1}" if len(everybody) > at * ON_A_PAGE else "",
        "long": for_long(rule.days_on(request.today)),
        "words_long": for_long(rules["words"].days_on(request.today)),
        "here": request.get_full_path(),
        **(_quiet(rule, request.today) if at == 1 else {}),
    }
    return render(request, "people/fading_soon.html", context)


def _by_person(found: Iterable[Soon]) -> list[Ours]:
    """In the order of places and names, as it prints."""
    people: dict[UUID, Ours] = {}
    for one in found:
        people.setdefault(one.record.person_id, Ours(one.record.person)).soon.append(
            Soon(one.record, without_marks(one.said), one.on, one.fades_on)
        )
    return sorted(people.values(), key=lambda ours: (ours.person.site.name, ours.person.name.casefold()))


def _quiet(rule: Rule, today: date) -> dict[str, Any]:
    """Who is out of touch, one by one; and how many were never met, place by place."""
    found = touch.out_of_touch(rule, today)
    people = Person.objects.select_related("site", "unit").in_bulk([one.person for one in found])
    numbers = touch.unmet(rule, today)
    sites = Site.objects.filter(pk__in=numbers)
    return {
        "out_of_touch": [(people[one.person], one.last) for one in found],
        "unmet": [(site, numbers[site.pk]) for site in sites],
    }


# --- keeping -------------------------------------------------------------------------------------


@page(MEMBER, methods=("POST",))
def keep_words(request: Request, person_id: UUID) -> HttpResponse:
    """Words of one talk with a person, or of all that would fade soon."""
    person, ids = fetch(Person, pk=person_id), None if "all" in request.POST else _ids(request)
    done = fading.keep_words(by=request.member, at=request.now, person=person, ids=ids)
    if done:
        text = _("Kept. What %(name)s said stays for as long again.") % {"name": person.called}
        flash(request, text, undo=reverse("undo", args=[done]))
    else:
        flash(request, _("Nothing was left to keep: it is kept already, or its time was over."))
    return go(back_to(request, reverse("fading-soon")))


def _ids(request: Request) -> list[UUID]:
    found = []
    for text in request.POST.getlist("record"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


class WhyForm(forms.Form):
    """Why somebody stays on our lists."""

    why = forms.CharField(
        label=gettext_lazy("Why, in a line"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say in a line why, so that others understand.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@page(MEMBER, carries=True)
def keep_person(request: Request, person_id: UUID) -> HttpResponse:
    """Out of touch for a year, and yet to be kept; it is asked again in a year."""
    person = fetch(Person.objects.select_related("site"), pk=person_id)
    form, rule = WhyForm(request.POST or None), fading.rules()[OUT_OF_TOUCH]
    if request.method == "POST" and form.is_valid():
        if not touch.is_out_of_touch(rule, request.today, person):
            noted_once(request)
            return go("fading-soon")
        why = form.cleaned_data["why"]
        done = fading.keep_person(by=request.member, at=request.now, person=person, why=why)
        text = _("%(name)s stays on your lists.") % {"name": person.called}
        flash(request, text, undo=reverse("undo", args=[done]))
        return go("fading-soon")
    context = {"person": person, "form": form, "long": for_long(rule.days_on(request.today))}
    return render(request, "people/keep.html", context)


@page(MEMBER, carries=True)
def unmet(request: Request, site_id: UUID) -> HttpResponse:
    """Those of a place who were only written down: keep all of them for a reason, or see who they are."""
    site, rule = fetch(Site, pk=site_id), fading.rules()[OUT_OF_TOUCH]
    people = touch.unmet(rule, request.today).get(site.pk, 0)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and people and form.is_valid():
        why = form.cleaned_data["why"]
        done = fading.keep_unmet(by=request.member, at=request.now, site=site, why=why)
        flash(request, _("They stay on your lists."), undo=reverse("undo", args=[done]))
        return go("fading-soon")
    some = Person.objects.filter(pk__in=touch.unmet_at(rule, request.today, site.pk, NAMED))
    total = max(number(request.GET.get("of"), people), people)
    context = {
        "site": site,
        "people": people,
        "is_going": "of" in request.GET and people > 0,
        **_progress(people, total),
        "some": list(some.select_related("unit")),
        "more": max(people - NAMED, 0),
        "form": form,
        "long": for_long(rule.days_on(request.today)),
    }
    return render(request, "people/unmet.html", context)


@page(MEMBER, methods=("POST",))
def delete_unmet(request: Request, site_id: UUID) -> HttpResponse:
    """The next of them; like every deletion it can be undone for 30 days."""
    site, rule = fetch(Site, pk=site_id), fading.rules()[OUT_OF_TOUCH]
    before = touch.unmet(rule, request.today).get(site.pk, 0)
    ids = touch.unmet_at(rule, request.today, site.pk, AT_ONCE)
    if ids:
        delete_people(by=request.member, at=request.now, ids=ids)
    left, total = before - len(ids), max(number(request.GET.get("of"), before), before)
    address = f"{reverse('unmet', args=[site.pk])}?of={total}"
    if not left:
        flash(request, _("They are gone. What was done here can be undone for 30 days."))
        there = reverse("fading-soon")
        return HttpResponseClientRedirect(there) if request.htmx else go(there)
    if not request.htmx:
        return go(address)
    return render(request, "people/unmet_work.html", {"site": site, **_progress(left, total)})


def _progress(left: int, total: int) -> dict[str, Any]:
    return {"done": total - left, "total": total, "total_text": str(total)}
