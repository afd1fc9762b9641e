"""Which database a model lives in: rooms in the workspace ("open"), the ledger on disk ("default")."""

from typing import Any


class Router:
    def _db(self, label: str) -> str:
        return "open" if label == "masslink" else "default"

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self._db(model._meta.app_label)

    db_for_write = db_for_read

    def allow_relation(self, a: Any, b: Any, **hints: Any) -> bool:
        return self._db(a._meta.app_label) == self._db(b._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db in ("default", "backup") and app_label == "vault"
