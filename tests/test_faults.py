"""Faults: killed at any moment, the ledger is whole and what was acknowledged is there; and many writers at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from masslink.vault.tests import databases

pytestmark = pytest.mark.slow
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


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_no_act_is_half(
    tmp_path: Path, request: pytest.FixtureRequest
):
    """In the middle of acts, of new keys, of re-sealing and of backups."""
    usual = "50" if databases.ON_POSTGRESQL else "200"  # there a connection's end undoes what it began
    rounds = "3000" if request.config.getoption("--long") else usual
    assert "acknowledged" in run(tmp_path, "kills", rounds, "20260302")


def test_many_threads_of_several_members_write_at_once(tmp_path: Path):
    assert "acknowledged" in run(tmp_path, "threads", "1.2")
