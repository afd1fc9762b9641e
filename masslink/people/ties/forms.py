"""The form that asks how somebody knows somebody."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from masslink.people.models import Person
from masslink.people.ties import words


class KnowsForm(forms.Form):
    """How they know each other; with whom, the picker beside it asks."""

    how = forms.ChoiceField(
        label=_("How do they know each other?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("How do they know each other? Tap one.")},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = words.choices(person.called, person.site)  # type: ignore[attr-defined]
