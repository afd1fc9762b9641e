"""Founding a collective: the code counts once, the words are generated and typed back."""

import re

import pytest
from django.conf import settings
from django.test import Client

from masslink.collective import founding, pending
from masslink.collective.models import Space
from masslink.vault import holders
from masslink.vault.models import Collective
from masslink.vault.sessions import Guard, sessions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "guard", Guard(sessions.clock))


def begin(client: Client, code: str):
    typed = {"step": "begin", "code": code, "space": "Harbour crews", "member": "Lena"}
    return client.post("/found", typed, follow=True)


def offered(client: Client) -> list[str]:
    return re.findall(
        r"<li>(\w+)</li>", client.get("/found").text.split('class="words"')[1].split("</ol>")[0]
    )


def type_back(client: Client, words: list[str]):
    client.post("/found", {"step": "written"})
    asked = [int(n) - 1 for n in re.findall(r">Word (\d)", client.get("/found").text)]
    return client.post(
        "/found", {"step": "typed", "first": words[asked[0]], "second": words[asked[1]].upper()}
    )


def test_from_the_code_to_the_first_page(client: Client) -> None:
    begin(client, holders.new_founding_code().upper().replace("-", " "))
    words = offered(client)
    assert len(words) == 6
    answer = type_back(client, words)
    assert answer.headers["Location"] == "/"
    session = sessions.find(client.cookies[settings.SESSION_COOKIE].value)
    assert session
    with session.workspace.bound():
        assert Space.objects.get().name == "Harbour crews"
    assert "Harbour crews" in client.get("/us").text
    sessions.end_all(session.holder)


def test_a_code_counts_once(client: Client) -> None:
    code = holders.new_founding_code()
    other = Client()
    begin(client, code)
    begin(other, code)
    assert type_back(client, offered(client)).status_code == 302
    assert type_back(other, offered(other)).status_code == 422
    assert Collective.objects.count() == 1
    assert begin(Client(), code).status_code == 422


def test_wrong_codes_are_slowed_down(client: Client) -> None:
    code = holders.new_founding_code()
    assert [begin(client, "not-a-code").status_code for _ in range(5)] == [422] * 5
    assert begin(client, code).status_code == 429


def test_without_the_two_words_nothing_is_founded(client: Client) -> None:
    begin(client, holders.new_founding_code())
    words = offered(client)
    assert type_back(client, [*reversed(words)]).status_code == 422
    assert not Collective.objects.exists()
    assert type_back(client, words).status_code == 302


def test_other_words_are_offered_but_none_can_be_chosen(client: Client) -> None:
    begin(client, holders.new_founding_code())
    first = offered(client)
    client.post("/found", {"step": "other", "passphrase": "a b c d e f", "words": "a b c d e f"})
    assert offered(client) not in (first, list("abcdef"))


def test_a_founding_waits_half_an_hour_and_its_words_for_one_browser(client: Client, monkeypatch) -> None:
    begin(client, holders.new_founding_code())
    words = offered(client)
    assert not any(word in Client().get("/found").text.split() for word in words)
    later = founding.foundings.clock() + pending.SECONDS + 1
    monkeypatch.setattr(founding.foundings, "clock", lambda: later)
    assert "half an hour" in client.get("/found").text
