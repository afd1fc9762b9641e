"""Whoever asked not to be contacted at all is on no page but the one that is about them, and counted on the chart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from masslink.conftest import AT, Someone
from masslink.conversations.acts import log_talk, note_observation
from masslink.core.pages import COORDINATOR, MEMBER
from masslink.desk.chart import cell_of
from masslink.exchange.models import Import, ImportRow
from masslink.gatherings.acts import plan, set_role
from masslink.gatherings.asking import note_answer, note_came, put_on_list
from masslink.ideas.acts import answer_idea, raise_idea
from masslink.ideas.correction_acts import agree, note_correction, point_out
from masslink.ideas.models import Telling
from masslink.people import fading
from masslink.people.acts import add_person, edit_person, leave_site, take_on
from masslink.people.merging import merge_persons, tell_apart
from masslink.people.models import Person
from masslink.people.records import Kept, Merged
from masslink.sites.models import Shift, Site, Unit
from masslink.tasks.acts import finish, promise
from masslink.tasks.models import ToDo
from masslink.vault import history
from masslink.vault.act import act
from tests.test_doors import patterns

pytestmark = pytest.mark.django_db(transaction=True)

NAME, CALLED, PHONE, WORDS = "Zsófia Unverwechselbar", "Zsozso", "202 555 0188", "Heinzelmännchen"
ABOUT = (NAME, CALLED, WORDS)
TODAY = date(2026, 3, 2)


@dataclass
class World:
    """A place with somebody who is on every list there is, and others beside them."""

    ana: Someone
    site: Site
    silent: Person
    ids: dict[str, UUID] = field(default_factory=dict)


@pytest.fixture(autouse=True)
def todays_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT + timedelta(hours=1))
    monkeypatch.setattr("masslink.core.clock.today", lambda: TODAY)


@pytest.fixture
def world(ana: Someone, shared_site: Site, unit: Unit, shift: Shift, person: Person) -> World:
    by_at: dict[str, Any] = {"by": ana.member, "at": AT}
    with ana.workspace.bound():
        silent = add_person(
            **by_at, site=shared_site, name=NAME, nickname=CALLED, phone=PHONE, unit=unit, shift=shift
        )
        world = World(ana, shared_site, silent)
        write_about(world, by_at, silent, person, unit)
        done = history.recent(limit=1)[0]
        twin = Person.objects.get(name__startswith="Zsofia")  # looks like them
        kinds = {"site": shared_site, "unit": unit, "shift": shift, "person": twin}
        world.ids |= {f"{name}_id": record.pk for name, record in kinds.items()} | {"act_id": done.id}
    return world


def write_about(world: World, by_at: dict[str, Any], silent: Person, person: Person, unit: Unit) -> None:
    """Everything that any page might show."""
    me = world.ana.member
    take_on(**by_at, person=silent, member=me, rhythm_days=1, aim=WORDS)
    for days, kind in ((545, "talked"), (3, "talked")):
        when = AT - timedelta(days=days)
        log_talk(by=me, at=when, persons=[silent], how=kind, words=WORDS, talked_at=when)
    for due in (TODAY - timedelta(days=2), TODAY + timedelta(days=1)):
        promise(**by_at, member=me, what=f"Tell {NAME} about {WORDS}", due=due, person=silent)
    finish(**by_at, todo=ToDo.objects.all()[1])
    twin = add_person(**by_at, site=world.site, name="Zsofia Unverwechselbar", unit=unit)
    gone = add_person(**by_at, site=world.site, name="Zs. Unverwechselbar", unit=unit, phone=PHONE)
    leave_site(**by_at, person=gone, on=TODAY - timedelta(days=9))
    double = add_person(**by_at, site=world.site, name="Zs.")
    merge_persons(**by_at, keep=silent, other=double, values={})
    other = add_person(**by_at, site=world.site, name="Zs. U.", unit=unit)
    merge_persons(**by_at, keep=twin, other=other, values={})
    twin.refresh_from_db()
    tell_apart(**by_at, person=person, other=silent)
    seen = note_observation(**by_at, site=world.site, what="A supervisor shouted.", stood_up=[silent, person])
    fading.keep_person(**by_at, person=silent, why=WORDS)
    mine = promise(**by_at, member=me, what="Bring the sheet", due=TODAY, person=twin)
    link = take_on(**by_at, person=twin, member=me, rhythm_days=14)
    merged = Merged.objects.get(person=twin)
    ids = {"observation": seen, "todo": mine, "link": link, "merged": merged}
    world.ids |= {f"{name}_id": record.pk for name, record in ids.items()}
    gather(world, by_at, silent, twin)
    propose(world, by_at, silent, twin)
    bring_in(world, by_at, silent, twin)


def gather(world: World, by_at: dict[str, Any], silent: Person, twin: Person) -> None:
    """Both were asked to two gatherings, said yes to both, and came to the one that was."""
    me = world.ana.member
    for days in (-1, 1):
        starts_at = AT + timedelta(days=days)
        one = plan(**by_at, title="Tea", kind="event", starts_at=starts_at, site=world.site)
        for ask in put_on_list(**by_at, gathering=one, whom={silent: me, twin: me}):
            note_answer(**by_at, ask=ask, answer="yes")
        world.ids |= {"gathering_id": one.pk, "ask_id": one.asks.get(person=twin).pk}
        world.ids["gathering_role_id"] = set_role(**by_at, gathering=one, task="door", member=me).pk
        if days < 0:
            note_came(**by_at, gathering=one, persons=[silent, twin])
            world.ids["before"] = one.pk


def propose(world: World, by_at: dict[str, Any], silent: Person, twin: Person) -> None:
    """An idea of theirs that may be told with their name, answered; and a mistake that both pointed out."""
    idea = raise_idea(**by_at, words="A second door.", person=silent, telling=Telling.NAME)
    answer_idea(**by_at, idea=idea, what="not_now", words="The lease ends.")
    wrong = note_correction(**by_at, fact="The list lay open.", person=silent, telling=Telling.NAME)
    pointed = point_out(**by_at, correction=wrong, person=twin)
    agree(**by_at, correction=wrong, learned="", changes="No lists.", look_on=TODAY)
    made = {"idea": idea, "correction": wrong, "pointed_out": pointed}
    world.ids |= {f"{name}_id": record.pk for name, record in made.items()}


def bring_in(world: World, by_at: dict[str, Any], silent: Person, twin: Person) -> None:
    """A list in which they stood, known and not sure, and in which others stood."""
    with act("import_read", at=by_at["at"]):
        circle = world.site.circle
        one = Import(
            circle=circle,
            site=world.site,
            by=by_at["by"],
            at=AT,
            file_name="list.csv",
            region="US",
            state=Import.State.DONE,
            finished_at=AT,
            rows=3,
            added=1,
            known=1,
            waiting=1,
        )
        one.save()
        states = (
            (ImportRow.State.KNOWN, silent, NAME),
            (ImportRow.State.WAITING, silent, "Zsofi U."),
            (ImportRow.State.WAITING, twin, "Zs. U."),
        )
        for number, (state, person, name) in enumerate(states):
            row = {"number": number, "state": state, "person": person.pk, "fields": {"name": name}}
            ImportRow(circle=circle, source=one.pk, reasons=["phone"], **row).save()
        Person.objects.filter(pk=silent.pk).update(source=one.pk)
    world.ids["import_id"] = one.pk


def ask_for_peace(world: World) -> None:
    with world.ana.workspace.bound():
        person = Person.objects.get(pk=world.silent.pk)
        edit_person(by=world.ana.member, at=AT, person=person, reach=Person.Reach.NOT_AT_ALL)


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Every page a member can open, with what stands on it; those about a person are about somebody else."""
    for pattern in patterns():
        view: Any = pattern.callback
        if view.needs not in (MEMBER, COORDINATOR) or "GET" not in view.methods:
            continue
        names = pattern.pattern.converters
        if set(names) <= set(world.ids):
            address = reverse(str(pattern.name), kwargs={name: world.ids[name] for name in names})
            for query in ("", "?whose=others", "?left=1", f"?site={world.site.pk}", "?done=1"):
                answer = world.ana.client.get(address + query)
                if answer.status_code == 200 and not answer.streaming:
                    yield f"{pattern.name}{query}", answer.content.decode("utf-8", "replace")
    for part in ("", "/came", "/follow-up", "/sheet"):  # of what is over
        path = f"/gatherings/{world.ids['before']}{part}"
        yield f"gathering before{part}", world.ana.client.get(path).content.decode()


def naming(world: World) -> dict[str, list[str]]:
    found = ((name, [text for text in ABOUT if text in page]) for name, page in pages(world))
    return {name: texts for name, texts in found if texts}


def test_they_are_on_no_page_that_isnt_about_them(world: World):
    ask_for_peace(world)
    assert naming(world) == {}


def test_before_they_asked_they_were_on_most_of_them(world: World):
    """Else the test above would see nothing."""
    found = {name.partition("?")[0] for name in naming(world)}
    assert {"today", "people", "place", "to-dos", "history", "observation", "fading-soon"} <= found
    assert {"gathering", "gathering before", "gathering before/came", "gathering before/follow-up"} <= found
    assert {"ideas", "idea", "correction"} <= found
    assert {"doubles", "import-known", "import-waiting", "import-undo", "person-merge"} <= found


def test_their_own_page_opens_for_who_holds_the_place_and_the_chart_counts_them(world: World):
    ask_for_peace(world)
    page = world.ana.client.get(f"/people/{world.silent.pk}").content.decode()
    assert NAME in page
    assert "Not to be contacted" in page
    looked_up = world.ana.client.post("/people/find", {"q": NAME}).content.decode()
    assert f"/people/{world.silent.pk}" in looked_up
    for typed in (NAME[:6], WORDS, PHONE):
        assert (
            str(world.silent.pk) not in world.ana.client.post("/people/find", {"q": typed}).content.decode()
        )
    with world.ana.workspace.bound():
        cell = cell_of(world.silent.unit, world.silent.shift, world.site, TODAY)
        assert (cell.known, cell.hidden, cell.total) == (1, 1, 2)


def test_what_was_promised_to_them_ends_and_undo_brings_it_back(world: World):
    ask_for_peace(world)
    with world.ana.workspace.bound():
        assert not ToDo.objects.open().filter(person=world.silent).exists()
        assert not world.silent.links.filter(until=None).exists()
        history.undo(history.recent(limit=1)[0], at=AT)
        assert ToDo.objects.open().filter(person=world.silent).exists()


def test_pickers_neither_offer_them_nor_take_them_for_somebody_new(world: World):
    ask_for_peace(world)
    for typed in (NAME, "zsofia", CALLED):
        page = world.ana.client.post("/pick", {"who": typed, "picks": "anywhere"}).content.decode()
        assert str(world.silent.pk) not in page
    assert (
        'name="new"'
        not in world.ana.client.post("/pick", {"who": NAME, "picks": "anywhere"}).content.decode()
    )
    form = {"who": CALLED, "picks": "anywhere", "how": "talked", "words": "x"}
    answer = world.ana.client.post("/talked", form)
    assert "asked not to be contacted" in answer.content.decode()


def test_a_list_that_goes_out_leaves_them_out_unless_asked(world: World):
    ask_for_peace(world)
    form = {"site": world.site.pk.hex, "fields_out": ["name"], "format": "csv"}
    assert NAME not in world.ana.client.post("/lists/take-out", form).content.decode()
    assert NAME in world.ana.client.post("/lists/take-out", {**form, "unreachable": "on"}).content.decode()


def test_adding_them_anew_is_asked_about_without_naming_them(world: World):
    ask_for_peace(world)
    form = {"name": "Zsofia Unverwechselbar", "site": world.site.pk, "phone": PHONE}
    page = world.ana.client.post("/people/new", form).content.decode()
    assert f"/people/{world.silent.pk}" in page
    assert NAME not in page
    with world.ana.workspace.bound():
        assert Kept.objects.filter(person=world.silent).exists()
