"""What the rooms' demo stories are made of: steps, each one act of one member on one day.

A step runs in its member's own opened workspace, as if they pressed the button themselves, so it looks
records up there by the names people know them by. Days are counted back from today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol


class Scene(Protocol):
    """The opened workspace of whoever acts, at the moment of the step."""

    at: datetime

    @property
    def me(self) -> Any: ...

    def day(self, days_ago: int) -> date: ...
    def moment(self, days_ago: int, hour: float) -> datetime: ...
    def member(self, name: str) -> Any: ...
    def site(self, name: str) -> Any: ...
    def unit(self, site: str, name: str) -> Any: ...
    def shift(self, site: str, name: str) -> Any: ...
    def person(self, name: str) -> Any: ...
    def todo(self, what: str) -> Any: ...


@dataclass(frozen=True)
class Step:
    """`hour` orders a member's own steps of a day; when that day they sit down, the player decides."""

    days_ago: int
    hour: float
    member: str
    run: Callable[[Scene], object]
