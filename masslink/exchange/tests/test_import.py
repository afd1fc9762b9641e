"""Bringing a list in through the web: what comes in, what stays behind, what adds up."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masslink.conftest import AT
from masslink.exchange import blocks
from masslink.exchange.models import Import, ImportRow
from masslink.exchange.tests.bringing import (
    HTMX,
    SMALL,
    adds_up,
    bring_in,
    chosen,
    known_rosa,
    people,
    run,
    take_back,
    upload,
)
from masslink.people.acts import add_person, edit_person
from masslink.people.models import Deed, Link, LinkState, Person
from masslink.sites.acts import open_site
from masslink.sites.models import Shift, Unit
from masslink.vault.models import Chunk
from tests.lists import make_list


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(blocks, "STEP", 7)


def test_a_list_comes_in_and_says_what_became_of_each_row(ana, site):
    one = bring_in(ana, site, SMALL)
    with ana.workspace.bound():
        rosa = Person.objects.get(name="Rosa Lima")
        assert rosa.unit and rosa.shift
        assert (rosa.phone, rosa.email, rosa.unit.name, rosa.shift.name) == (
            "+12025550101",
            "rosa@x.example",
            "Packing",
            "Night",
        )
        assert (rosa.birthday, rosa.source, rosa.circle) == ("", one.pk, site.circle)
        ina = Person.objects.get(name="Ina Weber")
        assert (ina.phone, ina.email) == ("12", "")
        assert set(ImportRow.objects.values_list("state", "wrong")) == {("out", 1), ("added", 2)}
    assert (one.added, one.left_out, one.state) == (3, 1, "done")
    page = ana.client.get(reverse("import", args=[one.pk])).content.decode()
    assert "Brought in 3 people; 1 was not brought in." in page
    wrong = ana.client.get(reverse("import-problems", args=[one.pk])).content.decode()
    assert "nobody in this row" in wrong and "is not an e-mail address" in wrong
    file = ana.client.get(reverse("import-problems-file", args=[one.pk]))
    assert file.headers["Content-Disposition"].startswith("attachment") and b"nobody here" in file.content


def test_an_import_makes_nobody_due_and_nobody_deep(ana, site):
    bring_in(ana, site, SMALL)
    with ana.workspace.bound():
        assert not (Deed.objects.exists() or Link.objects.exists() or LinkState.objects.exists())


def test_the_rows_are_shredded_once_they_are_in(ana, site):
    upload(ana, site, SMALL)
    assert Chunk.objects.exists()
    Chunk.objects.all().delete()
    bring_in(ana, site, SMALL)
    assert not Chunk.objects.exists()


def test_refused_columns_are_not_even_sealed_and_cannot_be_forced(ana, site):
    _, id = upload(ana, site, SMALL)
    with ana.workspace.bound():
        one = Import.objects.get(pk=id)
        assert all(cells[5] == "" for _, cells in blocks.read_all(one))
    url = reverse("import", args=[id])
    page = ana.client.get(url)
    assert [c.heading for c in page.context["columns"].refused] == ["Party"]
    crafted = {**chosen(page), "column-5": "matters", "column-6": "birthday"}
    again = ana.client.post(url, crafted)
    assert "left out" in again.content.decode()
    ana.client.post(url, {**crafted, "column-5": ""})
    run(ana, id)
    assert {p["birthday"] for p in people(ana).values()} == {""}
    assert not any("green" in p["matters"] for p in people(ana).values())


def test_birth_dates_come_in_only_where_somebody_insists(ana, site):
    bring_in(ana, site, SMALL, **{"need-birth": "on"})
    assert "1990-01-02" in {p["birthday"] for p in people(ana).values()}


def test_units_are_matched_made_or_left(ana, site, unit):
    _, id = upload(ana, site, SMALL)
    url = reverse("import", args=[id])
    page = ana.client.get(url)
    options = {
        value.name: [o[1] for o in value.options if o[2]] for c in page.context["parts"] for value in c.values
    }
    assert options == {"unit:packing": ["Packing"], "unit:docks": ["make it"], "shift:night": ["make it"]}
    sent = chosen(page, **{"unit:docks": "", "shift:night": "new"})
    ana.client.post(url, {**sent})
    one = run(ana, id)
    with ana.workspace.bound():
        assert [u.name for u in Unit.objects.all()] == ["Packing"]
        assert [s.name for s in Shift.objects.all()] == ["Night"]
        assert Person.objects.get(name="Omar Haddad").unit is None
    assert one.made["unit"] == [] and len(one.made["shift"]) == 1


def test_one_unit_for_everybody(ana, site, unit):
    bring_in(ana, site, b"Name,Phone\nRosa Lima,2025550101\n", **{"all-unit": unit.pk.hex})
    with ana.workspace.bound():
        assert Person.objects.get().unit_id == unit.pk


def test_the_preview_follows_what_is_chosen(ana, site):
    _, id = upload(ana, site, SMALL)
    url = reverse("import", args=[id])
    page = ana.client.post(url, {"column-7": "name", "look": "1"}, **HTMX)
    assert page.templates[0].name == "exchange/preview.html"
    assert [name for name, _ in page.context["preview"]] == ["likes chess", "nobody here"]
    nobody = ana.client.post(url, {})
    assert "Say which column holds the names" in nobody.content.decode()


def test_the_same_list_twice_adds_nobody_twice(ana, site):
    data = make_list(300, 4) + b"9,Solo,,,,,,,,,,\n9,,Lupe,,,,,,,,,\n"
    first = bring_in(ana, site, data)
    with ana.workspace.bound():
        waiting = list(ImportRow.objects.filter(state="waiting").values_list("pk", flat=True))
    ana.client.post(
        reverse("import-waiting", args=[first.pk]), {"all": "other", "shown": [w.hex for w in waiting]}
    )
    before = people(ana)
    again = bring_in(ana, site, data)
    assert adds_up(first) and adds_up(again)
    assert first.added > 280
    assert (again.added, again.left_out) == (0, 0)
    assert again.waiting >= 6  # those without an e-mail: only their names agree
    assert people(ana) == before


def test_a_row_that_stands_twice_in_one_list(ana, site):
    one = bring_in(
        ana, site, b"Name,Email\nRosa Lima,r@x.example\nRosa Lima,r@x.example\nLuis Lima,r@x.example\n"
    )
    assert (one.added, one.known) == (2, 1)


def test_whoever_wants_no_contact_is_known_and_never_revived(ana, site):
    with ana.workspace.bound():
        add_person(
            by=ana.member,
            at=AT,
            site=site,
            name="Rosa Lima",
            email="rosa@x.example",
            reach="not_at_all",
        )
    one = bring_in(ana, site, SMALL)
    assert one.known == 1
    page = ana.client.get(reverse("import-known", args=[one.pk]))
    assert "1 person in this list asked not to be contacted at all" in page.content.decode()
    assert not page.context["pairs"]
    with ana.workspace.bound():
        row = ImportRow.objects.get(source=one.pk, state="known").pk.hex
    ana.client.post(reverse("import-known", args=[one.pk]), {"same": row})
    with ana.workspace.bound():
        assert [(p.phone, p.reach) for p in Person.objects.filter(name="Rosa Lima")] == [("", "not_at_all")]


def test_merging_fills_what_is_empty_and_overwrites_nothing(ana, site):
    rosa = known_rosa(ana, site, email="rosa@x.example", matters="the break")
    one = bring_in(ana, site, SMALL.replace(b"1990-01-02,", b"1990-01-02,the clock"))
    page = ana.client.get(reverse("import-known", args=[one.pk]))
    pair = page.context["pairs"][0]
    assert set(pair.new) == {"phone", "unit", "shift"}
    ana.client.post(reverse("import-known", args=[one.pk]), {"same": pair.row.pk.hex})
    with ana.workspace.bound():
        rosa = Person.objects.get(pk=rosa.pk)
        assert rosa.unit
        assert (rosa.phone, rosa.matters, rosa.unit.name) == ("+12025550101", "the break", "Packing")
        assert adds_up(Import.objects.get(pk=one.pk))


def test_answers_are_given_once(ana, site):
    known_rosa(ana, site, phone="+12025550101", email="other@x.example")
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=Person.objects.get(), name="Zora Kaya")
    one = bring_in(ana, site, SMALL)
    assert one.waiting == 1
    page = ana.client.get(reverse("import-waiting", args=[one.pk]))
    row = page.context["pairs"][0].row.pk.hex
    for _ in range(2):
        ana.client.post(reverse("import-waiting", args=[one.pk]), {"other": row})
    ana.client.post(reverse("import-waiting", args=[one.pk]), {"same": row})
    with ana.workspace.bound():
        assert Person.objects.filter(name="Rosa Lima").count() == 1
        one = Import.objects.get(pk=one.pk)
        assert (one.waiting, one.added) == (0, 3) and adds_up(one)


def test_somebody_alike_at_another_place_is_asked_about_and_only_the_bringer_learns_it(ana, ben, shared_site):
    with ana.workspace.bound():
        hill = open_site(by=ana.member, at=AT, kind="neighbourhood", name="Blocks")
        add_person(by=ana.member, at=AT, site=hill, name="Rosa Lima", email="rosa@x.example")
    one = bring_in(ana, shared_site, SMALL)
    assert one.waiting == 1
    page = ana.client.get(reverse("import-waiting", args=[one.pk]))
    assert "Known at Blocks" in page.content.decode()
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert not ImportRow.objects.filter(state="waiting").exists()
    ana.client.post(reverse("import-waiting", args=[one.pk]), {"same": page.context["pairs"][0].row.pk.hex})
    with ana.workspace.bound():
        assert Person.objects.get(name="Rosa Lima").phone == ""
        assert Import.objects.get(pk=one.pk).known == 1


names = st.sampled_from(
    ["Rosa Lima", "Rosa Lina", "R. Lima", "Omar", "", "Omar Haddad", "omar haddad", "=1+1"]
)
phones = st.sampled_from(["", "202 555 0101", "2025550101", "+49 171 1234567", "12", "x"])
mails = st.sampled_from(["", "a@x.example", "b@x.example", "broken@"])
units = st.sampled_from(["", "Packing", "PACKING", "Docks"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(names, phones, mails, units), max_size=18))
def test_every_row_is_counted_once_and_taking_it_back_leaves_no_trace(ana, site, rows):
    before = people(ana)
    data = "Name,Phone,Email,Department\n" + "\n".join(",".join(row) for row in rows)
    one = bring_in(ana, site, data.encode())
    assert one.state == "done" and adds_up(one)
    assert len(people(ana)) == len(before) + one.added
    again = bring_in(ana, site, data.encode())
    assert adds_up(again) and again.added == 0 and again.rows == one.rows
    take_back(ana, again.pk)
    take_back(ana, one.pk)
    assert people(ana) == before
    with ana.workspace.bound():
        assert not Unit.objects.exists() and not ImportRow.objects.exists()


def test_names_are_cut_to_what_a_person_holds(ana, site):
    one = bring_in(ana, site, f"Name,Phone\n{'Rosa ' * 36},2025550101\n".encode())
    with ana.workspace.bound():
        person = Person.objects.get()
        person.full_clean(exclude=["id"])
        assert ImportRow.objects.get(source=one.pk).wrong == 1
