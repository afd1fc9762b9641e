"""How acts about gatherings are told in the history, and what their records are called."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from masslink.gatherings.models import Coming, Gathering, Role, Series

# As in desk/telling.py: the sentence, and which kinds of record it is told of.
WORDS = {
    "gathering_planned": (_("{who} planned {what}"), ("gathering",)),
    "gathering_edited": (_("{who} changed what is said about {what}"), ("gathering",)),
    "gathering_moved": (_("{who} moved {what} to another time"), ("gathering",)),
    "gathering_cancelled": (_("{who} called off {what}"), ("gathering",)),
    "gathering_after_all": (_("{who} noted that {what} takes place after all"), ("gathering",)),
    "gathering_dropped": (_("{who} took off the list: {what}"), ("gathering",)),
    "planned_for_all": (_("{who} planned {what}"), ("gathering",)),
    "gatherings_written_ahead": (
        _("What repeats was written down for the next months: {what}"),
        ("gathering",),
    ),
    "series_begun": (_("{who} planned what repeats: {what}"), ("gathering",)),
    "series_changed": (_("{who} changed what repeats: {what}"), ("gathering",)),
    "series_ended": (_("{who} ended what repeated: {what}"), ("gathering_series",)),
    "series_dropped": (_("{who} took off the list what repeats: {what}"), ("gathering",)),
    "role_set": (_("{who} noted who does what: {what}"), ("gathering_role",)),
    "role_taken_away": (_("{who} took away who does what: {what}"), ("gathering_role",)),
    "asks_shared": (_("{who} shared out who asks whom: {what}"), ("ask",)),
    "ask_answered": (_("{who} noted what was answered to an invitation: {what}"), ("ask",)),
    "ask_taken_back": (_("{who} took back a note about {what}"), ("ask",)),
    "ask_told": (_("{who} told {what} that a gathering changed"), ("ask",)),
    "ask_reminded": (_("{who} reminded {what}"), ("ask",)),
    "ask_handed_on": (_("{who} changed who asks {what}"), ("ask",)),
    "ask_dropped": (_("{who} took off the list of those to be asked: {what}"), ("ask",)),
    "coming_said": (_("{who} said whether they come to {what}"), ("gathering_member",)),
    "came_noted": (_("{who} noted who came: {what}"), ("deed", "gathering_member")),
    "followed_up": (_("{who} shared out who talks with whom: {what}"), ("to_do",)),
}
# What lies in the collective's circle is taken off the list, not deleted; what is written ahead comes again by itself.
STAYS = {"planned_for_all", "gatherings_written_ahead"}

FOUND: dict[str, QuerySet[Any]] = {
    Gathering.kind: Gathering.objects.all(),
    Series.kind: Series.objects.all(),
    Role.kind: Role.objects.select_related("gathering"),
    Coming.kind: Coming.objects.select_related("gathering"),
}


def named(record: Any) -> tuple[str, UUID | None]:
    """What a record is called, and the gathering on whose page it is seen."""
    if isinstance(record, Series):
        return record.title, None
    gathering = record if isinstance(record, Gathering) else record.gathering
    text = record.label if isinstance(record, Role) else gathering.title
    return text, None if gathering.dropped_at else gathering.pk
