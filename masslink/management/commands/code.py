"""A one-time code: for founding another collective, or for confirming one that came from a backup."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command

from masslink.management.commands.restore import known_by
from masslink.vault import holders, restoring


class Command(BaseCommand):
    help = "Print a one-time code with which another collective can be founded on this server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", help="data directory (./data)")
        parser.add_argument(
            "--restored",
            action="store_true",
            help="a code for each collective that came from a backup and waits",
        )

    def handle(self, *args: Any, **o: Any) -> None:
        call_command("migrate", verbosity=0)
        if not o["restored"]:
            self.stdout.write(holders.new_founding_code())
            return
        waiting = restoring.waiting()
        if not waiting:
            raise CommandError("No collective here waits to be confirmed after a backup.")
        for collective, logins in waiting:
            self.stdout.write(f"{restoring.new_code(collective)}  the collective of {known_by(logins)}")
