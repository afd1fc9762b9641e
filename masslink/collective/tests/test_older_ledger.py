"""A known phone remembers how far the ledger had come, and says when the server shows an older or another one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from masslink.collective import acts
from masslink.collective.models import Member
from masslink.collective.tests.test_known_phones import PIN, WORDS, by_pin, by_words, is_in, make_known
from masslink.conftest import Someone, join
from masslink.vault import devices, holders
from masslink.vault.devices import Older, Seen
from masslink.vault.models import Collective
from masslink.vault.sessions import sessions

TABLES = ["collective", "holder", "grant", "roster", "row", "act", "past", "chunk"]
OLDER = "The server shows less than this phone has seen"


def copy_ledger() -> Callable[[], None]:
    """The whole ledger as it is now; calling what comes back puts it back, as somebody does who has the disk."""
    with connections["default"].cursor() as cursor:
        tables = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM vault_{table}")
            tables[table] = ([column[0] for column in cursor.description], cursor.fetchall())

    def put_back() -> None:
        with connections["default"].cursor() as cursor:
            for table in reversed(TABLES):
                cursor.execute(f"DELETE FROM vault_{table}")
            for table, (columns, rows) in tables.items():
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO vault_{table} ({', '.join(columns)}) VALUES ({marks})", rows)

    return put_back


def write(someone: Someone, at, text: str = "A thought") -> None:
    with someone.workspace.bound() as workspace:
        workspace.catch_up()
        acts.write_note(at=at, text=text)


def restart() -> None:
    """Everybody locked, as after the server was stopped."""
    for session in list(sessions._sessions.values()):
        sessions.end_all(session.holder)


def remembers(client: Client) -> bool:
    cookie = client.cookies.get(settings.SEEN_COOKIE)
    return bool(cookie and cookie.value)


def seen_by(client: Client) -> Seen:
    """What Ana's phone remembers; only her keys open it."""
    _, keys = holders.unlock("ana-login", "ana six words")
    seen = devices.recall(client.cookies[settings.SEEN_COOKIE].value, keys)
    assert seen
    return seen


@pytest.fixture
def phone(ana: Someone) -> Client:
    """Ana's phone, known and unlocked."""
    client = Client()
    by_words(client, ana)
    make_known(client)
    return client


@pytest.fixture
def put_back(ana: Someone, phone: Client, at) -> Iterator[None]:
    """Ana's phone has seen two acts that are gone now."""
    back = copy_ledger()
    write(ana, at)
    write(ana, at, "Another")
    phone.get("/us")
    restart()
    back()
    yield
    restart()


# --- remembering ---------------------------------------------------------------------------------


def test_it_remembers_with_whole_pages_and_only_on_known_phones(ana: Someone, phone: Client, at):
    first = seen_by(phone)
    write(ana, at)
    phone.get("/notes", headers={"HX-Request": "true"})
    assert seen_by(phone) == first
    phone.get("/us")
    assert seen_by(phone).seq > first.seq
    assert settings.SEEN_COOKIE not in phone.get("/us").cookies, "nothing new, nothing sent"
    ana.client.get("/us")
    assert not remembers(ana.client)
    cookie = phone.cookies[settings.SEEN_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 400 * 24 * 3600)


def test_the_memory_tells_nobody_else_which_circles_its_owner_holds(
    ana: Someone, ben: Someone, phone: Client, at
):
    write(ana, at)
    phone.get("/us")
    text = phone.cookies[settings.SEEN_COOKIE].value
    for id in (*ana.workspace.circles, ana.workspace.holder, ana.workspace.collective):
        assert id.hex not in text
        assert id.hex[:8] not in text
    with ben.workspace.bound() as workspace:
        workspace.catch_up()
        assert devices.older(workspace, seen_by(phone)) is None, "Ben's marks are others: nothing to compare"


@pytest.mark.parametrize("text", ["", "x", "1.2", "1.1.zz.00.1.00.00", "9" * 5000, "a.b.c.d.e.f.g"])
def test_a_memory_that_is_none_is_no_memory(ana: Someone, phone: Client, text: str):
    phone.post("/lock")
    phone.cookies[settings.SEEN_COOKIE] = text
    assert by_pin(phone).headers["Location"] == "/"


# --- an older one --------------------------------------------------------------------------------


@pytest.mark.usefixtures("put_back")
def test_an_older_ledger_is_said_plainly_and_nothing_is_written_before_the_answer(phone: Client):
    seq = Collective.objects.get().seq
    page = by_pin(phone)
    assert OLDER in page.text
    assert "2 acts that this phone has seen are missing" in page.text
    assert "masslink check" in page.text
    assert Collective.objects.get().seq == seq
    assert phone.get("/people").headers["Location"] == "/older?next=%2Fpeople"
    assert phone.post("/notes", {"text": WORDS}).status_code == 409
    assert OLDER in phone.get("/older").text
    assert phone.get("/us/protected").status_code == 200


@pytest.mark.usefixtures("put_back")
def test_going_on_forgets_what_was_seen(phone: Client):
    by_pin(phone)
    assert phone.post("/older", {"next": "/us"}).headers["Location"] == "/us"
    assert is_in(phone)
    assert seen_by(phone).seq == Collective.objects.get().seq
    phone.post("/lock")
    assert by_pin(phone).headers["Location"] == "/"


@pytest.mark.usefixtures("put_back")
def test_locking_instead_asks_again(phone: Client):
    by_pin(phone)
    phone.post("/lock")
    assert OLDER in by_pin(phone).text


@pytest.mark.usefixtures("put_back")
def test_words_on_this_phone_say_it_too_and_another_browser_doesnt_know(
    ana: Someone, phone: Client, client: Client
):
    assert by_words(client, ana).headers["Location"] == "/"
    assert OLDER in by_words(phone, ana).text


def test_also_when_the_older_ledger_doesnt_know_the_phone_yet(ana: Someone, client: Client, at):
    """As after a backup, which never holds known phones."""
    back = copy_ledger()
    by_words(client, ana)
    make_known(client)
    restart()
    back()
    assert by_pin(client).status_code == 401
    assert OLDER in by_words(client, ana).text
    client.post("/older")
    assert not remembers(client)
    restart()


def test_who_went_on_writing_in_the_older_ledger_doesnt_hide_it(ana: Someone, phone: Client, at):
    back = copy_ledger()
    write(ana, at, "Lost")
    phone.get("/us")
    restart()
    back()
    for text in ("Instead of it", "And more"):
        write(fresh(ana), at, text)
    assert Collective.objects.get().seq > seen_by(phone).seq
    page = by_pin(phone).text
    assert "others have gone on writing from an earlier state" in page
    assert "missing on the server" not in page
    restart()


def fresh(someone: Someone) -> Someone:
    """The same member, who has unlocked anew."""
    by_words(someone.client, someone)
    session = sessions.find(someone.client.cookies[settings.SESSION_COOKIE].value)
    assert session
    with session.workspace.bound():
        return replace(someone, workspace=session.workspace, member=Member.objects.get(pk=someone.member.pk))


def test_another_list_of_members_is_found(ana: Someone, phone: Client, at):
    """Somebody puts the ledger back and lets in another than the one who was let in."""
    back = copy_ledger()
    ben = join(ana, "Ben")
    phone.get("/us")
    restart()
    back()
    for name in ("Eve", "Fay"):
        join(fresh(ana), name)
    page = by_pin(phone).text
    assert "The list of who belongs to us is another one" in page
    assert ben.name not in page
    restart()


def test_new_keys_and_members_who_go_are_no_alarm(ana: Someone, ben: Someone, phone: Client, at):
    """The list of members and the keys change honestly; a phone that was away sees it without a question."""
    phone.get("/us")
    phone.post("/lock")
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        acts.let_go(by=ana.member, at=at + timedelta(days=1), member=Member.objects.get(pk=ben.member.pk))
    ana.client.get("/us")
    assert by_pin(phone).headers["Location"] == "/"


def test_another_collective_on_the_same_phone_is_no_alarm(phone: Client, cy: Someone, ana: Someone):
    before = phone.cookies[settings.SEEN_COOKIE].value
    assert by_words(phone, cy).headers["Location"] == "/"
    phone.get("/us")
    assert phone.cookies[settings.SEEN_COOKIE].value == before


@pytest.mark.usefixtures("put_back")
def test_what_waits_to_be_sent_waits_for_the_answer(phone: Client):
    waits = {"carried-text": WORDS, "to": "/notes"}
    page = by_pin(phone, **waits).text
    assert OLDER in page
    assert re.search(r'<textarea name="carried-text" hidden>\s+' + re.escape(WORDS), page)
    again = phone.post("/notes", {"text": WORDS})  # from another tab
    assert OLDER in again.text
    assert WORDS in again.text
    assert "You were about to send this" in phone.post("/older", waits).text


def test_what_is_amiss_is_told_apart(ana: Someone, at):
    with ana.workspace.bound() as workspace:
        write(ana, at)
        now = devices.seen(workspace)
        before = {
            "same": now,
            "seq": replace(now, seq=now.seq + 7),
            "digest": replace(now, digest=b"x" * 32),
            "number": replace(now, number=now.number + 1),
            "act": replace(now, act=b"x" * 16),
            "circle": replace(now, circle=b"x" * 16),
            "root": replace(now, root=b"x" * 32, seq=10**6),
        }
        told = {what: devices.older(workspace, seen) for what, seen in before.items()}
    assert told == {
        "same": None,
        "seq": Older(7, False, False),
        "digest": Older(0, True, False),
        "number": Older(0, True, False),
        "act": Older(0, False, True),
        "circle": None,
        "root": None,
    }
    assert Seen.from_text(now.to_text()) == now
    assert PIN not in now.to_text()
