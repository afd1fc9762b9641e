"""The alarm: everything of the whole collective ends at once, everywhere; words on paper open as before."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from masslink.collective import acts
from masslink.collective.tests.test_known_phones import (
    WORDS,
    by_pin,
    by_words,
    is_in,
    known_devices,
    make_known,
)
from masslink.conftest import Someone
from masslink.core import clock
from masslink.vault import devices
from masslink.vault.models import Collective
from masslink.vault.sessions import Sessions
from masslink.vault.workspace import Removed


def test_it_ends_every_session_and_known_phone_of_the_collective_and_no_other(
    ana: Someone, ben: Someone, cy: Someone
):
    phones = [Client(), Client()]
    for phone, someone in zip(phones, (ana, ben), strict=True):
        by_words(phone, someone)
        make_known(phone)
    make_known(cy.client)
    assert ana.client.get("/us/alarm").status_code == 200
    assert [is_in(one) for one in (ben.client, *phones)] == [True] * 3, "looking at the page does nothing"
    answer = ana.client.post("/us/alarm")
    assert "Everybody is locked out" in answer.text
    assert [is_in(one) for one in (ana.client, ben.client, *phones)] == [False] * 4
    assert [by_pin(phone).status_code for phone in phones] == [401, 401]
    assert known_devices() == 1
    assert is_in(cy.client)
    assert by_words(ben.client, ben).status_code == 302
    assert is_in(ben.client)


def test_any_member_may_and_the_history_and_the_first_page_say_who(ana: Someone, ben: Someone):
    ben.client.post("/us/alarm")
    by_words(ana.client, ana)
    assert "Ben raised the alarm on" in ana.client.get("/").text
    assert "<b>Ben</b> raised the alarm" in ana.client.get("/us/history").text
    by_words(ben.client, ben)
    assert "raised the alarm on" not in ben.client.get("/").text


def test_whoever_was_typing_is_told_before_it_is_sent(ana: Someone, ben: Someone):
    ben.client.post("/us/alarm")
    words = {"login": ana.login, "passphrase": ana.passphrase}
    answer = ana.client.post("/unlock", {**words, "carried-words": "Half a talk", "to": "/talked"})
    assert "Half a talk" in answer.text and "Ben raised the alarm on" in answer.text
    assert "raised the alarm on" not in ana.client.get("/").text


def test_after_three_days_nobody_is_told_again(ana: Someone, ben: Someone, monkeypatch: pytest.MonkeyPatch):
    ben.client.post("/us/alarm")
    later = clock.now() + timedelta(days=3, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    by_words(ana.client, ana)
    assert "raised the alarm on" not in ana.client.get("/").text


def test_pressing_twice_raises_one(ana: Someone):
    ana.client.post("/us/alarm")
    assert ana.client.post("/us/alarm").headers["Location"] == "/unlock"
    assert Collective.objects.get().alarms == 1


# --- in other processes ----------------------------------------------------------------------------


@pytest.fixture
def elsewhere():
    """The sessions of another process over the same ledger."""
    others = Sessions()
    yield others
    for session in list(others._sessions.values()):
        others.end_all(session.holder)


def test_sessions_of_another_process_are_over_at_their_next_tap(
    ana: Someone, ben: Someone, elsewhere: Sessions
):
    session = elsewhere.find(elsewhere.log_in(ben.login, ben.passphrase))
    assert session
    with session.workspace.bound() as workspace:
        workspace.catch_up()
    ana.client.post("/us/alarm")
    with session.workspace.bound() as workspace, pytest.raises(Removed):
        workspace.catch_up()


def test_who_unlocks_there_again_isnt_put_into_the_old_workspace(
    ana: Someone, ben: Someone, elsewhere: Sessions
):
    old = elsewhere.find(elsewhere.log_in(ben.login, ben.passphrase))
    ana.client.post("/us/alarm")
    new = elsewhere.find(elsewhere.log_in(ben.login, ben.passphrase))
    assert old and new and new.workspace is not old.workspace
    with new.workspace.bound() as workspace:
        workspace.catch_up()


def test_a_pin_that_is_being_tried_while_the_alarm_is_raised_opens_nothing(
    ana: Someone, ben: Someone, elsewhere: Sessions, monkeypatch: pytest.MonkeyPatch, at
):
    make_known(ben.client)
    cookie = ben.client.cookies[settings.DEVICE_COOKIE].value

    def raise_alarm() -> None:
        with ana.workspace.bound() as workspace:
            workspace.catch_up()
            acts.raise_alarm(by=ana.member, at=at)

    begin = elsewhere._begin

    def slowly(*args, **named):
        raise_alarm()
        return begin(*args, **named)

    monkeypatch.setattr(elsewhere, "_begin", slowly)
    with pytest.raises(devices.UnknownDevice):
        elsewhere.log_in_with_pin(cookie, "493027")
    assert not elsewhere._sessions


# --- in the middle of something --------------------------------------------------------------------


def test_somebody_in_the_middle_of_a_request_writes_nothing_more_and_keeps_what_they_typed(
    ana: Someone, ben: Someone, monkeypatch: pytest.MonkeyPatch
):
    """Ben's request has come in; before it writes, Ana raises the alarm."""
    ready, raised, write, answers = threading.Event(), threading.Event(), acts.write_note, []

    def slowly(**named):
        ready.set()
        raised.wait(10)
        return write(**named)

    def ask() -> None:
        answers.append(ben.client.post("/notes", {"text": WORDS}))
        connections["default"].close()

    monkeypatch.setattr(acts, "write_note", slowly)
    asking = threading.Thread(target=ask)
    asking.start()
    assert ready.wait(10)
    assert "Everybody is locked out" in ana.client.post("/us/alarm").text
    raised.set()
    asking.join(10)
    assert answers[0].status_code == 401
    assert WORDS in answers[0].text
    assert "What you were about to send is kept" in answers[0].text
    by_words(ben.client, ben)
    assert WORDS not in ben.client.get("/notes").text
