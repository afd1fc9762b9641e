"""Joining under way: between an invitation's code and its last page, where the code is used up."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from masslink.collective import acts
from masslink.collective.offered import Offered
from masslink.collective.pending import Pending
from masslink.vault import invitations
from masslink.vault.holders import open_workspace
from masslink.vault.workspace import Workspace


@dataclass(kw_only=True)
class Joining(Offered):
    """Somebody whose code fitted when they typed it, and the words that they were offered."""

    code: str

    def finish(self, at: datetime) -> Workspace:
        """Use the code up: a newcomer with keys of their own, who waits. Raises WrongWords, RanOut."""
        with transaction.atomic(
            "default"
        ):  # without what the four words are made of they could never be let in
            secret = invitations.read(self.code, at).secret
            workspace = open_workspace(*invitations.accept(self.code, at, self.login, self.passphrase))
            with workspace.bound():
                acts.join(at=at, secret=secret)
        return workspace


joinings: Pending[Joining] = Pending(at_most=200)
