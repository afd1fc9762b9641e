"""A name taken out for good, wherever it stands in minutes and in what belongs to them: see `reach`."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.decisions.models import Answer, Question
from masslink.gatherings.models import Gathering
from masslink.ideas.contact_models import ContactAnswer
from masslink.meetings import orders
from masslink.meetings.models import AgendaTemplate
from masslink.meetings.reach import WORDS, Reach, words_of
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.workspace import current

BLACK = "▮▮▮"
_ANSWERS = (Answer.kind, ContactAnswer.kind)


@dataclass(frozen=True)
class Name:
    """What has to go; `whole`: not within other words."""

    words: str
    whole: bool = True

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        words = _composed(self.words)
        wanted = r"\s+".join(map(re.escape, words.split()))
        if self.whole:  # beside a sign that is none of a word there is no edge to look for
            before = r"(?<!\w)" if words[0].isalnum() else ""
            wanted = before + wanted + (r"(?!\w)" if words[-1].isalnum() else "")
        return re.compile(wanted, re.IGNORECASE)

    def blackened(self, text: str) -> str:
        return self.pattern.sub(BLACK, _composed(text)) if self.is_in(text) else text

    def is_in(self, text: str) -> bool:
        return self.pattern.search(_composed(text)) is not None


def _composed(text: str) -> str:
    """An accent and its letter as one sign, however it was typed."""
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True)
class Place:
    """A record in which it stands, and how its columns would read."""

    record: Any
    after: dict[str, str]
    shown: bool = True  # what somebody answered isn't, before answers are closed


@dataclass
class Stands:
    """Where it stands now; and of what it can still be brought back, because it was changed or taken out lately."""

    places: list[Place]
    kept: dict[UUID, str] = field(default_factory=dict)  # id to kind of records of which an image holds it
    astray: bool = False

    @property
    def shown(self) -> list[Place]:
        return [one for one in self.places if one.shown]

    @property
    def lately(self) -> set[UUID]:
        """What doesn't say it any more, and could again."""
        now = {one.record.pk for one in self.places}
        return {id for id, kind in self.kept.items() if kind not in _ANSWERS and id not in now}

    def __bool__(self) -> bool:
        return bool(self.shown or self.lately)

    @property
    def mark(self) -> str:
        """The same as long as it stands in the same places."""
        told = sorted(f"{one.record.pk}.{one.record.version}" for one in self.shown)
        return hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]


def stands(gathering: Gathering, name: Name, at: datetime) -> Stands:
    """Where it would be blackened."""
    reach = Reach(gathering)
    return Stands(list(_places(reach, name, day_of(at))), _kept(reach, name), bool(reach.astray))


def black_out(*, by: Member, at: datetime, gathering: Gathering, name: Name) -> int:
    """For good, also in adopted minutes: in how many places it stood. Somebody asked to be forgotten.

    No image in which it stands is kept, also of what was taken out earlier: so nothing brings it back.
    """
    with act("minutes_blacked_out", at=at):
        found = stands(gathering, name, at)
        for place in found.places:
            for column, text in place.after.items():
                setattr(place.record, column, text)
            place.record.save()
        history.shred({place.record.pk for place in found.places} | found.kept.keys())
    return len(found.shown)


def _places(reach: Reach, name: Name, today: date) -> Iterator[Place]:
    secret = {one.pk for one in reach.of(Question) if one.is_gathering(today)}
    for record in reach:
        after = {
            column: new
            for column, text in words_of(record).items()
            if (new := _blackened(record, column, text, name)) != text
        }
        if after:
            is_secret = record.kind in _ANSWERS and record.question_id in secret
            yield Place(record, after, shown=not is_secret)


def _blackened(record: Any, column: str, text: str, name: Name) -> str:
    if isinstance(record, AgendaTemplate) and column == "lines":  # of a line only what it is called
        lines = orders.from_text(text)
        new = [orders.Line(name.blackened(one.title), one.part, one.minutes) for one in lines]
        return text if new == lines else orders.as_text(new)
    longest: int | None = record._meta.get_field(column).max_length
    after = name.blackened(text)
    return text if after == text else after[:longest]


def _kept(reach: Reach, name: Name) -> dict[UUID, str]:
    """Records of which an image from before a change or a deletion says it."""
    ids, workspace, found = {one.pk.hex for one in reach}, current(), dict[UUID, str]()
    for circle in {reach.gathering.circle, *(one.circle for one in reach)} & workspace.circles.keys():
        for id, payload in workspace.ledger.images_of(workspace.circles[circle], WORDS):
            texts = {key: value for key, value in (payload.fields or {}).items() if isinstance(value, str)}
            ours = id in ids or payload.kind == AgendaTemplate.kind or not ids.isdisjoint(texts.values())
            if ours and any(name.is_in(texts.get(column, "")) for column in WORDS[payload.kind]):
                found[UUID(id)] = payload.kind
    return found
