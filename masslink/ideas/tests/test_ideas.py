"""Ideas: raised as a deed, answered, carried back, drawn together; and what becomes of them with their person."""

from datetime import date, datetime, timedelta

import pytest

from masslink.collective.models import Member
from masslink.conftest import Someone
from masslink.conversations.acts import log_talk
from masslink.decisions.models import Question
from masslink.ideas.acts import (
    BecomesQuestion,
    BecomesToDo,
    answer_idea,
    carry_back,
    draw_together,
    drop_idea,
    raise_idea,
    take_apart,
)
from masslink.ideas.models import Idea, IdeaAnswer, Told
from masslink.people.acts import add_person, became_member, edit_person
from masslink.people.erasing import erase_person
from masslink.people.fading import fade_due, soon
from masslink.people.merging import merge_persons, unmerge
from masslink.people.models import Deed, Person
from masslink.people.moving import move_person
from masslink.people.records import Merged
from masslink.people.whole_file import sections_of
from masslink.sites.acts import open_site
from masslink.sites.models import Site
from masslink.tasks.models import ToDo
from masslink.vault import history
from masslink.vault.act import Conflict

TAKEN_UP, NOT_NOW = IdeaAnswer.What.TAKEN_UP, IdeaAnswer.What.NOT_NOW


def test_a_persons_idea_lies_with_their_place_and_is_a_deed_of_theirs(
    ana: Someone, person: Person, idea: Idea
) -> None:
    with ana.workspace.bound():
        assert (idea.circle, idea.site, idea.member) == (person.circle, person.site, None)
        deed = person.deeds.get()
        assert (deed.deed_kind, deed.origin) == ("idea", idea.ref)
        assert idea.whose == "somebody"  # nobody said that she may be named
        assert idea.whose_really == "Marisol R."


def test_an_idea_ticked_with_a_talk_is_one_deed(ana: Someone, person: Person, at: datetime) -> None:
    with ana.workspace.bound():
        (talk,) = log_talk(by=ana.member, at=at, persons=[person], how="talked", deeds=["idea"])
        made = raise_idea(by=ana.member, at=at, words="A second door.", person=person, origin=talk.ref)
        assert [d.origin for d in person.deeds.filter(deed_kind="idea")] == [made.ref]


def test_a_members_idea_is_of_all_of_us_or_of_a_place(
    ana: Someone, site: Site, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        (talk,) = log_talk(by=ana.member, at=at, persons=[person], how="talked")
        of_all = raise_idea(by=ana.member, at=at, words="A party.", origin=talk.ref)
        assert of_all.origin is None  # what all of us can read points into no place
        ours = raise_idea(by=ana.member, at=at, words="Meet in the park.")
        here = raise_idea(by=ana.member, at=at, words="Lights in the yard.", site=site)
        assert (ours.circle, ours.whose) == (ana.workspace.collective_circle, "Ana")
        assert here.circle == site.circle
        assert not Deed.objects.filter(deed_kind="idea").exists()


def test_an_idea_waits_two_weeks_for_an_answer_then_to_be_carried_back(
    ana: Someone, idea: Idea, at: datetime
) -> None:
    with ana.workspace.bound():
        day, later = at.date() + timedelta(days=14), at + timedelta(days=20)
        assert not Idea.objects.unanswered(day - timedelta(days=1)).exists()
        assert list(Idea.objects.unanswered(day)) == [idea] == list(Idea.objects.waiting(day))
        answer_idea(by=ana.member, at=later, idea=idea, what=NOT_NOW, words="The lease ends in May.")
        assert not Idea.objects.unanswered(day).exists()
        assert list(Idea.objects.to_carry_back()) == [idea] == list(Idea.objects.waiting(day))
        carry_back(by=ana.member, at=later, idea=idea, said="Fair enough.", on_at=later - timedelta(days=1))
        assert not Idea.objects.waiting(day).exists()
        talk = Deed.objects.get(deed_kind="talked")
        assert (talk.words, talk.person, talk.on) == ("Fair enough.", idea.person, day + timedelta(days=5))
        answer_idea(by=ana.member, at=later + timedelta(1), idea=idea, what=TAKEN_UP)  # told before, not this
        assert list(Idea.objects.to_carry_back()) == [idea]


def test_nothing_is_carried_to_somebody_who_wants_no_contact(ana: Someone, idea: Idea, at: datetime) -> None:
    with ana.workspace.bound():
        answer_idea(by=ana.member, at=at, idea=idea, what=NOT_NOW)
        assert idea.person
        edit_person(by=ana.member, at=at, person=idea.person, reach=Person.Reach.NOT_AT_ALL)
        assert not Idea.objects.to_carry_back().exists()
        assert "Marisol" not in idea.whose_really


def test_a_member_who_answers_their_own_idea_knows(ana: Someone, ben: Someone, at: datetime) -> None:
    with ana.workspace.bound():
        own = raise_idea(by=ana.member, at=at, words="Meet in the park.")
        bens = raise_idea(by=ana.member, at=at, words="And on Sundays.", member=_same(ben.member))
        for one in (own, bens):
            answer_idea(by=ana.member, at=at, idea=one, what=TAKEN_UP)
        assert list(Idea.objects.to_carry_back()) == [bens]
        carry_back(by=ana.member, at=at, idea=bens, said="Good.")
        assert (Told.objects.get().said, Deed.objects.count()) == ("Good.", 0)


def _same(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


def test_taken_up_it_becomes_a_to_do_or_a_question(ana: Someone, idea: Idea, at: datetime) -> None:
    with ana.workspace.bound():
        becomes = BecomesToDo("Ask for the key", ana.member, date(2026, 3, 9))
        answer = answer_idea(by=ana.member, at=at, idea=idea, what=TAKEN_UP, becomes=becomes)
        todo = ToDo.objects.get()
        assert (answer.became, todo.origin, todo.circle) == (todo.ref, idea.ref, idea.circle)
        of_all = BecomesQuestion("Do we pay for microwaves?", of_all=True)
        answer = answer_idea(by=ana.member, at=at, idea=idea, what=TAKEN_UP, becomes=of_all)
        asked = Question.objects.get()
        assert (answer.became, asked.circle) == (asked.ref, ana.workspace.collective_circle)
        assert asked.origin is None  # all of us read it: it doesn't point into a place


def test_alike_they_are_answered_together_and_can_be_taken_apart(
    ana: Someone, idea: Idea, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        ours = raise_idea(by=ana.member, at=at, words="A microwave for nights.")
        third = raise_idea(by=ana.member, at=at, words="Heat on nights.", person=person)
        draw_together(by=ana.member, at=at, ideas=[idea, ours])
        draw_together(by=ana.member, at=at, ideas=[third, ours])
        assert set(Idea.objects.together_with(Idea.objects.get(pk=idea.pk))) == {ours, third}
        becomes = BecomesToDo("Ask for the key", ana.member, date(2026, 3, 9))
        answer_idea(by=ana.member, at=at, idea=idea, what=TAKEN_UP, becomes=becomes, also=[ours, third])
        # Each points only where its own readers can follow.
        assert [bool(one.answer and one.answer.became) for one in (idea, third, ours)] == [True, True, False]
        assert ours.is_carried_back and third.is_to_carry_back
        take_apart(by=ana.member, at=at, idea=ours)
        assert list(Idea.objects.together_with(Idea.objects.get(pk=idea.pk))) == [third]
        with pytest.raises(Conflict):
            take_apart(by=ana.member, at=at, idea=ours)


def test_dropped_it_is_nobodys_deed(ana: Someone, idea: Idea, at: datetime) -> None:
    with ana.workspace.bound():
        drop_idea(by=ana.member, at=at, idea=idea)
        assert not Deed.objects.exists()
        assert not Idea.objects.open().exists()


def test_erasing_wins_over_ideas_answers_and_their_images(
    ana: Someone, idea: Idea, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        answer = answer_idea(by=ana.member, at=at, idea=idea, what=NOT_NOW, words="The lease.")
        told = carry_back(by=ana.member, at=at, idea=idea, said="Fair enough.")
        hers, ids = Person.objects.get(pk=person.pk), {idea.pk, answer.pk, told.pk}
        other = raise_idea(by=ana.member, at=at, words="A microwave for nights.", site=hers.site)
        draw_together(by=ana.member, at=at, ideas=[idea, other])
        erase_person(by=ana.member, at=at, person=hers)
        assert list(Idea.objects.all()) == [other]
        assert not IdeaAnswer.objects.exists() and not Told.objects.exists()
        circle = ana.workspace.circles[other.circle]
        everything = ana.workspace.ledger.images_naming(circle, {id.hex for id in (*ids, person.pk)})
        assert not list(everything)


def test_ideas_go_along_to_another_place_without_what_is_of_the_old_one(
    ana: Someone, idea: Idea, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        becomes = BecomesToDo("Ask for the key", ana.member, date(2026, 3, 9))
        answer_idea(by=ana.member, at=at, idea=idea, what=TAKEN_UP, becomes=becomes)
        carry_back(by=ana.member, at=at, idea=idea)
        there = open_site(by=ana.member, at=at, kind="workplace", name="Kitchen")
        move_person(by=ana.member, at=at, person=Person.objects.get(pk=person.pk), site=there)
        moved = Idea.objects.get()
        assert (moved.circle, moved.site) == (there.circle, there)
        # That it was written down is known there, too: nobody is asked to do so once more.
        assert {deed.origin for deed in Deed.objects.all()} == {moved.ref}
        assert moved.answer and moved.answer.became is None
        assert {one.circle for one in (*IdeaAnswer.objects.all(), *Told.objects.all())} == {there.circle}


def test_ideas_follow_two_entries_into_one_and_out_again(
    ana: Someone, idea: Idea, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        answer_idea(by=ana.member, at=at, idea=idea, what=NOT_NOW)
        keep = add_person(by=ana.member, at=at, site=person.site, name="Marisol")
        merge_persons(by=ana.member, at=at, keep=keep, other=Person.objects.get(pk=person.pk), values={})
        assert {Idea.objects.get().person, IdeaAnswer.objects.get().person} == {keep}
        _act, other = unmerge(by=ana.member, at=at, merged=Merged.objects.get())
        assert {Idea.objects.get().person, IdeaAnswer.objects.get().person} == {other}


def test_the_whole_file_shows_their_ideas_and_what_became_of_them(
    ana: Someone, idea: Idea, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        answer_idea(by=ana.member, at=at, idea=idea, what=NOT_NOW, words="The lease.")
        carry_back(by=ana.member, at=at, idea=idea)
        lines = [line for section in sections_of(person) for line in section.lines]
        assert "microwave" in " ".join(line.said for line in lines)
        text = " ".join(f"{line.text} {line.note}" for line in lines)
        for said in ("The lease.", "without their name", "what became of their idea"):
            assert said in text


def test_somebody_who_becomes_a_member_keeps_their_ideas(
    ana: Someone, ben: Someone, idea: Idea, person: Person, at: datetime
) -> None:
    with ana.workspace.bound():
        answer_idea(by=ana.member, at=at, idea=idea, what=NOT_NOW)
        hers = Person.objects.get(pk=person.pk)
        became_member(by=ana.member, at=at, person=hers, member=_same(ben.member))
        assert list(Idea.objects.to_carry_back()) == [idea]


def test_words_of_people_fade_and_ours_stay(ana: Someone, idea: Idea, at: datetime) -> None:
    with ana.workspace.bound():
        ours = raise_idea(by=ana.member, at=at, words="Meet in the park.")
        much_later = at + timedelta(days=540)
        assert [one.record for one in soon(much_later.date()) if one.record.kind == "idea"] == [idea]
        fade_due(at=at + timedelta(days=560))
        assert {one.pk: one.words for one in Idea.objects.all()} == {
            idea.pk: "",
            ours.pk: "Meet in the park.",
        }
        assert "faded" in Idea.objects.get(pk=idea.pk).short


def test_what_was_raised_at_a_place_can_be_undone(ana: Someone, idea: Idea, at: datetime) -> None:
    with ana.workspace.bound():
        (done, *_more) = history.recent()
        history.undo(done, at=at)
        assert not Idea.objects.exists() and not Deed.objects.exists()
