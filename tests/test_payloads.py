"""No kind of record changes its columns without a new payload version: else older records would vanish unseen."""

from typing import Any

import pytest

from masslink.vault.record import kinds
from masslink.vault.schema import lift, schema
from tests.freeze import frozen, payloads

HOW = (
    "{kind} has other columns than in version {version} ({changed}). Raise `payload_version` of {model}, add a lift "
    "from {version} (masslink/vault/record.py), then freeze it: python -m tests.freeze. "
    "(Nothing released yet and no data to keep: freezing alone will do.)"
)


def faults(now: dict[str, Any], before: dict[str, Any]) -> list[str]:
    found = [f"{kind} isn't frozen yet: python -m tests.freeze" for kind in set(now) - set(before)]
    found += [f"{kind} is gone; records of it would be refused as too new" for kind in set(before) - set(now)]
    for kind in set(now) & set(before):
        (one, old), model = (now[kind], before[kind]), kinds()[kind].__name__
        changed = ", ".join(sorted(set(one["columns"]) ^ set(old["columns"])))
        if changed and one["version"] <= old["version"]:
            found.append(HOW.format(kind=kind, version=old["version"], changed=changed, model=model))
        elif one["version"] != old["version"]:
            found.append(f"{kind} is version {one['version']} now; freeze it: python -m tests.freeze")
    return sorted(found)


def test_no_payload_changes_without_a_new_version() -> None:
    assert not faults(payloads(), frozen())


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_older_version_can_be_lifted(kind: str) -> None:
    """A lift for each step; what it makes of the columns is tested beside its model."""
    model = kinds()[kind]
    assert set(range(1, model.payload_version)) == set(model.lifts)


def test_a_lifted_person_has_all_its_columns() -> None:
    old = dict.fromkeys(set(schema().tables["person"].columns) - {"member_id"})
    _table, fields = lift("person", 1, old)
    assert set(fields) == set(schema().tables["person"].columns)


def test_a_field_that_is_added_in_silence_is_found() -> None:
    before = frozen()
    now = {**before, "deed": {**before["deed"], "columns": [*before["deed"]["columns"], "mood"]}}
    (fault,) = faults(now, before)
    assert "python -m tests.freeze" in fault
    assert "mood" in fault
    raised = {**now, "deed": {**now["deed"], "version": before["deed"]["version"] + 1}}
    (fault,) = faults(raised, before)
    assert fault.endswith("freeze it: python -m tests.freeze")
