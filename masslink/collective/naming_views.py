"""A page where a member chooses another name."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.doors import Request, flash, noted_once
from masslink.collective.models import Member
from masslink.collective.naming import rename_member, tidy_name
from masslink.core.pages import MEMBER, go, page
from masslink.vault.act import Conflict


class NameForm(forms.Form):
    """What one wants to be called."""

    name = forms.CharField(
        label=gettext_lazy("What we shall call you"),
        max_length=60,
        help_text=gettext_lazy("Every member will see it. It need not be the one in your passport."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Nothing was changed: a name is needed.")},
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": member.name}
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_name(self) -> str:
        others = Member.objects.filter(left_on=None).exclude(pk=self.member.pk)
        return tidy_name(self.cleaned_data["name"], others)


@page(MEMBER, carries=True)
def name(request: Request) -> HttpResponse:
    """Another name for oneself."""
    me = request.member
    form = NameForm(request.POST or None, member=me)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["name"]
        if wanted == me.name:
            noted_once(request)
            return go("member", me.pk)
        try:
            done = rename_member(by=me, at=request.now, member=me, name=wanted)
        except Conflict:
            form.add_error(
                None, _("Not changed: somebody changed your page at the same moment. Send it again.")
            )
        else:
            text = _("You go by %(name)s now, also in what was written before.") % {"name": wanted}
            flash(request, text, undo=reverse("undo", args=[done]))
            return go("member", me.pk)
    return render(request, "collective/name.html", {"form": form})
