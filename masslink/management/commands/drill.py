"""A seizure rehearsed at the console: copy the data directory and show all that can be read in it without keys."""

import re
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connections

from masslink.vault import backup, drill
from masslink.vault.models import Collective

SHOWN = 25
IDS = re.compile(r"[0-9a-f]{12,}")  # also pieces: pages of the database cut them anywhere
# What SQLite and Django write themselves: names of tables and columns, and of the ledger's own migrations.
OURS = (
    "CREATE ",
    "vault_",
    "django_migrations",
    "SQLite format",
    "sqlite_",
    "_initial",
    "NOT NULL",
    "PRIMARY KEY",
)


class Command(BaseCommand):
    help = "Rehearse a seizure: copy the data directory as a thief would, and show what can be read without keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", help="data directory (./data)")
        parser.add_argument(
            "--keep", type=Path, help="leave the copy in this directory instead of deleting it"
        )
        parser.add_argument(
            "--words", action="store_true", help="read words to look for, one a line, from stdin"
        )
        parser.add_argument(
            "--all", action="store_true", help=f"show every text, not the longest {SHOWN} only"
        )

    def handle(self, *args: Any, **o: Any) -> None:
        data = Path(settings.DATA_DIR)
        if not backup.is_there():
            raise CommandError("There is nothing to look at: no collective is here. Which --data is it?")
        if o["keep"] and o["keep"].exists():
            raise CommandError(f"{o['keep']} is there already; nothing was copied.")
        words = self._words() if o["words"] else []
        with tempfile.TemporaryDirectory(prefix="masslink-drill-") as place:
            copy = o["keep"] or Path(place) / "taken"
            shutil.copytree(data, copy, ignore=shutil.ignore_patterns("static", "lock"))
            self._tell(copy, words, shown=None if o["all"] else SHOWN)
        self.stdout.write(f"\nThe copy stays in {copy}." if o["keep"] else "\nThe copy was deleted again.")

    def _words(self) -> list[str]:
        if sys.stdin.isatty():
            self.stdout.write("Words that a thief would look for, one a line; an empty line ends it:")
        lines = (line.strip() for line in iter(sys.stdin.readline, ""))
        found = []
        for line in lines:
            if not line:
                break
            if len(line) < drill.WORD:
                self.stderr.write(f"{line}: too short, it would be found anywhere by chance")
            else:
                found.append(line)
        return found

    def _tell(self, copy: Path, words: list[str], *, shown: int | None) -> None:
        files = sorted(path for path in copy.rglob("*") if path.is_file())
        self._section("The files")
        for path in files:
            self.stdout.write(f"  {path.relative_to(copy)}: {path.stat().st_size:,} bytes")
        self._section("What their contents show by count and size")
        for seen in drill.survey():
            self._tell_of(seen)
        self._section("Everything that looks like text")
        self._tell_texts(files, shown)
        if words:
            self._section("The words you looked for")
            taken = chain(drill.bytes_of(files), self._bodies())
            for word, forms in drill.look_for(words, taken).items():
                self.stdout.write(
                    f"  {word}: " + (f"FOUND as {', '.join(sorted(forms))}" if forms else "not there")
                )

    def _bodies(self) -> Iterator[bytes]:
        """What lies in PostgreSQL; SQLite's file is one of those that were copied."""
        if connections["default"].vendor != "sqlite":
            for collective in Collective.objects.values_list("pk", flat=True):
                yield from drill.sealed_bytes(collective)

    def _section(self, title: str) -> None:
        self.stdout.write(f"\n{title}\n")

    def _tell_of(self, seen: drill.Seen) -> None:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(seen.holders.items()))
        self.stdout.write(f"  A collective that has written {seen.acts} times. Holders of keys: {kinds}.")
        self.stdout.write(f"  Login names: {', '.join(seen.logins)}")
        self.stdout.write(f"  Keys per member: {', '.join(map(str, seen.grants))}. Files: {seen.files}.")
        for circle in seen.circles:
            sizes = ", ".join(f"{count} of {size} bytes" for size, count in circle.sizes.items())
            self.stdout.write(
                f"  A circle of {circle.rows} rows ({sizes or 'none'}), {circle.rosters} rosters, key {circle.epoch}"
            )

    def _tell_texts(self, files: list[Path], shown: int | None) -> None:
        found = drill.texts(drill.bytes_of(files))
        strange: Counter[str] = Counter()
        for text, count in found.items():
            rest = IDS.sub("", text)
            if len(rest) >= drill.AT_LEAST and not any(one in text for one in OURS):
                strange[rest] += count
        for text, count in sorted(strange.items(), key=lambda pair: (-len(pair[0]), pair[0]))[:shown]:
            self.stdout.write(f"  {text[:100]}" + (f"  ({count} times)" if count > 1 else ""))
        left = len(strange) - shown if shown else 0
        self.stdout.write(f"  … and {left} more, shorter: --all shows them" if left > 0 else "  That is all.")
        self.stdout.write(
            "  (Random ids and pieces of them, names of tables and columns left out. Short ones are mostly chance.)"
        )
