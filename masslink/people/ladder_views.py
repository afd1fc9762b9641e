"""A person's ladder: each rung with the deeds that prove it, until when, and what could deepen the link."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.doors import Request
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, fetch, page
from masslink.people import links, panels
from masslink.people.labels import RUNGS
from masslink.people.ladder import ladder
from masslink.people.models import Deed, Person
from masslink.people.numbers import begun

ASKS = {
    links.CARRIES: gettext_lazy(
        "They brought somebody, took something on and did it, presented, or led an action."
    ),
    links.STANDS: gettext_lazy("They signed, spoke up, defended a co-worker, or acted with others."),
    links.MEETS: gettext_lazy("They came to a meeting, a study evening, something outside work."),
    links.SUSTAINED: gettext_lazy("Three talks, spread over four weeks or more."),
    links.TALKING: gettext_lazy("A talk that went both ways, or an idea of theirs."),
}
PROVING = 4
WITHOUT = [kind for kind in links.WITHOUT_RUNG if kind not in links.TALKS]


@dataclass(frozen=True)
class Shown:
    """A rung in words."""

    rung: int
    name: str
    asks: str
    proof: tuple[Deed, ...]
    until: date | None
    lacks_talk: bool
    is_present: bool

    @property
    def shown(self) -> tuple[Deed, ...]:
        return self.proof[: 1 if self.rung == links.TALKING else PROVING]

    @property
    def more(self) -> int:
        return len(self.proof) - len(self.shown)


@page(MEMBER, methods=("GET",))
def person_ladder(request: Request, person_id: UUID) -> HttpResponse:
    person = fetch(Person.objects.select_related("site"), pk=person_id)
    deeds = list(person.deeds.select_related("by").order_by("-at"))
    steps = ladder([links.Mark(d.deed_kind, d.on, d) for d in deeds], request.today)
    present = next((step.rung for step in steps if step.is_present), links.LISTED)
    context = {
        "person": person,
        "headline": _headline(person, present),
        "steps": [_shown(step) for step in steps],
        "without": [d for d in deeds if d.deed_kind in WITHOUT and request.today - d.on < links.YEAR],
        "readers": panels.readers(person, Member.objects.all()),
    }
    return render(request, "people/ladder.html", context)


def _headline(person: Person, rung: int) -> str:
    if rung == links.LISTED:
        return _("%(name)s is on the list") % {"name": person.called}
    return _("%(name)s: %(rung)s") % {"name": person.called, "rung": RUNGS[rung]}


def _shown(step: Any) -> Shown:
    told = {"rung": step.rung, "name": begun(str(RUNGS[step.rung])), "asks": str(ASKS[step.rung])}
    facts = {name: getattr(step, name) for name in ("proof", "until", "lacks_talk", "is_present")}
    return Shown(**told, **facts)
