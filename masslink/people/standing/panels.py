"""What standing offers to other pages: never more than a reader may see, who first says their own view.

Whoever hasn't said where a person stands sees nobody else's view of them, nor the middle, nor whether some differ.
"Not yet known" is noted, and opens nothing: else a tap on it would be the way to look first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.people.models import Person
from masslink.people.standing.acts import lie_apart
from masslink.people.standing.middle import lie_apart as any_apart
from masslink.people.standing.middle import middle
from masslink.people.standing.models import APART, Assessment, Difference, StandQuestion
from masslink.sites.models import Site
from masslink.vault.workspace import current


@dataclass(frozen=True)
class Stand:
    """Where a person stands, as far as one member may see it.

    `value` is the middle of all views, 1 to 5, once the reader has said theirs; 0 where the reader has said "not yet
    known"; None while they haven't said anything. `hidden`: others have a view that the reader may not see yet.
    `differ`: two views lie far apart.
    """

    value: int | None
    hidden: bool = False
    differ: bool = False


def stands(question: StandQuestion, member: Member) -> dict[UUID, Stand]:
    """Everybody of whom there is a view on a question, as this member may see it; one query."""
    by_person: dict[UUID, dict[UUID, int]] = {}
    said = Assessment.objects.filter(question=question).order_by()
    for person, whose, value in said.values_list("person_id", "member_id", "value"):
        by_person.setdefault(person, {})[whose] = value
    return {person: stand(views, member.pk) for person, views in by_person.items()}


def stand(views: dict[UUID, int], reader: UUID) -> Stand:
    """Of one person: `views` is what each member said."""
    own = views.get(reader)
    if own:
        return Stand(middle(views.values()), differ=any_apart(views.values(), APART))
    return Stand(own, hidden=any(value for whose, value in views.items() if whose != reader))


# --- where two differ ----------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenDifference:
    """Two of us differ about somebody. Whoever hasn't said their own view sees no name: `person` is None then."""

    difference: Difference
    reader: Member
    person: Person | None

    @property
    def url(self) -> str:
        """Nothing for whoever may not see whom it is about."""
        found = self.difference
        if self.person is None:
            return ""
        return address("person-standing", self.person.pk) + f"/{found.pk}"

    @property
    def members(self) -> tuple[Member, Member]:
        return self.difference.one, self.difference.other

    @property
    def is_mine(self) -> bool:
        return self.reader.pk in self.difference.members

    @property
    def other(self) -> Member:
        """With whom the reader talks, where it is one of theirs."""
        found = self.difference
        return found.other if found.one_id == self.reader.pk else found.one

    @property
    def waits_for_me(self) -> bool:
        """The two haven't talked yet, or the reader hasn't confirmed or changed their view since."""
        return self.is_mine and not self.difference.is_settled_by(self.reader.pk)


def open_differences(
    *,
    reader: Member,
    today: date,
    members: Iterable[Member] | None = None,
    site: Site | None = None,
    person: Person | None = None,
) -> list[OpenDifference]:
    """Where two of us differ by two or more and haven't settled it, the oldest first; two queries, however many.

    Of these two members, at this place, about this person, where given. Differences of who left us or the place, on
    questions that are closed, about people who left, want no contact or became members: none of them is open.
    """
    found = Difference.objects.open().filter(_of(members, site, person))
    found = found.filter(person__in=Person.objects.listed().here(today).filter(member=None))
    found = found.filter(question__in=StandQuestion.objects.open_on(today))
    there = [one for one in found.select_related("person", "question", "one", "other") if _both_here(one)]
    views = _views_of(there)
    return [
        OpenDifference(
            one, reader, one.person if reader.pk in views[one.question_id, one.person_id] else None
        )
        for one in there
        if lie_apart(views[one.question_id, one.person_id], one.members)
    ]


def _of(members: Iterable[Member] | None, site: Site | None, person: Person | None) -> Q:
    wanted = Q()
    if members is not None:
        both = list(members)
        wanted &= Q(one__in=both, other__in=both)
    if site is not None:
        wanted &= Q(question__site=site)
    return wanted & Q(person=person) if person is not None else wanted


def _both_here(difference: Difference) -> bool:
    circle = current().circles[difference.circle]
    both = (difference.one, difference.other)
    return all(member.left_on is None and member.holder in circle.holders for member in both)


def _views_of(differences: list[Difference]) -> dict[tuple[UUID, UUID], dict[UUID, int]]:
    """By question and person, what each member thinks."""
    found: dict[tuple[UUID, UUID], dict[UUID, int]] = {(d.question_id, d.person_id): {} for d in differences}
    if not found:
        return found
    said = Assessment.objects.filter(person__in={person for _question, person in found}, value__gt=0)
    for question, person, member, value in said.order_by().values_list(
        "question_id", "person_id", "member_id", "value"
    ):
        if (question, person) in found:
            found[question, person][member] = value
    return found


# --- one person ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Views:
    """What is said of one person on one question; `all` is for those only who may see it."""

    question: StandQuestion
    reader: UUID
    all: list[Assessment]
    difference: Difference | None = None

    @property
    def own(self) -> Assessment | None:
        return next((view for view in self.all if view.member_id == self.reader), None)

    @property
    def is_open_to_reader(self) -> bool:
        return bool(self.own and self.own.value)

    @property
    def own_label(self) -> str:
        return self.question.label(self.own.value) if self.own else ""

    @property
    def others(self) -> list[tuple[Assessment, str]]:
        """Each with its label; none before the reader has said their own."""
        if not self.is_open_to_reader:
            return []
        return [(v, self.question.label(v.value)) for v in self.all if v.member_id != self.reader]

    @property
    def hidden(self) -> bool:
        """Others have a view that waits until the reader has said theirs."""
        return not self.is_open_to_reader and any(v.value for v in self.all if v.member_id != self.reader)

    @property
    def said_on(self) -> date | None:
        return day_of(self.own.at) if self.own else None


def of_person(person: Person, reader: Member, today: date) -> list[Views]:
    """Of each open question; nothing where nothing may be said of them. Two queries, a third where views lie apart."""
    if person.member_id or not person.reachable or (person.until and person.until <= today):
        return []
    questions = list(StandQuestion.objects.filter(site=person.site_id).open_on(today))
    if not questions:
        return []
    by_question: dict[UUID, list[Assessment]] = {one.pk: [] for one in questions}
    for view in Assessment.objects.filter(person=person).select_related("member"):
        by_question.get(view.question_id, []).append(view)
    found = [Views(one, reader.pk, by_question[one.pk]) for one in questions]
    if not any(one.is_open_to_reader and any_apart((v.value for v in one.all), APART) for one in found):
        return found
    mine = {one.difference.question_id: one.difference for one in _mine(person, reader, today)}
    return [replace(one, difference=mine.get(one.question.pk)) for one in found]


def _mine(person: Person, reader: Member, today: date) -> list[OpenDifference]:
    return [one for one in open_differences(reader=reader, today=today, person=person) if one.is_mine]
