"""Ideas and corrections that wait: without an answer for long, answered and not carried back, to be looked at again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.desk.line import Line
from masslink.ideas.models import PATIENCE
from masslink.ideas.panels import Waits, for_me, what_waits

# Whether anything of it waits: asked each time somebody wrote something; mostly nothing does. Takes two days.
IS_ANYTHING = """EXISTS (SELECT 1 FROM masslink_idea WHERE dropped_at IS NULL AND (answered_at IS NULL AND at < %s
        OR answered_at IS NOT NULL AND (carried_at IS NULL OR carried_at < answered_at)))
    OR EXISTS (SELECT 1 FROM masslink_correction WHERE dropped_at IS NULL AND settled_at IS NULL AND look_on <= %s)
    OR EXISTS (SELECT 1 FROM masslink_pointed p JOIN masslink_correction c ON c.id = p.correction_id
        WHERE c.agreed_at IS NOT NULL AND (p.told_at IS NULL OR p.told_at < c.agreed_at))"""

KINDS: tuple[tuple[Callable[[Waits], list[Any]], str, str, Any, Any], ...] = (
    (
        lambda w: w.unanswered,
        "idea",
        "at",
        _("An idea waits for an answer: %(what)s"),
        _("What becomes of it?"),
    ),
    (
        lambda w: w.to_carry,
        "idea",
        "answered_at",
        _("Not carried back yet: %(what)s"),
        _("Tell whoever raised it"),
    ),
    (lambda w: w.mine_answered, "idea", "answered_at", _("Your idea got an answer: %(what)s"), _("See it")),
    (lambda w: w.to_look_at, "correction", "look_on", _("Did it change? %(what)s"), _("Look at it")),
    (
        lambda w: w.to_tell,
        "correction",
        "agreed_at",
        _("Somebody pointed it out and hasn’t heard what changes: %(what)s"),
        _("Carry it back"),
    ),
)


def days(today: date) -> list[str]:
    """What `IS_ANYTHING` takes: a day more than needed, because moments are kept in another time zone."""
    return [(today - PATIENCE + timedelta(days=2)).isoformat(), today.isoformat()]


def about_ideas(me: Member, today: date, *, all_of_them: bool = False) -> list[list[Line]]:
    """The lines of each kind: what is mine to see to, or all that can be seen here."""
    waits = what_waits(me, today)
    if not all_of_them:
        waits = for_me(waits, me)
    return [
        [_line(record, page, since, text, step) for record in find(waits)]
        for find, page, since, text, step in KINDS
    ]


def _line(record: Any, page: str, since: str, text: Any, step: Any) -> Line:
    moment = getattr(record, since)
    day = moment if since == "look_on" else day_of(moment)
    return Line(str(text) % {"what": record.short}, address(page, record.pk), str(step), day)
