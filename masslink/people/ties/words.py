"""How ties are said: what a form asks, what stands beside a name, whom to ask for an introduction."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from masslink.people.ties.models import Tie
from masslink.sites.models import Site

# As the form has it, seen from the person whose page it is; the last two are one kind of tie, from either end.
BESIDE, FRIEND, FAMILY = (str(kind) for kind in (Tie.Kind.BESIDE, Tie.Kind.FRIEND, Tie.Kind.FAMILY))
LISTENED_TO, LISTENS = "listened_to", "listens"
HOW = (BESIDE, FRIEND, FAMILY, LISTENED_TO, LISTENS)


def seen_from(kind: str, *, first: bool) -> str:
    """How the one end knows the other. `first`: the end that `Tie.person` names."""
    if kind != Tie.Kind.INFLUENCES:
        return kind
    return LISTENED_TO if first else LISTENS


def back(how: str) -> str:
    """The same, seen from the other end."""
    return {LISTENED_TO: LISTENS, LISTENS: LISTENED_TO}.get(how, how)


def choices(name: str, site: Site) -> list[tuple[str, str]]:
    """What the form offers."""
    beside = _("They work beside each other") if site.is_workplace else _("They live beside each other")
    return [
        (BESIDE, beside),
        (FRIEND, _("Friends")),
        (FAMILY, _("Family")),
        (LISTENED_TO, _("They listen to %(name)s") % {"name": name}),
        (LISTENS, _("%(name)s listens to them") % {"name": name}),
    ]


def how_they_know(how: str, *, works: bool) -> str:
    """Beside the name of whom somebody knows: `friend`, `works beside them`."""
    return {
        BESIDE: _("beside them at work") if works else _("next door"),
        FRIEND: _("friend"),
        FAMILY: _("family"),
        LISTENED_TO: _("listens to them"),
        LISTENS: _("they listen to"),
    }[how]


def knows(how: str, name: str, *, works: bool) -> str:
    """`works beside Tunde`, `is a friend of Tunde`: what is said of somebody on the way to somebody else."""
    text = {
        BESIDE: _("works beside %(name)s") if works else _("lives beside %(name)s"),
        FRIEND: _("is a friend of %(name)s"),
        FAMILY: _("is family of %(name)s"),
        LISTENED_TO: _("is listened to by %(name)s"),
        LISTENS: _("listens to %(name)s"),
    }[how]
    return text % {"name": name}


def ask(name: str, standing: str, steps: Sequence[tuple[str, str]], *, works: bool) -> str:
    """`Ask Marisol (meets with us), who works beside Tunde.` The steps: how, and whom."""
    said = ""
    for how, whom in reversed(steps):
        one = knows(how, whom, works=works)
        said = _("%(one)s, who %(further)s") % {"one": one, "further": said} if said else one
    text = _("Ask %(name)s (%(standing)s), who %(knows)s.")
    return text % {"name": name, "standing": standing, "knows": said.removesuffix(".")}
