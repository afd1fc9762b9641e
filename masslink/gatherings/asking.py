"""What is written about who asks whom, what they said, who of us comes, and who came."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from masslink.collective.models import Member
from masslink.gatherings.models import Ask, Coming, Gathering
from masslink.people.acts import record_deed
from masslink.people.models import Deed, Person
from masslink.tasks.acts import promise
from masslink.vault.act import act

CAME = "came"


def put_on_list(
    *, by: Member, at: datetime, gathering: Gathering, whom: Mapping[Person, Member]
) -> list[Ask]:
    """These persons are to be asked, each by a member; whoever is on the list already stays as they are."""
    with act("asks_shared", at=at):
        known = set(gathering.asks.filter(person__in=list(whom)).values_list("person_id", flat=True))
        made = [
            Ask(circle=person.circle, gathering=gathering, person=person, member=member, at=at)
            for person, member in whom.items()
            if person.pk not in known
        ]
        for ask in made:
            ask.save()
    return made


def note_answer(*, by: Member, at: datetime, ask: Ask, answer: str) -> None:
    """They were asked, and said yes, maybe, no or, with an empty answer, nothing yet. They know when and where now."""
    with act("ask_answered", at=at):
        ask.asked_at = ask.asked_at or at
        ask.told_at = at
        ask.answer, ask.answered_at = answer, at if answer else None
        ask.save()


def take_answer_back(*, by: Member, at: datetime, ask: Ask) -> None:
    """A slip of the thumb. Whoever was asked before stays asked; whoever was noted as asked just with it isn't."""
    with act("ask_taken_back", at=at):
        if ask.asked_at is not None and (not ask.answer or ask.asked_at == ask.answered_at):
            ask.asked_at = ask.told_at = None
        ask.answer, ask.answered_at = "", None
        ask.save()


def note_told(*, by: Member, at: datetime, ask: Ask) -> None:
    """They know what changed."""
    with act("ask_told", at=at):
        ask.told_at = at
        ask.save()


def note_reminded(*, by: Member, at: datetime, ask: Ask) -> None:
    with act("ask_reminded", at=at):
        ask.reminded_at = ask.told_at = at
        ask.save()


def hand_ask(*, by: Member, at: datetime, ask: Ask, to: Member) -> None:
    """Somebody else asks them."""
    with act("ask_handed_on", at=at):
        ask.member = to
        ask.save()


def take_off_list(*, by: Member, at: datetime, ask: Ask) -> None:
    with act("ask_dropped", at=at):
        ask.delete()


# --- one of us ---------------------------------------------------------------------------------------


def say_coming(*, by: Member, at: datetime, gathering: Gathering, member: Member, answer: str) -> None:
    """Whether a member comes; an empty answer takes it back."""
    with act("coming_said", at=at):
        coming = _coming(gathering, member)
        coming.answer, coming.answered_at = answer, at if answer else None
        coming.save()


def _coming(gathering: Gathering, member: Member) -> Coming:
    found = gathering.comings.filter(member=member).first()
    return found or Coming(circle=gathering.circle, gathering=gathering, member=member)


# --- who came ----------------------------------------------------------------------------------------


def note_came(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    persons: Iterable[Person] = (),
    members: Iterable[Member] = (),
    not_persons: Iterable[Person] = (),
    not_members: Iterable[Member] = (),
) -> None:
    """Who came and who didn't, as it is ticked. Coming is a deed, once for each; it goes with its tick."""
    with act("came_noted", at=at):
        theirs = Deed.objects.filter(deed_kind=CAME, origin_kind=gathering.kind, origin_id=gathering.pk)
        wanted = list(persons)
        known = set(theirs.filter(person__in=wanted).values_list("person_id", flat=True))
        for person in wanted:
            if person.pk not in known:
                known.add(person.pk)
                on_at = min(gathering.starts_at, at)
                record_deed(by=by, at=at, person=person, kind=CAME, on_at=on_at, origin=gathering.ref)
        for deed in theirs.filter(person__in=list(not_persons)):
            deed.delete()
        for member in members:
            _note_member(gathering, member, at)
        for member in not_members:
            _note_member(gathering, member, None)


def _note_member(gathering: Gathering, member: Member, came_at: datetime | None) -> None:
    coming = _coming(gathering, member)
    if (coming.came_at is None) != (came_at is None):
        coming.came_at = came_at
        coming.save()


def follow_up(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    due: date,
    with_whom: Mapping[Person, tuple[Member, str]],
) -> None:
    """Within two days somebody talks with those who came for the first time, or didn't come: person to who and what."""
    with act("followed_up", at=at):
        for person, (member, what) in with_whom.items():
            promise(by=by, at=at, member=member, what=what, due=due, person=person, origin=gathering.ref)
