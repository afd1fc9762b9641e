"""What is written about where people stand. Views are written here and nowhere else, one member's at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.models import Person
from masslink.people.standing.models import (
    APART,
    VALUES,
    Assessment,
    Difference,
    StandQuestion,
    Tally,
)
from masslink.sites.models import Site
from masslink.vault.act import Conflict, act

NOT_THERE, ELSEWHERE, SILENT, ONE_OF_US, LEFT = "not_there", "elsewhere", "silent", "one_of_us", "left"
CLOSED, NO_SUCH_VALUE, NOT_TALKED, NOT_OPEN = "closed", "no_such_value", "not_talked", "not_open"


class CantSay(Exception):
    """Nothing was written; its argument says why."""


# --- questions -----------------------------------------------------------------------------------


def ask(
    *, by: Member, at: datetime, site: Site, text: str, labels: dict[str, str], id: UUID | None = None
) -> StandQuestion:
    """A question on which members form a view of each person at a place. `id`: the form's own."""
    with act("stand_asked", at=at):
        question = StandQuestion(
            id=id or uuid4(),
            circle=site.circle,
            site=site,
            text=text,
            labels=labels,
            by=by,
            asked_on=day_of(at),
        )
        question.save()
    return question


def reword(*, by: Member, at: datetime, question: StandQuestion, text: str, labels: dict[str, str]) -> UUID:
    """Returns the act's id. Raises Conflict where somebody else changed it since it was read."""
    with act("stand_reworded", at=at) as running:
        question.text, question.labels = text, labels
        question.save()
    return running.id


def close(*, by: Member, at: datetime, question: StandQuestion) -> UUID:
    """Nobody says anything on it any more, and no two need to be of one mind. Returns the act's id."""
    Tally.objects.keep(at=at, questions=[question.pk])
    with act("stand_closed", at=at) as running:
        question.closed_on = day_of(at)
        question.save()
        Difference.objects.filter(question=question).end(at)
    return running.id


def open_again(*, by: Member, at: datetime, question: StandQuestion) -> UUID:
    """Returns the act's id."""
    with act("stand_opened", at=at) as running:
        question.closed_on = None
        question.save()
    return running.id


# --- views ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """What a member says of a person: `seen` is the version of their own view that the page showed, 0 for none.

    `because` None leaves what it rests on as it is. `again`: say it anew even where it is the same as before.
    """

    person: UUID
    value: int
    seen: int = 0
    because: str | None = None
    again: bool = False


def say(*, by: Member, at: datetime, question: StandQuestion, view: View) -> UUID | None:
    """One's own view of a person. Returns the act's id; None where just this was said already.

    Raises CantSay, and Conflict where one has said something else in the meantime, in another window.
    """
    Tally.objects.keep(at=at, questions=[question.pk])
    with act("stood", at=at) as running:
        said = _say(by, at, question, view)
    return running.id if said else None


def say_several(
    *, by: Member, at: datetime, question: StandQuestion, views: Iterable[View]
) -> tuple[UUID, list[UUID], dict[UUID, Exception]]:
    """A page of them in one act. Returns its id, of whom something was written, and why not of others."""
    Tally.objects.keep(at=at, questions=[question.pk])
    said, refused = [], dict[UUID, Exception]()
    with act("stood", at=at) as running:
        for view in views:
            try:
                if _say(by, at, question, view):
                    said.append(view.person)
            except (CantSay, Conflict) as why:  # raised before anything of it is written
                refused[view.person] = why
    return running.id, said, refused


def _say(by: Member, at: datetime, question: StandQuestion, view: View) -> bool:
    person = _person(view.person, question, day_of(at))
    if view.value not in VALUES:
        raise CantSay(NO_SUCH_VALUE)
    own = Assessment.objects.filter(person=person, question=question, member=by).first()
    before = own.value if own else None
    if own and before == view.value and view.because in (None, own.because) and not view.again:
        return False
    if (own.version if own else 0) != view.seen:
        raise Conflict("assessment")
    own = own or Assessment(circle=person.circle, person=person, question=question, member=by)
    own.value, own.at = view.value, at
    own.because = own.because if view.because is None else view.because
    own.save()
    _compare(question, person.pk, at, by.pk, changed=before != view.value)
    return True


def _person(id: UUID, question: StandQuestion, today: date) -> Person:
    """Who is spoken of, as they are now that nobody else can write; raises CantSay where nothing may be said."""
    asked = StandQuestion.objects.filter(pk=question.pk).first()
    if asked is None or not asked.is_open(today):
        raise CantSay(CLOSED)
    person = Person.objects.filter(pk=id).first()
    if person is None:
        raise CantSay(NOT_THERE)
    if person.site_id != asked.site_id:
        raise CantSay(ELSEWHERE)
    if person.member_id:
        raise CantSay(ONE_OF_US)
    if not person.reachable:
        raise CantSay(SILENT)
    if person.until and person.until <= today:
        raise CantSay(LEFT)
    return person


def take_back(*, by: Member, at: datetime, question: StandQuestion, person: UUID) -> UUID | None:
    """One's own view is gone, and with it one's sight of the others'. Returns the act's id; None: there was none."""
    Tally.objects.keep(at=at, questions=[question.pk])
    with act("stand_taken_back", at=at) as running:
        found = Assessment.objects.filter(person=person, question=question, member=by).first()
        if found is None:
            return None
        found.delete()
        _compare(question, person, at, by.pk, changed=False)
    return running.id


# --- where two differ ----------------------------------------------------------------------------


def _compare(question: StandQuestion, person: UUID, at: datetime, speaker: UUID, *, changed: bool) -> None:
    """After a member spoke: differences that are over end, one they talked about is settled, new ones begin."""
    views = _views(question.pk, person)
    found = Difference.objects.of(question.pk, person).with_member(speaker).open()
    known = {difference.members for difference in found}
    for difference in found:
        if not lie_apart(views, difference.members):
            difference.ended_at = at
            difference.save()
        elif difference.talked_on:
            difference.settle(speaker, at)
            difference.save()
    for other in views if changed else ():
        pair = frozenset((speaker, other))
        if pair not in known and lie_apart(views, pair):
            _begin(question, person, at, speaker, other)


def _views(question: UUID, person: UUID) -> dict[UUID, int]:
    """What each member thinks; "not yet known" isn't a thought."""
    said = Assessment.objects.filter(question=question, person=person, value__gt=0).order_by("at")
    return dict(said.values_list("member_id", "value"))


def lie_apart(views: dict[UUID, int], pair: Iterable[UUID]) -> bool:
    """Whether these two have a view each, two steps or more from each other."""
    values = [views[member] for member in pair if member in views]
    return len(values) == 2 and abs(values[0] - values[1]) >= APART


def _begin(question: StandQuestion, person: UUID, at: datetime, one: UUID, other: UUID) -> None:
    Difference(
        circle=question.circle, question=question, person_id=person, one_id=one, other_id=other, since=at
    ).save()


def compare_anew(*, by: Member, at: datetime, person: Person) -> None:
    """In the running act, after two entries became one: views of the two have met now, and may lie apart."""
    with act("people_merged", at=at):
        for question in StandQuestion.objects.filter(assessments__person=person).distinct():
            views, known = _views(question.pk, person.pk), set()
            for difference in Difference.objects.of(question.pk, person.pk):
                known.add(difference.members)
                if difference.ended_at is None and not lie_apart(views, difference.members):
                    difference.ended_at = at
                    difference.save()
            for one, other in combinations(views, 2) if question.is_open(day_of(at)) else ():
                if frozenset((one, other)) not in known and lie_apart(views, (one, other)):
                    _begin(question, person.pk, at, one, other)


def note_talk(*, by: Member, at: datetime, difference: Difference, on: date) -> UUID:
    """The two have talked about somebody on a day. Returns the act's id."""
    with act("difference_talked", at=at) as running:
        found = _still_open(difference)
        found.talked_on = on
        found.save()
    return running.id


def settle(*, by: Member, at: datetime, difference: Difference, view: View) -> UUID:
    """After the talk one of the two says how they see it now, the same or another. Returns the act's id."""
    if not _still_open(difference).talked_on:
        raise CantSay(NOT_TALKED)
    act_id = say(by=by, at=at, question=difference.question, view=view)
    assert act_id is not None  # `view.again` is for this
    return act_id


def _still_open(difference: Difference) -> Difference:
    found = Difference.objects.open().filter(pk=difference.pk).first()
    if found is None:
        raise CantSay(NOT_OPEN)
    return found


# --- chores --------------------------------------------------------------------------------------


def keep_month(*, by: Member, at: datetime) -> None:
    """Whenever somebody unlocks: the first of us in a month keeps the numbers of the one before."""
    Tally.objects.keep(at=at)
