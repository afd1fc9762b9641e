"""Somebody alike is asked about before they are added twice."""

import pytest

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.people.similar import similar
from masslink.sites.acts import add_unit
from masslink.sites.models import Site, Unit


@pytest.mark.parametrize("name", ["Marisol R", "marisol", "Marisól R.", "Marisoll R."])
def test_alike(ana: Someone, site: Site, unit: Unit, person: Person, name: str) -> None:
    with ana.workspace.bound():
        assert similar(site=site, unit=unit, name=name) == [person]


@pytest.mark.parametrize("name", ["Mario", "Ruth", '"*(', "😀"])
def test_not_alike(ana: Someone, site: Site, unit: Unit, person: Person, name: str) -> None:
    with ana.workspace.bound():
        assert similar(site=site, unit=unit, name=name) == []


def test_same_phone_is_alike_at_any_unit(ana: Someone, site: Site, person: Person) -> None:
    with ana.workspace.bound():
        dock = add_unit(by=ana.member, at=AT, site=site, name="Dock")
        assert similar(site=site, unit=dock, name="Ruth", phone="+1 (202) 555-0147") == [person]
        assert similar(site=site, unit=dock, name="Marisol R.") == []
        add_person(by=ana.member, at=AT, site=site, name="Marisol R.", unit=None)
        assert len(similar(site=site, unit=dock, name="Marisol R.")) == 1
