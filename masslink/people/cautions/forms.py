"""Forms of cautions: what one saw oneself. What somebody else told is turned away, kindly."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.people.cautions.models import Caution
from masslink.people.fades import Rule
from masslink.people.labels import for_long

OWN, TOLD = "own", "told"
LONGEST = 2000


class FirstHand(forms.Form):
    """Did you see or hear it yourself?"""

    how = forms.ChoiceField(
        label=gettext_lazy("Did you see or hear it yourself?"),
        choices=[(OWN, gettext_lazy("yes, myself")), (TOLD, gettext_lazy("no, I was told"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Did you see or hear it yourself? One tap.")},
    )
    seen = forms.CharField(
        label=gettext_lazy("What you saw or heard"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write in a line what you saw or heard yourself.")},
    )

    @property
    def is_told(self) -> bool:
        """Somebody else saw it. That is no mistake in a form: the page says kindly that it isn't written down."""
        return self.data.get("how") == TOLD

    def clean_how(self) -> str:
        how: str = self.cleaned_data["how"]
        if how == TOLD:
            raise ValidationError(
                _("Nothing was saved: only what you saw or heard yourself is written down.")
            )
        return how

    def clean_seen(self) -> str:
        return str(self.cleaned_data["seen"]).replace("\r\n", "\n").strip()


class CautionForm(FirstHand):
    """A new one, or new evidence after `before`."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    on = forms.DateField(
        label=gettext_lazy("When was it?"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("On which day was it?")},
    )
    safe = forms.CharField(
        label=gettext_lazy("What may safely be said to them"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say what one can talk about with them: somebody will.")},
    )

    field_order = ("how", "on", "seen", "safe")

    def __init__(
        self, *args: Any, today: date, rule: Rule, before: Caution | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.rule, self.before = today, rule, before

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError(_("That day is still to come."))
        if on <= self.rule.limit(self.today):
            text = _("That is longer ago than %(long)s, and wouldn’t be kept: people change.")
            raise ValidationError(text % {"long": for_long(self.rule.days_on(self.today))})
        if self.before and on <= self.before.on:
            text = _("New evidence is something that happened after %(day)s.")
            raise ValidationError(text % {"day": date_format(self.before.on, "j M Y")})
        return on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        seen = data.get("seen", "")
        if self.before and seen and seen in (self.before.seen, self.before.confirmed_seen):
            self.add_error("seen", _("These words stand there already. What did you see since?"))
        return data


class ConfirmForm(FirstHand):
    """Own knowledge of a second one, written before they read what the first one wrote."""

    def __init__(self, *args: Any, caution: Caution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.caution = caution
        self.fields["how"].label = _(
            "Do you know yourself that they carried word of a co-worker to management?"
        )

    def clean_seen(self) -> str:
        seen = super().clean_seen()
        if seen.casefold() == self.caution.seen.casefold():
            raise ValidationError(_("Write it in your own words, as you saw it."))
        return seen
