"""Passphrases and login names: generated from a well-known word list, never chosen."""

import secrets
from functools import cache
from importlib import resources

PASSPHRASE_WORDS = 6  # of 7,776: 77 bits


@cache
def word_list() -> tuple[str, ...]:
    """The EFF's long list as the xkcdpass package ships it."""
    text = resources.files("xkcdpass").joinpath("static/eff-long").read_text("utf-8")
    return tuple(word for word in text.split() if word.isalpha())


def passphrase() -> str:
    """Six random words, in lower case, with single spaces."""
    return " ".join(secrets.choice(word_list()) for _ in range(PASSPHRASE_WORDS))


def login_name() -> str:
    """A meaningless name to log in with, such as `quilt-harbor-47`."""
    return f"{secrets.choice(word_list())}-{secrets.choice(word_list())}-{secrets.randbelow(90) + 10}"


def code(groups: int = 3) -> str:
    """A one-time code, 20 bits in each group, without letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(groups))
