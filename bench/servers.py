"""Children of the measuring process: servers on loopback, started and ended by their pid, and one-off commands."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180.0  # seconds for a server to come up; the demo is filled meanwhile


class Broken(Exception):
    """A child didn't do what it was started for."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MASSLINK_", "DJANGO_", "BARE_"))}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def run(module: str, *args: str, **env: str) -> Any:
    """Run one of our modules to its end; returns what it prints as JSON, or None. Raises Broken."""
    with _child([sys.executable, "-m", module, *args], environment(**env)) as child:
        out, _ = child.communicate()
        if child.returncode:
            raise Broken(f"{module} {args[0]} ended with {child.returncode}")
    return json.loads(out.splitlines()[-1]) if out.strip() else None


@dataclass
class Server:
    port: int
    child: subprocess.Popen[str]
    lines: list[str]  # what it has printed

    @property
    def resident_mb(self) -> float:
        """The resident memory of the serving process: the largest of the child and its workers."""
        sizes = []
        for pid in [self.child.pid, *descendants(self.child.pid)]:
            with suppress(OSError):
                status = Path(f"/proc/{pid}/status").read_text()
                sizes += [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")]
        return max(sizes) / 1024


@contextmanager
def serving(module: str, *args: str, data: Path, **env: str) -> Iterator[Server]:
    """A server that has said `ready`, for as long as the block lasts. Raises Broken."""
    port = free_port()
    command = [sys.executable, "-m", module, *args, "--data", str(data), "--port", str(port)]
    with _child(command, environment(**env)) as child:
        server = Server(port, child, [])
        threading.Thread(target=_listen, args=(server,), daemon=True).start()
        _await(server)
        yield server


def _listen(server: Server) -> None:
    """Take what the child prints, or it would block some day."""
    assert server.child.stdout
    with suppress(ValueError, OSError):
        for line in server.child.stdout:
            server.lines.append(line)


def _await(server: Server) -> None:
    until = time.monotonic() + PATIENCE
    while not any(line.startswith("ready") for line in server.lines):
        if server.child.poll() is not None:
            raise Broken(f"a server ended with {server.child.returncode}")
        if time.monotonic() > until:
            raise Broken("a server didn't come up")
        time.sleep(0.05)


@contextmanager
def _child(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    # A session of its own: Ctrl-C reaches us alone, and we end what we started.
    child = subprocess.Popen(
        command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield child
    finally:
        _end(child)


def _end(child: subprocess.Popen[str]) -> None:
    workers = descendants(child.pid)
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    for pid in workers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if child.stdout:
        child.stdout.close()


# --- what they weigh -----------------------------------------------------------------------------


def descendants(pid: int) -> list[int]:
    """Children and their children, out of /proc."""
    found, parents = [], {pid}
    table = sorted(_parents().items())
    while parents:
        parents = {child for child, parent in table if parent in parents}
        found += sorted(parents)
    return found


def _parents() -> dict[int, int]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return found
