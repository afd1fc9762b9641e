"""Views of one's own that will be shredded within a month: said on Today, so that they are looked at again in time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Min
from django.utils import timezone

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.people import fading
from masslink.people.fades import NOTICE
from masslink.people.models import Person
from masslink.people.standing.models import Assessment, StandQuestion
from masslink.vault.workspace import current

A_WHILE = timedelta(minutes=1)


@dataclass(frozen=True)
class Going:
    """How many, when the first of them goes, and where to look at them again: at the question with the oldest."""

    n: int
    first_on: date
    url: str


def views_going(me: Member, at: datetime) -> Going | None:
    """Read anew when anybody wrote something since; where there was none, once a minute at most."""
    workspace, today = current(), day_of(at)
    known = workspace.kept.get("views_going")
    if known is None or day_of(known[1]) != today or _is_old(known, workspace.seq, at):
        known = workspace.kept["views_going"] = (workspace.seq, at, _read(me, today))
    found: Going | None = known[2]
    return found


def _is_old(known: tuple[int, datetime, Going | None], seq: int, at: datetime) -> bool:
    return known[0] != seq and (known[2] is not None or at - known[1] > A_WHILE)


def _read(me: Member, today: date) -> Going | None:
    rule = fading.rules()[Assessment.fades.setting]
    limit = rule.limit(today + NOTICE) + timedelta(days=1)
    old = Assessment.objects.filter(member=me, at__lt=timezone.make_aware(datetime.combine(limit, time())))
    here = Person.objects.listed().here(today).filter(member=None)
    of = old.filter(
        question__in=StandQuestion.objects.open_on(today), person__in=here, person__site=F("question__site")
    )
    rows = (
        of.values("question_id", "question__site_id")
        .annotate(n=Count("pk"), first=Min("at"))
        .order_by("first")
    )
    found: list[Any] = list(rows)
    if not found:
        return None
    oldest = found[0]
    url = address("standing", oldest["question__site_id"]) + f"/{oldest['question_id']}?which=again"
    return Going(sum(row["n"] for row in found), rule.fades_on(day_of(oldest["first"]), today), url)
