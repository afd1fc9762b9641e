"""What only PostgreSQL does: who waits for whom, what it keeps of the deleted, and how it finds its way."""

import threading
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connections, transaction

from masslink.conftest import AT, Someone
from masslink.people.models import Person
from masslink.sites.acts import add_unit
from masslink.sites.models import Site, Unit
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.ledger import out_of_reach
from masslink.vault.rosters import Circle
from masslink.vault.tests import reading
from masslink.vault.tests.databases import only_on_postgresql

pytestmark = [pytest.mark.django_db(transaction=True), only_on_postgresql("it is about PostgreSQL")]


def ask(sql: str, *params: Any) -> Any:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


# --- waiting -------------------------------------------------------------------------------------


def test_what_a_waiting_writer_reads_is_the_newest(ana: Someone, ben: Someone, shared_site: Site):
    """At REPEATABLE READ whoever had to wait would be refused."""
    assert ask("SHOW transaction_isolation") == "read committed"
    seen: list[set[str]] = []

    def write() -> None:
        try:
            with ben.workspace.bound(), act("noted", at=AT):
                seen.append(set(Unit.objects.values_list("name", flat=True)))
        finally:
            connections["default"].close()

    with ana.workspace.bound(), act("added", at=AT):
        thread = threading.Thread(target=write)
        thread.start()
        while not ask("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            time.sleep(0.01)
        add_unit(by=ana.member, at=AT, site=shared_site, name="Packing")
    thread.join(10)
    assert seen == [{"Packing"}]
    reading.assert_agree(ana.workspace, ben.workspace)


@pytest.mark.parametrize("first", ["lock", "hold"])
def test_nobody_waits_for_ever_for_who_holds_the_counter(ana: Someone, site: Site, first: str):
    """And holding it keeps nobody from making keys of their own, which only points to the collective."""
    refused: list[OperationalError] = []

    def wait() -> None:
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("SET lock_timeout = '50ms'")
                cursor.execute(
                    "INSERT INTO vault_holder (id, collective_id, kind, public, wrapped, tries) "
                    "VALUES (%s, %s, 'member', '', '', 0)",
                    [uuid4(), ana.workspace.collective],
                )
            with transaction.atomic("default"):
                ana.workspace.ledger.lock()
        except OperationalError as error:
            refused.append(error)
        finally:
            connections["default"].close()

    with transaction.atomic("default"):
        getattr(ana.workspace.ledger, first)()
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(10)
    assert len(refused) == 1
    assert out_of_reach(refused[0])
    assert ask("SELECT count(*) FROM vault_holder") == 2


# --- deleting ------------------------------------------------------------------------------------


def test_shredded_images_give_their_room_free(ana: Someone, site: Site):
    with ana.workspace.bound():
        for number in range(60):
            with act("renamed", at=AT):
                site.name = f"Place {number}"
                site.save()
        assert ask("SELECT pg_relation_size('vault_past')") > 8192
        assert history.shred_old(ana.workspace, now=AT + timedelta(days=31)) == 60
    assert ask("SELECT pg_relation_size('vault_past')") == 0


# --- finding -------------------------------------------------------------------------------------


def people(site: Site, number: int) -> list[Person]:
    return [Person(circle=site.circle, site=site, name=f"P{n}", added_at=AT) for n in range(number)]


def test_a_table_that_has_grown_is_counted_at_once(ana: Someone, site: Site):
    """Uncounted, it reads a whole circle for each row it looks for; by itself it counts once a minute."""
    counted = "SELECT reltuples FROM pg_class WHERE relname = 'vault_row'"
    with ana.workspace.bound():
        for expected in (500, 1500):
            with act("brought in", at=AT):
                Person.objects.bulk_create(people(site, 500 if expected == 500 else 1000))
            assert ask(counted) > expected
        plan = explain(ana.workspace.collective, site.circle, Person.objects.values_list("pk", flat=True)[0])
    assert "vault_row_pkey" in plan
    assert "id" in plan.partition("Index Cond")[2].partition("Filter")[0]


def explain(collective: UUID, circle: UUID, id: UUID) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT 1 FROM vault_row WHERE collective_id = %s AND circle = %s AND id = %s",
            [collective.hex, circle.hex, id.hex],
        )
        return " ".join(line for (line,) in cursor.fetchall())


def test_a_large_circle_is_read_in_pieces(ana: Someone, site: Site):
    """A cursor of the server's; the driver would otherwise hold every row before the first is looked at."""
    with ana.workspace.bound(), act("brought in", at=AT):
        Person.objects.bulk_create(people(site, 120))
    circle = ana.workspace.circles[site.circle]
    assert read_in_pieces(ana, circle)[:2] == [50, 50]
    with transaction.atomic("default"):
        assert read_in_pieces(ana, circle)[:2] == [50, 50]


def read_in_pieces(ana: Someone, circle: Circle) -> list[int]:
    stream = ana.workspace.ledger.stream(circle, size=50)
    sizes = [len(next(stream))]
    assert ask("SELECT count(*) FROM pg_cursors WHERE name LIKE '\\_django\\_curs%%'") == 1
    return sizes + [len(batch) for batch in stream]
