"""The ciphers, each named once. Everything here comes from the `cryptography` package.

Bodies: AES-256-GCM with a random nonce. Grants: HPKE with the hybrid of ML-KEM-768 and X25519. Signatures:
Ed25519. Passphrases: Argon2id, then AES-256-GCM over the private keys.
"""

import os
import struct
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = 1  # of bodies: one byte before the nonce
HYBRID = 1  # suite byte of grants
NONCE = 12

RECORD, ACT, CHUNK, ROSTER = b"r", b"a", b"c", b"o"  # what a body is, part of what it is bound to

_hpke = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
position = struct.Struct(">IQ")


class Unopenable(Exception):
    """A sealed thing that doesn't open: another key, another place, or changed bytes."""


class Unsealable(Exception):
    """Public keys to which nothing can be sealed: somebody made them up."""


class TooNew(Exception):
    """A sealed thing was written by a newer program than this one: refused, and nothing is left out."""


def binding(what: bytes, collective: UUID, circle: UUID) -> bytes:
    """The first part of the associated data: format, kind of table, collective and circle."""
    return b"masslink" + bytes([FORMAT]) + what + collective.bytes + circle.bytes


def place(epoch: int, version: int, id_bytes: bytes) -> bytes:
    """The second part: epoch, version (or number), and the row's id."""
    return position.pack(epoch, version) + id_bytes


def seal(key: AESGCM, plain: bytes, bound_to: bytes) -> bytes:
    """Encrypt a padded body; the result is format byte, nonce, ciphertext and tag."""
    nonce = os.urandom(NONCE)
    return bytes([FORMAT]) + nonce + key.encrypt(nonce, plain, bound_to)


def unseal(key: AESGCM, body: bytes, bound_to: bytes) -> bytes:
    """Decrypt what `seal` made. Raises Unopenable when the key, the place or a byte differs."""
    if len(body) < 1 + NONCE + 16 or body[0] != FORMAT:
        raise Unopenable("unknown format")
    try:
        return key.decrypt(body[1 : 1 + NONCE], body[1 + NONCE :], bound_to)
    except InvalidTag:
        raise Unopenable("a body that this key doesn't open here") from None


def new_key() -> bytes:
    """A random 256-bit key for one epoch of one circle."""
    return AESGCM.generate_key(256)


@dataclass(frozen=True)
class Fingerprint:
    """By what others recognize a holder: what checks their signatures, and a digest of where to seal grants."""

    signing: bytes
    opening: bytes

    def to_bytes(self) -> bytes:
        return self.signing + self.opening

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprint":
        if len(data) != 64:
            raise ValueError("a fingerprint of another size")
        return cls(data[:32], data[32:])

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this holder signed `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signing).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class PublicKeys:
    """What others know of a holder: where to seal grants (1,216 bytes) and what checks their signatures (32)."""

    opening: bytes
    signing: bytes

    def to_bytes(self) -> bytes:
        return self.opening + self.signing

    @classmethod
    def from_bytes(cls, data: bytes) -> "PublicKeys":
        return cls(opening=data[:-32], signing=data[-32:])

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """HPKE to this holder; the suite byte comes first. Raises Unsealable."""
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(self.opening[:-32])
            x25519 = X25519PublicKey.from_public_bytes(self.opening[-32:])
            return bytes([HYBRID]) + _hpke.encrypt(plain, MLKEM768X25519PublicKey(mlkem, x25519), info=info)
        except ValueError:
            raise Unsealable("keys to which nothing can be sealed") from None

    @property
    def fingerprint(self) -> Fingerprint:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(self.opening)
        return Fingerprint(self.signing, digest.finalize())


@dataclass(frozen=True)
class PrivateKeys:
    """A holder's own keys: ML-KEM seed (64 bytes), X25519 (32), Ed25519 (32).

    Beside them, under the same wrap, `root`: by what they know their collective (see `circles`).
    """

    mlkem: bytes
    x25519: bytes
    signing: bytes
    root: bytes = b""

    @classmethod
    def generate(cls) -> "PrivateKeys":
        return cls(
            MLKEM768PrivateKey.generate().private_bytes_raw(),
            X25519PrivateKey.generate().private_bytes_raw(),
            Ed25519PrivateKey.generate().private_bytes_raw(),
        )

    def to_bytes(self) -> bytes:
        return self.mlkem + self.x25519 + self.signing + self.root

    @classmethod
    def from_bytes(cls, data: bytes) -> "PrivateKeys":
        return cls(data[:64], data[64:96], data[96:128], data[128:])

    @cached_property
    def _opening(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(self.mlkem), X25519PrivateKey.from_private_bytes(self.x25519)
        )

    @property
    def public(self) -> PublicKeys:
        mlkem = MLKEM768PrivateKey.from_seed_bytes(self.mlkem).public_key().public_bytes_raw()
        x25519 = X25519PrivateKey.from_private_bytes(self.x25519).public_key().public_bytes_raw()
        signing = Ed25519PrivateKey.from_private_bytes(self.signing).public_key().public_bytes_raw()
        return PublicKeys(mlkem + x25519, signing)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Open what was sealed to this holder. Raises Unopenable."""
        if not sealed or sealed[0] != HYBRID:
            raise Unopenable("unknown suite")
        try:
            return _hpke.decrypt(sealed[1:], self._opening, info=info)
        except Exception:  # the library names several; all mean: not ours, or changed
            raise Unopenable("a grant that this holder doesn't open") from None

    def sign(self, message: bytes) -> bytes:
        """Ed25519 over `message`, 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).sign(message)

    def mark(self, text: bytes) -> bytes:
        """32 bytes that only this holder can make and recognize; nobody else can tell whose they are."""
        return HKDF(hashes.SHA256(), 32, None, b"masslink mark" + text).derive(self.to_bytes())


class Signs(Protocol):
    """Whoever can sign for a holder."""

    def sign(self, message: bytes) -> bytes: ...


class Opens(Signs, Protocol):
    """Whoever can open what was sealed to a holder: a member's keys, or both halves of a kit."""

    @property
    def root(self) -> bytes: ...

    @property
    def public(self) -> PublicKeys: ...

    def open(self, sealed: bytes, info: bytes) -> bytes: ...

    def mark(self, text: bytes) -> bytes: ...


# --- passphrases ---------------------------------------------------------------------------------

_wrap_head = struct.Struct(">BIB")  # format, KiB of memory, passes
MEMBERS, DEVICES = threading.Semaphore(2), threading.Semaphore(2)  # few at a time: 64 MiB each
SALT = 16


def wrap(
    secret: bytes,
    passphrase: str,
    bound_to: bytes,
    *,
    memory_kib: int,
    passes: int,
    lane: threading.Semaphore = MEMBERS,
) -> bytes:
    """Seal a holder's private keys under a passphrase: Argon2id (RFC 9106), then AES-256-GCM."""
    salt = os.urandom(SALT)
    head = _wrap_head.pack(FORMAT, memory_kib, passes) + salt
    key = _stretch(passphrase, salt, memory_kib, passes, lane)
    return head + seal(AESGCM(key), secret, head + bound_to)


def unwrap(wrapped: bytes, passphrase: str, bound_to: bytes, *, lane: threading.Semaphore = MEMBERS) -> bytes:
    """Open what `wrap` made; opening it is the login check. Raises Unopenable."""
    size = _wrap_head.size + SALT
    head = wrapped[:size]
    if len(head) < size:
        raise Unopenable("a wrap that is too short")
    format_, memory_kib, passes = _wrap_head.unpack(head[: _wrap_head.size])
    if format_ != FORMAT or memory_kib > 1 << 20 or passes > 16:
        raise Unopenable("a wrap of another format")
    key = _stretch(passphrase, head[_wrap_head.size :], memory_kib, passes, lane)
    return unseal(AESGCM(key), wrapped[size:], head + bound_to)


def slow_digest(data: bytes, *, memory_kib: int, passes: int) -> bytes:
    """32 bytes out of `data`, as slowly as a key out of a passphrase."""
    salt = hashes.Hash(hashes.SHA256())
    salt.update(b"masslink slow digest" + data)
    return _stretch(data.hex(), salt.finalize()[:SALT], memory_kib, passes, MEMBERS)


def _stretch(passphrase: str, salt: bytes, memory_kib: int, passes: int, lane: threading.Semaphore) -> bytes:
    with lane:
        stretch = Argon2id(salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory_kib)
        return stretch.derive(" ".join(passphrase.split()).lower().encode())
