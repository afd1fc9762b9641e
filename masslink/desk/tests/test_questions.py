"""The pages of questions that know the places: whose they are, what waits on Today and Us, and what the lists cost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from masslink.decisions.acts import Reserved, answer, ask_question, decide, note_tried, take_position
from masslink.decisions.models import Question
from masslink.vault.act import act

QUESTIONS = "/us/questions"


@pytest.fixture(autouse=True)
def clock(at, monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


def asking(what, circle, **fields):
    return {"once": str(uuid4()), "what": what, "circle": str(circle), "day": "none", **fields}


def test_nothing_to_decide_offers_the_first_step(ana):
    page = ana.client.get(QUESTIONS).content.decode()
    assert "Nothing is to be decided yet." in page and reverse("question-new") in page
    assert ana.client.post(QUESTIONS).status_code == 302


def test_asked_once_for_all_of_us_or_for_a_place(ana, ben, shared_site):
    with ana.workspace.bound():
        ours = ana.workspace.collective_circle
    page = ana.client.get(f"{reverse('question-new')}?place={shared_site.pk}")
    assert page.context["form"].initial["circle"] == str(shared_site.circle)
    for posted in (asking("Who drives?", ours), asking("Do we sign?", shared_site.circle)):
        for once in (posted["once"], posted["once"], str(uuid4())):  # twice, and anew after Back
            answer = ana.client.post(reverse("question-new"), {**posted, "once": once})
            assert answer.status_code == 302
    with ana.workspace.bound():
        assert Question.objects.count() == 2
        assert {(q.what, q.circle) for q in Question.objects.all()} == {
            ("Who drives?", ours),
            ("Do we sign?", shared_site.circle),
        }
    shown = ben.client.get(f"{QUESTIONS}?place={shared_site.pk}").content.decode()
    assert "Do we sign?" in shown and "Who drives?" not in shown
    assert ben.client.get(f"{QUESTIONS}?place={uuid4()}").status_code == 404


def test_taking_back_a_question_withdraws_it(ana):
    with ana.workspace.bound():
        ours = ana.workspace.collective_circle
    ana.client.post(reverse("question-new"), asking("Who drives?", ours))
    ana.client.post(ana.client.get(QUESTIONS).context["flash"]["undo_url"])
    with ana.workspace.bound():
        assert Question.objects.get().withdrawn_on


def test_a_circle_one_doesnt_hold_cant_be_chosen(ana, ben, site):
    page = ben.client.post(reverse("question-new"), asking("Do we sign?", site.circle))
    assert "Do we sign?" in page.content.decode()
    with ben.workspace.bound():
        assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": " "}, "One sentence."),
        ({"what": "x" * 241}, "at most 240"),
        ({"gathers": "choice", "options": "The rate"}, "Two to 12 things"),
        ({"gathers": "freely", "gather_until": "2026-03-01"}, "from today on"),
        ({"other_day": "2066-03-01"}, "more than ten years"),
    ],
)
def test_what_cant_be_asked_is_said_and_kept(ana, fields, said):
    with ana.workspace.bound():
        ours = ana.workspace.collective_circle
    posted = asking(
        "Who drives?", ours, background="Bus 14", **{k: v for k, v in fields.items() if k != "what"}
    )
    page = ana.client.post(reverse("question-new"), {**posted, **fields}).content.decode()
    assert said in page and "Bus 14" in page
    with ana.workspace.bound():
        assert not Question.objects.exists()


def test_what_waits_is_said_on_today_and_us(ana, ben, at):
    day = at.date() + timedelta(days=3)
    with ana.workspace.bound():
        drives = ask_question(by=ana.member, at=at, what="Who drives?", decide_by=day)
        signed = ask_question(by=ana.member, at=at, what="Do we sign?", decide_by=at.date())
        decide(by=ana.member, at=at, question=drives, words="By turns.", review_on=at.date())
        ask_question(by=ana.member, at=at, what="Who cooks?", decide_by=day)
    said = [
        "To be looked at again: Who drives?",
        "The day to decide has come: Do we sign?",
        "Your position is missing: Who cooks?",
    ]
    for address in ("/", reverse("us")):
        assert [line.text for line in ben.client.get(address).context["lines"]] == said
    assert reverse("question", args=[signed.pk]) in ben.client.get("/").content.decode()


def test_the_history_tells_by_which_question(ana, at):
    with ana.workspace.bound():
        drives = ask_question(by=ana.member, at=at, what="Who drives?")
        take_position(by=ana.member, at=at, question=drives, words="I do.")
        decide(by=ana.member, at=at, question=drives, words="Ana.")
    lines = [line.sentence for line in ana.client.get(reverse("history")).context["lines"]]
    assert all("Who drives?" in line for line in lines[:3]) and "wrote down what was decided" in lines[0]


def fill(someone, at, number):
    """So many questions of each kind, each with so much hanging on it."""
    with someone.workspace.bound(), act("more", at=at):
        for one in range(number):
            who = {"by": someone.member, "at": at}
            day = at.date() - timedelta(days=1)
            ask_question(**who, what=f"Open {one}", decide_by=day)
            decided = ask_question(**who, what=f"Decided {one}", gathers="freely")
            answer(**who, question=decided, words="Soup")
            decided.gathered_at = at
            beside = [Reserved("Not for ever.", "objection", someone.member)] * 2
            decide(**who, question=decided, words="Yes.", reservations=beside, review_on=at.date())
    return decided


def test_the_list_costs_the_same_for_one_and_for_many(ana, at, shared_site):
    counts = []
    for more in (1, 35):
        fill(ana, at, more)
        with CaptureQueriesContext(ana.workspace.db) as queries:
            page = ana.client.get(QUESTIONS)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 13
    assert page.context["next_url"] and len(page.context["open_rows"]) == 36 and page.context["reviews"]
    assert len(page.content) < 100_000
    assert ana.client.get(QUESTIONS + "?page=2").context["decided"]


def test_a_question_costs_the_same_whatever_hangs_on_it(ana, ben, at):
    question, counts = fill(ana, at, 1), []
    for more in (1, 30):
        with ana.workspace.bound(), act("more", at=at):
            who = {"by": ana.member, "at": at, "question": Question.objects.get(pk=question.pk)}
            for one in range(more):
                take_position(**who, words=f"I say {one}")
                note_tried(**who, what=f"Tried {one}")
        with CaptureQueriesContext(ana.workspace.db) as queries:
            ana.client.get(reverse("question", args=[question.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
