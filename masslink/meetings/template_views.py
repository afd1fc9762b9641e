"""Orders of business: those that are given and our own, used for an agenda, kept from one, dropped."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from masslink.collective.doors import Request, flash
from masslink.core.pages import MEMBER, as_id, back_to, fetch, go, page
from masslink.decisions.readers import is_ours
from masslink.decisions.views import by
from masslink.meetings import acts, orders
from masslink.meetings.agenda import Agenda
from masslink.meetings.agenda_views import do, found
from masslink.meetings.forms import TemplateForm
from masslink.meetings.models import AgendaTemplate


def own(circle: UUID) -> list[AgendaTemplate]:
    """Those that may be used here: of this circle, and of all of us."""
    return [one for one in AgendaTemplate.objects.all() if one.circle == circle or is_ours(one.circle)]


@page(MEMBER)
def choose(request: Request, gathering_id: UUID) -> HttpResponse:
    gathering = found(gathering_id)
    ours = own(gathering.circle)
    if request.method == "POST":
        chosen = request.POST.get("order", "")
        template = next((one for one in ours if one.pk == as_id(chosen)), None)
        order = orders.given(chosen)
        if template is None and order is None:
            flash(request, _("That template isn’t there any more."), kind="error")
            return go("agenda-templates", gathering.pk)
        lines = orders.from_text(template.lines) if template else order.written if order else []
        return do(
            request,
            "agenda_ordered",
            lambda: acts.use_order(**by(request), gathering=gathering, lines=lines),
            reverse("agenda", args=[gathering.pk]),
            _("There it is. What stood on the agenda found its place in it."),
        )
    context = {
        "agenda": Agenda(request, gathering),
        "gathering": gathering,
        "given": orders.GIVEN,
        "ours": [(one, orders.from_text(one.lines)) for one in ours],
    }
    return render(request, "meetings/templates.html", context)


@page(MEMBER, carries=True)
def keep(request: Request, gathering_id: UUID) -> HttpResponse:
    """This agenda's order, kept for other meetings."""
    gathering = found(gathering_id)
    shown = Agenda(request, gathering)
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # What was to be done once is no part of an order that comes again.
        items = [item for item in shown.items if not item.origin and not item.before]
        if items:
            name = form.cleaned_data["name"]
            return do(
                request,
                "agenda_template_kept",
                lambda: acts.keep_as_template(**by(request), gathering=gathering, name=name, items=items),
                reverse("agenda-templates", args=[gathering.pk]),
                _("Kept as a template: %(name)s") % {"name": name},
            )
        form.add_error(None, _("There is nothing on this agenda that could come again."))
    return render(
        request, "meetings/keep.html", {"form": form, "gathering": gathering, "readers": shown.readers}
    )


@page(MEMBER, methods=("POST",))
def drop(request: Request, agenda_template_id: UUID) -> HttpResponse:
    template = fetch(AgendaTemplate, pk=agenda_template_id)
    text = _("Template dropped: %(name)s") % {"name": template.name}
    return do(
        request,
        "agenda_template_dropped",
        lambda: acts.drop_template(**by(request), template=template),
        back_to(request, reverse("gatherings")),
        text,
    )
