"""What is under way before anybody is let in: kept in this process's memory for half an hour, and nowhere else.

Each is known by a random token that only one browser has, in a cookie of its own.
"""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

SECONDS = 30 * 60

T = TypeVar("T")


class Pending(Generic[T]):
    """Things under way by their tokens. `close` is called with whatever is thrown away; times in seconds."""

    def __init__(
        self,
        *,
        at_most: int,
        close: Callable[[T], object] = lambda thing: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.at_most, self.close, self.clock = at_most, close, clock
        self._lock = threading.Lock()
        self._open: dict[str, tuple[float, T]] = {}

    def begin(self, thing: T) -> str:
        """Keep it; the oldest makes room where there are too many. Returns the token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sweep()
            while len(self._open) >= self.at_most:
                self._close(next(iter(self._open)))
            self._open[token] = (self.clock(), thing)
        return token

    def find(self, token: str) -> T | None:
        with self._lock:
            self._sweep()
            found = self._open.get(token)
            return found[1] if found else None

    def drop(self, token: str, *, close: bool = True) -> None:
        """Forget it; without `close` what it was lives on elsewhere."""
        with self._lock:
            if close:
                self._close(token)
            else:
                self._open.pop(token, None)

    def _close(self, token: str) -> None:
        if found := self._open.pop(token, None):
            # A request may still be using it, and what closes it waits for that one.
            threading.Thread(target=self.close, args=(found[1],), daemon=True).start()

    def _sweep(self) -> None:
        since = self.clock() - SECONDS
        for token in [t for t, (began, _) in self._open.items() if began <= since]:
            self._close(token)
