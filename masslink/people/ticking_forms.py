"""What several people did, and when: deeds in plain words, by what they prove; a day by one tap."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.people import links
from masslink.people.labels import DEEDS, RUNGS
from masslink.people.numbers import begun
from masslink.people.ticking import days_back

EARLIEST = date(1990, 1, 1)

# What is offered, as one thinks of it after an action; talks have a page of their own.
OFFERED = (
    (links.STANDS, ("signed", "spoke_up", "defended", "acted")),
    (links.MEETS, ("came",)),
    (links.CARRIES, ("brought", "took_on", "presented", "led")),
    (links.TALKING, ("idea",)),
    (None, ("declined", "stood_with_management")),
)
KINDS = [kind for _rung, kinds in OFFERED for kind in kinds]


@dataclass(frozen=True)
class Group:
    """Deeds that prove the same rung."""

    rung: int | None
    says: str
    choices: list[Any]


class TickForm(forms.Form):
    """Who it was: see Ticking."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("What did they do?"),
        widget=forms.RadioSelect,
        choices=[(kind, DEEDS[kind]) for kind in KINDS],
        error_messages={"required": gettext_lazy("What did they do? One tap.")},
    )
    day = forms.ChoiceField(label=gettext_lazy("When?"), required=False, widget=forms.RadioSelect)
    other_day = forms.DateField(
        label=gettext_lazy("a date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    words = forms.CharField(
        label=gettext_lazy("What was it?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )
    again = forms.BooleanField(
        label=gettext_lazy("It happened twice that day: note it once more"), required=False
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"day": today.isoformat(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.today, self.asks_again = today, False
        choices = [(day.isoformat(), _said(day, today)) for day in days_back(today)]
        # A form that waited over midnight still means the day that was tapped.
        posted = self.data.get("day") if self.is_bound else kwargs["initial"]["day"]
        if posted and posted not in dict(choices) and (day := _day(posted)):
            choices.append((posted, _said(day, today)))
        self.fields["day"].choices = choices  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[Group]:
        drawn = {str(choice.data["value"]): choice for choice in self["kind"]}
        return [Group(rung, _proves(rung), [drawn[kind] for kind in kinds]) for rung, kinds in OFFERED]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        on = cleaned.get("other_day") or _day(cleaned.get("day") or "")
        if on is None and not self.errors:
            self.add_error("day", _("When was it? One tap."))
        elif on and on > self.today:
            self.add_error("day", _("That day is still to come. Note it when it has happened."))
        elif on and on < EARLIEST:
            self.add_error("day", _("That is very long ago. Is the year right?"))
        return {**cleaned, "on": on}

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind not in KINDS:
            raise ValidationError(_("What did they do? One tap."))
        return kind


def _proves(rung: int | None) -> str:
    return begun(str(RUNGS[rung])) if rung else _("Proves nothing, and is good to know")


def _said(day: date, today: date) -> str:
    """`today`, `yesterday`, `Tuesday`."""
    away = (today - day).days
    if away < 2:
        return [_("today"), _("yesterday")][max(away, 0)]
    return date_format(day, "l" if away < 7 else "j M Y")


def day_said(day: date, today: date) -> str:
    """`on Tuesday`, in a sentence."""
    said = _said(day, today)
    return said if (today - day).days < 2 else _("on %(day)s") % {"day": said}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
