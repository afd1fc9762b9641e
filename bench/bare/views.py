"""A list with search, one person, adding a note; gatherings of a month and as a phone fetches them; an agenda."""

from calendar import HTMLCalendar
from collections import defaultdict
from datetime import timedelta
from typing import Any

import icalendar
import rustworkx as rx
from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from bench.bare.models import (
    Correction,
    Feed,
    Gathering,
    Idea,
    Item,
    Meeting,
    Person,
    Question,
    Site,
    Talk,
    Tie,
    ToDo,
)


class TalkForm(forms.ModelForm):
    class Meta:
        model = Talk
        fields = ["kind", "words"]


@login_required
def people(request: Any) -> HttpResponse:
    found, q = Person.objects.select_related("site"), request.GET.get("q", "")
    if q:
        found = found.filter(name__icontains=q)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "bare/people.html", {"page": page, "q": q})


@login_required
def chart(request: Any, pk: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)
    rows: dict[str, dict[str, list[Person]]] = {}
    for person in site.person_set.annotate(talked=Count("talks")):
        rows.setdefault(person.shift, {}).setdefault(person.unit, []).append(person)
    return render(request, "bare/chart.html", {"site": site, "rows": rows})


@login_required
def ties(request: Any, pk: int) -> HttpResponse:
    """Who knows whom: laid out each time by the same library, straight from its manual."""
    site = get_object_or_404(Site, pk=pk)
    persons = list(site.person_set.annotate(talked=Count("talks")))
    graph = rx.PyGraph()
    node = {person.pk: graph.add_node(person) for person in persons}
    found = list(Tie.objects.filter(one__site=site))
    graph.add_edges_from([(node[tie.one_id], node[tie.other_id], tie) for tie in found])
    at = rx.spring_layout(graph, seed=1, scale=480, center=[500, 500])
    lines = [(at[node[tie.one_id]], at[node[tie.other_id]]) for tie in found]
    people = [(person, *at[node[person.pk]]) for person in persons]
    return render(request, "bare/ties.html", {"site": site, "people": people, "lines": lines})


@login_required
def person(request: Any, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.select_related("site"), pk=pk)
    form = TalkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        talk = form.save(commit=False)
        talk.person, talk.by, talk.at = person, request.user, timezone.now()
        talk.save()
        return redirect("person", pk)
    context = {"person": person, "form": form, "talks": person.talks.select_related("by")}
    return render(request, "bare/person.html", context)


@login_required
def calendar(request: Any) -> HttpResponse:
    """This month, week by week."""
    today, by_day = timezone.localdate(), defaultdict(list)
    month = Gathering.objects.filter(starts_at__year=today.year, starts_at__month=today.month)
    for one in month.select_related("site").order_by("starts_at"):
        by_day[timezone.localtime(one.starts_at).day].append(one)
    weeks = HTMLCalendar(6).monthdayscalendar(today.year, today.month)
    rows = [[(day, by_day[day]) for day in week] for week in weeks]
    return render(request, "bare/calendar.html", {"rows": rows, "today": today})


def feed(request: Any, token: str) -> HttpResponse:
    get_object_or_404(Feed, token=token)
    whole = icalendar.Calendar()
    whole.add("prodid", "-//Bare//EN")
    whole.add("version", "2.0")
    since = timezone.now() - timedelta(days=31)
    for one in Gathering.objects.filter(starts_at__gte=since):
        event = icalendar.Event()
        for name, value in (
            ("uid", f"{one.pk}"),
            ("dtstamp", since),
            ("summary", one.title),
            ("location", one.where),
        ):
            event.add(name, value)
        event.add("dtstart", one.starts_at)
        event.add("dtend", one.ends_at)
        whole.add_component(event)
    return HttpResponse(whole.to_ical(), "text/calendar")


@login_required
def agenda(request: Any, pk: int) -> HttpResponse:
    """What is on a meeting's agenda, and what waits to come on it."""
    meeting = get_object_or_404(Meeting, pk=pk)
    day = meeting.starts_at.date()
    waiting = {
        "Left over": Item.objects.filter(meeting__starts_at__lt=meeting.starts_at, talked_at=None),
        "To do": ToDo.objects.filter(due__lte=day, done_at=None),
        "To review": Question.objects.filter(review_on__lte=day),
        "Questions": Question.objects.filter(decided_on=None),
        "Ideas": Idea.objects.filter(answered_at=None),
        "Corrections": Correction.objects.filter(settled_at=None),
    }
    context = {"meeting": meeting, "items": meeting.item_set.all(), "waiting": waiting}
    return render(request, "bare/agenda.html", context)
