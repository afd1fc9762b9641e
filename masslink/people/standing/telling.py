"""Sentences about where people stand that several pages need."""

from django.utils.translation import gettext as _

from masslink.people.standing import acts
from masslink.people.standing.agreement import ALIKE, APART, MOSTLY, UNIFORM, Agreement


def why_not(why: Exception) -> str:
    """What happened, where a view wasn't written, and what to do."""
    reason = why.args[0] if isinstance(why, acts.CantSay) else ""
    return {
        acts.NOT_THERE: _(
            "Not saved: they aren't in our lists any more, or their entry was joined with another."
        ),
        acts.ELSEWHERE: _("Not saved: they are at another place by now, where other questions are asked."),
        acts.SILENT: _("Not saved: they asked not to be contacted, and are off this list."),
        acts.ONE_OF_US: _("Not saved: they are one of us now. Ask them yourself."),
        acts.LEFT: _("Not saved: they have left this place."),
        acts.CLOSED: _("Not saved: this question is closed. It can be opened again."),
        acts.NO_SUCH_VALUE: _("Not saved: choose one of the steps, 1 to 5, or 0."),
        acts.NOT_TALKED: _("Not saved: note first on which day you talked."),
        acts.NOT_OPEN: _("Not saved: this is settled by now."),
    }.get(reason) or _(
        "Not saved: you said something else in another window meanwhile. Look again, then choose."
    )


def why_nothing(reason: str) -> str:
    """Why nothing is asked about somebody, on a page where nothing was to be saved."""
    return {
        acts.SILENT: _("They asked not to be contacted, and are off this list."),
        acts.ONE_OF_US: _("They are one of us now. Ask them yourself."),
        acts.LEFT: _("They have left this place."),
    }.get(reason) or _("No question is open here.")


def how_alike(found: Agreement) -> str:
    """How well members agree at a place, in words."""
    return {
        ALIKE: _("Whoever of us looks, people are mostly seen alike."),
        MOSTLY: _("We see many people alike and some differently: plan with some room."),
        APART: _("We see people differently: talk before planning on these numbers."),
        UNIFORM: _(
            "Everybody whom two of us have seen was seen the same way; that says little about agreement."
        ),
    }.get(found.verdict) or _("Too few people have been seen by two of us to say whether we see them alike.")
