"""Lists on their way in: one record for each list, one for each of its rows that needs a word."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.exchange import told
from masslink.exchange.columns import Guess
from masslink.exchange.reading import Note
from masslink.people.belongings import STAYS, Belongs
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.vault.record import Record

MOST = 1_000_000_000  # rows; no list has as many
ERASED = "erased"  # a row's reason: somebody of this name asked to be erased, or it looks so by chance


class Import(Record):
    """One file on its way into a place, step by step: how its columns are taken, how far it has come.

    The rows themselves wait in sealed files (`blocks`) and are shredded when the last one is in.
    """

    kind = "import"
    belongs = {
        "id": Belongs(
            label=_("Where they came from"),
            lines=told.import_lines,
            of=lambda person: Import.objects.filter(pk__in=[person.source] if person.source else []),
            merged=STAYS,
            moved=STAYS,
            erased=STAYS,
        )
    }

    class State(models.TextChoices):
        MAPPING = "mapping", _("waiting for you to say how it is taken")
        RUNNING = "running", _("being brought in")
        DONE = "done", _("brought in")
        UNDOING = "undoing", _("being taken back")
        UNDONE = "undone", _("taken back")

    site = models.ForeignKey(Site, models.CASCADE, related_name="imports")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    region = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State, default=State.MAPPING)
    rows = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    table = models.JSONField(default=dict)  # kind, encoding, header_row, headers, notes, guesses
    blocks = models.JSONField(default=list)  # ids of sealed files
    taking = models.JSONField(default=dict)  # columns, units, shifts, unit, shift: see `taking.Taking`
    made = models.JSONField(default=dict)  # ids of the units and shifts it made
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    undo = models.JSONField(default=dict)  # total, done, everybody, stayed, put_back
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)

    @property
    def headers(self) -> list[str]:
        return list(self.table.get("headers", ()))

    @property
    def guesses(self) -> list[Guess]:
        return [Guess(*one) for one in self.table.get("guesses", ())]

    @property
    def notes(self) -> list[Note]:
        return [Note(code, values) for code, values in self.table.get("notes", ())]

    @property
    def is_going(self) -> bool:
        """Whether there are steps left to take."""
        return self.state in (self.State.RUNNING, self.State.UNDOING)

    def count(self, **changes: int) -> None:
        """Move the sums; rows stay the sum of all four. Sums that somebody made up stay such as can be sealed."""
        for name, change in changes.items():
            setattr(self, name, min(max(getattr(self, name) + change, 0), MOST))

    @property
    def way_back(self) -> tuple[int, int]:
        """How many are taken back, and of how many."""
        done, total = self.undo.get("done"), self.undo.get("total")
        return (done, total) if type(done) is type(total) is int else (0, 0)


def _wait_no_longer(rows: list["ImportRow"]) -> None:
    """Rows that are about to be erased leave the sums of their lists in order."""
    for row in rows:
        one = Import.objects.filter(pk=row.source).first()
        if one and row.state == ImportRow.State.WAITING:
            one.count(waiting=-1, left_out=1)
            one.save()


class ImportRow(Record):
    """A row that wasn't simply added, or that had something wrong: what became of it, and with whom.

    A row that may be somebody at another place lives in the circle of whoever brought the list, so that the
    others at this place don't learn who is known elsewhere. Hence `source` and `person` are plain pointers.
    """

    kind = "import_row"
    belongs = {
        "person": Belongs(
            label=_("What lists said of them"),
            lines=told.row_lines,
            moved=STAYS,
            adapt=told.leave_row,
            let_go=_wait_no_longer,
            called=told.names_in,
        )
    }

    class State(models.TextChoices):
        ADDED = "added", _("brought in")
        KNOWN = "known", _("known already")
        WAITING = "waiting", _("waiting")
        MERGED = "merged", _("filled in")
        OUT = "out", _("not brought in")

    source = models.UUIDField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State)
    fields = models.JSONField(default=dict)
    person = models.UUIDField(null=True)
    reasons = models.JSONField(default=list)
    offers = models.PositiveIntegerField(default=0)  # how many empty fields of the person it could fill
    filled = models.JSONField(default=dict)  # what it filled: column to stored value
    problems = models.JSONField(default=list)  # column, code, value, taken
    wrong = models.PositiveIntegerField(default=0)  # how many problems

    @property
    def is_erased(self) -> bool:
        """Whether it waits because somebody of this name may have asked to be erased."""
        return ERASED in self.reasons

    class Meta:
        ordering = ("number",)
        indexes = [models.Index("source", "state", "number", name="import_row_state")]


FILLABLE = (
    *("nickname", "phone", "email", "languages", "card_id", "reach", "matters", "address", "birthday"),
    *("since", "unit_id", "shift_id"),
)


def fillable(person: Person, found: dict[str, Any]) -> dict[str, Any]:
    """What is new for a person: fields that are empty so far. Nothing for those who want no contact."""
    if not person.reachable:
        return {}
    return {name: value for name in FILLABLE if (value := found.get(name)) and not getattr(person, name)}
