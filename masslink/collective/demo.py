"""The demo collective: its name, its eight members with the day they joined, counted back from today; two newcomers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from masslink.collective.acts import invite
from masslink.collective.joining import Joining
from masslink.collective.models import Member

SPACE = "The Long Table"
NEWCOMER = "Hamid"  # one of those at the warehouse until now


@dataclass(frozen=True)
class DemoMember:
    name: str
    role: str
    joined: int


MEMBERS = (
    DemoMember("Ana", "coordinator", 182),
    DemoMember("Ben", "member", 182),
    DemoMember("Ines", "coordinator", 182),
    DemoMember("Dee", "member", 180),
    DemoMember("Mira", "member", 178),
    DemoMember("Tomás", "member", 175),
    DemoMember("Joris", "member", 152),
    DemoMember("Noor", "member", 128),
)


def invite_some(
    open_as: Callable[[str], AbstractContextManager[object]], now: datetime, login: str, words: str
) -> None:
    """Hamid came with Ana's invitation and waits to be let in; what Ines made for Samir nobody has used yet."""
    made, code = now - timedelta(hours=3), ""
    for inviter, name in (("Ines", "Samir"), ("Ana", NEWCOMER)):
        with open_as(inviter):
            by = Member.objects.get(name=inviter)
            _, code = invite(by=by, at=made, name=name)
    Joining(code=code, login=login, passphrase=words).finish(now - timedelta(hours=2)).close()
