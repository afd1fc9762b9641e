"""The words pages use for deeds, rungs and freshness."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

DEEDS = {
    "talked": _("talked"),
    "short": _("only short"),
    "tried": _("not reached"),
    "idea": _("raised an idea"),
    "came": _("came"),
    "signed": _("signed"),
    "spoke_up": _("spoke up"),
    "defended": _("defended a co-worker"),
    "acted": _("acted with others"),
    "brought": _("brought someone"),
    "took_on": _("took something on and did it"),
    "presented": _("presented"),
    "led": _("led an action"),
    "declined": _("declined"),
    "stood_with_management": _("stood with management against a co-worker"),
}

RUNGS = [
    _("listed"),
    _("talking"),
    _("sustained"),
    _("meets with us"),
    _("stands with us"),
    _("carries it with us"),
]

FRESHNESS = {
    "none": _("no rhythm"),
    "fresh": _("fresh"),
    "due": _("due"),
    "cooling": _("cooling"),
    "out_of_touch": _("out of touch"),
}


def rhythm_text(days: int) -> str:
    """How often, in words."""
    words = {
        7: gettext("every week"),
        14: gettext("every two weeks"),
        28: gettext("every four weeks"),
        30: gettext("every month"),
    }
    return words.get(days) or gettext("every %(days)d days") % {"days": days}


def for_long(days: int) -> str:
    """How long, in words."""
    words = {548: gettext("18 months"), 365: gettext("a year"), 270: gettext("9 months")}
    return words.get(days) or ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
