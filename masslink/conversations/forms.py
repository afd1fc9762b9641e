"""Forms for what is noted after a talk, and after something happened."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.conversations.models import Observation
from masslink.people.labels import DEEDS
from masslink.people.links import SHORT, TALKED, TALKS, TRIED
from masslink.sites.models import Site, Unit
from masslink.tasks.forms import ByWhen, date_input

LONGEST = 10_000
EARLIEST = date(1990, 1, 1)
NOW, EARLIER, YESTERDAY = "", "earlier", "yesterday"

# Deeds that often go with a talk; the others stand behind "more".
OFTEN = ("idea", "came", "signed", "spoke_up", "brought")
SELDOM = tuple(kind for kind in DEEDS if kind not in (*OFTEN, *TALKS))
STOOD_UP = ("spoke_up", "defended", "acted", "signed", "led")


def not_too_long(text: str) -> None:
    if len(text) > LONGEST:
        said = _("That is %(length)d letters; %(most)d fit. Shorten it, or make two notes of it.")
        raise ValidationError(said % {"length": len(text), "most": LONGEST})


def divides_field() -> forms.ChoiceField:
    """Whether it sets people against each other, and by what."""
    return forms.ChoiceField(
        label=gettext_lazy("Does it divide people here? By what?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[*Observation.Divides.choices, ("", gettext_lazy("no"))],
    )


class Words(forms.CharField):
    """A note of any sensible length. Nothing is cut off while typing: one is told, and keeps it."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), validators=[not_too_long], **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class Noted(ByWhen):
    """What a talk and an observation share: the form's own id, when it was, and what is next."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    was = forms.ChoiceField(
        label=gettext_lazy("When was it"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (NOW, gettext_lazy("just now")),
            (EARLIER, gettext_lazy("earlier today")),
            (YESTERDAY, gettext_lazy("yesterday")),
        ],
    )
    was_on = forms.DateField(label=gettext_lazy("or on a day"), required=False, widget=date_input())

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_was_on(self) -> date | None:
        day: date | None = self.cleaned_data["was_on"]
        if day and day > self.today:
            raise ValidationError(_("That day is still to come."))
        if day and day < EARLIEST:
            raise ValidationError(_("That is very long ago. Is the year right?"))
        return day

    @property
    def at(self) -> datetime:
        """When it was. Of a day without an hour, noon; of today, halfway between its beginning and now."""
        was, day = self.cleaned_data["was"], self.cleaned_data["was_on"]
        if day and day != self.today:
            return _noon(day)
        if was == YESTERDAY and not day:
            return _noon(self.today - timedelta(days=1))
        if was == EARLIER or day:
            midnight = timezone.make_aware(datetime.combine(self.today, time()))
            return midnight + (self.now - midnight) / 2
        return self.now

    @property
    def was_open(self) -> bool:
        return bool(self["was"].value() or self["was_on"].value() or self["was_on"].errors)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


class TalkForm(Noted):
    """After a talk: how it went, what they said and did, what is next. With whom: see Picking."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did it go"),
        widget=forms.RadioSelect,
        initial=TALKED,
        choices=[
            (TALKED, gettext_lazy("Talked both ways")),
            (SHORT, gettext_lazy("Only short")),
            (TRIED, gettext_lazy("Not reached")),
        ],
        error_messages={"required": gettext_lazy("How did it go? One tap.")},
    )
    words = Words(label=gettext_lazy("What they said"), required=False)
    deeds = forms.MultipleChoiceField(
        label=gettext_lazy("They also"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind, DEEDS[kind]) for kind in (*OFTEN, *SELDOM)],
    )

    often = len(OFTEN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].widget.attrs["placeholder"] = _("Talk again")

    def clean(self) -> dict[str, Any]:
        """A day alone means: talk again."""
        cleaned = super().clean()
        if cleaned["due"] and not cleaned.get("what"):
            cleaned["what"] = _("Talk again")
        return cleaned

    @property
    def more_open(self) -> bool:
        return bool(set(self["deeds"].value() or ()) & set(SELDOM))


class HappenedForm(Noted):
    """Something that happened at a place. Who stood up: see Picking."""

    site = forms.ChoiceField(label=gettext_lazy("Where"), required=False, widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    happened = Words(label=gettext_lazy("What happened"), rows=3)
    how = forms.ChoiceField(
        label=gettext_lazy("What they did"),
        required=False,
        widget=forms.RadioSelect,
        initial="spoke_up",
        choices=[(kind, DEEDS[kind]) for kind in STOOD_UP],
    )
    why = Words(label=gettext_lazy("Why we think so"), required=False, rows=2)
    follows = Words(label=gettext_lazy("What follows"), required=False, rows=2)
    divides = divides_field()

    def __init__(self, *args: Any, sites: list[Site], units: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in sites}
        self.fields["site"].choices = [(key, site.name) for key, site in self.sites.items()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["what"].label = _("To do")
        self.fields["happened"].error_messages["required"] = _("Say in a line what happened.")

    @property
    def unit_chosen(self) -> Unit | None:
        id = self.cleaned_data.get("unit")
        return Unit.objects.select_related("site").get(pk=id) if id else None

    @property
    def site_chosen(self) -> Site | None:
        """The one chosen; else the unit's; else the only one there is."""
        if chosen := self.sites.get(self.cleaned_data.get("site") or ""):
            return chosen
        unit = self.unit_chosen
        return unit.site if unit else next(iter(self.sites.values())) if len(self.sites) == 1 else None


class ObservationForm(forms.Form):
    """What was noted, said better."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    happened = Words(label=gettext_lazy("What happened"), rows=3)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    why = Words(label=gettext_lazy("Why we think so"), required=False, rows=2)
    follows = Words(label=gettext_lazy("What follows"), required=False, rows=2)
    divides = divides_field()

    def __init__(self, *args: Any, units: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class TriedForm(forms.Form):
    """What was tried against what divides people, once something was."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    tried = Words(label=gettext_lazy("What we tried, and what came of it"), required=False, rows=5)
