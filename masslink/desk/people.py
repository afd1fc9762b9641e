"""The list of people, and search as one types."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request
from masslink.collective.models import Member
from masslink.core.pages import MEMBER, go, page
from masslink.people import panels
from masslink.people.filters import Filters
from masslink.people.labels import FRESHNESS, RUNGS
from masslink.people.links import FRESHNESS_COMPARISONS
from masslink.people.models import Deed, LinkState, Person, PersonQuerySet
from masslink.people.search import search
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks.models import ToDo

ON_A_PAGE = 50
COUNTED = 500
PILLS = 5
LONGEST = 140
Sites = list[tuple[UUID, str]]
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
    url: str
    name: str
    nickname: str
    where: str
    tone: str
    rung: str
    state: str
    urgent: bool
    said: str


_STATE = [field.attname for field in LinkState._meta.concrete_fields]
_COLUMNS = ["id", "name", "nickname", "unit__name", "shift__name", "site_id", "until", "reach"]
_COLUMNS += [f"state__{name}" for name in _STATE]


def _rows(found: list[tuple[Any, ...]], request: Request, sites: dict[UUID, str]) -> list[Row]:
    """What the list shows of these persons: two more queries, however many they are."""
    ids = [values[0] for values in found]
    words, promised = Deed.objects.last_words(ids), set(_promised(ids, request.member, request.today))
    base = reverse("people")
    return [_row(values, request.today, base, sites, words, promised) for values in found]


def _promised(ids: list[UUID], me: Member, today: date) -> Iterable[UUID]:
    """With whom the reader promised something that is due."""
    # In plain SQL: Django takes longer to say `IN` of fifty ids than SQLite to answer.
    marks = ", ".join(["%s"] * len(ids))
    with connections["open"].cursor() as cursor:
        cursor.execute(
            f"SELECT person_id FROM {ToDo._meta.db_table} WHERE person_id IN ({marks}) "  # noqa: S608  only marks
            "AND +member_id = %s AND +due <= %s AND done_at IS NULL AND dropped_at IS NULL",
            [*(id.hex for id in ids), me.pk.hex, today.isoformat()],
        )
        return [UUID(id) for (id,) in cursor.fetchall()]


def _row(
    values: tuple[Any, ...],
    today: date,
    base: str,
    sites: dict[UUID, str],
    words: dict[UUID, str],
    promised: set[UUID],
) -> Row:
    id, name, nickname, unit, shift, site, until, reach = values[:8]
    link = LinkState(**dict(zip(_STATE, values[8:], strict=True)))
    depth = link.depth(today)
    parts = (unit, shift, sites.get(site))
    return Row(
        id=id,
        url=f"{base}/{id}",
        name=name or nickname,
        nickname=nickname if name else "",
        where=" · ".join(part for part in parts if part),
        tone=f"d{depth}",
        rung=str(RUNGS[depth]),
        state=_("promised") if id in promised else _state(link, until, reach, today),
        urgent=id in promised,
        said=_short(words.get(id, "")),
    )


def _short(words: str) -> str:
    words = panels.without_marks(words)
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + "…"


def _state(link: LinkState, until: date | None, reach: str, today: date) -> str:
    if reach == Person.Reach.NOT_AT_ALL:
        return _("not to be contacted")
    if until and until <= today:
        return _("left")
    freshness = link.freshness(today)
    return str(FRESHNESS[freshness]) if freshness not in ("none", "fresh") else ""


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


def _slice(request: Request, persons: PersonQuerySet) -> tuple[list[tuple[Any, ...]], bool, bool]:
    """A page in the order of names, behind or before a person; whether there is more around it."""
    before = _person(request.GET.get("before"))
    if before:
        found = list(persons.before(before).reverse().values_list(*_COLUMNS)[: ON_A_PAGE + 1])
        return found[:ON_A_PAGE][::-1], len(found) > ON_A_PAGE, True
    start = _person(request.GET.get("after"))
    found = list((persons.after(start) if start else persons).values_list(*_COLUMNS)[: ON_A_PAGE + 1])
    return found[:ON_A_PAGE], start is not None, len(found) > ON_A_PAGE


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
    everybody = Person.objects.filter(pk__in=[*result.persons, *result.said])
    found = {values[0]: values for values in everybody.order_by().values_list(*_COLUMNS)}
    names = _site_names(Filters(), sites)
    return {
        "searched": True,
        "base": reverse("people"),
        "filters": filters,
        "headline": _("Who was it?"),
        "rows": _rows([found[id] for id in result.persons if id in found], request, names),
        "more": result.more,
        "said": [
            (row, result.said[row.id])
            for row in _rows([found[id] for id in result.said if id in found], request, names)
        ],
    }


# --- the frame: filters, pills ---------------------------------------------------------------------


@dataclass(slots=True)
class Select:
    name: str
    label: str
    none: str
    options: list[tuple[str, str, bool]]

    @property
    def chosen(self) -> str:
        return next((label for _value, label, is_chosen in self.options if is_chosen), "")


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
    chosen = getattr(filters, name)
    return Select(name, label, none, [(value, text, value == chosen) for value, text in options])


def _parts(kind: type[Unit] | type[Shift], place: str) -> list[tuple[str, str]]:
    named = kind._default_manager.filter(site_id=place).values_list("id", "name")
    return [(str(id), name) for id, name in named]
