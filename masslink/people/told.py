"""How talks, deeds and links are told in a person's whole file, and what becomes of them on a move."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.core.clock import day_of
from masslink.people.belongings import ALONG, Line, Move, parts
from masslink.people.labels import rhythm_text

if TYPE_CHECKING:
    from masslink.people.models import Deed, Link


def deed_lines(deeds: QuerySet[Any]) -> Iterable[Line]:
    for deed in deeds.select_related("by").order_by("at"):
        label = str(deed.label)
        yield Line(
            text=label[:1].upper() + label[1:],
            on=deed.on,
            said=deed.words,
            note=_("Noted by %(name)s.") % {"name": deed.by.name},
        )


def leave_origin(deed: "Deed", move: Move) -> None:
    """What happened at the old place is for those who are there; what is theirs, and comes along, is pointed at."""
    origin = deed.origin
    if origin and not any(
        part.belongs.moved == ALONG and part.of(move.person).filter(pk=origin.id).exists()
        for part in parts()
        if part.model.kind == origin.kind
    ):
        deed.origin_kind, deed.origin_id = "", None


def link_lines(links: QuerySet[Any]) -> Iterable[Line]:
    for link in links.select_related("member", "introduced_by").order_by("since"):
        notes = [_("To talk %(how_often)s.") % {"how_often": rhythm_text(link.rhythm_days)}]
        if link.aim:
            notes.append(_("What for: %(aim)s.") % {"aim": link.aim.rstrip(".")})
        if link.introduced_by:
            notes.append(_("Introduced by %(name)s.") % {"name": link.introduced_by.name})
        if link.until:
            notes.append(_("Until %(day)s.") % {"day": date_format(link.until, "j M Y")})
        text = (
            _("%(name)s keeps in touch with them")
            if not link.until
            else _("%(name)s kept in touch with them")
        )
        yield Line(text=text % {"name": link.member.name}, on=link.since, note=" ".join(notes))


def end_out_of_reach(link: "Link", move: Move) -> None:
    """Whoever doesn't hold the new place can't see to the link any more."""
    if link.until is None and link.member_id not in move.members:
        link.until = move.on


def same_link(going: "Link", staying: "Link") -> bool:
    """The same member took both of them on: one link is enough."""
    return going.until is None and staying.until is None and going.member_id == staying.member_id


def end_link(link: "Link", at: datetime) -> bool:
    """They asked not to be contacted: nobody sees to it any more."""
    if link.until is not None:
        return False
    link.until = day_of(at)
    return True
