"""Invitations: a code that lets somebody make keys of their own and wait to be let in. It opens nothing.

A code's row in the ledger is a holder without keys. What it says (by what the newcomer will know the collective, and
until when the code holds) is sealed under the code itself. Accepting turns the same row into a member's, once; they
hold nothing then but their own circle, until a member who has compared four words with them lets them in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction
from django.db.models import QuerySet

from masslink.vault import mixing, suite, words
from masslink.vault.holders import WrongWords, argon2, wrap
from masslink.vault.ledger import Ledger
from masslink.vault.models import Holder
from masslink.vault.suite import Fingerprint, PrivateKeys, PublicKeys, Unopenable
from masslink.vault.workspace import current

HOURS = 72
WORDS = 4


class RanOut(WrongWords):
    """The code is right, and its time is over."""


@dataclass(frozen=True)
class Invited:
    """An open invitation as its code shows it."""

    holder: UUID
    collective: UUID
    root: bytes
    until: datetime
    secret: bytes


@dataclass(frozen=True)
class Made:
    """A new invitation: the code to hand over, and what its maker keeps sealed to recognize the newcomer by."""

    code: str
    holder: UUID
    secret: bytes


def tidy(code: str) -> str:
    """A code as it was made, whatever somebody's keyboard or a line break made of it."""
    return "".join(sign for sign in code.lower() if sign.isalnum())


def invite(until: datetime) -> Made:
    """Make a code, in the running act; it holds until then."""
    workspace = current()
    assert workspace.act
    code, id = words.code(groups=4), uuid4()
    inside = orjson.dumps([workspace.root.hex(), until.isoformat()])
    bound = _bound(workspace.collective, id)
    mixing.soon(workspace.collective)
    Holder.objects.create(
        id=id,
        collective_id=workspace.collective,
        kind=Holder.Kind.INVITATION,
        login=_named(code),
        public=b"",
        wrapped=suite.seal(AESGCM(_derived(code, b"key")), inside, bound),
    )
    return Made(code, id, _derived(code, b"words"))


def read(code: str, now: datetime) -> Invited:
    """What a code shows. Raises WrongWords for one that is unknown, used or withdrawn, RanOut when its time is over."""
    row = Holder.objects.filter(kind=Holder.Kind.INVITATION, login=_named(code)).first()
    if row is None:
        raise WrongWords
    key = AESGCM(_derived(code, b"key"))
    try:
        root, until = orjson.loads(suite.unseal(key, bytes(row.wrapped), _bound(row.collective_id, row.pk)))
    except Unopenable:
        raise WrongWords from None
    ends = datetime.fromisoformat(until)
    if ends <= now:
        raise RanOut
    return Invited(row.pk, row.collective_id, bytes.fromhex(root), ends, _derived(code, b"words"))


def accept(code: str, now: datetime, login: str, passphrase: str) -> tuple[Holder, PrivateKeys]:
    """Turn an invitation into a newcomer with keys of their own. Raises WrongWords, RanOut: it holds once."""
    invited = read(code, now)
    keys = replace(PrivateKeys.generate(), root=invited.root)
    wrapped = wrap(keys, passphrase, invited.collective, invited.holder)
    with transaction.atomic("default"):
        Ledger(invited.collective).hold()  # before the row: who holds it already may wait for that one
        mixing.soon(invited.collective)
        used = Holder.objects.filter(pk=invited.holder, kind=Holder.Kind.INVITATION).update(
            kind=Holder.Kind.MEMBER, login=login, public=keys.public.to_bytes(), wrapped=wrapped
        )
    if not used:
        raise WrongWords
    return Holder.objects.get(pk=invited.holder), keys


def withdraw(holder: UUID) -> bool:
    """An invitation, or whoever accepted it and hasn't been let in, is gone at once; in the running act.

    Nothing happens to anybody else, whatever a record says: any member could write one that names them.
    """
    workspace = current()
    if holder in workspace.circles[workspace.collective_circle].ever:
        return False
    kinds = Holder.Kind.INVITATION, Holder.Kind.MEMBER
    Holder.objects.filter(pk=holder, collective_id=workspace.collective, kind__in=kinds).delete()
    return True


def newcomer(holder: UUID) -> PublicKeys | None:
    """The public keys of whoever accepted this invitation; None while nobody has, or when it was withdrawn."""
    row = _accepted({holder}).first()
    return PublicKeys.from_bytes(bytes(row.public)) if row else None


def accepted(holders: set[UUID]) -> set[UUID]:
    """Of these invitations those that somebody has accepted."""
    return set(_accepted(holders).values_list("pk", flat=True)) if holders else set()


def _accepted(holders: set[UUID]) -> QuerySet[Holder]:
    ours = Holder.objects.filter(collective_id=current().collective, kind=Holder.Kind.MEMBER)
    return ours.filter(pk__in=holders)


def words_to_compare(root: bytes, known: Fingerprint, secret: bytes) -> list[str]:
    """Four words (51 bits) that agree on both sides only if collective, newcomer's keys and code do.

    The code's part is unknown to whoever merely controls the ledger, so they can't search for keys that fit. Who found
    the code as well, or reads it as a member, could: so each attempt is as slow as one at a passphrase.
    """
    compared = sha256(b"masslink compare" + root + known.to_bytes() + secret)
    digest = int.from_bytes(suite.slow_digest(compared.digest(), **argon2()))
    found: Sequence[str] = words.word_list()
    chosen = []
    for _ in range(WORDS):
        digest, place = divmod(digest, len(found))
        chosen.append(found[place])
    return chosen


def _named(code: str) -> str:
    return sha256(b"masslink invitation" + tidy(code).encode()).hexdigest()


def _derived(code: str, what: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"masslink invitation " + what).derive(tidy(code).encode())


def _bound(collective: UUID, id: UUID) -> bytes:
    return b"masslink invitation" + collective.bytes + id.bytes
