"""Forms about questions. Nothing is cut off while typing: who writes too much is told, and keeps it."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.decisions.models import Answer, Position, Question, Reservation, Trial

LONGEST = 10_000
AT_MOST = 12  # options to choose from
EARLIEST = date(1990, 1, 1)
YEARS_AHEAD = timedelta(days=10 * 365)
NO_DAY = "none"


def with_changed(data: QueryDict, **changes: object) -> QueryDict:
    """What was posted, with a field the server sets anew: what was seen by now."""
    data = data.copy()
    for name, value in changes.items():
        data[name] = str(value)
    return data


def months_after(day: date, months: int) -> date:
    """The same day some months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class LongText(forms.CharField):
    """Words of any sensible length."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), validators=[_not_too_long], **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def _not_too_long(text: str) -> None:
    if len(text) > LONGEST:
        said = _("That is %(length)d letters; %(most)d fit. Say it shorter.")
        raise ValidationError(said % {"length": len(text), "most": LONGEST})


class WithDay(forms.Form):
    """A day to come, by one tap or as a date; `chosen` in the cleaned data is what came of it, None for no day."""

    day = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    other_day = forms.DateField(label=gettext_lazy("a date"), required=False, widget=date_input())

    must_choose = False

    def __init__(self, *args: Any, today: date, before: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.before = today, before
        offered = self.offered()
        # A form that waited over midnight still means the day that was tapped.
        posted = _day(self.data.get("day") or "") if self.is_bound else before
        if posted and posted not in [day for day, _label in offered]:
            offered.insert(0, (posted, date_format(posted, "j F Y")))
        choices = [(day.isoformat(), label) for day, label in offered]
        self.fields["day"].choices = [*choices, (NO_DAY, self.no_day())]  # type: ignore[attr-defined]
        if not self.must_choose or before:
            self.fields["day"].initial = before.isoformat() if before else NO_DAY

    def offered(self) -> list[tuple[date, str]]:
        week = timedelta(days=7)
        return [
            (self.today + week, _("in a week")),
            (self.today + 2 * week, _("in two weeks")),
            (months_after(self.today, 1), _("in a month")),
        ]

    def no_day(self) -> str:
        return _("no day yet")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("other_day") or _day(cleaned.get("day") or "")
        if chosen and chosen < self.today and chosen != self.before:
            self.add_error("day", _("That day is over. Choose a later one."))
        elif chosen and chosen > self.today + YEARS_AHEAD:
            self.add_error("day", _("That is more than ten years ahead. Is the year right?"))
        elif (
            self.must_choose
            and not chosen
            and cleaned.get("day") != NO_DAY
            and "other_day" not in self.errors
        ):
            self.add_error("day", _("When do we look at it again? One tap is enough."))
        return {**cleaned, "chosen": chosen}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def past_day(day: date | None, today: date) -> date | None:
    if day and day > today:
        raise ValidationError(_("That day is still to come."))
    if day and day < EARLIEST:
        raise ValidationError(_("That is very long ago. Is the year right?"))
    return day


# --- asking --------------------------------------------------------------------------------------


class QuestionForm(WithDay):
    """The question and what belongs to it; with answers to gather first, if we want them."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    what = forms.CharField(
        label=gettext_lazy("The question, in one sentence"),
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("What is to be decided? One sentence.")},
    )
    background = LongText(label=gettext_lazy("What one should know"), required=False, rows=3)
    gathers = forms.ChoiceField(
        label=gettext_lazy("How they answer"), required=False, widget=forms.RadioSelect
    )
    options = LongText(label=gettext_lazy("What one may choose from, one a line"), required=False, rows=4)
    gather_until = forms.DateField(
        label=gettext_lazy("Last day for answers"), required=False, widget=date_input()
    )

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", as_it_is(question) if question else {})
        super().__init__(*args, before=question.decide_by if question else None, **kwargs)
        self.question = question
        self.fields["gathers"].choices = Question.Gathers.choices  # type: ignore[attr-defined]
        self.fields["day"].label = _("When we want to decide")
        self.fields["what"].widget.attrs.pop("maxlength", None)

    def clean_what(self) -> str:
        return " ".join(self.cleaned_data["what"].split())

    def clean_gather_until(self) -> date | None:
        day: date | None = self.cleaned_data["gather_until"]
        before = self.question.gather_until if self.question else None
        if day and day != before and not self.today <= day <= self.today + YEARS_AHEAD:
            raise ValidationError(_("Choose a day from today on, within ten years."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        lines = (line.strip() for line in (cleaned.get("options") or "").splitlines())
        options = list(dict.fromkeys(line for line in lines if line))
        if cleaned.get("gathers") == Question.Gathers.CHOICE and not 2 <= len(options) <= AT_MOST:
            self.add_error(
                "options", _("Two to %(most)d things to choose from, one a line.") % {"most": AT_MOST}
            )
        elif any(len(option) > 240 for option in options):
            self.add_error("options", _("One of these is too long to choose: one short line each."))
        return {**cleaned, "options": options}

    @property
    def written(self) -> dict[str, Any]:
        """What the acts take."""
        names = ("what", "background", "gathers", "options", "gather_until")
        return {**{name: self.cleaned_data[name] for name in names}, "decide_by": self.cleaned_data["chosen"]}

    @property
    def gathers_open(self) -> bool:
        return bool(self["gathers"].value() or self["options"].errors or self["gather_until"].errors)


class AskForm(QuestionForm):
    """A new question, and whose it is; `circles` are the ids and names of where it may lie."""

    circle = forms.ChoiceField(label=gettext_lazy("Whose question it is"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, circles: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].choices = [(str(id), name) for id, name in circles]  # type: ignore[attr-defined]
        self.fields["circle"].required = len(circles) > 1
        self.circles = [id for id, _name in circles]

    @property
    def circle_chosen(self) -> UUID:
        return UUID(self.cleaned_data["circle"]) if self.cleaned_data["circle"] else self.circles[0]


def as_it_is(question: Question) -> dict[str, Any]:
    names = ("what", "background", "gathers", "options", "gather_until", "version")
    return {name: getattr(question, name) for name in names}


# --- what is said about it -----------------------------------------------------------------------


class PositionForm(forms.Form):
    """One's own position; `seen` is the former one as it was when the form was shown."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    words = LongText(
        label=gettext_lazy("Your position"),
        rows=5,
        error_messages={"required": gettext_lazy("There is nothing written yet.")},
    )

    @staticmethod
    def as_it_is(mine: Position | None) -> dict[str, Any]:
        return {"words": mine.words, "seen": mine.pk} if mine else {}


class TrialForm(forms.Form):
    """What was tried, when, and what practice showed."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    what = LongText(
        label=gettext_lazy("What was tried"),
        rows=3,
        error_messages={"required": gettext_lazy("Say in a line what was tried.")},
    )
    showed = LongText(label=gettext_lazy("What practice showed"), required=False, rows=3)
    on = forms.DateField(label=gettext_lazy("When"), widget=date_input())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date | None:
        return past_day(self.cleaned_data["on"], self.today)

    @staticmethod
    def as_it_is(trial: Trial) -> dict[str, Any]:
        return {name: getattr(trial, name) for name in ("what", "showed", "on", "version")}


class AnswerForm(forms.Form):
    """One's own answer, before anybody sees a figure."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    choice = forms.ChoiceField(label=gettext_lazy("Choose one"), required=False, widget=forms.RadioSelect)
    words = LongText(label=gettext_lazy("Your answer"), required=False, rows=3)

    def __init__(self, *args: Any, choices: list[str], mine: Answer | None = None, **kwargs: Any) -> None:
        initial = {"choice": mine.choice, "words": mine.words, "seen": mine.version} if mine else {}
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.offered = choices
        none = [("", _("something else"))] if choices else []
        self.fields["choice"].choices = [*((one, one) for one in choices), *none]  # type: ignore[attr-defined]
        if choices:
            self.fields["words"].label = _("Why, or what else")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("choice") and not cleaned.get("words") and not self.errors:
            self.add_error("words", _("There is nothing written yet."))
        return cleaned


class ReserveForm(forms.Form):
    """A reservation or objection, and whether a name stands beside it."""

    ME, NOBODY = "me", "nobody"

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    weight = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        widget=forms.RadioSelect,
        choices=Reservation.Weight.choices,
        initial=Reservation.Weight.RESERVATION,
    )
    words = LongText(
        label=gettext_lazy("In words"),
        rows=4,
        error_messages={"required": gettext_lazy("There is nothing written yet.")},
    )
    whose = forms.ChoiceField(label=gettext_lazy("Whose it is"), initial=ME)

    def __init__(self, *args: Any, me: Member, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.me, self.members = me, {str(member.pk): member for member in members if member != me}
        asked = [(key, _("%(name)s asked me to") % {"name": one.name}) for key, one in self.members.items()]
        mine = [(self.ME, _("mine, with my name")), (self.NOBODY, _("without a name"))]
        self.fields["whose"].choices = [*mine, *asked]  # type: ignore[attr-defined]

    @property
    def member(self) -> Member | None:
        whose = self.cleaned_data["whose"]
        return self.me if whose == self.ME else self.members.get(whose)


# --- afterwards ----------------------------------------------------------------------------------


class ReviewForm(WithDay):
    """Looked at again: it stands, or it is back on the agenda; and by when."""

    STANDS, BACK = "stands", "back"

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("One of these, please.")},
    )
    words = LongText(label=gettext_lazy("What practice showed, or why"), required=False, rows=3)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": question.version}, **kwargs)
        stands = [(self.STANDS, _("it stands"))] if question.decided_on else []
        self.fields["outcome"].choices = [*stands, (self.BACK, _("back on the agenda"))]  # type: ignore[attr-defined]
        self.fields["outcome"].initial = None if stands else self.BACK
        self.fields["day"].label = _("By when we look at it again, or decide")

    def offered(self) -> list[tuple[date, str]]:
        return [*super().offered(), (months_after(self.today, 3), _("in three months"))]


class WithdrawForm(forms.Form):
    """Why it needn't be decided."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    words = LongText(label=gettext_lazy("Why it needn’t be decided"), required=False, rows=2)
