"""What is asked about a place."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.sites.lines import is_odd, once_each, read_lines, without_odd
from masslink.sites.models import Site

PART_LENGTH = 60
UNITS_AT_MOST, SHIFTS_AT_MOST = 80, 12


class PlainForm(forms.Form):
    """A form that takes invisible signs out of what came in, and says so instead of saving."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self.had_odd = False
        if data is not None:
            data = data.copy()
            for name, text in list(data.items()):
                if isinstance(text, str) and any(is_odd(sign) for sign in text.replace("\r\n", "\n")):
                    data[name], self.had_odd = without_odd(text), True
        super().__init__(data, **kwargs)

    def clean(self) -> dict[str, Any]:
        if self.had_odd:
            raise ValidationError(
                _("There were invisible signs in it. They are taken out: look it over and save again.")
            )
        return self.cleaned_data


def read_parts(text: str, at_most: int) -> list[str]:
    """Names of units or shifts, one a line. Raises ValidationError, saying which line is wrong."""
    names = once_each(read_lines(text))
    long = [name for name in names if len(name) > PART_LENGTH]
    if long:
        raise ValidationError(
            _("“%(start)s…” is too long for a name: %(most)d letters at most.")
            % {"start": long[0][:20], "most": PART_LENGTH}
        )
    if len(names) > at_most:
        raise ValidationError(
            _("These are %(count)d lines; %(most)d at most.") % {"count": len(names), "most": at_most}
        )
    return names


def _lines(label: Any, placeholder: Any, help_text: Any) -> forms.CharField:
    box = forms.Textarea(attrs={"rows": 4, "placeholder": placeholder, "autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=box)


class SiteForm(PlainForm):
    """Opening a place, with its first units and shifts."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    site_kind = forms.ChoiceField(
        label=gettext_lazy("What is it"),
        choices=Site.Kind.choices,
        widget=forms.RadioSelect,
        initial=Site.Kind.WORKPLACE,
    )
    name = forms.CharField(
        label=gettext_lazy("What do you call it"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": gettext_lazy("Warehouse on the ring road")}
        ),
    )
    units = _lines(
        gettext_lazy("Departments or buildings"),
        gettext_lazy("Packing\nPicking\nDock"),
        gettext_lazy("One a line. You can change them later."),
    )
    shifts = _lines(
        gettext_lazy("Shifts"),
        gettext_lazy("Day\nEvening\nNight"),
        gettext_lazy("One a line. Leave it empty where there are none."),
    )
    note = forms.CharField(
        label=gettext_lazy("Good to know"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_units(self) -> list[str]:
        return read_parts(self.cleaned_data["units"], UNITS_AT_MOST)

    def clean_shifts(self) -> list[str]:
        return read_parts(self.cleaned_data["shifts"], SHIFTS_AT_MOST)


class EditForm(PlainForm):
    """A place's name, kind and note; `version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    site_kind = SiteForm.base_fields["site_kind"]
    name = SiteForm.base_fields["name"]
    note = SiteForm.base_fields["note"]
