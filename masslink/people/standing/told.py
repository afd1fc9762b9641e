"""How members' views are told in a person's whole file, and what becomes of them when two entries are one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from masslink.core.clock import day_of
from masslink.people.belongings import Line

if TYPE_CHECKING:
    from masslink.people.standing.models import Assessment


def assessment_lines(found: QuerySet[Any]) -> Iterable[Line]:
    for one in found.select_related("question", "member").order_by("at"):
        said = {
            "question": one.question.text,
            "where": one.question.label(one.value),
            "name": one.member.name,
        }
        text = _("%(question)s: %(where)s, as %(name)s sees it") % said
        yield Line(text=text, on=day_of(one.at), note=one.because)


def same_view(going: "Assessment", staying: "Assessment") -> bool:
    """The same member's view on the same question: the one of the entry that stays counts."""
    return going.question_id == staying.question_id and going.member_id == staying.member_id


def difference_lines(found: QuerySet[Any]) -> Iterable[Line]:
    for one in found.select_related("question", "one", "other").order_by("since"):
        said = {"one": one.one.name, "other": one.other.name, "question": one.question.text}
        text = _("%(one)s and %(other)s saw it differently: %(question)s") % said
        yield Line(text=text, on=day_of(one.since))
