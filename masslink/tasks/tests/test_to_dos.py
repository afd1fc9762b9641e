"""To-dos: who can read them, one tap, and back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.tasks.acts import move, promise
from masslink.tasks.days import said, soon
from masslink.tasks.models import ToDo


@pytest.fixture
def now(at, monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())
    return at


@pytest.fixture
def todo(ana, shared_site, now):
    with ana.workspace.bound():
        due = now.date() + timedelta(days=1)
        return promise(
            by=ana.member, at=now, member=ana.member, what="Print the card", due=due, site=shared_site
        )


def form(member, **fields):
    return {"once": str(uuid4()), "what": "Bring tea", "member": str(member.pk), "about": "me", **fields}


def fresh(someone, todo):
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return ToDo.objects.get(pk=todo.pk)


def test_done_moved_and_let_go_each_by_one_press_and_back(ana, todo, now):
    url = f"/to-dos/{todo.pk}"
    for press, posted, field in (
        ("done", {}, "done_at"),
        ("move", {"day": "2026-03-09"}, "due"),
        ("let-go", {"why": "Hamid does it"}, "dropped_at"),
    ):
        before = getattr(fresh(ana, todo), field)
        for _ in range(2):
            answer = ana.client.post(f"{url}/{press}", {**posted, "back": "/to-dos"})
            assert (answer.status_code, answer.url) == (302, "/to-dos")
        assert getattr(fresh(ana, todo), field) != before
        undo = ana.client.get("/to-dos").context["flash"]["undo_url"]
        ana.client.post(undo)
        assert getattr(fresh(ana, todo), field) == before


def test_letting_go_needs_a_reason_and_moving_a_day_to_come(ana, todo):
    assert "Say why" in ana.client.post(f"/to-dos/{todo.pk}/let-go", {"why": " "}).content.decode()
    assert "over" in ana.client.post(f"/to-dos/{todo.pk}/move", {"other_day": "2020-01-01"}).content.decode()
    assert "Which day" in ana.client.post(f"/to-dos/{todo.pk}/move", {}).content.decode()
    assert fresh(ana, todo).is_open


def test_the_own_circle_is_seen_by_nobody_else(ana, ben, now):
    ana.client.post("/to-dos/new", form(ana.member, day="2026-03-03"))
    ana.client.post("/to-dos/new", form(ana.member, what="Minutes", about="us", day="2026-03-03"))
    with ana.workspace.bound():
        own = ToDo.objects.get(what="Bring tea")
        assert own.circle == ana.workspace.own_circle
    assert ben.client.get(f"/to-dos/{own.pk}").status_code == 404
    page = ben.client.get("/to-dos?whose=others").content.decode()
    assert "Minutes" in page and "Bring tea" not in page


def test_pressing_twice_saves_once(ana, now):
    posted = form(ana.member, other_day="2026-03-05")
    for _ in range(2):
        assert ana.client.post("/to-dos/new", posted).status_code == 302
    with ana.workspace.bound():
        assert ToDo.objects.count() == 1


def test_only_who_can_read_it_can_be_asked_to_do_it(ana, ben, site, person, now):
    for fields in ({"about": str(site.pk)}, {"person": [str(person.pk)]}):
        answer = ana.client.post("/to-dos/new", form(ben.member, day="2026-03-03", **fields))
        assert "Ben has no access to Warehouse" in answer.content.decode()
    answer = ana.client.post("/to-dos/new", form(ben.member, day="2026-03-03"))
    assert "only yours" in answer.content.decode()
    with ana.workspace.bound():
        assert not ToDo.objects.exists()


def test_with_a_person_it_lives_in_the_circle_of_their_place(ana, person, now):
    ana.client.post("/to-dos/new", form(ana.member, day="2026-03-03", person=[str(person.pk)]))
    with ana.workspace.bound():
        assert ToDo.objects.get().circle == person.circle


def test_words_changed_by_two_show_both(ana, ben, todo):
    url, old = f"/to-dos/{todo.pk}", {"version": todo.version}
    ana.client.post(url, {**old, "what": "Print forty"})
    page = ben.client.post(url, {**old, "what": "Print fifty"}).content.decode()
    assert "Print forty" in page and "Print fifty" in page
    assert fresh(ana, todo).what == "Print forty"


def test_a_stranger_gets_404_and_changes_nothing(ana, cy, todo):
    for path in ("", "/done", "/move", "/let-go"):
        posted = {"why": "x", "day": "2026-03-09", "what": "x", "version": 1}
        assert cy.client.post(f"/to-dos/{todo.pk}{path}", posted).status_code == 404
    assert fresh(ana, todo).is_open


def test_the_list_costs_the_same_for_one_and_for_fifty(ana, todo, person, now):
    counts = []
    for more in (0, 60):
        with ana.workspace.bound():
            for i in range(more):
                due = now.date() + timedelta(days=i % 9)
                made = promise(
                    by=ana.member, at=now, member=ana.member, what=f"No. {i}", due=due, person=person
                )
        with CaptureQueriesContext(ana.workspace.db) as queries:
            page = ana.client.get("/to-dos")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(page.context["open_rows"]) == 50 and page.context["next_url"]
    with ana.workspace.bound():
        move(by=ana.member, at=now, todo=made, due=now.date())


def test_days_are_said_as_people_say_them(at):
    monday = at.date()
    assert [label for _, label in soon(monday)] == ["tomorrow", "Saturday", "in a week", "two weeks"]
    for ahead in range(7):
        days = [day for day, _ in soon(monday + timedelta(days=ahead))]
        assert len(set(days)) == 4 and min(days) > monday + timedelta(days=ahead)
    assert [said(monday + timedelta(days=n), monday) for n in (-1, 0, 1, 5, 30)] == [
        "yesterday",
        "today",
        "tomorrow",
        "Saturday",
        "1 Apr",
    ]
