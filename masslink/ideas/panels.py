"""What this room offers to its pages and to those that mix rooms: rows, what waits, one idea whole, answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.core.pages import address
from masslink.decisions.models import Answer, Question
from masslink.ideas.acts import RAISED
from masslink.ideas.contact_models import FEWEST, ContactAnswer, ContactSum
from masslink.ideas.correction_models import Correction
from masslink.ideas.likeness import ALIKE, most_alike
from masslink.ideas.models import Idea, IdeaAnswer, IdeaQuerySet, Told
from masslink.people.models import Deed, Link, Person
from masslink.sites.models import Site
from masslink.tasks.models import ToDo
from masslink.vault.record import Record, Ref
from masslink.vault.workspace import current

COMPARED = 400  # the newest ideas among which those alike are looked for
LATELY = timedelta(days=30)
OPEN, TO_CARRY, DONE = "open", "to_carry", "done"


# --- ideas on lists ------------------------------------------------------------------------------


@dataclass(frozen=True)
class IdeaRow:
    """An idea on a list, told as it may be told."""

    idea: Idea
    today: date
    passage: str = ""
    here: bool = False  # on a page of its own place: the place needn't be said

    @property
    def url(self) -> str:
        return address("idea", self.idea.pk)

    @property
    def state(self) -> str:
        if self.idea.dropped_at:
            return _("off the list")
        if self.idea.is_open:
            return _("waits") if self.idea.is_unanswered(self.today) else _("open")
        return _("carry back") if self.idea.is_to_carry_back else _("answered")

    @property
    def is_urgent(self) -> bool:
        return self.idea.is_unanswered(self.today) or self.idea.is_to_carry_back

    @property
    def note(self) -> str:
        """From whom, where; `Somebody at the warehouse`."""
        parts = [self.idea.whose[:1].upper() + self.idea.whose[1:]]
        if not self.here:
            parts.append(self.idea.site.name if self.idea.site else _("our collective"))
        return " · ".join(parts)


def of_state(state: str, today: date) -> IdeaQuerySet:
    """Ideas in one state; all that are kept for any other word."""
    if state == OPEN:
        return Idea.objects.open()
    if state == TO_CARRY:
        return Idea.objects.to_carry_back()
    if state == DONE:
        return Idea.objects.answered()
    return Idea.objects.kept().order_by("-at", "id")


def ideas_of_place(site: Site, today: date, most: int = 3) -> list[IdeaRow]:
    """The ones of a place that wait longest."""
    found = Idea.objects.open().filter(site=site).with_whose()[:most]
    return [IdeaRow(idea, today, here=True) for idea in found]


def ideas_of_person(person: Person, most: int = 6) -> list[Idea]:
    """What this person raised, latest first: on their own page."""
    found = list(Idea.objects.kept().filter(person=person).order_by("-at", "id")[:most])
    for idea in found:
        idea.person = person
    return found


def not_written_down(deeds: Iterable[Deed], today: date) -> Deed | None:
    """The latest idea of theirs that was only ticked, with a talk or alone, within the last month."""
    ticked = (deed for deed in deeds if deed.deed_kind == RAISED and deed.origin_kind != Idea.kind)
    return next((deed for deed in ticked if today - LATELY <= deed.on), None)


# --- one idea whole ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Became:
    """What an idea became, as far as it can be opened here."""

    text: str
    url: str = ""
    state: str = ""


@dataclass(frozen=True)
class Answered:
    answer: IdeaAnswer
    became: Became | None


@dataclass(frozen=True)
class Whole:
    """An idea with all that became of it."""

    idea: Idea
    answers: list[Answered]
    told: list[Told]
    together: list[Idea]
    alike: list[Idea]


def whole(idea: Idea) -> Whole:
    """With the same few queries, whatever hangs on it."""
    answers = list(idea.answers.select_related("by").order_by("-at"))
    told = list(idea.told.select_related("by").order_by("-at"))
    words = dict(
        Deed.objects.filter(pk__in=[one.talk for one in told if one.talk]).values_list("pk", "words")
    )
    for one in told:
        if one.talk:
            one.said = words.get(one.talk, "")
    together = list(Idea.objects.together_with(idea).with_whose())
    known = became(answers)
    answered = [Answered(one, known[one.became] if one.became else None) for one in answers]
    return Whole(idea, answered, told, together, suggested(idea, together)[:3])


def became(answers: Iterable[IdeaAnswer]) -> dict[Ref, Became]:
    """What ideas became; to-dos and questions are looked up at once."""
    refs = {ref for answer in answers if (ref := answer.became)}

    def ids(model: type[Record]) -> list[UUID]:
        return [ref.id for ref in refs if ref.kind == model.kind]

    to_dos = ToDo.objects.select_related("member").in_bulk(ids(ToDo))
    questions = Question.objects.in_bulk(ids(Question))
    known: dict[UUID, Became] = {id: _to_do(todo) for id, todo in to_dos.items()}
    known |= {id: _question(question) for id, question in questions.items()}
    return {ref: known.get(ref.id) or _other(ref) for ref in refs}


def _to_do(todo: ToDo) -> Became:
    state = _("done") if todo.done_at else _("let go") if todo.dropped_at else ""
    text = _("%(what)s (%(name)s)") % {"what": todo.what, "name": todo.member.called}
    return Became(text, address("todo", todo.pk), state)


def _question(question: Question) -> Became:
    state = _("open") if question.is_open else _("decided") if question.decided_on else _("withdrawn")
    return Became(question.what, address("question", question.pk), state)


def _other(ref: Ref) -> Became:
    """Of a room above; or gone, or out of reach."""
    record = ref.get()
    return Became(str(record) if record else _("something that isn’t there any more, or that you can’t open"))


def suggested(idea: Idea, together: Sequence[Idea] = ()) -> list[Idea]:
    """Other ideas that are much alike, and aren't drawn together with it yet."""
    return [one for one, how in compared(idea, {idea.pk, *(other.pk for other in together)}) if how >= ALIKE]


def compared(idea: Idea, without: Iterable[UUID]) -> list[tuple[Idea, float]]:
    """The other ideas, the most alike first, with how much."""
    others = Idea.objects.kept().exclude(pk__in=list(without)).exclude(words="").with_whose()
    by_id = {one.pk: one for one in others.order_by("-at")[:COMPARED]}
    found = most_alike(idea.words, ((one.pk, one.words) for one in by_id.values()))
    return [(by_id[id], how) for id, how in found]


# --- what waits ----------------------------------------------------------------------------------


@dataclass
class Waits:
    """What somebody should see to, each the longest first."""

    unanswered: list[Idea] = field(default_factory=list)
    to_carry: list[Idea] = field(default_factory=list)
    mine_answered: list[Idea] = field(default_factory=list)
    to_look_at: list[Correction] = field(default_factory=list)
    to_tell: list[Correction] = field(default_factory=list)


def what_waits(me: Member, today: date) -> Waits:
    """All that can be seen here; a member's own idea waits for that member to hear the answer."""
    answered = list(Idea.objects.to_carry_back().with_whose())
    mine = [one for one in answered if one.member_id == me.pk]
    return Waits(
        unanswered=list(Idea.objects.unanswered(today)),
        to_carry=[one for one in answered if one.member_id != me.pk],
        mine_answered=mine,
        to_look_at=list(Correction.objects.to_look_at(today)),
        to_tell=list(Correction.objects.to_carry_back().prefetch_related("pointed")),
    )


def for_me(waits: Waits, me: Member) -> Waits:
    """What of it is mine to carry: of people whom I see to, or whom nobody sees to."""
    persons = {idea.person_id for idea in waits.to_carry if idea.person_id}
    pointed = {
        one.pk: {p.person_id for p in one.pointed.all() if not p.has_heard(one)} for one in waits.to_tell
    }
    persons |= {person for ids in pointed.values() for person in ids}
    links = Link.objects.filter(person__in=persons, until=None).values_list("person_id", "member_id")
    seen_to: dict[UUID, set[UUID]] = {}
    for person, member in links:
        seen_to.setdefault(person, set()).add(member)

    def is_mine(person: UUID | None, noted_by: UUID) -> bool:
        return noted_by == me.pk or me.pk in seen_to.get(person, {me.pk}) if person else True

    return Waits(
        unanswered=waits.unanswered,
        to_carry=[one for one in waits.to_carry if is_mine(one.person_id, one.noted_by_id)],
        mine_answered=waits.mine_answered,
        to_look_at=[one for one in waits.to_look_at if one.may_be_changed_by(me)],
        to_tell=[one for one in waits.to_tell if any(is_mine(p, one.by_id) for p in pointed[one.pk])],
    )


# --- corrections ---------------------------------------------------------------------------------


def correction_state(correction: Correction, today: date) -> str:
    if correction.settled_at:
        return _("looked at")
    if correction.agreed_at is None:
        return _("to talk about")
    return _("did it change?") if correction.is_due(today) else _("being changed")


# --- contacts' answers ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Contacts:
    """What people who aren't members answered, at the places at hand: answers, and sums of those that are gone."""

    answers: list[ContactAnswer]
    sums: list[ContactSum]

    @property
    def n(self) -> int:
        return len(self.answers) + sum(one.n for one in self.sums)

    @property
    def said(self) -> list[str]:
        """Each answer as often as it was given."""
        return [one.counted_as for one in self.answers] + [
            one.counted_as for one in self.sums for _each in range(one.n)
        ]

    @property
    def are_told_apart(self) -> bool:
        return self.n >= FEWEST


def contacts_of(question: Question) -> Contacts:
    """Who is a member by now and answered is counted once."""
    as_member = Answer.objects.filter(question=question, member=OuterRef("person__member"))
    found = ContactAnswer.objects.filter(question=question)
    answers = found.exclude(Q(person__member__isnull=False) & Exists(as_member)).order_by("id")
    return Contacts(list(answers), list(ContactSum.objects.filter(question=question)))


def to_be_asked(person: Person, today: date) -> list[Question]:
    """Questions that take answers now, and may be put to this person; `answered` says whether they were."""
    theirs = ContactAnswer.objects.filter(question=OuterRef("pk"), person=person)
    circles = [person.circle, current().collective_circle]
    found = Question.objects.gathering(today).filter(circle__in=circles)
    return list(found.annotate(answered=Exists(theirs))[:5])
