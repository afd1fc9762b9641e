"""The same people as beside the code, and the option for tests that may take hours."""

from collections.abc import Iterator
from typing import Any

import pytest

from masslink.conftest import ana, at, ben, cy, person, quick_passphrases, shared_site, shift, site, unit
from masslink.vault.sessions import sessions
from masslink.vault.tests.databases import ON_POSTGRESQL

__all__ = ["ana", "at", "ben", "cy", "person", "quick_passphrases", "shared_site", "shift", "site", "unit"]

ONCE = "a browser's way through the pages is the same on both databases; test_journey.py goes it on PostgreSQL too"


@pytest.fixture
def world(transactional_db: None, quick_passphrases: None) -> Iterator[Any]:
    """A place with one record of each kind, and everybody who may knock: see test_doors."""
    from tests.test_doors import make_world  # its asserts are rewritten only where pytest loads it itself

    world = make_world()
    yield world
    for someone in world.someones:
        sessions.end_all(someone.workspace.holder)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browsers take most of the time, on one database is enough; what takes long begins first, so that nobody waits."""
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.get_closest_marker("slow")))
    if ON_POSTGRESQL:
        pure = [item for item in items if _is_pure(item)]
        config.hook.pytest_deselected(items=pure)
        items[:] = [item for item in items if item not in pure]
    for item in items:
        if ON_POSTGRESQL and item.get_closest_marker("browser") and item.path.name != "test_journey.py":
            item.add_marker(pytest.mark.skip(reason=ONCE))


def _is_pure(item: pytest.Item) -> bool:
    """A room's calculation, for which no database matters, or what reads the source; what the vault and all rooms
    together do always runs.
    """
    if item.path.name == "test_house.py":
        return True
    folders = item.path.relative_to(item.config.rootpath).parts
    asked = {"db", "transactional_db", "ana", "site"} & set(getattr(item, "fixturenames", ()))
    beside_it = folders[0] == "masslink" and folders[1] != "vault"
    return beside_it and not asked and not item.get_closest_marker("django_db")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="play and kill many times more often")
