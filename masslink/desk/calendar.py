"""The calendar: a month and a week of what one may see, of all places or of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from masslink.collective.doors import Request
from masslink.core.pages import MEMBER, page
from masslink.desk import weeks
from masslink.desk.day_entries import Days, Entry
from masslink.desk.weeks import Month
from masslink.sites.models import Site

A_DAY = 4  # entries of one day that a month shows; its week shows all


@dataclass(frozen=True)
class Day:
    """One day of a calendar page, with what is on it."""

    day: date
    entries: list[Entry]
    more: int
    url: str  # its week
    column: int
    is_today: bool

    weekday: str


@page(MEMBER, methods=("GET",))
def calendar(request: Request) -> HttpResponse:
    """A month: `month` names its first day or any other of it; else this one."""
    day = _asked(request, "month")
    shown, now = Month(day.year, day.month), Month(request.today.year, request.today.month)
    view = _View(request, shown.first, shown.last)
    context = {
        "title": date_format(shown.first, "F Y"),
        "days": view.days(A_DAY),
        "is_week": False,
        "month_url": view.month_url(shown),
        "week_url": view.week_url(request.today if shown == now else shown.first),
        "before": view.month_url(shown.later(-1)),
        "after": view.month_url(shown.later(1)),
        "now_url": f"#d{request.today.day}" if shown == now else view.url("calendar"),
    }
    return view.render(context)


@page(MEMBER, methods=("GET",))
def week(request: Request) -> HttpResponse:
    """A week: the one that `day` is in; else this one."""
    chosen = _asked(request, "day")
    seven = weeks.week_of(chosen, _first_weekday())
    view = _View(request, seven[0], seven[-1])
    title = _("%(first)s to %(last)s") % {
        "first": date_format(seven[0], "j F" if seven[0].year == seven[-1].year else "j F Y"),
        "last": date_format(seven[-1], "j F Y"),
    }
    context = {
        "title": title,
        "days": view.days(),
        "is_week": True,
        "month_url": view.month_url(Month(chosen.year, chosen.month)),
        "week_url": view.week_url(chosen),
        "before": view.week_url(chosen - timedelta(weeks=1)),
        "after": view.week_url(chosen + timedelta(weeks=1)),
        "now_url": "" if request.today in seven else view.url("calendar-week"),
    }
    return view.render(context)


def _asked(request: Request, name: str) -> date:
    """The day in the address, or today. One that no calendar has, or nobody means seriously, isn't there."""
    try:
        day = date.fromisoformat(request.GET.get(name) or request.today.isoformat())
    except ValueError:
        raise Http404 from None
    if not Month(day.year, day.month).is_known:
        raise Http404
    return day


def _first(entries: list[Entry], n: int) -> list[Entry]:
    """The first of one day, in its order; what everybody sees isn't pushed off it by what is only mine."""
    kept = sorted(range(len(entries)), key=lambda at: entries[at].is_mine)[:n]
    return [entries[at] for at in sorted(kept)]


def _first_weekday() -> int:
    """0 is Sunday; the reader's language says with which a week begins."""
    return int(get_format("FIRST_DAY_OF_WEEK"))


class _View:
    """What month and week share: days with their entries, places to choose from, addresses that keep the place."""

    def __init__(self, request: Request, first: date, last: date) -> None:
        self.request, self.first, self.last = request, first, last
        self.places = list(Site.objects.all())
        self.weekdays = [date_format(day, "D") for day in weeks.week_of(first, _first_weekday())]
        asked = request.GET.get("place", "")
        self.place = next((site for site in self.places if str(site.pk) == asked), None)

    def days(self, at_most: int | None = None) -> list[Day]:
        names = {site.circle: site.name for site in self.places}
        by_day = Days(self.first, self.last, self.request.member, names, self.place).by_day
        return [self._day(day, by_day.get(day, []), at_most) for day in weeks.days(self.first, self.last)]

    def _day(self, day: date, entries: list[Entry], at_most: int | None) -> Day:
        shown = entries if at_most is None or len(entries) <= at_most + 1 else _first(entries, at_most)
        column = weeks.column(day, _first_weekday())
        more = len(entries) - len(shown)
        url = self.week_url(day) if more else ""
        return Day(day, shown, more, url, column, day == self.request.today, self.weekdays[column - 1])

    def url(self, name: str, **more: str) -> str:
        asked = more | ({"place": str(self.place.pk)} if self.place else {})
        return f"{reverse(name)}?{urlencode(asked)}" if asked else reverse(name)

    def month_url(self, month: Month) -> str:
        return self.url("calendar", month=month.first.isoformat()) if month.is_known else ""

    def week_url(self, day: date) -> str:
        known = Month(day.year, day.month).is_known
        return self.url("calendar-week", day=day.isoformat()) if known else ""

    def render(self, context: dict[str, Any]) -> HttpResponse:
        context |= {
            "places": self.places,
            "kept": urlencode({n: v for n, v in self.request.GET.items() if n in ("month", "day")}),
            "place": self.place,
            "weekdays": self.weekdays,
            "empty": not any(day.entries for day in context["days"]),
        }
        return render(self.request, "desk/calendar.html", context)
