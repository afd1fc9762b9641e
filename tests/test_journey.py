"""The journey, walked once by a real browser; and the canary: nothing that was typed lies readable anywhere.

One walk serves both, because it takes a minute. Every text typed on the way carries a marker.
"""

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from masslink.vault.tests import databases
from tests.browser import StandsStill, ask, chromium, serving
from tests.journey import walk_all
from tests.lists import make_list
from tests.walking import POINTS, Walk

MARK = "Quokkawren"  # no word of ours, no base64 of anything likely


@dataclass
class Walked:
    found: dict[str, str]
    problems: list[str]
    outside: list[str]
    said: str
    data: Path


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    try:
        yield from walk_with(tmp_path_factory.mktemp("journey"))
    except StandsStill:  # seen once on a machine with nothing else to do; twice in one run it would be ours
        yield from walk_with(tmp_path_factory.mktemp("journey-again"))


def walk_with(folder: Path) -> Iterator[Walked]:
    file = folder / "neighbours.csv"
    file.write_bytes(make_list(600, seed=3).replace(b"\r\n", f"{MARK}\r\n".encode(), 40))
    data = folder / "data"
    with serving(data) as server, chromium() as browser:
        walk = Walk(server, browser, file, mark=MARK)
        found = walk_all(walk)
        copy_live(data, folder / "while-running")
    yield Walked(found, walk.problems, walk.outside, "".join(server.said), folder)


def copy_live(data: Path, to: Path) -> None:
    """What somebody takes who pulls the plug: the files as they are while the server runs."""
    to.mkdir()
    for path in data.rglob("*"):
        if path.is_file():
            (to / path.name).write_bytes(path.read_bytes())


@pytest.mark.browser
@pytest.mark.parametrize("name", [name for name, _ in POINTS])
def test_point(walked: Walked, name: str) -> None:
    assert walked.found[name] == ""


@pytest.mark.browser
def test_pages_fit_the_phone_and_axe_finds_nothing_serious(walked: Walked) -> None:
    assert walked.problems == []


@pytest.mark.browser
def test_no_other_host_is_asked(walked: Walked) -> None:
    assert walked.outside == []


@pytest.mark.browser
def test_canary(walked: Walked) -> None:
    """In ledger, log, temporary files and the server's output: not once, in no usual encoding."""
    brought = walked.data / "neighbours.csv"
    leaks = [str(p.relative_to(walked.data)) for p in leaking(walked.data, MARK) if p != brought]
    leaks += [name for name, content in databases.files(walked.data / "data") if holds(content, MARK)]
    assert leaks == []
    assert MARK not in walked.said


@pytest.mark.browser
def test_a_browser_that_stands_still_is_said() -> None:
    with chromium() as browser:
        page = browser.new_page()
        with pytest.raises(StandsStill, match=r"1\.5 s at about:blank"):
            ask(page, "1", before="while (true) {}", timeout=1500)


@pytest.mark.parametrize("kept", ["plain", "utf-16", "base64", "hex"])
def test_a_planted_leak_is_found(tmp_path: Path, kept: str) -> None:
    text = f"x{MARK} and more"
    planted = {
        "plain": text.encode(),
        "utf-16": text.encode("utf-16-le"),
        "base64": base64.b64encode(text.encode()),
        "hex": text.encode().hex().upper().encode(),
    }[kept]
    (tmp_path / "ledger.sqlite3-wal").write_bytes(os.urandom(5000) + planted + os.urandom(5000))
    assert [p.name for p in leaking(tmp_path, MARK)] == ["ledger.sqlite3-wal"]


def leaking(folder: Path, mark: str) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and holds(path.read_bytes(), mark)]


def holds(content: bytes, mark: str) -> bool:
    """Whether the marker stands there in UTF-8, UTF-16, base64 (at any offset) or hex."""
    raw = mark.encode()
    needles = [raw, mark.encode("utf-16-le"), mark.encode("utf-16-be"), raw.hex().encode()]
    for lead in range(3):
        coded = base64.b64encode(b"\0" * lead + raw)
        needles.append(coded[(lead * 8 + 5) // 6 : len(coded) - 4])  # only what neighbours can't change
    lowered = content.lower()
    return any(needle.lower() in lowered for needle in needles)
