"""The contents page: every room's records."""

from masslink.collective.models import Member, Space
from masslink.conversations.models import Observation
from masslink.exchange.models import Import, ImportRow
from masslink.people.models import Deed, Link, LinkState, Person
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.tasks.models import ToDo

__all__ = [
    "Deed",
    "HeadCount",
    "Import",
    "ImportRow",
    "Link",
    "LinkState",
    "Member",
    "Observation",
    "Person",
    "Shift",
    "Site",
    "Space",
    "ToDo",
    "Unit",
]
