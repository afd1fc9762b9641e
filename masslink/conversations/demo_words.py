"""The shapes of what the demo's members write down: a talk, and something that happened."""

from __future__ import annotations

from typing import NamedTuple


class Talk(NamedTuple):
    """A talk so many days ago; `next` is due so many days after it, and ends in one way or stays open."""

    days_ago: int
    member: str
    persons: str | tuple[str, ...]
    words: str
    deeds: tuple[str, ...] = ()
    next: str = ""
    due: int = 7
    kept: int | None = None  # done so many days after the talk
    moved: tuple[int, int] | None = None  # after so many days to another day after the talk
    dropped: tuple[int, str] | None = None  # let go after so many days, and why
    how: str = "talked"


class Saw(NamedTuple):
    """Something that happened, so many days ago."""

    days_ago: int
    member: str
    site: str
    unit: str | None
    what: str
    why: str = ""
    follows: str = ""
    stood_up: tuple[str, ...] = ()
    how: str = "spoke_up"
