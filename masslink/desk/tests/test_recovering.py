"""Both sheets: somebody is let in again with new words, also after a restore; anything less changes nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from masslink.collective import acts
from masslink.collective.models import Kit, Member
from masslink.conftest import AT, Someone
from masslink.people.models import Person
from masslink.sites.acts import open_site
from masslink.vault import holders
from masslink.vault.models import Collective, Holder
from masslink.vault.sessions import sessions

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)


@pytest.fixture
def sheets(ana: Someone, ben: Someone, person: Person) -> list[str]:
    """A confirmed kit of Ana's and Ben's, over a place of hers and one of his."""
    found = []
    with ben.workspace.bound():
        ben.workspace.catch_up()
        open_site(by=ben.member, at=AT, kind="workplace", name="Kitchen")
    for who in (ana, ben):
        with who.workspace.bound():
            who.workspace.catch_up()
            kit, words = acts.make_half(by=who.member, at=AT, kit=Kit.objects.first())
            found.append(words)
    for who in (ana, ben, ana):
        with who.workspace.bound():
            who.workspace.catch_up()
            kit = Kit.objects.get()
            if who.member.holder not in kit.signatures:
                acts.vouch_for_kit(by=who.member, at=AT, kit=kit)
            acts.seal_to_kit(by=who.member, at=AT)
    return found


def come_in(client: Client, sheets: list[str], member: Member, **more: str) -> tuple[str, list[str]]:
    """All steps; returns login and words."""
    assert (
        client.post("/recover", {"step": "sheets", "one": sheets[1], "other": sheets[0]}).status_code == 302
    )
    text = client.get("/recover").content.decode()
    assert member.name in text
    assert client.post("/recover", {"step": "who", "member": member.pk.hex, **more}).status_code == 302
    text = client.get("/recover").content.decode()
    words = re.findall(r"<li>([a-z]+)</li>", text)
    login = re.findall(r"<strong>([a-z0-9-]+)</strong>", text)[0]
    client.post("/recover", {"step": "written"})
    text = client.get("/recover").content.decode()
    first, second = (int(n) for n in re.findall(r"Word (\d+)", text))
    wrong = client.post("/recover", {"step": "typed", "first": "x", "second": "y"})
    assert wrong.status_code == 422
    typed = {"first": words[first - 1], "second": words[second - 1]}
    answer = client.post("/recover", {"step": "typed", **typed})
    assert answer.status_code == 302 and answer.headers["Location"] == "/"
    return login, words


def test_the_kit_lets_a_member_in_again_everywhere(ana: Someone, ben: Someone, sheets: list[str]):
    client = Client()
    login, words = come_in(client, sheets, ben.member)
    text = client.get("/places").content.decode()
    assert "Warehouse" in text and "Kitchen" in text
    assert "Marisol" in client.get("/people").content.decode()
    with pytest.raises(holders.WrongWords):
        holders.unlock(ben.login, ben.passphrase)
    assert ben.client.get("/").status_code == 302  # his old cookie
    with ana.workspace.bound():
        ana.workspace.catch_up()
        him = Member.objects.get(pk=ben.member.pk)
        assert him.is_coordinator and him.former == [ben.workspace.holder.hex]
        assert Member.objects.filter(left_on=None).count() == 2
    assert sessions.log_in(login, " ".join(words))
    assert ana.client.get("/us/history").status_code == 200
    sessions.end_all(him.holder)


def test_each_of_the_two_boxes_is_called_its_own(client: Client):
    page = client.get(reverse("recover")).content.decode()
    assert page.count("One sheet") == page.count("The other sheet") == 1


def test_less_than_both_sheets_changes_nothing(ana: Someone, ben: Someone, sheets: list[str]):
    before, client = Holder.objects.count(), Client()
    for pair in ((sheets[0], sheets[0]), (sheets[0], "x " * 12), ("", sheets[1])):
        answer = client.post("/recover", {"step": "sheets", "one": pair[0], "other": pair[1]})
        assert answer.status_code == 422
    for step in ("who", "written", "typed"):
        assert client.post("/recover", {"step": step, "member": ben.member.pk.hex}).status_code == 302
    assert Holder.objects.count() == before
    assert holders.unlock(ben.login, ben.passphrase)


def test_after_a_restore_the_kit_says_who_still_belongs(ana: Someone, ben: Someone, sheets: list[str]):
    Collective.objects.update(restored=True)
    client = Client()
    client.post("/recover", {"step": "sheets", "one": sheets[0], "other": sheets[1]})
    half = client.post("/recover", {"step": "who", "member": ben.member.pk.hex})
    assert half.status_code == 422  # of Ana nothing is said
    said = {f"member-{ana.member.pk.hex}": "gone", f"member-{ben.member.pk.hex}": "here"}
    client.cookies.clear()
    come_in(client, sheets, ben.member, **said)
    assert not Collective.objects.get().restored
    with pytest.raises(holders.WrongWords):
        holders.unlock(ana.login, ana.passphrase)
