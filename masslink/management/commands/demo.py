"""The demo collective: filled through the acts that people use, then served."""

import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from masslink.collective.acts import admit, found_space
from masslink.collective.demo import MEMBERS, NEWCOMER, SPACE, invite_some
from masslink.core import clock
from masslink.desk.demo import Scene, play
from masslink.management import serving
from masslink.vault import holders
from masslink.vault.models import Collective
from masslink.vault.workspace import Workspace

PASSPHRASE = "paper ladder night kettle window march"  # noqa: S105 - the demo's, printed at every start

UNFINISHED = "demo-unfinished"  # like "demo" beside it, it names the collective that the demo made


def login(name: str) -> str:
    return f"{name.lower().replace('á', 'a')}-demo"


class Command(BaseCommand):
    help = "Serve a living demo collective. Started again it keeps what was done; --fresh begins anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--data", help="data directory (./data/demo)")
        parser.add_argument("--fresh", action="store_true", help="throw the demo away and fill it again")
        parser.add_argument("--fill-only", action="store_true", help="fill the data directory and stop")

    def handle(self, *args: Any, **o: Any) -> None:
        data: Path = settings.DATA_DIR
        mark = data / "demo"
        _refuse_real(data)
        serving.claim(data)
        if o["fresh"] or not mark.exists():
            _empty(data)
        serving.prepare()
        if not mark.exists():
            (data / UNFINISHED).touch()
            self.fill(clock.today())
            (data / UNFINISHED).rename(mark)
        if not o["fill_only"]:
            serving.serve("127.0.0.1", o["port"], when_ready=self.ready)

    def ready(self, address: str) -> None:
        self.stdout.write(f"\nThe demo collective {SPACE!r} is open at {address}\n")
        for member in MEMBERS:
            self.stdout.write(f"  {login(member.name):12} {member.role}")
        self.stdout.write(f"  {login(NEWCOMER):12} waits to be let in")
        self.stdout.write(f"  passphrase of all of them: {PASSPHRASE}\n")
        self.stdout.write(f"ready {address}")
        self.stdout.flush()

    def fill(self, today: date) -> None:
        """Play the half year through the acts, each member in their own workspace."""
        self.stdout.write("Filling the demo collective; this takes half a minute, once.")
        scene, (first, *others) = Scene(today), MEMBERS
        open_now = {first.name: holders.found(holders.new_founding_code(), login(first.name), PASSPHRASE)}
        with open_now[first.name].bound() as workspace:
            (settings.DATA_DIR / UNFINISHED).write_text(workspace.collective.hex)
            founder = found_space(at=scene.moment(first.joined, 5), name=SPACE, member_name=first.name)
            for newcomer in others:
                names = login(newcomer.name), PASSPHRASE
                holder, keys = holders.enrol(workspace.collective, *names, workspace.root)
                at = scene.moment(newcomer.joined, 5)
                admit(
                    by=founder,
                    at=at,
                    name=newcomer.name,
                    holder=holder.id,
                    fingerprint=keys.public.fingerprint,
                    role=newcomer.role,
                )
                open_now[newcomer.name] = holders.open_workspace(holder, keys)
        play(lambda name: _entered(open_now[name]), today)
        invite_some(lambda name: _entered(open_now[name]), clock.now(), login(NEWCOMER), PASSPHRASE)
        for workspace in open_now.values():
            workspace.close()


@contextmanager
def _entered(workspace: Workspace) -> Iterator[None]:
    with workspace.bound():
        workspace.catch_up()
        yield


def _refuse_real(data: Path) -> None:
    """Raise CommandError where a collective is that no demo made."""
    marks = [path for path in (data / "demo", data / UNFINISHED) if path.exists()]
    ledger = connections["default"]
    if ledger.vendor == "sqlite":
        if (data / "ledger.sqlite3").exists() and not marks:
            raise CommandError(
                f"{data} holds a real collective; the demo leaves it alone. Choose another --data."
            )
    elif "vault_collective" in ledger.introspection.table_names():
        ours = {path.read_text() for path in marks}
        if {id.hex for id in Collective.objects.values_list("id", flat=True)} - ours:
            raise CommandError(
                "The database that DATABASE_URL names holds another collective; the demo leaves it alone. "
                "Give the demo an empty one."
            )


def _empty(data: Path) -> None:
    if connections["default"].vendor != "sqlite":
        call_command("migrate", verbosity=0)
        call_command("flush", interactive=False, verbosity=0)
    for path in data.iterdir():
        if path.name.startswith("ledger.sqlite3") or path.name.startswith("demo"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
