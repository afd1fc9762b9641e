"""What this looks like on one phone: a neutral name and icon, kept in a cookie of that phone and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from django.conf import settings
from django.utils.translation import gettext as _

LONGEST_NAME = 14
DAYS = 400  # browsers keep a cookie no longer
BETWEEN = "~"


@dataclass(frozen=True)
class Preset:
    """A name that an icon may go by, and what stands on its empty page."""

    icon: str
    name: str
    empty: str


def presets() -> list[Preset]:
    """Everyday things; the first is the look of a phone where nobody chose. Each icon is drawn in static/masslink."""
    return [
        _first(),
        Preset("calendar", _("Calendar"), _("Nothing planned.")),
        Preset("leaf", _("Garden"), _("Nothing planted yet.")),
        Preset("list", _("Lists"), _("No lists yet.")),
        Preset("pot", _("Recipes"), _("No recipes yet.")),
        Preset("book", _("Books"), _("No books yet.")),
    ]


def _first() -> Preset:
    return Preset("notes", _("Notes"), _("No notes yet."))


@dataclass(frozen=True)
class Look:
    """The name and icon that this phone shows."""

    name: str
    icon: str

    @property
    def svg(self) -> str:
        return f"masslink/icon-{self.icon}.svg"

    def png(self, size: int) -> str:
        """The picture for home screens, 180, 192 or 512 pixels wide, without rounded corners."""
        return f"masslink/icon-{self.icon}-{size}.png"

    @property
    def touch(self) -> str:
        return self.png(180)

    @property
    def empty(self) -> str:
        return next(one.empty for one in presets() if one.icon == self.icon)

    def to_cookie(self) -> str:
        return f"{self.icon}{BETWEEN}{quote(self.name, safe='')}"


def look_of(cookies: Mapping[str, str]) -> Look:
    """The look this phone's cookie tells, or the first preset where it tells none that is one."""
    known = presets() if settings.LOOK_COOKIE in cookies else [_first()]
    icon, _between, told = cookies.get(settings.LOOK_COOKIE, "").partition(BETWEEN)
    name = tidy(unquote(told))
    if name and any(one.icon == icon for one in known):
        return Look(name, icon)
    return Look(known[0].name, known[0].icon)


def tidy(name: str) -> str:
    """A name as it may be shown: one line, no signs that can't be seen; nothing when it is too long."""
    seen = " ".join("".join(sign for sign in name if sign.isprintable()).split())
    return seen if len(seen) <= LONGEST_NAME else ""
