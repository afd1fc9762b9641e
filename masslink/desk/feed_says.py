"""What a feed says of a circle: the gatherings its member comes to, and their turns. Called after acts and unlocking.

No names, and no to-dos or questions: their words name people. Without their member's wish not even titles. Nothing
says when somebody wrote: the moment of a change is nowhere, only how many there were.
"""

from __future__ import annotations

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
    """What feeds say of one circle; read when the first asks."""

    def __init__(self, circle: UUID, today: date) -> None:
        self.circle, self.first, self.last = circle, today - BEHIND, today + AHEAD

    def by(self, feed: Feed) -> bytes:
        """The text of this feed."""
        shows = Shows.of(feed)
        with translation.override(shows.language):
            items = [*self._its_gatherings(feed, shows), *self._its_turns(feed, shows)]
        return orjson.dumps(items)

    @cached_property
    def _gatherings(self) -> list[Gathering]:
        return list(gatherings_between(self.first, self.last).filter(circle=self.circle))

    @cached_property
    def _declined(self) -> set[tuple[UUID, UUID]]:
        """Gathering and member: they said that they don't come."""
        said = Coming.objects.filter(circle=self.circle, answer=Ask.Answer.NO, came_at=None)
        return set(said.values_list("gathering", "member"))

    @cached_property
    def _turns(self) -> list[Turn]:
        days = (self.first, self.last)
        return list(Turn.objects.going_on().filter(circle=self.circle, on__range=days).select_related("duty"))

    def _its_gatherings(self, feed: Feed, shows: Shows) -> Iterator[dict[str, Any]]:
        for one in self._gatherings:
            if (one.pk, feed.member_id) in self._declined:
                continue
            yield {
                "uid": _uid(feed, one.pk),
                "times": one.version,
                "since": day_of(one.at).isoformat(),
                "starts": one.starts_at.isoformat(),
                "ends": one.over_at.isoformat(),
                "title": _title(one.title, shows, is_off=one.cancelled_at is not None),
                "where": one.where if shows.level == PLACES else "",
                "off": one.cancelled_at is not None,
            }

    def _its_turns(self, feed: Feed, shows: Shows) -> Iterator[dict[str, Any]]:
        for turn in self._turns:
            if turn.member_id == feed.member_id:
                yield {
                    "uid": _uid(feed, turn.pk),
                    "times": turn.version,
                    "since": day_of(turn.agreed_at).isoformat(),
                    "starts": turn.on.isoformat(),
                    "ends": (turn.on + timedelta(days=1)).isoformat(),
                    "title": _title(turn.duty.name, shows),
                    "where": "",
                    "off": False,
                }


def _title(title: str, shows: Shows, *, is_off: bool = False) -> str:
    said = _("Appointment") if shows.level == BUSY else title
    return _("Called off: %(what)s") % {"what": said} if is_off else said


def _uid(feed: Feed, id: UUID) -> str:
    """The same at every change, another in each feed: two phones side by side don't tell that they go to the same."""
    return digest(feed.known.salt, b"masslink feed entry" + id.bytes, sha256).hex()[:32]
