"""Days as people type them: in years that somebody can mean."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)


def in_years_that_are_meant(day: date) -> None:
    if day < FIRST:
        raise ValidationError(_("That is very long ago. Is the year right?"))
    if day > LAST:
        raise ValidationError(_("That is very far ahead. Is the year right?"))


class DayField(forms.DateField):
    """A day where the form itself asks for no span, or for one with an open end."""

    default_validators = (in_years_that_are_meant,)  # type: ignore[assignment]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)
