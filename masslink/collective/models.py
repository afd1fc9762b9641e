"""Who we are: the space and its members. Both live in the collective's circle, which never holds persons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.vault.record import Record


class Space(Record):
    """What the collective calls itself; there is one."""

    kind = "space"

    name = models.CharField(max_length=80)
    founded_on = models.DateField()

    def __str__(self) -> str:
        return self.name


class Member(Record):
    """Someone with an account, by the name they chose to go by here."""

    kind = "member"

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        MEMBER = "member", _("member")

    name = models.CharField(max_length=60)
    holder = models.UUIDField()
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_coordinator(self) -> bool:
        return self.role == self.Role.COORDINATOR
