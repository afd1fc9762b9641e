"""What is asked for planning: what a member can, how much each wish weighs, which places, who is put where."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.pairs.planner import LEAST, MOST_WORKS, WISHES
from masslink.sites.forms import PlainForm
from masslink.sites.models import Shift, Site

HOW_MANY = (
    ("0", gettext_lazy("can’t for now")),
    ("1", gettext_lazy("one pair")),
    ("2", gettext_lazy("two")),
    ("3", gettext_lazy("three")),
    ("4", gettext_lazy("four")),
)


class ReadinessForm(PlainForm):
    """Languages, times, how many pairs, done before; and where not."""

    languages = forms.CharField(
        label=gettext_lazy("Languages you can talk with people in"),
        max_length=120,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": gettext_lazy("Portuguese, English")}
        ),
    )
    times = forms.MultipleChoiceField(
        label=gettext_lazy("When you can"),
        help_text=gettext_lazy("Nothing chosen: whenever. What you choose is all you are planned for."),
        choices=Shift.Time.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    at_most = forms.ChoiceField(
        label=gettext_lazy("How many pairs you can carry"),
        help_text=gettext_lazy("Nobody asks why. You are never planned for more."),
        choices=HOW_MANY,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how many: one tap.")},
    )
    experienced = forms.BooleanField(label=gettext_lazy("I have done this before"), required=False)
    not_here = forms.MultipleChoiceField(
        label=gettext_lazy("Not at these places for now"),
        help_text=gettext_lazy("Only those who have access to the place can read this."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {site.pk.hex: site for site in sites}
        self.fields["not_here"].choices = [(id, site.name) for id, site in self.sites.items()]  # type: ignore[attr-defined]
        if not sites:
            del self.fields["not_here"]

    def clean_not_here(self) -> list[Site]:
        return [self.sites[id] for id in self.cleaned_data["not_here"]]


LABELS: dict[str, tuple[Any, Any]] = {
    "cover": (
        gettext_lazy("Every unit and shift has a pair"),
        gettext_lazy("Those with many people come first."),
    ),
    "links": (gettext_lazy("Deep links stay with who holds them"), ""),
    "languages": (gettext_lazy("The two speak what the people there speak"), ""),
    "hours": (
        gettext_lazy("Whoever said that they can at that time comes first"),
        gettext_lazy("Whoever said other times is never planned then, whatever you choose."),
    ),
    "experience": (gettext_lazy("Somebody who has done this before goes with somebody new"), ""),
    "together": (gettext_lazy("Pairs that there are stay together"), ""),
    "spread": (gettext_lazy("The load is even"), gettext_lazy("A first pair for many before a second for some.")),
    "close": (gettext_lazy("Few get access who don’t have it yet"), ""),
}  # fmt: skip
HOW_MUCH = (
    gettext_lazy("doesn’t matter"),
    gettext_lazy("a little"),
    gettext_lazy("matters"),
    gettext_lazy("a lot"),
    gettext_lazy("matters most"),
)


class WishesForm(forms.Form):
    """How much each wish matters; `seen` is the last word that was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for wish in WISHES:
            label, help_text = LABELS[wish]
            self.fields[wish] = forms.TypedChoiceField(
                label=label,
                help_text=help_text,
                coerce=int,
                choices=[(n, words) for n, words in enumerate(HOW_MUCH) if n >= LEAST.get(wish, 0)],
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("How much does this matter?")},
            )

    @property
    def weights(self) -> dict[str, int]:
        return {wish: self.cleaned_data[wish] for wish in WISHES}


class StartForm(forms.Form):
    """Which of my places a plan is for, and how much one pair takes on."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    places = forms.MultipleChoiceField(
        label=gettext_lazy("For which places"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one place.")},
    )
    most_works = forms.TypedChoiceField(
        label=gettext_lazy("How much one pair takes on, at most"),
        help_text=gettext_lazy("Units on a shift, all of one unit or on one shift."),
        coerce=int,
        choices=[
            (1, gettext_lazy("one")),
            (2, gettext_lazy("two")),
            (3, gettext_lazy("three")),
            (4, gettext_lazy("four")),
        ],
        initial=MOST_WORKS,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"once": uuid4(), "places": [site.pk.hex for site in sites]})
        super().__init__(*args, **kwargs)
        self.sites = {site.pk.hex: site for site in sites}
        self.fields["places"].choices = [(id, site.name) for id, site in self.sites.items()]  # type: ignore[attr-defined]

    def clean_places(self) -> list[Site]:
        return [self.sites[id] for id in self.cleaned_data["places"]]


class PutForm(forms.Form):
    """Put a member at a work, with whomever."""

    use_required_attribute = False  # the page's other buttons stand in the same form

    member = forms.ChoiceField(label=gettext_lazy("Who"))
    work = forms.ChoiceField(label=gettext_lazy("Where"))

    def __init__(
        self, *args: Any, members: list[tuple[str, str]], works: list[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [("", _("choose")), *members]  # type: ignore[attr-defined]
        self.fields["work"].choices = [("", _("choose")), *works]  # type: ignore[attr-defined]
