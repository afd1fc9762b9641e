"""A backup of the whole ledger, while people write."""

import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from masslink.vault import backup


class Command(BaseCommand):
    help = "Write a backup of everything, as sealed as it is, into FILE. People may go on writing meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--data", help="data directory (./data)")
        parser.add_argument("--force", action="store_true", help="replace FILE if it is there")

    def handle(self, *args: Any, **o: Any) -> None:
        file: Path = o["file"].absolute()
        if file.exists() and not o["force"]:
            raise CommandError(
                f"{file} is there already and was left alone. Choose another name, or --force."
            )
        if not backup.is_there():
            raise CommandError("There is nothing to back up: no collective is here. Which --data is it?")
        try:
            mark = backup.write(file)
        except backup.Busy:
            raise CommandError(
                f"Another backup is being written to {file} just now. Nothing was changed."
            ) from None
        except (OSError, sqlite3.Error, DatabaseError) as error:
            raise CommandError(f"No backup was made, and {file} is as it was before: {error}") from None
        size = file.stat().st_size / 1_000_000
        self.stdout.write(f"{file}: {sum(mark.rows.values()):,} sealed rows, {size:,.1f} MB. It is whole.")
