"""Forms about gatherings: planning one or what repeats, changing it, calling it off, who does what."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.conversations.forms import Words
from masslink.core.days import DayField
from masslink.gatherings import recurrence
from masslink.gatherings.models import Gathering, Kind, Role, Series
from masslink.gatherings.recurrence import LAST, LAST_DAY, MONTH_DAY, MONTH_WEEKDAY, WEEKS, Rule
from masslink.sites.models import Site
from masslink.tasks.days import YEARS_AHEAD
from masslink.tasks.forms import date_input

US = "us"
A_YEAR = timedelta(days=366)
A_NIGHT = timedelta(hours=10)  # what ends earlier on the clock than it begins may last so long, over midnight
MOST = 500  # times

ONCE, WEEKLY, FORTNIGHTLY, SAME_DAY, LAST_OF_MONTH, SAME_WEEKDAY, LAST_WEEKDAY = (
    "",
    "week",
    "fortnight",
    "day",
    "last_day",
    "weekday",
    "last_weekday",
)
REPEATS = [
    (ONCE, gettext_lazy("only once")),
    (WEEKLY, gettext_lazy("every week")),
    (FORTNIGHTLY, gettext_lazy("every two weeks")),
    (SAME_DAY, gettext_lazy("every month, on that date")),
    (LAST_OF_MONTH, gettext_lazy("every month, on its last day")),
    (SAME_WEEKDAY, gettext_lazy("every month, on that weekday (the second Thursday)")),
    (LAST_WEEKDAY, gettext_lazy("every month, on the last such weekday")),
]
THIS, LATER = "this", "later"


def clock_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


@dataclass(frozen=True)
class Times:
    """What a form says about when: on the wall clock, and for what repeats how often."""

    day: date
    begins: time
    minutes: int | None
    rule: Rule | None

    @property
    def starts_at(self) -> datetime:
        return recurrence.moment(self.day, self.begins, ZoneInfo(settings.TIME_ZONE))

    @property
    def ends_at(self) -> datetime | None:
        zone = ZoneInfo(settings.TIME_ZONE)
        return recurrence.end_moment(self.day, self.begins, self.minutes, zone) if self.minutes else None


class WhenForm(forms.Form):
    """Day and hour, and how it repeats."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    begins = forms.TimeField(label=gettext_lazy("Begins"), widget=clock_input())
    ends = forms.TimeField(label=gettext_lazy("Ends"), required=False, widget=clock_input())
    repeats = forms.ChoiceField(
        label=gettext_lazy("How often"), required=False, widget=forms.RadioSelect, choices=REPEATS
    )
    every = forms.IntegerField(
        label=gettext_lazy("Or every so many weeks or months"), required=False, min_value=1, max_value=52
    )
    until = DayField(label=gettext_lazy("Until"), required=False)
    times = forms.IntegerField(label=gettext_lazy("Or so many times"), required=False, min_value=1)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self.today - A_YEAR:
            raise ValidationError(_("That is more than a year ago. Is the year right?"))
        if day > self.today + YEARS_AHEAD:
            raise ValidationError(_("That is more than five years ahead. Is the year right?"))
        return day

    def clean_times(self) -> int | None:
        times: int | None = self.cleaned_data["times"]
        if times and times > MOST:
            text = _("%(most)d times fit. For longer, leave it open: it goes on until you end it.")
            raise ValidationError(text % {"most": MOST})
        return times

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, begins = cleaned.get("day"), cleaned.get("begins")
        if day and begins:
            self._check_hours(day, begins, cleaned.get("ends"))
        if day and cleaned.get("repeats"):
            self._check_repeating(day, cleaned)
        return cleaned

    def _check_hours(self, day: date, begins: time, ends: time | None) -> None:
        if recurrence.is_skipped(day, begins, ZoneInfo(settings.TIME_ZONE)):
            text = _(
                "The clocks are put forward that night: there is no %(hour)s. Choose an hour before or after."
            )
            self.add_error("begins", text % {"hour": f"{begins:%H:%M}"})
        if ends is not None and (ends == begins or (_lasts(begins, ends) > A_NIGHT and ends < begins)):
            self.add_error("ends", _("It ends before it begins."))

    def _check_repeating(self, day: date, cleaned: dict[str, Any]) -> None:
        repeats, until = cleaned["repeats"], cleaned.get("until")
        if until and cleaned.get("times"):
            self.add_error("times", _("Until a day or so many times: choose one of the two."))
        if until and until < day:
            self.add_error("until", _("That is before it begins."))
        if wanted := _other_day(repeats, day):
            text = _("%(day)s isn’t that day of its month; %(wanted)s is.")
            shown = {"day": date_format(day, "j F"), "wanted": date_format(wanted, "j F")}
            self.add_error("day", text % shown)
        if not self.errors and not any(recurrence.days(self._rule(cleaned), self.today)):
            self.add_error("until", _("None of its days is still to come."))

    def _rule(self, cleaned: dict[str, Any]) -> Rule:
        repeats, day = cleaned["repeats"], cleaned["day"]
        every = cleaned.get("every") or (2 if repeats == FORTNIGHTLY else 1)
        pattern = {SAME_DAY: MONTH_DAY, LAST_OF_MONTH: MONTH_DAY, SAME_WEEKDAY: MONTH_WEEKDAY}
        nth = LAST if repeats == LAST_WEEKDAY or recurrence.nth_of(day) > 4 else recurrence.nth_of(day)
        return Rule(
            first=day,
            pattern=MONTH_WEEKDAY if repeats == LAST_WEEKDAY else pattern.get(repeats, WEEKS),
            every=every,
            day=LAST_DAY if repeats == LAST_OF_MONTH else day.day,
            nth=nth,
            until=cleaned.get("until"),
            times=cleaned.get("times"),
        )

    @property
    def when(self) -> Times:
        cleaned = self.cleaned_data
        begins, ends = cleaned["begins"], cleaned["ends"]
        minutes = int(_lasts(begins, ends).total_seconds() // 60) if ends else None
        rule = self._rule(cleaned) if cleaned["repeats"] else None
        return Times(cleaned["day"], begins, minutes, rule)

    @property
    def repeats_open(self) -> bool:
        """Whether something about repeating was chosen, or is wrong."""
        names = ("repeats", "every", "until", "times")
        return any(self[name].value() or self[name].errors for name in names)


def _lasts(begins: time, ends: time) -> timedelta:
    """From one hour of the clock to another, over midnight if need be."""
    minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    return timedelta(minutes=minutes % (24 * 60))


def _other_day(repeats: str, day: date) -> date | None:
    """The day that must have been meant, where the first day isn't one of those chosen."""
    if repeats == LAST_OF_MONTH:
        wanted = next(recurrence.days(Rule(day, MONTH_DAY, day=LAST_DAY)))
    elif repeats == LAST_WEEKDAY:
        wanted = recurrence.weekday_of_month(day.year, day.month, day.weekday(), LAST)
    else:
        return None
    return wanted if wanted != day else None


class SaidForm(WhenForm):
    """What it is called, what for, where and how to get there."""

    title = forms.CharField(
        label=gettext_lazy("What is it called"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "next"}),
    )
    gathering_kind = forms.ChoiceField(
        label=gettext_lazy("What is it"), choices=Kind, initial=Kind.MEETING, widget=forms.RadioSelect
    )
    where = forms.CharField(label=gettext_lazy("Where"), max_length=200, required=False)
    way = Words(label=gettext_lazy("How to get there"), required=False, rows=2)
    purpose = Words(label=gettext_lazy("What is it for"), required=False, rows=3)

    @property
    def said(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name] for name in ("title", "gathering_kind", "where", "way", "purpose")
        }


class NewForm(SaidForm):
    """A new gathering, or something that repeats."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    about = forms.ChoiceField(label=gettext_lazy("Whose is it"), widget=forms.RadioSelect)
    tasks = forms.MultipleChoiceField(
        label=gettext_lazy("What has to be done there"),
        required=False,
        choices=[choice for choice in Role.Task.choices if choice[0] != Role.Task.OTHER],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in sites}
        places = [(key, site.name) for key, site in self.sites.items()]
        self.fields["about"].choices = [*places, (US, _("all of us"))]  # type: ignore[attr-defined]

    @property
    def site(self) -> Site | None:
        return self.sites.get(self.cleaned_data["about"])


class EditForm(SaidForm):
    """A gathering as it is, to be said better or moved; one that repeats: this one, or all after it too."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        label=gettext_lazy("What is changed"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (THIS, gettext_lazy("only this one")),
            (LATER, gettext_lazy("this one and all after it")),
        ],
    )
    is_slip = forms.BooleanField(
        label=gettext_lazy("“Where” was only misspelt: nobody has to be told"), required=False
    )

    def __init__(
        self, *args: Any, gathering: Gathering, has_come: bool, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.gathering, self.has_come, self.now = gathering, has_come, now
        self.fields["repeats"].choices = REPEATS[1:]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.data.get("scope") != LATER:  # how it repeats isn't asked then
            for name in ("repeats", "every", "until", "times"):
                self.cleaned_data[name] = "" if name == "repeats" else None
                self.errors.pop(name, None)
        cleaned = super().clean()
        if self.is_later and not cleaned.get("repeats") and not self.errors:
            self.add_error(
                "repeats", _("How often? To end what repeats, there is “The last one” on its page.")
            )
        if self.has_come and not self.errors and self.when.starts_at > self.now:
            text = _("It is ticked who came. What is over can’t be moved ahead; take the ticks away first.")
            self.add_error("day", text)
        return cleaned

    @property
    def is_later(self) -> bool:
        return self.cleaned_data.get("scope") == LATER

    @staticmethod
    def as_it_is(gathering: Gathering, series: Series | None) -> dict[str, Any]:
        start = timezone.localtime(gathering.starts_at)
        ends = timezone.localtime(gathering.ends_at).time() if gathering.ends_at else None
        said = {n: getattr(gathering, n) for n in ("title", "gathering_kind", "where", "way", "purpose")}
        return {
            **said,
            "day": start.date(),
            "begins": start.time(),
            "ends": ends,
            "version": gathering.version,
            "scope": THIS,
            **(_repeating(series, gathering) if series else {}),
        }


def _repeating(series: Series, gathering: Gathering) -> dict[str, Any]:
    rule = series.rule
    if rule.pattern == WEEKS:
        repeats = FORTNIGHTLY if rule.every == 2 else WEEKLY
    elif rule.pattern == MONTH_DAY:
        repeats = LAST_OF_MONTH if rule.day == LAST_DAY else SAME_DAY
    else:
        repeats = LAST_WEEKDAY if rule.nth == LAST else SAME_WEEKDAY
    usual = {WEEKLY: 1, FORTNIGHTLY: 2}.get(repeats, 1)
    before = sum(1 for _day in recurrence.days(rule, end=_day_before(gathering))) if rule.times else 0
    return {
        "repeats": repeats,
        "every": None if rule.every == usual else rule.every,
        "until": rule.until,
        "times": max(1, rule.times - before) if rule.times else None,
    }


def _day_before(gathering: Gathering) -> date:
    return (gathering.slot or gathering.on) - timedelta(days=1)


class CancelForm(forms.Form):
    """Why it doesn't take place, if one wants to say."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)


class RoleForm(forms.Form):
    """Who does what."""

    task = forms.ChoiceField(label=gettext_lazy("What"), choices=Role.Task, initial=Role.Task.CHAIR)
    said = forms.CharField(label=gettext_lazy("If something else: what"), max_length=60, required=False)
    member = forms.ModelChoiceField(
        Member.objects.none(),
        label=gettext_lazy("Who"),
        required=False,
        empty_label=gettext_lazy("nobody yet"),
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("task") == Role.Task.OTHER and not cleaned.get("said"):
            self.add_error("said", _("What is it? A word is enough."))
        if cleaned.get("task") != Role.Task.OTHER:
            cleaned["said"] = ""
        return cleaned
