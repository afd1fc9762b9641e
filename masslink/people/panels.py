"""What people offers to the desk's pages, and to its own."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.models import Member
from masslink.people import links
from masslink.people.cautions.models import Caution
from masslink.people.labels import DEEDS, FRESHNESS, rhythm_text
from masslink.people.models import Deed, Link, LinkState, Person
from masslink.sites.models import Site
from masslink.vault.record import Record
from masslink.vault.workspace import current


def what_goes(person: Person) -> list[str]:
    """What is deleted together with a person, in words."""
    counts: Counter[type[Model]] = Counter()
    for relation in person._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and issubclass(model, Record):
            counts[model] += model._default_manager.filter(**{relation.field.name: person}).count()
    deeds, taken_on = counts.pop(Deed, 0), counts.pop(Link, 0)
    counts.pop(Caution, 0)  # one shows this page to whoever asks to be erased
    rest = counts.total()
    said = [
        (deeds, ngettext("%(n)d talk or deed", "%(n)d talks and deeds", deeds)),
        (taken_on, ngettext("%(n)d link", "%(n)d links", taken_on)),
        (rest, ngettext("%(n)d to-do or other note", "%(n)d to-dos and other notes", rest)),
    ]
    return [text % {"n": n} for n, text in said if n]


def evidence(deeds: Iterable[Deed], today: date) -> tuple[str, list[Deed]]:
    """How deep the link is, in a few words; and the deeds that prove it, newest first."""
    marks = [links.Mark(deed.deed_kind, deed.on, deed) for deed in deeds]
    proof = [mark.ref for mark in links.evidence_for(marks, today)]
    recent = [m for m in marks if today - links.YEAR < m.on <= today and m.kind in links.RUNG_OF]
    counts = Counter(mark.kind for mark in sorted(recent, key=lambda m: -links.RUNG_OF[m.kind]))
    said = ", ".join(_times(kind, n) for kind, n in counts.items())
    return said, [deed for deed in proof if isinstance(deed, Deed)]


def _times(kind: str, n: int) -> str:
    """`came`, `talked 6 times`."""
    label = DEEDS[kind]
    return str(label) if n == 1 else _("%(deed)s %(n)d times") % {"deed": label, "n": n}


def freshness(state: LinkState | None, today: date) -> str:
    """How fresh the link is, in words; nothing without a rhythm."""
    name = state.freshness(today) if state else links.NONE
    if state and name == links.FRESH and state.two_way_until is None:
        return _("not talked with yet")  # taken on a little while ago
    return "" if name == links.NONE else str(FRESHNESS[name])


def who_sees_to_it(taken_on: list[Link], me: Member) -> str:
    """`every two weeks, you and Dee`."""
    if not taken_on:
        return ""
    names = [_("you") if link.member_id == me.pk else link.member.called for link in taken_on]
    return _("%(how_often)s, %(names)s") % {
        "how_often": rhythm_text(min(link.rhythm_days for link in taken_on)),
        "names": names_together(names),
    }


def names_together(names: list[str]) -> str:
    """`Ana, Ben and Dee`."""
    if len(names) < 2:
        return "".join(names)
    return _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}


def readers(person: Person, members: Iterable[Member]) -> str:
    """Who of these holds the place, and so can read all of this."""
    holders = current().circles[person.circle].holders
    names = [member.name for member in members if member.holder in holders and member.left_on is None]
    return _(
        "%(names)s: whoever has access to %(place)s. Nobody else in our collective, and nobody outside."
    ) % {
        "names": names_together(names),
        "place": person.site.name,
    }


@dataclass(frozen=True)
class NewReaders:
    """Who could read a person's notes at another place, who no longer, and whose link with them would end."""

    place: Site
    readers: str
    no_longer: str
    links_end: str


def new_readers(person: Person, place: Site) -> NewReaders:
    now, then = list(person.site.members()), list(place.members())
    bound = {link.member_id for link in person.links.filter(until=None)}
    lost = [member for member in now if member not in then]
    return NewReaders(
        place,
        names_together([member.name for member in then]),
        names_together([member.name for member in lost]),
        names_together([member.name for member in lost if member.pk in bound]),
    )


def without_marks(words: str) -> str:
    """Somebody's words without the quotation marks around them: the page sets its own."""
    inside = words.strip()
    pairs = ("“”", "„“", "„”", "«»", "»«", '""', "‘’")
    wrapped = len(inside) > 1 and inside[0] + inside[-1] in pairs
    return inside[1:-1] if wrapped and inside[0] not in inside[1:-1] else inside
