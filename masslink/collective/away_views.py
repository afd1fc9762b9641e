"""Being away for a while: from when, back when, and no reason asked."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective import acts
from masslink.collective.doors import flash
from masslink.collective.models import Away, Member
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.vault.act import Conflict

LONGEST = timedelta(days=2 * 365)


class AwayForm(forms.Form):
    """From when, and back when, as far as one knows."""

    since = forms.DateField(
        label=gettext_lazy("Away from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Back on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and abs(since - self.today) > LONGEST:
            self.add_error("since", _("That is more than two years from now. Is the year right?"))
        if until and until <= self.today:
            self.add_error("until", _("That day is over. Leave it empty if you don’t know."))
        elif since and until and until <= since:
            self.add_error("until", _("That is before the first day."))
        elif until and until > self.today + LONGEST:
            self.add_error("until", _("That is more than two years from now. Is the year right?"))
        return data


@page(MEMBER)
def away(request: Any, member_id: UUID) -> HttpResponse:
    """For oneself; a coordinator may note it for somebody who can't."""
    member = fetch(Member, pk=member_id, left_on=None)
    if member != request.member and not request.member.is_coordinator:
        raise PermissionDenied
    noted = Away.objects.not_over(request.today).filter(member=member).first()
    shown = {"since": noted.since, "until": noted.until} if noted else {"since": request.today}
    back = "back" in request.POST
    form = AwayForm(None if back else request.POST or None, today=request.today, initial=shown)
    if request.method == "POST" and (back or form.is_valid()):
        return _noted(request, member, form, back=back)
    context = {"form": form, "member": member, "noted": noted, "myself": member == request.member}
    return render(request, "collective/away.html", context)


def _noted(request: Any, member: Member, form: AwayForm, *, back: bool) -> HttpResponse:
    who: dict[str, Any] = {"by": request.member, "at": request.now, "member": member}
    try:
        if back:
            acts.come_back(**who)
        else:
            acts.note_away(**who, since=form.cleaned_data["since"], until=form.cleaned_data["until"])
    except (Conflict, IntegrityError):
        flash(request, _("Somebody changed this at the same moment. Look, and save again."), kind="error")
        return go("member-away", member.pk)
    flash(request, _("Welcome back.") if back and member == request.member else _("Noted."))
    return go("member", member.pk)
