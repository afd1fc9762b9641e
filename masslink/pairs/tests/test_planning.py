"""Planning pairs: what the calculation is given, drafts that last, changes by hand, adopting with today's eyes."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from masslink.collective.acts import let_go, note_away
from masslink.conftest import Someone, join, wait_outside
from masslink.pairs import plan_acts, plan_views
from masslink.pairs.acts import Work, make_pair
from masslink.pairs.models import NotHere, Pair, Plan, Wishes
from masslink.pairs.plan_draft import read, read_choices
from masslink.pairs.planning import MANY, gather
from masslink.people.acts import add_person, record_deed, take_on
from masslink.sites.acts import add_shift, add_unit, give_access, open_site, set_head_count
from masslink.sites.models import Site
from masslink.vault.act import act
from masslink.vault.sessions import sessions

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2026, 3, 2)


@pytest.fixture
def dee(ana: Someone) -> Any:
    someone = join(ana, "Dee")
    yield someone
    sessions.end_all(someone.workspace.holder)


@pytest.fixture
def place(ana: Someone, ben: Someone, shared_site: Site, at: datetime) -> Site:
    """The warehouse: packing and dock, by day and at night; 14 pack at night."""
    with ana.workspace.bound():
        packing, _dock = (
            add_unit(by=ana.member, at=at, site=shared_site, name=n) for n in ("Packing", "Dock")
        )
        for name, time in (("Day", "day"), ("Night", "night")):
            shift = add_shift(by=ana.member, at=at, site=shared_site, name=name)
            with act("timed", at=at):
                shift.time = time
                shift.save()
        set_head_count(by=ana.member, at=at, unit=packing, shift=shift, number=14)
    return shared_site


def say(someone: Someone, at: datetime, **said: Any) -> None:
    with someone.workspace.bound() as workspace:
        workspace.catch_up()
        usual: dict[str, Any] = {"languages": "", "times": [], "at_most": 2, "experienced": False}
        plan_acts.say_readiness(by=someone.member, at=at, **{**usual, **said})


def gathered(someone: Someone, *sites: Site) -> Any:
    with someone.workspace.bound() as workspace:
        workspace.catch_up()
        return gather(sites or Site.objects.all(), TODAY)


def started(someone: Someone, *sites: Site) -> UUID:
    """A plan begun on the page; its id."""
    answer = someone.client.post("/us/plan", {"places": [site.pk.hex for site in sites], "most_works": "3"})
    assert answer.status_code == 302, answer.content.decode()
    return UUID(answer.headers["Location"].rsplit("/", 1)[1])


def stored(someone: Someone, id: UUID) -> Plan:
    with someone.workspace.bound() as workspace:
        workspace.catch_up()
        return Plan.objects.get(pk=id)


def press(someone: Someone, id: UUID, does: str, **more: str) -> str:
    """Press a button of the draft; the page it leads to."""
    version = str(stored(someone, id).version)
    data = {"version": version, "do": does, **more}
    return someone.client.post(f"/us/plan/{id}/change", data, follow=True).content.decode()


def adopt(someone: Someone, id: UUID, **more: Any) -> str:
    data = {"version": str(stored(someone, id).version), **more}
    return someone.client.post(f"/us/plan/{id}/adopt", data, follow=True).content.decode()


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- what goes in ----------------------------------------------------------------------------------


def test_a_plan_knows_who_can_what_and_who_holds_whom(ana: Someone, ben: Someone, place: Site, at: datetime):
    say(ana, at, languages="portuguese; English", times=["night", "nonsense"], at_most=1, experienced=True)
    with ana.workspace.bound():
        packing, night = place.units.get(name="Packing"), place.shifts.get(name="Night")
        for name in ("Rosa", "Marisol"):
            person = add_person(
                by=ana.member, at=at, site=place, name=name, unit=packing, shift=night, languages="Portuguese"
            )
            take_on(by=ana.member, at=at, person=person, member=ana.member, rhythm_days=14)
        for days in (60, 30, 2):
            record_deed(by=ana.member, at=at - timedelta(days=days), person=person, kind="talked")
    found = gathered(ana)
    me = next(who for who in found.task.members if who.id == ana.member.pk.hex)
    assert (me.at_most, me.times, me.experienced) == (1, frozenset({"night"}), True)
    assert me.languages == {"portuguese", "English"} and me.places == {place.pk.hex}
    work = next(w for w in found.task.works if w.unit == packing.pk.hex and w.shift == night.pk.hex)
    assert (work.heads, work.known, work.time, work.speak(me.languages)) == (14, 2, "night", 2)
    assert {key: deep.links for key, deep in found.task.deep.items()} == {(me.id, work.id): 1}
    assert found.silent == [ben.member.pk.hex]


def test_who_is_away_cant_or_waits_for_new_keys_isnt_planned(
    ana: Someone, ben: Someone, dee: Someone, at: datetime
):
    say(ben, at, at_most=0)
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        note_away(by=ana.member, at=at, member=dee.member, since=TODAY, until=None)
    gil = join(ana, "Gil")
    waiting = wait_outside(ana, "Gil", for_member=gil.member)
    found = gathered(ana)
    why = {found.members[id].name: why for id, why in found.aside.items()}
    assert why == {"Ben": "cant", "Dee": "away", "Gil": "new_keys"}
    assert [found.members[who.id].name for who in found.task.members] == ["Ana"]
    sessions.end_all(waiting.workspace.holder)
    sessions.end_all(gil.workspace.holder)


def test_a_member_who_says_not_here_is_never_planned_there(
    ana: Someone, ben: Someone, place: Site, at: datetime
):
    answer = ben.client.post("/us/readiness", {"at_most": "2", "not_here": [place.pk.hex]})
    assert answer.status_code == 302
    with ben.workspace.bound():
        assert NotHere.objects.get().circle == place.circle
    id = started(ana, place)
    page = text_of(ana.client.get(f"/us/plan/{id}").content.decode())
    assert "No pair can be proposed" in page and "Ben could at that time, but not here" in page
    ben.client.post("/us/readiness", {"at_most": "2"})
    assert "One pair is proposed" in text_of(press(ana, id, "again"))


def test_pairs_elsewhere_count_and_places_not_held_arent_known(
    ana: Someone, ben: Someone, place: Site, at: datetime
):
    with ben.workspace.bound():
        secret = open_site(by=ben.member, at=at, kind="workplace", name="Kitchen")
        give_access(by=ben.member, at=at, site=secret, member=ana.member)
        make_pair(by=ben.member, at=at, site=secret, one=ana.member, other=ben.member, works=[Work()])
    found = gathered(ana, place)
    assert {who.busy for who in found.task.members} == {1} and set(found.sites) == {place.pk.hex}
    fay = join(ana, "Fay")
    with ana.workspace.bound():
        give_access(by=ana.member, at=at, site=place, member=fay.member)
    assert {who.busy for who in gathered(fay).task.members} == {0}
    sessions.end_all(fay.workspace.holder)


def test_a_place_with_very_many_units_is_planned_by_its_largest(ana: Someone, site: Site, at: datetime):
    with ana.workspace.bound():
        for n in range(MANY + 2):
            unit = add_unit(by=ana.member, at=at, site=site, name=f"House {n}")
            set_head_count(by=ana.member, at=at, unit=unit, shift=None, number=n + 1)
    found = gathered(ana)
    assert len(found.task.works) == MANY and found.too_many == {site.pk.hex: 2}
    assert min(work.heads for work in found.task.works) == 3


# --- drafts ----------------------------------------------------------------------------------------


def test_a_draft_says_why_and_what_is_missing_and_lasts(
    ana: Someone, ben: Someone, place: Site, at: datetime
):
    say(ana, at, times=["day"], experienced=True)
    say(ben, at, times=["day"])
    id = started(ana, place)
    page = text_of(ana.client.get(f"/us/plan/{id}").content.decode())
    assert "One pair is proposed" in page and "This is the best there is with these wishes." in page
    assert "Ana and Ben" in page and "Ben is new to this, Ana has done it before" in page
    assert "Packing, Night; Dock, Night: nobody can at night" in page  # one reason, one sentence
    assert stored(ana, id).circle == ana.workspace.own_circle
    assert ben.client.get(f"/us/plan/{id}").status_code == 404


def test_pressing_twice_drafts_once(ana: Someone, ben: Someone, place: Site):
    data = {"places": [place.pk.hex], "most_works": "3", "once": "4f0c8e0e-58a5-4a3b-9f57-5a5b6f0f9d11"}
    for _ in range(2):
        assert ana.client.post("/us/plan", data).status_code == 302
    with ana.workspace.bound():
        assert Plan.objects.count() == 1


def test_it_plans_around_what_is_fixed_by_hand_and_says_what_changed(
    ana: Someone, ben: Someone, dee: Someone, place: Site, at: datetime
):
    for someone in (ana, ben, dee):
        say(someone, at, at_most=1)
    id = started(ana, place)
    first = read(stored(ana, id).found).pairs
    assert len(first) == 1
    page = text_of(press(ana, id, "apart.0"))
    second = read(stored(ana, id).found).pairs
    assert {first[0].one, first[0].other} != {second[0].one, second[0].other}
    assert (
        "not these two" in page
        and "What changed by it" in page
        and "are no pair at Warehouse any more" in page
    )
    work = second[0].works[0]
    for member in (first[0].one, first[0].other):
        page = text_of(press(ana, id, "put", member=member, work=work))
    assert "This doesn’t go together" in page and "you also said: not these two" in page
    assert len(read_choices(stored(ana, id).choices)) == 3
    page = text_of(press(ana, id, "drop.0"))
    now = read(stored(ana, id).found).pairs
    assert "doesn’t go together" not in page and {now[0].one, now[0].other} == {first[0].one, first[0].other}


def test_a_second_tab_loses_nothing(ana: Someone, ben: Someone, place: Site):
    id = started(ana, place)
    press(ana, id, "keep.0")
    before = stored(ana, id)
    for does in ("apart.0", "drop.0", "keep.99", "never.0", "never.x.one", "put", "", "drop.-1"):
        data = {"version": "0" if does == "apart.0" else str(before.version), "do": does, "member": "x"}
        if does != "drop.0":
            ana.client.post(f"/us/plan/{id}/change", data)
    after = stored(ana, id)
    assert (after.version, after.choices) == (before.version, before.choices)


def test_when_time_runs_out_it_says_how_far_from_the_best(
    ana: Someone, ben: Someone, place: Site, monkeypatch: Any
):
    monkeypatch.setattr(plan_views, "SECONDS", 0.0)
    id = started(ana, place)
    page = text_of(ana.client.get(f"/us/plan/{id}").content.decode())
    assert re.search(r"At most [\d.]+ % below the best possible", page) and "Let it calculate on" in page
    page = text_of(press(ana, id, "longer"))
    assert "This is the best there is" in page and "Let it calculate on" not in page


def test_stored_nonsense_breaks_no_page(ana: Someone, ben: Someone, place: Site, at: datetime):
    id = started(ana, place)
    nonsense: tuple[Any, ...] = (
        {},
        [],
        "x",
        7,
        {"pairs": [{"one": 1}, 3, {"one": "a", "other": "b", "place": "c", "works": ["d"]}]},
    )
    for junk in nonsense:
        with ana.workspace.bound(), act("junk", at=at):
            plan = Plan.objects.get(pk=id)
            names = junk if isinstance(junk, dict) else {"pairs": junk, "talks": junk}  # else it waits aside
            plan.found, plan.choices, plan.sites = names, [junk], [1, "x", junk]
            plan.save()
            Wishes(circle=ana.workspace.collective_circle, weights=names, at=at, by=ana.member).save()
        assert ana.client.get(f"/us/plan/{id}").status_code == 200
        assert ana.client.get(f"/us/plan/{id}/adopt").status_code == 200
        assert ana.client.get("/us/plan").status_code == 200


def test_without_a_place_or_a_second_member_it_says_so(ana: Someone, ben: Someone, site: Site, at: datetime):
    assert "You have no place to plan for" in text_of(ben.client.get("/us/plan").content.decode())
    say(ben, at, at_most=0)
    assert "There are no two of us who could be a pair" in text_of(
        ana.client.get("/us/plan").content.decode()
    )


# --- adopting --------------------------------------------------------------------------------------


def test_adopting_makes_the_pairs_gives_the_access_and_ends_what_is_ticked(
    ana: Someone, ben: Someone, dee: Someone, place: Site, at: datetime
):
    for someone, most in ((ana, 1), (ben, 0), (dee, 1)):
        say(someone, at, at_most=most)
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        old = make_pair(by=ana.member, at=at, site=place, one=ana.member, other=ben.member, works=[Work()])
    id = started(ana, place)
    page = text_of(ana.client.get(f"/us/plan/{id}/adopt").content.decode())
    assert "Dee would get access to Warehouse, and could read all about 0 people there." in page
    assert "End: Ana and Ben at Warehouse" in page
    page = text_of(adopt(ana, id, end=[old.pk.hex]))
    assert "Adopted: 1 pair. Access was given" in page and "This plan is adopted" in page
    with dee.workspace.bound() as workspace:
        workspace.catch_up()
        pair = Pair.objects.get(until=None)
        assert {pair.one, pair.other} == {ana.member, dee.member} and pair.works.exists()
        assert Pair.objects.get(pk=old.pk).until is not None
    adopt(ana, id)
    with ana.workspace.bound():
        assert Pair.objects.count() == 2
    assert "nothing had to change" in text_of(adopt(ana, started(ana, place)))


def test_without_new_access_it_can_be_undone(ana: Someone, ben: Someone, place: Site):
    id = started(ana, place)
    page = adopt(ana, id)
    undo = re.search(r'action="([^"]*undo[^"]*)"', page)
    assert undo
    ana.client.post(undo[1])
    with ana.workspace.bound():
        assert not Pair.objects.exists() and Plan.objects.get().adopted_at is None


def test_a_pair_that_goes_on_keeps_its_persons(ana: Someone, ben: Someone, place: Site, at: datetime):
    with ana.workspace.bound():
        unit = place.units.get(name="Dock")
        rosa = add_person(by=ana.member, at=at, site=place, name="Rosa", unit=unit)
        works = [Work(unit=unit), Work(person=rosa)]
        make_pair(by=ana.member, at=at, site=place, one=ana.member, other=ben.member, works=works)
    adopt(ana, started(ana, place))
    with ana.workspace.bound():
        pair = Pair.objects.get()
        assert pair.works.filter(person__isnull=False).count() == 1
        assert pair.works.filter(person=None).exclude(unit=unit).exists()


def test_what_changed_meanwhile_is_said_and_nothing_is_made(
    ana: Someone, ben: Someone, place: Site, at: datetime
):
    id = started(ana, place)
    page = ana.client.get(f"/us/plan/{id}/adopt").content.decode()
    with ana.workspace.bound():
        let_go(by=ana.member, at=at, member=ben.member)
    answer = text_of(adopt(ana, id))
    assert (
        "somebody who left can’t be planned at present" in answer and "Something changed meanwhile" in answer
    )
    assert "Adopt this plan?" in text_of(page)
    with ana.workspace.bound():
        assert not Pair.objects.exists() and Plan.objects.get().adopted_at is None


def test_a_unit_taken_away_or_less_room_stops_it(ana: Someone, ben: Someone, place: Site, at: datetime):
    id = started(ana, place)
    with ana.workspace.bound(), act("removed", at=at):
        place.units.all().delete()
    page = text_of(ana.client.get(f"/us/plan/{id}/adopt").content.decode())
    assert "something was taken away" in page
    assert "Something has changed since this was calculated" in text_of(
        ana.client.get(f"/us/plan/{id}").content.decode()
    )
    press(ana, id, "again")
    say(ben, at, at_most=2, times=["night"], not_here=[place])
    page = text_of(ana.client.get(f"/us/plan/{id}/adopt").content.decode())
    assert "Ben can’t there any more" in page


def test_the_page_of_a_plan_asks_as_often_for_many_pairs_as_for_one(
    ana: Someone, ben: Someone, place: Site, at: datetime, django_assert_max_num_queries: Any
):
    with ana.workspace.bound():
        for n in range(12):
            add_unit(by=ana.member, at=at, site=place, name=f"Hall {n}")
    id = started(ana, place)
    with django_assert_max_num_queries(30):
        ana.client.get(f"/us/plan/{id}")
