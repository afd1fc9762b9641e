"""A place's people and ties as the map and the ways need them: read in two queries, laid out once and kept.

Who asked not to be contacted at all, and who left the place, stands on no map and on no way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from masslink.people import links
from masslink.people.labels import RUNGS
from masslink.people.models import Person
from masslink.people.states import UNTIL
from masslink.people.ties import strokes, words
from masslink.people.ties.groups import groups_of
from masslink.people.ties.layout import Layout, lay_out
from masslink.people.ties.lettering import Letters, in_order, place_names
from masslink.people.ties.models import Tie
from masslink.people.ties.ways import AGAINST, BESIDE, CLOSE, Ways, find_ways, hesitation
from masslink.sites.models import Site
from masslink.vault.workspace import current

COST = {words.BESIDE: BESIDE, words.LISTENS: AGAINST}  # all others are CLOSE
WEIGHT = {words.BESIDE: 1.0}  # for groups; the others bind more
_LINE = {how: how for how in (words.BESIDE, words.FRIEND, words.FAMILY)}
_BOUNDS = ("due_on", "cooling_on", "out_of_touch_on")


class Someone(NamedTuple):
    """A person on the map."""

    id: UUID
    name: str
    nickname: str
    unit: UUID | None
    shift: UUID | None
    depth: int
    freshness: str
    is_member: bool

    @property
    def called(self) -> str:
        return self.nickname or self.name

    @property
    def is_reached(self) -> bool:
        return self.is_member or self.depth > links.LISTED

    @property
    def standing(self) -> str:
        """How we stand with them, in a word or two."""
        return standing(self.depth, is_member=self.is_member)

    @property
    def hesitation(self) -> float | None:
        return 0.0 if self.is_member else hesitation(self.depth, self.freshness)


def standing(depth: int, *, is_member: bool) -> str:
    """How we stand with somebody, in a word or two."""
    if is_member:
        return _("one of us")
    return str(RUNGS[depth]) if depth > links.LISTED else _("not in touch yet")


Known = dict[UUID, dict[UUID, list[str]]]  # who knows whom, and how, seen from the first


@dataclass
class Network:
    """The people of a place, by name, and who of them knows whom."""

    site: Site
    people: dict[UUID, Someone]
    known: Known

    @cached_property
    def pairs(self) -> list[tuple[UUID, UUID]]:
        """Each two who know each other, once."""
        order = {id: n for n, id in enumerate(self.people)}
        return [(one, two) for one, them in self.known.items() for two in them if order[one] < order[two]]

    @cached_property
    def alone(self) -> list[Someone]:
        """Those of whom nobody knows any tie."""
        return [one for one in self.people.values() if not self.known.get(one.id)]

    @cached_property
    def unreached(self) -> list[Someone]:
        return [one for one in self.people.values() if not one.is_reached]

    @cached_property
    def ways(self) -> Ways[UUID]:
        asked = {id: one.hesitation for id, one in self.people.items()}
        ties = [
            (one, two, min(COST.get(how, CLOSE) for how in hows))
            for one, them in self.known.items()
            for two, hows in them.items()
        ]
        return find_ways(list(self.people), asked, ties)

    def way_to(self, id: UUID) -> list[Someone]:
        return [self.people[one] for one in self.ways.to(id)]

    def how(self, one: UUID, other: UUID) -> str:
        """The closest way in which they know each other."""
        return min(self.known[one][other], key=lambda how: (COST.get(how, CLOSE), words.HOW.index(how)))

    def ask(self, way: Sequence[Someone], called: Mapping[UUID, str] | None = None) -> str:
        """A way as a sentence."""
        name = called or {one.id: one.called for one in way}
        steps = [(self.how(a.id, b.id), name[b.id]) for a, b in pairwise(way)]
        first = way[0]
        return words.ask(name[first.id], first.standing, steps, works=self.site.is_workplace)


def network(site: Site, today: date) -> Network:
    people = {one.id: one for one in _people(site, today)}
    known: Known = {id: {} for id in people}
    rows = Tie.objects.filter(person__site=site).order_by("at")
    for kind, one, other in rows.values_list("tie_kind", "person_id", "other_id"):
        if one in people and other in people and one != other:
            how = words.seen_from(kind, first=True)
            known[one].setdefault(other, []).append(how)
            known[other].setdefault(one, []).append(words.back(how))
    return Network(site, people, known)


def _people(site: Site, today: date) -> list[Someone]:
    fields = ("id", "name", "nickname", "unit_id", "shift_id", "member_id")
    state = [f"state__{name}" for name in (*UNTIL, *_BOUNDS)]
    rows = Person.objects.listed().here(today).filter(site=site).order_by("name", "id")
    return [_someone(row, today) for row in rows.values_list(*fields, *state)]


def _someone(row: tuple[Any, ...], today: date) -> Someone:
    id, name, nickname, unit, shift, member, *dates = row
    depth = links.depth(links.Evidence(*dates[: len(UNTIL)]), today)
    bounds = dates[len(UNTIL) :]
    fresh = links.state(links.FreshnessBounds(*bounds), today) if None not in bounds else links.NONE
    return Someone(id, name, nickname, unit, shift, depth, fresh, member is not None)


# --- laid out, and kept --------------------------------------------------------------------------


class Drawn(NamedTuple):
    """A map as it was laid out: ids and numbers, no names."""

    mark: int
    layout: Layout[UUID]
    groups: list[list[UUID]]  # of three and more
    letters: dict[UUID, Letters]
    lines: list[tuple[str, str]]  # all ties, by kind
    ground: list[str]  # under each group


def drawn(net: Network, called: Mapping[UUID, str]) -> Drawn:
    """The map of these people, as this workspace keeps it until people, ties or names change."""
    kept, key = current().kept, f"map {net.site.pk.hex}"
    hows = (net.how(one, other) for one, other in net.pairs)
    mark = hash((tuple(called.items()), tuple(zip(net.pairs, hows, strict=True))))
    before: Drawn | None = kept.get(key)
    if before is None or before.mark != mark:
        kept[key] = _draw(net, called, mark, before.layout if before else None)
    found: Drawn = kept[key]
    return found


def _draw(net: Network, called: Mapping[UUID, str], mark: int, before: Layout[UUID] | None) -> Drawn:
    pairs = net.pairs
    weights = {(a, b): max(WEIGHT.get(how, 1.5) for how in net.known[a][b]) for a, b in pairs}
    groups = groups_of(list(net.people), weights)
    layout = lay_out(by_place(net), pairs, groups, before)
    near = {id: len(them) for id, them in net.known.items()}
    names = {id: called[id] for id in in_order(called, near)}
    letters = place_names(names, layout.spots, layout.radius, (layout.width, layout.height))
    groups = [group for group in groups if len(group) > 2]
    ground = [strokes.path(ties, layout.spots) for ties in _ground(groups, pairs, layout)]
    return Drawn(mark, layout, groups, letters, _lines(net, layout), ground)


def _ground(
    groups: list[list[UUID]], pairs: list[tuple[UUID, UUID]], layout: Layout[UUID]
) -> Iterator[list[tuple[UUID, UUID]]]:
    """For each group the ties that hold it together."""
    label = {id: number for number, group in enumerate(groups) for id in group}
    inside: dict[int | None, list[tuple[UUID, UUID]]] = {}
    for one, other in pairs:
        if label.get(one) == label.get(other):
            inside.setdefault(label.get(one), []).append((one, other))
    for number, group in enumerate(groups):
        yield strokes.held_together(group, inside.get(number, ()), layout.spots)


def _lines(net: Network, layout: Layout[UUID]) -> list[tuple[str, str]]:
    """The ties as few long lines, by kind."""
    by_kind: dict[str, list[tuple[UUID, UUID]]] = {}
    for one, other in net.pairs:
        by_kind.setdefault(_LINE.get(net.how(one, other), "influences"), []).append((one, other))
    return [(kind, strokes.path(pairs, layout.spots)) for kind, pairs in sorted(by_kind.items())]


def by_place(net: Network) -> list[UUID]:
    """People by unit and shift, then by name: in this order the ones without ties stand in their rows."""
    return sorted(
        net.people, key=lambda id: (str(net.people[id].unit or ""), str(net.people[id].shift or ""))
    )
