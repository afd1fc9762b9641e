"""Faults: killed at any moment, the ledger is whole and what was acknowledged is there; and many writers at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from masslink.vault.tests import databases

pytestmark = pytest.mark.slow
# 50 kills each, of a ledger of its own: in one, everything that was written before is read again after each kill.
# On PostgreSQL a connection's end undoes what it began, so one is enough there.
SEEDS = [20260302] if databases.ON_POSTGRESQL else [20260302, 20260303, 20260304, 20260305]
HOME = Path(__file__).resolve().parent.parent


def run(tmp_path: Path, *words: str) -> str:
    environment = {
        **os.environ,
        "MASSLINK_DATA": str(tmp_path),
        "PYTHONPATH": str(HOME),
        **databases.environment(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger_on_disk", *words],
        env=environment,
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_no_act_is_half(
    tmp_path: Path, request: pytest.FixtureRequest, seed: int
):
    """In the middle of acts, of new keys, of re-sealing and of backups."""
    rounds = 3000 // len(SEEDS) if request.config.getoption("--long") else 50
    assert "acknowledged" in run(tmp_path, "kills", str(rounds), str(seed))


def test_many_threads_of_several_members_write_at_once(tmp_path: Path):
    assert "acknowledged" in run(tmp_path, "threads", "1.2")
