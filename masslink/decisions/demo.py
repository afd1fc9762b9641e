"""What the demo's members decide together: some questions open, five decided over three months, one to look at again.

What all of us can read names no place and nobody who isn't a member.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.decisions import acts
from masslink.decisions.acts import Reserved
from masslink.decisions.counting import Count
from masslink.decisions.models import Decision, Question, Reservation

OBJECTION = Reservation.Weight.OBJECTION


class Said(NamedTuple):
    """A position so many days ago."""

    days_ago: int
    member: str
    words: str


class Tried(NamedTuple):
    """Something was tried, noted on the day it was."""

    days_ago: int
    member: str
    what: str
    showed: str = ""


class Ended(NamedTuple):
    """How it was decided so many days ago, by when it is looked at again, and what was said beside."""

    days_ago: int
    member: str
    words: str
    hands: tuple[int, int, int] | None = None
    review: int | None = None  # so many days after
    beside: tuple[tuple[str, str, str], ...] = ()  # weight, words, and whose it is or nobody's
    guests: bool = False


class Asked(NamedTuple):
    """A question so many days ago, and all that hangs on it."""

    days_ago: int
    member: str
    what: str
    background: str = ""
    by: int | None = None  # to be decided so many days after
    here: bool = False  # of the warehouse alone
    gathers: str = ""
    options: tuple[str, ...] = ()
    until: int | None = None  # the last day for answers, so many days after
    said: tuple[Said, ...] = ()
    tried: tuple[Tried, ...] = ()
    answers: tuple[tuple[int, str, str, str], ...] = ()
    ended: Ended | None = None


RESERVATION = Reservation.Weight.RESERVATION.value
# fmt: off
QUESTIONS = (
    Asked(91, "Ben", "Do we speak with a manager alone?",
        "Two of us were called in last month, one by one. Afterwards nobody knew what had been said.", 9,
        said=(
            Said(90, "Dee", "Never. Bring somebody, and if they say no, say you come back when there are two."),
            Said(89, "Tomás", "Mine stands next to me all day. Never is not possible there."),
            Said(86, "Tomás", "I talked with Dee. Two words in passing is not a meeting. Called in is a meeting."),
        ),
        tried=(Tried(88, "Mira", "I took Ines along when the office called me in.",
            "They were polite for the first time, and we both remembered the same."),),
        ended=Ended(83, "Ana", "When one of us is called in, two go. If they refuse the second one, we leave and come "
            "back. What was said is written down the same evening.", review=180)),
    Asked(76, "Ines", "Who pays for the room and the food?",
        "The room costs forty a month, and soup isn’t free. Until now whoever was there paid.", 14,
        said=(
            Said(74, "Noor", "A tin on the table, nobody looks. I have weeks when I put in nothing."),
            Said(73, "Joris", "Everybody the same each month. A tin is paid by the same three people."),
            Said(70, "Ben", "By what one earns: one in a hundred. Nobody shows a payslip."),
        ),
        tried=(Tried(68, "Dee", "Two months of the tin.", "Sixty-one in the first, nineteen in the second."),),
        ended=Ended(62, "Ines", "One in a hundred of what we earn, each month, into the tin or by transfer to Ines. "
            "Nobody checks. Whoever can’t says nothing and gives nothing.", hands=(5, 2, 1), review=55,
            beside=((RESERVATION, "I would rather know what we can plan with.", "Joris"),
                (RESERVATION, "Words like “what we earn” keep people away who earn nothing.", "")))),
    Asked(55, "Dee", "Do we put our names under the petition?",
        "Nine people at the warehouse signed openly. Do members of ours sign first, last, or with all the others?", 7,
        here=True,
        said=(
            Said(54, "Joris", "In between. First looks like leaders, last looks like hiding."),
            Said(53, "Ben", "All on one day, in a circle, so that nobody is first."),
        ),
        ended=Ended(49, "Dee", "We sign in a circle, all on one day, members among the others.", review=None)),
    Asked(41, "Mira", "Do we keep children’s corner at every meeting?",
        "It takes one of us out of each meeting. Without it four mothers stay at home.", 10,
        said=(
            Said(40, "Ana", "Yes, and whoever sits there gets the minutes read to them the same evening."),
            Said(39, "Noor", "Only if it isn’t always the women. I counted: five of six times."),
        ),
        tried=(Tried(36, "Mira", "A meeting with children at the table.", "Loud, and nobody left early."),),
        ended=Ended(33, "Mira", "Every meeting has a children’s corner. It goes round by turns, men first until it is "
            "even.", hands=(9, 0, 2), guests=True, review=120)),
    Asked(26, "Joris", "Do we answer the reporter?",
        "The local paper asks for somebody who tells how the rate is made. They offer to leave the name out.", 5,
        here=True,
        said=(
            Said(25, "Dee", "Who packs at night is known by three details. A name left out is not enough."),
            Said(25, "Joris", "If we say nothing, the agency says it. Let us give numbers, no stories."),
            Said(24, "Ana", "Only what anybody on three shifts could have told them."),
        ),
        ended=Ended(21, "Joris", "We give the reporter the numbers of the rate, in writing, as a collective. Nobody "
            "meets them.", review=30,
            beside=((OBJECTION, "Whatever we give them, they choose the headline. I would not answer.", "Dee"),))),
    Asked(12, "Ana", "Where should we put our effort this season?",
        "We can’t do all of it well. Ask those you talk with, too: what is worst for them now, and where would they "
        "themselves do something?", 20, gathers=Question.Gathers.CHOICE.value, until=14,
        options=("The rate", "Agency contracts", "Heating and hot water", "Weekend rotas"),
        answers=((11, "Ana", "Agency contracts", "It divides us more than the rate does."), (10, "Dee", "The rate", ""),
            (9, "Ines", "Weekend rotas", ""), (8, "Joris", "Agency contracts", ""), (5, "Mira", "Heating and hot water",
            "The office has broken its word twice."))),
    Asked(9, "Noor", "Do we take notes on a phone during talks?",
        "Some write while the other speaks, some in the evening. People notice.", 13,
        said=(
            Said(8, "Ben", "Never while they speak. I was told: write that I said it, then put your pen away."),
            Said(7, "Mira", "By evening half of it is gone. I ask: may I write that down? Nobody said no so far."),
            Said(2, "Ben", "Asking first, as Mira does, is better than forgetting. While they speak I still don’t."),
        ),
        tried=(Tried(4, "Noor", "Asked three people whether it bothers them.",
            "Two don’t mind, one stopped talking when the phone came out."),)),
    Asked(6, "Ben", "Do we open the Friday breakfast to the day shift?",
        "Nights began it. If forty come, nights will not find a seat.", 4, here=True,
        said=(
            Said(5, "Dee", "Open it, with two tables. Those who carry it decide who sits where: nights."),
            Said(4, "Joris", "Ask nights first. It is theirs."),
        )),
)
# fmt: on


def steps(*, place: str) -> Iterator[Step]:
    """`place` is the warehouse, whose name this room doesn't know."""
    for asked in QUESTIONS:
        where = place if asked.here else ""
        yield Step(asked.days_ago, 20.0, asked.member, partial(_ask, asked=asked, place=where))
        for said in asked.said:
            yield Step(said.days_ago, 20.5, said.member, partial(_say, asked=asked, said=said))
        for tried in asked.tried:
            yield Step(tried.days_ago, 20.7, tried.member, partial(_try, asked=asked, tried=tried))
        for days_ago, member, choice, words in asked.answers:
            given = partial(_answer, asked=asked, choice=choice, words=words)
            yield Step(days_ago, 20.6, member, given)
        if asked.ended:
            yield Step(asked.ended.days_ago, 21.0, asked.ended.member, partial(_end, asked=asked))


def _ask(scene: Scene, *, asked: Asked, place: str) -> None:
    acts.ask_question(
        by=scene.me,
        at=scene.at,
        what=asked.what,
        background=asked.background,
        decide_by=scene.day(asked.days_ago - asked.by) if asked.by else None,
        circle=scene.site(place).circle if place else None,
        gathers=asked.gathers,
        options=asked.options,
        gather_until=scene.day(asked.days_ago - asked.until) if asked.until else None,
    )


def _question(asked: Asked) -> Question:
    return Question.objects.get(what=asked.what)


def _say(scene: Scene, *, asked: Asked, said: Said) -> None:
    acts.take_position(by=scene.me, at=scene.at, question=_question(asked), words=said.words)


def _try(scene: Scene, *, asked: Asked, tried: Tried) -> None:
    acts.note_tried(by=scene.me, at=scene.at, question=_question(asked), what=tried.what, showed=tried.showed)


def _answer(scene: Scene, *, asked: Asked, choice: str, words: str) -> None:
    acts.answer(by=scene.me, at=scene.at, question=_question(asked), choice=choice, words=words)


def _end(scene: Scene, *, asked: Asked) -> None:
    ended = asked.ended
    assert ended
    beside = [
        Reserved(words, weight, scene.member(name) if name else None) for weight, words, name in ended.beside
    ]
    acts.decide(
        by=scene.me,
        at=scene.at,
        question=_question(asked),
        words=ended.words,
        how=Decision.How.COUNT if ended.hands else Decision.How.CONSENSUS,
        count=Count(*ended.hands) if ended.hands else None,
        guests_counted=ended.guests,
        reservations=beside,
        review_on=scene.day(ended.days_ago - ended.review) if ended.review else None,
    )
