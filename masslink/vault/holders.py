"""Holders: making one, unlocking one, letting one into a circle."""

from dataclasses import replace
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.db import transaction

from masslink.vault import circles, epochs, mixing, suite, words
from masslink.vault.ledger import Ledger
from masslink.vault.models import Collective, ConsoleCode, Holder
from masslink.vault.suite import Fingerprint, Opens, PrivateKeys, PublicKeys, Unopenable, Unsealable
from masslink.vault.workspace import Workspace, current


class WrongWords(Exception):
    """Login name and passphrase don't belong together."""


class OtherKeys(Exception):
    """The ledger names other keys for a holder than those by which they were let in, or none: somebody changed it."""


# --- founding ------------------------------------------------------------------------------------


def new_founding_code() -> str:
    """A one-time code to read from the server's console; only its digest is stored."""
    code = words.code()
    ConsoleCode.objects.create(digest=_digest(code))
    return code


def founding_code_fits(code: str) -> bool:
    return ConsoleCode.objects.filter(digest=_digest(code)).exists()


def _digest(code: str) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"masslink founding" + "".join(code.lower().split()).replace("-", "").encode())
    return digest.finalize()


def found(code: str, login: str, passphrase: str) -> Workspace:
    """Use up a founding code: a collective with one holder, its circle and theirs. Raises WrongWords.

    The workspace that comes back is open and still empty.
    """
    keys = PrivateKeys.generate()
    with transaction.atomic("default"):
        used, _ = ConsoleCode.objects.filter(digest=_digest(code)).delete()
        if not used:
            raise WrongWords
        collective = Collective.objects.create().id
        holder = _new_holder(collective, login, keys)
        root = circles.create(collective, circles.COLLECTIVE, holder.id, keys).root
        keys = replace(keys, root=root)
        holder.wrapped = wrap(keys, passphrase, collective, holder.id)
        holder.save()
        circles.create(collective, circles.OWN, holder.id, keys)
    return _opened(holder, keys)


# --- holders -------------------------------------------------------------------------------------


def enrol(collective: UUID, login: str, passphrase: str, root: bytes) -> tuple[Holder, PrivateKeys]:
    """A new member's keys, made here and wrapped by their passphrase. They hold nothing yet.

    `root` is by what they will know their collective: a member's `workspace.root`, handed over with the invitation.
    """
    keys = replace(PrivateKeys.generate(), root=root)
    holder = _new_holder(collective, login, keys)
    holder.wrapped = wrap(keys, passphrase, collective, holder.id)
    holder.save()
    return holder, keys


def _new_holder(collective: UUID, login: str, keys: PrivateKeys) -> Holder:
    mixing.soon(collective)
    return Holder.objects.create(
        collective_id=collective, login=login, public=keys.public.to_bytes(), wrapped=b""
    )


def argon2() -> dict[str, int]:
    """How slow stretching is."""
    return {"memory_kib": settings.ARGON2_MEMORY_KIB, "passes": settings.ARGON2_PASSES}


def wrap(keys: PrivateKeys, passphrase: str, collective: UUID, holder: UUID) -> bytes:
    return suite.wrap(
        keys.to_bytes(),
        passphrase,
        b"masslink member" + collective.bytes + holder.bytes,
        memory_kib=settings.ARGON2_MEMORY_KIB,
        passes=settings.ARGON2_PASSES,
    )


def unlock(login: str, passphrase: str) -> tuple[Holder, PrivateKeys]:
    """The keys of the member with this login. Raises WrongWords; takes as long for a login nobody has."""
    holder = Holder.objects.filter(login=login.strip().lower(), kind=Holder.Kind.MEMBER).first()
    if holder is None:
        suite.wrap(b"", passphrase, b"", memory_kib=settings.ARGON2_MEMORY_KIB, passes=settings.ARGON2_PASSES)
        raise WrongWords
    bound = b"masslink member" + holder.collective_id.bytes + holder.id.bytes
    try:
        return holder, PrivateKeys.from_bytes(suite.unwrap(bytes(holder.wrapped), passphrase, bound))
    except Unopenable:
        raise WrongWords from None


def wrap_anew(passphrase: str) -> bytes:
    """The keys of the member who acts, wrapped under another passphrase. Slow on purpose: call it before the act."""
    workspace = current()
    assert isinstance(workspace.keys, PrivateKeys)
    return wrap(workspace.keys, passphrase, workspace.collective, workspace.holder)


def change_wrap(before: bytes, after: bytes) -> None:
    """Exchange it for the one they had, in the running act. Raises WrongWords where it isn't that one any more."""
    workspace = current()
    assert workspace.act
    mine = Holder.objects.filter(pk=workspace.holder, collective_id=workspace.collective, wrapped=before)
    if not mine.update(wrapped=after):
        raise WrongWords


def open_workspace(holder: Holder, keys: Opens) -> Workspace:
    """A holder's workspace, filled; on the first time their own circle is made."""
    workspace = _opened(holder, keys)
    if not any(c.kind == circles.OWN for c in workspace.circles.values()):
        workspace.close()
        _make_own(holder, keys)
        workspace = _opened(holder, keys)
    return workspace


def _make_own(holder: Holder, keys: Opens) -> None:
    """A holder's own circle, once: two of their browsers may have unlocked at the same moment."""
    with transaction.atomic("default"):
        ledger = Ledger(holder.collective_id)
        seq = ledger.lock()
        held = circles.open_circles(holder.collective_id, holder.id, keys, ledger.grants_of(holder.id))
        if not any(c.kind == circles.OWN for c in held.values()):
            circles.create(holder.collective_id, circles.OWN, holder.id, keys, seq)


def _opened(holder: Holder, keys: Opens) -> Workspace:
    workspace = Workspace(holder.collective_id, holder.id, keys)
    workspace.open()
    return workspace


# --- circles, inside an act ----------------------------------------------------------------------


def open_circle(kind: str) -> UUID:
    """Make a new circle in the running act, held by who acts. Returns its id."""
    workspace = current()
    assert workspace.act, "circles are made in acts"
    circle = circles.create(workspace.collective, kind, workspace.holder, workspace.keys, workspace.act.seq)
    workspace.circles[circle.id] = circle
    workspace.grants = workspace.forget_retired_keys()
    return circle.id


def let_in(circle: UUID, holder: UUID, fingerprint: Fingerprint | None = None) -> None:
    """Give another holder of the collective a circle's keys, in the running act.

    The ledger alone isn't believed about their keys: whoever stands in the collective's roster is recognized by it,
    and a newcomer by the `fingerprint` they showed. Raises OtherKeys.
    """
    workspace = current()
    assert workspace.act, "access is given in acts"
    to = Holder.objects.filter(pk=holder, collective_id=workspace.collective).first()
    if to is None:
        raise OtherKeys
    public = PublicKeys.from_bytes(bytes(to.public))
    known = workspace.circles[workspace.collective_circle].roster.get(holder, fingerprint)
    if public.fingerprint != known or fingerprint not in (None, known):
        raise OtherKeys
    workspace.act.lasting = True
    try:
        circles.give(epochs.giver(workspace), workspace.circles[circle], holder, public)
    except Unsealable:
        raise OtherKeys from None
