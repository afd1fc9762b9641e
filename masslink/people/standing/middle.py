"""The middle of several members' views of one person: plain calculation, free of Django.

Views are steps, not amounts: the middle is one that somebody said, never an average. Of an even number the one further
from us counts. Plans rest on these numbers: better that somebody unexpected comes than that somebody counted on is
missing. "Not yet known" (0) is no view; it counts only where nobody has another.
"""

from collections.abc import Iterable


def middle(values: Iterable[int]) -> int | None:
    """What several views come to; None where there is none."""
    everything = list(values)
    views = sorted(value for value in everything if value)
    if views:
        return views[len(views) // 2]
    return 0 if everything else None


def lie_apart(values: Iterable[int], by: int) -> bool:
    """Whether two of these views differ by that much; "not yet known" differs from nothing."""
    views = [value for value in values if value]
    return bool(views) and max(views) - min(views) >= by
