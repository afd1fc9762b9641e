"""Forms of agendas and minutes. Nothing is cut off while typing: who writes too much is told, and keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.core.days import DayField
from masslink.decisions.deciding_forms import DecideForm
from masslink.decisions.forms import LongText, date_input, past_day
from masslink.decisions.models import Question
from masslink.gatherings.models import Gathering
from masslink.ideas.models import Telling
from masslink.meetings.models import LONGEST, TITLE, AgendaItem, Minute
from masslink.meetings.names_out import Name, Stands
from masslink.tasks.forms import ByWhen

NOTHING = gettext_lazy("There is nothing written yet.")


def one_line(text: str) -> str:
    return " ".join(text.split())


class Title(forms.CharField):
    """One line; too long a one is said, not cut."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"})
        super().__init__(max_length=TITLE, widget=box, **kwargs)
        self.widget.attrs.pop("maxlength", None)

    def clean(self, value: Any) -> str:
        return str(super().clean(one_line(value or "")))


# --- the agenda ----------------------------------------------------------------------------------------


class ItemForm(forms.Form):
    """What we talk about, who leads it, how long."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = Title(
        label=gettext_lazy("What we talk about"),
        error_messages={"required": gettext_lazy("Say in a line what it is about.")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        widget=forms.TextInput(attrs={"class": "few", "inputmode": "numeric", "autocomplete": "off"}),
    )
    lead = forms.ModelChoiceField(
        Member.objects.none(),
        label=gettext_lazy("Who leads it"),
        required=False,
        empty_label=gettext_lazy("nobody yet"),
    )
    about = LongText(label=gettext_lazy("What belongs to it"), required=False, rows=3)

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = members  # type: ignore[attr-defined]

    @property
    def written(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "minutes", "lead", "about")}

    @staticmethod
    def as_it_is(item: AgendaItem) -> dict[str, Any]:
        names = ("title", "minutes", "about", "version")
        return {**{name: getattr(item, name) for name in names}, "lead": item.lead_id}


class TemplateForm(forms.Form):
    """An agenda's order, kept for other meetings."""

    name = forms.CharField(label=gettext_lazy("What it is called"), max_length=60)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


# --- while it runs -------------------------------------------------------------------------------------


class NoteForm(forms.Form):
    """Words of the minutes; `item` is the one under which they were typed."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    item = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = LongText(label=gettext_lazy("What is said"), rows=5, error_messages={"required": NOTHING})


class MinuteForm(forms.Form):
    """A note said better."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    words = LongText(label=gettext_lazy("In words"), rows=5, error_messages={"required": NOTHING})
    more = LongText(label=gettext_lazy("How"), required=False, rows=2)

    def __init__(self, *args: Any, minute: Minute, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(minute, name) for name in ("version", "words", "more")}
        if minute.what != Minute.What.TO_DO:
            del self.fields["more"]


class DecidedForm(DecideForm):
    """A decision as it falls: of an open question, or of a new one."""

    NEW = ""

    item = forms.UUIDField(required=False, widget=forms.HiddenInput)
    question = forms.ChoiceField(label=gettext_lazy("Of which question"), required=False, widget=forms.Select)
    what = forms.CharField(
        label=gettext_lazy("What was the question?"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    must_choose = False

    def __init__(self, *args: Any, questions: Iterable[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = {str(one.pk): one for one in questions}
        choices = [(key, one.what) for key, one in self.questions.items()]
        self.fields["question"].choices = [(self.NEW, _("another one")), *choices]  # type: ignore[attr-defined]

    def clean_what(self) -> str:
        what = one_line(self.cleaned_data["what"])
        if len(what) > 240:
            raise ValidationError(_("That is %(n)d letters; 240 fit. Say it shorter.") % {"n": len(what)})
        return what

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("question") and not cleaned.get("what") and "question" not in self.errors:
            self.add_error("what", _("Say in one sentence what was decided about: others find it by that."))
        return cleaned

    @property
    def chosen(self) -> Question | None:
        return self.questions.get(self.cleaned_data["question"])


class AgreedForm(ByWhen):
    """A to-do as it is agreed: who, what, how, by when, and when they report back."""

    NEXT, DUE, DAY, NEVER = "next", "due", "day", ""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    item = forms.UUIDField(required=False, widget=forms.HiddenInput)
    member = forms.ModelChoiceField(Member.objects.none(), label=gettext_lazy("Who"), empty_label=None)
    how = LongText(label=gettext_lazy("How"), required=False, rows=2)
    report = forms.ChoiceField(label=gettext_lazy("Reports back"), required=False, widget=forms.RadioSelect)
    report_day = DayField(label=gettext_lazy("From which day on"), required=False)

    nothing = ""

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["what"].required, self.fields["what"].label = True, _("What")
        self.fields["report"].choices = [  # type: ignore[attr-defined]
            (self.NEXT, _("at the next meeting")),
            (self.DUE, _("at the first one after it is due")),
            (self.DAY, _("from a day on")),
            (self.NEVER, _("needn’t")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("report") == self.DAY and not self.errors:
            if not (day := cleaned.get("report_day")):
                self.add_error("report_day", _("From which day on?"))
            elif day < self.today:
                self.add_error("report_day", _("That day is over. Choose a later one."))
        return cleaned

    def report_on(self, tomorrow: date) -> date | None:
        """From which day on it comes up; the meeting itself is over by `tomorrow`."""
        days = {
            self.NEXT: tomorrow,
            self.DUE: self.cleaned_data["due"],
            self.DAY: self.cleaned_data["report_day"],
        }
        day: date | None = days.get(self.cleaned_data["report"])
        return day


class RaisedForm(forms.Form):
    """An idea as somebody says it."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    item = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = LongText(
        label=gettext_lazy("The idea, in their words"), rows=4, error_messages={"required": NOTHING}
    )
    member = forms.ModelChoiceField(
        Member.objects.none(), label=gettext_lazy("Whose it is"), empty_label=None
    )
    telling = forms.ChoiceField(
        label=gettext_lazy("How it may be told"), widget=forms.RadioSelect, choices=Telling.choices
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


# --- adopted -------------------------------------------------------------------------------------------


class AdoptForm(forms.Form):
    """The minutes are right: at which meeting that was said, and what was corrected."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    at_gathering = forms.ChoiceField(
        label=gettext_lazy("At which meeting"), required=False, widget=forms.RadioSelect
    )
    corrections = LongText(label=gettext_lazy("What was corrected"), required=False, rows=3)
    on = forms.DateField(label=gettext_lazy("Adopted on"), widget=date_input())

    def __init__(self, *args: Any, later: Iterable[Gathering], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.later = today, {str(one.pk): one for one in later}
        choices = [(key, f"{one.title}, {date_format(one.on, 'j F')}") for key, one in self.later.items()]
        self.fields["at_gathering"].choices = [*choices, ("", _("between two meetings"))]  # type: ignore[attr-defined]

    def clean_on(self) -> date | None:
        return past_day(self.cleaned_data["on"], self.today)

    @property
    def meeting(self) -> Gathering | None:
        return self.later.get(self.cleaned_data["at_gathering"])


class BlackOutForm(forms.Form):
    """A name that has to go; `sure` says for what it was shown where it stands."""

    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    words = forms.CharField(
        label=gettext_lazy("Which name or words"),
        min_length=2,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    within = forms.BooleanField(label=gettext_lazy("Within other words, too"), required=False)

    @property
    def name(self) -> Name:
        return Name(self.cleaned_data["words"], whole=not self.cleaned_data["within"])

    def shown(self, found: Stands) -> str:
        """What `sure` says once this was shown."""
        return f"{self.cleaned_data['within']:d} {found.mark} {self.cleaned_data['words']}"


class CorrectionForm(forms.Form):
    """Beside adopted minutes."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = LongText(
        label=gettext_lazy("What isn’t right, and how it was"), rows=4, error_messages={"required": NOTHING}
    )
