"""How acts about duties and turns are told in the history, and what their records are called."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.tasks.duty_models import CantDo, Duty, Turn

# As in desk/telling.py: the sentence, and which kinds of record it is told of.
WORDS = {
    "duty_begun": (gettext_lazy("{who} wrote down a duty that we share: {what}"), ("duty",)),
    "duty_edited": (gettext_lazy("{who} changed what is said about the duty {what}"), ("duty",)),
    "duty_unloved": (gettext_lazy("{who} noted that nobody likes {what}"), ("duty",)),
    "duty_liked": (gettext_lazy("{who} noted that {what} isn’t so bad"), ("duty",)),
    "duty_retired": (gettext_lazy("{who} noted that a duty isn’t done any more: {what}"), ("duty",)),
    "turns_agreed": (gettext_lazy("{who} noted whose turn it is: {what}"), ("turn",)),
    "turn_done": (gettext_lazy("{who} noted that it was done: {what}"), ("turn",)),
    "turn_taken": (gettext_lazy("{who} took over {what}"), ("turn",)),
    "turn_passed_on": (gettext_lazy("{who} passed on a turn: {what}"), ("turn",)),
    "turns_swapped": (gettext_lazy("{who} noted that two swapped: {what}"), ("turn",)),
    "turn_dropped": (gettext_lazy("{who} noted that it falls out: {what}"), ("turn",)),
    "duty_cant": (gettext_lazy("{who} noted that somebody can’t do {what} for a while"), ("cant_do",)),
    "duty_can_again": (gettext_lazy("{who} noted that somebody can do {what} again"), ("cant_do",)),
}

FOUND: dict[str, QuerySet[Any]] = {
    Duty.kind: Duty.objects.all(),
    Turn.kind: Turn.objects.select_related("duty"),
    CantDo.kind: CantDo.objects.select_related("duty"),
}


def named(record: Any) -> tuple[str, UUID]:
    """What a record is called, and the duty on whose page it is seen."""
    duty = record if isinstance(record, Duty) else record.duty
    return (turn_called(duty.name, record.on) if isinstance(record, Turn) else duty.name), duty.pk


def turn_called(name: str, on: date) -> str:
    return _("%(duty)s on %(day)s") % {"duty": name, "day": date_format(on, "j F")}
