"""Us: what we are called, who we are, what you can open, and the way to everything that is common."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from masslink.collective.doors import Request
from masslink.collective.models import Member, Space
from masslink.core.pages import MEMBER, page
from masslink.sites.models import Site
from masslink.vault.workspace import current


@dataclass(frozen=True)
class Place:
    """A place you can open, and who else can."""

    site: Site
    others: list[Member]


@page(MEMBER, methods=("GET",))
def us(request: Request) -> HttpResponse:
    members = list(Member.objects.filter(left_on=None))
    context = {"space": Space.objects.first(), "members": members, "places": _places(request, members)}
    return render(request, "desk/us.html", context)


@page(MEMBER, methods=("GET",))
def members(request: Request) -> HttpResponse:
    """By name, with the places they share with you; what else they hold nobody here can see."""
    everyone = list(Member.objects.filter(left_on=None))
    places = _places(request, everyone)
    shared = [(m, [p.site for p in places if m in p.others]) for m in everyone]
    return render(request, "desk/members.html", {"shared": shared, "places": places})


def _places(request: Request, members: list[Member]) -> list[Place]:
    circles = current().circles
    return [
        Place(site, [m for m in members if m.holder in circles[site.circle].holders and m != request.member])
        for site in Site.objects.all()
    ]
