"""Whose turn: agreed on, done, passed on, swapped; the to-do of it goes along; nobody is ranked."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.collective.models import Away, Member
from masslink.conftest import join
from masslink.tasks import duty_acts as acts
from masslink.tasks.acts import finish, hand_on, let_go
from masslink.tasks.duties import Duties, Next
from masslink.tasks.duty_models import CantDo, Duty, Turn
from masslink.tasks.models import ToDo
from masslink.vault.act import act
from masslink.vault.history import recent
from masslink.vault.sessions import sessions

DAY = timedelta(days=1)


@pytest.fixture
def now(at, monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())
    return at


@pytest.fixture
def dishes(ana, ben, now):
    with ana.workspace.bound():
        ana.workspace.catch_up()
        return begin(ana, now, "Dishes")


def begin(someone, now, name, **more):
    said = {"first": now.date(), "every": "week", **more}
    return acts.begin_duty(by=someone.member, at=now, name=name, **said)


def agreed(someone, duty, now, *who):
    """Turns of these members, from today on, a week apart."""
    with someone.workspace.bound():
        someone.workspace.catch_up()
        days = [Next(duty, now.date() + 7 * n * DAY, [one.member]) for n, one in enumerate(who)]
        return acts.agree(by=someone.member, at=now, turns=days)


def fresh(someone, record):
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return type(record).objects.get(pk=record.pk)


def todo_of(someone, turn):
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return ToDo.objects.open().filter(origin_id=turn.pk).first()


def press(someone, turn, what, **posted):
    posted = {"whose": str(fresh(someone, turn).member_id or ""), **posted}
    return someone.client.post(f"/gatherings/duties/turns/{turn.pk}/{what}", posted)


def test_written_down_planned_and_agreed_on_by_one_tap(ana, ben, now):
    posted = {
        "once": str(uuid4()),
        "name": "Dishes",
        "every": "week",
        "first": "2026-03-04",
        "people": "2",
        "whose": "us",
        "is_unloved": "on",
    }
    for _ in range(2):
        assert ana.client.post("/gatherings/duties/new", posted).status_code == 302
    page = ana.client.get("/gatherings/duties/plan")
    assert "Ana and Ben" in page.content.decode()
    seen = {"weeks": "4", "seen": page.context["seen"]}
    for _ in range(2):
        assert ana.client.post("/gatherings/duties/plan", seen).status_code == 302
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert Duty.objects.get().unloved_on == now.date()
        assert Turn.objects.count() == 8 and ToDo.objects.of(ben.member).count() == 4
    assert "Turn: Dishes" in ben.client.get("/").content.decode()


def test_what_was_not_seen_is_not_agreed_on(ana, ben, dishes, now):
    seen = ana.client.get("/gatherings/duties/plan").context["seen"]
    agreed(ben, fresh(ben, dishes), now, ben)
    page = ana.client.post("/gatherings/duties/plan", {"weeks": "4", "seen": seen})
    assert "something changed" in page.content.decode()
    with ana.workspace.bound():
        assert Turn.objects.count() == 1


def test_done_here_is_done_there_and_back(ana, ben, dishes, now):
    mine, other = agreed(ana, dishes, now, ana, ben)
    todo = todo_of(ana, mine)
    press(ana, mine, "done")
    assert fresh(ana, todo).done_at and fresh(ana, mine).done_at
    ana.client.post(ana.client.get("/gatherings/duties").context["flash"]["undo_url"])
    assert fresh(ana, todo).is_open and fresh(ana, mine).is_open
    ana.client.post(f"/to-dos/{todo.pk}/done")
    assert fresh(ana, mine).done_at
    press(ana, other, "done")  # next week's
    assert fresh(ana, other).is_open


def test_it_counts_for_who_did_it(ana, ben, dishes, now):
    (turn,) = agreed(ana, dishes, now, ana)
    press(ana, turn, "done", member=str(ben.member.pk))
    after = fresh(ana, turn)
    assert (after.member_id, after.instead_of_id) == (ben.member.pk, ana.member.pk)
    page = ana.client.get(f"/gatherings/duties/{dishes.pk}").content.decode()
    assert "Ben, instead of Ana" in page
    with ana.workspace.bound():
        (nxt, *_) = Duties([dishes], now.date()).next_turns(now.date() + 7 * DAY)
        assert [one.name for one in nxt.who] == ["Ana"]
        assert not ToDo.objects.open().exists()


def test_cant_by_one_tap_passes_it_on_once_and_asks_no_reason(ana, ben, dishes, now):
    (turn,) = agreed(ana, dishes, now, ana)
    for _ in range(2):  # the second tap showed Ana; it isn't Ben who can't
        press(ana, turn, "cant", whose=str(ana.member.pk))
    assert fresh(ana, turn).member_id == ben.member.pk
    assert todo_of(ana, turn).member_id == ben.member.pk
    press(ben, turn, "cant")
    assert fresh(ana, turn).member_id is None and todo_of(ana, turn) is None
    assert "nobody yet" in ana.client.get("/gatherings/duties").content.decode()
    press(ana, turn, "take")
    assert todo_of(ana, turn).member_id == ana.member.pk
    with ana.workspace.bound():
        assert not {field.name for field in CantDo._meta.fields} & {"why", "reason"}


def test_who_is_away_by_then_stands_as_such_before_it_is_their_turn(ana, ben, dishes, now):
    agreed(ana, dishes, now, ana, ben)
    with ana.workspace.bound(), act("filled", at=now):
        Away(circle=dishes.circle, member_id=ben.member.pk, since=now.date()).save()
    assert "Then Ben (can’t come) (" in ana.client.get("/gatherings/duties").content.decode()


def test_two_swap_and_their_to_dos_with_them(ana, ben, dishes, now):
    one, other = agreed(ana, dishes, now, ana, ben)
    press(ana, one, "swap", **{"with": str(other.pk)})
    assert (fresh(ana, one).member_id, fresh(ana, other).member_id) == (ben.member.pk, ana.member.pk)
    assert (todo_of(ana, one).member_id, todo_of(ana, other).member_id) == (ben.member.pk, ana.member.pk)


def test_a_to_do_handed_on_or_let_go_takes_the_turn_along(ana, ben, dishes, now):
    (turn,) = agreed(ana, dishes, now, ana)
    with ana.workspace.bound():
        hand_on(by=ana.member, at=now, todo=ToDo.objects.get(), to=ben.member, due=now.date())
        assert Turn.objects.get().member_id == ben.member.pk
        let_go(by=ana.member, at=now, todo=ToDo.objects.get(), why="ill")
        assert Turn.objects.get().member_id is None
    assert fresh(ana, turn).instead_of_id == ben.member.pk


def test_who_is_away_or_cant_isnt_planned_and_members_who_left_drop_out(ana, ben, dishes, now):
    dee = join(ana, "Dee")
    with ana.workspace.bound(), act("filled", at=now):
        Away(circle=dishes.circle, member_id=dee.member.pk, since=now.date()).save()
    ben.client.post(f"/gatherings/duties/{dishes.pk}/cant", {"for": "open"})
    who = ana.client.get("/gatherings/duties/plan").context["days"]
    assert {day.names for day in who} == {"Ana"}
    ben.client.post(f"/gatherings/duties/{dishes.pk}/cant", {"for": ""})
    who = ana.client.get("/gatherings/duties/plan").context["days"]
    assert {day.names for day in who} == {"Ana", "Ben"}
    sessions.end_all(dee.workspace.holder)


def test_few_who_carry_it_are_said_in_a_sentence_and_the_next_turns_even_it_out(ana, ben, dishes, now):
    others = [join(ana, name) for name in ("Dee", "Eve", "Fay")]
    with ana.workspace.bound():
        ana.workspace.catch_up()
        with act("filled", at=now):
            Member.objects.update(joined_on=date(2025, 1, 1))
        for n in range(1, 9):
            on = now.date() - 7 * n * DAY
            acts.note_done(by=ana.member, at=now, duty=Duty.objects.get(), on=on, members=[ana.member])
    assert "did most" not in ana.client.get("/gatherings/duties").content.decode()
    ana.client.post(f"/gatherings/duties/{dishes.pk}/unloved", {"is": "unloved"})
    page = ana.client.get("/gatherings/duties").content.decode()
    assert "One of five did most of “Dishes” since January" in page
    planned = [day.names for day in ana.client.get("/gatherings/duties/plan?weeks=4").context["days"]]
    assert "Ana" not in planned and len(planned) == 5
    for one in others:
        sessions.end_all(one.workspace.holder)


def test_of_one_place_it_is_shared_and_seen_by_those_there(ana, ben, site, now):
    with ana.workspace.bound():
        duty = begin(ana, now, "Driving", site=site)
        assert duty.circle == site.circle and [one.name for one in duty.members()] == ["Ana"]
    (turn,) = agreed(ana, duty, now, ana)
    assert todo_of(ana, turn).circle == site.circle
    assert "Driving" not in ben.client.get("/gatherings/duties").content.decode()
    assert ben.client.get(f"/gatherings/duties/{duty.pk}").status_code == 404
    assert ben.client.post(f"/gatherings/duties/turns/{turn.pk}/take", {"whose": "x"}).status_code == 404


def test_nobody_twice_in_one_turn(ana, ben, now):
    with ana.workspace.bound():
        ana.workspace.catch_up()
        duty = begin(ana, now, "Cooking", people=2)
        both = [Next(duty, now.date(), [ana.member, ben.member])]
        for _ in range(2):  # agreed on by two at once
            acts.agree(by=ana.member, at=now, turns=both)
        first, _second = Turn.objects.order_by("member__name")
        assert Turn.objects.count() == 2
    press(ana, first, "done", member=str(ben.member.pk))
    assert fresh(ana, first).is_open
    assert "already" in ana.client.get("/gatherings/duties").context["flash"]["text"]
    press(ben, first, "take")
    assert fresh(ana, first).member_id == ana.member.pk


def test_retired_it_goes_from_the_list_and_what_was_done_stays(ana, ben, dishes, now):
    done, ahead = agreed(ana, dishes, now, ana, ben)
    press(ana, done, "done")
    for _ in range(2):
        ana.client.post(f"/gatherings/duties/{dishes.pk}/retire")
    assert "Dishes" not in ana.client.get("/gatherings/duties/plan").content.decode()
    assert fresh(ana, ahead).dropped_at and fresh(ana, done).done_at
    assert todo_of(ana, ahead) is None
    assert ana.client.get(f"/gatherings/duties/{dishes.pk}").status_code == 200


def test_single_days_and_what_was_done_unplanned(ana, ben, now):
    with ana.workspace.bound():
        ana.workspace.catch_up()
        duty = begin(ana, now, "Minutes", every="days")
    url = f"/gatherings/duties/{duty.pk}"
    for posted in (
        {"on": "2026-03-09"},
        {"on": "2026-03-09"},
        {"on": "2026-02-09"},
        {"on": "9999-01-01"},
        {},
    ):
        assert ana.client.post(f"{url}/day", posted).status_code in (200, 302)
    for filled in (
        {"on": "2026-03-01", "who": [str(ben.member.pk)]},
        {"on": "2026-03-01", "who": [str(ben.member.pk)]},
        {"on": "2026-04-01", "who": [str(ben.member.pk)]},
        {"on": "2026-03-01"},
    ):
        assert ana.client.post(f"{url}/done", filled).status_code in (200, 302)
    with ana.workspace.bound():
        done, ahead = Turn.objects.select_related("member")
    assert (done.on, done.member_id, bool(done.done_at)) == (date(2026, 3, 1), ben.member.pk, True)
    assert (ahead.on, ahead.done_at) == (date(2026, 3, 9), None)


def test_said_better_by_two_shows_both(ana, ben, dishes):
    url = f"/gatherings/duties/{dishes.pk}/edit"
    said = {"every": "week", "first": "2026-03-02", "people": "1", "version": str(fresh(ana, dishes).version)}
    ana.client.post(url, {**said, "name": "Washing up"})
    page = ben.client.post(url, {**said, "name": "Kitchen"}).content.decode()
    assert "Washing up" in page and "Kitchen" in page
    assert fresh(ana, dishes).name == "Washing up"


def test_the_list_costs_the_same_for_one_and_for_fifty(ana, ben, dishes, now):
    counts: dict[str, list[int]] = {}
    for more in (0, 50):
        with ana.workspace.bound(), act("filled", at=now):
            for n in range(more):
                begin(ana, now, f"No. {n}")
            proposals = Duties(Duty.objects.all(), now.date()).next_turns(now.date() + 14 * DAY)
            acts.agree(by=ana.member, at=now, turns=proposals)
        for url in ("/gatherings/duties", "/gatherings/duties/plan?weeks=8", "/gatherings/duties/sheet"):
            with CaptureQueriesContext(ana.workspace.db) as queries:
                assert ana.client.get(url).status_code == 200
            counts.setdefault(url, []).append(len(queries))
    assert all(one == fifty for one, fifty in counts.values()), counts


def test_every_act_is_told_with_its_duty(ana, ben, dishes, now):
    (turn,) = agreed(ana, dishes, now, ana)
    press(ana, turn, "cant")
    with ana.workspace.bound():
        ana.workspace.catch_up()
        finish(by=ana.member, at=now, todo=ToDo.objects.open().get())
        assert {one.kind for one in recent(limit=9)} >= {"duty_begun", "turns_agreed", "turn_passed_on"}
    page = ana.client.get("/us/history").content.decode()
    assert "passed on a turn" in page and "Dishes on 2 March" in page
