"""Letting somebody in: all at once or nothing, by the words that were compared, and by those who may."""

import re
from datetime import timedelta

import pytest

from masslink.collective import acts
from masslink.collective.acts import NotNow
from masslink.collective.models import Invitation, Member
from masslink.conftest import AT, Newcomer, Someone, join, wait_outside
from masslink.core import clock
from masslink.desk import admitting
from masslink.desk.admitting import Compared
from masslink.people.acts import add_person, take_on
from masslink.people.models import Link, Person
from masslink.sites.acts import give_access, open_site
from masslink.sites.models import AccessWish, Site
from masslink.vault import history, holders, invitations
from masslink.vault.act import Conflict
from masslink.vault.holders import OtherKeys, WrongWords
from masslink.vault.models import Holder
from masslink.vault.sessions import sessions
from masslink.vault.suite import PrivateKeys

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def wen(ana: Someone):
    newcomer = wait_outside(ana, "Wen")
    yield newcomer
    sessions.end_all(newcomer.workspace.holder)


def address(newcomer: Newcomer, what: str = "confirm") -> str:
    return f"/us/members/invited/{newcomer.invitation.pk}/{what}"


def heard(by: Someone, newcomer: Newcomer) -> dict[str, str]:
    """What the form posts once the newcomer has read their words aloud."""
    page = by.client.get(address(newcomer)).text
    known = re.search(r'name="known" value="(\w+)"', page)
    assert known
    words = invitations.words_to_compare(
        newcomer.workspace.root, newcomer.workspace.keys.public.fingerprint, secret_of(newcomer)
    )
    shown = re.findall(r"<li>(\w+)</li>", page.split('class="words"')[1].split("</ol>")[0])
    (missing,) = [word for word in words if word not in shown]
    return {"known": known[1], "word": f" {missing.upper()} "}


def secret_of(newcomer: Newcomer) -> bytes:
    return bytes.fromhex(newcomer.invitation.secret)


def caught_up(who: Someone):
    bound = who.workspace.bound()
    bound.__enter__().catch_up()
    return bound


def names(who: Someone) -> set[str]:
    with who.workspace.bound() as workspace:
        workspace.catch_up()
        return set(Member.objects.filter(left_on=None).values_list("name", flat=True))


# --- newcomers -----------------------------------------------------------------------------------


def test_three_words_are_shown_and_the_fourth_is_asked_for(ana: Someone, wen: Newcomer) -> None:
    page = ana.client.get(address(wen)).text
    theirs = invitations.words_to_compare(
        ana.workspace.root, wen.workspace.keys.public.fingerprint, secret_of(wen)
    )
    assert len([word for word in theirs if f"<li>{word}</li>" in page]) == 3
    assert ana.client.get(address(wen)).text.count("<li>") == page.count("<li>")
    said = heard(ana, wen)
    assert ana.client.post(address(wen), {**said, "word": "quite another"}).status_code == 422
    assert ana.client.post(address(wen), {**said, "word": ""}).status_code == 422
    assert names(ana) == {"Ana"}
    assert ana.client.post(address(wen), said).headers["Location"] == "/us/members"
    assert names(ana) == {"Ana", "Wen"}
    assert wen.client.get("/").status_code == 200


def test_places_wishes_and_the_entry_all_in_one_line(
    ana: Someone, ben: Someone, wen: Newcomer, site: Site, person: Person
) -> None:
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        other = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=14)
        seq = workspace.seq
    said = {
        **heard(ana, wen),
        "places": [site.pk.hex],
        "asked": [ben.member.pk.hex],
        "person": [str(person.pk)],
    }
    assert ana.client.post(address(wen), said).status_code == 302
    with wen.workspace.bound() as workspace:
        workspace.catch_up()
        assert [s.name for s in Site.objects.all()] == ["Warehouse"]
        me = Member.objects.get(name="Wen")
        assert Person.objects.get(pk=person.pk).member == me
        assert Link.objects.get().until is not None
        assert AccessWish.objects.get().asked.name == "Ben"
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        assert workspace.seq == seq + 1
        (done,) = [one for one in history.recent(limit=5) if one.seq > seq]
        assert done.kind == "admitted" and done.lasting
        assert me.holder not in workspace.circles[other.circle].roster
    assert "<b>Ana</b> let " in ana.client.get("/us/history").text


def test_somebody_of_that_name_is_suggested(ana: Someone, site: Site, person: Person) -> None:
    marisol = wait_outside(ana, "Marisol")
    assert "Marisol R." in ana.client.get(address(marisol)).text
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        twin = add_person(by=ana.member, at=AT, site=Site.objects.get(), name="Marisol, night")
    both = {**heard(ana, marisol), "person": [str(person.pk), str(twin.pk)]}
    answer = ana.client.post(address(marisol), both)
    assert answer.status_code == 422 and "Two entries at one place" in answer.text
    assert names(ana) == {"Ana"}


def test_all_or_nothing(ana: Someone, wen: Newcomer, site: Site, person: Person, monkeypatch) -> None:
    def refuse(**said: object) -> None:
        raise Conflict

    said = {**heard(ana, wen), "places": [site.pk.hex], "person": [str(person.pk)]}
    monkeypatch.setattr(admitting, "became_member", refuse)
    answer = ana.client.post(address(wen), said)
    assert answer.status_code == 200 or answer.status_code == 422
    assert "Nobody was let in yet" in answer.text
    assert names(ana) == {"Ana"}
    assert wen.client.get("/").headers["Location"] == "/waiting"
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: LATER)
    assert ana.client.post(address(wen), said).status_code == 302


def test_confirming_twice_and_by_two_at_once(ana: Someone, wen: Newcomer) -> None:
    fay = join(ana, "Fay")
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        acts.change_role(by=ana.member, at=AT, member=Member.objects.get(name="Fay"), role="coordinator")
    for_ana, for_fay = heard(ana, wen), heard(fay, wen)
    with fay.workspace.bound() as workspace:  # Fay's page knows nothing of Ana's answer yet
        workspace.catch_up()
        stale = Invitation.objects.get(pk=wen.invitation.pk)
    assert ana.client.post(address(wen), for_ana).status_code == 302
    with fay.workspace.bound(), pytest.raises(NotNow):
        acts.confirm(by=fay.member, at=LATER, invitation=stale, known=wen.workspace.keys.public.fingerprint)
    for who, said in ((fay, for_fay), (ana, for_ana)):
        assert "was let in already" in who.client.post(address(wen), said, follow=True).text
    assert names(fay) == {"Ana", "Fay", "Wen"}
    with fay.workspace.bound(), pytest.raises(NotNow):
        acts.decline(by=fay.member, at=LATER, invitation=Invitation.objects.get(pk=wen.invitation.pk))
    assert wen.client.get("/").status_code == 200


def test_after_they_were_turned_away_nobody_is_let_in(ana: Someone, wen: Newcomer) -> None:
    said = heard(ana, wen)
    ana.client.post(address(wen, "decline"))
    assert "was turned away" in ana.client.post(address(wen), said, follow=True).text
    assert names(ana) == {"Ana"}


def test_whoever_came_in_time_can_be_let_in_after_72_hours(ana: Someone, wen: Newcomer, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=9))
    assert "The 72 hours are over" in ana.client.get(address(wen)).text
    assert ana.client.post(address(wen), heard(ana, wen)).status_code == 302
    assert names(ana) == {"Ana", "Wen"}


def test_before_anybody_used_the_code_there_is_nothing_to_compare(ana: Someone) -> None:
    with ana.workspace.bound():
        invitation, _ = acts.invite(by=ana.member, at=AT, name="Wen")
    answer = ana.client.get(f"/us/members/invited/{invitation.pk}/confirm", follow=True)
    assert "Nobody has used this code yet" in answer.text


def test_only_coordinators_let_newcomers_in(ana: Someone, ben: Someone, wen: Newcomer) -> None:
    said = heard(ana, wen)
    assert "Only coordinators compare" in ben.client.post(address(wen), said, follow=True).text
    assert "Coordinators do this" in ben.client.post(address(wen, "decline"), follow=True).text
    assert names(ben) == {"Ana", "Ben"}
    assert "waits to be let in" in ana.client.get("/").text
    assert "waits to be let in" not in ben.client.get("/").text


def test_a_stranger_with_the_code_has_other_words(ana: Someone) -> None:
    """The code alone doesn't make the words: somebody else who uses it is seen."""
    stranger = wait_outside(ana, "Wen")
    with ana.workspace.bound():
        secret = secret_of(stranger)
        expected = invitations.words_to_compare(
            ana.workspace.root, PrivateKeys.generate().public.fingerprint, secret
        )
        shown = Compared(stranger.invitation, stranger.workspace.keys.public.fingerprint).words
    assert expected != shown


def test_keys_that_the_ledger_exchanges_are_never_let_in(ana: Someone, wen: Newcomer) -> None:
    said, other = heard(ana, wen), PrivateKeys.generate()
    Holder.objects.filter(pk=wen.workspace.holder).update(public=other.public.to_bytes())
    answer = ana.client.post(address(wen), said)
    assert answer.status_code == 422
    assert names(ana) == {"Ana"}
    with ana.workspace.bound(), pytest.raises(OtherKeys):
        known = wen.workspace.keys.public.fingerprint
        acts.confirm(by=ana.member, at=LATER, invitation=wen.invitation, known=known)


# --- new keys ------------------------------------------------------------------------------------


@pytest.fixture
def anew(ana: Someone, ben: Someone, shared_site: Site):
    """Ben lost his words; Ana made a code for him, and he used it."""
    newcomer = wait_outside(ana, "Ben", for_member=ben.member)
    yield newcomer
    sessions.end_all(newcomer.workspace.holder)


def test_who_lost_their_words_is_in_again_with_what_they_share(
    ana: Someone, ben: Someone, anew: Newcomer, shared_site: Site, person: Person
) -> None:
    with ben.workspace.bound() as workspace:
        workspace.catch_up()
        kitchen = open_site(by=ben.member, at=AT, kind="workplace", name="Kitchen")
        acts.write_note(at=AT, text="Mine alone")
    dee = join(ana, "Dee")
    with ben.workspace.bound() as workspace:
        workspace.catch_up()
        give_access(by=ben.member, at=AT, site=kitchen, member=Member.objects.get(name="Dee"))
    assert ben.client.get("/").status_code == 200
    assert "Warehouse" in ana.client.get(address(anew)).text
    assert ana.client.post(address(anew), heard(ana, anew)).status_code == 302
    assert ben.client.get("/").headers["Location"].startswith("/unlock")
    with pytest.raises(WrongWords):
        holders.unlock(ben.login, ben.passphrase)
    page = anew.client.get("/people").text
    assert person.name in page
    with anew.workspace.bound() as workspace:
        me = Member.objects.get(holder=workspace.holder)
        assert (me.pk, me.former) == (ben.member.pk, [ben.workspace.holder.hex])
        assert [site.name for site in Site.objects.all()] == ["Warehouse"]
    assert "Mine alone" not in anew.client.get("/notes").text
    assert "has new keys, and asks to be let into Kitchen again" in dee.client.get("/").text
    assert "<b>Ben</b> opened the place" in dee.client.get("/us/history").text
    sessions.end_all(dee.workspace.holder)


def test_a_second_code_for_the_same_member_counts_no_more(ana: Someone, ben: Someone, anew: Newcomer) -> None:
    second = wait_outside(ana, "Ben", for_member=ben.member)
    assert ana.client.post(address(anew), heard(ana, anew)).status_code == 302
    assert second.client.get("/waiting").headers["Location"].startswith("/unlock")
    assert "turned away" in ana.client.get(address(second), follow=True).text


def test_a_members_own_keys_are_confirmed_by_somebody_else(
    ana: Someone, ben: Someone, anew: Newcomer
) -> None:
    assert "Only coordinators compare" in ben.client.get(address(anew), follow=True).text
    assert "made in your name" in ben.client.get("/").text
    assert "Somebody is trying" in ben.client.get("/us/members/invited").text.replace("somebody", "Somebody")
    ben.client.post(address(anew, "decline"))
    assert ben.client.get("/").status_code == 200
    assert anew.client.get("/waiting").status_code == 302
    assert ben.client.get(f"/us/members/{ben.member.pk}/new-keys").headers["Location"] == "/us/new-words"


def test_a_member_makes_nobody_a_coordinator_by_new_keys(ana: Someone, ben: Someone) -> None:
    fay = join(ana, "Fay")
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        acts.change_role(by=ana.member, at=AT, member=Member.objects.get(name="Fay"), role="coordinator")
    page = ben.client.get(f"/us/members/{fay.member.pk}/new-keys").text
    assert "another coordinator does this" in page and "Make the code</button>" not in page
    ben.client.post(f"/us/members/{fay.member.pk}/new-keys")
    with ben.workspace.bound() as workspace:
        workspace.catch_up()
        assert not Invitation.objects.exists()
    by_ana = wait_outside(ana, "Fay", for_member=fay.member)
    assert "Only coordinators" in ben.client.post(address(by_ana), {}, follow=True).text
    sessions.end_all(fay.workspace.holder)


def test_the_only_coordinator_gets_new_keys_from_a_member(ana: Someone, ben: Someone) -> None:
    shown = ben.client.post(f"/us/members/{ana.member.pk}/new-keys", follow=True).text
    assert "Hand this to Ana" in shown
    ben.client.post(f"/us/members/{ana.member.pk}/new-keys", {"step": "done"})
    again = wait_outside(ben, "Ana", for_member=ana.member)
    assert ben.client.post(address(again), heard(ben, again)).status_code == 302
    with ben.workspace.bound() as workspace:
        workspace.catch_up()
        assert Member.objects.get(pk=ana.member.pk).is_coordinator
    assert ana.client.get("/").status_code == 302


def test_who_left_meanwhile_isnt_brought_back_by_new_keys(ana: Someone, ben: Someone, anew: Newcomer) -> None:
    said = heard(ana, anew)
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        acts.let_go(by=ana.member, at=LATER, member=Member.objects.get(pk=ben.member.pk))
    ana.client.post(address(anew), said)
    assert names(ana) == {"Ana"}
    assert anew.client.get("/waiting").headers["Location"].startswith("/unlock")
