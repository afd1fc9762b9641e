"""Unlocking, locking, and what was typed while locked."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse

from masslink.collective import unlocking
from masslink.conftest import Someone
from masslink.core.pages import MEMBER
from masslink.vault import sessions as vault_sessions
from masslink.vault.sessions import Guard, made_for, sessions

WORDS = "She said: not one more Saturday."


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock of our own for all sessions, so that half an hour passes at once."""
    clock = Clock()
    monkeypatch.setattr(sessions, "clock", clock)
    monkeypatch.setattr(sessions, "guard", Guard(clock))
    monkeypatch.setattr(sessions, "_sessions", {})
    return clock


def unlock(client: Client, someone: Someone, **fields: str):
    return client.post("/unlock", {"login": someone.login, "passphrase": someone.passphrase, **fields})


def token(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE].value


def carry(client: Client, monkeypatch: pytest.MonkeyPatch, typed: str = WORDS) -> dict[str, str]:
    """Post a form while locked; the hidden fields of the unlock page that comes back."""
    view = resolve("/people/new").func
    monkeypatch.setattr(view, "carries", True)
    monkeypatch.setattr(view, "needs", MEMBER)
    text = client.post(
        "/people/new", {"words": typed, "passphrase": "secret", "csrfmiddlewaretoken": "x"}
    ).text
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', text, re.S)
    found += re.findall(r'<input type="hidden" name="(to)" value="([^"]*)"', text)
    return dict(found)


def test_capitals_spaces_and_hyphens_are_forgiven(ana: Someone, client: Client) -> None:
    typed = {"login": " Ana LOGIN ", "passphrase": "ANA-six \u2013 words "}
    assert client.post("/unlock", typed).headers["Location"] == "/"


def test_wrong_words_keep_the_login_and_open_nothing(ana: Someone, client: Client) -> None:
    answer = client.post("/unlock", {"login": ana.login, "passphrase": "these are not it"})
    assert answer.status_code == 401
    assert f'value="{ana.login}"' in answer.text
    assert "these are not it" not in answer.text
    assert settings.SESSION_COOKIE not in client.cookies


def test_guessing_is_slowed_down_but_never_locked_out(ana: Someone, client: Client, clock: Clock) -> None:
    for _ in range(Guard.FREE_PER_LOGIN):
        assert client.post("/unlock", {"login": ana.login, "passphrase": "wrong"}).status_code == 401
    slowed = unlock(client, ana)
    assert slowed.status_code == 429
    assert f"Wait {slowed.headers['Retry-After']} second" in slowed.text
    clock.now += Guard.LONGEST
    assert unlock(client, ana).status_code == 302


def test_a_full_server_says_so(ana: Someone, cy: Someone, client: Client, clock: Clock, settings) -> None:
    settings.WORKSPACES_AT_MOST = 1
    assert unlock(Client(), ana).status_code == 302
    assert unlock(client, cy).status_code == 503


def test_every_unlocking_gives_a_new_cookie_and_ends_the_old_session(ana: Someone, client: Client) -> None:
    unlock(client, ana)
    first = token(client)
    unlock(client, ana)
    assert token(client) != first
    assert sessions.find(first) is None
    assert sessions.find(token(client)) is not None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(ana: Someone, client: Client) -> None:
    unlock(client, ana)
    cookie = client.cookies[settings.SESSION_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert not cookie["max-age"]
    assert not cookie["expires"]


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "people"])
def test_after_unlocking_one_stays_on_our_pages(ana: Someone, client: Client, elsewhere: str) -> None:
    assert unlock(client, ana, next=elsewhere).headers["Location"] == "/"
    assert unlock(client, ana, next="/us").headers["Location"] == "/us"


def test_lock_now_ends_the_session_at_once(ana: Someone) -> None:
    assert ana.client.get("/us").status_code == 200
    assert ana.client.get("/lock").status_code == 405
    assert ana.client.post("/lock").headers["Location"] == "/unlock"
    assert ana.client.get("/us").headers["Location"].startswith("/unlock")


def test_it_locks_by_itself(ana: Someone, client: Client, clock: Clock) -> None:
    unlock(client, ana)
    clock.now += settings.IDLE_SECONDS - 1
    assert client.get("/us").status_code == 200
    clock.now += settings.IDLE_SECONDS + 1
    assert client.get("/us").status_code == 302


def test_form_tokens_are_new_after_somebody_else_unlocks(ana: Someone, ben: Someone, client: Client) -> None:
    def form_token() -> str:
        client.get("/unlock")
        return client.cookies[settings.CSRF_COOKIE_NAME].value

    before = form_token()
    unlock(client, ana)
    of_ana = client.cookies[settings.CSRF_COOKIE_NAME].value
    unlock(client, ana)  # another tab of hers may still hold a form
    assert client.cookies[settings.CSRF_COOKIE_NAME].value == of_ana
    unlock(client, ben)
    assert len({before, of_ana, client.cookies[settings.CSRF_COOKIE_NAME].value}) == 3


# --- what was typed while locked -----------------------------------------------------------------


@pytest.fixture
def locked(ana: Someone, client: Client, clock: Clock) -> Client:
    """Ana's browser after the idle lock."""
    unlock(client, ana)
    clock.now += settings.IDLE_SECONDS + 1
    return client


def test_what_was_typed_is_shown_and_sent_after_a_tap(
    ana: Someone, locked: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = carry(locked, monkeypatch)
    assert fields == {"carried-words": WORDS, "to": "/people/new"}
    page = unlock(locked, ana, **fields).text
    assert "You were about to send this" in page
    assert page.count(WORDS) == 2  # to read, and to send
    assert '<form method="post" action="/people/new"' in page


def test_it_survives_wrong_words(ana: Someone, locked: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = carry(locked, monkeypatch)
    again = locked.post("/unlock", {"login": ana.login, "passphrase": "no", **fields})
    assert again.status_code == 401
    assert WORDS in again.text


def test_nobody_else_is_shown_what_somebody_typed(
    ben: Someone, locked: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = carry(locked, monkeypatch)
    assert fields
    answer = unlock(locked, ben, **fields)
    assert answer.status_code == 302
    assert WORDS not in locked.get("/us").text


def test_it_survives_a_restart_of_the_server(
    ana: Someone, locked: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_sessions", {})
    fields = carry(locked, monkeypatch)
    assert WORDS in unlock(locked, ana, **fields).text


def test_nothing_is_carried_in_a_browser_that_never_unlocked(
    ana: Someone, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert carry(client, monkeypatch) == {}


def test_a_carried_form_goes_to_listed_pages_only(ana: Someone, locked: Client) -> None:
    answer = unlock(locked, ana, **{"carried-words": WORDS, "to": reverse("lock")})
    assert answer.status_code == 302
    assert unlocking._waits("//example.org/people/new") is False


def test_a_token_is_known_by_its_holder_alone(ana: Someone, ben: Someone) -> None:
    token = vault_sessions.new_token(ana.workspace.keys)
    assert made_for(token, ana.workspace.keys)
    assert not made_for(token, ben.workspace.keys)
    assert not made_for("", ana.workspace.keys)
    assert not made_for(token.replace(token[:4], "x" * 4), ana.workspace.keys)


def test_choices_and_ids_are_sent_but_not_shown() -> None:
    fields = [
        ("how", "talked"),
        ("person", "0e8f8ddc-3c88-4c9b-9f08-6f1d4a4b4a55"),
        ("due", "2026-03-02"),
        ("words", WORDS),
    ]
    assert unlocking.readable(fields) == [WORDS]


# --- before anybody ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_empty_server_points_to_founding(client: Client) -> None:
    assert 'href="/found"' in client.get("/unlock").text
    assert "Login name" not in client.get("/unlock").text


def test_the_hiding_page_shows_nothing_of_us(ana: Someone) -> None:
    text = ana.client.get("/page").text
    assert "Masslink" not in text
    assert "/people" not in text


def test_unlocking_shreds_what_is_older_than_thirty_days(ana: Someone, client: Client, monkeypatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("masslink.vault.history.shred_old", lambda workspace, now: asked.append(now))
    unlock(client, ana)
    assert len(asked) == 1
    monkeypatch.setattr("masslink.vault.history.shred_old", lambda workspace, now: 1 / 0)
    assert unlock(client, ana).status_code == 302
