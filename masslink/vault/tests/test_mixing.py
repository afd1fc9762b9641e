"""Nothing about who holds what can be read from the order in which a database keeps its rows."""

from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from masslink.collective import acts
from masslink.collective.models import Feed, Member
from masslink.conftest import AT, Someone, join
from masslink.sites.acts import give_access, open_site
from masslink.vault import backup, feeds, mixing
from masslink.vault.models import Grant, Holder
from masslink.vault.tests import databases
from masslink.vault.tests.test_feeds import lay_down
from masslink.vault.tests.test_feeds import made as made_feed

pytestmark = pytest.mark.django_db(transaction=True)


def as_laid_down(table: str) -> list[UUID]:
    """The rows' ids in the order in which they lie in the database's own files."""
    place = "ctid" if databases.ON_POSTGRESQL else "rowid"
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} ORDER BY {place}")
        return [UUID(id) if isinstance(id, str) else id for (id,) in cursor.fetchall()]


def says_nothing(made: list[UUID], found: list[UUID]) -> bool:
    """Of some dozens that were made in one order hardly any lies in its place, or behind the one made before it."""
    assert set(made) == set(found) and len(made) > 25
    at_home = sum(one == other for one, other in zip(made, found, strict=True))
    followed = set(pairwise(made)) & set(pairwise(found))
    return at_home < 10 and len(followed) < 10


@pytest.fixture
def made(ana: Someone, ben: Someone, site, monkeypatch) -> tuple[list[UUID], list[UUID]]:
    """Grants and holders in the order in which they were made."""
    orders: tuple[list[UUID], list[UUID]] = ([], [])
    for order, model in zip(orders, (Grant, Holder), strict=True):
        order += model._default_manager.values_list("pk", flat=True)

    def note() -> None:
        for order, model in zip(orders, (Grant, Holder), strict=True):
            order += sorted(set(model._default_manager.values_list("pk", flat=True)) - set(order))

    for number in range(24):
        with ana.workspace.bound():
            other = open_site(by=ana.member, at=AT, kind="workplace", name=f"Place {number}")
            note()
            give_access(by=ana.member, at=AT, site=other, member=ben.member)
            note()
            acts.invite(by=ana.member, at=AT, name=f"Newcomer {number}")
            note()
    with ben.workspace.bound():
        ben.workspace.catch_up()
        acts.remember_device(by=ben.member, at=AT, name="Phone", pin="482913")
        note()
    return orders


def test_the_order_of_grants_and_holders_says_nothing(made):
    grants, holders = made
    assert says_nothing(grants, as_laid_down("vault_grant"))
    assert says_nothing(holders, as_laid_down("vault_holder"))


def test_nor_does_it_in_a_backup(made, tmp_path: Path):
    grants, _ = made
    backup.write(tmp_path / "backup")
    with backup.read_only(tmp_path / "backup") as copy:
        found = [UUID(id) for (id,) in copy.execute("SELECT id FROM vault_grant ORDER BY rowid")]
    assert says_nothing(grants, found)


@databases.only_on_postgresql("SQLite notes no transactions")
def test_which_transaction_wrote_a_grant_isnt_seen(made):
    with connections["default"].cursor() as cursor:
        for table in ("vault_grant", "vault_holder"):
            cursor.execute(f"SELECT COUNT(DISTINCT xmin::text) FROM {table}")
            assert cursor.fetchone() == (1,)


def test_which_copies_were_laid_down_together_isnt_seen(ana: Someone, ben: Someone, shared_site):
    """Two members' feeds, and the place that both hold written of last: what lies side by side tells nothing."""
    for someone in [ana, ben] * 8:
        made_feed(someone)
    lay_down(ana, "x" * 5000)
    lay_down(ana, "y" * 5000, shared_site.circle)
    with ana.workspace.bound():
        together = [feeds._named(feed.known, shared_site.circle) for feed in Feed.objects.all()]
    found = as_laid_down("vault_copy")
    places = sorted(found.index(id) for id in together)
    assert len(together) == 16 and len(found) > 32
    assert sum(b - a == 1 for a, b in pairwise(places)) < 12
    assert places[-1] - places[0] > 16


def test_mixing_changes_nothing_else_and_happens_once_for_each_commit(
    ana: Someone, ben: Someone, site, monkeypatch
):
    mixed, real = [], mixing.Mix.__call__

    def counted(mix: mixing.Mix) -> None:
        mixed.append(mix)
        real(mix)

    monkeypatch.setattr(mixing.Mix, "__call__", counted)
    before = sorted(Grant.objects.values_list("pk", "holder", "body"))
    mixing.soon(ana.workspace.collective)
    assert sorted(Grant.objects.values_list("pk", "holder", "body")) == before
    assert len(mixed) == 1
    dee = join(ana, "Dee")
    mixed.clear()
    with ana.workspace.bound():
        acts.let_go(by=ana.member, at=AT, member=Member.objects.get(pk=dee.member.pk))
    assert len(mixed) == 1
