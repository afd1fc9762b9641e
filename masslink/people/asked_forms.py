"""Forms for erasing and moving a person."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.people.fingerprints import plain_name
from masslink.people.forms import parts_of
from masslink.people.models import Person
from masslink.sites.models import Shift, Site, Unit


class EraseForm(forms.Form):
    """The name, typed: nobody erases by a slip of the thumb."""

    name = forms.CharField(
        label=gettext_lazy("Type the name"),
        max_length=120,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Nobody was erased: type the name first.")},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        names = {plain_name(name) for name in (self.person.name, self.person.nickname) if name}
        if plain_name(typed) not in names:
            raise forms.ValidationError(_("Nobody was erased: that is another name than the one above."))
        return typed


class MoveForm(forms.Form):
    """Which place, and where there."""

    site = forms.ChoiceField(
        label=gettext_lazy("To which place?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say to which place.")},
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit there"), required=False)
    shift = forms.ChoiceField(label=gettext_lazy("Shift there"), required=False)

    def __init__(self, *args: Any, places: list[Site], person: Person, **kwargs: Any) -> None:
        if len(places) == 1:
            kwargs["initial"] = {"site": str(places[0].pk), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        self.fields["site"].choices = [(id, place.name) for id, place in self.places.items()]  # type: ignore[attr-defined]
        kinds: tuple[tuple[str, type[Unit] | type[Shift]], ...] = (("unit", Unit), ("shift", Shift))
        for name, kind in kinds:
            self.fields[name].choices = parts_of(places, kind) if places else []  # type: ignore[attr-defined]
            if len(self.fields[name].choices) < 2:  # type: ignore[attr-defined]
                self.fields[name].widget = forms.HiddenInput()

    def clean_site(self) -> Site:
        return self.places[self.cleaned_data["site"]]

    def clean_unit(self) -> Any:
        return self._part(Unit, "unit")

    def clean_shift(self) -> Any:
        return self._part(Shift, "shift")

    def _part(self, kind: type[Unit] | type[Shift], name: str) -> Any:
        id, site = self.cleaned_data[name], self.cleaned_data.get("site")
        found = kind._default_manager.filter(pk=id, site=site).first() if id and site else None
        if id and site and found is None:
            raise forms.ValidationError(
                _("That belongs to another place; choose one of %(place)s.") % {"place": site}
            )
        return found
