"""Re-sealing: no row is left behind, whoever writes meanwhile, whatever breaks; and none of its steps is long."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from masslink.collective import acts
from masslink.collective.models import Member
from masslink.collective.resealing_views import is_stuck
from masslink.conftest import AT, join
from masslink.people.acts import add_person, edit_person
from masslink.people.models import Person
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault import files, resealing
from masslink.vault.act import act
from masslink.vault.ledger import Ledger
from masslink.vault.models import Act, Chunk, Past, Row
from masslink.vault.schema import schema
from masslink.vault.sessions import sessions
from masslink.vault.tests import reading

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=1)
ROWS = 60


@pytest.fixture
def dee(ana, shared_site):
    someone = join(ana, "Dee")
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=shared_site, member=Member.objects.get(name="Dee"))
    yield someone
    sessions.end_all(someone.workspace.holder)


@pytest.fixture
def behind(ana, ben, dee, shared_site):
    """A place whose rows all lie under the old key: Ben has gone."""
    with ana.workspace.bound():
        site = Site.objects.get()
        for start in range(0, ROWS, 20):
            with act("brought in", at=AT):
                for number in range(start, start + 20):
                    add_person(by=ana.member, at=AT, site=site, name=f"Person {number:02}")
        edit_person(
            by=ana.member, at=AT, person=Person.objects.get(name="Person 00"), name="Person 00, changed"
        )
        acts.let_go(by=ana.member, at=LATER, member=Member.objects.get(name="Ben"))
    return site.circle


@pytest.fixture
def in_portions(monkeypatch):
    def portions(at_once):
        tables = [resealing.Sealed(t.name, t.what, t.number, at_once=at_once) for t in resealing.TABLES]
        monkeypatch.setattr(resealing, "TABLES", tuple(tables))

    return portions


def to_the_end(someone):
    with someone.workspace.bound():
        someone.workspace.catch_up()
        done, total = resealing.go_on(someone.workspace, 30)
        assert done == total


def old_rows(circle):
    return sum(table.objects.filter(circle=circle, epoch=1).count() for table in (Row, Act, Past, Chunk))


def test_between_the_steps_others_write_and_nothing_is_lost(ana, dee, behind, in_portions):
    """With real threads and a real file: tests/test_faults.py."""
    in_portions(3)
    done, total = 0, 1
    written: list[str] = []
    while done < total:
        with ana.workspace.bound():
            ana.workspace.catch_up()
            done, total = resealing.step(ana.workspace)
        if len(written) < 25:
            written.append(f"Written {len(written)}")
            with dee.workspace.bound():
                dee.workspace.catch_up()
                person = Person.objects.filter(name__startswith="Person").order_by("-name")[len(written)]
                edit_person(by=dee.member, at=LATER, person=person, nickname=written[-1])
                add_person(by=dee.member, at=LATER, site=Site.objects.get(), name=written[-1])
    assert len(written) == 25 and old_rows(behind) == 0
    for someone in (ana, dee):
        names = {row[3 + column("name")] for row in reading.caught_up(someone.workspace)["person"]}
        assert set(written) <= names and len(names) == ROWS + len(written)
        assert resealing.remaining(someone.workspace) == 0
    assert all(len(circle.keys) == 1 for circle in ana.workspace.circles.values())
    reading.assert_agree(ana.workspace, dee.workspace)


def column(name):
    return schema().tables["person"].columns.index(name)


def test_a_step_that_fails_leaves_no_row_under_a_key_that_is_given_up(ana, dee, behind, monkeypatch):
    """A full disk in the very first step: the rows it had read are looked at again, not passed over."""
    real, failures = Ledger._many, [OperationalError("disk full")] * 4

    def full(self, sql, rows):
        if failures:
            raise failures.pop()
        return real(self, sql, rows)

    monkeypatch.setattr(Ledger, "_many", full)
    with ana.workspace.bound():
        for _ in range(4):
            with pytest.raises(OperationalError):
                resealing.step(ana.workspace)
    to_the_end(ana)
    assert old_rows(behind) == 0
    reading.assert_agree(ana.workspace, dee.workspace)
    assert len(reading.caught_up(dee.workspace)["person"]) == ROWS


def test_another_key_meanwhile_begins_anew_and_ends_all_the_same(ana, dee, behind, in_portions):
    in_portions(5)
    eve = join(ana, "Eve")
    with ana.workspace.bound():
        give_access(by=ana.member, at=LATER, site=Site.objects.get(), member=Member.objects.get(name="Eve"))
        for _ in range(4):
            resealing.step(ana.workspace)
    with dee.workspace.bound():
        dee.workspace.catch_up()
        acts.let_go(by=dee.member, at=LATER, member=Member.objects.get(name="Eve"))
    with ana.workspace.bound():
        done, total = resealing.step(ana.workspace)  # before catching up: nothing may go under the second key
        assert done < total
    to_the_end(ana)
    assert set(Row.objects.filter(circle=behind).values_list("epoch", flat=True)) == {3}
    reading.assert_agree(ana.workspace, dee.workspace)
    assert not eve.workspace.ledger.grant_ids(eve.workspace.holder)


def test_files_change_their_key_and_open_as_before(ana, ben, dee, shared_site, in_portions):
    text = b"minutes of the meeting" * 9000
    with ana.workspace.bound():
        with act("kept", at=AT):
            file = files.write_file(shared_site.circle, [text])
        acts.let_go(by=ana.member, at=LATER, member=Member.objects.get(name="Ben"))
    in_portions(1)
    to_the_end(ana)
    assert set(Chunk.objects.values_list("epoch", flat=True)) == {2}
    with dee.workspace.bound():
        dee.workspace.catch_up()
        assert b"".join(files.read_file(shared_site.circle, file)) == text


def test_what_is_left_is_counted_and_the_bar_never_goes_back(ana, dee, behind, in_portions):
    in_portions(9)
    seen: list[tuple[int, int]] = []
    with ana.workspace.bound():
        left = resealing.remaining(ana.workspace)
        assert left >= old_rows(behind) > ROWS
        while not seen or seen[-1][0] < seen[-1][1]:
            seen.append(resealing.step(ana.workspace))
        assert resealing.remaining(ana.workspace) == 0
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {total for _, total in seen[:-1]} == {left + 1}


def test_what_another_finished_is_finished_here_though_nobody_wrote_since(ana, dee, behind):
    """The last row under a new key moves no `seq`, so that catching up has nothing to do."""
    with dee.workspace.bound():
        dee.workspace.catch_up()
        assert resealing.behind(dee.workspace)
    to_the_end(ana)
    with dee.workspace.bound():
        dee.workspace.catch_up()
        assert not is_stuck() and resealing.step(dee.workspace) == (1, 1)
    assert all(len(circle.keys) == 1 for circle in dee.workspace.circles.values())


def test_finishing_one_circle_doesnt_hide_that_another_was_finished(ana, dee, behind):
    with dee.workspace.bound():
        dee.workspace.catch_up()
        assert len(resealing.behind(dee.workspace)) == 2
    with ana.workspace.bound():
        while len(resealing.behind(ana.workspace)) == 2:
            resealing.step(ana.workspace)
    to_the_end(dee)
    to_the_end(ana)
    for someone in (ana, dee):
        assert all(len(circle.keys) == 1 for circle in someone.workspace.circles.values())
