"""What this room offers to pages that mix rooms: what comes up and is to be asked, titles of gatherings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from masslink.core.pages import address
from masslink.gatherings import labels
from masslink.gatherings.models import USUALLY, Ask, Change, Gathering, Role
from masslink.gatherings.page import numbers_and_outlook, outlook
from masslink.vault.reading import read
from masslink.vault.workspace import current

SOON = timedelta(days=30)
SHOWN = 3
_LOOKED_AT = 40


def titles_of(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """What gatherings are called, as far as they can be read; nothing is asked where there are none."""
    wanted = [id for id in ids if id]
    if not wanted:
        return {}
    return dict(Gathering.objects.filter(pk__in=wanted).values_list("pk", "title"))


@dataclass(frozen=True)
class ComingUp:
    """A gathering on Today: the next one, or one of which I have to tell or ask somebody."""

    url: str
    title: str
    to_tell: str
    notes: list[str]


def coming_up(request: Any) -> list[ComingUp]:
    """The next gathering, and those for which somebody waits to be asked or told by me; made anew after any writing."""
    workspace = current()
    mark, kept = (request.today, workspace.seq, get_language()), workspace.kept
    known = kept.get("coming up")
    if known is None or known[0] != mark:
        known = kept["coming up"] = (mark, _coming_up(request))
    found: list[ComingUp] = known[1]
    return found


# The same as `kept().ahead(now)`, said in SQL: it is asked on everybody's first page.
_AHEAD = f"""WHERE dropped_at IS NULL AND starts_at < %s
    AND (ends_at > %s OR ends_at IS NULL AND starts_at > %s) ORDER BY starts_at, id LIMIT {_LOOKED_AT}"""


def _coming_up(request: Any) -> list[ComingUp]:
    moments = request.now + SOON, request.now, request.now - USUALLY
    some = read(Gathering, _AHEAD, [connections["open"].ops.adapt_datetimefield_value(at) for at in moments])
    if not some:
        return []
    waiting = _waiting(some, request)
    first = next((one for one in some if one.takes_place), None)
    shown = [one for one in some if one is first or any(waiting.get(one.pk, (0, 0)))][:SHOWN]
    return [_row(one, waiting.get(one.pk, (0, 0)), request, is_first=one is first) for one in shown]


def _waiting(some: list[Gathering], request: Any) -> dict[UUID, tuple[int, int]]:
    """For each, whom I have to ask, and whom I have to tell that it changed."""
    newer = Change.objects.filter(gathering=OuterRef("gathering"), at__gt=OuterRef("told_at"))
    mine = (
        Ask.objects.listed().filter(member=request.member, gathering__in=[one.pk for one in some]).order_by()
    )
    counted = (
        mine.annotate(news=Exists(newer))
        .values_list("gathering_id")
        .annotate(
            ask=Count("id", filter=Q(asked_at=None)),
            tell=Count("id", filter=Q(news=True, asked_at__isnull=False)),
        )
    )
    return {id: (ask, tell) for id, ask, tell in counted}


def _row(one: Gathering, waits: tuple[int, int], request: Any, *, is_first: bool) -> ComingUp:
    ask, tell = waits
    said = {"title": one.title, "when": labels.day_and_hour(one.starts_at, request.today)}
    notes = [_("Called off.")] if one.cancelled_at else []
    if is_first and one.takes_place:
        notes += _of_next(one, request)
    if ask and one.takes_place:
        notes.append(ngettext("You have one to ask.", "You have %(n)d to ask.", ask) % {"n": ask})
    told = ngettext("%(n)d to be told", "%(n)d to be told", tell) % {"n": tell} if tell else ""
    return ComingUp(address("gathering", one.pk), _("%(title)s, %(when)s") % said, told, notes)


def _of_next(one: Gathering, request: Any) -> list[str]:
    """Where it is, how many come, what I do there."""
    found = [f"{one.where}."] if one.where else []
    numbers, expected = numbers_and_outlook(one)
    if numbers.all_yes:
        said = _("%(n)d said yes") % {"n": numbers.all_yes}
        found.append(
            f"{said}; {outlook(expected)[:1].lower()}{outlook(expected)[1:]}" if expected else f"{said}."
        )
    mine = [role.label for role in Role.objects.filter(gathering=one, member=request.member)]
    if mine:
        found.append(_("You do: %(what)s.") % {"what": ", ".join(mine)})
    return found
