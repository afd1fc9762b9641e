"""Who stood with us on Tuesday: several at once, once each, whatever happened to them or the form meanwhile."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.collective.models import Member
from masslink.conftest import AT, Someone
from masslink.core import clock
from masslink.people.acts import add_person, delete_person, edit_person, record_deed
from masslink.people.merging import merge_persons
from masslink.people.models import Deed, Person
from masslink.people.moving import move_person
from masslink.sites.acts import open_site
from masslink.sites.models import Shift, Site, Unit
from masslink.vault import history
from masslink.vault.act import act

pytestmark = pytest.mark.django_db(transaction=True)
TUESDAY = AT.date() - timedelta(days=6)


@pytest.fixture(autouse=True)
def todays_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(clock, "today", lambda: AT.date())


@pytest.fixture
def people(ana: Someone, site: Site, unit: Unit, shift: Shift) -> list[Person]:
    with ana.workspace.bound():
        names = ("Rosa", "Tess", "Milan")
        return [add_person(by=ana.member, at=AT, site=site, name=n, unit=unit, shift=shift) for n in names]


def form(*people: Person, **fields: Any) -> dict[str, Any]:
    usual = {"once": str(uuid4()), "kind": "signed", "day": TUESDAY.isoformat(), "other_day": "", "words": ""}
    return {**usual, "here": [str(person.pk) for person in people], **fields}


def noted(ana: Someone) -> list[tuple[str, str, str]]:
    with ana.workspace.bound():
        deeds = Deed.objects.select_related("person").order_by("person__name", "on")
        return [(deed.person.name, deed.deed_kind, deed.words) for deed in deeds]


def shown(ana: Someone) -> str:
    return " ".join(ana.client.get("/people").content.decode().split())


def test_several_at_once_in_one_act_that_undo_takes_back(
    ana: Someone, site: Site, people: list[Person]
) -> None:
    url, posted = f"/places/{site.pk}/deeds/tick", form(*people[:2], words="Petition")
    for _twice in range(2):
        assert ana.client.post(url, posted).status_code == 302
    assert noted(ana) == [("Rosa", "signed", "Petition"), ("Tess", "signed", "Petition")]
    with ana.workspace.bound():
        assert {deed.on for deed in Deed.objects.all()} == {TUESDAY}
        (done, *_earlier) = history.recent(limit=3)
        assert done.kind == "deeds_ticked" and len(done.records) == 2
    page = ana.client.get(f"/places/{site.pk}/deeds").content.decode()
    assert f"/undo/{done.id}" in page or str(done.id) in page
    with ana.workspace.bound():
        history.undo(done, at=AT)
    assert noted(ana) == []
    assert ana.client.post(url, posted).status_code == 302  # sent again after the undo: meant anew
    assert len(noted(ana)) == 2


def test_nobody_twice_for_the_same_day_without_being_asked(
    ana: Someone, site: Site, people: list[Person]
) -> None:
    url = f"/places/{site.pk}/deeds/tick"
    ana.client.post(url, form(people[0]))
    ana.client.post(url, form(*people[:2]))
    assert "Noted for Tess: signed. Already noted for Rosa on Tuesday: left as it is." in shown(ana)
    assert [name for name, *_ in noted(ana)] == ["Rosa", "Tess"]
    posted = form(*people[:2])
    asked = ana.client.post(url, posted)
    assert asked.status_code == 200 and "note it once more" in asked.content.decode()
    assert len(noted(ana)) == 2
    for _twice in range(2):
        assert ana.client.post(url, {**posted, "again": "on"}).status_code == 302
    assert len(noted(ana)) == 4
    ana.client.post(url, form(people[0], kind="spoke_up"))
    ana.client.post(url, form(people[0], day=AT.date().isoformat()))
    assert len(noted(ana)) == 6


def test_bad_input_is_told_and_nothing_is_lost(ana: Someone, site: Site, people: list[Person]) -> None:
    url, tomorrow = f"/places/{site.pk}/deeds/tick", AT.date() + timedelta(days=1)
    for posted, said in (
        (form(), "Tick a name"),
        (form(people[0], kind=""), "One tap"),
        (form(people[0], kind="talked"), "Select a valid choice"),
        (form(people[0], other_day=tomorrow.isoformat()), "still to come"),
        (form(people[0], day=tomorrow.isoformat()), "still to come"),
        (form(people[0], other_day="1890-01-01"), "Is the year right"),
        (form(people[0], day="rubbish"), "valid choice"),
        (form(people[0], words="x" * 201), "at most 200"),
        ({**form(people[0]), "here": ["rubbish", str(uuid4())]}, "aren’t here any more"),
    ):
        answer = ana.client.post(url, {**posted, "words": posted["words"] or "The petition"})
        text = answer.content.decode()
        assert answer.status_code == 200 and said in text, said
        assert "The petition" in text or "x" * 200 in text
        assert not posted["here"] or posted["here"][0] == "rubbish" or "checked" in text
    assert noted(ana) == []


def test_who_was_merged_is_noted_and_who_is_gone_is_asked_about(
    ana: Someone, site: Site, people: list[Person]
) -> None:
    rosa, tess, milan = people
    url, posted = f"/places/{site.pk}/deeds/tick", form(tess, milan)
    with ana.workspace.bound():
        merge_persons(by=ana.member, at=AT, keep=rosa, other=tess, values={})
    assert ana.client.post(url, posted).status_code == 302
    assert [name for name, *_ in noted(ana)] == ["Milan", "Rosa"]
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        move_person(by=ana.member, at=AT, person=Person.objects.get(pk=milan.pk), site=kitchen)
    posted = form(rosa, milan, kind="came")
    asked = ana.client.post(url, posted)
    assert "isn’t here any more" in asked.content.decode()
    assert [person.pk for person in asked.context["picking"].picked] == [rosa.pk]
    assert ana.client.post(url, {**posted, "here": [str(rosa.pk)]}).status_code == 302
    with ana.workspace.bound():
        delete_person(by=ana.member, at=AT, person=Person.objects.get(pk=rosa.pk))
    assert "isn’t here any more" in ana.client.post(url, form(rosa)).content.decode()


def test_those_who_want_no_contact_and_members_arent_offered(
    ana: Someone, site: Site, people: list[Person]
) -> None:
    rosa, tess, milan = people
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=rosa, reach="not_at_all")
        with act("person_became_member", at=AT):
            tess.member = Member.objects.get()
            tess.save()
    page = ana.client.get(f"/places/{site.pk}/deeds/tick").content.decode()
    assert "Milan" in page and "Rosa" not in page and "Tess" not in page
    found = ana.client.post(f"/places/{site.pk}/deeds/find", {"who": "Te"}).content.decode()
    assert "<span>Tess" not in found
    assert ana.client.post(f"/places/{site.pk}/deeds/tick", form(rosa, milan)).status_code == 200
    assert noted(ana) == []


def test_somebody_new_is_written_down_once(ana: Someone, site: Site, people: list[Person]) -> None:
    url = f"/places/{site.pk}/deeds/tick"
    posted = form(people[0], new=["Zofia"], who="Zofia")
    for _twice in range(2):
        assert ana.client.post(url, posted).status_code == 302
    assert ana.client.post(url, {**posted, "once": str(uuid4())}).status_code == 200  # after Back
    with ana.workspace.bound():
        assert Person.objects.filter(name="Zofia").count() == 1
    assert [name for name, *_ in noted(ana)] == ["Rosa", "Zofia"]
    asked = ana.client.post(url, form(who="Agnes"))
    assert "Tap the name to add them" in asked.content.decode()


def test_everybody_of_a_unit_and_shift_and_two_letters(
    ana: Someone, site: Site, unit: Unit, shift: Shift, people: list[Person]
) -> None:
    url = f"/places/{site.pk}/deeds/tick"
    with ana.workspace.bound():
        add_person(by=ana.member, at=AT, site=site, name="Rowan")
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        add_person(by=ana.member, at=AT, site=kitchen, name="Rosalind")
    page = ana.client.post(url, form(all=f"{unit.pk.hex}:{shift.pk.hex}"))
    assert {person.name for person in page.context["picking"].picked} == {"Rosa", "Tess", "Milan"}
    assert noted(ana) == [] and "Not saved" not in page.content.decode()
    found = ana.client.post(f"/places/{site.pk}/deeds/find", {"who": "Ro"}).content.decode()
    assert "<span>Rosa<" in found and "<span>Rowan<" in found and "Rosalind" not in found


def test_five_hundred_at_once_and_a_page_that_stays_light(ana: Someone, site: Site, unit: Unit) -> None:
    url = f"/places/{site.pk}/deeds/tick"
    with ana.workspace.bound(), act("people_added", at=AT):
        people = [
            add_person(by=ana.member, at=AT, site=site, name=f"Somebody {n}", unit=unit) for n in range(500)
        ]
    first = ana.client.get(url).content
    assert len(first) < 100_000 and b"Somebody 1" not in first
    key = f"{unit.pk.hex}:"
    page = ana.client.post(url, form(open=key))
    assert len(page.content) < 100_000 and len(page.context["picking"].cells[0].people) == 300
    page = ana.client.post(url, form(all=key))
    assert len(page.context["picking"].picked) == 500
    assert ana.client.post(url, form(*people)).status_code == 302
    assert len(noted(ana)) == 500


def test_the_pages_ask_as_much_of_one_as_of_fifty(ana: Someone, site: Site, unit: Unit, shift: Shift) -> None:
    counts = []
    for many in (1, 50):
        with ana.workspace.bound():
            for n in range(many):
                person = add_person(
                    by=ana.member, at=AT, site=site, name=f"S {many} {n}", unit=unit, shift=shift
                )
                record_deed(by=ana.member, at=AT, person=person, kind="talked")
                record_deed(by=ana.member, at=AT, person=person, kind="came", words=f"Soup {n}")
        for url in (
            f"/places/{site.pk}/deeds",
            f"/places/{site.pk}/deeds/tick",
            f"/people/{person.pk}/ladder",
        ):
            ana.client.get(url)
            with CaptureQueriesContext(ana.workspace.db) as asked:
                assert ana.client.get(url).status_code == 200
            counts.append((url.rpartition("/")[2], len(asked)))
    assert counts[:3] == counts[3:]
