"""A list that is being brought in, or was."""

from django.db import models

from masslink.collective.models import Member
from masslink.sites.models import Site
from masslink.vault.record import Record


class Import(Record):
    """One file on its way into a place, step by step: how its columns are taken, how far it has come.

    The rows themselves wait in a sealed file (`rows_file`) and are shredded when the import is finished.
    """

    kind = "import"

    class State(models.TextChoices):
        MAPPING = "mapping"
        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    site = models.ForeignKey(Site, models.CASCADE, related_name="imports")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    rows_file = models.UUIDField(null=True)
    rows = models.IntegerField(default=0)
    cursor = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.MAPPING)
    settings = models.JSONField(default=dict)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at",)
