"""What is asked about access: who gets it, until when; whom to ask for it; which places."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.sites.models import Site

LONGEST = timedelta(days=2 * 365)


def _day(label: Any) -> forms.DateField:
    box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=box)


class UntilForm(forms.Form):
    """For good, or until a day."""

    until = _day(gettext_lazy("Until"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until and until <= self.today:
            raise forms.ValidationError(_("That day is over. Choose a later one, or none: for good."))
        if until and until > self.today + LONGEST:
            raise forms.ValidationError(_("That is more than two years ahead. Leave it empty: for good."))
        return until


def _who(label: Any, ask: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, widget=forms.RadioSelect, error_messages={"required": ask})


class GiveForm(UntilForm):
    """Let somebody work at a place."""

    member = _who(gettext_lazy("Who"), gettext_lazy("Say who: one tap."))

    field_order = ("member", "until")

    def __init__(self, *args: Any, others: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {member.pk.hex: member for member in others}
        self.fields["member"].choices = [(id, m.name) for id, m in self.others.items()]  # type: ignore[attr-defined]
        if len(others) == 1:
            self.fields["member"].initial = others[0].pk.hex

    def clean_member(self) -> Member:
        return self.others[self.cleaned_data["member"]]


class AskForm(forms.Form):
    """Ask somebody to give access to one of their places; coordinators may ask for a newcomer."""

    member = _who(gettext_lazy("For whom"), gettext_lazy("Say for whom: one tap."))
    asked = _who(gettext_lazy("Whom do you ask?"), gettext_lazy("Say whom you ask: one tap."))

    def __init__(self, *args: Any, me: Member, others: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {member.pk.hex: member for member in (me, *others)}
        names = [(member.pk.hex, member.name) for member in others]
        self.fields["asked"].choices = names  # type: ignore[attr-defined]
        if me.is_coordinator:
            self.fields["member"].choices = [(me.pk.hex, _("me")), *names]  # type: ignore[attr-defined]
            self.fields["member"].initial = me.pk.hex
        else:
            del self.fields["member"]
        self.me = me

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        member = self.members.get(data.get("member", self.me.pk.hex))
        asked = self.members.get(data.get("asked", ""))
        if member and member == asked:
            self.add_error("asked", _("Choose two: who asks, and who is asked."))
        return {**data, "member": member, "asked": asked}


class WishForm(UntilForm):
    """Which of my places somebody who asked gets access to."""

    places = forms.MultipleChoiceField(
        label=gettext_lazy("Which place?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose a place, or say that it can’t be now.")},
    )

    field_order = ("places", "until")

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {site.pk.hex: site for site in sites}
        self.fields["places"].choices = [(id, site.name) for id, site in self.sites.items()]  # type: ignore[attr-defined]

    def clean_places(self) -> list[Site]:
        return [self.sites[id] for id in self.cleaned_data["places"]]
