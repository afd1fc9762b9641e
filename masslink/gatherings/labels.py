"""The words pages use for gatherings: how often something repeats, when something is, what to expect."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.gatherings import recurrence
from masslink.gatherings.models import Gathering, Kind
from masslink.gatherings.recurrence import LAST_DAY, MONTH_DAY, WEEKS, Rule
from masslink.gatherings.turnout import BY_HALF, Expected
from masslink.tasks.days import said


def kind_label(kind: str) -> str:
    """`Meeting`, as a word at the beginning of a line."""
    label = str(Kind(kind).label) if kind in Kind.values else ""
    if kind == Kind.OTHER or not label:
        label = _("gathering")
    return label[:1].upper() + label[1:]


def how_often(rule: Rule) -> str:
    """`every two weeks on Thursday`, `every month on the last Thursday`."""
    weekday = date_format(rule.first, "l")
    if rule.pattern == WEEKS:
        often = ngettext("every week on %(day)s", "every %(n)d weeks on %(day)s", rule.every)
        return often % {"n": rule.every, "day": weekday}
    often = ngettext("every month on %(day)s", "every %(n)d months on %(day)s", rule.every)
    if rule.pattern == MONTH_DAY:
        return often % {"n": rule.every, "day": _day_of_month(rule.day)}
    nth = {1: _("the first"), 2: _("the second"), 3: _("the third"), 4: _("the fourth")}
    said_nth = nth.get(rule.nth, _("the last"))
    return often % {"n": rule.every, "day": _("%(nth)s %(weekday)s") % {"nth": said_nth, "weekday": weekday}}


def _day_of_month(day: int) -> str:
    if day == LAST_DAY:
        return _("its last day")
    ordinal = date_format(date(2026, 1, day), "jS")
    return (
        _("the %(day)s") % {"day": ordinal}
        if day <= 28
        else _("the %(day)s, or its last day") % {"day": ordinal}
    )


def how_long(rule: Rule) -> str:
    """Until when it repeats; nothing for what has no end."""
    if rule.until:
        return _("until %(day)s") % {"day": date_format(rule.until, "j F Y")}
    if rule.times:
        return ngettext("once", "%(n)d times", rule.times) % {"n": rule.times}
    return ""


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def day_and_hour(moment: datetime, today: date) -> str:
    """`Thursday at 18:00`, `12 March at 18:00`."""
    return _("%(day)s at %(hour)s") % {
        "day": said(timezone.localtime(moment).date(), today),
        "hour": clock(moment),
    }


def when(gathering: Gathering, today: date | None = None) -> str:
    """`Thursday 12 March, 18:00 to 20:00`; with the year, where it isn't this one."""
    this_year = today is not None and today.year == gathering.on.year
    day = date_format(gathering.on, "l j F" if this_year else "l j F Y")
    if not gathering.ends_at:
        return _("%(day)s, %(from)s") % {"day": day, "from": clock(gathering.starts_at)}
    return _("%(day)s, %(from)s to %(to)s") % {
        "day": day,
        "from": clock(gathering.starts_at),
        "to": clock(gathering.ends_at),
    }


def range_text(expected: Expected) -> str:
    """`four to six`: the numbers as digits."""
    if expected.low == expected.high:
        return str(expected.low)
    return _("%(low)d to %(high)d") % {"low": expected.low, "high": expected.high}


def basis_text(expected: Expected) -> str:
    """What the range rests on."""
    if expected.basis == BY_HALF:
        return _("Half of those who say yes, as a rule of thumb: nothing earlier is known here.")
    return ngettext(
        "From what the one before brought.", "From what the last %(n)d like it brought.", expected.earlier
    ) % {"n": expected.earlier}


def rule_of(series_rule: recurrence.Rule) -> str:
    """Both in one line."""
    return ", ".join(part for part in (how_often(series_rule), how_long(series_rule)) if part)
