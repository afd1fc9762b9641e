"""The wall chart: how it is laid out, coloured, narrowed down, how people are moved on it, and what it costs."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from masslink.conftest import AT
from masslink.conversations.acts import log_talk
from masslink.core import clock
from masslink.desk.chart import chart_of
from masslink.desk.chart_choices import Choices
from masslink.desk.chart_layout import bands_of
from masslink.desk.chart_scales import HIDDEN
from masslink.people.acts import (
    add_names,
    add_person,
    became_member,
    delete_person,
    record_deed,
    remove_unit,
    take_on,
)
from masslink.people.calling import called, first_name
from masslink.people.models import Person
from masslink.people.standing.models import Assessment, StandQuestion
from masslink.sites.acts import add_shift, add_unit, set_head_count
from masslink.sites.models import HeadCount
from masslink.vault.act import act


@pytest.fixture(autouse=True)
def on_that_day(at, monkeypatch):
    """Years later a talk is forgotten, and the order by depth another."""
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


def _page(someone, site, query=""):
    return someone.client.get(reverse("place", args=[site.pk]) + query).content.decode()


@pytest.fixture
def dock(ana, site):
    with ana.workspace.bound():
        return add_unit(by=ana.member, at=AT, site=site, name="Dock")


def _key(unit=None, shift=None):
    return ".".join(part.pk.hex[:8] if part else "0" for part in (unit, shift))


# --- layout --------------------------------------------------------------------------------------


def test_a_big_place_stays_light_and_shows_how_many_until_a_cell_is_opened(ana, site, at):
    with ana.workspace.bound():
        names = [f"Person {n}" for n in range(1000)]
        add_names(by=ana.member, at=at, site=site, names=names, unit=None, shift=None)
    page = _page(ana, site)
    assert len(page.encode()) < 20_000
    assert "You know 1,000 people here" in page and "1,000 listed" in page and "Person 7<" not in page
    assert ana.client.get(reverse("chart-cell", args=[site.pk])).content.decode().count("/here") == 1000
    whole = _page(ana, site, "?all=1")
    assert whole.count("/here") == 1000 and len(whole.encode()) < 100_000


def test_forty_units_on_six_shifts_stay_light_and_lie_units_down(ana, site, at):
    with ana.workspace.bound():
        for n in range(6):
            add_shift(by=ana.member, at=at, site=site, name=f"Shift {n}")
        for n in range(40):
            unit = add_unit(by=ana.member, at=at, site=site, name=f"Hall {n} " + "x" * 50)
            for shift in site.shifts.all():
                set_head_count(by=ana.member, at=at, unit=unit, shift=shift, number=30)
        chart = chart_of(site, at.date())
        assert [len(b.rows) for b in bands_of(chart, turned=chart.parts.turned(Choices()))] == [40]
        assert [len(b.heads) for b in bands_of(chart, turned=False)] == [6, 6, 6, 6, 6, 6, 4]
    assert len(_page(ana, site).encode()) < 100_000


def test_units_lie_across_or_down_and_it_is_remembered(ana, site, unit, shift, person):
    assert '<th scope="col">Packing' in _page(ana, site)
    assert '<th scope="row">Packing' in _page(ana, site, "?units=down")
    assert '<th scope="row">Packing' in _page(ana, site)
    assert '<th scope="col">Packing' in _page(ana, site, "?units=across")


def test_an_empty_place_begins_with_the_first_step_and_a_full_one_with_the_chart(ana, site, unit, shift, at):
    page, step = _page(ana, site), reverse("names", args=[site.pk])
    assert page.index(step) < page.index('id="chart"') and "What the tiles mean" not in page
    with ana.workspace.bound():
        add_person(by=ana.member, at=at, site=site, name="Abel", unit=unit, shift=shift)
    page = _page(ana, site)
    assert page.index('id="chart"') < page.index(step)
    assert "Nobody has said yet how many people there are" in page and "we don’t know yet" not in page
    with ana.workspace.bound():
        set_head_count(by=ana.member, at=at, unit=unit, shift=shift, number=2)
    page = _page(ana, site)
    assert "Nobody has said yet" not in page and "we don’t know yet" in page


def test_in_a_narrow_place_all_units_of_a_shift_stand_together(ana, site, at):
    with ana.workspace.bound():
        add_shift(by=ana.member, at=at, site=site, name="Night")
        for n in range(7):
            add_unit(by=ana.member, at=at, site=site, name=f"Hall {n}")
    assert '<div class="bands"><table>' in _page(ana, site, "?units=across")
    assert 'class="bands"' not in _page(ana, site, "?units=down")  # one table


def test_a_count_of_a_whole_unit_is_not_counted_twice(ana, site, unit, shift, person, at):
    with ana.workspace.bound():
        set_head_count(by=ana.member, at=at, unit=unit, shift=None, number=10)
        set_head_count(by=ana.member, at=at, unit=unit, shift=shift, number=4)
        assert str(chart_of(site, at.date()).sum) == "You know 1 of 10"
    assert "You know 1 of 10" in ana.client.get(reverse("places")).content.decode()


def test_first_names_are_told_apart():
    assert first_name("Marisol R.") == "Marisol"
    assert first_name("Mrs. Osei") == "Mrs. Osei" and first_name("Old Piet") == "Old Piet"
    assert first_name("tall guy, packing") == "tall guy, packing"
    assert len(first_name("the one " * 30)) == 28 and len(first_name("X" * 100)) == 28
    assert called([("Ana B.", ""), ("Ana C.", ""), ("", "Luda")]) == ["Ana B.", "Ana C.", "Luda"]


def test_odd_names_stand_as_they_are_and_break_nothing(ana, site, unit, shift, at):
    with ana.workspace.bound():
        for name in ("مريم", "🦊", "<b>Bo</b>", "Zoë & Co"):
            add_person(by=ana.member, at=at, site=site, name=name, unit=unit, shift=shift)
    page = _page(ana, site)
    assert "مريم</a>" in page and "🦊</a>" in page and "&lt;b&gt;Bo" in page and "<b>Bo" not in page


# --- colours and filters -------------------------------------------------------------------------


@pytest.fixture
def asked(ana, ben, shared_site, person, at):
    """A question on which Ben has said something of Marisol, and Ana hasn't."""
    with ana.workspace.bound(), act("stand_question_asked", at=at):
        question = StandQuestion(
            circle=shared_site.circle, site=shared_site, text="the union", by=ana.member, asked_on=at.date()
        )
        question.save()
    _say(ben, question, person, 1, at)
    return question


def _say(someone, question, person, value, at):
    with someone.workspace.bound():
        someone.workspace.catch_up()
        with act("stand_said", at=at):
            Assessment(
                circle=question.circle, person_id=person.pk, question_id=question.pk, member=someone.member,
                value=value, at=at,
            ).save()  # fmt: skip


def test_others_views_stay_hidden_until_one_has_said_ones_own(ana, ben, shared_site, person, asked, at):
    by = f"?by={asked.pk.hex}"
    page = _page(ana, shared_site, by)
    assert 'class="g hatch"' in page and 'class="g s' not in page
    sheet = ana.client.get(reverse("person-here", args=[person.pk])).content.decode()
    assert "say yours first" in sheet and "<b>leads</b>" not in sheet
    assert (
        reverse("person-standing", args=[person.pk]) in sheet
    )  # of them, not the list that begins with others
    for code in range(6):
        assert "Marisol" not in _page(ana, shared_site, f"{by}&stand={code}")
    with ana.workspace.bound():
        printed = chart_of(shared_site, at.date(), Choices(by=asked.pk.hex), ana.member, full=True)
        assert [tile.code for cell in printed.cells.values() for tile in cell.tiles] == [HIDDEN]
    _say(ana, asked, person, 4, at)
    page = _page(ana, shared_site, by)
    assert "our views differ" in page and "hatch" not in page


def test_on_paper_it_says_nothing_about_people_unless_asked(ana, site, unit, shift, person, at, monkeypatch):
    printed = []

    def typeset(_source, filled, **_how):
        printed.append(filled)
        return b""

    monkeypatch.setattr("masslink.desk.chart_sheet.typeset", typeset)
    with ana.workspace.bound():
        add_person(by=ana.member, at=at, site=site, name="Abel", unit=unit, shift=shift)
        log_talk(by=ana.member, at=at, persons=[person], how="talked")
    url = reverse("chart-file", args=[site.pk])
    _page(ana, site, "?by=depth")
    for query in ("", "?by=depth", "?by=depth&names=full", "?names=none"):
        assert ana.client.get(url + query).status_code == 200
    plain, deep, full, none = printed
    assert (
        plain.index("Abel") < plain.index("Marisol") and "talking" not in plain and "Marisol R." not in plain
    )
    assert deep.index("Marisol") < deep.index("Abel") and "talking" in deep
    assert "Marisol R." in full and "Marisol" not in none
    assert b"Select a valid choice" in ana.client.get(url + "?paper=wall").content


def test_a_chart_of_names_alone_is_in_their_order_and_prints(ana, site, unit, shift, person, at):
    """`person` is Marisol R.; Zoe is deeper, Ada isn't known: by depth Zoe comes first, which paper mustn't tell."""
    with ana.workspace.bound():
        zoe, ada = (
            add_person(by=ana.member, at=at, site=site, unit=unit, shift=shift, name=name)
            for name in ("Zoe", "Ada")
        )
        log_talk(by=ana.member, at=at, persons=[zoe], how="talked")
    for by, order, prints in (("depth", ["Zoe", "Ada"], False), ("plain", ["Ada", "Zoe"], True)):
        shown = _page(ana, site, f"?by={by}")
        tiles = re.findall(r'/here">(Zoe|Ada)', shown)
        assert tiles == order
        assert ('<div class="chart" id="chart"' in shown) is prints
    assert ada.pk


def test_a_sheet_is_a_pdf(ana, site, unit, shift, person):
    answer = ana.client.get(reverse("chart-file", args=[site.pk]) + "?paper=a3&by=depth&ink=colour")
    assert answer.content.startswith(b"%PDF") and "sandbox" in answer.headers["Content-Security-Policy"]


def test_those_not_asked_for_stand_as_pale_seats(ana, site, unit, shift, person, at):
    with ana.workspace.bound():
        other = add_person(
            by=ana.member,
            at=at,
            site=site,
            name="Bo",
            unit=unit,
            shift=shift,
            languages="Polish, some English",
        )
        take_on(by=ana.member, at=clock.now(), person=other, member=ana.member, rhythm_days=14)
        log_talk(by=ana.member, at=clock.now(), persons=[other], how="talked")
    english = next(key for key in _options(ana, site, "language") if key)
    for query in ("?depth=1", "?fresh=4", "?taken=me", f"?language={english}"):
        page = _page(ana, site, query)
        assert "Bo</a>" in page and "Marisol" not in page and 'class="seat pale"' in page, query
        assert "You know 2 people here" in page and "1 of the 2 you know fits" in page
    for query in ("?depth=0", "?taken=nobody", "?fresh=0"):
        assert "Marisol" in _page(ana, site, query) and "Bo</a>" not in _page(ana, site, query), query
    for query in (f"?unit={_key(unit)[:8]}", "?depth=x", "?taken=7", "?by=" + "9" * 500):
        assert "Marisol" in _page(ana, site, query), query
    assert "Marisol" not in _page(ana, site, "?unit=ffffffff")


def _options(someone, site, name):
    select = _page(someone, site).split(f'id="by_{name}"')[1].split("</select>")[0]
    return re.findall(r'value="(\w*)"', select)


def test_a_member_of_ours_is_coloured_by_nothing(ana, ben, shared_site, person, at):
    with ana.workspace.bound():
        log_talk(by=ana.member, at=at, persons=[person], how="talked")
        became_member(by=ana.member, at=at, person=Person.objects.get(), member=ben.member)
    assert 'class="g us"' in _page(ana, shared_site) and 'class="g d1"' not in _page(ana, shared_site)


# --- sheets and moving ---------------------------------------------------------------------------


def test_a_tap_shows_last_words_and_what_is_promised(ana, site, person, at):
    with ana.workspace.bound():
        log_talk(
            by=ana.member, at=at, persons=[person], how="talked", words="They cut the break.",
            next_what="Bring the sheet", next_due=at.date(),
        )  # fmt: skip
        later = at + timedelta(hours=1)
        record_deed(by=ana.member, at=later, person=person, kind="came", words="The meeting about the rate")
    url = reverse("person-here", args=[person.pk])
    chart = f"http://testserver{reverse('place', args=[site.pk])}?depth=1"
    answer = ana.client.get(url, headers={"HX-Request": "true", "HX-Current-URL": chart})
    assert answer.headers["HX-Push-Url"] == "false"
    sheet = answer.content.decode()
    assert "about the rate" not in sheet, "what a deed was about isn't put in their mouth"
    assert "They cut the break." in sheet and "Bring the sheet" in sheet and "<html" not in sheet
    assert f"back={reverse('place', args=[site.pk])}%3Fdepth%3D1".replace("/", "%2F") in sheet
    assert "<html" in ana.client.get(url).content.decode()


@pytest.fixture
def move(ana, site, unit, shift):
    def send(someone, persons, to, was=None, **more):
        posted = {"person": [p.pk for p in persons], "was": was or _key(unit, shift), "to": to, **more}
        answer = someone.client.post(reverse("chart-move", args=[site.pk]), posted, follow=True)
        return answer.content.decode()

    return send


def _where(someone, person):
    with someone.workspace.bound():
        now = Person.objects.select_related("unit", "shift").get(pk=person.pk)
        return str(now.unit), str(now.shift)


def test_moving_on_the_chart_can_be_undone(ana, site, unit, shift, person, dock, move):
    page = move(ana, [person], _key(dock, shift))
    assert "Marisol R. stands in Dock, Night now." in page and "Undo" in page
    assert _where(ana, person) == ("Dock", "Night")
    undo = page.split('action="/us/undo/')[1].split('"')[0]
    ana.client.post(f"/us/undo/{undo}")
    assert _where(ana, person) == ("Packing", "Night")


def test_a_second_tab_moves_nobody_from_where_they_no_longer_stand(
    ana, ben, shared_site, unit, shift, person, dock, move
):
    with ben.workspace.bound():
        ben.workspace.catch_up()
    move(ana, [person], _key(dock, shift))
    said = move(ben, [person], _key(None, shift))
    assert "Not moved: somebody else changed it meanwhile. Marisol R. stands in Dock, Night now." in said
    assert _where(ana, person) == ("Dock", "Night")


def test_several_are_moved_at_once_or_none(ana, site, unit, shift, person, dock, at, move):
    with ana.workspace.bound():
        bo = add_person(by=ana.member, at=at, site=site, name="Bo", unit=unit, shift=shift)
        dee = add_person(by=ana.member, at=at, site=site, name="Dee", unit=dock, shift=shift)
    assert "Nobody was moved: some of them" in move(ana, [person, dee], _key(dock, shift))
    assert _where(ana, person) == ("Packing", "Night")
    assert "Nobody was moved: some of them" in move(ana, [], _key(dock, shift), everybody="7")
    assert "2 people stand in Dock, Night now." in move(ana, [], _key(dock, shift), everybody="2")
    assert _where(ana, bo) == ("Dock", "Night")
    page = ana.client.get(
        reverse("chart-move", args=[site.pk]) + f"?cell={_key(dock, shift)}"
    ).content.decode()
    assert "Move all 3" in page and "Marisol" in page
    said = move(ana, [], "", was=_key(dock, shift), to_unit=_key(unit)[:8], to_shift="0", ticking="1")
    assert "tick whom to move" in said and said.count("<option") and "Dee" in said


@pytest.mark.parametrize("gone", ["unit", "target", "person"])
def test_what_went_meanwhile_is_said_and_nobody_is_lost(ana, site, unit, shift, person, dock, at, move, gone):
    was, to, pk = _key(unit, shift), _key(dock, shift), person.pk
    with ana.workspace.bound():
        if gone == "person":
            delete_person(by=ana.member, at=at, person=person)
        else:
            remove_unit(by=ana.member, at=at, unit=unit if gone == "unit" else dock, to=None)
    said = move(ana, [Person(pk=pk)], to, was=was)
    expected = {
        "unit": "Marisol R. stands in Night now",
        "target": "that unit or shift isn&#x27;t there any more",
        "person": "they aren&#x27;t at this place any more",
    }
    assert expected[gone] in said and 'role="alert"' in said
    assert ana.client.get(reverse("person-here", args=[uuid4()])).status_code == 404


def test_a_head_count_is_set_where_it_is_shown(ana, ben, shared_site, unit, shift, person, at):
    url = reverse("chart-cell", args=[shared_site.pk])

    def count(someone, number, was=""):
        posted = {"cell": _key(unit, shift), "number": number, "was": was}
        return someone.client.post(url, posted, follow=True).content.decode()

    with ben.workspace.bound():
        ben.workspace.catch_up()
    assert "You know 1 of 14" in count(ana, "14")
    assert "somebody wrote “14” here meanwhile" in count(ben, "20")
    assert "You know 1 of 20" in count(ben, "20", was="14")
    for odd in ("-1", "many", "9" * 40, "٣"):
        assert "a whole number" in count(ana, odd, was="20") and f'value="{odd}"' in count(ana, odd, was="20")
    count(ana, "", was="20")
    with ana.workspace.bound():
        assert not HeadCount.objects.exists()
