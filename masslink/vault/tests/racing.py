"""A process of its own in which many threads do the same thing at one moment, over a ledger on the disk.

`python -m masslink.vault.tests.racing`, with MASSLINK_DATA naming an empty directory, or DATABASE_URL an empty
database. Ends with 0 when everything holds, else says what doesn't.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import django

AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
THREADS = 16


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masslink.config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES = 1024, 1
    call_command("migrate", verbosity=0)
    for race in (wrong_pins, pins_and_the_right_one, one_code, new_keys_for_one, everybody_renews):
        race()
        print(race.__name__, "holds")


def at_once(work: Callable[[int], Any], number: int = THREADS) -> Counter[str]:
    """What came of it in each thread: the name of the exception, or what was returned."""
    from django.db import connections

    found: list[str] = []
    ready = threading.Barrier(number)

    def run(which: int) -> None:
        try:
            ready.wait()
            found.append(str(work(which)))
        except Exception as error:
            found.append(type(error).__name__)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == number
    return Counter(found)


def counting(module: Any, name: str) -> list[int]:
    """How often a function is called from here on."""
    real, calls = getattr(module, name), [0]
    lock = threading.Lock()

    def counted(*args: Any, **kwargs: Any) -> Any:
        with lock:
            calls[0] += 1
        return real(*args, **kwargs)

    setattr(module, name, counted)
    return calls


def known_phone(someone: Any, pin: str) -> str:
    from masslink.vault import devices
    from masslink.vault.act import act

    with someone.workspace.bound():
        new = devices.prepare(pin)
        with act("device_added", at=AT, circles=[someone.workspace.own_circle]):
            devices.remember(new)
    return new.cookie


# --- PINs ----------------------------------------------------------------------------------------


def wrong_pins() -> None:
    from masslink.conftest import found
    from masslink.vault import devices, suite
    from masslink.vault.models import Holder

    cookie, tried = known_phone(found("Ana"), "482913"), counting(suite, "unwrap")
    told = at_once(lambda which: devices.unlock(cookie, f"{which:06}"))
    assert set(told) == {"WrongPin", "UnknownDevice"}, told
    assert tried[0] <= devices.TRIES, f"{tried[0]} PINs were tried"
    assert not Holder.objects.filter(kind=Holder.Kind.DEVICE).exists()


def pins_and_the_right_one() -> None:
    """Whoever types the right one in a storm comes in or doesn't; nothing is tried without being counted."""
    from masslink.conftest import found
    from masslink.vault import devices, suite

    cookie, tried = known_phone(found("Bea"), "482913"), counting(suite, "unwrap")
    told = at_once(lambda which: type(devices.unlock(cookie, "482913" if which == 3 else f"{which:06}")))
    came_in = sum(count for what, count in told.items() if what not in ("WrongPin", "UnknownDevice"))
    assert came_in <= 1, told
    assert tried[0] <= devices.TRIES * (1 + came_in) + came_in, f"{tried[0]} PINs were tried"


# --- codes ---------------------------------------------------------------------------------------


def one_code() -> None:
    from masslink.collective import acts
    from masslink.conftest import found
    from masslink.vault import holders, invitations
    from masslink.vault.models import Holder

    cai = found("Cai")
    with cai.workspace.bound():
        _, code = acts.invite(by=cai.member, at=AT, name="Newcomer")
    before = Holder.objects.count()
    told = at_once(lambda which: invitations.accept(code, AT, f"login-{which}", f"words {which}")[0].login)
    assert told.pop("WrongWords") == THREADS - 1, told
    (login,) = told
    assert Holder.objects.count() == before
    assert holders.unlock(login, f"words {login.removeprefix('login-')}")


def new_keys_for_one() -> None:
    """Two codes for a member who lost their words, both accepted, both confirmed at one moment: one holds."""
    from masslink.collective import acts
    from masslink.collective.models import Invitation, Member
    from masslink.conftest import found, join
    from masslink.vault import holders, invitations
    from masslink.vault.models import Holder

    dan = found("Dan")
    fay, gus = join(dan, "Fay"), join(dan, "Gus")
    pair, keys = [dan, gus], []
    for number, one in enumerate(pair):
        with one.workspace.bound():
            one.workspace.catch_up()
            fays = Member.objects.get(name="Fay")
            _, code = acts.invite(by=one.member, at=AT, name="Fay", member=fays)
        keys.append(invitations.accept(code, AT, f"fay-{number}", f"fay {number}"))

    def confirm(which: int) -> str:
        with pair[which].workspace.bound():
            pair[which].workspace.catch_up()
            mine = Invitation.objects.get(holder=keys[which][0].pk)
            known = keys[which][1].public.fingerprint
            acts.confirm(by=pair[which].member, at=AT, invitation=mine, known=known)
            return "confirmed"

    told = at_once(confirm, 2)
    assert told == {"confirmed": 1, "NotNow": 1}, told
    there = [row for row, _ in keys if Holder.objects.filter(pk=row.pk).exists()]
    assert len(there) == 1 and not Holder.objects.filter(pk=fay.workspace.holder).exists()
    new = holders.open_workspace(there[0], {row.pk: k for row, k in keys}[there[0].pk])
    assert new.let_in
    new.close()


# --- keys ----------------------------------------------------------------------------------------


def everybody_renews() -> None:
    """Six members; three of them go, let go by different others, while all write and re-seal."""
    from masslink.collective import acts
    from masslink.collective.acts import NotNow
    from masslink.collective.models import Member
    from masslink.conftest import found, join
    from masslink.people.acts import add_person
    from masslink.sites.acts import give_access, open_site
    from masslink.sites.models import Site
    from masslink.vault import resealing
    from masslink.vault.models import Row
    from masslink.vault.tests import reading

    hal = found("Hal")
    others = [join(hal, name) for name in ("Ida", "Jo", "Kim", "Leo", "Mia")]
    with hal.workspace.bound():
        site = open_site(by=hal.member, at=AT, kind="workplace", name="Warehouse")
        for other in others:
            give_access(by=hal.member, at=AT, site=site, member=other.member)
    staying = [hal, *others[:2]]

    def work(which: int) -> str:
        one, goes = staying[which % 3], others[2 + which % 3].member
        for number in range(6):
            with one.workspace.bound():
                one.workspace.catch_up()
                add_person(by=one.member, at=AT, site=Site.objects.get(), name=f"{which} {number}")
                if number == which % 4:
                    member = Member.objects.get(pk=goes.pk)
                    with suppress(NotNow):
                        acts.let_go(by=one.member, at=AT + timedelta(days=1), member=member)
                resealing.step(one.workspace)
        return "done"

    told = at_once(work, 6)
    assert told == {"done": 6}, told
    for one in staying:
        with one.workspace.bound():
            one.workspace.catch_up()
            done, total = resealing.go_on(one.workspace, 60)
            assert done == total
    reading.assert_agree(*(one.workspace for one in staying))
    circle = hal.workspace.circles[site.circle]
    assert circle.holders == {one.workspace.holder for one in staying}
    assert set(Row.objects.filter(circle=site.circle).values_list("epoch", flat=True)) == {circle.epoch}
    people = {row[0] for row in reading.records(hal.workspace)["person"]}
    assert len(people) == 36, "an acknowledged write was lost"


if __name__ == "__main__":
    main()
