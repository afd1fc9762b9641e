"""Notes in which what was typed stands, shown below the people: what happened, what came of pairs sitting down."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from masslink.conversations.models import Observation
from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.meetings.models import AgendaItem, Minute
from masslink.pairs.models import Sitting
from masslink.people.search import passages, query

AT_MOST = 20  # of each


@dataclass(frozen=True)
class Note:
    """Where it stands, and the passage."""

    title: str
    url: str
    said: SafeString


def notes_with(typed: str) -> list[Note]:
    """The newest first; two queries, and two more where something is found."""
    match = query(typed)
    return [*_happened(match), *_sat_down(match), *_met(match)] if match else []


def _happened(match: str) -> Iterator[Note]:
    for seen, said in _found(Observation, match, "site", newest="-at"):
        named = {"place": seen.site.name, "day": date_format(day_of(seen.at), "j F Y")}
        yield Note(_("What happened at %(place)s, %(day)s") % named, address("observation", seen.pk), said)


def _sat_down(match: str) -> Iterator[Note]:
    for sat, said in _found(Sitting, match, "pair__one", "pair__other", newest="-on"):
        named = {"pair": sat.pair.names, "day": date_format(sat.on, "j F Y")}
        yield Note(_("%(pair)s sat down, %(day)s") % named, address("pair", sat.pair_id), said)


def _met(match: str) -> Iterator[Note]:
    for model in (Minute, AgendaItem):
        for record, said in _found(model, match, "gathering", newest="-at"):
            met = record.gathering
            named = {"title": met.title, "day": date_format(met.on, "j F Y")}
            if not met.dropped_at:
                yield Note(_("Minutes: %(title)s, %(day)s") % named, address("minutes", met.pk), said)


def _found(model: Any, match: str, *related: str, newest: str) -> Iterator[tuple[Any, SafeString]]:
    said: dict[UUID, SafeString] = passages(model._meta.db_table, match, AT_MOST)
    if said:
        for record in model.objects.filter(pk__in=said).select_related(*related).order_by(newest):
            yield record, said[record.pk]
