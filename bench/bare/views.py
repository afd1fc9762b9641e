"""A list with search, one person, adding a note."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from bench.bare.models import Person, Talk


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
