"""Ideas and corrections as lists: by state, by place, found again by their words."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request
from masslink.core.pages import MEMBER, number, page, search_or_list
from masslink.decisions.search import passages
from masslink.ideas import panels
from masslink.ideas.correction_models import Correction, Look
from masslink.ideas.forms import US
from masslink.ideas.models import Idea, IdeaAnswer
from masslink.people.numbers import begun, in_words
from masslink.sites.models import Site

PAGE = 30


class Shown:
    """What a list shows: a state, a place, a page of it; and the addresses of the others."""

    def __init__(self, request: Request, name: str, states: list[tuple[str, str]]) -> None:
        self.url, self.states = reverse(name), states
        self.state = request.GET.get("state", "")
        self.place = request.GET.get("place", "")
        self.at = number(request.GET.get("page"))
        self.sites = list(Site.objects.all())
        if self.state not in dict(states) or self.place not in self._places:
            raise Http404

    @property
    def _places(self) -> dict[str, str]:
        return {"": "", US: _("Our collective"), **{str(site.pk): site.name for site in self.sites}}

    def within(self, found: Any) -> Any:
        """Only those of the place that is asked for."""
        if self.place == US:
            return found.filter(site=None)
        return found.filter(site=self.place) if self.place else found

    def address(self, **change: Any) -> str:
        shown = {"state": self.state, "place": self.place, **change}
        query = urlencode({name: value for name, value in shown.items() if value})
        return f"{self.url}?{query}" if query else self.url

    @property
    def pills(self) -> list[tuple[str, str, bool]]:
        return [(self.address(state=key), label, key == self.state) for key, label in self.states]

    @property
    def place_pills(self) -> list[tuple[str, str, bool]]:
        """Where there is more than one circle to look at."""
        if not self.sites:
            return []
        named = {**self._places, "": _("everywhere")}
        return [(self.address(place=key), label, key == self.place) for key, label in named.items()]

    def paged(self, found: Any) -> tuple[list[Any], dict[str, str]]:
        some = list(found[(self.at - 1) * PAGE : self.at * PAGE + 1])
        pages = {
            "previous_url": self.address(page=self.at - 1) if self.at > 1 else "",
            "next_url": self.address(page=self.at + 1) if len(some) > PAGE else "",
        }
        return some[:PAGE], pages

    @property
    def context(self) -> dict[str, Any]:
        return {
            "pills": self.pills,
            "place_pills": self.place_pills,
            "place": self.place,
            "is_whole": not self.state and not self.place and self.at == 1,
        }


# --- ideas ---------------------------------------------------------------------------------------


@page(MEMBER)
def ideas(request: Request) -> HttpResponse:
    """Those in one state, at one place; search by POST."""
    return search_or_list(request, "ideas", "ideas/ideas", _ideas_found, _ideas_listed)


def _ideas_listed(request: Request) -> dict[str, Any]:
    states = [
        ("", _("all")),
        (panels.OPEN, _("without an answer")),
        (panels.TO_CARRY, _("to be carried back")),
        (panels.DONE, _("answered")),
    ]
    shown = Shown(request, "ideas", states)
    found, pages = shown.paged(shown.within(panels.of_state(shown.state, request.today)).with_whose())
    rows = [panels.IdeaRow(idea, request.today) for idea in found]
    return {"rows": rows, "headline": _ideas_headline(), **shown.context, **pages}


def _ideas_headline() -> str:
    """A sentence; small numbers in words."""
    n = Idea.objects.open().count()
    if not n:
        return _("No idea waits for an answer") if Idea.objects.kept().exists() else _("What people propose")
    text = ngettext("%(n)s idea waits for an answer", "%(n)s ideas wait for an answer", n)
    return begun(text % {"n": in_words(n)})


def _ideas_found(typed: str, request: Request) -> dict[str, Any]:
    said = passages(typed, [(Idea, "id"), (IdeaAnswer, "idea_id")])
    found = Idea.objects.kept().with_whose().in_bulk(list(said))
    rows = [panels.IdeaRow(found[id], request.today, passage) for id, passage in said.items() if id in found]
    return {"rows": rows, "searched": True, "headline": _("Ideas")}


# --- corrections ---------------------------------------------------------------------------------


@page(MEMBER)
def corrections(request: Request) -> HttpResponse:
    """What went wrong and what changes; search by POST."""
    return search_or_list(
        request, "corrections", "ideas/corrections", _corrections_found, _corrections_listed
    )


def _corrections_listed(request: Request) -> dict[str, Any]:
    states = [
        ("", _("all")),
        ("open", _("to talk about")),
        ("changing", _("being changed")),
        ("done", _("looked at")),
    ]
    shown, all_of_them = Shown(request, "corrections", states), Correction.objects
    found = {
        "": all_of_them.kept().order_by("-at", "id"),
        "open": all_of_them.open(),
        "changing": all_of_them.agreed(),
        "done": all_of_them.settled(),
    }[shown.state]
    some, pages = shown.paged(shown.within(found).select_related("site", "by"))
    return {"rows": _rows(some, request), "headline": _("What we learn from"), **shown.context, **pages}


def _rows(
    found: list[Correction], request: Request, said: dict[Any, Any] | None = None
) -> list[dict[str, Any]]:
    return [
        {
            "correction": one,
            "state": panels.correction_state(one, request.today),
            "due": one.is_due(request.today),
            "passage": (said or {}).get(one.pk, ""),
        }
        for one in found
    ]


def _corrections_found(typed: str, request: Request) -> dict[str, Any]:
    said = passages(typed, [(Correction, "id"), (Look, "correction_id")])
    found = Correction.objects.kept().select_related("site", "by").in_bulk(list(said))
    rows = _rows([found[id] for id in said if id in found], request, said)
    return {"rows": rows, "searched": True, "headline": _("What we learn from")}
