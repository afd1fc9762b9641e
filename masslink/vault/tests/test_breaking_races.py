"""What happens at one moment: keys renewed beside writers, sleepers, undo, erasure, moves; and threads that race."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from masslink.collective import acts
from masslink.collective.models import Member
from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person, delete_person, edit_person
from masslink.people.erasing import erase_person
from masslink.people.models import Person
from masslink.people.moving import move_person
from masslink.sites.acts import give_access, open_site, take_access
from masslink.sites.models import Site
from masslink.vault import circles, epochs, files, history, holders, resealing
from masslink.vault.act import act
from masslink.vault.models import Act, Chunk, Grant, Past, Row
from masslink.vault.sessions import sessions
from masslink.vault.tests import databases, reading
from masslink.vault.workspace import Removed

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)
HOME = Path(__file__).resolve().parents[3]


@pytest.fixture
def dee(ana: Someone, shared_site: Site) -> Iterator[Someone]:
    yield from _at_the_place(ana, "Dee")


@pytest.fixture
def eve(ana: Someone, shared_site: Site) -> Iterator[Someone]:
    yield from _at_the_place(ana, "Eve")


def _at_the_place(ana: Someone, name: str) -> Iterator[Someone]:
    someone = join(ana, name)
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=Site.objects.get(), member=Member.objects.get(name=name))
    yield someone
    sessions.end_all(someone.workspace.holder)


def let_go(by: Someone, name: str) -> None:
    with by.workspace.bound():
        by.workspace.catch_up()
        acts.let_go(by=by.member, at=LATER, member=Member.objects.get(name=name))


def add(who: Someone, name: str) -> None:
    with who.workspace.bound():
        who.workspace.catch_up()
        add_person(by=who.member, at=AT, site=Site.objects.get(name="Warehouse"), name=name)


def reseal_all(who: Someone) -> None:
    with who.workspace.bound():
        who.workspace.catch_up()
        done, total = resealing.go_on(who.workspace, 30)
        assert done == total


def names(who: Someone) -> set[str]:
    with who.workspace.bound():
        who.workspace.catch_up()
        return set(Person.objects.values_list("name", flat=True))


# --- sleepers ------------------------------------------------------------------------------------


def test_a_session_that_slept_through_two_keys_and_the_end_of_both(ana, ben, dee, eve, shared_site):
    add(ana, "Before")
    assert names(dee) == {"Before"}
    let_go(ana, "Ben")
    add(ana, "Between")
    let_go(ana, "Eve")
    add(ana, "After")
    reseal_all(ana)
    with ana.workspace.bound():
        assert {len(circle.keys) for circle in ana.workspace.circles.values()} == {1}
    assert set(dee.workspace.circles[shared_site.circle].keys) == {1}, "she slept"
    add(dee, "Awake")
    assert names(dee) == names(ana) == {"Before", "Between", "After", "Awake"}
    assert set(dee.workspace.circles[shared_site.circle].keys) == {3}
    reading.assert_agree(ana.workspace, dee.workspace)


def test_a_second_key_before_the_first_is_in_use_everywhere(ana, ben, dee, eve, shared_site):
    """The list of the latest epoch names what lies under all the older ones, and the list before is gone."""
    with ana.workspace.bound(), act("kept", at=AT):
        file = files.write_file(shared_site.circle, [b"minutes" * 20_000])
    add(ana, "Before")
    let_go(ana, "Ben")
    add(ana, "Between")
    before = ana.workspace.circles[shared_site.circle].inventory
    let_go(dee, "Eve")
    add(dee, "After")
    assert not Chunk.objects.filter(id=before).exists()
    reading.assert_agree(ana.workspace, dee.workspace)
    assert names(dee) == {"Before", "Between", "After"}
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert b"".join(files.read_file(shared_site.circle, file)) == b"minutes" * 20_000
    reseal_all(dee)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert b"".join(files.read_file(shared_site.circle, file)) == b"minutes" * 20_000
    for table in (Row, Act, Past, Chunk):
        assert set(table.objects.filter(circle=shared_site.circle).values_list("epoch", flat=True)) <= {3}
    assert set(Chunk.objects.values_list("id", flat=True)) == {file}, "no list is left"
    assert Grant.objects.filter(holder=ana.workspace.holder).count() == 3


def test_whoever_is_writing_while_they_are_let_go_writes_nothing(ana, ben, shared_site):
    """Ben's request has begun, caught up and read; then he is let go; then it writes."""
    with ben.workspace.bound():
        ben.workspace.catch_up()
        site = Site.objects.get()
        let_go(ana, "Ben")
        before = Row.objects.count()
        with pytest.raises(Removed):
            add_person(by=ben.member, at=AT, site=site, name="Too late")
        assert Row.objects.count() == before
        assert not Person.objects.filter(name="Too late").exists()


def test_access_given_and_taken_at_one_moment(ana, ben, dee, shared_site):
    """Each of them has read before the other wrote: whoever comes second decides, and both agree on it."""
    for someone in (ana, dee):
        reading.caught_up(someone.workspace)
    for taken_last in (True, False):
        works = [give_access, take_access] if taken_last else [take_access, give_access]
        for someone, work in zip((ana, dee), works, strict=True):
            with someone.workspace.bound():
                work(by=someone.member, at=LATER, site=Site.objects.get(), member=ben.member)
        for someone in (ana, dee):
            reading.caught_up(someone.workspace)
            circle = someone.workspace.circles[shared_site.circle]
            assert (ben.workspace.holder in circle.holders) is not taken_last
            assert not epochs.overtaken(someone.workspace)
        reading.caught_up(ben.workspace)
        assert (shared_site.circle in ben.workspace.circles) is not taken_last
    reading.assert_agree(ana.workspace, ben.workspace, dee.workspace)


def test_access_for_somebody_who_is_gone_since_the_page_was_shown(ana, ben, dee, site):
    with dee.workspace.bound():
        dee.workspace.catch_up()
        other = open_site(by=dee.member, at=AT, kind="workplace", name="Kitchen")
        member = Member.objects.get(name="Ben")
        let_go(ana, "Ben")
        with pytest.raises(holders.OtherKeys):
            give_access(by=dee.member, at=LATER, site=other, member=member)
        assert dee.workspace.circles[other.circle].holders == {dee.workspace.holder}


# --- re-sealing beside everything else -----------------------------------------------------------


def test_re_sealing_beside_undo_erasure_moves_and_files(ana, ben, dee, shared_site, monkeypatch):
    small = [resealing.Sealed(t.name, t.what, t.number, at_once=3) for t in resealing.TABLES]
    monkeypatch.setattr(resealing, "TABLES", tuple(small))
    with ana.workspace.bound():
        other = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        give_access(by=ana.member, at=AT, site=other, member=Member.objects.get(name="Dee"))
        with act("kept", at=AT):
            file = files.write_file(shared_site.circle, [b"x" * 200_000])
        for number in range(12):
            person = add_person(by=ana.member, at=AT, site=shared_site, name=f"P{number:02}")
            edit_person(by=ana.member, at=AT, person=person, nickname="edited")
    let_go(ana, "Ben")

    def undo(kind: str = "person_edited") -> None:
        found = [done for done in history.recent(limit=99) if done.kind == kind]
        history.undo(next(done for done in found if done.id in history.standing(found)), at=LATER)

    def of(number: int) -> Person:
        return Person.objects.get(name=f"P{number:02}")

    def on_with_files() -> None:
        with act("shredded", at=LATER):
            files.shred_file(shared_site.circle, file)
            files.write_file(shared_site.circle, [b"y" * 100_000])

    by = dee.member
    works = [
        undo,
        lambda: erase_person(by=by, at=LATER, person=of(3)),
        lambda: move_person(by=by, at=LATER, person=of(4), site=Site.objects.get(name="Kitchen")),
        lambda: delete_person(by=by, at=LATER, person=of(5)),
        on_with_files,
        lambda: undo("person_deleted"),
        lambda: move_person(by=by, at=LATER, person=of(4), site=Site.objects.get(name="Warehouse")),
        undo,
    ]
    done, total = 0, 1
    while done < total or works:
        with ana.workspace.bound():
            ana.workspace.catch_up()
            done, total = resealing.step(ana.workspace)
        if works:
            with dee.workspace.bound():
                dee.workspace.catch_up()
                works.pop(0)()
    left = {f"P{number:02}" for number in range(12)} - {"P03"}
    assert names(ana) == names(dee) == left
    reading.assert_agree(ana.workspace, dee.workspace)
    for table in (Row, Act, Past, Chunk):
        assert set(table.objects.filter(circle=shared_site.circle).values_list("epoch", flat=True)) <= {2}


def test_old_keys_go_only_when_nothing_lies_under_them(ana, ben, dee, shared_site):
    """Neither by somebody who hasn't seen the newest key, nor while anything is left."""
    add(ana, "Before")
    let_go(ana, "Ben")
    circle = ana.workspace.circles[shared_site.circle]
    first = circles.grant_id(ana.workspace.collective, circle, 1, dee.workspace.holder)
    steps = 0
    while Grant.objects.filter(pk=first).exists():
        left = sum(t.objects.filter(circle=circle.id, epoch=1).count() for t in (Row, Act, Past, Chunk))
        with ana.workspace.bound():
            ana.workspace.catch_up()
            resealing.step(ana.workspace)
        steps += 1
        assert steps < 50
    assert left == 0 and names(dee) == {"Before"}


# --- threads -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_threads_that_do_the_same_at_one_moment(tmp_path: Path):
    environment = {**os.environ, "MASSLINK_DATA": str(tmp_path), **databases.environment(tmp_path)}
    words = [sys.executable, "-m", "masslink.vault.tests.racing"]
    done = subprocess.run(
        words, env=environment, cwd=HOME, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("holds") == 5
