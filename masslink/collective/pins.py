"""PINs: what one may be. Five tries keep a thief out only where nobody guesses it in five."""

import secrets
import unicodedata
from datetime import date

DIGITS = 6
LONGEST = 20

TOO_SHORT, NOT_DIGITS, TOO_LONG, REPEATS, IN_A_ROW, A_DATE = (
    "short",
    "signs",
    "long",
    "repeats",
    "row",
    "date",
)
ROWS = ("0123456789", "9876543210", "147258369", "963852741", "789456123", "321654987")
ROWS_TWICE = tuple(row * 3 for row in ROWS)


def tidy(text: str) -> str:
    """As it is compared: without spaces and hyphens, and in our digits whatever script they were typed in."""
    found = (sign for sign in text if not sign.isspace() and sign not in "-\u2010\u2011\u2012\u2013.")
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in found)


def could_be(pin: str) -> bool:
    """Whether this can be anybody's PIN at all; what can't be isn't worth one of five tries."""
    return pin.isascii() and pin.isdecimal() and DIGITS <= len(pin) <= LONGEST


def fault(pin: str) -> str:
    """What speaks against choosing this PIN (it is tidy); nothing where nothing does."""
    if not (pin.isascii() and (pin.isdecimal() or not pin)):
        return NOT_DIGITS
    if not could_be(pin):
        return TOO_SHORT if len(pin) < DIGITS else TOO_LONG
    if _repeats(pin):
        return REPEATS
    if any(pin in row for row in ROWS_TWICE):
        return IN_A_ROW
    return A_DATE if _is_date(pin) else ""


def _repeats(pin: str) -> bool:
    """000000, 121212, 123123, 112233, 111222, 123321: few digits, or one part said again."""
    parts = range(1, len(pin) // 2 + 1)
    again = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in parts)
    doubled = len(pin) % 2 == 0 and all(a == b for a, b in zip(pin[::2], pin[1::2], strict=True))
    return again or doubled or len(set(pin)) < 3 or pin == pin[::-1]


def _is_date(pin: str) -> bool:
    """A day as people write it, with the year in two digits or four: the first thing to try is a birthday."""
    if len(pin) == 8:
        orders = [(pin[4:], pin[2:4], pin[:2]), (pin[4:], pin[:2], pin[2:4]), (pin[:4], pin[4:6], pin[6:])]
        return any(1900 <= int(y) < 2100 and _is_day(int(y), int(m), int(d)) for y, m, d in orders)
    if len(pin) != 6:
        return False
    a, b, c = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    return any(_is_day(2000 + y, m, d) for y, m, d in ((c, b, a), (c, a, b), (a, b, c)))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def by_chance() -> str:
    """One that nobody guesses."""
    while True:
        pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if not fault(pin):
            return pin
