"""Forms about to-dos, and the choice of a day that other rooms' forms share."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.sites.models import Site
from masslink.tasks.days import YEARS_AHEAD, said, soon

US, ME = "us", "me"


def date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def with_changed(data: QueryDict, **changes: object) -> QueryDict:
    """What was posted, with a field the server sets anew: a version that was seen by now, another id."""
    data = data.copy()
    for name, value in changes.items():
        data[name] = str(value)
    return data


class ByWhen(forms.Form):
    """What is next and by when: a day by one tap, or a date. `due` in the cleaned data is what came of it."""

    what = forms.CharField(
        label=gettext_lazy("Next"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )
    day = forms.ChoiceField(label=gettext_lazy("By when"), required=False, widget=forms.RadioSelect)
    other_day = forms.DateField(label=gettext_lazy("a date"), required=False, widget=date_input())

    nothing: Any = gettext_lazy("nothing yet")  # what stands beside the days; "" where one must be chosen

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        choices = [(day.isoformat(), label) for day, label in soon(today)]
        # A form that waited over midnight still means the day that was tapped.
        posted = self.data.get(self.add_prefix("day")) if self.is_bound else None
        if posted and posted not in dict(choices) and (day := _day(posted)):
            choices.insert(0, (posted, said(day, today)))
        none = [("", self.nothing)] if self.nothing else []
        self.fields["day"].choices = [*choices, *none]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        due = cleaned.get("other_day") or _day(cleaned.get("day") or "")
        if due and due < self.today:
            self.add_error("day", _("That day is over. Choose a later one."))
        elif due and due > self.today + YEARS_AHEAD:
            self.add_error("day", _("That is more than five years ahead. Is the year right?"))
        elif cleaned.get("what") and not due and "other_day" not in self.errors:
            self.add_error("day", _("By when? One tap is enough."))
        return {**cleaned, "due": due}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class PromiseForm(ByWhen):
    """A new to-do: what, who, by when, and what it is about, which says who can read it."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    about = forms.ChoiceField(
        label=gettext_lazy("Where it belongs"), required=False, widget=forms.RadioSelect
    )
    member = forms.ModelChoiceField(
        Member.objects.none(), label=gettext_lazy("Who does it"), empty_label=None
    )

    nothing = ""

    def __init__(self, *args: Any, me: Member, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.me, self.sites = me, {str(site.pk): site for site in sites}
        self.fields["what"].required, self.fields["what"].label = True, _("What")
        self.fields["member"].queryset = Member.objects.filter(left_on=None)  # type: ignore[attr-defined]
        places = [(key, site.name) for key, site in self.sites.items()]
        self.fields["about"].choices = [*places, (US, _("our collective")), (ME, _("only me"))]  # type: ignore[attr-defined]

    @property
    def site(self) -> Site | None:
        return self.sites.get(self.cleaned_data.get("about") or "")

    @property
    def is_own(self) -> bool:
        return self.cleaned_data.get("about") == ME

    def check_readers(self, sites: list[Site]) -> None:
        """Whoever is to do it must be able to read it."""
        member = self.cleaned_data["member"]
        if self.is_own and not sites and member != self.me:
            self.add_error("member", _("What is only yours nobody else can read. Choose where it belongs."))
        for site in sites:
            if not site.members().filter(pk=member.pk).exists():
                text = _("%(name)s has no access to %(place)s, and could not read it.")
                self.add_error("member", text % {"name": member.name, "place": site.name})


class MoveForm(ByWhen):
    """Another day for a to-do."""

    nothing = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("due") and not self.errors:
            self.add_error("day", _("Which day?"))
        return cleaned


class RewordForm(forms.Form):
    """Say better what is to be done."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    what = forms.CharField(label=gettext_lazy("What"), max_length=200)


class LetGoForm(forms.Form):
    """Why it won't be done; others can read it."""

    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why: a word is enough.")},
    )
