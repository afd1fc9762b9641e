"""What is seen to whenever a member unlocks; each failure stays alone and keeps nobody out.

Rooms above name theirs in settings.AFTER_UNLOCKING: functions of a room called as `chore(by=member, at=now)`, inside
the workspace that was just opened.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from masslink.collective import acts
from masslink.collective.models import Member
from masslink.vault import epochs, history
from masslink.vault.act import act
from masslink.vault.workspace import Workspace, current


def see_to_all(workspace: Workspace, *, at: datetime) -> None:
    """Do every chore in this workspace."""
    with workspace.bound():
        member = Member.objects.filter(holder=workspace.holder, left_on=None).first()
        for chore in _chores() if member else ():
            with suppress(Exception):
                chore(by=member, at=at)


@cache
def _chores() -> list[Callable[..., Any]]:
    return [import_string(path) for path in settings.AFTER_UNLOCKING]


def renew_keys(*, by: Member, at: datetime) -> None:
    """Open the next epoch of every circle that somebody has left; `act` does it before anything is written."""
    if found := epochs.overtaken(current()):
        with act("keys_renewed", at=at, circles=found):
            pass


def seal_to_kit(*, by: Member, at: datetime) -> None:
    acts.seal_to_kit(by=by, at=at)


def forget_welcome(*, by: Member, at: datetime) -> None:
    acts.forget_welcome(by=by, at=at)


def shred_old(*, by: Member, at: datetime) -> None:
    """Images before are kept for 30 days."""
    history.shred_old(current(), now=at)
