"""The pages of ideas, corrections and contacts' answers, as members use them; and what waits."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.conftest import Someone
from masslink.conversations.acts import log_talk
from masslink.decisions.acts import ask_question, close_gathering
from masslink.decisions.models import Question
from masslink.ideas.acts import answer_idea, draw_together, raise_idea
from masslink.ideas.contact_models import ContactAnswer
from masslink.ideas.correction_acts import agree, note_correction
from masslink.ideas.correction_models import Correction
from masslink.ideas.models import Idea, IdeaAnswer
from masslink.ideas.tests.conftest import first_words, once, turn_to, url
from masslink.people.acts import add_person, take_on
from masslink.people.models import Deed, Person
from masslink.sites.models import Site
from masslink.tasks.models import ToDo
from masslink.vault import history


def test_an_idea_of_a_person_is_written_down_once_and_can_be_undone(ana: Someone, person: Person) -> None:
    form = once(words="A second door.", person=str(person.pk), where="us", telling="")
    page = ana.client.post("/us/ideas/new", form, follow=True)
    ana.client.post("/us/ideas/new", {**form, "once": str(uuid4())})  # Back, and sent anew
    with ana.workspace.bound():
        made = Idea.objects.get()
        assert (made.person, made.site_id, made.telling) == (person, person.site_id, "no_name")
    ana.client.post(page.context["flash"]["undo_url"])
    with ana.workspace.bound():
        assert not Idea.objects.exists() and not Deed.objects.exists()


def test_an_idea_of_all_of_us_is_taken_off_the_list(ana: Someone, site: Site) -> None:
    page = ana.client.post("/us/ideas/new", once(words="Meet outside.", where="us"), follow=True)
    with ana.workspace.bound():
        made = Idea.objects.get()
    assert page.context["flash"]["undo_url"] == url("idea-drop", made)
    ana.client.post(url("idea-drop", made))
    assert "Meet outside" not in first_words(ana.client.get("/us/ideas"))


def test_bad_input_is_said_and_kept(ana: Someone, ben: Someone, person: Person, site: Site) -> None:
    for fields, said in (
        ({"words": ""}, "nothing written yet"),
        ({"words": "x" * 10_001}, "10001 letters"),
        ({"words": "Kept words", "who": "Zzz"}, "Kept words"),
        ({"words": "Kept", "person": str(person.pk), "member": str(ben.member.pk)}, "Theirs, or one of us?"),
        ({"words": "Kept", "new": ["One", "Two"]}, "One at a time"),
        ({"words": "Kept", "where": "nowhere"}, "Not saved yet"),
    ):
        assert said in first_words(ana.client.post("/us/ideas/new", once(**fields)))
    with ana.workspace.bound():
        assert not Idea.objects.exists()


def test_who_may_not_be_named_stands_on_the_ideas_own_page_only(ana: Someone, idea: Idea, site: Site) -> None:
    assert "Marisol" in first_words(ana.client.get(url("idea", idea)))
    on_paper = re.sub(
        r'<span class="no-print">.*?</span>', "", first_words(ana.client.get(url("idea", idea)))
    )
    assert "Marisol" not in on_paper.partition("Who can read this")[0] and ">Somebody</span>" in on_paper
    for page in ("/us/ideas", f"/us/ideas?place={site.pk}", "/us", url("place", site)):
        text = first_words(ana.client.get(page)).partition("Who can read this")[0]
        assert "microwave" in text or page in ("/us",), page
        assert "Somebody" in text or page in ("/us", url("place", site)), page
    listed = first_words(ana.client.post("/us/ideas", {"q": "microwave"}))
    assert "microwave" in listed and "Marisol" not in listed
    assert "Marisol" not in first_words(ana.client.get("/us/history")).partition("microwave")[0]


def test_answered_with_a_to_do_and_carried_back_as_a_talk(ana: Someone, idea: Idea) -> None:
    def version() -> int:
        with ana.workspace.bound():
            return Idea.objects.get().version

    page = ana.client.post(url("idea-answer", idea), once(seen=version(), answer="not_now"))
    assert "Say why not now" in first_words(page)
    lost = once(seen=version(), answer="tried", words="Gone.", what="Ask for the key", other_day="2026-03-09")
    assert "Only what is taken up" in first_words(ana.client.post(url("idea-answer", idea), lost))
    answer = once(seen=version(), answer="taken_up", what="Ask for the key", other_day="2026-03-09")
    page = ana.client.post(url("idea-answer", idea), {**answer, "member": str(ana.member.pk)}, follow=True)
    assert "Ask for the key" in first_words(page) and "I told Marisol R." in first_words(page)
    ana.client.post(url("idea-answer", idea), {**answer, "member": str(ana.member.pk)})
    page = ana.client.post(url("idea-carry", idea), once(seen=version(), said="High time."), follow=True)
    assert "High time." in first_words(page) and "I told Marisol" not in first_words(page)
    with ana.workspace.bound():
        assert ToDo.objects.count() == IdeaAnswer.objects.count() == 1
        assert Deed.objects.get(deed_kind="talked").words == "High time."


def test_two_who_answer_at_once_see_each_other(ana: Someone, idea: Idea) -> None:
    shown = {"seen": idea.version}
    ana.client.post(url("idea-answer", idea), once(**shown, answer="tried", words="It was gone in a day."))
    page = ana.client.post(url("idea-answer", idea), once(**shown, answer="not_now", words="The lease."))
    assert "It was gone in a day." in first_words(page) and "The lease." in first_words(page)
    with ana.workspace.bound():
        assert IdeaAnswer.objects.count() == 1


def test_nothing_is_carried_back_before_there_is_an_answer(ana: Someone, idea: Idea) -> None:
    page = ana.client.get(url("idea-carry", idea), follow=True)
    assert "no answer yet" in first_words(page)


def test_what_is_alike_is_suggested_drawn_together_and_taken_apart(
    ana: Someone, idea: Idea, site: Site, at: datetime
) -> None:
    with ana.workspace.bound():
        other = raise_idea(by=ana.member, at=at, words="A microwave for the nights.", site=site)
        raise_idea(by=ana.member, at=at, words="Cards at tea.", site=site)
    page = first_words(ana.client.get(url("idea", idea)))
    assert "A microwave for the nights" in page and "Cards" not in page
    ana.client.post(url("idea-alike", idea), {"idea": str(other.pk)})
    assert "Take apart" in first_words(ana.client.get(url("idea", idea)))
    ana.client.post(url("idea-apart", other))
    assert "Take apart" not in first_words(ana.client.get(url("idea", idea)))


def test_lists_and_one_idea_ask_no_more_often_for_many(
    ana: Someone, idea: Idea, person: Person, at: datetime
) -> None:
    def queries(page: str) -> int:
        ana.client.get(page)
        with CaptureQueriesContext(ana.workspace.db) as held:
            assert ana.client.get(page).status_code == 200
        return len(held)

    pages = ("/us/ideas", "/us/corrections", url("idea", idea), "/us", "/")
    with ana.workspace.bound():
        ideas = [idea]
        note_correction(by=ana.member, at=at, fact="One", person=person)
        answer_idea(by=ana.member, at=at, idea=idea, what="not_now")
    few = [queries(page) for page in pages]
    with ana.workspace.bound():
        idea = Idea.objects.get()
        for n in range(8):
            words = f"Put the microwave where nights can reach it, number {n}"
            ideas.append(raise_idea(by=ana.member, at=at, words=words, person=person))
            wrong = note_correction(by=ana.member, at=at, fact=f"Fact {n}", person=person)
            agree(by=ana.member, at=at, correction=wrong, learned="", changes="Much", look_on=at.date())
            answer_idea(by=ana.member, at=at, idea=idea, what="tried", words=f"No {n}")
        draw_together(by=ana.member, at=at, ideas=ideas[1:6])
    many = [queries(page) for page in pages]
    assert all(later <= before + 1 for before, later in zip(few, many, strict=True)), (few, many)


def test_what_waits_stands_on_today_and_on_us(
    ana: Someone, ben: Someone, shared_site: Site, idea: Idea, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, carry = "An idea waits for an answer", "Not carried back yet"
    assert waits not in first_words(ana.client.get("/"))
    later = at + timedelta(days=14)
    turn_to(monkeypatch, later)
    for page in ("/", "/us"):
        assert waits in first_words(ana.client.get(page))
    with ana.workspace.bound():
        answer_idea(by=ana.member, at=later, idea=idea, what="not_now", words="The lease.")
        here = Person.objects.get()
        take_on(by=ana.member, at=later, person=here, member=ana.member, rhythm_days=14)
    assert carry in first_words(ana.client.get("/")) and waits not in first_words(ana.client.get("/"))
    assert carry not in first_words(ben.client.get("/"))  # Ana sees to her
    assert carry in first_words(ben.client.get("/us"))


def test_an_idea_ticked_with_a_talk_is_asked_for_on_the_persons_page(
    ana: Someone, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        (talk,) = log_talk(
            by=ana.member, at=at, persons=[person], how="talked", words="A second door!", deeds=["idea"]
        )
    assert "write it down" in first_words(ana.client.get(url("person", person)))
    form = ana.client.get(f"/us/ideas/new?person={person.pk}&talk={talk.pk}")
    assert form.context["form"].initial["words"] == "A second door!"
    fields = once(words="A second door!", person=str(person.pk), talk=str(talk.pk))
    ana.client.post("/us/ideas/new", fields)
    page = first_words(ana.client.get(url("person", person)))
    assert "write it down" not in page and "What they propose" in page
    with ana.workspace.bound():
        assert Deed.objects.filter(deed_kind="idea").count() == 1


# --- corrections ---------------------------------------------------------------------------------


def test_a_correction_from_a_contact_through_to_whether_it_changed(
    ana: Someone, person: Person, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = once(about="mistake", fact="Names were read aloud.", person=str(person.pk), where="us")
    for _twice in range(2):
        page = ana.client.post("/us/corrections/new", fields, follow=True)
    with ana.workspace.bound():
        made = Correction.objects.get()
        assert made.site_id == person.site_id
    agreed = {"seen": made.version, "changes": "No names in rooms.", "look_on": "2026-04-01", "what": ""}
    page = ana.client.post(url("correction-agree", made), agreed, follow=True)
    assert "I told Marisol R." in first_words(page)
    with ana.workspace.bound():
        pointed = made.pointed.get()
    told = once(seen=pointed.version, said="Good.")
    for _twice in range(2):
        page = ana.client.post(url("correction-told", pointed), told, follow=True)
    assert "I told" not in first_words(page)
    turn_to(monkeypatch, at + timedelta(days=31))
    assert "Did it change? Names were read aloud." in first_words(ana.client.get("/"))
    with ana.workspace.bound():
        version = Correction.objects.get().version
        assert Deed.objects.filter(deed_kind="talked").count() == 1
    ana.client.post(url("correction-look", made), once(seen=version, did="changed", words="Nobody did."))
    assert "Did it change?" not in first_words(ana.client.get("/"))


def test_criticism_is_of_acts_and_asks_once_when_one_of_us_is_named(ana: Someone, ben: Someone) -> None:
    fields = once(about="criticism", fact="Ben's flier came too late.", where="us")
    page = ana.client.post("/us/corrections/new", fields)
    assert "You name Ben" in first_words(page)
    sure = page.context["form"]["sure"].value()
    ana.client.post("/us/corrections/new", {**fields, "sure": sure})
    with ana.workspace.bound():
        assert Correction.objects.get().fact == "Ben's flier came too late."


def test_what_somebody_says_of_themselves_others_read_and_leave_alone(
    ana: Someone, ben: Someone, at: datetime
) -> None:
    with ana.workspace.bound():
        own = note_correction(by=ana.member, at=at, fact="I came late.", about="self")
    assert "I came late." in first_words(ben.client.get(url("correction", own)))
    for name in ("correction-edit", "correction-agree", "correction-look", "correction-drop"):
        page = ben.client.post(url(name, own), once(fact="She came late.", version=own.version), follow=True)
        assert "they alone write here" in first_words(page)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert Correction.objects.get().fact == "I came late."


# --- contacts' answers ---------------------------------------------------------------------------


@pytest.fixture
def effort(ana: Someone, at: datetime) -> Question:
    with ana.workspace.bound():
        return ask_question(
            by=ana.member, at=at, what="Where to?", gathers="choice", options=("The rate", "Rotas")
        )


@pytest.fixture
def note(ana: Someone, effort: Question) -> Callable[..., Any]:
    def noted(person: Person, choice: str, **fields: Any) -> Any:
        form = once(person=str(person.pk), choice=choice, **fields)
        return ana.client.post(url("contact-answer", effort), form, follow=True)

    return noted


def test_nobody_sees_what_contacts_answer_before_answers_are_closed(
    ana: Someone,
    ben: Someone,
    shared_site: Site,
    person: Person,
    effort: Question,
    note: Callable[..., Any],
    at: datetime,
) -> None:
    page = note(person, "Rotas", words="Because of the children.")
    assert "1 person we talk with has answered so far, of those you may see." in first_words(page)
    for where in (url("question", effort), url("person", person), url("contact-answer", effort)):
        text = first_words(ana.client.get(f"{where}?person={person.pk}"))
        assert "Because of the children" not in text and "checked> <span>Rotas" not in text
    assert "Asked, and noted" in first_words(ana.client.get(url("person", person)))
    page = note(person, "The rate")  # somebody's is noted already: asked, without showing it
    assert "noted an answer of theirs" in first_words(page) and "children" not in first_words(page)
    seen = page.context["form"]["seen"].value()
    note(person, "The rate", seen=seen)
    with ana.workspace.bound():
        assert ContactAnswer.objects.get().choice == "The rate"
    # Another finds nothing out by trying: the same is asked about like anything else.
    tried = [once(person=str(person.pk), choice=choice) for choice in ("The rate", "Rotas")]
    pages = [first_words(ben.client.post(url("contact-answer", effort), form, follow=True)) for form in tried]
    assert all("Ana noted an answer of theirs" in page for page in pages)


def test_few_contacts_are_counted_together_with_us_and_five_apart(
    ana: Someone, person: Person, effort: Question, note: Callable[..., Any], at: datetime
) -> None:
    ana.client.post(url("question-answer", effort), once(seen="", choice="Rotas"))
    note(person, "Rotas", words="The children.")
    with ana.workspace.bound():
        others = [add_person(by=ana.member, at=at, site=person.site, name=f"Nr {n}") for n in range(4)]
    for one in others[:3]:
        note(one, "The rate")
    with ana.workspace.bound():
        close_gathering(by=ana.member, at=at, question=Question.objects.get())
    page = first_words(ana.client.get(url("question", effort)))
    assert "Fewer than five" in page and "people asked" not in page and "The children." not in page
    with ana.workspace.bound():
        question = Question.objects.get()
        question_before = history.recent()[0]
        history.undo(question_before, at=at)
        assert question.has_gathered(at.date())
    note(others[3], "The rate")
    with ana.workspace.bound():
        close_gathering(by=ana.member, at=at, question=Question.objects.get())
    page = first_words(ana.client.get(url("question", effort)))
    assert "people asked" in page and "The children." in page
    late = note(others[0], "Rotas", words="Late")
    assert "Answers are closed" in first_words(late) and "Late" in first_words(late)


def test_only_people_of_the_place_are_asked_its_own_question(
    ana: Someone, person: Person, site: Site, at: datetime
) -> None:
    from masslink.sites.acts import open_site

    with ana.workspace.bound():
        there = open_site(by=ana.member, at=at, kind="workplace", name="Kitchen")
        theirs = ask_question(by=ana.member, at=at, what="Which door?", circle=there.circle, gathers="freely")
    page = ana.client.post(url("contact-answer", theirs), once(person=str(person.pk), words="Left"))
    assert "only its people are asked" in first_words(page)
    assert "Which door?" not in first_words(ana.client.get(url("person", person)))
