"""How members' views are told in a person's whole file, and what becomes of them when two entries are one."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.core.clock import day_of
from masslink.people.belongings import Line
from masslink.vault.workspace import current

if TYPE_CHECKING:
    from masslink.people.standing.models import Assessment, Difference


def assessment_lines(found: QuerySet[Any]) -> Iterable[Line]:
    """Others' views only on questions on which the reader has said theirs: they come first in a file too."""
    views = list(found.select_related("question", "member").order_by("at"))
    reader = current().holder
    said = {view.question_id for view in views if view.value and view.member.holder == reader}
    hidden: Counter[Any] = Counter()
    for view in views:
        if view.question_id in said or view.member.holder == reader:
            yield _view_line(view)
        else:
            hidden[view.question] += 1
    for question, n in hidden.items():
        text = ngettext(
            "%(question)s: %(n)d view that you see once you have said yours",
            "%(question)s: %(n)d views that you see once you have said yours",
            n,
        )
        yield Line(text=text % {"question": question.text, "n": n})


def _view_line(view: Any) -> Line:
    said = {
        "question": view.question.text,
        "where": view.question.label(view.value),
        "name": view.member.name,
    }
    text = _("%(question)s: %(where)s, as %(name)s sees it") % said
    return Line(text=text, on=day_of(view.at), note=view.because)


def same_view(going: "Assessment", staying: "Assessment") -> bool:
    """The same member's view on the same question: the one of the entry that stays counts."""
    return going.question_id == staying.question_id and going.member_id == staying.member_id


def difference_lines(found: QuerySet[Any]) -> Iterable[Line]:
    """Only to those who have said their own view: that two differ tells something of both."""
    reader = current().holder
    for one in found.select_related("question", "one", "other").order_by("since"):
        own = one.person.assessments.filter(question=one.question_id, member__holder=reader, value__gt=0)
        if reader in (one.one.holder, one.other.holder) or own.exists():
            said = {"one": one.one.name, "other": one.other.name, "question": one.question.text}
            text = _("%(one)s and %(other)s saw it differently: %(question)s") % said
            yield Line(text=text, on=day_of(one.since))


def same_difference(going: "Difference", staying: "Difference") -> bool:
    """The same two differ on the same question about both entries: it is one thing to talk about."""
    is_open = going.ended_at is None and staying.ended_at is None
    return is_open and going.question_id == staying.question_id and going.members == staying.members
