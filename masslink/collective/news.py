"""What whoever unlocks is told in one line: that an alarm was raised lately, or that their phone is known no more."""

from datetime import datetime, timedelta
from typing import Any

from django.template.defaultfilters import date as as_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from masslink.collective import known
from masslink.collective.models import Member
from masslink.vault import history
from masslink.vault.sessions import Session
from masslink.vault.workspace import Workspace

LATELY = timedelta(days=3)
LOOKED_AT = 20  # acts


def news(request: Any, session: Session) -> dict[str, str]:
    """The line after unlocking, as a flash; empty where there is nothing."""
    with session.workspace.bound() as workspace:
        text = _alarm(workspace, request.now) if workspace.let_in else ""
        if not text and session.device is None and _was_known(request):
            text = _(
                "This phone doesn't open with its PIN any more: five wrong ones, or an alarm. If you know of neither, "
                "somebody tried: tell the others. Us, Your phones: make it known again, or take it off the list."
            )
    return {"text": text, "kind": "ok"} if text else {}


def _alarm(workspace: Workspace, now: datetime) -> str:
    ours = workspace.collective_circle
    lately = [one for one in history.recent(limit=LOOKED_AT, circle=ours) if one.kind == "alarm"]
    if not lately or now - lately[0].at > LATELY or lately[0].who == workspace.holder:
        return ""
    who = Member.objects.filter(holder=lately[0].who).first()
    said = _(
        "%(who)s raised the alarm on %(when)s. Ask what happened before you make this phone known again."
    )
    when = as_date(localtime(lately[0].at), "j F, H:i")
    return said % {"who": who.name if who else _("Somebody"), "when": when}


def _was_known(request: Any) -> bool:
    """Whether this browser's device is one that they made known and didn't end."""
    device = known.device_of(request.COOKIES)
    return device is not None and known.my_devices().filter(holder=device, ended_at=None).exists()
