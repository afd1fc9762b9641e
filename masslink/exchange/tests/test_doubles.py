"""Doubles of a place: likely ones are found, answered once, and lists know entries that were joined."""

from typing import Any

import pytest

from masslink.conftest import AT, Someone
from masslink.exchange.rows import LENGTHS
from masslink.exchange.tests.bringing import SMALL, bring_in
from masslink.people.acts import add_person
from masslink.people.forms import PersonForm
from masslink.people.merging import merge_persons
from masslink.people.models import Person
from masslink.people.records import Apart
from masslink.sites.models import Shift, Site, Unit

pytestmark = pytest.mark.django_db(transaction=True)


def test_likely_doubles_of_a_place_are_shown_until_somebody_answers(ana: Someone, person: Person, site: Site):
    address = f"/places/{site.pk}/doubles"
    assert "Nobody seems to stand here twice" in ana.client.get(address).content.decode()
    with ana.workspace.bound():
        by_at: dict[str, Any] = {"by": ana.member, "at": AT, "site": site}
        same = add_person(**by_at, name="Marisol R", unit=person.unit)
        son = add_person(**by_at, name="Tito R.", phone=person.phone)
        add_person(**by_at, name="Somebody Else")
    page = ana.client.get(address).content.decode()
    assert page.index(str(same.pk)) < page.index(str(son.pk))
    assert "but another name" in page
    assert "Somebody Else" not in page
    answer = ana.client.post(f"/people/{son.pk}/apart", {"other": person.pk, "back": address})
    assert answer["Location"] == address
    ana.client.post(f"/people/{son.pk}/apart", {"other": person.pk})  # pressed twice
    page = ana.client.get(address).content.decode()
    assert str(son.pk) not in page
    assert "1 person may stand here twice" in page
    with ana.workspace.bound():
        assert Apart.objects.count() == 1


def test_a_list_knows_the_entry_that_was_joined_with_another(ana: Someone, site: Site):
    with ana.workspace.bound():
        by_at: dict[str, Any] = {"by": ana.member, "at": AT, "site": site}
        kept = add_person(**by_at, name="La Jefa", phone="202 555 0177")
        rosa = add_person(**by_at, name="Rosa Lima", email="rosa@x.example")
        merge_persons(by=ana.member, at=AT, keep=kept, other=rosa, values={})
    one = bring_in(ana, site, SMALL)
    assert one.known == 1
    with ana.workspace.bound():
        assert not Person.objects.filter(name="Rosa Lima").exists()


def test_nothing_a_list_brings_in_is_longer_than_a_form_takes():
    form = PersonForm(sites=[])
    texts = {name: field.max_length for name, field in form.fields.items() if hasattr(field, "max_length")}
    assert {name: most for name, most in LENGTHS.items() if name in texts} == texts
    columns = {
        name: getattr(Person._meta.get_field(name), "max_length", None)
        for name in LENGTHS
        if name not in ("unit", "shift")
    }
    assert {n: LENGTHS[n] for n, most in columns.items() if most} == {n: m for n, m in columns.items() if m}
    assert LENGTHS["unit"] == Unit._meta.get_field("name").max_length
    assert LENGTHS["shift"] == Shift._meta.get_field("name").max_length
