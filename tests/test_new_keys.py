"""While rows get a new key: others write at the same moment; killed in the middle, nothing is lost and it goes on."""

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
    command = [sys.executable, "-m", "tests.new_keys_on_disk", *words]
    done = subprocess.run(
        command, env=environment, cwd=HOME, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_members_write_while_rows_get_a_new_key(tmp_path: Path):
    assert "keys changed" in run(tmp_path, "threads", "2.5")


def test_killed_while_rows_get_a_new_key_nothing_is_lost_and_it_goes_on(tmp_path: Path):
    assert "keys changed" in run(tmp_path, "kills", "10", "20260303")
