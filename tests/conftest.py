"""The same people as beside the code, and the option for tests that may take hours."""

import pytest

from masslink.conftest import ana, at, ben, cy, person, quick_passphrases, shared_site, shift, site, unit
from masslink.vault.tests.databases import ON_POSTGRESQL

__all__ = ["ana", "at", "ben", "cy", "person", "quick_passphrases", "shared_site", "shift", "site", "unit"]

ONCE = "a browser's way through the pages is the same on both databases; test_journey.py goes it on PostgreSQL too"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers take most of the time, on one database is enough; what takes long begins first, so that nobody waits."""
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.get_closest_marker("slow")))
    for item in items:
        if ON_POSTGRESQL and item.get_closest_marker("browser") and item.path.name != "test_journey.py":
            item.add_marker(pytest.mark.skip(reason=ONCE))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="play and kill many times more often")
