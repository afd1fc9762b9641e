"""The demo's warehouse, seat by seat: whom members wrote down when they sat over the chart, and whom they met since.

Most are names only; a few talks follow. The dock stays dark in the evening and at night, so that it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.people import acts
from masslink.people.models import Person
from masslink.sites.demo import WAREHOUSE
from masslink.vault.act import act


class Seats(NamedTuple):
    """Names that a member wrote down on one day, by unit and shift."""

    days_ago: int
    member: str
    unit: str
    shift: str
    names: str


class Talks(NamedTuple):
    """Whom a member talked with on one day; nothing was written about what was said."""

    days_ago: int
    member: str
    names: str


# fmt: off
SEATS = (
    Seats(46, "Dee", "Packing", "Day", "Alma B., Bogdan C., Winnie T., Ousmane D., Greta H., Kev"),
    Seats(46, "Ana", "Packing", "Evening", "Senait M., Tomek L., Rahima A., Duc V., Ilona P."),
    Seats(45, "Joris", "Packing", "Night", "Ngozi E., Vasile M., Halima S., Old Kurt, Jin L., Dario, Ewa K., Big Sam"),
    Seats(45, "Ben", "Picking", "Day", "Marlene O., Tshepo N., Anh T."),
    Seats(44, "Ana", "Picking", "Evening", "Chloe D., Idris B., Pavel N., the one with the yellow cart"),
    Seats(44, "Joris", "Picking", "Night", "Leila M., Bartek S., Moses A."),
    Seats(43, "Ben", "Dock", "Day", "Tony W., Emre C., Luis A."),
    Seats(43, "Dee", "Returns", "Day", "Agata R., Fiona M., Nadir H., Yolanda S."),
    Seats(42, "Ana", "Returns", "Evening", "Beata W., Rashid O."),
)
TALKS = (
    Talks(40, "Dee", "Alma B., Winnie T., Agata R., Fiona M."),
    Talks(39, "Ana", "Senait M., Rahima A., Chloe D., Idris B."),
    Talks(38, "Joris", "Ngozi E., Halima S., Leila M."),
    Talks(37, "Ben", "Tshepo N., Emre C."),
    Talks(22, "Ana", "Senait M., Idris B."),
    Talks(21, "Joris", "Ngozi E., Vasile M., Leila M."),
    Talks(18, "Dee", "Winnie T., Ousmane D."),
    Talks(8, "Ben", "Tshepo N., Luis A., Marlene O."),
    Talks(7, "Dee", "Winnie T."),
    Talks(6, "Joris", "Ngozi E., Leila M."),
    Talks(5, "Ana", "Senait M., Duc V."),
)
# fmt: on


def steps() -> Iterator[Step]:
    for seats in SEATS:
        yield Step(seats.days_ago, 20.5, seats.member, partial(_seat, seats=seats))
    for talks in TALKS:
        yield Step(talks.days_ago, 19.5, talks.member, partial(_talk, talks=talks))


def _seat(scene: Scene, *, seats: Seats) -> None:
    acts.add_names(
        by=scene.me,
        at=scene.at,
        site=scene.site(WAREHOUSE),
        names=seats.names.split(", "),
        unit=scene.unit(WAREHOUSE, seats.unit),
        shift=scene.shift(WAREHOUSE, seats.shift),
    )


def _talk(scene: Scene, *, talks: Talks) -> None:
    known = {person.name: person for person in Person.objects.filter(site=scene.site(WAREHOUSE))}
    with act("talked", at=scene.at):
        for place, name in enumerate(talks.names.split(", ")):
            at = scene.at - timedelta(minutes=15 * place)
            acts.record_deed(by=scene.me, at=scene.at, person=known[name], kind="talked", on_at=at)
