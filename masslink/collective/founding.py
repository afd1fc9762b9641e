"""Foundings under way: between the code and the two words typed back, in this process's memory only."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from masslink.vault import words

SECONDS = 30 * 60
AT_MOST = 20  # each took a code from the console, so more than a few are a mistake


@dataclass
class Founding:
    """What is known so far, and the words that were offered."""

    code: str
    space: str
    member: str
    began: float
    login: str = field(default_factory=words.login_name)
    passphrase: str = field(default_factory=words.passphrase)
    asked: tuple[int, int] = (0, 1)
    written: bool = False

    def __post_init__(self) -> None:
        self.ask_anew()

    def other_words(self) -> None:
        self.passphrase = words.passphrase()
        self.ask_anew()

    def ask_anew(self) -> None:
        """Choose which two words are to be typed back."""
        first, second = sorted(secrets.SystemRandom().sample(range(words.PASSPHRASE_WORDS), 2))
        self.asked = (first, second)

    @property
    def words(self) -> list[str]:
        return self.passphrase.split()

    def typed_back(self, first: str, second: str) -> bool:
        return [first, second] == [self.words[place] for place in self.asked]


class Foundings:
    """All of this process, by a random token that only the founder's browser has."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Founding] = {}

    def begin(self, code: str, space: str, member: str) -> str:
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sweep()
            while len(self._open) >= AT_MOST:
                del self._open[next(iter(self._open))]
            self._open[token] = Founding(code, space, member, self.clock())
        return token

    def find(self, token: str) -> Founding | None:
        with self._lock:
            self._sweep()
            return self._open.get(token)

    def drop(self, token: str) -> None:
        with self._lock:
            self._open.pop(token, None)

    def _sweep(self) -> None:
        since = self.clock() - SECONDS
        self._open = {t: f for t, f in self._open.items() if f.began > since}


foundings = Foundings()
