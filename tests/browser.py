"""A real server and a real browser for journeys: both on this machine only, both ended with the block."""

import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect, sync_playwright

from masslink.vault.tests import databases

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
expect.set_options(timeout=30_000)  # as long as Playwright waits for everything else: a machine may be busy
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Server:
    """A running `masslink serve`: its address, the founding code it printed, and all it said."""

    process: subprocess.Popen[str]
    address: str = ""
    code: str = ""
    said: list[str] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path, *options: str, command: str = "serve", **environment: str) -> Iterator[Server]:
    """Serve a data directory on loopback with cheap passphrases; ends it with the block."""
    temporary = data / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    env = {
        **os.environ,
        "MASSLINK_ARGON2_KIB": "1024",
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        **databases.environment(data),
        **environment,
    }
    args = [
        sys.executable,
        "-P",
        "-m",
        "masslink",
        command,
        "--data",
        str(data),
        "--port",
        str(free_port()),
        *options,
    ]
    process = subprocess.Popen(
        args, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    server = Server(process)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _wait_until_ready(server: Server) -> None:
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert server.process.stdout
        for line in server.process.stdout:
            server.said.append(line)
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        line = lines.get(timeout=180)
        if line is None:
            raise RuntimeError("the server stopped: " + "".join(server.said))
        if found := re.search(r"code \(once\): (\S+)", line):
            server.code = found[1]
        if found := re.match(r"ready (\S+)", line):
            server.address = found[1]
            return


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that MASSLINK_CHROMIUM names."""
    path = os.environ.get("MASSLINK_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


class StandsStill(Exception):
    """The browser doesn't answer any more, which says nothing about the page in it."""


def ask(page: Page, script: str, *, before: str = "", timeout: float = 90_000) -> Any:
    """What this expression (which may be a promise) says on the page.

    Like Playwright's `evaluate`, which waits for ever where a browser stands still; here that is `StandsStill`.
    """
    asked = f"async () => {{ {before}; return {{ said: await ({script}) }} }}"
    try:
        return page.wait_for_function(asked, timeout=timeout).json_value()["said"]
    except TimeoutError as error:
        raise StandsStill(f"no answer within {timeout / 1000:g} s at {page.url}") from error


def faults(page: Page) -> list[str]:
    """What axe calls serious or critical on this page, one line each."""
    found = ask(page, "axe.run({ resultTypes: ['violations'] })", before=AXE_SCRIPT)["violations"]
    return [
        f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:120]})"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(ask(page, wide))


def texts(listed: Locator) -> list[str]:
    """What stands in each of these, once the page that shows them is there: Playwright wouldn't wait for a list."""
    expect(listed.first).to_be_visible()
    return [text.strip() for text in listed.all_inner_texts()]


def type_words_back(page: Page, words: list[str]) -> None:
    """Type what the page asks for of the words that were just written down."""
    for asked in texts(page.locator("label", has_text=re.compile(r"^\s*Word \d"))):
        number = int(asked.split()[1])
        page.get_by_label(f"Word {number}", exact=True).fill(words[number - 1])
