"""Preparing a data directory and serving it: one process, one lock, nothing in the logs."""

import errno
import fcntl
import ipaddress
import os
import resource
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import CommandError, call_command
from granian import Granian
from granian.constants import Interfaces

_held: list[IO[str]] = []


def claim(data: Path) -> None:
    """Make the directory ours alone and take its lock. Raises CommandError when another server has it."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data.mkdir(parents=True, exist_ok=True)
    take_lock(data)


def prepare() -> None:
    """Bring the ledger's few tables up to date, and gather stylesheet and scripts, compressed."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    settings.WHITENOISE_USE_FINDERS = False


def take_lock(data: Path) -> None:
    """Hold the data directory for this process; a second server would split the sessions. Raises CommandError."""
    file = (data / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise CommandError(f"Another Masslink is serving {data} already.") from None
    _held.append(file)


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens there. Granian would share the port without a word, and split who comes in."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def warnings() -> list[str]:
    """What the server's owner should know before people unlock here."""
    try:
        swaps = [line.split()[0] for line in Path("/proc/swaps").read_text().splitlines()[1:]]
    except OSError:
        return []
    open_swaps = [s for s in swaps if not s.startswith(("/dev/dm-", "/dev/mapper/", "/dev/zram"))]
    if open_swaps:
        return [
            f"Swap on {', '.join(open_swaps)} looks unencrypted: unlocked records could be written there."
        ]
    return []


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(
    host: str,
    port: int,
    *,
    cert: Path | None = None,
    key: Path | None = None,
    threads: int = 8,
    when_ready: Callable[[str], None],
) -> None:
    """Serve until stopped. `when_ready` gets the address once the first page answers. Raises CommandError."""
    if is_taken(host, port):
        raise CommandError(f"Something answers on port {port} already. Choose another one with --port.")
    scheme = "https" if cert else "http"
    address = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    threading.Thread(target=_announce, args=(address, when_ready), daemon=True).start()
    # Granian's worker is a process of its own and learns these through the environment.
    os.environ["MASSLINK_DATA"] = str(settings.DATA_DIR)
    os.environ["MASSLINK_SECURE"] = "1" if settings.SECURE else ""
    os.environ["MASSLINK_HOSTS"] = ",".join(settings.ALLOWED_HOSTS)
    os.environ["MASSLINK_FINGERPRINT"] = settings.FINGERPRINT
    server = Granian(
        "masslink.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        log_enabled=False,
        websockets=False,
        ssl_cert=cert,
        ssl_key=key,
    )
    server.serve()


def _announce(address: str, when_ready: Callable[[str], None]) -> None:
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=_trusting())
    )
    for _ in range(300):
        time.sleep(0.1)
        try:
            opener.open(f"{_from_here(address)}/page", timeout=2).close()
        except urllib.error.HTTPError:
            pass  # it answers; not to this name, perhaps
        except OSError:
            continue
        when_ready(address)
        return


def _from_here(address: str) -> str:
    """Where a server that listens on all of this machine's addresses can be asked by the machine itself."""
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


def _trusting() -> ssl.SSLContext:
    """Takes any certificate: only asks this very process, by this machine's own address, whether it answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
