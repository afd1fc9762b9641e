"""Agreement: after any acts in any order, everybody who holds the same circles holds the same records."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from masslink.conftest import AT, Someone, found, join
from masslink.conversations.acts import log_talk
from masslink.people.acts import add_person, record_deed, take_on
from masslink.people.models import Deed, Link, Person
from masslink.sites.acts import add_unit, give_access, open_site
from masslink.sites.models import Site, Unit
from masslink.tasks.models import ToDo
from masslink.vault import history
from masslink.vault.act import Conflict, OutOfPlace, act
from masslink.vault.models import Collective
from masslink.vault.sessions import sessions
from masslink.vault.tests import reading
from masslink.vault.workspace import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

REFUSED = (IntegrityError, OutOfPlace, Conflict, history.CantUndo, ZeroDivisionError)
NAMES = ("Packing", "Dock", "Night desk")


class World:
    """Ana and Ben, one place both know, one that only Ana knows until she tells; anybody acts at any time."""

    def __init__(self) -> None:
        self.ana = found("Ana")
        self.ben = join(self.ana, "Ben")
        with self.ana.workspace.bound():
            self.shared = open_site(by=self.ana.member, at=AT, kind="workplace", name="Warehouse")
            self.hidden = open_site(by=self.ana.member, at=AT, kind="neighbourhood", name="Blocks")
            give_access(by=self.ana.member, at=AT, site=self.shared, member=self.ben.member)
        with self.ben.workspace.bound():
            self.ben.workspace.catch_up()

    def do(self, who: int, what: int, seed: int) -> None:
        """One step of one of them, whatever comes of it; chance comes from the seed."""
        someone, chance = (self.ana, self.ben)[who], random.Random(seed)
        with someone.workspace.bound():
            if chance.random() < 0.5:
                someone.workspace.catch_up()
            with suppress(*REFUSED):
                STEPS[what % len(STEPS)](self, someone, chance)

    def end(self) -> None:
        for someone in (self.ana, self.ben):
            sessions.end_all(someone.workspace.holder)
        Collective.objects.all().delete()


def _one(model, chance: random.Random):
    found = list(model.objects.order_by("pk"))
    return chance.choice(found) if found else None


def add_a_unit(world: World, someone: Someone, chance: random.Random) -> None:
    add_unit(by=someone.member, at=AT, site=_one(Site, chance), name=chance.choice(NAMES))


def add_a_person(world: World, someone: Someone, chance: random.Random) -> None:
    site = _one(Site, chance)
    unit = chance.choice([None, *site.units.all()])
    name = chance.choice(["Ruth", "Ivan", "Ólafur", ""])
    add_person(by=someone.member, at=AT, site=site, unit=unit, name=name, phone="202 555 0147")


def talk(world: World, someone: Someone, chance: random.Random) -> None:
    if person := _one(Person, chance):
        at = AT + timedelta(days=chance.randrange(60))
        log_talk(by=someone.member, at=at, persons=[person], how="talked", words="the clock", next_what="Ask")


def deed(world: World, someone: Someone, chance: random.Random) -> None:
    if person := _one(Person, chance):
        record_deed(by=someone.member, at=AT, person=person, kind=chance.choice(["came", "signed"]))
        take_on(by=someone.member, at=AT, person=person, member=someone.member, rhythm_days=14)


def edit(world: World, someone: Someone, chance: random.Random) -> None:
    if person := _one(Person, chance):
        with act("edited", at=AT):
            person.matters, person.phone = f"breaks {chance.random()}", "030 1234"
            person.save()


def many(world: World, someone: Someone, chance: random.Random) -> None:
    with act("bulk", at=AT):
        Person.objects.update(nickname=f"n{chance.random()}")
        site = _one(Site, chance)
        made = [Person(circle=site.circle, site=site, name=f"P{n}", added_at=AT) for n in range(3)]
        Person.objects.bulk_create([p.prepare() for p in made])


def delete(world: World, someone: Someone, chance: random.Random) -> None:
    model = chance.choice([Person, Unit, Deed, ToDo])
    if record := _one(model, chance):
        with act("deleted", at=AT):
            record.delete()


def swap_names(world: World, someone: Someone, chance: random.Random) -> None:
    """Each name is free only once the other is given up."""
    units = list(_one(Site, chance).units.order_by("pk"))
    with act("swapped", at=AT):
        names = [u.name for u in units]
        Unit.objects.filter(pk__in=[u.pk for u in units]).update(name=_hex_of_id())
        for unit, name in zip(units, names[1:] + names[:1], strict=True):
            Unit.objects.filter(pk=unit.pk).update(name=name)


def _hex_of_id():
    from django.db.models import F
    from django.db.models.functions import Cast

    return Cast(F("id"), output_field=Unit._meta.get_field("name"))


def move(world: World, someone: Someone, chance: random.Random) -> None:
    """A person and what hangs on them go to another place, and a unit too."""
    person, unit, to = _one(Person, chance), _one(Unit, chance), _one(Site, chance)
    with act("moved", at=AT):
        if person:
            for model in (Deed, Link, ToDo):
                model.objects.filter(person=person).update(circle=to.circle)
            ToDo.objects.filter(person=person).update(site=to)
            Person.objects.filter(pk=person.pk).update(circle=to.circle, site=to, unit=None)
        if unit and not person:
            Unit.objects.filter(pk=unit.pk).update(circle=to.circle, site=to)


def undo(world: World, someone: Someone, chance: random.Random) -> None:
    if done := history.recent(limit=4):
        history.undo(chance.choice(done), at=AT)


def tell(world: World, someone: Someone, chance: random.Random) -> None:
    if chance.random() < 0.3 and someone is world.ana:
        give_access(by=someone.member, at=AT, site=Site.objects.get(name="Blocks"), member=world.ben.member)


def note_to_oneself(world: World, someone: Someone, chance: random.Random) -> None:
    with act("noted", at=AT):
        ToDo(
            circle=chance.choice([someone.workspace.own_circle, someone.workspace.collective_circle]),
            member=someone.member,
            what="bring the sheet",
            due=AT.date(),
            added_at=AT,
            added_by=someone.member,
        ).save()


def give_up(world: World, someone: Someone, chance: random.Random) -> None:
    with act("given up", at=AT):
        Person.objects.update(nickname="never")
        Unit.objects.all().delete()
        _ = 1 / 0


STEPS: list[Callable[[World, Someone, random.Random], None]] = [
    add_a_unit, add_a_person, talk, deed, edit, many, delete, swap_names, move, undo, tell, note_to_oneself, give_up,
]  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, len(STEPS) - 1), st.integers(0, 2**32)), max_size=40)
)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
def test_any_interleaving_of_acts_leaves_everybody_with_the_same(steps):
    world = World()
    try:
        for step in steps:
            world.do(*step)
        reading.assert_agree(world.ana.workspace, world.ben.workspace)
        assert_common_is_common(world.ana.workspace, world.ben.workspace)
    finally:
        world.end()


def test_long_random_interleavings():
    chance = random.Random(20260302)
    for _ in range(3):
        world = World()
        try:
            for _ in range(150):
                world.do(chance.randrange(2), chance.randrange(len(STEPS)), chance.randrange(2**32))
            reading.assert_agree(world.ana.workspace, world.ben.workspace)
            assert_common_is_common(world.ana.workspace, world.ben.workspace)
        finally:
            world.end()


def assert_common_is_common(one: Workspace, other: Workspace) -> None:
    """Of the circles both hold, both hold the same rows."""
    common = {c.hex for c in set(one.circles) & set(other.circles)}
    first, second = (
        {
            kind: [r for r in rows if r[1] in common]
            for kind, rows in reading.caught_up(w).items()
            if "_" not in kind
        }
        for w in (one, other)
    )
    assert first == second


def test_renamed_in_a_circle_others_see_the_new_names(ana: Someone, ben: Someone, shared_site: Site):
    with ana.workspace.bound():
        first, second = (
            add_unit(by=ana.member, at=AT, site=shared_site, name=n) for n in ("Dock", "Packing")
        )
    reading.caught_up(ben.workspace)
    with ana.workspace.bound(), act("swapped", at=AT):
        for unit, name in ((first, "-"), (second, "Dock"), (first, "Packing")):
            unit.name = name
            unit.save()
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert dict(Unit.objects.values_list("pk", "name")) == {first.pk: "Packing", second.pk: "Dock"}
    reading.assert_agree(ana.workspace, ben.workspace)
