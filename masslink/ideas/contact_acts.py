"""What people who aren't members answer to a question, noted and taken back."""

from datetime import datetime
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.decisions.acts import AnswersClosed
from masslink.decisions.models import Question
from masslink.ideas.contact_models import ContactAnswer
from masslink.people.models import Person
from masslink.vault.act import act


def note_contact_answer(
    *,
    by: Member,
    at: datetime,
    question: Question,
    person: Person,
    choice: str = "",
    words: str = "",
    id: UUID | None = None,
) -> ContactAnswer:
    """What a person answers; said again, it stands instead of the one before. Raises AnswersClosed."""
    if not question.is_gathering(day_of(at)):
        raise AnswersClosed
    with act("contact_answered", at=at):
        answer = ContactAnswer.objects.filter(question=question, person=person).first()
        if answer is None:
            answer = ContactAnswer(id=id or uuid4(), circle=person.circle, question=question, person=person)
        answer.choice, answer.words, answer.by, answer.at = choice, words, by, at
        answer.save()
    return answer


def take_contact_answer_back(*, by: Member, at: datetime, answer: ContactAnswer) -> None:
    """It was somebody else's, or a slip. Raises AnswersClosed."""
    if not answer.question.is_gathering(day_of(at)):
        raise AnswersClosed
    with act("contact_answer_taken_back", at=at):
        answer.delete()
