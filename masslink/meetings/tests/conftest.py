"""What the tests of meetings share: a clock that stands, a meeting this evening with two matters."""

import pytest

from masslink.conftest import AT
from masslink.meetings.tests.stage import met, put_on, see


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT)
    monkeypatch.setattr("masslink.core.clock.today", lambda: AT.date())


@pytest.fixture
def meeting(ana, ben):
    with ana.workspace.bound():
        made = met(ana)
        put_on(ana, made, "One", "Two")
    see(ben)
    return made
