"""Whose a question is: the members who hold its circle. What the place of a circle is called, desk knows."""

from uuid import UUID

from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.vault.circles import COLLECTIVE, SITE
from masslink.vault.workspace import current


def readers(circle: UUID) -> list[Member]:
    """The members who can read what lies in a circle, and so have a say in it."""
    held = current().circles.get(circle)
    return list(Member.objects.filter(holder__in=held.holders if held else [], left_on=None))


def is_ours(circle: UUID) -> bool:
    """Whether it is a question of the whole collective."""
    held = current().circles.get(circle)
    return held is not None and held.kind == COLLECTIVE


def circles_to_ask_in() -> list[UUID]:
    """Where a question may lie: with all of us first, then with those who hold a place."""
    held = current().circles.values()
    return [one.id for kind in (COLLECTIVE, SITE) for one in held if one.kind == kind]


def said_readers(circle: UUID) -> str:
    """Who can read it, as a sentence."""
    if is_ours(circle):
        return _("All members of our collective.")
    *names, last = [member.name for member in readers(circle)] or [""]
    if not names:
        return _("%(name)s alone. Nobody else, not even coordinators, until access is given.") % {
            "name": last
        }
    return _("%(names)s and %(last)s. Nobody else, not even coordinators, until access is given.") % {
        "names": ", ".join(names),
        "last": last,
    }
