"""`python -m bench.backing_up backup|restore DATA PLACE`: a backup of a ledger or its way back, beside a plain copy.

A copy of the file is what one would do without us, with the server stopped; it is made safe on the disk as well.
"""

import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import generate, servers

TIMES = 3
COPIED, KEPT = "ledger.sqlite3", "kept.backup"


def measure(what: str, data: Path, place: Path) -> dict[str, float]:
    """Medians of both in seconds, and their ratio; each round in a process and a directory of its own."""
    if what == "restore":
        servers.run("bench.backing_up", "keep", str(data), str(data))
    ours, copies = [], []
    for number in range(TIMES):
        there = place / str(number)
        there.mkdir()
        found = servers.run("bench.backing_up", what, str(data), str(there))
        ours.append(found["seconds"])
        copies.append(found["copy_seconds"])
        shutil.rmtree(there)
    seconds, copied = statistics.median(ours), statistics.median(copies)
    return {
        "seconds": round(seconds, 2),
        "copy_seconds": round(copied, 2),
        "ratio": round(seconds / copied, 2),
    }


def backup(data: Path, place: Path) -> tuple[float, float]:
    generate.set_up(data)
    from masslink.vault import backup as vault_backup

    return _timed(lambda: vault_backup.write(place / "one.backup")), _timed(lambda: _copy(data, place))


def keep(data: Path, place: Path) -> tuple[float, float]:
    """The backup that is restored from."""
    generate.set_up(data)
    from masslink.vault import backup as vault_backup

    return _timed(lambda: vault_backup.write(place / KEPT)), 0.0


def restore(data: Path, place: Path) -> tuple[float, float]:
    """Onto an empty ledger in `place`."""
    generate.set_up(place / "restored")
    from masslink.vault import restoring

    return _timed(lambda: restoring.restore(data / KEPT)), _timed(lambda: _copy(data, place))


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _copy(data: Path, place: Path) -> None:
    shutil.copyfile(data / COPIED, place / COPIED)
    with (place / COPIED).open("rb") as copy:
        os.fsync(copy.fileno())


if __name__ == "__main__":
    run = {"backup": backup, "keep": keep, "restore": restore}[sys.argv[1]]
    took, copied = run(Path(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps({"seconds": took, "copy_seconds": copied}))
