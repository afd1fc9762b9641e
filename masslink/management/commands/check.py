"""Looking through the ledger: its shape without keys, everything in it with those of some members."""

import os
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management import BaseCommand, CommandError

from masslink.collective.forms import tidy_login, tidy_words
from masslink.vault import backup, checking, holders, kits, restoring
from masslink.vault.checking import Insider, Report
from masslink.vault.ledger import Ledger

SHOWN = 200
ROWS = {
    "row": "records",
    "act": "lines of the history",
    "past": "images before changes",
    "chunk": "pieces of files",
}
MISUSED = 2  # the exit status where nothing was checked; 1 says that something was found


class Command(BaseCommand):
    help = (
        "Check that the ledger is whole. With --login also everything that this member can open; their six words "
        "are asked for, or come from MASSLINK_PASSPHRASE, or from standard input, a line for each login. With --kit "
        "everything of the collective and its places; the words of both sheets are asked for, first those of a login."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", help="data directory (./data)")
        parser.add_argument(
            "--login", action="append", default=[], metavar="NAME", help="may be given several times"
        )
        parser.add_argument("--kit", action="store_true", help="open it with both sheets of the recovery kit")

    def handle(self, *args: Any, **o: Any) -> None:
        if not backup.is_there():
            raise CommandError(
                "There is nothing to check: no collective is here. Which --data is it?", returncode=MISUSED
            )
        insiders = [unlocked(tidy_login(login)) for login in o["login"]]
        insiders += by_kit() if o["kit"] else []
        report = checking.check(insiders)
        for finding in report.findings[:SHOWN]:
            self.stdout.write(str(finding))
        if len(report.findings) > SHOWN:
            self.stdout.write(f"... and {len(report.findings) - SHOWN} more.")
        self.stdout.write(summary(report))
        if report.findings:
            raise CommandError(
                f"Not as it should be: {len(report.findings)}. What to do stands in docs/server.md."
            )


def unlocked(login: str) -> Insider:
    try:
        holder, keys = holders.unlock(login, tidy_words(_words_of(login)))
    except holders.WrongWords:
        raise CommandError(
            f"These aren't the words of {login}. Nothing was checked.", returncode=MISUSED
        ) from None
    return Insider(holder.collective_id, holder.pk, keys)


def by_kit() -> list[Insider]:
    """Both sheets together; grants are sealed to one of the two halves only, and the other way opens nothing."""
    one, other = _asked("The twelve words of one sheet: "), _asked("The twelve words of the other: ")
    try:
        ways = kits.both(one, other)
    except holders.WrongWords:
        raise CommandError(
            "These aren't two sheets of one kit. Nothing was checked.", returncode=MISUSED
        ) from None
    found = [
        Insider(half.collective_id, half.pk, keys)
        for half, keys in ways
        if Ledger(half.collective_id).grants_of(half.pk)
    ]
    if not found:
        raise CommandError("This kit opens nothing. Nothing was checked.", returncode=MISUSED)
    return found


def _words_of(login: str) -> str:
    if "MASSLINK_PASSPHRASE" in os.environ:
        return os.environ["MASSLINK_PASSPHRASE"]
    return _asked(f"The six words of {login}: ")


def _asked(question: str) -> str:
    return getpass(question) if sys.stdin.isatty() else sys.stdin.readline()


def summary(report: Report) -> str:
    said = [f"Circles looked into: {report.circles}; shut, because no key was given: {report.shut}."]
    if report.circles:
        said.append(
            "Opened: " + ", ".join(f"{report.opened[table]:,} {rows}" for table, rows in ROWS.items()) + "."
        )
    if restoring.waiting():
        said.append("It came from a backup, and nobody has confirmed yet who still belongs.")
    if not report.findings:
        said.append("Nothing is missing or changed, as far as this shows.")
    return " ".join(said)
