"""Three months of the demo's ideas, corrections, and what contacts answer: in all states, as people raise them.

What all of us can read names no place and nobody who isn't a member.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.decisions.demo import QUESTIONS
from masslink.decisions.models import Question
from masslink.ideas import acts, contact_acts
from masslink.ideas import correction_acts as corrections
from masslink.ideas.acts import BecomesToDo
from masslink.ideas.correction_models import Correction, Pointed
from masslink.ideas.models import Idea, IdeaAnswer, Telling
from masslink.sites.demo import WAREHOUSE

TAKEN_UP, TRIED, NOT_NOW = IdeaAnswer.What.TAKEN_UP, IdeaAnswer.What.TRIED, IdeaAnswer.What.NOT_NOW
NAME, NO_NAME = Telling.NAME, Telling.NO_NAME


class Said(NamedTuple):
    """What became of it so many days ago: the answer, its words, a to-do with so many days' time."""

    days_ago: int
    member: str
    what: str
    words: str
    to_do: str = ""
    within: int = 7
    also: bool = False  # for those that were drawn together with it, too


class Told(NamedTuple):
    days_ago: int
    member: str
    said: str = ""


class Raised(NamedTuple):
    """An idea so many days ago, and all that became of it. Without a person it is the member's own."""

    days_ago: int
    member: str
    words: str
    person: str = ""
    place: str = ""
    telling: str = NO_NAME
    answers: tuple[Said, ...] = ()
    told: tuple[Told, ...] = ()


# fmt: off
BREAKFAST = "Breakfast for those who come from nights. When we go home everything is shut."
BENCH = "A bench at the bus stop. We stand there forty minutes when the bus has gone."
IDEAS = (
    Raised(88, "Dee", "Write down what the line makes in an hour, every hour, and hang it up beside theirs.", "Ruth K.",
        telling=NAME,
        answers=(Said(84, "Dee", TAKEN_UP, "Three of us count for a week, then we hang it up.",
            "Copy the counting sheets for the line at the back", 6),
            Said(61, "Dee", TRIED, "It hung for two days. Then it was gone, but everybody had seen it: theirs was a "
                "third too high.")),
        told=(Told(83, "Dee", "I have the pencil ready."), Told(60, "Dee", "They took the sheet, not the numbers."))),
    Raised(74, "Ben", BREAKFAST, "Fatima E.", telling=NAME,
        answers=(Said(68, "Ben", TAKEN_UP, "On Fridays, and whoever has nights carries it.", also=True),),
        told=(Told(66, "Ben", "Then I bring the bread."),)),
    Raised(73, "Ben", "Something warm on Friday mornings, before those of us from nights go home.", "Jonas W.",
        told=(Told(64, "Ben", "So it wasn’t only me."),)),
    Raised(52, "Mira", "Ask the town what the boiler burns. It must stand on paper somewhere.", "Mr. Haddad",
        telling=NAME,
        answers=(Said(45, "Mira", NOT_NOW, "The town wants a name under the letter, and nobody should stand there "
            "alone. We ask again when there are ten of us."),),
        told=(Told(41, "Mira", "Ten we will be. Put me down as number two."),)),
    Raised(38, "Noor", "Swap shifts among ourselves on one list, and give it in on Wednesday, before they plan.",
        "Blessing O.",
        answers=(Said(20, "Noor", TRIED, "Two weeks it worked in the laundry. In the third the office said that it "
            "had lost the list."),)),
    Raised(33, "Ines", "Somebody reads the minutes aloud at the beginning. Half of us never open them.", telling=NAME,
        answers=(Said(30, "Ana", TAKEN_UP, "From the next meeting on, five minutes, no more."),),
        told=(Told(29, "Ines", "Good."),)),
    Raised(26, "Ana", BENCH, "Carla P."),
    Raised(19, "Dee", "Let the agency people sign first for once. They always stand last in the queue.", "Samira A."),
    Raised(9, "Joris", "Card games at tea. People who don’t talk play.", place=WAREHOUSE, telling=NAME),
    Raised(6, "Tomás", "A small pot for whoever has a sick day and isn’t paid.", telling=NAME),
    Raised(4, "Ana", "At the stop by the ring road there should be somewhere to sit when the bus has gone.", "Rosa D.",
        telling=NAME),
)
TOGETHER = ((72, "Ben", (BREAKFAST, "Something warm on Friday")),)


class Changed(NamedTuple):
    """What we agreed on, with a day to look so many days later; a to-do where somebody sees to it."""

    days_ago: int
    member: str
    learned: str
    changes: str
    look: int
    to_do: str = ""


class Wrong(NamedTuple):
    """Something went wrong so many days ago; whether a person pointed it out; what changed."""

    days_ago: int
    member: str
    fact: str
    effect: str = ""
    proposal: str = ""
    about: str = "mistake"
    person: str = ""
    place: str = ""
    changed: Changed | None = None
    told: Told | None = None
    looked: tuple[int, str, str, str] | None = None


CORRECTIONS = (
    Wrong(80, "Dee", "We put the petition on the table in the canteen while team leads ate there.",
        "Two who wanted to sign didn’t, and one was asked about it afterwards.",
        "From hand to hand, outside.", person="Ruth K.",
        changed=Changed(77, "Dee", "Who may see it is decided by those who sign, not by us.",
            "Nothing lies on tables. It goes from hand to hand, at the bus or at home.", 30,
            "Ask where people want to sign"),
        told=Told(75, "Dee", "That you say so is new. Good."),
        looked=(46, "Dee", "changed", "Nine signed at the stop, nobody was asked.")),
    Wrong(57, "Ines", "Three times in a row we began without waiting for those who come with children.",
        "They came into the middle, and left early.", "Begin with tea, and the agenda a quarter of an hour later.",
        about="criticism",
        changed=Changed(54, "Ines", "On time isn’t the same hour for everybody.",
            "The first quarter of an hour is tea. Nothing is decided in it.", 50)),
    Wrong(24, "Ben", "I promised to bring the sheet about breaks, and brought it two weeks late.",
        "The one I had promised it to asked somebody else by then.",
        "I promise less, and write it down at once.", about="self",
        changed=Changed(24, "Ben", "A small promise that is broken weighs as much as a big one.",
            "No promise without a day, and the day stands in my to-dos.", 30)),
    Wrong(13, "Mira", "We told the owner’s office that all four houses agree, and hadn’t asked in Mill Lane.",
        "In Mill Lane they heard it from the office.", "Ask first, every house, and say how many we asked.",
        person="Nuno F.",
        changed=Changed(10, "Mira", "We speak for those whom we asked.",
            "No letter before somebody was in each house. We write how many agreed.", 30,
            "Go through Mill Lane, door by door")),
    Wrong(5, "Joris", "The list of who comes to tea lay on the window sill for a day.", place=WAREHOUSE),
)

# Who was asked where we should put our effort, by whom, and what they said.
ASKED = (
    (10, "Dee", "Ruth K.", "The rate", "It eats us, hour by hour."), (9, "Dee", "Samira A.", "Agency contracts", ""),
    (9, "Ana", "Rosa D.", "The rate", ""), (8, "Ben", "Fatima E.", "Agency contracts", "Next to me is paid less."),
    (6, "Ana", "Andrzej K.", "The rate", ""), (5, "Mira", "Mr. Haddad", "Heating and hot water", ""),
)
# fmt: on
EFFORT = next(one.what for one in QUESTIONS if one.what.startswith("Where should"))


def steps() -> Iterator[Step]:
    for raised in IDEAS:
        yield Step(raised.days_ago, 20.2, raised.member, partial(_raise, raised=raised))
        for said in raised.answers:
            yield Step(said.days_ago, 20.4, said.member, partial(_answer, raised=raised, said=said))
        for told in raised.told:
            yield Step(told.days_ago, 20.6, told.member, partial(_carry, raised=raised, told=told))
    for days_ago, member, beginnings in TOGETHER:
        yield Step(days_ago, 20.3, member, partial(_draw_together, beginnings=beginnings))
    for wrong in CORRECTIONS:
        yield from _correction(wrong)
    for days_ago, member, person, choice, words in ASKED:
        noted = partial(_note_answer, person=person, choice=choice, words=words)
        yield Step(days_ago, 21.2, member, noted)


def _correction(wrong: Wrong) -> Iterator[Step]:
    yield Step(wrong.days_ago, 20.2, wrong.member, partial(_note, wrong=wrong))
    if wrong.changed:
        yield Step(wrong.changed.days_ago, 20.4, wrong.changed.member, partial(_agree, wrong=wrong))
    if wrong.told:
        yield Step(wrong.told.days_ago, 20.6, wrong.told.member, partial(_tell, wrong=wrong))
    if wrong.looked:
        yield Step(wrong.looked[0], 20.8, wrong.looked[1], partial(_look, wrong=wrong))


def _raise(scene: Scene, *, raised: Raised) -> None:
    acts.raise_idea(
        by=scene.me,
        at=scene.at,
        words=raised.words,
        person=scene.person(raised.person) if raised.person else None,
        site=scene.site(raised.place) if raised.place else None,
        telling=raised.telling,
    )


def _idea(raised: Raised) -> Idea:
    return Idea.objects.with_whose().get(words=raised.words)


def _answer(scene: Scene, *, raised: Raised, said: Said) -> None:
    idea = _idea(raised)
    due = (scene.at + timedelta(days=said.within)).date()
    becomes = BecomesToDo(said.to_do, scene.me, due) if said.to_do else None
    also = list(Idea.objects.together_with(idea)) if said.also else []
    acts.answer_idea(
        by=scene.me, at=scene.at, idea=idea, what=said.what, words=said.words, becomes=becomes, also=also
    )


def _carry(scene: Scene, *, raised: Raised, told: Told) -> None:
    acts.carry_back(by=scene.me, at=scene.at, idea=_idea(raised), said=told.said)


def _draw_together(scene: Scene, *, beginnings: tuple[str, ...]) -> None:
    ideas = [Idea.objects.get(words__startswith=text) for text in beginnings]
    acts.draw_together(by=scene.me, at=scene.at, ideas=ideas)


def _note(scene: Scene, *, wrong: Wrong) -> None:
    corrections.note_correction(
        by=scene.me,
        at=scene.at,
        fact=wrong.fact,
        effect=wrong.effect,
        proposal=wrong.proposal,
        about=wrong.about,
        person=scene.person(wrong.person) if wrong.person else None,
        site=scene.site(wrong.place) if wrong.place else None,
    )


def _its(wrong: Wrong) -> Correction:
    return Correction.objects.get(fact=wrong.fact)


def _agree(scene: Scene, *, wrong: Wrong) -> None:
    changed = wrong.changed
    assert changed
    corrections.agree(
        by=scene.me,
        at=scene.at,
        correction=_its(wrong),
        learned=changed.learned,
        changes=changed.changes,
        look_on=scene.day(changed.days_ago - changed.look),
        sees_to_it=scene.me if changed.to_do else None,
        what=changed.to_do,
        due=scene.day(changed.days_ago - 9),
    )


def _tell(scene: Scene, *, wrong: Wrong) -> None:
    pointed = Pointed.objects.select_related("person", "correction").get(correction=_its(wrong))
    assert wrong.told
    corrections.tell_back(by=scene.me, at=scene.at, pointed=pointed, said=wrong.told.said)


def _look(scene: Scene, *, wrong: Wrong) -> None:
    assert wrong.looked
    _days, _member, did, words = wrong.looked
    corrections.look_again(by=scene.me, at=scene.at, correction=_its(wrong), did=did, words=words)


def _note_answer(scene: Scene, *, person: str, choice: str, words: str) -> None:
    question = Question.objects.get(what=EFFORT)
    contact_acts.note_contact_answer(
        by=scene.me, at=scene.at, question=question, person=scene.person(person), choice=choice, words=words
    )
