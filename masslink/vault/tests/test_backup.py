"""Backups: whole or recognised as not, taken while people write, without what doesn't belong; and back again."""

import os
import random
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person
from masslink.sites.models import Site
from masslink.vault import backup, files, holders, restoring
from masslink.vault.act import act
from masslink.vault.backup import NotWhole
from masslink.vault.models import Chunk, Collective, ConsoleCode, Copy, Grant, Holder, Row
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)

HOME = Path(__file__).resolve().parents[3]


@pytest.fixture
def story(ana: Someone, ben: Someone, shared_site: Site) -> None:
    """Rows, images, lines and a file."""
    with ana.workspace.bound():
        for number in range(20):
            person = add_person(by=ana.member, at=AT, site=shared_site, name=f"Person {number}")
            with act("renamed", at=AT):
                person.name += "!"
                person.save()
        with act("kept", at=AT):
            files.write_file(shared_site.circle, [os.urandom(150_000)])


def empty() -> None:
    """An empty ledger in place of the test's."""
    call_command("flush", interactive=False, verbosity=0)


def stored() -> dict[str, list[Any]]:
    """Every row, whichever database it lies in; a restored collective says so."""
    found = reading.ledger()
    return {
        name: sorted([_plain(row) for row in rows], key=repr)
        for name, rows in found.items()
        if name != "collective"
    }


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    plain = {memoryview: bytes, UUID: lambda value: value.hex}
    return tuple(plain.get(type(value), lambda value: value)(value) for value in row)


# --- there and back ------------------------------------------------------------------------------


def test_what_comes_back_is_what_was_there(ana: Someone, ben: Someone, story: None, tmp_path: Path):
    before, people = stored(), reading.records(ana.workspace)["person"]
    mark = backup.write(tmp_path / "one.backup")
    assert mark.rows == {t: len(rows) for t, rows in _tables(before).items()} | {"vault_collective": 1}
    empty()
    assert restoring.restore(tmp_path / "one.backup") == mark
    assert stored() == before
    assert all(c.restored for c in Collective.objects.all())
    new = reading.fresh(ana.workspace)
    assert reading.records(new)["person"] == people
    new.close()
    assert os.listdir(tmp_path) == ["one.backup"]


def _tables(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {f"vault_{name}": rows for name, rows in found.items() if name != "consolecode"}


def test_every_table_of_the_ledger_is_in_backups_but_for_codes_and_feeds():
    models = set(apps.get_app_config("vault").get_models())
    assert set(backup.TABLES) | {ConsoleCode, Copy} == models


def test_a_backup_is_readable_by_its_owner_only_and_says_that_it_waits(story: None, tmp_path: Path):
    file = tmp_path / "one.backup"
    backup.write(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with closing(backup.read_only(file)) as copy:
        assert copy.execute("SELECT restored FROM vault_collective").fetchall() == [(1,)]
    assert not Collective.objects.get().restored


def test_what_never_belongs_into_backups_isnt_there_not_even_as_deleted_bytes(
    ana: Someone, story: None, tmp_path: Path
):
    collective, secrets = ana.workspace.collective, {}
    for kind in (*backup.NEVER, Holder.Kind.KIT):
        secrets[kind] = os.urandom(60)
        login = secrets[kind].hex()[:60]
        holder = Holder.objects.create(
            collective_id=collective, kind=kind, login=login, public=b"", wrapped=secrets[kind]
        )
        Grant.objects.create(collective_id=collective, holder=holder, body=b"grant" + secrets[kind])
    holders.new_founding_code()
    backup.write(tmp_path / "one.backup")
    content = (tmp_path / "one.backup").read_bytes()
    for kind, secret in secrets.items():
        found = secret in content or secret.hex()[:60].encode() in content
        assert found == (kind not in backup.NEVER), kind
    with closing(backup.read_only(tmp_path / "one.backup")) as copy:
        assert copy.execute("SELECT COUNT(*) FROM vault_consolecode").fetchone() == (0,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not copy.execute("PRAGMA foreign_key_check").fetchall()


def test_what_was_deleted_before_isnt_in_it(ana: Someone, shared_site: Site, tmp_path: Path):
    with ana.workspace.bound():
        with act("kept", at=AT):
            id = files.write_file(shared_site.circle, [b"x"])
        body = bytes(Chunk.objects.get().body)
        with act("dropped", at=AT):
            files.shred_file(shared_site.circle, id)
    backup.write(tmp_path / "one.backup")
    content = (tmp_path / "one.backup").read_bytes()
    assert not any(body[i : i + 24] in content for i in range(40, len(body) - 24, 997))


# --- whole or not --------------------------------------------------------------------------------


@pytest.fixture
def file(story: None, tmp_path: Path) -> Path:
    backup.write(tmp_path / "one.backup")
    return tmp_path / "one.backup"


def _refused(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    with pytest.raises(NotWhole) as refused:
        backup.verify(file)
    return str(refused.value)


def test_a_cut_backup_is_recognised_wherever_it_was_cut(file: Path):
    whole = file.read_bytes()
    for size in (0, 10, 16, 4096, len(whole) // 2, len(whole) - 4096, len(whole) - 4095, len(whole) - 1):
        assert "isn't a backup" in (said := _refused(file, whole[:size])) or "has no end" in said, size


def test_a_changed_backup_is_recognised_wherever_it_was_changed(file: Path):
    whole = file.read_bytes()
    chance = random.Random(7)
    places = [18, 100, len(whole) - 4097, *chance.sample(range(100, len(whole) - 4096), 20)]
    for at in places:
        said = _refused(file, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert "changed or damaged" in said, at
    for at in (len(whole) - 4096 + 3, len(whole) - 4096 + 40):  # the mark itself
        assert _refused(file, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    file.write_bytes(whole)
    assert backup.verify(file)


def test_a_backup_of_a_newer_program_is_refused(file: Path):
    whole, mark = file.read_bytes(), backup.read_mark(file)
    newer = backup.Mark(mark.format + 1, mark.rows, mark.sha256)
    assert "newer Masslink" in _refused(file, whole[:-4096] + newer.to_page())
    with closing(sqlite3.connect(file)) as copy:
        copy.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('vault', '0999_later', '2030-01-01')"
        )
        copy.commit()
    with pytest.raises(NotWhole, match="newer Masslink"):
        backup.is_older(file)


def test_a_copy_of_the_ledger_made_otherwise_is_no_backup(story: None, tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        copy.execute("CREATE TABLE vault_row (id)")
        copy.commit()
    with pytest.raises(NotWhole, match="has no end"):
        backup.verify(tmp_path / "copy")


def test_nothing_is_left_behind_where_it_fails(file: Path, monkeypatch: pytest.MonkeyPatch):
    before = file.read_bytes()

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_seal_up", full)
    with pytest.raises(OSError, match="No space"):
        backup.write(file)
    assert os.listdir(file.parent) == [file.name]
    assert file.read_bytes() == before


def test_two_at_once_dont_write_into_the_same_file(story: None, tmp_path: Path):
    with backup._alone(tmp_path / "one.part"), pytest.raises(backup.Busy):
        backup.write(tmp_path / "one")
    assert backup.write(tmp_path / "one")
    with (
        pytest.raises(backup.Busy),
        backup._alone(tmp_path / "one.part") as lock,
    ):  # finished between opening and locking
        assert not backup._is(tmp_path / "one", lock)
        os.replace(tmp_path / "one", tmp_path / "other")
        raise backup.Busy
    assert backup.verify(tmp_path / "other")


# --- commands ------------------------------------------------------------------------------------


def test_a_backup_that_is_there_is_left_alone_unless_forced(story: None, tmp_path: Path, capsys):
    file = tmp_path / "one.backup"
    call_command("backup", str(file))
    before = file.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(file))
    assert file.read_bytes() == before
    call_command("backup", str(file), force=True)
    assert "It is whole" in capsys.readouterr().out


def test_without_a_collective_there_is_nothing_to_back_up(transactional_db: None, tmp_path: Path):
    with pytest.raises(CommandError, match="nothing to back up"):
        call_command("backup", str(tmp_path / "one"))
    assert not os.listdir(tmp_path)


def test_nothing_is_restored_over_a_collective(file: Path):
    before = stored()
    with pytest.raises(restoring.NotEmpty):
        restoring.restore(file)
    assert stored() == before
    assert not Collective.objects.get().restored


def test_nothing_is_restored_from_what_isnt_whole(file: Path):
    empty()
    file.write_bytes(file.read_bytes()[:-5000])
    with pytest.raises(NotWhole):
        restoring.restore(file)
    assert not Collective.objects.exists()


def test_codes_fit_one_waiting_collective_once(ana: Someone, cy: Someone, transactional_db: None):
    Collective.objects.update(restored=True)
    code = restoring.new_code(ana.workspace.collective)
    assert not restoring.code_fits(cy.workspace.collective, code)
    assert not holders.founding_code_fits(code)
    assert restoring.code_fits(ana.workspace.collective, code.upper().replace("-", " "))
    assert restoring.use_code(ana.workspace.collective, code)
    assert not restoring.use_code(ana.workspace.collective, code)
    founding = holders.new_founding_code()
    assert not restoring.code_fits(ana.workspace.collective, founding)
    assert dict(restoring.waiting())[ana.workspace.collective] == [ana.login]


FIRST = """
from importlib import import_module
Migration = import_module("masslink.vault.migrations.0001_initial").Migration
"""
LATER = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]
    operations = [migrations.AddField("collective", "later", models.IntegerField(default=7))]
"""


def test_an_older_backup_is_brought_up_to_date_in_a_copy(file: Path, settings, tmp_path: Path, monkeypatch):
    """As if the program had one migration more by now."""
    assert not backup.is_older(file)
    later, whole = tmp_path / "later_migrations", file.read_bytes()
    later.mkdir()
    (later / "__init__.py").touch()
    (later / "0001_initial.py").write_text(FIRST)
    (later / "0002_later.py").write_text(LATER)
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"vault": "later_migrations", "masslink": None}
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    assert backup.is_older(file)
    with restoring._up_to_date(file) as source:
        assert source.execute("SELECT restored, later FROM vault_collective").fetchall() == [(1, 7)]
        assert source.execute("SELECT COUNT(*) FROM vault_row").fetchone() == (Row.objects.count(),)
        assert stat.S_IMODE((settings.DATA_DIR / "restoring.part").stat().st_mode) == 0o600
    assert not os.listdir(settings.DATA_DIR)
    assert file.read_bytes() == whole
    assert "backup" not in connections.databases
