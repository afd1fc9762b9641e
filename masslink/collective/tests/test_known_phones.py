"""Known phones: made known, opened by PIN, ended; and what somebody who guesses gets."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from masslink.collective import acts
from masslink.collective.models import Device, Member
from masslink.conftest import Someone
from masslink.vault import devices, holders
from masslink.vault.models import Holder
from masslink.vault.sessions import Guard, sessions

PIN, OTHER = "493027", "860975"
WORDS = "She said: not one more Saturday."


def make_known(client: Client, pin: str = PIN, **fields: str):
    return client.post("/us/devices", {"phone": "Blue phone", "pin": pin, "pin_again": pin, **fields})


def by_pin(client: Client, pin: str = PIN, **fields: str):
    return client.post("/pin", {"pin": pin, **fields})


def by_words(client: Client, someone: Someone, **fields: str):
    return client.post("/unlock", {"login": someone.login, "passphrase": someone.passphrase, **fields})


def device_cookie(client: Client) -> str:
    cookie = client.cookies.get(settings.DEVICE_COOKIE)
    return cookie.value if cookie else ""


def is_in(client: Client) -> bool:
    return client.get("/us").status_code == 200


def known_devices() -> int:
    return Holder.objects.filter(kind=Holder.Kind.DEVICE).count()


@pytest.fixture
def phone(ana: Someone) -> Client:
    """Ana's phone, known and locked."""
    client = Client()
    by_words(client, ana)
    make_known(client)
    client.post("/lock")
    return client


# --- making it known -----------------------------------------------------------------------------


def test_a_known_phone_opens_with_its_pin_and_another_browser_doesnt(
    ana: Someone, phone: Client, client: Client
):
    page = phone.get("/unlock").text
    assert page.index('name="pin"') < page.index('name="passphrase"')
    assert 'name="pin"' not in client.get("/unlock").text
    assert by_pin(phone).headers["Location"] == "/"
    assert is_in(phone)
    assert by_pin(client).status_code == 401


def test_its_cookie_is_out_of_reach_and_lasts(phone: Client):
    cookie = phone.cookies[settings.DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["max-age"] == 400 * 24 * 3600
    assert settings.DEVICE_COOKIE.startswith("__Host-") == settings.SECURE == bool(cookie["secure"])


def test_the_ledger_doesnt_say_whose_phone_it_is(ana: Someone, phone: Client):
    row = Holder.objects.get(kind=Holder.Kind.DEVICE)
    assert row.login is None
    assert not bytes(row.public)
    assert ana.workspace.holder.bytes not in bytes(row.wrapped)
    assert device_cookie(phone).partition(".")[2].encode() not in bytes(row.wrapped)


@pytest.mark.parametrize(("pin", "again"), [("123456", "123456"), (PIN, OTHER), ("49302", "49302"), ("", "")])
def test_a_bad_pin_makes_nothing_known_and_isnt_shown_again(ana: Someone, pin: str, again: str):
    answer = ana.client.post("/us/devices", {"phone": "Blue phone", "pin": pin, "pin_again": again})
    assert answer.status_code == 422
    assert "Blue phone" in answer.text
    assert not pin or f'value="{pin}"' not in answer.text
    assert not device_cookie(ana.client)
    assert not known_devices()


def test_nothing_is_kept_on_a_shared_phone(ana: Someone, client: Client):
    by_words(client, ana, shared="on")
    assert "shared phone" in client.get("/us/devices").text
    make_known(client)
    assert not device_cookie(client)
    assert not known_devices()


def test_pressing_twice_makes_one_and_it_opens(ana: Someone):
    page = ana.client.get("/us/devices").text
    once = re.findall(r'name="once" value="([^"]+)"', page)[0]
    first = Client()
    first.cookies[settings.SESSION_COOKIE] = ana.client.cookies[settings.SESSION_COOKIE].value
    make_known(first, once=once)
    make_known(ana.client, once=once)  # the browser never saw the first answer, nor its cookie
    assert known_devices() == 1
    assert ana.client.get("/us/devices").text.count("Blue phone") >= 1
    ana.client.post("/lock")
    assert by_pin(ana.client).status_code == 302


def test_another_pin_takes_the_place_of_the_first(phone: Client):
    by_pin(phone)
    make_known(phone, OTHER)
    assert is_in(phone), "changing the PIN locks nobody out"
    assert known_devices() == 1
    phone.post("/lock")
    assert by_pin(phone, PIN).status_code == 401
    assert by_pin(phone, OTHER).status_code == 302


def test_of_two_members_on_one_phone_the_last_stays_and_is_told_before(
    ana: Someone, ben: Someone, phone: Client
):
    by_words(phone, ben)
    assert "Somebody else made this phone known" in phone.get("/us/devices").text
    make_known(phone, OTHER)
    phone.post("/lock")
    assert by_pin(phone, PIN).status_code == 401
    assert by_pin(phone, OTHER).status_code == 302
    assert "You go by Ben here" in phone.get("/us").text
    assert "Opens nothing any more" in ana.client.get("/us/devices").text


def test_who_waits_to_be_let_in_may_make_a_phone_known(ana: Someone, client: Client):
    holder, _ = holders.enrol(ana.workspace.collective, "eve-login", "eve six words", ana.workspace.root)
    client.post("/unlock", {"login": "eve-login", "passphrase": "eve six words"})
    assert client.get("/us/devices").status_code == 200
    assert make_known(client).status_code == 302
    client.post("/lock")
    assert by_pin(client).status_code == 302
    assert "this one" in client.get("/us/devices").text
    sessions.end_all(holder.id)


# --- guessing ------------------------------------------------------------------------------------


def test_after_five_wrong_pins_the_phone_isnt_known_and_the_words_open(ana: Someone, phone: Client):
    for left in (4, 3, 2, 1):
        answer = by_pin(phone, OTHER)
        assert answer.status_code == 401
        assert f"{left} tr" in answer.text
    last = by_pin(phone, OTHER)
    assert "known any more" in last.text
    assert 'name="pin"' not in last.text
    assert not known_devices()
    assert by_pin(phone, PIN).status_code == 401
    assert by_words(phone, ana).status_code == 302
    assert "doesn&#x27;t open with its PIN any more" in phone.get("/").text, "it may have been somebody else"


def test_the_right_pin_begins_the_count_anew(phone: Client):
    for _ in range(3):
        for _ in range(4):
            by_pin(phone, OTHER)
        assert by_pin(phone).status_code == 302


def test_what_cant_be_a_pin_costs_no_try(phone: Client):
    for typed in ("", "12345", "six words of mine", "9" * 30):
        assert by_pin(phone, typed).status_code == 422
    assert Holder.objects.get(kind=Holder.Kind.DEVICE).tries == 0


def test_the_cookie_alone_and_the_pin_alone_open_nothing(phone: Client, client: Client):
    id = device_cookie(phone).partition(".")[0]
    for cookie in ("", ".", "x", id, f"{id}.", f"{id}.{'x' * 43}", "é.ü", "0" * 5000):
        client.cookies[settings.DEVICE_COOKIE] = cookie
        assert by_pin(client).status_code == 401, cookie


def test_guessing_words_never_slows_a_known_phone_and_unknown_ones_slow_nobody(
    ana: Someone, phone: Client, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sessions, "guard", Guard(sessions.clock))
    for _ in range(Guard.FREE_OVERALL + 5):
        client.cookies[settings.DEVICE_COOKIE] = f"{'0' * 32}.secret"
        assert by_pin(client).status_code == 401
    assert by_words(client, ana).status_code == 302
    for number in range(Guard.FREE_OVERALL):
        sessions.guard.failed(f"nobody-{number}")
    assert by_words(client, ana).status_code == 429
    assert by_pin(phone).status_code == 302


def test_what_isnt_known_costs_the_server_no_argon2(
    monkeypatch: pytest.MonkeyPatch, ana: Someone, phone: Client
):
    monkeypatch.setattr("masslink.vault.suite.unwrap", lambda *args, **named: 1 / 0)
    with pytest.raises(devices.UnknownDevice):
        devices.unlock(f"{'0' * 32}.secret", PIN)
    with pytest.raises(ZeroDivisionError):
        devices.unlock(device_cookie(phone), PIN)


# --- ending --------------------------------------------------------------------------------------


def test_ending_a_phone_locks_what_is_open_on_it(ana: Someone, phone: Client):
    by_pin(phone)
    device = _only_device(ana)
    assert "Blue phone" in ana.client.get("/us/devices").text
    ana.client.post(f"/us/devices/{device.pk}/end")
    assert not is_in(phone)
    assert by_pin(phone).status_code == 401
    assert is_in(ana.client)
    assert "Blue phone" not in ana.client.get("/us/devices").text.partition("opens nothing")[2]


def test_who_ends_the_phone_at_hand_goes_on_until_they_lock(phone: Client, ana: Someone):
    by_pin(phone)
    phone.post(f"/us/devices/{_only_device(ana).pk}/end")
    assert is_in(phone)
    assert not device_cookie(phone)
    assert 'name="pin"' not in phone.get("/unlock").text


def test_nobody_ends_somebody_elses_phone(ana: Someone, ben: Someone, phone: Client):
    assert ben.client.post(f"/us/devices/{_only_device(ana).pk}/end").status_code == 404
    assert "Blue phone" not in ben.client.get("/us/devices").text
    assert by_pin(phone).status_code == 302


def test_a_phone_ended_through_another_server_is_out_at_its_next_tap(ana: Someone, phone: Client, at):
    by_pin(phone)
    with ana.workspace.bound():
        device = Device.objects.get()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sessions, "end_device", lambda id: None)  # those of this process aren't told
            acts.end_device(by=ana.member, at=at, device=device)
    assert not is_in(phone)
    assert is_in(ana.client)


def test_the_phone_of_somebody_let_go_is_simply_unknown(ana: Someone, ben: Someone, at):
    make_known(ben.client)
    assert known_devices() == 1
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        acts.let_go(by=ana.member, at=at + timedelta(days=1), member=Member.objects.get(pk=ben.member.pk))
    assert "known any more" in by_pin(ben.client).text
    assert not known_devices()


def test_nothing_of_it_can_be_undone(ana: Someone, phone: Client):
    """Undoing would leave a phone that opens and stands in no list, or one in the list that opens nothing."""
    by_pin(phone)
    added = _line(phone, "made a phone known")
    phone.post(f"/us/devices/{_only_device(ana).pk}/end")
    ended = _line(phone, "ended a known phone")
    assert "Blue phone" in added
    assert "Blue phone" in ended
    assert "Undo" not in added + ended


def _line(client: Client, words: str) -> str:
    """What the history shows of the one act that is told in these words."""
    return next(line for line in client.get("/us/history").text.split("<li") if words in line)


def _only_device(someone: Someone) -> Device:
    with someone.workspace.bound() as workspace:
        workspace.catch_up()
        return Device.objects.get(ended_at=None)


def test_all_others_of_mine_are_locked_and_nobody_elses(ana: Someone, ben: Someone, client: Client):
    by_words(client, ana)
    assert "1 other of yours is unlocked" in client.get("/us/devices").text
    client.post("/us/devices/others")
    assert [is_in(one) for one in (client, ana.client, ben.client)] == [True, False, True]
    assert "Only this browser" in client.get("/us/devices").text


# --- what was typed while locked ------------------------------------------------------------------


def test_what_was_typed_waits_for_the_pin_too_and_survives_a_wrong_one(phone: Client):
    page = phone.post("/notes", {"text": WORDS, "pin": PIN, "pin_again": PIN}).text
    assert PIN not in page
    assert page.count(WORDS) == 2, "it waits beside the PIN and beside the words"
    fields = {"carried-text": WORDS, "to": "/notes"}
    assert WORDS in by_pin(phone, OTHER, **fields).text
    answer = by_pin(phone, **fields).text
    assert "You were about to send this" in answer
    assert '<form method="post" action="/notes"' in answer


def test_somebody_elses_text_isnt_shown_to_who_has_the_pin(ana: Someone, ben: Someone, phone: Client):
    by_words(phone, ben)
    phone.post("/lock")
    answer = by_pin(phone, **{"carried-text": WORDS, "to": "/notes"})
    assert answer.status_code == 302
    assert WORDS not in phone.get("/us").text


def test_locking_a_shared_session_leaves_somebody_elses_known_phone_known(
    ana: Someone, ben: Someone, phone: Client
):
    by_words(phone, ben, shared="on")
    answer = phone.post("/lock")
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert "cookies" not in answer.headers["Clear-Site-Data"]
    assert by_pin(phone).status_code == 302
