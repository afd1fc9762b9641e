"""Serving a data directory."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from masslink.core import clock
from masslink.core.qr import qr_terminal
from masslink.management import lan, serving
from masslink.vault import holders
from masslink.vault.models import Collective

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what --lan is for; it speaks TLS


class Command(BaseCommand):
    help = "Serve Masslink from a data directory (made if it isn't there)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lan", action="store_true", help="for phones in this network, with a certificate of its own"
        )
        parser.add_argument(
            "--host", help="address to listen on (127.0.0.1; with --lan all of this machine's)"
        )
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--data", help="data directory (./data)")
        parser.add_argument("--cert", type=Path, help="TLS certificate (PEM)")
        parser.add_argument("--key", type=Path, help="its key (PEM)")
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, **o: Any) -> None:
        behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None
        if o["lan"] and (o["cert"] or o["key"] or behind_proxy):
            raise CommandError("--lan brings its own certificate: leave --cert, --key and the proxy out.")
        host = o["host"] or (EVERYWHERE if o["lan"] else "127.0.0.1")
        if not (o["lan"] or o["cert"] or serving.is_loopback(host) or behind_proxy):
            raise CommandError(
                "Beyond this machine Masslink speaks TLS only: say --lan for phones in this network, give --cert and "
                "--key, or stand behind a proxy that does (MASSLINK_BEHIND_PROXY=1; see docs/server.md)."
            )
        found = self.find(host) if o["lan"] else []
        if (o["lan"] or o["cert"]) and not settings.SECURE:
            raise CommandError(
                "Write --lan or --cert in full."
            )  # masslink.__main__ looks for it in the arguments
        serving.claim(settings.DATA_DIR)
        serving.prepare()
        cert, key = self.certify(found) if found else (o["cert"], o["key"])
        settings.FINGERPRINT = lan.fingerprint(cert) if cert else ""
        for warning in serving.warnings():
            self.stderr.write(f"Careful: {warning}")

        def ready(address: str) -> None:
            main = address.replace(f"//{host}:", f"//{found[0]}:") if found else address
            if found:
                self.invite([address.replace(f"//{host}:", f"//{one}:") for one in found])
            if not Collective.objects.exists():
                self.stdout.write(f"Nobody is here yet. Found a collective at {main}/found")
                self.stdout.write(f"with this code (once): {holders.new_founding_code()}")
            self.stdout.write(f"ready {main}")
            self.stdout.flush()

        serving.serve(host, o["port"], cert=cert, key=key, threads=o["threads"], when_ready=ready)

    def find(self, host: str) -> list[str]:
        """The addresses that phones will use."""
        found = lan.addresses() if host == EVERYWHERE else [host]
        if not found:
            raise CommandError("This machine is in no network. Join one, or name an address with --host.")
        for open_to_all in lan.from_everywhere(found):
            self.stderr.write(
                f"Careful: {open_to_all} isn't an address of a private network; anybody may be able to reach it. "
                "Name the one that is with --host."
            )
        return found

    def certify(self, found: Sequence[str]) -> tuple[Path, Path]:
        """The machine's own certificate for these addresses; the server answers to its names from now on."""
        names = lan.names(found)
        settings.ALLOWED_HOSTS = list(dict.fromkeys([*names, *settings.ALLOWED_HOSTS]))
        made = lan.certificate(settings.DATA_DIR / "lan", names, clock.now())
        if made.news:
            self.stdout.write(made.news)
        return made.cert, made.key

    def invite(self, addresses: Sequence[str]) -> None:
        """What people in the room need: the address, as text and as a code, and what to compare."""
        self.stdout.write("\nOpen on a phone in the same network (the code is the first address):\n")
        for address in addresses:
            self.stdout.write(f"    {address}")
        self.stdout.write("\n" + qr_terminal(f"{addresses[0]}/server#{settings.FINGERPRINT}"))
        self.stdout.write(
            "The phone will warn: nobody outside vouches for this machine. Before going on, compare"
        )
        self.stdout.write("the certificate's SHA-256 fingerprint that the phone shows with this one:\n")
        for line in lan.grouped(settings.FINGERPRINT):
            self.stdout.write(f"    {line}")
        self.stdout.write("")
