"""Forms about corrections: fact, effect, proposal; what we learned and what changes; whether it did."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.conversations.forms import Words
from masslink.ideas.correction_models import Correction, Look
from masslink.ideas.forms import set_places, telling_field, where_field
from masslink.sites.models import Site
from masslink.tasks.days import YEARS_AHEAD
from masslink.tasks.forms import ByWhen, date_input, with_changed

USUALLY = timedelta(days=30)  # after which one looks whether it changed


class Said(forms.Form):
    """The gentle form: what happened, what came of it, what one proposes."""

    fact = Words(
        label=gettext_lazy("What happened"),
        rows=3,
        error_messages={"required": gettext_lazy("Say in a line what happened.")},
    )
    effect = Words(label=gettext_lazy("What it cost, what came of it"), required=False, rows=3)
    proposal = Words(label=gettext_lazy("What I propose"), required=False, rows=3)
    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    def named(self) -> list[str]:
        """Members whose name stands in it."""
        text = " ".join(str(self.cleaned_data.get(name, "")) for name in ("fact", "effect", "proposal"))
        words = {"".join(c for c in word if c.isalnum()).casefold() for word in text.split()}
        words |= {word.removesuffix("s") for word in words}
        names = Member.objects.filter(left_on=None).values_list("name", flat=True)
        return [name for name in names if name.split()[0].casefold() in words]

    def ask_about_names(self, about: str) -> None:
        """Criticism is of acts: whoever names one of us is asked once."""
        names = ", ".join(self.named()) if about == Correction.About.CRITICISM else ""
        if names and self.cleaned_data.get("sure") != names:
            text = _(
                "You name %(names)s. Say what was done, not who did it; or save again, if it can’t be said without."
            )
            self.add_error("fact", text % {"names": names})
            self.data = with_changed(cast(QueryDict, self.data), sure=names)


class CorrectionForm(Said):
    """A new one. Who pointed it out: see Picking."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    about = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        widget=forms.RadioSelect,
        choices=Correction.About.choices,
        initial=Correction.About.MISTAKE,
    )
    where = where_field()
    telling = telling_field()

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in sites}
        set_places(self.fields["where"], sites)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.ask_about_names(cleaned.get("about", ""))
        return cleaned

    @property
    def site(self) -> Site | None:
        return self.sites.get(self.cleaned_data.get("where") or "")


class EditCorrectionForm(Said):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, correction: Correction, **kwargs: Any) -> None:
        names = ("fact", "effect", "proposal", "version")
        kwargs["initial"] = {name: getattr(correction, name) for name in names}
        super().__init__(*args, **kwargs)
        self.correction = correction

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.ask_about_names(self.correction.about)
        return cleaned


def _day_to_look(day: date | None, today: date) -> date | None:
    if day and not today <= day <= today + YEARS_AHEAD:
        raise ValidationError(_("Choose a day from today on, within five years."))
    return day


class AgreeForm(ByWhen):
    """What we learned, what changes, who sees to it, and when we look whether it did."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    learned = Words(label=gettext_lazy("What we learned"), required=False, rows=3)
    changes = Words(
        label=gettext_lazy("What changes"),
        rows=3,
        error_messages={"required": gettext_lazy("Say what changes: a sentence is enough.")},
    )
    look_on = forms.DateField(
        label=gettext_lazy("When we look whether it changed"), required=False, widget=date_input()
    )
    member = forms.ModelChoiceField(
        Member.objects.none(), label=gettext_lazy("Who sees to it"), required=False, empty_label=None
    )

    nothing = ""

    def __init__(
        self, *args: Any, correction: Correction, members: list[Member], me: Member, **kwargs: Any
    ) -> None:
        today: date = kwargs["today"]
        kwargs["initial"] = {
            "seen": correction.version,
            "learned": correction.learned,
            "changes": correction.changes or correction.proposal,
            "look_on": correction.look_on or today + USUALLY,
            "member": me.pk,
        }
        super().__init__(*args, **kwargs)
        self.fields["what"].label = _("What somebody does about it")
        self.fields["member"].queryset = Member.objects.filter(pk__in=[one.pk for one in members])  # type: ignore[attr-defined]

    def clean_look_on(self) -> date | None:
        return _day_to_look(self.cleaned_data["look_on"], self.today)

    @property
    def to_do_open(self) -> bool:
        return bool(self["what"].value() or self["what"].errors or self["day"].errors)


class LookForm(forms.Form):
    """Whether it did change; and a day to look once more, where it didn't."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    did = forms.ChoiceField(
        label=gettext_lazy("Did it change?"),
        widget=forms.RadioSelect,
        choices=Look.Did.choices,
        error_messages={"required": gettext_lazy("One of these, please.")},
    )
    words = Words(label=gettext_lazy("How it shows"), required=False, rows=3)
    look_on = forms.DateField(label=gettext_lazy("Look once more on"), required=False, widget=date_input())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_look_on(self) -> date | None:
        return _day_to_look(self.cleaned_data["look_on"], self.today)
