"""Writing many people at once makes the same rows as saving each."""

import random

from masslink.conftest import AT
from masslink.exchange.models import Import
from masslink.exchange.newcomers import _forms, add_all, new_person
from masslink.people.models import Person, phone_forms
from masslink.vault.act import act


def test_many_at_once_are_stored_as_one_by_one(ana, site, unit):
    full = {
        "name": "Rosa Lima", "phone": "+12025550101", "email": "r@x.example", "unit_id": unit.pk.hex,
        "shift_id": None, "unit_name": "Packing", "since": "2024-05-31", "reach": "call", "matters": "x",
    }  # fmt: skip
    with ana.workspace.bound(), act("import_step", at=AT):
        one = Import(circle=site.circle, site=site, by=ana.member, at=AT, file_name="x", region="US")
        one.save()
        add_all(one, [{**full, "id": f"{1:032x}"}, {"name": "Omar", "id": f"{2:032x}"}], AT)
        new_person(one, {**full, "id": f"{3:032x}"}, AT).save()
        new_person(one, {"name": "Omar", "id": f"{4:032x}"}, AT).save()
    with ana.workspace.bound():
        raw = ana.workspace.db.connection.execute("SELECT * FROM masslink_person ORDER BY id").fetchall()
        assert Person.objects.filter(phone_search__contains="5550101").count() == 2
    assert raw[0][1:] == raw[2][1:] and raw[1][1:] == raw[3][1:]


def test_north_american_numbers_are_searched_as_the_library_says():
    rng = random.Random(1)
    for _ in range(300):
        phone = f"+1{rng.randint(2, 9)}{rng.randint(0, 10**9 - 1):09d}"
        assert _forms(phone) == phone_forms(phone)
    assert _forms("") == phone_forms("") and _forms("+491711234567") == phone_forms("+491711234567")
