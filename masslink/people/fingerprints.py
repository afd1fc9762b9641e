"""Names of those who asked to be erased, as numbers of 20 bits: enough to ask, too little to tell anybody.

A fingerprint is the first 20 bits of HMAC-SHA256 over the name, under a random key that is itself a record of the
circle. Whoever holds the circle holds the key and may try names, so it must not prove anything: with 20 bits one name
in a million fits by chance, so of all the names there are some thousand fit as well, and none is shown to be meant.
A longer one would single out a name, or give a phone number away, of which there are too few: all of them are
tried in minutes. So it is the name alone: each further thing would have its own 20 bits, and together they would be
40. Shorter would ask about too many strangers. A match asks, and never decides.
"""

import hashlib
import hmac
import secrets
import unicodedata
from uuid import UUID

from masslink.people.models import Erased, ErasureKey

BITS = 20


def plain_name(name: str) -> str:
    """Small letters without accents, the words in a fixed order: as lists spell the same name in different ways."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in bare).split()
    return " ".join(sorted(words)) or bare.strip()


def mark_of(key: str, name: str) -> int:
    digest = hmac.new(key.encode(), plain_name(name).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4]) >> (32 - BITS)


def remember(circle: UUID, name: str) -> None:
    """Leave the fingerprint of a name in a circle, in the running act."""
    key = ErasureKey.objects.filter(circle=circle).first()
    if key is None:
        key = ErasureKey(circle=circle, key=secrets.token_hex(32))
        key.save()
    mark = mark_of(key.key, name)
    if not Erased.objects.filter(circle=circle, mark=mark).exists():
        Erased(circle=circle, mark=mark).save()


class Fingerprints:
    """Those of every circle at hand, for holding many names against."""

    def __init__(self) -> None:
        marks: dict[UUID, set[int]] = {}
        for circle, mark in Erased.objects.values_list("circle", "mark"):
            marks.setdefault(circle, set()).add(mark)
        keys = ErasureKey.objects.filter(circle__in=marks).values_list("circle", "key")
        self._held = [(circle, key, marks[circle]) for circle, key in keys]

    def circles(self, name: str) -> set[UUID]:
        """In which circles somebody of this name, or by chance of another, was erased."""
        return {circle for circle, key, marks in self._held if mark_of(key, name) in marks}


def asked_to_go(name: str) -> bool:
    """Whether somebody of this name, or by chance of another, was erased at a place one holds."""
    return bool(Fingerprints().circles(name))
