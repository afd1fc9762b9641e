"""The canary at the ledger: a marker in every field of every kind of record, and none of it on the disk."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from masslink.vault.tests import databases

MARKER = "Kanarienvögelchen"
PLANTED = "Zaunkönigsküken"  # another, because PostgreSQL's journal and log keep it for those who look later


def forms_of(text: str) -> dict[str, bytes]:
    """How text may look in a file."""
    utf8 = text.encode()
    forms = {
        "utf-8": utf8,
        "utf-16 le": text.encode("utf-16-le"),
        "utf-16 be": text.encode("utf-16-be"),
        "hex": utf8.hex().encode(),
        "json": text.encode("unicode_escape").replace(b"\\xf6", b"\\u00f6"),
    }
    for shift in range(3):  # base64 looks different after one and after two other bytes
        inner = base64.b64encode(b"x" * shift + utf8)
        forms[f"base64 {shift}"] = inner[4 if shift else 0 : -4]
    return forms


def find_marker(files: Iterable[tuple[str, bytes]], marker: str = MARKER) -> list[str]:
    """Every one of these files, given as name and content, in which the marker stands, in any form."""
    found = []
    for name, content in files:
        lowered = content.lower()
        found += [f"{name}: {how}" for how, form in forms_of(marker).items() if form.lower() in lowered]
    return found


def below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


WALK = """
import os, sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES = 8, 1
call_command("migrate", verbosity=0)
from masslink.conftest import AT
from masslink.collective.acts import found_space
from masslink.collective.feeding import make_feed
from masslink.collective.models import Member
from masslink.desk.feed_says import PLACES
from masslink.gatherings.acts import plan
from masslink.sites.acts import open_site
from masslink.sites.models import Site
from masslink.vault import backup, feeds, files, history, holders
from masslink.vault.act import act
from masslink.vault.models import ConsoleCode
from masslink.vault.record import kinds
from masslink.vault.schema import schema
from masslink.vault.tests.filling import fill_all
marker = sys.argv[1]
workspace = holders.found(holders.new_founding_code(), "quilt-harbor-47", marker)
with workspace.bound():
    me = found_space(at=AT, name=marker, member_name=marker)
    site = open_site(by=me, at=AT, kind="workplace", name=marker, note=marker)
    feed, login, secret = make_feed(by=me, at=AT, shows=PLACES + " en")
    plan(by=me, at=AT, title=marker, kind="event", starts_at=AT, site=site, where=marker)
    assert any(marker.encode() in text for text in feeds.read(login, secret))
    settings.AFTER_ACTS = []  # whatever is laid down for feeds empties the log, which is to be looked through here
    with act(marker, at=AT, notes={"words": marker}):
        made = fill_all(site.circle, marker, {Site: site, Member: me})
        files.write_file(site.circle, [marker.encode() * 9000])
    for record in made:
        with act("again", at=AT):
            record.save()
    with act("deleted", at=AT):
        raw = workspace._raw()
        for record in made:
            raw.execute(f"DELETE FROM {schema().tables[record.kind].name} WHERE id = ?", [record.pk.hex])
    history.undo(history.recent(limit=1)[0], at=AT)
    assert all(model.objects.exists() for model in kinds().values())
for leak in sys.argv[2:]:
    ConsoleCode.objects.create(digest=marker.encode(leak))
backup.write(settings.DATA_DIR / "canary.backup")
sys.stdout.flush()
os._exit(0)  # as after a crash: the write-ahead log stays
"""


def walk(tmp_path: Path, marker: str, *leaks: str) -> list[str]:
    data, temporary = tmp_path / "data", tmp_path / "temporary"
    data.mkdir()
    temporary.mkdir()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "masslink.config.settings",
        "MASSLINK_DATA": str(data),
        "TMPDIR": str(temporary),
        "SQLITE_TMPDIR": str(temporary),
        **databases.environment(data),
    }
    home = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", WALK, marker, *leaks],
        env=environment, cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = [*below(tmp_path), *databases.files(data)]
    assert "canary.backup" in dict(found)
    assert sum(len(content) for _, content in found) > 500_000
    assert databases.ON_POSTGRESQL or (data / "ledger.sqlite3-wal").stat().st_size > 100_000
    return find_marker(found, marker)


def test_nothing_of_what_was_written_stands_on_the_disk(tmp_path: Path):
    assert walk(tmp_path, MARKER) == []


@pytest.mark.parametrize("how", ["utf-8", "utf-16-le"])
def test_a_planted_leak_is_found(tmp_path: Path, how: str):
    assert walk(tmp_path, PLANTED, how)


def test_every_form_of_the_marker_would_be_found(tmp_path: Path):
    text = MARKER.encode()
    (tmp_path / "a").write_bytes(b"." + base64.b64encode(b"12" + text + b"34"))
    (tmp_path / "b").write_bytes(text.hex().upper().encode())
    (tmp_path / "c").write_text(MARKER, encoding="utf-16")
    (tmp_path / "d").write_bytes(b'{"a": "Kanarienv\\u00f6gelchen"}')
    assert {line[0] for line in find_marker(below(tmp_path))} == set("abcd")
