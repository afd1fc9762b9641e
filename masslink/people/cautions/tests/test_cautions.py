"""Cautions: first-hand, by two, for six months, seen where the place is seen; taken back and gone."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from masslink.collective.models import Member
from masslink.conftest import AT, Someone, join
from masslink.core import clock
from masslink.people import fading
from masslink.people.acts import add_person, became_member, edit_person
from masslink.people.cautions.acts import NotNow, confirm_caution, note_caution, take_back
from masslink.people.cautions.models import Caution
from masslink.people.cautions.panels import careful_with
from masslink.people.erasing import erase_person
from masslink.people.merging import merge_persons
from masslink.people.models import Person
from masslink.people.moving import move_person
from masslink.sites.acts import give_access, open_site
from masslink.sites.models import Site
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.models import Past
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = AT.date()
SEEN, SAFE, ALSO = (
    "Told the lead who asked about the breaks.",
    "football; not who meets when",
    "At the gate, loudly.",
)


@pytest.fixture(autouse=True)
def todays_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def noted(by: Someone, person: Person, days_ago: int = 3, seen: str = SEEN) -> Caution:
    with by.workspace.bound():
        by.workspace.catch_up()
        person, on = Person.objects.get(pk=person.pk), TODAY - timedelta(days=days_ago)
        return note_caution(by=by.member, at=AT, person=person, seen=seen, on=on, safe=SAFE)


def confirmed(by: Someone, caution: Caution) -> None:
    with by.workspace.bound():
        by.workspace.catch_up()
        confirm_caution(by=by.member, at=AT, caution=caution, seen=ALSO)


def form(**fields: str) -> dict[str, str]:
    usual = {"once": str(uuid4()), "how": "own", "on": TODAY.isoformat(), "seen": SEEN, "safe": SAFE}
    return {**usual, **fields}


def page(someone: Someone, person: Person) -> str:
    return " ".join(someone.client.get(f"/people/{person.pk}").content.decode().split())


def cautions(someone: Someone) -> list[Caution]:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return list(Caution.objects.all())


# --- noting and confirming -----------------------------------------------------------------------


def test_what_somebody_was_told_is_turned_away_and_what_they_saw_is_noted_once(
    ana: Someone, shared_site: Site, person: Person
) -> None:
    url = f"/people/{person.pk}/caution"
    answer = ana.client.post(url, form(how="told")).content.decode()
    assert "Then it isn’t written down" in answer and SEEN in answer
    assert "One tap" in ana.client.post(url, form(how="")).content.decode()
    assert cautions(ana) == []
    posted = form()
    for _twice in range(2):
        assert ana.client.post(url, posted).status_code == 302
    assert len(cautions(ana)) == 1
    assert ana.client.post(url, form(once=str(uuid4()))).headers["Location"].endswith("/renew")
    assert len(cautions(ana)) == 1


def test_a_second_one_confirms_from_own_knowledge_without_having_read_the_first(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    caution = noted(ana, person)
    before = page(ben, person)
    assert "One of us noted it; not confirmed." in before and SAFE in before and SEEN not in before
    assert "You noted it; not confirmed." in page(ana, person) and SEEN in page(ana, person)
    assert ben.client.get(f"/people/{person.pk}/caution").headers["Location"].endswith("/confirm")
    url = f"/people/{person.pk}/caution/{caution.pk}/confirm"
    assert SEEN not in ben.client.get(url).content.decode()
    for posted in ({"how": "told", "seen": ALSO}, {"how": "own", "seen": ""}, {"how": "own", "seen": SEEN}):
        assert ben.client.post(url, posted).status_code == 200
    assert not cautions(ben)[0].is_confirmed
    for _twice in range(2):
        assert ben.client.post(url, {"how": "own", "seen": ALSO}).status_code == 302
    after = page(ben, person)
    assert "Ana and Ben know it themselves." in after and SEEN in after and ALSO in after


def test_nobody_confirms_their_own_also_not_with_new_keys(
    ana: Someone, ben: Someone, shared_site, person
) -> None:
    caution = noted(ana, person)
    ana.client.post(f"/people/{person.pk}/caution/{caution.pk}/confirm", {"how": "own", "seen": ALSO})
    with ana.workspace.bound(), pytest.raises(NotNow):
        confirm_caution(by=ana.member, at=AT, caution=caution, seen=ALSO)
    with ana.workspace.bound(), act("new_keys", at=AT):  # a member with new keys is the same member
        me = Member.objects.get(pk=ana.member.pk)
        me.former = [*me.former, me.holder.hex]
        me.save()
    with ana.workspace.bound(), pytest.raises(NotNow):
        confirm_caution(by=Member.objects.get(pk=ana.member.pk), at=AT, caution=caution, seen=ALSO)
    assert not cautions(ana)[0].is_confirmed
    confirmed(ben, caution)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert cautions(ana)[0].confirmed_by == ben.member


def test_only_who_holds_the_place_sees_it(
    ana: Someone, ben: Someone, cy: Someone, site: Site, person: Person
) -> None:
    caution = noted(ana, person)
    for stranger in (ben, cy):
        for tail in ("caution", f"caution/{caution.pk}/confirm", f"caution/{caution.pk}/renew"):
            assert stranger.client.get(f"/people/{person.pk}/{tail}").status_code == 404
        assert cautions(stranger) == []


# --- new evidence, taking back, fading ------------------------------------------------------------


def test_new_evidence_is_newer_in_new_words_and_is_confirmed_anew(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    caution = noted(ana, person, days_ago=170)
    confirmed(ben, caution)
    url = f"/people/{person.pk}/caution/{caution.pk}/renew"
    first = (TODAY - timedelta(days=170)).isoformat()
    for wrong, said in (
        (form(), "stand there already"),
        (form(seen=ALSO), "stand there already"),
        (form(seen="Again.", on=first), "happened after"),
        (form(seen=""), "Write in a line"),
        (form(seen="Again.", on="2026-03-03"), "still to come"),
    ):
        assert said in ana.client.post(url, wrong).content.decode(), said
    assert ana.client.post(url, form(seen="Again, at the printer.")).status_code == 302
    new, old = cautions(ana)
    assert not new.is_confirmed and old.is_confirmed
    with ana.workspace.bound():  # the first goes with its own six months; nobody alone keeps it alive
        fading.fade_due(by=ana.member, at=AT + timedelta(days=11))
        assert [c.pk for c in Caution.objects.all()] == [new.pk]
        assert careful_with([person]) == []
    assert (
        "wouldn’t be kept"
        in ana.client.post(
            f"/people/{person.pk}/caution/{new.pk}/renew", form(seen="Long ago.", on="2025-08-01")
        ).content.decode()
    )


def test_it_is_shredded_with_its_images_after_six_months_and_nobody_can_keep_it(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    caution = noted(ana, person)
    confirmed(ben, caution)
    assert Past.objects.filter(id=caution.pk).exists()
    with ana.workspace.bound():
        assert not list(fading.soon(TODAY + timedelta(days=175), person))
        fading.fade_due(by=ana.member, at=AT + timedelta(days=176))
        assert Caution.objects.exists()
        fading.fade_due(by=ana.member, at=AT + timedelta(days=177))
        assert not Caution.objects.exists()
    assert not Past.objects.filter(id=caution.pk).exists()


def test_its_writer_takes_it_back_and_a_confirmer_only_their_part(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    dee = join(ana, "Dee")
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=shared_site, member=Member.objects.get(name="Dee"))
    caution = noted(ana, person)
    confirmed(ben, caution)
    url = f"/people/{person.pk}/caution/{caution.pk}/back"
    dee.client.post(url)
    assert cautions(ana)[0].confirmed_seen == ALSO
    ben.client.post(url)
    left = cautions(ana)[0]
    assert not left.is_confirmed and left.confirmed_seen == "" and left.seen == SEEN
    assert not Past.objects.filter(id=caution.pk).exists()
    ana.client.post(url)
    assert cautions(ana) == [] and not Past.objects.filter(id=caution.pk).exists()
    assert ana.client.post(url).status_code == 302  # pressed twice
    assert "stands otherwise" in page(ana, person)


def test_nobody_undoes_what_another_noted(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    confirmed(ben, noted(ana, person))
    with ben.workspace.bound():
        done = history.recent(limit=2)
    for one in done:
        ben.client.post(f"/undo/{one.id}")
    assert cautions(ana)[0].is_confirmed


# --- what becomes of the person ------------------------------------------------------------------


def test_erased_moved_merged_and_become_a_member(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    def again(name: str) -> Any:
        with ana.workspace.bound():
            found = add_person(by=ana.member, at=AT, site=shared_site, name=name)
        caution = noted(ana, found)
        confirmed(ben, caution)
        with ana.workspace.bound():
            ana.workspace.catch_up()
        return found, caution

    somebody, caution = again("Erased")
    with ana.workspace.bound():
        erase_person(by=ana.member, at=AT, person=somebody)
        assert not Caution.objects.exists() and not Past.objects.filter(id=caution.pk).exists()
    somebody, caution = again("Member")
    with ana.workspace.bound():
        became_member(by=ana.member, at=AT, person=somebody, member=ben.member)
        assert not Caution.objects.exists() and not Past.objects.filter(id=caution.pk).exists()
        with pytest.raises(NotNow):
            note_caution(by=ana.member, at=AT, person=somebody, seen=SEEN, on=TODAY, safe=SAFE)
    other, caution = again("The same, as it turns out")
    with ana.workspace.bound():
        merge_persons(by=ana.member, at=AT, keep=somebody, other=other, values={})
        assert not Caution.objects.exists() and not Past.objects.filter(id=caution.pk).exists()
    other, caution = again("A double")
    with ana.workspace.bound():
        merge_persons(by=ana.member, at=AT, keep=person, other=other, values={})
        assert Caution.objects.get().person == person
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        move_person(by=ana.member, at=AT, person=Person.objects.get(pk=person.pk), site=kitchen)
        assert not Caution.objects.exists()
    reading.assert_agree(ana.workspace, ben.workspace)


# --- where it is shown ---------------------------------------------------------------------------


def test_it_stands_where_one_is_about_to_talk_with_them_and_not_when_many_are_picked(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    caution, line = noted(ana, person), "Careful what you say to Marisol R."
    assert line not in ana.client.get(f"/talked?person={person.pk}").content.decode()
    confirmed(ben, caution)
    assert line in ana.client.get(f"/talked?person={person.pk}").content.decode()
    posted = {"picks": "anywhere", "person": [str(person.pk)]}
    assert line in ana.client.post("/talked/who", posted).content.decode()
    assert line in ana.client.get(f"/people/{person.pk}/hand-on").content.decode()
    with ana.workspace.bound():
        others = [add_person(by=ana.member, at=AT, site=shared_site, name=f"Other {n}") for n in range(3)]
    many = {**posted, "person": [str(one.pk) for one in (person, *others)]}
    assert "Careful" not in ana.client.post("/talked/who", many).content.decode()
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=Person.objects.get(pk=person.pk), reach="not_at_all")
    assert "Careful" not in page(ana, person)
    assert ana.client.get(f"/people/{person.pk}/caution").status_code == 302


def test_taken_back_while_another_confirms(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    caution = noted(ana, person)
    with ana.workspace.bound():
        take_back(by=ana.member, at=AT, caution=caution)
    url = f"/people/{person.pk}/caution/{caution.pk}/confirm"
    assert ben.client.post(url, {"how": "own", "seen": ALSO}).status_code == 302
    assert "stands otherwise" in page(ben, person) and cautions(ben) == []


def test_who_left_us_leaves_nothing_that_nobody_can_take_back(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    caution = noted(ben, person)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        with pytest.raises(NotNow):
            take_back(by=ana.member, at=AT, caution=caution)
        with act("member_left", at=AT):
            gone = Member.objects.get(pk=ben.member.pk)
            gone.left_on = TODAY
            gone.save()
        take_back(by=ana.member, at=AT, caution=caution)
        assert not Caution.objects.exists()
