"""What waits among us: access asked for, given for a while, to be given again; people nobody sees to; pairs; views
that differ; an old key.

Today says each kind in one line at most, Us says all of it, a member's page what concerns them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from masslink.collective.inviting_views import invited
from masslink.collective.models import Away, Invitation, Member
from masslink.collective.resealing_views import old_key_count
from masslink.core.clock import day_of
from masslink.core.pages import address
from masslink.decisions.models import WEEK
from masslink.desk.handing_over import can_see_to
from masslink.desk.idea_lines import IS_ANYTHING, about_ideas, days
from masslink.desk.line import Line
from masslink.desk.meeting_lines import about_meetings
from masslink.desk.question_lines import about_questions
from masslink.desk.waiting import due_for_others
from masslink.gatherings.models import USUALLY
from masslink.pairs.panels import quiet_pairs_of, works_alone_at
from masslink.people.panels import names_together
from masslink.people.standing.panels import OpenDifference, open_differences
from masslink.sites.access import Waits, what_waits
from masslink.sites.models import AccessWish, Site
from masslink.vault.workspace import current

NAMED = 3


# --- pages ---------------------------------------------------------------------------------------


def of_today(request: Any) -> list[Line]:
    """At most one line of each kind, made anew only when anybody wrote something since."""
    workspace = current()
    mark, kept = (request.today, workspace.seq, get_language()), workspace.kept
    known = kept.get("lines")
    if known is None or known[0] != mark:
        me, today = request.member, request.today
        expected, asked, away, paired, differing, to_decide, meets, raised = _is_anything(
            me, request.now, today
        )
        kinds = [
            newcomers(me, request.now) if expected else [],
            _asked(me) if asked else [],
            _new_keys(today),
            _over(today),
            _left(today),
            _away(me, today) if away else [],
            _quiet_pairs(me, today) if paired else [],
            _differing(me, today) if differing else [],
            *(about_questions(me, today) if to_decide else []),
            about_meetings(me, request.now, today) if meets else [],
            *(about_ideas(me, today) if raised else []),
        ]
        known = kept["lines"] = (mark, [line for kind in kinds for line in _one(kind)])
    return [*known[1], *_old_keys(request.now)]


def _is_anything(me: Member, now: datetime, today: date) -> tuple[bool, ...]:
    """Whether anybody is invited, asks me for access, is away, works with me, sees somebody differently.

    Whether something is to be decided, whether we meet soon, whether an idea or a correction waits. Mostly not,
    and then no more is read.
    """
    sql = """SELECT
        EXISTS (SELECT 1 FROM masslink_invitation WHERE confirmed_at IS NULL AND declined_at IS NULL),
        EXISTS (SELECT 1 FROM masslink_accesswish WHERE answered_at IS NULL AND asked_id = %s),
        EXISTS (SELECT 1 FROM masslink_away WHERE since <= %s AND (until IS NULL OR until > %s)),
        EXISTS (SELECT 1 FROM masslink_pair WHERE one_id = %s OR other_id = %s),
        EXISTS (SELECT 1 FROM masslink_difference WHERE ended_at IS NULL AND (one_id = %s OR other_id = %s)),
        EXISTS (SELECT 1 FROM masslink_question WHERE withdrawn_on IS NULL
            AND (review_on <= %s OR decided_on IS NULL AND (decide_by <= %s OR gather_until <= %s))),
        EXISTS (SELECT 1 FROM masslink_gathering WHERE starts_at BETWEEN %s AND %s AND gathering_kind = 'meeting'),
        """
    with connections["open"].cursor() as cursor:
        day, mine, week = today.isoformat(), me.pk.hex, (today + WEEK).isoformat()
        adapt = connections["open"].ops.adapt_datetimefield_value
        near = [adapt(now - USUALLY), adapt(now + WEEK)]
        sought = [mine, day, day, mine, mine, mine, mine, day, week, week, *near, *days(today)]
        cursor.execute(sql + IS_ANYTHING, sought)
        return tuple(bool(one) for one in cursor.fetchone())


def _one(lines: list[Line]) -> list[Line]:
    if len(lines) < 2:
        return lines
    more = ngettext("%(n)d more waits like this.", "%(n)d more wait like this.", len(lines) - 1)
    first = lines[0]
    text = f"{first.text} {more % {'n': len(lines) - 1}}"
    return [Line(text, reverse("us"), _("See all"))]


def of_us(request: Any) -> list[Line]:
    """All that waits, as far as it can be seen here."""
    today = request.today
    came = newcomers(request.member, request.now)
    access = [*_wishes(), *_new_keys(today), *_over(today), *_left(today)]
    pairs = [*_quiet_pairs(request.member, today), *_alone(request.member, today)]
    kinds = [*about_questions(request.member, today), *about_ideas(request.member, today, all_of_them=True)]
    to_see = [line for kind in kinds for line in kind]
    meetings = about_meetings(request.member, request.now, today)
    return [*came, *access, *pairs, *to_see, *meetings, *_old_keys(request.now)]


def waiting_for(member: Member, today: date) -> list[Line]:
    """What concerns one member."""
    found = [*_wishes(), *_new_keys(today), *_over(today), *_left(today)]
    return [line for line in found if member.pk in line.about]


# --- newcomers -----------------------------------------------------------------------------------


def newcomers(me: Member, now: datetime) -> list[Line]:
    """Who waits to be let in, for those who may; and whether somebody is about to take one's own place."""
    rows = invited(me, now)
    found = [_newcomer(row.invitation) for row in rows if row.is_there and row.may_confirm]
    if any(row.invitation.member_id == me.pk for row in rows):
        text = _("A code for new keys was made in your name.")
        found.insert(0, Line(text, reverse("invitations"), _("You didn’t lose your words? Take it back")))
    return found


def _newcomer(invitation: Invitation) -> Line:
    text = (
        _("%(name)s has new words, and waits to be let in again.")
        if invitation.member_id
        else _("%(name)s waits to be let in.")
    )
    url = address("invitation-confirm", invitation.pk)
    return Line(text % {"name": invitation.name}, url, _("Compare four words"), day_of(invitation.made_at))


# --- access --------------------------------------------------------------------------------------


def _wishes() -> list[Line]:
    open_ones = AccessWish.objects.filter(answered_at=None).select_related("member", "asked")
    return [
        _wish(one, _("%(name)s asked %(asked)s for access to a place."), _("See it")) for one in open_ones
    ]


def _asked(me: Member) -> list[Line]:
    open_ones = AccessWish.objects.filter(answered_at=None, asked=me).select_related("member", "asked")
    return [_wish(one, _("%(name)s asks you for access to a place."), _("Answer")) for one in open_ones]


def _wish(wish: AccessWish, text: str, step: str) -> Line:
    said = text % {"name": wish.member.called, "asked": wish.asked.called}
    about = frozenset((wish.member_id, wish.asked_id))
    return Line(said, address("access-wish", wish.pk), step, day_of(wish.asked_at), about)


def _new_keys(today: date) -> list[Line]:
    return [_at_place(one, _("Give access again")) for one in what_waits(today) if not one.is_over]


def _over(today: date) -> list[Line]:
    return [_at_place(one, _("Take it back, or give more time")) for one in what_waits(today) if one.is_over]


def _at_place(waits: Waits, step: str) -> Line:
    url = address("site-access", waits.site)
    return Line(waits.sentence, url, step, waits.ended, frozenset((waits.member,)))


def _old_keys(at: Any) -> list[Line]:
    n = old_key_count(at)
    if not n:
        return []
    text = ngettext(
        "The old key still lies on %(n)s record.", "The old key still lies on %(n)s records.", n
    ) % {"n": number_format(n, force_grouping=True)}
    return [Line(text, reverse("resealing"), _("Put the new one on"))]


# --- people nobody sees to -----------------------------------------------------------------------


# Whoever wants no contact isn't waited for.
_HELD = """SELECT h.member_id, m.name, m.holder, m.left_on, h.circle, SUM(h.people), SUM(h.to_dos) FROM (
        SELECT l.member_id, l.circle, COUNT(*) AS people, 0 AS to_dos FROM masslink_link l
        JOIN masslink_person p ON p.id = l.person_id
        WHERE l.until IS NULL AND p.reach <> 'not_at_all' GROUP BY l.member_id, l.circle
        UNION ALL
        SELECT t.member_id, t.circle, 0, COUNT(*) FROM masslink_todo t
        WHERE t.done_at IS NULL AND t.dropped_at IS NULL GROUP BY t.member_id, t.circle) h
    JOIN masslink_member m ON m.id = h.member_id GROUP BY h.member_id, h.circle ORDER BY m.name"""


def _left(today: date) -> list[Line]:
    """Members who can't see to what they took on: they left, or a place isn't open to them any more."""
    with connections["open"].cursor() as cursor:
        cursor.execute(_HELD)
        rows = _missing(cursor.fetchall())
    if not rows:
        return []
    expected = {(one.member, one.site) for one in what_waits(today) if not one.is_over}
    places = {site.circle: site.pk for site in Site.objects.all()}
    sums: dict[UUID, list[Any]] = {}
    for id, name, _holder, left_on, circle, people, to_dos in rows:
        member = UUID(id)
        if (member, places.get(UUID(circle))) not in expected:
            known = sums.setdefault(member, [name, left_on, 0, 0])
            known[2], known[3] = known[2] + people, known[3] + to_dos
    return [_left_line(member, *said) for member, said in sums.items()]


def _missing(rows: Iterable[Any]) -> list[Any]:
    """Those of members who left, or who don't hold the circle in which somebody waits for them."""
    rosters = {id.hex: {holder.hex for holder in circle.roster} for id, circle in current().circles.items()}
    return [row for row in rows if row[3] or (row[4] in rosters and row[2] not in rosters[row[4]])]


def _left_line(member: UUID, name: str, left_on: str | None, people: int, to_dos: int) -> Line:
    parts = []
    if people:
        said = ngettext("%(n)d person needs somebody", "%(n)d people need somebody", people)
        parts.append(said % {"n": people})
    if to_dos:
        parts.append(ngettext("%(n)d to-do is open", "%(n)d to-dos are open", to_dos) % {"n": to_dos})
    who = _("%(name)s left: %(what)s.") if left_on else _("%(name)s isn’t at your place any more: %(what)s.")
    text = who % {"name": name, "what": names_together(parts)}
    since = date.fromisoformat(left_on) if left_on else None
    url = address("member-hand-over", member) + ("" if left_on else "?only=waiting")
    return Line(text, url, _("Take over"), since, frozenset((member,)))


def closed_to(member: Member, today: date) -> list[Site]:
    """The places at hand that a member can't see to any more, and isn't waited for with new keys."""
    waits = {one.site for one in what_waits(today) if not one.is_over and one.member == member.pk}
    return [
        site for site in Site.objects.all() if site.pk not in waits and not can_see_to(member, site.circle)
    ]


# --- pairs ---------------------------------------------------------------------------------------


def _quiet_pairs(me: Member, today: date) -> list[Line]:
    """With whom I haven't sat down for four weeks though we are a pair, or am one since this week."""
    return [
        Line(quiet.text, quiet.url, quiet.step, quiet.sat or quiet.since)
        for quiet in quiet_pairs_of(me, today)
    ]


def _alone(me: Member, today: date) -> list[Line]:
    """Where I am in no pair: said once for all places, and only on Us."""
    sites = works_alone_at(me, today)
    if not sites:
        return []
    places = names_together([site.name for site in sites])
    url = address("pairs", sites[0].pk)
    return [Line(_("You work alone at %(places)s.") % {"places": places}, url, _("Find a second one"))]


# --- where two of us differ ----------------------------------------------------------------------


def _differing(me: Member, today: date) -> list[Line]:
    """Whom another and I see differently, until we have talked and I have said it again; one line for all."""
    found = [one for one in open_differences(reader=me, today=today) if one.waits_for_me and one.person]
    if not found:
        return []
    first, more = found[0], len(found) - 1
    if not more:
        return [Line(_differ(first), first.url, _("Talk about it"), day_of(first.difference.since))]
    text = ngettext("%(n)d more waits like this.", "%(n)d more wait like this.", more) % {"n": more}
    url = address("standing", first.difference.question.site_id)
    return [Line(f"{_differ(first)} {text}", url, _("See them"), day_of(first.difference.since))]


def _differ(one: OpenDifference) -> str:
    said = {"other": one.other.called, "name": one.person.called if one.person else ""}
    if one.difference.talked_on:
        return _("You and %(other)s have talked about %(name)s: how do you see it now?") % said
    return _("You and %(other)s see %(name)s differently.") % said


# --- away ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """Somebody who is due, and whose they are."""

    person: UUID
    name: str
    member: UUID

    @property
    def url(self) -> str:
        return address("person", self.person)


def due_of(members: list[Member], me: Member, today: date) -> list[Due]:
    """Whom these members would see now, at places at hand; those with whom nobody else keeps in touch."""
    return [Due(*row) for row in due_for_others([one.pk for one in members], me, today)]


def _away(me: Member, today: date) -> list[Line]:
    """Who is away while somebody of theirs is due; and oneself, so that it isn't forgotten."""
    away = list(Away.objects.on(today).filter(member__left_on=None).select_related("member"))
    found = [_own(one) for one in away if one.member_id == me.pk]
    others = [one for one in away if one.member_id != me.pk]
    due = due_of([one.member for one in others], me, today) if others else []
    with_due = {one.member for one in due}
    absent = [one for one in others if one.member_id in with_due]
    return [*found, *([_absent(absent, due)] if absent else [])]


def _own(away: Away) -> Line:
    day = date_format(away.until, "j F") if away.until else ""
    text = _("You are noted as away until %(day)s.") % {"day": day} if day else _("You are noted as away.")
    return Line(text, address("member-away", away.member_id), _("Back already?"))


def _absent(away: list[Away], due: list[Due]) -> Line:
    names = [one.name for one in due[:NAMED]]
    if more := len(due) - len(names):
        names.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    said = {"who": names_together([one.member.name for one in away]), "names": names_together(names)}
    if len(away) > 1:
        text = ngettext(
            "%(who)s are away: %(names)s is due.", "%(who)s are away: %(names)s are due.", len(due)
        )
        return Line(text % said, reverse("members"), _("See who"))
    until = away[0].until
    if until:
        text = ngettext(
            "%(who)s is away until %(day)s: %(names)s is due.",
            "%(who)s is away until %(day)s: %(names)s are due.",
            len(due),
        )
        said["day"] = date_format(until, "j F")
    else:
        text = ngettext("%(who)s is away: %(names)s is due.", "%(who)s is away: %(names)s are due.", len(due))
    return Line(text % said, address("member", away[0].member_id), _("See who"))
