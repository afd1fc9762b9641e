"""The agenda of a meeting for which forty things wait, beside the twin's."""

from contextlib import closing
from pathlib import Path
from typing import Any

from bench import browser, pages, servers
from bench.generate import ALL, PASSPHRASE
from bench.pages import WARM_UP, percentile


def measure(place: Path, rounds: int) -> dict[str, Any]:
    """Each in turn; times in milliseconds, sizes in bytes as they go over the line."""
    address = f"/gatherings/{servers.run('bench.waiting', str(place))}/agenda"
    servers.run("bench.bare", "waiting", "--data", str(place))
    with (
        servers.serving("masslink", "serve", data=place) as server,
        servers.serving("bench.bare", "serve", data=place) as twin,
        closing(browser.unlock(server.port, ALL, PASSPHRASE)) as ours,
        pages.bare(twin.port) as bare,
    ):
        times: dict[str, list[float]] = {"": [], "bare_": []}
        for number in range(-WARM_UP, rounds):
            answers = {"": ours.get(address), "bare_": bare.browser.get("/agendas/1")}
            for name, answer in answers.items():
                if number >= 0:
                    times[name].append(answer.seconds * 1000)
    if answers[""].body.count('name="take"') != 40:
        raise LookupError("forty things should wait")
    found = {f"{name}median_ms": round(percentile(took, 50), 2) for name, took in times.items()}
    found |= {f"{name}kb": round(len(a.body.encode()) / 1000, 1) for name, a in answers.items()}
    found["ratio"] = round(percentile(times[""], 50) / percentile(times["bare_"], 50), 2)
    return found
