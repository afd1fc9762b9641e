"""A plan in words: what each pair works and why, who would read what, what could not be met, how good it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from masslink.collective.models import Member
from masslink.pairs.plan_draft import APART, KEEP, NEVER, PUT, Choice, Draft, brief
from masslink.pairs.planner import Proposed, Said
from masslink.pairs.planning import AWAY, CANT, NEW_KEYS, Cell, Gathered
from masslink.sites.models import Shift

GOES_ON, CHANGES, NEW = "goes on", "changes", "new"
STATES = {
    GOES_ON: gettext_lazy("goes on"),
    CHANGES: gettext_lazy("other work"),
    NEW: gettext_lazy("new"),
}
SHOWN_READERS = 4


def together(names: Iterable[str]) -> str:
    """Ana; Ana and Ben; Ana, Ben and Dee."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


@dataclass(frozen=True)
class PairShown:
    """A proposed pair as the page shows it; `number` is how a button names it."""

    number: int
    one: str
    other: str
    works: str
    why: list[str]
    access: list[str]
    state: str
    fixed: bool

    @property
    def state_label(self) -> str:
        return str(STATES[self.state])


@dataclass(frozen=True)
class PlaceShown:
    name: str
    pairs: list[PairShown]
    unmet: list[str]
    too_many: int


class Words:
    """Turns codes and ids of a plan into sentences; what isn't there any more is called just that."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered

    # --- names -----------------------------------------------------------------------------------

    def member(self, id: Any) -> str:
        member: Member | None = self.gathered.members.get(str(id))
        return member.name if member else _("somebody who left")

    def members(self, ids: Any) -> str:
        return together(self.member(id) for id in ids) if isinstance(ids, list | tuple) else ""

    def place(self, id: Any) -> str:
        site = self.gathered.sites.get(str(id))
        return site.name if site else _("a place you can’t open any more")

    def work(self, id: Any) -> str:
        cell = self.gathered.cells.get(str(id))
        return _called(cell) if cell else _("something that was taken away")

    def works(self, ids: Iterable[str]) -> str:
        """`Packing: day, night`, or `Night: packing, dock`."""
        cells = [self.gathered.cells.get(id) for id in ids]
        there = [cell for cell in cells if cell]
        if len(there) < len(cells):
            return _("something that was taken away")
        by_unit, by_shift = _grouped(there, "unit", "shift"), _grouped(there, "shift", "unit")
        return "; ".join(by_unit if len(by_unit) < len(by_shift) else by_shift)

    # --- why -------------------------------------------------------------------------------------

    def why(self, pair: Proposed) -> list[str]:
        return [text for said in pair.why if (text := self._why(said))]

    def _why(self, said: Said) -> str:
        about = said.about
        match said.code:
            case "fixed":
                return _("you put it so")
            case "together":
                return _("they are a pair there already")
            case "links":
                return _links(self.member(about.get("member")), _number(about.get("links")))
            case "language":
                return self._language(about)
            case "experience":
                names = {"new": self.member(about.get("new")), "done": self.member(about.get("done"))}
                return _("%(new)s is new to this, %(done)s has done it before") % names
            case "both_new":
                return _("both are new to this")
            case "hours":
                return _("both said that they can %(times)s") % {
                    "times": together(_times(about.get("times")))
                }
        return ""

    def _language(self, about: dict[str, Any]) -> str:
        reach, of = _number(about.get("reach")), _number(about.get("of"))
        members, language = about.get("members") or [], str(about.get("language", ""))
        said = {"language": language, "reach": reach, "of": of, "name": self.members(members)}
        if len(members) > 1:
            text = ngettext(
                "both speak %(language)s, as %(reach)d of %(of)d there does",
                "both speak %(language)s, as %(reach)d of %(of)d there do",
                reach,
            )
        else:
            text = ngettext(
                "%(name)s speaks %(language)s, as %(reach)d of %(of)d there does",
                "%(name)s speaks %(language)s, as %(reach)d of %(of)d there do",
                reach,
            )
        return text % said

    def access(self, pair: Proposed) -> list[str]:
        """Who has no access as yet, would get it, and so could read what."""
        members = {who.id: who for who in self.gathered.task.members}
        people = self.gathered.people.get(pair.place, 0)
        text = ngettext(
            "%(name)s would get access to %(place)s, and could read all about %(n)d person there.",
            "%(name)s would get access to %(place)s, and could read all about %(n)d people there.",
            people,
        )
        return [
            text % {"name": self.member(id), "place": self.place(pair.place), "n": people}
            for id in (pair.one, pair.other)
            if id in members and pair.place not in members[id].places
        ]

    # --- what could not be met -------------------------------------------------------------------

    def unmet(self, unmet: Iterable[Said]) -> list[str]:
        """What has no pair, and why: those for the same reason in one sentence."""
        works: dict[str, list[str]] = {}
        for said in unmet:
            works.setdefault(self._why_unmet(said), []).append(self.work(said.about.get("work")))
        return [_("%(work)s: %(why)s") % {"work": "; ".join(them), "why": why} for why, them in works.items()]

    def _why_unmet(self, said: Said) -> str:
        who = {"who": self.members(said.about.get("members") or [])}
        when = _when(said.about.get("time"))
        match said.code:
            case "nobody":
                return _("nobody can %(when)s") % {"when": when}
            case "one":
                return _("only %(who)s can %(when)s, and nobody works alone") % {**who, "when": when}
            case "not_here":
                return (
                    _("%(who)s could at that time, but not here") % who
                    if who["who"]
                    else _("nobody can here")
                )
            case "full":
                return _("whoever could has enough already")
            case "enough":
                return _("%(who)s could, and have enough with what they work there together") % who
        return _("it would take more than it gives, by what we wish for")

    def clash(self, said: Said) -> str:
        about = said.about
        what = {"who": self.members(about.get("members") or []), "work": self.work(about.get("work"))}
        name = {"name": self.member(about.get("member"))}
        when = _when(about.get("time"))
        reasons = {
            "no_work": _("that isn’t there any more, or isn’t part of this plan"),
            "not_there": _("%(name)s isn’t planned at present") % name,
            "three": _("these are more than two, and a pair is two"),
            "full": _("%(name)s has enough already, or can’t for now") % name,
            "hours": _("%(name)s said other times, and can’t %(when)s") % {**name, "when": when},
            "never": _("%(name)s can’t there, or you said not there") % name,
            "apart": _("you also said: not these two"),
            "no_way": _("nobody is left to be their second, or they have enough elsewhere"),
        }
        why = reasons.get(said.code, _("it doesn’t go together with the rest"))
        return _("%(who)s at %(work)s: %(why)s.") % {**what, "why": why}

    # --- what people fixed, who isn't planned ----------------------------------------------------

    def choice(self, choice: Choice) -> str:
        said = {
            "who": self.members(choice.members),
            "works": self.works(choice.works),
            "place": self.place(choice.place),
        }
        match choice.kind:
            case "keep":
                return _("%(who)s stay a pair: %(works)s") % said
            case "put":
                return _("%(who)s works %(works)s") % said
            case "apart":
                return _("%(who)s: not these two") % said
        return _("%(who)s: not at %(place)s") % said

    def aside(self) -> list[str]:
        """By what it means for the plan; why somebody can't is nobody's business."""
        found: dict[str, list[str]] = {}
        for id, why in self.gathered.aside.items():
            found.setdefault(why, []).append(self.member(id))
        words = {
            AWAY: _("Away: %(names)s."),
            CANT: _("Can’t for now: %(names)s."),
            NEW_KEYS: _("Waiting for new keys: %(names)s."),
        }
        return [words[why] % {"names": together(found[why])} for why in words if why in found]


def _grouped(cells: list[Cell], by: str, rest: str) -> list[str]:
    """`Packing: Day, Night`, one text for each unit; or for each shift."""
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        part = getattr(cell, by)
        groups.setdefault(part.name if part else "", []).append(cell)
    return [
        _("%(one)s: %(more)s") % {"one": name, "more": ", ".join(getattr(cell, rest).name for cell in group)}
        if name and len(group) > 1
        else "; ".join(_called(cell) for cell in group)
        for name, group in groups.items()
    ]


def _links(name: str, links: int) -> str:
    text = ngettext("%(name)s keeps %(n)d deep link there", "%(name)s keeps %(n)d deep links there", links)
    return text % {"name": name, "n": links}


def _called(cell: Cell) -> str:
    parts = [part.name for part in (cell.unit, cell.shift) if part]
    return ", ".join(parts) or _("all of %(place)s") % {"place": cell.site.name}


def _number(stored: Any) -> int:
    return stored if isinstance(stored, int) else 0


TIMES: dict[str, Any] = {
    Shift.Time.EARLY: gettext_lazy("early"),
    Shift.Time.DAY: gettext_lazy("by day"),
    Shift.Time.EVENING: gettext_lazy("in the evening"),
    Shift.Time.NIGHT: gettext_lazy("at night"),
    Shift.Time.WEEKEND: gettext_lazy("at the weekend"),
}


def _when(stored: Any) -> str:
    return str(TIMES.get(str(stored), _("then")))


def _times(stored: Any) -> list[str]:
    return [str(TIMES[one]) for one in stored if one in TIMES] if isinstance(stored, list | tuple) else []


# --- the whole page ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanShown:
    """Everything the page of a draft says."""

    draft: Draft
    choices: list[Choice]
    gathered: Gathered

    @cached_property
    def words(self) -> Words:
        return Words(self.gathered)

    @property
    def places(self) -> list[PlaceShown]:
        ids = dict.fromkeys([*self.gathered.sites, *(pair.place for pair in self.draft.pairs)])
        return [self._place(id) for id in ids]

    def _place(self, id: str) -> PlaceShown:
        pairs = [self._pair(n, pair) for n, pair in enumerate(self.draft.pairs) if pair.place == id]
        unmet = [said for said in self.draft.unmet if str(said.about.get("work", "")).startswith(id)]
        left_out = self.gathered.too_many.get(id, 0)
        return PlaceShown(self.words.place(id), pairs, self.words.unmet(unmet), left_out)

    def _pair(self, number: int, pair: Proposed) -> PairShown:
        words = self.words
        two = {pair.one, pair.other}
        kept = any(
            c.kind == KEEP and {*c.members} == two and {*c.works} & {*pair.works} for c in self.choices
        )
        return PairShown(
            number,
            words.member(pair.one),
            words.member(pair.other),
            words.works(pair.works),
            words.why(pair),
            words.access(pair),
            state_of(pair, self.gathered),
            kept,
        )

    @property
    def quality(self) -> str:
        if self.draft.clashes:
            return _("What you fixed doesn’t all go together; the rest is planned around it.")
        if self.draft.proven:
            return _("This is the best there is with these wishes.")
        gap = max(0.1, round(self.draft.gap * 100, 1))
        return _("At most %(gap)s %% below the best possible with these wishes.") % {"gap": f"{gap:g}"}

    @property
    def may_go_on(self) -> bool:
        return not self.draft.proven and not self.draft.long

    @property
    def clashes(self) -> list[str]:
        return [self.words.clash(said) for said in self.draft.clashes]

    @property
    def fixed(self) -> list[str]:
        return [self.words.choice(choice) for choice in self.choices]

    @property
    def is_outdated(self) -> bool:
        """Something it was made from has changed since."""
        return self.draft.digest != self.gathered.digest

    @property
    def free(self) -> str:
        """Who could and has nothing in it: said so that they can be asked, not to count anybody."""
        taken = {id for pair in self.draft.pairs for id in (pair.one, pair.other)}
        idle = [who.id for who in self.gathered.task.members if who.free and who.id not in taken]
        return self.words.members(idle)

    @property
    def silent(self) -> str:
        return self.words.members(self.gathered.silent)

    @property
    def changes(self) -> list[str]:
        """Beside the calculation before this one."""
        return list(self._changes()) if self.draft.before else []

    def _changes(self) -> Iterator[str]:
        now, before = {brief(pair)[:3]: brief(pair) for pair in self.draft.pairs}, self.draft.before
        then = {one[:3]: one for one in before}
        for key in [*then, *(key for key in now if key not in then)]:
            two = sorted(self.words.member(id) for id in key[:2])
            who = {"who": together(two), "place": self.words.place(key[2])}
            if key not in now:
                yield _("%(who)s are no pair at %(place)s any more") % who
            elif key not in then:
                yield _("%(who)s are a pair at %(place)s now: %(works)s") % {
                    **who,
                    "works": self._says(now[key]),
                }
            elif set(now[key][3]) != set(then[key][3]):
                yield _("%(who)s work something else now: %(works)s") % {**who, "works": self._says(now[key])}

    def _says(self, pair: tuple[str, str, str, tuple[str, ...]]) -> str:
        order = list(self.gathered.cells)
        return self.words.works(sorted(pair[3], key=lambda id: order.index(id) if id in order else -1))


def state_of(pair: Proposed, gathered: Gathered) -> str:
    """Beside the pairs that there are."""
    for standing in gathered.task.standing:
        if standing.place == pair.place and {standing.one, standing.other} == {pair.one, pair.other}:
            return GOES_ON if standing.works == set(pair.works) else CHANGES
    return NEW


__all__ = ["APART", "KEEP", "NEVER", "PUT", "PlanShown", "Words", "state_of", "together"]
