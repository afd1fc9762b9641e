"""Forms about persons and links."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.core.days import DayField
from masslink.people.models import Link, Person
from masslink.sites.models import Shift, Site, Unit

Choices = list[tuple[str, Any]]
NOBODY_KNOWS = ("", gettext_lazy("not known"))


def parts_of(sites: Iterable[Site], kind: type[Unit] | type[Shift]) -> Choices:
    """Units or shifts to choose from; grouped by place where there are several."""
    sites = list(sites)
    found: dict[Any, Choices] = {site.pk: [] for site in sites}
    named = kind._default_manager.filter(site__in=sites)
    for id, site_id, name in named.values_list("id", "site_id", "name"):
        found[site_id].append((str(id), name))
    if len(sites) == 1:
        return [NOBODY_KNOWS, *found[sites[0].pk]]
    return [NOBODY_KNOWS, *((site.name, found[site.pk]) for site in sites if found[site.pk])]


class PersonForm(forms.Form):
    """What is recorded about a person. `sites` are those to choose from; one person stays at their place."""

    site = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Name, or what you call them"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    nickname = forms.CharField(
        label=gettext_lazy("Nickname"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a unit of this place.")},
    )
    shift = forms.ChoiceField(
        label=gettext_lazy("Shift"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a shift of this place.")},
    )
    since = DayField(label=gettext_lazy("Here since"), required=False)
    reach = forms.ChoiceField(
        label=gettext_lazy("How to reach them"),
        choices=[("", gettext_lazy("not said")), *Person.Reach.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
    )
    languages = forms.CharField(
        label=gettext_lazy("Languages"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    knows = forms.ChoiceField(
        label=gettext_lazy("Knows that we keep notes"),
        choices=[("yes", gettext_lazy("yes")), ("", gettext_lazy("not yet"))],
        required=False,
        widget=forms.RadioSelect,
    )
    matters = forms.CharField(
        label=gettext_lazy("What matters to them"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birthday = forms.CharField(
        label=gettext_lazy("Birthday"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    PLAIN = (
        *("name", "nickname", "since", "reach", "phone", "email", "languages"),
        *("matters", "address", "birthday"),
    )

    def __init__(self, *args: Any, sites: list[Site], person: Person | None = None, **kwargs: Any) -> None:
        self.sites, self.person = sites, person
        if person:
            kwargs["initial"] = self._of(person)
        super().__init__(*args, **kwargs)
        if len(sites) == 1:
            self.fields["site"].widget = forms.HiddenInput()
        self._choices("site", [("", _("choose")), *((str(s.id), s.name) for s in sites)])
        self._choices("unit", parts_of(self._asked(), Unit))
        self._choices("shift", parts_of(self._asked(), Shift))
        for part in ("unit", "shift"):
            if len(self.fields[part].choices) == 1:  # type: ignore[attr-defined]
                self.fields[part].widget = forms.HiddenInput()

    def _choices(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _asked(self) -> list[Site]:
        """Units are offered of the place that is chosen; before that, of all."""
        chosen = self.data.get("site") if self.is_bound else self.initial.get("site")
        return [s for s in self.sites if str(s.id) == str(chosen)] or self.sites

    @classmethod
    def _of(cls, person: Person) -> dict[str, Any]:
        return {
            **{name: getattr(person, name) for name in cls.PLAIN},
            "site": str(person.site_id),
            "unit": str(person.unit_id or ""),
            "shift": str(person.shift_id or ""),
            "knows": "yes" if person.knows_since else "",
        }

    def clean_site(self) -> Site:
        """The chosen place, or the one that the chosen unit belongs to."""
        chosen = {self.cleaned_data["site"] or self._site_of_parts()}
        found = self.sites if len(self.sites) == 1 else [s for s in self.sites if str(s.id) in chosen]
        if not found:
            raise forms.ValidationError(_("Choose the place."))
        return found[0]

    def _site_of_parts(self) -> str:
        for name, kind in (("unit", Unit), ("shift", Shift)):
            named = self.data.get(name, "")
            choices = dict(_flat(self.fields[name].choices))  # type: ignore[attr-defined]
            if named and named in choices:
                return str(kind._default_manager.values_list("site_id", flat=True).get(pk=named))
        return ""

    def clean_unit(self) -> Unit | None:
        found: Unit | None = self._part(Unit, "unit")
        return found

    def clean_shift(self) -> Shift | None:
        found: Shift | None = self._part(Shift, "shift")
        return found

    def _part(self, kind: Any, name: str) -> Any:
        chosen, site = self.cleaned_data[name], self.cleaned_data.get("site")
        return kind.objects.filter(pk=chosen, site=site).first() if chosen and site else None

    def fields_of(self, today: date) -> dict[str, Any]:
        """What an act takes; the day on which somebody learned that we keep notes stays once it is known."""
        data = self.cleaned_data
        before = self.person.knows_since if self.person else None
        knows_since = (before or today) if data["knows"] else None
        return {
            **{name: data[name] for name in (*self.PLAIN, "unit", "shift")},
            "knows_since": knows_since,
        }

    def differing(self, person: Person) -> list[dict[str, str]]:
        """Where what was typed and what is stored by now are not the same: label, mine, theirs."""
        theirs = PersonForm(sites=self.sites, person=person)
        rows = []
        for name, field in self.fields.items():
            mine, stored = self.data.get(name, ""), theirs.initial[name]
            stored = stored.isoformat() if isinstance(stored, date) else stored or ""
            if str(mine).strip().replace("\r\n", "\n") != str(stored):
                both = {"mine": _said(field, str(mine)), "theirs": _said(field, str(stored))}
                rows.append({"label": str(field.label), **both})
        return rows


def _said(field: forms.Field, value: str) -> str:
    """A choice in words."""
    return str(dict(_flat(getattr(field, "choices", []))).get(value, value))


def _flat(choices: Iterable[Any]) -> Choices:
    """Choices without their groups."""
    return [c for key, label in choices for c in (label if isinstance(label, list) else [(key, label)])]


OWN = "own"
RHYTHMS = (
    ("7", gettext_lazy("every week")),
    ("14", gettext_lazy("every two weeks")),
    ("30", gettext_lazy("every month")),
    (OWN, gettext_lazy("other")),
)


class TakeOnForm(forms.Form):
    """How often to talk with them, and what for."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often will you talk?"),
        choices=RHYTHMS,
        initial="14",
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Other: every so many days"), min_value=1, max_value=365, required=False
    )
    aim = forms.CharField(
        label=gettext_lazy("What for?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("rhythm") == OWN and not data.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say how many days."))
        return data

    @staticmethod
    def as_before(link: Link | None) -> dict[str, Any]:
        """Initial values: those of a link that is being renewed."""
        if link is None:
            return {}
        usual = str(link.rhythm_days) in dict(RHYTHMS)
        rhythm = {"rhythm": str(link.rhythm_days)} if usual else {"rhythm": OWN, "days": link.rhythm_days}
        return {**rhythm, "aim": link.aim}

    @property
    def rhythm_days(self) -> int:
        chosen = self.cleaned_data["rhythm"]
        return int(self.cleaned_data["days"] if chosen == OWN else chosen)


class HandOnForm(TakeOnForm):
    """Who takes the person on, who introduces them, and when."""

    to = forms.ChoiceField(label=gettext_lazy("Who takes them on?"), widget=forms.RadioSelect)
    introduced_by = forms.ChoiceField(label=gettext_lazy("Who introduces them?"), widget=forms.RadioSelect)
    on = DayField(label=gettext_lazy("By when?"))

    field_order = ("to", "introduced_by", "on", "rhythm", "days", "aim")

    def __init__(self, *args: Any, members: list[Member], me: Member, today: date, **kwargs: Any) -> None:
        others = [str(m.pk) for m in members if m != me]
        usual = {"on": today + timedelta(days=7), "introduced_by": str(me.pk)}
        if len(others) == 1:
            usual["to"] = others[0]
        kwargs["initial"] = {**usual, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.members, self.today = {str(m.pk): m for m in members}, today
        names = [(id, _("you") if m == me else m.name) for id, m in self.members.items()]
        self.fields["to"].choices = names  # type: ignore[attr-defined]
        self.fields["introduced_by"].choices = names  # type: ignore[attr-defined]
        self.fields["rhythm"].label = _("How often will they talk?")

    def clean_to(self) -> Member:
        return self.members[self.cleaned_data["to"]]

    def clean_introduced_by(self) -> Member:
        return self.members[self.cleaned_data["introduced_by"]]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.today:
            raise forms.ValidationError(_("That day is over."))
        return on

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("to") and data.get("to") == data.get("introduced_by"):
            self.add_error("to", _("Nobody can introduce themselves: choose two."))
        return data


class LeftForm(forms.Form):
    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today})
        super().__init__(*args, **kwargs)
        self.today = today

    on = DayField(label=gettext_lazy("Since when?"))

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("That day is still to come. Note it when they have left."))
        return on
