"""Questions: positions, what was tried, reviews, what waits; who reads them; what two tabs do to each other."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from masslink.collective.acts import let_go
from masslink.collective.models import Member
from masslink.conftest import join
from masslink.decisions import panels
from masslink.decisions.acts import (
    Reserved,
    ask_question,
    decide,
    note_tried,
    reopen,
    take_position,
    withdraw,
)
from masslink.decisions.models import Trial
from masslink.decisions.readers import readers
from masslink.decisions.tests.conftest import WHAT, deciding, fresh, held_by, turn_to, undo, url
from masslink.vault.act import Conflict, act
from masslink.vault.sessions import sessions


def test_a_position_is_each_members_own_and_the_former_stays(ana, ben, asked, at, monkeypatch):
    said = ((ana, "I do."), (ben, "By turns."), (ben, "By turns, two at a time."))
    for hours, (someone, words) in enumerate(said):
        turn_to(monkeypatch, at + timedelta(hours=hours))
        form = someone.client.get(url("question-position", asked)).context["form"]
        posted = {"once": str(uuid4()), "seen": form.initial.get("seen", ""), "words": words}
        for _press in range(2):
            assert someone.client.post(url("question-position", asked), posted).status_code == 302
    whole = ana.client.get(url("question", asked)).context["whole"]
    held = {
        one.now.member.name: (one.now.words, [p.words for p in one.former]) for one in whole.now.positions
    }
    assert held == {"Ana": ("I do.", []), "Ben": ("By turns, two at a time.", ["By turns."])}
    undo(ben, asked)
    assert held_by(ben, asked) == "By turns."


def test_two_tabs_of_one_member_show_both_positions(ben, asked, at, monkeypatch):
    posted = {"seen": "", "words": "From the first tab"}
    ben.client.post(url("question-position", asked), {**posted, "once": str(uuid4())})
    turn_to(monkeypatch, at + timedelta(hours=1))
    page = ben.client.post(
        url("question-position", asked), {"once": str(uuid4()), "seen": "", "words": "Second"}
    )
    assert "From the first tab" in page.content.decode() and "Second" in page.content.decode()
    again = {**{f.name: f.value() for f in page.context["form"]}, "words": "Second"}
    assert ben.client.post(url("question-position", asked), again).status_code == 302
    assert held_by(ben, asked) == "Second"


def test_edited_in_two_tabs_nothing_is_lost(ana, ben, asked):
    old = {"version": asked.version, "day": "none", "background": ""}
    ana.client.post(url("question-edit", asked), {**old, "what": "Who drives?"})
    page = ben.client.post(url("question-edit", asked), {**old, "what": "Who has a car?"}).content.decode()
    assert "Who drives?" in page and "Who has a car?" in page
    assert fresh(ben, asked).what == "Who drives?"


def test_what_was_tried_once_and_shown_later(ana, ben, asked):
    posted = {"once": str(uuid4()), "what": "Two weeks with Ben’s car", "on": "2026-03-01"}
    for _press in range(2):
        assert ana.client.post(url("question-tried", asked), posted).status_code == 302
    with ana.workspace.bound():
        trial = Trial.objects.get()
    for someone, showed in ((ben, "Nobody was late."), (ana, "He was tired.")):
        page = someone.client.post(
            reverse("trial-edit", args=[trial.pk]), {**posted, "version": 1, "showed": showed}
        )
    assert "Nobody was late." in page.content.decode() and "He was tired." in page.content.decode()
    assert fresh(ana, trial).showed == "Nobody was late."
    assert "still to come" in ana.client.post(
        url("question-tried", asked), {**posted, "once": str(uuid4()), "on": "2026-03-09"}
    ).content.decode()  # fmt: skip


def test_only_who_holds_the_circle_reads_it(ana, ben, cy, site, at):
    with ana.workspace.bound():
        made = ask_question(by=ana.member, at=at, what="Do we sign?", circle=site.circle)
        take_position(by=ana.member, at=at, question=made, words="With all the others")
    for someone in (ben, cy):
        assert someone.client.get(url("question", made)).status_code == 404
        assert someone.client.post(url("question-position", made), {"words": "x"}).status_code == 404
        assert "Do we sign?" not in someone.client.post("/us/questions", {"q": "sign"}).content.decode()
    assert "Do we sign?" in ana.client.get("/us/questions").content.decode()


def test_back_on_the_agenda_with_its_history(ana, asked, at):
    with ana.workspace.bound():
        take_position(by=ana.member, at=at, question=asked, words="I do.")
        beside = [Reserved("Not for ever.", member=ana.member)]
        decide(
            by=ana.member,
            at=at,
            question=asked,
            words="Ana drives.",
            reservations=beside,
            review_on=at.date(),
        )
        assert list(panels.reviews_due(at.date())) == [asked]
    version = fresh(ana, asked).version
    posted = {"version": version, "outcome": "back", "words": "Ana is tired.", "day": "2026-03-09"}
    assert ana.client.post(url("question-review", asked), posted).status_code == 302
    question = fresh(ana, asked)
    assert question.is_open and question.round == 2 and question.decide_by.isoformat() == "2026-03-09"
    page = ana.client.get(url("question", asked))
    assert page.context["whole"].now.positions == [] and not held_by(ana, question)  # everybody says it anew
    for kept in ("Ana drives.", "Not for ever.", "I do.", "Ana is tired."):
        assert kept in page.content.decode()
    late = ana.client.post(url("question-review", asked), {**posted, "words": "Typed meanwhile"})
    assert "Typed meanwhile" in late.content.decode() and fresh(ana, asked).round == 2
    with ana.workspace.bound(), pytest.raises(Conflict):
        reopen(by=ana.member, at=at, question=question)


def test_it_stands_until_the_next_review(ana, ben, asked, at):
    with ana.workspace.bound():
        decide(by=ana.member, at=at, question=asked, words="By turns.", review_on=at.date())
    posted = {"version": asked.version, "outcome": "stands", "day": "2026-06-02", "words": "It works."}
    assert ana.client.post(url("question-review", asked), posted).status_code == 302
    assert fresh(ana, asked).review_on.isoformat() == "2026-06-02"
    page = ben.client.post(url("question-review", asked), {**posted, "words": "Does it?"}).content.decode()
    assert "It works." in page and "Does it?" in page
    assert "It works." in ana.client.get(url("question", asked)).content.decode()


def test_withdrawn_found_and_taken_up_again(ana, ben, asked, at):
    posted = {"version": asked.version, "words": "We have a bus now."}
    assert ben.client.post(url("question-withdraw", asked), posted).status_code == 302
    assert fresh(ana, asked).withdrawn_on == at.date()
    assert WHAT in ana.client.post("/us/questions", {"q": "saturdays"}).content.decode()
    question = fresh(ana, asked)
    ana.client.post(
        url("question-review", asked), {"version": question.version, "outcome": "back", "day": "none"}
    )
    assert fresh(ana, asked).is_open
    with ana.workspace.bound():
        withdraw(by=ana.member, at=at, question=fresh(ana, asked))
    page = ben.client.post(url("question-decide", asked), deciding(ben, asked, seen="1.0")).content.decode()
    assert "It was withdrawn" in page and "By turns." in page


def test_what_a_turned_member_may_have_written_breaks_no_page(ana, asked, at):
    with ana.workspace.bound():
        for number in (0, 10**9):
            odd = take_position(by=ana.member, at=at, question=asked, words=f"round {number}")
            with act("odd", at=at):
                odd.round = number
                odd.save()
    page = ana.client.get(url("question", asked))
    assert "round 0" in page.content.decode()
    (held,) = page.context["whole"].now.positions  # said in a round that isn't there: in the last there is
    assert held.now.words == "round 1000000000"


@pytest.mark.parametrize(
    ("name", "written_by"),
    [
        ("question-edit", "edit_question"),
        ("question-position", "take_position"),
        ("question-tried", "note_tried"),
        ("question-withdraw", "withdraw"),
        ("question-decide", "decide"),
    ],
)
def test_what_was_typed_is_kept_when_somebody_is_quicker_by_a_moment(
    ana, asked, monkeypatch, name, written_by
):
    def quicker(**_written):
        raise Conflict("question")

    monkeypatch.setattr(f"masslink.decisions.acts.{written_by}", quicker)
    typed = {
        **deciding(ana, asked),
        "what": "My long words",
        "words": "My long words",
        "version": asked.version,
    }
    if name == "question-position":
        typed["seen"] = ""
    page = ana.client.post(url(name, asked), typed).content.decode()
    assert "somebody changed this at the same moment" in page and "My long words" in page


def test_it_waits_for_those_whose_word_is_missing_and_only_within_a_week(ana, ben, asked, effort, at):
    today = at.date()

    def waits(someone, day):
        with someone.workspace.bound():
            someone.workspace.catch_up()
            return {(one.what, one.why) for one in panels.what_waits(someone.member, day)}

    with ana.workspace.bound():
        ask_question(by=ana.member, at=at, what="Later?", decide_by=today + timedelta(days=8))
        take_position(by=ana.member, at=at, question=asked, words="I do.")
    assert waits(ana, today) == {(effort.what, panels.ANSWER)}
    assert waits(ben, today) == {(WHAT, panels.POSITION), (effort.what, panels.ANSWER)}
    assert (WHAT, panels.DUE) in waits(ana, asked.decide_by)
    with ana.workspace.bound():
        decide(by=ana.member, at=at, question=asked, words="By turns.", review_on=today + timedelta(days=30))
        note_tried(by=ana.member, at=at, question=effort, what="Asked around")
    assert (WHAT, panels.REVIEW) in waits(ben, today + timedelta(days=30))
    assert not any(what == WHAT for what, _why in waits(ben, today + timedelta(days=29)))


def test_who_left_has_no_say_any_more(ana, ben, asked, at):
    dee = join(ana, "Dee")
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert len(readers(asked.circle)) == 3
        let_go(by=ana.member, at=at, member=Member.objects.get(name="Dee"))
        assert [member.name for member in readers(asked.circle)] == ["Ana", "Ben"]
    sessions.end_all(dee.workspace.holder)
