"""Orders of business: the classic one and others that are given, and how one of our own is kept as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from masslink.meetings.models import LONGEST, MOST_ITEMS, TITLE, Part


@dataclass(frozen=True)
class Line:
    """One line of an order of business."""

    title: str
    part: str = ""
    minutes: int | None = None


@dataclass(frozen=True)
class Order:
    """One that is given with the program; `key` is what a form posts."""

    key: str
    name: Any
    about: Any
    lines: tuple[tuple[Any, str, int | None], ...]

    @property
    def written(self) -> list[Line]:
        return [Line(str(title), str(part), minutes) for title, part, minutes in self.lines]

    @property
    def outline(self) -> str:
        return " · ".join(line.title for line in self.written)


GIVEN = (
    Order(
        "union",
        _("The classic union meeting"),
        _("For all of us, once a month: everything has its place, and newcomers learn it once."),
        (
            (_("Call to order"), Part.OPENING, 5),
            (_("Chair and minute-taker"), Part.CHAIR, 5),
            (_("Minutes read"), Part.MINUTES, 10),
            (_("Reports"), Part.REPORTS, 20),
            (_("Old business"), Part.OLD, 30),
            (_("New business"), Part.NEW, 30),
            (_("Good and welfare"), Part.WELFARE, 10),
            (_("Next meeting"), Part.NEXT, 5),
        ),
    ),
    Order(
        "short",
        _("A short sitting"),
        _("Half an hour of those who work one place: what happened, what is next, who does it."),
        (
            (_("What happened since we last sat down"), Part.REPORTS, 10),
            (_("What has to be settled"), Part.NEW, 15),
            (_("Who does what until when"), Part.NEXT, 5),
        ),
    ),
    Order(
        "first",
        _("A first meeting"),
        _("People who don’t know each other yet: hear everybody before anything is proposed."),
        (
            (_("Why we are here, in three minutes"), Part.OPENING, 5),
            (_("Everybody says what is worst where they work"), "", 30),
            (_("What have others tried, and what came of it?"), "", 15),
            (_("One thing that we could do together"), Part.NEW, 20),
            (_("Who does what until when"), "", 10),
            (_("When we meet again, and whom each of us brings along"), Part.NEXT, 10),
        ),
    ),
    Order(
        "study",
        _("An evening of study"),
        _("A text, and what it says about our work."),
        (
            (_("What we remember of the last evening"), Part.OLD, 10),
            (_("The text, in the words of whoever presents it"), "", 20),
            (_("Where do we see it at our place?"), "", 40),
            (_("What we do differently from tomorrow on"), Part.NEW, 15),
            (_("The next text, and who presents it"), Part.NEXT, 5),
        ),
    ),
)


def given(key: str) -> Order | None:
    return next((order for order in GIVEN if order.key == key), None)


def as_text(lines: Iterable[Line]) -> str:
    """One line each: its part, minutes and title, set apart by tabs."""
    return "\n".join(f"{one.part}\t{one.minutes or ''}\t{' '.join(one.title.split())}" for one in lines)


def from_text(text: str) -> list[Line]:
    """What `as_text` wrote; a line that isn't so is a title."""
    found = []
    for written in text.splitlines():
        part, minutes, title = ["", "", "", *written.split("\t", 2)][-3:]
        if title := title.strip()[:TITLE]:
            known = part if part in Part.values else ""
            planned = int(minutes) if minutes.isdecimal() and 0 < int(minutes) <= LONGEST else None
            found.append(Line(title, known, planned))
    return found[:MOST_ITEMS]
