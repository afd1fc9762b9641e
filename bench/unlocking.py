"""`python -m bench.unlocking DATA LOGIN…`: how long it takes to open a workspace once the passphrase has fitted."""

import json
import statistics
import sys
import time
from pathlib import Path

from bench import generate

TIMES = 3


def seconds(login: str) -> float:
    """The median of a few openings, each from nothing."""
    from masslink.vault import holders

    holder, keys = holders.unlock(login, generate.PASSPHRASE)
    took = []
    for _ in range(TIMES):
        start = time.perf_counter()
        workspace = holders.open_workspace(holder, keys)
        took.append(time.perf_counter() - start)
        workspace.close()
    return statistics.median(took)


if __name__ == "__main__":
    generate.set_up(Path(sys.argv[1]))
    from masslink.vault.schema import schema

    schema()  # made once by each server, before anybody unlocks
    print(json.dumps({login: seconds(login) for login in sys.argv[2:]}))
