"""New words for the same keys: the present ones are asked first; phones go on, other browsers don't."""

import re

import pytest
from django.conf import settings
from django.test import Client

from masslink.collective import acts
from masslink.collective.known import PinForm
from masslink.conftest import AT, Newcomer, Someone, wait_outside
from masslink.vault import devices, holders
from masslink.vault.holders import WrongWords
from masslink.vault.models import Holder
from masslink.vault.sessions import Guard, sessions
from masslink.vault.suite import Unopenable, unwrap

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "guard", Guard(sessions.clock))


def begin(client: Client, passphrase: str):
    return client.post("/us/new-words", {"step": "present", "passphrase": passphrase})


def take(client: Client) -> list[str]:
    """All steps after the present words; returns the new ones."""
    text = client.get("/us/new-words").text
    words = re.findall(r"<li>(\w+)</li>", text.split('class="words"')[1].split("</ol>")[0])
    client.post("/us/new-words", {"step": "written"})
    asked = [int(n) - 1 for n in re.findall(r">Word (\d)", client.get("/us/new-words").text)]
    typed = {"first": words[asked[0]], "second": words[asked[1]]}
    assert client.post("/us/new-words", {"step": "typed", **typed}).status_code == 302
    return words


def test_the_new_words_open_and_the_old_ones_dont(ana: Someone) -> None:
    before = bytes(Holder.objects.get(pk=ana.workspace.holder).wrapped)
    assert begin(ana.client, ana.passphrase).status_code == 302
    words = take(ana.client)
    assert len(words) == 6
    assert ana.client.get("/").status_code == 200  # who changed them goes on
    assert holders.unlock(ana.login, " ".join(words))[1] == ana.workspace.keys
    with pytest.raises(WrongWords):
        holders.unlock(ana.login, ana.passphrase)
    bound = b"masslink member" + ana.workspace.collective.bytes + ana.workspace.holder.bytes
    unwrap(before, ana.passphrase, bound)  # as the page says: an old backup still opens
    with pytest.raises(Unopenable):
        unwrap(before, " ".join(words), bound)
    assert "took new words" in ana.client.get("/us/history").text


def test_without_the_present_words_an_unlocked_phone_isnt_enough(ana: Someone) -> None:
    before = bytes(Holder.objects.get(pk=ana.workspace.holder).wrapped)
    for _ in range(5):
        answer = begin(ana.client, "some other words")
        assert answer.status_code == 422
        assert "typed is kept" not in answer.text.partition("<main")[2]  # words aren't sent back
    assert begin(ana.client, ana.passphrase).status_code == 429
    for step in ("written", "typed"):
        ana.client.post("/us/new-words", {"step": step, "first": "a", "second": "b"})
    assert bytes(Holder.objects.get(pk=ana.workspace.holder).wrapped) == before


def test_until_two_are_typed_back_the_old_ones_count(ana: Someone) -> None:
    begin(ana.client, ana.passphrase)
    ana.client.post("/us/new-words", {"step": "typed", "first": "a", "second": "b"})
    ana.client.post("/us/new-words", {"step": "written"})
    assert ana.client.post("/us/new-words", {"step": "typed", "first": "a", "second": "b"}).status_code == 422
    ana.client.post("/us/new-words", {"step": "over"})
    assert "present six words" in ana.client.get("/us/new-words").text
    holders.unlock(ana.login, ana.passphrase)


def test_other_browsers_are_locked_and_known_phones_open(ana: Someone) -> None:
    other = Client()
    other.post("/unlock", {"login": ana.login, "passphrase": ana.passphrase})
    assert other.get("/").status_code == 200
    form = PinForm({"phone": "Mine", "pin": "274916", "pin_again": "274916"})
    assert form.is_valid()
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        _, cookie = acts.remember_device(by=ana.member, at=AT, name="Mine", pin="274916")
    begin(ana.client, ana.passphrase)
    take(ana.client)
    assert other.get("/").headers["Location"].startswith("/unlock")
    assert devices.unlock(cookie, "274916")[0].pk == ana.workspace.holder


def test_two_browsers_at_once_the_second_is_told(ana: Someone) -> None:
    other = Client()
    other.post("/unlock", {"login": ana.login, "passphrase": ana.passphrase})
    for client in (ana.client, other):
        begin(client, ana.passphrase)
    session = sessions.find(other.cookies[settings.SESSION_COOKIE].value)
    assert session
    change = session.under_way["new words"]
    words = take(ana.client)
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        with pytest.raises(WrongWords):
            acts.change_passphrase(at=AT, before=change.before, after=holders.wrap_anew(change.passphrase))
    holders.unlock(ana.login, " ".join(words))


def test_who_waits_can_take_new_words_too(ana: Someone) -> None:
    wen: Newcomer = wait_outside(ana, "Wen")
    begin(wen.client, wen.passphrase)
    words = take(wen.client)
    assert holders.unlock(wen.login, " ".join(words))[0].pk == wen.workspace.holder
    assert wen.client.get("/waiting").status_code == 200
    sessions.end_all(wen.workspace.holder)


def test_the_page_for_lost_words_names_every_way(client: Client) -> None:
    page = client.get("/lost-words").text
    for address in ("/join", "/recover", "/unlock"):
        assert f'href="{address}"' in page
    assert "Nobody can give you new words" not in page + client.get("/us/protected").text
