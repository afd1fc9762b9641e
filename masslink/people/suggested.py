"""What could deepen a link, in words: each suggestion says what it rests on and quotes what they said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.people import suggesting
from masslink.people.labels import DEEDS
from masslink.people.links import RUNG_OF, TALKED
from masslink.people.models import Deed, Link, Person
from masslink.people.numbers import begun, times
from masslink.people.panels import names_together, without_marks
from masslink.people.suggesting import Did, Promised, Suggestion

QUOTED = 160  # letters


@dataclass(frozen=True)
class Told:
    """One suggestion as the page shows it."""

    text: str
    said: str = ""
    said_on: date | None = None


def told(
    person: Person,
    me: Member,
    today: date,
    *,
    deeds: Iterable[Deed],
    promises: Iterable[Promised],
    taken_on: Iterable[Link],
) -> list[Told]:
    """None for those who asked not to be contacted, nor for those who are members by now. Asks the database nothing."""
    if not person.reachable or person.member_id or person.until:
        return []
    did = [Did(d.deed_kind, d.on, without_marks(d.words), d.by_id) for d in deeds]
    names = {d.by_id: _("you") if d.by_id == me.pk else d.by.called for d in deeds}
    rhythm = min((link.rhythm_days for link in taken_on), default=None)
    found = suggesting.suggest(did, promises, today, rhythm)
    return [_told(one, _Facts(person.called, names, today)) for one in found]


@dataclass(frozen=True)
class _Facts:
    name: str
    names: dict[Any, str]
    today: date

    def day(self, on: date) -> str:
        return date_format(on, "j M" if on.year == self.today.year else "j M Y")


def _told(one: Suggestion, facts: _Facts) -> Told:
    text = _SENTENCES[one.step](one, facts)
    if one.said is None or not one.said.words:
        return Told(text)
    return Told(text, _shortened(one.said.words), one.said.on)


def _shortened(words: str) -> str:
    """The first sentences, or as much as fits, up to the end of a word."""
    flat = " ".join(words.split())
    return flat if len(flat) <= QUOTED else flat[:QUOTED].rpartition(" ")[0].rstrip(",;:") + "…"


# --- sentences -----------------------------------------------------------------------------------


def _keep(one: Suggestion, facts: _Facts) -> str:
    assert one.promise
    text = _("Promised for %(day)s: “%(what)s”. Keep that first, or say why not; then ask for more.")
    return text % {"day": facts.day(one.promise.due), "what": one.promise.what.rstrip(".")}


def _talk_over(one: Suggestion, facts: _Facts) -> str:
    text = _("%(did)s on %(day)s, and nobody has really talked with them for a year. Ask how it was.")
    return text % {"did": _did(one, facts), "day": facts.day(one.because[0].on)}


def _talk_again(one: Suggestion, facts: _Facts) -> str:
    text = _("You last really talked on %(day)s. Talk again before you ask for anything.")
    return text % {"day": facts.day(one.because[0].on)}


def _answer(one: Suggestion, facts: _Facts) -> str:
    text = _("%(name)s raised an idea on %(day)s. Tell them what became of it, even if that is little.")
    return text % {"name": facts.name, "day": facts.day(one.because[0].on)}


def _ask_why(one: Suggestion, facts: _Facts) -> str:
    text = _("%(name)s declined on %(day)s. Ask what stood in the way before you ask again.")
    return text % {"name": facts.name, "day": facts.day(one.because[0].on)}


def _go_back(one: Suggestion, facts: _Facts) -> str:
    text = _(
        "You talked %(times)s, last on %(day)s. Go back to what they said: three talks over four weeks last."
    )
    return text % {"times": times(_talks(one)), "day": facts.day(_latest_talk(one))}


def _invite(one: Suggestion, facts: _Facts) -> str:
    text = _(
        "You talked %(times)s since %(day)s, and %(name)s hasn’t come to anything yet. Ask them along to something."
    )
    first = min(d.on for d in one.because if d.kind == TALKED)
    return text % {"times": times(_talks(one)), "day": facts.day(first), "name": facts.name}


def _do_together(one: Suggestion, facts: _Facts) -> str:
    came = [d for d in one.because if d.kind == "came"]
    text = _(
        "%(name)s came %(times)s, last on %(day)s, and hasn’t done something with others yet. Ask them to."
    )
    return text % {"name": facts.name, "times": times(len(came)), "day": facts.day(came[0].on)}


def _bring(one: Suggestion, facts: _Facts) -> str:
    latest = next(d for d in one.because if RUNG_OF.get(d.kind, 0) > RUNG_OF["came"])
    text = _("%(did)s on %(day)s, and you talked %(times)s. Ask %(name)s to bring somebody they trust.")
    facts_of = {"day": facts.day(latest.on), "times": times(_talks(one)), "name": facts.name}
    return text % {"did": _did(Suggestion(one.step, (latest,)), facts), **facts_of}


def _renew(one: Suggestion, facts: _Facts) -> str:
    text = _("%(did)s on %(day)s: that is nearly a year ago. Ask for something of the kind again.")
    return text % {"did": _did(one, facts), "day": facts.day(one.because[0].on)}


def _along(one: Suggestion, facts: _Facts) -> str:
    text = _("Only %(who)s talked with %(name)s so far, %(times)s. Take somebody along the next time.")
    who = names_together([facts.names[id] for id in dict.fromkeys(d.by for d in one.because)])
    return text % {"who": who, "name": facts.name, "times": times(_talks(one))}


def _did(one: Suggestion, facts: _Facts) -> str:
    """`Rosa came`."""
    said = {"name": facts.name, "deed": DEEDS[one.because[0].kind]}
    return begun(_("%(name)s %(deed)s") % said)


def _talks(one: Suggestion) -> int:
    return len({d.on for d in one.because if d.kind == TALKED})


def _latest_talk(one: Suggestion) -> date:
    return max(d.on for d in one.because if d.kind == TALKED)


_SENTENCES: dict[str, Callable[[Suggestion, _Facts], str]] = {
    suggesting.KEEP: _keep,
    suggesting.TALK_OVER: _talk_over,
    suggesting.TALK_AGAIN: _talk_again,
    suggesting.ANSWER: _answer,
    suggesting.ASK_WHY: _ask_why,
    suggesting.GO_BACK: _go_back,
    suggesting.INVITE: _invite,
    suggesting.DO_TOGETHER: _do_together,
    suggesting.BRING: _bring,
    suggesting.RENEW: _renew,
    suggesting.ALONG: _along,
}
