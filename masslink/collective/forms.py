"""Forms for founding and unlocking. What is read off paper is forgiven its capitals and spaces."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from masslink.collective.look import LONGEST_NAME, Look, presets, tidy
from masslink.collective.offered import Offered

BETWEEN_WORDS = re.compile(r"[\s\-\u2010-\u2015.,;_]+")
PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def tidy_words(text: str) -> str:
    """Words as they were generated: lower case, single spaces, whatever a phone's keyboard made of them."""
    return " ".join(word for word in BETWEEN_WORDS.split(text.lower()) if word)


def tidy_login(text: str) -> str:
    return tidy_words(text).replace(" ", "-")


class Words(forms.CharField):
    """Generated words, typed from a sheet."""

    def to_python(self, value: Any) -> str:
        return tidy_words(super().to_python(value) or "")


class BeginForm(forms.Form):
    """The first step of founding."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Twelve characters that the server's console shows when it starts."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    space = forms.CharField(label=_("What your collective is called"), max_length=80)
    member = forms.CharField(
        label=_("The name you go by here"),
        max_length=60,
        help_text=_("Every member will see it. It need not be the one in your passport."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("space", "member"):
            self.fields[name].widget.attrs["autocomplete"] = "off"


class TypedBackForm(forms.Form):
    """Two of the six words, to see that they stand on paper."""

    first = Words(max_length=40, widget=forms.TextInput(attrs=PLAIN))
    second = Words(max_length=40, widget=forms.TextInput(attrs=PLAIN))

    def __init__(self, *args: Any, asked: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, place in zip(("first", "second"), asked, strict=True):
            self.fields[name].label = _("Word %(number)d") % {"number": place + 1}


class OfferedForm(TypedBackForm):
    """The same for words that were offered: refused where these aren't the two."""

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, asked=offered.asked, **kwargs)
        self.offered = offered

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not self.errors and not self.offered.typed_back(typed["first"], typed["second"]):
            raise forms.ValidationError(
                _("These are not the two words. Look at your sheet, or see the words again.")
            )
        return typed


class UnlockForm(forms.Form):
    """Login name and passphrase, in a password field: a phone's keyboard learns what is typed elsewhere."""

    login = forms.CharField(
        label=_("Login name"), max_length=64, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    passphrase = Words(
        label=_("Your six words"),
        max_length=200,
        required=False,
        help_text=_("Capitals, spaces and hyphens don't matter."),
        widget=forms.PasswordInput(attrs=PLAIN),
    )

    shared = forms.BooleanField(
        label=_("This is a shared phone"),
        required=False,
        help_text=_("Locks after five minutes, and keeps nothing."),
    )

    def clean_login(self) -> str:
        return tidy_login(self.cleaned_data["login"])


class LookForm(forms.Form):
    """A neutral name and icon for this phone: one of ours, or a short name of their own."""

    name = forms.ChoiceField(label=_("Name"), widget=forms.RadioSelect)
    own = forms.CharField(
        label=_("Another name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Something that nobody asks about."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    icon = forms.ChoiceField(label=_("Icon"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, look: Look) -> None:
        super().__init__(data, initial={"name": look.name, "icon": look.icon})
        names, icons = self.fields["name"], self.fields["icon"]
        assert isinstance(names, forms.ChoiceField) and isinstance(icons, forms.ChoiceField)
        offered = dict.fromkeys([*(one.name for one in presets()), look.name])
        names.required = False
        names.choices = [(name, name) for name in offered]
        icons.choices = [(one.icon, one.name) for one in presets()]

    def clean_own(self) -> str:
        return tidy(self.cleaned_data["own"])

    def look(self) -> Look:
        """What was chosen: a name that was typed wins, and without any it is the icon's."""
        icon: str = self.cleaned_data["icon"]
        usual = next(one.name for one in presets() if one.icon == icon)
        return Look(self.cleaned_data["own"] or self.cleaned_data["name"] or usual, icon)
