"""One thing that waits among us, as Today, Us and a member's page say it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Line:
    """A sentence, what it leads to, and since when."""

    text: str
    url: str
    step: str
    since: date | None = None
    about: frozenset[UUID] = frozenset()  # members
