"""Sessions: they run out, are few, leave nothing behind; and guessing is slowed, never locked out."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.conf import settings as django_settings

from masslink.conftest import Someone, found, join
from masslink.sites.models import Site
from masslink.vault.holders import WrongWords
from masslink.vault.models import Holder
from masslink.vault.sessions import (
    PER_HOLDER,
    Full,
    Guard,
    Sessions,
    TooManyTries,
    made_for,
    new_token,
    sessions,
)
from masslink.vault.suite import PrivateKeys
from masslink.vault.workspace import Locked, Workspace

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def some(clock: Clock, ana: Someone) -> Iterator[Sessions]:
    """Sessions of a process of its own, with a clock that the test turns."""
    fresh = Sessions(clock)
    yield fresh
    for session in list(fresh._sessions.values()):
        fresh.end_all(session.holder)


def come_in(some: Sessions, someone: Someone) -> str:
    return some.log_in(someone.login, someone.passphrase)


def wait_until_closed(workspace: Workspace) -> None:
    for _ in range(200):
        if workspace.db.connection is None:
            with workspace.lock:  # whoever closes it holds this until keys are forgotten, too
                return
        time.sleep(0.01)
    raise AssertionError("the workspace stays open")


# --- running out ---------------------------------------------------------------------------------


def test_idle_sessions_end_and_used_ones_go_on_for_twelve_hours(some: Sessions, clock: Clock, ana: Someone):
    token = come_in(some, ana)
    idle = django_settings.IDLE_SECONDS
    for _ in range(3):
        clock.now += idle
        assert some.find(token)
    clock.now += idle + 1
    assert some.find(token) is None
    assert some.find(token) is None
    token, began = come_in(some, ana), clock.now
    while clock.now - began <= django_settings.SESSION_SECONDS - 600:
        clock.now += 600
        assert some.find(token)
    clock.now += 601
    assert some.find(token) is None


def test_sweeping_ends_what_nobody_asks_for(some: Sessions, clock: Clock, ana: Someone):
    session = some.find(come_in(some, ana))
    assert session
    workspace = session.workspace
    clock.now += django_settings.IDLE_SECONDS - 1
    some.sweep()
    assert not workspace.db.dropped
    clock.now += 2
    some.sweep()
    wait_until_closed(workspace)


def test_a_closed_workspace_is_really_gone(some: Sessions, ana: Someone, site: Site):
    token = come_in(some, ana)
    session = some.find(token)
    assert session
    workspace, keys = session.workspace, session.workspace.keys
    circles = list(workspace.circles.values())
    some.end(token)
    wait_until_closed(workspace)
    assert some.find(token) is None
    assert not workspace.circles and not workspace.aside and not workspace.grants
    assert all(not c.keys and not c.raw for c in circles)
    assert workspace.keys.public != keys.public
    with workspace.bound(), pytest.raises(Locked):
        Site.objects.count()
    assert not made_for(new_token(keys), workspace.keys)


def test_locking_waits_for_a_request_that_is_running(some: Sessions, ana: Someone, site: Site):
    token = come_in(some, ana)
    session = some.find(token)
    assert session
    with session.workspace.bound():
        some.end(token)
        time.sleep(0.05)
        assert Site.objects.count() == 1  # it may finish
        assert some.find(token) is None  # and no other may begin
    wait_until_closed(session.workspace)


def test_a_request_that_waited_while_another_locked_is_sent_to_the_unlock_page(ana: Someone, site: Site):
    answers = []
    workspace = ana.workspace

    def ask() -> None:
        answers.append(ana.client.get("/places"))

    with workspace.bound():
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.15)  # it has found its session and waits for the workspace
        workspace.db.drop()
    asking.join()
    assert answers[0].status_code == 302
    assert answers[0].headers["Location"].startswith("/unlock")


def test_two_who_change_into_each_others_account_dont_wait_forever(ana: Someone, ben: Someone, monkeypatch):
    monkeypatch.setattr("masslink.vault.workspace.PATIENCE", 0.2)
    both_are_in, ended = threading.Barrier(2), []

    def change(one: Workspace, other: Workspace) -> None:
        with one.bound():
            both_are_in.wait()
            with suppress(Locked), other.bound():
                pass
        ended.append(one)

    pairs = [(ana.workspace, ben.workspace), (ben.workspace, ana.workspace)]
    threads = [threading.Thread(target=change, args=pair, daemon=True) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(ended) == 2


# --- how many --------------------------------------------------------------------------------------


def test_three_browsers_each_and_the_one_used_least_gives_way(some: Sessions, clock: Clock, ana: Someone):
    tokens = []
    for _ in range(PER_HOLDER):
        clock.now += 1
        tokens.append(come_in(some, ana))
    clock.now += 1
    first = some.find(tokens[0])
    assert first and some.find(tokens[1])
    fourth = come_in(some, ana)
    assert [bool(some.find(t)) for t in [*tokens, fourth]] == [True, True, False, True]
    assert len({id(s.workspace) for s in some._sessions.values()}) == 1, "one workspace for each holder"
    for token in (tokens[0], tokens[1]):
        some.end(token)
    assert not first.workspace.db.dropped
    some.end(fourth)
    wait_until_closed(first.workspace)


def test_a_full_server_refuses_and_puts_out_whoever_rests(
    some: Sessions, clock: Clock, ana: Someone, settings
):
    ben, dee = join(ana, "Ben"), join(ana, "Dee")
    settings.WORKSPACES_AT_MOST = 2
    first, second = come_in(some, ana), come_in(some, ben)
    with pytest.raises(Full):
        come_in(some, dee)
    assert come_in(some, ana)  # who is in already may come from another browser
    clock.now += 30
    assert some.find(second)
    clock.now += 40
    third = come_in(some, dee)
    assert [bool(some.find(t)) for t in (first, second, third)] == [False, True, True]


def test_two_browsers_unlocking_for_the_first_time_at_once_make_one_own_circle(some: Sessions, ana: Someone):
    """The newcomer's own circle is made once; here the second comes just after the first has looked."""
    from masslink.vault import holders

    ben = join(ana, "Ben")
    holder = Holder.objects.get(pk=ben.workspace.holder)
    holders._make_own(holder, ben.workspace.keys)
    new = holders.open_workspace(holder, ben.workspace.keys)
    assert [c.kind for c in new.circles.values()].count("own") == 1
    new.close()


def test_who_was_put_out_comes_in_no_more_and_an_old_cookie_is_dead(ana: Someone, ben: Someone):
    assert ben.client.get("/page").status_code == 200
    Holder.objects.filter(pk=ben.workspace.holder).delete()
    assert ben.client.get("/us").status_code == 302
    wait_until_closed(ben.workspace)
    with pytest.raises(WrongWords):
        sessions.log_in(ben.login, ben.passphrase)
    assert ana.client.get("/").status_code == 200


# --- guessing --------------------------------------------------------------------------------------


def guess(guard: Guard, clock: Clock, login: str, times: int) -> int:
    """Wrong tries, each as soon as it is allowed; returns how long that took."""
    began = clock.now
    for _ in range(times):
        while True:
            try:
                guard.ask(login)
            except TooManyTries as wait:
                clock.now += wait.seconds
            else:
                break
        guard.failed(login)
    return int(clock.now - began)


def test_guessing_is_slowed_and_the_right_words_come_through_in_the_end(clock: Clock):
    guard = Guard(clock)
    assert guess(guard, clock, "ana", 5) == 0
    assert guess(guard, clock, "ana", 10) > 200
    with pytest.raises(TooManyTries) as wait:
        guard.ask("ana")
    assert wait.value.seconds <= 61
    guard.ask("ben")  # others aren't kept out by it
    clock.now += wait.value.seconds
    guard.ask("ana")
    guard.passed("ana")
    guess(guard, clock, "ana", 4)
    guard.ask("ana")


def test_however_long_somebody_guesses_a_minute_is_the_longest_wait(clock: Clock):
    guard = Guard(clock)
    assert guess(guard, clock, "ana", 1200) < 1200 * 62
    clock.now += 62
    guard.ask("ana")


def test_guessing_at_many_logins_slows_everybody_for_at_most_a_minute(clock: Clock):
    guard = Guard(clock)
    for number in range(Guard.FREE_OVERALL):
        guard.failed(f"nobody-{number}")
    with pytest.raises(TooManyTries) as wait:
        guard.ask("ana")
    clock.now += wait.value.seconds
    guard.ask("ana")


def test_the_guard_keeps_no_endless_list(clock: Clock):
    guard = Guard(clock)
    for number in range(10_050):
        guard.failed(f"nobody-{number}")
    assert len(guard._failed) <= 10_000


def test_wrong_words_say_the_same_whether_the_login_exists_or_not(some: Sessions, ana: Someone):
    for login, words in ((ana.login, "wrong"), ("nobody", ana.passphrase), ("", ""), (ana.login, "")):
        with pytest.raises(WrongWords):
            some.log_in(login, words)
    assert some.find("") is None
    assert some.find("x" * 10_000) is None


# --- tokens ----------------------------------------------------------------------------------------


def test_a_token_is_known_by_its_holder_alone(ana: Someone):
    mine, other = ana.workspace.keys, PrivateKeys.generate()
    token = new_token(mine)
    assert made_for(token, mine)
    assert not made_for(token, other)
    for forged in ("", ".", "a.b", token.partition(".")[0], token + "0", "ü.ü"):
        assert not made_for(forged, mine)
    assert new_token(mine) != token


def test_the_server_keeps_no_token(some: Sessions, ana: Someone):
    token = come_in(some, ana)
    assert token not in repr(some._sessions)


def test_found_twice_in_one_process(transactional_db):
    """Two collectives side by side: each has a workspace of its own."""
    one, two = found("One"), found("Two")
    assert one.workspace.collective != two.workspace.collective
    for someone in (one, two):
        sessions.end_all(someone.workspace.holder)
