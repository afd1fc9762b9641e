"""Places with their chart, and the first five minutes."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from masslink.conversations.acts import log_talk
from masslink.desk.chart import chart_of
from masslink.people.acts import add_person, edit_person, leave_site
from masslink.people.models import Person
from masslink.sites.acts import add_shift, add_unit, set_head_count
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.vault import history


def _place(someone, site):
    return someone.client.get(reverse("place", args=[site.pk])).content.decode()


def _codes(chart):
    return [tile.code for cell in chart.cells.values() for tile in cell.tiles]


def test_strangers_and_members_without_access_find_nothing(ana, ben, cy, site, unit, shift):
    urls = [reverse(name, args=[site.pk]) for name in ("place", "names")]
    urls += [
        reverse("unit-remove", args=[site.pk, unit.pk]),
        reverse("shift-remove", args=[site.pk, shift.pk]),
    ]
    for someone in (ben, cy):
        assert [someone.client.get(url).status_code for url in urls] == [404] * 4
        assert {someone.client.post(url, {"names": "Ruth", "to": "none"}).status_code for url in urls} <= {
            404,
            405,
        }
        assert "Warehouse" not in someone.client.get(reverse("places")).content.decode()
    assert [ana.client.get(url).status_code for url in urls] == [200] * 4


def test_the_first_page_offers_the_first_step(ana, ben):
    assert b"Open a place" in ana.client.get(reverse("places")).content
    assert b"Open a place" not in ben.client.get(reverse("places")).content


def test_a_place_held_by_one_alone_warns(ana, ben, site):
    assert b"only you have access" in ana.client.get(reverse("places")).content
    ana.client.post(reverse("site-access", args=[site.pk]), {"member": ben.member.pk.hex})
    assert b"2 of us work here" in ana.client.get(reverse("places")).content


def test_the_chart_says_how_many_we_know_and_how_deep(ana, site, unit, shift, person, at):
    with ana.workspace.bound():
        set_head_count(by=ana.member, at=at, unit=unit, shift=shift, number=14)
        log_talk(by=ana.member, at=at, persons=[person], how="talked")
        chart = chart_of(site, at.date())
        assert (str(chart.sum), _codes(chart)) == ("You know 1 of 14", [1])
        assert _codes(chart_of(site, at.date() + timedelta(days=366))) == [0]
    page = _place(ana, site)
    assert "You know 1 of 14" in page and "Marisol" in page and page.count('class="seat"') == 13 + 1


def test_depth_in_sql_is_depth(ana, site, person, at):
    kinds = ["talked", "short", "came", "signed", "led", "declined"]
    with ana.workspace.bound():
        for n, kind in enumerate(kinds):
            other = add_person(by=ana.member, at=at, site=site, name=f"Person {n}")
            log_talk(by=ana.member, at=at, persons=[other], how="talked" if n % 2 else "tried", deeds=[kind])
        for today in (at.date(), at.date() + timedelta(days=364), at.date() + timedelta(days=365)):
            said = {t.id: t.code for cell in chart_of(site, today).cells.values() for t in cell.tiles}
            for one in Person.objects.select_related("state"):
                assert said[one.pk] == (one.state.depth(today) if hasattr(one, "state") else 0)


def test_who_is_not_to_be_contacted_counts_and_is_not_named(ana, site, unit, shift, person, at):
    with ana.workspace.bound():
        shy = add_person(by=ana.member, at=at, site=site, name="Olena", unit=unit, shift=shift)
        edit_person(by=ana.member, at=at, person=shy, reach="not_at_all")
    page = _place(ana, site)
    assert "Olena" not in page and "1 of" not in page
    with ana.workspace.bound():
        set_head_count(by=ana.member, at=at, unit=unit, shift=shift, number=2)
    assert "You know 1 of 2" in _place(ana, site)
    with ana.workspace.bound():
        leave_site(by=ana.member, at=at, person=shy, on=date(2026, 1, 1))
        leave_site(by=ana.member, at=at, person=person, on=date(2026, 1, 1))
    page = _place(ana, site)
    assert (
        "Olena" not in page and "Marisol" in page and "Left this place" in page and "You know 0 of 2" in page
    )


def test_where_we_reach_nobody_is_said(ana, site, unit, shift, at):
    with ana.workspace.bound():
        set_head_count(by=ana.member, at=at, unit=unit, shift=shift, number=8)
    assert "We know nobody in Packing, Night" in _place(ana, site)


@pytest.mark.parametrize("name", ["place", "places"])
def test_pages_cost_the_same_with_one_and_with_fifty(ana, site, unit, shift, person, at, name):
    def cost():
        with CaptureQueriesContext(ana.workspace.db) as queries:
            ana.client.get(reverse(name, args=[site.pk] if name == "place" else []))
        return len(queries)

    few = cost()
    with ana.workspace.bound():
        for n in range(50):
            one = add_person(by=ana.member, at=at, site=site, name=f"Person {n}", unit=unit, shift=shift)
            log_talk(by=ana.member, at=at, persons=[one], how="talked")
        log_talk(by=ana.member, at=at, persons=[person], how="talked")
    assert cost() == few


# --- the first five minutes ----------------------------------------------------------------------


@pytest.fixture
def tell(ana, site, unit, shift):
    """Send the form of the first five minutes."""

    def send(**fields):
        posted = {
            "unit": unit.pk.hex,
            "shift": shift.pk.hex,
            "names": "Ruth\nTomás\nIvan\nBo\nDee",
            "count": "14",
        }
        return ana.client.post(reverse("names", args=[site.pk]), {**posted, **fields})

    return send


def _names(someone):
    with someone.workspace.bound():
        return sorted(Person.objects.values_list("name", flat=True))


def test_five_names_become_five_of_fourteen_at_once(ana, tell):
    page = ana.client.get(tell().headers["Location"]).content.decode()
    assert "You know 5 of 14" in page and "5 names added." in page
    assert page.count('class="seat"') == 9
    with ana.workspace.bound():
        ruth = Person.objects.get(name="Ruth")
        assert (str(ruth.unit), str(ruth.shift)) == ("Packing", "Night")
    assert f"{reverse('talked')}?person={ruth.pk}" in page


def test_the_same_name_is_not_added_twice_and_that_is_said(ana, tell):
    tell(names="Ruth\nruth \nBo")
    answer = ana.client.get(tell(names="RUTH\nBo\nDee").headers["Location"]).content.decode()
    assert _names(ana) == ["Bo", "Dee", "Ruth"]
    assert "1 name added." in answer and "Not added twice: RUTH, Bo." in answer


def test_sent_twice_nothing_is_there_twice(ana, tell):
    tell()
    tell()
    assert len(_names(ana)) == 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"names": " \n \r\n"}, "at least one name"),
        ({"names": "\n".join(f"Person {n}" for n in range(10_000))}, "These are 10000 lines"),
        ({"names": "Ruth\n" + "x" * 5000}, "Line 2 is too long"),
        ({"names": "Ru\0th\nBo\x07"}, "invisible signs"),
        ({"unit": ""}, "tap one"),
        ({"unit": str(uuid4())}, "Select a valid choice"),
        ({"count": "-1"}, "greater than or equal to 1"),
        ({"count": "many"}, "whole number"),
        ({"unit": "none"}, "which department or building"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(ana, tell, wrong, said):
    answer = tell(**wrong)
    page = answer.content.decode()
    assert answer.status_code == 200 and said in page and "\0" not in page
    assert "Person 9999" in page or len(wrong.get("names", "")) < 10_000
    assert _names(ana) == []


def test_names_without_unit_or_shift_are_kept(ana, tell):
    assert tell(unit="none", shift="none", count="").status_code == 302
    with ana.workspace.bound():
        assert Person.objects.filter(unit=None, shift=None).count() == 5


def test_at_a_place_without_units_the_first_one_is_named_on_the_way(ana, site):
    url = reverse("names", args=[site.pk])
    form = {"names": "Ruth", "new_unit": "Packing", "new_shift": "Night", "count": "3"}
    answer = ana.client.get(ana.client.post(url, form).headers["Location"])
    assert "You know 1 of 3" in answer.content.decode()
    with ana.workspace.bound():
        assert Unit.objects.get().name == "Packing" and Shift.objects.get().name == "Night"


# --- taking a unit or a shift away ---------------------------------------------------------------


def _undo_last(someone, at):
    with someone.workspace.bound():
        history.undo(history.recent(limit=1)[0], at=at)


@pytest.mark.parametrize("to_another", [True, False])
def test_taking_a_unit_away_keeps_its_people_and_can_be_undone(
    ana, site, unit, shift, person, at, to_another
):
    with ana.workspace.bound():
        dock = add_unit(by=ana.member, at=at, site=site, name="Dock")
        set_head_count(by=ana.member, at=at, unit=unit, shift=shift, number=9)
    url = reverse("unit-remove", args=[site.pk, unit.pk])
    assert ana.client.post(url, {}).status_code == 200  # where to is not said yet
    assert ana.client.post(url, {"to": dock.pk.hex if to_another else "none"}).status_code == 302
    with ana.workspace.bound():
        assert Person.objects.get(pk=person.pk).unit == (dock if to_another else None)
        assert not Unit.objects.filter(pk=unit.pk).exists() and not HeadCount.objects.exists()
    _undo_last(ana, at)
    with ana.workspace.bound():
        assert Person.objects.get(pk=person.pk).unit == unit
        assert HeadCount.objects.get().number == 9


def test_taking_a_shift_away_keeps_its_people(ana, site, unit, shift, person, at):
    with ana.workspace.bound():
        day = add_shift(by=ana.member, at=at, site=site, name="Day")
    url = reverse("shift-remove", args=[site.pk, shift.pk])
    assert ana.client.post(url, {"to": day.pk.hex}).status_code == 302
    with ana.workspace.bound():
        assert Person.objects.get(pk=person.pk).shift == day
        assert Site.objects.get().shifts.get() == day
