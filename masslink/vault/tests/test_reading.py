"""Records read by plain SQL are the ones that Django reads: every kind, every field, set and left out."""

from typing import Any

import pytest

from masslink.conftest import AT, Someone
from masslink.sites.models import Site
from masslink.vault.act import act
from masslink.vault.reading import read
from masslink.vault.record import kinds
from masslink.vault.schema import schema
from masslink.vault.tests.filling import fill_all


@pytest.mark.parametrize("plainly", [False, True])
def test_every_kind_is_read_as_django_reads_it(ana: Someone, site: Site, plainly: bool) -> None:
    with ana.workspace.bound():
        with act("filled", at=AT):
            fill_all(site.circle, "said", {Site: site, type(ana.member): ana.member}, plainly=plainly)
        models: list[Any] = [*kinds().values(), *schema().derived]
        for model in models:
            found = read(model, "ORDER BY 1")
            assert found or issubclass(model, tuple(schema().derived)), model
            fields = [field.attname for field in model._meta.concrete_fields]
            its = list(model.objects.order_by("pk"))
            assert [[getattr(one, name) for name in fields] for one in found] == [
                [getattr(one, name) for name in fields] for one in its
            ], model
            assert all(one._state.db == "open" and not one._state.adding for one in found)
