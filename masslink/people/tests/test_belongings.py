"""Whatever points at a person says what becomes of it, and none is forgotten."""

from django.db import models

from masslink.conftest import AT, Someone
from masslink.people.belongings import ALONG, GONE, STAYS, Part, parts, undeclared
from masslink.people.models import Person
from masslink.vault.record import Record, kinds


def test_every_foreign_key_to_a_person_says_what_becomes_of_it() -> None:
    assert list(undeclared(Person, kinds().values())) == []


def test_a_model_that_says_nothing_would_be_found() -> None:
    class Forgotten(models.Model):
        person = models.ForeignKey(Person, models.CASCADE)
        belongs: dict[str, object] = {}

        class Meta:
            app_label = "planted"

    assert list(undeclared(Person, [Forgotten])) == ["Forgotten.person"]  # type: ignore[list-item]
    Person._meta.apps.all_models["planted"].clear()
    Person._meta.apps.clear_cache()


def test_every_fate_is_one_there_is_and_nothing_bound_by_a_key_stays_behind() -> None:
    for part in parts():
        fates = part.belongs.merged, part.belongs.moved, part.belongs.erased, part.belongs.member
        assert set(fates) <= {ALONG, STAYS, GONE}, part
        if isinstance(part.model._meta.get_field(part.field), models.ForeignKey):
            assert part.belongs.moved != STAYS and part.belongs.erased == GONE, part


def test_parts_find_what_hangs_on_a_person(ana: Someone, person: Person) -> None:
    from masslink.people.acts import take_on

    with ana.workspace.bound():
        link = take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=14)
        found: dict[type[Record], Part] = {part.model: part for part in parts()}
        assert list(found[type(link)].of(person)) == [link]
