"""After a backup was brought back: nobody is let in until somebody has said who still belongs to us.

Whose words are right may still have been removed since; the backup doesn't know. A coordinator proves by a code from
the server's console that they were sent, or two keepers by the kit. What is under way stays in this process's memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from masslink.collective.acts import NotNow, let_go
from masslink.collective.models import Member
from masslink.collective.pending import Pending
from masslink.vault import restoring
from masslink.vault.act import act
from masslink.vault.workspace import Workspace, current

AT_MOST = 5  # coordinators who have given their words and look for the code


def confirm_restored(*, by: Member, at: datetime, gone: Iterable[Member], code: str | None = None) -> None:
    """Say who isn't with us any more, and let all others in again. Raises NotNow where that was done already.

    `code` is the one from the console, used up here; without it whoever acts has opened the recovery kit.
    """
    workspace = current()
    with act("restored_confirmed", at=at, circles=[workspace.collective_circle]) as running:
        if not restoring.waits(workspace.collective):
            raise NotNow
        if code is not None and not restoring.use_code(workspace.collective, code):
            raise NotNow
        for member in gone:
            let_go(by=by, at=at, member=member)
        restoring.end_waiting(workspace.collective)
        running.lasting = True


@dataclass
class Waiting:
    """A coordinator whose words are right; what they opened is shown to nobody before the code."""

    workspace: Workspace
    shared: bool
    code: str = ""

    @property
    def collective(self) -> UUID:
        return self.workspace.collective


waitings: Pending[Waiting] = Pending(at_most=AT_MOST, close=lambda waiting: waiting.workspace.close())
