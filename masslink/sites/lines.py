"""Texts typed one thing a line: names of units, of shifts, of people. Free of Django."""

import unicodedata

KEPT = "\n\t"
# Signs that turn the reading direction of what follows: a name with them shows another order than it has.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def read_lines(text: str) -> list[str]:
    """The lines that hold something, each with single spaces."""
    lines = (" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return [line for line in lines if line]


def is_odd(sign: str) -> bool:
    """Nobody types these; they come along with copied text, and can't be seen."""
    return sign in TURNING or (sign not in KEPT and unicodedata.category(sign) in ("Cc", "Cs"))


def without_odd(text: str) -> str:
    return "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if not is_odd(sign))


def key(name: str) -> str:
    """Two names with the same key are the same name: letter case and spacing don't count."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def once_each(names: list[str]) -> list[str]:
    """Each name once, in the order of its first line."""
    return list({key(name): name for name in reversed(names)}.values())[::-1]
