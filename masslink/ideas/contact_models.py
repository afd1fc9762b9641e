"""What people who aren't members answer to a question of ours, noted by a member: in the circle of their place."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.decisions.models import Question
from masslink.ideas import told
from masslink.people.belongings import Belongs
from masslink.people.fades import Fades
from masslink.people.models import Person
from masslink.vault.record import Record


class ContactAnswer(Record):
    """One person's answer to a question. No page tells it before answers are closed, and then nobody's name."""

    kind = "contact_answer"
    belongs = {
        "person": Belongs(
            label=_("What they answered to our questions"),
            lines=told.contact_answer_lines,
            double=told.same_contact_answer,
            left=told.is_of_old_place,
        )
    }
    fades = Fades("contact_answers", 548, _("What people answered to questions"), since="at", renewable=False)

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
