"""What a meeting is called, what stands on its agenda, what came out of its minutes: wherever a name may stand.

A room that writes words which a meeting can catch, or take up, belongs into `_WORDS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q

from masslink.decisions.models import (
    Answer,
    Decision,
    Position,
    Question,
    QuestionStep,
    Reservation,
    Trial,
)
from masslink.decisions.readers import is_ours
from masslink.gatherings.models import Change, Gathering, Role, Series
from masslink.ideas.contact_models import ContactAnswer, ContactSum
from masslink.ideas.correction_models import Correction, Look
from masslink.ideas.models import Idea, IdeaAnswer, Told
from masslink.meetings.models import Adoption, AgendaItem, AgendaTemplate, Minute
from masslink.tasks.duty_models import Duty, Turn
from masslink.tasks.models import ToDo
from masslink.vault.record import Record, Ref

# In which columns of a record there are words.
_WORDS: dict[type[Record], tuple[str, ...]] = {
    Gathering: ("title", "purpose", "where", "way", "cancelled_why"),
    Series: ("title", "purpose", "where", "way"),
    Change: ("was_where",),
    Role: ("said",),
    AgendaItem: ("title", "about"),
    Minute: ("words", "more"),
    Adoption: ("corrections",),
    AgendaTemplate: ("name", "lines"),
    ToDo: ("what", "dropped_why"),
    Question: ("what", "background", "options"),
    Position: ("words",),
    Trial: ("what", "showed"),
    Answer: ("choice", "words"),
    ContactAnswer: ("choice", "words"),
    ContactSum: ("answer",),
    Decision: ("words",),
    Reservation: ("words",),
    QuestionStep: ("words",),
    Idea: ("words",),
    IdeaAnswer: ("words",),
    Told: ("said",),
    Correction: ("fact", "effect", "proposal", "learned", "changes"),
    Look: ("words",),
    Duty: ("name", "about"),
}
WORDS: dict[str, tuple[str, ...]] = {model.kind: columns for model, columns in _WORDS.items()}

# What hangs on what can be caught or taken up, and by which of its fields.
_HANGING: dict[type[Record], tuple[tuple[type[Record], str], ...]] = {
    Question: tuple(
        (model, "question")
        for model in (Position, Trial, Answer, ContactAnswer, ContactSum, Decision, Reservation, QuestionStep)
    ),
    Idea: ((IdeaAnswer, "idea"), (Told, "idea")),
    Correction: ((Look, "correction"), (Told, "correction")),
    ToDo: (),
    Duty: (),
}
_THINGS = {model.kind: model for model in _HANGING}


class Reach:
    """All of it, as far as it can be opened here. `astray`: what is pointed at and isn't there, or can't be opened."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.records: dict[Ref, Any] = {}
        self.astray: set[Ref] = set()
        self._add_gatherings()
        self._add_minutes()
        self._add_things()
        self._add_items()  # those of other agendas that go on with one of these, or come from the same

    def __iter__(self) -> Iterator[Any]:
        return iter(self.records.values())

    def of(self, model: type[Record]) -> list[Any]:
        return [one for one in self if isinstance(one, model)]

    def _add(self, records: Iterable[Any]) -> list[Any]:
        """Those of them that weren't known yet."""
        new = {one.ref: one for one in records if one.ref not in self.records}
        self.records |= new
        return list(new.values())

    def _add_gatherings(self) -> None:
        """It, and where it repeats the others of its series, which are called the same."""
        here, line = self.gathering, self.gathering.line
        self._add(Gathering.objects.filter(pk=here.pk))
        if line:
            self._add(Gathering.objects.filter(line=line))
            self._add(Series.objects.filter(root=line))
        ids = [one.pk for one in self.of(Gathering)]
        for model in (Change, Role):
            self._add(model._default_manager.filter(gathering__in=ids))

    def _add_minutes(self) -> None:
        here = self.gathering
        for model in (Minute, AgendaItem, Adoption):
            self._add(model._default_manager.filter(gathering=here))
        templates = AgendaTemplate.objects.all()
        self._add(one for one in templates if one.circle == here.circle or is_ours(one.circle))
        self._add_items()

    def _add_items(self) -> None:
        new = self.of(AgendaItem)
        while new:
            ids = {one.pk for one in new} | {one.before for one in new}
            same = Q(pk__in=ids - {None}) | Q(before__in=ids - {None})
            things = [ref.id for ref in self.records if ref.kind in _THINGS]
            items = AgendaItem.objects.select_related("gathering")
            new = self._add(items.filter(same | Q(origin_id__in=things)))

    def _add_things(self) -> None:
        """What was caught, what an item comes from; what became of that, and so on."""
        caught = [one.caught for one in self.of(Minute)]
        origins = [one.origin for one in self.of(AgendaItem)]
        wanted = {ref for ref in (*caught, *origins, *self._begun_here()) if ref and ref.kind in _THINGS}
        while wanted:
            wanted = {ref for ref in self._load(wanted) if ref and ref.kind in _THINGS} - self.records.keys()
            wanted -= self.astray

    def _begun_here(self) -> Iterator[Ref]:
        """Also where its note was taken out of the minutes. Follow-ups with a person are the person's."""
        here = {"origin_kind": Gathering.kind, "origin_id": self.gathering.pk}
        yield from (one.ref for one in ToDo.objects.filter(person=None, **here))
        for model in (Question, Idea):
            yield from (one.ref for one in model._default_manager.filter(**here))
        for decision in Decision.objects.filter(**here):
            yield Ref(Question.kind, decision.question_id)

    def _load(self, refs: set[Ref]) -> Iterator[Ref | None]:
        """These, with what hangs on them; then what they point at, and what comes from them."""
        for kind in {ref.kind for ref in refs}:
            model, ids = _THINGS[kind], {ref.id for ref in refs if ref.kind == kind}
            there = self._add(model._default_manager.filter(pk__in=ids))
            self.astray |= {Ref(kind, id) for id in ids - {one.pk for one in there}}
            for hanging, column in _HANGING[model]:
                self._add(hanging._default_manager.filter(**{f"{column}__in": ids}))
            yield from self._further(kind, ids)

    def _further(self, kind: str, ids: set[UUID]) -> Iterator[Ref | None]:
        if kind == Idea.kind:
            yield from (one.became for one in self.of(IdeaAnswer))
        if kind == Correction.kind:
            yield from (Ref(ToDo.kind, one.to_do) for one in self.of(Correction) if one.to_do)
        come_from = {"origin_kind": kind, "origin_id__in": ids}
        if kind == Duty.kind:  # a turn is a to-do of whoever has it
            turns = Turn.objects.filter(duty__in=ids).values_list("pk", flat=True)
            come_from = {"origin_kind": Turn.kind, "origin_id__in": list(turns)}
        for model in (ToDo, Question):
            yield from (one.ref for one in model._default_manager.filter(**come_from))


def words_of(record: Any) -> dict[str, str]:
    """What may hold a name, by column."""
    return {column: getattr(record, column) for column in WORDS[record.kind]}
