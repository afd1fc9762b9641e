"""Ticking what several people of a place did on one day: whom it shows, whom it takes, and noting it once each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.core.pages import as_id
from masslink.people.acts import record_deed
from masslink.people.models import Deed, Person, PersonQuerySet
from masslink.people.picking import FOUND, HERE, Picking
from masslink.people.records import Merged
from masslink.people.search import search
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.act import act

OPEN_AT_MOST = 60  # so many names are shown at once
NAMED_AT_MOST = 300  # so many names fit on a page; of a bigger place one opens a unit and shift


# --- noting --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ticked:
    """What became of it: the act (None where there was nothing to write), who was noted, who had been already."""

    act: UUID | None
    noted: list[Person]
    already: list[Person]


def tick(
    *,
    by: Member,
    at: datetime,
    persons: Iterable[Person],
    kind: str,
    on: date,
    words: str = "",
    again: bool = False,
    once: UUID | None = None,
) -> Ticked:
    """The same deed of several people on one day. Nobody gets it twice for that day, unless `again` says so.

    `once` is the form's own id and becomes that of the first deed: when it is there, the form was saved.
    """
    with act("deeds_ticked", at=at) as running:
        persons = list(dict.fromkeys(persons))
        same = Deed.objects.filter(person__in=persons, deed_kind=kind, on=on)
        known = set(same.order_by().values_list("person_id", flat=True))
        is_saved = once is not None and Deed.objects.filter(pk=once).exists()
        if again and not is_saved:
            known = set()
        noted = [person for person in persons if person.pk not in known]
        for number, person in enumerate(noted):
            own = once if number == 0 and not is_saved else None
            record_deed(by=by, at=at, person=person, kind=kind, on_at=moment(on, at), words=words, id=own)
    already = [person for person in persons if person.pk in known]
    return Ticked(running.id if noted else None, noted, already)


def moment(on: date, at: datetime) -> datetime:
    """Of today, now; of another day without an hour, noon."""
    return at if on == day_of(at) else timezone.make_aware(datetime.combine(on, time(12)))


def days_back(today: date) -> list[date]:
    """The days one tap away: today and the six before."""
    return [today - timedelta(days=n) for n in range(7)]


# --- whom ----------------------------------------------------------------------------------------

Where = tuple[UUID | None, UUID | None]  # a unit and a shift


@dataclass
class Cell:
    """The people of one unit on one shift, as the form shows them."""

    unit: Unit | None
    shift: Shift | None
    many: int
    people: list[Person] = field(default_factory=list)
    ticked: int = 0
    is_open: bool = False

    @property
    def where(self) -> Where:
        return self.unit.pk if self.unit else None, self.shift.pk if self.shift else None

    @property
    def key(self) -> str:
        return ":".join(part.hex if part else "" for part in self.where)

    @property
    def name(self) -> str:
        names = [part.name for part in (self.unit, self.shift) if part]
        return ", ".join(names) or _("without unit or shift")


def may_be_ticked(site: Site, today: date) -> PersonQuerySet:
    """Who is at the place now; not those who asked for no contact, nor those who are members."""
    return Person.objects.listed().here(today).filter(site=site, member=None)


class Ticking(Picking):
    """The people of one place: all by name where they are few, a unit and shift at a time where they are many.

    Names in the list come as `here`, those found by typing as `person`, so that each stands in one place.
    """

    place: Site

    def __init__(self, data: QueryDict, *, site: Site, by: Member, today: date) -> None:
        self.here = may_be_ticked(site, today)
        found = self._still_here([*data.getlist("person"), *data.getlist("here")])
        if "all" in data:
            found += self._at(_where(str(data["all"]))).values_list("pk", flat=True)
        data = data.copy()
        data.setlist("person", [str(id) for id in dict.fromkeys(found)])
        super().__init__(data, by=by, today=today, picks=HERE)
        self.place, self.within = site, site.pk

    def _still_here(self, posted: list[str]) -> list[UUID]:
        """Those that were ticked, as they stand in our lists now; how many don't is counted."""
        wanted = [as_id(text) for text in dict.fromkeys(posted)]
        known = self._known(wanted)
        missing = [id for id in wanted if id and id not in known]
        joined = (
            dict(Merged.objects.filter(was__in=missing).values_list("was", "person_id")) if missing else {}
        )
        known |= self._known(joined.values())
        found = [id and joined.get(id, id) for id in wanted]
        self.gone = sum(id not in known for id in found)
        return [id for id in found if id and id in known]

    def _known(self, ids: Iterable[UUID | None]) -> set[UUID]:
        return set(self.here.filter(pk__in=[id for id in ids if id]).values_list("pk", flat=True))

    def _at(self, where: Where) -> PersonQuerySet:
        return self.here.filter(unit=where[0], shift=where[1])

    # --- what the page shows

    @cached_property
    def cells(self) -> list[Cell]:
        """Units and shifts with anybody in them, in their order; with the names that fit."""
        units, shifts = list(self.place.units.all()), list(self.place.shifts.all())
        by_id: dict[UUID | None, Any] = {part.pk: part for part in (*units, *shifts)}
        groups = self.here.order_by().values_list("unit_id", "shift_id").annotate(many=Count("pk"))
        cells = [Cell(by_id.get(unit), by_id.get(shift), many) for unit, shift, many in groups]
        place = {part.pk: n for parts in (units, shifts) for n, part in enumerate(parts)}
        cells.sort(key=lambda cell: [place.get(id, len(place)) if id else len(place) for id in cell.where])
        self._name(cells)
        return cells

    def _name(self, cells: list[Cell]) -> None:
        asked = {self.data.get("open", ""), self.data.get("all", "")}
        everybody = sum(cell.many for cell in cells)
        all_fit, all_open = everybody <= NAMED_AT_MOST, everybody <= OPEN_AT_MOST or len(cells) == 1
        ticked = {person.pk for person in self.picked}
        people: dict[Where, list[Person]] = {}
        for person in self.here if all_fit else ():
            people.setdefault((person.unit_id, person.shift_id), []).append(person)
        for cell in cells:
            wanted = cell.key in asked
            cell.people = people.get(cell.where, [])
            if wanted and not all_fit:
                cell.people = list(self._at(cell.where)[:NAMED_AT_MOST])
            cell.ticked = sum(person.pk in ticked for person in cell.people)
            cell.is_open = wanted or cell.ticked > 0 or all_open

    @property
    def ticked(self) -> set[UUID]:
        return {person.pk for person in self.picked}

    @cached_property
    def beside(self) -> list[Person]:
        """Those ticked who stand in none of the lists shown."""
        shown = {person.pk for cell in self.cells for person in cell.people}
        return [person for person in self.picked if person.pk not in shown]

    @cached_property
    def offered(self) -> list[Person]:
        """Those who fit what is typed."""
        return [person for person in self._found if person.pk not in self.ticked]

    @cached_property
    def _found(self) -> list[Person]:
        if len(self.typed) < 2 and self.typed.isascii():
            return []
        found = search(self.typed, self.today).persons
        people = self.here.filter(pk__in=found).select_related("unit").in_bulk()
        return [people[id] for id in found if id in people][:FOUND]

    # --- checking

    def is_valid(self, *, required: bool = True) -> bool:
        if self.gone:
            text = ngettext(
                "One of those you ticked isn’t here any more. The others are still ticked: press again.",
                "%(n)d of those you ticked aren’t here any more. The others are still ticked: press again.",
                self.gone,
            )
            self.errors.append(text % {"n": self.gone})
        super().is_valid(required=False)
        if required and not self.errors and not self.picked and not self.new:
            self.errors.append(_("Who was it? Tick a name, or type two letters of it."))
        return not self.errors

    def taken(self, *, at: datetime, kind: str, on: date) -> list[Person]:
        """Those ticked and the new ones, in a running act. A new one of whom just this is noted is the same person."""
        noted = Person.objects.filter(site=self.place, deeds__deed_kind=kind, deeds__on=on, name__in=self.new)
        same = {person.name: person for person in noted}
        self.new = [name for name in self.new if name not in same]
        return [*self.persons(at=at), *same.values()]


def _where(key: str) -> Where:
    unit, _colon, shift = key.partition(":")
    return as_id(unit), as_id(shift)
