"""A process of its own over a ledger that lasts: it writes from many threads, or is killed while it writes.

`python -m tests.ledger_on_disk threads SECONDS` and `python -m tests.ledger_on_disk kills ROUNDS SEED`, with
MASSLINK_DATA naming an empty directory, or DATABASE_URL an empty database. Ends with 0 when everything holds, else
says what doesn't.
"""

import os
import random
import select
import signal
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django

AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
BULK = 120


@dataclass
class Key:
    """What is needed to unlock somebody again, without anything open."""

    holder: UUID
    keys: Any


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masslink.config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES = 8, 1
    call_command("migrate", verbosity=0)
    everybody = begin()
    mode, *numbers = sys.argv[1:]
    if mode == "threads":
        write_from_threads(everybody, float(numbers[0]))
    else:
        kill_again_and_again(everybody, int(numbers[0]), int(numbers[1]))


def begin() -> list[Key]:
    """Three members of one place, and Eve, who comes and goes."""
    from masslink.conftest import found, join
    from masslink.sites.acts import give_access, open_site
    from masslink.vault.sessions import sessions

    ana = found("Ana")
    others = [join(ana, "Ben"), join(ana, "Dee"), join(ana, "Eve")]
    with ana.workspace.bound():
        site = open_site(by=ana.member, at=AT, kind="workplace", name="Warehouse")
        for other in others:
            give_access(by=ana.member, at=AT, site=site, member=other.member)
    keys = [Key(s.workspace.holder, s.workspace.keys) for s in (ana, *others)]
    for someone in (ana, *others):
        sessions.end_all(someone.workspace.holder)
    leave()
    return keys


def leave() -> None:
    """Close the ledger's connection: forked processes must not share one."""
    from django.db import connections

    connections["default"].close()


def unlock(key: Key) -> Any:
    from masslink.vault import holders
    from masslink.vault.models import Holder

    return holders.open_workspace(Holder.objects.get(pk=key.holder), key.keys)


# --- writing -------------------------------------------------------------------------------------


def one_talk(workspace: Any, name: str) -> None:
    """A person and what they said, in one act of three records."""
    from masslink.collective.models import Member
    from masslink.conversations.acts import log_talk
    from masslink.people.acts import add_person
    from masslink.sites.models import Site
    from masslink.vault.act import act

    with workspace.bound():
        workspace.catch_up()
        me = Member.objects.get(holder=workspace.holder)
        with act("told", at=AT):
            person = add_person(by=me, at=AT, site=Site.objects.get(), name=name)
            log_talk(
                by=me, at=AT, persons=[person], how="talked", words=name, next_what="Ask", next_due=AT.date()
            )


def many_at_once(workspace: Any, name: str) -> None:
    """A big act of new rows, and of changes and deletions of the one before."""
    from masslink.people.models import Person
    from masslink.sites.models import Site
    from masslink.vault.act import act

    with workspace.bound():
        workspace.catch_up()
        site = Site.objects.get()
        with act("brought in", at=AT):
            Person.objects.filter(card_id="bulk-kept").delete()
            Person.objects.filter(card_id="bulk").update(card_id="bulk-kept")
            made = [
                Person(circle=site.circle, site=site, name=name, nickname=str(n), card_id="bulk", added_at=AT)
                for n in range(BULK)
            ]
            Person.objects.bulk_create(made)


def new_key_and_old_rows(workspace: Any, name: str) -> None:
    """Eve comes to the place or goes from it, which brings a new key; then a bit is re-sealed."""
    from masslink.collective.models import Member
    from masslink.sites.acts import give_access, take_access
    from masslink.sites.models import Site
    from masslink.vault import resealing

    with workspace.bound():
        workspace.catch_up()
        me, eve, site = (
            Member.objects.get(holder=workspace.holder),
            Member.objects.get(name="Eve"),
            Site.objects.get(),
        )
        there = eve.holder in workspace.circles[site.circle].roster
        (take_access if there else give_access)(by=me, at=AT, site=site, member=eve)
        for _ in range(3):
            resealing.step(workspace)


def back_up(workspace: Any, name: str) -> None:
    """A backup in place of the one before."""
    from django.conf import settings

    from masslink.vault import backup

    backup.write(settings.DATA_DIR / "kept.backup")


# --- threads -------------------------------------------------------------------------------------


def write_from_threads(everybody: list[Key], seconds: float) -> None:
    workspaces, acknowledged = [unlock(k) for k in everybody], []
    until, broken = time.monotonic() + seconds, []

    def write(workspace: Any, number: int) -> None:
        count = 0
        try:
            while time.monotonic() < until:
                count += 1
                name = f"{workspace.holder} {number} {count}"
                one_talk(workspace, name)
                acknowledged.append(name)
        except BaseException as error:
            broken.append(error)
        finally:
            leave()

    threads = [threading.Thread(target=write, args=(w, n)) for w in workspaces for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken
    from masslink.vault.tests import reading

    reading.assert_agree(*workspaces)
    for workspace in workspaces:
        names = {row[names_at()] for row in reading.records(workspace)["person"]}
        assert names == set(acknowledged), "an acknowledged write was lost"
    assert len(acknowledged) > 20
    check(everybody, acknowledged, None)
    print("acknowledged", len(acknowledged))


def names_at() -> int:
    from masslink.vault.schema import schema

    return 3 + schema().tables["person"].columns.index("name")


# --- kills ---------------------------------------------------------------------------------------


def kill_again_and_again(everybody: list[Key], rounds: int, seed: int) -> None:
    chance, acknowledged, last_bulk, backed_up = random.Random(seed), [], None, False
    for number in range(rounds):
        done = one_round(everybody[number % 3], number, chance)
        acknowledged += done["told"]
        last_bulk = done["bulk"][-1] if done["bulk"] else last_bulk
        backed_up = backed_up or bool(done["backup"])
        if number % 4 == 3 or number == rounds - 1:
            check(everybody, acknowledged, last_bulk, backed_up=backed_up)
        leave()
    assert acknowledged and last_bulk and backed_up, "nothing was written before the kills"
    print("acknowledged", len(acknowledged), "last bulk", last_bulk)


def one_round(key: Key, number: int, chance: random.Random) -> dict[str, list[str]]:
    """Fork somebody who writes, kill them at some moment, return what they had acknowledged."""
    reader, writer = os.pipe()
    victim = os.fork()
    if victim == 0:
        os.close(reader)
        live_until_killed(key, number, writer)
        os._exit(9)
    os.close(writer)
    select.select([reader], [], [], 30)  # unlocked, and the first act is done
    time.sleep(chance.uniform(0, 0.2))
    os.kill(victim, signal.SIGKILL)
    os.waitpid(victim, 0)
    text = b""
    while part := os.read(reader, 65536):
        text += part
    os.close(reader)
    lines = [line.split(" ", 1) for line in text.decode().split("\n")[:-1]]
    return {kind: [n for k, n in lines if k == kind] for kind in WORK}


def live_until_killed(key: Key, number: int, pipe: int) -> None:
    workspace, count = unlock(key), 0
    while True:
        count += 1
        kind = ("told", "bulk", "key", "told", "backup")[(count + number) % 5]
        WORK[kind](workspace, f"{number}-{count}")
        os.write(pipe, f"{kind} {number}-{count}\n".encode())


WORK = {"told": one_talk, "bulk": many_at_once, "key": new_key_and_old_rows, "backup": back_up}


# --- what must hold ------------------------------------------------------------------------------


def check(
    everybody: list[Key], acknowledged: list[str], last_bulk: str | None, *, backed_up: bool = False
) -> None:
    from django.db import connections

    if connections["default"].vendor == "sqlite":
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone()[0] == "ok"
    workspace = unlock(everybody[0])
    with workspace.bound():
        acts_are_whole(workspace, acknowledged, last_bulk)
        lines_and_rows_agree(workspace)
    assert not workspace.aside
    if backed_up:
        from django.conf import settings

        from masslink.vault import backup

        assert backup.verify(settings.DATA_DIR / "kept.backup").rows
    workspace.close()


def acts_are_whole(workspace: Any, acknowledged: list[str], last_bulk: str | None) -> None:
    from collections import Counter

    from masslink.people.models import Deed, Person
    from masslink.tasks.models import ToDo

    told = set(Person.objects.filter(card_id="").values_list("name", flat=True))
    assert set(acknowledged) <= told, "an acknowledged write was lost"
    assert told == set(Deed.objects.values_list("words", flat=True)), "half an act was written"
    assert ToDo.objects.count() == len(told), "half an act was written"
    for mark in ("bulk", "bulk-kept"):
        sizes = Counter(Person.objects.filter(card_id=mark).values_list("name", flat=True))
        assert len(sizes) <= 1 and set(sizes.values()) <= {BULK}, "half a big act was written"
        if mark == "bulk" and last_bulk:
            newest = next(iter(sizes))
            assert _order(newest) >= _order(last_bulk), "an acknowledged big act was lost"


def _order(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("-"))


def lines_and_rows_agree(workspace: Any) -> None:
    """Every row opens, and is at the version that the newest line about it says."""
    from masslink.vault.models import Act, Past, Row

    latest: dict[tuple[str, str], int] = {}
    for circle in workspace.circles.values():
        for _, _, line in workspace.ledger.lines(circle, limit=1_000_000):
            for _, id, _, version in line["records"]:
                latest[circle.id.hex, id] = max(version, latest.get((circle.id.hex, id), 0))
        rows = Row.objects.filter(circle=circle.id)
        opened = [row for batch in workspace.ledger.stream(circle) for row in batch]
        assert len(opened) == rows.count(), "a row doesn't open"
        for id, version, _ in opened:
            assert latest.pop((circle.id.hex, id)) == version, (
                "a row that no act's line knows at this version"
            )
    assert not latest, "an act's line names a row that isn't there"
    seq = workspace.ledger._run("SELECT seq FROM vault_collective", [])[0][0]
    for model in (Act, Row, Past):
        assert not model.objects.filter(seq__gt=seq).exists()


if __name__ == "__main__":
    main()
