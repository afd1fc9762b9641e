"""Like ledger_on_disk, while rows get a new key: others write meanwhile, or whoever re-seals is killed.

`python -m tests.new_keys_on_disk threads SECONDS` and `… kills ROUNDS SEED`, with MASSLINK_DATA naming an empty
directory, or DATABASE_URL an empty database. Ends with 0 when everything holds, else says what doesn't.
"""

import os
import random
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import django

from tests.ledger_on_disk import AT, Key, begin, check, leave, many_at_once, one_talk, unlock


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masslink.config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from masslink.vault import resealing

    settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES = 8, 1
    call_command("migrate", verbosity=0)
    tables = [resealing.Sealed(t.name, t.what, t.number, at_once=11) for t in resealing.TABLES]
    resealing.TABLES = tuple(tables)  # type: ignore[assignment]
    everybody = begin()
    mode, *numbers = sys.argv[1:]
    if mode == "threads":
        write_meanwhile(everybody, float(numbers[0]))
    else:
        kill_again_and_again(everybody, int(numbers[0]), int(numbers[1]))


# --- others write meanwhile ----------------------------------------------------------------------


def write_meanwhile(everybody: list[Key], seconds: float) -> None:
    """Two write, one re-seals; and again and again somebody comes and goes, so that there is another key."""
    workspaces, until = [unlock(key) for key in everybody[:3]], time.monotonic() + seconds
    acknowledged: list[str] = []
    broken: list[BaseException] = []
    changed: list[bool] = []

    def write(workspace: Any, number: int) -> None:
        count = 0
        while time.monotonic() < until or count <= 10:  # a slow machine takes longer, and writes as much
            count += 1
            one_talk(workspace, f"{number} {count}")
            acknowledged.append(f"{number} {count}")

    def change(workspace: Any) -> None:
        while time.monotonic() < until or not changed:
            somebody_comes_and_goes(workspace)
            while not put_the_new_key_on(workspace, at_most=5):
                pass
            changed.append(True)

    def guarded(run: Callable[..., None], *words: Any) -> None:
        try:
            run(*words)
        except BaseException as error:
            broken.append(error)
        finally:
            leave()

    jobs = [(write, workspaces[1], 1), (write, workspaces[2], 2), (change, workspaces[0])]
    threads = [threading.Thread(target=guarded, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken
    assert put_the_new_key_on(workspaces[0], at_most=10_000)
    from masslink.vault.tests import reading

    reading.assert_agree(*workspaces)
    check(everybody, acknowledged, None)
    only_the_newest_key_is_left(everybody[0])
    assert len(acknowledged) > 20
    print("acknowledged", len(acknowledged), "keys changed", len(changed))


# --- kills ---------------------------------------------------------------------------------------


def kill_again_and_again(everybody: list[Key], rounds: int, seed: int) -> None:
    chance, acknowledged, changed = random.Random(seed), [], 1
    workspace = unlock(everybody[0])
    for number in range(4):
        many_at_once(workspace, f"0-{number}")
    somebody_comes_and_goes(workspace)
    workspace.close()
    leave()
    for number in range(1, rounds + 1):
        acknowledged += one_round(everybody[number % 3], number, chance)
        check(everybody, acknowledged, "0-3")
        workspace = unlock(everybody[0])
        if is_done(workspace):
            somebody_comes_and_goes(workspace)
            changed += 1
        workspace.close()
        leave()
    workspace = unlock(everybody[0])
    assert put_the_new_key_on(workspace, at_most=10_000)
    workspace.close()
    check(everybody, acknowledged, "0-3")
    only_the_newest_key_is_left(everybody[0])
    assert acknowledged, "nothing was written before the kills"
    print("acknowledged", len(acknowledged), "keys changed", changed)


def one_round(key: Key, number: int, chance: random.Random) -> list[str]:
    """Fork somebody who re-seals and writes, kill them at some moment, return what they had acknowledged."""
    reader, writer = os.pipe()
    victim = os.fork()
    if victim == 0:
        os.close(reader)
        live_until_killed(key, number, writer)
        os._exit(9)
    os.close(writer)
    select.select([reader], [], [], 30)  # unlocked, and the first steps are done
    time.sleep(chance.uniform(0, 0.25))
    os.kill(victim, signal.SIGKILL)
    os.waitpid(victim, 0)
    text = b""
    while part := os.read(reader, 65536):
        text += part
    os.close(reader)
    return text.decode().split("\n")[:-1]


def live_until_killed(key: Key, number: int, pipe: int) -> None:
    workspace, count = unlock(key), 0
    while True:
        count += 1
        put_the_new_key_on(workspace, at_most=1)
        if count % 7 == 3:
            one_talk(workspace, f"{number}-{count}")
            os.write(pipe, f"{number}-{count}\n".encode())


# --- keys ----------------------------------------------------------------------------------------


def put_the_new_key_on(workspace: Any, *, at_most: int) -> bool:
    """Some steps of few rows; whether nothing is left to do."""
    from masslink.vault import resealing

    for _ in range(at_most):
        with workspace.bound():
            workspace.catch_up()
            done, total = resealing.step(workspace)
        if done == total:
            return True
    return False


def is_done(workspace: Any) -> bool:
    from masslink.vault import resealing

    return not resealing.behind(workspace)


def somebody_comes_and_goes(workspace: Any) -> None:
    """A member is let in and to the place, and is put out again: every circle at hand has a new key."""
    from masslink.collective.acts import admit, let_go
    from masslink.collective.models import Member
    from masslink.sites.acts import give_access
    from masslink.sites.models import Site
    from masslink.vault import holders

    with workspace.bound():
        workspace.catch_up()
        who: dict[str, Any] = {"by": Member.objects.get(holder=workspace.holder), "at": AT}
        login = f"passing-{random.random()}"
        holder, keys = holders.enrol(workspace.collective, login, "six words", workspace.root)
        passing = admit(**who, name="Passing", holder=holder.pk, fingerprint=keys.public.fingerprint)
        give_access(**who, site=Site.objects.get(), member=passing)
        let_go(**who, member=passing)


def only_the_newest_key_is_left(key: Key) -> None:
    """No row lies under another key than its circle's newest, and of every other key the grants are gone."""
    from masslink.vault.models import Act, Chunk, Past, Roster, Row

    workspace = unlock(key)
    for circle in workspace.circles.values():
        assert list(circle.keys) == [circle.epoch]
        for table in (Row, Act, Past, Chunk, Roster):
            found = table.objects.filter(circle=circle.id).exclude(epoch=circle.epoch)
            assert not found.exists(), f"{table.__name__} under an old key"
    workspace.close()


if __name__ == "__main__":
    main()
