"""What the page of one gathering shows: when and where, who asks whom, who comes or came, what follows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request
from masslink.collective.models import Member
from masslink.core.pages import address, number
from masslink.gatherings import labels
from masslink.gatherings.afterwards import afterwards
from masslink.gatherings.counting import Numbers, expectation, numbers_of
from masslink.gatherings.models import Ask, AskQuerySet, Change, Coming, Gathering, Kind, Series
from masslink.gatherings.turnout import Expected
from masslink.people.panels import names_together
from masslink.sites.panels import who_works_here

ROWS = 40
REMIND = timedelta(days=3)
ALL = "all"
ASKED, BACK, TOLD, REMINDED = "asked", "back", "told", "reminded"
_ORDER = {"": 1, Ask.Answer.YES: 2, Ask.Answer.MAYBE: 3, Ask.Answer.NO: 4}


# --- those who are asked -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Tap:
    """One button of a row: what it posts, what it says, whether that is so already."""

    value: str
    label: str
    pressed: bool = False


@dataclass(frozen=True)
class Row:
    """Somebody on the list of a gathering, with what can be tapped about them."""

    ask: Any  # an Ask with `to_tell`
    me: Member
    now: datetime

    @property
    def name(self) -> str:
        return str(self.ask.person.called)

    @property
    def url(self) -> str:
        return address("person", self.ask.person_id)

    @property
    def settings_url(self) -> str:
        return address("ask", self.ask.pk)

    @property
    def is_mine(self) -> bool:
        return bool(self.ask.member_id == self.me.pk)

    @property
    def who(self) -> str:
        """Who asks them."""
        return _("you") if self.is_mine else str(self.ask.member.called)

    @property
    def is_to_be_told(self) -> bool:
        return bool(self.ask.to_tell)

    @property
    def state(self) -> str:
        if self.is_to_be_told:
            if self.ask.answer:
                return _("said %(answer)s; to be told") % {"answer": self.ask.get_answer_display()}
            return _("to be told")
        if self.ask.asked_at is None:
            return ""
        if not self.ask.answer and not self.ask.reminded_at:
            return _("no answer yet")
        if self.ask.reminded_at and self.ask.answer != Ask.Answer.NO:
            return _("reminded")
        return ""

    @property
    def taps(self) -> list[Tap]:
        if not self.ask.gathering.takes_place:  # nothing more is answered to it, only told
            return [Tap(TOLD, _("told"))] if self.is_to_be_told else []
        answers = [Tap(answer, str(answer.label)) for answer in Ask.Answer]
        taps = answers if self.is_to_be_told else [*answers, Tap(ASKED, _("asked"))]
        taps = [Tap(BACK if self._is(t.value) else t.value, t.label, self._is(t.value)) for t in taps]
        if self.is_to_be_told:  # what they said to the old day is tapped again, if it is still so
            return [Tap(TOLD, _("told")), *(Tap(t.value, t.label) for t in answers)]
        return [*taps, Tap(REMINDED, _("reminded"))] if self._may_be_reminded else taps

    def _is(self, value: str) -> bool:
        if value == ASKED:
            return bool(self.ask.asked_at and not self.ask.answer)
        return bool(self.ask.answer == value)

    @property
    def _may_be_reminded(self) -> bool:
        ask, left = self.ask, self.ask.gathering.starts_at - self.now
        wanted = ask.answer in (Ask.Answer.YES, Ask.Answer.MAYBE)
        return bool(wanted and not ask.reminded_at and timedelta() < left <= REMIND)


def with_news(asks: QuerySet[Any]) -> QuerySet[Any]:
    """Asks with `to_tell`: whether they know of it and not of its last change."""
    newer = Change.objects.filter(gathering=OuterRef("gathering"), at__gt=OuterRef("told_at"))
    found: QuerySet[Any] = asks.annotate(to_tell=Exists(newer))
    return found.select_related("person", "member", "gathering")


def _rows(request: Request, gathering: Gathering) -> dict[str, Any]:
    """The list of those one asks oneself, of another member's, or of all."""
    asks = Ask.objects.listed().filter(gathering=gathering)
    shares = dict(asks.order_by().values_list("member_id").annotate(Count("id")))
    told = _to_tell(asks)
    of = _whose(request, shares)
    shown = with_news(asks if of is None else asks.filter(member=of)).annotate(rank=_rank())
    page = number(request.GET.get("page"))
    found = list(
        shown.order_by("-to_tell", "rank", "person__name", "id")[(page - 1) * ROWS : page * ROWS + 1]
    )
    names = {m.pk: m for m in Member.objects.filter(pk__in=list(shares))}
    here = f"?of={of or ALL}&page="
    return {
        "to_tell": told.get(None, 0),
        "to_tell_mine": told.get(request.member.pk, 0),
        "asked_open": "of" in request.GET or "page" in request.GET,
        "rows": [Row(ask, request.member, request.now) for ask in found[:ROWS]],
        "whose": _pills(shares, names, of, request.member)
        if len(shares) > 1 or (of is None and shares)
        else [],
        "of": of or ALL,
        "previous_url": f"{here}{page - 1}#asked" if page > 1 else "",
        "next_url": f"{here}{page + 1}#asked" if len(found) > ROWS else "",
    }


def _to_tell(asks: AskQuerySet) -> dict[UUID | None, int]:
    """How many each member has to tell that it changed; under None: all of them."""
    by = dict(asks.to_be_told().order_by().values_list("member_id").annotate(Count("id")))
    return {None: sum(by.values()), **by}


def _rank() -> Case:
    whens = [When(asked_at=None, then=Value(0))]
    whens += [When(answer=answer, then=Value(rank)) for answer, rank in _ORDER.items()]
    return Case(*whens, default=Value(9), output_field=IntegerField())


def _whose(request: Request, shares: dict[UUID, int]) -> UUID | None:
    """Whose list is shown; None: everybody's."""
    asked = request.GET.get("of", "")
    if wanted := next((member for member in shares if str(member) == asked), None):
        return wanted
    return request.member.pk if request.member.pk in shares and asked != ALL else None


def _pills(
    shares: dict[UUID, int], names: dict[UUID, Member], of: UUID | None, me: Member
) -> list[dict[str, Any]]:
    ordered = sorted(shares, key=lambda id: (id != me.pk, names[id].name))
    found = [
        {
            "of": id,
            "label": _("yours") if id == me.pk else names[id].called,
            "n": shares[id],
            "current": id == of,
        }
        for id in ordered
    ]
    return [*found, {"of": ALL, "label": _("all"), "n": sum(shares.values()), "current": of is None}]


# --- numbers in sentences ----------------------------------------------------------------------------


def tally(numbers: Numbers) -> str:
    """`12 on the list, 8 asked: 5 yes, 2 maybe, 1 no.`"""
    if not numbers.listed:
        return ""
    listed = ngettext("%(n)d on the list", "%(n)d on the list", numbers.listed) % {"n": numbers.listed}
    if not numbers.asked:
        return _("%(listed)s, nobody asked yet.") % {"listed": listed}
    said = [
        text % {"n": n}
        for n, text in (
            (numbers.yes, _("%(n)d yes")),
            (numbers.maybe, _("%(n)d maybe")),
            (numbers.no, _("%(n)d no")),
            (numbers.silent, _("%(n)d without an answer")),
        )
        if n
    ]
    asked = _("all asked") if numbers.open == 0 else _("%(n)d asked") % {"n": numbers.asked}
    return _("%(listed)s, %(asked)s: %(said)s.") % {"listed": listed, "asked": asked, "said": ", ".join(said)}


def outlook(expected: Expected | None) -> str:
    """What to expect, in a sentence."""
    if expected is None:
        return ""
    return _("Expect %(range)s.") % {"range": labels.range_text(expected)}


def turned_out(came: int, expected: Expected | None) -> str:
    """What came of it, beside what was expected."""
    if not came:
        return _("Who came isn’t noted yet.")
    said = ngettext("%(n)d came", "%(n)d came", came) % {"n": came}
    if expected is None:
        return f"{said}."
    compared = _("we expected %(range)s") if not expected.fits(came) else _("as expected: %(range)s")
    return f"{said}; {compared % {'range': labels.range_text(expected)}}."


def numbers_and_outlook(gathering: Gathering) -> tuple[Numbers, Expected | None]:
    numbers = numbers_of([gathering.pk])[gathering.pk]
    return numbers, expectation(gathering, numbers)


# --- the whole page ----------------------------------------------------------------------------------


def context_of(request: Request, gathering: Gathering) -> dict[str, Any]:
    numbers, expected = numbers_and_outlook(gathering)
    series = Series.objects.filter(pk=gathering.series).first() if gathering.series else None
    over = gathering.is_over(request.now)
    comings = list(gathering.comings.select_related("member"))
    return {
        "gathering": gathering,
        "kind": labels.kind_label(gathering.gathering_kind),
        "when": labels.when(gathering, request.today),
        "rule": labels.rule_of(series.rule) if series and series.ended_at is None else "",
        "series": series,
        "over": over,
        "has_agenda": gathering.gathering_kind in (Kind.MEETING, Kind.STUDY),
        "may_tick": gathering.on <= request.today and gathering.takes_place,
        "numbers": numbers,
        "tally": tally(numbers),
        "outlook": "" if over else outlook(expected),
        "basis": labels.basis_text(expected) if expected else "",
        "turned_out": turned_out(numbers.all_came, expected) if over else "",
        **_rows(request, gathering),
        **_us(comings, request.member),
        "roles": list(gathering.roles.select_related("member")),
        "change": _change(gathering, request.today),
        "readers": _readers(gathering),
        **(afterwards(request, gathering) if over and gathering.takes_place else {}),
    }


def _us(comings: list[Coming], me: Member) -> dict[str, Any]:
    """Which of us come; and what I said."""
    yes = [one.member for one in comings if one.answer == Ask.Answer.YES]
    names = [_("you") if member.pk == me.pk else member.called for member in yes]
    mine = next((one.answer for one in comings if one.member_id == me.pk), "")
    taps = [
        Tap("" if answer == mine else answer, str(answer.label), answer == mine)  # a second tap takes it back
        for answer in Ask.Answer
    ]
    came = names_together(
        [_("you") if one.member_id == me.pk else one.member.called for one in comings if one.came_at]
    )
    return {"us_coming": names_together(names), "us_came": came, "my_taps": taps}


def _change(gathering: Gathering, today: date) -> str:
    """The last change of which people have to hear, in a sentence."""
    last = gathering.changes.select_related("by").last()
    if last is None:
        return ""
    texts = {
        Change.What.MOVED: _("%(who)s moved it; before, it was %(when)s."),
        Change.What.ELSEWHERE: _("%(who)s changed where it is; before: %(where)s."),
        Change.What.CANCELLED: _("%(who)s called it off."),
        Change.What.AFTER_ALL: _("It was called off, and takes place after all, says %(who)s."),
    }
    before = labels.day_and_hour(last.was_at, today)
    shown = {"who": last.by.called, "when": before, "where": last.was_where or "–"}
    return str(texts.get(Change.What(last.what), "")) % shown


def _readers(gathering: Gathering) -> str:
    if gathering.site:
        return who_works_here(gathering.site).readers
    return _("All members of our collective. Who is asked, only those with access to that person’s place.")
