"""The same people as beside the code, and the option for tests that may take hours."""

import pytest

from masslink.conftest import ana, at, ben, cy, person, quick_passphrases, shared_site, shift, site, unit

__all__ = ["ana", "at", "ben", "cy", "person", "quick_passphrases", "shared_site", "shift", "site", "unit"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="play and kill many times more often")
