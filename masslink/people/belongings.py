"""What hangs on a person: every kind of record that points at one says, beside its model, what becomes of it.

A model declares `belongs`: for each of its fields that names a person, a `Belongs`. Merging, moving, erasing,
becoming a member and the whole file walk these, from whichever room they come; a test holds that none is forgotten.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from masslink.vault.record import Record, kinds

if TYPE_CHECKING:
    from masslink.collective.models import Member
    from masslink.people.models import Person

ALONG = "along"  # it goes with the person
STAYS = "stays"  # it stays as it is
GONE = "gone"  # it is deleted


@dataclass(frozen=True)
class Line:
    """One line of a person's whole file: when, what, and words of theirs or ours."""

    text: str
    on: date | None = None
    said: str = ""
    note: str = ""


@dataclass(frozen=True)
class Move:
    """A person on the way to another place: `person` stands there already, with unit and shift of there."""

    person: "Person"
    members: frozenset[UUID]  # ids of those who hold the new place
    by: "Member"
    at: datetime
    on: date


def _no_doubles(going: Any, staying: Any) -> bool:
    return False


def _nothing(record: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Belongs:
    """What becomes of the records of one kind that point at a person through one field.

    `label` and `lines` tell them in the person's whole file; `lines` gets the person's records as a queryset.
    `merged`: the person turns out to be another one. ALONG: the record points at that one from then on, unless
    `double(going, staying)` says of one of theirs that it is the same; then it is deleted. Or GONE, or STAYS.
    `moved`: the person goes to another place. ALONG: re-sealed in that circle, after `adapt(record, move)` has
    taken out what points into the old place. GONE: deleted. STAYS: in the old circle, adapted as well; only for what
    isn't a constrained foreign key.
    `left(record, move)`: of what goes ALONG, whether this one can't, because it is about the old place; it is deleted.
    `erased`: GONE, with every image of it. Or STAYS.
    `let_go(records)` is called before one is erased or left, for sums kept elsewhere.
    `ends(record, at)`: they ask not to be contacted at all. It ends the record and says whether there was anything.
    `member`: GONE is shredded before a contact becomes a member; STAYS is what they may then read.
    `of(person)`: how the records are found, where they don't point at the person by their id.
    `also`, `called`: ids and names under which this person was known before, if the record knows such.
    """

    label: Any
    lines: Callable[[QuerySet[Any]], Iterable[Line]]
    merged: str = ALONG
    double: Callable[[Any, Any], bool] = _no_doubles
    moved: str = ALONG
    adapt: Callable[[Any, Move], None] | None = None
    left: Callable[[Any, Move], bool] | None = None
    erased: str = GONE
    let_go: Callable[[list[Any]], None] | None = None
    member: str = STAYS
    ends: Callable[[Any, datetime], bool] | None = None
    of: "Callable[[Person], QuerySet[Any]] | None" = None
    also: Callable[[Any], Iterable[UUID]] = _nothing
    called: Callable[[Any], Iterable[str]] = _nothing


@dataclass(frozen=True)
class Part:
    """One kind of record that may hang on persons, by one field."""

    model: type[Record]
    field: str
    belongs: Belongs

    @property
    def column(self) -> str:
        """How the field is called in a payload and on an instance: `person_id` for a foreign key."""
        return str(self.model._meta.get_field(self.field).attname)  # type: ignore[union-attr]

    def of(self, person: "Person") -> QuerySet[Any]:
        """The records of this kind that hang on a person."""
        if self.belongs.of:
            return self.belongs.of(person)
        return self.model._default_manager.filter(**{self.field: person.pk})

    def point(self, record: Record, person: "Person") -> None:
        """Let a record hang on somebody else; whoever calls saves it."""
        setattr(record, self.column, person.pk)


@cache
def parts() -> tuple[Part, ...]:
    """Every kind of record that says that it belongs to persons."""
    return tuple(
        Part(model, field, belongs)
        for model in kinds().values()
        for field, belongs in getattr(model, "belongs", {}).items()
    )


def undeclared(person: type[Record], models: Iterable[type[Record]]) -> Iterator[str]:
    """Foreign keys to persons of which nobody said what becomes of them."""
    for model in models:
        for field in model._meta.concrete_fields:
            if field.related_model is person and field.name not in getattr(model, "belongs", {}):
                yield f"{model.__name__}.{field.name}"


def hanging_on(person: "Person") -> Iterator[tuple[Part, list[Any]]]:
    """Everything that hangs on a person, kind by kind."""
    for part in parts():
        if found := list(part.of(person)):
            yield part, found
