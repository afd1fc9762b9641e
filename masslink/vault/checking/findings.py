"""What checking finds, told in sentences: where it stands, what is the matter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

NOUNS = {
    "row": "Record",
    "act": "Line of the history",
    "past": "Image before a change",
    "chunk": "File",
    "roster": "Roster",
    "grant": "Grant",
    "holder": "Holder",
    "collective": "Collective",
}
CIRCLES = {
    "collective": "the collective's circle",
    "site": "a place's circle",
    "own": "a member's own circle",
    "shared": "a shared circle",
    "": "a circle not looked into,",
}

# What is the matter, by a label that stays; {more} is filled in where the sentence needs it.
FAULTS = {
    # seen without keys
    "damaged": "the database says of itself: {more}",
    "unknown table": "the database has a table that no ledger has: {more}",
    "belongs nowhere": "it belongs to a collective or holder that isn't here",
    "ahead": "it is newer than the collective's counter says: the counter was put back, or this was put in",
    "wrong number": "it is numbered as nothing here is: {more}",
    "wrong form": "its body has a form or size that nothing here has: cut, or put in",
    "roster gap": "rosters of this circle are missing: {more}",
    "no roster": "its circle has no roster at all",
    "unknown epoch": "it names an epoch of the circle that no roster reaches",
    "file gap": "pieces of this file are missing: {more}",
    "image astray": "it is no older than its record, or its record isn't there",
    # who may open what
    "shut grant": "it doesn't open with the keys of the holder it is for: changed, or another's",
    "void grant": "it opens, and its key counts for nothing: nobody in the circle vouches for it",
    "grant withheld": "the roster names holder {more}, and the grant by which they would open the circle isn't there",
    "grant left": "holder {more} is out of the circle, and this grant of theirs is still there",
    "other keys": "its public keys aren't those that the roster names",
    "holder withheld": "the collective's roster names it, and it isn't there",
    "holder back": "it was put out of the collective, and is there again",
    "broken chain": "it doesn't open, or nobody who stood in the one before signed it",
    "roster withheld": "the history speaks of this roster, and it isn't there",
    "other roster": "the history speaks of another roster with this number",
    # what is written
    "shut": "it doesn't open here: changed, or moved from another place",
    "shut epoch": "it is sealed under epoch {more}, whose key isn't at hand",
    "unlisted": "it lies under an older key and didn't when the newest came: who was put out may have written it",
    "list withheld": "the list of what lay under older keys when the newest one came isn't there, or doesn't open",
    "unknown content": "it opens, and is of a kind or version that this program doesn't know: {more}",
    "no record": "it opens, and isn't a record: {more}",
    "dangling": "its {more} points to a record that isn't there",
    "older": "the history says that it is at version {more}: an earlier version was put back",
    "unexplained": "no line of the history wrote it at this version",
    "withheld": "the history names it, and it isn't there",
    "revived": "the history says that it was deleted, and it is there",
    "buried": "it is deleted, and the history knows nothing of that",
    "out of order": "its place in the order of acts isn't the one at which it was written",
    "line missing": "the line before it, of act number {more}, is missing",
    "line moved": "it was written at another place of the history (act number {more})",
    "image unexplained": "no line of the history says that its record was changed then",
    "file cut": "its last piece is missing, or pieces were put behind its end",
    "file withheld": "the history names it, and nothing of it is there",
    "file unexplained": "no line of the history wrote it, or it was shredded and is there again",
}


@dataclass(frozen=True)
class Finding:
    """One thing that isn't as it should be; `kind` is the circle's, where its key is at hand."""

    fault: str
    table: str = ""
    id: str = ""
    circle: UUID | None = None
    kind: str = ""
    more: str = ""

    def __str__(self) -> str:
        said = FAULTS[self.fault].format(more=self.more)
        if not self.table:
            return f"{said[0].upper()}{said[1:]}."
        where = f" in {CIRCLES.get(self.kind, CIRCLES[''])} {self.circle}" if self.circle else ""
        id = f" {self.id}" if self.id else ""
        return f"{NOUNS[self.table]}{id}{where}: {said}."


Note = Callable[[Finding], Any]


def hexed(value: Any) -> str:
    """An id as 32 signs, from whichever database."""
    return value if isinstance(value, str) else str(value.hex)
