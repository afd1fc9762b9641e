"""Where a new item comes on an agenda, and the numbers that keep the order. Plain calculations."""

from collections.abc import Sequence

STEP = 1_000
CLOSING = ("welfare", "next")  # what ends a meeting


def position(parts: Sequence[str], belongs: str) -> int:
    """Before which item of these parts a matter comes: at the end of its own part, or before the meeting closes."""
    if belongs and belongs in parts:
        at = list(parts).index(belongs) + 1
        while at < len(parts) and not parts[at]:
            at += 1
        return at
    at = len(parts)
    last = max((i for i, part in enumerate(parts) if part), default=None)
    if last is not None and parts[last] in CLOSING:
        at = last
        while at and parts[at - 1] in CLOSING:
            at -= 1
    return at


def spread(places: Sequence[int | None]) -> list[int]:
    """Numbers for those without one, between their neighbours'; where there is no room, all are numbered anew."""
    found = list(places)
    at = 0
    while at < len(found):
        if found[at] is not None:
            at += 1
            continue
        end = next((i for i in range(at, len(found)) if found[i] is not None), len(found))
        missing = end - at
        before = found[at - 1] if at else None
        after = found[end] if end < len(found) else None
        low = before if before is not None else (after or 0) - STEP * (missing + 1)
        high = after if after is not None else low + STEP * (missing + 1)
        if high - low <= missing:
            return [STEP * (i + 1) for i in range(len(found))]
        for i in range(missing):
            found[at + i] = low + (high - low) * (i + 1) // (missing + 1)
        at = end
    return [place for place in found if place is not None]
