"""Answers before any figure: nobody sees one too early, nobody answers too late, nothing typed is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from masslink.decisions import panels
from masslink.decisions.acts import (
    StillGathering,
    decide,
)
from masslink.decisions.tests.conftest import answering, fresh, turn_to, url


def test_nobody_sees_an_answer_or_a_figure_before_they_are_closed(ana, ben, effort, at, monkeypatch):
    assert "You have answered" not in ben.client.get(url("question", effort)).content.decode()
    posted = answering(ana, effort, choice="Rotas", words="Weekends are gone")
    for _press in range(2):
        assert ana.client.post(url("question-answer", effort), posted).status_code == 302
    for someone in (ana, ben):
        if someone is ben:
            ben.client.post(url("question-answer", effort), answering(ben, effort, words="Soup"))
        page = someone.client.get(url("question", effort))
        assert page.context["figures"] == [] and page.context["remarks"] == []
        found = someone.client.post("/us/questions", {"q": "weekends"}).content.decode()
        assert "Weekends are gone" not in page.content.decode() + found
    with ana.workspace.bound():
        assert panels.figures(fresh(ana, effort), at.date(), ["Rotas"]) == []
        with pytest.raises(StillGathering):
            decide(by=ana.member, at=at, question=effort, words="Rotas.")
    turn_to(monkeypatch, at + timedelta(days=6))
    figures = ana.client.get(url("question", effort)).context["figures"]
    assert [(f.answer, f.ours) for f in figures] == [("The rate", 0), ("Rotas", 1), ("Soup", 1)]


def test_closed_by_hand_it_stays_closed_and_what_came_late_is_kept(ana, ben, effort, at):
    late = answering(ben, effort, choice="Rotas", words="Weekends are gone")
    ana.client.post(url("question-answer", effort), answering(ana, effort, choice="The rate"))
    ana.client.post(url("question-close", effort))
    page = ana.client.get(url("question", effort))
    assert [f.ours for f in page.context["figures"]] == [1, 0]
    assert not ana.client.get(url("question", effort)).context["flash"]
    undone = next(line.undo_url for line in ana.client.get(reverse("history")).context["lines"])
    assert not undone  # what was seen stays seen
    page = ben.client.post(url("question-answer", effort), late).content.decode()
    assert "Weekends are gone" in page and "Keep it as my position" in page
    with ana.workspace.bound():
        assert effort.answers.count() == 1
    edited = {
        "version": fresh(ana, effort).version,
        "what": effort.what,
        "gather_until": "2026-03-20",
        "day": "none",
    }
    ana.client.post(url("question-edit", effort), edited)
    assert not fresh(ana, effort).is_gathering(at.date())


def test_an_answer_changed_in_two_tabs_shows_both(ana, effort):
    first, second = (
        answering(ana, effort, choice="Rotas"),
        answering(ana, effort, choice="The rate", words="Now"),
    )
    ana.client.post(url("question-answer", effort), first)
    page = ana.client.post(url("question-answer", effort), second)
    assert "You answered meanwhile" in page.content.decode() and "Now" in page.content.decode()
    with ana.workspace.bound():
        assert effort.answers.get().choice == "Rotas"
