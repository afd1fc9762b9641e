"""Choosing people inside a form: two letters find them, those lately met are offered, new ones can be typed.

The chips are checkboxes: picking and taking away work without scripts, and the ticked ones come back with the
form, whatever else went wrong. What is typed but fits nobody who was picked is asked about, never dropped.
"""

from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.forms import Select
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.people.acts import add_person
from masslink.people.fingerprints import asked_to_go
from masslink.people.forms import Choices, parts_of
from masslink.people.models import Deed, Person
from masslink.people.search import search
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.reading import read

FOUND, LATELY = 8, 4
_LOOKED_AT = 40  # latest deeds among which those lately met are looked for


# Who may be picked: new ones too, from anywhere; new ones from the place the form names; only known ones.
ANYWHERE, HERE, KNOWN = "anywhere", "here", "known"


class Picking:
    """Whom a form is about: who is ticked, who is offered, what is typed."""

    def __init__(self, data: QueryDict, *, by: Member, today: date, picks: str = "") -> None:
        self.data, self.by, self.today = data, by, today
        self.picks = picks or data.get("picks", "")
        self.allows_new = self.picks in (ANYWHERE, HERE)
        self.place: Site | None = None
        self.typed = data.get("who", "").strip()[:120]
        self.errors: list[str] = []
        # A talk asks nobody's place: it may be with people of several.
        self.picked = _by_ids(data.getlist("person"), *(() if self.picks == ANYWHERE else ("site",)))
        self.new = list(
            dict.fromkeys(n for n in (t.strip()[:120] for t in data.getlist("new")) if n and self.allows_new)
        )

    # --- what the page shows --------------------------------------------------------------------

    @cached_property
    def offered(self) -> list[Person]:
        """Those who fit what is typed; with nothing typed, those lately met."""
        known = {person.pk for person in self.picked}
        if self.typed and not self._is_settled:
            return [person for person in self._found if person.pk not in known]
        met = lately_met(self.by, LATELY + len(known), within=self.within)
        return [person for person in met if person.pk not in known][:LATELY]

    @cached_property
    def within(self) -> UUID | None:
        """The one place that a form about people of one place names; None: people of all places are offered."""
        return _id(self.data.get("new_place", "")) if self.picks == HERE else None

    @cached_property
    def _found(self) -> list[Person]:
        if len(self.typed) < 2 and self.typed.isascii():
            return []
        return [person for person in self._found_at_all if person.reachable]

    @cached_property
    def _found_at_all(self) -> list[Person]:
        persons = [str(id) for id in search(self.typed, self.today, left_too=True).persons]
        if self.within is None:
            return _by_ids(persons[:FOUND], "site", "unit")
        return [one for one in _by_ids(persons, "site", "unit") if one.site_id == self.within][:FOUND]

    @property
    def is_to_be_left(self) -> bool:
        """Somebody of just this name asked not to be contacted: not offered, and not to be added anew."""
        return len(self.typed) > 1 and any(not person.reachable for person in self._found_at_all)

    @property
    def silent(self) -> Person | None:
        """Somebody picked who asked not to be contacted: on an old page, or while it was filled in."""
        return next((person for person in self.picked if not person.reachable), None)

    @property
    def offered_new(self) -> str:
        """What was typed, as somebody new."""
        usable = self.allows_new and len(self.typed) > 1 and self.sites and not self._is_settled
        usable = usable and not self.is_to_be_left
        return self.typed if usable else ""

    @property
    def is_asked(self) -> bool:
        """Somebody is looked for. The button for it is a form's first, so Enter in any line of it presses it."""
        return "find" in self.data and bool(self.typed) and not self._is_settled

    @property
    def nobody_fits(self) -> bool:
        return bool(len(self.typed) > 1 and not self._is_settled and not self.offered)

    @cached_property
    def sites(self) -> list[Site]:
        """Places a new person may belong to."""
        return list(Site.objects.all())

    @property
    def asks_place(self) -> bool:
        return self.picks == ANYWHERE and len(self.sites) > 1

    @property
    def unit_choice(self) -> SafeString | str:
        return self._choice("unit", parts_of(self.sites, Unit))

    @property
    def shift_choice(self) -> SafeString | str:
        return self._choice("shift", parts_of(self.sites, Shift))

    def _choice(self, part: str, choices: Choices) -> SafeString | str:
        """A list to choose from, where there is more in it than 'not known'."""
        attrs = {"id": f"new-{part}"}
        shown = self.picks == ANYWHERE and len(choices) > 1
        return Select(choices=choices).render(f"new_{part}", self.chosen[part], attrs) if shown else ""

    @cached_property
    def chosen(self) -> dict[str, str]:
        """Place, unit and shift of the new ones as posted; the name may say the unit: 'tall guy, packing'."""
        posted = {part: self.data.get(f"new_{part}", "") for part in ("place", "unit", "shift")}
        last = (self.new or [self.typed])[0].rpartition(",")[2].strip()
        if last and not posted["unit"]:
            named = list(Unit.objects.filter(name__iexact=last, site__in=self.sites)[:2])
            if len(named) == 1:
                posted["unit"] = str(named[0].pk)
                posted["place"] = posted["place"] or str(named[0].site_id)
        return posted

    @property
    def names(self) -> list[str]:
        return [*(person.called for person in self.picked), *self.new]

    # --- checking -------------------------------------------------------------------------------

    @property
    def _is_settled(self) -> bool:
        """What is typed is only the beginning of somebody who was picked."""
        typed = self.typed.casefold()
        names = [n for person in self.picked for n in (person.name, person.nickname)] + self.new
        return any(word.startswith(typed) for n in names for word in (n.casefold(), *n.casefold().split()))

    def is_valid(self, *, required: bool = True) -> bool:
        """Settle what is typed; say what is missing."""
        if self.typed and not self._is_settled:
            self._settle()
        if required and not self.errors and not self.picked and not self.new:
            self.errors.append(_("With whom? Two letters of a name are enough."))
        if len(set(self.data.getlist("person"))) != len(
            {p.pk for p in self.picked if str(p.pk) in self._ids}
        ):
            self.errors.append(_("One of those you picked isn't here any more."))
        if self.new and not self.errors:
            self._check_place()
        if self.asked and not self.errors and not self.asked <= set(self.data.getlist("anyway")):
            self.errors.append(
                _(
                    "Somebody called “%(name)s”, or much like it, asked to be erased; or it is a coincidence. Take the "
                    "name away, or save again to add them anyway."
                )
                % {"name": ", ".join(sorted(self.asked))}
            )
        return not self.errors

    @cached_property
    def asked(self) -> set[str]:
        """Those of the new names that somebody had who asked to be erased, as it seems."""
        return {name for name in self.new if asked_to_go(name)}

    @cached_property
    def _ids(self) -> set[str]:
        return set(self.data.getlist("person"))

    def _settle(self) -> None:
        """Somebody whose whole name was typed is meant; everything else is asked."""
        typed = self.typed.casefold()
        whole = [p for p in self._found if typed in (p.name.casefold(), p.nickname.casefold())]
        if len(whole) == 1:
            self.picked.append(whole[0])
        elif self._found:
            self.errors.append(_("Whom do you mean? Tap a name."))
        elif self.is_to_be_left:
            text = _(
                "%(name)s asked not to be contacted. What happened all the same is noted on their own page."
            )
            self.errors.append(text % {"name": self.typed})
        elif self.offered_new:
            self.errors.append(_("Nobody here is called that. Tap the name to add them as somebody new."))
        else:
            self.errors.append(_("Nobody here is called that."))

    def _check_place(self) -> None:
        site, unit, shift = self._site, self._unit, self._shift
        if not self.sites:
            self.errors.append(_("Open a place first: every person belongs to one."))
        elif site is None and self.picks == ANYWHERE:
            self.errors.append(_("Which place does the new person belong to?"))
        elif site and any(part is not None and part.site_id != site.pk for part in (unit, shift)):
            self.errors.append(_("That unit or shift belongs to another place."))

    @property
    def _unit(self) -> Unit | None:
        unit: Unit | None = _one(Unit, self.data.get("new_unit"))
        return unit

    @property
    def _shift(self) -> Shift | None:
        shift: Shift | None = _one(Shift, self.data.get("new_shift"))
        return shift

    @property
    def _site(self) -> Site | None:
        if self.place or len(self.sites) == 1:
            return self.place or self.sites[0]
        posted = self.data.get("new_place", "")
        part = self._unit or self._shift
        return next((s for s in self.sites if str(s.pk) == posted), None) or (part.site if part else None)

    @property
    def place_of_new(self) -> Site | None:
        """To which place somebody new would be added, as far as that is said."""
        return self._site

    # --- writing --------------------------------------------------------------------------------

    def persons(self, *, at: datetime) -> list[Person]:
        """Those picked, and the new ones, made now: call it inside an act."""
        if not self.new or (site := self._site) is None:
            return self.picked
        unit, shift = self._unit, self._shift
        new = [add_person(by=self.by, at=at, site=site, name=n, unit=unit, shift=shift) for n in self.new]
        return [*self.picked, *new]


def lately_met(member: Member, limit: int, *, within: UUID | None = None) -> list[Person]:
    """People (of one place) whom this member lately talked with or saw do something, latest first."""
    theirs = Deed.objects.filter(by=member, **({"person__site": within} if within else {}))
    deeds = theirs.order_by("-at").values_list("person_id", flat=True)
    ids = [str(id) for id in dict.fromkeys(deeds[:_LOOKED_AT])]
    return [person for person in _by_ids(ids) if person.reachable][:limit]


def _by_ids(ids: list[str], *beside: str) -> list[Person]:
    """The persons of these ids who can be read here, in this order; with their place, their unit, if named."""
    valid = [id for id in map(_id, dict.fromkeys(ids)) if id]
    if not valid:
        return []
    if beside:
        found = list(Person.objects.filter(pk__in=valid).order_by().select_related(*beside))
    else:
        marks = ", ".join(["%s"] * len(valid))
        found = read(Person, f"WHERE id IN ({marks})", [id.hex for id in valid])
    by_id = {person.pk: person for person in found}
    return [by_id[id] for id in valid if id in by_id]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _one(model: Any, text: str | None) -> Any:
    id = _id(text or "")
    return model.objects.select_related("site").filter(pk=id).first() if id else None
