"""Forms about where people stand: a question, what a member says of a person, a talk of two who differ."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.core.clock import day_of
from masslink.people.standing.models import LABELS, LEADS, NOT_YET, OPPOSED, Difference, StandQuestion

ORDER = (*range(LEADS, OPPOSED + 1), NOT_YET)


class QuestionForm(forms.Form):
    """What is asked, and what the steps are called here."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=gettext_lazy("Where does each of them stand on…"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": gettext_lazy("the union")}),
    )

    def __init__(self, *args: Any, question: StandQuestion | None = None, **kwargs: Any) -> None:
        if question:
            shown = {f"label_{value}": question.label(value) for value in ORDER}
            kwargs["initial"] = {"text": question.text, "version": question.version, **shown}
        super().__init__(*args, **kwargs)
        for value in ORDER:
            self.fields[f"label_{value}"] = forms.CharField(
                label=str(value),
                max_length=24,
                required=False,
                initial=str(LABELS[value]),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @property
    def steps(self) -> list[Any]:
        return [self[f"label_{value}"] for value in ORDER]

    @property
    def labels(self) -> dict[str, str]:
        """Only what differs from the usual words, so that these stay in everybody's language."""
        said = {value: self.cleaned_data[f"label_{value}"].strip() for value in ORDER}
        return {str(value): text for value, text in said.items() if text and text != str(LABELS[value])}


class ViewForm(forms.Form):
    """What one member says of one person, and what it rests on."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    value = forms.TypedChoiceField(
        label=gettext_lazy("Where do they stand, as you see it?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the steps.")},
    )
    because = forms.CharField(
        label=gettext_lazy("What it rests on"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, question: StandQuestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, f"{value} {question.label(value)}") for value in ORDER]
        self.fields["value"].choices = choices  # type: ignore[attr-defined]


class TalkedForm(forms.Form):
    """On which day the two talked about it."""

    on = forms.DateField(
        label=gettext_lazy("When did you talk?"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, difference: Difference, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today})
        super().__init__(*args, **kwargs)
        self.since, self.today = day_of(difference.since), today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("That day is still to come. Note it when you have talked."))
        if on < self.since:
            raise forms.ValidationError(_("You differ only since a later day. Was it after that?"))
        return on
