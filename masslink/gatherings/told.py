"""How an ask is told in a person's whole file, and when two are the same."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.core.clock import day_of
from masslink.people.belongings import Line

if TYPE_CHECKING:
    from masslink.gatherings.models import Ask


def ask_lines(asks: QuerySet[Any]) -> Iterable[Line]:
    for ask in asks.select_related("gathering", "member").order_by("at"):
        said = {"what": ask.gathering.title, "day": date_format(day_of(ask.gathering.starts_at), "j M Y")}
        by = _("%(name)s asked them.") if ask.asked_at else _("%(name)s was to ask them.")
        notes = [by % {"name": ask.member.name}]
        if ask.answer:
            notes.append(_("Their answer: %(answer)s.") % {"answer": ask.get_answer_display()})
        yield Line(text=_("Invited to %(what)s on %(day)s") % said, on=day_of(ask.at), note=" ".join(notes))


def same_ask(going: "Ask", staying: "Ask") -> bool:
    """Both were asked to the same gathering."""
    return going.gathering_id == staying.gathering_id
