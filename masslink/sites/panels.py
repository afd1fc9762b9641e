"""What this room offers to pages that mix rooms: who works at a place, and so can read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.sites.models import Site
from masslink.vault.workspace import current

ENOUGH = 2


@dataclass(frozen=True)
class WhoWorksHere:
    """The members who have access to a place; one alone is too few. A recovery kit doesn't count as one of us."""

    members: list[Member]
    has_kit: bool = False

    @property
    def too_few(self) -> bool:
        return len(self.members) < ENOUGH

    @property
    def why_too_few(self) -> str:
        """What is wrong with having one only."""
        if self.has_kit:
            return _(
                "If your six words are lost, only the recovery kit opens it. Two of us should be able to."
            )
        return _(
            "If your six words are lost, everything written here is lost. Two of us should be able to read it."
        )

    def without(self, member: Member) -> "WhoWorksHere":
        """Who stays when one of them goes."""
        return WhoWorksHere([one for one in self.members if one.pk != member.pk], self.has_kit)

    @property
    def names(self) -> str:
        return ", ".join(member.name for member in self.members)

    @property
    def readers(self) -> str:
        """A sentence for whoever asks who can read what is written here."""
        names = [member.name for member in self.members]
        if len(names) == 1:
            return _("%(name)s alone. Nobody else, not even coordinators, until access is given.") % {
                "name": names[0]
            }
        return _("%(names)s and %(last)s. Nobody else, not even coordinators, until access is given.") % {
            "names": ", ".join(names[:-1]),
            "last": names[-1] if names else "",
        }


def who_works_here(site: Site) -> WhoWorksHere:
    circle = current().circles.get(site.circle)
    return WhoWorksHere(list(site.members()), bool(circle and circle.kits))


def who_works_where(sites: Iterable[Site]) -> dict[UUID, WhoWorksHere]:
    """The same for several places, with one query."""
    members, held = list(Member.objects.filter(left_on=None)), current().circles
    return {
        site.pk: WhoWorksHere([m for m in members if m.holder in circle.roster], bool(circle.kits))
        for site in sites
        if (circle := held.get(site.circle))
    }
