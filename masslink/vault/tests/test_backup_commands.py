"""Backups by commands in processes of their own: while others write, killed, and between SQLite and PostgreSQL."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person
from masslink.sites.models import Site
from masslink.vault import backup, restoring
from masslink.vault.models import Row
from masslink.vault.tests import databases, reading
from masslink.vault.tests.test_backup import empty

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

HOME = Path(__file__).resolve().parents[3]


def masslink(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"MASSLINK_DATA": str(data), "PYTHONPATH": str(HOME), **more}
    return subprocess.run(
        [sys.executable, "-m", "masslink", *words],
        env=environment, cwd=data, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


BUSY = """
import os, sys, threading, time
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES = 8, 1
call_command("migrate", verbosity=0)
from tests import ledger_on_disk as disk
everybody = disk.begin()
workspaces = [disk.unlock(key) for key in everybody]
def write(workspace, number):
    count = 0
    while True:
        count += 1
        disk.one_talk(workspace, f"{number}-{count}")
        time.sleep(0.1)  # or they would have the processor to themselves
        os.write(1, f"told {number}-{count}\\n".encode())  # at once: several print here
for number, workspace in enumerate(workspaces):
    threading.Thread(target=write, args=(workspace, number), daemon=True).start()
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[Path]:
    """Three members who write from three threads all the while; a data directory of their own."""
    data = tmp_path / "data"
    data.mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"MASSLINK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "masslink.config.settings"}
    environment |= databases.environment(data)
    child = subprocess.Popen(
        [sys.executable, "-c", BUSY, "120"], env=environment, cwd=HOME, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    for _ in range(30):
        assert child.stdout.readline().startswith("told")
    yield data
    child.kill()
    child.wait()
    child.stdout.close()


def test_while_people_write_backups_are_whole_and_restore(writers: Path, tmp_path: Path):
    for number in range(3):
        done = masslink(
            writers, "backup", str(tmp_path / f"{number}.backup"), **databases.environment(writers)
        )
        assert "It is whole" in done.stdout, done.stderr
    target = tmp_path / "target"
    target.mkdir()
    done = masslink(target, "restore", str(tmp_path / "2.backup"), "--data", str(target))
    assert "waits" in done.stdout, done.stderr
    with closing(sqlite3.connect(target / "ledger.sqlite3")) as ledger:
        seq = ledger.execute("SELECT seq FROM vault_collective WHERE restored").fetchone()[0]
        for table in ("row", "act"):
            assert ledger.execute(f"SELECT MAX(seq) FROM vault_{table}").fetchone()[0] <= seq
        # The newest act is there with its line and with its rows: one moment of the ledger.
        assert ledger.execute("SELECT COUNT(*) FROM vault_act WHERE seq = ?", [seq]).fetchone() == (1,)
        assert ledger.execute("SELECT COUNT(*) FROM vault_row WHERE seq = ?", [seq]).fetchone()[0] >= 3
    done = masslink(target, "restore", str(tmp_path / "1.backup"), "--data", str(target))
    assert done.returncode == 1
    assert "left alone" in done.stderr


def test_a_killed_backup_leaves_no_file_or_a_whole_one(writers: Path, tmp_path: Path):
    chance, killed, file = random.Random(3), 0, tmp_path / "one.backup"
    part = tmp_path / "one.backup.part"
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"MASSLINK_DATA": str(writers), "PYTHONPATH": str(HOME), **databases.environment(writers)}
    for turn in range(30):
        child = subprocess.Popen(
            [sys.executable, "-m", "masslink", "backup", str(file)],
            env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        while not part.exists() and child.poll() is None:  # counted from here: starting takes longest
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.2) / (1 + turn / 5))
        child.send_signal(signal.SIGKILL)
        child.wait()
        if file.exists():
            assert backup.verify(file)
            file.unlink()
        else:
            assert part.exists()
            killed += 1
        part.unlink(missing_ok=True)
        if killed > 3 and turn > 5:
            break
    assert killed > 3
    part.write_bytes(b"half")
    done = masslink(writers, "backup", str(file), **databases.environment(writers))
    assert "It is whole" in done.stdout  # what was left lying keeps nobody
    assert not (tmp_path / "one.backup.part").exists()


# --- PostgreSQL ----------------------------------------------------------------------------------


@databases.only_on_postgresql("it is about the way there")
def test_from_postgresql_into_a_file_and_back(ana: Someone, site: Site, tmp_path: Path):
    """What test_backup says runs on PostgreSQL when the tests do; here a file of the one becomes the other."""
    assert connections["default"].vendor == "postgresql"
    with ana.workspace.bound():
        for number in range(20):
            add_person(by=ana.member, at=AT, site=site, name=f"Person {number}")
    backup.write(tmp_path / "one.backup")
    target = tmp_path / "target"
    target.mkdir()
    done = masslink(target, "restore", str(tmp_path / "one.backup"), "--data", str(target))
    assert done.returncode == 0, done.stderr
    done = masslink(target, "backup", str(tmp_path / "two.backup"))
    assert done.returncode == 0, done.stderr
    rows = Row.objects.count()
    empty()
    restoring.restore(tmp_path / "two.backup")
    assert Row.objects.count() == rows
    new = reading.fresh(ana.workspace)
    assert len(reading.records(new)["person"]) == 20
    new.close()
