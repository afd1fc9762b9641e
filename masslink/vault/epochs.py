"""Epochs: when somebody is out, a circle gets a new key before anything more is written into it.

Who is put out stands nowhere in the ledger; they are simply missing from the collective's latest roster. Each other
circle in which they still stand is overtaken, and the first of its holders who writes opens its next epoch.
"""

from uuid import UUID

from masslink.vault import circles, rosters
from masslink.vault.circles import COLLECTIVE, OWN, SITE, Giver
from masslink.vault.models import Grant, Holder
from masslink.vault.rosters import Circle
from masslink.vault.workspace import Workspace, current


def overtaken(workspace: Workspace) -> dict[UUID, set[UUID]]:
    """The circles at hand that need a new epoch, and who stands in them without belonging to the collective."""
    ours = next((c for c in workspace.circles.values() if c.kind == COLLECTIVE), None)
    if ours is None:
        return {}
    found = {c.id: _gone(c, ours) for c in workspace.circles.values() if c.kind != OWN}
    return {id: gone for id, gone in found.items() if gone}


def _gone(circle: Circle, ours: Circle) -> set[UUID]:
    """Who has the circle's latest key and should no more: they left it themselves, or left the collective.

    Guests of a shared circle never stood in the collective's roster, and stay.
    """
    left = circle.vouching.get(circle.epoch, {}).keys() - circle.roster.keys()
    known = circle.roster if circle.kind == SITE else circle.roster.keys() & ours.ever.keys()
    return left | {holder for holder in known if holder not in ours.roster}


def renew_overtaken() -> set[UUID]:
    """Open the next epoch of every overtaken circle at hand, in the running act. Returns which were renewed."""
    workspace = current()
    found = overtaken(workspace)
    for id, gone in found.items():
        _renew(workspace, workspace.circles[id], gone)
    return set(found)


def take_away(circle: UUID, holder: UUID) -> None:
    """A new epoch of one circle without this holder, in the running act; elsewhere they stay."""
    workspace = current()
    _renew(workspace, workspace.circles[circle], {holder})
    assert workspace.act
    workspace.act.lasting = True


def step_out(circle: UUID) -> None:
    """Whoever acts here leaves one circle, in the running act; the first who stays opens its next epoch."""
    workspace = current()
    assert workspace.act
    held = workspace.circles[circle]
    _write_roster_without_me(workspace, held)
    ids = [id for e in held.raw for id in circles.grant_ids(workspace.collective, held, e, workspace.holder)]
    Grant.objects.filter(collective_id=workspace.collective, id__in=ids).delete()
    workspace.act.lasting = workspace.stepped_out = True


def put_out(holder: UUID) -> None:
    """Nobody opens anything as this holder any more, in the running act: keys, grants and login are deleted.

    The collective's circle gets a new epoch, and so do the others at hand in which they stood; circles that aren't
    at hand follow when one of their holders writes. What they read until now they know.
    """
    workspace = current()
    assert workspace.act
    Grant.objects.filter(collective_id=workspace.collective, holder_id=holder).delete()
    Holder.objects.filter(collective_id=workspace.collective, pk=holder).delete()
    ours = workspace.circles[workspace.collective_circle]
    if holder in ours.roster:
        _renew(workspace, ours, {holder})
    renew_overtaken()
    workspace.act.lasting = True


def leave() -> None:
    """Whoever acts here goes: everything of theirs is deleted, and their own circle with it, in the running act.

    They can't open the next epochs themselves, or they would know the keys: the first of those who stay does.
    """
    workspace = current()
    assert workspace.act
    _write_roster_without_me(workspace, workspace.circles[workspace.collective_circle])
    Grant.objects.filter(collective_id=workspace.collective, holder_id=workspace.holder).delete()
    Holder.objects.filter(collective_id=workspace.collective, pk=workspace.holder).delete()
    for table in ("vault_row", "vault_act", "vault_past", "vault_chunk", "vault_roster"):
        workspace.ledger.drop_circle(table, workspace.own_circle)
    workspace.act.lasting = True


def _write_roster_without_me(workspace: Workspace, circle: Circle) -> None:
    staying = {id: known for id, known in circle.roster.items() if id != workspace.holder}
    own = (workspace.holder, workspace.keys, workspace.act.seq if workspace.act else 0)
    rosters.write(workspace.collective, circle, staying, circle.kits, *own)


def _renew(workspace: Workspace, circle: Circle, without: set[UUID]) -> None:
    circles.renew(giver(workspace), circle, without)
    workspace.grants = workspace.forget_retired_keys()


def giver(workspace: Workspace) -> Giver:
    """Whoever acts here, as one who hands out keys."""
    assert workspace.act, "keys are given and taken in acts"
    return Giver(workspace.collective, workspace.holder, workspace.keys, workspace.act.seq)
