"""Numbers of gatherings: asked, said yes, came; what to expect of one; who used to come. As far as one may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from masslink.gatherings.asking import CAME
from masslink.gatherings.models import Ask, Coming, Gathering
from masslink.gatherings.turnout import LOOKED_AT, Before, Expected, expected
from masslink.people.models import Deed, DeedQuerySet


@dataclass
class Numbers:
    """Of one gathering; `us` are members."""

    listed: int = 0
    asked: int = 0
    yes: int = 0
    maybe: int = 0
    no: int = 0
    came: int = 0
    us_yes: int = 0
    us_came: int = 0

    @property
    def all_yes(self) -> int:
        return self.yes + self.us_yes

    @property
    def all_came(self) -> int:
        return self.came + self.us_came

    @property
    def open(self) -> int:
        return self.listed - self.asked

    @property
    def silent(self) -> int:
        """Asked, and no answer yet."""
        return self.asked - self.yes - self.maybe - self.no


def numbers_of(ids: Iterable[UUID]) -> dict[UUID, Numbers]:
    """The same for several gatherings: three queries for one or for fifty."""
    found = {id: Numbers() for id in ids}
    answers = {answer: Count("id", filter=Q(answer=answer)) for answer in ("yes", "maybe", "no")}
    asks = Ask.objects.listed().filter(gathering__in=list(found)).order_by().values_list("gathering_id")
    for id, *counted in asks.annotate(listed=Count("id"), asked=Count("asked_at"), **answers):
        one = found[id]
        one.listed, one.asked, one.yes, one.maybe, one.no = counted
    for id, came in _deeds(found).values_list("origin_id").annotate(n=Count("person_id", distinct=True)):
        found[id].came = came
    ours = Coming.objects.filter(gathering__in=list(found)).order_by().values_list("gathering_id")
    for id, yes, came in ours.annotate(yes=Count("id", filter=Q(answer="yes")), came=Count("came_at")):
        found[id].us_yes, found[id].us_came = yes, came
    return found


def _deeds(ids: Iterable[UUID]) -> DeedQuerySet:
    return Deed.objects.filter(deed_kind=CAME, origin_kind=Gathering.kind, origin_id__in=list(ids)).order_by()


def earlier(gathering: Gathering) -> list[UUID]:
    """Those like it that took place before, the latest first: of its series, else of its place and kind."""
    before = Gathering.objects.held().filter(starts_at__lt=gathering.starts_at).order_by("-starts_at")
    if gathering.line:
        same = before.filter(line=gathering.line)
    else:
        same = before.filter(site=gathering.site_id, gathering_kind=gathering.gathering_kind)
    return list(same.values_list("pk", flat=True)[: 2 * LOOKED_AT])


def expectation(gathering: Gathering, now: Numbers) -> Expected | None:
    """What earlier ones let us expect of this gathering."""
    ids = earlier(gathering)
    known = numbers_of(ids) if ids else {}
    return expected(
        now.all_yes, [Before(known[id].all_yes, known[id].all_came) for id in ids if known[id].all_came]
    )


def attendance(ids: list[UUID]) -> list[set[UUID]]:
    """Which persons came to each of these; only those of which it is known."""
    came: dict[UUID, set[UUID]] = {}
    for gathering, person in _deeds(ids).values_list("origin_id", "person_id"):
        if gathering:
            came.setdefault(gathering, set()).add(person)
    return [came[id] for id in ids if id in came]


def came_to(gathering: Gathering) -> set[UUID]:
    return set(_deeds([gathering.pk]).values_list("person_id", flat=True))


def came_before(persons: Iterable[UUID], gathering: Gathering) -> set[UUID]:
    """Which of these persons had come to anything before."""
    deeds = Deed.objects.filter(deed_kind=CAME, person__in=list(persons), on__lt=gathering.on).order_by()
    return set(deeds.exclude(origin_id=gathering.pk).values_list("person_id", flat=True))
