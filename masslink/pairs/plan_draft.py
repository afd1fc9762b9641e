"""A plan that somebody works on, between what is stored (ids in JSON) and what the planner takes and gives.

What is stored was written by a program and may have been by another one: what doesn't fit is left out, nobody's page
breaks on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from masslink.pairs.planner import Choices, Proposal, Proposed, Said

KEEP, PUT, APART, NEVER = "keep", "put", "apart", "never"


@dataclass(frozen=True)
class Choice:
    """Something somebody fixed: keep two at works, put one at a work, not these two, not one at a place."""

    kind: str
    members: tuple[str, ...]
    works: tuple[str, ...] = ()
    place: str = ""


_NEEDS = {KEEP: (2, True, False), PUT: (1, True, False), APART: (2, False, False), NEVER: (1, False, True)}


def read_choices(stored: Any) -> list[Choice]:
    return [choice for one in stored if (choice := _read_choice(one))] if isinstance(stored, list) else []


def _read_choice(stored: Any) -> Choice | None:
    if not isinstance(stored, dict) or stored.get("kind") not in _NEEDS:
        return None
    choice = Choice(
        stored["kind"], _texts(stored.get("members")), _texts(stored.get("works")), _text(stored.get("place"))
    )
    members, works, place = _NEEDS[choice.kind]
    fits = len(choice.members) == members and bool(choice.works) == works and bool(choice.place) == place
    return choice if fits else None


def store_choices(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    return [asdict(choice) for choice in choices]


def choices_of(choices: Iterable[Choice]) -> Choices:
    """The same, as the planner takes them."""
    choices = list(choices)
    return Choices(
        keep=frozenset((*_two(c), work) for c in choices if c.kind == KEEP for work in c.works),
        put=frozenset((c.members[0], work) for c in choices if c.kind == PUT for work in c.works),
        apart=frozenset(_two(c) for c in choices if c.kind == APART),
        never=frozenset((c.members[0], c.place) for c in choices if c.kind == NEVER),
    )


def _two(choice: Choice) -> tuple[str, str]:
    one, other = sorted(choice.members)
    return one, other


# --- what was found ------------------------------------------------------------------------------

Brief = tuple[str, str, str, tuple[str, ...]]  # one, other, place, works


@dataclass(frozen=True)
class Draft:
    """A proposal as it was stored, and the one before it."""

    pairs: tuple[Proposed, ...] = ()
    unmet: tuple[Said, ...] = ()
    clashes: tuple[Said, ...] = ()
    proven: bool = False
    gap: float = 0.0
    long: bool = False  # it was given all the time there is
    digest: str = ""
    at: datetime | None = None
    before: tuple[Brief, ...] = field(default=())


def store(
    proposal: Proposal, *, digest: str, at: datetime, long: bool, before: Iterable[Proposed]
) -> dict[str, Any]:
    return {
        "pairs": [asdict(pair) for pair in proposal.pairs],
        "unmet": [asdict(said) for said in proposal.unmet],
        "clashes": [asdict(said) for said in proposal.clashes],
        "proven": proposal.proven,
        "gap": proposal.gap,
        "long": long,
        "digest": digest,
        "at": at.isoformat(),
        "before": [brief(pair) for pair in before],
    }


def brief(pair: Proposed) -> Brief:
    one, other = sorted((pair.one, pair.other))
    return one, other, pair.place, tuple(sorted(pair.works))


def read(stored: Any) -> Draft:
    if not isinstance(stored, Mapping):
        return Draft()
    gap = stored.get("gap")
    return Draft(
        pairs=tuple(pair for one in _list(stored.get("pairs")) if (pair := _read_pair(one))),
        unmet=tuple(_read_said(stored.get("unmet"))),
        clashes=tuple(_read_said(stored.get("clashes"))),
        proven=stored.get("proven") is True,
        gap=gap if isinstance(gap, float) and 0 <= gap <= 1 else 0.0,
        long=stored.get("long") is True,
        digest=_text(stored.get("digest")),
        at=_moment(stored.get("at")),
        before=tuple(_brief(one) for one in _list(stored.get("before")) if _is_brief(one)),
    )


def _read_pair(stored: Any) -> Proposed | None:
    if not isinstance(stored, dict):
        return None
    one, other, place = (_text(stored.get(name)) for name in ("one", "other", "place"))
    works = _texts(stored.get("works"))
    if not (one and other and place and works):
        return None
    return Proposed(one, other, place, works, tuple(_read_said(stored.get("why"))))


def _read_said(stored: Any) -> list[Said]:
    return [
        Said(one["code"], one["about"])
        for one in _list(stored)
        if isinstance(one, dict) and isinstance(one.get("code"), str) and isinstance(one.get("about"), dict)
    ]


def _is_brief(stored: Any) -> bool:
    return isinstance(stored, list) and len(stored) == 4 and isinstance(stored[3], list)


def _brief(stored: Any) -> Brief:
    one, other, place, works = stored
    return _text(one), _text(other), _text(place), _texts(works)


def _list(stored: Any) -> list[Any]:
    return stored if isinstance(stored, list | tuple) else []  # type: ignore[return-value]


def _texts(stored: Any) -> tuple[str, ...]:
    return tuple(one for one in _list(stored) if isinstance(one, str))


def _text(stored: Any) -> str:
    return stored if isinstance(stored, str) else ""


def _moment(stored: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(_text(stored))
    except ValueError:
        return None
    return found if found.tzinfo else None
