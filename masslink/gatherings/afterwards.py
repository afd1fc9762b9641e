"""After a gathering: who came for the first time, who missed it, who has stopped coming; who talks with whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.collective.doors import Request
from masslink.collective.models import Away, Member
from masslink.core.pages import address
from masslink.gatherings import regulars
from masslink.gatherings.counting import attendance, came_before, came_to, earlier
from masslink.gatherings.knowing import LastTalk, last_talks, who_knows
from masslink.gatherings.models import Ask, Gathering
from masslink.gatherings.sharing import share_out
from masslink.people.models import Person
from masslink.people.panels import without_marks
from masslink.tasks.models import ToDo

WITHIN = timedelta(days=2)
FIRST, MISSED, STOPPED, CAME = "first", "missed", "stopped", "came"
MOST = 60


@dataclass(frozen=True)
class Somebody:
    """A person after a gathering: why somebody should talk with them, and when somebody last did."""

    person: Person
    why: str
    talk: LastTalk | None
    followed: bool = False

    @property
    def url(self) -> str:
        return address("person", self.person.pk)

    @property
    def last(self) -> str:
        if self.talk is None:
            return _("Nobody has talked with them yet.")
        said = {"day": date_format(self.talk.on, "j F"), "who": self.talk.by}
        return _("Last talk on %(day)s, with %(who)s.") % said

    @property
    def words(self) -> str:
        return without_marks(self.talk.words) if self.talk else ""

    @property
    def what(self) -> str:
        """What one could say to them, as a to-do."""
        texts = {
            FIRST: _("Ask %(name)s how it was, the first time"),
            MISSED: _("Tell %(name)s that we missed them, and ask what came between"),
            STOPPED: _("Ask %(name)s how they are: they haven’t come lately"),
            CAME: _("Ask %(name)s how it was"),
        }
        return str(texts[self.why]) % {"name": self.person.called}


def listed(ids: set[UUID]) -> list[Person]:
    """Those of these persons who may stand on lists."""
    found = Person.objects.listed().filter(pk__in=ids, member=None).select_related("site")
    return list(found.order_by("name", "id"))


def sorted_out(gathering: Gathering) -> dict[str, list[Person]]:
    """Whom it concerns, by why: first time, said yes and missed it, stopped coming, and the others who came."""
    came = came_to(gathering)
    before = came_before(came, gathering)
    first = set(regulars.first_time(came, before))
    said_yes = Ask.objects.listed().filter(gathering=gathering, answer=Ask.Answer.YES)
    missed = set(said_yes.values_list("person_id", flat=True)) - came if came else set()
    ids = [gathering.pk, *earlier(gathering)]
    gone = regulars.stopped_coming(attendance(ids)) - missed if came else set()
    by_why = {FIRST: first, MISSED: missed, STOPPED: gone, CAME: came - first}
    persons = {person.pk: person for person in listed(set().union(*by_why.values()))}
    return {why: [p for id, p in persons.items() if id in some] for why, some in by_why.items()}


def afterwards(request: Request, gathering: Gathering) -> dict[str, Any]:
    """For the gathering's page."""
    by_why = sorted_out(gathering)
    persons = [person.pk for why in (FIRST, MISSED, STOPPED) for person in by_why[why]]
    talks, followed = last_talks(persons), _followed(gathering)

    def shown(why: str) -> list[Somebody]:
        return [Somebody(p, why, talks.get(p.pk), p.pk in followed) for p in by_why[why]]

    return {
        "came": sorted(by_why[FIRST] + by_why[CAME], key=lambda person: person.name.casefold()),
        "first_time": shown(FIRST),
        "missed": shown(MISSED),
        "stopped": shown(STOPPED),
        "may_follow_up": any(by_why.values()) and request.today - gathering.on <= timedelta(days=14),
        "followed": len(followed),
    }


def _followed(gathering: Gathering) -> set[UUID | None]:
    """With whom somebody is to talk already, or did."""
    todos = ToDo.objects.filter(origin_kind=Gathering.kind, origin_id=gathering.pk)
    return set(todos.values_list("person_id", flat=True))


# --- following up ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """Somebody to be called by a member, as it is proposed: ticked or not."""

    somebody: Somebody
    members: list[Member]
    member: UUID | None
    what: str
    ticked: bool

    @property
    def by(self) -> Member | None:
        return next((one for one in self.members if one.pk == self.member), None)

    @property
    def id(self) -> UUID:
        return self.somebody.person.pk


def proposals(gathering: Gathering, today: date) -> list[Proposal]:
    """Those of whom nobody has taken care yet, each with the member who knows them best."""
    by_why, followed = sorted_out(gathering), _followed(gathering)
    wanted = [(why, p) for why, some in by_why.items() for p in some if p.pk not in followed][:MOST]
    ids = [person.pk for _why, person in wanted]
    knows, talks = who_knows(ids, today), last_talks(ids)
    members = members_by_place([person for _why, person in wanted])
    present = [member for member in _all(members) if member.pk not in _away(today)]
    given = share_out(knows, [member.pk for member in present])
    found = []
    for why, person in wanted:
        somebody = Somebody(person, why, talks.get(person.pk))
        here = members[person.site_id]
        member = _reaches(given.get(person.pk), here)
        found.append(Proposal(somebody, here, member, somebody.what, why != CAME))
    return found


def members_by_place(persons: list[Person]) -> dict[UUID, list[Member]]:
    """Who has access to the places of these persons."""
    places = {person.site_id: person.site for person in persons}
    return {id: list(site.members()) for id, site in places.items()}


def _all(members: dict[UUID, list[Member]]) -> list[Member]:
    found = {member.pk: member for some in members.values() for member in some}
    return sorted(found.values(), key=lambda member: member.name)


def _reaches(member: UUID | None, members: list[Member]) -> UUID | None:
    return member if any(one.pk == member for one in members) else None


def _away(today: date) -> set[UUID]:
    return set(Away.objects.on(today).values_list("member_id", flat=True))


def by_when(gathering: Gathering, today: date) -> date:
    """Within two days; for what is longer ago, by tomorrow."""
    return max(gathering.on + WITHIN, today + timedelta(days=1))
