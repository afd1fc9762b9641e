"""What is written about the collective itself."""

from datetime import datetime
from uuid import UUID

from masslink.collective.models import Member, Space
from masslink.core.clock import day_of
from masslink.vault import holders
from masslink.vault.act import act
from masslink.vault.suite import Fingerprint
from masslink.vault.workspace import current


def found_space(*, at: datetime, name: str, member_name: str) -> Member:
    """The first act of a collective: its name, and its founder as coordinator."""
    workspace = current()
    circle = workspace.collective_circle
    with act("founded", at=at):
        Space(circle=circle, name=name, founded_on=day_of(at)).save()
        member = Member(
            circle=circle,
            name=member_name,
            holder=workspace.holder,
            role=Member.Role.COORDINATOR,
            joined_on=day_of(at),
        )
        member.save()
    return member


def admit(
    *,
    by: Member,
    at: datetime,
    name: str,
    holder: UUID,
    fingerprint: Fingerprint,
    role: str = Member.Role.MEMBER,
) -> Member:
    """Let a newcomer, whose keys exist, into the collective's circle."""
    circle = current().collective_circle
    with act("admitted", at=at):
        member = Member(circle=circle, name=name, holder=holder, role=role, joined_on=day_of(at))
        member.save()
        holders.let_in(circle, holder, fingerprint)
    return member
