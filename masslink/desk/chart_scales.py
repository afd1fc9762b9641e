"""What the chart is coloured by: how deep, how fresh, or where people stand on a question of the place.

Colour is never alone: each level has points or a sign of its own, and its name for those who hear the page. Where
somebody stands comes as `standing` lets this reader see it; whoever hasn't said theirs sees that others have, no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.people import links
from masslink.people.labels import FRESHNESS, RUNGS
from masslink.people.standing.models import VALUES, StandQuestion
from masslink.people.standing.panels import Stand, stands
from masslink.sites.models import Site

DEPTH, FRESH, PLAIN = "depth", "fresh", "plain"
ONE_OF_US = 9  # a contact who became a member: counted, and coloured by nothing
HIDDEN, NO_VIEW = 7, 8  # beside the values 0 to 5 of a question
FRESH_CODES = (links.NONE, links.OUT_OF_TOUCH, links.COOLING, links.DUE, links.FRESH)


@dataclass(frozen=True)
class Level:
    """One step of a scale: `tone` is its class, `points` or `sign` say it without colour."""

    code: int
    tone: str
    label: str
    points: int = 0
    sign: str = ""


@dataclass(frozen=True)
class Scale:
    """What colours the tiles; its levels stand in the order in which tiles stand in a cell."""

    by: str
    label: str
    levels: tuple[Level, ...]
    question: StandQuestion | None = None
    stands: dict[UUID, Stand] = field(default_factory=dict)

    @property
    def filter(self) -> str:
        """The part of an address that shows one of its levels alone."""
        return "stand" if self.question else self.by

    @property
    def codes(self) -> dict[int, Level]:
        return {level.code: level for level in self.levels}

    def code_of(self, person: UUID, code: int) -> int:
        """A person's level: what the database says, or where they stand."""
        if self.by == PLAIN:
            return 0
        if self.question is None or code == ONE_OF_US:
            return code
        stand = self.stands.get(person)
        if stand is None:
            return NO_VIEW
        if stand.hidden:
            return HIDDEN
        return NO_VIEW if stand.value is None else stand.value

    def differ(self, person: UUID) -> bool:
        stand = self.stands.get(person)
        return stand is not None and stand.differ and not stand.hidden

    def at(self, code: int) -> list[UUID]:
        """Who stands on this level of a question, of those somebody has a view of."""
        return [person for person in self.stands if self.code_of(person, 0) == code]


def _one_of_us() -> Level:
    return Level(ONE_OF_US, "us", _("one of us"))


def depth_scale() -> Scale:
    levels = [Level(code, f"d{code}", str(RUNGS[code]), points=code) for code in range(5, -1, -1)]
    return Scale(DEPTH, _("How deep"), (*levels, _one_of_us()))


def fresh_scale() -> Scale:
    levels = [
        Level(code, f"k{code}" if code else "blank", str(FRESHNESS[FRESH_CODES[code]]), points=code)
        for code in range(4, -1, -1)
    ]
    return Scale(FRESH, _("How fresh"), (*levels, _one_of_us()))


def plain_scale() -> Scale:
    """Nobody differs from anybody, by colour or by place: for paper that is to give nothing away."""
    return Scale(PLAIN, _("Nothing"), (Level(0, "blank", _("known")),))


def question_scale(question: StandQuestion, member: Member) -> Scale:
    values = [Level(v, f"s{v}", question.label(v), sign=str(v)) for v in (*VALUES[1:], VALUES[0])]
    return Scale(
        question.pk.hex,
        question.text,
        (
            *values,
            Level(HIDDEN, "hatch", _("say yours first"), sign="?"),
            Level(NO_VIEW, "blank", _("nobody has said")),
            _one_of_us(),
        ),
        question,
        stands(question, member),
    )


def questions_of(site: Site, today: date) -> list[StandQuestion]:
    """What is asked at a place now."""
    return [one for one in StandQuestion.objects.filter(site=site) if one.is_open(today)]


def scale_by(by: str, questions: Iterable[StandQuestion], member: Member | None) -> Scale:
    """The scale of this name; how deep, where there is none."""
    chosen = next((one for one in questions if one.pk.hex == by), None)
    if chosen and member:
        return question_scale(chosen, member)
    if by == PLAIN:
        return plain_scale()
    return fresh_scale() if by == FRESH else depth_scale()


# --- the same in SQL -----------------------------------------------------------------------------


def depth_on(today: date) -> Case:
    """`LinkState.depth`; members of ours are on a level of their own."""
    two_way = Q(state__two_way_until__gt=today)
    whens = [When(member__isnull=False, then=Value(ONE_OF_US))]
    for rung, name in links.RUNG_FIELDS:
        holds = Q(**{f"state__{name}__gt": today})
        whens.append(When(holds & two_way if rung in links.NEEDS_TWO_WAY else holds, then=Value(rung)))
    return _case(whens, links.LISTED)


def freshness_on(today: date) -> Case:
    """`LinkState.freshness` as its code."""
    whens = [When(member__isnull=False, then=Value(ONE_OF_US))]
    for code, name in enumerate(FRESH_CODES):
        if name != links.NONE:
            bounds = links.FRESHNESS_COMPARISONS[name]
            holds = Q(**{f"state__{column}__{lookup}": today for column, lookup in bounds})
            whens.append(When(holds, then=Value(code)))
    return _case(whens, 0)


def _case(whens: list[Any], otherwise: int) -> Case:
    return Case(*whens, default=Value(otherwise), output_field=IntegerField())
