"""Feeds: what a program may fetch that can't unlock, such as a phone's calendar. No circle's key is granted to it.

A feed is a holder whose keys are derived from a secret, the password of its address. Members' sessions lay down what
it may say, a copy for each circle its member holds, sealed to the feed's own key; the server opens them only while
somebody fetches with the secret. Which circle a copy came from, its row doesn't say. A feed counts for others only
where its member signed for it: else a turned member could name a feed of their own as another's.
"""

import secrets
from base64 import b32encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from masslink.vault import mixing
from masslink.vault.holders import WrongWords
from masslink.vault.models import Copy, Holder
from masslink.vault.suite import PrivateKeys, PublicKeys, Unopenable, Unsealable
from masslink.vault.workspace import current

SECRET = 20  # bytes: 160 bits, so that no stretching is needed
SMALLEST = 4096  # bytes of a copy


@dataclass(frozen=True)
class Feed:
    """What members know of a feed: where to seal, by what its copies are named, and how much it may show."""

    id: UUID
    public: bytes
    salt: bytes
    shows: str

    def signed(self, collective: UUID) -> bytes:
        """What its member signs."""
        return (
            b"masslink feed"
            + collective.bytes
            + self.id.bytes
            + self.salt
            + self.public
            + self.shows.encode()
        )


@dataclass(frozen=True)
class New:
    """A feed that was just made, with what its owner types into the phone once; the secret is kept nowhere."""

    feed: Feed
    login: str
    secret: str
    signature: bytes


def begin(shows: str) -> New:
    """A new feed of the member who acts, in the running act."""
    workspace = current()
    assert workspace.act, "feeds are made in acts"
    workspace.act.lasting = True
    mixing.soon(workspace.collective)
    secret = b32encode(secrets.token_bytes(SECRET)).decode().lower()
    row = Holder.objects.create(
        collective_id=workspace.collective,
        kind=Holder.Kind.LINK,
        login=secrets.token_hex(8),
        public=_keys(secret).public.to_bytes(),
        wrapped=b"",
    )
    feed = Feed(row.pk, bytes(row.public), secrets.token_bytes(16), shows)
    return New(feed, str(row.login), secret, workspace.keys.sign(feed.signed(workspace.collective)))


def is_signed_by(holder: UUID, feed: Feed, signature: bytes) -> bool:
    """Whether a member of ours made this feed, and for what it shows."""
    workspace = current()
    known = workspace.circles[workspace.collective_circle].roster.get(holder)
    return known is not None and known.verifies(signature, feed.signed(workspace.collective))


def end(id: UUID) -> None:
    """Its address opens nothing any more, and what was laid down for it is gone."""
    Holder.objects.filter(pk=id, collective_id=current().collective, kind=Holder.Kind.LINK).delete()


def end_all(collective: UUID) -> None:
    Holder.objects.filter(collective_id=collective, kind=Holder.Kind.LINK).delete()


def known(ids: set[UUID]) -> set[UUID]:
    """Which of these feeds can be fetched."""
    return set(Holder.objects.filter(pk__in=ids, kind=Holder.Kind.LINK).values_list("pk", flat=True))


# --- what it says --------------------------------------------------------------------------------


def put(circle: UUID, texts: Iterable[tuple[Feed, bytes]]) -> None:
    """Lay down what feeds say of one circle, in place of what they said before; nothing where one was ended.

    Call it in a transaction that holds the ledger's counter, after catching up: whoever comes later knows more.
    """
    collective, said = current().collective, list(texts)
    there, copies = known({feed.id for feed, _text in said}), []
    for feed, text in said:
        id = _named(feed, circle)
        if feed.id in there and (body := _sealed(feed, text, _bound(collective, feed.id, id))):
            copies.append(Copy(id=id, collective_id=collective, holder_id=feed.id, body=body))
    Copy.objects.bulk_create(copies, update_conflicts=True, unique_fields=["id"], update_fields=["body"])
    mixing.copies_soon(collective)


def _sealed(feed: Feed, text: bytes, bound: bytes) -> bytes | None:
    try:
        return PublicKeys.from_bytes(feed.public).seal(_padded(text), bound)
    except Unsealable:  # its member, who turned, signed for keys that are none
        return None


def drop(feed: Feed, circle: UUID) -> None:
    """It says nothing of this circle any more."""
    Copy.objects.filter(pk=_named(feed, circle), holder=feed.id).delete()


def read(login: str, secret: str, *, may: Callable[[UUID], bool] = lambda collective: True) -> list[bytes]:
    """What a feed says, one text for each circle, in no order. Raises WrongWords. `may` says whose are served."""
    if "\0" in login:  # PostgreSQL refuses to look for it
        raise WrongWords
    row = Holder.objects.filter(kind=Holder.Kind.LINK, login=login).first()
    keys = _keys(secret)
    if row is None or bytes(row.public) != keys.public.to_bytes() or not may(row.collective_id):
        raise WrongWords
    found = []
    for copy in Copy.objects.filter(holder=row):
        try:
            found.append(keys.open(bytes(copy.body), _bound(row.collective_id, row.pk, copy.pk)).rstrip())
        except Unopenable:  # put in by whoever meddled with the ledger
            continue
    return found


def _keys(secret: str) -> PrivateKeys:
    tidy = "".join(secret.split()).lower()
    return PrivateKeys.from_bytes(
        HKDF(hashes.SHA256(), 128, None, b"masslink feed keys").derive(tidy.encode())
    )


def _named(feed: Feed, circle: UUID) -> UUID:
    """A copy's id: the same each time, no other feed's, and nobody without the salt sees which circle it is of."""
    name = HKDF(hashes.SHA256(), 16, feed.salt, b"masslink feed copy" + feed.id.bytes)
    return UUID(bytes=name.derive(circle.bytes))


def _padded(text: bytes) -> bytes:
    """Copies of one circle are about equally long, in all feeds: few sizes, so that it doesn't tell which are."""
    size = SMALLEST
    while size < len(text):
        size *= 2
    return text.ljust(size)


def _bound(collective: UUID, holder: UUID, copy: UUID) -> bytes:
    return b"masslink feed" + collective.bytes + holder.bytes + copy.bytes
