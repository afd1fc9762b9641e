"""The contents page: every room's records."""

from masslink.collective.models import Member, Space
from masslink.conversations.models import Observation
from masslink.exchange.models import Import, ImportRow
from masslink.people.models import Deed, Erased, ErasureKey, Link, LinkState, Person
from masslink.people.records import Apart, FadesAfter, Kept, Merged
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.tasks.models import ToDo

__all__ = [
    "Apart",
    "Deed",
    "Erased",
    "ErasureKey",
    "FadesAfter",
    "HeadCount",
    "Import",
    "ImportRow",
    "Kept",
    "Link",
    "LinkState",
    "Member",
    "Merged",
    "Observation",
    "Person",
    "Shift",
    "Site",
    "Space",
    "ToDo",
    "Unit",
]
