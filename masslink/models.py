"""The contents page: every room's records."""

from masslink.collective.models import Feed, Member, Space
from masslink.conversations.models import Observation
from masslink.decisions.models import (
    Answer,
    Decision,
    Hand,
    Position,
    Question,
    QuestionStep,
    Reservation,
    Trial,
)
from masslink.exchange.models import Import, ImportRow
from masslink.gatherings.models import Ask, Change, Coming, Gathering, Role, Series
from masslink.ideas.contact_models import ContactAnswer, ContactSum
from masslink.ideas.correction_models import Correction, Look, Pointed
from masslink.ideas.models import Idea, IdeaAnswer, Told
from masslink.meetings.models import Adoption, AgendaItem, AgendaTemplate, Meeting, Minute
from masslink.pairs.models import GoneThrough, NotHere, Pair, PairWork, Plan, Readiness, Sitting, Wishes
from masslink.people.cautions.models import Caution
from masslink.people.models import Deed, Erased, ErasureKey, Link, LinkState, Person
from masslink.people.records import Apart, FadesAfter, Kept, Merged
from masslink.people.standing.models import Assessment, Difference, StandQuestion, Tally
from masslink.people.ties.models import Tie
from masslink.sites.models import HeadCount, Shift, Site, Unit
from masslink.tasks.duty_models import CantDo, Duty, Turn
from masslink.tasks.models import ToDo

__all__ = [
    "Adoption",
    "AgendaItem",
    "AgendaTemplate",
    "Answer",
    "Apart",
    "Ask",
    "Assessment",
    "CantDo",
    "Caution",
    "Change",
    "Coming",
    "ContactAnswer",
    "ContactSum",
    "Correction",
    "Decision",
    "Deed",
    "Difference",
    "Duty",
    "Erased",
    "ErasureKey",
    "FadesAfter",
    "Feed",
    "Gathering",
    "GoneThrough",
    "Hand",
    "HeadCount",
    "Idea",
    "IdeaAnswer",
    "Import",
    "ImportRow",
    "Kept",
    "Link",
    "LinkState",
    "Look",
    "Meeting",
    "Member",
    "Merged",
    "Minute",
    "NotHere",
    "Observation",
    "Pair",
    "PairWork",
    "Person",
    "Plan",
    "Pointed",
    "Position",
    "Question",
    "QuestionStep",
    "Readiness",
    "Reservation",
    "Role",
    "Series",
    "Shift",
    "Site",
    "Sitting",
    "Space",
    "StandQuestion",
    "Tally",
    "Tie",
    "ToDo",
    "Told",
    "Trial",
    "Turn",
    "Unit",
    "Wishes",
]
