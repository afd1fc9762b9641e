"""Who may open what: grants, holders and rosters, as the keys at hand let them be judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from masslink.vault import circles
from masslink.vault.checking.findings import Finding
from masslink.vault.circles import COLLECTIVE, OpenedGrant
from masslink.vault.ledger import Ledger
from masslink.vault.models import Grant, Holder, Roster
from masslink.vault.rosters import Circle
from masslink.vault.suite import Opens, PublicKeys, Unopenable


@dataclass(frozen=True)
class Insider:
    """Somebody whose keys are at hand."""

    collective: UUID
    holder: UUID
    keys: Opens


def open_all(insiders: Sequence[Insider]) -> dict[UUID, Circle]:
    """The circles of one collective that these open together."""
    found: dict[UUID, Circle] = {}
    for insider in insiders:
        grants = Ledger(insider.collective).grants_of(insider.holder)
        for id, circle in circles.open_circles(
            insider.collective, insider.holder, insider.keys, grants
        ).items():
            known = found.setdefault(id, circle)
            for epoch in set(circle.raw) - set(known.raw):
                known.add_key(epoch, circle.raw[epoch])
    return found


def find(collective: UUID, insiders: Sequence[Insider], opened: dict[UUID, Circle]) -> Iterator[Finding]:
    """Everything that is wrong with who holds what."""
    for insider in insiders:
        yield from _own_grants(insider, opened)
    there = set(Grant.objects.filter(collective_id=collective).values_list("pk", "holder_id"))
    for circle in opened.values():
        yield from _chain(collective, circle)
        yield from _grants(collective, circle, there)
        if circle.kind == COLLECTIVE:
            yield from _holders(collective, circle)


def _own_grants(insider: Insider, opened: dict[UUID, Circle]) -> Iterator[Finding]:
    for id, body in Ledger(insider.collective).grants_of(insider.holder):
        try:
            grant = circles.open_grant(insider.collective, insider.holder, id, body, insider.keys)
        except Unopenable:
            yield Finding("shut grant", "grant", id.hex)
            continue
        if not _counts(grant, opened.get(grant.circle)):
            yield Finding("void grant", "grant", id.hex, grant.circle, grant.kind)


def _counts(grant: OpenedGrant, circle: Circle | None) -> bool:
    return circle is not None and circle.kind == grant.kind and circle.raw.get(grant.epoch) == grant.key


def _chain(collective: UUID, circle: Circle) -> Iterator[Finding]:
    """Opening followed the chain of rosters as far as it holds; what lies behind that end is wrong."""
    behind = Roster.objects.filter(
        collective_id=collective, circle=circle.id, number__gt=circle.roster_number
    ).order_by("number")
    for number in behind.values_list("number", flat=True):
        yield Finding("broken chain", "roster", str(number), circle.id, circle.kind)


def _grants(collective: UUID, circle: Circle, there: set[tuple[UUID, UUID]]) -> Iterator[Finding]:
    """Whoever stands in the roster has the latest key sealed to them, and who is out has none."""
    seconds = set(circle.kits.values())
    for holder in circles.known_keys(collective, circle):
        id = circles.grant_id(collective, circle, circle.epoch, holder)
        if holder not in seconds and (id, holder) not in there:
            yield Finding("grant withheld", "grant", id.hex, circle.id, circle.kind, holder.hex)
    for holder in circle.ever.keys() - circle.roster.keys():
        for epoch in circle.raw:
            for id in circles.grant_ids(collective, circle, epoch, holder):
                if (id, holder) in there:
                    yield Finding("grant left", "grant", id.hex, circle.id, circle.kind, holder.hex)


def _holders(collective: UUID, ours: Circle) -> Iterator[Finding]:
    rows = Holder.objects.filter(collective_id=collective).values_list("pk", "public")
    there = {id: bytes(public) for id, public in rows}
    for holder, known in ours.roster.items():
        if holder not in there:
            yield Finding("holder withheld", "holder", holder.hex)
        elif PublicKeys.from_bytes(there[holder]).fingerprint != known:
            yield Finding("other keys", "holder", holder.hex)
    for holder in ours.ever.keys() - ours.roster.keys():
        if holder in there:
            yield Finding("holder back", "holder", holder.hex)
