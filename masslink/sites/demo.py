"""The demo's two workplaces and its neighbourhood: units, shifts, known head counts, who has access."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from masslink.core.story import Scene, Step
from masslink.sites import acts

WAREHOUSE = "Warehouse on the ring road"
KITCHEN = "Hospital kitchen and laundry"
BLOCKS = "Linden Street blocks"


@dataclass(frozen=True)
class Place:
    name: str
    kind: str
    opened: int
    by: str
    note: str
    shifts: tuple[str, ...]
    counts: dict[
        str, tuple[int, ...]
    ]  # per unit: one number a shift, or one for all where there are no shifts
    access: tuple[tuple[str, int], ...]


PLACES = (
    Place(
        WAREHOUSE,
        "workplace",
        181,
        "Ana",
        "Parcels, about 120 people, a third of them through two agencies. Bus 14 until 23:40, then nothing.",
        ("Day", "Evening", "Night"),
        {
            "Packing": (14, 14, 16),
            "Picking": (12, 11, 9),
            "Dock": (10, 8, 7),
            "Returns": (9, 5, 0),
        },
        (("Ben", 181), ("Dee", 179), ("Joris", 150)),
    ),
    Place(
        KITCHEN,
        "workplace",
        176,
        "Ines",
        "1,100 trays three times a day, seven days a week. Rotas come out on Thursday for Monday.",
        ("Early", "Late"),
        {"Cooking": (6, 4), "Tray line": (12, 10), "Dish room": (6, 6), "Laundry": (11, 8)},
        (("Tomás", 174), ("Noor", 127)),
    ),
    Place(
        BLOCKS,
        "neighbourhood",
        172,
        "Ines",
        "Four buildings, one owner since last year; one boiler house for Linden Street, one for Mill Lane.",
        (),
        {"Linden Street 2": (24,), "Linden Street 4": (24,), "Linden Street 6": (30,), "Mill Lane 11": (18,)},
        (("Mira", 172), ("Ana", 171), ("Dee", 140)),
    ),
)

# Counted again later: management took people away from the evening dock and put more on nights.
RECOUNTS = (
    (48, "Joris", WAREHOUSE, "Packing", "Night", 19),
    (47, "Ana", WAREHOUSE, "Dock", "Evening", 6),
    (66, "Ines", KITCHEN, "Tray line", "Early", 10),
)


def steps() -> Iterator[Step]:
    for place in PLACES:
        yield from _open(place)
    for days_ago, member, site, unit, shift, number in RECOUNTS:
        yield Step(days_ago, 20, member, partial(_count, site=site, unit=unit, shift=shift, number=number))


def _open(place: Place) -> Iterator[Step]:
    def step(hour: float, run: Callable[[Scene], object], days_ago: int = place.opened) -> Step:
        return Step(days_ago, hour, place.by, run)

    yield step(6.0, partial(_open_site, place=place))
    for name in place.shifts:
        yield step(6.1, partial(_add_shift, site=place.name, name=name))
    for unit, numbers in place.counts.items():
        yield step(6.2, partial(_add_unit, site=place.name, name=unit))
        for shift, number in zip(place.shifts or (None,), numbers, strict=True):
            yield step(6.3, partial(_count, site=place.name, unit=unit, shift=shift, number=number))
    for name, days_ago in place.access:
        yield step(6.5, partial(_give_access, site=place.name, name=name), days_ago)


def _open_site(scene: Scene, *, place: Place) -> None:
    acts.open_site(by=scene.me, at=scene.at, kind=place.kind, name=place.name, note=place.note)


def _add_shift(scene: Scene, *, site: str, name: str) -> None:
    acts.add_shift(by=scene.me, at=scene.at, site=scene.site(site), name=name)


def _add_unit(scene: Scene, *, site: str, name: str) -> None:
    acts.add_unit(by=scene.me, at=scene.at, site=scene.site(site), name=name)


def _count(scene: Scene, *, site: str, unit: str, shift: str | None, number: int) -> None:
    on_shift = scene.shift(site, shift) if shift else None
    acts.set_head_count(by=scene.me, at=scene.at, unit=scene.unit(site, unit), shift=on_shift, number=number)


def _give_access(scene: Scene, *, site: str, name: str) -> None:
    acts.give_access(by=scene.me, at=scene.at, site=scene.site(site), member=scene.member(name))
