"""Two years of a collective of twelve in a minute; `pytest tests/test_long_run.py --long` plays many of them."""

from pathlib import Path

import pytest

from tests.long_run import play

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_two_years_of_a_collective(tmp_path: Path, quick_passphrases: None, request: pytest.FixtureRequest):
    many = request.config.getoption("--long")
    for seed in range(20260302, 20260302 + (20 if many else 1)):
        town = play(tmp_path, seed=seed, steps=2500 if many else 900, every=150)
        assert len(town.done) > 15, town.done
