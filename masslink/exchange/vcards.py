"""vCards 2.1, 3.0 and 4.0 to the rows of a table: one card, one row.

Address books write this format with much freedom, so this reads with much freedom: a card that isn't closed
counts, a property nobody here has a use for is named and left.
"""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

HEADERS = [
    "Name", "Given name", "Middle name", "Family name", "Nickname", "Phone", "Email", "Organization",
    "Department",
    "Job title", "Groups", "Note", "Birthday", "Address", "Languages", "UID",
]  # fmt: skip
SEVERAL = " ::: "
_PLACES = {
    "FN": "Name", "NICKNAME": "Nickname", "TEL": "Phone", "EMAIL": "Email", "TITLE": "Job title",
    "CATEGORIES": "Groups", "NOTE": "Note", "BDAY": "Birthday", "LANG": "Languages", "UID": "UID",
}  # fmt: skip
_SILENT = {"BEGIN", "END", "VERSION", "PRODID", "REV", "N", "ORG", "ADR"}
_BEGIN = re.compile(r"\s*begin\s*:\s*vcard\s*$", re.IGNORECASE)
_PROPERTY = re.compile(r"\s*(?:[\w-]+\.)?([\w-]+)((?:;(?:\"[^\"]*\"|[^\":;])*)*):(.*)$", re.DOTALL)


@dataclass
class Cards:
    """The cards of a file as rows under HEADERS, and the properties that were left."""

    rows: list[list[str]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Property:
    name: str
    types: frozenset[str]
    value: str


def looks_like_cards(text: str) -> bool:
    """Whether the first line that isn't blank opens a vCard."""
    first = next((line for line in text[:2000].splitlines() if line.strip("\ufeff \t")), "")
    return bool(_BEGIN.match(first.strip("\ufeff")))


def read_cards(text: str, raw: bool = False) -> Cards:
    """Read all cards of `text`; `raw` says that each character stands for one undecoded byte."""
    cards = Cards()
    card: list[_Property] | None = None
    for line in _unfolded(text):
        if _BEGIN.match(line):
            _close(cards, card)
            card = []
        elif re.match(r"\s*end\s*:\s*vcard\s*$", line, re.IGNORECASE):
            _close(cards, card)
            card = None
        elif card is not None and (found := _property(line, raw)):
            card.append(found)
    _close(cards, card)
    return cards


def _unfolded(text: str) -> Iterator[str]:
    """Logical lines: continuation lines joined, the soft breaks of quoted-printable too."""
    parts: list[str] = []
    soft = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if soft:
            parts[-1] = parts[-1][:-1]
            parts.append(line)
        elif line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
        else:
            yield "".join(parts)
            parts = [line]
        soft = line.endswith("=") and "QUOTED-PRINTABLE" in parts[0][:300].upper()
    yield "".join(parts)


def _property(line: str, raw: bool) -> _Property | None:
    found = _PROPERTY.match(line)
    if not found:
        return None
    name, tail, value = found.groups()
    parameters = [part.strip() for part in tail.split(";") if part.strip()]
    flat = " ".join(parameters).upper()
    charset = next((part.partition("=")[2] for part in parameters if part.upper().startswith("CHARSET=")), "")
    if "QUOTED-PRINTABLE" in flat:
        value = _decoded(quopri.decodestring(value.encode("latin-1" if raw else "utf-8", "replace")), charset)
    elif raw:
        value = _decoded(value.encode("latin-1", "replace"), charset)
    words = frozenset(re.split(r"[^A-Z0-9]+", flat.replace("TYPE=", " ")))
    return _Property(name.upper(), words, value)


def _decoded(value: bytes, charset: str) -> str:
    for name in (charset.strip('"') or "utf-8", "utf-8", "windows-1252"):
        try:
            return value.decode(name)
        except (LookupError, ValueError):
            continue
    return value.decode("latin-1")


def _close(cards: Cards, card: list[_Property] | None) -> None:
    if card:
        cards.rows.append(_row(card))
        cards.unread |= {item.name for item in card if item.name not in _SILENT and item.name not in _PLACES}


def _row(card: list[_Property]) -> list[str]:
    found: dict[str, list[str]] = {header: [] for header in HEADERS}
    for item in sorted(card, key=_preference):
        if item.name in _PLACES:
            found[_PLACES[item.name]].append(_whole(item))
        elif item.name == "N":
            for header, part in zip(
                ("Family name", "Given name", "Middle name"), _parts(item.value), strict=False
            ):
                found[header].append(part)
        elif item.name == "ORG":
            for header, part in zip(("Organization", "Department"), _parts(item.value), strict=False):
                found[header].append(part)
        elif item.name == "ADR":
            found["Address"].append(", ".join(part for part in _parts(item.value) if part))
    return [SEVERAL.join(dict.fromkeys(part for part in found[header] if part)) for header in HEADERS]


def _preference(item: _Property) -> int:
    """Preferred numbers first, mobile ones next, those of the employer last; otherwise the card's order."""
    if item.types & {"PREF"}:
        return 0
    if item.types & {"CELL", "MOBILE"}:
        return 1
    return 3 if item.types & {"WORK", "FAX", "PAGER"} else 2


def _whole(item: _Property) -> str:
    value = _plain(item.value)
    if item.name in ("TEL", "EMAIL"):
        value = re.sub(r"^(tel|mailto):", "", value, flags=re.IGNORECASE).partition(";ext=")[0]
    return value.removeprefix("urn:uuid:") if item.name == "UID" else value


def _parts(value: str) -> list[str]:
    return [_plain(part) for part in re.split(r"(?<!\\);", value)]


def _plain(value: str) -> str:
    unescaped = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value, flags=re.DOTALL)
    return unescaped.strip()
