"""The demo's cautions: one that two know of themselves, and one that waits for a second."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from masslink.core.story import Scene, Step
from masslink.people.cautions import acts
from masslink.people.cautions.models import Caution

FRANK, LUDMILA = "Frank H.", "Ludmila F."
AT_THE_MACHINE = (
    "At the coffee machine he gave the shift lead the name of somebody who had asked about the breaks. "
    "I stood beside it with my cup."
)
TWENTY_TWO_YEARS = "his twenty-two years here, the four managers, the garden; not who meets when"
AT_THE_GATE = "He told the lead at the gate who had stayed after the shift. He said it loud enough for me."
IN_THE_PASSAGE = "She told the night lead who had been at the breakfast. I was two steps behind them."
HER_CONTRACT = "her contract and when it is renewed; not who comes to breakfast"


def steps() -> Iterator[Step]:
    yield Step(41, 21, "Ben", partial(_note, name=FRANK, seen=AT_THE_MACHINE, safe=TWENTY_TWO_YEARS))
    yield Step(34, 21, "Dee", _confirm)
    yield Step(12, 21, "Joris", partial(_note, name=LUDMILA, seen=IN_THE_PASSAGE, safe=HER_CONTRACT))


def _note(scene: Scene, *, name: str, seen: str, safe: str) -> None:
    person, on = scene.person(name), scene.at.date()
    acts.note_caution(by=scene.me, at=scene.at, person=person, seen=seen, on=on, safe=safe)


def _confirm(scene: Scene) -> None:
    caution = Caution.objects.select_related("person").get(person__name=FRANK)
    acts.confirm_caution(by=scene.me, at=scene.at, caution=caution, seen=AT_THE_GATE)
