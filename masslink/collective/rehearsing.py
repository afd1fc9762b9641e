"""The seizure drill: what a thief of the disk would see of us, and who does what when something is taken."""

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.doors import Request
from masslink.core.pages import MEMBER, page
from masslink.vault import drill
from masslink.vault.workspace import current

MOST = 10


class LookForm(forms.Form):
    """What somebody would look for who has the disk."""

    words = forms.CharField(
        label=gettext_lazy("Names, places, words from your notes; one a line"),
        max_length=600,
        help_text=gettext_lazy("At least four letters each, ten at most. They are looked for and not kept."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_words(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["words"].splitlines()]
        words = [line for line in lines if len(line) >= 4]
        if not words:
            raise forms.ValidationError(_("Four letters or more: shorter ones are found by chance anywhere."))
        if len(words) > MOST:
            raise forms.ValidationError(_("Ten at a time, please: look for the others afterwards."))
        return words


@dataclass(frozen=True)
class Looked:
    """One word, and in which form it was found; nothing, if all is well."""

    word: str
    forms: str


@page(MEMBER)
def rehearse(request: Request) -> HttpResponse:
    """The guided page: look through the sealed records yourselves, then play through who does what."""
    form = LookForm(request.POST or None)
    looked: list[Looked] = []
    collective = current().collective
    if request.method == "POST" and form.is_valid():
        found = drill.look_for(form.cleaned_data["words"], drill.sealed_bytes(collective))
        looked = [Looked(word, ", ".join(sorted(kinds))) for word, kinds in found.items()]
    seen = drill.survey(collective)[0]
    context = {
        "form": form,
        "looked": looked,
        "seen": seen,
        "rows": sum(circle.rows for circle in seen.circles),
        "devices": seen.holders.get("device", 0),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "collective/drill.html", context, status=status)
