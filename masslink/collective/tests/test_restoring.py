"""A collective that came from a backup: nobody is let in before it is confirmed; the removed stay out."""

import re

import pytest
from django.conf import settings
from django.test import Client

from masslink.collective.acts import NotNow, let_go
from masslink.collective.models import Member
from masslink.collective.restoring import AT_MOST, confirm_restored, waitings
from masslink.conftest import AT, Someone, join
from masslink.vault import history, restoring, words
from masslink.vault.models import Collective, Holder
from masslink.vault.sessions import Guard, sessions
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "guard", Guard(sessions.clock))


@pytest.fixture
def waiting(ana: Someone, ben: Someone) -> str:
    """As after a restore, with the code that was printed."""
    Collective.objects.update(restored=True)
    return restoring.new_code(ana.workspace.collective)


def unlock(someone: Someone, **fields: str):
    client = Client()
    return client, client.post(
        "/unlock", {"login": someone.login, "passphrase": someone.passphrase, **fields}
    )


def answers(client: Client, **by_name: str) -> dict[str, str]:
    """A form like the one that is shown, with these answers."""
    text = client.get("/restored").text
    found = re.findall(r'<legend>(\w+) <span.*?name="(member-\w+)"', text, re.S)
    return {field: by_name[name] for name, field in found if name in by_name} | {"step": "confirm"}


def test_right_words_dont_let_in_while_it_waits(ana: Someone, ben: Someone, waiting: str):
    for someone in (ana, ben):
        client, answer = unlock(someone)
        assert answer.status_code == 403
        assert settings.SESSION_COOKIE not in client.cookies
        assert "brought back from a backup" in answer.text
        assert "Ana" not in answer.text and "Ben" not in answer.text
        assert client.get("/us").status_code == 302
    assert not unlock(ben)[0].cookies.get(f"{settings.SESSION_COOKIE}-restored")


def test_wrong_words_learn_nothing_of_it(ana: Someone, waiting: str):
    answer = Client().post("/unlock", {"login": ana.login, "passphrase": "wrong"})
    assert answer.status_code == 401
    assert "backup" not in answer.text


def test_a_coordinator_with_the_code_says_who_is_gone(ana: Someone, ben: Someone, waiting: str):
    dee = join(ana, "Dee")
    client, answer = unlock(ana)
    assert "Code from the server" in answer.text
    assert "Ben" not in client.get("/restored").text  # not before the code
    shown = client.post("/restored", {"step": "code", "code": waiting.upper()}, follow=True)
    assert "Ben" in shown.text and "Dee" in shown.text
    done = client.post("/restored", answers(client, Ben="gone", Dee="here"))
    assert done.status_code == 302
    assert "Confirmed" in client.get("/us").text
    assert not Collective.objects.get().restored
    assert unlock(ben)[1].status_code == 401
    assert unlock(dee)[1].status_code == 302
    assert not Holder.objects.filter(pk=ben.workspace.holder).exists()
    new = reading.fresh(ana.workspace)
    with new.bound():
        assert Member.objects.get(name="Ben").left_on
        assert not Member.objects.get(name="Dee").left_on
        newest = history.recent(limit=1)[0]
        assert newest.lasting
    new.close()


def test_everybody_needs_an_answer_and_answers_are_kept(ana: Someone, ben: Someone, waiting: str):
    join(ana, "Dee")
    client, _ = unlock(ana)
    client.post("/restored", {"step": "code", "code": waiting})
    answer = client.post("/restored", answers(client, Ben="gone"))
    assert answer.status_code == 422
    assert len(re.findall(r'value="gone"[^>]*checked', answer.text)) == 1
    assert Collective.objects.get().restored
    assert not has_left(ana, "Ben")


def has_left(someone: Someone, name: str) -> bool:
    new = reading.fresh(someone.workspace)
    with new.bound():
        left = Member.objects.get(name=name).left_on is not None
    new.close()
    return left


def test_a_removed_coordinator_in_the_backup_gets_nowhere_without_the_code(
    ana: Someone, ben: Someone, waiting: str
):
    client, _ = unlock(ana)
    for code in ("", "aaaa-bbbb-cccc", words.code()):
        answer = client.post("/restored", {"step": "code", "code": code})
        assert answer.status_code == 422
        assert "Ben" not in answer.text
    answer = client.post("/restored", {"step": "confirm"})
    assert "Ben" not in answer.text
    assert Collective.objects.get().restored


def test_guessing_codes_is_slowed_down(ana: Someone, waiting: str):
    client, _ = unlock(ana)
    for _ in range(Guard.FREE_PER_LOGIN):
        assert client.post("/restored", {"step": "code", "code": "aaaa-bbbb-cccc"}).status_code == 422
    assert client.post("/restored", {"step": "code", "code": waiting}).status_code == 429
    assert client.get("/restored").status_code == 200


def test_the_code_alone_is_no_door(ana: Someone, ben: Someone, waiting: str):
    client, _ = unlock(ben)
    for fields in ({"step": "code", "code": waiting}, {"step": "confirm"}):
        assert client.post("/restored", fields).headers["Location"] == "/unlock"
    assert Collective.objects.get().restored
    assert restoring.code_fits(ana.workspace.collective, waiting)


def test_two_coordinators_at_once_confirm_once(ana: Someone, ben: Someone, waiting: str):
    one, other = unlock(ana)[0], unlock(ana)[0]
    for client in (one, other):
        client.post("/restored", {"step": "code", "code": waiting})
    second = answers(other, Ben="gone")
    assert one.post("/restored", answers(one, Ben="here")).status_code == 302
    assert other.post("/restored", second).headers["Location"] == "/unlock"
    assert unlock(ben)[1].status_code == 302
    with ana.workspace.bound(), pytest.raises(NotNow):
        confirm_restored(by=ana.member, at=AT, gone=[])


def test_whoever_opened_the_kit_needs_no_code(ana: Someone, ben: Someone):
    Collective.objects.update(restored=True)
    with ana.workspace.bound():
        confirm_restored(by=ana.member, at=AT, gone=[ben.member])
    assert not Collective.objects.get().restored
    assert unlock(ben)[1].status_code == 401
    assert unlock(ana)[1].status_code == 302


def test_where_removing_fails_it_goes_on_waiting(ana: Someone, ben: Someone, waiting: str):
    with ana.workspace.bound():
        let_go(by=ana.member, at=AT, member=ben.member)
        with pytest.raises(NotNow):
            confirm_restored(by=ana.member, at=AT, gone=[ben.member], code=waiting)
    assert Collective.objects.get().restored
    assert restoring.code_fits(ana.workspace.collective, waiting)


def test_what_waits_for_the_code_runs_out_and_is_few(
    ana: Someone, waiting: str, monkeypatch: pytest.MonkeyPatch
):
    clients = [unlock(ana)[0] for _ in range(AT_MOST + 1)]
    assert [c.get("/restored").status_code for c in clients] == [302] + [200] * AT_MOST
    monkeypatch.setattr(waitings, "clock", lambda: 1e12)
    assert all(c.get("/restored").status_code == 302 for c in clients)


def test_what_was_typed_before_is_shown_to_its_writer(ana: Someone, ben: Someone):
    words = "She said: not one more Saturday."
    clients = [(ana, Client()), (ben, Client())]
    for someone, client in clients:
        client.post("/unlock", {"login": someone.login, "passphrase": someone.passphrase})
        client.post("/lock")
    Collective.objects.update(restored=True)
    form = {"to": "/people/new", "carried-words": words}
    for someone, client in clients:
        typed = client.post("/unlock", {"login": someone.login, "passphrase": someone.passphrase, **form})
        assert words in typed.text
    stranger = Client().post("/unlock", {"login": ana.login, "passphrase": ana.passphrase, **form})
    assert words not in stranger.text
