"""A one-time code for founding another collective."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, call_command

from masslink.vault import holders


class Command(BaseCommand):
    help = "Print a one-time code with which another collective can be founded on this server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", help="data directory (./data)")

    def handle(self, *args: Any, **o: Any) -> None:
        call_command("migrate", verbosity=0)
        self.stdout.write(holders.new_founding_code())
