"""How acts about agendas and minutes are told in the history, and what their records are called."""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.core.pages import address
from masslink.gatherings.models import Gathering
from masslink.meetings.models import Adoption, AgendaItem, AgendaTemplate, Meeting, Minute

_CAUGHT = ("to_do", "question", "idea", "correction", "duty")

# As in desk/telling.py: the sentence, and which kinds of record it is told of. Words of minutes aren't repeated.
WORDS = {
    "agenda_taken_up": (gettext_lazy("{who} put on an agenda: {what}"), ("agenda_item",)),
    "agenda_ordered": (gettext_lazy("{who} gave an agenda its order: {what}"), ("agenda_item",)),
    "agenda_item_edited": (gettext_lazy("{who} changed what is on an agenda: {what}"), ("agenda_item",)),
    "agenda_item_moved": (gettext_lazy("{who} put an agenda in another order: {what}"), ("agenda_item",)),
    "agenda_item_taken_off": (gettext_lazy("{who} took off an agenda: {what}"), ("agenda_item",)),
    "agenda_item_rested": (gettext_lazy("{who} let rest what was left over: {what}"), ("agenda_item",)),
    "agenda_template_kept": (gettext_lazy("{who} kept an order of business: {what}"), ("agenda_template",)),
    "agenda_template_dropped": (
        gettext_lazy("{who} dropped an order of business: {what}"),
        ("agenda_template",),
    ),
    "meeting_begun": (gettext_lazy("{who} noted that a meeting began: {what}"), ("meeting",)),
    "meeting_went_on": (gettext_lazy("{who} noted what was talked through: {what}"), ("agenda_item",)),
    "meeting_turned": (gettext_lazy("{who} noted what a meeting turned to: {what}"), ("meeting",)),
    "meeting_ended": (gettext_lazy("{who} noted that a meeting was over: {what}"), ("meeting",)),
    "minute_written": (gettext_lazy("{who} wrote minutes: {what}"), ("minute",)),
    "minute_edited": (gettext_lazy("{who} changed minutes: {what}"), ("minute",)),
    "minute_taken_out": (gettext_lazy("{who} took something out of minutes"), ()),
    "decided_at_meeting": (gettext_lazy("{who} wrote down what a meeting decided: {what}"), ("question",)),
    "asked_and_decided": (gettext_lazy("{who} wrote down what a meeting decided: {what}"), ("question",)),
    "promised_at_meeting": (gettext_lazy("{who} noted who does what after a meeting: {what}"), ("to_do",)),
    "idea_caught": (gettext_lazy("{who} wrote down an idea at a meeting: {what}"), ("idea",)),
    "idea_caught_for_all": (gettext_lazy("{who} wrote down an idea at a meeting: {what}"), ("idea",)),
    "minutes_adopted": (gettext_lazy("{who} noted that minutes are adopted: {what}"), ("minutes_adoption",)),
    "minutes_blacked_out": (
        gettext_lazy("{who} took words out of minutes for good: {what}"),
        ("minute", "agenda_item", "minutes_adoption", "agenda_template", "gathering", *_CAUGHT),
    ),
    "minutes_corrected": (gettext_lazy("{who} added a correction to minutes: {what}"), ("minute",)),
}
# What others point to isn't deleted from the collective's circle: it is taken back on the question's or idea's page.
STAYS = {"asked_and_decided", "idea_caught_for_all"}

FOUND: dict[str, QuerySet[Any]] = {
    AgendaItem.kind: AgendaItem.objects.select_related("gathering"),
    AgendaTemplate.kind: AgendaTemplate.objects.all(),
    **{
        model.kind: model._default_manager.select_related("gathering")
        for model in (Meeting, Minute, Adoption)
    },
}


def named(record: Any) -> tuple[str, str]:
    """What a record is called, and the page on which it is seen."""
    if isinstance(record, AgendaTemplate):
        return record.name, ""
    gathering: Gathering = record.gathering
    if isinstance(record, AgendaItem):
        return record.title[:80], "" if gathering.dropped_at else address("agenda-item", record.pk)
    text = _("%(title)s, %(day)s") % {"title": gathering.title, "day": date_format(gathering.on, "j F")}
    return text, "" if gathering.dropped_at else address("minutes", gathering.pk)
