"""Sessions: who has unlocked, in this process's memory only. Lock, idle out or stop the server, and they are gone."""

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from uuid import UUID

from django.conf import settings

from masslink.vault import devices, restoring
from masslink.vault.holders import WrongWords, open_workspace, unlock
from masslink.vault.kits import Sheet
from masslink.vault.models import Collective, Holder
from masslink.vault.suite import Opens
from masslink.vault.workspace import Workspace

PER_HOLDER = 3


class Full(Exception):
    """The server has as many workspaces open as it may."""


class TooManyTries(Exception):
    """Guessing is slowed down; `seconds` says for how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class Session:
    """One browser of one holder who has unlocked."""

    digest: bytes
    workspace: Workspace
    started: float
    used: float
    flash: dict[str, str] = field(default_factory=dict)
    device: UUID | None = None
    older: devices.Older | None = (
        None  # what this ledger lacks of what the device saw; a page asks about it first
    )
    shared: bool = False  # on a phone that others use too: ends sooner, leaves nothing behind
    hidden: bool = False  # an empty page stands before everything until its own button is pressed

    sheet: Sheet | None = None  # of a recovery kit, shown until it is on paper
    under_way: dict[str, Any] = field(default_factory=dict)  # what pages show until they are done with it

    @property
    def holder(self) -> UUID:
        return self.workspace.holder

    @property
    def idle_seconds(self) -> int:
        """How long it goes on without a tap."""
        limit: int = settings.IDLE_SECONDS
        return min(limit, settings.SHARED_IDLE_SECONDS) if self.shared else limit


class Sessions:
    """All sessions of this process. Times come from `clock`, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.guard = Guard(clock)
        self._lock = threading.RLock()
        self._sessions: dict[bytes, Session] = {}
        self._sweeper: threading.Thread | None = None

    # --- coming in ------------------------------------------------------------------------------

    def log_in(self, login: str, passphrase: str, *, shared: bool = False) -> str:
        """Unlock and return the token for the cookie. Raises WrongWords, TooManyTries, Full, BroughtBack."""
        login = login.strip().lower()
        self.guard.ask(login)
        try:
            holder, keys = unlock(login, passphrase)
        except WrongWords:
            self.guard.failed(login)
            raise
        self.guard.passed(login)
        return self._begin(holder, keys, shared=shared)

    def log_in_with_pin(self, cookie: str, pin: str) -> str:
        """Unlock a known device and return the token. Raises WrongPin, UnknownDevice, Full, BroughtBack.

        The guard isn't asked: a device has its five tries, and guessing at words must not slow down known phones.
        """
        holder, keys = devices.unlock(cookie, pin)
        token = self._begin(holder, keys)
        self.on_device(token, devices.id_of(cookie))
        if not devices.is_known(cookie):  # an alarm, or its owner, was quicker: see `Workspace.alarms`
            self.end(token)
            raise devices.UnknownDevice
        return token

    def on_device(self, token: str, device: UUID | None) -> None:
        """Note on which known device a session goes on, so that ending the one ends the other."""
        with self._lock:
            session = self._sessions.get(_digest(token))
            if session:
                session.device = device

    def _begin(self, holder: Holder, keys: Opens, *, shared: bool = False) -> str:
        if restoring.waits(holder.collective_id):
            raise restoring.BroughtBack(holder, keys)
        with self._lock:
            open_already = self._still_good(holder)
            if open_already:  # joined under the lock, or their last session may end meanwhile and close it
                return self.start(open_already[0].workspace, shared=shared)
            self._make_room()
        return self.start(open_workspace(holder, keys), shared=shared)

    def start(self, workspace: Workspace, *, shared: bool = False) -> str:
        """A new session over an open workspace; the token is returned once and kept only as its digest."""
        token, now = new_token(None if shared else workspace.keys), self.clock()
        self._sweep_in_background()
        with self._lock:
            others = self._of(workspace.holder)
            if others and others[0].workspace is not workspace:
                workspace.close()
                workspace = others[0].workspace
            for old in sorted(others, key=lambda s: s.used)[: max(0, len(others) - PER_HOLDER + 1)]:
                self._end(old)
            digest = _digest(token)
            self._sessions[digest] = Session(digest, workspace, now, now, shared=shared)
        return token

    def count(self, holder: UUID) -> int:
        """How many sessions this holder has open in this process."""
        self.sweep()
        with self._lock:
            return len(self._of(holder))

    def _of(self, holder: UUID) -> list[Session]:
        return [s for s in self._sessions.values() if s.holder == holder]

    def _still_good(self, holder: Holder) -> list[Session]:
        """Their sessions, unless an alarm was raised since; then these are over, and who unlocks starts afresh."""
        found = self._of(holder.id)
        alarms = Collective.objects.filter(pk=holder.collective_id).values_list("alarms", flat=True)
        if found and found[0].workspace.alarms != alarms.first():
            self.end_all(holder.id)
            return []
        return found

    def _make_room(self) -> None:
        self.sweep()
        holders = {s.holder for s in self._sessions.values()}
        if len(holders) < settings.WORKSPACES_AT_MOST:
            return
        longest = min(self._sessions.values(), key=lambda s: s.used)
        if self.clock() - longest.used < 60:
            raise Full
        self.end_all(longest.holder)

    # --- staying --------------------------------------------------------------------------------

    def find(self, token: str) -> Session | None:
        """The session of a cookie, marked as used now; None when there is none or it has run out."""
        with self._lock:
            session = self._sessions.get(_digest(token))
            if session is None:
                return None
            if self._over(session):
                self._end(session)
                return None
            session.used = self.clock()
            return session

    def _over(self, session: Session) -> bool:
        now = self.clock()
        return now - session.used > session.idle_seconds or now - session.started > settings.SESSION_SECONDS

    # --- going ----------------------------------------------------------------------------------

    def end(self, token: str) -> None:
        with self._lock:
            session = self._sessions.get(_digest(token))
            if session:
                self._end(session)

    def end_all(self, holder: UUID) -> None:
        with self._lock:
            for session in self._of(holder):
                self._end(session)

    def end_others(self, token: str) -> int:
        """End the other sessions of this session's holder. Returns how many."""
        with self._lock:
            mine = self._sessions.get(_digest(token))
            others = [s for s in self._of(mine.holder) if s is not mine] if mine else []
            for session in others:
                self._end(session)
            return len(others)

    def end_device(self, device: UUID) -> None:
        self._end_those(lambda session: session.device == device)

    def end_collective(self, collective: UUID) -> None:
        self._end_those(lambda session: session.workspace.collective == collective)

    def _end_those(self, over: Callable[[Session], bool]) -> None:
        with self._lock:
            for session in [s for s in self._sessions.values() if over(s)]:
                self._end(session)

    def _end(self, session: Session) -> None:
        self._sessions.pop(session.digest, None)
        if not self._of(session.holder):
            # A request of theirs may still be running; it holds the workspace's lock until it is done.
            threading.Thread(target=session.workspace.close, daemon=True).start()

    def sweep(self) -> None:
        """End what has run out."""
        with self._lock:
            for session in [s for s in self._sessions.values() if self._over(s)]:
                self._end(session)

    def _sweep_in_background(self) -> None:
        if self._sweeper is None:
            self._sweeper = threading.Thread(target=self._sweep_forever, daemon=True)
            self._sweeper.start()

    def _sweep_forever(self) -> None:
        while True:
            time.sleep(20)
            self.sweep()


class Guard:
    """Limits on guessing words, in memory: per login and for the whole server. It slows down and never locks out.

    Known devices have no part in it: they have their own five tries and their own lane.
    """

    FREE_PER_LOGIN, FREE_OVERALL, WINDOW, LONGEST = 5, 60, 60.0, 60.0

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._failed: dict[str, tuple[int, float]] = {}
        self._overall: deque[float] = deque(maxlen=self.FREE_OVERALL)

    def ask(self, login: str) -> None:
        """Raise TooManyTries while this login, or the server as a whole, has to wait."""
        now = self.clock()
        with self._lock:
            count, last = self._failed.get(login, (0, 0.0))
            beyond = count - self.FREE_PER_LOGIN
            pause = min(self.LONGEST, 2.0 ** min(beyond, 20)) if beyond >= 0 else 0
            wait = last + pause - now if pause else 0.0
            full = len(self._overall) == self.FREE_OVERALL
            if full and now - self._overall[0] < self.WINDOW:
                wait = max(wait, self._overall[0] + self.WINDOW - now)
            if wait > 0:
                raise TooManyTries(int(wait) + 1)

    def failed(self, login: str) -> None:
        now = self.clock()
        with self._lock:
            count, last = self._failed.get(login, (0, now))
            self._failed[login] = (count + 1 if now - last < 3600 else 1, now)
            self._overall.append(now)
            if len(self._failed) > 10_000:
                self._failed = dict(sorted(self._failed.items(), key=lambda kv: kv[1][1])[5_000:])

    def passed(self, login: str) -> None:
        with self._lock:
            self._failed.pop(login, None)


def new_token(keys: Opens | None) -> str:
    """A random token with its holder's mark, so that after a lock or a restart they know it as theirs.

    On a shared phone it is nobody's (`keys` is None): what was typed there isn't given to anyone afterwards.
    """
    secret = secrets.token_urlsafe(32)
    return f"{secret}.{keys.mark(secret.encode()).hex()}" if keys else secret


def is_shared(token: str) -> bool:
    """Whether this token, alive or long dead, was made for a shared phone."""
    return bool(token) and "." not in token


def made_for(token: str, keys: Opens) -> bool:
    """Whether this token, alive or long dead, was made when the holder of these keys unlocked."""
    secret, _, mark = token.partition(".")
    return compare_digest(mark.encode(), keys.mark(secret.encode()).hex().encode())


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


sessions = Sessions()
