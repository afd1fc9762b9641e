"""Which encoding a text file is in: marks first, then UTF-8, then the most plausible old code page."""

import codecs
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

_MARKS = [
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
]  # fmt: skip
# The letters that names and words of these languages really use, by code page, the likelier page first.
_PAGES = {
    "windows-1252": "äöüßÄÖÜéèêëàâçîïôûùœÉÈÀÇñÑáíóúÁÍÓÚ¡¿åøæÅØÆãõ’‘“”–€ìòý",
    "windows-1254": "çğıöşüÇĞİÖŞÜâîû’",
    "windows-1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻčšžřěůýáíéúďťňČŠŽŘőűöüäß’",
    "mac-roman": "äöüßÄÖÜéèêëàâçîïôûùœÉÈÀÇñÑáíóúåøæÅØÆãõ’‘“”–",
    "cp850": "äöüßÄÖÜéèêëàâçîïôûñÑáíóú",
    "windows-1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯіїєґ",
}


@dataclass(frozen=True)
class Decoded:
    """The text, its encoding, and how many characters could not be read."""

    text: str
    encoding: str
    unreadable: int


def decode(data: bytes) -> Decoded:
    """Text of any bytes; never raises."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _forced(data[len(mark) :], encoding)
    if wide := _wide(data):
        return _forced(data, wide)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError:
        return _nearly_utf8(data) or _forced(data, _plausible(data))


def _forced(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    return Decoded(text, encoding, text.count("\ufffd"))


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: every second byte of western text is zero."""
    head = data[:4000]
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * pairs and odd < 0.1 * pairs else ""


def _nearly_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken places is still UTF-8: old code pages hardly ever form its sequences."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(1 for sign in text if sign > "\x7f") - broken
    return Decoded(text, "utf-8", broken) if good > 20 * broken else None


def _plausible(data: bytes) -> str:
    """The page under which the bytes above 127 read most like letters inside words."""
    pairs = Counter(pairwise(data[:2_000_000]))
    high = {pair: count for pair, count in pairs.items() if pair[1] > 127}
    if data[:1] > b"\x7f":
        high[(32, data[0])] = 1
    return max(_PAGES, key=lambda page: sum(count * _worth(page, *pair) for pair, count in high.items()))


def _worth(page: str, before: int, byte: int) -> float:
    """How well a byte reads after the one before it: a likely letter, another, a sign, a broken word."""
    sign = bytes([byte]).decode(page, "replace")
    left = bytes([before]).decode(page, "replace")
    if sign == "\ufffd":
        return -8
    if unicodedata.category(sign)[0] in "SC" and left.isalpha():
        return -2
    if left.islower() and sign.isupper():
        return -1
    return 1 if sign in _PAGES[page] else (0.2 if sign.isalpha() else -0.5)
