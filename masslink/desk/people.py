"""The list of people, and search as one types."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, address, go, page
from masslink.desk.notes_found import notes_with
from masslink.people import links, panels
from masslink.people.filters import Filters
from masslink.people.labels import FRESHNESS, RUNGS
from masslink.people.links import FRESHNESS_COMPARISONS
from masslink.people.models import Deed, Person, PersonQuerySet
from masslink.people.search import Found, search
from masslink.people.states import UNTIL
from masslink.sites.models import Shift, Site, Unit

ON_A_PAGE = 50
COUNTED = 500
PILLS = 5
LONGEST = 140
Sites = list[tuple[UUID, str]]
STATE, URGENT = '<span class="state">{}</span>', '<span class="state urgent">{}</span>'
SELECTED = mark_safe(" selected")
_TO_SEE = ("due", "cooling")


@page(MEMBER, methods=("GET",))
def people(request: Request) -> HttpResponse:
    filters = Filters.read(request.GET)
    sites = _sites()
    return render(request, "desk/people.html", {**_page(request, filters, sites), **_frame(filters, sites)})


@page(MEMBER)
def find(request: Request) -> HttpResponse:
    """Search by POST: what is looked for stays out of addresses and logs."""
    filters, typed = Filters.read(request.GET), request.POST.get("q", "").strip()
    if request.method != "POST" or not (typed or request.htmx):
        return go(filters.address(reverse("people")))
    sites = _sites()
    found = _found(request, filters, sites, typed) if typed else _page(request, filters, sites)
    if request.htmx:
        return render(request, "desk/people_results.html", found)
    return render(request, "desk/people.html", {**found, **_frame(filters, sites), "q": typed})


def _sites() -> Sites:
    """Places by name."""
    return list(Site.objects.values_list("id", "name"))


# --- rows ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """One person as the list shows them."""

    id: UUID
    name: str
    nickname: str
    where: str
    tone: str
    rung: str
    state: str
    urgent: bool
    said: str
    about: str = ""  # what something they did was about: not words of theirs

    @property
    def markup(self) -> SafeString:
        """What stands in the row. Put together here: a template takes three times as long for fifty of them."""
        shape = '<div class="line"><a class="name" href="{}"><i class="dot {}"></i>{}'
        parts = [address("person", self.id), self.tone, self.name]
        for value, around in (
            (self.nickname, ' <span class="muted">({})</span>'),
            (self.rung, '<span class="vh">, {}</span></a>'),
            (self.state, URGENT if self.urgent else STATE),
            ("\n", "</div>{}"),
            (self.where, '<p class="note">{}</p>'),
            (self.said, '<q class="said">{}</q>'),
            (self.about, '<p class="said">{}</p>'),
        ):
            if value:
                shape += around
                parts.append(value)
        return format_html(shape, *parts)


def _rows(ids: list[UUID], request: Request, sites: dict[UUID, str]) -> list[Row]:
    """What the list shows of these persons: three queries, however many they are."""
    words, promised = Deed.objects.last_words(ids), _promised(ids, request.member, request.today)
    found = {UUID(values[0]): values[1:] for values in _read(ids)}
    rungs = [str(label) for label in RUNGS]
    return [_row(id, found[id], request.today, sites, words, promised, rungs) for id in ids if id in found]


def _row(
    id: UUID,
    values: tuple[Any, ...],
    today: date,
    sites: dict[UUID, str],
    words: dict[UUID, str],
    promised: set[UUID],
    rungs: list[str],
) -> Row:
    name, nickname, unit, shift, site, reach = values[:6]
    until, due, cooling, out_of_touch, *proven = (day and date.fromisoformat(day) for day in values[6:])
    bounds = links.FreshnessBounds(due, cooling, out_of_touch) if due else None
    parts, depth = (unit, shift, sites.get(UUID(site))), links.depth(links.Evidence(*proven), today)
    return Row(
        id=id,
        name=name or nickname,
        nickname=nickname if name else "",
        where=" · ".join(part for part in parts if part),
        tone=f"d{depth}",
        rung=rungs[depth],
        state=_("promised") if id in promised else _state(bounds, until, reach, today),
        urgent=id in promised,
        said=_short(words.get(id, "")),
    )


def _read(ids: list[UUID]) -> list[tuple[Any, ...]]:
    """What rows are made of. In plain SQL: Django takes longer to ask for fifty persons than SQLite to answer."""
    return _of(
        ids,
        f"""SELECT p.id, p.name, p.nickname, u.name, t.name, p.site_id, p.reach,
            p.until, s.due_on, s.cooling_on, s.out_of_touch_on, {", ".join(f"s.{name}" for name in UNTIL)}
        FROM masslink_person p LEFT JOIN masslink_linkstate s ON s.person_id = p.id
            LEFT JOIN masslink_unit u ON u.id = p.unit_id LEFT JOIN masslink_shift t ON t.id = p.shift_id
        WHERE p.id""",  # noqa: S608  names of our own
    )


def _promised(ids: list[UUID], me: Member, today: date) -> set[UUID]:
    """With whom the reader promised something that is due."""
    found = _of(
        ids,
        "SELECT person_id FROM masslink_todo WHERE +member_id = %s AND +due <= %s "
        "AND done_at IS NULL AND dropped_at IS NULL AND person_id",
        me.pk.hex,
        today.isoformat(),
    )
    return {UUID(id) for (id,) in found}


def _of(ids: list[UUID], sql: str, *params: str) -> list[tuple[Any, ...]]:
    """What a query finds of these ids; its last column is the one they stand in."""
    with connections["open"].cursor() as cursor:
        cursor.execute(
            f"{sql} IN ({', '.join(['%s'] * len(ids))})",
            [*params, *(id.hex for id in ids)],
        )
        return list(cursor.fetchall())


def _short(words: str) -> str:
    words = panels.without_marks(words)
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + "…"


def _state(bounds: links.FreshnessBounds | None, until: date | None, reach: str, today: date) -> str:
    if reach == Person.Reach.NOT_AT_ALL:
        return _("not to be contacted")
    if until and until <= today:
        return _("left")
    freshness = links.state(bounds, today) if bounds else links.NONE
    return str(FRESHNESS[freshness]) if freshness not in (links.NONE, links.FRESH) else ""


# --- a page of the list ----------------------------------------------------------------------------


def _page(request: Request, filters: Filters, sites: Sites) -> dict[str, Any]:
    found, earlier, more = _slice(request, filters.persons(request.today))
    base, shown = reverse("people"), _rows(found, request, _site_names(filters, sites))
    return {
        "rows": shown,
        "base": base,
        "filters": filters,
        "headline": _headline(request, filters, len(shown), earlier or more),
        "previous_url": filters.address(base, before=shown[0].id) if shown and earlier else "",
        "next_url": filters.address(base, after=shown[-1].id) if shown and more else "",
    }


def _slice(request: Request, persons: PersonQuerySet) -> tuple[list[UUID], bool, bool]:
    """A page in the order of names, behind or before a person; whether there is more around it."""
    before = _person(request.GET.get("before"))
    if before:
        found = _ids(persons.before(before).reverse())
        return found[:ON_A_PAGE][::-1], len(found) > ON_A_PAGE, True
    start = _person(request.GET.get("after"))
    found = _ids(persons.after(start) if start else persons)
    return found[:ON_A_PAGE], start is not None, len(found) > ON_A_PAGE


def _ids(persons: PersonQuerySet) -> list[UUID]:
    """One more than are shown, where there are so many."""
    return list(persons.values_list("id", flat=True)[: ON_A_PAGE + 1])


def _person(id: str | None) -> Person | None:
    try:
        return Person.objects.filter(pk=UUID(id or "")).only("name").first()
    except ValueError:
        return None


def _site_names(filters: Filters, sites: Sites) -> dict[UUID, str]:
    """Places are named in the rows where there are several to be told apart."""
    return {} if filters.place or len(sites) == 1 else dict(sites)


def _headline(request: Request, filters: Filters, shown: int, others: bool) -> str:
    if not others:
        fits = ngettext("%(n)d person matches", "%(n)d people match", shown)
        return (fits if filters else ngettext("We know %(n)d person", "We know %(n)d people", shown)) % {
            "n": shown
        }
    if filters.depth or filters.fresh:
        return _("Many people match")
    number = filters.persons(request.today).order_by().values("pk")[: COUNTED + 1].count()
    if number > COUNTED:
        return _("More than %(n)d people") % {"n": COUNTED}
    return (_("%(n)d people match") if filters else _("We know %(n)d people")) % {"n": number}


# --- what was searched -------------------------------------------------------------------------------


def _found(request: Request, filters: Filters, sites: Sites, typed: str) -> dict[str, Any]:
    result = search(typed, request.today, left_too=bool(filters.left))
    shown = _rows([*result.persons, *result.said], request, _site_names(Filters(), sites))
    return {
        "searched": True,
        "base": reverse("people"),
        "filters": filters,
        "headline": _("Who was it?"),
        "rows": [row for row in shown if row.id not in result.said],
        "more": result.more,
        "said": [_in_words(row, result) for row in shown if row.id in result.said],
        "notes": notes_with(typed),
    }


def _in_words(row: Row, result: Found) -> Row:
    """With the passage in which it was found; only their own words stand between quotation marks."""
    passage = result.said[row.id]
    return (
        replace(row, said="", about=passage)
        if row.id in result.about
        else replace(row, said=passage, about="")
    )


# --- the frame: filters, pills ---------------------------------------------------------------------


@dataclass(slots=True)
class Select:
    name: str
    label: str
    none: str
    options: SafeString
    chosen: str


def _frame(filters: Filters, sites: Sites) -> dict[str, Any]:
    selects = _selects(filters, sites)
    return {
        "pills": _pills(filters, sites),
        "selects": selects,
        "chosen": " · ".join(s.chosen for s in selects if s.chosen),
        "find_url": filters.address(reverse("people-find")),
        "sites": sites,
    }


def _pills(filters: Filters, sites: Sites) -> list[tuple[str, str, bool]]:
    """The shortest ways: everybody, each place where they are few, who is due."""
    base, here = reverse("people"), Filters(place=filters.place)
    places = [(str(id), name) for id, name in sites] if 1 < len(sites) <= PILLS else []
    return [
        (base, _("Everybody"), not filters),
        *((Filters(place=id).address(base), name, filters.place == id) for id, name in places),
        *(
            (here.with_(fresh=f).address(base), capfirst(str(FRESHNESS[f])), filters.fresh == f)
            for f in _TO_SEE
        ),
    ]


def _selects(filters: Filters, sites: Sites) -> list[Select]:
    place = filters.place if len(sites) > 1 else str(sites[0][0]) if sites else ""
    found = []
    if len(sites) > 1:
        places = [(str(id), name) for id, name in sites]
        found.append(_select("place", _("Place"), _("every place"), places, filters))
    if place:
        found += [
            _select("unit", _("Unit"), _("every unit"), _parts(Unit, place), filters),
            _select("shift", _("Shift"), _("every shift"), _parts(Shift, place), filters),
        ]
    rungs = [(str(rung), str(label)) for rung, label in enumerate(RUNGS)]
    fresh = [(state, str(FRESHNESS[state])) for state in FRESHNESS_COMPARISONS]
    return [
        *(select for select in found if select.options),
        _select("depth", _("How deep"), _("however deep"), rungs, filters),
        _select("fresh", _("How fresh"), _("however fresh"), fresh, filters),
        _select("left", _("Those who left"), _("without them"), [("1", _("with them"))], filters),
    ]


def _select(name: str, label: str, none: str, options: list[tuple[str, str]], filters: Filters) -> Select:
    value = getattr(filters, name)
    markup = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((v, SELECTED if v == value else "", text) for v, text in options),
    )
    return Select(name, label, none, markup, dict(options).get(value, ""))


def _parts(kind: type[Unit] | type[Shift], place: str) -> list[tuple[str, str]]:
    named = kind._default_manager.filter(site_id=place).values_list("id", "name")
    return [(str(id), name) for id, name in named]
