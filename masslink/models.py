"""The contents page: every room's records."""

from masslink.collective.models import Member, Space
from masslink.conversations.models import Observation
from masslink.exchange.models import Import, ImportRow
from masslink.pairs.models import Pair, PairWork, Plan, Readiness, Sitting, Wishes
from masslink.people.cautions.models import Caution
from masslink.people.models import Deed, Erased, ErasureKey, Link, LinkState, Person
from masslink.people.records import Apart, FadesAfter, Kept, Merged
from masslink.people.standing.models import Assessment, Difference, StandQuestion, Tally
from masslink.people.ties.models import Tie
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.tasks.models import ToDo

__all__ = [
    "Apart",
    "Assessment",
    "Caution",
    "Deed",
    "Difference",
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
    "Pair",
    "PairWork",
    "Person",
    "Plan",
    "Readiness",
    "Shift",
    "Site",
    "Sitting",
    "Space",
    "StandQuestion",
    "Tally",
    "Tie",
    "ToDo",
    "Unit",
    "Wishes",
]
