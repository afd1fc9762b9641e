"""A SQLite backend whose connection belongs to a workspace; without one it is locked."""

from typing import Any

from django.db.backends.sqlite3 import base, creation


class Locked(Exception):
    """The workspace was asked for something while nobody has unlocked it in this thread."""


class DatabaseCreation(creation.DatabaseCreation):
    """Tests make no database for "open": each workspace makes its own."""

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        return ":memory:"

    def destroy_test_db(self, *args: Any, **kwargs: Any) -> None:
        pass


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation

    def __init__(self, settings_dict: dict[str, Any], alias: str = "open", *, owned: bool = False) -> None:
        super().__init__(settings_dict, alias)
        self.owned = owned
        self.dropped = False
        if owned:
            self.inc_thread_sharing()

    def get_connection_params(self) -> dict[str, Any]:
        # Without type detection rows come back as the text that is stored, which is what payloads hold;
        # the ORM's own converters do the rest.
        return {**super().get_connection_params(), "detect_types": 0}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.owned or self.dropped:
            raise Locked("nobody has unlocked a workspace here")
        connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA temp_store=MEMORY")
        # Acts and catching up check foreign keys themselves, before the ledger commits; SQLite would do it after.
        connection.execute("PRAGMA foreign_keys=OFF")
        return connection

    def ensure_connection(self) -> None:
        # Not by way of `super()`: Django's tests forbid that one for databases of a test that aren't named, and
        # a workspace's database belongs to its holder, not to the test.
        if self.connection is None:
            with self.wrap_database_errors:
                self.connect()

    def close(self) -> None:
        """Nothing: a request's end must not throw a holder's workspace away. See `drop`."""

    def drop(self) -> None:
        """Close the connection for good; what was in it is gone, and no other takes its place."""
        self.dropped = True
        if self.connection is not None:
            self.connection.close()
            self.connection = None
