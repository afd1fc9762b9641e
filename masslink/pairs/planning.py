"""What the planner is given: members, works, deep links, pairs that exist, as far as who plans can open the places.

Members who are away, who said that they can't, or who wait for new keys aren't planned; which of them, `aside` says.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q

from masslink.collective.models import Away, Invitation, Member
from masslink.pairs.acts import Work as Part
from masslink.pairs.models import NotHere, Pair, PairWork, Readiness, Wishes
from masslink.pairs.plan_draft import Choice, choices_of
from masslink.pairs.planner import MOST_WORKS, WISHES, Deep, Standing, Task, Who, Work
from masslink.people import links
from masslink.people.models import Link, LinkState, Person
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.vault.workspace import current

MANY = 24  # cells of one place; beyond that its units are planned, over all shifts
UNSAID, AT_MOST = 2, 6  # pairs of a member who hasn't said how many; more than this nobody carries

AWAY, CANT, NEW_KEYS = "away", "cant", "new_keys"


@dataclass(frozen=True)
class Cell:
    """A work as records: what `make_pair` wants to know, and what pages call it."""

    id: str
    site: Site
    unit: Unit | None = None
    shift: Shift | None = None
    heads: int = 0

    @property
    def time(self) -> str:
        return self.shift.time if self.shift else ""


@dataclass
class Gathered:
    """A task, and the records behind its ids."""

    task: Task
    sites: dict[str, Site]
    cells: dict[str, Cell]
    members: dict[str, Member]  # all of the collective
    pairs: list[Pair]  # that exist at these places
    aside: dict[str, str] = field(default_factory=dict)  # why a member isn't planned
    silent: list[str] = field(default_factory=list)  # who haven't said what they can
    too_many: dict[str, int] = field(default_factory=dict)  # by site, units that were left out
    people: dict[str, int] = field(default_factory=dict)  # by site, whom one could read about

    @property
    def digest(self) -> str:
        """Another one where anything the plan is made from has changed; choices don't count."""
        task = self.task
        said = [
            [task.members, task.works, task.standing, {w: task.strength(w) for w in WISHES}, task.most_works],
            sorted((*key, deep.links, deep.depth) for key, deep in task.deep.items()),
        ]
        text = orjson.dumps(said, default=sorted, option=orjson.OPT_SORT_KEYS)
        return blake2b(text, digest_size=12).hexdigest()


def gather(
    sites: Iterable[Site], today: date, choices: Iterable[Choice] = (), most_works: int = MOST_WORKS
) -> Gathered:
    """Everything a plan for these places is made from."""
    sites = list(sites)
    cells, too_many = _cells(sites)
    members = {m.pk.hex: m for m in Member.objects.filter(left_on=None)}
    ready = {one.member_id.hex: one for one in Readiness.objects.all()}
    aside = _aside(members, ready, today)
    persons, spoken = _persons(sites, today), _Spelling()
    pairs = list(Pair.objects.on(today).select_related("one", "other", "site").prefetch_related("works"))
    ours = [pair for pair in pairs if pair.site in sites]
    busy = _busy(pair for pair in pairs if pair.site not in sites)
    planned = {id: m for id, m in members.items() if id not in aside}
    who = _members(planned, ready, sites, busy, spoken, today)
    works, at = _works(cells, persons, spoken)
    return Gathered(
        task=Task(
            members=who,
            works=works,
            deep=_deep(at, planned, today),
            standing=tuple(_standing(pair, cells) for pair in ours),
            weights=weights(),
            choices=choices_of(choices),
            most_works=most_works,
        ),
        sites={site.pk.hex: site for site in sites},
        cells={cell.id: cell for cell in cells},
        members=members,
        pairs=ours,
        aside=aside,
        silent=[id for id in planned if id not in ready],
        too_many=too_many,
        people=Counter(person.site_id.hex for person in persons),
    )


def weights() -> dict[str, int]:
    """What the collective said last; the default for what it said nothing of."""
    last = Wishes.objects.order_by("at").last()
    said = last.weights if last and isinstance(last.weights, dict) else {}
    return {
        wish: said[wish] if type(said.get(wish)) is int and 0 <= said[wish] <= 4 else usual
        for wish, usual in WISHES.items()
    }


# --- members -------------------------------------------------------------------------------------


class _Spelling:
    """Languages as people typed them; written differently in size of letters, they are the same one."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def read(self, text: str) -> frozenset[str]:
        parts = [part.strip() for part in text.replace(";", ",").replace("/", ",").split(",")]
        return frozenset(self.known.setdefault(part.casefold(), part) for part in parts if part)


def _aside(members: dict[str, Member], ready: dict[str, Readiness], today: date) -> dict[str, str]:
    found = {id: CANT for id in members if id in ready and not ready[id].at_most}
    found |= {away.member_id.hex: AWAY for away in Away.objects.on(today)}
    waiting = Invitation.objects.filter(member__isnull=False, confirmed_at=None, declined_at=None)
    found |= {one.member_id.hex: NEW_KEYS for one in waiting.filter(until__date__gte=today) if one.member_id}
    return {id: why for id, why in found.items() if id in members}


def _busy(pairs: Iterable[Pair]) -> Counter[str]:
    return Counter(member.hex for pair in pairs for member in (pair.one_id, pair.other_id))


def _members(
    members: dict[str, Member],
    ready: dict[str, Readiness],
    sites: list[Site],
    busy: Counter[str],
    spoken: _Spelling,
    today: date,
) -> tuple[Who, ...]:
    held = current().circles
    cannot: dict[str, set[str]] = {}
    for said in NotHere.objects.filter(Q(until=None) | Q(until__gt=today), site__in=sites):
        cannot.setdefault(said.member_id.hex, set()).add(said.site_id.hex)
    found = []
    for id, member in members.items():
        said_of = ready.get(id)
        found.append(
            Who(
                id=id,
                at_most=min(said_of.at_most, AT_MOST) if said_of else UNSAID,
                languages=spoken.read(said_of.languages) if said_of else frozenset(),
                times=_times(said_of),
                experienced=bool(said_of and said_of.experienced),
                places=frozenset(s.pk.hex for s in sites if member.holder in held[s.circle].roster),
                cannot=frozenset(cannot.get(id, ())),
                busy=busy[id],
            )
        )
    return tuple(found)


def _times(ready: Readiness | None) -> frozenset[str]:
    said = ready.times if ready and isinstance(ready.times, list) else []
    return frozenset(one for one in said if one in Shift.Time.values)


# --- works ---------------------------------------------------------------------------------------


def _cells(sites: list[Site]) -> tuple[list[Cell], dict[str, int]]:
    """Units by shifts, as far as anybody is there; where these are too many, the units with most people."""
    units, shifts, counts = _by_site(Unit, sites), _by_site(Shift, sites), _head_counts(sites)
    found: list[Cell] = []
    too_many: dict[str, int] = {}
    for site in sites:
        here = _grid(site, units.get(site.pk, []), shifts.get(site.pk, []), counts)
        if len(here) > MANY:
            here = [_over_all_shifts(site, unit, shifts.get(site.pk, []), counts) for unit in units[site.pk]]
        if len(here) > MANY:
            too_many[site.pk.hex] = len(here) - MANY
            largest = sorted(here, key=lambda cell: -cell.heads)[:MANY]
            here = [cell for cell in here if cell in largest]
        found += here
    return found, too_many


def _by_site(model: Any, sites: list[Site]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for part in model.objects.filter(site__in=sites):
        found.setdefault(part.site_id, []).append(part)
    return found


Counts = dict[tuple[UUID, UUID | None], int]


def _head_counts(sites: list[Site]) -> Counts:
    found = HeadCount.objects.filter(unit__site__in=sites).order_by("on")
    return {(one.unit_id, one.shift_id): one.number for one in found}


def _grid(site: Site, units: list[Unit], shifts: list[Shift], counts: Counts) -> list[Cell]:
    across: list[Unit | None] = [*units] or [None]
    down: list[Shift | None] = [*shifts] or [None]
    cells = [(u, s, counts.get((u.pk, s.pk if s else None)) if u else None) for u in across for s in down]
    return [Cell(work_id(site, u, s), site, u, s, heads or 0) for u, s, heads in cells if heads != 0]


def _over_all_shifts(site: Site, unit: Unit, shifts: list[Shift], counts: Counts) -> Cell:
    heads = counts.get((unit.pk, None)) or sum(counts.get((unit.pk, shift.pk), 0) for shift in shifts)
    return Cell(work_id(site, unit, None), site, unit, None, heads)


def work_id(site: Site, unit: Unit | None, shift: Shift | None) -> str:
    return ".".join(part.pk.hex if part else "" for part in (site, unit, shift))


def _persons(sites: list[Site], today: date) -> list[Any]:
    """Who can be talked with there: not those who left, asked for no contact, or are one of us."""
    found = Person.objects.listed().here(today).filter(site__in=sites, member=None)
    return list(found.only("id", "site", "unit", "shift", "languages"))


def _works(
    cells: list[Cell], persons: list[Any], spoken: _Spelling
) -> tuple[tuple[Work, ...], dict[UUID, str]]:
    """The works, and at which of them each person is: where only unit or shift is known, at its largest."""
    largest = _largest(cells)
    at: dict[UUID, str] = {}
    known, speakers = Counter[str](), dict[str, Counter[frozenset[str]]]()
    for person in persons:
        wanted = ((person.unit_id, person.shift_id), (person.unit_id, None), (None, person.shift_id))
        here = [largest[key] for parts in wanted if (key := (person.site_id, *parts)) in largest]
        if here:
            at[person.pk] = id = here[0].id
            known[id] += 1
            if speaks := spoken.read(person.languages):
                speakers.setdefault(id, Counter())[speaks] += 1
    return tuple(_work(cell, known[cell.id], speakers.get(cell.id, Counter())) for cell in cells), at


def _largest(cells: list[Cell]) -> dict[tuple[UUID, UUID | None, UUID | None], Cell]:
    """By place, unit and shift, as far as these are said, the work with most people."""
    found: dict[tuple[UUID, UUID | None, UUID | None], Cell] = {}
    for cell in sorted(cells, key=lambda one: one.heads):
        unit, shift = cell.unit.pk if cell.unit else None, cell.shift.pk if cell.shift else None
        for key in ((unit, None), (None, shift), (unit, shift)):
            found[cell.site.pk, *key] = cell
    return found


def _work(cell: Cell, known: int, speakers: Counter[frozenset[str]]) -> Work:
    return Work(
        id=cell.id,
        place=cell.site.pk.hex,
        unit=cell.unit.pk.hex if cell.unit else "",
        shift=cell.shift.pk.hex if cell.shift else "",
        time=cell.time,
        heads=cell.heads,
        known=known,
        speakers=tuple(sorted(speakers.items(), key=lambda one: sorted(one[0]))),
    )


def _deep(at: dict[UUID, str], members: dict[str, Member], today: date) -> dict[tuple[str, str], Deep]:
    """Links beyond mere talking, of whoever took the person on."""
    taken_on = Link.objects.filter(Q(until=None) | Q(until__gt=today)).values_list("person_id", "member_id")
    held = {(p, m.hex) for p, m in taken_on if p in at and m.hex in members}
    states = LinkState.objects.filter(person__in=Person.objects.filter(links__isnull=False))
    depth = {state.pk: state.depth(today) for state in states}
    found: dict[tuple[str, str], Deep] = {}
    for person, member in held:
        if (rung := depth.get(person, 0)) >= links.SUSTAINED:
            before = found.get((member, at[person]), Deep(0, 0))
            found[member, at[person]] = Deep(before.links + 1, before.depth + rung - links.TALKING)
    return found


def _standing(pair: Pair, cells: list[Cell]) -> Standing:
    works = [work for work in pair.works.all() if not work.person_id]
    theirs = [cell.id for cell in cells if cell.site == pair.site and any(_has(w, cell) for w in works)]
    return Standing(pair.one_id.hex, pair.other_id.hex, pair.site_id.hex, frozenset(theirs))


def _has(work: PairWork, cell: Cell) -> bool:
    unit, shift = cell.unit.pk if cell.unit else None, cell.shift.pk if cell.shift else None
    return work.unit_id in (None, unit) and (work.shift_id in (None, shift) or cell.shift is None)


def as_works(ids: Iterable[str], cells: Iterable[Cell]) -> tuple[Part, ...]:
    """The same works said shortly: a whole unit, a whole shift, all of the place, where it comes to that."""
    wanted, here = set(ids), list(cells)
    if {cell.id for cell in here} <= wanted:
        return (Part(),)
    found: list[Part] = []
    for unit in dict.fromkeys(cell.unit for cell in here if cell.unit):
        of_unit = {cell.id for cell in here if cell.unit == unit}
        if of_unit <= wanted and len(of_unit) > 1:
            found.append(Part(unit=unit))
            wanted -= of_unit
    for shift in dict.fromkeys(cell.shift for cell in here if cell.shift):
        on_shift = {cell.id for cell in here if cell.shift == shift}
        if on_shift <= wanted and len(on_shift) > 1:
            found.append(Part(shift=shift))
            wanted -= on_shift
    return (*found, *(Part(cell.unit, cell.shift) for cell in here if cell.id in wanted))
