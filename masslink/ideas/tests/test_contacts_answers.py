"""What contacts answer to a question: with their place, one each, until answers are closed, in no file before."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from masslink.conftest import Someone
from masslink.decisions.acts import AnswersClosed, answer, ask_question, close_gathering
from masslink.decisions.models import Question
from masslink.decisions.panels import figures
from masslink.ideas.contact_acts import note_contact_answer, take_contact_answer_back
from masslink.ideas.contact_models import ContactAnswer, ContactSum
from masslink.ideas.panels import contacts_of
from masslink.people.acts import add_person
from masslink.people.erasing import erase_person
from masslink.people.fading import fade_due
from masslink.people.merging import merge_persons
from masslink.people.models import Person
from masslink.people.moving import move_person
from masslink.people.whole_file import sections_of
from masslink.sites.acts import open_site


@pytest.fixture
def effort(ana: Someone, at: datetime) -> Question:
    """A question of all of us that gathers answers until Saturday."""
    with ana.workspace.bound():
        return ask_question(
            by=ana.member,
            at=at,
            what="Where do we put our effort?",
            gathers="choice",
            options=("The rate", "Rotas"),
            gather_until=date(2026, 3, 7),
        )


def _note(ana: Someone, effort: Question, person: Person, at: datetime, choice: str) -> ContactAnswer:
    return note_contact_answer(by=ana.member, at=at, question=effort, person=person, choice=choice)


def test_one_answer_each_with_their_place_until_answers_are_closed(
    ana: Someone, effort: Question, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        _note(ana, effort, person, at, "The rate")
        answer = _note(ana, effort, person, at, "Rotas")
        assert ContactAnswer.objects.get().choice == "Rotas"
        assert answer.circle == person.circle
        take_contact_answer_back(by=ana.member, at=at, answer=answer)
        answer = _note(ana, effort, person, at, "Rotas")
        for change in (
            lambda: _note(ana, effort, person, at + timedelta(days=6), "The rate"),
            lambda: take_contact_answer_back(by=ana.member, at=at + timedelta(days=6), answer=answer),
        ):
            with pytest.raises(AnswersClosed):
                change()


def test_a_file_shows_it_once_answers_are_closed(
    ana: Someone, effort: Question, person: Person, at: datetime
) -> None:
    def told() -> str:
        return " ".join(f"{line.said} {line.note}" for s in sections_of(person) for line in s.lines)

    with ana.workspace.bound():
        _note(ana, effort, person, at, "Rotas")
        assert "Rotas" not in told() and "when answers are closed" in told()
        close_gathering(by=ana.member, at=at, question=effort)
        assert "Rotas" in told()


def test_it_goes_along_where_all_are_asked_and_ends_where_the_old_place_was(
    ana: Someone, effort: Question, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        here = ask_question(by=ana.member, at=at, what="Which door?", circle=person.circle, gathers="freely")
        _note(ana, effort, person, at, "Rotas")
        note_contact_answer(by=ana.member, at=at, question=here, person=person, words="The left one.")
        there = open_site(by=ana.member, at=at, kind="workplace", name="Kitchen")
        move_person(by=ana.member, at=at, person=Person.objects.get(pk=person.pk), site=there)
        answer = ContactAnswer.objects.get()
        assert (answer.question, answer.circle) == (effort, there.circle)


def test_two_entries_have_one_answer_and_an_erased_one_has_none(
    ana: Someone, effort: Question, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        keep = add_person(by=ana.member, at=at, site=person.site, name="Marisol")
        _note(ana, effort, keep, at, "The rate")
        _note(ana, effort, person, at, "Rotas")
        merge_persons(by=ana.member, at=at, keep=keep, other=Person.objects.get(pk=person.pk), values={})
        assert ContactAnswer.objects.get().choice == "The rate"
        erase_person(by=ana.member, at=at, person=keep)
        assert not ContactAnswer.objects.exists()


# --- when they are let go ----------------------------------------------------------------------------


def _figures(question: Question, today: date) -> list[tuple[str, int, int]]:
    contacts = contacts_of(question)
    found = figures(question, today, others=contacts.said)
    return [(one.answer, one.ours, one.others) for one in found]


def _five(ana: Someone, question: Question, person: Person, at: datetime, *said: str) -> list[Person]:
    """Five people, each a day after the other, with what they said."""
    others = [add_person(by=ana.member, at=at, site=person.site, name=f"Nr {n}") for n in range(4)]
    for n, (one, words) in enumerate(zip([person, *others], said, strict=True)):
        how: dict[str, Any] = {"choice" if question.choices else "words": words}
        when = at + timedelta(days=n)
        note_contact_answer(by=ana.member, at=when, question=question, person=one, **how)
    return others


def test_figures_of_a_closed_question_stay_when_answers_fade_one_after_the_other(
    ana: Someone, effort: Question, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        others = _five(ana, effort, person, at, "Rotas", "The rate", "Rotas", "Rotas", "The rate")
        answer(by=ana.member, at=at, question=effort, choice="Rotas")
        close_gathering(by=ana.member, at=at + timedelta(days=5), question=effort)
        figures_then = [("The rate", 0, 2), ("Rotas", 1, 3)]
        erase_person(by=ana.member, at=at + timedelta(days=6), person=others[0])
        for n in range(7):
            today = at + timedelta(days=546 + n)
            fade_due(at=today)
            assert _figures(effort, today.date()) == figures_then
            assert contacts_of(effort).n == 5 and contacts_of(effort).are_told_apart
        assert not ContactAnswer.objects.exists()
        assert {one.circle for one in ContactSum.objects.all()} == {person.circle}


def test_own_words_go_and_only_their_number_stays(
    ana: Someone, effort: Question, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        free = ask_question(by=ana.member, at=at, what="What first?", circle=person.circle, gathers="freely")
        others = _five(ana, free, person, at, "My brother’s hours", "Dues", "The door", "dues.", "Our tea")
        answer(by=ana.member, at=at, question=free, words="Dues")
        close_gathering(by=ana.member, at=at, question=free)
        there = open_site(by=ana.member, at=at, kind="workplace", name="Kitchen")
        one = Person.objects.get(pk=others[1].pk)
        move_person(by=ana.member, at=at, person=one, site=there)  # what is asked here, they aren't any more
        assert contacts_of(free).n == 5
        later = at + timedelta(days=560)
        fade_due(at=later)
        gone = "in their own words, which aren’t kept any more"
        assert sorted(_figures(free, later.date())) == [("Dues", 1, 2), (gone, 0, 3)]
        assert "brother" not in str(list(ContactSum.objects.values()))


def test_before_answers_are_closed_no_sum_is_kept(
    ana: Someone, effort: Question, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        _note(ana, effort, person, at, "Rotas")
        erase_person(by=ana.member, at=at, person=Person.objects.get(pk=person.pk))
        assert not ContactSum.objects.exists()
