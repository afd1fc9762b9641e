"""`python -m bench.others DATA COUNT`: more collectives in the same ledger, of a few dozen sealed rows each."""

import random
import sys
from pathlib import Path
from uuid import uuid4

from bench import generate

ROWS = 40


def add(count: int) -> None:
    from django.db import transaction

    chance = random.Random(count)
    for start in range(0, count, 50):
        with transaction.atomic("default"):
            for number in range(start, min(start + 50, count)):
                _one(number, chance)


def _one(number: int, chance: random.Random) -> None:
    """A holder, their circles, and rows that only look like records: nobody unlocks here."""
    from masslink.vault import circles, holders
    from masslink.vault.ledger import Ledger, Payload
    from masslink.vault.models import Collective

    collective = Collective.objects.create()
    holder, keys = holders.enrol(collective.id, f"other-{number}", generate.PASSPHRASE, b"")
    own = [circles.create(collective.id, kind, holder.id, keys) for kind in ("collective", "own", "site")]
    ledger = Ledger(collective.id)
    seq = ledger.lock()
    words = "x" * chance.randrange(100, 400)
    ledger.insert(own[-1], seq, [(uuid4().hex, Payload("deed", 1, {"words": words})) for _ in range(ROWS)])
    for _ in range(5):
        ledger.write_line(own[-1], seq, uuid4(), {"kind": "talked", "who": holder.id.hex})


if __name__ == "__main__":
    generate.set_up(Path(sys.argv[1]))
    add(int(sys.argv[2]))
