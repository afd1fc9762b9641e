"""Pages of ideas and corrections where something typed could be lost, doubled, or read by more than one means."""

from datetime import datetime

from masslink.conftest import Someone
from masslink.decisions.acts import ask_question
from masslink.decisions.models import Question
from masslink.ideas.acts import answer_idea, draw_together, raise_idea, take_apart
from masslink.ideas.correction_acts import agree, note_correction
from masslink.ideas.correction_models import Correction
from masslink.ideas.models import Idea, IdeaAnswer
from masslink.ideas.tests.conftest import first_words, once, url
from masslink.people.acts import edit_person
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.tasks.models import ToDo


def test_another_answer_in_the_same_words_that_becomes_something_else_is_kept(
    ana: Someone, idea: Idea
) -> None:
    for fields in ({"what": "Ask for the key", "other_day": "2026-03-09"}, {"question": "Who pays?"}):
        with ana.workspace.bound():
            seen = Idea.objects.get().version
        for _press in range(2):
            ana.client.post(url("idea-answer", idea), once(seen=seen, answer="taken_up", **fields))
    with ana.workspace.bound():
        assert [ToDo.objects.get().what, Question.objects.get().what] == ["Ask for the key", "Who pays?"]
        assert IdeaAnswer.objects.count() == 2


def test_what_was_typed_is_shown_where_nothing_is_taken_any_more(
    ana: Someone, person: Person, idea: Idea, at: datetime
) -> None:
    with ana.workspace.bound():
        answer_idea(by=ana.member, at=at, idea=idea, what="tried", words="Gone in a day.")
        correction = note_correction(by=ana.member, at=at, fact="Names were read aloud.", person=person)
        pointed = correction.pointed.get()
    look = ana.client.post(url("correction-look", correction), once(did="changed", words="Nobody did."))
    assert "Say first what changes" in first_words(look) and "Nobody did." in first_words(look)
    with ana.workspace.bound():
        agree(by=ana.member, at=at, correction=correction, learned="", changes="No names.")
        edit_person(by=ana.member, at=at, person=Person.objects.get(pk=person.pk), reach="not_at_all")
    for page in (url("idea-carry", idea), url("correction-told", pointed)):
        answer = first_words(ana.client.post(page, once(said="High time.")))
        assert "not to be contacted" in answer and "High time." in answer, page
        assert "not to be contacted" in first_words(ana.client.get(page, follow=True))


def test_somebody_new_is_added_once_however_often_it_is_pressed(
    ana: Someone, site: Site, at: datetime
) -> None:
    with ana.workspace.bound():
        asked = ask_question(by=ana.member, at=at, what="Where to?", gathers="freely")
        correction = note_correction(by=ana.member, at=at, fact="We came late.", site=site)
    new = {"new_place": str(site.pk), "where": "us"}
    for page, fields in (
        ("/us/ideas/new", once(words="A door.", new="Nia", **new)),
        ("/us/corrections/new", once(about="mistake", fact="Too loud.", new="Olu", **new)),
        (url("contact-answer", asked), once(words="Left.", new="Pia", **new)),
        (url("correction-pointed", correction), once(new="Qiu", **new)),
    ):
        for _press in range(2):
            ana.client.post(page, fields)
    with ana.workspace.bound():
        assert sorted(Person.objects.values_list("name", flat=True)) == ["Nia", "Olu", "Pia", "Qiu"]


def test_a_correction_said_anew_with_another_proposal_is_kept(ana: Someone) -> None:
    said = {"about": "mistake", "fact": "We came late.", "where": "us"}
    for proposal in ("", "", "Leave at five."):
        ana.client.post("/us/corrections/new", once(**said, proposal=proposal))
    with ana.workspace.bound():
        assert sorted(Correction.objects.values_list("proposal", flat=True)) == ["", "Leave at five."]


def test_what_lies_elsewhere_gets_the_same_answer_only_where_that_is_said(ana: Someone, idea: Idea) -> None:
    with ana.workspace.bound():
        ours = raise_idea(by=ana.member, at=idea.at, words="A microwave for nights.")
        draw_together(by=ana.member, at=idea.at, ideas=[idea, ours])
    page = ana.client.get(url("idea-answer", idea))
    assert "Some of them lie elsewhere" in first_words(page) and not page.context["form"]["also"].value()
    with ana.workspace.bound():
        there = raise_idea(by=ana.member, at=idea.at, words="Heat.", site=idea.site)
        draw_together(by=ana.member, at=idea.at, ideas=[there, Idea.objects.get(pk=idea.pk)])
        take_apart(by=ana.member, at=idea.at, idea=Idea.objects.get(pk=ours.pk))
    page = ana.client.get(url("idea-answer", idea))
    assert "Some of them lie elsewhere" not in first_words(page) and page.context["form"]["also"].value()
