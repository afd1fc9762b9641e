"""What pairs offer to their own pages and to the desk's: who works what, what isn't covered, when two last sat down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from django.db import connections
from django.db.models import Max, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.models import Away, Member
from masslink.core.pages import address
from masslink.pairs.coverage import FOUR_WEEKS, is_quiet
from masslink.pairs.models import Pair, PairWork
from masslink.people.models import Person
from masslink.people.panels import names_together
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.workspace import current

NAMED_AT_MOST = 5  # persons whom a line names
NEWS = timedelta(days=7)  # so long Today says that somebody made two a pair


# --- what a pair works, in words -----------------------------------------------------------------


def where(unit: Unit | None, shift: Shift | None) -> str:
    """`Packing, Night`."""
    return ", ".join(part.name for part in (unit, shift) if part)


def said(works: Iterable[PairWork], today: date) -> str:
    """What two work: `Packing, Night; Rosa and Marisol`; nothing where it was taken away or left."""
    works = list(works)
    if any(work.is_whole for work in works):
        return _("all of the place")
    named = sorted((work for work in works if not work.person_id), key=_in_order)
    parts = [where(work.unit, work.shift) for work in named]
    persons = [work.person for work in works if work.person and is_theirs(work.person, today)]
    names = sorted(person.called for person in persons)
    if (more := len(names) - NAMED_AT_MOST) > 0:
        names = [*names[:NAMED_AT_MOST], ngettext("%(n)d more", "%(n)d more", more) % {"n": more}]
    return "; ".join([*parts, *([names_together(names)] if names else [])])


def _in_order(work: PairWork) -> tuple[int, int]:
    """As units and shifts stand on the chart; what has none comes first."""
    unit, shift = work.unit, work.shift
    return (unit.place if unit else -1, shift.place if shift else -1)


def is_theirs(person: Person, today: date) -> bool:
    """Whether a pair may work with them: they may be listed, are here, and aren't one of us."""
    return person.reachable and person.member_id is None and not (person.until and person.until <= today)


def people_here(site: Site, today: date) -> QuerySet[Person]:
    """Everybody of a place with whom a pair may work."""
    return Person.objects.listed().here(today).filter(site=site, member=None)


def people_of(works: Iterable[PairWork]) -> Q:
    """Who belongs to what a pair works."""
    found = Q(pk__in=[])
    for work in works:
        if work.is_whole:
            return Q()
        named = {"pk": work.person_id, "unit": work.unit_id, "shift": work.shift_id}
        found |= Q(**{name: id for name, id in named.items() if id})
    return found


# --- pairs as rows -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A pair on a list."""

    pair: Pair
    works: list[PairWork]
    sat: date | None
    away: list[Away]
    missing: list[Member]
    today: date

    @property
    def what(self) -> str:
        return said(self.works, self.today)

    @property
    def is_quiet(self) -> bool:
        return is_quiet(self.sat, self.pair.since, self.today) and not (self.away or self.missing)

    @cached_property
    def last(self) -> str:
        """A sentence: when they last sat down."""
        return last_sat(self.pair.names, self.sat, self.today)

    @property
    def notes(self) -> list[str]:
        """Why it may not be as it was meant: somebody is away or can't read the place."""
        found = [_away(one) for one in self.away]
        found += [_("%(name)s has no access here now.") % {"name": one.called} for one in self.missing]
        return found


def _away(away: Away) -> str:
    if away.until is None:
        return _("%(name)s is away for now.") % {"name": away.member.name}
    said = {"name": away.member.name, "day": date_format(away.until, "j F")}
    return _("%(name)s is away until %(day)s.") % said


def last_sat(names: str, sat: date | None, today: date) -> str:
    if sat is None:
        return _("%(names)s haven’t sat down yet.") % {"names": names}
    day = date_format(sat, "j M" if sat.year == today.year else "j M Y")
    return _("%(names)s last sat down on %(day)s.") % {"names": names, "day": day}


def rows(pairs: QuerySet[Pair], today: date) -> list[Row]:
    """Three queries, however many they are; who left or stepped out is broken only where it is meant to last."""
    found = list(
        pairs.select_related("site", "one", "other").annotate(sat=Max("sittings__on")).order_by("since")
    )
    works: dict[UUID, list[PairWork]] = {}
    for work in PairWork.objects.filter(pair__in=found).select_related("unit", "shift", "person"):
        works.setdefault(work.pair_id, []).append(work)
    away = {one.member_id: one for one in Away.objects.on(today).select_related("member")} if found else {}
    return [
        Row(
            pair,
            works.get(pair.pk, []),
            pair.sat,
            [away[member.pk] for member in pair.both if member.pk in away],
            pair.without_access(),
            today,
        )
        for pair in found
    ]


def pairs_here(site: Site, today: date) -> list[Row]:
    """Those that go on at a place."""
    found = rows(Pair.objects.on(today).filter(site=site), today)
    return [row for row in found if not row.missing or not row.pair.is_broken(today)]


def pairs_of(member: Member, today: date) -> list[Row]:
    """The pairs a member is in, at places at hand."""
    found = rows(Pair.objects.on(today).of(member), today)
    return [row for row in found if not row.missing or not row.pair.is_broken(today)]


# --- for the desk --------------------------------------------------------------------------------


def pairs_on(part: Unit | Shift, today: date) -> str:
    """Who works a unit or a shift by name, before it is taken away: `Ana and Ben, Dee and Joris`."""
    column = "unit" if isinstance(part, Unit) else "shift"
    found = Pair.objects.on(today).filter(**{f"works__{column}": part}).distinct()
    return ", ".join(pair.names for pair in found.select_related("one", "other"))


_WITH = """SELECT DISTINCT p.one_id, p.other_id, p.since FROM masslink_pair p
    JOIN masslink_pairwork w ON w.pair_id = p.id
    WHERE p.site_id = %(site)s AND p.since <= %(today)s AND (p.until IS NULL OR p.until > %(today)s)
        AND (w.person_id = %(person)s OR (w.person_id IS NULL
            AND (w.unit_id IS NULL OR w.unit_id = %(unit)s) AND (w.shift_id IS NULL OR w.shift_id = %(shift)s)))
    ORDER BY p.since"""


def pairs_with(person: Person, me: Member, members: dict[UUID, Member], today: date) -> str:
    """`Ana and Ben work with Rosa as a pair.` One query; nothing where there is none, or none may be."""
    if not is_theirs(person, today):
        return ""
    ids = {"person": person.pk, "site": person.site_id, "unit": person.unit_id, "shift": person.shift_id}
    with connections["open"].cursor() as cursor:
        hexes = {name: id.hex if id else None for name, id in ids.items()}
        cursor.execute(_WITH, {**hexes, "today": today.isoformat()})
        found = [(members[UUID(one)], members[UUID(other)]) for one, other, _since in cursor.fetchall()]
    roster = current().circles[person.circle].roster
    there = [both for both in found if all(not one.left_on and one.holder in roster for one in both)]
    return " ".join(_with(both, person, me) for both in there)


def _with(both: tuple[Member, Member], person: Person, me: Member) -> str:
    one, other = both if me != both[1] else both[::-1]
    names = {"one": one.name, "other": other.name, "name": person.called}
    if one == me:
        return _("You and %(other)s work with %(name)s as a pair.") % names
    return _("%(one)s and %(other)s work with %(name)s as a pair.") % names


@dataclass(frozen=True)
class Quiet:
    """A pair of mine that hasn't sat down for four weeks, or that somebody else put me into this week."""

    pair: UUID
    partner: str
    sat: date | None
    since: date
    place: str = ""  # only where they are one since this week

    @property
    def url(self) -> str:
        return address("pair", self.pair)

    @property
    def step(self) -> str:
        return _("See what you work") if self.place else _("Sit down")

    @property
    def text(self) -> str:
        day = date_format(self.sat or self.since, "j F")
        if self.sat:
            return _("You and %(name)s last sat down on %(day)s.") % {"name": self.partner, "day": day}
        said = {"name": self.partner, "day": day}
        if self.place:
            return _("You and %(name)s are a pair at %(place)s since %(day)s.") % {
                **said,
                "place": self.place,
            }
        return _("You and %(name)s are a pair since %(day)s, and haven’t sat down yet.") % said


# Nobody is reminded of sitting down while one of the two is away.
_QUIET = """SELECT p.id, m.name, MAX(s."on"), p.since, p.circle, m.holder,
        CASE WHEN p.since > %(lately)s THEN t.name ELSE '' END
    FROM masslink_pair p JOIN masslink_site t ON t.id = p.site_id
    JOIN masslink_member m ON m.id = CASE WHEN p.one_id = %(me)s THEN p.other_id ELSE p.one_id END
    LEFT JOIN masslink_sitting s ON s.pair_id = p.id
    WHERE %(me)s IN (p.one_id, p.other_id) AND p.since <= %(today)s AND (p.since <= %(long_ago)s
            OR p.since > %(lately)s AND p.by_id <> %(me)s) AND (p.until IS NULL OR p.until > %(today)s)
        AND m.left_on IS NULL AND NOT EXISTS (SELECT 1 FROM masslink_away a WHERE a.member_id IN (p.one_id, p.other_id)
            AND a.since <= %(today)s AND (a.until IS NULL OR a.until > %(today)s))
    GROUP BY p.id HAVING MAX(s."on") IS NULL OR MAX(s."on") <= %(long_ago)s ORDER BY 3, p.since"""


def quiet_pairs_of(me: Member, today: date) -> list[Quiet]:
    """One query, for everybody's first page."""
    days = {"today": today.isoformat(), "long_ago": (today - FOUR_WEEKS).isoformat()}
    days["lately"] = (today - NEWS).isoformat()
    circles = current().circles
    with connections["open"].cursor() as cursor:
        cursor.execute(_QUIET, {"me": me.pk.hex, **days})
        found = cursor.fetchall()
    return [
        Quiet(UUID(id), name, date.fromisoformat(sat) if sat else None, date.fromisoformat(since), place)
        for id, name, sat, since, circle, holder, place in found
        if UUID(holder) in circles[UUID(circle)].roster
    ]


# Places where I keep in touch with somebody and am in no pair.
_ALONE = """SELECT DISTINCT p.site_id FROM masslink_link l JOIN masslink_person p ON p.id = l.person_id
    WHERE l.member_id = %(me)s AND l.until IS NULL AND p.reach <> 'not_at_all' AND p.member_id IS NULL
        AND (p.until IS NULL OR p.until > %(today)s)
        AND NOT EXISTS (SELECT 1 FROM masslink_pair r WHERE r.site_id = p.site_id AND %(me)s IN (r.one_id, r.other_id)
            AND r.since <= %(today)s AND (r.until IS NULL OR r.until > %(today)s))"""


def works_alone_at(me: Member, today: date) -> list[Site]:
    """Where I work alone; said on Us, and nowhere else unasked."""
    with connections["open"].cursor() as cursor:
        cursor.execute(_ALONE, {"me": me.pk.hex, "today": today.isoformat()})
        ids = [UUID(id) for (id,) in cursor.fetchall()]
    return list(Site.objects.filter(pk__in=ids)) if ids else []
