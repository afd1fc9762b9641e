"""Us: what we are called, who we are, what you can open, and the way to everything that is common."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from masslink.collective.doors import Request
from masslink.collective.models import Away, Member, Space
from masslink.core.pages import MEMBER, page
from masslink.decisions.models import Question
from masslink.desk import lines
from masslink.sites.models import Site
from masslink.sites.panels import WhoWorksHere, who_works_where


@dataclass(frozen=True)
class Place:
    """A place you can open, and who else can."""

    site: Site
    who: WhoWorksHere
    others: list[Member]


@page(MEMBER, methods=("GET",))
def us(request: Request) -> HttpResponse:
    context = {
        "space": Space.objects.first(),
        "members": list(Member.objects.filter(left_on=None)),
        "places": _places(request),
        "lines": lines.of_us(request),
        "questions": Question.objects.open().count(),
    }
    return render(request, "desk/us.html", context)


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
