"""Gatherings are planned, moved, called off; whoever was asked stands as to be told; what repeats is one thing."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from masslink.conftest import AT
from masslink.gatherings import acts, asking, recurrence, series
from masslink.gatherings.models import Ask, Change, Gathering, Series
from masslink.gatherings.recurrence import LAST, MONTH_WEEKDAY, Rule
from masslink.people.acts import add_person
from masslink.vault import history

THURSDAY = date(2026, 3, 5)
SIX = datetime(2026, 3, 5, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT)
    monkeypatch.setattr("masslink.core.clock.today", lambda: AT.date())


def form(site=None, **more):
    said = {"title": "Tea", "gathering_kind": "event", "about": site.pk if site else "us"}
    return {**said, "day": "2026-03-05", "begins": "18:00", "ends": "20:00", **more}


def planned(someone, site=None, **more):
    said = {"title": "Tea", "kind": "event", "starts_at": SIX, "site": site, **more}
    return acts.plan(by=someone.member, at=AT, **said)


def weekly(someone, site=None, *, rule=None, at=AT, **more):
    return series.begin(
        by=someone.member,
        at=at,
        rule=rule or Rule(THURSDAY),
        begins=time(18),
        minutes=120,
        zone="UTC",
        site=site,
        **{"title": "Tea", "gathering_kind": "event", **more},
    )


def ask(someone, gathering, person, *, at=AT, answer="yes"):
    (made,) = asking.put_on_list(by=someone.member, at=at, gathering=gathering, whom={person: someone.member})
    asking.note_answer(by=someone.member, at=at, ask=made, answer=answer)
    return made


def to_be_told(gathering):
    return [ask.person.name for ask in Ask.objects.to_be_told().filter(gathering=gathering)]


def later(minutes=1):
    return AT + timedelta(minutes=minutes)


# --- planning ----------------------------------------------------------------------------------------


def test_a_gathering_is_planned_once_however_often_one_presses_and_undone(ana, site):
    once = "5f0d5d3e-9f67-4a57-8b0c-0a6f1d6a2c11"
    for _ in range(2):
        answer = ana.client.post("/gatherings/new", form(site, once=once, where="Cooper Street"))
        assert answer.status_code == 302
    ana.client.post("/gatherings/new", form(site))  # sent anew after Back, under another id
    page = ana.client.get(answer.headers["Location"]).content.decode()
    assert "Thursday 5 March, 18:00 to 20:00" in page and "Cooper Street" in page
    with ana.workspace.bound():
        assert Gathering.objects.count() == 1
        done = next(d for d in history.recent(limit=5) if d.kind == "gathering_planned")
    ana.client.post(f"/us/undo/{done.id}")
    assert b"Nothing is planned" in ana.client.get("/gatherings").content


def test_what_all_of_us_plan_by_mistake_goes_off_the_list(ana, ben, cy, site):
    ana.client.post("/gatherings/new", form(title="All of us", repeats="week"))
    assert b"All of us" in ben.client.get("/gatherings").content
    assert b"All of us" not in cy.client.get("/gatherings").content
    undo = ana.client.get("/gatherings").context["flash"]["undo_url"]
    ana.client.post(undo)
    assert b"All of us" not in ben.client.get("/gatherings").content


def test_a_gathering_of_a_place_isnt_there_for_who_has_no_access(ana, ben, site):
    with ana.workspace.bound():
        one = planned(ana, site)
    assert ben.client.get(f"/gatherings/{one.pk}").status_code == 404
    assert b"Tea" not in ben.client.get("/gatherings").content


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"ends": "17:00"}, "ends"),
        ({"ends": "18:00"}, "ends"),
        ({"day": "2020-03-05"}, "day"),
        ({"day": "2046-03-05"}, "day"),
        ({"day": ""}, "day"),
        ({"title": "x" * 81}, "title"),
        ({"repeats": "week", "times": "10000"}, "times"),
        ({"repeats": "week", "times": "3", "until": "2026-05-01"}, "times"),
        ({"repeats": "week", "until": "2026-03-01"}, "until"),
        ({"repeats": "week", "day": "2026-01-08", "times": "2"}, "until"),
        ({"repeats": "last_weekday"}, "day"),
        ({"repeats": "last_day"}, "day"),
        ({"repeats": "week", "every": "0"}, "every"),
    ],
)
def test_nonsense_is_said_and_what_was_typed_is_kept(ana, site, wrong, field):
    answer = ana.client.post("/gatherings/new", form(site, purpose="Bread and tea", **wrong))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert b"Bread and tea" in answer.content
    with ana.workspace.bound():
        assert not Gathering.objects.exists() and not Series.objects.exists()


def test_past_midnight_is_fine_and_so_is_last_week(ana, site):
    ana.client.post("/gatherings/new", form(site, begins="22:00", ends="01:30"))
    ana.client.post("/gatherings/new", form(site, title="Last week", day="2026-02-26", ends=""))
    with ana.workspace.bound():
        night = Gathering.objects.get(title="Tea")
        assert night.ends_at and night.ends_at - night.starts_at == timedelta(hours=3, minutes=30)
        assert Gathering.objects.get(title="Last week").is_over(AT)


def test_an_hour_that_the_clocks_skip_is_no_hour(ana, site):
    with override_settings(TIME_ZONE="Europe/Berlin"):
        answer = ana.client.post("/gatherings/new", form(site, day="2026-03-29", begins="02:30", ends=""))
    assert "there is no 02:30" in answer.context["form"].errors["begins"][0]


# --- what repeats ------------------------------------------------------------------------------------


def test_without_an_end_only_some_months_are_written_down_and_more_by_whoever_comes_later(
    ana, ben, shared_site
):
    with ana.workspace.bound():
        begun = weekly(ana, shared_site)
        assert Gathering.objects.of(begun).count() == 14
        series.make_ahead(by=ana.member, at=AT)
        assert Gathering.objects.of(begun).count() == 14
    after = AT + timedelta(days=50)
    for someone in (ana, ben, ana):  # who unlocks later finds that it is done
        with someone.workspace.bound():
            someone.workspace.catch_up()
            series.make_ahead(by=someone.member, at=after)
            slots = list(Gathering.objects.of(begun).values_list("slot", flat=True))
            assert len(slots) == len(set(slots)) == 22


def test_six_stays_six_over_the_clock_change(ana, site):
    with override_settings(TIME_ZONE="Europe/Berlin"):
        ana.client.post("/gatherings/new", form(site, repeats="week"))
    with ana.workspace.bound():
        hours = [g.starts_at.hour for g in Gathering.objects.filter(slot__lt=date(2026, 4, 10))]
        assert hours == [17, 17, 17, 17, 16, 16]


def test_one_is_moved_or_called_off_and_the_others_stay(ana, site):
    with ana.workspace.bound():
        begun = weekly(ana, site)
        one, two, *rest = Gathering.objects.of(begun).order_by("slot")
        acts.move(by=ana.member, at=AT, gathering=one, starts_at=SIX + timedelta(days=1), ends_at=None)
        acts.cancel(by=ana.member, at=AT, gathering=two)
        series.make_ahead(by=ana.member, at=AT + timedelta(days=40))
        assert [g.starts_at for g in rest] == [SIX + timedelta(weeks=n) for n in range(2, 14)]
        assert Gathering.objects.of(begun).filter(slot=one.slot).count() == 1


def test_from_here_on_another_day_with_everybody_who_was_asked(ana, site, person):
    with ana.workspace.bound():
        begun = weekly(ana, site)
        one, two, three, *_ = Gathering.objects.of(begun).order_by("slot")
        acts.move(by=ana.member, at=AT, gathering=three, starts_at=SIX + timedelta(days=20), ends_at=None)
        ask(ana, two, person, at=AT - timedelta(hours=1))
        three_at, version = three.starts_at, two.version
    posted = form(title="Soup", day="2026-03-13", begins="19:00", ends="", scope="later", repeats="week")
    answer = ana.client.post(f"/gatherings/{two.pk}/edit", {**posted, "version": version})
    assert answer.status_code == 302
    with ana.workspace.bound():
        ana.workspace.catch_up()
        one, two, three, four, *_rest = Gathering.objects.kept().filter(line=begun.root).order_by("slot")
        assert (one.title, one.starts_at) == ("Tea", SIX)
        assert two.starts_at == datetime(2026, 3, 13, 19, tzinfo=UTC)
        assert (three.title, three.starts_at) == ("Soup", three_at)  # moved by hand before
        assert four.starts_at == datetime(2026, 3, 27, 19, tzinfo=UTC)
        assert to_be_told(two) == [person.name]
        assert Series.objects.going_on().get().first == date(2026, 3, 13)
        done = next(d for d in history.recent(limit=9) if d.kind == "series_changed")
        newer = next((d for d in history.recent(limit=9) if d.kind == "gatherings_written_ahead"), None)
        if newer and newer.seq > done.seq:
            history.undo(newer, at=AT)
        history.undo(done, at=AT)
        assert Gathering.objects.get(pk=two.pk).starts_at == SIX + timedelta(weeks=1)
        assert to_be_told(two) == []


def test_fewer_days_than_before_lets_the_rest_go_and_the_last_one_ends_it(ana, site, person):
    with ana.workspace.bound():
        begun = weekly(ana, site)
        all_of_them = list(Gathering.objects.of(begun).order_by("slot"))
        ask(ana, all_of_them[5], person)
        rule = Rule(THURSDAY, times=3)
        new = series.change_from(
            by=ana.member,
            at=later(),
            gathering=all_of_them[0],
            rule=rule,
            begins=time(18),
            minutes=120,
            **begun.said,
        )
        assert Gathering.objects.kept().of(new).count() == 3
        called_off = Gathering.objects.exclude(cancelled_at=None).get()
        assert called_off.pk == all_of_them[5].pk and to_be_told(called_off) == [person.name]
        second = Gathering.objects.of(new).order_by("slot")[1]
        series.end_with(by=ana.member, at=later(2), gathering=second)
        assert Gathering.objects.held().filter(line=begun.root).count() == 2
        series.make_ahead(by=ana.member, at=AT + timedelta(days=90))
        assert Gathering.objects.held().filter(line=begun.root).count() == 2


def test_the_last_thursday_of_each_month(ana, site):
    ana.client.post("/gatherings/new", form(site, day="2026-03-26", repeats="last_weekday"))
    with ana.workspace.bound():
        rule = Series.objects.get().rule
        assert (rule.pattern, rule.nth) == (MONTH_WEEKDAY, LAST)
        assert [g.on.day for g in Gathering.objects.all()] == [26, 30, 28]
    assert b"every month on the last Thursday" in ana.client.get(f"/gatherings/{first_id(ana)}").content


def first_id(someone):
    with someone.workspace.bound():
        return Gathering.objects.order_by("starts_at")[0].pk


# --- moved, called off -------------------------------------------------------------------------------


def test_moved_after_people_were_asked_everybody_is_to_be_told_by_who_asked_them(
    ana, ben, shared_site, person
):
    with ana.workspace.bound():
        one = planned(ana, shared_site)
        rosa = add_person(by=ana.member, at=AT, site=shared_site, name="Rosa")
        ask(ana, one, person), ask(ana, one, rosa, answer="")
        unasked = add_person(by=ana.member, at=AT, site=shared_site, name="Not asked yet")
        asking.put_on_list(by=ana.member, at=AT, gathering=one, whom={unasked: ana.member})
        friday = SIX + timedelta(days=1)
        acts.move(by=ana.member, at=later(), gathering=one, starts_at=friday, ends_at=None)
        assert sorted(to_be_told(one)) == ["Marisol R.", "Rosa"]
        asking.note_told(by=ana.member, at=later(2), ask=Ask.objects.get(person=rosa))
        assert to_be_told(one) == ["Marisol R."]
    page = ana.client.get(f"/gatherings/{one.pk}").content.decode()
    assert "You have one person to tell." in page and "before, it was Thursday at 18:00" in page
    assert "One person has still to be told." in ben.client.get(f"/gatherings/{one.pk}").content.decode()
    assert ana.client.get("/").context["coming_up"][0].to_tell == "1 to be told"


def test_what_is_taken_back_before_anybody_heard_of_it_needs_no_telling(ana, site, person):
    with ana.workspace.bound():
        one = planned(ana, site)
        made = ask(ana, one, person)
        friday = SIX + timedelta(days=1)
        acts.move(by=ana.member, at=later(), gathering=one, starts_at=friday, ends_at=None)
        acts.move(by=ana.member, at=later(2), gathering=one, starts_at=SIX, ends_at=None)
        assert to_be_told(one) == [] and not Change.objects.exists()
        acts.cancel(by=ana.member, at=later(3), gathering=one)
        asking.note_told(by=ana.member, at=later(4), ask=made)
        acts.hold_after_all(by=ana.member, at=later(5), gathering=one)
        assert to_be_told(one) == [person.name]  # they believe it is off


def test_nobody_asked_nobody_to_tell(ana, site):
    with ana.workspace.bound():
        one = planned(ana, site)
        acts.move(by=ana.member, at=later(), gathering=one, starts_at=SIX + timedelta(days=1), ends_at=None)
        assert not Change.objects.exists()


def test_called_off_and_held_after_all_by_its_buttons(ana, site, person):
    with ana.workspace.bound():
        one = planned(ana, site)
        ask(ana, one, person)
    asked = ana.client.get(f"/gatherings/{one.pk}/cancel").content.decode()
    assert "One person was asked" in asked
    ana.client.post(f"/gatherings/{one.pk}/cancel", {"version": 1, "why": "No room"})
    assert b"No room" in ana.client.get(f"/gatherings/{one.pk}").content
    assert b"Nothing is planned" in ana.client.get("/gatherings").content
    ana.client.post(f"/gatherings/{one.pk}/after-all")
    assert b"No room" not in ana.client.get(f"/gatherings/{one.pk}").content


def test_two_tabs_change_it_and_both_versions_are_seen(ana, ben, shared_site):
    with ana.workspace.bound():
        one = planned(ana, shared_site)
    posted = form(title="Soup", version=one.version)
    assert ben.client.post(f"/gatherings/{one.pk}/edit", posted).status_code == 302
    answer = ana.client.post(f"/gatherings/{one.pk}/edit", {**posted, "title": "Bread"})
    page = answer.content.decode()
    assert "It says now: Soup" in page and "Bread" in page
    again = {**posted, "title": "Bread", "version": answer.context["form"].data["version"]}
    assert ana.client.post(f"/gatherings/{one.pk}/edit", again).status_code == 302


# --- lists -------------------------------------------------------------------------------------------


def test_the_list_and_the_page_ask_as_much_for_one_as_for_fifty(ana, site):
    with ana.workspace.bound():
        weekly(ana, site)
        seen = Gathering.objects.order_by("starts_at")[0]
    counts = []
    for number in (1, 50):
        with ana.workspace.bound():
            for n in range(number):
                planned(ana, site, title=f"One more {n}", starts_at=SIX + timedelta(hours=n))
                person = add_person(by=ana.member, at=AT, site=site, name=f"Person {n}")
                ask(ana, seen, person, answer="")
        with ana.workspace.bound(), CaptureQueriesContext(ana.workspace.db) as queries:
            ana.client.get("/gatherings")
            ana.client.get(f"/gatherings/{seen.pk}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_how_a_rule_is_said():
    from masslink.gatherings.labels import how_often, rule_of

    assert how_often(Rule(THURSDAY, every=2)) == "every 2 weeks on Thursday"
    assert how_often(Rule(THURSDAY, recurrence.MONTH_DAY, day=31)) == "every month on its last day"
    assert how_often(Rule(THURSDAY, recurrence.MONTH_DAY, day=5)) == "every month on the 5th"
    assert rule_of(Rule(THURSDAY, times=3)) == "every week on Thursday, 3 times"
