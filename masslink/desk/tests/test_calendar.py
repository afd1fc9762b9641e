"""The calendar's pages: what belongs on which day, of which place; odd addresses; full and empty months."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.decisions.acts import ask_question
from masslink.gatherings import acts
from masslink.gatherings.models import Gathering
from masslink.gatherings.tests.stage import planned
from masslink.sites.acts import open_site
from masslink.tasks.acts import promise
from masslink.tasks.duty_models import Duty, Turn
from masslink.vault.act import act
from masslink.vault.record import Ref

MARCH, WEEK = "/gatherings/calendar?month=2026-03-01", "/gatherings/calendar/week?day="
TEA = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(at, monkeypatch, settings):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


def shown(someone, path=MARCH):
    """Titles by day of the month, called-off ones in brackets."""
    days = someone.client.get(path).context["days"]
    return {
        day.day.day: [f"({e.title})" if e.is_off else e.title for e in day.entries]
        for day in days
        if day.entries
    }


def notes(someone, path=MARCH):
    return [e.note for day in someone.client.get(path).context["days"] for e in day.entries]


def test_what_is_on_which_day(ana, ben, shared_site, at):
    with ana.workspace.bound():
        ana.workspace.catch_up()
        tea = planned(ana, shared_site, TEA)
        late = planned(ana, shared_site, datetime(2026, 3, 31, 22, 30, tzinfo=UTC), title="Late")
        planned(ana, None, datetime(2026, 2, 27, 9, 0, tzinfo=UTC), title="Away", ends_at=at)
        by = {"by": ana.member, "at": at}
        acts.move(**by, gathering=late, starts_at=late.starts_at - timedelta(days=1), ends_at=None)
        acts.cancel(**by, gathering=tea)
        ask_question(**by, circle=shared_site.circle, what="Do we sign?", decide_by=date(2026, 3, 9))
        promise(**by, what="Print it", due=date(2026, 3, 9), site=shared_site, member=ana.member)
        with act("turns", at=at):
            circle = ana.workspace.collective_circle
            duty = Duty(circle=circle, name="Minutes", first=at.date(), by=ana.member, at=at)
            duty.save()
            for member in (ana.member, None):
                turn = Turn(circle=circle, duty=duty, on=date(2026, 3, 9), member=member, agreed_at=at)
                turn.save()
                own = Ref(Turn.kind, turn.pk)
                promise(**by, what="Turn: Minutes", due=turn.on, member=ana.member, origin=own)
    seen = {1: ["Away"], 2: ["Away"], 5: ["(Tea)"], 30: ["Late"]}
    others = ["Minutes: Ana, nobody yet", "Do we sign?"]
    assert shown(ana) == {**seen, 9: [*others, "Print it"]}
    assert shown(ben) == {**seen, 9: others}  # others' promises are theirs
    assert shown(ana, f"{MARCH}&place={shared_site.pk}") == {
        5: ["(Tea)"],
        9: ["Do we sign?", "Print it"],
        30: ["Late"],
    }
    assert shown(ana, f"{WEEK}2026-03-09") == {9: [*others, "Print it"]}
    assert "called off · Warehouse" in notes(ana)


def test_on_a_full_day_of_a_month_what_is_only_mine_pushes_no_gathering_off(ana, at):
    with ana.workspace.bound():
        for number in range(6):
            promise(by=ana.member, at=at, what=f"{number}", due=TEA.date(), member=ana.member)
        planned(ana, None, TEA)
    assert shown(ana) == {5: ["0", "1", "2", "Tea"]}


def test_what_was_moved_is_said_to_be_moved(ana, shared_site, at):
    with ana.workspace.bound():
        ana.workspace.catch_up()
        one = planned(ana, None, TEA)
        acts.move(by=ana.member, at=at, gathering=one, starts_at=TEA + timedelta(days=2), ends_at=None)
    assert shown(ana) == {7: ["Tea"]} and notes(ana) == ["moved from 5 Mar"]
    with ana.workspace.bound():
        one = Gathering.objects.get()
        acts.move(by=ana.member, at=at, gathering=one, starts_at=TEA + timedelta(hours=1), ends_at=None)
    assert notes(ana) == ["moved from 7 Mar"]  # which is what people were told last


def test_days_are_those_of_our_clock(ana, settings):
    """Half past eleven in the evening of the 31st here is April elsewhere, on either side of the change of clocks."""
    settings.TIME_ZONE = "America/New_York"
    with ana.workspace.bound():
        planned(ana, None, datetime(2026, 4, 1, 3, 30, tzinfo=UTC))
        planned(ana, None, datetime(2026, 3, 8, 6, 30, tzinfo=UTC), title="Before the clocks change")
        planned(ana, None, datetime(2026, 3, 9, 3, 30, tzinfo=UTC), title="After it")
    assert shown(ana) == {8: ["Before the clocks change", "After it"], 31: ["Tea"]}
    page = ana.client.get(MARCH).content.decode()
    assert "<b>01:30</b>" in page and page.count("<b>23:30</b>") == 2


def test_days_that_are_none_are_not_found(ana):
    for odd in (
        "0000-03-01",
        "9999-12-01",
        "2026-13-01",
        "2026-00-01",
        "march",
        "2026",
        "2200-01-01",
        "2026-02-30",
    ):
        assert ana.client.get(f"/gatherings/calendar?month={odd}").status_code == 404, odd
        assert ana.client.get(f"/gatherings/calendar/week?day={odd}").status_code == 404, odd


def test_the_first_and_the_last_month_have_no_way_beyond(ana):
    first, last = (
        ana.client.get(f"/gatherings/calendar?month={month}").context
        for month in ("1970-01-01", "2199-12-31")
    )
    assert (first["before"], last["after"]) == ("", "") and first["after"] and last["before"]
    for day in ("1970-01-01", "2199-12-31"):
        assert ana.client.get(f"{WEEK}{day}").status_code == 200


def test_an_empty_month_says_what_belongs_there(ana):
    page = ana.client.get("/gatherings/calendar").content.decode()
    assert "Here stand gatherings" in page and "/gatherings/new" in page
    assert ana.client.get(f"{MARCH}&place=nonsense").status_code == 200


def test_three_hundred_entries_cost_no_more_queries_and_stay_light(ana, site, at):
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=at, kind="workplace", name="Bakery")
        planned(ana, site, TEA)
        ana.client.get(MARCH)
        with CaptureQueriesContext(ana.workspace.db) as one:
            ana.client.get(MARCH)
        with act("many", at=at):
            for number in range(300):
                starts = datetime(2026, 3, 1 + number % 31, 18, number % 60, tzinfo=UTC)
                planned(ana, (site, other, None)[number % 3], starts, title=f"{number} " + "x" * 76)
        ana.client.get(MARCH)
        with CaptureQueriesContext(ana.workspace.db) as many:
            page = ana.client.get(MARCH)
    assert len(many) == len(one) and len(page.content) < 100_000
    assert sum(day.more + len(day.entries) for day in page.context["days"]) == 301
    assert "and 6 more" in page.content.decode()
    week = ana.client.get(f"{WEEK}2026-03-05")
    assert len(week.content) < 100_000 and sum(len(day.entries) for day in week.context["days"]) > 60
