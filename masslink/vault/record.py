"""What a room's model builds on: a record of one circle, open in the workspace and sealed in the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.apps import apps
from django.db import models


class Record(models.Model):
    """One thing somebody wrote, in one circle.

    `kind` is its permanent label in the ledger. `payload_version` is raised when fields change, and `lifts` then
    holds, for each older version, the pure function that makes its payload (column -> stored value) one newer.
    A choice that goes, or a text or number that gets shorter, is a change too: what no longer fits waits aside, unseen.
    `searched` names the text columns that search looks into; `search_options` is added to the FTS5 table's own.
    """

    kind: ClassVar[str] = ""
    payload_version: ClassVar[int] = 1
    lifts: ClassVar[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
    searched: ClassVar[tuple[str, ...]] = ()
    search_options: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    circle = models.UUIDField(editable=False)
    version = models.IntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        from masslink.vault.act import note_saved

        super().save(**kwargs)
        note_saved(self)

    @property
    def ref(self) -> "Ref":
        return Ref(self.kind, self.id)


class Derived(models.Model):
    """A table that is computed in the workspace from records and never sealed.

    `watches` names kinds of records and the column whose values are this table's keys; `refresh(None)` computes
    every row after filling, `refresh(keys)` those whose records changed.
    """

    watches: ClassVar[tuple[tuple[str, str], ...]]

    class Meta:
        abstract = True

    @classmethod
    def refresh(cls, keys: list[str] | None) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Ref:
    """A pointer to anything that may be gone or out of reach: a kind and an id."""

    kind: str
    id: UUID

    def get(self) -> Record | None:
        """The record, or None where it is deleted or this workspace doesn't hold it."""
        model = kinds().get(self.kind)
        return model._default_manager.filter(pk=self.id).first() if model else None


@cache
def kinds() -> dict[str, type[Record]]:
    """Every kind of record by its label. Raises ValueError where two models share one."""
    found: dict[str, type[Record]] = {}
    for model in apps.get_app_config("masslink").get_models():
        if issubclass(model, Record):
            if not model.kind or model.kind in found:
                raise ValueError(f"{model.__name__} needs a kind of its own")
            found[model.kind] = model
    return found
