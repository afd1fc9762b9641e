"""Forms for founding and unlocking. What is read off paper is forgiven its capitals and spaces."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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

    def clean_login(self) -> str:
        return tidy_login(self.cleaned_data["login"])
