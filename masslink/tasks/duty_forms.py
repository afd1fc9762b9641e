"""Forms about duties: a new one, another day, what was done."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.sites.models import Site
from masslink.tasks.duty_models import AT_MOST, Duty
from masslink.tasks.forms import US, date_input

YEAR = timedelta(days=366)


class DutyForm(forms.Form):
    """What it is, how often, how many of us."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("What"),
        max_length=60,
        help_text=gettext_lazy("A plain word: minutes, cooking, childcare. No names of people or places."),
        error_messages={"required": gettext_lazy("Say what it is: a word is enough.")},
    )
    about = forms.CharField(label=gettext_lazy("What belongs to it"), max_length=200, required=False)
    every = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Duty.Every.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("How often? One tap is enough.")},
    )
    first = forms.DateField(label=gettext_lazy("The first day"), widget=date_input())
    people = forms.TypedChoiceField(
        label=gettext_lazy("How many of us each time"),
        choices=[(n, str(n)) for n in range(1, AT_MOST + 1)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("How many? One tap is enough.")},
    )

    def __init__(self, *args: Any, today: date, before: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.before = today, before

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        if first != self.before and abs(first - self.today) > YEAR:
            raise forms.ValidationError(_("That is more than a year away. Is the year right?"))
        return first

    @property
    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "about", "every", "first", "people")}


class NewDutyForm(DutyForm):
    """The same, whose it is, and whether nobody likes it."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    whose = forms.ChoiceField(
        label=gettext_lazy("Who shares it"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Who shares it? One tap is enough.")},
    )
    is_unloved = forms.BooleanField(label=gettext_lazy("Nobody likes doing it"), required=False)

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in sites}
        places = [(key, _("those at %(place)s") % {"place": site.name}) for key, site in self.sites.items()]
        self.fields["whose"].choices = [(US, _("all of us")), *places]  # type: ignore[attr-defined]

    @property
    def site(self) -> Site | None:
        return self.sites.get(self.cleaned_data["whose"])


class DayForm(forms.Form):
    """One more day on which it is to be done."""

    on = forms.DateField(label=gettext_lazy("On which day"), widget=date_input())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.today:
            raise forms.ValidationError(_("That day is over. Choose a later one."))
        if on > self.today + YEAR:
            raise forms.ValidationError(_("That is more than a year ahead. Is the year right?"))
        return on


class DoneForm(forms.Form):
    """It was done without being anybody's turn, or by more of us."""

    on = forms.DateField(label=gettext_lazy("When"), widget=date_input())
    who = forms.ModelMultipleChoiceField(
        Member.objects.none(),
        label=gettext_lazy("Who did it"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Who did it? One tap is enough.")},
    )

    def __init__(self, *args: Any, today: date, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        sharing = Member.objects.filter(pk__in=[one.pk for one in members])
        self.fields["who"].queryset = sharing  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("That day is still to come."))
        if on < self.today - YEAR:
            raise forms.ValidationError(_("That is more than a year ago. Is the year right?"))
        return on
