"""Serving a data directory."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from masslink.management import serving
from masslink.vault import holders
from masslink.vault.models import Collective


class Command(BaseCommand):
    help = "Serve Masslink from a data directory (made if it isn't there)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--data", help="data directory (./data)")
        parser.add_argument("--cert", type=Path, help="TLS certificate (PEM)")
        parser.add_argument("--key", type=Path, help="its key (PEM)")
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, **o: Any) -> None:
        behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None
        if not o["cert"] and not serving.is_loopback(o["host"]) and not behind_proxy:
            raise CommandError(
                "Beyond this machine Masslink speaks TLS only: give --cert and --key, or stand behind a proxy "
                "that does (MASSLINK_BEHIND_PROXY=1; see docs/server.md)."
            )
        settings.SECURE = bool(o["cert"]) or behind_proxy
        serving.claim(settings.DATA_DIR)
        serving.prepare()
        for warning in serving.warnings():
            self.stderr.write(f"Careful: {warning}")

        def ready(address: str) -> None:
            if not Collective.objects.exists():
                self.stdout.write(f"Nobody is here yet. Found a collective at {address}/found")
                self.stdout.write(f"with this code (once): {holders.new_founding_code()}")
            self.stdout.write(f"ready {address}")
            self.stdout.flush()

        serving.serve(
            o["host"], o["port"], cert=o["cert"], key=o["key"], threads=o["threads"], when_ready=ready
        )
