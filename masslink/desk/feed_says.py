"""What a feed says of a circle: the gatherings its member comes to, and their turns. Called after acts and unlocking.

No names, and no to-dos or questions: their words name people. Without their member's wish not even titles. Nothing
says when somebody wrote: the moment of a change is nowhere, only how many there were.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from masslink.collective import feeding
from masslink.collective.models import Feed, Member
from masslink.core.clock import day_of
from masslink.desk.day_entries import gatherings_between
from masslink.gatherings.models import Ask, Coming, Gathering
from masslink.sites.models import Access
from masslink.tasks.duty_models import Duty, Turn
from masslink.vault.act import NEW, ActInProgress
from masslink.vault.circles import COLLECTIVE, SITE
from masslink.vault.workspace import current

BEHIND, AHEAD = timedelta(days=31), timedelta(days=366)

BUSY, TITLES, PLACES = "busy", "titles", "places"

_TOUCHING = {Gathering.kind, Coming.kind, Turn.kind, Duty.kind, Access.kind}
_laid: dict[tuple[UUID, UUID], date] = {}  # by this process, on which day: the window goes on a day at a time


@dataclass(frozen=True)
class Shows:
    """How much a feed says, and in which language."""

    level: str
    language: str

    @classmethod
    def of(cls, feed: Feed) -> Shows:
        """What its member chose; the least, where that is unknown here."""
        level, _space, language = feed.shows.partition(" ")
        known = language in dict(settings.LANGUAGES)
        return cls(
            level if level in (TITLES, PLACES) else BUSY, language if known else settings.LANGUAGE_CODE
        )

    def __str__(self) -> str:
        return f"{self.level} {self.language}"


# --- when ----------------------------------------------------------------------------------------


def after_act(done: ActInProgress) -> None:
    """After an act that touched what feeds say: in all of those who hold what it touched. See settings.AFTER_ACTS."""
    if made := {change.id for change in done.changes if change.kind == Feed.kind and change.what == NEW}:
        lay_down(_all(), day_of(done.at), made)
    if touched := {UUID(change.circle) for change in done.changes if change.kind in _TOUCHING}:
        lay_down(touched, day_of(done.at))


def keep_up(*, by: Member, at: datetime) -> None:
    """After unlocking, once a day: days that are over drop out, later ones come in. See settings.AFTER_UNLOCKING."""
    collective, today = current().collective, day_of(at)
    late = [circle for circle in _all() if _laid.get((collective, circle)) != today]
    if late:
        lay_down(late, today)
        _laid.update({(collective, circle): today for circle in late})


def _all() -> list[UUID]:
    """The circles in which something can be that a feed says."""
    return [circle.id for circle in current().circles.values() if circle.kind in (COLLECTIVE, SITE)]


def lay_down(circles: Iterable[UUID], today: date, made: set[str] | None = None) -> None:
    """In all feeds, or in those just made. Each circle is read once, however many feeds there are."""
    read = {circle: Said(circle, today) for circle in circles}
    feeding.lay_down(
        read,
        lambda feed, circle: read[circle].by(feed),
        lambda feed: made is None or feed.pk.hex in made,
    )


# --- what ----------------------------------------------------------------------------------------


class Said:
    """What feeds say of one circle; read when the first asks, and worded as far as it is the same for all."""

    def __init__(self, circle: UUID, today: date) -> None:
        self.circle, self.first, self.last = circle, today - BEHIND, today + AHEAD

    def by(self, feed: Feed) -> bytes:
        """The text of this feed."""
        shows, salt = Shows.of(feed), feed.known.salt
        with translation.override(shows.language):
            busy, called_off = _("Appointment"), _("Called off: %(what)s")
        items = []
        for one in self._entries:
            if not one.is_for(feed.member_id):
                continue
            title = busy if shows.level == BUSY else one.title
            shown = {
                "uid": _uid(salt, one.id),
                "title": called_off % {"what": title} if one.said["off"] else title,
                "where": one.where if shows.level == PLACES else "",
            }
            items.append(one.said | shown)
        return orjson.dumps(items)

    @cached_property
    def _entries(self) -> list[_Entry]:
        return [*self._gatherings(), *self._turns()]

    def _gatherings(self) -> Iterator[_Entry]:
        """For all who didn't say that they don't come."""
        said_no = defaultdict(set)
        for id, member in Coming.objects.filter(
            circle=self.circle, answer=Ask.Answer.NO, came_at=None
        ).values_list("gathering", "member"):
            said_no[id].add(member)
        for one in gatherings_between(self.first, self.last).filter(circle=self.circle):
            said = {
                "times": one.version,
                "since": day_of(one.at).isoformat(),
                "starts": one.starts_at.isoformat(),
                "ends": one.over_at.isoformat(),
                "off": one.cancelled_at is not None,
            }
            yield _Entry(one.pk, one.title, one.where, said, but=frozenset(said_no[one.pk]))

    def _turns(self) -> Iterator[_Entry]:
        """For whose turn it is."""
        days = (self.first, self.last)
        some = Turn.objects.going_on().filter(circle=self.circle, on__range=days).exclude(member=None)
        for turn in some.select_related("duty"):
            said = {
                "times": turn.version,
                "since": day_of(turn.agreed_at).isoformat(),
                "starts": turn.on.isoformat(),
                "ends": (turn.on + timedelta(days=1)).isoformat(),
                "off": False,
            }
            yield _Entry(turn.pk, turn.duty.name, "", said, only=turn.member_id)


@dataclass(frozen=True)
class _Entry:
    """Something that feeds say, and to whose."""

    id: UUID
    title: str
    where: str
    said: dict[str, Any]
    only: UUID | None = None
    but: frozenset[UUID] = frozenset()

    def is_for(self, member: UUID) -> bool:
        return self.only in (None, member) and member not in self.but


def _uid(salt: bytes, id: UUID) -> str:
    """The same at every change, another in each feed: two phones side by side don't tell that they go to the same."""
    return digest(salt, b"masslink feed entry" + id.bytes, sha256).hex()[:32]
