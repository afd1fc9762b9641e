"""What is asked when a list comes in or goes out."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.exchange.reading import MAX_BYTES, ReadError
from masslink.exchange.regions import regions
from masslink.exchange.taking_out import DEFAULT_FIELDS, FIELDS, FORMATS
from masslink.people.labels import RUNGS
from masslink.sites.models import Site

_ROOM_FOR_THE_FORM = 100_000


class BringInForm(forms.Form):
    """A file and the place it goes into. `once` names the import, so that a second press makes no second one."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    site = forms.ChoiceField(label=gettext_lazy("Into which place"))
    file = forms.FileField(
        label=gettext_lazy("The file"),
        required=False,
        help_text=gettext_lazy("CSV, a spreadsheet (XLSX, XLS, ODS) or vCards, up to 20 MB."),
        widget=forms.FileInput(
            attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.xlsb,.ods,.vcf,text/csv,text/vcard"}
        ),
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Numbers without a country code are from"),
        widget=forms.Select(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, sites: list[Site], site: str = "", sent: int = 0, **kwargs: Any) -> None:
        self.sent = sent
        kwargs["initial"] = {"once": uuid4(), "site": site, "region": settings.PHONE_REGION}
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = regions()  # type: ignore[attr-defined]
        places = [(str(one.pk), one.name) for one in sites]
        self.fields["site"].choices = places if len(places) == 1 else [("", _("choose")), *places]  # type: ignore[attr-defined]
        if len(places) == 1:
            self.initial["site"] = places[0][0]

    def clean_file(self) -> Any:
        """The upload is held in memory only, and what is larger than that never gets here: see settings."""
        file = self.cleaned_data["file"]
        if file is None and self.sent > MAX_BYTES - _ROOM_FOR_THE_FORM:
            raise ValidationError(ReadError("too_big").sentence(_))
        if file is None:
            raise ValidationError(_("Choose a file first."))
        return file


class TakeOutForm(forms.Form):
    """Whom and what a list that goes out holds."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    shift = forms.ChoiceField(label=gettext_lazy("Shift"), required=False)
    depth = forms.ChoiceField(label=gettext_lazy("How deep"), required=False)
    fields_out = forms.MultipleChoiceField(
        label=gettext_lazy("What goes into it"),
        choices=list(FIELDS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    format = forms.ChoiceField(label=gettext_lazy("As"), choices=FORMATS, widget=forms.RadioSelect)
    unreachable = forms.BooleanField(
        label=gettext_lazy("Also those who asked not to be contacted at all"), required=False
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        kwargs["initial"] = {"fields_out": DEFAULT_FIELDS, "format": FORMATS[0][0]}
        super().__init__(*args, **kwargs)
        rungs = [(str(rung), label) for rung, label in enumerate(RUNGS)]
        units = [(str(unit.pk), unit.name) for unit in site.units.all()]
        shifts = [(str(shift.pk), shift.name) for shift in site.shifts.all()]
        for name, none, found in (
            ("unit", _("every unit"), units),
            ("shift", _("every shift"), shifts),
            ("depth", _("however deep"), rungs),
        ):
            self.fields[name].choices = [("", none), *found]  # type: ignore[attr-defined]
            if not found:
                self.fields[name].widget = forms.HiddenInput()
