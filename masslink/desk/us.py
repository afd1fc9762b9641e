"""Us: what we are called, what you can open, and the way to everything that is common."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import Request
from masslink.collective.models import Away, Member, Space
from masslink.core.pages import MEMBER, page
from masslink.decisions.models import Question
from masslink.desk import lines
from masslink.ideas.correction_models import Correction
from masslink.ideas.models import Idea
from masslink.sites.models import Site
from masslink.sites.panels import WhoWorksHere, who_works_where

IN_SIGHT = 5  # of what waits; the rest is folded


@dataclass(frozen=True)
class Room:
    """One line: what it is called, and a word on what is there."""

    name: str
    label: str
    said: str = ""

    @property
    def url(self) -> str:
        return reverse(self.name)


@dataclass(frozen=True)
class Place:
    """A place you can open, and who else can."""

    site: Site
    who: WhoWorksHere
    others: list[Member]


@page(MEMBER, methods=("GET",))
def us(request: Request) -> HttpResponse:
    waiting = lines.of_us(request)
    folded = waiting[IN_SIGHT:] if len(waiting) > IN_SIGHT + 1 else []
    context = {
        "space": Space.objects.first(),
        "members": Member.objects.filter(left_on=None).count(),
        "places": _places(request),
        "lines": waiting,
        "seen": waiting[: len(waiting) - len(folded)],
        "folded": folded,
        "groups": _rooms(),
    }
    return render(request, "desk/us.html", context)


def _rooms() -> list[tuple[str, list[Room]]]:
    """What is common, by what it is for; a new room is one line here."""
    return [
        (
            _("We decide"),
            [
                Room("questions", _("Questions"), _open(Question.objects.open().count())),
                Room("ideas", _("Ideas"), _open(Idea.objects.open().count())),
                Room(
                    "corrections",
                    _("Corrections"),
                    _open(Correction.objects.kept().filter(settled_at=None).count()),
                ),
            ],
        ),
        (
            _("We share the work"),
            [
                Room("duties", _("Whose turn"), _("what nobody owns")),
                Room("plan", _("Plan our pairs"), _("who with whom")),
                Room("calendar", _("Calendar"), _("month, week")),
            ],
        ),
        (
            _("What protects us"),
            [
                Room("alarm", _("Alarm"), _("a phone is taken")),
                Room("kit", _("Recovery kit"), _("two sheets")),
                Room("drill", _("Rehearse it"), _("before it happens")),
                Room("protected", _("What is protected"), _("and what is not")),
            ],
        ),
        (
            _("What we keep"),
            [
                Room("history", _("What was done here"), _("and undo")),
                Room("lists", _("Lists"), _("bring in, take out")),
                Room("fading", _("What fades"), _("and when")),
            ],
        ),
    ]


def _open(n: int) -> str:
    return ngettext("%(n)d open", "%(n)d open", n) % {"n": n} if n else ""


@page(MEMBER, methods=("GET",))
def members(request: Request) -> HttpResponse:
    """By name, with the places they share with you; what else they hold nobody here can see."""
    everyone = list(Member.objects.order_by("name"))
    places = _places(request)
    away = {one.member_id: one for one in Away.objects.on(request.today)}
    here = [one for one in everyone if one.left_on is None]
    shared = [(m, [p.site for p in places if m in p.others], away.get(m.pk)) for m in here]
    gone = sorted((one for one in everyone if one.left_on), key=lambda one: str(one.left_on), reverse=True)
    return render(request, "desk/members.html", {"shared": shared, "places": places, "gone": gone})


def _places(request: Request) -> list[Place]:
    sites = list(Site.objects.all())
    who = who_works_where(sites)
    return [Place(site, who[site.pk], who[site.pk].without(request.member).members) for site in sites]
