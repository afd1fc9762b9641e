"""`python -m bench [--json FILE] [--quick] [--only NAME…] [--data DIR]`: measure, and print what was found."""

import argparse
import json
import math
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import (
    agendas,
    backing_up,
    browser,
    calendars,
    charts,
    figures,
    importing,
    maps,
    pages,
    servers,
    world,
)
from bench.generate import ALL, PASSPHRASE, SMALL, typical

STAGES = (
    *("pages", "chart_1000", "map_500_2000", "planner", "calendars", "agenda", "unlock", "import"),
    *("memory", "collectives", "backup", "restore", "reseal"),
)
MADE = 4  # raised when what is generated changes


@dataclass
class Bench:
    """One run: its size, its directory, and what it has found."""

    size: world.Size
    data: Path
    found: figures.Found = field(default_factory=dict)
    bare_p95: dict[str, float] = field(default_factory=dict)

    def prepare(self) -> None:
        """Generate both sides, unless this directory holds them already."""
        mark, made = self.data / "made.json", {"made": MADE, **asdict(self.size)}
        if mark.exists() and json.loads(mark.read_text()) == made:
            return
        for old in (mark, *self.data.glob("*.sqlite3*")):
            old.unlink(missing_ok=True)
        size = json.dumps(asdict(self.size))
        servers.run("bench.generate", str(self.data), size)
        servers.run("bench.bare", "fill", "--data", str(self.data), "--size", size)
        mark.write_text(json.dumps(made))

    @property
    def persons(self) -> list[pages.Person]:
        found: list[pages.Person] = json.loads((self.data / "sample.json").read_text())
        return found

    def serving(self, data: Path | None = None) -> Any:
        return servers.serving("masslink", "serve", data=data or self.data, MASSLINK_WORKSPACES="60")

    def stage(self, name: str) -> Callable[[], None]:
        return self.bring_in if name == "import" else getattr(self, name)

    # --- what is measured -----------------------------------------------------------------------

    def pages(self) -> None:
        with (
            self.serving() as server,
            servers.serving("bench.bare", "serve", data=self.data) as twin,
            pages.ours(server.port) as ours,
            pages.bare(twin.port) as bare,
        ):
            mine, its = pages.measure([ours, bare], self.persons, self.size.rounds)
        for page in pages.NAMES:
            median, bare_median = mine.median(page), its.median(page)
            self.bare_p95[page] = its.p95(page)
            self.found[page] = {
                "median_ms": round(median, 2),
                "p95_ms": round(mine.p95(page), 2),
                "bare_median_ms": round(bare_median, 2),
                "ratio": round(median / bare_median, 2),
            }

    def chart_1000(self) -> None:
        """The small member's place: a thousand people. The twin's table of them is its last place."""
        with (
            self.serving() as server,
            servers.serving("bench.bare", "serve", data=self.data) as twin,
            closing(browser.unlock(server.port, SMALL, PASSPHRASE)) as ours,
            pages.bare(twin.port) as bare,
        ):
            where = f"/charts/{self.size.sites + 1}"
            self.found["chart_1000"] = charts.measure(ours, bare.browser, where, self.size.rounds)

    def map_500_2000(self) -> None:
        with tempfile.TemporaryDirectory(dir=self.data) as place:
            self.found["map_500_2000"] = maps.measure(Path(place))

    def calendars(self) -> None:
        """The figures `calendar_month` and `feed`."""
        with tempfile.TemporaryDirectory(dir=self.data) as place:
            self.found |= calendars.measure(Path(place))

    def agenda(self) -> None:
        with tempfile.TemporaryDirectory(dir=self.data) as place:
            self.found["agenda"] = agendas.measure(Path(place), self.size.rounds)

    def unlock(self) -> None:
        took = servers.run("bench.unlocking", str(self.data), SMALL, typical(0), ALL)
        names = {SMALL: "small_s", typical(0): "typical_s", ALL: "all_s"}
        self.found["unlock"] = {names[login]: round(seconds, 2) for login, seconds in took.items()}

    def bring_in(self) -> None:
        with tempfile.TemporaryDirectory(dir=self.data) as place:
            self.found["import"] = importing.measure(Path(place), self.size)

    def memory(self) -> None:
        self.found["memory_mb"] = {"demo": self._demo(), "large": self._large(), "fifty": self._fifty()}

    def _demo(self) -> float:
        """Every member of the demo unlocked, each having looked around."""
        with (
            tempfile.TemporaryDirectory(dir=self.data) as place,
            servers.serving("masslink", "demo", data=Path(place)) as server,
        ):
            words = [line.split() for line in server.lines]
            logins = [w[0] for w in words if len(w) == 2 and w[0].endswith("-demo")]
            return self._after_looking_around(server, logins)

    def _large(self) -> float:
        with self.serving() as server:
            return self._after_looking_around(server, [ALL])

    def _fifty(self) -> float:
        with self.serving() as server:
            return self._after_looking_around(server, [typical(n) for n in range(self.size.members)])

    def _after_looking_around(self, server: servers.Server, logins: list[str]) -> float:
        for login in logins:
            opened = browser.unlock(server.port, login, PASSPHRASE)
            for path in ("/", "/people", "/places", "/us"):
                opened.get(path)
            opened.close()
        return round(server.resident_mb, 1)

    def collectives(self) -> None:
        """The same pages from two servers in turn: one ledger as it is, one with many more collectives in it."""
        with tempfile.TemporaryDirectory(dir=self.data) as place:
            among = Path(place)
            _copy(self.data / "ledger.sqlite3", among / "ledger.sqlite3")
            servers.run("bench.others", place, str(self.size.others))
            with ExitStack() as stack:
                both = [
                    stack.enter_context(pages.ours(stack.enter_context(self.serving(data)).port))
                    for data in (self.data, among)
                ]
                alone, crowded = pages.measure([*both], self.persons, self.size.rounds)
        logs = [math.log(crowded.median(page) / alone.median(page)) for page in pages.NAMES]
        self.found["collectives_ratio"] = round(math.exp(sum(logs) / len(logs)), 3)

    def backup(self) -> None:
        with tempfile.TemporaryDirectory(dir=self.data) as place:
            self.found["backup"] = backing_up.measure("backup", self.data, Path(place))

    def restore(self) -> None:
        with tempfile.TemporaryDirectory(dir=self.data) as place:
            self.found["restore"] = backing_up.measure("restore", self.data, Path(place))

    def planner(self) -> None:
        """Pairs for invented collectives; needs nothing of what was generated."""
        self.found["planner"] = servers.run("bench.planning", "12/4", "40/12", "60/20")

    def reseal(self) -> None:
        """On a copy: a typical member goes, and who holds all puts the new keys on."""
        with tempfile.TemporaryDirectory(dir=self.data) as place:
            _copy(self.data / "ledger.sqlite3", Path(place) / "ledger.sqlite3")
            self.found["reseal"] = servers.run("bench.resealing", place, ALL, typical(0))


def _copy(ledger: Path, to: Path) -> None:
    source, target = sqlite3.connect(ledger), sqlite3.connect(to)
    source.backup(target)
    source.close()
    target.close()


# --- the command ---------------------------------------------------------------------------------


def main() -> None:
    o = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that children are ended on the way out
    with _directory(o.data) as data:
        bench = Bench(world.QUICK if o.quick else world.FULL, data)
        if not _step("generate", bench.prepare):
            sys.exit(1)
        failed = [name for name in o.only or STAGES if not _step(name, bench.stage(name))]
    print(figures.table(bench.found, bench.bare_p95))
    for label in figures.missed(bench.found):
        print(f"missed: {label}")
    if o.json:
        o.json.write_text(json.dumps(bench.found, indent=2) + "\n")
    sys.exit(f"not measured: {', '.join(failed)}" if failed else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measures what docs/performance.md reports.")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument(
        "--quick", action="store_true", help="everything small, to try it out; the ratios say little"
    )
    parser.add_argument("--only", nargs="+", choices=STAGES, metavar="NAME", help=" ".join(STAGES))
    parser.add_argument("--data", type=Path, help="keep what is generated there, and use it again")
    return parser.parse_args()


@contextmanager
def _directory(wanted: Path | None) -> Iterator[Path]:
    if wanted:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        yield Path(place)


def _step(name: str, run: Callable[[], None]) -> bool:
    """Run one stage and say how long it took. A stage that fails leaves the others their turn."""
    start = time.monotonic()
    print(f"{name} …", end=" ", file=sys.stderr, flush=True)
    try:
        run()
    except (servers.Broken, browser.Refused, LookupError, StopIteration, OSError) as error:
        print(f"failed: {error!r}", file=sys.stderr, flush=True)
        return False
    print(f"{time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return True


if __name__ == "__main__":
    main()
