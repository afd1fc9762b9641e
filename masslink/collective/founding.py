"""Foundings under way: between the code and the two words typed back."""

from dataclasses import dataclass

from masslink.collective.offered import Offered
from masslink.collective.pending import Pending


@dataclass(kw_only=True)
class Founding(Offered):
    """What is known so far, and the words that were offered."""

    code: str
    space: str
    member: str


foundings: Pending[Founding] = Pending(at_most=20)  # each took a code from the console: more are a mistake
