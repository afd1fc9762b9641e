"""The page on which a name is taken out for good: first where it stands, then, by a second press, it is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request, flash
from masslink.core.pages import MEMBER, address, fetch, go, page
from masslink.decisions.forms import with_changed
from masslink.decisions.views import SAME_MOMENT, by
from masslink.gatherings.models import Gathering
from masslink.ideas.correction_models import Correction, Look
from masslink.ideas.models import Idea, IdeaAnswer, Told
from masslink.meetings import names_out
from masslink.meetings.forms import BlackOutForm
from masslink.meetings.minutes import Listed, other_minutes
from masslink.meetings.models import Adoption, AgendaItem, AgendaTemplate, Minute
from masslink.meetings.names_out import BLACK, Place, Stands
from masslink.tasks.duty_models import Duty
from masslink.tasks.models import ToDo
from masslink.vault.act import Conflict

LISTED, WHOLE, PIECES, LONGEST = 60, 300, 4, 900
_AROUND = re.compile(rf"(?s).{{0,90}}{BLACK}.{{0,90}}")


@page(MEMBER, carries=True)
def black_out(request: Request, gathering_id: UUID) -> HttpResponse:
    """Somebody who stands in them asked to be forgotten: that wins over adoption and undo, and over a dropped one."""
    gathering = fetch(Gathering.objects.select_related("site"), pk=gathering_id)
    form, found = BlackOutForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found = names_out.stands(gathering, form.name, request.now)
        if not found:
            form.add_error("words", _("That doesn’t stand in these minutes, nor in what belongs to them."))
        elif form.cleaned_data["sure"] != form.shown(found):  # what nothing brings back is looked at before
            form.data = with_changed(request.POST, sure=form.shown(found))
        elif done := _black_out(request, form, gathering):
            return done
    context = {"form": form, "gathering": gathering, "found": found}
    return render(request, "meetings/black_out.html", {**context, **_shown(form, gathering, found)})


def _black_out(request: Request, form: BlackOutForm, gathering: Gathering) -> HttpResponse | None:
    try:
        n = names_out.black_out(**by(request), gathering=gathering, name=form.name)
    except (Conflict, IntegrityError):
        form.add_error(None, SAME_MOMENT)
        return None
    said = ngettext("Blacked out in %(n)d place.", "Blacked out in %(n)d places.", n) % {"n": n}
    flash(request, said if n else _("It can’t be brought back any more."))
    return go("all-minutes") if gathering.dropped_at else go("minutes", gathering.pk)


# --- where it stands -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One place, and how it would read; what is alike is one row."""

    label: str
    text: str
    url: str = ""


def _shown(form: BlackOutForm, gathering: Gathering, found: Stands | None) -> dict[str, Any]:
    if not found:
        return {}
    rows = list(dict.fromkeys(_row(place, gathering) for place in found.shown))
    others: list[Listed] = other_minutes(form.cleaned_data["words"], gathering)
    return {"rows": rows[:LISTED], "places": len(found.shown), "lately": len(found.lately), "others": others}


def _row(place: Place, gathering: Gathering) -> Row:
    label, url = _label(place.record, gathering)
    text = " … ".join(map(_pieces, place.after.values()))
    return Row(label, Truncator(text).chars(LONGEST), url)


def _pieces(text: str) -> str:
    """All of it, or what stands around the black."""
    text = re.sub(r"\t+\d*\t*|\s*\n\s*", " ", text).strip()
    return text if len(text) <= WHOLE else f"… {' … '.join(_AROUND.findall(text)[:PIECES])} …"


def _label(record: Any, gathering: Gathering) -> tuple[str, str]:
    """What kind of thing it is, and the page on which it is seen."""
    match record:
        case Minute() | Adoption():
            return _("Minutes"), ""
        case AgendaItem() if record.gathering_id == gathering.pk:
            return _("Agenda"), ""
        case AgendaItem():
            day = date_format(record.gathering.on, "j F Y")
            return _("Agenda of %(day)s") % {"day": day}, address("agenda-item", record.pk)
        case AgendaTemplate():
            return _("A template that was kept"), ""
        case ToDo():
            return _("A to-do"), address("todo", record.pk)
        case Idea() | IdeaAnswer():
            return _("An idea"), address("idea", getattr(record, "idea_id", record.pk))
        case Correction() | Look():
            return _("A correction"), address("correction", getattr(record, "correction_id", record.pk))
        case Told(idea_id=UUID() as id):
            return _("An idea"), address("idea", id)
        case Told(correction_id=UUID() as id):
            return _("A correction"), address("correction", id)
        case Duty():
            return _("A duty"), address("duty", record.pk)
        case _ if record.kind in _OF_GATHERINGS:
            return _("What the meeting is called, where it is, who does what"), ""
    return _("A question"), address("question", getattr(record, "question_id", record.pk))


_OF_GATHERINGS = ("gathering", "gathering_series", "gathering_change", "gathering_role")
