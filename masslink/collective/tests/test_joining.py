"""Invitations: a code that opens nothing, holds once and for 72 hours; who came with it waits."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from masslink.collective import acts
from masslink.collective.inviting_views import SHOWN
from masslink.collective.joining import Joining
from masslink.collective.models import Device, Invitation, Member, Note, Welcome
from masslink.conftest import AT, Newcomer, Someone, wait_outside
from masslink.core import clock
from masslink.vault import invitations
from masslink.vault.holders import WrongWords
from masslink.vault.models import Holder
from masslink.vault.record import Record
from masslink.vault.sessions import Guard, sessions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "guard", Guard(sessions.clock))


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def wen(ana: Someone):
    newcomer = wait_outside(ana, "Wen")
    yield newcomer
    sessions.end_all(newcomer.workspace.holder)


def invite(by: Someone, name: str = "Wen") -> str:
    """Through the page; the code as it stands there."""
    assert by.client.post("/us/members/invite", {"name": name, "role": "member"}).status_code == 302
    shown = re.search(
        r"<strong>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</strong>", by.client.get("/us/members/invite").text
    )
    assert shown
    return shown[1]


def begin(client: Client, code: str):
    return client.post("/join", {"step": "code", "code": code})


def write_down(client: Client) -> tuple[str, list[str]]:
    """Login and words as they are offered, written down and two typed back."""
    text = client.get("/join").text
    login = re.search(r"<strong>([a-z]+-[a-z]+-\d\d)</strong>", text)
    words = re.findall(r"<li>(\w+)</li>", text.split('class="words"')[1].split("</ol>")[0])
    client.post("/join", {"step": "written"})
    asked = [int(n) - 1 for n in re.findall(r">Word (\d)", client.get("/join").text)]
    typed = {"first": words[asked[0]], "second": words[asked[1]].upper()}
    assert client.post("/join", {"step": "typed", **typed}).status_code == 302
    assert login
    return login[1], words


def join(client: Client, code: str, **last: str):
    assert begin(client, code).status_code == 302
    known = write_down(client)
    return known, client.post("/join", last or {"step": "without"})


def four_words(client: Client) -> list[str]:
    return re.findall(
        r"<li>(\w+)</li>", client.get("/waiting").text.split('class="words"')[1].split("</ol>")[0]
    )


# --- the code ------------------------------------------------------------------------------------


def test_from_the_code_to_the_four_words(ana: Someone, client: Client, person: Record) -> None:
    code = invite(ana)
    (login, words), answer = join(client, code.upper().replace("-", "  "))
    assert answer.headers["Location"] == "/waiting"
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        invitation = Invitation.objects.get()
        public = invitations.newcomer(invitation.holder)
        assert public
        secret = bytes.fromhex(invitation.secret)
        assert four_words(client) == invitations.words_to_compare(workspace.root, public.fingerprint, secret)
    for address in ("/", "/people", f"/people/{person.pk}", "/us", "/us/members", "/us/history"):
        assert client.get(address).headers["Location"] == "/waiting"
    client.post("/lock")
    answer = client.post("/unlock", {"login": login, "passphrase": " ".join(words)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/waiting"


def test_the_code_is_in_nobodys_records_and_shown_until_it_is_handed_over(ana: Someone) -> None:
    code = invite(ana)
    token = ana.client.cookies[settings.SESSION_COOKIE].value
    session = sessions.find(token)
    assert session and session.under_way[SHOWN].code == code
    page = ana.client.get("/us/members/invite").text
    assert f"http://testserver/join#{code}" in page and "<svg" in page
    ana.client.post("/us/members/invite", {"step": "done"})
    assert code not in ana.client.get("/us/members/invite").text
    assert code not in ana.client.get("/us/members/invited").text
    with ana.workspace.bound():
        stored = Invitation.objects.get()
        assert code not in str(vars(stored)) and code.replace("-", "") not in str(vars(stored))
    row = Holder.objects.get(kind=Holder.Kind.INVITATION)
    assert code.encode() not in bytes(row.wrapped) and row.login != code


def test_pressing_twice_invites_once(ana: Someone) -> None:
    first = invite(ana)
    assert invite(ana, "Wen again") == first
    with ana.workspace.bound():
        assert Invitation.objects.count() == 1


def test_two_of_one_name_cant_be_invited(ana: Someone, ben: Someone) -> None:
    for taken in ("ben", " BEN "):
        assert ana.client.post("/us/members/invite", {"name": taken, "role": "member"}).status_code == 422
    invite(ana)
    ana.client.post("/us/members/invite", {"step": "done"})
    assert ana.client.post("/us/members/invite", {"name": "wen", "role": "member"}).status_code == 422


def test_members_who_dont_coordinate_dont_invite(ben: Someone) -> None:
    assert ben.client.post("/us/members/invite", {"name": "Wen", "role": "member"}).status_code == 403


def test_a_code_holds_once_and_whoever_comes_second_is_told(ana: Someone, client: Client) -> None:
    code, second = invite(ana), Client()
    begin(second, code)
    write_down(second)
    join(client, code)
    answer = second.post("/join", {"step": "without"})
    assert answer.status_code == 422 and "used already" in answer.text
    assert settings.SESSION_COOKIE not in second.cookies
    assert "used already" in begin(Client(), code).text
    assert Holder.objects.filter(kind=Holder.Kind.MEMBER).count() == 2


def test_a_code_holds_for_72_hours(ana: Someone, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    code = invite(ana)
    begin(client, code)
    write_down(client)
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(hours=72))
    answer = client.post("/join", {"step": "without"})
    assert answer.status_code == 422 and "ran out" in answer.text
    assert "ran out" in begin(Client(), code).text
    assert "ran out" in ana.client.get("/us/members/invited").text


def test_a_code_that_was_taken_back_opens_nothing(ana: Someone, client: Client) -> None:
    code = invite(ana)
    begin(client, code)
    write_down(client)
    with ana.workspace.bound():
        id = Invitation.objects.get().pk
    ana.client.post(f"/us/members/invited/{id}/decline")
    assert client.post("/join", {"step": "without"}).status_code == 422
    assert not Holder.objects.filter(kind=Holder.Kind.INVITATION).exists()


def test_the_code_is_used_up_only_at_the_end(ana: Someone, client: Client) -> None:
    code = invite(ana)
    begin(client, code)
    write_down(client)
    assert Holder.objects.get(kind=Holder.Kind.INVITATION)
    assert begin(Client(), code).status_code == 302


def test_no_step_can_be_left_out(ana: Someone, client: Client) -> None:
    begin(client, invite(ana))
    for step in ("without", "shared", "pin", "typed"):
        client.post(
            "/join", {"step": step, "first": "a", "second": "b", "pin": "274916", "pin_again": "274916"}
        )
    assert Holder.objects.filter(kind=Holder.Kind.INVITATION).exists()
    assert "Write this down" in client.get("/join").text


def test_guessing_is_slowed_down_but_keeps_nobody_out(ana: Someone, client: Client) -> None:
    code = invite(ana)
    assert [begin(client, "aaaa-bbbb-cccc-dddd").status_code for _ in range(6)] == [422] * 5 + [429]
    assert begin(client, code).status_code == 302
    for n in range(60):
        begin(client, f"aaaa-bbbb-cccc-{n}")
    assert begin(Client(), code).status_code == 429


def test_a_pin_is_a_step_of_joining(ana: Someone, client: Client) -> None:
    code = invite(ana)
    begin(client, code)
    write_down(client)
    bad = client.post("/join", {"step": "pin", "phone": "Mine", "pin": "111111", "pin_again": "111111"})
    assert bad.status_code == 422
    pin = {"phone": "Mine", "pin": "274916", "pin_again": "274916"}
    assert client.post("/join", {"step": "pin", **pin}).headers["Location"] == "/waiting"
    session = sessions.find(client.cookies[settings.SESSION_COOKIE].value)
    assert session
    with session.workspace.bound():
        assert Device.objects.get().name == "Mine"
    client.post("/lock")
    assert client.post("/pin", {"pin": "274916"}, follow=True).redirect_chain[-1][0] == "/waiting"


def test_on_a_shared_phone_nothing_is_kept(ana: Someone, client: Client) -> None:
    join(client, invite(ana), step="shared")
    session = sessions.find(client.cookies[settings.SESSION_COOKIE].value)
    assert session and session.shared
    assert settings.DEVICE_COOKIE not in client.cookies


# --- waiting -------------------------------------------------------------------------------------


def test_who_waits_notes_for_themselves_and_the_notes_stay_theirs(ana: Someone, wen: Newcomer) -> None:
    wen.client.post("/notes", {"text": "Ruth first", "once": "5b3c8d8e-6d5d-4a44-9f5a-1a6b0f3c2d10"})
    wen.client.post("/notes", {"text": "Ruth first", "once": "5b3c8d8e-6d5d-4a44-9f5a-1a6b0f3c2d10"})
    assert wen.client.get("/notes").text.count("<p>Ruth first</p>") == 1
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        assert not Note.objects.exists()
        known = wen.workspace.keys.public.fingerprint
        acts.confirm(by=ana.member, at=AT, invitation=wen.invitation, known=known)
    assert "Ruth first" in wen.client.get("/notes").text
    with wen.workspace.bound():
        note = Note.objects.get()
    assert "Deleted." in wen.client.post(f"/notes/{note.pk}/delete", follow=True).text
    assert "Ruth first" not in wen.client.get("/notes").text


def test_a_note_that_was_deleted_comes_back_also_before_one_is_let_in(wen: Newcomer) -> None:
    wen.client.post("/notes", {"text": "Ruth first"})
    with wen.workspace.bound():
        note = Note.objects.get()
    page = wen.client.post(f"/notes/{note.pk}/delete", follow=True).text
    undo = re.search(r'action="(/us/undo/[0-9a-f-]+)"', page)
    assert undo
    answer = wen.client.post(undo[1], {"back": "/notes"}, follow=True)
    assert "Ruth first" in answer.text


def test_the_waiting_page_looks_now_and_then_and_stops(ana: Someone, wen: Newcomer) -> None:
    part = {"HX-Request": "true"}
    assert "hx-get" in wen.client.get("/waiting?looked=29", headers=part).text
    assert "hx-get" not in wen.client.get("/waiting?looked=30", headers=part).text
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        known = wen.workspace.keys.public.fingerprint
        acts.confirm(by=ana.member, at=AT, invitation=wen.invitation, known=known)
    answer = wen.client.get("/waiting?looked=3", headers=part)
    assert answer.headers["HX-Redirect"] == "/"
    assert "You are let in" in wen.client.get("/").text


def test_what_the_words_were_made_of_is_forgotten_once_they_are_in(ana: Someone, wen: Newcomer) -> None:
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        known = wen.workspace.keys.public.fingerprint
        acts.confirm(by=ana.member, at=AT, invitation=wen.invitation, known=known)
    wen.client.post("/lock")
    wen.client.post("/unlock", {"login": wen.login, "passphrase": wen.passphrase})
    session = sessions.find(wen.client.cookies[settings.SESSION_COOKIE].value)
    assert session
    with session.workspace.bound():
        assert Member.objects.get(name="Wen") and not Welcome.objects.exists()


def test_whoever_is_turned_away_is_out_at_once(ana: Someone, wen: Newcomer) -> None:
    address = f"/us/members/invited/{wen.invitation.pk}/decline"
    assert "Turn them away" in ana.client.get(address).text
    assert "is turned away" in ana.client.post(address, follow=True).text
    assert wen.client.get("/waiting").headers["Location"].startswith("/unlock")
    assert wen.client.post("/unlock", {"login": wen.login, "passphrase": wen.passphrase}).status_code == 401
    assert "is turned away" not in ana.client.post(address, follow=True).text


def test_a_taken_back_code_cant_come_back_by_undo(ana: Someone) -> None:
    invite(ana)
    assert "Undo" not in ana.client.get("/us/history").text.split("made an invitation")[1].split("</li>")[0]


def test_half_way_through_joining_nothing_is_written(ana: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    code = invite(ana)

    def fail(**said: object) -> None:
        raise RuntimeError("the plug is pulled")

    monkeypatch.setattr(acts, "join", fail)
    with pytest.raises(RuntimeError):
        Joining(code=code).finish(AT)
    monkeypatch.undo()
    invitations.read(code, AT)
    with pytest.raises(WrongWords):
        invitations.read("aaaa", AT)
