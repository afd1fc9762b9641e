"""Filling: a workspace of few rows comes about in another way than one of many, and nobody can tell."""

from collections.abc import Callable
from typing import Any

import pytest

from masslink.collective.models import Member, Space
from masslink.conftest import AT, Someone
from masslink.people.models import Person
from masslink.sites.acts import add_unit
from masslink.sites.models import Shift, Site, Unit
from masslink.vault import filling
from masslink.vault.act import act
from masslink.vault.models import Row
from masslink.vault.tests import reading
from masslink.vault.tests.filling import fill_all

pytestmark = pytest.mark.django_db(transaction=True)


def as_it_came(ana: Someone) -> None:
    pass


def with_a_target_withheld(ana: Someone) -> None:
    Row.objects.filter(id=unit(ana).pk).update(body=b"\x01" + b"x" * 200)


def with_two_of_one_name(ana: Someone) -> None:
    """As when one was withheld while the other was written."""
    gone = unit(ana)
    kept = Row.objects.get(id=gone.pk)
    with ana.workspace.bound():
        with act("deleted", at=AT):
            Person.objects.update(unit=None)
            gone.delete()
        add_unit(by=ana.member, at=AT, site=Site.objects.get(), name="Packing")
    Row.objects.filter(id=kept.id).update(body=bytes(kept.body), version=kept.version)


def unit(ana: Someone) -> Unit:
    with ana.workspace.bound():
        return Unit.objects.get(name="Packing")


@pytest.mark.parametrize("what", [as_it_came, with_a_target_withheld, with_two_of_one_name])
def test_few_rows_and_many_make_the_same_workspace(
    ana: Someone, person: Person, what: Callable[[Someone], None], monkeypatch: pytest.MonkeyPatch
):
    with ana.workspace.bound(), act("filled", at=AT):
        known: dict[Any, Any] = {model: model.objects.get() for model in (Site, Unit, Shift, Member, Space)}
        fill_all(person.circle, "Ruth", {**known, Person: person})
    what(ana)
    few = reading.fresh(ana.workspace)
    monkeypatch.setattr(filling, "FEW", -1)
    many = reading.fresh(ana.workspace)
    monkeypatch.undo()
    assert whole(few) == whole(many)
    assert bool(few.aside) == (what is not as_it_came)
    if what is as_it_came:
        for workspace, name in ((few, "Dock"), (many, "Picking")):
            with workspace.bound():
                workspace.catch_up()
                add_unit(by=ana.member, at=AT, site=Site.objects.get(), name=name)
        reading.assert_agree(few, many)
    few.close()
    many.close()


def whole(workspace: Any) -> tuple[Any, ...]:
    """Its rows, what else lies in it, and what its tables, indexes and triggers are."""
    reading.search_is_whole(workspace)
    raw = workspace._raw()
    plan = raw.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
    beside = [
        raw.execute(f"SELECT * FROM {t}").fetchall() for t in ("_mode", "_touched", "_stale", "_unindexed")
    ]
    return reading.records(workspace), plan, beside, workspace.aside, workspace.seq
