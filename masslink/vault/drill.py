"""A seizure rehearsed: all that can be read of a ledger by somebody who has no key.

What is counted here is what docs/threat-model.md says is visible; what is looked for shouldn't be found.
"""

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db import connections

from masslink.vault.models import Chunk, Collective, Grant, Holder, Roster, Row

AT_LEAST = 8  # letters of a text worth showing
WORD = 4  # letters of a word worth looking for: shorter ones are found anywhere by chance
TEXT = re.compile(rb"[\x20-\x7e]{%d,}" % AT_LEAST)
AT_ONCE = 1 << 20


@dataclass
class Seen:
    """What a collective's part of the ledger shows to everybody."""

    collective: UUID
    acts: int
    logins: list[str]
    holders: dict[str, int]
    grants: list[int]  # how many keys each member has, sorted: which keys they are can't be seen
    circles: list["SeenCircle"] = field(default_factory=list)
    files: int = 0


@dataclass
class SeenCircle:
    """A circle as a thief sees it: no name, no kind; how many rows of which size, how often its key changed."""

    rows: int
    sizes: dict[int, int]
    rosters: int
    epoch: int


def survey(only: UUID | None = None) -> list[Seen]:
    """What is visible of each collective, or of one, as the ledger stands now."""
    found = Collective.objects.filter(pk=only) if only else Collective.objects.order_by("pk")
    return [_seen(collective) for collective in found]


def _seen(collective: Collective) -> Seen:
    holders = Holder.objects.filter(collective=collective)
    members = holders.filter(kind=Holder.Kind.MEMBER)
    per_holder = Counter(Grant.objects.filter(holder__in=members).values_list("holder_id", flat=True))
    return Seen(
        collective.pk,
        collective.seq,
        sorted(login for login in members.values_list("login", flat=True) if login),
        dict(Counter(str(kind) for kind in holders.values_list("kind", flat=True))),
        sorted(per_holder.values(), reverse=True),
        _circles(collective),
        Chunk.objects.filter(collective=collective).values("id").distinct().count(),
    )


def _circles(collective: Collective) -> list[SeenCircle]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"SELECT circle, LENGTH(body), COUNT(*) FROM {Row._meta.db_table} "
            "WHERE collective_id = %s GROUP BY circle, LENGTH(body)",
            [collective.pk.hex],
        )
        sizes: dict[str, dict[int, int]] = {}
        for circle, size, count in cursor.fetchall():
            sizes.setdefault(UUID(str(circle)).hex, {})[size] = count
    rosters: dict[str, list[int]] = {}
    for circle, epoch in Roster.objects.filter(collective=collective).values_list("circle", "epoch"):
        rosters.setdefault(circle.hex, []).append(epoch)
    seen = [
        SeenCircle(
            sum(sizes.get(c, {}).values()), dict(sorted(sizes.get(c, {}).items())), len(epochs), max(epochs)
        )
        for c, epochs in rosters.items()
    ]
    return sorted(seen, key=lambda circle: -circle.rows)


# --- looking for words ---------------------------------------------------------------------------


def _sure(text: bytes) -> bytes:
    """What of a word's base64 stands there whatever comes after it."""
    bare = text.rstrip(b"=")
    return bare[: max(WORD, len(bare) - 2)]


def forms_of(word: str) -> dict[str, list[bytes]]:
    """How a word would stand in a file that isn't sealed: plainly, in UTF-16, base64 or hex."""
    plain = word.encode()
    shifted = [base64.b64encode(b"\0" * n + plain)[(4 if n else 0) :] for n in range(3)]
    return {
        "UTF-8": [plain, word.lower().encode(), word.upper().encode()],
        "UTF-16": [word.encode("utf-16-le"), word.encode("utf-16-be")],
        "base64": [form for form in map(_sure, shifted) if len(form) >= WORD],
        "hex": [plain.hex().encode(), plain.hex().upper().encode()],
    }


def look_for(words: Iterable[str], pieces: Iterable[bytes]) -> dict[str, set[str]]:
    """Each word with the forms in which it stands in these bytes; the pieces may cut it anywhere."""
    sought = {word: forms_of(word) for word in words}
    longest = max((len(f) for forms in sought.values() for some in forms.values() for f in some), default=1)
    found: dict[str, set[str]] = {word: set() for word in sought}
    rest = b""
    for piece in pieces:
        window = rest + piece
        for word, forms in sought.items():
            found[word] |= {name for name, some in forms.items() if any(form in window for form in some)}
        rest = window[-longest:]
    return found


def texts(pieces: Iterable[bytes]) -> Counter[str]:
    """Everything in these bytes that looks like text, and how often it stands there."""
    found: Counter[str] = Counter()
    for piece in pieces:
        found.update(match.group().decode() for match in TEXT.finditer(piece))
    return found


def bytes_of(files: Iterable[Path]) -> Iterator[bytes]:
    """The files' bytes, a piece at a time."""
    for path in files:
        with path.open("rb") as file:
            while piece := file.read(AT_ONCE):
                yield piece


def sealed_bytes(collective: UUID) -> Iterator[bytes]:
    """Every body of a collective as it is stored, whatever the ledger runs on."""
    for table in ("row", "act", "past", "roster", "grant", "copy", "chunk"):
        with connections["default"].chunked_cursor() as cursor:
            cursor.execute(f"SELECT body FROM vault_{table} WHERE collective_id = %s", [collective.hex])
            while rows := cursor.fetchmany(500):
                yield b"\n".join(bytes(body) for (body,) in rows)
