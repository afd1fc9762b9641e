"""Questions that wait: decisions to look at again, questions whose day came, and where one's own word is missing."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.pages import address
from masslink.decisions.panels import ANSWER, DUE, POSITION, REVIEW, Waits, what_waits
from masslink.desk.line import Line

KINDS: dict[str, tuple[Any, Any]] = {
    REVIEW: (_("To be looked at again: %(what)s"), _("Does it still stand?")),
    DUE: (_("The day to decide has come: %(what)s"), _("See where it stands")),
    POSITION: (_("Your position is missing: %(what)s"), _("Say what you think by %(day)s")),
    ANSWER: (_("Your answer is missing: %(what)s"), _("Answer by yourself until %(day)s")),
}


def about_questions(me: Member, today: date) -> list[list[Line]]:
    """The lines of each kind."""
    waits = what_waits(me, today)
    return [[_line(one) for one in waits if one.why == why] for why in KINDS]


def _line(waits: Waits) -> Line:
    text, step = KINDS[waits.why]
    said = {"what": waits.what, "day": date_format(waits.day, "j F")}
    since = waits.day if waits.why in (REVIEW, DUE) else None
    return Line(str(text) % said, address("question", waits.question), str(step) % said, since)
