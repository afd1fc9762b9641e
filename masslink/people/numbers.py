"""Numbers in sentences: small ones in words, as one would say them."""

from django.utils.translation import gettext as _

MOST = 12


def in_words(number: int) -> str:
    """`eleven`; from thirteen on, digits."""
    words = [
        *(_("nobody"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six")),
        *(_("seven"), _("eight"), _("nine"), _("ten"), _("eleven"), _("twelve")),
    ]
    return words[number] if 0 <= number <= MOST else str(number)


def times(number: int) -> str:
    """`once`, `three times`."""
    if number == 1:
        return _("once")
    if number == 2:
        return _("twice")
    return _("%(number)s times") % {"number": in_words(number)}


def begun(text: str) -> str:
    """With a capital, as a sentence begins."""
    return text[:1].upper() + text[1:]
