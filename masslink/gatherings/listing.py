"""The list of gatherings: what is next, what was, of all one may read or of one place."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from masslink.collective.doors import Request
from masslink.core.pages import address, number
from masslink.gatherings import labels
from masslink.gatherings.counting import Numbers, numbers_of
from masslink.gatherings.models import Ask, Gathering
from masslink.sites.models import Site

AHEAD, BEFORE = 60, 12
SOON = timedelta(days=14)  # beyond that, of what repeats only the next is shown, unless one asks for all


@dataclass(frozen=True)
class Row:
    """One gathering on a list."""

    gathering: Gathering
    numbers: Numbers
    mine: int  # whom I have still to ask
    now: datetime
    today: date

    @property
    def url(self) -> str:
        return address("gathering", self.gathering.pk)

    @property
    def group(self) -> str:
        """Under which heading it stands: this week, next week, a month."""
        on = self.gathering.on
        if self.is_over:
            return date_format(on, "F") if on.year == self.today.year else date_format(on, "F Y")
        weeks = (on - self.today).days + self.today.weekday()
        if weeks < 7:
            return _("This week")
        return _("Next week") if weeks < 14 else date_format(on, "F" if on.year == self.today.year else "F Y")

    @property
    def when(self) -> str:
        start = timezone.localtime(self.gathering.starts_at)
        if self.is_over:
            return date_format(start, "D j M")
        if self.gathering.on == self.today:
            return _("today, %(hour)s") % {"hour": labels.clock(start)}
        return date_format(start, "D j M, H:i")

    @property
    def is_over(self) -> bool:
        return self.gathering.is_over(self.now)

    @property
    def notes(self) -> list[str]:
        """Short sentences under its name."""
        one, numbers = self.gathering, self.numbers
        found = [one.site.name if one.site else _("all of us"), "" if self.is_over else one.where]
        if one.cancelled_at:
            return [_("Called off."), *[part for part in found if part]]
        if self.is_over:
            found.append(
                _("%(n)d came") % {"n": numbers.all_came} if numbers.all_came else _("not noted who came")
            )
        elif numbers.all_yes:
            found.append(_("%(n)d said yes") % {"n": numbers.all_yes})
        return [part for part in found if part]


class Listing:
    """What the page shows."""

    def __init__(self, request: Request) -> None:
        self.now, self.today, self.me = request.now, request.today, request.member
        self.places = list(Site.objects.all())
        asked = request.GET.get("place", "")
        self.place = next((site for site in self.places if str(site.pk) == asked), None)
        self.page = number(request.GET.get("was"))
        self.all = "all" in request.GET
        self.left_out = 0

    @property
    def _found(self) -> Any:
        found = Gathering.objects.kept().select_related("site")
        return found.filter(site=self.place) if self.place else found

    @cached_property
    def _shown(self) -> tuple[list[Gathering], list[Gathering]]:
        start = (self.page - 1) * BEFORE
        ahead = list(self._found.ahead(self.now)[:AHEAD]) if self.page == 1 else []
        was = list(self._found.was(self.now)[start : start + BEFORE + 1])
        return ahead if self.all else self._calm(ahead), was

    def _calm(self, ahead: list[Gathering]) -> list[Gathering]:
        """Of what repeats, only what comes within two weeks, or at least the next."""
        shown: list[Gathering] = []
        lines = set()
        for one in ahead:
            if one.line is None or one.line not in lines or one.on <= self.today + SOON:
                shown.append(one)
            lines.add(one.line)
        self.left_out = len(ahead) - len(shown)
        return shown

    @cached_property
    def _rows(self) -> dict[Any, Row]:
        some = [*self._shown[0], *self._shown[1]]
        numbers = numbers_of([one.pk for one in some])
        mine = Ask.objects.listed().filter(member=self.me, asked_at=None, gathering__in=[o.pk for o in some])
        open_ones = dict(mine.order_by().values_list("gathering_id").annotate(Count("id")))
        return {o.pk: Row(o, numbers[o.pk], open_ones.get(o.pk, 0), self.now, self.today) for o in some}

    @property
    def next(self) -> list[Row]:
        return [self._rows[one.pk] for one in self._shown[0]]

    @property
    def was(self) -> list[Row]:
        return [self._rows[one.pk] for one in self._shown[1][:BEFORE]]

    @property
    def headline(self) -> str:
        """A sentence about what is next."""
        held = [row for row in self.next if row.gathering.takes_place]
        if self.page > 1:
            return _("What was")
        if not held:
            return _("Nothing is planned")
        first = held[0].gathering
        day = labels.day_and_hour(first.starts_at, self.today)
        return _("%(title)s, %(day)s") % {"title": first.title, "day": day}

    @property
    def earlier_url(self) -> str:
        return self._url(self.page + 1) if len(self._shown[1]) > BEFORE else ""

    @property
    def later_url(self) -> str:
        return self._url(self.page - 1) if self.page > 1 else ""

    def _url(self, page: int) -> str:
        return f"?was={page}" + (f"&place={self.place.pk}" if self.place else "")

    @property
    def all_url(self) -> str:
        return "?all=1" + (f"&place={self.place.pk}" if self.place else "")
