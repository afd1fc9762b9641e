"""What people who aren't members answer to a question of ours, noted by a member: in the circle of their place."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.decisions.counting import same
from masslink.decisions.models import Answer, Question
from masslink.ideas import told
from masslink.people.belongings import Belongs
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.vault.record import Record
from masslink.vault.workspace import current

FEWEST = 5  # of fewer contacts who answered it isn't said how many of them said what


def keep_sums(answers: list[Any]) -> None:
    """In the running act, before answers go for good: where answers are closed, the figures stay what they were."""
    running = current().act
    if running is None:
        return
    for answer in answers:
        if answer.question.has_gathered(day_of(running.at)) and not _is_counted_as_member(answer):
            ContactSum.objects.add(answer)


def _is_counted_as_member(answer: ContactAnswer) -> bool:
    member = answer.person.member_id
    return bool(member) and answer.question.answers.filter(member=member).exists()


class ContactAnswer(Record):
    """One person's answer to a question. No page tells it before answers are closed, and then nobody's name."""

    kind = "contact_answer"
    belongs = {
        "person": Belongs(
            label=_("What they answered to our questions"),
            lines=told.contact_answer_lines,
            double=told.same_contact_answer,
            left=told.is_of_old_place,
            let_go=keep_sums,
        )
    }
    fades = Fades(
        "contact_answers",
        548,
        _("What people answered to questions"),
        since="at",
        renewable=False,
        let_go=keep_sums,
    )

    question = models.ForeignKey(Question, models.CASCADE, related_name="contact_answers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="question_answers")
    choice = models.CharField(max_length=240, blank=True)
    words = models.TextField(blank=True)  # the answer itself, or a remark beside what was chosen
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint("question", "person", name="answer_once_per_person")]

    @property
    def counted_as(self) -> str:
        return self.choice or self.words


class ContactSumQuerySet(models.QuerySet["ContactSum"]):
    def add(self, answer: ContactAnswer) -> None:
        """One more who answered that."""
        said = _outlasting(answer)
        known = self.filter(circle=answer.circle, question=answer.question)
        found = next((one for one in known if same(one.answer) == same(said)), None)
        kept = found or ContactSum(circle=answer.circle, question=answer.question, answer=said)
        kept.n += 1
        kept.save()


def _outlasting(answer: ContactAnswer) -> str:
    """What may stay of an answer: what could be chosen, or what enough others said. Own words fade like all words."""
    said = same(answer.counted_as)
    question: Question = answer.question
    common = [*question.choices, *(one.counted_as for one in Answer.objects.filter(question=question))]
    here = {"circle": answer.circle, "question": question}
    alike = sum(same(one.counted_as) == said for one in ContactAnswer.objects.filter(**here))
    alike += sum(one.n for one in ContactSum.objects.filter(**here) if same(one.answer) == said)
    stays = alike >= FEWEST or any(same(one) == said for one in common)
    return answer.counted_as[:240] if stays else ""


class ContactSum(Record):
    """How many people at a place answered the same, as a number only; it stays when their answers are let go."""

    kind = "contact_sum"

    question = models.ForeignKey(Question, models.CASCADE, related_name="contact_sums")
    answer = models.CharField(max_length=240, blank=True)  # none: each in their own words, which are gone
    n = models.PositiveSmallIntegerField(default=0)

    objects = ContactSumQuerySet.as_manager()

    class Meta:
        ordering = ("question", "answer")

    @property
    def counted_as(self) -> str:
        return self.answer or gettext("in their own words, which aren’t kept any more")
