"""Opening a place, changing it, giving access to it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from masslink.conftest import join
from masslink.sites.acts import give_access
from masslink.sites.lines import once_each, read_lines, without_odd
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.sites.times import guess_time
from masslink.vault.act import act


def _open(someone, **fields):
    posted = {
        "once": uuid4(),
        "site_kind": "workplace",
        "name": "Bakery",
        "units": "Oven\nOven\nShop",
        "shifts": "Night",
    }
    return someone.client.post(reverse("site-new"), {**posted, **fields}), posted["once"]


def test_a_place_opens_with_its_units_and_shifts_and_leads_to_the_first_five_minutes(ana):
    answer, id = _open(ana)
    assert answer.headers["Location"] == reverse("names", args=[id])
    with ana.workspace.bound():
        assert [u.name for u in Unit.objects.filter(site=id)] == ["Oven", "Shop"]
        assert [s.name for s in Shift.objects.filter(site=id)] == ["Night"]


def test_pressing_twice_opens_one_place(ana):
    once = uuid4()
    for _again in range(2):
        answer, _id = _open(ana, once=once)
        assert answer.status_code == 302
    with ana.workspace.bound():
        assert Site.objects.count() == 1


def test_only_coordinators_open_places(ben):
    assert _open(ben)[0].status_code == 403
    assert ben.client.get(reverse("site-new")).status_code == 403


def test_what_is_wrong_with_a_new_place_is_said_and_the_text_kept(ana):
    for wrong in (
        {"name": ""},
        {"units": "x" * 5000},
        {"units": "\n".join(map(str, range(500)))},
        {"name": "a\0b"},
    ):
        answer, _id = _open(ana, note="Bus 14 until midnight", **wrong)
        assert answer.status_code == 200
        assert b"What you typed is kept." in answer.content
        assert b"Bus 14 until midnight" in answer.content
    with ana.workspace.bound():
        assert not Site.objects.exists()


def test_strangers_and_members_without_access_find_nothing(ana, ben, cy, site):
    for someone in (ben, cy):
        for name in ("site-edit", "site-units", "site-access"):
            assert someone.client.get(reverse(name, args=[site.pk])).status_code == 404
            assert someone.client.post(reverse(name, args=[site.pk]), {}).status_code == 404


def test_an_edit_of_an_old_version_is_not_saved_and_shows_both(ana, ben, shared_site):
    url = reverse("site-edit", args=[shared_site.pk])
    old = {"version": 2, "site_kind": "workplace", "note": ""}
    with ana.workspace.bound():
        old["version"] = Site.objects.get().version
    assert ben.client.post(url, {**old, "name": "Depot"}).status_code == 302
    answer = ana.client.post(url, {**old, "name": "Hall nine"})
    page = answer.content.decode()
    assert "Depot" in page and "Hall nine" in page and "somebody changed this" in page
    with ana.workspace.bound():
        assert Site.objects.get().name == "Depot"
        old["version"] = Site.objects.get().version
    assert f'value="{old["version"]}"' in page
    assert ana.client.post(url, {**old, "name": "Hall nine"}).status_code == 302


# --- units, shifts, head counts ------------------------------------------------------------------


def _shown(someone, site):
    """What the page's form would post, untouched."""
    boxes = someone.client.get(reverse("site-units", args=[site.pk])).context["parts"].boxes
    return {k: v for box in boxes for k, v in ((box.name, box.typed), (f"was_{box.name}", box.was))}


def test_units_are_added_renamed_moved_and_counted_in_one_go(ana, site, unit, shift):
    url = reverse("site-units", args=[site.pk])
    form = _shown(ana, site)
    form[f"unit_{unit.pk.hex}"] = "Parcels"
    form[f"count_{unit.pk.hex}_{shift.pk.hex}"] = "14"
    form["more_units"] = "Dock\r\nparcels"
    assert ana.client.post(url, form).status_code == 302
    with ana.workspace.bound():
        assert [u.name for u in Unit.objects.all()] == ["Parcels", "Dock"]
        assert HeadCount.objects.get().number == 14
        dock = Unit.objects.get(name="Dock")
    assert ana.client.post(url, {**_shown(ana, site), "up": dock.pk.hex}).status_code == 302
    with ana.workspace.bound():
        assert [u.name for u in Unit.objects.all()] == ["Dock", "Parcels"]


def test_two_units_may_swap_their_names(ana, site, unit):
    url = reverse("site-units", args=[site.pk])
    ana.client.post(url, {"more_units": "Dock"})
    with ana.workspace.bound():
        dock = Unit.objects.get(name="Dock")
    form = _shown(ana, site) | {f"unit_{unit.pk.hex}": "Dock", f"unit_{dock.pk.hex}": "Packing"}
    assert ana.client.post(url, form).status_code == 302
    with ana.workspace.bound():
        assert Unit.objects.get(pk=unit.pk).name == "Dock"


def test_a_count_that_somebody_else_wrote_meanwhile_is_shown_beside_mine(ana, ben, shared_site, unit, shift):
    url, name = reverse("site-units", args=[shared_site.pk]), f"count_{unit.pk.hex}_{shift.pk.hex}"
    mine, theirs = _shown(ana, shared_site), _shown(ben, shared_site)
    assert ben.client.post(url, {**theirs, name: "12"}).status_code == 302
    answer = ana.client.post(url, {**mine, name: "14"})
    assert "“12” here meanwhile" in answer.content.decode()
    assert 'value="14"' in answer.content.decode()
    assert ana.client.post(url, mine).status_code == 302  # untouched, it stays as the other wrote it
    with ana.workspace.bound():
        assert HeadCount.objects.get().number == 12


def test_wrong_numbers_and_names_are_refused(ana, site, unit):
    url = reverse("site-units", args=[site.pk])
    for wrong in (
        {f"count_{unit.pk.hex}_all": "-3"},
        {f"count_{unit.pk.hex}_all": "9" * 400},
        {f"count_{unit.pk.hex}_all": "²"},
        {f"unit_{unit.pk.hex}": ""},
        {f"unit_{unit.pk.hex}": "x" * 61},
        {"more_shifts": "\n".join(map(str, range(30)))},
        {f"unit_{uuid4().hex}": "Of a unit that is gone"},
    ):
        answer = ana.client.post(url, _shown(ana, site) | wrong)
        assert answer.status_code == 200, wrong
        assert b"What you typed is kept" in answer.content
    with ana.workspace.bound():
        assert not HeadCount.objects.exists()


# --- access --------------------------------------------------------------------------------------


def test_access_is_given_by_a_tap_and_lets_the_other_read(ana, ben, site, person):
    url = reverse("site-access", args=[site.pk])
    assert b"Only you have access" in ana.client.get(url).content
    assert ana.client.post(url, {"member": ben.member.pk.hex}).status_code == 302
    assert b"Only you have access" not in ana.client.get(url).content
    assert ben.client.get(url).status_code == 200
    assert ana.client.post(url, {"member": ben.member.pk.hex}).status_code == 302  # pressed twice
    assert b"Say who" not in ana.client.post(url, {"member": ben.member.pk.hex}).content


# --- lines ---------------------------------------------------------------------------------------


def test_lines_are_read_without_what_nobody_typed():
    assert read_lines(" Ruth \r\n\r\n  Tomás\tK. \r") == ["Ruth", "Tomás K."]
    assert without_odd("a\0b\x07\u202ec\r\nd") == "abc\nd"
    assert once_each(["Ruth", "RUTH ", "Bo"]) == ["Ruth", "Bo"]


def test_access_goes_on_from_whoever_gave_it_last(ana, ben, site, at):
    dee, joris = join(ana, "Dee"), join(ana, "Joris")
    url = reverse("site-access", args=[site.pk])
    for giver, to in ((ana, ben), (ben, dee), (ana, joris)):
        assert giver.client.post(url, {"member": to.member.pk.hex}).status_code == 302
    for one in (ana, ben, dee, joris):
        assert [m.name for m in one.client.get(url).context["who"].members] == ["Ana", "Ben", "Dee", "Joris"]


def test_a_refused_gift_of_access_leaves_nothing_behind(ana, ben, site, at):
    with ana.workspace.bound():
        with pytest.raises(ZeroDivisionError), act("x", at=at):
            give_access(by=ana.member, at=at, site=site, member=ben.member)
            _ = 1 / 0
        assert [m.name for m in Site.objects.get().members()] == ["Ana"]
        give_access(by=ana.member, at=at, site=Site.objects.get(), member=ben.member)
    assert ben.client.get(reverse("site-access", args=[site.pk])).status_code == 200


# --- when shifts are at work ---------------------------------------------------------------------


def test_when_a_shift_is_at_work_is_guessed_from_its_name():
    said = {
        "Night B": "night",
        "Frühschicht": "early",
        "Late": "evening",
        "Day": "day",
        "Saturday day": "weekend",
    }
    assert {name: guess_time(name) for name in said} == said
    assert [guess_time(name) for name in ("Monday", "Team 4", "Montag", "")] == [""] * 4


def test_when_a_shift_is_at_work_can_be_said_and_a_second_tab_sees_it(ana, ben, shared_site, shift):
    url = reverse("site-units", args=[shared_site.pk])
    name = f"time_{shift.pk.hex}"
    assert shift.time == "night"
    with ben.workspace.bound():
        ben.workspace.catch_up()
    assert ana.client.post(url, {name: "evening", f"was_{name}": "night"}).status_code == 302
    answer = ben.client.post(url, {name: "day", f"was_{name}": "night"})
    assert "in the evening” here meanwhile" in answer.content.decode()
    assert ben.client.post(url, {name: "nonsense", f"was_{name}": "evening"}).status_code == 302
    with ben.workspace.bound():
        assert Shift.objects.get().time == "evening"
