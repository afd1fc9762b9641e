"""Back from a backup, onto an empty data directory or database."""

import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError

from masslink.management import serving
from masslink.vault import backup, restoring

SHOWN = 5  # login names by which somebody at the console may know a collective


class Command(BaseCommand):
    help = "Bring a backup back onto an empty data directory or database. Nobody is let in before it is confirmed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--data", help="data directory (./data)")

    def handle(self, *args: Any, **o: Any) -> None:
        file: Path = o["file"].absolute()
        try:
            backup.verify(file)  # before anything is made for it
            serving.claim(settings.DATA_DIR)
            call_command("migrate", verbosity=0)
            mark = restoring.restore(file)
        except backup.NotWhole as error:
            raise CommandError(f"{error} Nothing was restored.") from None
        except restoring.NotEmpty:
            raise CommandError(
                "There is a collective here already; it was left alone. Restore onto an empty data directory "
                "(--data) or an empty database (DATABASE_URL)."
            ) from None
        except (OSError, sqlite3.Error, DatabaseError) as error:
            raise CommandError(f"Nothing was restored: {error}") from None
        self.stdout.write(f"{sum(mark.rows.values()):,} sealed rows are back.")
        for collective, logins in restoring.waiting():
            self.say_what_next(collective, logins)

    def say_what_next(self, collective: UUID, logins: list[str]) -> None:
        code = restoring.new_code(collective)
        self.stdout.write(
            f"\nThe collective of {known_by(logins)} waits: whoever was removed since the backup could unlock again.\n"
            "Start the server. A coordinator unlocks, types this code (once), and confirms who still belongs:\n"
            f"  {code}\n"
            "Another code: masslink code --restored"
        )


def known_by(logins: list[str]) -> str:
    """Login names are all that a console can tell a collective by."""
    more = f" and {len(logins) - SHOWN} more" if len(logins) > SHOWN else ""
    return ", ".join(logins[:SHOWN]) + more
