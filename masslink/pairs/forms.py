"""What is asked about pairs: who, what they work, until when; what came out of sitting down."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.conversations.forms import Words
from masslink.pairs.acts import Promised, Work
from masslink.pairs.models import Pair, PairWork
from masslink.pairs.panels import where
from masslink.people.models import Person
from masslink.people.picking import KNOWN, Picking
from masslink.sites.access_forms import UntilForm
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks.days import YEARS_AHEAD
from masslink.tasks.forms import date_input

TO_DOS = 3  # lines for what the two promise while they sit together
A_WEEK, A_YEAR = timedelta(days=7), timedelta(days=365)


class PickingHere(Picking):
    """People of one place."""

    def __init__(self, data: QueryDict, *, site: Site, by: Member, today: date) -> None:
        super().__init__(data, by=by, today=today, picks=KNOWN)
        self.place = site

    @cached_property
    def offered(self) -> list[Person]:
        return [person for person in super().offered if person.site_id == self._site_id]

    def is_valid(self, *, required: bool = False) -> bool:
        super().is_valid(required=required)
        elsewhere = [person.called for person in self.picked if person.site_id != self._site_id]
        if elsewhere:
            text = _("%(who)s belongs to another place. Form a pair there.")
            self.errors.append(text % {"who": ", ".join(elsewhere)})
        silent = [person for person in self.picked if not person.reachable]
        ours = [person.called for person in self.picked if person.member_id]
        if silent:
            self.errors.append(_("Somebody you picked asked not to be contacted. Take them away."))
        if ours:
            self.errors.append(_("%(who)s is one of us now. Take them away.") % {"who": ", ".join(ours)})
        return not self.errors

    @property
    def _site_id(self) -> Any:
        return self.place.pk if self.place else None


class WorkForm(UntilForm):
    """What two work, and until when. The persons are picked beside it: see PickingHere."""

    whole = forms.BooleanField(label=gettext_lazy("All of the place"), required=False)
    keep = forms.MultipleChoiceField(
        label=gettext_lazy("What they work now"), required=False, widget=forms.CheckboxSelectMultiple
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("Units"), required=False, widget=forms.CheckboxSelectMultiple
    )
    shifts = forms.MultipleChoiceField(
        label=gettext_lazy("Shifts"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, site: Site, works: Iterable[PairWork] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = {work.pk.hex: work for work in works if not work.person_id and not work.is_whole}
        self.site_units = {unit.pk.hex: unit for unit in site.units.all()}
        self.site_shifts = {shift.pk.hex: shift for shift in site.shifts.all()}
        self._choose("keep", [(id, where(work.unit, work.shift)) for id, work in self.parts.items()])
        self._choose("units", [(id, unit.name) for id, unit in self.site_units.items()])
        self._choose("shifts", [(id, shift.name) for id, shift in self.site_shifts.items()])
        self.initial.setdefault("keep", list(self.parts))
        self._offer_once("units", {work.unit_id for work in self.parts.values() if not self.site_shifts})
        self._offer_once("shifts", {work.shift_id for work in self.parts.values() if not self.site_units})
        for name, label in (("units", _("Also units")), ("shifts", _("Also shifts"))):
            if self.parts and name in self.fields:
                self.fields[name].label = label

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
        field.error_messages["invalid_choice"] = _("That isn’t there any more. Choose again.")
        if not choices:
            del self.fields[name]

    def _offer_once(self, name: str, worked: set[Any]) -> None:
        """What they work now is above, and can't be narrowed where there are no shifts, or no units."""
        if name in self.fields:
            field: Any = self.fields[name]
            field.widget.choices = [one for one in field.choices if UUID(one[0]) not in worked]
            if not field.widget.choices:
                del self.fields[name]

    def works(self, persons: Iterable[Person]) -> list[Work]:
        """Ticked units on ticked shifts, what was kept, and the persons; all of the place holds the others."""
        said = self.cleaned_data
        if said["whole"]:
            return [Work()]
        kept = [self.parts[id] for id in said.get("keep", ())]
        units: list[Unit | None] = [self.site_units[id] for id in said.get("units", ())]
        shifts: list[Shift | None] = [self.site_shifts[id] for id in said.get("shifts", ())]
        new = product(units or [None], shifts or [None]) if units or shifts else ()
        return [
            *(Work(work.unit, work.shift) for work in kept),
            *(Work(unit, shift) for unit, shift in new),
            *(Work(person=person) for person in persons),
        ]


class PairForm(WorkForm):
    """A new pair: two members, what they work, until when, a note. `give`: whoever has no access gets it."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    two = forms.MultipleChoiceField(
        label=gettext_lazy("Which two"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Say who: a pair takes two."),
            "invalid_choice": gettext_lazy("One of them isn’t a member any more. Choose again."),
        },
    )
    note = Words(label=gettext_lazy("A note for the two"), required=False, rows=2)
    give = forms.BooleanField(required=False)
    add = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, here: list[Member], others: list[Member], away: set[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = {member.pk.hex: member for member in (*here, *others)}
        self.outside = {member.pk for member in others}
        two: Any = self.fields["two"]
        two.choices = [(id, self._label(member, away)) for id, member in self.members.items()]

    def _label(self, member: Member, away: set[Any]) -> str:
        if member.pk in self.outside:
            return _("%(name)s (no access yet)") % {"name": member.name}
        return _("%(name)s (away)") % {"name": member.name} if member.pk in away else member.name

    def clean_two(self) -> list[Member]:
        chosen = dict.fromkeys(self.cleaned_data["two"])
        if len(chosen) != 2:
            raise ValidationError(_("A pair takes two: tick two names."))
        return [self.members[id] for id in chosen]

    @property
    def without_access(self) -> list[Member]:
        """Those chosen who can't read the place yet."""
        return [member for member in self.cleaned_data.get("two", ()) if member.pk in self.outside]


class NoteForm(forms.Form):
    """The notes of the two."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = Words(label=gettext_lazy("Notes of the two"), required=False, rows=8)


# --- sitting down --------------------------------------------------------------------------------


class SatForm(forms.Form):
    """When two sat down, and what came out of it."""

    on = forms.DateField(label=gettext_lazy("When"), widget=date_input())
    notes = Words(label=gettext_lazy("What came out of it"), required=False, rows=5)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise ValidationError(_("That day is still to come."))
        if day < self.today - A_YEAR:
            raise ValidationError(_("That is more than a year ago. Is the year right?"))
        return day


class EditSatForm(SatForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class SitForm(SatForm):
    """The same for the first time, with whom they went through, and what they promised."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    again = forms.BooleanField(required=False)
    persons = forms.MultipleChoiceField(
        label=gettext_lazy("Whom did you talk about?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("One of them isn’t with this pair any more.")},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, pair: Pair, people: list[Person], **kwargs: Any
    ):
        super().__init__(data, **kwargs)
        self.people = {person.pk.hex: person for person in people}
        names = [(id, person.called) for id, person in self.people.items()]
        self.to_dos = [
            PromiseLine(data, prefix=f"t{n}", pair=pair, people=self.people, names=names, today=self.today)
            for n in range(TO_DOS)
        ]
        field: Any = self.fields["persons"]
        field.choices = names
        if not names:
            del self.fields["persons"]

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if not self.is_bound:
            return False
        wrong = [line for line in self.to_dos if not line.is_valid()]
        if wrong:
            self.add_error(None, _("Not saved yet: look at the to-dos below."))
            return False
        return valid

    @property
    def gone_through(self) -> list[Person]:
        return [self.people[id] for id in self.cleaned_data.get("persons", ())]

    @property
    def promised(self) -> list[Promised]:
        return [line.promised for line in self.to_dos if line.cleaned_data["what"]]


class PromiseLine(forms.Form):
    """One thing that one of the two promised: what, who, with whom, by when."""

    what = forms.CharField(label=gettext_lazy("To do"), max_length=200, required=False)
    who = forms.ChoiceField(label=gettext_lazy("Who does it"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("With whom"), required=False)
    due = forms.DateField(label=gettext_lazy("By when"), required=False, widget=date_input())

    def __init__(
        self,
        *args: Any,
        pair: Pair,
        people: dict[str, Person],
        names: list[tuple[str, str]],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.people = today, people
        gone = pair.without_access()
        self.members = {one.pk.hex: one for one in pair.both if one not in gone}
        self.fields["who"].choices = [(id, one.name) for id, one in self.members.items()]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", _("nobody in particular")), *names]  # type: ignore[attr-defined]
        self.fields["due"].initial = today + A_WEEK
        self.fields["what"].widget.attrs["autocomplete"] = "off"
        if not names:
            del self.fields["person"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("what"):
            return said
        due = said.get("due")
        if not said.get("who"):
            self.add_error("who", _("Who does it?"))
        if due is None and "due" not in self.errors:
            self.add_error("due", _("By when?"))
        elif due and due < self.today:
            self.add_error("due", _("That day is over. Choose a later one."))
        elif due and due > self.today + YEARS_AHEAD:
            self.add_error("due", _("That is more than five years ahead. Is the year right?"))
        return said

    @property
    def promised(self) -> Promised:
        said = self.cleaned_data
        person = self.people.get(said.get("person") or "")
        return Promised(said["what"], said["due"], self.members[said["who"]], person)
