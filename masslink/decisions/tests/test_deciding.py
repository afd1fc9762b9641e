"""Decisions: hands, names, reservations beside the result, and two who write one down at once."""

from uuid import uuid4

import pytest
from django.urls import reverse

from masslink.decisions.acts import (
    TooManyHands,
    ask_question,
    decide,
    reserve,
)
from masslink.decisions.counting import Count
from masslink.decisions.models import Decision, Hand, Reservation
from masslink.decisions.search import search
from masslink.decisions.tests.conftest import deciding, fresh, undo, url


def test_decided_once_found_again_and_undone(ana, ben, asked):
    posted = deciding(ben, asked, day="2026-06-02")
    for _press in range(2):
        assert ben.client.post(url("question-decide", asked), posted).status_code == 302
    question = fresh(ana, asked)
    assert (question.decided_on.isoformat(), question.review_on.isoformat()) == ("2026-03-02", "2026-06-02")
    with ana.workspace.bound():
        assert Decision.objects.get().is_consensus
        assert [str(p) for p in search("turn").values()] == ["By <b>turns</b>."]
    undo(ben, asked)
    assert fresh(ana, asked).is_open
    with ana.workspace.bound():
        assert not Decision.objects.exists()


def test_more_hands_than_members_are_asked_about(ana, asked, at):
    posted = deciding(ana, asked, how="count", in_favour="7", against="5")
    page = ana.client.post(url("question-decide", asked), posted)
    assert "12 hands, and 2 of us have a say here. Were guests counted?" in page.content.decode()
    assert "By turns." in page.content.decode() and fresh(ana, asked).is_open
    ana.client.post(url("question-decide", asked), {**posted, "guests": "on"})
    with ana.workspace.bound():
        decision = Decision.objects.get()
        assert decision.guests_counted and decision.members == 2 and decision.count == Count(7, 5)
        other = ask_question(by=ana.member, at=at, what="Another?")
        with pytest.raises(TooManyHands):  # nor by anybody who calls the act
            decide(by=ana.member, at=at, question=other, words="x", how="count", count=Count(3, 0))
        assert Decision.objects.count() == 1
    page = ana.client.get(url("question", asked)).content.decode()
    assert "12 hands, 2 of us had a say. Guests were counted." in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"how": ""}, "By consensus, or by counting?"),
        ({"how": "count"}, "How many hands?"),
        ({"how": "count", "in_favour": "-1"}, "A number of hands, from 0 on."),
        ({"words": " "}, "Say in words what was decided"),
        ({"words": "x" * 10_001}, "10001 letters"),
        ({"day": ""}, "When do we look at it again?"),
        ({"day": "2026-03-01"}, "That day is over"),
        ({"on": "2026-03-03"}, "still to come"),
    ],
)
def test_what_cant_be_is_said_and_kept(ana, asked, fields, said):
    page = ana.client.post(url("question-decide", asked), deciding(ana, asked, **fields)).content.decode()
    assert said in page and fresh(ana, asked).is_open


def test_names_only_where_we_chose_to(ana, ben, asked):
    hands = {f"hand-{ana.member.pk}": "for", f"hand-{ben.member.pk}": "against"}
    posted = deciding(ana, asked, how="count", in_favour="1", against="1", **hands)
    ana.client.post(url("question-decide", asked), posted)
    with ana.workspace.bound():
        assert not Hand.objects.exists()
    corrected = deciding(ana, asked, how="count", named="names", against="0", **hands)
    page = ana.client.post(url("question-decide", asked), corrected)
    assert "more names than hands" in page.content.decode()
    ana.client.post(url("question-decide", asked), {**corrected, "against": ""})
    with ana.workspace.bound():
        assert {(hand.member.name, hand.how) for hand in Hand.objects.all()} == {
            ("Ana", "for"),
            ("Ben", "against"),
        }
        assert (
            Decision.objects.get().count == Count(1, 1) and Decision.objects.get().corrected_by == ana.member
        )


def test_two_who_decide_at_once_see_both(ana, ben, asked):
    first, second = deciding(ana, asked, words="Ana drives."), deciding(ben, asked, words="Ben drives.")
    ana.client.post(url("question-decide", asked), first)
    page = ben.client.post(url("question-decide", asked), second)
    assert "Ana drives." in page.content.decode() and "Ben drives." in page.content.decode()
    seen = {"seen": page.context["form"]["seen"].value()}
    ben.client.post(url("question-decide", asked), {**second, **seen})
    with ana.workspace.bound():
        ana.workspace.catch_up()
        decision = Decision.objects.get()
        assert decision.words == "Ben drives." and decision.corrected_by == ben.member


def test_consensus_with_an_objection_is_said_plainly(ana, ben, asked, at):
    ana.client.post(url("question-decide", asked), deciding(ana, asked))
    posted = {"once": str(uuid4()), "weight": "objection", "words": "I can’t drive.", "whose": "me"}
    for _press in range(2):
        assert ben.client.post(url("question-reserve", asked), posted).status_code == 302
    page = ana.client.get(url("question", asked)).content.decode()
    assert "We called it consensus, and an objection stands." in page
    with ben.workspace.bound():
        mine = Reservation.objects.get()
    assert ana.client.post(url("reservation-lift", mine), follow=True).status_code == 200
    assert fresh(ana, mine).stands  # it is Ben's to lift
    ben.client.post(url("reservation-lift", mine))
    page = ana.client.get(url("question", asked)).content.decode()
    assert "an objection stands" not in page and "I can’t drive." in page


def test_without_a_name_no_page_says_whose_it_is(ana, ben, asked):
    ana.client.post(url("question-decide", asked), deciding(ana, asked))
    posted = {"once": str(uuid4()), "weight": "reservation", "words": "Too often.", "whose": "nobody"}
    ben.client.post(url("question-reserve", asked), posted)
    page = ana.client.get(url("question", asked)).content.decode()
    assert "without a name" in page and "Too often." in page and "Ben" not in page
    history = ana.client.get(reverse("history")).content.decode()
    assert "A reservation was noted" in history
    assert not any("reservation" in line and "Ben" in line for line in history.split("<li"))


def test_a_reservation_outlives_the_undo_of_its_decision(ana, ben, asked, at):
    ana.client.post(url("question-decide", asked), deciding(ana, asked))
    with ben.workspace.bound():
        ben.workspace.catch_up()
        reserve(by=ben.member, at=at, decision=Decision.objects.get(), words="Too often.", member=ben.member)
    undo(ana, asked)
    page = ana.client.get(url("question", asked)).content.decode()
    assert fresh(ana, asked).is_open and "Too often." in page
