"""Mixing: the order in which grants and holders were made isn't kept.

A database lays rows down one behind the other. Whoever has its file could go through rosters and grants side by side
and would read from their order alone who holds which circle, which no column says. So whenever one of these was
written, all grants and holders of the collective are laid down anew, in an order that says nothing. Likewise the
copies of feeds: those of one circle are written together.
"""

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from masslink.vault.models import Copy, Grant, Holder

_chance = random.SystemRandom()


@dataclass(frozen=True)
class Mix:
    """What is done after the commit; equal ones are done once."""

    collective: UUID

    def __call__(self) -> None:
        from masslink.vault.history import empty_log
        from masslink.vault.ledger import Ledger

        with transaction.atomic("default"):
            Ledger(self.collective).hold()
            self.mix()
        empty_log(1)

    def mix(self) -> None:
        if connections["default"].vendor == "sqlite":
            _number_anew(self.collective)
        else:
            _write_anew(self.collective)


@dataclass(frozen=True)
class MixCopies(Mix):
    """The same for the copies of feeds."""

    def mix(self) -> None:
        _write_copies_anew(self.collective)


def soon(collective: UUID) -> None:
    """A grant or a holder is being written: mix them all once that is done. Where it fails, the next one does it."""
    _once_committed(Mix(collective))


def copies_soon(collective: UUID) -> None:
    """The same for a feed's copy."""
    _once_committed(MixCopies(collective))


def _once_committed(mix: Mix) -> None:
    waiting: list[Any] = connections["default"].run_on_commit
    if not any(one[1] == mix for one in waiting):
        transaction.on_commit(mix, using="default", robust=True)


def _number_anew(collective: UUID) -> None:
    """SQLite keeps rows in the order of a number of its own."""
    with connections["default"].cursor() as cursor:
        for table in ("vault_grant", "vault_holder"):
            cursor.execute(f"UPDATE {table} SET rowid = random() WHERE collective_id = %s", [collective.hex])


def _write_anew(collective: UUID) -> None:
    """PostgreSQL keeps them where there is room, each with the number of the transaction that wrote it."""
    grants = list(Grant.objects.filter(collective_id=collective))
    _chance.shuffle(grants)
    Grant.objects.filter(collective_id=collective).delete()
    Grant.objects.bulk_create(grants, batch_size=200)
    holders = list(Holder.objects.filter(collective_id=collective).values_list("pk", flat=True))
    _chance.shuffle(holders)
    with connections["default"].cursor() as cursor:
        cursor.executemany(
            "UPDATE vault_holder SET tries = tries WHERE id = %s", [(pk.hex,) for pk in holders]
        )


def _write_copies_anew(collective: UUID) -> None:
    """All of them: where they are long, SQLite gives out pages for them in the order in which they are written."""
    copies = list(Copy.objects.filter(collective_id=collective))
    _chance.shuffle(copies)
    Copy.objects.filter(collective_id=collective).delete()
    Copy.objects.bulk_create(copies, batch_size=200)
