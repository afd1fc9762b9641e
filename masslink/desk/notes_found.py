"""Notes in which what was typed stands, shown below the people, from all rooms in which one may stand by name.

Whoever is asked to forget somebody looks here for words about them: a room that writes words belongs here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.conversations.models import Observation
from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.decisions.models import Decision, Position, Question, Trial
from masslink.gatherings.models import Gathering
from masslink.ideas.correction_models import Correction, Look
from masslink.ideas.models import Idea, IdeaAnswer
from masslink.meetings.models import Adoption, AgendaItem, Minute
from masslink.pairs.models import Sitting
from masslink.people.search import passages, query
from masslink.tasks.models import ToDo

AT_MOST = 20  # of each

# What the page is called, its name, and in which column the models say whose page it is.
_WRITTEN: tuple[tuple[Any, str, tuple[tuple[Any, str], ...]], ...] = (
    (gettext_lazy("An idea"), "idea", ((Idea, "pk"), (IdeaAnswer, "idea"))),
    (gettext_lazy("A to-do"), "todo", ((ToDo, "pk"),)),
    (gettext_lazy("A correction"), "correction", ((Correction, "pk"), (Look, "correction"))),
    (
        gettext_lazy("A question"),
        "question",
        ((Question, "pk"), *((model, "question") for model in (Decision, Position, Trial))),
    ),
)


@dataclass(frozen=True)
class Note:
    """Where it stands, and the passage."""

    title: str
    url: str
    said: SafeString


def notes_with(typed: str) -> list[Note]:
    """The newest first; a query for each kind of note, and one more where something is found."""
    match = query(typed)
    return (
        [*_happened(match), *_sat_down(match), *_planned(match), *_met(match), *_written(match)]
        if match
        else []
    )


def _happened(match: str) -> Iterator[Note]:
    for seen, said in _found(Observation, match, "site", newest="-at"):
        named = {"place": seen.site.name, "day": date_format(day_of(seen.at), "j F Y")}
        yield Note(_("What happened at %(place)s, %(day)s") % named, address("observation", seen.pk), said)


def _sat_down(match: str) -> Iterator[Note]:
    for sat, said in _found(Sitting, match, "pair__one", "pair__other", newest="-on"):
        named = {"pair": sat.pair.names, "day": date_format(sat.on, "j F Y")}
        yield Note(_("%(pair)s sat down, %(day)s") % named, address("pair", sat.pair_id), said)


def _planned(match: str) -> Iterator[Note]:
    for met, said in _found(Gathering, match, newest="-starts_at"):
        named = {"title": met.title, "day": date_format(met.on, "j F Y")}
        if met.dropped_at:
            url = address("minutes-black-out", met.pk)
            yield Note(_("Off the list: %(title)s, %(day)s") % named, url, said)
        else:
            yield Note(_("A gathering: %(title)s, %(day)s") % named, address("gathering", met.pk), said)


def _met(match: str) -> Iterator[Note]:
    for model in (Minute, AgendaItem, Adoption):
        for record, said in _found(model, match, "gathering", newest="-at"):
            met = record.gathering
            named = {"title": met.title, "day": date_format(met.on, "j F Y")}
            if met.dropped_at:  # nowhere to be read any more, but there
                url = address("minutes-black-out", met.pk)
                yield Note(_("Off the list: %(title)s, %(day)s") % named, url, said)
            elif model is AgendaItem:  # minutes show neither all of it nor, before the meeting, anything
                yield Note(_("Agenda: %(title)s, %(day)s") % named, address("agenda-item", record.pk), said)
            else:
                yield Note(_("Minutes: %(title)s, %(day)s") % named, address("minutes", met.pk), said)


def _written(match: str) -> Iterator[Note]:
    """On pages of their own, each once."""
    for title, page, looked_into in _WRITTEN:
        there: dict[UUID, SafeString] = {}
        for model, column in looked_into:
            said: dict[UUID, SafeString] = passages(model._meta.db_table, match, AT_MOST)
            some = model.objects.listed() if model is ToDo else model.objects
            pages = some.filter(pk__in=said).values_list("pk", column) if said else ()
            for id, of in pages:
                there.setdefault(of, said[id])
        yield from (Note(str(title), address(page, id), passage) for id, passage in there.items())


def _found(model: Any, match: str, *related: str, newest: str) -> Iterator[tuple[Any, SafeString]]:
    said: dict[UUID, SafeString] = passages(model._meta.db_table, match, AT_MOST)
    if said:
        for record in model.objects.filter(pk__in=said).select_related(*related).order_by(newest):
            yield record, said[record.pk]
