"""What a member keeps for themselves alone; a newcomer who waits may begin with it."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective import acts
from masslink.collective.doors import flash, noted_once
from masslink.collective.models import Note
from masslink.core.pages import WAITING, fetch, go, own_id, page
from masslink.vault.act import Conflict

AT_ONCE = 100


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("A note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("There is nothing written yet.")},
    )


@page(WAITING, carries=True)
def notes(request: Any) -> HttpResponse:
    """Newest first, and a box for the next one."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.write_note(at=request.now, text=form.cleaned_data["text"], id=own_id(request))
            flash(request, _("Noted, for you alone."))
        except (Conflict, IntegrityError):
            noted_once(request)
        return go("notes")
    context = {
        "form": form,
        "once": request.POST.get("once") or uuid4(),
        "notes": Note.objects.all()[:AT_ONCE],
    }
    return render(request, "collective/notes.html", context, status=422 if form.errors else 200)


@page(WAITING, methods=("POST",))
def delete(request: Any, note_id: UUID) -> HttpResponse:
    done = acts.delete_note(at=request.now, note=fetch(Note, pk=note_id))
    flash(request, _("Deleted."), undo=reverse("undo", args=[done]))
    return go("notes")
