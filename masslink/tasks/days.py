"""Days as people say them: tomorrow, Saturday, in a week. For choosing when, and for saying when."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

SATURDAY, MONDAY = 5, 0
YEARS_AHEAD = timedelta(days=5 * 365)


def soon(today: date) -> list[tuple[date, str]]:
    """The days one tap away: tomorrow, a day named by its weekday, in a week, in two."""
    named = _next(SATURDAY, today)
    if (named - today).days in (1, 7):  # these have a name of their own already
        named = _next(MONDAY, today + timedelta(days=1))
    return [
        (today + timedelta(days=1), _("tomorrow")),
        (named, date_format(named, "l")),
        (today + timedelta(days=7), _("in a week")),
        (today + timedelta(days=14), _("two weeks")),
    ]


def _next(weekday: int, after: date) -> date:
    """The first such weekday later than this day."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


def said(day: date, today: date) -> str:
    """A day as one would say it today."""
    away = (day - today).days
    if away in (-1, 0, 1):
        return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[away]
    if 1 < away < 7:
        return date_format(day, "l")
    return date_format(day, "j M" if abs(away) < 180 else "j M Y")
