"""The ciphers: a body opens in its place only, a wrap with its words only, a grant for its holder only."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from masslink.vault import suite, words
from masslink.vault.suite import PrivateKeys, PublicKeys, Unopenable

HERE = {
    "what": suite.RECORD,
    "collective": uuid4(),
    "circle": uuid4(),
    "epoch": 1,
    "version": 3,
    "id": uuid4(),
}


def bound(place: dict) -> bytes:
    first = suite.binding(place["what"], place["collective"], place["circle"])
    return first + suite.place(place["epoch"], place["version"], place["id"].bytes)


@pytest.mark.parametrize(
    "part, other",
    [("what", suite.ACT), ("what", suite.CHUNK), ("what", suite.ROSTER), ("collective", uuid4()), ("circle", uuid4()),
     ("epoch", 2), ("version", 2), ("version", 2**40), ("id", uuid4())],
)  # fmt: skip
def test_a_body_opens_in_its_own_place_only(part: str, other: object):
    key = AESGCM(suite.new_key())
    body = suite.seal(key, b"words", bound(HERE))
    assert suite.unseal(key, body, bound(HERE)) == b"words"
    with pytest.raises(Unopenable):
        suite.unseal(key, body, bound({**HERE, part: other}))


def test_bodies_of_the_same_words_differ_and_every_bit_counts():
    key = AESGCM(suite.new_key())
    body = suite.seal(key, b"words", b"place")
    assert body != suite.seal(key, b"words", b"place")
    for bit in range(len(body) * 8):
        changed = bytearray(body)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unopenable):
            suite.unseal(key, bytes(changed), b"place")
    for length in range(len(body)):
        with pytest.raises(Unopenable):
            suite.unseal(key, body[:length], b"place")
    with pytest.raises(Unopenable):
        suite.unseal(AESGCM(suite.new_key()), body, b"place")


def test_grants_open_for_their_holder_and_place_only():
    mine, other = PrivateKeys.generate(), PrivateKeys.generate()
    sealed = mine.public.seal(b"key", b"place")
    assert mine.open(sealed, b"place") == b"key"
    attempts: list[Callable[[], bytes]] = [
        lambda: other.open(sealed, b"place"),
        lambda: mine.open(sealed, b"elsewhere"),
        lambda: mine.open(sealed[:-1], b"place"),
        lambda: mine.open(b"\x02" + sealed[1:], b"place"),
        lambda: mine.open(b"", b"place"),
    ]
    for attempt in attempts:
        with pytest.raises(Unopenable):
            attempt()


def test_fingerprints_tell_both_keys():
    one, other = PrivateKeys.generate().public, PrivateKeys.generate().public
    assert PublicKeys(one.opening, other.signing).fingerprint != one.fingerprint
    assert PublicKeys(other.opening, one.signing).fingerprint != one.fingerprint
    assert one.fingerprint.from_bytes(one.fingerprint.to_bytes()) == one.fingerprint
    with pytest.raises(ValueError, match="size"):
        one.fingerprint.from_bytes(b"short")


def test_signatures_count_for_their_signer_and_message_only():
    keys = PrivateKeys.generate()
    signature = keys.sign(b"message")
    assert keys.public.fingerprint.verifies(signature, b"message")
    assert not keys.public.fingerprint.verifies(signature, b"massage")
    assert not PrivateKeys.generate().public.fingerprint.verifies(signature, b"message")
    assert not keys.public.fingerprint.verifies(b"", b"message")


def test_a_wrap_opens_with_its_words_however_they_are_spaced_and_with_no_others():
    secret = PrivateKeys.generate().to_bytes() + b"root"
    wrapped = suite.wrap(secret, "one two three", b"holder", memory_kib=8, passes=1)
    assert suite.unwrap(wrapped, "  One two\tTHREE ", b"holder") == secret
    costlier = wrapped[:1] + b"\xff" + wrapped[2:]
    for body, said, holder in (
        (wrapped, "one two", b"holder"),
        (wrapped, "one two three", b"another"),
        (wrapped[:-1], "one two three", b"holder"),
        (costlier, "one two three", b"holder"),
        (b"", "one two three", b"holder"),
    ):
        with pytest.raises(Unopenable):
            suite.unwrap(body, said, holder)


def test_private_keys_come_back_with_their_root():
    keys = PrivateKeys.generate()
    again = PrivateKeys.from_bytes(keys.to_bytes() + b"r" * 32)
    assert (again.public, again.root) == (keys.public, b"r" * 32)


def test_generated_words_are_six_of_many_and_names_mean_nothing():
    assert len(words.word_list()) > 7_700
    assert len(words.passphrase().split()) == 6
    assert len({words.passphrase() for _ in range(50)}) == len({words.login_name() for _ in range(50)}) == 50
    assert len({words.code() for _ in range(50)}) == 50
