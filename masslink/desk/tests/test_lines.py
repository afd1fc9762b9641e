"""What waits among us: on Today one line of each kind, calm otherwise; who is away is stood in for, quietly."""

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from masslink.collective.acts import come_back, let_go, note_away
from masslink.collective.models import Away, Member
from masslink.conftest import AT, join
from masslink.desk import lines
from masslink.desk.line import Line
from masslink.people.acts import add_person, edit_person, take_on
from masslink.people.models import Person
from masslink.sites.acts import ask_for_access
from masslink.sites.models import Site
from masslink.vault.act import act
from masslink.vault.models import Chunk
from masslink.vault.sessions import sessions

TODAY = AT.date()
LONG_AGO = AT - timedelta(days=60)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return turn_to(monkeypatch, AT)


def turn_to(monkeypatch, at):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


@pytest.fixture
def bens(ben, shared_site):
    """Marisol is due, and two others; Ben took them on."""
    with ben.workspace.bound():
        ben.workspace.catch_up()
        for name in ("Marisol", "Ruth", "Samir"):
            who = {"by": ben.member, "at": LONG_AGO}
            person = add_person(**who, site=Site.objects.get(), name=name)
            take_on(**who, person=person, member=ben.member, rhythm_days=14)


def today(someone):
    return [line.text for line in someone.client.get("/").context["lines"]]


def away(someone, **posted):
    url = reverse("member-away", args=[someone.member.pk])
    return someone.client.post(url, posted)


def test_nothing_waits_and_nothing_is_said(ana, ben, bens):
    assert today(ana) == today(ben) == []
    assert b"Among us" not in ana.client.get("/").content


def test_while_somebody_is_away_theirs_are_shown_to_who_works_there_and_come_back_by_themselves(
    ana, ben, cy, bens, monkeypatch
):
    dee = join(ana, "Dee")
    until = (TODAY + timedelta(days=10)).isoformat()
    assert away(ben, since=TODAY.isoformat(), until=until).status_code == 302
    assert today(ana) == ["Ben is away until 12 March: Marisol, Ruth and Samir are due."]
    assert today(ben) == ["You are noted as away until 12 March."]
    assert today(dee) == [] and today(cy) == []  # no place in common, and another collective
    page = ana.client.get(reverse("member", args=[ben.member.pk])).content.decode()
    assert "Due while Ben is away" in page and "Ruth" in page
    assert "away until 12 March" in dee.client.get(reverse("members")).content.decode()
    with ana.workspace.bound():
        take_on(
            by=ana.member, at=AT, person=Person.objects.get(name="Ruth"), member=ana.member, rhythm_days=7
        )
        silent = Person.objects.get(name="Samir")
        edit_person(by=ana.member, at=AT, person=silent, reach="not_at_all")
    assert today(ana) == ["Ben is away until 12 March: Marisol is due."]
    turn_to(monkeypatch, AT + timedelta(days=10))
    assert today(ana) == today(ben) == []
    sessions.end_all(dee.workspace.holder)


def test_away_without_an_end_changed_ended_and_called_off(ana, ben, bens):
    away(ben, since=TODAY.isoformat())
    assert today(ana) == ["Ben is away: Marisol, Ruth and Samir are due."]
    away(ben, since=TODAY.isoformat(), until=(TODAY + timedelta(days=3)).isoformat())
    assert "until 5 March" in today(ana)[0]
    for _again in range(2):
        assert away(ben, back="1").status_code == 302
    assert today(ana) == []
    later = (TODAY + timedelta(days=20)).isoformat()
    away(ben, since=later)
    away(ben, back="1")
    with ben.workspace.bound():
        assert not Away.objects.not_over(TODAY + timedelta(days=30)).exists()
        assert Away.objects.count() == 2


def test_days_that_cant_be_are_said(ben):
    for since, until in (
        ("2026-03-02", "2026-03-01"),
        ("2026-03-09", "2026-03-05"),
        ("1926-03-02", ""),
        ("", ""),
    ):
        assert away(ben, since=since, until=until).status_code == 200
    with ben.workspace.bound():
        assert not Away.objects.exists()


def test_only_oneself_and_coordinators_note_it(ana, ben):
    url = reverse("member-away", args=[ana.member.pk])
    assert ben.client.get(url).status_code == 403
    assert ben.client.post(url, {"since": "2026-03-02"}).status_code == 403
    url = reverse("member-away", args=[ben.member.pk])
    assert ana.client.post(url, {"since": "2026-03-02"}).status_code == 302


def test_several_of_one_kind_are_one_line(ana, ben, bens):
    dee, eve = join(ana, "Dee"), join(ana, "Eve")
    for someone in (dee, eve):
        with someone.workspace.bound():
            someone.workspace.catch_up()
            ask_for_access(by=someone.member, at=AT, member=someone.member, asked=ana.member)
        away(someone, since=TODAY.isoformat())
        sessions.end_all(someone.workspace.holder)
    away(ben, since=TODAY.isoformat())
    assert today(ana) == [
        "Dee asks you for access to a place. 1 more waits like this.",
        "Ben is away: Marisol, Ruth and Samir are due.",
    ]
    assert len(ana.client.get(reverse("us")).context["lines"]) == 2


def test_what_waits_costs_the_same_for_one_and_for_many(ana, ben, bens):
    counts = []
    away(ben, since=TODAY.isoformat())
    today(ana)
    for more in (1, 12):
        with ana.workspace.bound(), act("more", at=AT):
            for number in range(more):
                who = {"by": ana.member, "at": LONG_AGO}
                person = add_person(**who, site=Site.objects.get(), name=f"{more} {number}")
                take_on(**who, person=person, member=Member.objects.get(name="Ben"), rhythm_days=14)
                ask_for_access(by=ana.member, at=AT, member=ben.member, asked=ana.member)
        with CaptureQueriesContext(ana.workspace.db) as queries:
            assert len(today(ana)) == 2
        counts.append(len(queries))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(ana.workspace.db) as queries:
        today(ana)  # nothing was written since: what was found is still so
    assert len(queries) < counts[0]


def test_the_old_key_is_said_until_the_new_one_is_on(ana, ben, bens, monkeypatch):
    monkeypatch.setattr("masslink.collective.resealing_views.STEP_SECONDS", -1)  # one portion at a time
    with ana.workspace.bound():
        ana.workspace.catch_up()
        come_back(by=ana.member, at=AT, member=Member.objects.get(name="Ben"))
        note_away(
            by=ana.member, at=AT, member=Member.objects.get(name="Ana"), since=TODAY + timedelta(days=5)
        )
        let_go(by=ana.member, at=AT, member=Member.objects.get(name="Ben"))
    assert today(ana)[-1].startswith("The old key still lies on ")
    url = reverse("resealing")
    assert b"The old key still lies on" in ana.client.get(url).content
    part = ana.client.post(url, headers={"HX-Request": "true"})
    assert b"<progress" in part.content and b"<html" not in part.content
    for _step in range(50):
        if b"The newest keys are in use" in ana.client.post(url, follow=True).content:
            break
    assert not any("old key" in line for line in today(ana))
    assert b"What an old copy still gives away" in ana.client.get(url).content
    assert ana.client.post(url).status_code == 302  # pressed once more
    assert ana.client.post(url, headers={"HX-Request": "true"}).headers["HX-Redirect"] == url


def test_where_nobody_can_tell_what_lay_under_the_old_key_it_says_so_and_stops(ana, ben, bens):
    with ana.workspace.bound():
        ana.workspace.catch_up()
        let_go(by=ana.member, at=AT, member=Member.objects.get(name="Ben"))
        Chunk.objects.all().delete()  # the lists; somebody has the disk in their hands
        ana.workspace.circles = {id: c.copy() for id, c in ana.workspace.circles.items()}
        for circle in ana.workspace.circles.values():
            circle.listed = None
    url = reverse("resealing")
    page = ana.client.get(url).content.decode()
    assert "It can’t go on" in page and "hx-post" not in page
    assert ana.client.post(url).headers["Location"] == url
    assert ana.client.post(url, headers={"HX-Request": "true"}).headers["HX-Redirect"] == url


def test_the_rest_of_what_waits_is_folded_and_not_lost(ana, monkeypatch):
    for n, folded in ((6, 0), (7, 2)):
        waiting = [Line(f"Line {i}.", "/", "See it") for i in range(n)]
        monkeypatch.setattr(lines, "of_us", lambda request, waiting=waiting: waiting)
        answer = ana.client.get(reverse("us"))
        assert len(answer.context["folded"]) == folded
        assert all(line.text in answer.text for line in waiting)
        assert ("2 more wait" in answer.text) == bool(folded)
