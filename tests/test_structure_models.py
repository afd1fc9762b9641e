"""docs/threat-model.md and the ledger's models name the same columns, and every sealed one says what it is bound to."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models

PAGE = Path(__file__).resolve().parent.parent / "docs" / "threat-model.md"


def told(text: str) -> dict[str, str]:
    return dict(re.findall(r"^\| `([a-z_.]+)` \| (.+) \|$", text, re.MULTILINE))


def columns() -> dict[str, models.Field]:
    """Every stored column of the ledger, as `model.field`."""
    return {
        f"{model._meta.model_name}.{field.name}": field
        for model in apps.get_app_config("vault").get_models()
        for field in model._meta.concrete_fields
        if field.name != "pk"
    }


def test_the_threat_model_names_every_column_of_the_ledger_and_no_other():
    assert set(told(PAGE.read_text())) == set(columns())


def test_every_sealed_column_says_what_it_is_bound_to():
    page = told(PAGE.read_text())
    sealed = [n for n, f in columns().items() if isinstance(f, models.BinaryField)]
    for name in set(sealed) - {"holder.public", "consolecode.digest"}:
        assert "ound to" in page[name] or "bound as" in page[name], name


def test_nothing_readable_but_ids_numbers_flags_and_the_login():
    plain = (
        models.UUIDField,
        models.IntegerField,
        models.BooleanField,
        models.ForeignKey,
        models.BinaryField,
    )
    other = {n for n, f in columns().items() if not isinstance(f, plain)}
    assert other == {"holder.kind", "holder.login"}


def test_a_column_that_is_left_out_would_be_noticed():
    text = PAGE.read_text().replace("| `row.seq` |", "| row.seq |")
    assert set(columns()) - set(told(text)) == {"row.seq"}
