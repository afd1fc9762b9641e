"""A real calendar client subscribes and follows: Debian's vdirsyncer fetches, khal shows, as a phone would."""

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from masslink.collective.models import Feed
from masslink.conftest import AT, Someone
from masslink.gatherings import acts
from masslink.gatherings.models import Gathering
from masslink.sites.models import Site

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.skipif(
        not (shutil.which("vdirsyncer") and shutil.which("khal")),
        reason="no calendar client here: apt install khal vdirsyncer",
    ),
]
TEA = datetime(2026, 3, 28, 18, 0, tzinfo=UTC)  # a day before the clocks change

VDIRSYNCER = """
[general]
status_path = "{folder}/status/"
[pair phone]
a = "ours"
b = "kept"
collections = null
[storage ours]
type = "http"
url = "{url}/calendar.ics"
username = "{login}"
password = "{secret}"
[storage kept]
type = "filesystem"
path = "{folder}/kept/"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[phone]]
path = {folder}/kept/
readonly = True
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
SHOWN = "{start-date} {start-time} {title}{location}"


class Phone:
    """The client in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        (folder / "kept").mkdir()
        for name, text in (("vdirsyncer", VDIRSYNCER), ("khal", KHAL)):
            (folder / name).write_text(text.format(folder=folder, **settings))
        assert self._run("vdirsyncer", "discover").returncode == 0

    def _run(self, program: str, *more: str) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
        }
        command = [program, "-c", str(self.folder / program), *more]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)

    def fetches(self) -> bool:
        return self._run("vdirsyncer", "sync").returncode == 0

    def shows(self) -> list[str]:
        assert self.fetches()
        found = self._run("khal", "list", "--day-format", "", "-f", SHOWN, "2026-03-01", "60d")
        assert found.returncode == 0, found.stderr
        return [line.strip() for line in found.stdout.splitlines() if line.strip()]


def in_workspace(someone: Someone, do: Callable[..., Any], **more: Any) -> Any:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return do(by=someone.member, at=AT, **more)


def test_a_real_client_subscribes_and_follows(
    ana: Someone,
    ben: Someone,
    shared_site: Site,
    live_server: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT)
    feeds = "/gatherings/calendar/phone"
    ben.client.post(feeds, {"shows": "titles", "once": str(uuid4())})
    shown = ben.client.get(feeds).context["shown"]
    said = {"title": "Soup; bread, songs", "kind": "event", "where": "Cooper Street", "site": shared_site}
    in_workspace(ana, acts.plan, **said, starts_at=TEA, ends_at=TEA + timedelta(hours=2))
    phone = Phone(tmp_path, url=live_server.url, login=shown.login, secret=shown.secret)
    assert phone.shows() == ["2026-03-28 19:00 Soup; bread, songs"]

    walk = in_workspace(
        ana, acts.plan, title="A walk", kind="event", starts_at=TEA + timedelta(days=1), site=None
    )
    tea = Gathering.objects
    with ana.workspace.bound():
        soup = tea.get(title="Soup; bread, songs")
        acts.move(by=ana.member, at=AT, gathering=soup, starts_at=TEA + timedelta(days=2), ends_at=None)
    assert phone.shows() == ["2026-03-29 20:00 A walk", "2026-03-30 20:00 Soup; bread, songs"]

    in_workspace(ana, acts.cancel, gathering=walk)
    assert phone.shows() == ["2026-03-29 20:00 Called off: A walk", "2026-03-30 20:00 Soup; bread, songs"]

    with ben.workspace.bound():
        feed = Feed.objects.get()
    ben.client.post(f"{feeds}/{feed.pk}/end")
    assert not phone.fetches()
