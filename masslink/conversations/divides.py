"""What divides people at a place, and what was tried against it: headings, each with what happened under it."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from masslink.conversations.models import Observation
from masslink.people.numbers import begun
from masslink.sites.models import Site

Divides = Observation.Divides
SHOWN, LATELY = 6, 3

# What belongs under a heading under which nothing stands yet.
BELONGS = {
    Divides.LANGUAGE: _(
        "Who isn’t spoken to, because nobody translates; notices in one language only; whose jokes are on whom."
    ),
    Divides.CONTRACT: _(
        "Who has the other break room, the other vest, the other pay for the same work; who is sent home first."
    ),
    Divides.SHIFT: _(
        "What one shift leaves for the next; who hears of things last; what is decided while the others sleep."
    ),
    Divides.SENIORITY: _(
        "Who gets the good lane, the first pick of holidays, the better wage for having come earlier."
    ),
    Divides.CHAUVINISM: _(
        "What was done or said against women, against people from elsewhere, against anybody for who they are: the "
        "act, and what others did then. No list of names."
    ),
    Divides.OTHER: _("Whatever else is used to set people against each other: bonuses, favours, rumours."),
}


@dataclass
class Heading:
    """One thing that divides people: the newest first, and how many are left out."""

    key: str
    name: str
    belongs: Any
    happened: list[Observation] = field(default_factory=list)
    more: int = 0


def headings(site: Site, only: str = "") -> list[Heading]:
    """All headings, with the newest of each; or one of them with everything. Two queries at most."""
    found = {key: Heading(key, begun(str(label)), BELONGS[Divides(key)]) for key, label in Divides.choices}
    wanted = Observation.objects.filter(site=site, divides__in=[only] if only in found else list(found))
    for seen in wanted.select_related("unit", "by"):
        heading = found[seen.divides]
        if only or len(heading.happened) < SHOWN:
            heading.happened.append(seen)
        else:
            heading.more += 1
    return [found[only]] if only in found else list(found.values())


def lately(site: Site) -> list[Observation]:
    """For the page of the place: the newest that divides people, whatever by."""
    found = Observation.objects.filter(site=site, divides__in=Divides.values)
    return list(found.select_related("unit", "by")[:LATELY])
